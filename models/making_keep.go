package models

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// KeepUp has made, one by one and when nothing else is to be done, what published clips lack: share cuts, social images of
// the house as it is called now, and a version by today's recipe, which is empty where nothing can be made.
func (db *DB) KeepUp(ctx context.Context, recipe string) error {
	return errors.Join(db.wantCuts(ctx, nil), db.wantLooks(ctx), db.wantVersion(ctx, recipe))
}

// wantVersion has one published clip that was made by another recipe made again, if none is on its way. A recipe that was
// tried on a clip is not tried twice, so that workers with different programs do not undo each other's work for ever.
func (db *DB) wantVersion(ctx context.Context, recipe string) error {
	if recipe == "" {
		return nil
	}
	var c Clip
	err := mapped(db.q(ctx).Where("status = ? and recipe <> ? and original_gone_at is null", ClipPublished, recipe).
		Where("not exists (select from makings m where m.kind = ? and m.status in ?)", MakeVersion, []string{MakingWaiting, MakingWorking}).
		Where("not exists (select from makings m where m.clip_id = clips.id and m.kind = ? and m.look = ?)", MakeVersion, recipe).
		Order("published_at desc").Take(&c).Error)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err == nil {
		_, err = db.want(ctx, Making{ClipID: c.ID, Version: c.Version, Kind: MakeVersion, Look: recipe}, whenever)
	}
	if err != nil {
		return fmt.Errorf("remake old clips: %w", err)
	}
	return nil
}

// ChoosePoster shows the clip by the picture at that moment, in seconds. The picture and the social image are made in the
// background; until then the clip looks as before.
func (db *DB) ChoosePoster(ctx context.Context, id uuid.UUID, at float64) error {
	return db.Tx(ctx, func(tx *DB) error {
		c, err := tx.lockThereClip(ctx, id)
		if err != nil {
			return err
		}
		if c.Version == 0 {
			return &ConflictError{Key: "clip.missing.ready"}
		}
		if !(at >= 0 && at <= c.Duration) { // NaN is neither
			return Invalid("at", "poster.error.moment")
		}
		err = changed(tx.q(ctx).Model(&Clip{}).Where("id = ?", id).Updates(map[string]any{"poster_at": at, "updated_at": db.Now()}))
		if err != nil {
			return fmt.Errorf("choose poster: %w", err)
		}
		if err := tx.Audit(ctx, Deed{DidChange, OfClip, id, Facts{"fields": "poster"}}); err != nil {
			return err
		}
		return tx.wantLook(ctx, c, urgent)
	})
}

// wantLook has a clip's pictures made once more. Those that are on their way are compared with what is wanted in the end.
func (db *DB) wantLook(ctx context.Context, c Clip, urgency int) error {
	m, err := db.want(ctx, Making{ClipID: c.ID, Version: c.Version, Kind: MakeLook}, urgency)
	if err != nil || m.Status != MakingReady && m.Status != MakingFailed {
		return err
	}
	return db.again(ctx, m, urgency)
}

// wantLooks has the social images made anew that bear a name or a colour that the house no longer has.
func (db *DB) wantLooks(ctx context.Context) error {
	house, err := db.Organisation(ctx)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return db.Tx(ctx, func(tx *DB) error {
		var cs []Clip
		err := tx.q(ctx).Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate, Options: clause.LockingOptionsSkipLocked}).
			Where("version > 0 and status in ? and brand <> ?", []string{ClipReady, ClipPublished}, house.Brand()).
			Where("not exists (select from makings m where m.clip_id = clips.id and m.version = clips.version and m.kind = ? and m.status <> ?)", MakeLook, MakingReady).
			Limit(500).Find(&cs).Error
		for _, c := range cs {
			err = errors.Join(err, tx.wantLook(ctx, c, later))
		}
		return err
	})
}

// captionsTag is what is burnt in of captions t: their language, and a digest of their words.
const captionsTag = `t.language || ':' || left(encode(sha256(convert_to(t.vtt, 'UTF8')), 'hex'), 12)`

// wantCuts has the bodies of a published clip's share cuts made, of all clips' for nil, with the captions in the language
// that is spoken, since those who see them mostly have the sound off.
func (db *DB) wantCuts(ctx context.Context, clipID *uuid.UUID) error {
	sql := `insert into makings (id, clip_id, version, kind, format, captions, status, used_at, created_at, updated_at)
		select gen_random_uuid(), c.id, c.version, 'body', f.format, coalesce(` + captionsTag + `, ''), 'waiting', ?, ?, ?
		from clips c cross join unnest(array['vertical', 'square', 'landscape']) f (format)
		left join captions t on t.clip_id = c.id and t.language = c.language and t.status = 'approved'
		where c.status = 'published' and (?::uuid is null or c.id = ?)
		on conflict do nothing returning *`
	return db.Tx(ctx, func(tx *DB) error {
		now := db.Now()
		var ms []Making
		err := tx.q(ctx).Raw(sql, now, now, now, clipID, clipID).Scan(&ms).Error
		for _, m := range ms {
			err = errors.Join(err, tx.enqueueMaking(ctx, m, later, time.Time{}))
		}
		if err != nil {
			return fmt.Errorf("share cuts: %w", err)
		}
		return nil
	})
}
