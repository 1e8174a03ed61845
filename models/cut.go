package models

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
)

// CutWish is a personal download that somebody asks for.
type CutWish struct {
	Format   string // landscape, vertical, square
	Captions bool   // those in the language that is spoken are burnt in, where there are any
	URL      string // the link's address, as the end card shows it
}

const (
	failedFor  = 30 * time.Second // how long a failed download stays failed; who asks later has it made again
	usedNoting = 12 * time.Hour   // how exactly it is known when a cut was used last
)

// AskCut is the personal download of a link with that wish: ready, on its way, or failed. It is made where it is not there
// yet. Everybody asks for their own links, HR for all. It returns a ConflictError where the job has no clip to show.
func (db *DB) AskCut(ctx context.Context, by User, linkID uuid.UUID, wish CutWish) (Making, error) {
	personal, body, err := db.cut(ctx, by, linkID, wish)
	if err != nil {
		return Making{}, err
	}
	err = db.Tx(ctx, func(tx *DB) error {
		if body, err = tx.want(ctx, body, urgent); err != nil {
			return err
		}
		if personal, err = tx.want(ctx, personal, urgent); err != nil {
			return err
		}
		now := db.Now()
		if personal.Status == MakingFailed && personal.UpdatedAt.Before(now.Add(-failedFor)) {
			if body.Status == MakingFailed {
				err = tx.again(ctx, body, urgent)
			}
			if err == nil {
				err = tx.again(ctx, personal, urgent)
			}
			personal.Status = MakingWaiting
		}
		if personal.UsedAt.Before(now.Add(-usedNoting)) {
			err = errors.Join(err, tx.q(ctx).Model(&Making{}).Where("id in ?", []uuid.UUID{personal.ID, body.ID}).Update("used_at", now).Error)
		}
		return err
	})
	if err != nil {
		return Making{}, fmt.Errorf("cut of link %s: %w", linkID, err)
	}
	if personal.Status != MakingReady && body.Status == MakingWorking {
		personal.Progress = body.Progress
	}
	return personal, nil
}

// FindCut is AskCut without having anything made: ErrNotFound where nobody has asked.
func (db *DB) FindCut(ctx context.Context, by User, linkID uuid.UUID, wish CutWish) (Making, error) {
	personal, body, err := db.cut(ctx, by, linkID, wish)
	if err != nil {
		return Making{}, err
	}
	if err := db.q(ctx).Where(&personal, "ClipID", "Version", "Kind", "Format", "Captions", "LinkID", "Look").Take(&personal).Error; err != nil {
		return Making{}, mapped(err)
	}
	var made Making
	if err := db.q(ctx).Where(&body, "ClipID", "Version", "Kind", "Format", "Captions").Take(&made).Error; err == nil && made.Status == MakingWorking {
		personal.Progress = made.Progress
	}
	return personal, nil
}

// cut is the personal download that is wished for, with its body, before anything is known of them.
func (db *DB) cut(ctx context.Context, by User, linkID uuid.UUID, wish CutWish) (personal, body Making, err error) {
	if !CutFormats.Has(wish.Format) {
		return personal, body, Invalid("format", "error.choose")
	}
	link, err := db.SeenLink(ctx, by, linkID)
	if err != nil {
		return personal, body, err
	}
	landing, err := db.LandingByJob(ctx, link.JobID)
	if err != nil {
		return personal, body, err
	}
	clip, ok := landing.Clip()
	if !ok {
		return personal, body, &ConflictError{Key: "cut.error.no_clip"}
	}
	house, err := db.Organisation(ctx)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return personal, body, err
	}
	body = Making{ClipID: clip.ID, Version: clip.Version, Kind: MakeBody, Format: wish.Format}
	if wish.Captions {
		body.Captions = clip.burntIn()
	}
	personal = body
	personal.Kind, personal.LinkID, personal.Look = MakePersonal, &link.ID, digest(house.Brand(), wish.URL, landing.Job.Title, clip.Language)
	return personal, body, nil
}

// burntIn is what of the clip's captions is burnt into share cuts, as captionsTag has it; empty for nothing.
func (c Clip) burntIn() string {
	for _, t := range c.Captions {
		if t.Language == c.Language && t.Approved() { // nobody is shown a draft
			sum := sha256.Sum256([]byte(t.VTT))
			return t.Language + ":" + hex.EncodeToString(sum[:6])
		}
	}
	return ""
}

// HasCaptions tells whether there are captions to be burnt in, in the language that is spoken.
func (c Clip) HasCaptions() bool { return c.burntIn() != "" }

// BurntCaption is the captions that are burnt into m, empty for none; ErrNotFound when they have been written anew.
func (m Making) BurntCaption(c Clip) (Caption, error) {
	if m.Captions == "" {
		return Caption{}, nil
	}
	lang, _, _ := strings.Cut(m.Captions, ":")
	for _, t := range c.Captions {
		if t.Language == lang && c.burntIn() == m.Captions {
			return t, nil
		}
	}
	return Caption{}, ErrNotFound
}

// Body is the body that a personal download begins with.
func (db *DB) Body(ctx context.Context, m Making) (Making, error) {
	var body Making
	err := db.q(ctx).Where("clip_id = ? and version = ? and kind = ? and format = ? and captions = ?",
		m.ClipID, m.Version, MakeBody, m.Format, m.Captions).Take(&body).Error
	return body, mapped(err)
}

// AwaitBody has the body of m made, again if it was made by another recipe or has failed; m is taken up when it is there.
func (db *DB) AwaitBody(ctx context.Context, m Making) error {
	return db.Tx(ctx, func(tx *DB) error {
		body, err := tx.want(ctx, Making{ClipID: m.ClipID, Version: m.Version, Kind: MakeBody, Format: m.Format, Captions: m.Captions}, urgent)
		if err == nil && (body.Status == MakingReady || body.Status == MakingFailed) {
			err = tx.again(ctx, body, urgent)
		}
		if err != nil {
			return err
		}
		return tx.ReleaseMaking(ctx, m, false)
	})
}

// CutFile is a personal download that is there.
type CutFile struct {
	Making
	Slug string // of the job
}

// CutByToken is the personal download under that secret; ErrNotFound once the clip is not published any more.
func (db *DB) CutByToken(ctx context.Context, token string) (CutFile, error) {
	var f CutFile
	if token == "" {
		return f, ErrNotFound
	}
	err := db.q(ctx).Table("makings m").Select("m.*, j.slug").Joins("join clips c on c.id = m.clip_id").Joins("join jobs j on j.id = c.job_id").
		Where("m.token = ? and m.kind = ? and m.status = ? and c.status = ?", token, MakePersonal, MakingReady, ClipPublished).Take(&f).Error
	return f, mapped(err)
}

// digest tells apart what is drawn, in 12 hexadecimal digits.
func digest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:6])
}

// CutLink is the link, with its job, whose end card a personal download bears.
func (db *DB) CutLink(ctx context.Context, m Making) (Link, error) {
	var l Link
	err := db.q(ctx).Preload("Job").Where("id = ?", m.LinkID).Take(&l).Error
	return l, mapped(err)
}
