package models

import (
	"time"

	"github.com/google/uuid"
)

// Event is one recorded touch. Zero ids stand for none.
type Event struct {
	ID      uuid.UUID `gorm:"primaryKey"`
	At      time.Time // of the click it belongs to, its own where there is none; microseconds
	AfterMS int32     // how long after At it happened, in milliseconds
	Kind    string
	Class   string
	Reason  string // why it has this class, a short code
	Rules   int16  // version of the rules that judged it
	Signals string // what the rules need to judge it again

	ClickID uuid.UUID // the click a later touch belongs to
	LinkID  uuid.UUID
	JobID   uuid.UUID
	ClipID  uuid.UUID
	Channel string
	Visitor uuid.UUID // pseudonym of the day

	ReferrerHost string
	Device       string // phone, tablet, desktop
	OS           string
	Language     string // primary tag, lower case
	Country      string // ISO 3166 alpha-2
}

// Happened is when the touch itself took place.
func (e *Event) Happened() time.Time { return e.At.Add(time.Duration(e.AfterMS) * time.Millisecond) }

// Amendment takes back the class human from what a visitor did in a span of time, once that is known to be no person's doing.
type Amendment struct {
	Visitor  uuid.UUID
	From, To time.Time // both included
	Class    string
	Reason   string
	Rules    int16
}

// IsBadEvent tells whether Postgres refuses the row itself, so that no repetition will help.
func IsBadEvent(err error) bool { return badRow(err) }
