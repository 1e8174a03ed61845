package models

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"kollega/internal/auth"
)

const (
	// MaxConsentWords is how many characters may come with an answer.
	MaxConsentWords = 1000

	ownTokenLasts = 24 * time.Hour
)

// ConsentToken is the secret of a link by which somebody answers for themselves; only its hash is kept. Those that were
// mailed work for as long as the person is listed: whoever agreed must be able to withdraw.
type ConsentToken struct {
	Hash      []byte `gorm:"primaryKey"`
	PersonID  uuid.UUID
	ExpiresAt *time.Time
	CreatedAt time.Time
}

// Consent is what somebody who is asked about a clip is shown.
type Consent struct {
	Person ClipPerson
	Clip   Clip // with its files and approved captions; after a withdrawal without
	Job    Job  // zero while the clip has none
}

// Watchable tells whether the person may be shown the clip.
func (c Consent) Watchable() bool {
	return c.Person.Listed() && (c.Clip.Status == ClipReady || c.Clip.Status == ClipPublished)
}

// NewConsentToken makes the secret of a link for a person in a clip; earlier ones go on working.
func (db *DB) NewConsentToken(ctx context.Context, personID uuid.UUID) (string, error) {
	return db.consentToken(ctx, personID, nil)
}

func (db *DB) consentToken(ctx context.Context, personID uuid.UUID, expires *time.Time) (string, error) {
	token := auth.NewToken()
	t := ConsentToken{Hash: auth.HashToken(token), PersonID: personID, ExpiresAt: expires, CreatedAt: db.Now()}
	if err := db.q(ctx).Create(&t).Error; err != nil {
		return "", fmt.Errorf("make consent link: %w", err)
	}
	return token, nil
}

// ConsentByToken is what a link is about; ErrNotFound when it is unknown or too old.
func (db *DB) ConsentByToken(ctx context.Context, token string) (Consent, error) {
	var t ConsentToken
	err := db.q(ctx).Where("hash = ? and (expires_at is null or expires_at > ?)", auth.HashToken(token), db.Now()).Take(&t).Error
	if err != nil {
		return Consent{}, mapped(err)
	}
	return db.Consent(ctx, t.PersonID)
}

// Consent is one person's consent with its clip and job.
func (db *DB) Consent(ctx context.Context, personID uuid.UUID) (Consent, error) {
	var c Consent
	if err := db.q(ctx).Where("id = ?", personID).Take(&c.Person).Error; err != nil {
		return c, mapped(err)
	}
	var err error
	if c.Clip, err = db.Clip(ctx, c.Person.ClipID); err == nil && c.Clip.JobID != uuid.Nil {
		c.Job, err = db.Job(ctx, c.Clip.JobID)
	}
	return c, err
}

