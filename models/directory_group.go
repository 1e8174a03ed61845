package models

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// DirectoryGroup is a group of the house's directory. What it gives says the mapping.
type DirectoryGroup struct {
	ID                   uuid.UUID
	Name, NameKey        string
	ExternalID           string
	CreatedAt, UpdatedAt time.Time

	Members []DirectoryMember `gorm:"-"`
}

// TableName is the table's.
func (DirectoryGroup) TableName() string { return "scim_groups" }

// DirectoryMember is a person in a group.
type DirectoryMember struct {
	GroupID, ID uuid.UUID
	Name        string
}

// DirectoryGroupFilter picks groups of the directory; empty fields pick all.
type DirectoryGroupFilter struct {
	ID         string
	Name       string
	ExternalID string
	Member     string // id of a person
	From       int    // the first is 1
	Count      int
	Bare       bool // without the members
}

// DirectoryGroups are groups of the directory, the oldest first, and how many there are in all.
func (db *DB) DirectoryGroups(ctx context.Context, f DirectoryGroupFilter) (groups []DirectoryGroup, all int, err error) {
	q := db.q(ctx).Model(&DirectoryGroup{})
	for column, value := range map[string]string{"id": f.ID, "external_id": f.ExternalID, "name_key": nameKey(f.Name)} {
		if _, bad := uuid.Parse(value); column == "id" && value != "" && bad != nil {
			return nil, 0, nil //nolint:nilerr // what is no id is nobody's
		}
		if value != "" {
			q = q.Where(column+" = ?", value)
		}
	}
	if f.Member != "" {
		if _, err := uuid.Parse(f.Member); err != nil {
			return nil, 0, nil //nolint:nilerr // nobody is in any group
		}
		q = q.Where("exists (select 1 from scim_members m where m.group_id = scim_groups.id and m.user_id = ?)", f.Member)
	}
	var n int64
	if err := q.Count(&n).Error; err != nil {
		return nil, 0, mapped(err)
	}
	if err := q.Order("created_at, id").Offset(max(f.From-1, 0)).Limit(f.Count).Find(&groups).Error; err != nil {
		return nil, 0, mapped(err)
	}
	if f.Bare {
		return groups, int(n), nil
	}
	return groups, int(n), db.fillMembers(ctx, groups)
}

func (db *DB) fillMembers(ctx context.Context, groups []DirectoryGroup) error {
	ids := make([]uuid.UUID, len(groups))
	for i, g := range groups {
		ids[i] = g.ID
	}
	var members []DirectoryMember
	if len(ids) == 0 {
		return nil
	}
	err := db.q(ctx).Raw(`select m.group_id, u.id, u.name from scim_members m join users u on u.id = m.user_id where m.group_id in ? order by u.created_at, u.id`, ids).Scan(&members).Error
	if err != nil {
		return fmt.Errorf("members of groups: %w", err)
	}
	for _, m := range members {
		i := slices.Index(ids, m.GroupID)
		groups[i].Members = append(groups[i].Members, m)
	}
	return nil
}

// DirectoryGroup is one of them.
func (db *DB) DirectoryGroup(ctx context.Context, id string) (DirectoryGroup, error) {
	groups, _, err := db.DirectoryGroups(ctx, DirectoryGroupFilter{ID: id, Count: 1})
	if err == nil && len(groups) == 0 || id == "" {
		err = ErrNotFound
	}
	if err != nil {
		return DirectoryGroup{}, err
	}
	return groups[0], nil
}

// GroupChange is what the directory changes about a group; nil leaves as it is. Members are set first, then added, then removed.
type GroupChange struct {
	Name, ExternalID *string
	Set              *[]uuid.UUID
	Add, Remove      []uuid.UUID
}

// AddDirectoryGroup makes a group; ErrConflict where there is one of that name.
func (db *DB) AddDirectoryGroup(ctx context.Context, name, externalID string, members []uuid.UUID) (DirectoryGroup, error) {
	g := DirectoryGroup{ID: NewID(), CreatedAt: db.Now()}
	err := db.Tx(ctx, func(tx *DB) error {
		g.Name, g.NameKey, g.UpdatedAt = tidy(name), nameKey(tidy(name)), g.CreatedAt
		if err := checkGroup(g.Name, externalID); err != nil {
			return err
		}
		if err := tx.q(ctx).Create(&g).Error; err != nil {
			return fmt.Errorf("group of the directory: %w", mapped(err))
		}
		if err := tx.Audit(ctx, Deed{DidAdd, OfDirectory, g.ID, Facts{"count": len(members)}}); err != nil {
			return err
		}
		return tx.changeGroup(ctx, g, GroupChange{ExternalID: &externalID, Add: members})
	})
	if err != nil {
		return DirectoryGroup{}, err
	}
	return db.DirectoryGroup(ctx, g.ID.String())
}

func checkGroup(name, externalID string) error {
	var bad ValidationErrors
	switch {
	case name == "":
		bad.Add("displayName", "error.required")
	case len(name) > maxName:
		bad.Add("displayName", "error.too_long", "Max", maxName)
	}
	if len(externalID) > maxName {
		bad.Add("externalId", "error.too_long", "Max", maxName)
	}
	return bad.Err()
}

