package models

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// Reactions are what can be said of a post with one tap.
var Reactions = Words{"thanks", "agree", "idea", "cheer"}

// How a post was removed.
const (
	RemovedByAuthor = "author"
	RemovedByOwner  = "owner" // of the group
	RemovedByHR     = "hr"    // to whom it was reported
	RemovedByLeft   = "left"  // its author does not work here any more and wanted it to go
)

const (
	// MaxPost is the longest post or comment, in characters.
	MaxPost = 5000

	postPage    = 20
	commentPage = 200
	maxPinned   = 5
)

// Post is what somebody wrote in a group, or a comment under it.
type Post struct {
	ID         uuid.UUID
	GroupID    uuid.UUID
	ParentID   *uuid.UUID // of a comment
	UserID     *uuid.UUID
	Text       string // empty where it was removed
	PictureAlt string // the pictures in words
	JobID      *uuid.UUID
	ClipID     *uuid.UUID
	QuestionID *uuid.UUID
	At         time.Time
	EditedAt   *time.Time
	PinnedAt   *time.Time
	RemovedAt  *time.Time
	RemovedHow string

	User     *User         `gorm:"foreignKey:UserID"`
	Group    *Group        `gorm:"foreignKey:GroupID"`
	Job      *Job          `gorm:"foreignKey:JobID"`  // only where it is open
	Clip     *Clip         `gorm:"foreignKey:ClipID"` // only where it is published, for a job that is open
	Question *Question     `gorm:"foreignKey:QuestionID"`
	Pictures []PostPicture `gorm:"foreignKey:PostID"`

	Comments int                `gorm:"-"`
	Reacted  map[string]Reacted `gorm:"-"`
	Reported *PostReport        `gorm:"-"` // by whoever asks
}

// Reacted is how often one thing was said of a post, and whether whoever asks said it.
type Reacted struct {
	Count int
	Mine  bool
}

// By tells whether somebody wrote it.
func (p Post) By(u User) bool { return p.UserID != nil && *p.UserID == u.ID }

// Version tells the post from what it was before it was changed.
func (p Post) Version() string { return version(p.EditedAt) }

// Author is who wrote it, nil where they do not work here any more.
func (p Post) Author() *User {
	if p.User == nil || !p.User.Active() {
		return nil
	}
	return p.User
}

// Top is the post that it stands under, or itself.
func (p Post) Top() uuid.UUID {
	if p.ParentID != nil {
		return *p.ParentID
	}
	return p.ID
}

// readablePosts are the posts in groups that somebody may read.
func (db *DB) readablePosts(ctx context.Context, by User) *gorm.DB {
	return readableGroup(db.q(ctx).Model(&Post{}).Joins("join groups on groups.id = posts.group_id"), by)
}

// Posts are the posts of a group that by may read, the newest first, without their comments; next is the cursor of the page after, empty
// on the last.
func (db *DB) Posts(ctx context.Context, by User, groupID uuid.UUID, after string) (ps []Post, next string, err error) {
	q, err := older(db.newest(ctx, by, groupID), "posts.at", "posts.id", after)
	if err != nil {
		return nil, "", err
	}
	if err := q.Find(&ps).Error; err != nil {
		return nil, "", mapped(err)
	}
	if len(ps) > postPage {
		ps = ps[:postPage]
		next = timeCursor(ps[postPage-1].At, ps[postPage-1].ID)
	}
	return ps, next, db.fillPosts(ctx, by, ps)
}

func (db *DB) newest(ctx context.Context, by User, groupID uuid.UUID) *gorm.DB {
	return db.shown(db.readablePosts(ctx, by)).Where("posts.group_id = ? and posts.parent_id is null", groupID).
		Order("posts.at desc, posts.id desc").Limit(postPage + 1)
}

// Pinned are the posts that a group's owners keep on top, the last pinned first.
func (db *DB) Pinned(ctx context.Context, by User, groupID uuid.UUID) ([]Post, error) {
	var ps []Post
	err := db.shown(db.readablePosts(ctx, by).Where("posts.group_id = ? and posts.pinned_at is not null and posts.removed_at is null", groupID)).
		Order("posts.pinned_at desc, posts.id").Limit(maxPinned).Find(&ps).Error
	if err != nil {
		return nil, mapped(err)
	}
	return ps, db.fillPosts(ctx, by, ps)
}

// SeenPost is a post or comment in a group that by may read; ErrNotFound for any other.
func (db *DB) SeenPost(ctx context.Context, by User, id uuid.UUID) (Post, error) {
	ps := make([]Post, 1)
	if err := db.shown(db.readablePosts(ctx, by)).Where("posts.id = ?", id).Take(&ps[0]).Error; err != nil {
		return ps[0], mapped(err)
	}
	err := db.fillPosts(ctx, by, ps)
	return ps[0], err
}

