package models

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// UserChange is what HR may change about a person.
type UserChange struct {
	Name   string
	Role   string
	TeamID *uuid.UUID
	Email  string // for a person who has none; empty leaves that as it is
}

// ChangeUser changes a person's name, role and team. A changed role ends no session: rights are read with each request.
func (db *DB) ChangeUser(ctx context.Context, by User, id uuid.UUID, in UserChange) (User, error) {
	var bad ValidationErrors
	in.Name = tidy(in.Name)
	checkName(&bad, in.Name)
	if !Roles.Has(in.Role) {
		bad.Add("role", "error.choose")
	}
	if err := bad.Err(); err != nil {
		return User{}, err
	}
	var u User
	err := db.Tx(ctx, func(tx *DB) (err error) {
		if u, err = tx.handled(ctx, by, id); err != nil {
			return err
		}
		if !by.mayHandle(in.Role) {
			return ErrForbidden
		}
		before := u
		if err := tx.writeChange(ctx, &u, in); err != nil {
			return err
		}
		return tx.Audit(As(ctx, by), Deed{DidChange, OfUser, id, before.altered(u)})
	})
	return u, err
}

// altered is what differs in now, the role with both values.
func (u User) altered(now User) Facts {
	team := u.TeamID == nil != (now.TeamID == nil) || u.TeamID != nil && now.TeamID != nil && *u.TeamID != *now.TeamID
	d := Facts{"fields": differing("name", u.Name != now.Name, "email", u.Email != now.Email, "role", u.Role != now.Role, "team", team)}
	if u.Role != now.Role {
		d["role"] = fromTo(u.Role, now.Role)
	}
	return d
}

// writeChange writes what differs; use it in a transaction that holds the person's row.
func (db *DB) writeChange(ctx context.Context, u *User, in UserChange) error {
	if u.Role == RoleAdmin && in.Role != RoleAdmin {
		if err := db.keepAdmin(ctx, u.ID); err != nil {
			return err
		}
	}
	if err := db.giveEmail(ctx, u, in); err != nil {
		return err
	}
	team, err := db.wantedTeam(ctx, in.TeamID, "")
	if err != nil {
		return err
	}
	u.Name, u.Role, u.TeamID, u.Team, u.UpdatedAt = in.Name, in.Role, in.TeamID, team, db.Now()
	if err := changed(db.q(ctx).Model(&User{}).Where("id = ?", u.ID).Updates(map[string]any{
		"name": u.Name, "role": u.Role, "team_id": u.TeamID, "email": u.Email, "email_key": u.EmailKey, "updated_at": u.UpdatedAt,
	})); err != nil {
		return err
	}
	if in.Role != RoleEmployee || u.HasEmail() { // a card and six digits are too little for what others may see, and for who has another way
		if err := db.endCard(ctx, u.ID); err != nil {
			return err
		}
	}
	if in.Role != RoleEmployee {
		return nil
	}
	return db.stopLeading(ctx, u.ID)
}

// giveEmail takes down the address of a person who had none; more than an employee's rights need one.
func (db *DB) giveEmail(ctx context.Context, u *User, in UserChange) error {
	if u.HasEmail() || in.Email == "" {
		if !u.HasEmail() && in.Role != RoleEmployee {
			return ValidationErrors{Invalid("role", "people.needs_email")}
		}
		return nil
	}
	if err := CheckEmail(in.Email); err != nil {
		return ValidationErrors{err}
	}
	switch _, err := db.UserByEmail(ctx, in.Email); {
	case err == nil:
		return ValidationErrors{Invalid("email", "people.email_taken")}
	case !errors.Is(err, ErrNotFound):
		return err
	}
	u.Email, u.EmailKey = strings.TrimSpace(in.Email), EmailKey(in.Email)
	return nil
}

