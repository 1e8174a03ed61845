package public

import (
	"errors"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// candidateBody is a candidate's own page.
type candidateBody struct {
	models.OwnPage
	At       string // the page's address
	Apps     []ownView
	Done     string // a sentence on what was just done
	Details  models.Details
	AskPool  bool // they came to answer whether to renew
	PoolEnds bool // the consent ends soon
	Months   int  // that a new yes holds
	Links    bool // other links may be ended
}

// ownView is one application on it.
type ownView struct {
	models.OwnApplication
	AnswerBy, Kept time.Time // zero without
	Late           bool
	Steps          []stepView
	Input          models.OwnWords // as it was sent, where it was refused
	Bad            bool
	Learns         []choice
}

type stepView struct {
	Stage         string
	Done, Current bool
}

type choice struct{ Value, Label string }

// ownSteps are what a candidate sees of the way, in order.
var ownSteps = []string{models.StageNew, models.StageScreening, models.StageInterview, models.StageOffer}

// Candidate is the page that a candidate's mails link to.
func (h *Handlers) Candidate(c echo.Context) error {
	return h.own(c, func(p models.OwnPage) error {
		body, err := h.candidateBody(c, p)
		if err != nil {
			return err
		}
		if key := "candidate.done." + c.QueryParam("done"); h.Printer(c).Has(key) {
			body.Done = h.Printer(c).T(key)
		}
		body.AskPool = c.QueryParam("ask") == "pool"
		return h.ownPage(c, http.StatusOK, nil, body)
	})
}

// own finds whose page it is, in their language and hidden from everybody else, or says kindly that the link has ended.
func (h *Handlers) own(c echo.Context, show func(models.OwnPage) error) error {
	hidden(c)
	p, err := h.DB.OwnPage(c.Request().Context(), c.Param("token"))
	if errors.Is(err, models.ErrNotFound) {
		return h.linkEnded(c)
	}
	if err != nil {
		return err
	}
	web.Speak(c, p.Language)
	return show(p)
}

// hidden keeps a page whose address is a secret out of caches, search engines and the logs of others.
func hidden(c echo.Context) {
	private(c)
	c.Response().Header().Set("Referrer-Policy", "no-referrer")
}

func (h *Handlers) linkEnded(c echo.Context) error {
	page := h.Page(c, h.Printer(c).T("candidate.gone.title"), linkBody{Ended: true})
	page.NoIndex = true
	return h.RenderPage(c, http.StatusNotFound, "public/candidate_link.html", page)
}

// ownAddress is the candidate's own page.
func ownAddress(c echo.Context) string { return "/c/" + c.Param("token") }

// ownPage renders the page; bad are refused fields of one of its forms.
func (h *Handlers) ownPage(c echo.Context, code int, bad models.ValidationErrors, body candidateBody) error {
	page := h.Page(c, h.Printer(c).T("candidate.title"), body)
	page.NoIndex, page.Errors = true, bad
	return h.RenderPage(c, code, "public/candidate.html", page)
}

func (h *Handlers) candidateBody(c echo.Context, p models.OwnPage) (candidateBody, error) {
	rules, err := h.DB.CandidateRules(c.Request().Context())
	if err != nil {
		return candidateBody{}, err
	}
	now := h.Now()
	b := candidateBody{
		OwnPage: p, At: ownAddress(c), Months: rules.PoolMonths,
		Details: models.Details{Name: p.Name, Phone: p.Phone, Language: p.Language},
	}
	b.PoolEnds = p.PoolUntil != nil && p.PoolUntil.Before(now.Add(models.RenewBefore))
	for _, a := range p.Applications {
		v := ownView{
			OwnApplication: a, AnswerBy: rules.AnswerBy(a.Application), Late: rules.Overdue(a.Application, now),
			Input: models.OwnWords{Message: a.Message, HeardFrom: a.HeardFrom}, Learns: h.learns(c),
		}
		if a.Ended() {
			v.Kept = rules.Kept(a.Application)
		}
		for i, s := range ownSteps {
			at := stepOf(a.Stage)
			v.Steps = append(v.Steps, stepView{Stage: s, Done: i < at, Current: i == at})
		}
		b.Apps = append(b.Apps, v)
	}
	return b, nil
}

func stepOf(stage string) int {
	for i, s := range ownSteps {
		if s == stage {
			return i
		}
	}
	return len(ownSteps)
}

// learns are the levels of what a colleague may learn.
func (h *Handlers) learns(c echo.Context) []choice {
	var out []choice
	for _, level := range models.ColleagueLearns {
		out = append(out, choice{level, h.Printer(c).T("candidate.learns." + level)})
	}
	return out
}

// done leads back to the page with a sentence about what was done.
func (h *Handlers) done(c echo.Context, key, anchor string) error {
	to := ownAddress(c) + "?done=" + key
	if q := c.QueryParam("lang"); models.Languages.Has(q) {
		to += "&lang=" + q
	}
	return c.Redirect(http.StatusSeeOther, to+"#"+anchor)
}

// BackToCandidate leads who opens a form's address anew to the page that has the form.
func (h *Handlers) BackToCandidate(c echo.Context) error {
	hidden(c)
	return c.Redirect(http.StatusSeeOther, ownAddress(c))
}

// refused shows the page again with what was written and why it was not taken; edit puts the words back. Other errors are passed on.
func (h *Handlers) refused(c echo.Context, err error, edit func(*candidateBody)) error {
	if errors.Is(err, models.ErrNotFound) {
		return h.linkEnded(c)
	}
	bad, ok := web.Refused(err)
	var conflict *models.ConflictError
	if !ok && !errors.As(err, &conflict) {
		return err
	}
	return h.own(c, func(p models.OwnPage) error {
		body, err := h.candidateBody(c, p)
		if err != nil {
			return err
		}
		if edit != nil {
			edit(&body)
		}
		code := http.StatusUnprocessableEntity
		if conflict != nil {
			code, bad = http.StatusConflict, models.ValidationErrors{models.Invalid("applications", conflict.Key)}
		}
		return h.ownPage(c, code, bad, body)
	})
}

// ownID is the application that the form or the address names; nil where it names none.
func ownID(c echo.Context) (*uuid.UUID, error) {
	asked := c.Param("id")
	if asked == "" {
		asked = c.FormValue("application")
	}
	if asked == "" {
		return nil, nil //nolint:nilnil // none is named: that is an answer
	}
	id, err := uuid.Parse(asked)
	if err != nil {
		return nil, models.ErrNotFound
	}
	return &id, nil
}
