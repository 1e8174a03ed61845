package models

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// share of a plan that is too small to be anybody's.
const noShare = 1e-9

func inOrderOfTime(q *gorm.DB) *gorm.DB { return q.Order("at, id") }

// settleRewards makes the rewards of applications follow from their stage, their plan and the credit that holds. What was paid stays
// paid, and what a person decided stays decided; together the rewards of a hire are never more than its plan. The caller holds the
// applications; it may be repeated.
func (db *DB) settleRewards(ctx context.Context, ids []uuid.UUID) error {
	var apps []Application
	err := db.q(ctx).Preload("Credits", holding).
		Where(`id in ? and candidate_id is not null and (stage = 'hired' or exists (select from rewards r where r.application_id = applications.id))`, ids).
		Order("id").Find(&apps).Error
	if err != nil {
		return fmt.Errorf("rewards: %w", err)
	}
	for _, app := range apps {
		plan, err := db.planAt(ctx, app.JobID, app.SubmittedAt)
		if err != nil {
			return err
		}
		var there []Reward
		if err := db.q(ctx).Clauses(clause.Locking{Strength: "UPDATE"}).Where("application_id = ?", app.ID).Order("id").Find(&there).Error; err != nil {
			return mapped(err)
		}
		if err := db.follow(ctx, app, plan, there); err != nil {
			return fmt.Errorf("rewards of application %s: %w", app.ID, err)
		}
	}
	return nil
}

// follow writes what differs between the rewards that are there and those that are due.
func (db *DB) follow(ctx context.Context, app Application, plan RewardPlan, there []Reward) error {
	due := app.dueRewards(plan, there)
	for _, old := range there {
		i := slices.IndexFunc(due, func(r Reward) bool { return r.UserID == old.UserID })
		var err error
		switch {
		case old.State == RewardPaid, old.byPerson():
		case i < 0 && old.State != RewardForfeited:
			cause := RewardCredit
			if app.Stage != StageHired {
				cause = RewardUndone
			}
			err = db.setReward(ctx, old, map[string]any{"state": RewardForfeited}, RewardStep{Cause: cause})
		case i >= 0:
			err = db.renew(ctx, old, due[i])
		}
		if err != nil {
			return err
		}
	}
	for _, fresh := range due {
		if slices.ContainsFunc(there, func(r Reward) bool { return r.UserID == fresh.UserID }) {
			continue
		}
		fresh.ID, fresh.CreatedAt, fresh.UpdatedAt = NewID(), db.Now(), db.Now()
		fresh.State, fresh.Cause = fresh.ripe(db.today()), RewardHired
		if err := db.q(ctx).Omit(clause.Associations).Create(&fresh).Error; err != nil {
			return mapped(err)
		}
		if err := db.addRewardStep(ctx, fresh.ID, RewardStep{State: fresh.State, Cause: RewardHired}); err != nil {
			return err
		}
	}
	return nil
}

// renew takes up a reward that had come to nothing by itself, or changes the share of one.
func (db *DB) renew(ctx context.Context, old, due Reward) error {
	if old.State != RewardForfeited && old.HiredOn.Equal(due.HiredOn) && old.Amount == due.Amount && math.Abs(old.Weight-due.Weight) < noShare {
		return nil
	}
	cause := RewardCredit
	if old.Cause == RewardUndone || !old.HiredOn.Equal(due.HiredOn) {
		cause = RewardHired
	}
	return db.setReward(ctx, old, map[string]any{
		"state": due.ripe(db.today()), "weight": due.Weight, "amount": due.Amount, "hired_on": due.HiredOn, "due_on": due.DueOn,
	}, RewardStep{Cause: cause})
}

