package models

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

const (
	// MaxReported is the longest reason of a report and answer to it, in characters.
	MaxReported = 1000

	reportsShown = 100
	reportPage   = 30
	reportKept   = 180 * 24 * time.Hour // after it was decided
)

// PostReport is a post that somebody put before HR: what they handed over of it, and nothing of its group.
type PostReport struct {
	ID        uuid.UUID
	PostID    *uuid.UUID // nil where it is gone for good
	UserID    *uuid.UUID // who reported it
	AuthorID  *uuid.UUID
	Text      string // as it was then
	Pictures  int    // how many there were; they are not handed over
	WrittenAt time.Time
	Reason    string
	At        time.Time
	DecidedAt *time.Time
	DecidedBy *uuid.UUID
	Removed   bool // HR had it taken away
	Answer    string

	User   *User `gorm:"foreignKey:UserID"`
	Author *User `gorm:"foreignKey:AuthorID"`
}

// TableName is the table's.
func (PostReport) TableName() string { return "post_reports" }

// ReportPost puts a post that by may read before HR, as it is now and with by's reason. Told twice is told once.
func (db *DB) ReportPost(ctx context.Context, by User, id uuid.UUID, reason string) (Post, error) {
	reason = cleanText(reason)
	var bad ValidationErrors
	if reason == "" {
		bad.Add("reason", "error.required")
	}
	bad.words("reason", reason, MaxReported)
	if err := bad.Err(); err != nil {
		return Post{}, err
	}
	var p Post
	err := db.holdingPost(ctx, by, id, func(tx *DB, _ Group, held Post) error {
		p = held
		if p.By(by) {
			return ErrForbidden
		}
		text, err := tx.reportedText(ctx, p)
		if err != nil {
			return err
		}
		r := PostReport{
			ID: NewID(), PostID: &p.ID, UserID: by.ref(), AuthorID: p.UserID, Text: text, Pictures: len(p.Pictures), WrittenAt: p.At, Reason: reason, At: tx.Now(),
		}
		return mapped(tx.q(ctx).Omit(clause.Associations).Clauses(clause.OnConflict{DoNothing: true}).Create(&r).Error)
	})
	return p, err
}

// reportedText is what HR is to read of a post; of one that puts a question to the group, the question.
func (db *DB) reportedText(ctx context.Context, p Post) (string, error) {
	if p.QuestionID == nil {
		return p.Text, nil
	}
	var q Question
	err := db.q(ctx).Where("id = ?", *p.QuestionID).Take(&q).Error
	return strings.TrimSpace(q.Title + "\n\n" + q.Words), mapped(err)
}

// putBefore are the reports that by, who is of HR, may read: not those of what they wrote themselves.
func (db *DB) putBefore(ctx context.Context, by User) *gorm.DB {
	return db.q(ctx).Model(&PostReport{}).Where("author_id is distinct from ?", by.ref())
}

// Reports are what was put before HR: what waits, the oldest first, at most reportsShown of them, and the first page of what was decided.
func (db *DB) Reports(ctx context.Context, by User) (open, decided []PostReport, next string, err error) {
	if !by.Is(RoleHR) {
		return nil, nil, "", ErrForbidden
	}
	err = db.putBefore(ctx, by).Preload("User").Preload("Author").Where("decided_at is null").Order("at, id").Limit(reportsShown).Find(&open).Error
	if err != nil {
		return nil, nil, "", mapped(err)
	}
	decided, next, err = db.DecidedReports(ctx, by, "")
	return open, decided, next, err
}

// DecidedReports are a page of what was put before HR and decided, the newest first; next is the cursor of the page after, empty on the last.
func (db *DB) DecidedReports(ctx context.Context, by User, after string) (decided []PostReport, next string, err error) {
	if !by.Is(RoleHR) {
		return nil, "", ErrForbidden
	}
	q, err := older(db.putBefore(ctx, by).Preload("User").Preload("Author").Where("decided_at is not null"), "decided_at", "id", after)
	if err != nil {
		return nil, "", err
	}
	if err := q.Order("decided_at desc, id desc").Limit(reportPage + 1).Find(&decided).Error; err != nil {
		return nil, "", mapped(err)
	}
	if len(decided) > reportPage {
		decided = decided[:reportPage]
		next = timeCursor(*decided[reportPage-1].DecidedAt, decided[reportPage-1].ID)
	}
	return decided, next, nil
}

// ownReports are what by put before HR.
func (db *DB) ownReports(ctx context.Context, by User) *gorm.DB {
	return db.q(ctx).Model(&PostReport{}).Where("user_id = ?", by.ID)
}

// OwnReport is what by put before HR, with its answer, whatever became of the post; ErrNotFound for what others did.
func (db *DB) OwnReport(ctx context.Context, by User, id uuid.UUID) (PostReport, error) {
	var r PostReport
	err := db.ownReports(ctx, by).Where("id = ?", id).Take(&r).Error
	return r, mapped(err)
}

// OpenReports is how many reports wait for by, who is of HR.
func (db *DB) OpenReports(ctx context.Context, by User) (int, error) {
	var n int64
	err := db.putBefore(ctx, by).Where("decided_at is null").Count(&n).Error
	return int(n), mapped(err)
}

// DecideReport answers who reported a post, who is told, and has it taken away where that is decided.
func (db *DB) DecideReport(ctx context.Context, by User, id uuid.UUID, remove bool, answer string) error {
	if !by.Is(RoleHR) {
		return ErrForbidden
	}
	answer = cleanText(answer)
	var bad ValidationErrors
	if answer == "" {
		bad.Add("answer", "error.required")
	}
	bad.words("answer", answer, MaxReported)
	if err := bad.Err(); err != nil {
		return err
	}
	return db.Tx(ctx, func(tx *DB) error {
		var r PostReport
		if err := tx.putBefore(ctx, by).Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).Take(&r).Error; err != nil {
			return mapped(err)
		}
		if r.DecidedAt != nil {
			return &ConflictError{Key: "report.error.decided"}
		}
		if remove && r.PostID != nil {
			if err := tx.takeQuestionAway(ctx, *r.PostID); err != nil {
				return err
			}
			if err := tx.takeAway(ctx, RemovedByHR, "id = ?", *r.PostID); err != nil {
				return err
			}
		}
		if err := changed(tx.q(ctx).Model(&PostReport{}).Where("id = ?", id).Updates(map[string]any{
			"decided_at": tx.Now(), "decided_by": by.ref(), "removed": remove, "answer": answer,
		})); err != nil {
			return err
		}
		if r.UserID != nil {
			if err := tx.Notify(ctx, Notice{UserID: *r.UserID, Kind: NoticeReportAnswered, About: id}); err != nil {
				return err
			}
		}
		return tx.Audit(As(ctx, by), Deed{DidChange, OfPostReport, id, Facts{"removed": remove}})
	})
}
