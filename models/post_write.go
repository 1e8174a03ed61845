package models

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// NewPost is what somebody writes in a group.
type NewPost struct {
	ID         uuid.UUID  // where the same may be sent twice over a bad line; zero is a new one
	ParentID   *uuid.UUID // the post that it is a comment on
	Text       string
	Pictures   []PostPicture // stored already, see PictureKey
	PictureAlt string
	JobID      *uuid.UUID
	ClipID     *uuid.UUID
}

// MaxPictureAlt is the longest description of pictures, in characters.
const MaxPictureAlt = 300

// Check refuses what cannot be posted.
func (in *NewPost) Check() error {
	in.Text, in.PictureAlt = cleanText(in.Text), tidy(in.PictureAlt)
	var bad ValidationErrors
	if in.Text == "" && len(in.Pictures) == 0 && in.JobID == nil && in.ClipID == nil {
		bad.Add("text", "post.error.empty")
	}
	if len(in.Pictures) > MaxPictures {
		bad.Add("pictures", "post.error.pictures", "Max", MaxPictures)
	}
	bad.words("text", in.Text, MaxPost)
	bad.words("picture_alt", in.PictureAlt, MaxPictureAlt)
	return bad.Err()
}

// cleanText is what somebody wrote into a larger field.
func cleanText(text string) string { return strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")) }

// Post writes a post, or a comment, in a group that by may read, and tells those who want to know. What was sent already is found again.
func (db *DB) Post(ctx context.Context, by User, groupID uuid.UUID, in NewPost) (Post, error) {
	if err := in.Check(); err != nil {
		return Post{}, err
	}
	p := Post{
		ID: in.ID, GroupID: groupID, ParentID: in.ParentID, UserID: by.ref(), Text: in.Text, PictureAlt: in.PictureAlt,
		JobID: in.JobID, ClipID: in.ClipID,
	}
	if p.ID == uuid.Nil {
		p.ID = NewID()
	}
	err := db.Tx(ctx, func(tx *DB) error {
		g, err := tx.Group(ctx, by, groupID)
		if err != nil {
			return err
		}
		if err := tx.fits(ctx, by, p); err != nil {
			return err
		}
		p.At = tx.Now()
		res := tx.q(ctx).Omit(clause.Associations).Clauses(clause.OnConflict{DoNothing: true}).Create(&p)
		if res.Error != nil {
			return mapped(res.Error)
		}
		if res.RowsAffected == 0 {
			return tx.sentBefore(ctx, by, &p, in.Pictures)
		}
		if err := tx.keepPictures(ctx, p.ID, in.Pictures); err != nil {
			return err
		}
		if p.ParentID == nil {
			if err := tx.DropDraft(ctx, by, groupID); err != nil {
				return err
			}
		}
		return tx.tellPost(ctx, by, g, p)
	})
	return p, err
}

// sentBefore is the post of that id, where by wrote it there; the pictures that came once more are not needed.
func (db *DB) sentBefore(ctx context.Context, by User, p *Post, again []PostPicture) error {
	group := p.GroupID
	if err := db.q(ctx).Where("id = ?", p.ID).Take(p).Error; err != nil {
		return mapped(err)
	}
	if !p.By(by) || p.GroupID != group {
		return ErrConflict
	}
	keys := make([]string, len(again))
	for i, picture := range again {
		keys[i] = picture.Key
	}
	return db.dropPictures(ctx, keys)
}

// fits refuses a comment on what is no post of that group or was removed, a job or a clip that by may not see, and a question that was not
// put to the group.
func (db *DB) fits(ctx context.Context, by User, p Post) error {
	if p.ParentID != nil {
		var n int64
		err := db.q(ctx).Model(&Post{}).Where("id = ? and group_id = ? and parent_id is null and removed_at is null", *p.ParentID, p.GroupID).Count(&n).Error
		if err != nil || n == 0 {
			return mapped(orNotFound(err))
		}
	}
	if p.JobID != nil {
		if _, err := db.SeenJob(ctx, by, *p.JobID); err != nil {
			return Invalid("attach", "post.error.attach")
		}
	}
	if p.ClipID != nil {
		if _, err := db.SeenClip(ctx, by, *p.ClipID); err != nil {
			return Invalid("attach", "post.error.attach")
		}
	}
	return nil
}

func orNotFound(err error) error {
	if err == nil {
		return ErrNotFound
	}
	return err
}

// Edit is a new text in an earlier one's place.
type Edit struct {
	Text string
	Was  string // the Version that it was written from; empty: whichever stands
}

// check refuses what was written from another version than the one that stands: what somebody else, or the same person elsewhere, wrote
// meanwhile is not lost.
func (e Edit) check(stands string) error {
	if e.Was != "" && e.Was != stands {
		return ValidationErrors{Invalid("text", "edit.error.changed")}
	}
	return nil
}

// version tells a text from what it was before: by when it was changed last.
func version(at *time.Time) string {
	if at == nil {
		return "0"
	}
	return strconv.FormatInt(at.UnixMicro(), 10)
}

// EditPost changes what the author wrote; that they did stays to be seen. Whom it names now and did not before is told.
func (db *DB) EditPost(ctx context.Context, by User, id uuid.UUID, in Edit) (Post, error) {
	text := cleanText(in.Text)
	var bad ValidationErrors
	bad.words("text", text, MaxPost)
	if err := bad.Err(); err != nil {
		return Post{}, err
	}
	var p Post
	err := db.holdingPost(ctx, by, id, func(tx *DB, g Group, held Post) error {
		p = held
		switch {
		case !p.By(by):
			return ErrForbidden
		case text == "" && len(p.Pictures) == 0 && p.JobID == nil && p.ClipID == nil && p.QuestionID == nil:
			return Invalid("text", "post.error.empty")
		case text == p.Text:
			return nil
		}
		if err := in.check(p.Version()); err != nil {
			return err
		}
		now := tx.Now()
		p.Text, p.EditedAt = text, &now
		if err := changed(tx.q(ctx).Model(&Post{}).Where("id = ?", id).Updates(map[string]any{"text": text, "edited_at": now})); err != nil {
			return err
		}
		_, err := tx.tellNamed(ctx, by, g, p)
		return err
	})
	return p, err
}

// RemovePost takes away a post or a comment: its author may, and the owners of its group. That there was one stays to be seen.
func (db *DB) RemovePost(ctx context.Context, by User, id uuid.UUID) (Post, error) {
	var p Post
	err := db.holdingPost(ctx, by, id, func(tx *DB, g Group, held Post) error {
		p = held
		switch {
		case p.By(by):
			return tx.takeAway(ctx, RemovedByAuthor, "id = ?", id)
		case g.Owned():
			return tx.takeAway(ctx, RemovedByOwner, "id = ?", id)
		}
		return ErrForbidden
	})
	return p, err
}

// takeAway empties the posts that a condition picks, and has their pictures removed.
func (db *DB) takeAway(ctx context.Context, how, which string, args ...any) error {
	var ids []uuid.UUID
	if err := db.q(ctx).Model(&Post{}).Where(which+" and removed_at is null", args...).Pluck("id", &ids).Error; err != nil || len(ids) == 0 {
		return mapped(err)
	}
	keys, err := db.pictureKeys(ctx, "post_id in ?", ids)
	if err != nil {
		return err
	}
	for _, gone := range []any{&PostPicture{}, &Reaction{}} {
		if err := db.q(ctx).Where("post_id in ?", ids).Delete(gone).Error; err != nil {
			return mapped(err)
		}
	}
	err = changed(db.q(ctx).Model(&Post{}).Where("id in ?", ids).Updates(map[string]any{
		"text": "", "picture_alt": "", "job_id": nil, "clip_id": nil, "question_id": nil, "pinned_at": nil, "edited_at": nil, "removed_at": db.Now(), "removed_how": how,
	}))
	if err != nil {
		return err
	}
	for _, kind := range postNotices {
		if err := db.ForgetNotices(ctx, kind, ids...); err != nil {
			return err
		}
	}
	return db.dropPictures(ctx, keys)
}

// withdrawPosts takes away all that somebody wrote and said of others' posts, in groups, in remarks and in reports; what HR keeps of a post
// of theirs that was reported goes as well. What they put before HR and nobody has decided waits on, without their words.
func (db *DB) withdrawPosts(ctx context.Context, userID uuid.UUID) error {
	for _, sql := range []string{
		`update remarks set text = '', removed_at = @now, removed_by = @id where user_id = @id and removed_at is null`,
		`delete from post_reports where user_id = @id and decided_at is not null`,
		`update post_reports set user_id = null, reason = '' where user_id = @id`,
		`update post_reports set text = '', pictures = 0, author_id = null where author_id = @id`,
	} {
		if err := db.q(ctx).Exec(sql, map[string]any{"id": userID, "now": db.Now()}).Error; err != nil {
			return mapped(err)
		}
	}
	if err := db.takeAway(ctx, RemovedByLeft, "user_id = ?", userID); err != nil {
		return err
	}
	if err := db.q(ctx).Model(&Post{}).Where("user_id = ?", userID).Update("user_id", nil).Error; err != nil {
		return mapped(err)
	}
	return mapped(db.q(ctx).Where("user_id = ?", userID).Delete(&Reaction{}).Error)
}

// PinPost keeps a post on top of its group, or does not any more; the group's owners say which, and in a talk everybody.
func (db *DB) PinPost(ctx context.Context, by User, id uuid.UUID, pinned bool) (Post, error) {
	var p Post
	err := db.holdingPost(ctx, by, id, func(tx *DB, g Group, held Post) error {
		p = held
		if !g.Owned() && (g.Kind != GroupTalk || g.Member == nil) {
			return ErrForbidden
		}
		if p.ParentID != nil {
			return ErrNotFound
		}
		var at any
		if pinned {
			at = tx.Now()
			var n int64
			if err := tx.q(ctx).Model(&Post{}).Where("group_id = ? and pinned_at is not null and id <> ?", p.GroupID, id).Count(&n).Error; err != nil {
				return mapped(err)
			}
			if n >= maxPinned {
				return &ConflictError{Key: "post.error.pinned"}
			}
		}
		return changed(tx.q(ctx).Model(&Post{}).Where("id = ?", id).Update("pinned_at", at))
	})
	return p, err
}

// Reaction is what somebody said of a post with one tap.
type Reaction struct {
	PostID uuid.UUID `gorm:"primaryKey"`
	UserID uuid.UUID `gorm:"primaryKey"`
	Kind   string    `gorm:"primaryKey"`
	At     time.Time
}

// React says something of a post with one tap, or takes it back.
func (db *DB) React(ctx context.Context, by User, id uuid.UUID, kind string, said bool) (Post, error) {
	if !Reactions.Has(kind) {
		return Post{}, Invalid("kind", "error.choose")
	}
	var p Post
	err := db.holdingPost(ctx, by, id, func(tx *DB, _ Group, held Post) error {
		p = held
		if !said {
			return mapped(tx.q(ctx).Where("post_id = ? and user_id = ? and kind = ?", id, by.ID, kind).Delete(&Reaction{}).Error)
		}
		r := Reaction{PostID: id, UserID: by.ID, Kind: kind, At: tx.Now()}
		return mapped(tx.q(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&r).Error)
	})
	return p, err
}

// holdingPost runs fn for a post that by may read and that was not removed, holding it.
func (db *DB) holdingPost(ctx context.Context, by User, id uuid.UUID, fn func(tx *DB, g Group, p Post) error) error {
	return db.Tx(ctx, func(tx *DB) error {
		var p Post
		err := tx.readablePosts(ctx, by).Clauses(clause.Locking{Strength: "UPDATE", Table: clause.Table{Name: "posts"}}).Preload("Pictures").
			Where("posts.id = ? and posts.removed_at is null", id).Take(&p).Error
		if err != nil {
			return mapped(err)
		}
		g, err := tx.Group(ctx, by, p.GroupID)
		if err != nil {
			return err
		}
		return fn(tx, g, p)
	})
}
