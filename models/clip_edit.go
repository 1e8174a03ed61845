package models

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// ClipChange is what HR says about a clip; nil leaves a thing as it is.
type ClipChange struct {
	Title              *string
	Language           *string
	NoSpeech           *bool
	NobodyRecognisable *bool // exactly that: whoever can be recognised is listed, and asked
}

// UpdateClip changes what is said about a clip. What a published clip stands on cannot be taken back while it is published.
func (db *DB) UpdateClip(ctx context.Context, id uuid.UUID, ch ClipChange) error {
	var bad ValidationErrors
	set := map[string]any{"updated_at": db.Now()}
	if ch.Title != nil {
		set["title"] = cleanClipTitle(*ch.Title, &bad)
	}
	if ch.Language != nil {
		set["language"] = cleanClipLanguage(*ch.Language, &bad)
	}
	if ch.NoSpeech != nil {
		set["no_speech"] = *ch.NoSpeech
	}
	if ch.NobodyRecognisable != nil {
		set["nobody_recognisable"] = *ch.NobodyRecognisable
	}
	if err := bad.Err(); err != nil {
		return err
	}
	return db.Tx(ctx, func(tx *DB) error {
		if _, err := tx.lockThereClip(ctx, id); err != nil {
			return err
		}
		if err := changed(tx.q(ctx).Model(&Clip{}).Where("id = ?", id).Updates(set)); err != nil {
			return fmt.Errorf("update clip %s: %w", id, err)
		}
		if err := tx.stillPublishable(ctx, id); err != nil {
			return err
		}
		return tx.Audit(ctx, Deed{DidChange, OfClip, id, nil})
	})
}

// PublishClip shows a clip to candidates. It returns a ConflictError that says what is missing.
func (db *DB) PublishClip(ctx context.Context, id uuid.UUID) error {
	return db.Tx(ctx, func(tx *DB) error {
		if _, err := tx.lockThereClip(ctx, id); err != nil {
			return err
		}
		if err := tx.endConsents(ctx, id); err != nil {
			return err
		}
		c, err := tx.Clip(ctx, id)
		if err != nil || c.Status == ClipPublished {
			return err
		}
		if c.JobID == uuid.Nil { // proposed, and nobody has said yes
			return ErrNotFound
		}
		if missing := c.Missing(); len(missing) > 0 {
			return &ConflictError{Key: missing[0]}
		}
		now := db.Now()
		if err := changed(tx.q(ctx).Model(&Clip{}).Where("id = ?", id).
			Updates(map[string]any{"status": ClipPublished, "published_at": now, "updated_at": now})); err != nil {
			return err
		}
		if err := tx.Audit(ctx, Deed{DidChange, OfClip, id, Facts{"status": fromTo(c.Status, ClipPublished)}}); err != nil {
			return err
		}
		return tx.wantCuts(ctx, &id)
	})
}

// Missing are the translation keys of what stands between a clip and candidates, in the order to mend it.
func (c Clip) Missing() []string {
	var keys []string
	if c.Status != ClipReady && c.Status != ClipPublished {
		keys = append(keys, "clip.missing.ready")
	}
	if !c.NoSpeech && !slices.ContainsFunc(c.Captions, Caption.Approved) {
		keys = append(keys, "clip.missing.captions")
	}
	switch {
	case slices.ContainsFunc(c.People, func(p ClipPerson) bool { return p.State == ConsentRefused }):
		keys = append(keys, "clip.missing.refused")
	case slices.ContainsFunc(c.People, func(p ClipPerson) bool { return p.State != ConsentAgreed }):
		keys = append(keys, "clip.missing.consents")
	case len(c.People) == 0 && !c.NobodyRecognisable:
		keys = append(keys, "clip.missing.people")
	}
	return keys
}

// stillPublishable refuses a change after which a published clip would lack something.
func (db *DB) stillPublishable(ctx context.Context, id uuid.UUID) error {
	c, err := db.Clip(ctx, id)
	if err == nil && c.Status == ClipPublished && len(c.Missing()) > 0 {
		return &ConflictError{Key: "clip.conflict.published"}
	}
	return err
}

// UnpublishClip hides a clip from candidates; one that is not published stays as it is.
func (db *DB) UnpublishClip(ctx context.Context, id uuid.UUID) error {
	return db.Tx(ctx, func(tx *DB) error {
		c, err := tx.lockClip(ctx, id)
		if err != nil || c.Status != ClipPublished {
			return err
		}
		if err := changed(tx.q(ctx).Model(&Clip{}).Where("id = ?", id).
			Updates(map[string]any{"status": ClipReady, "published_at": nil, "updated_at": db.Now()})); err != nil {
			return err
		}
		return tx.Audit(ctx, Deed{DidChange, OfClip, id, Facts{"status": fromTo(ClipPublished, ClipReady)}})
	})
}

