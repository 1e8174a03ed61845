package models

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// DirectoryUser is a person as the house's directory knows them. People whom it has never named are there by their e-mail address.
type DirectoryUser struct {
	ID                    uuid.UUID
	UserName              string
	ExternalID            string
	GivenName, FamilyName string
	Name, Email           string
	Language              string
	DeactivatedAt         *time.Time
	CreatedAt, UpdatedAt  time.Time
}

// directoryRow is what the directory calls a person.
type directoryRow struct {
	UserID                uuid.UUID `gorm:"primaryKey"`
	UserName, UserNameKey string
	ExternalID            string
	GivenName, FamilyName string
	DeletedAt             *time.Time
	CreatedAt, UpdatedAt  time.Time
}

// TableName is the table's.
func (directoryRow) TableName() string { return "scim_users" }

// DirectoryFilter picks people of the directory; empty fields pick all.
type DirectoryFilter struct {
	ID         string
	UserName   string
	ExternalID string
	Email      string
	Active     *bool
	From       int // the first is 1
	Count      int
}

const directoryUsers = ` from users u left join scim_users s on s.user_id = u.id where s.deleted_at is null and (u.email_key <> '' or s.user_id is not null)`

// DirectoryUsers are people of the directory, the oldest first, and how many there are in all.
func (db *DB) DirectoryUsers(ctx context.Context, f DirectoryFilter) (people []DirectoryUser, all int, err error) {
	where, args := directoryUsers, []any{}
	add := func(wanted bool, sql string, values ...any) {
		if wanted {
			where, args = where+" and "+sql, append(args, values...)
		}
	}
	id, badID := uuid.Parse(f.ID)
	add(f.ID != "" && badID == nil, "u.id = ?", id)
	add(f.ID != "" && badID != nil, "false")
	add(f.UserName != "", "coalesce(s.user_name_key, u.email_key) = ?", EmailKey(f.UserName))
	add(f.ExternalID != "", "s.external_id = ?", f.ExternalID)
	add(f.Email != "", "u.email_key = ?", EmailKey(f.Email))
	add(f.Active != nil, "(u.deactivated_at is null) = ?", f.Active)
	if err := db.q(ctx).Raw("select count(*)"+where, args...).Scan(&all).Error; err != nil {
		return nil, 0, fmt.Errorf("count people of the directory: %w", err)
	}
	args = append(args, max(f.From-1, 0), f.Count)
	err = db.q(ctx).Raw(`select u.id, coalesce(s.user_name, u.email) as user_name, coalesce(s.external_id, '') as external_id,
		coalesce(s.given_name, '') as given_name, coalesce(s.family_name, '') as family_name, u.name, u.email, u.language, u.deactivated_at,
		u.created_at, greatest(u.updated_at, s.updated_at) as updated_at`+where+` order by u.created_at, u.id offset ? limit ?`, args...).Scan(&people).Error
	if err != nil {
		return nil, 0, fmt.Errorf("people of the directory: %w", err)
	}
	return people, all, nil
}

// DirectoryUser is one of them.
func (db *DB) DirectoryUser(ctx context.Context, id string) (DirectoryUser, error) {
	people, _, err := db.DirectoryUsers(ctx, DirectoryFilter{ID: id, Count: 1})
	if err == nil && len(people) == 0 || id == "" {
		err = ErrNotFound
	}
	if err != nil {
		return DirectoryUser{}, err
	}
	return people[0], nil
}

// DirectoryPerson is what the directory says of a person.
type DirectoryPerson struct {
	UserName              string
	ExternalID            string
	GivenName, FamilyName string
	Name                  string // as it is shown
	Email                 string
	Language              string // nb, en or empty; of somebody new
	Active                *bool  // nil: as it is; somebody new is
}

// check fills in what follows from the rest, and refuses what cannot be.
func (p *DirectoryPerson) check() error {
	p.UserName, p.Email, p.Name = strings.TrimSpace(p.UserName), strings.TrimSpace(p.Email), tidy(p.Name)
	p.GivenName, p.FamilyName = tidy(p.GivenName), tidy(p.FamilyName)
	if p.Name == "" {
		p.Name = tidy(p.GivenName + " " + p.FamilyName)
	}
	if p.Email == "" {
		p.Email = p.UserName // many directories sign in with an address
	}
	if p.Name == "" {
		p.Name = p.UserName
	}
	var bad ValidationErrors
	if p.UserName == "" || len(p.UserName) > 254 {
		bad.Add("userName", "error.required")
	}
	if err := CheckEmail(p.Email); err != nil {
		bad = append(bad, err)
	}
	for field, words := range map[string]string{"name.givenName": p.GivenName, "name.familyName": p.FamilyName, "externalId": p.ExternalID} {
		if len(words) > maxName {
			bad.Add(field, "error.too_long", "Max", maxName)
		}
	}
	checkName(&bad, p.Name)
	return bad.Err()
}

// AddDirectoryUser adds whom the directory names, or takes up whom it named before, or who is there with that address. Where invite is
// set, somebody new gets an invitation. ErrConflict where the directory has that name or address already.
func (db *DB) AddDirectoryUser(ctx context.Context, in DirectoryPerson, invite bool) (DirectoryUser, error) {
	if err := in.check(); err != nil {
		return DirectoryUser{}, err
	}
	var id uuid.UUID
	err := db.Tx(ctx, func(tx *DB) error {
		if err := tx.q(ctx).Exec(`select pg_advisory_xact_lock(hashtext('kollega people'))`).Error; err != nil {
			return mapped(err)
		}
		found, err := tx.known(ctx, in)
		if err != nil {
			return err
		}
		if found != nil {
			id = found.ID
			return tx.takeUp(ctx, *found, in)
		}
		person := NewUser{Email: in.Email, Name: in.Name, Role: RoleEmployee, Language: in.Language, Invite: invite && (in.Active == nil || *in.Active)}
		u, err := tx.newUser(person)
		if err != nil {
			return err
		}
		id = u.ID
		if err := tx.insertUser(ctx, &u, person); err != nil {
			return err
		}
		return tx.takeUp(ctx, u, in)
	})
	if err != nil {
		return DirectoryUser{}, err
	}
	return db.DirectoryUser(ctx, id.String())
}

