package models

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// Note is what somebody of the house wrote about an application. Only its author changes it, and that they did stays to be seen.
type Note struct {
	ID            uuid.UUID
	ApplicationID uuid.UUID
	ChangeID      *uuid.UUID // the step that it was written with
	UserID        *uuid.UUID
	Text          string // empty where it was taken away
	At            time.Time
	EditedAt      *time.Time
	DeletedAt     *time.Time

	User        *User        `gorm:"foreignKey:UserID"`
	Application *Application `gorm:"foreignKey:ApplicationID"`
	Mentions    []Mention    `gorm:"foreignKey:NoteID"`
}

// By tells whether somebody wrote the note, and may change it.
func (n Note) By(u User) bool { return n.DeletedAt == nil && n.UserID != nil && *n.UserID == u.ID }

// Notes are the notes about an application, newest first, with their authors and whom they name.
func (db *DB) Notes(ctx context.Context, by User, appID uuid.UUID) ([]Note, error) {
	var ns []Note
	seen := db.seenApplications(db.q(ctx).Model(&Application{}).Select("applications.id"), by)
	err := db.q(ctx).Preload("User").Preload("Mentions.User").Where("application_id = ? and application_id in (?)", appID, seen).
		Order("at desc, id desc").Find(&ns).Error
	return ns, mapped(err)
}

// AddNote writes a note about an application that by may see, and tells the colleagues whom it names.
func (db *DB) AddNote(ctx context.Context, by User, appID uuid.UUID, text string) (note Note, err error) {
	if text, err = checkNote(text); err != nil {
		return note, err
	}
	err = db.Tx(ctx, func(tx *DB) error {
		var app Application
		if err := tx.lockApplication(ctx, by, appID, &app); err != nil {
			return err
		}
		note, err = tx.writeNote(ctx, by, app, nil, text)
		return err
	})
	return note, err
}

// checkNote refuses a note that is empty or too long.
func checkNote(text string) (string, error) {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	var bad ValidationErrors
	if text == "" {
		bad.Add("text", "note.error.empty")
	}
	bad.words("text", text, MaxNote)
	return text, bad.Err()
}

// writeNote writes a note about an application that the caller holds.
func (db *DB) writeNote(ctx context.Context, by User, app Application, step *uuid.UUID, text string) (Note, error) {
	n := Note{ID: NewID(), ApplicationID: app.ID, ChangeID: step, UserID: by.ref(), Text: strings.TrimSpace(text), At: db.Now()}
	if err := db.q(ctx).Omit(clause.Associations).Create(&n).Error; err != nil {
		return n, mapped(err)
	}
	if err := touched(db.q(ctx), app.ID, db.Now()); err != nil {
		return n, err
	}
	if err := db.Audit(As(ctx, by), Deed{DidAdd, OfNote, app.ID, nil}); err != nil {
		return n, err
	}
	return n, db.mention(ctx, by, app, &n)
}

// EditNote changes what the author wrote. Whom it names now and did not before is told.
func (db *DB) EditNote(ctx context.Context, by User, id uuid.UUID, text string) (note Note, err error) {
	if text, err = checkNote(text); err != nil {
		return note, err
	}
	err = db.ownNote(ctx, by, id, &note, func(tx *DB, app Application) error {
		if note.Text == text {
			return tx.mention(ctx, by, app, &note)
		}
		now := tx.Now()
		note.Text, note.EditedAt = text, &now
		if err := changed(tx.q(ctx).Model(&Note{}).Where("id = ?", id).Updates(map[string]any{"text": text, "edited_at": now})); err != nil {
			return err
		}
		if err := tx.Audit(As(ctx, by), Deed{DidChange, OfNote, app.ID, nil}); err != nil {
			return err
		}
		return tx.mention(ctx, by, app, &note)
	})
	return note, err
}

// DeleteNote takes away what the author wrote; that there was a note stays.
func (db *DB) DeleteNote(ctx context.Context, by User, id uuid.UUID) (note Note, err error) {
	err = db.ownNote(ctx, by, id, &note, func(tx *DB, app Application) error {
		if err := tx.q(ctx).Where("note_id = ?", id).Delete(&Mention{}).Error; err != nil {
			return mapped(err)
		}
		now := tx.Now()
		note.Text, note.DeletedAt = "", &now
		if err := changed(tx.q(ctx).Model(&Note{}).Where("id = ?", id).Updates(map[string]any{"text": "", "deleted_at": now})); err != nil {
			return err
		}
		return tx.Audit(As(ctx, by), Deed{DidErase, OfNote, app.ID, nil})
	})
	return note, err
}

// ownNote runs fn for a note of by's, holding its application; another's is ErrForbidden, of an application that by may not see it is
// ErrNotFound.
func (db *DB) ownNote(ctx context.Context, by User, id uuid.UUID, note *Note, fn func(tx *DB, app Application) error) error {
	return db.Tx(ctx, func(tx *DB) error {
		if err := mapped(tx.q(ctx).Where("id = ?", id).Take(note).Error); err != nil {
			return err
		}
		var app Application
		if err := tx.lockApplication(ctx, by, note.ApplicationID, &app); err != nil {
			return err
		}
		if err := mapped(tx.q(ctx).Where("id = ?", id).Take(note).Error); err != nil { // as it is now that it is held
			return err
		}
		if !note.By(by) {
			return ErrForbidden
		}
		return fn(tx, app)
	})
}
