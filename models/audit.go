package models

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Verbs of the audit log.
const (
	DidSee    = "seen"
	DidAdd    = "added"
	DidChange = "changed"
	DidExport = "exported"
	DidErase  = "erased"
	DidLogIn  = "logged_in"
)

// AuditVerbs are all verbs.
var AuditVerbs = Words{DidSee, DidAdd, DidChange, DidExport, DidErase, DidLogIn}

// Kinds of what an entry is about. The id is an application's for the first eight, so that everything about it is found together.
const (
	OfApplication  = "application"
	OfCandidate    = "candidate"
	OfCV           = "cv"
	OfLetter       = "letter"
	OfNote         = "note"
	OfCredit       = "credit"
	OfAppeal       = "appeal"
	OfReward       = "reward"
	OfAside        = "aside" // an application that waits for a decision
	OfJob          = "job"
	OfPlan         = "plan" // for the rewards of a job; the id is the job's
	OfClip         = "clip"
	OfCaptions     = "captions"   // the id is the clip's
	OfConsent      = "consent"    // of somebody in a clip; the id is the clip's
	OfComparison   = "comparison" // the id is the job's
	OfProposal     = "proposal"
	OfUser         = "user"
	OfCard         = "card"    // to sign in with; the id is the person's
	OfPosters      = "posters" // printed for somebody; the id is the person's
	OfKiosk        = "kiosk"
	OfThanks       = "thanks"
	OfTeam         = "team"
	OfToken        = "token"
	OfOrganisation = "organisation"
	OfRules        = "rules"
	OfLetterText   = "letter_text"
	OfPolicy       = "policy"
	OfReport       = "report"
	OfFeedback     = "feedback"    // that it was given, never what it says
	OfPostReport   = "post_report" // what was put before HR of a group
	OfAudit        = "audit"
	OfWebhook      = "webhook"

	OfIdentity      = "identity"       // how people sign in
	OfIdentityGroup = "identity_group" // a line of the mapping
	OfDirectory     = "directory"      // a group of the directory's, or the token that it acts by
	OfQuestion      = "question"       // who knows somebody?
	OfSuggestion    = "suggestion"
	OfRemark        = "remark" // of a colleague, about a clip or a suggestion
)

// AuditKinds are all kinds.
var AuditKinds = Words{
	OfApplication, OfCandidate, OfCV, OfLetter, OfNote, OfCredit, OfAppeal, OfReward, OfAside, OfJob, OfPlan, OfClip, OfCaptions, OfConsent,
	OfComparison, OfProposal, OfUser, OfCard, OfPosters, OfKiosk, OfThanks, OfTeam, OfToken, OfOrganisation, OfRules, OfLetterText, OfPolicy, OfReport, OfFeedback, OfPostReport, OfAudit, OfWebhook,
	OfIdentity, OfIdentityGroup, OfDirectory,
	OfQuestion, OfSuggestion, OfRemark,
}

// Who an entry says it was.
const (
	ActorPerson    = "person"
	ActorToken     = "token" // a program, with a person's API token
	ActorCandidate = "candidate"
	ActorSystem    = "system" // the command line, or Kollega by itself
)

// Deed is one thing that somebody did.
type Deed struct {
	Verb    string
	Kind    string
	ID      uuid.UUID // zero where it is about many, or the house
	Details Facts
}

// Facts are small things about a deed: codes, numbers, ids and the names of fields. Never words that a person wrote: an entry cannot
// be changed, and nothing of a candidate may stand in it.
type Facts map[string]any

// Audit writes down what whoever acts in ctx did; see As. Call it in the transaction of the change, so that neither is there without
// the other:
//
//	return tx.Audit(As(ctx, by), Deed{DidChange, OfApplication, id, Facts{"stage": to}})
//
// What is only seen or exported is written down before it is answered, by web.App's Saw, SawMany and Exported, and is not answered where
// that fails: an access that cannot be logged does not happen. The tests that walk the route table find what is forgotten.
func (db *DB) Audit(ctx context.Context, d Deed) error {
	if err := d.check(); err != nil {
		return err
	}
	who := acting(ctx)
	e := AuditEntry{ID: NewID(), At: db.Now(), Actor: who.kind, Name: who.name, Verb: d.Verb, Kind: d.Kind, Details: d.Details}
	if who.id != uuid.Nil {
		e.UserID = &who.id
	}
	if d.ID != uuid.Nil {
		e.SubjectID = &d.ID
	}
	if e.Details == nil {
		e.Details = Facts{}
	}
	if err := db.q(ctx).Create(&e).Error; err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	return nil
}

