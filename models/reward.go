package models

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// States of a reward.
const (
	RewardPending   = "pending"   // hired; the time has not gone by yet
	RewardEligible  = "eligible"  // due
	RewardPaid      = "paid"      // payroll has it
	RewardForfeited = "forfeited" // comes to nothing
)

// RewardStates are all states, in the order of their lives.
var RewardStates = Words{RewardPending, RewardEligible, RewardPaid, RewardForfeited}

// Why a reward has its state; the translation key is "reward.cause." and this.
const (
	RewardHired    = "hired"    // somebody was hired
	RewardTime     = "time"     // the months have gone by
	RewardCredit   = "credit"   // the credit changed
	RewardUndone   = "undone"   // the hire was taken back
	RewardPayroll  = "payroll"  // HR marked it as paid
	RewardLeft     = "left"     // HR: who was hired has left before the time
	RewardDecided  = "decided"  // HR: for another reason
	RewardReopened = "reopened" // HR took such a decision back
)

// ForfeitCauses are why HR lets a reward come to nothing.
var ForfeitCauses = Words{RewardLeft, RewardDecided}

// Reward is what a colleague is due for a hire. There is one for each whom the standing credit names, and none of it says who was hired.
type Reward struct {
	ID            uuid.UUID
	ApplicationID uuid.UUID
	UserID        uuid.UUID
	PlanID        uuid.UUID
	Weight        float64 // the share of the plan
	Amount        int64   // of money: hundredths of the plan's currency, for this share
	State         string
	Cause         string    // of that state
	HiredOn       time.Time // a day
	DueOn         time.Time // a day
	PaidOn        *time.Time
	Told          bool // the candidate let the colleague know before being erased
	CreatedAt     time.Time
	UpdatedAt     time.Time

	User        *User        `gorm:"foreignKey:UserID"`
	Plan        *RewardPlan  `gorm:"foreignKey:PlanID"`
	Application *Application `gorm:"foreignKey:ApplicationID"`
	Steps       []RewardStep `gorm:"foreignKey:RewardID"`
}

// byPerson tells whether a person has decided that it comes to nothing, so that no rule takes it up again.
func (r Reward) byPerson() bool { return r.State == RewardForfeited && ForfeitCauses.Has(r.Cause) }

// RewardStep is one step of a reward's life.
type RewardStep struct {
	ID       uuid.UUID
	RewardID uuid.UUID
	State    string
	Cause    string
	Words    string // of whoever decided; the colleague reads them
	UserID   *uuid.UUID
	At       time.Time

	User *User `gorm:"foreignKey:UserID"`
}

// RewardFilter picks rewards of a list.
type RewardFilter struct {
	State  string
	Cursor string
	Limit  int
}

// Rewards are rewards, the newest first, with colleague, plan and job; only HR sees them. No candidate is read.
func (db *DB) Rewards(ctx context.Context, by User, f RewardFilter) (rewards []Reward, next string, err error) {
	if !by.Is(RoleHR) {
		return nil, "", ErrForbidden
	}
	q := db.q(ctx).Preload("User").Preload("Plan").Preload("Application.Job")
	if f.State != "" {
		if !RewardStates.Has(f.State) {
			return nil, "", Invalid("state", "error.choose")
		}
		q = q.Where("rewards.state = ?", f.State)
	}
	if q, err = older(q, "rewards.created_at", "rewards.id", f.Cursor); err != nil {
		return nil, "", err
	}
	n := limited(f.Limit)
	err = q.Order("rewards.created_at desc, rewards.id desc").Limit(n + 1).Find(&rewards).Error
	if err == nil && len(rewards) > n {
		rewards = rewards[:n]
		next = timeCursor(rewards[n-1].CreatedAt, rewards[n-1].ID)
	}
	return rewards, next, mapped(err)
}

// CountRewards is how many rewards there are of each state.
func (db *DB) CountRewards(ctx context.Context) (map[string]int, error) {
	var rows []struct {
		State string
		N     int
	}
	err := db.q(ctx).Model(&Reward{}).Select("state, count(*) as n").Group("state").Scan(&rows).Error
	counts := map[string]int{}
	for _, r := range rows {
		counts[r.State] = r.N
	}
	return counts, mapped(err)
}

// Reward is one reward with its steps, the oldest first; only HR sees it.
func (db *DB) Reward(ctx context.Context, by User, id uuid.UUID) (Reward, error) {
	if !by.Is(RoleHR) {
		return Reward{}, ErrForbidden
	}
	var r Reward
	err := db.q(ctx).Preload("User").Preload("Plan").Preload("Application.Job").Preload("Steps", inOrderOfTime).Preload("Steps.User").
		Where("id = ?", id).Take(&r).Error
	return r, mapped(err)
}

// OwnRewards are a colleague's own, the newest first. That somebody was hired is told when the reward is due; before that only where the
// candidate lets the colleague know.
func (db *DB) OwnRewards(ctx context.Context, userID uuid.UUID) ([]Reward, error) {
	var rewards []Reward
	err := db.q(ctx).Preload("Plan").Preload("Application.Job").Preload("Steps", inOrderOfTime).
		Where(`rewards.user_id = ? and (rewards.told
			or exists (select from reward_steps s where s.reward_id = rewards.id and s.state in ('eligible', 'paid'))
			or exists (select from applications a where a.id = rewards.application_id and a.colleague_learns <> 'received'))`, userID).
		Order("rewards.created_at desc, rewards.id desc").Limit(maxPage).Find(&rewards).Error
	return rewards, mapped(err)
}
