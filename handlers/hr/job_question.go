package hr

import (
	"errors"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// fromQuestion fills the form with what colleagues were asked, where the address names a question: its title, its words and its skill, and
// whoever asked as the job's leader.
func (h *Handlers) fromQuestion(c echo.Context, in *jobInput) error {
	raw := c.QueryParam("question")
	if raw == "" {
		return nil
	}
	id, err := uuid.Parse(raw)
	if err != nil {
		return models.ErrNotFound
	}
	q, err := h.DB.Question(c.Request().Context(), *web.User(c), id)
	if err != nil {
		return err
	}
	in.Question, in.Title, in.Description = id.String(), q.Title, q.Words
	if q.Skill != nil {
		in.Skills, in.Needs = []string{q.Skill.Name}, []string{models.NeedRequired}
	}
	if q.User != nil && q.User.Active() && q.User.Is(models.RoleLeader) {
		in.LeaderID = q.User.ID.String()
	}
	return nil
}

// createJob makes the draft, from a question where the form says so.
func (h *Handlers) createJob(c echo.Context, form jobInput, in models.JobInput) (models.Job, error) {
	ctx, by := c.Request().Context(), *web.User(c)
	if form.Question == "" {
		return h.DB.CreateJob(ctx, &by.ID, in)
	}
	id, err := uuid.Parse(form.Question)
	if err != nil {
		return models.Job{}, models.ErrNotFound
	}
	job, err := h.DB.JobFromQuestion(ctx, by, id, in)
	var conflict *models.ConflictError
	if errors.As(err, &conflict) { // somebody was faster: what is written is kept, with the sentence above it
		err = models.ValidationErrors{models.Invalid("title", conflict.Key)}
	}
	return job, err
}
