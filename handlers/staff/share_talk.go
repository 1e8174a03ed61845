package staff

import (
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// talk fills in how often the job was shared, and what colleagues say about its clip.
func (h *Handlers) talk(c echo.Context, landing models.Landing, body *shareBody) (err error) {
	ctx, by := c.Request().Context(), *web.User(c)
	if body.Shares, err = h.DB.CountShares(ctx, landing.Job.ID); err != nil {
		return err
	}
	clip, ok := landing.Clip()
	if !ok {
		return nil
	}
	said, next, err := h.DB.Remarks(ctx, by, models.RemarkOn{ClipID: &clip.ID}, c.QueryParam(web.RemarksAfter))
	body.Remarks = web.Remarks(by, "clip", clip.ID, said, next, "/share/"+landing.Job.ID.String(), c.QueryParams())
	return err
}
