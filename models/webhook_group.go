package models

import (
	"context"

	"github.com/google/uuid"
)

// EventPost is that somebody wrote a post in an open group; About is the post. Only the group's own webhooks are told of it.
const EventPost = "post"

// groupEvents are what a group's webhooks are told of.
var groupEvents = Words{EventPost}

// ownsOpenGroup refuses all but an open group that by owns. What happens in other groups, and in talks, is told nowhere else.
func (db *DB) ownsOpenGroup(ctx context.Context, by User, id uuid.UUID) error {
	g, err := db.Group(ctx, by, id)
	switch {
	case err != nil:
		return err
	case !g.Owned():
		return ErrForbidden
	case g.Kind != GroupOpen:
		return ErrNotFound
	}
	return nil
}

// GroupWebhooks are those of an open group, the oldest first; none where by does not own it.
func (db *DB) GroupWebhooks(ctx context.Context, by User, group uuid.UUID) ([]Webhook, error) {
	var ws []Webhook
	err := db.q(ctx).Where(`group_id = ? and exists (select from groups g join group_members m on m.group_id = g.id
		where g.id = webhooks.group_id and g.kind = ? and m.user_id = ? and m.owner)`, group, GroupOpen, by.ID).Order("created_at, id").Find(&ws).Error
	return ws, mapped(err)
}

// AddGroupWebhook makes one of an open group that by owns.
func (db *DB) AddGroupWebhook(ctx context.Context, by User, group uuid.UUID, in WebhookInput) (Webhook, error) {
	if err := db.ownsOpenGroup(ctx, by, group); err != nil {
		return Webhook{}, err
	}
	in.Events = groupEvents
	if err := in.check(false, groupEvents); err != nil {
		return Webhook{}, err
	}
	return db.addWebhook(ctx, by, &group, in)
}

// TryGroupWebhook sends a message that says it is one to try.
func (db *DB) TryGroupWebhook(ctx context.Context, by User, group, id uuid.UUID) error {
	if err := db.groupWebhook(ctx, by, group, id); err != nil {
		return err
	}
	return db.TryWebhook(ctx, by, id)
}

// SwitchGroupWebhook turns one off, or on again, whatever failed before.
func (db *DB) SwitchGroupWebhook(ctx context.Context, by User, group, id uuid.UUID, on bool) error {
	if err := db.groupWebhook(ctx, by, group, id); err != nil {
		return err
	}
	return db.SwitchWebhook(ctx, by, id, on)
}

// DeleteGroupWebhook forgets one, and its address.
func (db *DB) DeleteGroupWebhook(ctx context.Context, by User, group, id uuid.UUID) error {
	if err := db.groupWebhook(ctx, by, group, id); err != nil {
		return err
	}
	return db.DeleteWebhook(ctx, by, id)
}

// groupWebhook finds out that a webhook is one of a group that by owns.
func (db *DB) groupWebhook(ctx context.Context, by User, group, id uuid.UUID) error {
	if err := db.ownsOpenGroup(ctx, by, group); err != nil {
		return err
	}
	var n int64
	err := db.q(ctx).Model(&Webhook{}).Where("id = ? and group_id = ?", id, group).Count(&n).Error
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	return mapped(err)
}

// LeadsInwards tells whether a webhook may lead into networks of the house's own, where the operator allows that: HR's may, and a group's to
// where one of HR's leads already.
func (db *DB) LeadsInwards(ctx context.Context, w Webhook) (bool, error) {
	if w.GroupID == nil {
		return true, nil
	}
	var ws []Webhook
	if err := db.q(ctx).Select("address").Where("group_id is null").Find(&ws).Error; err != nil {
		return false, mapped(err)
	}
	for _, of := range ws {
		if of.Host() == w.Host() {
			return true, nil
		}
	}
	return false, nil
}

// announcePost says who wrote in which open group, and nothing of what.
func announcePost(ctx context.Context, db *DB, id uuid.UUID) (Announced, error) {
	var p Post
	err := db.q(ctx).Preload("User").Preload("Group").Where("id = ? and parent_id is null and removed_at is null", id).Take(&p).Error
	if err == nil && (p.Group == nil || p.Group.Kind != GroupOpen || p.Author() == nil) {
		err = ErrNotFound
	}
	if err != nil {
		return Announced{}, mapped(err)
	}
	return Announced{Words: []any{"Name", p.User.Name, "Group", p.Group.Name}, Path: "/groups/" + p.GroupID.String() + "/posts/" + id.String()}, nil
}
