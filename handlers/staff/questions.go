package staff

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

type questionsBody struct {
	Open, Closed []questionCard
	Asks         bool // who looks may ask
}

// questionCard is a question in a list.
type questionCard struct {
	models.QuestionRow

	By  string // who asks; empty for somebody who has left
	To  []string
	Own bool
}

// Questions are what colleagues are asked: who knows somebody?
func (h *Handlers) Questions(c echo.Context) error {
	by := *web.User(c)
	open, closed, err := h.DB.Questions(c.Request().Context(), by)
	if err != nil {
		return err
	}
	body := questionsBody{Asks: by.Is(models.RoleLeader)}
	cards := func(rows []models.QuestionRow) (cards []questionCard) {
		for _, r := range rows {
			cards = append(cards, questionCard{QuestionRow: r, By: web.NameOf(r.User), To: putTo(r.Question), Own: r.UserID == by.ID})
		}
		return cards
	}
	body.Open, body.Closed = cards(open), cards(closed)
	return h.Render(c, "staff/questions.html", h.Printer(c).T("questions.title"), body)
}

// homeQuestions is how many questions the first page tells of.
const homeQuestions = 3

// questionLine is a question on the first page.
type questionLine struct {
	ID        uuid.UUID
	Title, By string
}

// openQuestions are those that who looks has not answered.
func (h *Handlers) openQuestions(c echo.Context) (lines []questionLine, err error) {
	qs, err := h.DB.UnansweredQuestions(c.Request().Context(), *web.User(c), homeQuestions)
	for _, q := range qs {
		lines = append(lines, questionLine{q.ID, q.Title, web.NameOf(q.User)})
	}
	return lines, err
}

// putTo are the names of the teams that a question was put to; none for everybody.
func putTo(q models.Question) (names []string) {
	for _, p := range q.Places {
		if p.Team != nil {
			names = append(names, p.Team.Name)
		}
	}
	return names
}

// questionInput is the form by which a question is asked, as written.
type questionInput struct {
	Title string   `form:"title" query:"title"`
	Words string   `form:"words"`
	Job   string   `form:"job" query:"job"`
	Skill string   `form:"skill" query:"skill"`
	To    string   `form:"to"`
	Teams []string `form:"team" query:"team"`
}

type questionNewBody struct {
	In    questionInput
	Skill string // its name; empty without one
	Jobs  []jobOption
	Teams []teamOption
}

type jobOption struct{ Value, Label string }

type teamOption struct {
	ID, Name string
	Members  int
	Chosen   bool
}

// NewQuestion shows the form, filled in with the skill, the job or the team in the address.
func (h *Handlers) NewQuestion(c echo.Context) error {
	in := questionInput{
		Title: c.QueryParam("title"), Job: c.QueryParam("job"), Skill: c.QueryParam("skill"), To: "everybody",
		Teams: c.QueryParams()["team"],
	}
	if len(in.Teams) > 0 {
		in.To = "teams"
	}
	body, err := h.questionForm(c, &in, true)
	if err != nil {
		return err
	}
	return h.Render(c, "staff/question_new.html", h.Printer(c).T("question.new"), body)
}

// questionForm fills the form's choices; with fresh also the words, where the address tells what it is about.
func (h *Handlers) questionForm(c echo.Context, in *questionInput, fresh bool) (questionNewBody, error) {
	ctx, body := c.Request().Context(), questionNewBody{}
	if id, err := uuid.Parse(in.Skill); err == nil {
		skill, err := h.DB.Skill(ctx, id)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return body, err
		}
		body.Skill = skill.Name
	}
	jobs, err := h.DB.OpenJobs(ctx)
	if err != nil {
		return body, err
	}
	title := body.Skill
	body.Jobs = []jobOption{{"", h.Printer(c).T("question.job.none")}}
	for _, j := range jobs {
		body.Jobs = append(body.Jobs, jobOption{j.ID.String(), j.Title})
		if j.ID.String() == in.Job && title == "" {
			title = j.Title
		}
	}
	if fresh && strings.TrimSpace(in.Title) == "" {
		in.Title = title
	}
	teams, err := h.DB.Teams(ctx)
	if err != nil {
		return body, err
	}
	for _, t := range teams {
		body.Teams = append(body.Teams, teamOption{t.ID.String(), t.Name, t.Members, slices.Contains(in.Teams, t.ID.String())})
	}
	body.In = *in
	return body, nil
}

// Ask puts a question to colleagues.
func (h *Handlers) Ask(c echo.Context) error {
	var form questionInput
	if err := c.Bind(&form); err != nil {
		return err
	}
	in := models.QuestionInput{
		Title: form.Title, Words: form.Words, Everybody: form.To != "teams", JobID: someID(form.Job), SkillID: someID(form.Skill),
	}
	for _, t := range form.Teams {
		if id := someID(t); id != nil {
			in.Teams = append(in.Teams, *id)
		}
	}
	q, err := h.DB.Ask(c.Request().Context(), *web.User(c), in)
	if _, refused := web.Refused(err); refused {
		body, ferr := h.questionForm(c, &form, false)
		if ferr != nil {
			return ferr
		}
		return h.RenderInvalid(c, err, "staff/question_new.html", h.Printer(c).T("question.new"), body)
	}
	if err != nil {
		return err
	}
	h.Flash(c, "success", h.Printer(c).T("question.asked"))
	return c.Redirect(http.StatusSeeOther, "/questions/"+q.ID.String())
}

// someID is the id that a field holds; nil for none, the zero id for what is no id.
func someID(s string) *uuid.UUID {
	if s == "" {
		return nil
	}
	id, _ := uuid.Parse(s) // nothing has the zero id
	return &id
}

// CloseQuestion ends a question.
func (h *Handlers) CloseQuestion(c echo.Context) error {
	return h.onQuestion(c, "question.closed", func(ctx context.Context, by models.User, id uuid.UUID) error {
		return h.DB.CloseQuestion(ctx, by, id, true)
	})
}

// ReopenQuestion opens a question again.
func (h *Handlers) ReopenQuestion(c echo.Context) error {
	return h.onQuestion(c, "question.reopened", func(ctx context.Context, by models.User, id uuid.UUID) error {
		return h.DB.CloseQuestion(ctx, by, id, false)
	})
}

// onQuestion does something to a question and says so, or why it cannot be.
func (h *Handlers) onQuestion(c echo.Context, said string, deed func(ctx context.Context, by models.User, id uuid.UUID) error) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := deed(c.Request().Context(), *web.User(c), id); err != nil {
		return h.refuse(c, err, "/questions/"+id.String())
	}
	h.Flash(c, "success", h.Printer(c).T(said))
	return c.Redirect(http.StatusSeeOther, "/questions/"+id.String())
}

// refuse says above a page why something cannot be done; other errors are passed on.
func (h *Handlers) refuse(c echo.Context, err error, page string) error {
	var conflict *models.ConflictError
	var slow *models.TooManyError
	if !errors.As(err, &conflict) && !errors.As(err, &slow) {
		return err
	}
	h.Flash(c, "warning", h.Sentence(c, err))
	return c.Redirect(http.StatusSeeOther, page)
}
