package staff

import (
	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// promise is what colleagues are promised for a job, in words.
type promise struct{ What, When string }

// promised is what whoever recommends somebody for the job now is promised; nil where that is nothing.
func (h *Handlers) promised(c echo.Context, job uuid.UUID) (*promise, error) {
	plan, err := h.DB.RewardPlan(c.Request().Context(), job)
	if err != nil || !plan.Promised() {
		return nil, err
	}
	p := h.Printer(c)
	return &promise{web.RewardWhat(p, plan), web.RewardWhen(p, plan)}, nil
}

// ownReward is one's own reward in words; it does not say who was hired.
type ownReward struct {
	models.Reward
	Value, When, Why string
	Words            string // of whoever decided last
}

func (h *Handlers) ownRewards(c echo.Context) ([]ownReward, error) {
	rewards, err := h.DB.OwnRewards(c.Request().Context(), web.User(c).ID)
	p := h.Printer(c)
	var out []ownReward
	for _, r := range rewards {
		own := ownReward{Reward: r, Value: web.RewardValue(p, r), When: web.RewardWhen(p, *r.Plan), Why: p.T("reward.cause." + r.Cause)}
		if n := len(r.Steps); n > 0 {
			own.Words = r.Steps[n-1].Words
		}
		out = append(out, own)
	}
	return out, err
}
