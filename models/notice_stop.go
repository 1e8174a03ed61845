package models

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"kollega/internal/auth"
)

const noticeStopPurpose = "notice stop"

// StopAll is what a link stops that ends every mail about notices, and about what is worth sharing.
const StopAll = "all"

// NoticeStop is what a link in a mail ends: the mails of one kind to somebody, or all of them.
type NoticeStop struct {
	User User
	Kind string // of notices, MailOfSharing or StopAll
}

// NoticeStopToken signs the link by which somebody ends mails of a kind without signing in. It does not end by itself: mails are kept for years.
func (db *DB) NoticeStopToken(ctx context.Context, userID uuid.UUID, kind string) (string, error) {
	signer, err := db.noticeSigner(ctx)
	if err != nil {
		return "", err
	}
	return signer.Sign(noticeStopPurpose, append(userID[:], kind...), time.Time{}), nil
}

// NoticeStop is what a link ends; ErrNotFound where it is none of ours, or the person has left.
func (db *DB) NoticeStop(ctx context.Context, token string) (NoticeStop, error) {
	signer, err := db.noticeSigner(ctx)
	if err != nil {
		return NoticeStop{}, err
	}
	payload, err := signer.Verify(noticeStopPurpose, token, db.Now())
	if errors.Is(err, auth.ErrBadToken) || errors.Is(err, auth.ErrExpiredToken) || err == nil && len(payload) <= 16 {
		return NoticeStop{}, ErrNotFound
	}
	if err != nil {
		return NoticeStop{}, err
	}
	s := NoticeStop{Kind: string(payload[16:])}
	if s.Kind != StopAll && s.Kind != MailOfSharing && !NoticeKinds.Has(s.Kind) { // a kind of earlier
		return s, ErrNotFound
	}
	s.User, err = db.User(ctx, uuid.UUID(payload[:16]))
	if err == nil && !s.User.Active() {
		err = ErrNotFound
	}
	return s, err
}

// StopNotices ends what a link ends. What is not mailed any more is still told in the house.
func (db *DB) StopNotices(ctx context.Context, s NoticeStop) error {
	return db.Tx(ctx, func(tx *DB) error {
		c, err := tx.NoticeChoices(ctx, s.User)
		if err != nil {
			return err
		}
		wishes, err := tx.wishes(ctx, []Notice{{UserID: s.User.ID}})
		if err != nil {
			return err
		}
		for _, kind := range NoticeKinds { // those that do not reach them by their role, too: they may have another tomorrow
			c.Ways[kind] = wishes[s.User.ID].way(kind, noticeKinds[kind])
		}
		if s.Kind == StopAll || s.Kind == MailOfSharing {
			c.Sharing = false
		}
		for kind, way := range c.Ways {
			if way != WayOff && (s.Kind == StopAll || s.Kind == kind) {
				c.Ways[kind] = WayHouse
			}
		}
		return tx.SaveNoticeChoices(ctx, s.User, c)
	})
}

func (db *DB) noticeSigner(ctx context.Context) (*auth.Signer, error) {
	secret, err := db.Secret(ctx, "notices", 32)
	if err != nil {
		return nil, err
	}
	signer, err := auth.NewSigner(auth.Key{ID: 1, Secret: secret})
	if err != nil {
		return nil, fmt.Errorf("links of notices: %w", err)
	}
	return signer, nil
}
