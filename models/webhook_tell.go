package models

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"kollega/internal/hook"
	"kollega/internal/i18n"
)

// What webhooks are told of; what About is stands beside each.
const (
	EventNewJob   = "new_job"  // the job, published for the first time
	EventQuestion = "question" // the question
	EventThanks   = "thanks"   // the thanks that its receiver agreed to show

	EventTest = "test" // a person's try: the webhook itself
)

// WebhookEvents are what can be chosen for those of the house.
var WebhookEvents = Words{EventNewJob, EventQuestion, EventThanks}

// Announced is what a channel is told: nothing that not everybody there may read.
type Announced struct {
	Words []any  // the values of webhooks.say.<event>: names and values alternate
	Path  string // where it leads
}

// announce finds out what an event says now; ErrNotFound where it is not to be told any more. Whoever reads the channel is not known: it may
// only tell what everybody in the house may read, or in the group.
type announce func(ctx context.Context, db *DB, about uuid.UUID) (Announced, error)

// announcers are those of the events; one without is never told.
var announcers = map[string]announce{
	EventNewJob:   announceJob,
	EventQuestion: announceQuestion,
	EventThanks:   announceThanks,
	EventPost:     announcePost,
	EventTest:     func(context.Context, *DB, uuid.UUID) (Announced, error) { return Announced{Path: "/"}, nil },
}

func announceJob(ctx context.Context, db *DB, id uuid.UUID) (Announced, error) {
	var j Job
	err := db.open(db.q(ctx)).Where("jobs.id = ?", id).Take(&j).Error
	return Announced{Words: []any{"Title", j.Title}, Path: "/jobs/" + j.Slug}, mapped(err)
}

// Telling is what one webhook is told.
type Telling struct {
	ID        uuid.UUID
	WebhookID uuid.UUID
	Kind      string
	About     uuid.UUID
	State     string
	Tries     int
	CreatedAt time.Time
	SentAt    *time.Time

	Webhook *Webhook `gorm:"foreignKey:WebhookID"`
}

// TableName is the table's.
func (Telling) TableName() string { return "webhook_tellings" }

// States of a telling.
const (
	TellingQueued = "queued"
	TellingSent   = "sent"
	TellingFailed = "failed"
	TellingEmpty  = "empty" // there was nothing left to tell, or nobody to be told
)

// Announce tells the webhooks that want to know of an event, in its transaction: those of the group, or those of the house where group is nil.
// Each is told once of a thing, however often it is called.
func (db *DB) Announce(ctx context.Context, event string, about uuid.UUID, group *uuid.UUID) error {
	var ids []uuid.UUID
	q := db.q(ctx).Model(&Webhook{}).Where("disabled_at is null and events @> to_jsonb(?::text)", event)
	if group == nil {
		q = q.Where("group_id is null")
	} else {
		q = q.Where("group_id = ?", *group)
	}
	if err := q.Order("id").Pluck("id", &ids).Error; err != nil {
		return mapped(err)
	}
	for _, id := range ids {
		if err := db.tellWebhook(ctx, Telling{WebhookID: id, Kind: event, About: about}); err != nil {
			return err
		}
	}
	return nil
}

// TryWebhook sends a message that says it is one to try.
func (db *DB) TryWebhook(ctx context.Context, by User, id uuid.UUID) error {
	return db.do(As(ctx, by), Deed{DidChange, OfWebhook, id, Facts{"tried": true}}, func(tx *DB) error {
		if _, err := tx.Webhook(ctx, id); err != nil {
			return err
		}
		return tx.tellWebhook(ctx, Telling{WebhookID: id, Kind: EventTest, About: NewID()})
	})
}

func (db *DB) tellWebhook(ctx context.Context, t Telling) error {
	t.ID, t.State, t.CreatedAt = NewID(), TellingQueued, db.Now()
	res := db.q(ctx).Omit(clause.Associations).Clauses(clause.OnConflict{DoNothing: true}).Create(&t)
	if res.Error != nil || res.RowsAffected == 0 { // told already
		return mapped(res.Error)
	}
	return db.enqueue(ctx, PostWebhook{ID: t.ID}, nil)
}

