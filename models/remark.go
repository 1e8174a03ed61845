package models

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

const (
	// MaxRemark is how much may be said at once about a clip or a suggestion, in characters.
	MaxRemark = 1000

	remarkPage = 100
)

// Remark is what a colleague says, inside the house, about a clip, a suggestion or a suggested wording. Only its author changes it; HR may
// take it away. That it was there stays to be seen.
type Remark struct {
	ID           uuid.UUID
	UserID       uuid.UUID
	ClipID       *uuid.UUID
	SuggestionID *uuid.UUID
	WordingID    *uuid.UUID
	Text         string // empty where it was taken away
	At           time.Time
	EditedAt     *time.Time
	RemovedAt    *time.Time
	RemovedBy    *uuid.UUID

	User *User `gorm:"foreignKey:UserID"`
}

// By tells whether somebody said it, and may change it.
func (r Remark) By(u User) bool { return r.RemovedAt == nil && r.UserID == u.ID }

// Version tells the remark from what it was before it was changed.
func (r Remark) Version() string { return version(r.EditedAt) }

// ByHouse tells whether it was HR who took it away.
func (r Remark) ByHouse() bool { return r.RemovedBy != nil && *r.RemovedBy != r.UserID }

// RemarkOn is what a remark is about: one of the three.
type RemarkOn struct{ ClipID, SuggestionID, WordingID *uuid.UUID }

// seenRemarks are what by may read: about clips of jobs that everybody sees, HR about all clips, about suggestions, and about wordings that
// they see.
func (db *DB) seenRemarks(ctx context.Context, by User) *gorm.DB {
	return db.q(ctx).Model(&Remark{}).Where(db.q(ctx).Where(`remarks.suggestion_id is not null or exists (
			select from clips c join jobs j on j.id = c.job_id where c.id = remarks.clip_id and (@hr or c.status = 'published' and j.status <> 'draft'))`, asking(by)).
		Or("remarks.wording_id in (?)", db.seenWordings(ctx, by).Select("wordings.id")))
}

// Remarks are a page of what was said about a thing that by may see, in the order it was said; next is the cursor of the page after, empty on
// the last.
func (db *DB) Remarks(ctx context.Context, by User, on RemarkOn, after string) (rs []Remark, next string, err error) {
	q := on.narrow(db.seenRemarks(ctx, by)).Preload("User")
	if after != "" {
		at, id, err := parseTimeCursor(after)
		if err != nil {
			return nil, "", err
		}
		q = q.Where("(remarks.at, remarks.id) > (?, ?)", at, id)
	}
	if err := q.Order("remarks.at, remarks.id").Limit(remarkPage + 1).Find(&rs).Error; err != nil {
		return nil, "", mapped(err)
	}
	if len(rs) > remarkPage {
		rs = rs[:remarkPage]
		next = timeCursor(rs[remarkPage-1].At, rs[remarkPage-1].ID)
	}
	return rs, next, nil
}

// RemarkPage is the cursor of the page that a remark stands on for by, see Remarks; empty for the first.
func (db *DB) RemarkPage(ctx context.Context, by User, r Remark) (string, error) {
	on := RemarkOn{ClipID: r.ClipID, SuggestionID: r.SuggestionID, WordingID: r.WordingID}
	list := func() *gorm.DB { return on.narrow(db.seenRemarks(ctx, by)) }
	return pageOf(list, "remarks.at", "remarks.id", r.At, r.ID, remarkPage)
}

// column is where a table says what it is about, and the id of that; an index answers what is asked by it.
func (on RemarkOn) column() (name string, id *uuid.UUID) {
	switch {
	case on.ClipID != nil:
		return "clip_id", on.ClipID
	case on.SuggestionID != nil:
		return "suggestion_id", on.SuggestionID
	}
	return "wording_id", on.WordingID
}

func (on RemarkOn) narrow(q *gorm.DB) *gorm.DB {
	column, id := on.column()
	return q.Where(column+" = ?", id)
}

// Remark is one that by may read; ErrNotFound for every other.
func (db *DB) Remark(ctx context.Context, by User, id uuid.UUID) (Remark, error) {
	var r Remark
	err := db.seenRemarks(ctx, by).Preload("User").Where("remarks.id = ?", id).Take(&r).Error
	return r, mapped(err)
}

