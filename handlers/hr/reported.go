package hr

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// postReportsBody is what colleagues put before HR.
type postReportsBody struct {
	Open, Decided []models.PostReport
	Waits         int    // how many wait; the first of them are shown
	Next          string // address of what was decided before
	Later         bool   // this is not the first page
	Refused       string // the id of the report whose answer was refused
	Wrote         string
}

// PostReports shows what colleagues put before HR: what they handed over, and nothing else.
func (h *Handlers) PostReports(c echo.Context) error {
	body, err := h.postReports(c)
	if err != nil {
		return err
	}
	return h.Render(c, "hr/reported.html", h.Printer(c).T("reports.title"), body)
}

func (h *Handlers) postReports(c echo.Context) (body postReportsBody, err error) {
	ctx, by, after := c.Request().Context(), *web.User(c), c.QueryParam("cursor")
	var next string
	if body.Later = after != ""; body.Later {
		body.Decided, next, err = h.DB.DecidedReports(ctx, by, after)
	} else if body.Waits, err = h.DB.OpenReports(ctx, by); err == nil {
		body.Open, body.Decided, next, err = h.DB.Reports(ctx, by)
	}
	if err != nil {
		return body, err
	}
	if next != "" {
		body.Next = "/hr/reported?" + url.Values{"cursor": {next}}.Encode()
	}
	return body, h.SawMany(c, models.OfPostReport, len(body.Open)+len(body.Decided))
}

// DecidePostReport answers whoever reported a post.
func (h *Handlers) DecidePostReport(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	answer := c.FormValue("answer")
	err = h.DB.DecideReport(c.Request().Context(), *web.User(c), id, c.FormValue("remove") == "1", answer)
	if _, refused := web.Refused(err); refused {
		body, berr := h.postReports(c)
		if berr != nil {
			return berr
		}
		body.Refused, body.Wrote = id.String(), answer
		return h.RenderInvalid(c, err, "hr/reported.html", h.Printer(c).T("reports.title"), body)
	}
	kind, said := "success", "reports.decided"
	var conflict *models.ConflictError
	if errors.As(err, &conflict) {
		kind, said = "warning", conflict.Key
	} else if err != nil {
		return err
	}
	h.Flash(c, kind, h.Printer(c).T(said))
	return c.Redirect(http.StatusSeeOther, "/hr/reported")
}
