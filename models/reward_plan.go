package models

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
	"golang.org/x/text/currency"
	"gorm.io/gorm/clause"
)

// Kinds of reward.
const (
	RewardMoney  = "money"
	RewardGift   = "gift"
	RewardDayOff = "day_off"
	RewardOther  = "other"
)

// RewardKinds are all kinds.
var RewardKinds = Words{RewardMoney, RewardGift, RewardDayOff, RewardOther}

const (
	// MaxRewardWords is the longest description of a reward, in characters.
	MaxRewardWords = 200
	// MaxRewardMonths is the longest employment that a reward can wait for.
	MaxRewardMonths = 24

	maxReward = 1_000_000_00 // hundredths
)

// RewardPlan is what colleagues are promised for a hire. Rows are added, never changed: an application goes by the plan that stood when
// it came in.
type RewardPlan struct {
	ID       uuid.UUID
	JobID    uuid.UUID
	Kind     string // empty: nothing is promised any more
	Words    string // what it is; may be empty where it is money
	Amount   int64  // of money: hundredths of the currency, for a whole hire
	Currency string // ISO 4217
	Months   int    // of employment that must have gone by; 0: on hire
	UserID   *uuid.UUID
	At       time.Time

	User *User `gorm:"foreignKey:UserID"`
}

// Promised tells whether the plan promises anything.
func (p RewardPlan) Promised() bool { return p.Kind != "" }

// same tells whether both promise the same.
func (p RewardPlan) same(o RewardPlan) bool {
	return p.Kind == o.Kind && p.Words == o.Words && p.Amount == o.Amount && p.Currency == o.Currency && p.Months == o.Months
}

// clean trims p, leaves out what its kind does not have, and refuses what cannot stand.
func (p *RewardPlan) clean() error {
	var bad ValidationErrors
	p.Words, p.Currency = tidy(p.Words), strings.ToUpper(strings.TrimSpace(p.Currency))
	switch p.Kind {
	case "":
		p.Words, p.Amount, p.Currency, p.Months = "", 0, "", 0
		return nil
	case RewardMoney:
		if p.Amount <= 0 || p.Amount > maxReward {
			bad.Add("amount", "reward.error.amount")
		}
		if _, err := currency.ParseISO(p.Currency); err != nil || len(p.Currency) != 3 {
			bad.Add("currency", "reward.error.currency")
		}
	default:
		p.Amount, p.Currency = 0, ""
		if !RewardKinds.Has(p.Kind) {
			bad.Add("kind", "error.choose")
		}
		if p.Words == "" && (p.Kind == RewardGift || p.Kind == RewardOther) {
			bad.Add("words", "reward.error.words")
		}
	}
	bad.words("words", p.Words, MaxRewardWords)
	if p.Months < 0 || p.Months > MaxRewardMonths {
		bad.Add("months", "reward.error.months", "Max", MaxRewardMonths)
	}
	return bad.Err()
}

// RewardPlan is what is promised for a job to whoever comes in now; its Kind is empty where that is nothing.
func (db *DB) RewardPlan(ctx context.Context, jobID uuid.UUID) (RewardPlan, error) {
	return db.planAt(ctx, jobID, db.Now())
}

// planAt is what was promised for a job at that time.
func (db *DB) planAt(ctx context.Context, jobID uuid.UUID, at time.Time) (RewardPlan, error) {
	var p RewardPlan
	err := mapped(db.q(ctx).Where("job_id = ? and at <= ?", jobID, at).Order("at desc, id desc").Take(&p).Error)
	if errors.Is(err, ErrNotFound) {
		return RewardPlan{JobID: jobID}, nil
	}
	return p, err
}

// RewardPlans is everything that was ever promised for a job, the newest first, with who wrote it.
func (db *DB) RewardPlans(ctx context.Context, jobID uuid.UUID) ([]RewardPlan, error) {
	var ps []RewardPlan
	err := db.q(ctx).Preload("User").Where("job_id = ?", jobID).Order("at desc, id desc").Find(&ps).Error
	return ps, mapped(err)
}

// SaveRewardPlan promises something else to whoever comes in from now on; those that are there keep what they came in under.
func (db *DB) SaveRewardPlan(ctx context.Context, by User, jobID uuid.UUID, p RewardPlan) error {
	if !by.Is(RoleHR) {
		return ErrForbidden
	}
	if err := p.clean(); err != nil {
		return err
	}
	return db.Tx(ctx, func(tx *DB) error {
		if _, err := tx.lockJob(ctx, jobID); err != nil {
			return err
		}
		before, err := tx.RewardPlan(ctx, jobID)
		if err != nil || before.same(p) {
			return err
		}
		p.ID, p.JobID, p.UserID, p.At = NewID(), jobID, by.ref(), tx.Now()
		if err := tx.q(ctx).Omit(clause.Associations).Create(&p).Error; err != nil {
			return mapped(err)
		}
		details := Facts{"months": p.Months, "promised": p.Promised()}
		if p.Promised() {
			details["kind"] = p.Kind
		}
		return tx.Audit(As(ctx, by), Deed{DidChange, OfPlan, jobID, details})
	})
}
