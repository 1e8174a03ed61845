package models

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

//go:embed queries/make_span.sql
var makeSpan string

// spanRest is how long days rest before a span holds them: a page reports for a day after its click.
const spanRest = 2 * oneDay

const oneDay = 24 * time.Hour

// span is a stretch of days, both included, whose totals are kept: in one row for a link, for a person, and for a job, clip and channel.
type span struct {
	id          int64
	first, last time.Time
}

func (s span) length() time.Duration { return s.last.Sub(s.first) }

func (s span) within(o span) bool { return !s.first.Before(o.first) && !s.last.After(o.last) }

// cover picks the longest of the spans within whole that do not overlap, and the days that are left.
func cover(spans []span, whole span) (picked []span, days []time.Time) {
	slices.SortFunc(spans, func(a, b span) int { return cmp.Or(cmp.Compare(b.length(), a.length()), a.first.Compare(b.first)) })
	held := map[time.Time]bool{}
	for _, s := range spans {
		if !s.within(whole) || held[s.first] || held[s.last] { // none that is longer lies within it
			continue
		}
		picked = append(picked, s)
		for d := s.first; !d.After(s.last); d = d.Add(oneDay) {
			held[d] = true
		}
	}
	for d := whole.first; !d.After(whole.last); d = d.Add(oneDay) {
		if !held[d] {
			days = append(days, d)
		}
	}
	return picked, days
}

// wantedSpans are those that the time from first to last is cut into: days, thirds of a month, months, years, and what of the month and of
// all time is over so far; the shorter ones first, as the longer are made of them.
func wantedSpans(first, last time.Time) []span {
	var days, thirds, months, years []span
	for m := time.Date(first.Year(), first.Month(), 1, 0, 0, 0, 0, time.UTC); !m.After(last); m = m.AddDate(0, 1, 0) {
		end := m.AddDate(0, 1, -1)
		for d := m; !d.After(end); d = d.Add(oneDay) {
			days = append(days, span{first: d, last: d})
		}
		thirds = append(thirds, span{first: m, last: m.AddDate(0, 0, 9)}, span{first: m.AddDate(0, 0, 10), last: m.AddDate(0, 0, 19)},
			span{first: m.AddDate(0, 0, 20), last: end})
		months = append(months, span{first: m, last: end})
		if m.Month() == time.December {
			years = append(years, span{first: m.AddDate(0, -11, 0), last: end})
		}
	}
	wanted := slices.DeleteFunc(slices.Concat(days, thirds, months, years), func(s span) bool { return s.last.After(last) || s.last.Before(first) })
	if last.Before(first) {
		return wanted
	}
	for _, begin := range []time.Time{time.Date(last.Year(), last.Month(), 1, 0, 0, 0, 0, time.UTC), first} {
		if so := (span{first: begin, last: last}); !slices.Contains(wanted, so) {
			wanted = append(wanted, so)
		}
	}
	return wanted
}

// MakeSpans makes the spans that are over and not there, and gives how many; those that only were so far are taken away. Reports are right
// without them, and faster with them.
func (db *DB) MakeSpans(ctx context.Context) (made int, err error) {
	counted, err := countedDays(ctx, db.pool)
	if err != nil {
		return 0, fmt.Errorf("spans: %w", err)
	}
	rested := db.Now().UTC().Truncate(oneDay).Add(-spanRest)
	last := minTime(counted.last, rested)
	wanted := wantedSpans(counted.first, last)
	for _, s := range wanted {
		fresh, err := db.makeSpan(ctx, s)
		if err != nil {
			return made, fmt.Errorf("span from %s: %w", s.first.Format(time.DateOnly), err)
		}
		if fresh {
			made++
		}
	}
	firsts, lasts := make([]time.Time, 0, len(wanted)), make([]time.Time, 0, len(wanted))
	for _, s := range wanted {
		firsts, lasts = append(firsts, s.first), append(lasts, s.last)
	}
	_, err = db.pool.Exec(ctx, `delete from spans where last_day < $1::text::date and (first_day, last_day) not in
		(select * from unnest($2::text[]::date[], $3::text[]::date[]))`, last.Format(time.DateOnly), dates(firsts), dates(lasts))
	if err != nil {
		return made, fmt.Errorf("drop spans: %w", err)
	}
	for _, table := range []string{"span_counts", "span_users", "span_places"} {
		if _, err = db.pool.Exec(ctx, `delete from `+table+` where span <> all(array(select id from spans))`); err != nil {
			return made, fmt.Errorf("clear %s: %w", table, err)
		}
	}
	return made, nil
}

func minTime(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// makeSpan makes a span unless it stands. The lock waits for transactions that count and lets none begin, so that none can add to its
// days without seeing it.
func (db *DB) makeSpan(ctx context.Context, s span) (fresh bool, err error) {
	err = pgx.BeginFunc(ctx, db.pool, func(tx pgx.Tx) error {
		stands := func(o span) bool { return o.first.Equal(s.first) && o.last.Equal(s.last) }
		spans, err := spansWithin(ctx, tx, s)
		if err != nil || slices.ContainsFunc(spans, stands) {
			return err
		}
		if _, err := tx.Exec(ctx, "lock table counts in share row exclusive mode"); err != nil {
			return err
		}
		if spans, err = spansWithin(ctx, tx, s); err != nil || slices.ContainsFunc(spans, stands) { // not as it was before the lock
			return err
		}
		picked, days := cover(spans, s)
		_, err = tx.Exec(ctx, makeSpan, s.first.Format(time.DateOnly), s.last.Format(time.DateOnly), spanIDs(picked), dates(days))
		fresh = err == nil
		return err
	})
	return fresh, err
}

// dropSpans deletes the spans that days belong to, in the transaction that changes what was counted on them and after it has done so:
// then it holds counts, and no span of them can be on its way.
func dropSpans(ctx context.Context, tx pgx.Tx, days []time.Time) error {
	_, err := tx.Exec(ctx, `delete from spans s using unnest($1::text[]::date[]) d where d between s.first_day and s.last_day`, dates(days))
	return err
}

// querier is a pool or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

func spansWithin(ctx context.Context, q querier, whole span) ([]span, error) {
	rows, err := q.Query(ctx, `select id, first_day, last_day from spans where first_day >= $1::text::date and last_day <= $2::text::date`,
		whole.first.Format(time.DateOnly), whole.last.Format(time.DateOnly))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (s span, err error) {
		err = row.Scan(&s.id, &s.first, &s.last)
		return s, err
	})
}

// countedDays are the first and the last day for which anything was counted; today where nothing was.
func countedDays(ctx context.Context, q querier) (s span, err error) {
	err = q.QueryRow(ctx, `select coalesce(min(day), current_date), coalesce(max(day), current_date) from counts`).Scan(&s.first, &s.last)
	return s, err
}

func spanIDs(spans []span) []int64 {
	ids := make([]int64, 0, len(spans))
	for _, s := range spans {
		ids = append(ids, s.id)
	}
	return ids
}

func dates(days []time.Time) []string {
	out := make([]string, 0, len(days))
	for _, d := range days {
		out = append(out, d.Format(time.DateOnly))
	}
	return out
}
