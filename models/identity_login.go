package models

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
)

// Account is who somebody has shown to be to the house's provider.
type Account struct {
	Issuer   string
	Subject  string
	Email    string
	Verified bool // the provider has made sure that the address is theirs
	Name     string
	Language string   // nb, en or empty
	Groups   []string // what the claim names
	Told     bool     // there was such a claim
	TooMany  bool     // the provider kept the claim back for its length
}

// LogInBy is the person of that account: the one it was linked to before, or, the first time, the one with its verified address, or a
// new one where the house wants that. A *ConflictError says in words why nobody is let in.
func (db *DB) LogInBy(ctx context.Context, a Account) (User, error) {
	if a.Issuer == "" || a.Subject == "" || len(a.Subject) > 255 { // OpenID Connect Core 2: no longer than that
		return User{}, &ConflictError{Key: "login.account.refused"}
	}
	var u User
	err := db.Tx(ctx, func(tx *DB) (err error) {
		settings, err := tx.IdentitySettings(ctx)
		if err != nil {
			return err
		}
		if u, err = tx.personOf(ctx, a, settings); err != nil {
			return err
		}
		if !u.Active() {
			return &ConflictError{Key: "login.account.deactivated"}
		}
		if err := tx.join(ctx, &u); err != nil {
			return err
		}
		if err := tx.noteGroups(ctx, u.ID, a, settings); err != nil {
			return err
		}
		return tx.Audit(As(ctx, u), Deed{DidLogIn, OfUser, u.ID, Facts{"account": true}})
	})
	if err != nil {
		return User{}, err
	}
	return db.User(ctx, u.ID) // with the role that the groups gave
}

// personOf finds whose account it is, or links it.
func (db *DB) personOf(ctx context.Context, a Account, settings IdentitySettings) (User, error) {
	known, err := db.identity(ctx, a)
	if err == nil {
		return db.User(ctx, known.UserID)
	}
	if !errors.Is(err, ErrNotFound) {
		return User{}, err
	}
	switch {
	case a.Email == "" || CheckEmail(a.Email) != nil:
		return User{}, &ConflictError{Key: "login.account.no_email"}
	case !a.Verified:
		return User{}, &ConflictError{Key: "login.account.unverified"}
	}
	// One after the other: of two tabs at the same moment the second finds what the first one linked.
	if err := db.q(ctx).Exec(`select pg_advisory_xact_lock(hashtext('kollega people'))`).Error; err != nil {
		return User{}, mapped(err)
	}
	if known, err := db.identity(ctx, a); err == nil {
		return db.User(ctx, known.UserID)
	}
	u, err := db.UserByEmail(ctx, a.Email)
	switch {
	case errors.Is(err, ErrNotFound) && settings.CreatePeople:
		if u, err = db.newcomer(ctx, a); err != nil {
			return u, err
		}
	case errors.Is(err, ErrNotFound):
		return u, &ConflictError{Key: "login.account.unknown"}
	case err != nil:
		return u, err
	case !u.Active():
		return u, nil // refused by the caller, and not linked
	}
	return u, db.link(ctx, u, a)
}

func (db *DB) identity(ctx context.Context, a Account) (UserIdentity, error) {
	var i UserIdentity
	err := db.q(ctx).Where("issuer = ? and subject = ?", a.Issuer, a.Subject).Take(&i).Error
	return i, mapped(err)
}

// newcomer adds somebody whom the house's provider knows and Kollega did not.
func (db *DB) newcomer(ctx context.Context, a Account) (User, error) {
	name := tidy(a.Name)
	if name == "" {
		name = a.Email
	}
	in := NewUser{Email: a.Email, Name: cut(name, maxName), Role: RoleEmployee, Language: a.Language}
	u, err := db.newUser(in)
	if err != nil {
		return u, err
	}
	return u, db.insertUser(ctx, &u, in)
}

