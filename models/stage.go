package models

import (
	"context"
	"slices"
	"unicode/utf8"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// MaxNote is the longest note of a stage change, in characters.
const MaxNote = 2000

// MoveStage moves an application and notes who did it; the stage it is in already changes nothing.
func (db *DB) MoveStage(ctx context.Context, by User, id uuid.UUID, to, note string) (Application, error) {
	var app Application
	if !Stages.Has(to) {
		return app, Invalid("stage", "error.choose")
	}
	if utf8.RuneCountInString(note) > MaxNote {
		return app, Invalid("note", "error.too_long", "Max", MaxNote)
	}
	err := db.Tx(ctx, func(tx *DB) error {
		if err := mapped(tx.q(ctx).Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).Take(&app).Error); err != nil {
			return err
		}
		if app.Stage == to && note == "" {
			return nil
		}
		return tx.moveStage(ctx, &app, to, note, &by.ID)
	})
	return app, err
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
