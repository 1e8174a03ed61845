package models

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

const (
	maxClipPeople  = 50
	maxReasonRunes = 500

	askAgainAfter = 10 * time.Minute
)

var forUpdate = clause.Locking{Strength: clause.LockingStrengthUpdate}

// PersonInput is somebody who is to be listed in a clip.
type PersonInput struct {
	Name        string // empty for a colleague: as in the directory
	Email       string
	Language    string // to ask in; empty: the colleague's, or the house's
	Seen, Heard bool
	Colleague   string // the id of one who has no e-mail: they are asked on their own page
}

// ListPerson lists somebody who is seen or heard in a clip, and asks them, at once where there is something to see. Whoever
// has the address of a colleague is that colleague.
func (db *DB) ListPerson(ctx context.Context, by User, clipID uuid.UUID, in PersonInput) (ClipPerson, error) {
	p := ClipPerson{
		ID: NewID(), ClipID: clipID, Name: tidy(in.Name), Email: strings.TrimSpace(in.Email), EmailKey: EmailKey(in.Email), Language: in.Language,
		Seen: in.Seen, Heard: in.Heard, State: ConsentWaiting, AddedBy: by.ref(), AddedAt: db.Now(),
	}
	switch u, err := db.listedColleague(ctx, in); {
	case err == nil && u.Active():
		p.UserID, p.Name, p.Email, p.EmailKey = &u.ID, u.Name, u.Email, u.EmailKey
	case err != nil && !errors.Is(err, ErrNotFound):
		return p, err
	}
	if err := p.check(); err != nil {
		return p, err
	}
	return p, db.Tx(ctx, func(tx *DB) error {
		c, err := tx.lockClip(ctx, clipID)
		if err != nil {
			return err
		}
		if err := tx.mayList(ctx, c, &p); err != nil {
			return err
		}
		if err := tx.q(ctx).Omit(clause.Associations).Create(&p).Error; err != nil {
			return fmt.Errorf("list person: %w", err)
		}
		if err := tx.note(ctx, p.ID, consentListed, p.AddedBy, ""); err != nil {
			return err
		}
		if err := tx.Audit(As(ctx, by), Deed{DidAdd, OfConsent, clipID, Facts{"consent": p.ID}}); err != nil {
			return err
		}
		return tx.askIfReady(ctx, c, p, by.ref())
	})
}

// listedColleague is who of the house is meant, by the address or where they have none by their id; ErrNotFound for somebody from outside.
func (db *DB) listedColleague(ctx context.Context, in PersonInput) (User, error) {
	if in.Colleague == "" {
		return db.UserByEmail(ctx, in.Email)
	}
	id, err := uuid.Parse(in.Colleague)
	if err != nil {
		return User{}, ErrNotFound
	}
	return db.User(ctx, id)
}

// check refuses what cannot be asked.
func (p ClipPerson) check() error {
	var bad ValidationErrors
	checkName(&bad, p.Name)
	if err := CheckEmail(p.Email); err != nil && (p.UserID == nil || p.Email != "") {
		bad = append(bad, err)
	}
	if p.Language != "" && !Languages.Has(p.Language) {
		bad.Add("language", "error.choose")
	}
	if !p.Seen && !p.Heard {
		bad.Add("seen", "people_in.error.how")
	}
	for _, e := range bad { // the clip's page has other fields of these names
		e.Field = "person_" + e.Field
	}
	return bad.Err()
}

// mayList refuses a person twice, and clips that nobody can be listed in; it fills in what the house has settled.
func (db *DB) mayList(ctx context.Context, c Clip, p *ClipPerson) error {
	switch c.Status {
	case ClipWithdrawn:
		return &ConflictError{Key: "clip.conflict.withdrawn"}
	case ClipPublished:
		return &ConflictError{Key: "people_in.conflict.published"}
	}
	var there []ClipPerson
	if err := listedPeople(db.q(ctx)).Where("clip_id = ?", c.ID).Find(&there).Error; err != nil {
		return fmt.Errorf("list person: %w", err)
	}
	for _, other := range there {
		if other.EmailKey == p.EmailKey && p.EmailKey != "" || other.UserID != nil && p.UserID != nil && *other.UserID == *p.UserID {
			return ValidationErrors{Invalid("person_email", "people_in.error.twice", "Name", other.Name)}
		}
	}
	if len(there) >= maxClipPeople {
		return ValidationErrors{Invalid("person_email", "people_in.error.many", "Max", maxClipPeople)}
	}
	months, err := db.consentMonths(ctx)
	p.Months = months
	return err
}

// consentMonths is how long people are asked to agree for.
func (db *DB) consentMonths(ctx context.Context) (int, error) {
	o, err := db.Organisation(ctx)
	if errors.Is(err, ErrNotFound) {
		return defaultConsentMonths, nil
	}
	return o.ConsentMonths, err
}

