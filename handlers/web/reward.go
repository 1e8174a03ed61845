package web

import (
	"math"

	"kollega/internal/i18n"
	"kollega/models"
)

// RewardWhat is what a plan promises for a whole hire, without when: "5 000 kr", "en fridag".
func RewardWhat(p *i18n.Printer, plan models.RewardPlan) string {
	return rewardWords(p, plan, plan.Amount)
}

// RewardWhen is when a plan's reward is due.
func RewardWhen(p *i18n.Printer, plan models.RewardPlan) string {
	if plan.Months == 0 {
		return p.T("reward.when.hire")
	}
	return p.N("reward.when.months", plan.Months)
}

// RewardValue is what one colleague is due; where it is a part of the plan it says how large.
func RewardValue(p *i18n.Printer, r models.Reward) string {
	value := rewardWords(p, *r.Plan, r.Amount)
	if share := int(math.Round(100 * r.Weight)); share < 100 {
		return p.T("reward.share", "Value", value, "Share", share)
	}
	return value
}

func rewardWords(p *i18n.Printer, plan models.RewardPlan, amount int64) string {
	switch {
	case plan.Kind == models.RewardMoney:
		sum := float64(amount) / 100
		value := p.Money(&sum, &sum, plan.Currency, "")
		if plan.Words != "" {
			value += " (" + plan.Words + ")"
		}
		return value
	case plan.Words != "":
		return plan.Words
	case plan.Kind == "":
		return ""
	}
	return p.T("reward.kind." + plan.Kind)
}
