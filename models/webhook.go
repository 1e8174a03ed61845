package models

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"kollega/internal/hook"
)

// WebhookKinds are what can be told.
var WebhookKinds = Words{hook.Slack, hook.Teams, hook.Mattermost}

const (
	maxWebhookName     = 100
	maxWebhooks        = 50
	maxGroupWebhooks   = 5
	maxWebhookFailures = 3 // things given up, one after the other: then a webhook is switched off
	webhookTellingKept = 90 * 24 * time.Hour
)

// Webhook is where a channel is told of what happens.
type Webhook struct {
	ID         uuid.UUID
	GroupID    *uuid.UUID // nil: of the house
	Kind       string
	Name       string
	Address    string   // a secret
	Events     []string `gorm:"serializer:json"`
	Failures   int      // things that it was tried to tell of in vain, one after the other
	LastReason string   // of the last failure, as hook has them; empty after a success
	LastStatus int      // the receiver's answer, 0 without one
	TriedAt    *time.Time
	ToldAt     *time.Time
	DisabledAt *time.Time
	CreatedBy  *uuid.UUID
	CreatedAt  time.Time
	UpdatedAt  time.Time

	Group *Group `gorm:"foreignKey:GroupID"`
}

// Host is where the webhook leads, without what is secret of its address.
func (w Webhook) Host() string {
	u, err := url.Parse(w.Address)
	if err != nil {
		return ""
	}
	return u.Host
}

// WebhookInput is what is written about a webhook.
type WebhookInput struct {
	Kind    string
	Name    string
	Address string // empty keeps the one that stands
	Events  []string
}

func (in *WebhookInput) check(kept bool, events Words) error {
	in.Name, in.Address = strings.TrimSpace(in.Name), strings.TrimSpace(in.Address)
	var bad ValidationErrors
	if !WebhookKinds.Has(in.Kind) {
		bad.Add("kind", "error.choose")
	}
	if in.Name == "" {
		bad.Add("name", "error.required")
	} else if utf8.RuneCountInString(in.Name) > maxWebhookName {
		bad.Add("name", "error.too_long", "Max", maxWebhookName)
	}
	if (in.Address != "" || !kept) && !hook.CheckAddress(in.Address) {
		bad.Add("address", "webhooks.error.address")
	}
	if len(in.Events) == 0 || slices.ContainsFunc(in.Events, func(e string) bool { return !events.Has(e) }) {
		bad.Add("events", "webhooks.error.events")
	}
	return bad.Err()
}

// Webhooks are those of the house, the oldest first, and after them those of groups, with the group.
func (db *DB) Webhooks(ctx context.Context) ([]Webhook, error) {
	var ws []Webhook
	err := db.q(ctx).Preload("Group").Order("group_id is not null, created_at, id").Find(&ws).Error
	return ws, mapped(err)
}

// Webhook is one.
func (db *DB) Webhook(ctx context.Context, id uuid.UUID) (Webhook, error) {
	var w Webhook
	err := db.q(ctx).Where("id = ?", id).Take(&w).Error
	return w, mapped(err)
}

// AddWebhook makes one of the house.
func (db *DB) AddWebhook(ctx context.Context, by User, in WebhookInput) (Webhook, error) {
	if err := in.check(false, WebhookEvents); err != nil {
		return Webhook{}, err
	}
	return db.addWebhook(ctx, by, nil, in)
}

func (db *DB) addWebhook(ctx context.Context, by User, group *uuid.UUID, in WebhookInput) (Webhook, error) {
	now := db.Now()
	w := Webhook{
		ID: NewID(), GroupID: group, Kind: in.Kind, Name: in.Name, Address: in.Address, Events: in.Events, CreatedBy: by.ref(), CreatedAt: now, UpdatedAt: now,
	}
	var there int64
	if err := db.q(ctx).Model(&Webhook{}).Where("group_id is not distinct from ?", group).Count(&there).Error; err != nil {
		return Webhook{}, mapped(err)
	}
	if group == nil && there >= maxWebhooks || group != nil && there >= maxGroupWebhooks {
		return Webhook{}, &ConflictError{Key: "webhooks.conflict.many"}
	}
	return w, db.do(As(ctx, by), Deed{DidAdd, OfWebhook, w.ID, Facts{"service": in.Kind}}, func(tx *DB) error {
		return mapped(tx.q(ctx).Omit(clause.Associations).Create(&w).Error)
	})
}

// ChangeWebhook writes what is known about one of the house; it is tried again if it was switched off.
func (db *DB) ChangeWebhook(ctx context.Context, by User, id uuid.UUID, in WebhookInput) error {
	if err := in.check(true, WebhookEvents); err != nil {
		return err
	}
	events, err := json.Marshal(in.Events)
	if err != nil {
		return err
	}
	set := map[string]any{"kind": in.Kind, "name": in.Name, "events": gorm.Expr("?::jsonb", string(events)), "updated_at": db.Now(), "disabled_at": nil, "failures": 0}
	fields := "name,events"
	if in.Address != "" {
		set["address"], fields = in.Address, "name,events,address"
	}
	return db.do(As(ctx, by), Deed{DidChange, OfWebhook, id, Facts{"fields": fields}}, func(tx *DB) error {
		return changed(tx.q(ctx).Model(&Webhook{}).Where("id = ? and group_id is null", id).Updates(set))
	})
}

// SwitchWebhook turns one off, or on again, whatever failed before.
func (db *DB) SwitchWebhook(ctx context.Context, by User, id uuid.UUID, on bool) error {
	set := map[string]any{"updated_at": db.Now(), "disabled_at": db.Now(), "failures": 0, "last_reason": "", "last_status": 0}
	if on {
		set["disabled_at"] = nil
	}
	return db.do(As(ctx, by), Deed{DidChange, OfWebhook, id, Facts{"active": on}}, func(tx *DB) error {
		return changed(tx.q(ctx).Model(&Webhook{}).Where("id = ?", id).Updates(set))
	})
}

// DeleteWebhook forgets one, and its address.
func (db *DB) DeleteWebhook(ctx context.Context, by User, id uuid.UUID) error {
	return db.do(As(ctx, by), Deed{DidErase, OfWebhook, id, nil}, func(tx *DB) error {
		return changed(tx.q(ctx).Where("id = ?", id).Delete(&Webhook{}))
	})
}
