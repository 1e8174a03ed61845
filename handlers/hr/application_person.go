package hr

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// CorrectAddress writes the address that a candidate's mails should have gone to, and sends what did not arrive again.
func (h *Handlers) CorrectAddress(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	email := c.FormValue("email")
	if err := h.DB.CorrectAddress(c.Request().Context(), *web.User(c), id, email); err != nil {
		if _, refused := web.Refused(err); !refused {
			return err
		}
		body, shown := h.application(c)
		if shown != nil {
			return shown
		}
		body.Address = email
		return h.RenderInvalid(c, err, "hr/application.html", body.Candidate.Name, body)
	}
	return h.backTo(c, id, h.Printer(c).T("application.address.sent"))
}

type eraseBody struct {
	models.Application
	Others  int // further applications of the same person
	Reasons []option
	At      string
}

// EraseForm says what goes and what stays when a candidate is erased, and asks why.
func (h *Handlers) EraseForm(c echo.Context) error {
	body, err := h.eraseBody(c)
	if err != nil {
		return err
	}
	return h.Render(c, "hr/erase.html", h.Printer(c).T("erase.title"), body)
}

func (h *Handlers) eraseBody(c echo.Context) (eraseBody, error) {
	var b eraseBody
	id, err := web.ID(c, "id")
	if err != nil {
		return b, err
	}
	ctx, by := c.Request().Context(), *web.User(c)
	if b.Application, err = h.DB.Application(ctx, by, id); err != nil {
		return b, err
	}
	if err := h.Saw(c, models.OfCandidate, id); err != nil {
		return b, err
	}
	all, _, err := h.DB.Applications(ctx, by, models.ApplicationFilter{CandidateID: &b.CandidateID})
	b.Others, b.At = len(all)-1, allApplications+"/"+id.String()
	b.Reasons = []option{{"", h.Printer(c).T("erase.choose")}}
	for _, r := range models.EraseReasons {
		b.Reasons = append(b.Reasons, option{r, h.Printer(c).T("erase.reason." + r)})
	}
	return b, err
}

// Erase erases a candidate with everything that is stored of them.
func (h *Handlers) Erase(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := h.DB.EraseByHR(c.Request().Context(), *web.User(c), id, c.FormValue("reason")); err != nil {
		if _, refused := web.Refused(err); !refused {
			return err
		}
		body, shown := h.eraseBody(c)
		if shown != nil {
			return shown
		}
		return h.RenderInvalid(c, err, "hr/erase.html", h.Printer(c).T("erase.title"), body)
	}
	h.Flash(c, "success", h.Printer(c).T("erase.done"))
	return c.Redirect(http.StatusSeeOther, allApplications)
}
