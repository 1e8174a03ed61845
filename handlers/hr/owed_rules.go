package hr

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"kollega/models"
)

// owedRulesBody is the rules of what is owed, one line each.
type owedRulesBody struct {
	Rules []models.OwedRule
	Who   []option
	Max   int
}

// OwedRules shows what is owed an answer, by whom, and how long that may take.
func (h *Handlers) OwedRules(c echo.Context) error {
	rules, err := h.DB.OwedRules(c.Request().Context())
	if err != nil {
		return err
	}
	return h.Render(c, "hr/feedback_rules.html", h.Printer(c).T("owed.rules"), h.owedRules(c, rules))
}

func (h *Handlers) owedRules(c echo.Context, rules []models.OwedRule) owedRulesBody {
	b := owedRulesBody{Rules: rules, Max: models.MaxOwedDays}
	for _, who := range models.Owers {
		b.Who = append(b.Who, option{who, h.Printer(c).T("owed.who." + who)})
	}
	return b
}

// SaveOwedRules changes them.
func (h *Handlers) SaveOwedRules(c echo.Context) error {
	ctx := c.Request().Context()
	rules, err := h.DB.OwedRules(ctx)
	if err != nil {
		return err
	}
	for i, r := range rules {
		days, _ := strconv.Atoi(c.FormValue("days_" + r.Kind)) // 0 is refused
		rules[i] = models.OwedRule{Kind: r.Kind, Owed: c.FormValue("owed_"+r.Kind) != "", Who: c.FormValue("who_" + r.Kind), Days: days}
	}
	if err := h.DB.SaveOwedRules(ctx, rules); err != nil {
		return h.RenderInvalid(c, err, "hr/feedback_rules.html", h.Printer(c).T("owed.rules"), h.owedRules(c, rules))
	}
	return h.Done(c, nil, "owed.rules.saved", "/hr/feedback-rules")
}
