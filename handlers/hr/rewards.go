package hr

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/internal/sheet"
	"kollega/models"
)

const (
	rewardsPage = "/hr/rewards"
	rewardRows  = 200 // on a page: payroll is settled from one list
)

type rewardsBody struct {
	State       string
	Tabs        []rewardTab
	Rows        []rewardView
	Payable     bool // some of the rows can be marked as paid by whoever asks
	First, Next string
	CSV         string
	Today       string
	PaidOn      string
}

// rewardTab is one state of the list with how many it has.
type rewardTab struct {
	Href, Label string
	Count       int
	Now         bool
}

// rewardView is a reward in words.
type rewardView struct {
	models.Reward
	Value, When, Why string
	Own              bool // of whoever asks: somebody else must decide
}

func (h *Handlers) rewardView(c echo.Context, r models.Reward) rewardView {
	p := h.Printer(c)
	return rewardView{Reward: r, Value: web.RewardValue(p, r), When: web.RewardWhen(p, *r.Plan), Why: p.T("reward.cause." + r.Cause), Own: r.UserID == web.User(c).ID}
}

// Rewards lists what colleagues are due, by state.
func (h *Handlers) Rewards(c echo.Context) error {
	body, err := h.rewards(c)
	if err != nil {
		return err
	}
	return h.Render(c, "hr/rewards.html", h.Printer(c).T("rewards.title"), body)
}

// rewardState is the state that the address or the form asks for: what is due, where it names none.
func rewardState(c echo.Context) string {
	if state := c.QueryParam("state"); state == "all" || models.RewardStates.Has(state) {
		return state
	}
	return models.RewardEligible
}

func (h *Handlers) rewards(c echo.Context) (rewardsBody, error) {
	ctx, p := c.Request().Context(), h.Printer(c)
	b := rewardsBody{State: rewardState(c), Today: day(h.Now()), PaidOn: day(h.Now())}
	counts, err := h.DB.CountRewards(ctx)
	if err != nil {
		return b, err
	}
	all := 0
	for _, s := range append(models.Words{models.RewardEligible, models.RewardPending, models.RewardPaid, models.RewardForfeited}, "all") {
		all += counts[s]
		tab := rewardTab{rewardsPage + "?state=" + s, p.T("reward.state." + s), counts[s], s == b.State}
		if s == "all" {
			tab.Count = all
		}
		b.Tabs = append(b.Tabs, tab)
	}
	f := models.RewardFilter{State: b.State, Cursor: c.QueryParam("cursor"), Limit: rewardRows}
	if b.State == "all" {
		f.State = ""
	}
	rows, next, err := h.DB.Rewards(ctx, *web.User(c), f)
	if err != nil {
		return b, err
	}
	for _, r := range rows {
		v := h.rewardView(c, r)
		b.Payable = b.Payable || r.State == models.RewardEligible && !v.Own
		b.Rows = append(b.Rows, v)
	}
	kept := url.Values{"state": {b.State}}
	b.CSV = address(rewardsPage+".csv", kept)
	if f.Cursor != "" {
		b.First = address(rewardsPage, kept)
	}
	if next != "" {
		kept.Set("cursor", next)
		b.Next = address(rewardsPage, kept)
	}
	return b, nil
}

// RewardsCSV is the list for payroll: who is due what, and no word of whom they recommended.
func (h *Handlers) RewardsCSV(c echo.Context) error {
	ctx, p := c.Request().Context(), h.Printer(c)
	f := models.RewardFilter{State: rewardState(c), Limit: rewardRows}
	if f.State == "all" {
		f.State = ""
	}
	var head []any
	for _, column := range []string{"name", "email", "kind", "value", "amount", "currency", "share", "job", "state", "due_on", "paid_on"} {
		head = append(head, p.T("rewards.column."+column))
	}
	lines := [][]any{head}
	for more := true; more; more = f.Cursor != "" {
		rows, next, err := h.DB.Rewards(ctx, *web.User(c), f)
		if err != nil {
			return err
		}
		for _, r := range rows {
			lines = append(lines, h.rewardLine(c, r))
		}
		f.Cursor = next
	}
	if err := h.Exported(c, models.OfReward, "csv", len(lines)-1); err != nil {
		return err
	}
	return h.Sheet(c, p.T("rewards.file")+"-"+day(h.Now()), sheet.CSV, lines)
}