// AddRemark says something about a thing that by may see. Who made the clip, or the suggestion, is told.
func (db *DB) AddRemark(ctx context.Context, by User, on RemarkOn, text string) (r Remark, err error) {
	if text, err = checkRemark(text); err != nil {
		return r, err
	}
	if err := db.mayRemark(ctx, by, on); err != nil {
		return r, err
	}
	r = Remark{ID: NewID(), UserID: by.ID, ClipID: on.ClipID, SuggestionID: on.SuggestionID, WordingID: on.WordingID, Text: text, At: db.Now()}
	return r, db.Tx(ctx, func(tx *DB) error {
		if err := tx.q(ctx).Omit(clause.Associations).Create(&r).Error; err != nil {
			return fmt.Errorf("say: %w", mapped(err))
		}
		authors, err := tx.remarkedOn(ctx, on)
		if err != nil {
			return err
		}
		return tx.tellOf(ctx, authors, Notice{Kind: NoticeRemark, About: r.ID, ActorID: &by.ID})
	})
}

// mayRemark is ErrNotFound for what by does not see: nothing is said about it.
func (db *DB) mayRemark(ctx context.Context, by User, on RemarkOn) error {
	var err error
	switch {
	case on.SuggestionID != nil:
		_, err = db.Suggestion(ctx, *on.SuggestionID)
	case on.WordingID != nil:
		_, err = db.Wording(ctx, by, *on.WordingID)
	case on.ClipID != nil:
		var n int64
		err = mapped(db.q(ctx).Model(&Clip{}).Joins("join jobs j on j.id = clips.job_id").
			Where("clips.id = @clip and (@hr or clips.status = 'published' and j.status <> 'draft')", map[string]any{"clip": *on.ClipID, "hr": by.Is(RoleHR)}).Count(&n).Error)
		if err == nil && n == 0 {
			err = ErrNotFound
		}
	default:
		err = ErrNotFound
	}
	return err
}

// remarkedOn are the colleagues whose thing it is: whoever sent the clip in, or made the suggestion.
func (db *DB) remarkedOn(ctx context.Context, on RemarkOn) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	err := db.q(ctx).Raw(`select user_id from clip_proposals where clip_id = @clip union select user_id from suggestions where id = @suggestion
		union select user_id from wordings where id = @wording`,
		map[string]any{"clip": on.ClipID, "suggestion": on.SuggestionID, "wording": on.WordingID}).Scan(&ids).Error
	return ids, mapped(err)
}

func checkRemark(text string) (string, error) {
	text = cleanText(text)
	var bad ValidationErrors
	if text == "" {
		bad.Add("text", "remark.error.empty")
	}
	bad.words("text", text, MaxRemark)
	return text, bad.Err()
}

// EditRemark changes what the author said.
func (db *DB) EditRemark(ctx context.Context, by User, id uuid.UUID, in Edit) (r Remark, err error) {
	text, err := checkRemark(in.Text)
	if err != nil {
		return r, err
	}
	err = db.Tx(ctx, func(tx *DB) error {
		if r, err = tx.Remark(ctx, by, id); err != nil {
			return err
		}
		if !r.By(by) {
			return ErrForbidden
		}
		var held Remark
		if err := tx.q(ctx).Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Where("id = ? and removed_at is null", id).Take(&held).Error; err != nil {
			return mapped(err)
		}
		if text == held.Text {
			return nil
		}
		if err := in.check(held.Version()); err != nil {
			return err
		}
		return changed(tx.q(ctx).Model(&Remark{}).Where("id = ?", id).Updates(map[string]any{"text": text, "edited_at": tx.Now()}))
	})
	return r, err
}

// RemoveRemark takes away what was said: the author their own, HR anybody's.
func (db *DB) RemoveRemark(ctx context.Context, by User, id uuid.UUID) (r Remark, err error) {
	err = db.Tx(ctx, func(tx *DB) error {
		if r, err = tx.Remark(ctx, by, id); err != nil {
			return err
		}
		if !r.By(by) && !by.Is(RoleHR) {
			return ErrForbidden
		}
		if r.RemovedAt != nil {
			return nil
		}
		if err := changed(tx.q(ctx).Model(&Remark{}).Where("id = ? and removed_at is null", id).
			Updates(map[string]any{"text": "", "removed_at": tx.Now(), "removed_by": by.ID})); err != nil {
			return err
		}
		if r.UserID == by.ID {
			return nil
		}
		return tx.Audit(As(ctx, by), Deed{DidErase, OfRemark, id, nil})
	})
	return r, err
}

// CountShares is how many links to a job colleagues have asked for.
func (db *DB) CountShares(ctx context.Context, job uuid.UUID) (int, error) {
	var n int64
	err := db.q(ctx).Model(&Link{}).Where("job_id = ? and not unasked", job).Count(&n).Error
	return int(n), mapped(err)
}
