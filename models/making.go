package models

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"gorm.io/gorm/clause"
)

// Kinds of what is made of a clip while it is shown.
const (
	MakeVersion  = "version"  // the clip again, by newer settings
	MakeLook     = "look"     // its poster and social image
	MakeBody     = "body"     // a share cut without anybody's end card
	MakePersonal = "personal" // a share cut with a colleague's end card
)

// Making statuses.
const (
	MakingWaiting = "waiting"
	MakingWorking = "working"
	MakingReady   = "ready"
	MakingFailed  = "failed"
)

// CutFormats are the shapes of share cuts.
var CutFormats = Words{"landscape", "vertical", "square"}

// Making is something that is made of a clip in the background, while the clip is shown.
type Making struct {
	ID          uuid.UUID
	ClipID      uuid.UUID
	Version     int    // of the clip that it is made from
	Kind        string // version, look, body, personal
	Format      string // of cuts: landscape, vertical, square
	Captions    string // of cuts: what is burnt in, a language and the digest of its captions; empty for nothing
	LinkID      *uuid.UUID
	Look        string // digest of what is drawn
	Status      string
	Progress    float64 // 0 to 1
	Attempts    int
	HeartbeatAt *time.Time
	ErrorCode   string // translation key is clip.error.<code>
	ErrorDetail string // for administrators
	Key         string // object key; empty for a body that is the clip's own video
	Size        int64  // bytes
	Token       string // the secret in a personal download's address
	Recipe      string // how it was made
	UsedAt      time.Time
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// Path is a personal download's secret address without the host.
func (m Making) Path() string { return "/cuts/" + m.Token }

// Making is what is made under that id.
func (db *DB) Making(ctx context.Context, id uuid.UUID) (Making, error) {
	var m Making
	err := db.q(ctx).Where("id = ?", id).Take(&m).Error
	return m, mapped(err)
}

// ClipMakings is what is being made, or was, of a clip as it is shown now, but for what belongs to somebody.
func (db *DB) ClipMakings(ctx context.Context, c Clip) ([]Making, error) {
	var ms []Making
	err := db.q(ctx).Where("clip_id = ? and kind <> ? and (version = ? or status in ?)", c.ID, MakePersonal, c.Version,
		[]string{MakingWaiting, MakingWorking}).Order("created_at, id").Find(&ms).Error
	return ms, mapped(err)
}

// want has m made with that urgency, once however often it is wanted; it answers the row that stands. What failed stays failed.
func (db *DB) want(ctx context.Context, m Making, urgency int) (Making, error) {
	now := db.Now()
	m.ID, m.Status, m.UsedAt, m.CreatedAt, m.UpdatedAt = NewID(), MakingWaiting, now, now, now
	if m.Kind == MakePersonal {
		m.Token = rand.Text()
	}
	var stands Making
	err := db.Tx(ctx, func(tx *DB) error {
		res := tx.q(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&m)
		if res.Error != nil {
			return fmt.Errorf("want %s of clip %s: %w", m.Kind, m.ClipID, res.Error)
		}
		q := tx.q(ctx).Where("clip_id = ? and version = ? and kind = ? and format = ? and captions = ? and look = ?",
			m.ClipID, m.Version, m.Kind, m.Format, m.Captions, m.Look)
		if m.LinkID == nil {
			q = q.Where("link_id is null")
		} else {
			q = q.Where("link_id = ?", *m.LinkID)
		}
		if err := q.Take(&stands).Error; err != nil {
			return fmt.Errorf("want %s of clip %s: %w", m.Kind, m.ClipID, mapped(err))
		}
		switch {
		case res.RowsAffected == 1:
			return tx.enqueueMaking(ctx, stands, urgency, time.Time{})
		case urgency == urgent && stands.Status == MakingWaiting:
			return tx.hurry(ctx, stands)
		}
		return nil
	})
	return stands, err
}

// hurry puts m, which waits, before what can take its time. It stays as it is where it is urgent already, waits for its next try, or
// for its body, which brings it along: somebody who waits asks many times.
func (db *DB) hurry(ctx context.Context, m Making) error {
	if m.Kind == MakePersonal {
		body, err := db.Body(ctx, m)
		if err == nil && (body.Status == MakingWaiting || body.Status == MakingWorking) {
			return nil
		}
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
	}
	var queued bool
	err := db.q(ctx).Raw(`select exists (select from river_job where kind = ? and args @> jsonb_build_object('making_id', ?::text)
		and (state in ('retryable', 'scheduled') or state = 'available' and priority <= ?))`, Make{}.Kind(), m.ID.String(), urgent).Scan(&queued).Error
	if err != nil || queued {
		return mapped(err)
	}
	return db.enqueueMaking(ctx, m, urgent, time.Time{})
}

// How urgent something is: somebody waits for it, it is for everybody, it can take its time.
const (
	urgent = iota + 1
	soon
	later
	whenever
)

// enqueueMaking puts m into its queue: what takes a second does not wait behind what takes a minute.
func (db *DB) enqueueMaking(ctx context.Context, m Making, urgency int, at time.Time) error {
	queue := QueueEncode
	if m.Kind == MakePersonal || m.Kind == MakeLook {
		queue = QueueQuick
	}
	return db.enqueue(ctx, Make{MakingID: m.ID}, &river.InsertOpts{Queue: queue, Priority: urgency, ScheduledAt: at})
}

// RetryMaking has what failed of a clip made again, with its tries counted anew.
func (db *DB) RetryMaking(ctx context.Context, clipID, id uuid.UUID) error {
	return db.Tx(ctx, func(tx *DB) error {
		var m Making
		if err := tx.q(ctx).Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).
			Where("id = ? and clip_id = ?", id, clipID).Take(&m).Error; err != nil {
			return mapped(err)
		}
		if m.Status != MakingFailed {
			return nil
		}
		if err := tx.Audit(ctx, Deed{DidChange, OfClip, clipID, Facts{"made_again": m.Kind}}); err != nil {
			return err
		}
		return tx.again(ctx, m, urgent)
	})
}

