package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// Kinds of groups.
const (
	GroupOpen   = "open"   // anyone in the house may read and join
	GroupClosed = "closed" // there for its members alone
	GroupTalk   = "talk"   // between named colleagues, and there for them alone
)

// GroupKinds are those that somebody chooses from when making a group.
var GroupKinds = Words{GroupOpen, GroupClosed}

const (
	// MaxGroupName is the longest name of a group, in characters.
	MaxGroupName = 80
	// MaxGroupAbout is the longest description of a group, in characters.
	MaxGroupAbout = 500
	// MaxUnreadPosts is how far the unread posts of a group are counted.
	MaxUnreadPosts = 99

	myGroupPage = 100 // of one's own
	groupPage   = 30  // of others
)

// Group is where colleagues talk to each other.
type Group struct {
	ID        uuid.UUID
	Kind      string
	Name      string // empty for a talk
	About     string
	TalkKey   *string
	CreatedBy *uuid.UUID
	CreatedAt time.Time
	UpdatedAt time.Time

	LastAt time.Time `gorm:"->"` // when it was written in last; only in the list of one's own

	Member *Member `gorm:"-"` // what whoever asks is in it, nil where they are none
	With   []User  `gorm:"-"` // the others in a talk
	Unread int     `gorm:"-"` // posts that whoever asks has not seen, at most MaxUnreadPosts and one
	Size   int     `gorm:"-"` // how many members it has
}

// Member is somebody's place in a group.
type Member struct {
	GroupID  uuid.UUID `gorm:"primaryKey"`
	UserID   uuid.UUID `gorm:"primaryKey"`
	Owner    bool
	Muted    bool
	JoinedAt time.Time
	SeenAt   time.Time

	User *User `gorm:"foreignKey:UserID"`
}

// TableName is the table's.
func (Member) TableName() string { return "group_members" }

// Owned tells whether whoever asked owns the group.
func (g Group) Owned() bool { return g.Member != nil && g.Member.Owner }

// Version tells the group's name and description from what they were before.
func (g Group) Version() string { return version(&g.UpdatedAt) }

// First are the first few of those in a talk.
func (g Group) First(n int) []User { return g.With[:min(n, len(g.With))] }

// readableGroup keeps to the groups that somebody may read, of a query that has groups in it: open ones, and those they are in. No role
// opens a closed one.
func readableGroup(q *gorm.DB, by User) *gorm.DB {
	return q.Where("(groups.kind = ? or exists (select from group_members m where m.group_id = groups.id and m.user_id = ?))", GroupOpen, by.ID)
}

// Group is a group that by may read, with what by is in it; ErrNotFound for any other.
func (db *DB) Group(ctx context.Context, by User, id uuid.UUID) (Group, error) {
	var g Group
	if err := readableGroup(db.q(ctx), by).Where("groups.id = ?", id).Take(&g).Error; err != nil {
		return g, mapped(err)
	}
	err := db.fillGroups(ctx, by, []*Group{&g})
	return g, err
}

// GroupsOf are those of the groups that by may read, by id, with what by is in them.
func (db *DB) GroupsOf(ctx context.Context, by User, ids ...uuid.UUID) (map[uuid.UUID]Group, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var gs []Group
	if err := readableGroup(db.q(ctx), by).Where("groups.id in ?", ids).Find(&gs).Error; err != nil {
		return nil, mapped(err)
	}
	err := db.fillGroups(ctx, by, pointers(gs))
	of := make(map[uuid.UUID]Group, len(gs))
	for _, g := range gs {
		of[g.ID] = g
	}
	return of, err
}

// MyGroups are a page of the groups and talks that somebody is in, those written in last first, with what they have not seen; next is the
// cursor of the page after, empty on the last.
func (db *DB) MyGroups(ctx context.Context, by User, after string) (gs []Group, next string, err error) {
	q, err := older(db.mine(ctx, by), "coalesce(newest.at, groups.created_at)", "groups.id", after)
	if err != nil {
		return nil, "", err
	}
	if err := q.Find(&gs).Error; err != nil {
		return nil, "", mapped(err)
	}
	if len(gs) > myGroupPage {
		gs = gs[:myGroupPage]
		next = timeCursor(gs[myGroupPage-1].LastAt, gs[myGroupPage-1].ID)
	}
	return gs, next, db.fillGroups(ctx, by, pointers(gs))
}

func (db *DB) mine(ctx context.Context, by User) *gorm.DB {
	return db.q(ctx).Select("groups.*, coalesce(newest.at, groups.created_at) as last_at").Joins("join group_members me on me.group_id = groups.id and me.user_id = ?", by.ID).
		Joins("left join lateral (select p.at from posts p where p.group_id = groups.id and p.parent_id is null order by p.at desc, p.id desc limit 1) newest on true").
		Order("coalesce(newest.at, groups.created_at) desc, groups.id desc").Limit(myGroupPage + 1)
}

