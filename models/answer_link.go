package models

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"kollega/internal/auth"
)

const (
	answerPurpose = "answer"

	// answerTokenDays is how long the link in a mail works.
	answerTokenDays = 30
)

// AnswerToken signs the link by which that person answers what is owed without signing in: that one thing, once.
func (db *DB) AnswerToken(ctx context.Context, id, userID uuid.UUID) (string, error) {
	signer, err := db.answerSigner(ctx)
	if err != nil {
		return "", err
	}
	return signer.Sign(answerPurpose, append(id[:], userID[:]...), db.Now().AddDate(0, 0, answerTokenDays)), nil
}

// WaitingByToken is what a mailed link is about, and whose link it is. ErrNotFound where the link is none of ours or too old, or the person
// may not answer any more: they have left, or lead nobody whom it concerns.
func (db *DB) WaitingByToken(ctx context.Context, token string) (Waiting, User, error) {
	signer, err := db.answerSigner(ctx)
	if err != nil {
		return Waiting{}, User{}, err
	}
	payload, err := signer.Verify(answerPurpose, token, db.Now())
	if errors.Is(err, auth.ErrBadToken) || errors.Is(err, auth.ErrExpiredToken) || err == nil && len(payload) != 32 {
		return Waiting{}, User{}, ErrNotFound
	}
	if err != nil {
		return Waiting{}, User{}, err
	}
	u, err := db.User(ctx, uuid.UUID(payload[16:]))
	if err == nil && !u.Active() {
		err = ErrNotFound
	}
	if err != nil {
		return Waiting{}, u, err
	}
	w, err := db.WaitingThing(ctx, u, uuid.UUID(payload[:16]))
	return w, u, err
}

func (db *DB) answerSigner(ctx context.Context) (*auth.Signer, error) {
	secret, err := db.Secret(ctx, "answers", 32)
	if err != nil {
		return nil, err
	}
	signer, err := auth.NewSigner(auth.Key{ID: 1, Secret: secret})
	if err != nil {
		return nil, fmt.Errorf("links to answers: %w", err)
	}
	return signer, nil
}
