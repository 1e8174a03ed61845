package models

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// Where the consent of somebody in a clip stands.
const (
	ConsentWaiting   = "waiting" // asked as soon as there is something to see
	ConsentAsked     = "asked"
	ConsentAgreed    = "agreed"
	ConsentRefused   = "refused"
	ConsentWithdrawn = "withdrawn" // and with it the clip
	ConsentEnded     = "ended"     // agreed for a time that is over
)

// What the log of consents records beside the states.
const (
	consentListed   = "listed"
	consentReminded = "reminded"
	consentAddress  = "address"
	consentRemoved  = "removed"
)

// ClipPerson is somebody who is seen or heard in a clip.
type ClipPerson struct {
	ID            uuid.UUID
	ClipID        uuid.UUID
	UserID        *uuid.UUID // a colleague of the house
	Name          string
	Email         string // empty once nobody needs to write there any more
	EmailKey      string
	Language      string // nb, en, or empty for the house's
	Seen, Heard   bool
	State         string
	Months        int    // what was asked for
	Words         string // that came with the answer
	AddedBy       *uuid.UUID
	AddedAt       time.Time
	AskedAt       *time.Time
	RemindedAt    *time.Time
	AnsweredAt    *time.Time
	ExpiresAt     *time.Time
	WarnedAt      *time.Time
	RemovedAt     *time.Time
	RemovedBy     *uuid.UUID
	RemovedReason string

	Log []ConsentNote `gorm:"foreignKey:PersonID"`
}

// TableName is the table's.
func (ClipPerson) TableName() string { return "clip_people" }

// Listed tells whether the person still is on the clip's list.
func (p ClipPerson) Listed() bool { return p.RemovedAt == nil }

// Open tells whether the person has not answered.
func (p ClipPerson) Open() bool { return p.State == ConsentWaiting || p.State == ConsentAsked }

// MayWithdraw tells whether there is a consent to take back, also one whose time is over: the clip's files are still here.
func (p ClipPerson) MayWithdraw() bool { return p.State == ConsentAgreed || p.State == ConsentEnded }

// ConsentNote is one line of what happened with a consent.
type ConsentNote struct {
	ID       uuid.UUID
	PersonID uuid.UUID
	Kind     string
	ByID     *uuid.UUID // nil: the person, or the clock
	Words    string
	At       time.Time

	By *User `gorm:"foreignKey:ByID"`
}

// TableName is the table's.
func (ConsentNote) TableName() string { return "consent_log" }

// ClipPeople is everybody who is or was listed in a clip, with what happened, in the order they were listed.
func (db *DB) ClipPeople(ctx context.Context, clipID uuid.UUID) ([]ClipPerson, error) {
	var ps []ClipPerson
	err := db.q(ctx).Preload("Log", func(q *gorm.DB) *gorm.DB { return q.Order("at, id") }).Preload("Log.By").
		Where("clip_id = ?", clipID).Order("added_at, id").Find(&ps).Error
	return ps, mapped(err)
}

// listedPeople are those whose consent a clip needs.
func listedPeople(q *gorm.DB) *gorm.DB { return q.Where("removed_at is null").Order("added_at, id") }

// note writes a line of the log.
func (db *DB) note(ctx context.Context, person uuid.UUID, kind string, by *uuid.UUID, words string) error {
	n := ConsentNote{ID: NewID(), PersonID: person, Kind: kind, ByID: by, Words: words, At: db.Now()}
	if err := db.q(ctx).Omit("By").Create(&n).Error; err != nil {
		return fmt.Errorf("log of consents: %w", err)
	}
	return nil
}

// lockPerson is a person on the list of a clip, both locked, always in this order.
func (db *DB) lockPerson(ctx context.Context, clipID, id uuid.UUID) (Clip, ClipPerson, error) {
	c, err := db.lockClip(ctx, clipID)
	if err != nil {
		return c, ClipPerson{}, err
	}
	var p ClipPerson
	err = db.q(ctx).Clauses(forUpdate).Where("id = ? and clip_id = ?", id, clipID).Take(&p).Error
	return c, p, mapped(err)
}

// setPerson changes columns of a person.
func (db *DB) setPerson(ctx context.Context, id uuid.UUID, set map[string]any) error {
	if err := changed(db.q(ctx).Model(&ClipPerson{}).Where("id = ?", id).Updates(set)); err != nil {
		return fmt.Errorf("person %s in a clip: %w", id, err)
	}
	return nil
}