// OpenGroups are the open groups that somebody is not in, by name; next is the cursor of the page after, empty on the last.
func (db *DB) OpenGroups(ctx context.Context, by User, after string) (gs []Group, next string, err error) {
	q := db.q(ctx).Where("groups.kind = ? and not exists (select from group_members m where m.group_id = groups.id and m.user_id = ?)", GroupOpen, by.ID)
	if q, err = afterName(q, after); err != nil {
		return nil, "", err
	}
	return db.groupsByName(ctx, by, q)
}

// afterName keeps to the groups that come after a cursor, by name.
func afterName(q *gorm.DB, after string) (*gorm.DB, error) {
	if after == "" {
		return q, nil
	}
	at, err := parseCursor(after, 2)
	if err != nil {
		return nil, err
	}
	id, err := uuid.Parse(at[1])
	if err != nil {
		return nil, Invalid("cursor", "error.cursor")
	}
	return q.Where(`(lower(groups.name) collate "nb-x-icu", groups.id) > (lower(?) collate "nb-x-icu", ?)`, at[0], id), nil
}

// groupsByName is a page of groups with what by is in them, and the cursor of the page after.
func (db *DB) groupsByName(ctx context.Context, by User, q *gorm.DB) (gs []Group, next string, err error) {
	if err := q.Order(`lower(groups.name) collate "nb-x-icu", groups.id`).Limit(groupPage + 1).Find(&gs).Error; err != nil {
		return nil, "", mapped(err)
	}
	if len(gs) > groupPage {
		gs = gs[:groupPage]
		next = cursor(gs[groupPage-1].Name, gs[groupPage-1].ID.String())
	}
	return gs, next, db.fillGroups(ctx, by, pointers(gs))
}

func pointers(gs []Group) []*Group {
	out := make([]*Group, len(gs))
	for i := range gs {
		out[i] = &gs[i]
	}
	return out
}

// groupStateSQL is what somebody is in groups, how many are in them and how much of it they have not seen.
const groupStateSQL = `
		select g.id as group_id, m.user_id, m.owner, m.muted, m.joined_at, m.seen_at,
		       (select count(*) from group_members n where n.group_id = g.id) as size,
		       case when m.user_id is null then 0 else (select count(*) from (select from posts p where p.group_id = g.id and p.parent_id is null
		           and p.at > m.seen_at and p.user_id is distinct from m.user_id and p.removed_at is null limit ?) fresh) end as unread
		from groups g left join group_members m on m.group_id = g.id and m.user_id = ? where g.id in ?`

// fillGroups adds what by is in the groups, how many are in them, what by has not seen, and who else is in a talk.
func (db *DB) fillGroups(ctx context.Context, by User, gs []*Group) error {
	if len(gs) == 0 {
		return nil
	}
	ids, talks := make([]uuid.UUID, len(gs)), []uuid.UUID{}
	of := map[uuid.UUID]*Group{}
	for i, g := range gs {
		ids[i], of[g.ID] = g.ID, g
		if g.Kind == GroupTalk {
			talks = append(talks, g.ID)
		}
	}
	var rows []struct {
		GroupID          uuid.UUID
		UserID           *uuid.UUID
		Owner, Muted     bool
		JoinedAt, SeenAt time.Time
		Size, Unread     int
	}
	err := db.q(ctx).Raw(groupStateSQL, MaxUnreadPosts+1, by.ID, ids).Scan(&rows).Error
	if err != nil {
		return mapped(err)
	}
	for _, r := range rows {
		g := of[r.GroupID]
		g.Size, g.Unread = r.Size, r.Unread
		if r.UserID != nil {
			g.Member = &Member{GroupID: r.GroupID, UserID: *r.UserID, Owner: r.Owner, Muted: r.Muted, JoinedAt: r.JoinedAt, SeenAt: r.SeenAt}
		}
	}
	return db.fillTalks(ctx, by, talks, of)
}

// fillTalks adds who else is in talks.
func (db *DB) fillTalks(ctx context.Context, by User, talks []uuid.UUID, of map[uuid.UUID]*Group) error {
	if len(talks) == 0 {
		return nil
	}
	var ms []Member
	err := db.q(ctx).Joins("User").Where("group_members.group_id in ? and group_members.user_id <> ?", talks, by.ID).
		Order(`"User".name collate "nb-x-icu", group_members.user_id`).Find(&ms).Error
	for _, m := range ms {
		of[m.GroupID].With = append(of[m.GroupID].With, *m.User)
	}
	return mapped(err)
}
