package models

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// maxComparison is how far ahead a comparison may be planned to end.
const maxComparison = 366 * 24 * time.Hour

// ComparisonInput is what HR wants compared.
type ComparisonInput struct {
	FirstID, SecondID uuid.UUID
	LastDay           *time.Time // nil: until somebody ends it
}

// StartComparison has every visit of the job's page shown one of two published clips from now on.
func (db *DB) StartComparison(ctx context.Context, jobID uuid.UUID, by *uuid.UUID, in ComparisonInput) (c Comparison, err error) {
	now := db.Now()
	c = Comparison{ID: NewID(), JobID: jobID, FirstID: in.FirstID, SecondID: in.SecondID, StartedBy: by, StartedAt: now}
	var bad ValidationErrors
	if in.FirstID == in.SecondID {
		bad.Add("second", "comparison.error.same")
	}
	if in.LastDay != nil {
		end := in.LastDay.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1)
		if !end.After(now) || end.Sub(now) > maxComparison {
			bad.Add("last_day", "comparison.error.last_day")
		}
		c.EndsAt = &end
	}
	if err := bad.Err(); err != nil {
		return c, err
	}
	err = db.Tx(ctx, func(tx *DB) error {
		job, err := tx.lockJob(ctx, jobID)
		if err != nil {
			return err
		}
		if job.ApplyURL != "" { // nobody here learns who applied
			return &ConflictError{Key: "comparison.error.elsewhere"}
		}
		if err := tx.nameCompared(ctx, &c); err != nil {
			return err
		}
		if err := tx.q(ctx).Exec(`update comparisons set ended_at = ends_at, outcome = ? where job_id = ? and ended_at is null and ends_at <= ?`,
			ComparisonOver, jobID, now).Error; err != nil {
			return err
		}
		err = mapped(tx.q(ctx).Create(&c).Error)
		if errors.Is(err, ErrConflict) {
			return &ConflictError{Key: "comparison.error.running"}
		}
		if err != nil {
			return err
		}
		return tx.Audit(ctx, Deed{DidAdd, OfComparison, jobID, nil})
	})
	return c, err
}

// nameCompared takes over the titles of the two, which must be shown to candidates.
func (db *DB) nameCompared(ctx context.Context, c *Comparison) error {
	var clips []Clip
	err := db.q(ctx).Clauses(clause.Locking{Strength: clause.LockingStrengthShare}).Select("id", "title").
		Where("job_id = ? and status = ? and id in ?", c.JobID, ClipPublished, []uuid.UUID{c.FirstID, c.SecondID}).Find(&clips).Error
	if err != nil {
		return fmt.Errorf("compared clips: %w", err)
	}
	found := map[uuid.UUID]string{}
	for _, clip := range clips {
		found[clip.ID] = clip.Title
	}
	var bad ValidationErrors
	var ok bool
	if c.FirstTitle, ok = found[c.FirstID]; !ok {
		bad.Add("first", "comparison.error.clip")
	}
	if c.SecondTitle, ok = found[c.SecondID]; !ok {
		bad.Add("second", "comparison.error.clip")
	}
	return bad.Err()
}

// StopComparison ends the job's comparison; where a clip of it is chosen, that becomes the job's main one. It is HR who chooses.
func (db *DB) StopComparison(ctx context.Context, jobID uuid.UUID, by, chosen *uuid.UUID) error {
	return db.Tx(ctx, func(tx *DB) error {
		var c Comparison
		err := tx.q(ctx).Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Where("job_id = ? and ended_at is null", jobID).Take(&c).Error
		if err := mapped(err); errors.Is(err, ErrNotFound) {
			return &ConflictError{Key: "comparison.error.ended"}
		} else if err != nil {
			return err
		}
		set := map[string]any{"ended_at": tx.Now(), "ended_by": by, "outcome": ComparisonStopped}
		if c.EndsAt != nil && c.EndsAt.Before(tx.Now()) {
			set["ended_at"] = *c.EndsAt
		}
		if chosen != nil {
			if !c.Has(*chosen) {
				return ErrNotFound
			}
			set["outcome"], set["chosen_id"] = ComparisonChosen, *chosen
			if err := tx.ChooseMain(ctx, *chosen); err != nil {
				return err
			}
		}
		if err := tx.Audit(ctx, Deed{DidChange, OfComparison, jobID, Facts{"chosen": chosen != nil}}); err != nil {
			return err
		}
		return changed(tx.q(ctx).Model(&Comparison{}).Where("id = ?", c.ID).Updates(set))
	})
}

// ChooseMain moves a clip before all others of its job.
func (db *DB) ChooseMain(ctx context.Context, id uuid.UUID) error {
	return db.MoveClip(ctx, id, -1<<30)
}
