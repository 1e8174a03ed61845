package models

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"kollega/internal/auth"
)

const (
	devicePurpose = "card device"

	// DeviceDays is how long a device is known that a card is not used on; browsers keep no cookie longer.
	DeviceDays = 400

	maxDevices = 10 // of a card
)

// cardDevice is a device that somebody signed in on with a card: whoever guesses elsewhere does not hold it off. It carries a signed token,
// as OWASP's device cookies do (https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies).
type cardDevice struct {
	ID         uuid.UUID
	CardID     uuid.UUID
	PINEpoch   int // of the card; another PIN ends it
	Failures   int // wrong PINs since the last right one
	LastUsedAt time.Time
}

// TableName is the table's.
func (cardDevice) TableName() string { return "card_devices" }

// KnowDevice is the token by which a device is known from now on to one's card, where its PIN is one's own; known is what the device had before.
// The card used on too many devices forgets the one that was used least lately.
func (db *DB) KnowDevice(ctx context.Context, userID uuid.UUID, known string) (token string, err error) {
	signer, err := db.deviceSigner(ctx)
	if err != nil {
		return "", err
	}
	card, err := db.CardOf(ctx, userID)
	if err != nil || !card.OwnPIN {
		return "", err
	}
	d, err := db.knownDevice(ctx, card, known)
	if err != nil {
		return "", err
	}
	if d == nil {
		d = &cardDevice{ID: NewID(), CardID: card.ID, PINEpoch: card.PINEpoch, LastUsedAt: db.Now()}
		err := db.Tx(ctx, func(tx *DB) error {
			if err := tx.q(ctx).Create(d).Error; err != nil {
				return mapped(err)
			}
			return mapped(tx.q(ctx).Exec(`delete from card_devices where card_id = @card and id not in
				(select id from card_devices where card_id = @card order by last_used_at desc, id desc limit @most)`, map[string]any{"card": card.ID, "most": maxDevices}).Error)
		})
		if err != nil {
			return "", fmt.Errorf("card: know device: %w", err)
		}
	}
	payload := binary.BigEndian.AppendUint32(append(card.ID[:], d.ID[:]...), uint32(card.PINEpoch))
	return signer.Sign(devicePurpose, payload, db.Now().AddDate(0, 0, DeviceDays)), nil
}

// knownDevice is the device of that token, nil where the card does not know it, or had too many wrong PINs from it.
func (db *DB) knownDevice(ctx context.Context, card KeyCard, token string) (*cardDevice, error) {
	signer, err := db.deviceSigner(ctx)
	if err != nil {
		return nil, err
	}
	payload, err := signer.Verify(devicePurpose, token, db.Now())
	if errors.Is(err, auth.ErrBadToken) || errors.Is(err, auth.ErrExpiredToken) || err == nil && len(payload) != 36 {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if uuid.UUID(payload[:16]) != card.ID || int(binary.BigEndian.Uint32(payload[32:])) != card.PINEpoch {
		return nil, nil
	}
	var found []cardDevice
	err = db.q(ctx).Where("id = ? and card_id = ? and pin_epoch = ? and failures < ?", uuid.UUID(payload[16:32]), card.ID, card.PINEpoch, CardTries).Limit(1).Find(&found).Error
	if err != nil || len(found) == 0 {
		return nil, mapped(err)
	}
	return &found[0], nil
}

// tryDevice notes a try from a known device, which waits for nobody else's tries.
func (db *DB) tryDevice(ctx context.Context, d cardDevice) (attempt, error) {
	secret, err := db.Secret(ctx, "login", 32)
	if err != nil {
		return attempt{}, err
	}
	key := keyed(secret, "device", d.ID.String())
	return attempt{keys: [][]byte{key}}, db.take(ctx, []limit{{name: "device", key: key, free: 5, window: tryWindow}})
}

// count counts one wrong PIN from the device, before it is looked at; false where there were too many.
func (d *cardDevice) count(ctx context.Context, db *DB) (bool, error) {
	res := db.q(ctx).Model(&cardDevice{}).Where("id = ? and failures < ?", d.ID, CardTries).Update("failures", gorm.Expr("failures + 1"))
	return res.RowsAffected == 1, mapped(res.Error)
}

// uncount takes one back.
func (d *cardDevice) uncount(ctx context.Context, db *DB) error {
	return mapped(db.q(ctx).Model(&cardDevice{}).Where("id = ?", d.ID).Update("failures", gorm.Expr("greatest(failures - 1, 0)")).Error)
}

// right notes the right PIN. What strangers tried elsewhere still counts.
func (d *cardDevice) right(ctx context.Context, db *DB) error {
	return mapped(db.q(ctx).Model(&cardDevice{}).Where("id = ?", d.ID).Updates(map[string]any{"failures": 0, "last_used_at": db.Now()}).Error)
}

func (db *DB) deviceSigner(ctx context.Context) (*auth.Signer, error) {
	secret, err := db.Secret(ctx, "card devices", 32)
	if err != nil {
		return nil, err
	}
	signer, err := auth.NewSigner(auth.Key{ID: 1, Secret: secret})
	if err != nil {
		return nil, fmt.Errorf("devices of cards: %w", err)
	}
	return signer, nil
}
