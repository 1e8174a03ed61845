package hr

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

type applicationBody struct {
	models.Application
	Base, List string
	Board      string // of the job
	Skills     []models.RequiredSkill
	Markings   models.Words
	Notes      []noteView
	NewNote    string   // as it was sent, where it was refused
	Refused    string   // the note whose change was
	Colleagues []string // who can be named in a note
	History    []historyView
	Others     []models.Application // of the same person
	Credit     []creditView
	Heard      []models.User // whom the candidate's answer may mean; only for HR
	LinkOwner  string        // of the link it came by
	Stages     []option
	Input      stageInput // as it was sent, where it was refused
	MaxNote    int
	MaxWords   int
	Letters    []models.Letter // to the candidate, newest first
	Stuck      bool            // one of them did not arrive
	Address    string          // as it was written, where it was refused
	AnswerBy   time.Time       // zero without a promise
	Late       bool
	Undo       string // the stage that the newest change can be taken back to, empty where it cannot
	Showable   bool   // the CV can be shown on a page
}

// historyView is an entry of the history; Credit says a round of credit in words.
type historyView struct {
	models.HistoryEntry
	Credited []creditView
}

// Version tells one state of the application from another, for an open page.
func (b applicationBody) Version() string {
	newest := b.UpdatedAt
	if len(b.History) > 0 {
		newest = b.History[0].At
	}
	return fmt.Sprintf("%d-%d-%d-%d", b.UpdatedAt.UnixMicro(), newest.UnixMicro(), len(b.History), len(b.Credit))
}

// ChangedBy is who made the newest change, where that was a step; empty where nobody is known for it.
func (b applicationBody) ChangedBy() string {
	if len(b.History) == 0 || b.History[0].User == nil || b.UpdatedAt.Sub(b.History[0].At) > time.Second {
		return ""
	}
	return b.History[0].User.Name
}

// creditView is a credit with its reason in words.
type creditView struct {
	Name   string
	Share  int // percent
	Reason string
}

// Application is one application with everything that is known of it. Whoever is named in its notes has seen them then.
func (h *Handlers) Application(c echo.Context) error {
	body, err := h.application(c)
	if err != nil {
		return err
	}
	if err := h.DB.SeeMentions(c.Request().Context(), *web.User(c), body.ID); err != nil {
		return err
	}
	return h.Render(c, "hr/application.html", body.Candidate.Name, body)
}

func (h *Handlers) application(c echo.Context) (applicationBody, error) {
	b := applicationBody{Base: base(c), MaxNote: models.MaxNote, MaxWords: models.MaxWords, Markings: models.SkillMarkings}
	b.List = listAddress(b.Base)
	id, err := web.ID(c, "id")
	if err != nil {
		return b, err
	}
	ctx, by := c.Request().Context(), *web.User(c)
	if b.Application, err = h.DB.Application(ctx, by, id); err != nil {
		return b, err
	}
	if err := h.Saw(c, models.OfApplication, id); err != nil {
		return b, err
	}
	h.formerCredits(c, b.Application)
	b.Input.From, b.Input.Stage, b.Input.Tell, b.Address = b.Stage, b.Stage, true, b.Candidate.Email
	b.Board, b.Showable = boardAddress(c, b.JobID), showable(b.Application)
	if err := h.told(c, &b); err != nil {
		return b, err
	}
	if err := h.judged(c, &b); err != nil {
		return b, err
	}
	if b.Others, _, err = h.DB.Applications(ctx, by, models.ApplicationFilter{CandidateID: &b.CandidateID}); err != nil {
		return b, err
	}
	h.formerCredits(c, b.Others...)
	b.Others = slices.DeleteFunc(b.Others, func(a models.Application) bool { return a.ID == id })
	if b.Link != nil {
		owner, err := h.DB.User(ctx, b.Link.UserID)
		if err != nil {
			return b, err
		}
		h.former(c, &owner)
		b.LinkOwner = owner.Name
	}
	if b.Base == allApplications {
		if b.Heard, err = h.DB.HeardSuggestions(ctx, b.Application); err != nil {
			return b, err
		}
	}
	b.Credit, b.Stages = h.credits(c, b.Credits), h.stageOptions(c)[1:]
	return b, nil
}

// judged fills in what colleagues saw and wrote, and the history.
func (h *Handlers) judged(c echo.Context, b *applicationBody) error {
	ctx, by := c.Request().Context(), *web.User(c)
	var err error
	if b.Skills, err = h.DB.RequiredSkills(ctx, b.Application); err != nil {
		return err
	}
	notes, err := h.DB.Notes(ctx, by, b.ID)
	if err != nil {
		return err
	}
	for _, n := range notes {
		b.Notes = append(b.Notes, noteView{Note: n, Own: n.By(by), At: b.Base + "/" + b.ID.String() + "/notes/" + n.ID.String(), Said: n.Text})
	}
	colleagues, err := h.DB.Mentionable(ctx, b.JobID)
	if err != nil {
		return err
	}
	for _, u := range colleagues {
		if u.ID != by.ID {
			b.Colleagues = append(b.Colleagues, u.Name)
		}
	}
	history, err := h.DB.History(ctx, b.Application, notes, b.Letters)
	if err != nil {
		return err
	}
	for _, e := range history {
		h.former(c, e.User)
		b.History = append(b.History, historyView{e, h.credits(c, e.Credit)})
	}
	undoable, err := h.DB.Undoable(ctx, by, b.Application)
	if undoable != nil {
		b.Undo = undoable.FromStage
	}
	return err
}

// told fills in what the candidate was promised and written.
func (h *Handlers) told(c echo.Context, b *applicationBody) (err error) {
	if b.Letters, err = h.DB.Letters(c.Request().Context(), *web.User(c), b.ID); err != nil {
		return err
	}
	b.Stuck = slices.ContainsFunc(b.Letters, models.Letter.Stuck)
	rules := h.Organisation().CandidateRules
	b.AnswerBy, b.Late = rules.AnswerBy(b.Application), rules.Overdue(b.Application, h.Now())
	return nil
}

// credits are the credits that hold, each with its reason as a third person reads it.
func (h *Handlers) credits(c echo.Context, credits []models.Credit) []creditView {
	var out []creditView
	for _, cr := range credits {
		h.former(c, cr.User)
		out = append(out, creditView{Name: cr.User.Name, Share: percent(cr.Weight), Reason: web.CreditReason(h.Printer(c), cr, cr.User.Name)})
	}
	return out
}

// backTo shows the application again with a sentence about what was done.
func (h *Handlers) backTo(c echo.Context, id uuid.UUID, done string) error {
	h.Flash(c, "ok", done)
	return c.Redirect(http.StatusSeeOther, base(c)+"/"+id.String())
}
