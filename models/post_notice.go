package models

import (
	"context"

	"github.com/google/uuid"
)

// tellPost tells those who want to know of what was written in a group: who is named, and else who is in it, or of a comment who wrote the
// post or under it before. Who has muted the group is told of nothing in it.
func (db *DB) tellPost(ctx context.Context, by User, g Group, p Post) error {
	named, err := db.tellNamed(ctx, by, g, p)
	if err != nil {
		return err
	}
	kind, people := NoticePost, []uuid.UUID{}
	switch {
	case p.ParentID != nil:
		kind = NoticeComment
		if people, err = db.listeners(ctx, g, *p.ParentID); err != nil {
			return err
		}
	default:
		if err := db.q(ctx).Model(&Member{}).Where("group_id = ? and not muted", g.ID).Pluck("user_id", &people).Error; err != nil {
			return mapped(err)
		}
	}
	if g.Kind == GroupTalk {
		kind = NoticeMessage
	}
	if g.Kind == GroupOpen && p.ParentID == nil {
		if err := db.Announce(ctx, EventPost, p.ID, &g.ID); err != nil {
			return err
		}
	}
	var ns []Notice
	for _, id := range people {
		if !named[id] {
			ns = append(ns, p.notice(by, id, kind))
		}
	}
	return db.Notify(ctx, ns...)
}

// tellNamed tells those whom a post names, and gives who they are. In a talk everybody is told anyway.
func (db *DB) tellNamed(ctx context.Context, by User, g Group, p Post) (map[uuid.UUID]bool, error) {
	if g.Kind == GroupTalk {
		return nil, nil
	}
	people, err := db.namedIn(ctx, g, p.Text)
	if err != nil || len(people) == 0 {
		return nil, err
	}
	ids := make([]uuid.UUID, len(people))
	for i, u := range people {
		ids[i] = u.ID
	}
	var muted []uuid.UUID
	if err := db.q(ctx).Model(&Member{}).Where("group_id = ? and muted and user_id in ?", g.ID, ids).Pluck("user_id", &muted).Error; err != nil {
		return nil, mapped(err)
	}
	quiet, told, ns := map[uuid.UUID]bool{}, map[uuid.UUID]bool{}, []Notice{}
	for _, id := range muted {
		quiet[id] = true
	}
	for _, id := range ids {
		if !quiet[id] {
			told[id] = true
			ns = append(ns, p.notice(by, id, NoticeMentionPost))
		}
	}
	return told, db.Notify(ctx, ns...)
}

func (p Post) notice(by User, to uuid.UUID, kind string) Notice {
	return Notice{UserID: to, Kind: kind, About: p.ID, ActorID: by.ref(), GroupID: &p.GroupID, JobID: p.JobID}
}

// listeners are who wrote a post or a comment under it, may read it still and has not muted its group.
func (db *DB) listeners(ctx context.Context, g Group, postID uuid.UUID) ([]uuid.UUID, error) {
	var people []uuid.UUID
	err := db.q(ctx).Raw(`
		select distinct p.user_id from posts p left join group_members m on m.group_id = p.group_id and m.user_id = p.user_id
		where (p.id = ? or p.parent_id = ?) and p.removed_at is null and p.user_id is not null and not coalesce(m.muted, false)
		  and (? or m.user_id is not null)`, postID, postID, g.Kind == GroupOpen).Scan(&people).Error
	return people, mapped(err)
}

// tellPosts is what notices about posts say to by: in which group, and the way there. What by may not read any more is not told.
func tellPosts(ctx context.Context, db *DB, by User, ns []Notice) (map[uuid.UUID]Told, error) {
	ids := make([]uuid.UUID, len(ns))
	for i, n := range ns {
		ids[i] = n.About
	}
	var ps []Post
	if err := db.readablePosts(ctx, by).Preload("Group").Where("posts.id in ? and posts.removed_at is null", ids).Find(&ps).Error; err != nil {
		return nil, mapped(err)
	}
	told := map[uuid.UUID]Told{}
	for _, p := range ps {
		told[p.ID] = Told{Words: []any{"Group", p.Group.Name}, Path: p.Path()}
	}
	return told, nil
}

// tellGroups says into which group somebody was let, as long as they may read it.
func tellGroups(ctx context.Context, db *DB, by User, ns []Notice) (map[uuid.UUID]Told, error) {
	var gs []Group
	if err := readableGroup(db.q(ctx), by).Where("groups.id in ?", abouts(ns)).Find(&gs).Error; err != nil {
		return nil, mapped(err)
	}
	told := map[uuid.UUID]Told{}
	for _, g := range gs {
		told[g.ID] = Told{Words: []any{"Group", g.Name}, Path: "/groups/" + g.ID.String()}
	}
	return told, nil
}

// tellReports says that HR has answered, and nothing of what was reported.
func tellReports(ctx context.Context, db *DB, by User, ns []Notice) (map[uuid.UUID]Told, error) {
	var ids []uuid.UUID
	if err := db.ownReports(ctx, by).Where("id in ? and decided_at is not null", abouts(ns)).Pluck("id", &ids).Error; err != nil {
		return nil, mapped(err)
	}
	told := map[uuid.UUID]Told{}
	for _, id := range ids {
		told[id] = Told{Path: "/reported/" + id.String()}
	}
	return told, nil
}

// Path is the address of the page that shows the post.
func (p Post) Path() string {
	path := "/groups/" + p.GroupID.String() + "/posts/" + p.Top().String()
	if p.ParentID != nil {
		path += "#post-" + p.ID.String()
	}
	return path
}

// postNotices are the kinds of notices that are about posts.
var postNotices = []string{NoticePost, NoticeComment, NoticeMentionPost, NoticeMessage}

// ReadPosts notes that somebody has posts before them that they may have been told of.
func (db *DB) ReadPosts(ctx context.Context, by User, ps ...Post) error {
	if len(ps) == 0 {
		return nil
	}
	ids := make([]uuid.UUID, len(ps))
	for i, p := range ps {
		ids[i] = p.ID
	}
	return db.ReadNotices(ctx, by.ID, postNotices, ids...)
}