// do makes a change and writes it down, both or neither.
func (db *DB) do(ctx context.Context, d Deed, change func(tx *DB) error) error {
	return db.Tx(ctx, func(tx *DB) error {
		if err := change(tx); err != nil {
			return err
		}
		return tx.Audit(ctx, d)
	})
}

// fromTo is a change of a code or a number, as a detail.
func fromTo[T string | int](from, to T) string { return fmt.Sprintf("%v>%v", from, to) }

// differing joins the names of those fields that differ; pairs alternate names and whether they do.
func differing(pairs ...any) string {
	var names []string
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1].(bool) {
			names = append(names, pairs[i].(string))
		}
	}
	return strings.Join(names, ",")
}

// auditWord is a code that comes from outside, as a detail: a language tag has capitals.
func auditWord(s string) string { return strings.ToLower(s) }

// auditCode is what a detail may be written with: no spaces, no capitals, no @.
var auditCode = regexp.MustCompile(`^[a-z0-9_./,>:+-]{0,300}$`)

// check refuses what does not belong into the log; it is a mistake of ours, not of whoever acts.
func (d Deed) check() error {
	if !AuditVerbs.Has(d.Verb) || !AuditKinds.Has(d.Kind) {
		return fmt.Errorf("audit: %q %q is not in the vocabulary", d.Verb, d.Kind)
	}
	for key, value := range d.Details {
		ok := auditCode.MatchString(key)
		switch v := value.(type) {
		case string:
			ok = ok && auditCode.MatchString(v)
		case int, int64, bool, uuid.UUID:
		default:
			ok = false
		}
		if !ok {
			return fmt.Errorf("audit: the detail %q is no code, number or id", key)
		}
	}
	return nil
}

// actor is who acts.
type actor struct {
	kind string
	id   uuid.UUID
	name string
}

type actorKey struct{}

// acting is who acts in ctx: Kollega itself where nobody was named.
func acting(ctx context.Context) actor {
	if a, ok := ctx.Value(actorKey{}).(actor); ok {
		return a
	}
	return actor{kind: ActorSystem}
}

// As is ctx in which that person acts. Who acts with a token already goes on doing so.
func As(ctx context.Context, by User) context.Context {
	now := acting(ctx)
	if by.ID == uuid.Nil || now.id == by.ID {
		return ctx
	}
	return context.WithValue(ctx, actorKey{}, actor{ActorPerson, by.ID, by.Name})
}

// AsToken is ctx in which a program acts with that person's token.
func AsToken(ctx context.Context, by User) context.Context {
	return context.WithValue(ctx, actorKey{}, actor{ActorToken, by.ID, by.Name})
}

// AsCandidate is ctx in which a candidate acts, on their own page; the log does not say which.
func AsCandidate(ctx context.Context) context.Context {
	return context.WithValue(ctx, actorKey{}, actor{kind: ActorCandidate})
}

// AuditEntry is a line of the audit log.
type AuditEntry struct {
	ID        uuid.UUID
	At        time.Time
	Actor     string
	UserID    *uuid.UUID
	Name      string // of the person as it was; empty for candidates and Kollega itself
	Verb      string
	Kind      string
	SubjectID *uuid.UUID
	Details   Facts `gorm:"serializer:json"`

	Label  string `gorm:"-"` // what the subject is called now; empty where it is gone
	Gone   bool   `gorm:"-"` // an application that was erased
	Person string `gorm:"-"` // whom the detail "person" means
}

// TableName is the table's.
func (AuditEntry) TableName() string { return "audit" }
