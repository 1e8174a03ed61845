package models

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// States of a draft that was asked of the transcription service; done, it is gone, and the draft is there.
const (
	TranscriptionAsked  = "asked"
	TranscriptionGaveUp = "failed"
)

// Transcription is a draft of captions that a machine was asked for.
type Transcription struct {
	ClipID      uuid.UUID `gorm:"primaryKey"`
	Language    string    `gorm:"primaryKey"`
	State       string
	ErrorCode   string // translation key is captions.auto.error.<code>
	ErrorDetail string // for administrators
	AskedBy     *uuid.UUID
	HeartbeatAt *time.Time // of the worker that makes it
	Attempts    int        // the number of the lease: only who holds the newest can change it
	UpdatedAt   time.Time
}

// Transcriptions are the drafts of a clip that are waited for, or have failed.
func (db *DB) Transcriptions(ctx context.Context, clipID uuid.UUID) ([]Transcription, error) {
	var ts []Transcription
	err := db.q(ctx).Where("clip_id = ?", clipID).Order("language").Find(&ts).Error
	return ts, mapped(err)
}

// AskTranscription has a draft of captions made in the language that is spoken; approved ones are never written over.
func (db *DB) AskTranscription(ctx context.Context, by User, clipID uuid.UUID) error {
	return db.Tx(ctx, func(tx *DB) error {
		if _, err := tx.lockThereClip(ctx, clipID); err != nil {
			return err
		}
		c, err := tx.Clip(ctx, clipID)
		if err != nil {
			return err
		}
		if _, ok := c.File("video"); !ok {
			return &ConflictError{Key: "clip.missing.ready"}
		}
		for _, t := range c.Captions {
			if t.Language == c.Language && (t.Approved() || t.Source != CaptionAuto) {
				return &ConflictError{Key: "captions.conflict.there"}
			}
		}
		t := Transcription{ClipID: clipID, Language: c.Language, State: TranscriptionAsked, AskedBy: by.ref(), UpdatedAt: tx.Now()}
		res := tx.q(ctx).Clauses(clause.OnConflict{
			Columns:   []clause.Column{{Name: "clip_id"}, {Name: "language"}},
			Where:     clause.Where{Exprs: []clause.Expression{clause.Eq{Column: "transcriptions.state", Value: TranscriptionGaveUp}}},
			DoUpdates: clause.AssignmentColumns([]string{"state", "error_code", "error_detail", "asked_by", "heartbeat_at", "attempts", "updated_at"}),
		}).Create(&t)
		if res.Error != nil || res.RowsAffected == 0 { // it is being made already
			return mapped(res.Error)
		}
		if err := tx.Audit(As(ctx, by), Deed{DidAdd, OfCaptions, clipID, Facts{"language": auditWord(c.Language), "draft": true}}); err != nil {
			return err
		}
		return tx.enqueue(ctx, TranscribeClip{ClipID: clipID, Language: c.Language}, nil)
	})
}

// maxTranscriptionLeases is how often a draft is begun: more often than it is tried, as a stopped worker gives it back untried.
const maxTranscriptionLeases = 20

// ClaimTranscription takes a draft to make it; ErrNotFound when it is not waited for any more, or is another's.
func (db *DB) ClaimTranscription(ctx context.Context, clipID uuid.UUID, lang string) (Transcription, error) {
	now := db.Now()
	var t Transcription
	res := db.asked(ctx, clipID, lang).Where("heartbeat_at is null or heartbeat_at < ?", now.Add(-ClipLease)).
		Clauses(clause.Returning{}).Model(&t).Updates(map[string]any{"heartbeat_at": now, "attempts": gorm.Expr("attempts + 1")})
	return t, changed(res)
}

// HoldTranscription gives a sign of life of who makes a draft; ErrLeaseLost when it is not waited for any more, or is another's.
func (db *DB) HoldTranscription(ctx context.Context, t Transcription) error {
	return held(db.leasedDraft(ctx, t).Update("heartbeat_at", db.Now()))
}

// ReleaseTranscription gives a draft back that was not made: it waits for its next try.
func (db *DB) ReleaseTranscription(ctx context.Context, t Transcription) error {
	return mapped(db.leasedDraft(ctx, t).Update("heartbeat_at", nil).Error)
}

// leasedDraft is the row of a draft, as long as it is whose lease t is.
func (db *DB) leasedDraft(ctx context.Context, t Transcription) *gorm.DB {
	return db.asked(ctx, t.ClipID, t.Language).Where("attempts = ?", t.Attempts)
}

// RequeueTranscriptions takes up the drafts whose worker was killed, and answers how many they are.
func (db *DB) RequeueTranscriptions(ctx context.Context) (int, error) {
	var ts []Transcription
	err := db.Tx(ctx, func(tx *DB) error {
		err := tx.q(ctx).Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate, Options: clause.LockingOptionsSkipLocked}).
			Where("state = ? and heartbeat_at < ?", TranscriptionAsked, tx.Now().Add(-ClipLease)).Find(&ts).Error
		if err != nil {
			return mapped(err)
		}
		for _, t := range ts {
			if t.Attempts >= maxTranscriptionLeases {
				if err := tx.TranscriptionFailed(ctx, t, "killed", "the worker was killed at every try"); err != nil {
					return err
				}
				continue
			}
			if err := tx.ReleaseTranscription(ctx, t); err != nil {
				return err
			}
			if err := tx.enqueue(ctx, TranscribeClip{ClipID: t.ClipID, Language: t.Language}, nil); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("requeue transcriptions: %w", err)
	}
	return len(ts), nil
}

// asked is the row of a draft that is waited for.
func (db *DB) asked(ctx context.Context, clipID uuid.UUID, lang string) *gorm.DB {
	return db.q(ctx).Model(&Transcription{}).Where("clip_id = ? and language = ? and state = ?", clipID, lang, TranscriptionAsked)
}

// DraftCaption stores what a machine heard as a draft, unless a person has written captions in the meantime.
func (db *DB) DraftCaption(ctx context.Context, clipID uuid.UUID, lang string, file []byte) error {
	vtt, refused := parseCaptions(file)
	if refused != nil {
		return ValidationErrors{refused}
	}
	return db.Tx(ctx, func(tx *DB) error {
		c, err := tx.lockThereClip(ctx, clipID)
		if err != nil {
			return err
		}
		old, _, err := tx.Caption(ctx, c.ID, lang)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if err == nil && (old.Approved() || old.Source != CaptionAuto) {
			return ErrNotFound
		}
		return tx.putCaption(ctx, &Caption{ClipID: clipID, Language: lang, VTT: vtt, Status: CaptionDraft, Source: CaptionAuto})
	})
}

// TranscriptionFailed notes why there is no draft; it can be asked for again.
func (db *DB) TranscriptionFailed(ctx context.Context, t Transcription, code, detail string) error {
	err := db.leasedDraft(ctx, t).Updates(map[string]any{
		"state": TranscriptionGaveUp, "error_code": code, "error_detail": clipped(detail), "heartbeat_at": nil, "updated_at": db.Now(),
	}).Error
	if err != nil {
		return fmt.Errorf("transcription of clip %s: %w", t.ClipID, err)
	}
	return nil
}
