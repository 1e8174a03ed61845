package models

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"kollega/internal/auth"
)

// DirectoryToken lets the house's directory add, change and deactivate people (SCIM); only its hash is kept. It belongs to the house: it
// goes on working when who made it leaves.
type DirectoryToken struct {
	ID         uuid.UUID
	Name       string
	Hash       []byte
	Hint       string // its last characters, to tell tokens apart
	CreatedBy  *uuid.UUID
	CreatedAt  time.Time
	LastUsedAt *time.Time // to the minute
	RevokedAt  *time.Time
}

// TableName is the table's.
func (DirectoryToken) TableName() string { return "scim_tokens" }

// maxDirectoryTokens is how many may work at once: two are needed to change one for another.
const maxDirectoryTokens = 10

// CreateDirectoryToken makes a token; the secret is returned once and never again.
func (db *DB) CreateDirectoryToken(ctx context.Context, by User, name string) (secret string, err error) {
	var bad ValidationErrors
	name = tidy(name)
	checkName(&bad, name)
	if err := bad.Err(); err != nil {
		return "", err
	}
	secret = auth.NewAPIToken()
	t := DirectoryToken{ID: NewID(), Name: name, Hash: auth.HashToken(secret), Hint: secret[len(secret)-4:], CreatedBy: by.ref(), CreatedAt: db.Now()}
	return secret, db.do(As(ctx, by), Deed{DidAdd, OfDirectory, t.ID, nil}, func(tx *DB) error {
		var have int64
		if err := tx.q(ctx).Model(&DirectoryToken{}).Where("revoked_at is null").Count(&have).Error; err != nil {
			return mapped(err)
		}
		if have >= maxDirectoryTokens {
			return &ConflictError{Key: "identity.error.tokens"}
		}
		return mapped(tx.q(ctx).Create(&t).Error)
	})
}

// DirectoryTokens are the working tokens, newest first.
func (db *DB) DirectoryTokens(ctx context.Context) ([]DirectoryToken, error) {
	var ts []DirectoryToken
	err := db.q(ctx).Where("revoked_at is null").Order("created_at desc, id desc").Find(&ts).Error
	return ts, mapped(err)
}

// RevokeDirectoryToken ends a token at once.
func (db *DB) RevokeDirectoryToken(ctx context.Context, id uuid.UUID) error {
	return db.do(ctx, Deed{DidChange, OfDirectory, id, Facts{"active": false}}, func(tx *DB) error {
		return changed(tx.q(ctx).Model(&DirectoryToken{}).Where("id = ? and revoked_at is null", id).Update("revoked_at", tx.Now()))
	})
}

// DirectoryBy is the token with that secret; ErrNotFound when it is malformed, unknown or revoked.
func (db *DB) DirectoryBy(ctx context.Context, secret string) (DirectoryToken, error) {
	var t DirectoryToken
	if !auth.IsAPIToken(secret) {
		return t, ErrNotFound
	}
	if err := db.q(ctx).Where("hash = ? and revoked_at is null", auth.HashToken(secret)).Take(&t).Error; err != nil {
		return t, mapped(err)
	}
	if now := db.Now(); t.LastUsedAt == nil || now.Sub(*t.LastUsedAt) >= time.Minute { // one write a minute, however busy the program
		if err := db.q(ctx).Model(&DirectoryToken{}).Where("id = ?", t.ID).Update("last_used_at", now).Error; err != nil {
			return t, fmt.Errorf("note use of directory token: %w", err)
		}
	}
	return t, nil
}
