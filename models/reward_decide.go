package models

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// errOwnReward says that somebody else must decide.
var errOwnReward = &ConflictError{Key: "reward.error.own"}

// PayRewards marks due rewards as paid that day, all of them or none. Nobody pays their own.
func (db *DB) PayRewards(ctx context.Context, by User, ids []uuid.UUID, on time.Time) (paid int, err error) {
	if !by.Is(RoleHR) {
		return 0, ErrForbidden
	}
	if len(ids) == 0 {
		return 0, Invalid("reward", "reward.error.none")
	}
	if on = day(on); on.After(db.today()) || on.Before(db.today().AddDate(-2, 0, 0)) {
		return 0, Invalid("paid_on", "reward.error.paid_on")
	}
	err = db.Tx(ctx, func(tx *DB) error {
		var rewards []Reward
		if err := tx.q(ctx).Clauses(clause.Locking{Strength: "UPDATE"}).Where("id in ?", ids).Order("id").Find(&rewards).Error; err != nil {
			return mapped(err)
		}
		if paid = len(rewards); paid == 0 {
			return ErrNotFound
		}
		for _, r := range rewards {
			if r.State != RewardEligible { // somebody was faster, or the credit changed
				return &ConflictError{Key: "reward.error.changed"}
			}
			if err := tx.decideReward(ctx, by, r, map[string]any{"state": RewardPaid, "paid_on": on}, RewardStep{Cause: RewardPayroll}); err != nil {
				return err
			}
		}
		return nil
	})
	return paid, err
}

// ForfeitReward lets a reward that is not paid come to nothing, for a reason that the colleague reads.
func (db *DB) ForfeitReward(ctx context.Context, by User, id uuid.UUID, cause, words string) error {
	if !ForfeitCauses.Has(cause) {
		return Invalid("cause", "error.choose")
	}
	return db.changeReward(ctx, by, id, words, func(r Reward) (map[string]any, RewardStep, error) {
		if r.State != RewardPending && r.State != RewardEligible {
			return nil, RewardStep{}, &ConflictError{Key: "reward.error.changed"}
		}
		return map[string]any{"state": RewardForfeited}, RewardStep{Cause: cause}, nil
	})
}

// ReopenReward takes back that a reward was marked as paid, or that a person let it come to nothing; it follows the credit again.
func (db *DB) ReopenReward(ctx context.Context, by User, id uuid.UUID, words string) error {
	return db.changeReward(ctx, by, id, words, func(r Reward) (map[string]any, RewardStep, error) {
		if r.State != RewardPaid && !r.byPerson() {
			return nil, RewardStep{}, &ConflictError{Key: "reward.error.reopen"}
		}
		return map[string]any{"state": r.ripe(db.today())}, RewardStep{Cause: RewardReopened}, nil
	})
}

// changeReward holds one reward with its application, writes what decide says, and has the rewards of that hire settled.
func (db *DB) changeReward(ctx context.Context, by User, id uuid.UUID, words string, decide func(Reward) (map[string]any, RewardStep, error)) error {
	if !by.Is(RoleHR) {
		return ErrForbidden
	}
	words = strings.TrimSpace(words)
	if err := checkReason("words", words); err != nil {
		return err
	}
	return db.Tx(ctx, func(tx *DB) error {
		var r Reward
		if err := tx.q(ctx).Where("id = ?", id).Take(&r).Error; err != nil {
			return mapped(err)
		}
		if err := tx.holdApplications(ctx, []uuid.UUID{r.ApplicationID}); err != nil { // before the reward, as a stage change does
			return err
		}
		if err := tx.q(ctx).Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).Take(&r).Error; err != nil {
			return mapped(err)
		}
		set, step, err := decide(r)
		if err != nil {
			return err
		}
		step.Words = words
		if err := tx.decideReward(ctx, by, r, set, step); err != nil {
			return err
		}
		return tx.settleRewards(ctx, []uuid.UUID{r.ApplicationID})
	})
}

// decideReward writes what a person decided about somebody else's reward, and that they did.
func (db *DB) decideReward(ctx context.Context, by User, r Reward, set map[string]any, step RewardStep) error {
	if r.UserID == by.ID {
		return errOwnReward
	}
	step.UserID = by.ref()
	if err := db.setReward(ctx, r, set, step); err != nil {
		return err
	}
	return db.Audit(As(ctx, by), Deed{DidChange, OfReward, r.ApplicationID, Facts{
		"person": r.UserID, "state": fromTo(r.State, set["state"].(string)), "reward_cause": step.Cause,
	}})
}

// notForOneself refuses that by gives user credit that a reward hangs on, where that is themself.
func (db *DB) notForOneself(ctx context.Context, by User, app Application, user uuid.UUID) error {
	if by.ID == uuid.Nil || user != by.ID {
		return nil
	}
	plan, err := db.planAt(ctx, app.JobID, app.SubmittedAt)
	if err == nil && plan.Promised() {
		err = Invalid("user", "reward.error.own_credit")
	}
	return err
}
