package models

import (
	"context"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// User is somebody who works in the house.
type User struct {
	ID            uuid.UUID
	Email         string // as written; empty for people who sign in with a card
	EmailKey      string // as compared
	Name          string
	Role          string
	TeamID        *uuid.UUID
	PasswordHash  string // argon2id, empty until joined
	Language      string // nb, en, or empty for the house's
	Theme         string // light, dark, or empty for the device's
	ShowName      bool   // agreed to be named on the landing pages of own links
	ShowResults   bool   // agreed that leaders read beside the name what own links led to
	PostsGo       bool   // what they wrote in groups goes with them when they leave
	JoinsRanking  bool   // agreed to stand in the ranking
	SessionEpoch  int    // raised to end every session
	InvitedAt     *time.Time
	JoinedAt      *time.Time
	DeactivatedAt *time.Time
	CreatedAt     time.Time
	UpdatedAt     time.Time

	Team *Team `gorm:"foreignKey:TeamID"`
}

// Active tells whether the person may sign in.
func (u User) Active() bool { return u.DeactivatedAt == nil }

// HasEmail tells whether mails reach the person; who has none signs in with a card.
func (u User) HasEmail() bool { return u.EmailKey != "" }

// Is tells whether the person has one of roles; an administrator has every role, HR may do what leaders do.
func (u User) Is(roles ...string) bool {
	for _, r := range roles {
		if u.Role == RoleAdmin || u.Role == r || u.Role == RoleHR && r == RoleLeader || r == RoleEmployee {
			return true
		}
	}
	return false
}

// Team is a part of the house with a leader.
type Team struct {
	ID        uuid.UUID
	Name      string
	NameKey   string
	LeaderID  *uuid.UUID
	MovedAt   *time.Time // when somebody who had shared came or left; nil: never
	CreatedAt time.Time
}

// EmailKey is what addresses are compared by: lower case, no space around; dots and plus signs count.
func EmailKey(address string) string { return strings.ToLower(strings.TrimSpace(address)) }

// nameKey is what names of skills and teams are compared by.
func nameKey(name string) string { return strings.ToLower(strings.Join(strings.Fields(name), " ")) }

// CheckEmail refuses what is no e-mail address.
func CheckEmail(address string) *ValidationError {
	address = strings.TrimSpace(address)
	a, err := mail.ParseAddress(address)
	if err != nil || a.Address != address || len(address) > 254 || !strings.Contains(address[strings.LastIndex(address, "@")+1:], ".") {
		return Invalid("email", "error.email")
	}
	return nil
}

// User is the person of that id.
func (db *DB) User(ctx context.Context, id uuid.UUID) (User, error) {
	var u User
	err := db.q(ctx).Preload("Team").Where("id = ?", id).Take(&u).Error
	return u, mapped(err)
}

// UsersHere are those of the people who work here, in the order of the ids.
func (db *DB) UsersHere(ctx context.Context, ids ...uuid.UUID) ([]User, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var us []User
	err := db.q(ctx).Preload("Team").Where("id in ? and deactivated_at is null", ids).Find(&us).Error
	slices.SortFunc(us, func(a, b User) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return us, mapped(err)
}

// UserByEmail is the person with that address.
func (db *DB) UserByEmail(ctx context.Context, address string) (User, error) {
	var u User
	err := db.q(ctx).Preload("Team").Where("email_key = ? and email_key <> ''", EmailKey(address)).Take(&u).Error
	return u, mapped(err)
}
