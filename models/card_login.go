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
// a *TooManyError says how long to wait. device is the token of KnowDevice that the device carries, or empty. Whoever has not chosen a PIN of
// their own yet is not signed in by it: see ChoosePIN.
func (db *DB) LogInWithCard(ctx context.Context, code, pin, addr, device string) (KeyCard, error) {
	code, _ = auth.ParseCardCode(code)
	card, err := db.standingCard(ctx, code)
	if err != nil {
		return card, err
	}
	if err := db.tryCard(ctx, &card, code, pin, addr, device); err != nil || !card.OwnPIN {
		return card, err
	}
	return card, db.Audit(As(ctx, *card.User), Deed{DidLogIn, OfUser, card.UserID, nil})
}

// tryCard compares a PIN with the card's, as often as may be tried from there.
func (db *DB) tryCard(ctx context.Context, card *KeyCard, code, pin, addr, device string) error {
	known, err := db.knownDevice(ctx, *card, device)
	if err != nil {
		return err
	}
	var try attempt
	if known != nil {
		try, err = db.tryDevice(ctx, *known)
	} else {
		try, err = db.tryLogIn(ctx, "card "+code, addr)
	}
	if err != nil {
		return err
	}
	if err := db.checkCard(ctx, card, pin, known); err != nil {
		return err
	}
	return db.forgive(ctx, try)
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
func (db *DB) checkCard(ctx context.Context, card *KeyCard, pin string, known *cardDevice) error {
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
	var from interface {
		count(ctx context.Context, db *DB) (bool, error)
		uncount(ctx context.Context, db *DB) error
		right(ctx context.Context, db *DB) error
	} = strangers{card}
	if known != nil {
		from = known
	}
	held := ValidationErrors{Invalid("pin", "card.locked")}
	if may, err := from.count(ctx, db); err != nil {
		return err
	} else if !may {
		return held
	}
	ok, _, err := h.Verify(ctx, auth.PlainPIN(pin), card.PINHash)
	switch {
	case err != nil: // too busy to look at it: that was no wrong PIN
		return errors.Join(err, from.uncount(context.WithoutCancel(ctx), db))
	case !ok && known == nil && card.Failures+1 >= CardTries:
		return held
	case !ok:
		return wrong
	}
	if err := changed(db.q(ctx).Model(&KeyCard{}).Where("id = ? and revoked_at is null", card.ID).Update("last_used_at", db.Now())); err != nil {
		return err
	}
	return from.right(ctx, db)
}

// strangers are all devices that a card was not used on before.
type strangers struct{ card *KeyCard }

// count counts one wrong PIN before it is looked at; false where they are held off.
func (s strangers) count(ctx context.Context, db *DB) (bool, error) {
	now := db.Now()
	res := db.q(ctx).Model(&KeyCard{}).Where("id = ? and revoked_at is null and (held_until is null or held_until <= ?)", s.card.ID, now).Updates(map[string]any{
		"failures": gorm.Expr("failures + 1"),
		"held_until": gorm.Expr(`case when failures + 1 >= ? then ?::timestamptz + least(make_interval(secs => ?::float8 * power(2, least(failures + 1 - ?, 30))), make_interval(secs => ?::float8)) end`,
			CardTries, now, firstHold.Seconds(), CardTries, longestHold.Seconds()),
	})
	return res.RowsAffected == 1, mapped(res.Error)
}

// uncount takes one back.
func (s strangers) uncount(ctx context.Context, db *DB) error {
	return mapped(db.q(ctx).Model(&KeyCard{}).Where("id = ?", s.card.ID).
		Updates(map[string]any{"failures": gorm.Expr("greatest(failures - 1, 0)"), "held_until": s.card.HeldUntil}).Error)
}

// right begins the count anew.
func (s strangers) right(ctx context.Context, db *DB) error {
	s.card.Failures, s.card.HeldUntil = 0, nil
	return mapped(db.q(ctx).Model(&KeyCard{}).Where("id = ?", s.card.ID).Updates(map[string]any{"failures": 0, "held_until": nil}).Error)
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
func (db *DB) ChangePIN(ctx context.Context, userID uuid.UUID, old, fresh, again, addr, device string) (User, error) {
	card, err := db.CardOf(ctx, userID)
	if errors.Is(err, ErrNotFound) {
		return User{}, &ConflictError{Key: "me.no_card"}
	}
	if err != nil {
		return User{}, err
	}
	var bad ValidationErrors
	if err := db.tryCard(ctx, &card, card.Code, old, addr, device); errors.As(err, &bad) {
		bad[0].Field = "old_pin" // the page has another field for the new one
		if bad[0].Key == "card.wrong" {
			bad[0].Key = "me.wrong_pin"
		}
		return User{}, bad
	} else if err != nil {
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
		Updates(map[string]any{"pin_hash": hash, "own_pin": true, "pin_epoch": gorm.Expr("pin_epoch + 1"), "failures": 0, "held_until": nil, "last_used_at": db.Now()}))
	if err != nil {
		return err
	}
	if err := db.q(ctx).Where("card_id = ?", card.ID).Delete(&cardDevice{}).Error; err != nil {
		return mapped(err)
	}
	return db.Audit(As(ctx, *card.User), Deed{DidChange, OfCard, card.UserID, Facts{"fields": "pin"}})
}

// SharedIdle is how long a session on a device that several people use lasts without anybody doing anything.
const SharedIdle = 10 * time.Minute
