package models

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
)

// mapping says which groups give what. A role or team that some line gives comes from the groups alone; one that no line gives is as it
// was set by hand.
type mapping []IdentityGroup

// role is the role of somebody with these groups who has had one before: the widest that they give.
func (m mapping) role(groups map[string]bool, before string) string {
	given, managed := "", map[string]bool{}
	for _, g := range m {
		if g.Role == "" {
			continue
		}
		managed[g.Role] = true
		if groups[g.NameKey] && (given == "" || wider(g.Role, given)) {
			given = g.Role
		}
	}
	switch {
	case given == "" && managed[before]:
		return RoleEmployee
	case given == "", !managed[before] && wider(before, given):
		return before
	}
	return given
}

// wider tells whether a has more rights than b.
func wider(a, b string) bool { return slices.Index(Roles, a) < slices.Index(Roles, b) }

// team is the team of somebody with these groups: the one of the oldest line.
func (m mapping) team(groups map[string]bool, before *uuid.UUID) *uuid.UUID {
	managed := false
	for _, g := range m {
		if g.TeamID == nil {
			continue
		}
		if groups[g.NameKey] {
			return g.TeamID
		}
		managed = managed || before != nil && *before == *g.TeamID
	}
	if managed {
		return nil
	}
	return before
}

// applyGroups gives people the roles and teams that their groups give; use it in a transaction. The last administrator stays one.
func (db *DB) applyGroups(ctx context.Context, ids ...uuid.UUID) error {
	if len(ids) == 0 {
		return nil
	}
	lines, err := db.IdentityGroups(ctx)
	if err != nil || len(lines) == 0 {
		return err
	}
	groups, err := db.groupsOf(ctx, ids)
	if err != nil {
		return err
	}
	var people []User
	if err := db.q(ctx).Where("id in ?", ids).Order("id").Find(&people).Error; err != nil {
		return mapped(err)
	}
	for _, u := range people { // each who differs is locked by themselves: most do not
		want := UserChange{Name: u.Name, Role: mapping(lines).role(groups[u.ID], u.Role), TeamID: mapping(lines).team(groups[u.ID], u.TeamID)}
		if want.Role != u.Role || !sameID(want.TeamID, u.TeamID) {
			if err := db.give(ctx, u.ID, want); err != nil {
				return err
			}
		}
	}
	return nil
}

func sameID(a, b *uuid.UUID) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }

// give writes what the groups give, as Kollega itself.
func (db *DB) give(ctx context.Context, id uuid.UUID, want UserChange) error {
	u, err := db.handled(ctx, System(), id)
	if err != nil {
		return err
	}
	before := u
	want.Name = u.Name
	if !u.HasEmail() {
		want.Role = u.Role // more than an employee's rights need an address
	}
	if u.Role == RoleAdmin && want.Role != RoleAdmin {
		if err := db.keepAdmin(ctx, id); errors.Is(err, ErrConflict) {
			want.Role = RoleAdmin // somebody has to let the others in
		} else if err != nil {
			return err
		}
	}
	if err := db.writeChange(ctx, &u, want); err != nil {
		return err
	}
	d := before.altered(u)
	d["groups"] = true
	return db.Audit(ctx, Deed{DidChange, OfUser, id, d})
}

// groupsOf are the people's groups by what a mapping names them: those of the directory, and those of the last sign-in but for the ones
// that the directory knows better.
func (db *DB) groupsOf(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]map[string]bool, error) {
	var rows []struct {
		UserID uuid.UUID
		Name   string
	}
	err := db.q(ctx).Raw(`
		select m.user_id, n.name from scim_members m join scim_groups g on g.id = m.group_id
			cross join lateral (values (g.name_key), (lower(g.external_id))) n (name)
		where m.user_id in ? and n.name <> ''
		union
		select i.user_id, t.name from user_identities i cross join lateral jsonb_array_elements_text(i.groups) t (name)
		where i.user_id in ? and not exists (select 1 from scim_groups g where t.name in (g.name_key, lower(g.external_id)))`, ids, ids).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("groups of people: %w", err)
	}
	of := map[uuid.UUID]map[string]bool{}
	for _, r := range rows {
		if of[r.UserID] == nil {
			of[r.UserID] = map[string]bool{}
		}
		of[r.UserID][r.Name] = true
	}
	return of, nil
}
