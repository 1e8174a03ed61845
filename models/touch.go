package models

import (
	"time"

	"github.com/google/uuid"
)

// Kinds of evidence of who led somebody to apply.
const (
	TouchHeard   = "heard"   // the candidate's own answer, matched to a colleague
	TouchBefore  = "before"  // the same candidate applied for another job by a colleague's link
	TouchVisitor = "visitor" // the same visitor opened a link to the job earlier that day
	TouchLink    = "link"    // the link whose page the form was sent from
)

// Touch is one piece of that evidence.
type Touch struct {
	ID            uuid.UUID
	ApplicationID uuid.UUID
	Kind          string
	UserID        uuid.UUID
	LinkID        *uuid.UUID
	Channel       string
	EventID       *uuid.UUID // the click
	At            *time.Time // nil where nobody knows
	Class         string     // of the click, by the rules of today
	Pinned        bool       // the form itself gave the class away, so the click's does not matter
	ByID          *uuid.UUID // who matched the candidate's answer

	User   *User  `gorm:"foreignKey:UserID"`
	Reason string `gorm:"-"` // why the click has its class, as the ledger's page reads it; empty where the raw event is gone
}

// unfit says why a touch earns nothing, as the key and values of a sentence; the key is empty where it may earn.
func (t Touch) unfit(app Application, windowDays int) (key string, args map[string]any) {
	switch {
	case t.User.HasEmail() && t.User.EmailKey == app.Candidate.EmailKey:
		return "credit.not.self", map[string]any{}
	case t.Class != ClassHuman:
		return "credit.not.class", map[string]any{"Class": t.Class, "Channel": t.Channel}
	case t.Kind != TouchOwner && t.At != nil && t.At.Before(app.SubmittedAt.AddDate(0, 0, -windowDays)):
		return "credit.not.window", map[string]any{"Days": windowDays, "At": t.At.UTC().Format(time.RFC3339)}
	}
	return "", nil
}

// reason says what the touch was, as the key and values of a sentence.
func (t Touch) reason() (key string, args map[string]any) {
	args = map[string]any{"Channel": t.Channel}
	switch t.Kind {
	case TouchHeard:
		return "credit.heard", map[string]any{}
	case TouchOwner:
		return "credit.owner", map[string]any{}
	case TouchBefore:
		args["At"] = t.At.UTC().Format(time.RFC3339)
		return "credit.before", args
	case TouchVisitor:
		args["At"] = t.At.UTC().Format(time.RFC3339)
		return "credit.visitor", args
	}
	return "credit.last_link", args
}
