package models

import (
	"context"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// UndoSeveral takes a change of several back, where by made it and just so; what is taken back already is. What somebody has moved or
// marked on since stays.
func (db *DB) UndoSeveral(ctx context.Context, by User, id uuid.UUID) error {
	ctx = As(ctx, by)
	return db.Tx(ctx, func(tx *DB) error {
		if err := mapped(tx.q(ctx).Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).Take(&BulkChange{}).Error); err != nil {
			return err
		}
		b, err := tx.BulkChange(ctx, by, id)
		if err != nil {
			return err
		}
		if b.UndoneAt != nil && b.UserID != nil && *b.UserID == by.ID {
			return nil
		}
		if !b.Undoable(by, tx.Now()) {
			return &ConflictError{Key: "bulk.error.undo"}
		}
		for i := range b.Items {
			if b.Items[i].State != BulkDone {
				continue
			}
			if err := tx.undoOne(ctx, by, b, &b.Items[i]); err != nil {
				return err
			}
			err := changed(tx.q(ctx).Model(&BulkItem{}).Where("bulk_id = ? and application_id = ?", id, b.Items[i].ApplicationID).Update("state", b.Items[i].State))
			if err != nil {
				return err
			}
		}
		return changed(tx.q(ctx).Model(&BulkChange{}).Where("id = ?", id).Update("undone_at", tx.Now()))
	})
}

// undoOne takes back what was done to one of them; items come in the order in which applications are held.
func (db *DB) undoOne(ctx context.Context, by User, b BulkChange, item *BulkItem) error {
	var app Application
	if err := db.lockApplication(ctx, by, item.ApplicationID, &app); err != nil {
		return err
	}
	item.State = BulkStays
	if b.SkillID != nil {
		return db.undoMark(ctx, by, b, item)
	}
	last, err := db.lastStep(ctx, app.ID)
	if err != nil || item.ChangeID == nil || last.ID != *item.ChangeID || last.Undone {
		return err
	}
	item.State = BulkUndone
	return db.undoStep(ctx, &app, last)
}

// undoMark marks the skill as it was marked before.
func (db *DB) undoMark(ctx context.Context, by User, b BulkChange, item *BulkItem) error {
	var last []SkillMark
	err := db.q(ctx).Where("application_id = ? and skill_id = ?", item.ApplicationID, *b.SkillID).Order("at desc, id desc").Limit(2).Find(&last).Error
	if err != nil || item.MarkID == nil || len(last) == 0 || last[0].ID != *item.MarkID {
		return mapped(err)
	}
	before := SkillOpen
	if len(last) == 2 {
		before = last[1].Mark
	}
	item.State = BulkUndone
	if _, err := db.mark(ctx, by, item.ApplicationID, *b.SkillID, before); err != nil {
		return err
	}
	return db.judgeSkills(ctx, "a.id = ?", item.ApplicationID)
}

// MarkableSkills are the skills that a job requires, which may be marked.
func (db *DB) MarkableSkills(ctx context.Context, jobID uuid.UUID) ([]Skill, error) {
	job, err := db.Job(ctx, jobID)
	var out []Skill
	for _, s := range job.Skills {
		if s.Need == NeedRequired {
			out = append(out, s.Skill)
		}
	}
	return out, err
}
