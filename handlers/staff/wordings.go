package staff

import (
	"context"
	"net/http"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// wordingNewBody is the form for a better wording, with the text as it stands beside it.
type wordingNewBody struct {
	Title  string // of the job or the question
	Back   string
	At     string // where the form goes
	Field  string
	Fields []string // texts that there are
	Before string
	After  string
	Why    string
	Max    int
}

type wordingBody struct {
	web.WordingView

	Title, Back string
	Reason      string // as written
	Support     models.Support
	Remarks     *web.RemarksView
}

// NewJobWording shows the form for a better wording of a job.
func (h *Handlers) NewJobWording(c echo.Context) error { return h.wordingForm(c, h.jobWording, nil) }

// SuggestJobWording suggests a better wording of a job.
func (h *Handlers) SuggestJobWording(c echo.Context) error { return h.suggest(c, h.jobWording) }

// NewQuestionWording shows the form for a better wording of a question.
func (h *Handlers) NewQuestionWording(c echo.Context) error {
	return h.wordingForm(c, h.questionWording, nil)
}

// SuggestQuestionWording suggests a better wording of a question.
func (h *Handlers) SuggestQuestionWording(c echo.Context) error {
	return h.suggest(c, h.questionWording)
}

// wordingOf says what the form is about.
type wordingOf func(c echo.Context) (wordingNewBody, models.WordingInput, error)

func (h *Handlers) jobWording(c echo.Context) (wordingNewBody, models.WordingInput, error) {
	id, err := web.ID(c, "job")
	if err != nil {
		return wordingNewBody{}, models.WordingInput{}, err
	}
	l, err := h.DB.LandingByJob(c.Request().Context(), id)
	if err != nil {
		return wordingNewBody{}, models.WordingInput{}, err
	}
	body := wordingNewBody{
		Title: l.Job.Title, Back: "/share/" + id.String(), Fields: []string{models.FieldDescription, models.FieldTitle},
		Field: models.FieldDescription, Before: l.Job.Description, Max: models.MaxDescription,
	}
	if c.FormValue("field") == models.FieldTitle {
		body.Field, body.Before, body.Max = models.FieldTitle, l.Job.Title, models.MaxTitle
	}
	body.At = body.Back + "/wording"
	return body, models.WordingInput{JobID: &id}, nil
}

func (h *Handlers) questionWording(c echo.Context) (wordingNewBody, models.WordingInput, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return wordingNewBody{}, models.WordingInput{}, err
	}
	q, err := h.DB.Question(c.Request().Context(), *web.User(c), id)
	if err != nil {
		return wordingNewBody{}, models.WordingInput{}, err
	}
	body := wordingNewBody{
		Title: q.Title, Back: "/questions/" + id.String(), Fields: []string{models.FieldTitle, models.FieldWords},
		Field: models.FieldTitle, Before: q.Title, Max: models.MaxQuestionTitle,
	}
	if c.FormValue("field") == models.FieldWords {
		body.Field, body.Before, body.Max = models.FieldWords, q.Words, models.MaxQuestionWords
	}
	body.At = body.Back + "/wording"
	return body, models.WordingInput{QuestionID: &id}, nil
}

func (h *Handlers) wordingForm(c echo.Context, of wordingOf, bad error) error {
	body, _, err := of(c)
	if err != nil {
		return err
	}
	title := h.Printer(c).T("wording.new")
	if bad != nil {
		body.After, body.Why = c.FormValue("after"), c.FormValue("why")
		return h.RenderInvalid(c, bad, "staff/wording_new.html", title, body)
	}
	body.After = body.Before
	return h.Render(c, "staff/wording_new.html", title, body)
}

