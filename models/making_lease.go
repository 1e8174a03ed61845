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

// makingBackoff is the wait after the first and after the second try; somebody is waiting for what takes a second.
var makingBackoff = map[string][maxClipTries - 1]time.Duration{
	MakeVersion:  {5 * time.Minute, 30 * time.Minute},
	MakeLook:     {2 * time.Second, 20 * time.Second},
	MakeBody:     {30 * time.Second, 5 * time.Minute},
	MakePersonal: {2 * time.Second, 20 * time.Second},
}

// ClaimMaking takes m to make it. ErrNotFound when there is nothing to do: it is done, gone, or another's. Its Attempts is
// the number of the lease: only who holds the newest can change it.
func (db *DB) ClaimMaking(ctx context.Context, id uuid.UUID) (Making, error) {
	now := db.Now()
	res := db.q(ctx).Model(&Making{}).
		Where("id = ? and (status = ? or status = ? and heartbeat_at < ?)", id, MakingWaiting, MakingWorking, now.Add(-ClipLease)).
		Updates(map[string]any{"status": MakingWorking, "heartbeat_at": now, "attempts": gorm.Expr("attempts + 1"), "progress": 0, "updated_at": now})
	if err := changed(res); err != nil {
		return Making{}, err
	}
	return db.Making(ctx, id)
}

// HoldMaking renews the lease and notes the progress, 0 to 1. ErrLeaseLost when it is another's, or gone with its clip.
func (db *DB) HoldMaking(ctx context.Context, m Making, progress float64) error {
	return held(db.making(ctx, m).Updates(map[string]any{
		"heartbeat_at": db.Now(), "progress": gorm.Expr("greatest(progress, ?)", min(max(progress, 0), 1)),
	}))
}

// VersionMade shows the clip as it was made again. What was said about it stays, and so do its captions.
func (db *DB) VersionMade(ctx context.Context, m Making, made Made) error {
	return db.Tx(ctx, func(tx *DB) error {
		c, err := tx.lockClip(ctx, m.ClipID)
		if err != nil {
			return err
		}
		if err := tx.makingDone(ctx, m, Making{Recipe: made.Recipe}); err != nil {
			return err
		}
		now := db.Now()
		err = changed(tx.q(ctx).Model(&Clip{}).Where("id = ? and version = ? and status in ?", c.ID, m.Version, []string{ClipReady, ClipPublished}).
			Updates(map[string]any{
				"version": m.Version + 1, "duration": made.Duration, "width": made.Width, "height": made.Height,
				"recipe": made.Recipe, "brand": made.Brand, "processed_at": now, "updated_at": now,
			}))
		if errors.Is(err, ErrNotFound) { // another version has come in between
			return ErrLeaseLost
		}
		if err != nil {
			return fmt.Errorf("clip %s: %w", c.ID, err)
		}
		if err := tx.replaceFiles(ctx, c.ID, m.Version+1, made.Files); err != nil {
			return err
		}
		return tx.enqueue(ctx, KeepUp{}, nil) // its share cuts, and the next old clip
	})
}

// LookMade shows a clip's new poster and social image, which were drawn for c and with that brand. When the moment that was
// chosen or the house has changed since, they are made once more.
func (db *DB) LookMade(ctx context.Context, m Making, drawn Clip, brand string, files []ClipFile) error {
	return db.Tx(ctx, func(tx *DB) error {
		c, err := tx.lockClip(ctx, m.ClipID)
		if err != nil {
			return err
		}
		if c.Version != m.Version {
			return ErrLeaseLost
		}
		if err := tx.makingDone(ctx, m, Making{}); err != nil {
			return err
		}
		if err := tx.replaceFiles(ctx, c.ID, c.Version, files); err != nil {
			return err
		}
		if err := changed(tx.q(ctx).Model(&Clip{}).Where("id = ?", c.ID).Update("brand", brand)); err != nil {
			return err
		}
		house, err := tx.Organisation(ctx)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if sameMoment(drawn.PosterAt, c.PosterAt) && brand == house.Brand() {
			return nil
		}
		return tx.wantLook(ctx, c, soon)
	})
}

func sameMoment(a, b *float64) bool { return a == b || a != nil && b != nil && *a == *b }

// CutMade notes where a share cut is; who waited for a body is served next.
func (db *DB) CutMade(ctx context.Context, m, made Making) error {
	return db.Tx(ctx, func(tx *DB) error {
		if err := tx.makingDone(ctx, m, made); err != nil || m.Kind != MakeBody {
			return err
		}
		var waiting []Making
		err := tx.waitingFor(ctx, m).Find(&waiting).Error
		for _, w := range waiting {
			err = errors.Join(err, tx.enqueueMaking(ctx, w, urgent, time.Time{}))
		}
		return mapped(err)
	})
}