// ConsentsOf are the clips that a colleague is listed in, those without an answer first.
func (db *DB) ConsentsOf(ctx context.Context, userID uuid.UUID) ([]Consent, error) {
	var ids []uuid.UUID
	err := db.q(ctx).Model(&ClipPerson{}).Where("user_id = ? and removed_at is null and state <> ?", userID, ConsentWaiting).
		Order("state <> 'asked', added_at desc").Limit(100).Pluck("id", &ids).Error
	if err != nil {
		return nil, fmt.Errorf("consents of %s: %w", userID, err)
	}
	all := make([]Consent, 0, len(ids))
	for _, id := range ids { // a person is in few clips
		c, err := db.Consent(ctx, id)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

// AskedOf is how many clips a colleague is asked about without having answered.
func (db *DB) AskedOf(ctx context.Context, userID uuid.UUID) (int, error) {
	var n int64
	err := db.q(ctx).Model(&ClipPerson{}).Where("user_id = ? and removed_at is null and state = ?", userID, ConsentAsked).Count(&n).Error
	return int(n), mapped(err)
}

// OwnConsentToken lets a colleague who is signed in answer without the mail, for a day.
func (db *DB) OwnConsentToken(ctx context.Context, userID, personID uuid.UUID) (string, error) {
	var p ClipPerson
	err := db.q(ctx).Where("id = ? and user_id = ? and removed_at is null", personID, userID).Take(&p).Error
	if err != nil {
		return "", mapped(err)
	}
	expires := db.Now().Add(ownTokenLasts)
	return db.consentToken(ctx, p.ID, &expires)
}

// AnswerConsent records a yes or a no, with optional words. The same answer again changes nothing; until the clip is
// withdrawn a no may become a yes, and a yes is taken back by WithdrawConsent alone.
func (db *DB) AnswerConsent(ctx context.Context, token string, yes bool, words string) error {
	words = strings.TrimSpace(words)
	if utf8.RuneCountInString(words) > MaxConsentWords {
		return ValidationErrors{Invalid("words", "error.too_long", "Max", MaxConsentWords)}
	}
	if !utf8.ValidString(words) || strings.ContainsRune(words, 0) {
		return ValidationErrors{Invalid("words", "error.characters")}
	}
	return db.answering(ctx, token, func(tx *DB, c Clip, p ClipPerson) error {
		switch {
		case !p.Listed() || p.State == ConsentWaiting || p.State == ConsentWithdrawn || c.Status == ClipWithdrawn:
			return &ConflictError{Key: "consent.conflict.over"}
		case yes && p.State == ConsentAgreed, !yes && p.State == ConsentRefused:
			return nil
		case p.State == ConsentAgreed:
			return &ConflictError{Key: "consent.conflict.withdraw"}
		case yes:
			return tx.agree(ctx, p, words)
		}
		return tx.refuse(ctx, p, words)
	})
}

func (db *DB) agree(ctx context.Context, p ClipPerson, words string) error {
	now := db.Now()
	set := map[string]any{"state": ConsentAgreed, "answered_at": now, "expires_at": now.AddDate(0, p.Months, 0), "warned_at": nil, "words": words}
	if err := db.setPerson(ctx, p.ID, set); err != nil {
		return err
	}
	if err := db.note(ctx, p.ID, ConsentAgreed, nil, words); err != nil {
		return err
	}
	return db.enqueue(ctx, ConsentMail{Mail: MailConsentAgreed, PersonID: p.ID}, nil)
}

func (db *DB) refuse(ctx context.Context, p ClipPerson, words string) error {
	if err := db.setPerson(ctx, p.ID, map[string]any{"state": ConsentRefused, "answered_at": db.Now(), "expires_at": nil, "words": words}); err != nil {
		return err
	}
	if err := db.note(ctx, p.ID, ConsentRefused, nil, words); err != nil {
		return err
	}
	return db.tellHouse(ctx, MailConsentRefused, p)
}

// WithdrawConsent takes a clip off every page and address at once, and for good. Again, it changes nothing.
func (db *DB) WithdrawConsent(ctx context.Context, token string) error {
	return db.answering(ctx, token, func(tx *DB, c Clip, p ClipPerson) error {
		switch {
		case p.State == ConsentWithdrawn:
			return nil
		case !p.Listed() || !p.MayWithdraw():
			return &ConflictError{Key: "consent.conflict.over"}
		}
		if err := tx.setPerson(ctx, p.ID, map[string]any{"state": ConsentWithdrawn, "answered_at": tx.Now(), "expires_at": nil}); err != nil {
			return err
		}
		if err := tx.note(ctx, p.ID, ConsentWithdrawn, nil, ""); err != nil {
			return err
		}
		if err := tx.withdrawClip(ctx, c.ID); err != nil {
			return err
		}
		if err := tx.enqueue(ctx, ConsentMail{Mail: MailConsentGone, PersonID: p.ID}, nil); err != nil {
			return err
		}
		return tx.tellHouse(ctx, MailConsentWithdrawn, p)
	})
}

// answering does something in the name of whom the link belongs to, one after the other where two come at once.
func (db *DB) answering(ctx context.Context, token string, do func(*DB, Clip, ClipPerson) error) error {
	found, err := db.ConsentByToken(ctx, token)
	if err != nil {
		return err
	}
	return db.Tx(ctx, func(tx *DB) error {
		c, p, err := tx.lockPerson(ctx, found.Clip.ID, found.Person.ID)
		if err != nil {
			return err
		}
		return do(tx, c, p)
	})
}

// tellHouse mails HR and the uploader what somebody in a clip has decided.
func (db *DB) tellHouse(ctx context.Context, mail string, p ClipPerson) error {
	var ids []uuid.UUID
	err := db.q(ctx).Raw(`
		select id from users where deactivated_at is null and joined_at is not null and role = 'hr'
		union select u.id from users u join clips c on c.created_by = u.id where c.id = ? and u.deactivated_at is null
		union select id from users where id = ? and deactivated_at is null`, p.ClipID, p.AddedBy).Scan(&ids).Error
	if err == nil && len(ids) == 0 {
		err = db.q(ctx).Raw(`select id from users where deactivated_at is null and role = 'admin'`).Scan(&ids).Error
	}
	if err != nil {
		return fmt.Errorf("tell the house: %w", err)
	}
	for _, id := range ids {
		if err := db.enqueue(ctx, ConsentMail{Mail: mail, PersonID: p.ID, UserID: &id}, nil); err != nil {
			return err
		}
	}
	return nil
}
