package models

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// Reasons for which an application that was confirmed is set aside.
const (
	AsideJobGone = "job_gone" // there is no such job any more
	AsideClosed  = "closed"   // the job took no applications when it was handed in, which its page did not know
	AsideRefused = "refused"  // the database refused it
)

// SetAside is an application that was handed in and confirmed while the database was away, and that no rule can take.
type SetAside struct {
	ID         uuid.UUID
	JobID      uuid.UUID
	JobTitle   string
	Reason     string
	Name       string
	Email      string
	EmailKey   string
	CVKey      string   `gorm:"column:cv_key"`
	Form       HandedIn `gorm:"serializer:json"`
	HandedInAt time.Time
	SetAsideAt time.Time
}

// TableName is the table that GORM would not guess.
func (SetAside) TableName() string { return "set_aside_applications" }

// SetAside keeps an application for people to decide on; repeating it changes nothing, also after they have decided.
func (db *DB) SetAside(ctx context.Context, in HandedIn, reason string) error {
	a := in.Applying
	row := SetAside{
		ID: a.ID, JobID: a.JobID, JobTitle: in.JobTitle, Reason: reason, Name: a.Name, Email: a.Email, EmailKey: EmailKey(a.Email),
		Form: in, HandedInAt: a.At, SetAsideAt: db.Now(),
	}
	if a.CV != nil {
		row.CVKey = a.CV.Key
	}
	return db.Tx(ctx, func(tx *DB) error {
		first, err := tx.beginHandIn(ctx, a)
		if err != nil || !first {
			return err
		}
		return mapped(tx.q(ctx).Create(&row).Error)
	})
}

// AllSetAside are the applications that wait for a decision, the oldest first.
func (db *DB) AllSetAside(ctx context.Context) ([]SetAside, error) {
	var rows []SetAside
	return rows, mapped(db.q(ctx).Order("handed_in_at, id").Find(&rows).Error)
}

// SetAsides counts the applications that wait for a decision.
func (db *DB) SetAsides(ctx context.Context) (int, error) {
	var n int64
	err := db.q(ctx).Model(&SetAside{}).Count(&n).Error
	return int(n), mapped(err)
}

// SetAsideByID is one that waits for a decision.
func (db *DB) SetAsideByID(ctx context.Context, id uuid.UUID) (SetAside, error) {
	var row SetAside
	return row, mapped(db.q(ctx).Where("id = ?", id).Take(&row).Error)
}

// TakeSetAside takes one in for a job, though the rules would not have: a person has decided. old is the key of a CV that is
// no longer used.
func (db *DB) TakeSetAside(ctx context.Context, id, job uuid.UUID) (app Application, old string, err error) {
	err = db.Tx(ctx, func(tx *DB) error {
		row, err := tx.lockSetAside(ctx, id)
		if err != nil {
			return err
		}
		if _, err := tx.Job(ctx, job); errors.Is(err, ErrNotFound) {
			return Invalid("job_id", "error.choose")
		} else if err != nil {
			return err
		}
		in := row.Form.Applying
		if in.JobID != job { // the page that it came from was another job's
			in.JobID, in.Link, in.ClickID, in.ClipID, in.Class = job, nil, uuid.Nil, uuid.Nil, ""
		}
		in.decided, in.Quiet = true, false
		if _, err := tx.tx.Exec(ctx, `delete from hand_ins where id = $1`, id); err != nil { // it is taken now
			return err
		}
		if app, _, old, err = tx.Apply(ctx, in); err != nil {
			return fmt.Errorf("take in %s: %w", id, err)
		}
		if err := tx.Audit(ctx, Deed{DidAdd, OfApplication, app.ID, Facts{"aside": id}}); err != nil {
			return err
		}
		return changed(tx.q(ctx).Where("id = ?", id).Delete(&SetAside{}))
	})
	return app, old, err
}

// DropSetAside forgets one for good, its CV included.
func (db *DB) DropSetAside(ctx context.Context, id uuid.UUID) error {
	return db.Tx(ctx, func(tx *DB) error {
		row, err := tx.lockSetAside(ctx, id)
		if err != nil {
			return err
		}
		if row.CVKey != "" {
			if err := tx.enqueue(ctx, DeleteObjects{Keys: []string{row.CVKey}}, nil); err != nil {
				return err
			}
		}
		if err := tx.Audit(ctx, Deed{DidErase, OfAside, id, nil}); err != nil {
			return err
		}
		return changed(tx.q(ctx).Where("id = ?", id).Delete(&SetAside{}))
	})
}

func (db *DB) lockSetAside(ctx context.Context, id uuid.UUID) (SetAside, error) {
	var row SetAside
	return row, mapped(db.q(ctx).Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Where("id = ?", id).Take(&row).Error)
}
