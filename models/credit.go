package models

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"gorm.io/gorm/clause"
)

// Causes of a round of credit.
const (
	CauseApplied  = "applied"  // the application came
	CauseArrived  = "arrived"  // its click was shipped from the journal
	CauseHeard    = "heard"    // the candidate's answer was matched to a colleague
	CauseRecount  = "recount"  // the rules judged the clicks again
	CausePolicy   = "policy"   // HR had another policy applied to old applications
	CauseOverride = "override" // HR decided
	CauseAppeal   = "appeal"   // HR decided on an appeal
)

// settleAfter is when an application's credit is first looked at again: most clicks are in Postgres within a second.
const settleAfter = 5 * time.Second

// Credit is a row of the ledger: the share of an application that an employee is given, or why they are given none.
// Rows are added, never changed.
type Credit struct {
	ID            uuid.UUID
	ApplicationID uuid.UUID
	Round         int // the newest round of an application holds
	UserID        uuid.UUID
	LinkID        *uuid.UUID
	Weight        float64        // 0 to 1; the weights of a round sum to 1 or to 0
	Policy        string         // name/version
	Reason        string         // translation key
	ReasonArgs    map[string]any `gorm:"serializer:json"`
	Cause         string         // why there is this round
	EventID       *uuid.UUID     // the click that the reason speaks of
	TouchedAt     *time.Time     // when that was
	ByID          *uuid.UUID     // who decided
	Note          string         // their words
	At            time.Time

	User *User `gorm:"foreignKey:UserID"`
	By   *User `gorm:"foreignKey:ByID"`
}

// firstCredit writes who is credited for a new application by what the form itself shows, and asks for a second look when the click,
// which is still on its way from the journal, must have arrived.
func (db *DB) firstCredit(ctx context.Context, app Application, in Applying) error {
	if in.Link != nil {
		t := Touch{
			ID: NewID(), ApplicationID: app.ID, Kind: TouchLink, UserID: in.Link.UserID, LinkID: &in.Link.ID, Channel: in.Link.Channel,
			EventID: app.ClickID, At: &app.SubmittedAt, Class: in.Class, Pinned: in.Trapped,
		}
		if t.Class == "" {
			t.Class = ClassHuman
		}
		if in.Trapped {
			t.Class = ClassSuspect
		}
		if err := mapped(db.q(ctx).Omit(clause.Associations).Create(&t).Error); err != nil {
			return err
		}
	}
	if err := db.q(ctx).Exec(touchesBefore, app.ID).Error; err != nil {
		return mapped(err)
	}
	if err := db.noteOwner(ctx, app); err != nil {
		return err
	}
	if _, err := db.creditAgain(ctx, []uuid.UUID{app.ID}, round{cause: CauseApplied}); err != nil {
		return err
	}
	return db.enqueue(ctx, SettleCredit{app.ID}, &river.InsertOpts{ScheduledAt: time.Now().Add(settleAfter)})
}

// round is what makes credit be given anew.
type round struct {
	cause      string
	policy     string // another than the application's own; empty for that
	windowDays int
	by         *uuid.UUID
	note       string
}

// creditAgain weighs the touches of applications and writes a new round where that changes anything. What a person has decided
// stands. It gives the applications whose credit changed. The caller holds them, or has just made them.
func (db *DB) creditAgain(ctx context.Context, ids []uuid.UUID, r round) (altered []uuid.UUID, err error) {
	apps, err := db.weighable(ctx, ids)
	if err != nil {
		return nil, err
	}
	var rows []Credit
	for _, app := range apps {
		if app.creditDecided() {
			continue
		}
		if fresh := app.nextRound(r, db.Now()); fresh != nil {
			rows, altered = append(rows, fresh...), append(altered, app.ID)
		}
	}
	if len(rows) == 0 {
		return nil, nil
	}
	if err := db.q(ctx).Omit(clause.Associations).CreateInBatches(rows, 500).Error; err != nil {
		return nil, mapped(err)
	}
	if err := db.settleRewards(ctx, altered); err != nil {
		return altered, err
	}
	return altered, db.oweArrivals(ctx, altered, r.cause)
}

// weighable reads applications with everything their credit depends on; Credits is the round that holds, zero weights included.
func (db *DB) weighable(ctx context.Context, ids []uuid.UUID) ([]Application, error) {
	var apps []Application
	err := db.q(ctx).Preload("Candidate").Preload("Touches.User").Preload("Credits", newestRound).Preload("Credits.User").
		Where("id in ? and candidate_id is not null", ids).Order("id").Find(&apps).Error
	return apps, mapped(err)
}

// creditDecided tells whether a person has decided on the credit, so that no rule takes it up again.
func (a Application) creditDecided() bool {
	return len(a.Credits) > 0 && (a.Credits[0].Cause == CauseOverride || a.Credits[0].Cause == CauseAppeal)
}

// policy is what the round goes by.
func (r round) of(a Application) (policy string, windowDays int) {
	if r.policy != "" {
		return r.policy, r.windowDays
	}
	return a.CreditPolicy, a.CreditWindow
}

// nextRound is the round that follows from the touches; nil where it says what the standing one says.
func (a Application) nextRound(r round, now time.Time) []Credit {
	policy, window := r.of(a)
	var rows []Credit
	for _, w := range awards(policy, window, a, a.Touches) {
		row := a.row(r, now, w.touch.UserID, w.weight)
		row.LinkID, row.Policy, row.Reason, row.ReasonArgs = w.touch.LinkID, policy, w.key, w.args
		row.EventID, row.TouchedAt = w.touch.EventID, w.touch.At
		rows = append(rows, row)
	}
	for _, old := range a.Credits { // nobody leaves the ledger without a word
		if !slices.ContainsFunc(rows, func(c Credit) bool { return c.UserID == old.UserID }) {
			row := a.row(r, now, old.UserID, 0)
			row.LinkID, row.Policy, row.Reason, row.ReasonArgs = old.LinkID, policy, "credit.not.evidence", map[string]any{}
			rows = append(rows, row)
		}
	}
	if sameCredit(a.Credits, rows) {
		return nil
	}
	return rows
}

// row is one line of a's next round.
func (a Application) row(r round, now time.Time, user uuid.UUID, weight float64) Credit {
	last := 0
	if len(a.Credits) > 0 {
		last = a.Credits[0].Round
	}
	return Credit{
		ID: NewID(), ApplicationID: a.ID, Round: last + 1, UserID: user, Weight: weight,
		Cause: r.cause, ByID: r.by, Note: r.note, At: now,
	}
}

// sameCredit tells whether two rounds give the same people the same, for the same reason.
func sameCredit(a, b []Credit) bool {
	if len(a) != len(b) {
		return false
	}
	for _, x := range a {
		i := slices.IndexFunc(b, func(c Credit) bool { return c.UserID == x.UserID })
		if i < 0 || math.Abs(x.Weight-b[i].Weight) > 1e-9 || x.Reason != b[i].Reason || !sameArgs(x.ReasonArgs, b[i].ReasonArgs) {
			return false
		}
	}
	return true
}

// sameArgs compares as they are stored: numbers that were read back have another type than those that were counted.
func sameArgs(a, b map[string]any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}
