package hr

import (
	"cmp"
	"context"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// cvLimit is how long a slow line may take for a CV.
const cvLimit = 5 * time.Minute

type stageInput struct {
	Stage string `form:"stage"`
	Note  string `form:"note"`
	Tell  bool   `form:"tell"`
	Words string `form:"words"`
}

type applicationBody struct {
	models.Application
	Base, List string
	Required   []string // names of the job's required skills
	History    []models.StageChange
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
}

// creditView is a credit with its reason in words.
type creditView struct {
	Name   string
	Share  int // percent
	Reason string
}

// Application is one application with everything that is known of it.
func (h *Handlers) Application(c echo.Context) error {
	body, err := h.application(c)
	if err != nil {
		return err
	}
	return h.Render(c, "hr/application.html", body.Candidate.Name, body)
}

func (h *Handlers) application(c echo.Context) (applicationBody, error) {
	b := applicationBody{Base: base(c), MaxNote: models.MaxNote, MaxWords: models.MaxWords}
	b.List = listAddress(b.Base)
	id, err := web.ID(c, "id")
	if err != nil {
		return b, err
	}
	ctx, by := c.Request().Context(), *web.User(c)
	if b.Application, err = h.DB.Application(ctx, by, id); err != nil {
		return b, err
	}
	b.Input.Stage, b.Input.Tell, b.Address = b.Stage, true, b.Candidate.Email
	if err := h.told(c, &b); err != nil {
		return b, err
	}
	job, err := h.DB.Job(ctx, b.JobID)
	if err != nil {
		return b, err
	}
	for _, s := range job.Skills {
		if s.Need == "required" {
			b.Required = append(b.Required, s.Skill.Name)
		}
	}
	if b.History, err = h.DB.StageChanges(ctx, id); err != nil {
		return b, err
	}
	if len(b.History) > 0 && b.History[0].Undoable(by, h.Now()) {
		b.Undo = b.History[0].FromStage
	}
	if b.Others, _, err = h.DB.Applications(ctx, by, models.ApplicationFilter{CandidateID: &b.CandidateID}); err != nil {
		return b, err
	}
	b.Others = slices.DeleteFunc(b.Others, func(a models.Application) bool { return a.ID == id })
	if b.Link != nil {
		owner, err := h.DB.User(ctx, b.Link.UserID)
		if err != nil {
			return b, err
		}
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
		out = append(out, creditView{Name: cr.User.Name, Share: percent(cr.Weight), Reason: web.CreditReason(h.Printer(c), cr, cr.User.Name)})
	}
	return out
}

// CV hands out the candidate's file, never to be shown by the browser itself.
func (h *Handlers) CV(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	app, err := h.DB.Application(c.Request().Context(), *web.User(c), id)
	if err != nil {
		return err
	}
	if app.CVKey == "" {
		return models.ErrNotFound
	}
	return h.sendCV(c, models.CV{Key: app.CVKey, Name: app.CVName, Type: app.CVType})
}

func (h *Handlers) sendCV(c echo.Context, cv models.CV) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), cvLimit)
	defer cancel()
	file, err := h.Store.Get(ctx, cv.Key, "")
	if err != nil {
		return err
	}
	defer file.Body.Close()
	_ = http.NewResponseController(c.Response()).SetWriteDeadline(time.Now().Add(cvLimit)) // not every writer has one
	head := c.Response().Header()
	head.Set(echo.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": cmp.Or(cv.Name, "cv")}))
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set(echo.HeaderCacheControl, "no-store")
	head.Set(echo.HeaderContentLength, strconv.FormatInt(file.Length, 10))
	return c.Stream(http.StatusOK, cmp.Or(cv.Type, echo.MIMEOctetStream), file.Body)
}

// Move changes the stage of an application, or adds a note to the stage it is in.
func (h *Handlers) Move(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	var in stageInput
	if err := c.Bind(&in); err != nil {
		return err
	}
	app, err := h.DB.Move(c.Request().Context(), *web.User(c), id, models.StageMove{To: in.Stage, Note: in.Note, Tell: in.Tell, Words: in.Words})
	if err != nil {
		if _, refused := web.Refused(err); !refused {
			return err
		}
		body, shown := h.application(c)
		if shown != nil {
			return shown
		}
		body.Input = in
		return h.RenderInvalid(c, err, "hr/application.html", body.Candidate.Name, body)
	}
	p := h.Printer(c)
	return h.backTo(c, id, p.T("application.moved", "Stage", p.T("stage."+app.Stage)))
}

// UndoMove takes back the change that the same person just made.
func (h *Handlers) UndoMove(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	app, err := h.DB.UndoStage(c.Request().Context(), *web.User(c), id)
	if err != nil {
		return err
	}
	p := h.Printer(c)
	return h.backTo(c, id, p.T("application.undone", "Stage", p.T("stage."+app.Stage)))
}

// MarkSkills notes whether the candidate has every required skill.
func (h *Handlers) MarkSkills(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	seen := c.FormValue("seen") == "1"
	if err := h.DB.MarkSkills(c.Request().Context(), *web.User(c), id, seen); err != nil {
		return err
	}
	key := "application.skills.unmarked"
	if seen {
		key = "application.skills.marked"
	}
	return h.backTo(c, id, h.Printer(c).T(key))
}

// backTo shows the application again with a sentence about what was done.
func (h *Handlers) backTo(c echo.Context, id uuid.UUID, done string) error {
	h.Flash(c, "ok", done)
	return c.Redirect(http.StatusSeeOther, base(c)+"/"+id.String())
}
