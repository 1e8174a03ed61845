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

// MaxNote is the longest note, in characters.
const MaxNote = 2000

// undoFor is how long a person may take back what they just did.
const undoFor = 10 * time.Minute

// StageMove is a step of an application.
type StageMove struct {
	From  string // the stage that whoever moves it saw it in; empty: whichever it is in
	To    string
	Note  string // for the house alone
	Tell  bool   // the candidate gets a letter, where the stage changes
	Words string // a personal line in that letter
}

// MovedError is a move that somebody else's move came before: where the application is now, and by whom.
type MovedError struct {
	Application Application // as it is, with candidate and job
	Change      StageChange // the step that came first, with who made it
}

// Error says so, for logs.
func (e *MovedError) Error() string {
	return "conflict: application " + e.Application.ID.String() + " was moved meanwhile"
}

// Is makes errors.Is(err, ErrConflict) true.
func (e *MovedError) Is(target error) bool { return target == ErrConflict }

// MoveStage moves an application as Move does, without telling the candidate.
func (db *DB) MoveStage(ctx context.Context, by User, id uuid.UUID, to, note string) (Application, error) {
	return db.Move(ctx, by, id, StageMove{To: to, Note: note})
}

// Move moves an application that by may see and notes who did it; the stage it is in already changes nothing, and a note with it is
// a note alone. It gives a MovedError where somebody else has moved it from where by saw it.
func (db *DB) Move(ctx context.Context, by User, id uuid.UUID, m StageMove) (Application, error) {
	var app Application
	if err := m.check(); err != nil {
		return app, err
	}
	ctx = As(ctx, by)
	err := db.Tx(ctx, func(tx *DB) error {
		if err := tx.lockApplication(ctx, by, id, &app); err != nil {
			return err
		}
		if m.From != "" && m.From != app.Stage {
			return tx.moved(ctx, by, app, m)
		}
		var step *uuid.UUID
		if app.Stage != m.To {
			made, err := tx.step(ctx, &app, StageChange{ToStage: m.To, UserID: by.ref()})
			if err != nil {
				return err
			}
			step = &made.ID
		}
		if m.Note != "" {
			if _, err := tx.writeNote(ctx, by, app, step, m.Note); err != nil {
				return err
			}
		}
		if step == nil || !m.Tell {
			return nil
		}
		return tx.tell(ctx, by, app, m.Words)
	})
	return app, err
}

func (m *StageMove) check() error {
	if !Stages.Has(m.To) {
		return Invalid("stage", "error.choose")
	}
	if utf8.RuneCountInString(m.Note) > MaxNote {
		return Invalid("note", "error.too_long", "Max", MaxNote)
	}
	return checkWords(m.Words)
}

// moved says who moved an application first; what the same person asked for twice is done once.
func (db *DB) moved(ctx context.Context, by User, app Application, m StageMove) error {
	last, err := db.lastStep(ctx, app.ID)
	if err != nil {
		return err
	}
	if app.Stage == m.To && last.FromStage == m.From && last.UserID != nil && *last.UserID == by.ID {
		return nil
	}
	e := &MovedError{Change: last}
	if e.Application, err = db.Application(ctx, by, app.ID); err != nil {
		return err
	}
	return e
}

// lastStep is the newest step of an application, with who made it; the zero one where there is none.
func (db *DB) lastStep(ctx context.Context, id uuid.UUID) (StageChange, error) {
	var last StageChange
	err := mapped(db.q(ctx).Preload("User").Where("application_id = ?", id).Order("at desc, id desc").Take(&last).Error)
	if errors.Is(err, ErrNotFound) {
		return StageChange{}, nil
	}
	return last, err
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

// TellStage writes to the candidate what stage their application is in, once: who was told already is not told again.
func (db *DB) TellStage(ctx context.Context, by User, id uuid.UUID, words string) (Application, error) {
	var app Application
	if err := checkWords(words); err != nil {
		return app, err
	}
	ctx = As(ctx, by)
	err := db.Tx(ctx, func(tx *DB) error {
		if err := tx.lockApplication(ctx, by, id, &app); err != nil {
			return err
		}
		told, err := tx.Told(ctx, app)
		if err != nil {
			return err
		}
		if told {
			return &ConflictError{Key: "application.error.told"}
		}
		return tx.tell(ctx, by, app, words)
	})
	return app, err
}

// Told tells whether the candidate was written to since the application came to its stage, or whether there is no letter about it.
func (db *DB) Told(ctx context.Context, app Application) (bool, error) {
	job, err := db.Job(ctx, app.JobID)
	if err != nil {
		return false, err
	}
	kind := LetterFor(app.Stage, job)
	if kind == "" {
		return true, nil
	}
	var n int64
	err = db.q(ctx).Model(&Letter{}).Where("application_id = ? and kind = ? and created_at >= ?", app.ID, kind, app.StageSince).Count(&n).Error
	return n > 0, mapped(err)
}

// lockApplication reads an application that by may see, and holds it until the transaction ends.
func (db *DB) lockApplication(ctx context.Context, by User, id uuid.UUID, app *Application) error {
	return mapped(db.seenApplications(db.q(ctx), by).Clauses(clause.Locking{Strength: "UPDATE"}).Where("applications.id = ?", id).Take(app).Error)
}

// step moves an application that the caller holds, and adds to its history.
func (db *DB) step(ctx context.Context, app *Application, change StageChange) (StageChange, error) {
	change.ID, change.ApplicationID, change.FromStage, change.At = NewID(), app.ID, app.Stage, db.Now()
	to, ended := change.ToStage, !UndecidedStages.Has(app.Stage)
	if err := db.q(ctx).Omit(clause.Associations).Create(&change).Error; err != nil {
		return change, mapped(err)
	}
	app.Stage, app.StageSince = to, change.At
	if at := slices.Index(Stages, to); to != StageRejected && to != StageWithdrawn && at > slices.Index(Stages, app.Reached) {
		app.Reached = to // a person who went back to screening has reached the interview all the same
	}
	err := changed(db.q(ctx).Model(&Application{}).Where("id = ?", app.ID).
		Updates(map[string]any{"stage": app.Stage, "reached": app.Reached, "stage_since": app.StageSince, "updated_at": db.Now()}))
	if err == nil && ended { // the job may require something else by now
		err = db.judgeSkills(ctx, "a.id = ?", app.ID)
	}
	if err == nil {
		err = db.settleRewards(ctx, []uuid.UUID{app.ID})
	}
	if err == nil {
		err = db.oweTurn(ctx, *app, change)
	}
	if err == nil {
		err = db.Audit(ctx, Deed{DidChange, OfApplication, app.ID, Facts{"stage": fromTo(change.FromStage, to)}})
	}
	return change, err
}
