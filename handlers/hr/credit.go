package hr

import (
	"math"
	"net/http"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// Ways in which HR can give an application's credit, as the form names them.
const (
	overrideFull   = "full"
	overrideShare  = "share" // with those who have it
	overrideNobody = "nobody"
)

type creditInput struct {
	User   string `form:"user"`
	How    string `form:"how"`
	Reason string `form:"reason"`
}

type creditBody struct {
	models.Application
	At        string // address of the application
	Policy    string // name of the one it came in under
	Rounds    []creditRound
	Evidence  []judgedTouch
	Heard     []models.User // whom the candidate's answer may mean
	People    []option
	Input     creditInput
	MaxReason int
}

// judgedTouch is a touch with why it was taken for what it is, empty where the class says it all.
type judgedTouch struct {
	models.Touch
	Why string
}

// creditRound is one round of the ledger in words.
type creditRound struct {
	models.Credit // its first row, for when, why and by whom
	PolicyName    string
	Rows          []creditView
}

// Credit is the whole ledger of an application, with its evidence, where HR may decide otherwise.
func (h *Handlers) Credit(c echo.Context) error {
	body, err := h.creditBody(c)
	if err != nil {
		return err
	}
	return h.Render(c, "hr/credit.html", h.Printer(c).T("credit.title"), body)
}

func (h *Handlers) creditBody(c echo.Context) (creditBody, error) {
	b := creditBody{MaxReason: models.MaxReason}
	id, err := web.ID(c, "id")
	if err != nil {
		return b, err
	}
	ctx, by := c.Request().Context(), *web.User(c)
	if b.Application, err = h.DB.Application(ctx, by, id); err != nil {
		return b, err
	}
	if err := h.Saw(c, models.OfCredit, id); err != nil {
		return b, err
	}
	p := h.Printer(c)
	b.Policy = web.CreditPolicy(p, b.CreditPolicy)
	b.At = allApplications + "/" + id.String()
	rows, touches, err := h.DB.CreditLedger(ctx, by, id)
	if err != nil {
		return b, err
	}
	for _, t := range touches {
		b.Evidence = append(b.Evidence, judgedTouch{t, web.ClassReason(p, t.Reason)})
	}
	for _, row := range rows {
		if n := len(b.Rounds); n == 0 || b.Rounds[n-1].Round != row.Round {
			b.Rounds = append(b.Rounds, creditRound{Credit: row, PolicyName: web.CreditPolicy(p, row.Policy)})
		}
		last := &b.Rounds[len(b.Rounds)-1]
		last.Rows = append(last.Rows, h.credits(c, []models.Credit{row})...)
	}
	if b.Heard, err = h.DB.HeardSuggestions(ctx, b.Application); err != nil {
		return b, err
	}
	b.People, err = h.peopleOptions(c)
	return b, err
}

// peopleOptions are all who work here, to choose one from.
func (h *Handlers) peopleOptions(c echo.Context) ([]option, error) {
	users, err := h.DB.ActiveUsers(c.Request().Context())
	out := []option{{"", h.Printer(c).T("credit.nobody_chosen")}}
	for _, u := range users {
		out = append(out, option{u.ID.String(), u.Name})
	}
	return out, err
}

// MatchHeard notes whom the candidate's answer means.
func (h *Handlers) MatchHeard(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	user, err := uuid.Parse(c.FormValue("user"))
	if err != nil {
		return models.Invalid("user", "error.choose")
	}
	if err := h.DB.MatchHeard(c.Request().Context(), *web.User(c), id, user); err != nil {
		return err
	}
	return h.backTo(c, id, h.Printer(c).T("credit.heard.matched"))
}

// OverrideCredit gives an application's credit to whom HR says.
func (h *Handlers) OverrideCredit(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	var in creditInput
	if err := c.Bind(&in); err != nil {
		return err
	}
	ctx, by := c.Request().Context(), *web.User(c)
	shares, err := h.shares(c, id, in)
	if err == nil {
		err = h.DB.OverrideCredit(ctx, by, id, shares, in.Reason)
	}
	if err != nil {
		if _, refused := web.Refused(err); !refused {
			return err
		}
		body, shown := h.creditBody(c)
		if shown != nil {
			return shown
		}
		body.Input = in
		return h.RenderInvalid(c, err, "hr/credit.html", h.Printer(c).T("credit.title"), body)
	}
	h.Flash(c, "ok", h.Printer(c).T("credit.overridden"))
	return c.Redirect(http.StatusSeeOther, allApplications+"/"+id.String()+"/credit")
}

// shares are the parts that the form asks for.
func (h *Handlers) shares(c echo.Context, app uuid.UUID, in creditInput) ([]models.Share, error) {
	if in.How == overrideNobody {
		return nil, nil
	}
	user, err := uuid.Parse(in.User)
	if err != nil {
		return nil, models.Invalid("user", "error.choose")
	}
	switch in.How {
	case overrideFull:
		return []models.Share{{UserID: user, Weight: 1}}, nil
	case overrideShare:
		return h.DB.SharedWith(c.Request().Context(), app, user)
	}
	return nil, models.Invalid("how", "error.choose")
}

// percent is a weight as people read it.
func percent(weight float64) int { return int(math.Round(100 * weight)) }