// Deactivate ends a person's sessions, API tokens, card and open invitations; what they did stays, their links go on without their name.
func (db *DB) Deactivate(ctx context.Context, by User, id uuid.UUID) error {
	return db.Tx(ctx, func(tx *DB) error {
		u, err := tx.handled(ctx, by, id)
		if err != nil || !u.Active() {
			return err
		}
		if u.ID == by.ID {
			return &ConflictError{Key: "people.not_yourself"}
		}
		if u.Role == RoleAdmin {
			if err := tx.keepAdmin(ctx, u.ID); err != nil {
				return err
			}
		}
		now := tx.Now()
		if err := changed(tx.q(ctx).Model(&User{}).Where("id = ?", id).Updates(map[string]any{
			"deactivated_at": now, "updated_at": now, "session_epoch": gorm.Expr("session_epoch + 1"),
		})); err != nil {
			return err
		}
		if err := tx.q(ctx).Model(&APIToken{}).Where("user_id = ? and revoked_at is null", id).Update("revoked_at", now).Error; err != nil {
			return fmt.Errorf("revoke tokens: %w", err)
		}
		if err := tx.q(ctx).Where("user_id = ? and used_at is null", id).Delete(&UserToken{}).Error; err != nil {
			return fmt.Errorf("withdraw invitations: %w", err)
		}
		if err := tx.stopLeading(ctx, id); err != nil {
			return err
		}
		if err := tx.leaveGroups(ctx, u); err != nil {
			return err
		}
		if err := tx.endCard(ctx, id); err != nil {
			return err
		}
		if err := tx.leaveQuestions(ctx, id); err != nil {
			return err
		}
		return tx.Audit(As(ctx, by), Deed{DidChange, OfUser, id, Facts{"active": false}})
	})
}

// Reactivate lets a person in again, with the password they had; sessions and API tokens of before stay ended.
func (db *DB) Reactivate(ctx context.Context, by User, id uuid.UUID) error {
	return db.Tx(ctx, func(tx *DB) error {
		if _, err := tx.handled(ctx, by, id); err != nil {
			return err
		}
		if err := changed(tx.q(ctx).Model(&User{}).Where("id = ?", id).Updates(map[string]any{"deactivated_at": nil, "updated_at": tx.Now()})); err != nil {
			return err
		}
		return tx.Audit(As(ctx, by), Deed{DidChange, OfUser, id, Facts{"active": true}})
	})
}

// Invite sends a person who has not joined yet a new invitation; the older one stops working when the new one is sent.
func (db *DB) Invite(ctx context.Context, by User, id uuid.UUID) error {
	return db.Tx(ctx, func(tx *DB) error {
		u, err := tx.handled(ctx, by, id)
		switch {
		case err != nil:
			return err
		case !u.HasEmail():
			return &ConflictError{Key: "people.no_mail_to"}
		case u.JoinedAt != nil:
			return &ConflictError{Key: "people.joined_already"}
		case !u.Active():
			return &ConflictError{Key: "people.is_deactivated"}
		}
		if err := changed(tx.q(ctx).Model(&User{}).Where("id = ?", id).Update("invited_at", tx.Now())); err != nil {
			return err
		}
		if err := tx.Audit(As(ctx, by), Deed{DidChange, OfUser, id, Facts{"invited": true}}); err != nil {
			return err
		}
		return tx.enqueue(ctx, SendMail{Mail: MailInvite, ID: id}, nil)
	})
}

// handled is the person whom by is about to change. Such changes go one after the other, so that two administrators who
// demote each other at the same moment cannot both succeed.
func (db *DB) handled(ctx context.Context, by User, id uuid.UUID) (User, error) {
	if err := db.q(ctx).Exec(`select pg_advisory_xact_lock(hashtext('kollega people'))`).Error; err != nil {
		return User{}, mapped(err)
	}
	var u User
	if err := db.q(ctx).Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).Take(&u).Error; err != nil {
		return u, mapped(err)
	}
	if !by.mayHandle(u.Role) {
		return u, ErrForbidden
	}
	return u, nil
}

// keepAdmin refuses when nobody but that person is an active administrator who has joined.
func (db *DB) keepAdmin(ctx context.Context, but uuid.UUID) error {
	var others int64
	err := db.q(ctx).Model(&User{}).
		Where("role = ? and deactivated_at is null and joined_at is not null and id <> ?", RoleAdmin, but).Count(&others).Error
	if err != nil {
		return mapped(err)
	}
	if others == 0 {
		return &ConflictError{Key: "people.last_admin"}
	}
	return nil
}

// stopLeading takes the person away from the head of teams.
func (db *DB) stopLeading(ctx context.Context, id uuid.UUID) error {
	if err := db.q(ctx).Model(&Team{}).Where("leader_id = ?", id).Update("leader_id", nil).Error; err != nil {
		return fmt.Errorf("stop leading: %w", err)
	}
	return nil
}