// askIfReady asks a person who can be shown the clip.
func (db *DB) askIfReady(ctx context.Context, c Clip, p ClipPerson, by *uuid.UUID) error {
	if c.Status != ClipReady && c.Status != ClipPublished {
		return nil
	}
	set := map[string]any{"state": ConsentAsked, "asked_at": db.Now(), "reminded_at": nil, "answered_at": nil, "expires_at": nil, "warned_at": nil, "words": ""}
	if err := db.setPerson(ctx, p.ID, set); err != nil {
		return err
	}
	if err := db.note(ctx, p.ID, ConsentAsked, by, ""); err != nil {
		return err
	}
	return db.enqueue(ctx, ConsentMail{Mail: MailConsentAsk, PersonID: p.ID}, nil)
}

// askWaiting asks those who were listed before the clip could be shown.
func (db *DB) askWaiting(ctx context.Context, clipID uuid.UUID) error {
	c, err := db.Clip(ctx, clipID)
	if err != nil {
		return err
	}
	for _, p := range c.People {
		if p.State == ConsentWaiting {
			if err := db.askIfReady(ctx, c, p, p.AddedBy); err != nil {
				return err
			}
		}
	}
	return nil
}

// AskAgain sends the request once more to somebody who has not agreed; at most every ten minutes.
func (db *DB) AskAgain(ctx context.Context, by User, clipID, id uuid.UUID) error {
	return db.changePerson(As(ctx, by), clipID, id, func(tx *DB, c Clip, p ClipPerson) error {
		switch {
		case p.State == ConsentAgreed:
			return &ConflictError{Key: "people_in.conflict.agreed"}
		case p.AskedAt != nil && tx.Now().Sub(*p.AskedAt) < askAgainAfter:
			return &ConflictError{Key: "people_in.conflict.soon"}
		}
		months, err := tx.consentMonths(ctx)
		if err == nil {
			err = tx.setPerson(ctx, id, map[string]any{"months": months})
		}
		if err != nil {
			return err
		}
		return tx.askIfReady(ctx, c, p, by.ref())
	})
}

// CorrectPerson writes to another address from now on; links that went to the old one stop working.
func (db *DB) CorrectPerson(ctx context.Context, by User, clipID, id uuid.UUID, email string) error {
	email = strings.TrimSpace(email)
	if err := CheckEmail(email); err != nil {
		return ValidationErrors{err}
	}
	err := db.changePerson(As(ctx, by), clipID, id, func(tx *DB, c Clip, p ClipPerson) error {
		if !p.Open() {
			return &ConflictError{Key: "people_in.conflict.answered"}
		}
		set := map[string]any{"email": email, "email_key": EmailKey(email), "user_id": nil}
		switch u, err := tx.UserByEmail(ctx, email); {
		case err == nil && u.Active():
			set["user_id"] = u.ID
		case err != nil && !errors.Is(err, ErrNotFound):
			return err
		}
		if err := tx.setPerson(ctx, id, set); err != nil {
			return err
		}
		if err := tx.q(ctx).Where("person_id = ?", id).Delete(&ConsentToken{}).Error; err != nil {
			return fmt.Errorf("correct address: %w", err)
		}
		if err := tx.note(ctx, id, consentAddress, by.ref(), ""); err != nil {
			return err
		}
		return tx.askIfReady(ctx, c, p, by.ref())
	})
	if errors.Is(err, ErrConflict) && !isConflictError(err) { // the index: that address is listed already
		return &ConflictError{Key: "people_in.conflict.twice"}
	}
	return err
}

func isConflictError(err error) bool {
	var c *ConflictError
	return errors.As(err, &c)
}

// RemovePerson takes somebody off the list, with a reason that stays; whoever was asked is told.
func (db *DB) RemovePerson(ctx context.Context, by User, clipID, id uuid.UUID, reason string) error {
	reason = strings.TrimSpace(reason)
	if reason == "" || utf8.RuneCountInString(reason) > maxReasonRunes {
		return ValidationErrors{Invalid("reason", "people_in.error.reason", "Max", maxReasonRunes)}
	}
	return db.changePerson(As(ctx, by), clipID, id, func(tx *DB, c Clip, p ClipPerson) error {
		if c.Status == ClipPublished {
			return &ConflictError{Key: "people_in.conflict.published"}
		}
		set := map[string]any{"removed_at": tx.Now(), "removed_by": by.ref(), "removed_reason": reason}
		if err := tx.setPerson(ctx, id, set); err != nil {
			return err
		}
		if err := tx.note(ctx, id, consentRemoved, by.ref(), reason); err != nil || p.AskedAt == nil {
			return err
		}
		return tx.enqueue(ctx, ConsentMail{Mail: MailConsentRemoved, PersonID: id}, nil)
	})
}

// changePerson does something with a listed person of a clip that is still there to be seen.
func (db *DB) changePerson(ctx context.Context, clipID, id uuid.UUID, do func(*DB, Clip, ClipPerson) error) error {
	return db.Tx(ctx, func(tx *DB) error {
		c, p, err := tx.lockPerson(ctx, clipID, id)
		switch {
		case err != nil:
			return err
		case !p.Listed():
			return ErrNotFound
		case c.Status == ClipWithdrawn:
			return &ConflictError{Key: "clip.conflict.withdrawn"}
		}
		if err := do(tx, c, p); err != nil {
			return err
		}
		return tx.Audit(ctx, Deed{DidChange, OfConsent, clipID, Facts{"consent": id}})
	})
}
