package hr

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// previewRows is how many lines of a preview are shown; its sums are of all.
const previewRows = 200

type policyInput struct {
	Policy string `form:"policy" query:"policy"`
	Window string `form:"window" query:"window"`
	Reason string `form:"reason"`
}

// days is the window as a number; what is none is refused like one that is too small.
func (in policyInput) days() int {
	n, _ := strconv.Atoi(in.Window)
	return n
}

type creditsBody struct {
	Now       models.CreditPolicy
	NowName   string
	Input     policyInput
	Name      string // of the policy in Input
	Policies  []option
	Rules     []option // each policy's name and rule
	MaxWindow int
	MaxReason int
	Preview   *models.CreditPreview // nil until it is asked for
	Rows      []creditChange
	Open      []appealView
	Decided   []appealView
	Outcomes  []option
}

// creditChange is a line of the preview in percent.
type creditChange struct {
	models.CreditChange
	NowShare, ThenShare int
}

// appealView is an appeal with the credit that it is against. Its answer is what was typed, as long as that was refused.
type appealView struct {
	models.Appeal
	Credit  []creditView
	Refused bool
}

// Credits is where HR chooses the rule of credit, sees what another would have given, and answers appeals.
func (h *Handlers) Credits(c echo.Context) error {
	var in policyInput
	if err := c.Bind(&in); err != nil {
		return err
	}
	body, err := h.creditsBody(c, in)
	if err != nil {
		return h.RenderInvalid(c, err, "hr/credits.html", h.Printer(c).T("credits.title"), body)
	}
	return h.Render(c, "hr/credits.html", h.Printer(c).T("credits.title"), body)
}

// creditsBody shows a preview where in names a policy.
func (h *Handlers) creditsBody(c echo.Context, in policyInput) (b creditsBody, err error) {
	ctx, p := c.Request().Context(), h.Printer(c)
	b = creditsBody{Input: in, MaxWindow: models.MaxCreditWindow, MaxReason: models.MaxReason}
	for _, name := range models.CreditPolicies {
		b.Policies = append(b.Policies, option{name, web.CreditPolicy(p, name)})
		b.Rules = append(b.Rules, option{web.CreditPolicy(p, name), web.CreditRule(p, name)})
	}
	for _, o := range models.AppealOutcomes {
		b.Outcomes = append(b.Outcomes, option{o, p.T("appeal.outcome." + o)})
	}
	if b.Now, err = h.DB.CreditPolicy(ctx); err != nil {
		return b, err
	}
	b.NowName = web.CreditPolicy(p, b.Now.Policy)
	open, decided, err := h.DB.Appeals(ctx)
	if err != nil {
		return b, err
	}
	b.Open, b.Decided = h.appeals(c, open), h.appeals(c, decided)
	if err := h.SawMany(c, models.OfAppeal, len(open)+len(decided)); err != nil {
		return b, err
	}
	if in.Policy == "" {
		b.Input.Policy, b.Input.Window = b.Now.Policy, strconv.Itoa(b.Now.WindowDays)
		return b, nil
	}
	preview, err := h.DB.PreviewCredit(ctx, in.Policy, in.days(), previewRows)
	if err != nil {
		return b, err
	}
	b.Preview, b.Name = &preview, web.CreditPolicy(p, in.Policy)
	for _, r := range preview.Rows {
		b.Rows = append(b.Rows, creditChange{r, percent(r.Now), percent(r.Then)})
	}
	return b, h.SawMany(c, models.OfCredit, len(b.Rows))
}

func (h *Handlers) appeals(c echo.Context, appeals []models.Appeal) []appealView {
	var out []appealView
	for _, a := range appeals {
		out = append(out, appealView{Appeal: a, Credit: h.credits(c, a.Application.Credits)})
	}
	return out
}

// SetPolicy chooses the rule for applications to come.
func (h *Handlers) SetPolicy(c echo.Context) error {
	return h.policy(c, "credits.saved", func(in policyInput) error {
		return h.DB.SetCreditPolicy(c.Request().Context(), *web.User(c), in.Policy, in.days())
	})
}

// Reapply has the rule applied to the applications that are there, too.
func (h *Handlers) Reapply(c echo.Context) error {
	return h.policy(c, "credits.reapplying", func(in policyInput) error {
		return h.DB.AskReapply(c.Request().Context(), *web.User(c), in.Policy, in.days(), in.Reason)
	})
}

func (h *Handlers) policy(c echo.Context, done string, do func(policyInput) error) error {
	var in policyInput
	if err := c.Bind(&in); err != nil {
		return err
	}
	if err := do(in); err != nil {
		body, shown := h.creditsBody(c, in)
		if _, refused := web.Refused(shown); shown != nil && !refused {
			return shown
		}
		return h.RenderInvalid(c, err, "hr/credits.html", h.Printer(c).T("credits.title"), body)
	}
	h.Flash(c, "ok", h.Printer(c).T(done))
	return c.Redirect(http.StatusSeeOther, "/hr/credits")
}

// DecideAppeal answers a colleague's appeal.
func (h *Handlers) DecideAppeal(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	outcome, answer := c.FormValue("outcome"), c.FormValue("answer")
	err = h.DB.DecideAppeal(c.Request().Context(), *web.User(c), id, outcome, answer)
	if err != nil {
		body, shown := h.creditsBody(c, policyInput{})
		if shown != nil {
			return shown
		}
		for i := range body.Open {
			if a := &body.Open[i]; a.ID == id {
				a.Outcome, a.Answer, a.Refused = outcome, answer, true
			}
		}
		return h.RenderInvalid(c, err, "hr/credits.html", h.Printer(c).T("credits.title"), body)
	}
	h.Flash(c, "ok", h.Printer(c).T("appeal.decided"))
	return c.Redirect(http.StatusSeeOther, "/hr/credits")
}
