package models

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// ClipLease is how long a worker that gives no sign of life keeps a clip.
const ClipLease = 30 * time.Second

const maxClipTries = 3

// clipBackoff is the wait after the first and after the second try.
var clipBackoff = [maxClipTries - 1]time.Duration{30 * time.Second, 5 * time.Minute}

// ErrLeaseLost says that the clip is no longer this worker's: what it made must not be shown.
var ErrLeaseLost = errors.New("the clip was taken from this worker")

// ClaimClip takes a clip to process it. ErrNotFound when there is nothing to do: it is done, deleted, or another's.
// The clip's Attempts is the number of the lease: only who holds the newest can change the clip.
func (db *DB) ClaimClip(ctx context.Context, id uuid.UUID) (Clip, error) {
	now := db.Now()
	res := db.q(ctx).Model(&Clip{}).
		Where("id = ? and status = ? and (heartbeat_at is null or heartbeat_at < ?)", id, ClipProcessing, now.Add(-ClipLease)).
		Updates(map[string]any{"heartbeat_at": now, "attempts": gorm.Expr("attempts + 1"), "progress": 0, "updated_at": now})
	if err := changed(res); err != nil {
		return Clip{}, err
	}
	return db.Clip(ctx, id)
}

// HoldClip renews the lease and notes the progress, 0 to 1. ErrLeaseLost when it is another's, or the clip is gone.
func (db *DB) HoldClip(ctx context.Context, c Clip, progress float64) error {
	return held(db.leased(ctx, c).Updates(map[string]any{
		"heartbeat_at": db.Now(), "progress": gorm.Expr("greatest(progress, ?)", min(max(progress, 0), 1)),
	}))
}

// Made is what processing made of a clip.
type Made struct {
	Duration      float64 // seconds
	Width, Height int     // pixels of the video
	Recipe        string  // names the settings
	Brand         string  // Organisation.Brand, as drawn on the social image
	Files         []ClipFile
}

// ClipMade shows what was made as the clip's next version.
func (db *DB) ClipMade(ctx context.Context, c Clip, m Made) error {
	return db.Tx(ctx, func(tx *DB) error {
		now := db.Now()
		if err := held(tx.leased(ctx, c).Updates(map[string]any{
			"status": ClipReady, "progress": 1, "version": c.Version + 1, "duration": m.Duration, "width": m.Width, "height": m.Height, "recipe": m.Recipe, "brand": m.Brand,
			"error_code": "", "error_detail": "", "heartbeat_at": nil, "processed_at": now, "updated_at": now,
		})); err != nil {
			return err
		}
		if err := tx.replaceFiles(ctx, c.ID, c.Version+1, m.Files); err != nil {
			return err
		}
		if err := tx.askWaiting(ctx, c.ID); err != nil {
			return err
		}
		return tx.askForProposal(ctx, c.ID)
	})
}

// ClipRejected ends the processing: the file itself cannot become a clip. Code leads to the sentence clip.error.<code>.
func (db *DB) ClipRejected(ctx context.Context, c Clip, code, detail string) error {
	return db.endTry(ctx, c, ClipRejected, code, detail)
}

// ClipFailed ends this try: another follows after a wait, or the clip has failed until somebody asks again.
func (db *DB) ClipFailed(ctx context.Context, c Clip, code, detail string) error {
	if c.Attempts >= maxClipTries {
		return db.endTry(ctx, c, ClipFailed, code, detail)
	}
	return db.Tx(ctx, func(tx *DB) error {
		if err := tx.endTry(ctx, c, ClipProcessing, code, detail); err != nil {
			return err
		}
		return tx.enqueue(ctx, ProcessClip{ClipID: c.ID}, &river.InsertOpts{ScheduledAt: db.Now().Add(clipBackoff[c.Attempts-1])})
	})
}

// ReleaseClip gives a clip back untried, because the program stops; it is taken up at once by whoever is there.
func (db *DB) ReleaseClip(ctx context.Context, c Clip) error {
	return db.Tx(ctx, func(tx *DB) error {
		res := tx.leased(ctx, c).Updates(map[string]any{
			"heartbeat_at": nil, "progress": 0, "attempts": gorm.Expr("attempts - 1"), "updated_at": db.Now(),
		})
		if err := held(res); err != nil {
			return err
		}
		return tx.enqueue(ctx, ProcessClip{ClipID: c.ID}, nil)
	})
}

// RequeueClips takes up the clips whose worker was killed: their lease has run out, or their work has left the queue
// without a trace. One that took its workers along at every try has failed. It answers how many were taken up.
func (db *DB) RequeueClips(ctx context.Context) (int, error) {
	n := 0
	err := db.Tx(ctx, func(tx *DB) error {
		var cs []Clip
		err := tx.q(ctx).Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate, Options: clause.LockingOptionsSkipLocked}).
			Where("status = ? and coalesce(heartbeat_at, updated_at) < ?", ClipProcessing, db.Now().Add(-ClipLease)).
			Where(`heartbeat_at is not null or not exists (select from river_job j where j.kind = ? and j.args->>'clip_id' = clips.id::text
				and j.state in ('available', 'pending', 'retryable', 'scheduled'))`, ProcessClip{}.Kind()).Find(&cs).Error
		if err != nil {
			return fmt.Errorf("requeue clips: %w", err)
		}
		for _, c := range cs {
			if c.Attempts >= maxClipTries {
				if err := tx.endTry(ctx, c, ClipFailed, "killed", "the worker was killed at every try"); err != nil {
					return err
				}
				continue
			}
			set := map[string]any{"heartbeat_at": nil, "updated_at": db.Now()}
			if err := changed(tx.q(ctx).Model(&Clip{}).Where("id = ?", c.ID).Updates(set)); err != nil {
				return err
			}
			if err := tx.enqueue(ctx, ProcessClip{ClipID: c.ID}, nil); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}

func (db *DB) endTry(ctx context.Context, c Clip, status, code, detail string) error {
	return held(db.leased(ctx, c).Updates(map[string]any{
		"status": status, "progress": 0, "heartbeat_at": nil, "error_code": code, "error_detail": clipped(detail), "updated_at": db.Now(),
	}))
}

// leased is the clip's row, if the lease is still c's.
func (db *DB) leased(ctx context.Context, c Clip) *gorm.DB {
	return db.q(ctx).Model(&Clip{}).Where("id = ? and status = ? and attempts = ?", c.ID, ClipProcessing, c.Attempts)
}

func held(res *gorm.DB) error {
	err := changed(res)
	if errors.Is(err, ErrNotFound) {
		return ErrLeaseLost
	}
	return err
}

// maxPrinted is how much of a reason is kept, in characters: what happened, and the end of what ffmpeg printed.
const maxPrinted = 4000

// clipped keeps a reason short and storable.
func clipped(s string) string {
	runes := []rune(strings.ReplaceAll(strings.ToValidUTF8(s, "?"), "\x00", "?"))
	return string(runes[:min(len(runes), maxPrinted)])
}
