package models

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// retentionBatch is how many people are let go of in one transaction.
const retentionBatch = 200

// Kept is until when an application is kept where its candidate gave no consent for later jobs.
func (r CandidateRules) Kept(a Application) time.Time {
	months := r.KeepOpen
	switch a.Stage {
	case StageRejected:
		months = r.KeepRejected
	case StageWithdrawn:
		months = r.KeepWithdrawn
	case StageHired:
		months = r.KeepHired
	}
	return a.StageSince.AddDate(0, months, 0)
}

// dueSQL picks the applications that have had their time. What is undecided stays while its job is looking for somebody.
const dueSQL = `
	select a.id, a.candidate_id from applications a join candidates c on c.id = a.candidate_id join jobs j on j.id = a.job_id
	where (c.pool_until is null or c.pool_until < $1::date)
	  and (a.stage = 'rejected' and a.stage_since < $2 or a.stage = 'withdrawn' and a.stage_since < $3 or a.stage = 'hired' and a.stage_since < $4
	    or a.stage in ('new', 'screening', 'interview', 'offer') and a.stage_since < $5 and a.updated_at < $5 and j.status <> 'published')
	order by a.candidate_id limit $6`

// LetGo erases the applications that have had their time, and people of whom nothing else is left. It gives how many applications went.
func (db *DB) LetGo(ctx context.Context) (gone int, err error) {
	rules, err := db.CandidateRules(ctx)
	if err != nil {
		return 0, err
	}
	for {
		n, err := db.letGoSome(ctx, rules)
		if gone += n; err != nil || n < retentionBatch {
			return gone, err
		}
	}
}

func (db *DB) letGoSome(ctx context.Context, r CandidateRules) (n int, err error) {
	now := db.Now()
	before := func(months int) time.Time { return now.AddDate(0, -months, 0) }
	err = db.Tx(ctx, func(tx *DB) error {
		rows, err := tx.tx.Query(ctx, dueSQL, now.UTC().Format(time.DateOnly), before(r.KeepRejected), before(r.KeepWithdrawn), before(r.KeepHired), before(r.KeepOpen), retentionBatch)
		if err != nil {
			return err
		}
		due := map[uuid.UUID][]uuid.UUID{}
		var app, person uuid.UUID
		for rows.Next() {
			if err := rows.Scan(&app, &person); err != nil {
				rows.Close()
				return err
			}
			due[person] = append(due[person], app)
			n++
		}
		if err := rows.Err(); err != nil {
			return err
		}
		for person, apps := range due {
			if err := tx.letGo(ctx, person, apps); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("let applications go: %w", err)
	}
	return n, nil
}

// letGo erases these applications of a person, and the person where there are no others.
func (db *DB) letGo(ctx context.Context, person uuid.UUID, apps []uuid.UUID) error {
	var c Candidate
	if err := db.q(ctx).Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", person).Take(&c).Error; err != nil {
		return mapped(err)
	}
	var others int64
	if err := db.q(ctx).Model(&Application{}).Where("candidate_id = ? and id not in ?", person, apps).Count(&others).Error; err != nil {
		return mapped(err)
	}
	if others == 0 {
		return db.eraseCandidate(ctx, c, Erasure{Cause: ErasedByRetention})
	}
	_, err := db.eraseApplications(ctx, apps, Erasure{Cause: ErasedByRetention})
	return err
}

// AskToRenew asks everybody whose consent for later jobs ends soon, once, whether they want to renew it.
func (db *DB) AskToRenew(ctx context.Context) (asked int, err error) {
	soon := db.Now().Add(RenewBefore).UTC()
	err = db.Tx(ctx, func(tx *DB) error {
		var people []Candidate
		err := tx.q(ctx).Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"}).
			Where("pool_until >= cast(? as date) and pool_until <= cast(? as date) and pool_asked_at is null", tx.Now().UTC().Format(time.DateOnly), soon.Format(time.DateOnly)).
			Limit(retentionBatch).Find(&people).Error
		if err != nil {
			return mapped(err)
		}
		for _, c := range people {
			if err := changed(tx.q(ctx).Model(&Candidate{}).Where("id = ?", c.ID).Update("pool_asked_at", tx.Now())); err != nil {
				return err
			}
			if err := tx.writeLetter(ctx, Letter{CandidateID: c.ID, Kind: LetterRenewal}); err != nil {
				return err
			}
		}
		asked = len(people)
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("ask to renew consent: %w", err)
	}
	return asked, nil
}

// ForgetCandidates does everything that time does to what is kept of candidates; it may be repeated.
func (db *DB) ForgetCandidates(ctx context.Context) (gone, asked int, err error) {
	if gone, err = db.LetGo(ctx); err != nil {
		return gone, 0, err
	}
	if asked, err = db.AskToRenew(ctx); err != nil {
		return gone, asked, err
	}
	now := db.Now()
	for sql, before := range map[string]time.Time{
		`delete from candidate_tokens where expires_at < $1`:                                  now,
		`delete from reminders where created_at < $1`:                                         now.Add(-remindWithin),
		`update candidates set pool_until = null, pool_asked_at = null where pool_until < $1`: now.Add(-24 * time.Hour),
	} {
		if _, err := db.pool.Exec(ctx, sql, before); err != nil {
			return gone, asked, fmt.Errorf("forget expired: %w", err)
		}
	}
	return gone, asked, db.unmark(ctx)
}
