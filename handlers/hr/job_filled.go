package hr

import (
	"errors"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// filledBody is who still waits for a job that is filled or closed.
type filledBody struct {
	Job      models.Job
	Rows     []models.Application
	Words    string
	Chosen   []string // ids, where the form is shown again
	Preview  letterView
	MaxWords int
}

// Filled shows who still waits to hear about a job that is taken.
func (h *Handlers) Filled(c echo.Context) error {
	body, err := h.filledBody(c)
	if err != nil {
		return err
	}
	return h.Render(c, "hr/job_filled.html", h.Printer(c).T("filled.title"), body)
}

func (h *Handlers) filledBody(c echo.Context) (filledBody, error) {
	b := filledBody{MaxWords: models.MaxWords}
	id, err := web.ID(c, "id")
	if err != nil {
		return b, err
	}
	if b.Job, err = h.DB.Job(c.Request().Context(), id); err != nil {
		return b, err
	}
	if b.Rows, err = h.DB.Undecided(c.Request().Context(), *web.User(c), id); err != nil || len(b.Rows) == 0 {
		return b, err
	}
	if err := h.SawMany(c, models.OfApplication, len(b.Rows)); err != nil {
		return b, err
	}
	for _, a := range b.Rows {
		b.Chosen = append(b.Chosen, a.ID.String())
	}
	b.Preview, err = h.letterOf(c, b.Rows[0], models.StageRejected, "")
	return b, err
}

// CloseFilled ends the chosen applications for a job that is taken, and tells their candidates where HR wants that.
func (h *Handlers) CloseFilled(c echo.Context) error {
	body, err := h.filledBody(c)
	if err != nil {
		return err
	}
	form, err := c.FormParams()
	if err != nil {
		return err
	}
	body.Chosen, body.Words = form["application"], c.FormValue("words")
	move := models.StageMove{To: models.StageRejected, Tell: c.FormValue("tell") == "1", Words: body.Words}
	closed := 0
	for _, a := range body.Rows {
		if !slices.Contains(body.Chosen, a.ID.String()) {
			continue
		}
		move.From = a.Stage // whom somebody else has decided on meanwhile keeps that
		_, err := h.DB.Move(c.Request().Context(), *web.User(c), a.ID, move)
		if errors.Is(err, models.ErrConflict) {
			continue
		}
		if err != nil {
			return h.RenderInvalid(c, err, "hr/job_filled.html", h.Printer(c).T("filled.title"), body)
		}
		closed++
	}
	key := "filled.done"
	if move.Tell {
		key = "filled.done_told"
	}
	h.Flash(c, "success", h.Printer(c).N(key, closed))
	return c.Redirect(http.StatusSeeOther, "/hr/jobs/"+body.Job.ID.String())
}
