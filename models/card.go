package models

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"kollega/internal/auth"
)

const (
	// MaxCards is how many cards are made at once: each PIN takes a hash, and eight fit on a sheet.
	MaxCards = 48

	// CardTries is how many wrong PINs in a row a card takes, from all devices that it was not used on before, until each further one holds
	// these off: first for a quarter of an hour, then for twice as long each time, at last for a week. In a year that allows 70 wrong PINs,
	// of a million that there are: one chance in 14,000. A right PIN on such a device begins the count anew; one on a known device does not.
	// A known device may be wrong as often in a row, then it is known no more.
	CardTries = 10

	firstHold   = 15 * time.Minute
	longestHold = 7 * 24 * time.Hour
)

// KeyCard is what somebody without e-mail signs in with: a code that says who they are, and a PIN.
type KeyCard struct {
	ID         uuid.UUID
	UserID     uuid.UUID
	Code       string // on the card; no secret
	PINHash    string // argon2id
	OwnPIN     bool   // chosen by the person; the printed one lets in to choose, and no further
	PINEpoch   int    // counts its PINs
	Failures   int    // wrong PINs since the last right one, from devices that it was not used on before
	HeldUntil  *time.Time
	Batch      uuid.UUID
	MadeBy     *uuid.UUID
	CreatedAt  time.Time
	LastUsedAt *time.Time
	RevokedAt  *time.Time

	User *User `gorm:"foreignKey:UserID"`
}

// TableName is the table's.
func (KeyCard) TableName() string { return "cards" }

// Locked tells whether the PIN was wrong so often that devices it was not used on before are held off.
func (c KeyCard) Locked() bool { return c.Failures >= CardTries }

// Shown is the code as it is printed.
func (c KeyCard) Shown() string { return auth.ShowCardCode(c.Code) }

// PrintedCard is a card that was just made, with the PIN that is told this once.
type PrintedCard struct {
	KeyCard

	PIN string
}

// CardOf is the card that stands of a person; ErrNotFound without one.
func (db *DB) CardOf(ctx context.Context, userID uuid.UUID) (KeyCard, error) {
	var c KeyCard
	err := db.q(ctx).Preload("User").Where("user_id = ? and revoked_at is null", userID).Take(&c).Error
	return c, mapped(err)
}

// CardHolder is somebody who may have a card, and the one they have.
type CardHolder struct {
	User
	Card *KeyCard `gorm:"-"`
}

// CardHolders are the employees without e-mail, by name; teamID narrows them.
func (db *DB) CardHolders(ctx context.Context, teamID *uuid.UUID) ([]CardHolder, error) {
	q := db.q(ctx).Preload("Team").Where("deactivated_at is null and role = ? and email_key = ''", RoleEmployee)
	if teamID != nil {
		q = q.Where("team_id = ?", *teamID)
	}
	var people []User
	if err := q.Order(`name collate "nb-x-icu", id`).Find(&people).Error; err != nil {
		return nil, mapped(err)
	}
	var cards []KeyCard
	if err := db.q(ctx).Where("revoked_at is null").Find(&cards).Error; err != nil {
		return nil, mapped(err)
	}
	of := make(map[uuid.UUID]*KeyCard, len(cards))
	for i := range cards {
		of[cards[i].UserID] = &cards[i]
	}
	holders := make([]CardHolder, len(people))
	for i, u := range people {
		holders[i] = CardHolder{User: u, Card: of[u.ID]}
	}
	return holders, nil
}

// MakeCards makes a card for each of those people; one they had works no longer, and neither do the sessions it opened. batch is the
// form's own number: a form that is sent twice makes cards once, since nobody would have seen the first PINs.
func (db *DB) MakeCards(ctx context.Context, by User, batch uuid.UUID, ids []uuid.UUID) ([]PrintedCard, error) {
	switch {
	case len(ids) == 0:
		return nil, ValidationErrors{Invalid("user", "cards.error.nobody")}
	case len(ids) > MaxCards:
		return nil, ValidationErrors{Invalid("user", "cards.error.many", "Max", MaxCards)}
	}
	cards, err := db.newCards(ctx, by, batch, ids)
	if err != nil {
		return nil, err
	}
	err = db.Tx(ctx, func(tx *DB) error {
		for i := range cards {
			u, err := tx.handled(ctx, by, cards[i].UserID)
			if err != nil {
				return err
			}
			cards[i].User = &u
			if err := tx.insertCard(As(ctx, by), &cards[i].KeyCard); err != nil {
				return err
			}
		}
		return nil
	})
	return cards, err
}

