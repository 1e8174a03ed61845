package models

import (
	"context"
	_ "embed"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

//go:embed queries/referrals.sql
var referralsSQL string

// ReferralGroups are what the referral report can be broken down by.
var ReferralGroups = Words{"employee", "team", "job", "clip", "channel", "skill"}

// dimension is how a group's key and label are read.
type dimension struct{ key, label, joins string }

var dimensions = map[string]dimension{
	"employee": {"l.user_id", "u.name", ""},
	"team":     {"coalesce(u.team_id::text, '')", "coalesce(team.name, '')", "left join teams team on team.id = u.team_id"},
	"job":      {"l.job_id", "j.title", "join jobs j on j.id = l.job_id"},
	"clip":     {"c.clip_id", "clip.title", "left join clips clip on clip.id = c.clip_id"},
	"channel":  {"l.channel", "l.channel", ""},
	"skill":    {"js.skill_id", "skill.name", "join job_skills js on js.job_id = l.job_id join skills skill on skill.id = js.skill_id"},
}

// ReferralFilter is what a referral report is about.
type ReferralFilter struct {
	GroupBy  string
	JobID    *uuid.UUID
	From, To time.Time // days, both included; zero To is today, zero From is the beginning
}

// Referral is what the share links of one group led to. Hits counts every request, all others only people's.
type Referral struct {
	Key          string `json:"key"`
	Label        string `json:"label"`
	Hits         int64  `json:"hits"`
	Clicks       int64  `json:"clicks"`
	Visitors     int64  `json:"visitors"`
	Views        int64  `json:"views"`
	Plays        int64  `json:"plays"`
	Q25          int64  `json:"q25"`
	Q50          int64  `json:"q50"`
	Q75          int64  `json:"q75"`
	Q100         int64  `json:"q100"`
	ApplyStarts  int64  `json:"apply_starts"`
	Applications int64  `json:"applications"`
	Qualified    int64  `json:"qualified"`
	Hires        int64  `json:"hires"`
}

// Referrals is the referral report, the most hires first, and the total of everything, which groups that overlap do not sum to.
// It reads the rollups, of longer times by spans, so it costs the same with many events.
func (db *DB) Referrals(ctx context.Context, f ReferralFilter) (rows []Referral, total Referral, err error) {
	d, ok := dimensions[f.GroupBy]
	if !ok {
		return nil, total, Invalid("group_by", "error.choose")
	}
	if f.To.IsZero() {
		f.To = db.Now()
	}
	if f.From.IsZero() {
		f.From = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	asked := span{first: f.From.UTC().Truncate(oneDay), last: f.To.UTC().Truncate(oneDay)}
	if asked.last.Before(asked.first) {
		return nil, total, Invalid("to", "error.range")
	}
	// One picture of the database: a span that goes while its days are counted anew must not be read after it was chosen.
	err = pgx.BeginTxFunc(ctx, db.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		rows, err = d.referrals(ctx, tx, asked, f.JobID)
		return err
	})
	if err != nil {
		return nil, total, fmt.Errorf("referrals by %s: %w", f.GroupBy, err)
	}
	last := len(rows) - 1
	return rows[:last], rows[last], nil
}

// referrals asks for the report, whose last row is the total.
func (d dimension) referrals(ctx context.Context, tx pgx.Tx, asked span, job *uuid.UUID) ([]Referral, error) {
	counted, err := countedDays(ctx, tx)
	if err != nil {
		return nil, err
	}
	if counted.first.Before(asked.first) {
		counted.first = asked.first
	}
	counted.last = minTime(counted.last, asked.last)
	spans, err := spansWithin(ctx, tx, counted)
	if err != nil {
		return nil, err
	}
	picked, days := cover(spans, counted)
	if _, err := tx.Exec(ctx, "set local work_mem = '64MB'"); err != nil { // one row for a link is sorted and hashed in memory
		return nil, err
	}
	result, err := tx.Query(ctx, d.sql(), asked.first.Format(time.DateOnly), asked.last.Format(time.DateOnly), job, spanIDs(picked), dates(days))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(result, pgx.RowToStructByPos[Referral])
}

func (d dimension) sql() string {
	return strings.NewReplacer("{key}", d.key, "{label}", d.label, "{joins}", d.joins).Replace(referralsSQL)
}
