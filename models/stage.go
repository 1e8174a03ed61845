package models

import (
	"context"
	"errors"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// MaxNote is the longest note of a stage change, in characters.
const MaxNote = 2000

// undoFor is how long a person may take back what they just did.
const undoFor = 10 * time.Minute

// MoveStage moves an application that by may see and notes who did it; the stage it is in already, without a note, changes nothing.
func (db *DB) MoveStage(ctx context.Context, by User, id uuid.UUID, to, note string) (Application, error) {
	var app Application
	if !Stages.Has(to) {
		return app, Invalid("stage", "error.choose")
	}
	if utf8.RuneCountInString(note) > MaxNote {
		return app, Invalid("note", "error.too_long", "Max", MaxNote)
	}
	err := db.Tx(ctx, func(tx *DB) error {
		if err := tx.lockApplication(ctx, by, id, &app); err != nil {
			return err
		}
		if app.Stage == to && note == "" {
			return nil
		}
		return tx.moveStage(ctx, &app, to, note, by.ref())
	})
	return app, err
}

// lockApplication reads an application that by may see, and holds it until the transaction ends.
func (db *DB) lockApplication(ctx context.Context, by User, id uuid.UUID, app *Application) error {
	return mapped(db.seenApplications(db.q(ctx), by).Clauses(clause.Locking{Strength: "UPDATE"}).Where("applications.id = ?", id).Take(app).Error)
}

func (db *DB) moveStage(ctx context.Context, app *Application, to, note string, by *uuid.UUID) error {
	change := StageChange{ID: NewID(), ApplicationID: app.ID, FromStage: app.Stage, ToStage: to, Note: note, UserID: by, At: db.Now()}
	if err := db.q(ctx).Omit(clause.Associations).Create(&change).Error; err != nil {
		return mapped(err)
	}
	app.Stage = to
	if at := slices.Index(Stages, to); to != StageRejected && to != StageWithdrawn && at > slices.Index(Stages, app.Reached) {
		app.Reached = to // a person who went back to screening has reached the interview all the same
	}
	return changed(db.q(ctx).Model(&Application{}).Where("id = ?", app.ID).
		Updates(map[string]any{"stage": app.Stage, "reached": app.Reached, "updated_at": db.Now()}))
}

// Undoable tells whether by may still take the change back: their own, just made, from one stage to another.
func (c StageChange) Undoable(by User, now time.Time) bool {
	return !c.Undone && c.FromStage != c.ToStage && c.UserID != nil && *c.UserID == by.ID && now.Sub(c.At) < undoFor
}

// UndoStage takes the newest change of an application back, where by made it and just so. Both steps stay in the history;
// the stage that was a mistake no longer counts as reached.
func (db *DB) UndoStage(ctx context.Context, by User, id uuid.UUID) (Application, error) {
	var app Application
	err := db.Tx(ctx, func(tx *DB) error {
		if err := tx.lockApplication(ctx, by, id, &app); err != nil {
			return err
		}
		var last StageChange
		err := mapped(tx.q(ctx).Where("application_id = ?", id).Order("at desc, id desc").Take(&last).Error)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if !last.Undoable(by, tx.Now()) || last.ToStage != app.Stage {
			return &ConflictError{Key: "application.error.undo"}
		}
		return tx.takeBack(ctx, &app, last)
	})
	return app, err
}

func (db *DB) takeBack(ctx context.Context, app *Application, last StageChange) error {
	back := StageChange{
		ID: NewID(), ApplicationID: app.ID, FromStage: app.Stage, ToStage: last.FromStage, UserID: last.UserID, At: db.Now(), Undone: true,
	}
	if err := db.q(ctx).Omit(clause.Associations).Create(&back).Error; err != nil {
		return mapped(err)
	}
	if err := changed(db.q(ctx).Model(&StageChange{}).Where("id = ?", last.ID).Update("undone", true)); err != nil {
		return err
	}
	var err error
	app.Stage = last.FromStage
	if app.Reached, err = db.reached(ctx, *app); err != nil {
		return err
	}
	return changed(db.q(ctx).Model(&Application{}).Where("id = ?", app.ID).
		Updates(map[string]any{"stage": app.Stage, "reached": app.Reached, "updated_at": db.Now()}))
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

// MarkSkills notes whether an application that by may see has every required skill.
func (db *DB) MarkSkills(ctx context.Context, by User, id uuid.UUID, seen bool) error {
	return changed(db.seenApplications(db.q(ctx).Model(&Application{}), by).Where("applications.id = ?", id).
		Updates(map[string]any{"skills_seen": seen, "updated_at": db.Now()}))
}
