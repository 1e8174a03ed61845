package models

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"kollega/internal/auth"
)

// APIToken lets a program act as its owner; only its hash is kept.
type APIToken struct {
	ID         uuid.UUID
	UserID     uuid.UUID
	Name       string
	Hash       []byte
	Hint       string // its last characters, to tell tokens apart
	CreatedAt  time.Time
	LastUsedAt *time.Time // to the minute
	RevokedAt  *time.Time
}

// maxAPITokens is how many working tokens one person may have.
const maxAPITokens = 50

// CreateAPIToken makes a token that acts as that person; the secret is returned once and never again.
func (db *DB) CreateAPIToken(ctx context.Context, userID uuid.UUID, name string) (t APIToken, secret string, err error) {
	var bad ValidationErrors
	name = tidy(name)
	checkName(&bad, name)
	if err := bad.Err(); err != nil {
		return t, "", err
	}
	u, err := db.User(ctx, userID)
	if err != nil {
		return t, "", err
	}
	if !u.Active() {
		return t, "", &ConflictError{Key: "people.is_deactivated"}
	}
	var have int64
	if err := db.q(ctx).Model(&APIToken{}).Where("user_id = ? and revoked_at is null", userID).Count(&have).Error; err != nil {
		return t, "", mapped(err)
	}
	if have >= maxAPITokens {
		return t, "", &ConflictError{Key: "me.token_limit"}
	}
	secret = auth.NewAPIToken()
	t = APIToken{ID: NewID(), UserID: userID, Name: name, Hash: auth.HashToken(secret), Hint: secret[len(secret)-4:], CreatedAt: db.Now()}
	err = db.do(ctx, Deed{DidAdd, OfToken, t.ID, Facts{"person": userID}}, func(tx *DB) error { return mapped(tx.q(ctx).Create(&t).Error) })
	if err != nil {
		return APIToken{}, "", fmt.Errorf("create API token: %w", err)
	}
	return t, secret, nil
}

// APITokens are a person's working tokens, newest first.
func (db *DB) APITokens(ctx context.Context, userID uuid.UUID) ([]APIToken, error) {
	var ts []APIToken
	err := db.q(ctx).Where("user_id = ? and revoked_at is null", userID).Order("created_at desc, id desc").Find(&ts).Error
	return ts, mapped(err)
}

// RevokeAPIToken ends one of the person's own tokens at once.
func (db *DB) RevokeAPIToken(ctx context.Context, userID, id uuid.UUID) error {
	return db.do(ctx, Deed{DidChange, OfToken, id, Facts{"person": userID, "active": false}}, func(tx *DB) error {
		return changed(tx.q(ctx).Model(&APIToken{}).Where("id = ? and user_id = ? and revoked_at is null", id, userID).Update("revoked_at", tx.Now()))
	})
}

// UserByAPIToken is whom a program acts as; ErrNotFound when the token is malformed, unknown, revoked or its owner deactivated.
func (db *DB) UserByAPIToken(ctx context.Context, secret string) (User, error) {
	if !auth.IsAPIToken(secret) {
		return User{}, ErrNotFound
	}
	var t APIToken
	if err := db.q(ctx).Where("hash = ? and revoked_at is null", auth.HashToken(secret)).Take(&t).Error; err != nil {
		return User{}, mapped(err)
	}
	u, err := db.User(ctx, t.UserID)
	if err != nil {
		return u, err
	}
	if !u.Active() {
		return User{}, ErrNotFound
	}
	now := db.Now()
	if t.LastUsedAt == nil || now.Sub(*t.LastUsedAt) >= time.Minute { // one write a minute, however busy the program
		if err := db.q(ctx).Model(&APIToken{}).Where("id = ?", t.ID).Update("last_used_at", now).Error; err != nil {
			return User{}, fmt.Errorf("note use of API token: %w", err)
		}
	}
	return u, nil
}
