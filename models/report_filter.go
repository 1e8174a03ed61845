package models

import (
	"context"
	"embed"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// None is what a filter names where it asks for what has no team, or no channel.
const None = "none"

// ReferralFilter is what a report is about; what is empty leaves nothing out. Days are those of UTC, as all rollups are.
type ReferralFilter struct {
	GroupBy  string // one of ReferralGroups
	JobID    *uuid.UUID
	ClipID   *uuid.UUID // that was shown
	SkillID  *uuid.UUID // that the job asks for
	UserID   *uuid.UUID // who shared or is credited
	Team     string     // id of that person's team today, or None
	Channel  string     // of the link, or None: credited without one
	From, To time.Time  // days, both included; zero To is today, zero From is the beginning
}

// beginning is before anything that Kollega counts.
var beginning = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// asked are the filter's days.
func (f ReferralFilter) asked(now time.Time) (span, error) {
	if f.To.IsZero() {
		f.To = now
	}
	if f.From.IsZero() {
		f.From = beginning
	}
	s := span{first: f.From.UTC().Truncate(oneDay), last: f.To.UTC().Truncate(oneDay)}
	if s.last.Before(s.first) {
		return s, Invalid("to", "error.range")
	}
	return s, nil
}

// Before is the same report over as many days right before; ok is false where it has no beginning.
func (f ReferralFilter) Before() (before ReferralFilter, ok bool) {
	if f.From.IsZero() || f.To.IsZero() {
		return f, false
	}
	days := int(f.To.Sub(f.From)/oneDay) + 1
	f.From, f.To = f.From.AddDate(0, 0, -days), f.From.AddDate(0, 0, -1)
	return f, true
}

// args are the filter's values by the names that the conditions have for them; nil leaves nothing out.
func (f ReferralFilter) args() map[string]any {
	args := map[string]any{
		"job": text(f.JobID), "clip": text(f.ClipID), "skill": text(f.SkillID), "user": text(f.UserID), "team": none(f.Team), "channel": none(f.Channel),
		"from": nil, "to": nil,
	}
	if !f.From.IsZero() {
		args["from"] = f.From.Format(time.DateOnly)
	}
	if !f.To.IsZero() {
		args["to"] = f.To.Format(time.DateOnly)
	}
	return args
}

func text(id *uuid.UUID) any {
	if id == nil {
		return nil
	}
	return id.String()
}

// none is a filter's word as the conditions have it: the empty one asks for what has none.
func none(s string) any {
	switch s {
	case "":
		return nil
	case None:
		return ""
	}
	return s
}

//go:embed queries/where_*.sql queries/report_*.sql queries/visits_*.sql
var reportFiles embed.FS

// reportSQL is a report's query with the conditions and, where it is by a dimension, that one filled in: the one place where filters and
// groupings become SQL.
func reportSQL(name string, d dimension) string {
	sql := strings.NewReplacer("{key}", d.key, "{shown}", d.shown(), "{label}", d.label, "{joins}", d.joins).Replace(reportFile("report_" + name))
	return conditions(sql)
}

// visitsSQL is the query for what happened on the pages, from the shortest totals that know what is asked.
func visitsSQL(d dimension, f ReferralFilter) string {
	from := d.counted(f)
	visits := reportFile("visits_"+from) + "\nunion all\n" + strings.ReplaceAll(reportFile("visits_daily"), "{keys}", countedBy[from])
	return conditions(strings.ReplaceAll(reportSQL("visits", d), "{visits}", visits))
}

// countedBy are the keys of the totals that visits are read from; what they do not know is null.
var countedBy = map[string]string{
	"links":  "l.user_id, l.job_id, l.channel, s.clip_id",
	"users":  "l.user_id, cast(null as uuid), cast(null as text), cast(null as uuid)",
	"places": "cast(null as uuid), l.job_id, l.channel, s.clip_id",
}

// conditions fills {links}, {credits}, {applications}, {referred}, {listed} and {hours} in.
func conditions(sql string) string {
	for _, name := range []string{"listed", "referred", "applications", "links", "credits", "hours"} { // what stands in another comes after it
		sql = strings.ReplaceAll(sql, "{"+name+"}", reportFile("where_"+name))
	}
	return sql
}

func reportFile(name string) string {
	raw, err := reportFiles.ReadFile("queries/" + name + ".sql")
	if err != nil {
		panic(err) // a name is misspelt
	}
	return strings.TrimSpace(string(raw))
}

// ask runs a report's query in a picture of the database of its own. The plan is made for what is asked: a condition that leaves nothing
// out then costs nothing.
func (db *DB) ask(ctx context.Context, sql string, args map[string]any, read func(pgx.Rows) error) error {
	return db.picture(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, sql, pgx.NamedArgs(args))
		if err != nil {
			return err
		}
		defer rows.Close()
		if err := read(rows); err != nil {
			return err
		}
		return rows.Err()
	})
}

// picture reads from one state of the database.
func (db *DB) picture(ctx context.Context, read func(tx pgx.Tx) error) error {
	return pgx.BeginTxFunc(ctx, db.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		// One row for a link is sorted and hashed in memory; totals are too short to be shared with helpers, which the questions beside have
		// the processors for.
		if _, err := tx.Exec(ctx, `select set_config('work_mem', '64MB', true), set_config('plan_cache_mode', 'force_custom_plan', true),
			set_config('max_parallel_workers_per_gather', '0', true)`); err != nil {
			return err
		}
		return read(tx)
	})
}

// answers runs the query of that name over the filter's days and gives its rows.
func answers[T any](ctx context.Context, db *DB, name string, f ReferralFilter, more map[string]any) ([]T, error) {
	asked, err := f.asked(db.Now())
	if err != nil {
		return nil, err
	}
	f.From, f.To = asked.first, asked.last
	args := f.args()
	maps.Copy(args, more)
	var out []T
	err = db.ask(ctx, reportSQL(name, dimension{}), args, func(rows pgx.Rows) error {
		out, err = pgx.CollectRows(rows, pgx.RowToStructByPos[T])
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("report %s: %w", name, err)
	}
	return out, nil
}
