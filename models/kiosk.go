package models

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"kollega/internal/auth"
)

// Kiosk is a screen that everybody passes, as in a break room. It is known by the secret in its address, of which only the hash is kept.
type Kiosk struct {
	ID         uuid.UUID
	Name       string // where it hangs
	TokenHash  []byte
	MadeBy     *uuid.UUID
	CreatedAt  time.Time
	LastSeenAt *time.Time // to the minute
	RevokedAt  *time.Time
}

// Kiosks are the screens in use by name.
func (db *DB) Kiosks(ctx context.Context) ([]Kiosk, error) {
	var ks []Kiosk
	err := db.q(ctx).Where("revoked_at is null").Order(`name collate "nb-x-icu", id`).Find(&ks).Error
	return ks, mapped(err)
}

// AddKiosk makes a screen's address; its token is told this once.
func (db *DB) AddKiosk(ctx context.Context, by User, name string) (k Kiosk, token string, err error) {
	var bad ValidationErrors
	name = tidy(name)
	checkName(&bad, name)
	if err := bad.Err(); err != nil {
		return k, "", err
	}
	token = auth.NewToken()
	k = Kiosk{ID: NewID(), Name: name, TokenHash: auth.HashToken(token), MadeBy: by.ref(), CreatedAt: db.Now()}
	return k, token, db.do(As(ctx, by), Deed{DidAdd, OfKiosk, k.ID, nil}, func(tx *DB) error { return mapped(tx.q(ctx).Create(&k).Error) })
}

// RevokeKiosk ends a screen's address at once.
func (db *DB) RevokeKiosk(ctx context.Context, by User, id uuid.UUID) error {
	return db.do(As(ctx, by), Deed{DidErase, OfKiosk, id, nil}, func(tx *DB) error {
		return changed(tx.q(ctx).Model(&Kiosk{}).Where("id = ? and revoked_at is null", id).Update("revoked_at", tx.Now()))
	})
}

// KioskByToken is the screen of an address; ErrNotFound for one that was never given, or works no longer. It is noted that it was seen.
func (db *DB) KioskByToken(ctx context.Context, token string) (Kiosk, error) {
	var k Kiosk
	err := db.q(ctx).Where("token_hash = ? and revoked_at is null", auth.HashToken(token)).Take(&k).Error
	if err != nil {
		return k, mapped(err)
	}
	now := db.Now()
	if k.LastSeenAt == nil || now.Sub(*k.LastSeenAt) >= time.Minute {
		err = db.q(ctx).Model(&Kiosk{}).Where("id = ?", k.ID).Update("last_seen_at", now).Error
	}
	return k, mapped(err)
}

// KioskShare is the personal link for a job of whoever typed the code of their card at a screen, and their first name. It signs nobody
// in. Unknown codes and revoked cards get the same answer; a *TooManyError says how long to wait.
func (db *DB) KioskShare(ctx context.Context, k Kiosk, jobID uuid.UUID, code, addr string) (link Link, name string, err error) {
	try, err := db.tryKiosk(ctx, k, addr)
	if err != nil {
		return link, "", err
	}
	unknown := ValidationErrors{Invalid("code", "kiosk.error.code")}
	code, ok := auth.ParseCardCode(code)
	if !ok {
		return link, "", unknown
	}
	card, err := db.standingCard(ctx, code)
	if err != nil {
		return link, "", err
	}
	if card.ID == uuid.Nil || card.Locked() {
		return link, "", unknown
	}
	if err := db.giveBack(ctx, try); err != nil {
		return link, "", err
	}
	var off int64 // a code alone, which anybody may have read, turns nothing on that its owner has turned off
	if err := db.q(ctx).Model(&Link{}).Where("user_id = ? and job_id = ? and channel = 'qr' and disabled_at is not null", card.UserID, jobID).Count(&off).Error; err != nil {
		return link, "", mapped(err)
	}
	if off > 0 {
		return link, "", ValidationErrors{Invalid("code", "kiosk.error.off")}
	}
	link, _, err = db.MakeLink(As(ctx, *card.User), *card.User, card.UserID, jobID, "qr")
	first, _, _ := strings.Cut(card.User.Name, " ")
	return link, first, err
}

// tryKiosk notes a try at a screen. Everybody in the room shares it, so that it takes more than a log-in does before it slows down.
func (db *DB) tryKiosk(ctx context.Context, k Kiosk, addr string) (attempt, error) {
	secret, err := db.Secret(ctx, "login", 32)
	if err != nil {
		return attempt{}, err
	}
	limits := []limit{
		{name: "kiosk", key: keyed(secret, "kiosk", k.ID.String()), free: 20, window: tryWindow},
		{name: "kiosk network", key: keyed(secret, "kiosk network", networkOf(addr)), free: 60, window: tryWindow},
	}
	return attempt{keys: [][]byte{limits[0].key, limits[1].key}}, db.take(ctx, limits)
}

// giveBack forgets one try that was right, and none before it: a right code of one's own is no leave to guess others'.
func (db *DB) giveBack(ctx context.Context, a attempt) error {
	for _, key := range a.keys {
		err := db.q(ctx).Exec(`delete from login_failures where ctid = (select ctid from login_failures where key = ? order by at desc limit 1)`, key).Error
		if err != nil {
			return mapped(err)
		}
	}
	return nil
}
