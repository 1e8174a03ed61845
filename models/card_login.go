package models

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"kollega/internal/auth"
)

// LogInWithCard is the card of that code and PIN, with its person. Unknown, revoked and wrong get the same answer for the same work;
// a *TooManyError says how long to wait. Whoever has not chosen a PIN of their own yet is not signed in by it: see ChoosePIN.
func (db *DB) LogInWithCard(ctx context.Context, code, pin, addr string) (KeyCard, error) {
	code, _ = auth.ParseCardCode(code)
	try, err := db.tryLogIn(ctx, "card "+code, addr)
	if err != nil {
		return KeyCard{}, err
	}
	card, err := db.standingCard(ctx, code)
	if err != nil {
		return card, err
	}
	if err := db.checkCard(ctx, &card, pin); err != nil {
		return card, err
	}
	if err := db.forgive(ctx, try); err != nil {
		return card, err
	}
	if !card.OwnPIN {
		return card, nil
	}
	return card, db.Audit(As(ctx, *card.User), Deed{DidLogIn, OfUser, card.UserID, nil})
}

// standingCard is the card of that code, the zero card where none stands of somebody who works here.
func (db *DB) standingCard(ctx context.Context, code string) (KeyCard, error) {
	var found []KeyCard // with Find, so that none costs the same query as one
	err := db.q(ctx).Preload("User.Team").Where("code = ? and revoked_at is null", code).Limit(1).Find(&found).Error
	if err != nil || len(found) == 0 || !found[0].User.Active() {
		return KeyCard{}, mapped(err)
	}
	return found[0], nil
}

// checkCard compares a PIN with the card's. The try counts before the PIN is looked at, so that many at once gain nothing.
func (db *DB) checkCard(ctx context.Context, card *KeyCard, pin string) error {
	h, err := db.hasher()
	if err != nil {
		return err
	}
	wrong := ValidationErrors{Invalid("pin", "card.wrong")}
	if card.ID == uuid.Nil {
		if err := h.VerifyDummy(ctx, auth.PlainPIN(pin)); err != nil {
			return err
		}
		return wrong
	}
	res := db.q(ctx).Model(&KeyCard{}).Where("id = ? and revoked_at is null and failures < ?", card.ID, CardTries).Update("failures", gorm.Expr("failures + 1"))
	if res.Error != nil {
		return mapped(res.Error)
	}
	locked := ValidationErrors{Invalid("pin", "card.locked")}
	if res.RowsAffected == 0 {
		return locked
	}
	ok, _, err := h.Verify(ctx, auth.PlainPIN(pin), card.PINHash)
	switch {
	case err != nil: // too busy to look at it: that was no wrong PIN
		return errors.Join(err, mapped(db.q(context.WithoutCancel(ctx)).Model(&KeyCard{}).Where("id = ?", card.ID).
			Update("failures", gorm.Expr("greatest(failures - 1, 0)")).Error))
	case !ok && card.Failures+1 >= CardTries:
		return locked
	case !ok:
		return wrong
	}
	card.Failures = 0
	return changed(db.q(ctx).Model(&KeyCard{}).Where("id = ? and revoked_at is null", card.ID).Updates(map[string]any{"failures": 0, "last_used_at": db.Now()}))
}

// CardToChoose is a card whose person is about to choose their own PIN; ErrNotFound where they have, or it was revoked.
func (db *DB) CardToChoose(ctx context.Context, id uuid.UUID) (KeyCard, error) {
	var c KeyCard
	err := db.q(ctx).Preload("User.Team").Where("id = ? and revoked_at is null and not own_pin", id).Take(&c).Error
	if err == nil && !c.User.Active() {
		return c, ErrNotFound
	}
	return c, mapped(err)
}

// ChoosePIN puts the person's own PIN in the place of the printed one: they have joined, and are who is returned.
func (db *DB) ChoosePIN(ctx context.Context, cardID uuid.UUID, pin, again string) (User, error) {
	card, err := db.CardToChoose(ctx, cardID)
	if err != nil {
		return User{}, err
	}
	hash, err := db.hashPIN(ctx, card, pin, again)
	if err != nil {
		return User{}, err
	}
	u := *card.User
	err = db.Tx(ctx, func(tx *DB) error {
		if err := tx.setPIN(ctx, card, hash); err != nil {
			return err
		}
		now := tx.Now()
		if u.JoinedAt == nil {
			u.JoinedAt = &now
			if err := changed(tx.q(ctx).Model(&User{}).Where("id = ?", u.ID).Updates(map[string]any{"joined_at": now, "updated_at": now})); err != nil {
				return err
			}
		}
		return tx.Audit(As(ctx, u), Deed{DidLogIn, OfUser, u.ID, nil})
	})
	return u, err
}

// ChangePIN replaces a PIN that the person knows and ends every session; it returns the person to sign in again. The tries count as
// those to sign in do.
func (db *DB) ChangePIN(ctx context.Context, userID uuid.UUID, old, fresh, again, addr string) (User, error) {
	card, err := db.CardOf(ctx, userID)
	if errors.Is(err, ErrNotFound) {
		return User{}, &ConflictError{Key: "me.no_card"}
	}
	if err != nil {
		return User{}, err
	}
	try, err := db.tryLogIn(ctx, "card "+card.Code, addr)
	if err != nil {
		return User{}, err
	}
	var bad ValidationErrors
	if err := db.checkCard(ctx, &card, old); errors.As(err, &bad) {
		bad[0].Field = "old_pin" // the page has another field for the new one
		if bad[0].Key == "card.wrong" {
			bad[0].Key = "me.wrong_pin"
		}
		return User{}, bad
	} else if err != nil {
		return User{}, err
	}
	if err := db.forgive(ctx, try); err != nil {
		return User{}, err
	}
	hash, err := db.hashPIN(ctx, card, fresh, again)
	if err != nil {
		return User{}, err
	}
	err = db.Tx(ctx, func(tx *DB) error { return tx.setPIN(ctx, card, hash) })
	if err != nil {
		return User{}, err
	}
	return db.SignOutEverywhere(ctx, userID)
}

// hashPIN is the hash of a PIN that may be chosen.
func (db *DB) hashPIN(ctx context.Context, card KeyCard, pin, again string) (string, error) {
	pin = auth.PlainPIN(pin)
	var pe *auth.PasswordError
	if err := auth.CheckPIN(pin); errors.As(err, &pe) {
		return "", ValidationErrors{Invalid("pin", pe.Key)}
	}
	if auth.PlainPIN(again) != pin {
		return "", ValidationErrors{Invalid("again", "error.pin.again")}
	}
	h, err := db.hasher()
	if err != nil {
		return "", err
	}
	if same, _, err := h.Verify(ctx, pin, card.PINHash); err != nil {
		return "", err
	} else if same {
		return "", ValidationErrors{Invalid("pin", "error.pin.same")}
	}
	return h.Hash(ctx, pin)
}

func (db *DB) setPIN(ctx context.Context, card KeyCard, hash string) error {
	err := changed(db.q(ctx).Model(&KeyCard{}).Where("id = ? and pin_hash = ? and revoked_at is null", card.ID, card.PINHash).
		Updates(map[string]any{"pin_hash": hash, "own_pin": true, "failures": 0, "last_used_at": db.Now()}))
	if err != nil {
		return err
	}
	return db.Audit(As(ctx, *card.User), Deed{DidChange, OfCard, card.UserID, Facts{"fields": "pin"}})
}

// SharedIdle is how long a session on a device that several people use lasts without anybody doing anything.
const SharedIdle = 10 * time.Minute