// waitingFor are the personal downloads that wait for a body.
func (db *DB) waitingFor(ctx context.Context, body Making) *gorm.DB {
	return db.q(ctx).Model(&Making{}).Where("clip_id = ? and version = ? and kind = ? and format = ? and captions = ? and status = ?",
		body.ClipID, body.Version, MakePersonal, body.Format, body.Captions, MakingWaiting)
}

func (db *DB) makingDone(ctx context.Context, m, made Making) error {
	now := db.Now()
	return held(db.making(ctx, m).Updates(map[string]any{
		"status": MakingReady, "progress": 1, "heartbeat_at": nil, "error_code": "", "error_detail": "",
		"key": made.Key, "size": made.Size, "recipe": made.Recipe, "used_at": now, "updated_at": now,
	}))
}

// MakingFailed ends this try: another follows after a wait, or it has failed until somebody asks again; what waited for it
// has failed with it.
func (db *DB) MakingFailed(ctx context.Context, m Making, code, detail string, final bool) error {
	return db.Tx(ctx, func(tx *DB) error {
		status := MakingWaiting
		if final || m.Attempts >= maxClipTries {
			status = MakingFailed
		}
		why := map[string]any{
			"status": status, "progress": 0, "heartbeat_at": nil, "error_code": code, "error_detail": clipped(detail), "updated_at": db.Now(),
		}
		if err := held(tx.making(ctx, m).Updates(why)); err != nil {
			return err
		}
		switch {
		case status == MakingWaiting:
			return tx.enqueueMaking(ctx, m, soon, db.Now().Add(makingBackoff[m.Kind][m.Attempts-1]))
		case m.Kind == MakeBody:
			return mapped(tx.waitingFor(ctx, m).Updates(why).Error)
		case m.Kind == MakeVersion:
			return tx.enqueue(ctx, KeepUp{}, nil) // the next old clip
		}
		return nil
	})
}

// ReleaseMaking gives m back untried, because the program stops or what it stands on is still being made.
func (db *DB) ReleaseMaking(ctx context.Context, m Making, queue bool) error {
	return db.Tx(ctx, func(tx *DB) error {
		res := tx.making(ctx, m).Updates(map[string]any{
			"status": MakingWaiting, "heartbeat_at": nil, "progress": 0, "attempts": gorm.Expr("attempts - 1"), "updated_at": db.Now(),
		})
		if err := held(res); err != nil || !queue {
			return err
		}
		return tx.enqueueMaking(ctx, m, soon, time.Time{})
	})
}

// RequeueMakings takes up what a killed worker had begun, or what has left the queue without a trace. It answers how many.
func (db *DB) RequeueMakings(ctx context.Context) (int, error) {
	n := 0
	err := db.Tx(ctx, func(tx *DB) error {
		var ms []Making
		err := tx.q(ctx).Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate, Options: clause.LockingOptionsSkipLocked}).
			Where("status in ? and coalesce(heartbeat_at, updated_at) < ?", []string{MakingWaiting, MakingWorking}, db.Now().Add(-ClipLease)).
			Where(`status = ? or not exists (select from river_job j where j.kind = ? and j.args->>'making_id' = makings.id::text
				and j.state in ('available', 'pending', 'retryable', 'scheduled'))`, MakingWorking, Make{}.Kind()).Find(&ms).Error
		if err != nil {
			return fmt.Errorf("requeue makings: %w", err)
		}
		for _, m := range ms {
			set := map[string]any{"status": MakingWaiting, "heartbeat_at": nil, "updated_at": db.Now()}
			if m.Attempts >= maxClipTries {
				set["status"], set["error_code"], set["error_detail"] = MakingFailed, "killed", "the worker was killed at every try"
			}
			if err := changed(tx.q(ctx).Model(&Making{}).Where("id = ?", m.ID).Updates(set)); err != nil {
				return err
			}
			if set["status"] == MakingWaiting {
				n++
				if err := tx.enqueueMaking(ctx, m, soon, time.Time{}); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return n, err
}

// making is m's row, if the lease is still m's.
func (db *DB) making(ctx context.Context, m Making) *gorm.DB {
	return db.q(ctx).Model(&Making{}).Where("id = ? and status = ? and attempts = ?", m.ID, MakingWorking, m.Attempts)
}