// again has m, whose row is locked, made once more.
func (db *DB) again(ctx context.Context, m Making, urgency int) error {
	err := changed(db.q(ctx).Model(&Making{}).Where("id = ?", m.ID).Updates(map[string]any{
		"status": MakingWaiting, "progress": 0, "attempts": 0, "heartbeat_at": nil, "error_code": "", "error_detail": "", "updated_at": db.Now(),
	}))
	if err != nil {
		return fmt.Errorf("make again: %w", err)
	}
	return db.enqueueMaking(ctx, m, urgency, time.Time{})
}

// RemakeClip has a clip made again by today's settings, because somebody asks for it; it stays as it is until then.
func (db *DB) RemakeClip(ctx context.Context, id uuid.UUID) error {
	return db.Tx(ctx, func(tx *DB) error {
		c, err := tx.lockClip(ctx, id)
		if err != nil {
			return err
		}
		if c.Status != ClipReady && c.Status != ClipPublished {
			return &ConflictError{Key: "clip.conflict.remake"}
		}
		if c.OriginalGoneAt != nil {
			return &ConflictError{Key: "clip.error.original_gone"}
		}
		var open Making
		err = mapped(tx.q(ctx).Where("clip_id = ? and kind = ? and status in ?", id, MakeVersion, []string{MakingWaiting, MakingWorking}).Take(&open).Error)
		if !errors.Is(err, ErrNotFound) {
			return err // nil: it is being made already
		}
		if err := tx.q(ctx).Where("clip_id = ? and kind = ? and look = ''", id, MakeVersion).Delete(&Making{}).Error; err != nil {
			return fmt.Errorf("remake clip %s: %w", id, err)
		}
		if _, err = tx.want(ctx, Making{ClipID: id, Version: c.Version, Kind: MakeVersion}, soon); err != nil {
			return err
		}
		return tx.Audit(ctx, Deed{DidChange, OfClip, id, Facts{"made_again": MakeVersion}})
	})
}
