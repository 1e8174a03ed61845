package models

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
)

const (
	remindAfter  = 3 * 24 * time.Hour
	warnBefore   = 30 * 24 * time.Hour
	forgetAfter  = 30 * 24 * time.Hour // addresses that nobody needs to write to any more
	consentBatch = 200
)

// TendConsents does what time asks for: one reminder to those who have not answered, a warning to HR before a consent ends,
// the clip off the pages when it has, and addresses forgotten that nobody needs.
func (db *DB) TendConsents(ctx context.Context) error {
	now := db.Now()
	for _, due := range []struct {
		where string
		args  []any
		do    func(*DB, context.Context, ClipPerson) error
	}{
		{"state = 'agreed' and expires_at <= ?", []any{now}, (*DB).endConsent},
		{"state = 'agreed' and warned_at is null and expires_at <= ?", []any{now.Add(warnBefore)}, (*DB).warnConsent},
		{"state = 'asked' and reminded_at is null and asked_at <= ?", []any{now.Add(-remindAfter)}, (*DB).remindPerson},
	} {
		var ps []ClipPerson
		if err := db.q(ctx).Where("removed_at is null and "+due.where, due.args...).Limit(consentBatch).Find(&ps).Error; err != nil {
			return fmt.Errorf("consents: %w", err)
		}
		for _, p := range ps {
			err := db.Tx(ctx, func(tx *DB) error {
				if _, _, err := tx.lockPerson(ctx, p.ClipID, p.ID); err != nil {
					return err
				}
				var n int64 // somebody may have answered in the meantime
				if err := tx.q(ctx).Model(&ClipPerson{}).Where("id = ? and removed_at is null and "+due.where, append([]any{p.ID}, due.args...)...).
					Count(&n).Error; err != nil || n == 0 {
					return err
				}
				return due.do(tx, ctx, p)
			})
			if err != nil {
				return fmt.Errorf("consent %s: %w", p.ID, err)
			}
		}
	}
	return db.forgetAddresses(ctx, now.Add(-forgetAfter))
}

// endConsent takes the clip off the pages: the time that was agreed to is over.
func (db *DB) endConsent(ctx context.Context, p ClipPerson) error {
	if err := db.setPerson(ctx, p.ID, map[string]any{"state": ConsentEnded}); err != nil {
		return err
	}
	if err := db.note(ctx, p.ID, ConsentEnded, nil, ""); err != nil {
		return err
	}
	if err := db.UnpublishClip(ctx, p.ClipID); err != nil {
		return err
	}
	return db.tellHouse(ctx, MailConsentEnded, p)
}

// endConsents ends those of a clip whose time is over, so that it is not published on one of them.
func (db *DB) endConsents(ctx context.Context, clipID uuid.UUID) error {
	var ps []ClipPerson
	err := db.q(ctx).Where("clip_id = ? and removed_at is null and state = ? and expires_at <= ?", clipID, ConsentAgreed, db.Now()).Find(&ps).Error
	if err != nil {
		return fmt.Errorf("consents: %w", err)
	}
	for _, p := range ps {
		if err := db.endConsent(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

func (db *DB) warnConsent(ctx context.Context, p ClipPerson) error {
	if err := db.setPerson(ctx, p.ID, map[string]any{"warned_at": db.Now()}); err != nil {
		return err
	}
	return db.tellHouse(ctx, MailConsentEnding, p)
}

func (db *DB) remindPerson(ctx context.Context, p ClipPerson) error {
	if err := db.setPerson(ctx, p.ID, map[string]any{"reminded_at": db.Now()}); err != nil {
		return err
	}
	if err := db.note(ctx, p.ID, consentReminded, nil, ""); err != nil {
		return err
	}
	return db.enqueue(ctx, ConsentMail{Mail: MailConsentReminder, PersonID: p.ID}, nil)
}

// forgetAddresses drops the addresses of those who withdrew or were taken off a list; who they were and what they said stays.
func (db *DB) forgetAddresses(ctx context.Context, before time.Time) error {
	_, err := db.pool.Exec(ctx, `update clip_people set email = '', email_key = ''
		where email <> '' and (removed_at < $1 or state = 'withdrawn' and answered_at < $1)`, before)
	if err == nil {
		_, err = db.pool.Exec(ctx, `delete from consent_tokens where expires_at < $1`, db.Now())
	}
	if err != nil {
		return fmt.Errorf("forget addresses: %w", err)
	}
	return nil
}
