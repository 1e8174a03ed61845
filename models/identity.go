package models

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// IdentitySettings say how people sign in with the house's own account.
type IdentitySettings struct {
	One          bool `gorm:"primaryKey"`
	Passwords    bool // false: for administrators only, as the way back in
	CreatePeople bool // whoever the provider knows comes in as an employee; otherwise who was added before
	GroupsClaim  string
	ClaimSeenAt  *time.Time // when a sign-in first carried the claim
	UpdatedAt    time.Time
}

// TableName is the table's.
func (IdentitySettings) TableName() string { return "identity_settings" }

const (
	defaultGroupsClaim = "groups"
	maxClaim           = 200
)

// IdentitySettings are the house's; passwords for all where nothing was chosen.
func (db *DB) IdentitySettings(ctx context.Context) (IdentitySettings, error) {
	var s IdentitySettings
	err := mapped(db.q(ctx).Take(&s).Error)
	if errors.Is(err, ErrNotFound) {
		return IdentitySettings{One: true, Passwords: true, GroupsClaim: defaultGroupsClaim}, nil
	}
	return s, err
}

// SaveIdentitySettings writes what an administrator chose.
func (db *DB) SaveIdentitySettings(ctx context.Context, in IdentitySettings) error {
	in.One, in.GroupsClaim, in.UpdatedAt, in.ClaimSeenAt = true, strings.TrimSpace(in.GroupsClaim), db.Now(), nil
	switch {
	case in.GroupsClaim == "":
		return Invalid("groups_claim", "error.required")
	case len(in.GroupsClaim) > maxClaim || tidy(in.GroupsClaim) != in.GroupsClaim:
		return Invalid("groups_claim", "error.too_long", "Max", maxClaim)
	}
	return db.Tx(ctx, func(tx *DB) error {
		before, err := tx.IdentitySettings(ctx)
		if err != nil {
			return err
		}
		if before.GroupsClaim == in.GroupsClaim {
			in.ClaimSeenAt = before.ClaimSeenAt
		}
		if err := tx.q(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "one"}}, UpdateAll: true}).Create(&in).Error; err != nil {
			return fmt.Errorf("save identity settings: %w", err)
		}
		return tx.Audit(ctx, Deed{DidChange, OfIdentity, uuid.Nil, Facts{"fields": differing(
			"passwords", before.Passwords != in.Passwords, "create_people", before.CreatePeople != in.CreatePeople, "groups_claim", before.GroupsClaim != in.GroupsClaim,
		)}})
	})
}

// IdentityGroup is what a group of the provider's, or of the directory's, gives.
type IdentityGroup struct {
	ID        uuid.UUID
	Name      string // its name or id, as the provider writes it
	NameKey   string
	Role      string // empty: none
	TeamID    *uuid.UUID
	CreatedAt time.Time

	Team *Team `gorm:"foreignKey:TeamID"`
}

// IdentityGroups are the lines of the mapping, oldest first.
func (db *DB) IdentityGroups(ctx context.Context) ([]IdentityGroup, error) {
	var gs []IdentityGroup
	err := db.q(ctx).Preload("Team").Order("created_at, id").Find(&gs).Error
	return gs, mapped(err)
}

// maxIdentityGroups is how many lines a mapping may have.
const maxIdentityGroups = 500