// MoveClip moves a clip by places among its job's, up for less than 0; it stops at the ends.
func (db *DB) MoveClip(ctx context.Context, id uuid.UUID, places int) error {
	return db.Tx(ctx, func(tx *DB) error {
		var c Clip
		if err := tx.q(ctx).Where("id = ?", id).Take(&c).Error; err != nil {
			return mapped(err)
		}
		if _, err := tx.lockJob(ctx, c.JobID); err != nil {
			return err
		}
		var ids []uuid.UUID
		if err := tx.q(ctx).Model(&Clip{}).Where("job_id = ?", c.JobID).Order("position, created_at").Pluck("id", &ids).Error; err != nil {
			return fmt.Errorf("move clip: %w", err)
		}
		from := slices.Index(ids, id)
		if from < 0 {
			return ErrNotFound
		}
		to := min(max(from+places, 0), len(ids)-1)
		ids = slices.Insert(slices.Delete(ids, from, from+1), to, id)
		if err := tx.Audit(ctx, Deed{DidChange, OfClip, id, Facts{"place": fromTo(from+1, to+1)}}); err != nil {
			return err
		}
		return mapped(tx.q(ctx).Exec(`update clips set position = o.n from unnest(?::uuid[]) with ordinality o(id, n) where clips.id = o.id`,
			uuidArray(ids)).Error)
	})
}

// uuidArray is ids as Postgres writes an array.
func uuidArray(ids []uuid.UUID) string {
	s := "{"
	var sSb134 strings.Builder
	for i, id := range ids {
		if i > 0 {
			sSb134.WriteString(",")
		}
		sSb134.WriteString(id.String())
	}
	s += sSb134.String()
	return s + "}"
}

// RetryClip has a failed clip processed again, with its tries counted anew. A rejected one needs another file.
func (db *DB) RetryClip(ctx context.Context, id uuid.UUID) error {
	return db.Tx(ctx, func(tx *DB) error {
		c, err := tx.lockClip(ctx, id)
		switch {
		case err != nil || c.Status == ClipProcessing:
			return err
		case c.Status != ClipFailed:
			return &ConflictError{Key: "clip.conflict.retry"}
		}
		if err := changed(tx.q(ctx).Model(&Clip{}).Where("id = ?", id).Updates(map[string]any{
			"status": ClipProcessing, "progress": 0, "attempts": 0, "heartbeat_at": nil, "error_code": "", "error_detail": "", "updated_at": db.Now(),
		})); err != nil {
			return err
		}
		if err := tx.Audit(ctx, Deed{DidChange, OfClip, id, Facts{"status": fromTo(ClipFailed, ClipProcessing)}}); err != nil {
			return err
		}
		return tx.enqueue(ctx, ProcessClip{ClipID: id}, nil)
	})
}

// DeleteClip forgets a job's clip and has its files removed; one that is only proposed is its colleague's to withdraw.
func (db *DB) DeleteClip(ctx context.Context, id uuid.UUID) error {
	return db.dropClip(ctx, id, func(q *gorm.DB) *gorm.DB { return q.Where("job_id is not null") })
}

// dropClip deletes the clip where it fits only, and has its objects removed in the same transaction.
func (db *DB) dropClip(ctx context.Context, id uuid.UUID, only func(*gorm.DB) *gorm.DB) error {
	return db.Tx(ctx, func(tx *DB) error {
		var c Clip
		if err := only(tx.q(ctx).Clauses(forUpdate)).Where("id = ?", id).Take(&c).Error; err != nil {
			return mapped(err)
		}
		work, err := tx.clipObjects(ctx, id)
		if err != nil {
			return err
		}
		// What never arrived was never proposed.
		if err := tx.q(ctx).Where("clip_id = ? and state = ?", id, ProposalSending).Delete(&Proposal{}).Error; err != nil {
			return fmt.Errorf("delete clip %s: %w", id, err)
		}
		if err := changed(tx.q(ctx).Where("id = ?", id).Delete(&Clip{})); err != nil {
			return fmt.Errorf("delete clip %s: %w", id, err)
		}
		if err := tx.Audit(ctx, Deed{DidErase, OfClip, id, Facts{"status": c.Status}}); err != nil {
			return err
		}
		return tx.enqueue(ctx, work, nil)
	})
}

func (db *DB) lockClip(ctx context.Context, id uuid.UUID) (Clip, error) {
	var c Clip
	err := db.q(ctx).Clauses(forUpdate).Where("id = ?", id).Take(&c).Error
	return c, mapped(err)
}

// lockThereClip is lockClip for what a withdrawn clip is past.
func (db *DB) lockThereClip(ctx context.Context, id uuid.UUID) (Clip, error) {
	c, err := db.lockClip(ctx, id)
	if err == nil && c.Status == ClipWithdrawn {
		err = &ConflictError{Key: "clip.conflict.withdrawn"}
	}
	return c, err
}
