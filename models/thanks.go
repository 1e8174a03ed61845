package models

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// MaxThanks is the longest word of thanks, in characters.
const MaxThanks = 600

// States of a word of thanks.
const (
	ThanksWaiting = "waiting" // whoever is thanked has not said whether others may read it
	ThanksShown   = "shown"   // on the wall
	ThanksKept    = "kept"    // between the two
	ThanksRemoved = "removed" // taken off the wall by HR
)

// Thanks is what one colleague thanks another for. Others read it when whoever is thanked agrees, and as long as they do.
type Thanks struct {
	ID        uuid.UUID
	FromID    uuid.UUID
	ToID      uuid.UUID
	Text      string
	State     string
	CreatedAt time.Time
	DecidedAt *time.Time

	From *User `gorm:"foreignKey:FromID"`
	To   *User `gorm:"foreignKey:ToID"`
}

// TableName is the table's.
func (Thanks) TableName() string { return "thanks" }

// By is who wrote it, empty where they work here no longer.
func (t Thanks) By() string {
	if t.From == nil || !t.From.Active() {
		return ""
	}
	return t.From.Name
}

// Thank writes a colleague a word of thanks; nobody else reads it unless the colleague agrees.
func (db *DB) Thank(ctx context.Context, by User, to uuid.UUID, text string) (Thanks, error) {
	t := Thanks{ID: NewID(), FromID: by.ID, ToID: to, Text: strings.TrimSpace(text), State: ThanksWaiting, CreatedAt: db.Now()}
	var bad ValidationErrors
	u, err := db.User(ctx, to)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return t, err
	}
	switch {
	case err != nil || !u.Active():
		bad.Add("to", "thanks.error.to")
	case to == by.ID:
		bad.Add("to", "thanks.error.self")
	}
	switch {
	case t.Text == "":
		bad.Add("text", "error.required")
	case utf8.RuneCountInString(t.Text) > MaxThanks:
		bad.Add("text", "error.too_long", "Max", MaxThanks)
	}
	if err := bad.Err(); err != nil {
		return t, err
	}
	t.To, t.From = &u, &by
	return t, db.Tx(ctx, func(tx *DB) error {
		if err := tx.q(ctx).Omit(clause.Associations).Create(&t).Error; err != nil {
			return mapped(err)
		}
		return tx.Notify(ctx, Notice{UserID: to, Kind: NoticeThanks, About: t.ID, ActorID: by.ref()})
	})
}

// DecideThanks is the word of whoever was thanked on whether others may read it; they may change their mind.
func (db *DB) DecideThanks(ctx context.Context, by User, id uuid.UUID, show bool) error {
	state := ThanksKept
	if show {
		state = ThanksShown
	}
	return db.Tx(ctx, func(tx *DB) error {
		err := changed(tx.q(ctx).Model(&Thanks{}).Where("id = ? and to_id = ? and state <> ?", id, by.ID, ThanksRemoved).
			Updates(map[string]any{"state": state, "decided_at": tx.Now()}))
		if err != nil || !show {
			return err
		}
		return tx.Announce(ctx, EventThanks, id, nil)
	})
}

// TakeBackThanks is the writer's way to undo it: it is gone for both.
func (db *DB) TakeBackThanks(ctx context.Context, by User, id uuid.UUID) error {
	return changed(db.q(ctx).Where("id = ? and from_id = ?", id, by.ID).Delete(&Thanks{}))
}

// RemoveThanks takes a word off the wall, as when it hurts somebody; the two go on reading it.
func (db *DB) RemoveThanks(ctx context.Context, by User, id uuid.UUID) error {
	return db.do(As(ctx, by), Deed{DidErase, OfThanks, id, nil}, func(tx *DB) error {
		return changed(tx.q(ctx).Model(&Thanks{}).Where("id = ? and state = ?", id, ThanksShown).Updates(map[string]any{"state": ThanksRemoved, "decided_at": tx.Now()}))
	})
}

// ThanksWall is what people agreed to show, what was shown last first; next is the cursor of the following page, empty on the last.
func (db *DB) ThanksWall(ctx context.Context, cursor string, limit int) (wall []Thanks, next string, err error) {
	q := db.q(ctx).Preload("From").Preload("To.Team").Joins("join users receiver on receiver.id = thanks.to_id and receiver.deactivated_at is null").
		Where("thanks.state = ?", ThanksShown)
	if q, err = older(q, "thanks.decided_at", "thanks.id", cursor); err != nil {
		return nil, "", err
	}
	n := limited(limit)
	err = q.Order("thanks.decided_at desc, thanks.id desc").Limit(n + 1).Find(&wall).Error
	if err == nil && len(wall) > n {
		wall = wall[:n]
		next = timeCursor(*wall[n-1].DecidedAt, wall[n-1].ID)
	}
	return wall, next, mapped(err)
}

// ThanksTo are the words that a person was thanked with, the newest first.
func (db *DB) ThanksTo(ctx context.Context, userID uuid.UUID) ([]Thanks, error) {
	var all []Thanks
	err := db.q(ctx).Preload("From").Where("to_id = ?", userID).Order("created_at desc, id desc").Limit(100).Find(&all).Error
	return all, mapped(err)
}

// ThanksFrom are the words that a person wrote, the newest first.
func (db *DB) ThanksFrom(ctx context.Context, userID uuid.UUID) ([]Thanks, error) {
	var all []Thanks
	err := db.q(ctx).Preload("To").Where("from_id = ?", userID).Order("created_at desc, id desc").Limit(50).Find(&all).Error
	return all, mapped(err)
}

// Colleagues are the others who work here, by name, for a list to choose from.
func (db *DB) Colleagues(ctx context.Context, but uuid.UUID) ([]User, error) {
	var us []User
	err := db.q(ctx).Select("users.id", "users.name", "users.team_id").Preload("Team").Where("deactivated_at is null and id <> ?", but).
		Order(`name collate "nb-x-icu", id`).Find(&us).Error
	return us, mapped(err)
}