// dueRewards are what the credit of a hired application gives by its plan, beside what is paid or decided already.
func (a Application) dueRewards(plan RewardPlan, there []Reward) []Reward {
	if a.Stage != StageHired || !plan.Promised() {
		return nil
	}
	left, settled := 1.0, map[uuid.UUID]bool{}
	for _, r := range there {
		if r.State == RewardPaid {
			left -= r.Weight
		}
		settled[r.UserID] = r.State == RewardPaid || r.byPerson()
	}
	credits := slices.Clone(a.Credits)
	slices.SortFunc(credits, func(x, y Credit) int {
		return cmp.Or(cmp.Compare(y.Weight, x.Weight), cmp.Compare(x.UserID.String(), y.UserID.String()))
	})
	hired := day(a.StageSince)
	var due []Reward
	for _, c := range credits {
		share := min(c.Weight, left)
		if settled[c.UserID] || share < noShare {
			continue
		}
		gone := 1 - left
		left -= share
		due = append(due, Reward{
			ApplicationID: a.ID, UserID: c.UserID, PlanID: plan.ID, Weight: min(share, 1), HiredOn: hired, DueOn: addMonths(hired, plan.Months),
			Amount: part(plan.Amount, gone+share) - part(plan.Amount, gone), // so that the parts sum to the whole
		})
	}
	return due
}

// part is a share of an amount, in whole hundredths.
func part(amount int64, share float64) int64 { return int64(math.Round(float64(amount) * share)) }

// ripe is the state of a reward whose colleague waits for nothing but the day.
func (r Reward) ripe(today time.Time) string {
	if r.DueOn.After(today) {
		return RewardPending
	}
	return RewardEligible
}

// day is the day of a time, in UTC.
func day(t time.Time) time.Time {
	t = t.UTC()
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// addMonths is the same day some months later, or the last of that month where it has no such day.
func addMonths(d time.Time, months int) time.Time {
	first := time.Date(d.Year(), d.Month()+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1)
	return first.AddDate(0, 0, min(d.Day(), last.Day())-1)
}

// setReward changes a reward and adds a step that says why; paid_on goes where set does not have it.
func (db *DB) setReward(ctx context.Context, r Reward, set map[string]any, s RewardStep) error {
	set["cause"], set["updated_at"] = s.Cause, db.Now()
	if _, ok := set["paid_on"]; !ok {
		set["paid_on"] = nil
	}
	if err := changed(db.q(ctx).Model(&Reward{}).Where("id = ?", r.ID).Updates(set)); err != nil {
		return err
	}
	s.State = set["state"].(string)
	return db.addRewardStep(ctx, r.ID, s)
}

func (db *DB) addRewardStep(ctx context.Context, id uuid.UUID, s RewardStep) error {
	s.ID, s.RewardID, s.At = NewID(), id, db.Now()
	return mapped(db.q(ctx).Omit(clause.Associations).Create(&s).Error)
}

// TendRewards does what time brings: it makes those due whose months have gone by. It also settles every hire anew, should anything have
// been written past Kollega. It gives how many became due; it may be repeated.
func (db *DB) TendRewards(ctx context.Context) (ripe int, err error) {
	for last := uuid.Nil; ; {
		var ids []uuid.UUID
		err := db.q(ctx).Model(&Application{}).
			Where("id > ? and candidate_id is not null and (stage = ? or exists (select from rewards r where r.application_id = applications.id))", last, StageHired).
			Order("id").Limit(creditBatch).Pluck("id", &ids).Error
		if err != nil {
			return 0, mapped(err)
		}
		if len(ids) == 0 {
			return db.ripenRewards(ctx)
		}
		err = db.Tx(ctx, func(tx *DB) error {
			if err := tx.holdApplications(ctx, ids); err != nil {
				return err
			}
			return tx.settleRewards(ctx, ids)
		})
		if err != nil {
			return 0, err
		}
		last = ids[len(ids)-1]
	}
}

// ripenRewards makes those due whose months have gone by; it gives how many.
func (db *DB) ripenRewards(ctx context.Context) (ripe int, err error) {
	err = db.Tx(ctx, func(tx *DB) error {
		var due []Reward
		err := tx.q(ctx).Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"}).
			Where("state = ? and due_on <= cast(? as date)", RewardPending, tx.today().Format(time.DateOnly)).Find(&due).Error
		if err != nil {
			return mapped(err)
		}
		for _, r := range due {
			if err := tx.setReward(ctx, r, map[string]any{"state": RewardEligible}, RewardStep{Cause: RewardTime}); err != nil {
				return err
			}
		}
		ripe = len(due)
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("ripen rewards: %w", err)
	}
	return ripe, nil
}
