package models

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"kollega/internal/auth"
)

// What a mailed link is for.
const (
	PurposeInvite = "invite"
	PurposeReset  = "reset"
)

// lasts is how long a mailed link works.
var lasts = map[string]time.Duration{PurposeInvite: 7 * 24 * time.Hour, PurposeReset: 2 * time.Hour}

// UserToken is a link that was mailed to a person to choose a password with; only its hash is kept.
type UserToken struct {
	Hash      []byte `gorm:"primaryKey"`
	UserID    uuid.UUID
	Purpose   string // invite or reset
	ExpiresAt time.Time
	UsedAt    *time.Time
	CreatedAt time.Time
}

// NewUserToken makes the secret of a link for that person; an older unused one of the same purpose stops working.
func (db *DB) NewUserToken(ctx context.Context, userID uuid.UUID, purpose string) (token string, expires time.Time, err error) {
	token, now := auth.NewToken(), db.Now()
	t := UserToken{Hash: auth.HashToken(token), UserID: userID, Purpose: purpose, ExpiresAt: now.Add(lasts[purpose]), CreatedAt: now}
	err = db.Tx(ctx, func(tx *DB) error {
		if err := tx.q(ctx).Where("user_id = ? and purpose = ? and used_at is null", userID, purpose).Delete(&UserToken{}).Error; err != nil {
			return err
		}
		return tx.q(ctx).Create(&t).Error
	})
	if err != nil {
		return "", time.Time{}, fmt.Errorf("make %s link: %w", purpose, err)
	}
	return token, t.ExpiresAt, nil
}

// UserByToken is whom a mailed link belongs to; ErrNotFound when it is unknown, used, replaced or too old.
func (db *DB) UserByToken(ctx context.Context, purpose, token string) (User, error) {
	var t UserToken
	err := db.q(ctx).Where("hash = ? and purpose = ? and used_at is null and expires_at > ?", auth.HashToken(token), purpose, db.Now()).Take(&t).Error
	if err != nil {
		return User{}, mapped(err)
	}
	u, err := db.User(ctx, t.UserID)
	if err == nil && !u.Active() {
		err = ErrNotFound
	}
	return u, err
}

// Join is what an invited person decides.
type Join struct {
	Password string
	Name     string
	Language string
	ShowName bool
}

// Join uses an invitation: the person chooses a password and what the house may show. It works once.
func (db *DB) Join(ctx context.Context, token string, in Join) (User, error) {
	u, err := db.UserByToken(ctx, PurposeInvite, token)
	if err != nil {
		return u, err
	}
	hash, err := db.hash(ctx, in.Password, u.Email, in.Name)
	if err != nil {
		return u, err
	}
	err = db.Tx(ctx, func(tx *DB) error {
		if err := tx.useToken(ctx, token); err != nil {
			return err
		}
		if err := tx.SaveMe(ctx, u.ID, Me{Name: in.Name, Language: in.Language, Theme: u.Theme, ShowName: in.ShowName}); err != nil {
			return err
		}
		u.Name, u.Language, u.ShowName = tidy(in.Name), in.Language, in.ShowName
		return tx.setPassword(ctx, &u, hash)
	})
	return u, err
}

// ResetPassword uses a reset link: a new password, every session ended, the slow-down forgotten. It works once.
func (db *DB) ResetPassword(ctx context.Context, token, password string) (User, error) {
	u, err := db.UserByToken(ctx, PurposeReset, token)
	if err != nil {
		return u, err
	}
	hash, err := db.hash(ctx, password, u.Email, u.Name)
	if err != nil {
		return u, err
	}
	err = db.Tx(ctx, func(tx *DB) error {
		if err := tx.useToken(ctx, token); err != nil {
			return err
		}
		return tx.setPassword(ctx, &u, hash)
	})
	return u, err
}

// useToken marks the link as used; of two who come at once the second is told that it is not there.
func (db *DB) useToken(ctx context.Context, token string) error {
	now := db.Now()
	return changed(db.q(ctx).Model(&UserToken{}).
		Where("hash = ? and used_at is null and expires_at > ?", auth.HashToken(token), now).Update("used_at", now))
}

// RequestReset sends the person of that address a link to choose a new password, or the invitation again where they have
// not joined. Nobody can tell from the answer or its time whether there is such a person. addr is the asker's address; where roles are
// named, people of others get no mail.
func (db *DB) RequestReset(ctx context.Context, email, addr string, roles ...string) error {
	if err := CheckEmail(email); err != nil {
		return ValidationErrors{err}
	}
	if err := db.slowResets(ctx, EmailKey(email), addr); err != nil {
		return err
	}
	work := SendMail{Mail: MailReset, ID: NewID()} // of nobody: the same work, and no mail
	u, err := db.UserByEmail(ctx, email)
	switch {
	case err == nil && len(roles) > 0 && !slices.Contains(roles, u.Role):
	case err == nil && u.Active() && u.JoinedAt != nil:
		work.ID = u.ID
	case err == nil && u.Active() && u.InvitedAt != nil:
		work = SendMail{Mail: MailInvite, ID: u.ID}
	case err != nil && !errors.Is(err, ErrNotFound):
		return err
	}
	return db.enqueue(ctx, work, nil)
}
