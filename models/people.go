package models

import (
	"context"
	"strings"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// States of a person in lists.
const (
	PersonActive      = "active"      // has joined
	PersonInvited     = "invited"     // has an invitation
	PersonAdded       = "added"       // has none yet
	PersonDeactivated = "deactivated" // may not sign in
)

// PersonStates are the states that a list can be narrowed to.
var PersonStates = Words{PersonActive, PersonInvited, PersonAdded, PersonDeactivated}

// State is where the person stands: active, invited, added or deactivated.
func (u User) State() string {
	switch {
	case !u.Active():
		return PersonDeactivated
	case u.JoinedAt != nil:
		return PersonActive
	case u.InvitedAt != nil:
		return PersonInvited
	}
	return PersonAdded
}

// PublicName is the name that strangers may read: the person's where they work here and agreed to it, otherwise empty.
func (u User) PublicName() string {
	if u.Active() && u.ShowName {
		return u.Name
	}
	return ""
}

// PeopleFilter narrows the list of people; empty fields narrow nothing.
type PeopleFilter struct {
	Search string // part of name or e-mail
	TeamID *uuid.UUID
	NotIn  *uuid.UUID // a group that they are no members of
	State  string     // empty: everybody but the deactivated
	Cursor string
	Limit  int
}

// People are the people by name, with their teams; next is the cursor of the following page, empty on the last.
func (db *DB) People(ctx context.Context, f PeopleFilter) (people []User, next string, err error) {
	q := db.q(ctx).Preload("Team").Scopes(f.narrow)
	if f.Cursor != "" {
		after, err := parseCursor(f.Cursor, 2)
		if err != nil {
			return nil, "", err
		}
		q = q.Where(`(lower(name) collate "nb-x-icu", id::text) > (lower(?) collate "nb-x-icu", ?)`, after[0], after[1])
	}
	n := limited(f.Limit)
	if err := q.Order(`lower(name) collate "nb-x-icu", id::text`).Limit(n + 1).Find(&people).Error; err != nil {
		return nil, "", mapped(err)
	}
	if len(people) > n {
		people = people[:n]
		next = cursor(people[n-1].Name, people[n-1].ID.String())
	}
	return people, next, nil
}

// CountPeople is how many people the filter finds on all pages.
func (db *DB) CountPeople(ctx context.Context, f PeopleFilter) (int, error) {
	var n int64
	err := db.q(ctx).Model(&User{}).Scopes(f.narrow).Count(&n).Error
	return int(n), mapped(err)
}

func (f PeopleFilter) narrow(q *gorm.DB) *gorm.DB {
	if s := strings.TrimSpace(f.Search); s != "" {
		like := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s) + "%"
		q = q.Where("(name collate \"nb-x-icu\" ilike ? or email ilike ?)", like, like)
	}
	if f.TeamID != nil {
		q = q.Where("team_id = ?", *f.TeamID)
	}
	if f.NotIn != nil {
		q = q.Where("id not in (select user_id from group_members where group_id = ?)", *f.NotIn)
	}
	switch f.State {
	case PersonActive:
		return q.Where("deactivated_at is null and joined_at is not null")
	case PersonInvited:
		return q.Where("deactivated_at is null and joined_at is null and invited_at is not null")
	case PersonAdded:
		return q.Where("deactivated_at is null and joined_at is null and invited_at is null")
	case PersonDeactivated:
		return q.Where("deactivated_at is not null")
	}
	return q.Where("deactivated_at is null")
}