// ChangeDirectoryGroup changes a group; what it gives, its people have at once.
func (db *DB) ChangeDirectoryGroup(ctx context.Context, id string, in GroupChange) (DirectoryGroup, error) {
	err := db.Tx(ctx, func(tx *DB) error {
		groups, _, err := tx.DirectoryGroups(ctx, DirectoryGroupFilter{ID: id, Count: 1, Bare: true})
		if err != nil {
			return err
		}
		if len(groups) == 0 {
			return ErrNotFound
		}
		return tx.changeGroup(ctx, groups[0], in)
	})
	if err != nil {
		return DirectoryGroup{}, err
	}
	return db.DirectoryGroup(ctx, id)
}

// changeGroup writes what differs and applies it to whom it concerns; use it in a transaction.
func (db *DB) changeGroup(ctx context.Context, g DirectoryGroup, in GroupChange) error {
	now := g
	if in.Name != nil {
		now.Name, now.NameKey = tidy(*in.Name), nameKey(tidy(*in.Name))
	}
	if in.ExternalID != nil {
		now.ExternalID = *in.ExternalID
	}
	if err := checkGroup(now.Name, now.ExternalID); err != nil {
		return err
	}
	// The row is held: of two changes at once, the second sees what the first did.
	var locked []uuid.UUID
	if err := db.q(ctx).Raw(`select id from scim_groups where id = ? for update`, g.ID).Scan(&locked).Error; err != nil {
		return fmt.Errorf("group of the directory: %w", err)
	}
	err := changed(db.q(ctx).Model(&DirectoryGroup{}).Where("id = ?", g.ID).Updates(map[string]any{
		"name": now.Name, "name_key": now.NameKey, "external_id": now.ExternalID, "updated_at": db.Now(),
	}))
	if err != nil {
		return fmt.Errorf("group of the directory: %w", err)
	}
	before, err := db.members(ctx, g.ID)
	if err != nil {
		return err
	}
	after := idSet(before)
	if in.Set != nil {
		after = idSet(*in.Set)
	}
	for _, id := range in.Add {
		after[id] = true
	}
	for _, id := range in.Remove {
		delete(after, id)
	}
	concerned, err := db.writeMembers(ctx, g.ID, idSet(before), after)
	if err != nil {
		return err
	}
	if now.NameKey != g.NameKey || now.ExternalID != g.ExternalID { // another line of the mapping may be theirs
		concerned = concerned[:0]
		for id := range after {
			concerned = append(concerned, id)
		}
		for _, id := range before {
			if !after[id] {
				concerned = append(concerned, id)
			}
		}
	}
	return db.applyGroups(ctx, concerned...)
}

func idSet(ids []uuid.UUID) map[uuid.UUID]bool {
	m := make(map[uuid.UUID]bool, len(ids))
	for _, id := range ids {
		m[id] = true
	}
	return m
}

func (db *DB) members(ctx context.Context, group uuid.UUID) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	if err := db.q(ctx).Raw(`select user_id from scim_members where group_id = ?`, group).Scan(&ids).Error; err != nil {
		return nil, fmt.Errorf("members of group: %w", err)
	}
	return ids, nil
}

// writeMembers writes who is in a group now, and returns who came or left. A *ValidationError where somebody is not known.
func (db *DB) writeMembers(ctx context.Context, group uuid.UUID, before, after map[uuid.UUID]bool) (concerned []uuid.UUID, err error) {
	var come, left []uuid.UUID
	for id := range after {
		if !before[id] {
			come = append(come, id)
		}
	}
	for id := range before {
		if !after[id] {
			left = append(left, id)
		}
	}
	if len(left) > 0 {
		if err := db.q(ctx).Exec(`delete from scim_members where group_id = ? and user_id in ?`, group, left).Error; err != nil {
			return nil, fmt.Errorf("leave group: %w", err)
		}
	}
	if len(come) > 0 {
		var known int
		if err := db.q(ctx).Raw("select count(*)"+directoryUsers+" and u.id in ?", come).Scan(&known).Error; err != nil {
			return nil, fmt.Errorf("join group: %w", err)
		}
		if known != len(come) {
			return nil, Invalid("members", "error.choose")
		}
		type scimMember struct{ GroupID, UserID uuid.UUID }
		rows := make([]scimMember, len(come))
		for i, id := range come {
			rows[i] = scimMember{group, id}
		}
		if err := db.q(ctx).Clauses(clause.OnConflict{DoNothing: true}).Table("scim_members").CreateInBatches(rows, 1000).Error; err != nil {
			return nil, fmt.Errorf("join group: %w", err)
		}
	}
	return append(come, left...), nil
}

// DeleteDirectoryGroup removes a group; what it gave, its people have no more.
func (db *DB) DeleteDirectoryGroup(ctx context.Context, id string) error {
	return db.Tx(ctx, func(tx *DB) error {
		g, err := tx.DirectoryGroup(ctx, id)
		if err != nil {
			return err
		}
		people, err := tx.members(ctx, g.ID)
		if err != nil {
			return err
		}
		if err := changed(tx.q(ctx).Where("id = ?", g.ID).Delete(&DirectoryGroup{})); err != nil {
			return err
		}
		if err := tx.Audit(ctx, Deed{DidErase, OfDirectory, g.ID, Facts{"count": len(people)}}); err != nil {
			return err
		}
		return tx.applyGroups(ctx, people...)
	})
}
