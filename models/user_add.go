package models

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"kollega/internal/auth"
)

// NewUser is what is needed to add a person.
type NewUser struct {
	Email    string
	Name     string
	Role     string
	TeamID   *uuid.UUID
	Team     string // by name, made where there is none; used where TeamID is nil
	Language string
	Password string // empty: the person chooses one by invitation
	Invite   bool   // sends the invitation
	NoEmail  bool   // has none: signs in with a card
}

// AddUser adds a person. Errors are ValidationErrors by field, or ErrForbidden for a role that by may not give.
func (db *DB) AddUser(ctx context.Context, by User, in NewUser) (User, error) {
	u, err := db.newUser(in)
	if err != nil {
		return User{}, err
	}
	if !by.mayHandle(u.Role) {
		return User{}, ErrForbidden
	}
	if in.Password != "" { // hashed before the transaction: it takes long
		if u.PasswordHash, err = db.hash(ctx, in.Password, u.Email, u.Name); err != nil {
			return User{}, err
		}
		u.JoinedAt = &u.CreatedAt
	}
	err = db.Tx(ctx, func(tx *DB) error { return tx.insertUser(As(ctx, by), &u, in) })
	return u, err
}

// newUser checks what was written about a person who is to be added.
func (db *DB) newUser(in NewUser) (User, error) {
	now := db.Now()
	u := User{
		ID: NewID(), Email: strings.TrimSpace(in.Email), EmailKey: EmailKey(in.Email), Name: tidy(in.Name),
		Role: in.Role, TeamID: in.TeamID, Language: in.Language, CreatedAt: now, UpdatedAt: now,
	}
	var bad ValidationErrors
	if in.NoEmail {
		u.Email, u.EmailKey = "", ""
	} else if err := CheckEmail(u.Email); err != nil {
		bad = append(bad, err)
	}
	checkName(&bad, u.Name)
	switch {
	case !Roles.Has(u.Role):
		bad.Add("role", "error.choose")
	case in.NoEmail && u.Role != RoleEmployee:
		bad.Add("role", "people.needs_email")
	}
	if u.Language != "" && !Languages.Has(u.Language) {
		bad.Add("language", "error.choose")
	}
	return u, bad.Err()
}

// insertUser writes the new person with their team and invitation; use it in a transaction.
func (db *DB) insertUser(ctx context.Context, u *User, in NewUser) error {
	team, err := db.wantedTeam(ctx, in.TeamID, in.Team)
	if err != nil {
		return err
	}
	u.Team = team
	if team != nil {
		u.TeamID = &team.ID
	}
	if in.Invite && !in.NoEmail && u.JoinedAt == nil {
		u.InvitedAt = &u.CreatedAt
	}
	var taken int64
	if err := db.q(ctx).Model(&User{}).Where("email_key = ? and email_key <> ''", u.EmailKey).Count(&taken).Error; err != nil {
		return mapped(err)
	}
	if taken == 0 {
		err = mapped(db.q(ctx).Omit("Team").Create(u).Error)
	}
	if taken > 0 || errors.Is(err, ErrConflict) { // the second: added by somebody else at the same moment
		return ValidationErrors{Invalid("email", "people.email_taken")}
	}
	if err != nil {
		return fmt.Errorf("add user: %w", err)
	}
	if err := db.Audit(ctx, Deed{DidAdd, OfUser, u.ID, Facts{"role": u.Role}}); err != nil {
		return err
	}
	if u.InvitedAt == nil {
		return nil
	}
	return db.enqueue(ctx, SendMail{Mail: MailInvite, ID: u.ID}, nil)
}

// hash is the hash of a password that was checked against the person's own words.
func (db *DB) hash(ctx context.Context, password, email, name string) (string, error) {
	if err := auth.CheckPassword(password, email, name); err != nil {
		var pe *auth.PasswordError
		if errors.As(err, &pe) {
			return "", ValidationErrors{Invalid("password", pe.Key, "Min", auth.MinPassword, "Max", auth.MaxPassword)}
		}
		return "", err
	}
	h, err := db.hasher()
	if err != nil {
		return "", err
	}
	return h.Hash(ctx, password)
}

// tidy is a name with single spaces and nothing unprintable.
func tidy(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.Join(strings.Fields(s), " ")
}

// maxName is the longest name of a person, team or token, in bytes.
const maxName = 200

func checkName(bad *ValidationErrors, name string) {
	switch {
	case name == "":
		bad.Add("name", "error.required")
	case len(name) > maxName:
		bad.Add("name", "error.too_long", "Max", maxName)
	}
}
