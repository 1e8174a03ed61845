package hr

import (
	"strings"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// staysBody is the questions whether those who were hired are still there.
type staysBody struct {
	At       string                // where answers go
	Yours    []models.StayQuestion // that whoever reads it is to answer
	Leaders  []models.StayQuestion // that a leader was asked, lately
	Answered []models.StayQuestion // lately
	Waits    int                   // days until a leader's question is HR's, too
}

// Stays are HR's questions: those about jobs that nobody leads, and those that leaders have not answered.
func (h *Handlers) Stays(c echo.Context) error {
	body, err := h.stays(c, false)
	if err != nil {
		return err
	}
	return h.Render(c, "hr/stays.html", h.Printer(c).T("stay.title"), body)
}

// stays reads the questions; led keeps to the jobs that whoever asks leads.
func (h *Handlers) stays(c echo.Context, led bool) (staysBody, error) {
	b := staysBody{At: "/hr/stays", Waits: models.StayWaits}
	if led {
		b.At = "/leader/stays"
	}
	open, answered, err := h.DB.Stays(c.Request().Context(), *web.User(c), led)
	for _, q := range open {
		if q.Yours {
			b.Yours = append(b.Yours, q)
		} else {
			b.Leaders = append(b.Leaders, q)
		}
	}
	b.Answered = answered
	if err != nil {
		return b, err
	}
	return b, h.SawMany(c, models.OfApplication, len(open)+len(answered))
}

// AnswerStay takes the answer to one of them, or takes it back.
func (h *Handlers) AnswerStay(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	answer, key, to := c.FormValue("answer"), "stay.said", "/hr/stays"
	if strings.HasPrefix(c.Path(), "/leader/") {
		to = "/leader#stays"
	}
	if answer == models.StayNone {
		key = "stay.taken_back"
	}
	return h.Done(c, h.DB.AnswerStay(c.Request().Context(), *web.User(c), id, answer), key, to)
}
