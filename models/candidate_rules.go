package models

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// CandidateRules are what the house promises candidates, and how long it keeps what it has of them.
type CandidateRules struct {
	PromiseNew       int // days until a candidate hears, from when the application came to that stage; 0 promises nothing
	PromiseScreening int
	PromiseInterview int
	PromiseOffer     int
	KeepRejected     int // months from the outcome
	KeepWithdrawn    int
	KeepHired        int
	KeepOpen         int // months since anything happened, where nobody ever decided
	PoolMonths       int // how long a yes to later jobs lasts
	OwnershipMonths  int // how long a colleague keeps the credit for whom they recommended; 0: for that one application
}

// DefaultCandidateRules hold until the house has its own.
func DefaultCandidateRules() CandidateRules {
	return CandidateRules{
		PromiseNew: 7, PromiseScreening: 14, PromiseInterview: 7, PromiseOffer: 7,
		KeepRejected: 6, KeepWithdrawn: 6, KeepHired: 12, KeepOpen: 12, PoolMonths: 12, OwnershipMonths: 12,
	}
}

// Limits of these rules.
const (
	MaxPromise   = 365 // days
	MaxKeep      = 36  // months
	MaxKeepHired = 60
	MaxPool      = 24
	MaxOwnership = 36
)

// RenewBefore is how long before its end a candidate is asked to renew the consent for later jobs.
const RenewBefore = 30 * 24 * time.Hour

// UndecidedStages are those in which a candidate waits to hear.
var UndecidedStages = Words{StageNew, StageScreening, StageInterview, StageOffer}

// Promise is the days until a candidate at that stage hears, 0 without a promise.
func (r CandidateRules) Promise(stage string) int {
	switch stage {
	case StageNew:
		return r.PromiseNew
	case StageScreening:
		return r.PromiseScreening
	case StageInterview:
		return r.PromiseInterview
	case StageOffer:
		return r.PromiseOffer
	}
	return 0
}

// AnswerBy is the day on which the candidate has heard at the latest; zero without a promise.
func (r CandidateRules) AnswerBy(a Application) time.Time {
	if days := r.Promise(a.Stage); days > 0 {
		return a.StageSince.AddDate(0, 0, days)
	}
	return time.Time{}
}

// Overdue tells whether the candidate has waited longer than they were promised.
func (r CandidateRules) Overdue(a Application, now time.Time) bool {
	by := r.AnswerBy(a)
	return !by.IsZero() && now.After(by)
}

// overdue keeps to applications whose candidates have waited too long.
func (r CandidateRules) overdue(q *gorm.DB, now time.Time) *gorm.DB {
	late := q.Session(&gorm.Session{NewDB: true}).Where("false")
	for _, stage := range UndecidedStages {
		if days := r.Promise(stage); days > 0 {
			late = late.Or("applications.stage = ? and applications.stage_since < ?", stage, now.AddDate(0, 0, -days))
		}
	}
	return q.Where(late)
}

// poolEnd is the last day of a consent that is given now.
func (r CandidateRules) poolEnd(now time.Time) time.Time {
	return now.UTC().AddDate(0, r.PoolMonths, 0).Truncate(24 * time.Hour)
}

// CandidateRules are the rules that hold.
func (db *DB) CandidateRules(ctx context.Context) (CandidateRules, error) {
	o, err := db.Organisation(ctx)
	if errors.Is(err, ErrNotFound) {
		return DefaultCandidateRules(), nil
	}
	return o.CandidateRules, err
}

// SaveCandidateRules changes the rules, all at once.
func (db *DB) SaveCandidateRules(ctx context.Context, r CandidateRules) error {
	if err := r.Check(); err != nil {
		return err
	}
	o := Organisation{CandidateRules: r, UpdatedAt: db.Now()}
	columns := []string{"updated_at"}
	for _, l := range r.limits() {
		columns = append(columns, l.name)
	}
	return db.Tx(ctx, func(tx *DB) error {
		before, err := tx.CandidateRules(ctx)
		if err != nil {
			return err
		}
		if err := changed(tx.q(ctx).Model(&Organisation{}).Where("one").Select(columns).Updates(o)); err != nil {
			return err
		}
		altered := Facts{}
		for i, l := range r.limits() {
			if was := before.limits()[i].value; was != l.value {
				altered[l.name] = fromTo(was, l.value)
			}
		}
		return tx.Audit(ctx, Deed{DidChange, OfRules, uuid.Nil, altered})
	})
}

type ruleLimit struct {
	name           string
	value, low, up int
}

func (r CandidateRules) limits() []ruleLimit {
	return []ruleLimit{
		{"promise_new", r.PromiseNew, 0, MaxPromise},
		{"promise_screening", r.PromiseScreening, 0, MaxPromise},
		{"promise_interview", r.PromiseInterview, 0, MaxPromise},
		{"promise_offer", r.PromiseOffer, 0, MaxPromise},
		{"keep_rejected", r.KeepRejected, 1, MaxKeep},
		{"keep_withdrawn", r.KeepWithdrawn, 1, MaxKeep},
		{"keep_hired", r.KeepHired, 1, MaxKeepHired},
		{"keep_open", r.KeepOpen, 1, MaxKeep},
		{"pool_months", r.PoolMonths, 1, MaxPool},
		{"ownership_months", r.OwnershipMonths, 0, MaxOwnership},
	}
}

// Check refuses what is out of bounds, all fields at once.
func (r CandidateRules) Check() error {
	var bad ValidationErrors
	for _, l := range r.limits() {
		if l.value < l.low || l.value > l.up {
			bad.Add(l.name, "rules.error.number", "Min", l.low, "Max", l.up)
		}
	}
	return bad.Err()
}
