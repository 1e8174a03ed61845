package models

import (
	"math/bits"
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

	Seconds Seconds `gorm:"-"` // of kind watched only
}

// WatchSeconds is how many seconds of a clip can be told apart: more than a clip may last.
const WatchSeconds = 128

// Seconds are the seconds of a clip that were watched, the first being the highest bit of the first byte.
type Seconds [WatchSeconds / 8]byte

// Add notes a second, 0 being the first; those that no clip has are left out.
func (s *Seconds) Add(second int) {
	if second >= 0 && second < WatchSeconds {
		s[second/8] |= 0x80 >> (second % 8)
	}
}

// Len is how many seconds were watched.
func (s *Seconds) Len() (n int) {
	for _, b := range s {
		n += bits.OnesCount8(b)
	}
	return n
}

// Union are the seconds of both.
func (s *Seconds) Union(other Seconds) (all Seconds) {
	for i := range s {
		all[i] = s[i] | other[i]
	}
	return all
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