// Telling is one that is still to go, with its message in the printer's words and with links at base; ErrNotFound where it has gone, was
// switched off, or there is nothing left to tell.
func (db *DB) Telling(ctx context.Context, id uuid.UUID, words *i18n.Bundle, base string) (Telling, []byte, error) {
	var t Telling
	if err := db.q(ctx).Preload("Webhook").Where("id = ? and state = ?", id, TellingQueued).Take(&t).Error; err != nil {
		return t, nil, mapped(err)
	}
	say := announcers[t.Kind]
	if t.Webhook.DisabledAt != nil && t.Kind != EventTest || say == nil {
		return t, nil, db.nothingToTell(ctx, t)
	}
	said, err := say(ctx, db, t.About)
	if errors.Is(err, ErrNotFound) {
		return t, nil, db.nothingToTell(ctx, t)
	}
	if err != nil {
		return t, nil, err
	}
	house, err := db.Organisation(ctx)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return t, nil, err
	}
	p := words.For(house.Language)
	m := hook.Message{Text: p.T("webhooks.say."+t.Kind, append([]any{"House", house.Name}, said.Words...)...), Link: base + said.Path, Action: p.T("webhooks.action." + t.Kind)}
	message, err := m.For(t.Webhook.Kind)
	return t, message, err
}

func (db *DB) nothingToTell(ctx context.Context, t Telling) error {
	return errors.Join(ErrNotFound, mapped(db.q(ctx).Model(&Telling{}).Where("id = ?", t.ID).Update("state", TellingEmpty).Error))
}

// WebhookTold notes that a webhook took what it was told.
func (db *DB) WebhookTold(ctx context.Context, t Telling) error {
	now := db.Now()
	return db.Tx(ctx, func(tx *DB) error {
		err := tx.q(ctx).Model(&Telling{}).Where("id = ?", t.ID).Updates(map[string]any{"state": TellingSent, "sent_at": now, "tries": gorm.Expr("tries + 1")}).Error
		if err != nil {
			return mapped(err)
		}
		return mapped(tx.q(ctx).Model(&Webhook{}).Where("id = ?", t.WebhookID).
			Updates(map[string]any{"failures": 0, "last_reason": "", "last_status": 0, "tried_at": now, "told_at": now}).Error)
	})
}

// tellingFor is how long something is news: then a webhook is not told of it any more, however the tries went.
const tellingFor = 24 * time.Hour

// WebhookNotTold notes why a webhook did not take what it was told; last says that it is not tried again. What was tried for too long is given
// up as well. After some that were given up one after the other, or where there is no such webhook any more, it is switched off.
func (db *DB) WebhookNotTold(ctx context.Context, t Telling, why *hook.Error, last bool) (again bool, err error) {
	now := db.Now()
	last = last || why.Lasting() || now.Sub(t.CreatedAt) >= tellingFor
	return !last, db.Tx(ctx, func(tx *DB) error {
		set, failed, most := map[string]any{"tries": gorm.Expr("tries + 1")}, 0, maxWebhookFailures
		if last {
			set["state"], failed = TellingFailed, 1
		}
		if why.Lasting() {
			most = 1
		}
		if err := tx.q(ctx).Model(&Telling{}).Where("id = ?", t.ID).Updates(set).Error; err != nil {
			return mapped(err)
		}
		return mapped(tx.q(ctx).Model(&Webhook{}).Where("id = ?", t.WebhookID).Updates(map[string]any{
			"failures": gorm.Expr("failures + ?", failed), "last_reason": why.Reason, "last_status": why.Status, "tried_at": now,
			"disabled_at": gorm.Expr("case when disabled_at is null and ? and failures + 1 >= ? then ?::timestamptz else disabled_at end", last, most, now),
		}).Error)
	})
}
