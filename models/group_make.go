package models

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// MaxTalk is how many colleagues a talk may have.
const MaxTalk = 20

// GroupInput is what somebody writes about a group.
type GroupInput struct {
	Name  string
	About string
	Kind  string // open or closed; only when it is made
	Was   string // the Version that it was written from; empty: whichever stands
}

func (in *GroupInput) clean() ValidationErrors {
	var bad ValidationErrors
	in.Name, in.About = tidy(in.Name), strings.TrimSpace(strings.ReplaceAll(in.About, "\r\n", "\n"))
	if in.Name == "" {
		bad.Add("name", "error.required")
	}
	bad.words("name", in.Name, MaxGroupName)
	bad.words("about", in.About, MaxGroupAbout)
	return bad
}

// MakeGroup makes a group that by owns.
func (db *DB) MakeGroup(ctx context.Context, by User, in GroupInput) (Group, error) {
	bad := in.clean()
	if !GroupKinds.Has(in.Kind) {
		bad.Add("kind", "error.choose")
	}
	if err := bad.Err(); err != nil {
		return Group{}, err
	}
	now := db.Now()
	g := Group{ID: NewID(), Kind: in.Kind, Name: in.Name, About: in.About, CreatedBy: by.ref(), CreatedAt: now, UpdatedAt: now}
	err := db.Tx(ctx, func(tx *DB) error {
		if err := tx.q(ctx).Create(&g).Error; err != nil {
			return mapped(err)
		}
		return tx.addMembers(ctx, g.ID, true, by.ID)
	})
	return g, err
}

// ChangeGroup changes the name and the description of a group that by owns.
func (db *DB) ChangeGroup(ctx context.Context, by User, id uuid.UUID, in GroupInput) error {
	if err := in.clean().Err(); err != nil {
		return err
	}
	return db.Tx(ctx, func(tx *DB) error {
		g, err := tx.heldGroup(ctx, by, id)
		if err != nil {
			return err
		}
		if !g.Owned() {
			return ErrForbidden
		}
		if g.Name == in.Name && g.About == in.About {
			return nil
		}
		if in.Was != "" && in.Was != g.Version() {
			return ValidationErrors{Invalid("name", "edit.error.changed")}
		}
		return changed(tx.q(ctx).Model(&Group{}).Where("id = ?", id).Updates(map[string]any{"name": in.Name, "about": in.About, "updated_at": tx.Now()}))
	})
}

// Talk is the talk between by and those colleagues: the one that they have already, or a new one.
func (db *DB) Talk(ctx context.Context, by User, with ...uuid.UUID) (Group, error) {
	people := slices.DeleteFunc(slices.Clone(with), func(id uuid.UUID) bool { return id == by.ID })
	people = append(people, by.ID)
	slices.SortFunc(people, func(a, b uuid.UUID) int { return strings.Compare(a.String(), b.String()) })
	people = slices.Compact(people)
	if len(people) < 2 {
		return Group{}, Invalid("person", "talk.error.nobody")
	}
	if len(people) > MaxTalk {
		return Group{}, Invalid("person", "talk.error.many", "Max", MaxTalk)
	}
	var g Group
	err := db.Tx(ctx, func(tx *DB) error {
		var there int64
		if err := tx.q(ctx).Model(&User{}).Where("id in ? and deactivated_at is null", people).Count(&there).Error; err != nil {
			return mapped(err)
		}
		if int(there) != len(people) {
			return Invalid("person", "talk.error.gone")
		}
		key, now := talkKey(people), tx.Now()
		fresh := Group{ID: NewID(), Kind: GroupTalk, TalkKey: &key, CreatedBy: by.ref(), CreatedAt: now, UpdatedAt: now}
		// Whoever comes second, of two who begin at once, waits here and finds the other's.
		res := tx.q(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "talk_key"}}, DoNothing: true}).Create(&fresh)
		if res.Error != nil {
			return mapped(res.Error)
		}
		if res.RowsAffected > 0 {
			if err := tx.addMembers(ctx, fresh.ID, false, people...); err != nil {
				return err
			}
		}
		return mapped(tx.q(ctx).Where("talk_key = ?", key).Take(&g).Error)
	})
	return g, err
}

// talkKey is what a talk between those people, in order, is found by.
func talkKey(people []uuid.UUID) string {
	h := sha256.New()
	for _, id := range people {
		h.Write(id[:])
	}
	return hex.EncodeToString(h.Sum(nil))
}
