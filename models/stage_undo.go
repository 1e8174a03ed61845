package models

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// Undoable tells whether by may still take the change back: their own, just made.
func (c StageChange) Undoable(by User, now time.Time) bool {
	return !c.Undone && c.UserID != nil && *c.UserID == by.ID && now.Sub(c.At) < undoFor
}

// Undoable is the newest step of an application where by may still take it back; nil where they may not.
func (db *DB) Undoable(ctx context.Context, by User, app Application) (*StageChange, error) {
	last, err := db.lastStep(ctx, app.ID)
	if err != nil || !last.Undoable(by, db.Now()) || last.ToStage != app.Stage {
		return nil, err
	}
	return &last, nil
}

// UndoStage takes the newest change of an application back, where by made it and just so. Both steps stay in the history;
// the stage that was a mistake no longer counts as reached.
func (db *DB) UndoStage(ctx context.Context, by User, id uuid.UUID) (Application, error) {
	var app Application
	ctx = As(ctx, by)
	err := db.Tx(ctx, func(tx *DB) error {
		if err := tx.lockApplication(ctx, by, id, &app); err != nil {
			return err
		}
		last, err := tx.Undoable(ctx, by, app)
		if err != nil {
			return err
		}
		if last == nil {
			return &ConflictError{Key: "application.error.undo"}
		}
		return tx.undoStep(ctx, &app, *last)
	})
	return app, err
}

// undoStep takes a step back with the letter about it, where that has not gone yet.
func (db *DB) undoStep(ctx context.Context, app *Application, last StageChange) error {
	told := app.Stage
	if err := db.takeBack(ctx, app, last); err != nil {
		return err
	}
	job, err := db.Job(ctx, app.JobID)
	if err != nil {
		return err
	}
	return db.dropLetter(ctx, app.ID, LetterFor(told, job))
}

func (db *DB) takeBack(ctx context.Context, app *Application, last StageChange) error {
	back := StageChange{
		ID: NewID(), ApplicationID: app.ID, FromStage: app.Stage, ToStage: last.FromStage, UserID: last.UserID,
		ByCandidate: last.ByCandidate, At: db.Now(), Undone: true,
	}
	if err := db.q(ctx).Omit(clause.Associations).Create(&back).Error; err != nil {
		return mapped(err)
	}
	if err := changed(db.q(ctx).Model(&StageChange{}).Where("id = ?", last.ID).Update("undone", true)); err != nil {
		return err
	}
	var err error
	app.Stage = last.FromStage
	if app.StageSince, err = db.stageSince(ctx, *app); err != nil { // the promise runs on from where it began
		return err
	}
	if app.Reached, err = db.reached(ctx, *app); err != nil {
		return err
	}
	if err := changed(db.q(ctx).Model(&Application{}).Where("id = ?", app.ID).
		Updates(map[string]any{"stage": app.Stage, "reached": app.Reached, "stage_since": app.StageSince, "updated_at": db.Now()})); err != nil {
		return err
	}
	if err := db.settleRewards(ctx, []uuid.UUID{app.ID}); err != nil {
		return err
	}
	return db.Audit(ctx, Deed{DidChange, OfApplication, app.ID, Facts{"stage": fromTo(back.FromStage, app.Stage), "undone": true}})
}

// stageSince is when an application came to its stage, what was taken back left out.
func (db *DB) stageSince(ctx context.Context, app Application) (time.Time, error) {
	since := app.SubmittedAt
	err := db.q(ctx).Raw(`select coalesce((select max(at) from stage_changes where application_id = ? and not undone), ?)`,
		app.ID, app.SubmittedAt).Scan(&since).Error
	return since, mapped(err)
}

// reached is the furthest stage that an application is in or that its history tells of.
func (db *DB) reached(ctx context.Context, app Application) (string, error) {
	var changes []StageChange
	err := db.q(ctx).Where("application_id = ? and not undone", app.ID).Find(&changes).Error
	stages := []string{app.Stage}
	for _, c := range changes {
		stages = append(stages, c.FromStage, c.ToStage)
	}
	furthest := StageNew
	for _, s := range stages {
		if s != StageRejected && s != StageWithdrawn && slices.Index(Stages, s) > slices.Index(Stages, furthest) {
			furthest = s
		}
	}
	return furthest, mapped(err)
}

// StageChanges are the steps of an application with who made them, newest first.
func (db *DB) StageChanges(ctx context.Context, applicationID uuid.UUID) ([]StageChange, error) {
	var cs []StageChange
	err := db.q(ctx).Preload("User").Where("application_id = ?", applicationID).Order("at desc, id desc").Find(&cs).Error
	return cs, mapped(err)
}