func (h *Handlers) suggest(c echo.Context, of wordingOf) error {
	body, in, err := of(c)
	if err != nil {
		return err
	}
	in.Field, in.After, in.Why = body.Field, c.FormValue("after"), c.FormValue("why")
	w, err := h.DB.SuggestWording(c.Request().Context(), *web.User(c), in)
	if _, refused := web.Refused(err); refused {
		return h.wordingForm(c, of, err)
	}
	if err != nil {
		return h.refuse(c, err, body.Back)
	}
	h.Flash(c, "success", h.Printer(c).T("wording.said"))
	return c.Redirect(http.StatusSeeOther, "/wordings/"+w.ID.String())
}

// Wording is one suggestion: what stands, what it would be, and what became of it.
func (h *Handlers) Wording(c echo.Context) error {
	body, err := h.wordingBody(c)
	if err != nil {
		return err
	}
	return h.Render(c, "staff/wording.html", h.Printer(c).T("wording.title"), body)
}

func (h *Handlers) wordingBody(c echo.Context) (wordingBody, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return wordingBody{}, err
	}
	by := *web.User(c)
	w, err := h.DB.Wording(c.Request().Context(), by, id)
	if err != nil {
		return wordingBody{}, err
	}
	body := wordingBody{WordingView: web.WordingOf(by, w)}
	body.Title, body.Back = wordingPlace(by, w)
	on := models.RemarkOn{WordingID: &id}
	if body.Support, err = h.DB.SupportOf(c.Request().Context(), by, on); err != nil {
		return body, err
	}
	said, next, err := h.DB.Remarks(c.Request().Context(), by, on, c.QueryParam(web.RemarksAfter))
	body.Remarks = web.Remarks(by, "wording", id, said, next, "/wordings/"+id.String(), c.QueryParams())
	return body, err
}

// wordingPlace is what a suggestion is about, and its page for whoever looks.
func wordingPlace(by models.User, w models.Wording) (title, page string) {
	switch {
	case w.Question != nil:
		return w.Question.Title, "/questions/" + w.Question.ID.String()
	case by.Is(models.RoleHR):
		return w.Job.Title, "/hr/jobs/" + w.Job.ID.String()
	case w.Job.Status == models.JobDraft:
		return w.Job.Title, "/"
	}
	return w.Job.Title, "/share/" + w.Job.ID.String()
}

// AcceptWording puts a suggestion in the text's place.
func (h *Handlers) AcceptWording(c echo.Context) error {
	return h.onWording(c, "wording.accepted", h.DB.AcceptWording)
}

// DeclineWording says no to a suggestion, with a reason.
func (h *Handlers) DeclineWording(c echo.Context) error {
	return h.onWording(c, "wording.declined", func(ctx context.Context, by models.User, id uuid.UUID) (models.Wording, error) {
		return h.DB.DeclineWording(ctx, by, id, c.FormValue("reason"))
	})
}

// WithdrawWording takes one's own suggestion back.
func (h *Handlers) WithdrawWording(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	by := *web.User(c)
	w, err := h.DB.WithdrawWording(c.Request().Context(), by, id)
	if err != nil {
		return h.refuse(c, err, "/wordings/"+id.String())
	}
	h.Flash(c, "success", h.Printer(c).T("wording.withdrawn"))
	_, page := wordingPlace(by, w)
	return c.Redirect(http.StatusSeeOther, page)
}

// onWording decides about a suggestion and says so, or why it cannot be.
func (h *Handlers) onWording(c echo.Context, said string, decide func(ctx context.Context, by models.User, id uuid.UUID) (models.Wording, error)) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	_, err = decide(c.Request().Context(), *web.User(c), id)
	if _, refused := web.Refused(err); refused {
		body, berr := h.wordingBody(c)
		if berr != nil {
			return berr
		}
		body.Reason = c.FormValue("reason")
		return h.RenderInvalid(c, err, "staff/wording.html", h.Printer(c).T("wording.title"), body)
	}
	if err != nil {
		return h.refuse(c, err, "/wordings/"+id.String())
	}
	h.Flash(c, "success", h.Printer(c).T(said))
	return c.Redirect(http.StatusSeeOther, "/wordings/"+id.String())
}
