package models

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

var (
	//go:embed queries/recount_read.sql
	recountRead string
	//go:embed queries/recount_apply.sql
	recountApply string
	//go:embed queries/recount_visitors.sql
	recountVisitors string
	//go:embed queries/recount_day.sql
	recountDay string
	//go:embed queries/recount_compared.sql
	recountCompared string
	//go:embed queries/recount_watched.sql
	recountWatched string
	//go:embed queries/recount_hours.sql
	recountHours string
	//go:embed queries/recount_verdicts.sql
	recountVerdicts string
)

// Judged is an event as it was judged, with what the rules need to judge it again.
type Judged struct {
	Class, Reason, Signals string
	Later                  bool    // a later touch, which follows its click
	Click                  *Judged // nil where there is none, or it is not known
}

// Rejudge gives an event's class and reason by the rules of today.
type Rejudge func(Judged) (class, reason string)

// Reclassed is how many events of a day went from one class to another.
type Reclassed struct {
	From, To string
	Events   int
}

// Recounted is what the recount of a day found and changed.
type Recounted struct {
	Day       time.Time
	Events    int
	Reclassed []Reclassed
	Rollups   int // rows of the rollup that are not what they were
}

// EventDays are the days that raw events may be of: from the first partition to tomorrow. Older rollups stand for themselves.
func (db *DB) EventDays(ctx context.Context) (first, last time.Time, err error) {
	months, err := db.eventMonths(ctx)
	last = db.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, 1)
	if err != nil || len(months) == 0 {
		return last, last, err
	}
	return months[0], last, nil
}

// RecountDay judges the events of a day again and rebuilds its rollups, while events go on being shipped.
//
// Judging reads without a lock, and what it finds is written only where the event is still as it was read. Then shipping is held up for
// as long as the rollups are rebuilt: the lock on counts waits for transactions that add events and lets none begin, and since an event
// and its counts are always one transaction, the events that are seen under the lock are exactly those that have been counted.
// Clicks are taken meanwhile, as they go to the journal.
func (db *DB) RecountDay(ctx context.Context, day time.Time, rules int16, judge Rejudge) (Recounted, error) {
	day = day.UTC().Truncate(24 * time.Hour)
	done := Recounted{Day: day}
	wrong, err := db.judgeDay(ctx, day, judge, &done)
	if err != nil {
		return done, fmt.Errorf("recount %s: judge: %w", day.Format(time.DateOnly), err)
	}
	err = pgx.BeginFunc(ctx, db.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "lock table counts in share row exclusive mode"); err != nil {
			return err
		}
		if err := applyVerdicts(ctx, tx, rules, wrong); err != nil {
			return err
		}
		if err := rebuildDay(ctx, tx, day, &done); err != nil || done.Rollups == 0 {
			return err
		}
		return dropSpans(ctx, tx, []time.Time{day})
	})
	if err != nil {
		return done, fmt.Errorf("recount %s: %w", day.Format(time.DateOnly), err)
	}
	return done, nil
}

// rejudged is an event that is no longer what it was judged to be.
type rejudged struct {
	id                            uuid.UUID
	at                            time.Time
	was, wasReason, class, reason string
}

func (db *DB) judgeDay(ctx context.Context, day time.Time, judge Rejudge, done *Recounted) ([]rejudged, error) {
	rows, err := db.pool.Query(ctx, recountRead, day, day.AddDate(0, 0, 1))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	changed := map[Reclassed]int{}
	var wrong []rejudged
	for rows.Next() {
		var v rejudged
		var e, click Judged
		var rules int16
		if err := rows.Scan(&v.id, &v.at, &e.Class, &e.Reason, &e.Signals, &rules, &e.Later, &click.Class, &click.Reason, &click.Signals); err != nil {
			return nil, err
		}
		done.Events++
		if click.Class != "" {
			e.Click = &click
		}
		v.was, v.wasReason = e.Class, e.Reason
		v.class, v.reason = judge(e)
		if v.class != v.was || v.reason != v.wasReason {
			wrong = append(wrong, v)
			changed[Reclassed{From: v.was, To: v.class}]++
		}
	}
	for c, n := range changed {
		if c.From != c.To { // the same class for another reason changes no number
			c.Events = n
			done.Reclassed = append(done.Reclassed, c)
		}
	}
	return wrong, rows.Err()
}

func applyVerdicts(ctx context.Context, tx pgx.Tx, rules int16, wrong []rejudged) error {
	if len(wrong) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `create temporary table judged_again (id uuid, at timestamptz, was text, was_reason text, class text, reason text, rules smallint)
		on commit drop`)
	if err != nil {
		return err
	}
	columns := []string{"id", "at", "was", "was_reason", "class", "reason", "rules"}
	_, err = tx.CopyFrom(ctx, pgx.Identifier{"judged_again"}, columns, pgx.CopyFromSlice(len(wrong), func(i int) ([]any, error) {
		v := &wrong[i]
		return []any{v.id, v.at, v.was, v.wasReason, v.class, v.reason, rules}, nil
	}))
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "analyze judged_again"); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, recountApply)
	return err
}

// rebuildDay replaces a day's rollup, and who was counted on it as long as that is kept at all.
func rebuildDay(ctx context.Context, tx pgx.Tx, day time.Time, done *Recounted) error {
	date := day.Format(time.DateOnly)
	var kept bool
	if err := tx.QueryRow(ctx, `select exists (select from visitor_keys where day <= $1::text::date)
		or exists (select from day_visitors where day = $1::text::date)`, date).Scan(&kept); err != nil {
		return err
	}
	steps := []string{
		`create temporary table counts_before on commit drop as select * from counts where day = $1::text::date`,
		`delete from counts where day = $1::text::date`,
		recountDay,
		`delete from compared where day = $1::text::date`,
		recountCompared,
		`delete from watched where day = $1::text::date`,
		recountWatched,
		`delete from hours where day = $1::text::date`,
		recountHours,
		`delete from verdicts where day = $1::text::date`,
		recountVerdicts,
	}
	if kept {
		steps = append(steps, `delete from day_visitors where day = $1::text::date`, recountVisitors)
	}
	for _, sql := range steps {
		if _, err := tx.Exec(ctx, sql, date); err != nil {
			return err
		}
	}
	return tx.QueryRow(ctx, `
		with now as (select * from counts where day = $1::text::date)
		select count(distinct (link_id, job_id, clip_id, class)) from (
			(table now except table counts_before) union all (table counts_before except table now)) other`, date).Scan(&done.Rollups)
}
