package models

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

//go:embed queries/retention.sql
var retentionSQL string

// EnoughStays is how many answers a share of those who stayed needs: below it, one colleague more or less would turn it over.
const EnoughStays = 5

// RetentionFilter picks hires by the day on which they were made; empty fields pick all. Team and channel are those of who is credited.
type RetentionFilter struct {
	From, To        time.Time // days, both included; zero To is today, zero From is the beginning
	JobID, TeamID   *uuid.UUID
	ClipID, SkillID *uuid.UUID
	Channel         string
}

// RetentionRow is what is known of those hired at one mark; Hires is Still, Left, Unknown and those without an answer.
type RetentionRow struct {
	Source  string // one of Sources
	Months  int
	Hires   int64 // whose mark has come
	Still   int64 // are there, or were at a later mark
	Left    int64
	Unknown int64 // whoever was asked does not know
}

// Silent is how many have no answer, whether asked or not.
func (r RetentionRow) Silent() int64 { return r.Hires - r.Still - r.Left - r.Unknown }

// Known is how many are known to be there or to have left.
func (r RetentionRow) Known() int64 { return r.Still + r.Left }

// Enough tells whether a share may be told.
func (r RetentionRow) Enough() bool { return r.Known() >= EnoughStays }

// Share is how many of a hundred known ones are still there; ask Enough before.
func (r RetentionRow) Share() float64 { return 100 * float64(r.Still) / float64(max(r.Known(), 1)) }

// Retention is who of those hired stayed: a row for each mark, first of those whom colleagues referred, then of the open door, then of
// links that earned nobody anything.
func (db *DB) Retention(ctx context.Context, f RetentionFilter) ([]RetentionRow, error) {
	if f.To.IsZero() {
		f.To = db.Now()
	}
	if f.From.IsZero() {
		f.From = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if f.To.Before(f.From) {
		return nil, Invalid("to", "error.range")
	}
	if f.Channel != "" && !Channels.Has(f.Channel) {
		return nil, Invalid("channel", "error.choose")
	}
	var channel *string
	if f.Channel != "" {
		channel = &f.Channel
	}
	rows, err := db.pool.Query(ctx, retentionSQL, f.From.UTC().Format(time.DateOnly), f.To.UTC().Format(time.DateOnly), db.Now(), StayMarks,
		f.JobID, f.TeamID, channel, f.ClipID, f.SkillID)
	if err != nil {
		return nil, fmt.Errorf("who stayed: %w", err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowToStructByPos[RetentionRow])
	if err != nil {
		return nil, fmt.Errorf("who stayed: %w", err)
	}
	return out, nil
}