func (h *Handlers) rewardLine(c echo.Context, r models.Reward) []any {
	p := h.Printer(c)
	sum, paid := "", ""
	if r.Plan.Kind == models.RewardMoney {
		sum = strconv.FormatFloat(float64(r.Amount)/100, 'f', 2, 64)
		if h.Lang(c) == "nb" {
			sum = strings.Replace(sum, ".", ",", 1)
		}
	}
	if r.PaidOn != nil {
		paid = day(*r.PaidOn)
	}
	return []any{
		r.User.Name, r.User.Email, p.T("reward.kind." + r.Plan.Kind), r.Plan.Words, sum, r.Plan.Currency, strconv.Itoa(percent(r.Weight)) + " %",
		r.Application.Job.Title, p.T("reward.state." + r.State), day(r.DueOn), paid,
	}
}

// PayRewards marks the chosen rewards as paid on one day.
func (h *Handlers) PayRewards(c echo.Context) error {
	form, err := c.FormParams()
	if err != nil {
		return err
	}
	var ids []uuid.UUID
	for _, raw := range form["reward"] {
		id, err := uuid.Parse(raw)
		if err != nil {
			return models.ErrNotFound
		}
		ids = append(ids, id)
	}
	on, err := time.Parse(time.DateOnly, form.Get("paid_on"))
	if err != nil {
		err = models.Invalid("paid_on", "error.date")
	}
	paid := 0
	if err == nil {
		paid, err = h.DB.PayRewards(c.Request().Context(), *web.User(c), ids, on)
	}
	if _, refused := web.Refused(err); refused {
		body, shown := h.rewards(c)
		if shown != nil {
			return shown
		}
		body.PaidOn = form.Get("paid_on")
		return h.RenderInvalid(c, err, "hr/rewards.html", h.Printer(c).T("rewards.title"), body)
	}
	var conflict *models.ConflictError
	switch {
	case errors.As(err, &conflict):
		h.Flash(c, "error", h.Sentence(c, err))
	case err != nil:
		return err
	default:
		h.Flash(c, "success", h.Printer(c).N("rewards.paid", paid))
	}
	return c.Redirect(http.StatusSeeOther, rewardsPage)
}

type rewardBody struct {
	rewardView
	At     string
	Causes []option
	Cause  string
	Words  string // as they were written, where they were refused
	Max    int

	CanForfeit, CanReopen bool
}

// Reward shows one reward with how it came to be what it is.
func (h *Handlers) Reward(c echo.Context) error {
	body, err := h.reward(c)
	if err != nil {
		return err
	}
	return h.Render(c, "hr/reward.html", h.Printer(c).T("reward.title"), body)
}

func (h *Handlers) reward(c echo.Context) (rewardBody, error) {
	b := rewardBody{Max: models.MaxReason}
	id, err := web.ID(c, "id")
	if err != nil {
		return b, err
	}
	r, err := h.DB.Reward(c.Request().Context(), *web.User(c), id)
	if err != nil {
		return b, err
	}
	b.rewardView, b.At = h.rewardView(c, r), rewardsPage+"/"+id.String()
	b.Causes = []option{{"", h.Printer(c).T("erase.choose")}}
	for _, cause := range models.ForfeitCauses {
		b.Causes = append(b.Causes, option{cause, h.Printer(c).T("reward.forfeit." + cause)})
	}
	b.CanForfeit = !b.Own && (r.State == models.RewardPending || r.State == models.RewardEligible)
	b.CanReopen = !b.Own && (r.State == models.RewardPaid || r.State == models.RewardForfeited && models.ForfeitCauses.Has(r.Cause))
	return b, nil
}

// ForfeitReward lets a reward come to nothing.
func (h *Handlers) ForfeitReward(c echo.Context) error {
	return h.decideReward(c, "reward.forfeited", func(ctx context.Context, by models.User, id uuid.UUID) error {
		return h.DB.ForfeitReward(ctx, by, id, c.FormValue("cause"), c.FormValue("words"))
	})
}

// ReopenReward takes back that a reward was paid or came to nothing.
func (h *Handlers) ReopenReward(c echo.Context) error {
	return h.decideReward(c, "reward.reopened", func(ctx context.Context, by models.User, id uuid.UUID) error {
		return h.DB.ReopenReward(ctx, by, id, c.FormValue("words"))
	})
}

func (h *Handlers) decideReward(c echo.Context, said string, do func(context.Context, models.User, uuid.UUID) error) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	err = do(c.Request().Context(), *web.User(c), id)
	if _, refused := web.Refused(err); refused {
		body, shown := h.reward(c)
		if shown != nil {
			return shown
		}
		body.Words, body.Cause = c.FormValue("words"), c.FormValue("cause")
		return h.RenderInvalid(c, err, "hr/reward.html", h.Printer(c).T("reward.title"), body)
	}
	return h.Done(c, err, said, rewardsPage+"/"+id.String())
}
