package hr

import (
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// clipSettings is what an administrator chooses about clips.
type clipSettings struct {
	ProposalDays int `form:"proposal_days"`
	OriginalDays int `form:"original_days"`
}

// SaveClipSettings writes how long proposals wait and originals are kept.
func (h *Handlers) SaveClipSettings(c echo.Context) error {
	in := clipSettings{OriginalDays: -1} // a field left empty must not mean "for good"
	if err := c.Bind(&in); err != nil {
		return err
	}
	if c.FormValue("original_days") == "" {
		in.OriginalDays = -1
	}
	ctx := c.Request().Context()
	err := h.DB.SaveClipSettings(ctx, models.ClipSettings(in))
	if _, refused := web.Refused(err); refused {
		o, oerr := h.DB.Organisation(ctx)
		if oerr != nil {
			return oerr
		}
		view := h.organisationView(formOf(o))
		view.Clips = in
		return h.RenderInvalid(c, err, "hr/organisation.html", h.Printer(c).T("organisation.title"), view)
	}
	if err != nil {
		return err
	}
	return h.houseChanged(c, "organisation.saved")
}
