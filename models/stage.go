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

// StageMove is a step of an application.
type StageMove struct {
	To    string
	Note  string // for the house alone
	Tell  bool   // the candidate gets a letter, where the stage changes
	Words string // a personal line in that letter
}

// MoveStage moves an application as Move does, without telling the candidate.
func (db *DB) MoveStage(ctx context.Context, by User, id uuid.UUID, to, note string) (Application, error) {
	return db.Move(ctx, by, id, StageMove{To: to, Note: note})
}

// Move moves an application that by may see and notes who did it; the stage it is in already, without a note, changes nothing.
func (db *DB) Move(ctx context.Context, by User, id uuid.UUID, m StageMove) (Application, error) {
	var app Application
	if !Stages.Has(m.To) {
		return app, Invalid("stage", "error.choose")
	}
	if utf8.RuneCountInString(m.Note) > MaxNote {
		return app, Invalid("note", "error.too_long", "Max", MaxNote)
	}
	if err := checkWords(m.Words); err != nil {
		return app, err
	}
	err := db.Tx(ctx, func(tx *DB) error {
		if err := tx.lockApplication(ctx, by, id, &app); err != nil {
			return err
		}
		if app.Stage == m.To && m.Note == "" {
			return nil
		}
		moved := app.Stage != m.To
		if err := tx.step(ctx, &app, StageChange{ToStage: m.To, Note: m.Note, UserID: by.ref()}); err != nil || !moved || !m.Tell {
			return err
		}
		return tx.tell(ctx, by, app, m.Words)
	})
	return app, err
}

// tell writes to the candidate what stage the application has come to, where there is something to tell.
func (db *DB) tell(ctx context.Context, by User, app Application, words string) error {
	job, err := db.Job(ctx, app.JobID)
	if err != nil {
		return err
	}
	kind := LetterFor(app.Stage, job)
	if kind == "" {
		return nil
	}
	return db.writeLetter(ctx, Letter{CandidateID: app.CandidateID, ApplicationID: &app.ID, Kind: kind, Words: words, UserID: by.ref()})
}

// lockApplication reads an application that by may see, and holds it until the transaction ends.
func (db *DB) lockApplication(ctx context.Context, by User, id uuid.UUID, app *Application) error {
	return mapped(db.seenApplications(db.q(ctx), by).Clauses(clause.Locking{Strength: "UPDATE"}).Where("applications.id = ?", id).Take(app).Error)
}

// step adds to the history of an application that the caller holds, and moves it where the change says so.
func (db *DB) step(ctx context.Context, app *Application, change StageChange) error {
	change.ID, change.ApplicationID, change.FromStage, change.At = NewID(), app.ID, app.Stage, db.Now()
	to := change.ToStage
	if err := db.q(ctx).Omit(clause.Associations).Create(&change).Error; err != nil {
		return mapped(err)
	}
	if app.Stage != to {
		app.StageSince = change.At
	}
	app.Stage = to
	if at := slices.Index(Stages, to); to != StageRejected && to != StageWithdrawn && at > slices.Index(Stages, app.Reached) {
		app.Reached = to // a person who went back to screening has reached the interview all the same
	}
	return changed(db.q(ctx).Model(&Application{}).Where("id = ?", app.ID).
		Updates(map[string]any{"stage": app.Stage, "reached": app.Reached, "stage_since": app.StageSince, "updated_at": db.Now()}))
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
		told := app.Stage
		if err := tx.takeBack(ctx, &app, last); err != nil {
			return err
		}
		job, err := tx.Job(ctx, app.JobID)
		if err != nil {
			return err
		}
		return tx.dropLetter(ctx, app.ID, LetterFor(told, job))
	})
	return app, err
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
	return changed(db.q(ctx).Model(&Application{}).Where("id = ?", app.ID).
		Updates(map[string]any{"stage": app.Stage, "reached": app.Reached, "stage_since": app.StageSince, "updated_at": db.Now()}))
}

// stageSince is when an application came to its stage, what was taken back left out.
func (db *DB) stageSince(ctx context.Context, app Application) (time.Time, error) {
	since := app.SubmittedAt
	err := db.q(ctx).Raw(`select coalesce((select max(at) from stage_changes where application_id = ? and not undone and from_stage <> to_stage), ?)`,
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

// MarkSkills notes whether an application that by may see has every required skill.
func (db *DB) MarkSkills(ctx context.Context, by User, id uuid.UUID, seen bool) error {
	return changed(db.seenApplications(db.q(ctx).Model(&Application{}), by).Where("applications.id = ?", id).
		Updates(map[string]any{"skills_seen": seen, "updated_at": db.Now()}))
}
