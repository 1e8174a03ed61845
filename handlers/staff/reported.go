package staff

import (
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
)

// OwnReport shows what one put before HR, and its answer, whatever became of the post.
func (h *Handlers) OwnReport(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	r, err := h.DB.OwnReport(c.Request().Context(), *web.User(c), id)
	if err != nil {
		return err
	}
	return h.Render(c, "staff/reported.html", h.Printer(c).T("report.own.title"), r)
}
