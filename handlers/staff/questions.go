package staff

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

type questionsBody struct {
	Open, Closed         []questionCard
	MoreOpen, MoreClosed string // addresses of the pages after
	Later                bool   // this is not the first page: it has one of the lists
	Asks                 bool   // who looks may ask
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
	cursor, list := c.QueryParam("cursor"), c.QueryParam("list")
	body := questionsBody{Asks: web.User(c).Is(models.RoleLeader), Later: cursor != ""}
	var err error
	if !body.Later || list == "open" {
		if body.Open, body.MoreOpen, err = h.questionCards(c, false, cursor); err != nil {
			return err
		}
	}
	if !body.Later || list == "closed" {
		if body.Closed, body.MoreClosed, err = h.questionCards(c, true, cursor); err != nil {
			return err
		}
	}
	return h.Render(c, "staff/questions.html", h.Printer(c).T("questions.title"), body)
}

// questionCards are a page of the open questions or of those closed, and the address of the next.
func (h *Handlers) questionCards(c echo.Context, closed bool, after string) (cards []questionCard, more string, err error) {
	by := *web.User(c)
	rows, next, err := h.DB.Questions(c.Request().Context(), by, closed, after)
	for _, r := range rows {
		cards = append(cards, questionCard{QuestionRow: r, By: web.NameOf(r.User), To: h.putTo(c, r.Question), Own: r.UserID == by.ID})
	}
	list := "open"
	if closed {
		list = "closed"
	}
	return cards, moreOf("/questions", list, next), err
}

// moreOf is the address of the next page of one of a page's lists; empty without a cursor.
func moreOf(page, list, next string) string {
	if next == "" {
		return ""
	}
	return page + "?" + url.Values{"list": {list}, "cursor": {next}}.Encode()
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

// putTo are the names of the teams and groups that a question was put to, as far as who looks may know of them; none for everybody.
func (h *Handlers) putTo(c echo.Context, q models.Question) (names []string) {
	for _, p := range q.Places {
		switch {
		case p.Team != nil:
			names = append(names, p.Team.Name)
		case p.Group != nil:
			names = append(names, p.Group.Name)
		}
	}
	if len(names) == 0 && !q.Everybody {
		names = []string{h.Printer(c).T("question.to.others")}
	}
	return names
}

// questionInput is the form by which a question is asked, as written.
type questionInput struct {
	Title  string   `form:"title" query:"title"`
	Words  string   `form:"words"`
	Job    string   `form:"job" query:"job"`
	Skill  string   `form:"skill" query:"skill"`
	To     string   `form:"to"` // everybody, teams, or groups
	Teams  []string `form:"team" query:"team"`
	Groups []string `form:"group" query:"group"`
}

type questionNewBody struct {
	In     questionInput
	Skill  string // its name; empty without one
	Jobs   []jobOption
	Teams  []teamOption
	Groups []teamOption
}

type jobOption struct{ Value, Label string }

// teamOption is a team or a group that can be asked.
type teamOption struct {
	ID, Name string
	Members  int
	Chosen   bool
	Closed   bool // a group that is there for its members alone
}

// NewQuestion shows the form, filled in with the skill, the job, the team or the group in the address.
func (h *Handlers) NewQuestion(c echo.Context) error {
	in := questionInput{
		Title: c.QueryParam("title"), Job: c.QueryParam("job"), Skill: c.QueryParam("skill"), To: "everybody",
		Teams: c.QueryParams()["team"], Groups: c.QueryParams()["group"],
	}
	switch {
	case len(in.Groups) > 0:
		in.To = "groups"
	case len(in.Teams) > 0:
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
		body.Teams = append(body.Teams, teamOption{ID: t.ID.String(), Name: t.Name, Members: t.Members, Chosen: slices.Contains(in.Teams, t.ID.String())})
	}
	groups, err := h.DB.QuestionGroups(ctx, *web.User(c))
	if err != nil {
		return body, err
	}
	for _, g := range groups {
		id := g.ID.String()
		body.Groups = append(body.Groups, teamOption{ID: id, Name: g.Name, Members: g.Size, Chosen: slices.Contains(in.Groups, id), Closed: g.Kind == models.GroupClosed})
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
	both := form.To == "everybody" && len(form.Teams)+len(form.Groups) > 0 // who ticked a closed group may not have meant everybody
	in := models.QuestionInput{
		Title: form.Title, Words: form.Words, Everybody: form.To == "everybody" && !both, JobID: someID(form.Job), SkillID: someID(form.Skill),
	}
	switch form.To {
	case "teams":
		in.Teams = someIDs(form.Teams)
	case "groups":
		in.Groups = someIDs(form.Groups)
	}
	q, err := h.DB.Ask(c.Request().Context(), *web.User(c), in)
	if bad, refused := web.Refused(err); refused {
		if i := slices.IndexFunc(bad, func(e *models.ValidationError) bool { return e.Field == "to" }); both && i >= 0 {
			bad[i].Key = "question.error.to_both"
		}
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

// someIDs are the ids that fields of one name hold.
func someIDs(fields []string) (ids []uuid.UUID) {
	for _, s := range fields {
		if id := someID(s); id != nil {
			ids = append(ids, *id)
		}
	}
	return ids
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