// known is who has that name in the directory, or that address; ErrConflict where the directory has them already, nil for nobody.
func (db *DB) known(ctx context.Context, in DirectoryPerson) (*User, error) {
	var rows []directoryRow
	err := db.q(ctx).Raw(`select s.* from scim_users s join users u on u.id = s.user_id where s.user_name_key = ? or u.email_key = ? order by s.user_name_key = ? desc`,
		EmailKey(in.UserName), EmailKey(in.Email), EmailKey(in.UserName)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("known to the directory: %w", err)
	}
	for _, r := range rows {
		if r.DeletedAt == nil {
			return nil, ErrConflict
		}
	}
	if len(rows) > 1 {
		return nil, ErrConflict
	}
	var u User
	if len(rows) == 1 {
		u, err = db.User(ctx, rows[0].UserID)
	} else {
		u, err = db.UserByEmail(ctx, in.Email)
	}
	if errors.Is(err, ErrNotFound) {
		return nil, nil //nolint:nilnil // nobody is an answer
	}
	return &u, err
}

// ChangeDirectoryUser makes a person what the directory says. ErrConflict where a name or an address is somebody else's, or where it would
// deactivate the last administrator.
func (db *DB) ChangeDirectoryUser(ctx context.Context, id string, in DirectoryPerson) (DirectoryUser, error) {
	if err := in.check(); err != nil {
		return DirectoryUser{}, err
	}
	err := db.Tx(ctx, func(tx *DB) error {
		known, err := tx.DirectoryUser(ctx, id)
		if err != nil {
			return err
		}
		u, err := tx.handled(ctx, System(), known.ID)
		if err != nil {
			return err
		}
		return tx.takeUp(ctx, u, in)
	})
	if err != nil {
		return DirectoryUser{}, err
	}
	return db.DirectoryUser(ctx, id)
}

// takeUp writes what the directory says of a person; use it in a transaction. Their groups have changes of their own: a directory sends
// people before groups, and nobody loses a role for that.
func (db *DB) takeUp(ctx context.Context, u User, in DirectoryPerson) error {
	now := db.Now()
	row := directoryRow{
		UserID: u.ID, UserName: in.UserName, UserNameKey: EmailKey(in.UserName), ExternalID: in.ExternalID,
		GivenName: in.GivenName, FamilyName: in.FamilyName, CreatedAt: now, UpdatedAt: now,
	}
	err := db.q(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "user_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"user_name", "user_name_key", "external_id", "given_name", "family_name", "deleted_at", "updated_at"}),
	}).Create(&row).Error
	if err != nil {
		return fmt.Errorf("person of the directory: %w", mapped(err))
	}
	if EmailKey(u.Email) != EmailKey(in.Email) {
		if u.Role == RoleAdmin { // whose address it is may choose the password
			return &ConflictError{Key: "identity.error.admin_address"}
		}
		if err := db.q(ctx).Where("user_id = ? and used_at is null", u.ID).Delete(&UserToken{}).Error; err != nil {
			return fmt.Errorf("withdraw links: %w", err)
		}
	}
	if u.Name != in.Name || u.Email != in.Email {
		set := map[string]any{"name": in.Name, "email": in.Email, "email_key": EmailKey(in.Email), "updated_at": now}
		if err := changed(db.q(ctx).Model(&User{}).Where("id = ?", u.ID).Updates(set)); err != nil {
			return fmt.Errorf("person of the directory: %w", err)
		}
		d := Facts{"directory": true, "fields": differing("name", u.Name != in.Name, "email", u.Email != in.Email)}
		if err := db.Audit(ctx, Deed{DidChange, OfUser, u.ID, d}); err != nil {
			return err
		}
	}
	switch {
	case in.Active == nil || *in.Active == u.Active():
	case *in.Active:
		err = db.Reactivate(ctx, System(), u.ID)
	default:
		err = db.Deactivate(ctx, System(), u.ID)
	}
	return err
}

// DeleteDirectoryUser deactivates a person whom the directory takes away; to it, they are not there any more.
func (db *DB) DeleteDirectoryUser(ctx context.Context, id string) error {
	return db.Tx(ctx, func(tx *DB) error {
		known, err := tx.DirectoryUser(ctx, id)
		if err != nil {
			return err
		}
		active := false
		in := DirectoryPerson{
			UserName: known.UserName, ExternalID: known.ExternalID, GivenName: known.GivenName, FamilyName: known.FamilyName,
			Name: known.Name, Email: known.Email, Active: &active,
		}
		left := tx.q(ctx).Exec(`delete from scim_members where user_id = ?`, known.ID)
		if left.Error != nil {
			return fmt.Errorf("leave groups: %w", left.Error)
		}
		if left.RowsAffected > 0 { // what the groups gave goes with them
			if err := tx.applyGroups(ctx, known.ID); err != nil {
				return err
			}
		}
		u, err := tx.handled(ctx, System(), known.ID)
		if err != nil {
			return err
		}
		if err := tx.takeUp(ctx, u, in); err != nil {
			return err
		}
		return changed(tx.q(ctx).Model(&directoryRow{}).Where("user_id = ?", u.ID).Updates(map[string]any{"deleted_at": gorm.Expr("?::timestamptz", tx.Now())}))
	})
}
