package hr

import (
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
)

// SaveFirstHours writes for how many hours those who helped may share a job first.
func (h *Handlers) SaveFirstHours(c echo.Context) error {
	ctx, written := c.Request().Context(), c.FormValue("first_hours")
	hours, err := strconv.Atoi(strings.TrimSpace(written))
	if err != nil {
		hours = -1 // refused
	}
	err = h.DB.SaveFirstHours(ctx, hours)
	if _, refused := web.Refused(err); refused {
		o, oerr := h.DB.Organisation(ctx)
		if oerr != nil {
			return oerr
		}
		view := h.organisationView(formOf(o))
		view.First = written
		return h.RenderInvalid(c, err, "hr/organisation.html", h.Printer(c).T("organisation.title"), view)
	}
	if err != nil {
		return err
	}
	return h.houseChanged(c, "organisation.saved")
}
