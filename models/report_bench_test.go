package models_test

import (
	"context"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"kollega/models"
)

// benchEvents is how many events reports are measured over; KOLLEGA_BENCH_EVENTS sets another number.
func benchEvents(b *testing.B) int {
	b.Helper()
	text := os.Getenv("KOLLEGA_BENCH_EVENTS")
	if text == "" {
		return 200_000
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// benchHouse has that many events of 61 days, and an application for each 186 of them, as the demonstration has.
func benchHouse(b *testing.B) (*models.DB, *crowd, time.Time) {
	b.Helper()
	db, clock := open(b)
	events := benchEvents(b)
	c := newCrowd(b, db, 5, min(5000, max(20, events/2000)), 61, clock.Now())
	for left := events; left > 0; left -= 25_000 {
		if err := db.RecordEvents(b.Context(), c.events(min(left, 25_000)), nil); err != nil {
			b.Fatal(err)
		}
	}
	for _, sql := range []string{
		`with l as (select *, row_number() over (order by code) as n from links), made as (
			insert into applications (id, job_id, stage, reached, link_id, submitted_at, updated_at, erased_at)
			select gen_random_uuid(), l.job_id, s, case s when 'rejected' then 'interview' else s end, case when i % 8 > 0 then l.id end,
				$2::timestamptz + i % 60 * interval '1 day', $2, $2
			from generate_series(1, $1::int / 186) i join l on l.n = 1 + i * 7919 % (select count(*) from links)
			cross join lateral (select (array['new', 'screening', 'interview', 'offer', 'hired', 'rejected'])[1 + i % 6] as s) x
			returning id, link_id, stage, submitted_at), credited as (
			insert into credits (id, application_id, user_id, link_id, weight, policy, reason, at)
			select gen_random_uuid(), m.id, l.user_id, l.id, 1, 'last_link/1', 'credit.last_link', m.submitted_at from made m join links l on l.id = m.link_id)
		insert into stage_changes (id, application_id, from_stage, to_stage, at)
		select gen_random_uuid(), m.id, f, t, m.submitted_at + n * interval '30 hours'
		from made m join (values (1, 'new', 'screening'), (2, 'screening', 'interview'), (3, 'interview', 'offer'), (4, 'offer', 'hired')) w(n, f, t)
			on n < coalesce(array_position(array['new', 'screening', 'interview', 'offer', 'hired'], m.stage), 3)`,
	} {
		if _, err := db.Pool().Exec(b.Context(), sql, events, c.from); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := db.MakeSpans(b.Context()); err != nil {
		b.Fatal(err)
	}
	if _, err := db.Pool().Exec(b.Context(), "vacuum analyze"); err != nil {
		b.Fatal(err)
	}
	return db, c, clock.Now()
}

// beside is what Postgres takes, on the same machine at the same time, for a query that only computes.
func beside(b *testing.B, db *models.DB) time.Duration {
	b.Helper()
	began := time.Now()
	var n int
	if err := db.Pool().QueryRow(context.WithoutCancel(b.Context()), `select count(*) from generate_series(1, 1000000) g where g % 7 = 3`).Scan(&n); err != nil {
		b.Fatal(err)
	}
	return time.Since(began)
}

// medians asks again and again, each time beside that query, and reports the medians of both and their ratio.
func medians(b *testing.B, db *models.DB, ask func() error) (median time.Duration) {
	b.Helper()
	var asked, plain []time.Duration
	for b.Loop() {
		began := time.Now()
		if err := ask(); err != nil {
			b.Fatal(err)
		}
		asked = append(asked, time.Since(began))
		b.StopTimer()
		plain = append(plain, beside(b, db))
		b.StartTimer()
	}
	slices.Sort(asked)
	slices.Sort(plain)
	median = asked[len(asked)/2]
	b.ReportMetric(float64(median)/float64(time.Millisecond), "ms-median")
	b.ReportMetric(float64(median)/float64(plain[len(plain)/2]), "of-a-plain-query")
	return median
}

// BenchmarkReport asks for every grouping over all time, for each other part of the report page, and for all of the page.
func BenchmarkReport(b *testing.B) {
	db, c, now := benchHouse(b)
	f := models.ReferralFilter{To: now}
	for _, group := range models.ReferralGroups {
		f := f
		f.GroupBy = group
		b.Run("by/"+group, func(b *testing.B) {
			median := medians(b, db, func() error { _, _, err := db.Referrals(b.Context(), f); return err })
			began := time.Now()
			rawReport(b, db, group, c.from, now, nil)
			b.ReportMetric(float64(time.Since(began))/float64(median), "raw-events/report")
		})
	}
	ctx := b.Context()
	for _, part := range []struct {
		name string
		ask  func() error
	}{
		{"total", func() error { _, err := db.ReferralTotal(ctx, f); return err }},
		{"timeline", func() error { _, err := db.Timeline(ctx, f); return err }},
		{"flows", func() error { _, err := db.Flows(ctx, f); return err }},
		{"hours", func() error { _, err := db.WeekHours(ctx, f, time.UTC); return err }},
		{"sources", func() error { _, err := db.SourceCounts(ctx, f); return err }},
		{"stages", func() error { _, err := db.StageTimes(ctx, f); return err }},
		{"concentration", func() error { _, err := db.Concentration(ctx, f); return err }},
	} {
		b.Run("part/"+part.name, func(b *testing.B) { medians(b, db, part.ask) })
	}
	b.Run("page", func(b *testing.B) {
		f := f
		f.GroupBy, f.From = "employee", now.AddDate(0, 0, -60)
		medians(b, db, func() error { _, err := db.Report(b.Context(), f, time.UTC); return err })
	})
}
