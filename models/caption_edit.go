package models

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/asticode/go-astisub"
	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// States of captions.
const (
	CaptionDraft    = "draft" // nobody outside sees them
	CaptionApproved = "approved"
)

// Where captions come from.
const (
	CaptionUpload = "upload"
	CaptionAuto   = "auto" // a machine listened
	CaptionEdited = "edited"
)

// Approved tells whether a person has approved the captions.
func (c Caption) Approved() bool { return c.Status == CaptionApproved }

// Base names what an editor begins with, so that two people do not write over each other.
func (c Caption) Base() string {
	if c.UpdatedAt.IsZero() {
		return ""
	}
	return c.UpdatedAt.UTC().Format(time.RFC3339Nano)
}

// Cue is one caption: what is said from when to when.
type Cue struct {
	Start, End time.Duration
	Lines      []string
}

// Cues are the captions in order; what is stored was checked before.
func (c Caption) Cues() []Cue {
	subs, err := astisub.ReadFromWebVTT(strings.NewReader(c.VTT))
	if err != nil {
		return nil
	}
	cues := make([]Cue, 0, len(subs.Items))
	for _, item := range subs.Items {
		cue := Cue{Start: item.StartAt, End: item.EndAt}
		for _, line := range item.Lines {
			cue.Lines = append(cue.Lines, line.String())
		}
		cues = append(cues, cue)
	}
	return cues
}

// approvedCaptions are those that everybody may read.
func approvedCaptions(q *gorm.DB) *gorm.DB {
	return q.Where("captions.status = ?", CaptionApproved).Order("language")
}

// CaptionEdit is what somebody wrote in the editor.
type CaptionEdit struct {
	VTT     string
	Approve bool
	Base    string // of what the editor began with
}

// EditCaption stores what was written in the editor. Captions that were approved stay so, others when the person says it.
func (db *DB) EditCaption(ctx context.Context, by User, clipID uuid.UUID, lang string, in CaptionEdit) (Caption, error) {
	var bad ValidationErrors
	lang = cleanClipLanguage(lang, &bad)
	vtt, refused := parseCaptions([]byte(in.VTT))
	if refused != nil {
		refused.Field = "vtt"
		bad = append(bad, refused)
	}
	if err := bad.Err(); err != nil {
		return Caption{}, err
	}
	var c Caption
	err := db.Tx(ctx, func(tx *DB) error {
		if _, err := tx.lockThereClip(ctx, clipID); err != nil {
			return err
		}
		old, _, err := tx.Caption(ctx, clipID, lang)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if old.Base() != in.Base {
			return &ConflictError{Key: "captions.conflict.changed"}
		}
		c = Caption{ClipID: clipID, Language: lang, VTT: vtt, Status: CaptionDraft, Source: CaptionEdited, UpdatedBy: by.ref()}
		if in.Approve || old.Approved() {
			c.Status, c.ApprovedBy = CaptionApproved, by.ref()
		}
		if err := tx.putCaption(ctx, &c); err != nil {
			return err
		}
		return tx.Audit(As(ctx, by), Deed{DidChange, OfCaptions, clipID, Facts{"language": auditWord(lang), "status": c.Status}})
	})
	return c, err
}

// putCaption stores captions in place of those in that language.
func (db *DB) putCaption(ctx context.Context, c *Caption) error {
	c.UpdatedAt = db.Now().Truncate(time.Microsecond) // as Postgres keeps it
	if c.Approved() {
		c.ApprovedAt = &c.UpdatedAt
	}
	err := db.q(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "clip_id"}, {Name: "language"}},
		DoUpdates: clause.AssignmentColumns([]string{"vtt", "status", "source", "approved_by", "approved_at", "updated_by", "updated_at"}),
	}).Create(c).Error
	if err == nil {
		err = db.q(ctx).Where("clip_id = ? and language = ?", c.ClipID, c.Language).Delete(&Transcription{}).Error
	}
	if err != nil {
		return fmt.Errorf("captions of clip %s: %w", c.ClipID, err)
	}
	return nil
}