// Comments are the comments under a post in a group that by may read, the first first; next is the cursor of the page after, empty on the
// last.
func (db *DB) Comments(ctx context.Context, by User, postID uuid.UUID, after string) (ps []Post, next string, err error) {
	q := db.shown(db.readablePosts(ctx, by)).Where("posts.parent_id = ?", postID)
	if after != "" {
		at, id, err := parseTimeCursor(after)
		if err != nil {
			return nil, "", err
		}
		q = q.Where("(posts.at, posts.id) > (?, ?)", at, id)
	}
	if err := q.Order("posts.at, posts.id").Limit(commentPage + 1).Find(&ps).Error; err != nil {
		return nil, "", mapped(err)
	}
	if len(ps) > commentPage {
		ps = ps[:commentPage]
		next = timeCursor(ps[commentPage-1].At, ps[commentPage-1].ID)
	}
	return ps, next, db.fillPosts(ctx, by, ps)
}

// shown adds what a post is shown with. A job or a clip is there for as long as colleagues can share it.
func (db *DB) shown(q *gorm.DB) *gorm.DB {
	return q.Preload("User").Preload("Group").Preload("Question").Preload("Pictures", func(q *gorm.DB) *gorm.DB { return q.Order("position") }).
		Preload("Job", db.open).Preload("Job.Clips", publishedClips).Preload("Job.Clips.Files").
		Preload("Clip", func(q *gorm.DB) *gorm.DB {
			return q.Where("clips.status = ? and clips.job_id in (?)", ClipPublished, db.open(q.Session(&gorm.Session{NewDB: true}).Model(&Job{}).Select("jobs.id")))
		}).Preload("Clip.Files")
}

// fillPosts adds what was said about posts.
func (db *DB) fillPosts(ctx context.Context, by User, ps []Post) error {
	if len(ps) == 0 {
		return nil
	}
	ids, of := make([]uuid.UUID, len(ps)), map[uuid.UUID]*Post{}
	for i := range ps {
		ids[i], of[ps[i].ID] = ps[i].ID, &ps[i]
		ps[i].Reacted = map[string]Reacted{}
	}
	var counted []struct {
		ID   uuid.UUID
		Kind string
		N    int
		Mine bool
	}
	err := db.q(ctx).Raw(`
		select parent_id as id, '' as kind, count(*) as n, false as mine from posts where parent_id in ? and removed_at is null group by parent_id
		union all
		select post_id, kind, count(*), bool_or(user_id = ?) from reactions where post_id in ? group by post_id, kind`, ids, by.ID, ids).Scan(&counted).Error
	if err != nil {
		return mapped(err)
	}
	for _, c := range counted {
		if c.Kind == "" {
			of[c.ID].Comments = c.N
		} else {
			of[c.ID].Reacted[c.Kind] = Reacted{c.N, c.Mine}
		}
	}
	var reports []PostReport
	if err := db.q(ctx).Where("post_id in ? and user_id = ?", ids, by.ID).Find(&reports).Error; err != nil {
		return mapped(err)
	}
	for i := range reports {
		of[*reports[i].PostID].Reported = &reports[i]
	}
	return nil
}

const (
	pageNames  = 100 // who may be named, on a page at once
	foundNames = 6   // who are offered for the beginning of a name
)

// Nameable are those who are offered to be named in a group that by may read: who is in it. In an open group everybody in the house may
// be named as well. more tells that they are too many for a page: see NameableAs.
func (db *DB) Nameable(ctx context.Context, by User, group uuid.UUID) (names []string, more bool, err error) {
	if err := db.nameable(ctx, by, group, "").Limit(pageNames + 1).Scan(&names).Error; err != nil {
		return nil, false, mapped(err)
	}
	more = len(names) > pageNames
	return names[:min(len(names), pageNames)], more, nil
}

// NameableAs are the first few of those of whom a name begins so.
func (db *DB) NameableAs(ctx context.Context, by User, group uuid.UUID, begun string) (names []string, err error) {
	err = db.nameable(ctx, by, group, begun).Limit(foundNames).Scan(&names).Error
	return names, mapped(err)
}

func (db *DB) nameable(ctx context.Context, by User, group uuid.UUID, begun string) *gorm.DB {
	in := db.q(ctx).Table("group_members m").Select("distinct u.name").Joins("join users u on u.id = m.user_id").
		Where("m.group_id in (?) and u.id <> ?", readableGroup(db.q(ctx).Model(&Group{}).Select("groups.id").Where("groups.id = ?", group), by), by.ID)
	if begun != "" {
		part := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(begun) + "%"
		in = in.Where(`(u.name collate "nb-x-icu" ilike ? or u.name collate "nb-x-icu" ilike ?)`, part, "% "+part)
	}
	return db.q(ctx).Table("(?) n", in).Select("name").Order(`name collate "nb-x-icu"`)
}

// named are the people who may read the group and whom a text names.
func (db *DB) namedIn(ctx context.Context, g Group, text string) ([]User, error) {
	if !LooksLikeMention(text) {
		return nil, nil
	}
	q := db.q(ctx).Where(`deactivated_at is null and (position('@' || lower(name collate "nb-x-icu") in lower(? collate "nb-x-icu")) > 0
		or email_key <> '' and position('@' || email_key in lower(?)) > 0)`, text, text)
	if g.Kind != GroupOpen {
		q = q.Where("id in (select user_id from group_members where group_id = ?)", g.ID)
	}
	var people []User
	if err := q.Find(&people).Error; err != nil {
		return nil, mapped(err)
	}
	return named(text, people), nil
}