// AddIdentityGroup adds a line to the mapping; whom the directory has in the group has what it gives at once, others with their next sign-in.
func (db *DB) AddIdentityGroup(ctx context.Context, name, role string, team *uuid.UUID) error {
	g := IdentityGroup{ID: NewID(), Name: tidy(name), NameKey: nameKey(name), Role: role, TeamID: team, CreatedAt: db.Now()}
	var bad ValidationErrors
	switch {
	case g.Name == "":
		bad.Add("group", "error.required")
	case len(g.Name) > maxName:
		bad.Add("group", "error.too_long", "Max", maxName)
	}
	if role != "" && !Roles.Has(role) {
		bad.Add("role", "error.choose")
	} else if role == "" && team == nil {
		bad.Add("role", "identity.error.nothing")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	return db.changeMapping(ctx, g, DidAdd, func(tx *DB) error {
		if _, err := tx.wantedTeam(ctx, team, ""); err != nil {
			return err
		}
		var have int64
		if err := tx.q(ctx).Model(&IdentityGroup{}).Count(&have).Error; err != nil {
			return mapped(err)
		}
		if have >= maxIdentityGroups {
			return &ConflictError{Key: "identity.error.many"}
		}
		err := mapped(tx.q(ctx).Omit(clause.Associations).Create(&g).Error)
		if errors.Is(err, ErrConflict) {
			return ValidationErrors{Invalid("group", "identity.error.group_taken")}
		}
		return err
	})
}

// DeleteIdentityGroup removes a line; a role or team that no other line gives stays with those who have it.
func (db *DB) DeleteIdentityGroup(ctx context.Context, id uuid.UUID) error {
	var g IdentityGroup
	if err := db.q(ctx).Where("id = ?", id).Take(&g).Error; err != nil {
		return mapped(err)
	}
	return db.changeMapping(ctx, g, DidErase, func(tx *DB) error {
		return changed(tx.q(ctx).Where("id = ?", id).Delete(&IdentityGroup{}))
	})
}

// changeMapping changes a line, writes it down, and gives whom the directory has in the group what they have now.
func (db *DB) changeMapping(ctx context.Context, g IdentityGroup, verb string, change func(tx *DB) error) error {
	return db.Tx(ctx, func(tx *DB) error {
		if err := change(tx); err != nil {
			return err
		}
		d := Facts{}
		if g.Role != "" {
			d["role"] = g.Role
		}
		if g.TeamID != nil {
			d["team"] = *g.TeamID
		}
		if err := tx.Audit(ctx, Deed{verb, OfIdentityGroup, g.ID, d}); err != nil {
			return err
		}
		var people []uuid.UUID
		err := tx.q(ctx).Raw(`select m.user_id from scim_members m join scim_groups g on g.id = m.group_id where g.name_key = ? or lower(g.external_id) = ?`,
			g.NameKey, g.NameKey).Scan(&people).Error
		if err != nil {
			return fmt.Errorf("members of group: %w", err)
		}
		return tx.applyGroups(ctx, people...)
	})
}

// UserIdentity is who a person is to the provider.
type UserIdentity struct {
	Issuer    string    `gorm:"primaryKey"`
	Subject   string    `gorm:"primaryKey"`
	UserID    uuid.UUID `gorm:"type:uuid"`
	Groups    []string  `gorm:"serializer:json"` // at the last sign-in
	CreatedAt time.Time
	UsedAt    time.Time
}

// Identities are the person's accounts that they sign in with.
func (db *DB) Identities(ctx context.Context, userID uuid.UUID) ([]UserIdentity, error) {
	var ids []UserIdentity
	err := db.q(ctx).Where("user_id = ?", userID).Order("created_at").Find(&ids).Error
	return ids, mapped(err)
}

// CountIdentities is how many people who may sign in have done so with the house's account.
func (db *DB) CountIdentities(ctx context.Context) (n int, err error) {
	err = db.q(ctx).Raw(`select count(distinct i.user_id) from user_identities i join users u on u.id = i.user_id where u.deactivated_at is null`).Scan(&n).Error
	return n, mapped(err)
}

// Unlink forgets which account a person signs in with, and ends their sessions: the next sign-in with a verified address links anew.
func (db *DB) Unlink(ctx context.Context, by User, userID uuid.UUID) error {
	return db.Tx(ctx, func(tx *DB) error {
		if _, err := tx.handled(ctx, by, userID); err != nil {
			return err
		}
		if err := changed(tx.q(ctx).Where("user_id = ?", userID).Delete(&UserIdentity{})); err != nil {
			return err
		}
		if userID != by.ID {
			if _, err := tx.SignOutEverywhere(ctx, userID); err != nil {
				return err
			}
		}
		return tx.Audit(As(ctx, by), Deed{DidChange, OfUser, userID, Facts{"account": false}})
	})
}