// newCards draws codes and PINs and hashes these, before the transaction: it takes long.
func (db *DB) newCards(ctx context.Context, by User, batch uuid.UUID, ids []uuid.UUID) ([]PrintedCard, error) {
	h, err := db.hasher()
	if err != nil {
		return nil, err
	}
	cards := make([]PrintedCard, len(ids))
	g, ctx := errgroup.WithContext(ctx)
	for i, id := range ids {
		cards[i].PIN = auth.NewPIN()
		cards[i].KeyCard = KeyCard{ID: NewID(), UserID: id, Code: auth.NewCardCode(), Batch: batch, MadeBy: by.ref(), CreatedAt: db.Now()}
		g.Go(func() (err error) {
			cards[i].PINHash, err = h.Hash(ctx, cards[i].PIN)
			return err
		})
	}
	return cards, g.Wait()
}

// insertCard puts a new card in the place of the one before; use it in a transaction that holds the person's row.
func (db *DB) insertCard(ctx context.Context, c *KeyCard) error {
	var made int64
	if err := db.q(ctx).Model(&KeyCard{}).Where("batch = ? and user_id = ?", c.Batch, c.UserID).Count(&made).Error; err != nil {
		return mapped(err)
	}
	switch {
	case made > 0:
		return &ConflictError{Key: "cards.error.made"}
	case !c.User.Active():
		return &ConflictError{Key: "people.is_deactivated"}
	case c.User.Role != RoleEmployee:
		return &ConflictError{Key: "cards.error.employees"}
	case c.User.HasEmail(): // whoever prints a card could sign in with it as somebody who is never told
		return &ConflictError{Key: "cards.error.has_email"}
	}
	if err := db.endCard(ctx, c.UserID); err != nil {
		return err
	}
	if err := db.freeCode(ctx, c); err != nil {
		return err
	}
	if err := db.q(ctx).Omit(clause.Associations).Create(c).Error; err != nil {
		return fmt.Errorf("card: %w", mapped(err))
	}
	if err := db.q(ctx).Model(&User{}).Where("id = ? and joined_at is null", c.UserID).Update("invited_at", db.Now()).Error; err != nil {
		return mapped(err)
	}
	return db.Audit(ctx, Deed{DidAdd, OfCard, c.UserID, nil})
}

// freeCode draws another code while the card's is somebody else's: a failed insert would end the transaction.
func (db *DB) freeCode(ctx context.Context, c *KeyCard) error {
	for range 5 {
		var taken int64
		if err := db.q(ctx).Model(&KeyCard{}).Where("code = ?", c.Code).Count(&taken).Error; err != nil || taken == 0 {
			return mapped(err)
		}
		c.Code = auth.NewCardCode()
	}
	return errors.New("card: no free code")
}

// endCard takes a person's card out of use, with the sessions; nothing where there is none.
func (db *DB) endCard(ctx context.Context, userID uuid.UUID) error {
	res := db.q(ctx).Model(&KeyCard{}).Where("user_id = ? and revoked_at is null", userID).Update("revoked_at", db.Now())
	if res.Error != nil || res.RowsAffected == 0 {
		return mapped(res.Error)
	}
	if err := db.q(ctx).Where("card_id in (select id from cards where user_id = ?)", userID).Delete(&cardDevice{}).Error; err != nil {
		return mapped(err)
	}
	return mapped(db.q(ctx).Model(&User{}).Where("id = ?", userID).Update("session_epoch", gorm.Expr("session_epoch + 1")).Error)
}

// FreeCard forgets the wrong PINs of a person's card, so that it works from all devices again.
func (db *DB) FreeCard(ctx context.Context, by User, userID uuid.UUID) error {
	return db.Tx(ctx, func(tx *DB) error {
		if _, err := tx.handled(ctx, by, userID); err != nil {
			return err
		}
		if err := changed(tx.q(ctx).Model(&KeyCard{}).Where("user_id = ? and revoked_at is null", userID).Updates(map[string]any{"failures": 0, "held_until": nil})); err != nil {
			return err
		}
		return tx.Audit(As(ctx, by), Deed{DidChange, OfCard, userID, Facts{"fields": "tries"}})
	})
}

// RevokeCard takes a person's card out of use, as when it was lost.
func (db *DB) RevokeCard(ctx context.Context, by User, userID uuid.UUID) error {
	return db.Tx(ctx, func(tx *DB) error {
		if _, err := tx.handled(ctx, by, userID); err != nil {
			return err
		}
		if _, err := tx.CardOf(ctx, userID); err != nil {
			return err
		}
		if err := tx.endCard(ctx, userID); err != nil {
			return err
		}
		return tx.Audit(As(ctx, by), Deed{DidErase, OfCard, userID, nil})
	})
}
