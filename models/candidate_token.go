package models

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"kollega/internal/auth"
)

// candidateTokenMonths is how long a link to the candidate's page works: each mail brings a new one, so it is a year from the last mail.
const candidateTokenMonths = 12

// CandidateToken is a link to a candidate's page that was mailed to them; only its hash is kept.
type CandidateToken struct {
	Hash        []byte `gorm:"primaryKey"`
	CandidateID uuid.UUID
	ExpiresAt   time.Time
	CreatedAt   time.Time
}

// NewCandidateToken makes the secret of one more link to that person's page; those made before go on working.
func (db *DB) NewCandidateToken(ctx context.Context, candidateID uuid.UUID) (string, error) {
	token, now := auth.NewToken(), db.Now()
	t := CandidateToken{Hash: auth.HashToken(token), CandidateID: candidateID, ExpiresAt: now.AddDate(0, candidateTokenMonths, 0), CreatedAt: now}
	if err := db.q(ctx).Create(&t).Error; err != nil {
		return "", fmt.Errorf("make link to a candidate's page: %w", err)
	}
	return token, nil
}

// DropCandidateToken forgets a link that was never mailed.
func (db *DB) DropCandidateToken(ctx context.Context, token string) error {
	return mapped(db.q(ctx).Where("hash = ?", auth.HashToken(token)).Delete(&CandidateToken{}).Error)
}

// CandidateByToken is whose page a mailed link opens; ErrNotFound where it is unknown, ended or too old.
func (db *DB) CandidateByToken(ctx context.Context, token string) (Candidate, error) {
	var c Candidate
	err := db.q(ctx).Where("id = (select candidate_id from candidate_tokens where hash = ? and expires_at > ?)", auth.HashToken(token), db.Now()).Take(&c).Error
	return c, mapped(err)
}

// KeepOnlyToken ends every other link to the same person's page, and tells how many those were.
func (db *DB) KeepOnlyToken(ctx context.Context, token string) (ended int64, err error) {
	c, err := db.CandidateByToken(ctx, token)
	if err != nil {
		return 0, err
	}
	res := db.q(ctx).Where("candidate_id = ? and hash <> ?", c.ID, auth.HashToken(token)).Delete(&CandidateToken{})
	return res.RowsAffected, mapped(res.Error)
}

// RequestCandidateLink mails a candidate of that address a new link to their page. Nobody can tell from the answer or its time whether
// there is such a person. addr is the asker's network address.
func (db *DB) RequestCandidateLink(ctx context.Context, email, addr string) error {
	if err := CheckEmail(email); err != nil {
		return ValidationErrors{err}
	}
	if err := db.slowMails(ctx, "candidate link", EmailKey(email), addr); err != nil {
		return err
	}
	var c Candidate
	err := mapped(db.q(ctx).Where("email_key = ?", EmailKey(email)).Take(&c).Error)
	if errors.Is(err, ErrNotFound) {
		return db.enqueue(ctx, SendMail{Mail: MailLetter, ID: NewID()}, nil) // of nobody: the same work, and no mail
	}
	if err != nil {
		return err
	}
	return db.Tx(ctx, func(tx *DB) error { return tx.writeLetter(ctx, Letter{CandidateID: c.ID, Kind: LetterLink}) })
}

// slowMails bounds how many mails of a kind strangers can have sent: three an hour to one person, thirty from one network.
func (db *DB) slowMails(ctx context.Context, kind, emailKey, addr string) error {
	secret, err := db.Secret(ctx, "login", 32)
	if err != nil {
		return err
	}
	return db.take(ctx, []limit{
		{name: kind, key: keyed(secret, kind, emailKey), free: 3, window: time.Hour},
		{name: kind + "s", key: keyed(secret, kind+"s", networkOf(addr)), free: 30, window: time.Hour},
	})
}
