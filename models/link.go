package models

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"kollega/internal/auth"
)

// Link is a share link: one employee, one job, one channel.
type Link struct {
	ID         uuid.UUID
	Code       string // in the address /s/{code}
	UserID     uuid.UUID
	JobID      uuid.UUID
	Channel    string
	DisabledAt *time.Time
	CreatedAt  time.Time
	Unasked    bool // somebody else made it for the person, who has not asked for it: it is no share of theirs

	User *User `gorm:"foreignKey:UserID"`
	Job  *Job  `gorm:"foreignKey:JobID"`
}

// Path is the link's public address without the host.
func (l Link) Path() string { return "/s/" + l.Code }

// MakeLink is the person's link for that job and channel, made when there is none; made tells which. One that was turned
// off is turned on again for its owner. Only HR makes links for others; a draft has none.
func (db *DB) MakeLink(ctx context.Context, by User, userID, jobID uuid.UUID, channel string) (link Link, made bool, err error) {
	if !Channels.Has(channel) {
		return link, false, Invalid("channel", "error.choose")
	}
	if userID != by.ID {
		if !by.Is(RoleHR) {
			return link, false, ErrNotFound
		}
		u, err := db.User(ctx, userID)
		if errors.Is(err, ErrNotFound) || err == nil && !u.Active() {
			err = Invalid("user_id", "error.choose")
		}
		if err != nil {
			return link, false, err
		}
	}
	job, err := db.Job(ctx, jobID)
	if err != nil {
		return link, false, err
	}
	if job.Status == JobDraft {
		return link, false, ErrNotFound
	}
	find := func() error {
		return mapped(db.q(ctx).Where("user_id = ? and job_id = ? and channel = ?", userID, jobID, channel).Take(&link).Error)
	}
	if err = find(); errors.Is(err, ErrNotFound) {
		if !job.Open(db.Now()) {
			return link, false, &ConflictError{Key: "link.error.closed"}
		}
		made, err = db.insertLink(ctx, by, Link{ID: NewID(), UserID: userID, JobID: jobID, Channel: channel, CreatedAt: db.Now()})
		if err == nil {
			err = find() // ours, or that of somebody who was a moment earlier
		}
	}
	if err == nil && link.Unasked && userID == by.ID {
		err = db.shareUnasked(ctx, &link)
	}
	if err == nil && link.DisabledAt != nil && userID == by.ID {
		err = db.SwitchLink(ctx, userID, link.ID, true)
		link.DisabledAt = nil
	}
	return link, made, err
}

// insertLink tries new codes until one is free; made is false when the same link stands already. Who shares a job for the first time is
// owed an answer; what HR makes for others is no share of theirs.
func (db *DB) insertLink(ctx context.Context, by User, l Link) (made bool, err error) {
	for range 5 {
		l.Code, l.Unasked = auth.NewLinkCode(), l.UserID != by.ID
		err = db.Tx(ctx, func(tx *DB) error {
			res := tx.q(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "user_id"}, {Name: "job_id"}, {Name: "channel"}}, DoNothing: true}).
				Omit(clause.Associations).Create(&l)
			if made = res.RowsAffected == 1; res.Error != nil || !made || l.UserID != by.ID {
				return mapped(res.Error)
			}
			return tx.oweShare(ctx, l)
		})
		if !errors.Is(err, ErrConflict) { // a conflict that is left is about the code
			return made && err == nil, err
		}
	}
	return false, fmt.Errorf("link: no free code: %w", err)
}

// shareUnasked makes a link that others made for its owner one that they share by.
func (db *DB) shareUnasked(ctx context.Context, l *Link) error {
	l.Unasked = false
	return db.Tx(ctx, func(tx *DB) error {
		if err := changed(tx.q(ctx).Model(&Link{}).Where("id = ?", l.ID).Update("unasked", false)); err != nil {
			return err
		}
		return tx.oweShare(ctx, *l)
	})
}

func (db *DB) oweShare(ctx context.Context, l Link) error {
	return db.Owe(ctx, Owed{UserID: l.UserID, Kind: OwedShare, About: l.JobID, JobID: &l.JobID})
}

// SwitchLink turns a person's own link on or off.
func (db *DB) SwitchLink(ctx context.Context, userID, id uuid.UUID, on bool) error {
	var at *time.Time
	if !on {
		now := db.Now()
		at = &now
	}
	return changed(db.q(ctx).Model(&Link{}).Where("id = ? and user_id = ?", id, userID).Update("disabled_at", at))
}

// OwnLink is a person's own link; others' are not found.
func (db *DB) OwnLink(ctx context.Context, userID, id uuid.UUID) (Link, error) {
	var l Link
	err := db.q(ctx).Where("id = ? and user_id = ?", id, userID).Take(&l).Error
	return l, mapped(err)
}

// LinkFilter narrows a list of links; nil fields do not.
type LinkFilter struct {
	UserID, JobID *uuid.UUID
	After         *uuid.UUID // the last id of the page before
	Limit         int
}

// Links are links in the order they were made, with their jobs.
func (db *DB) Links(ctx context.Context, f LinkFilter) ([]Link, error) {
	q := db.q(ctx).Preload("Job").Order("id")
	if f.UserID != nil {
		q = q.Where("user_id = ?", *f.UserID)
	}
	if f.JobID != nil {
		q = q.Where("job_id = ?", *f.JobID)
	}
	if f.After != nil {
		q = q.Where("id > ?", *f.After)
	}
	if f.Limit > 0 {
		q = q.Limit(f.Limit)
	}
	var links []Link
	return links, mapped(q.Find(&links).Error)
}
