package models

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// creditBatch is how many applications are weighed at a time.
const creditBatch = 500

// CreditPreview is what a policy would have made of the applications that are there.
type CreditPreview struct {
	Applications int // all that there are
	Altered      int // whose credit another policy changes
	Decided      int // on whose credit a person has decided, so that no policy changes it
	Rows         []CreditChange
}

// CreditChange is what one person has and would have of an application.
type CreditChange struct {
	ApplicationID uuid.UUID
	Candidate     string
	SubmittedAt   time.Time
	UserID        uuid.UUID
	Person        string
	Now, Then     float64
}

// PreviewCredit tells what a policy would have given for the applications that are there; it changes nothing.
// limit is how many rows are given at most, the counts are of all; 0 is no limit.
func (db *DB) PreviewCredit(ctx context.Context, policy string, windowDays, limit int) (CreditPreview, error) {
	var p CreditPreview
	if err := CheckCreditPolicy(policy, windowDays); err != nil {
		return p, err
	}
	r := round{cause: CausePolicy, policy: policy, windowDays: windowDays}
	err := db.eachBatch(ctx, func(ids []uuid.UUID) error {
		apps, err := db.weighable(ctx, ids)
		for _, app := range apps {
			p.add(app, r, limit)
		}
		return err
	})
	return p, err
}

func (p *CreditPreview) add(app Application, r round, limit int) {
	p.Applications++
	if app.creditDecided() {
		p.Decided++
		return
	}
	names := map[uuid.UUID]string{}
	for _, t := range app.Touches {
		names[t.UserID] = t.User.Name
	}
	now := map[uuid.UUID]float64{}
	for _, c := range app.Credits {
		now[c.UserID], names[c.UserID] = c.Weight, c.User.Name
	}
	altered := false
	for _, c := range app.nextRound(r, app.SubmittedAt) {
		if math.Abs(now[c.UserID]-c.Weight) < 1e-9 {
			continue
		}
		altered = true
		if limit == 0 || len(p.Rows) < limit {
			p.Rows = append(p.Rows, CreditChange{
				app.ID, app.Candidate.Name, app.SubmittedAt, c.UserID, names[c.UserID], now[c.UserID], c.Weight,
			})
		}
	}
	if altered {
		p.Altered++
	}
}

// AskReapply has the worker apply a policy to the applications that are there, for a reason that the ledger keeps.
func (db *DB) AskReapply(ctx context.Context, by User, policy string, windowDays int, reason string) error {
	err := CheckCreditPolicy(policy, windowDays)
	if err == nil {
		err = checkReason("reason", reason)
	}
	if err != nil {
		return err
	}
	return db.do(As(ctx, by), Deed{DidChange, OfPolicy, uuid.Nil, Facts{"policy": policy, "days": windowDays, "reapplied": true}}, func(tx *DB) error {
		return tx.enqueue(ctx, ReapplyCredit{Policy: policy, WindowDays: windowDays, By: by.ref(), Reason: reason}, nil)
	})
}

// ReapplyCredit credits the applications that are there by a policy, as PreviewCredit tells, and has them keep it from then on.
// It may be repeated. It gives how many applications got a new round.
func (db *DB) ReapplyCredit(ctx context.Context, asked ReapplyCredit) (altered int, err error) {
	if err := CheckCreditPolicy(asked.Policy, asked.WindowDays); err != nil {
		return 0, err
	}
	r := round{cause: CausePolicy, policy: asked.Policy, windowDays: asked.WindowDays, by: asked.By, note: asked.Reason}
	err = db.eachBatch(ctx, func(ids []uuid.UUID) error {
		return db.Tx(ctx, func(tx *DB) error {
			if err := tx.holdApplications(ctx, ids); err != nil {
				return err
			}
			got, err := tx.creditAgain(ctx, ids, r)
			if err != nil {
				return err
			}
			altered += len(got)
			return mapped(tx.q(ctx).Model(&Application{}).Where("id in ?", ids).
				Updates(map[string]any{"credit_policy": asked.Policy, "credit_window": asked.WindowDays}).Error)
		})
	})
	return altered, err
}

// RecountCredit takes the classes that the clicks behind touches have now, and credits anew, by each application's own policy, where
// that changes anything. It gives how many applications got a new round.
func (db *DB) RecountCredit(ctx context.Context) (altered int, err error) {
	err = db.eachBatch(ctx, func(ids []uuid.UUID) error {
		return db.Tx(ctx, func(tx *DB) error {
			if err := tx.holdApplications(ctx, ids); err != nil {
				return err
			}
			if err := tx.classTouches(ctx, ids); err != nil {
				return err
			}
			got, err := tx.creditAgain(ctx, ids, round{cause: CauseRecount})
			altered += len(got)
			return err
		})
	})
	return altered, err
}

// holdApplications keeps others from writing rounds of these until the transaction ends.
func (db *DB) holdApplications(ctx context.Context, ids []uuid.UUID) error {
	var held []uuid.UUID
	return mapped(db.q(ctx).Model(&Application{}).Clauses(clause.Locking{Strength: "UPDATE"}).
		Where("id in ?", ids).Order("id").Pluck("id", &held).Error)
}

// eachBatch hands all applications to fn, some at a time.
func (db *DB) eachBatch(ctx context.Context, fn func(ids []uuid.UUID) error) error {
	for last := uuid.Nil; ; {
		var ids []uuid.UUID
		if err := db.q(ctx).Model(&Application{}).Where("id > ? and candidate_id is not null", last).Order("id").Limit(creditBatch).Pluck("id", &ids).Error; err != nil {
			return mapped(err)
		}
		if len(ids) == 0 {
			return nil
		}
		if err := fn(ids); err != nil {
			return fmt.Errorf("credit of applications after %s: %w", last, err)
		}
		last = ids[len(ids)-1]
	}
}
