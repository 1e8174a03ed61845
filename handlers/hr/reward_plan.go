package hr

import (
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// planInput is the reward that HR writes for a job.
type planInput struct {
	Kind     string `form:"kind"`
	Words    string `form:"words"`
	Amount   string `form:"amount"`
	Currency string `form:"currency"`
	Months   string `form:"months"`
}

type planBody struct {
	Job                 models.Job
	In                  planInput
	Kinds               []option
	MaxWords, MaxMonths int
	Past                []planView // every promise so far, the newest first
}

// planView is a promise in words.
type planView struct {
	models.RewardPlan
	What, When string
}

// RewardPlan shows what colleagues are promised for a hire, to be written anew.
func (h *Handlers) RewardPlan(c echo.Context) error {
	body, err := h.planBody(c)
	if err != nil {
		return err
	}
	return h.Render(c, "hr/reward_plan.html", h.Printer(c).T("plan.title"), body)
}

func (h *Handlers) planBody(c echo.Context) (planBody, error) {
	b := planBody{MaxWords: models.MaxRewardWords, MaxMonths: models.MaxRewardMonths}
	id, err := web.ID(c, "id")
	if err != nil {
		return b, err
	}
	ctx, p := c.Request().Context(), h.Printer(c)
	if b.Job, err = h.DB.Job(ctx, id); err != nil {
		return b, err
	}
	b.Kinds = []option{{"", p.T("plan.none")}}
	for _, k := range models.RewardKinds {
		b.Kinds = append(b.Kinds, option{k, p.T("reward.kind." + k)})
	}
	plans, err := h.DB.RewardPlans(ctx, id)
	for _, plan := range plans {
		b.Past = append(b.Past, planView{plan, web.RewardWhat(p, plan), web.RewardWhen(p, plan)})
	}
	b.In = planInput{Currency: "NOK", Months: "0"}
	if len(plans) > 0 {
		b.In = writtenPlan(plans[0])
	}
	return b, err
}

// writtenPlan is a plan as the form shows it.
func writtenPlan(p models.RewardPlan) planInput {
	in := planInput{Kind: p.Kind, Words: p.Words, Currency: p.Currency, Months: strconv.Itoa(p.Months)}
	if p.Amount > 0 {
		in.Amount = strconv.FormatFloat(float64(p.Amount)/100, 'f', -1, 64)
	}
	if in.Currency == "" {
		in.Currency = "NOK"
	}
	return in
}

// SaveRewardPlan promises something to those who recommend from now on.
func (h *Handlers) SaveRewardPlan(c echo.Context) error {
	body, err := h.planBody(c)
	if err != nil {
		return err
	}
	var in planInput
	if err := c.Bind(&in); err != nil {
		return err
	}
	body.In = in
	plan, err := in.parse()
	if err == nil {
		err = h.DB.SaveRewardPlan(c.Request().Context(), *web.User(c), body.Job.ID, plan)
	}
	if err != nil {
		return h.RenderInvalid(c, err, "hr/reward_plan.html", h.Printer(c).T("plan.title"), body)
	}
	h.Flash(c, "success", h.Printer(c).T("plan.saved"))
	return c.Redirect(http.StatusSeeOther, "/hr/jobs/"+body.Job.ID.String()+"/reward")
}

// parse reads what was written.
func (in planInput) parse() (models.RewardPlan, error) {
	var bad models.ValidationErrors
	plan := models.RewardPlan{Kind: in.Kind, Words: in.Words, Currency: in.Currency}
	if in.Kind == models.RewardMoney {
		if sum := amount("amount", in.Amount, &bad); sum != nil {
			plan.Amount = int64(math.Round(*sum * 100))
		}
	}
	var err error
	if plan.Months, err = strconv.Atoi(strings.TrimSpace(in.Months)); err != nil && in.Kind != "" {
		bad.Add("months", "reward.error.months", "Max", models.MaxRewardMonths)
	}
	return plan, bad.Err()
}
