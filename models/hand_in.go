package models

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"
)

// HandedIn is an application on its way to Postgres: what was handed in, and the event that tells of it.
type HandedIn struct {
	Applying Applying
	Event    Event
	JobTitle string // as the page showed it
}

// beginHandIn notes that something is being taken in; first is false where it was before.
func (db *DB) beginHandIn(ctx context.Context, in Applying) (first bool, err error) {
	tag, err := db.tx.Exec(ctx, `insert into hand_ins (id, at, with_cv) values ($1, $2, $3) on conflict (id) do nothing`, in.ID, in.At, in.CV != nil)
	return tag.RowsAffected() == 1, err
}

// endHandIn notes which application it became.
func (db *DB) endHandIn(ctx context.Context, id, application uuid.UUID) error {
	_, err := db.tx.Exec(ctx, `update hand_ins set application_id = $2 where id = $1`, id, application)
	return err
}

// handedIn finds what came of something that was taken in before: an application, none where that has been erased since; again
// is false where it is the one that this made.
func (db *DB) handedIn(ctx context.Context, id uuid.UUID) (app Application, again bool, err error) {
	err = mapped(db.q(ctx).Where("id = (select application_id from hand_ins where id = ?)", id).Take(&app).Error)
	if errors.Is(err, ErrNotFound) {
		err = nil
	}
	return app, app.ID != id, err
}

// standingLink is the link where it is there: a database that was restored may lack one that was made after its backup.
func (db *DB) standingLink(ctx context.Context, l *Link) (*Link, error) {
	if l == nil {
		return nil, nil //nolint:nilnil // the open door has none: that is an answer
	}
	var there bool
	err := db.tx.QueryRow(ctx, `select exists (select from links where id = $1)`, l.ID).Scan(&there)
	if err != nil || !there {
		return nil, err
	}
	return l, nil
}

// handInsSince tells what the same person handed in for the same job after a time.
type handInsSince struct{ any, cv bool }

func (db *DB) handInsSince(ctx context.Context, application uuid.UUID, at time.Time) (since handInsSince, err error) {
	err = db.tx.QueryRow(ctx, `select count(*) > 0, count(*) filter (where with_cv) > 0 from hand_ins where application_id = $1 and at > $2`,
		application, at).Scan(&since.any, &since.cv)
	return since, err
}

// Encode writes a hand-in as it waits on a disk.
func (in HandedIn) Encode() (json.RawMessage, error) { return json.Marshal(in) }

// DecodeHandedIn reads what Encode wrote.
func DecodeHandedIn(raw json.RawMessage) (in HandedIn, err error) {
	err = json.Unmarshal(raw, &in)
	return in, err
}

// Refused tells whether err comes from what was handed in itself, so that no repetition will help.
func Refused(err error) bool {
	var one *ValidationError
	var all ValidationErrors
	return errors.As(err, &one) || errors.As(err, &all) || badRow(err)
}