// cut is the beginning of s, of at most n bytes and whole characters.
func cut(s string, n int) string {
	for len(s) > n {
		r := []rune(s)
		s = string(r[:len(r)-1])
	}
	return s
}

// link notes that the account is the person's. Who has another account of that provider keeps it: an address may have gone to somebody else.
func (db *DB) link(ctx context.Context, u User, a Account) error {
	now := db.Now()
	err := mapped(db.q(ctx).Create(&UserIdentity{Issuer: a.Issuer, Subject: a.Subject, UserID: u.ID, Groups: []string{}, CreatedAt: now, UsedAt: now}).Error)
	if errors.Is(err, ErrConflict) {
		return &ConflictError{Key: "login.account.other"}
	}
	if err != nil {
		return fmt.Errorf("link account: %w", err)
	}
	return db.Audit(As(ctx, u), Deed{DidChange, OfUser, u.ID, Facts{"account": true}})
}

// join lets somebody who was only added or invited join by signing in; the invitation is used up.
func (db *DB) join(ctx context.Context, u *User) error {
	if u.JoinedAt != nil {
		return nil
	}
	now := db.Now()
	if err := changed(db.q(ctx).Model(&User{}).Where("id = ?", u.ID).Updates(map[string]any{"joined_at": now, "updated_at": now})); err != nil {
		return err
	}
	u.JoinedAt = &now
	if err := db.q(ctx).Where("user_id = ? and used_at is null", u.ID).Delete(&UserToken{}).Error; err != nil {
		return fmt.Errorf("withdraw invitation: %w", err)
	}
	return nil
}

// noteGroups keeps which of the mapping's groups this sign-in named, and gives what they give. Without the claim somebody has no groups;
// but as long as no sign-in has carried it, or where there were too many to be told, nothing is known and all stays as it is.
func (db *DB) noteGroups(ctx context.Context, userID uuid.UUID, a Account, settings IdentitySettings) error {
	known := a.Told || settings.ClaimSeenAt != nil && !a.TooMany
	set := UserIdentity{UsedAt: db.Now(), Groups: []string{}}
	written := []string{"used_at"}
	if known {
		lines, err := db.IdentityGroups(ctx)
		if err != nil {
			return err
		}
		has := map[string]bool{}
		for _, g := range a.Groups {
			has[nameKey(g)] = true
		}
		for _, l := range lines {
			if has[l.NameKey] {
				set.Groups = append(set.Groups, l.NameKey)
			}
		}
		written = append(written, "groups")
	}
	if err := changed(db.q(ctx).Model(&UserIdentity{}).Where("issuer = ? and subject = ?", a.Issuer, a.Subject).Select(written).Updates(&set)); err != nil {
		return err
	}
	if !known {
		return nil
	}
	if a.Told && settings.ClaimSeenAt == nil {
		if err := db.claimSeen(ctx, settings); err != nil {
			return err
		}
	}
	return db.applyGroups(ctx, userID)
}

// claimSeen notes that the claim comes.
func (db *DB) claimSeen(ctx context.Context, settings IdentitySettings) error {
	now := db.Now()
	err := db.q(ctx).Exec(`insert into identity_settings (one, groups_claim, claim_seen_at, updated_at) values (true, ?, ?, ?)
		on conflict (one) do update set claim_seen_at = excluded.claim_seen_at where identity_settings.groups_claim = excluded.groups_claim`,
		settings.GroupsClaim, now, now).Error
	if err != nil {
		return fmt.Errorf("note claim: %w", err)
	}
	return nil
}

// LogInAdmin is LogIn where passwords are for administrators only.
func (db *DB) LogInAdmin(ctx context.Context, email, password, addr string) (User, error) {
	return db.logIn(ctx, email, password, addr, func(u User) error {
		if u.Role != RoleAdmin {
			return ValidationErrors{Invalid("password", "login.closed")}
		}
		return nil
	})
}
