package models_test

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"kollega/models"
)

// TestEveryFigureOfTheReportIsTheRawOne makes a house of random links, visits, applications, credits and steps, takes some of it back,
// and recomputes every figure of the report page from events, ledger and history with nothing of what the report reads.
func TestEveryFigureOfTheReportIsTheRawOne(t *testing.T) {
	t.Parallel()
	db, clock := open(t)
	c := newCrowd(t, db, 11, 14, 100, clock.Now())
	c.clipRows(t, db)
	for range 4 {
		batch := c.events(700)
		if err := db.RecordEvents(t.Context(), batch, nil); err != nil {
			t.Fatal(err)
		}
		e := batch[c.rng.IntN(len(batch))]
		taken := models.Amendment{Visitor: e.Visitor, From: e.At.Add(-72 * time.Hour), To: e.At.Add(time.Hour), Class: models.ClassSuspect, Reason: "burst", Rules: 1}
		if err := db.RecordEvents(t.Context(), nil, []models.Amendment{taken}); err != nil {
			t.Fatal(err)
		}
		again := func(j models.Judged) (string, string) {
			if j.Class == models.ClassBot {
				return models.ClassHuman, "ok"
			}
			return j.Class, j.Reason
		}
		if _, err := db.RecountDay(t.Context(), e.At, 2, again); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := db.MakeSpans(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.applications(t, db, 300)
	zone, err := time.LoadLocation("Europe/Oslo")
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range c.filters(t, db) {
		for _, group := range models.ReferralGroups {
			if n := len(models.ReferralGroups); i > 1 && group != models.ReferralGroups[i%n] && group != models.ReferralGroups[(i+n/2)%n] {
				continue
			}
			f.GroupBy = group
			raw := rawHouse{t: t, db: db, f: f, zone: zone}
			t.Run(fmt.Sprintf("%d by %s", i, group), func(t *testing.T) {
				raw.t = t
				got, err := db.Report(t.Context(), f, zone)
				if err != nil {
					t.Fatal(err)
				}
				raw.groups(got)
				raw.timeline(got.Timeline)
				raw.flows(got.Flows)
				raw.week(got.Week)
				raw.sources(got)
				raw.concentration(got.Concentration)
				raw.lists(got)
				raw.hits()
			})
		}
	}
}

// filters are what the report is asked for: all of it, two times, each narrowing alone, and some together.
func (c *crowd) filters(t *testing.T, db *models.DB) []models.ReferralFilter {
	t.Helper()
	day := func(days int) time.Time { return c.from.UTC().Truncate(24*time.Hour).AddDate(0, 0, days) }
	job := c.links[0].JobID
	skill := one[uuid.UUID](t, db, `select skill_id from job_skills where job_id = $1 limit 1`, rowJob(t, db))
	team := one[string](t, db, `select id::text from teams order by name limit 1`)
	person := one[uuid.UUID](t, db, `select user_id from links limit 1`)
	late := models.ReferralFilter{From: day(48), To: day(97)}
	with := func(change func(*models.ReferralFilter)) models.ReferralFilter {
		f := late
		change(&f)
		return f
	}
	return []models.ReferralFilter{
		{To: day(100)},
		late,
		{From: day(20), To: day(24)},
		with(func(f *models.ReferralFilter) { f.JobID = &job }),
		with(func(f *models.ReferralFilter) { f.Team = team }),
		with(func(f *models.ReferralFilter) { f.Team = models.None }),
		with(func(f *models.ReferralFilter) { f.Channel = "x" }),
		with(func(f *models.ReferralFilter) { f.ClipID = &c.clips[0] }),
		with(func(f *models.ReferralFilter) { f.SkillID = &skill }),
		with(func(f *models.ReferralFilter) { f.UserID = &person }),
		with(func(f *models.ReferralFilter) { f.Team, f.Channel, f.SkillID = team, "qr", &skill }),
		with(func(f *models.ReferralFilter) { f.Team, f.ClipID = team, &c.clips[1] }),
		with(func(f *models.ReferralFilter) { f.JobID, f.Channel, f.From = &job, "x", time.Time{} }),
	}
}

func rowJob(t *testing.T, db *models.DB) uuid.UUID {
	t.Helper()
	return one[uuid.UUID](t, db, `select id from jobs where slug = 'job-2'`)
}

func one[T any](t *testing.T, db *models.DB, sql string, args ...any) (v T) {
	t.Helper()
	if err := db.Pool().QueryRow(t.Context(), sql, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

// clipRows gives the crowd's clips their rows.
func (c *crowd) clipRows(t *testing.T, db *models.DB) {
	t.Helper()
	for i, id := range c.clips {
		exec(t, db, `insert into clips (id, job_id, title, language, status, filename, size, upload_key, part_size, version, created_at, updated_at)
			select $1, id, $2, 'nb', 'published', 'a.mp4', 1, $3, 1, 1, now(), now() from jobs where slug = $4`,
			id, fmt.Sprintf("Clip %d", i), id.String(), fmt.Sprintf("job-%d", i+1))
	}
	exec(t, db, `update links set created_at = created_at + abs(hashtext(code)) % 16 * interval '1 day'`) // before any time that the report is about ends
}

// applications makes n of them with ledger and history; some are erased.
func (c *crowd) applications(t *testing.T, db *models.DB, n int) {
	t.Helper()
	var people []uuid.UUID
	rows, err := db.Pool().Query(t.Context(), `select id from users order by email`)
	if err != nil {
		t.Fatal(err)
	}
	if people, err = pgx.CollectRows(rows, pgx.RowTo[uuid.UUID]); err != nil {
		t.Fatal(err)
	}
	jobs := map[uuid.UUID][]models.Link{}
	for _, l := range c.links {
		jobs[l.JobID] = append(jobs[l.JobID], l)
	}
	for i := range n {
		c.application(t, db, i, people, jobs)
	}
}

func (c *crowd) application(t *testing.T, db *models.DB, i int, people []uuid.UUID, jobs map[uuid.UUID][]models.Link) {
	t.Helper()
	id, candidate := models.NewID(), models.NewID()
	at := c.from.Add(time.Duration(c.rng.Int64N(int64(c.span)))).Truncate(time.Microsecond)
	link := c.links[c.rng.IntN(len(c.links))]
	var byLink, clip, who *uuid.UUID
	if c.rng.IntN(3) > 0 {
		byLink = &link.ID
	}
	if c.rng.IntN(4) > 0 {
		clip = &c.clips[c.rng.IntN(len(c.clips))]
	}
	var erased *time.Time
	if c.rng.IntN(9) == 0 {
		erased = &at
	} else {
		who = &candidate
		exec(t, db, `insert into candidates (id, email, email_key, name, created_at, updated_at) values ($1, $2, $2, 'Kari', $3, $3)`, candidate, fmt.Sprintf("k%d@example.com", i), at)
	}
	stage, reached, way := c.way()
	exec(t, db, `insert into applications (id, candidate_id, job_id, stage, reached, skills_seen, link_id, clip_id, submitted_at, updated_at, erased_at)
		values ($1, $2, $3, 'new', 'new', false, $4, $5, $6, $6, $7)`, id, who, link.JobID, byLink, clip, at, erased)
	for _, s := range way {
		at = at.Add(time.Duration(1+c.rng.IntN(20*24*60)) * time.Minute)
		step := models.NewID()
		exec(t, db, `insert into stage_changes (id, application_id, from_stage, to_stage, at, undone) values ($1, $2, $3, $4, $5, false)`, step, id, s.from, s.to, at)
		if s.undone {
			exec(t, db, `update stage_changes set undone = true where id = $1`, step)
		}
	}
	for round := 1; round <= 1+c.rng.IntN(2); round++ {
		c.credit(t, db, id, round, people, jobs[link.JobID], byLink)
	}
	exec(t, db, `update applications set stage = $2, reached = $3, skills_seen = $4 where id = $1`, id, stage, reached, c.rng.IntN(4) == 0) // after the credit
}

type step struct {
	from, to string
	undone   bool
}

// way is a random history: on from stage to stage, with notes, steps taken back, and ways back.
func (c *crowd) way() (stage, reached string, way []step) {
	order := []string{models.StageNew, models.StageScreening, models.StageInterview, models.StageOffer, models.StageHired}
	at, furthest := 0, 0
	for at < 4 && c.rng.IntN(5) > 0 {
		switch c.rng.IntN(6) {
		case 0: // taken back
			way = append(way, step{order[at], order[at+1], true}, step{order[at+1], order[at], true})
		case 1: // a note
			way = append(way, step{order[at], order[at], false})
		case 2: // back
			if at > 0 {
				way = append(way, step{order[at], order[at-1], false})
				at--
			}
		default:
			way = append(way, step{order[at], order[at+1], false})
			at++
		}
		furthest = max(furthest, at)
	}
	stage = order[at]
	if at < 4 && c.rng.IntN(2) == 0 {
		stage = []string{models.StageRejected, models.StageWithdrawn}[c.rng.IntN(2)]
		way = append(way, step{order[at], stage, false})
	}
	return stage, order[furthest], way
}

// credit adds a round: nobody, one person, or two who share; with a link of the job or, as candidates name people, without.
func (c *crowd) credit(t *testing.T, db *models.DB, app uuid.UUID, round int, people []uuid.UUID, links []models.Link, by *uuid.UUID) {
	t.Helper()
	add := func(user uuid.UUID, link *uuid.UUID, weight float64) {
		exec(t, db, `insert into credits (id, application_id, round, user_id, link_id, weight, policy, reason, at) values ($1, $2, $3, $4, $5, $6, 'equal/1', 'credit.last_link', now())
			on conflict do nothing`, models.NewID(), app, round, user, link, weight)
	}
	switch n := c.rng.IntN(6); {
	case n == 0:
		add(people[c.rng.IntN(len(people))], nil, 0)
	case n == 1:
		add(people[c.rng.IntN(len(people))], nil, 1)
	case n == 2:
		for range 2 {
			l := links[c.rng.IntN(len(links))]
			add(one[uuid.UUID](t, db, `select user_id from links where id = $1`, l.ID), &l.ID, 0.5)
		}
	case by != nil:
		add(one[uuid.UUID](t, db, `select user_id from links where id = $1`, *by), by, 1)
	}
}

// rawHouse recomputes a report.
type rawHouse struct {
	t    *testing.T
	db   *models.DB
	f    models.ReferralFilter
	zone *time.Location
}

// days are the condition on a time of the filter.
func (r rawHouse) days(column string, from, to time.Time) string {
	sql := fmt.Sprintf("(%s at time zone 'UTC')::date <= '%s'", column, to.Format(time.DateOnly))
	if !from.IsZero() {
		sql += fmt.Sprintf(" and (%s at time zone 'UTC')::date >= '%s'", column, from.Format(time.DateOnly))
	}
	return sql
}

// about is the filter as a condition: clip on that column, the job's on the other, and whether people and links are known there.
func (r rawHouse) about(clip, job string, linked bool) string {
	all := []string{"true"}
	is := func(column string, id *uuid.UUID) {
		if id != nil {
			all = append(all, fmt.Sprintf("%s = '%s'", column, id))
		}
	}
	is(job, r.f.JobID)
	if clip != "" {
		is(clip, r.f.ClipID)
	}
	if r.f.SkillID != nil {
		all = append(all, fmt.Sprintf("%s in (select job_id from job_skills where skill_id = '%s')", job, r.f.SkillID))
	}
	if linked {
		is("u.id", r.f.UserID)
		if r.f.Channel != "" {
			all = append(all, fmt.Sprintf("l.channel = '%s'", r.f.Channel))
		}
		switch r.f.Team {
		case "":
		case models.None:
			all = append(all, "u.team_id is null")
		default:
			all = append(all, fmt.Sprintf("u.team_id = '%s'", r.f.Team))
		}
	}
	return strings.Join(all, " and ")
}

// credited are applications with each person who is credited now.
const credited = `applications a
	join credits cr on cr.application_id = a.id and cr.weight > 0 and cr.round = (select max(round) from credits x where x.application_id = a.id)
	join users u on u.id = cr.user_id left join links l on l.id = cr.link_id`

const qualified = `(a.skills_seen or a.reached = 'interview' or a.reached = 'offer' or a.reached = 'hired')`

// ask gives rows as text by their first column.
func (r rawHouse) ask(sql string) map[string]string {
	r.t.Helper()
	rows, err := r.db.Pool().Query(context.Background(), sql)
	if err != nil {
		r.t.Fatalf("%s: %v", sql, err)
	}
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		values, err := rows.Values()
		if err != nil {
			r.t.Fatal(err)
		}
		if values[0] == nil {
			continue
		}
		out[fmt.Sprint(values[0])] = fmt.Sprintln(values[1:]...)
	}
	if rows.Err() != nil {
		r.t.Fatalf("%s: %v", sql, rows.Err())
	}
	return out
}

// groupKeys are how raw rows are put together, on events and on credited applications; what joins them.
var groupKeys = map[string][3]string{
	"employee": {"u.id::text", "u.id::text", ""},
	"team":     {"coalesce(u.team_id::text, '')", "coalesce(u.team_id::text, '')", ""},
	"job":      {"l.job_id::text", "a.job_id::text", ""},
	"channel":  {"l.channel", "l.channel", ""},
	"clip":     {"e.clip_id::text", "a.clip_id::text", ""},
	"skill":    {"js.skill_id::text", "js.skill_id::text", "join job_skills js on js.job_id = %s"},
	"":         {"''", "''", ""},
}

// figures are the raw numbers by group over a time.
func (r rawHouse) figures(group string, from, to time.Time) map[string]models.Referral {
	r.t.Helper()
	keys := groupKeys[group]
	join := func(job string) string {
		if keys[2] == "" {
			return ""
		}
		sql := fmt.Sprintf(keys[2], job)
		if r.f.SkillID != nil {
			sql += fmt.Sprintf(" and js.skill_id = '%s'", r.f.SkillID)
		}
		return sql
	}
	out := map[string]models.Referral{}
	visits := r.ask(fmt.Sprintf(`select %s, count(*) filter (where e.kind = 'click'), count(*) filter (where e.kind = 'click' and e.class = 'human'),
			count(distinct ((e.at at time zone 'UTC')::date, l.id, e.visitor)) filter (where e.kind = 'click' and e.class = 'human'),
			count(*) filter (where e.kind = 'view' and e.class = 'human'), count(*) filter (where e.kind = 'play' and e.class = 'human'),
			count(*) filter (where e.kind = 'q25' and e.class = 'human'), count(*) filter (where e.kind = 'q50' and e.class = 'human'),
			count(*) filter (where e.kind = 'q75' and e.class = 'human'), count(*) filter (where e.kind = 'q100' and e.class = 'human'),
			count(*) filter (where e.kind = 'apply_start' and e.class = 'human')
		from events e join links l on l.id = e.link_id join users u on u.id = l.user_id %s where %s and %s group by 1`,
		keys[0], join("l.job_id"), r.days("e.at", from, to), r.about("e.clip_id", "l.job_id", true)))
	for key, words := range visits {
		x := out[key]
		r.scan(words, &x.Hits, &x.Clicks, &x.Visitors, &x.Views, &x.Plays, &x.Q25, &x.Q50, &x.Q75, &x.Q100, &x.ApplyStarts)
		out[key] = x
	}
	if group != "clip" {
		for key, words := range r.ask(fmt.Sprintf(`select %s, count(*) from links l join users u on u.id = l.user_id %s where %s and %s group by 1`,
			keys[0], join("l.job_id"), r.days("l.created_at", from, to), r.about("", "l.job_id", true))) {
			x := out[key]
			r.scan(words, &x.Shares)
			out[key] = x
		}
	}
	for key, words := range r.ask(fmt.Sprintf(`select %s, count(distinct a.id), count(distinct a.id) filter (where %s), count(distinct a.id) filter (where a.stage = 'hired')
		from %s %s where %s and %s group by 1`, keys[1], qualified, credited, join("a.job_id"), r.days("a.submitted_at", from, to), r.about("a.clip_id", "a.job_id", true))) {
		x := out[key]
		r.scan(words, &x.Applications, &x.Qualified, &x.Hires)
		out[key] = x
	}
	return out
}

func (r rawHouse) scan(words string, to ...any) {
	r.t.Helper()
	if n, err := fmt.Sscan(words, to...); err != nil || n != len(to) {
		r.t.Fatalf("%q: %d, %v", words, n, err)
	}
}

func (r rawHouse) groups(got models.Report) {
	want := r.figures(r.f.GroupBy, r.f.From, r.f.To)
	for _, row := range got.Rows {
		w := want[row.Key]
		delete(want, row.Key)
		w.Key, w.Label = row.Key, row.Label
		if row != w {
			r.t.Errorf("%s: got\n%+v, the raw rows say\n%+v", row.Label, row, w)
		}
	}
	if len(want) > 0 {
		r.t.Errorf("missing: %+v", want)
	}
	if total := r.figures("", r.f.From, r.f.To)[""]; got.Total != total {
		r.t.Errorf("total: got\n%+v, the raw rows say\n%+v", got.Total, total)
	}
	if r.f.From.IsZero() {
		if got.Before != nil {
			r.t.Errorf("there is a time before the beginning: %+v", got.Before)
		}
		return
	}
	days := int(r.f.To.Sub(r.f.From).Hours()/24) + 1
	before := r.figures("", r.f.From.AddDate(0, 0, -days), r.f.To.AddDate(0, 0, -days))[""]
	if got.Before == nil || *got.Before != before {
		r.t.Errorf("before: got\n%+v, the raw rows say\n%+v", got.Before, before)
	}
}

func (r rawHouse) timeline(got []models.Bucket) {
	if len(got) == 0 || !got[len(got)-1].To.Equal(r.f.To) || !r.f.From.IsZero() && !got[0].From.Equal(r.f.From) {
		r.t.Fatalf("the line goes over %d points, not from %s to %s", len(got), r.f.From, r.f.To)
	}
	var clicks, applications int64
	for i, b := range got {
		if i > 0 && !b.From.Equal(got[i-1].To.AddDate(0, 0, 1)) {
			r.t.Errorf("point %d begins on %s", i, b.From)
		}
		w := r.figures("", b.From, b.To)[""]
		if want := (models.Bucket{From: b.From, To: b.To, Clicks: w.Clicks, Views: w.Views, Applications: w.Applications, Qualified: w.Qualified, Hires: w.Hires}); b != want {
			r.t.Errorf("point %d: got %+v, the raw rows say %+v", i, b, want)
		}
		clicks, applications = clicks+b.Clicks, applications+b.Applications
	}
	if w := r.figures("", r.f.From, r.f.To)[""]; clicks != w.Clicks || applications != w.Applications {
		r.t.Errorf("the line sums to %d visits and %d applications, want %d and %d", clicks, applications, w.Clicks, w.Applications)
	}
}

func (r rawHouse) flows(got []models.Flow) {
	want := r.ask(fmt.Sprintf(`select concat_ws('/', coalesce(u.team_id::text, ''), coalesce(l.channel, ''),
			case a.stage when 'hired' then 'hired' when 'rejected' then 'rejected' when 'withdrawn' then 'withdrawn' else 'open' end), count(distinct a.id)
		from %s where %s and %s group by 1`, credited, r.days("a.submitted_at", r.f.From, r.f.To), r.about("a.clip_id", "a.job_id", true)))
	for _, f := range got {
		key := f.Team + "/" + f.Channel + "/" + f.Outcome
		if w := strings.TrimSpace(want[key]); w != fmt.Sprint(f.N) {
			r.t.Errorf("flow %s: got %d, the raw rows say %q", key, f.N, w)
		}
		delete(want, key)
		team, channel := cmp.Or(f.Team, models.None), cmp.Or(f.Channel, models.None)
		r.listed("flow "+key, f.N, func(a *models.ApplicationFilter) { a.Team, a.Channel, a.Outcome = team, channel, f.Outcome })
	}
	if len(want) > 0 {
		r.t.Errorf("flows are missing: %v", want)
	}
}

func (r rawHouse) week(got models.WeekHours) {
	if r.f.Team != "" || r.f.UserID != nil {
		if got != (models.WeekHours{}) {
			r.t.Errorf("hours of some colleagues: %v", got)
		}
		return
	}
	want := r.ask(fmt.Sprintf(`select extract(isodow from e.at at time zone 'Europe/Oslo')::int - 1 || ' ' || extract(hour from e.at at time zone 'Europe/Oslo')::int, count(*)
		from events e join links l on l.id = e.link_id join users u on u.id = l.user_id
		where e.kind = 'click' and e.class = 'human' and %s and %s group by 1`, r.days("e.at", r.f.From, r.f.To), r.about("e.clip_id", "l.job_id", true)))
	for day, hours := range got {
		for hour, n := range hours {
			w := strings.TrimSpace(cmp.Or(want[fmt.Sprintf("%d %d", day, hour)], "0"))
			if fmt.Sprint(n) != w {
				r.t.Errorf("weekday %d, hour %d: got %d, the raw events say %s", day, hour, n, w)
			}
		}
	}
	for _, cell := range [][2]int{{0, 8}, {3, 13}, {6, 23}} {
		rows, err := r.db.HourRows(context.Background(), r.f, r.zone, cell[0], cell[1])
		var sum int64
		for _, row := range rows {
			sum += row.Clicks
		}
		if err != nil || sum != got[cell[0]][cell[1]] {
			r.t.Errorf("the list behind weekday %d, hour %d has %d, %v; want %d", cell[0], cell[1], sum, err, got[cell[0]][cell[1]])
		}
	}
}

// rawApplication is an application with its history, as it is written down.
type rawApplication struct {
	source, stage string
	qualified     bool
	stays         map[string]float64 // days by stage that it has left
	hired         float64            // days until then
}

// rawApplications reads what the filter is about, credited or not, without the report's conditions.
func (r rawHouse) rawApplications() []rawApplication {
	about := fmt.Sprintf("%s and %s", r.days("a.submitted_at", r.f.From, r.f.To), r.about("a.clip_id", "a.job_id", false))
	if r.f.Team != "" || r.f.Channel != "" || r.f.UserID != nil {
		about += fmt.Sprintf(" and a.id in (select a.id from %s where %s)", credited, r.about("", "a.job_id", true))
	}
	rows, err := r.db.Pool().Query(context.Background(), fmt.Sprintf(`select a.id, a.submitted_at, a.stage, %s, a.link_id is not null, exists (
			select from credits cr where cr.application_id = a.id and cr.weight > 0 and cr.round = (select max(round) from credits x where x.application_id = a.id))
		from applications a where %s`, qualified, about))
	if err != nil {
		r.t.Fatal(err)
	}
	defer rows.Close()
	var all []rawApplication
	for rows.Next() {
		var id uuid.UUID
		var at time.Time
		var a rawApplication
		var linked, credited bool
		if err := rows.Scan(&id, &at, &a.stage, &a.qualified, &linked, &credited); err != nil {
			r.t.Fatal(err)
		}
		switch {
		case credited:
			a.source = models.SourceReferred
		case linked:
			a.source = models.SourceUncredited
		default:
			a.source = models.SourceOpen
		}
		r.history(id, at, &a)
		all = append(all, a)
	}
	if rows.Err() != nil {
		r.t.Fatal(rows.Err())
	}
	return all
}

func (r rawHouse) history(id uuid.UUID, since time.Time, a *rawApplication) {
	submitted := since
	changes, err := r.db.StageChanges(context.Background(), id)
	if err != nil {
		r.t.Fatal(err)
	}
	slices.Reverse(changes)
	a.stays = map[string]float64{}
	for _, s := range changes {
		if s.Undone || s.FromStage == s.ToStage {
			continue
		}
		a.stays[s.FromStage] += s.At.Sub(since).Hours() / 24
		since = s.At
		if s.ToStage == models.StageHired {
			a.hired = s.At.Sub(submitted).Hours() / 24
		}
	}
}

func (r rawHouse) sources(got models.Report) {
	counts, times := map[string]*models.SourceCount{}, map[string][]float64{}
	for _, s := range models.Sources {
		counts[s] = &models.SourceCount{Source: s}
	}
	for _, a := range r.rawApplications() {
		n := counts[a.source]
		n.Applications++
		if a.qualified {
			n.Qualified++
		}
		if a.stage == models.StageHired {
			n.Hired++
		}
		for _, source := range []string{"", a.source} {
			if a.stage == models.StageHired && a.hired > 0 {
				times[models.StageHired+"/"+source] = append(times[models.StageHired+"/"+source], a.hired)
			}
			for stage, days := range a.stays {
				if stage != a.stage && stage != models.StageHired {
					times[stage+"/"+source] = append(times[stage+"/"+source], days)
				}
			}
		}
	}
	for _, s := range got.Sources {
		if s != *counts[s.Source] {
			r.t.Errorf("got %+v, the raw rows say %+v", s, *counts[s.Source])
		}
		r.listed("source "+s.Source, s.Applications, func(a *models.ApplicationFilter) { a.Source = s.Source })
		r.listed("qualified "+s.Source, s.Qualified, func(a *models.ApplicationFilter) { a.Source, a.Qualified = s.Source, true })
		r.listed("hired "+s.Source, s.Hired, func(a *models.ApplicationFilter) { a.Source, a.Stage = s.Source, models.StageHired })
	}
	for _, s := range got.Stages {
		key := s.Stage + "/" + s.Source
		days := times[key]
		delete(times, key)
		slices.Sort(days)
		if int64(len(days)) != s.N {
			r.t.Errorf("%s: got %d, the history says %d", key, s.N, len(days))
			continue
		}
		for i, part := range []float64{0.25, 0.5, 0.75} {
			if want := quantile(days, part); math.Abs(want-s.Quartiles[i]) > 1e-6 {
				r.t.Errorf("%s: quartile %d is %g, the history says %g", key, i+1, s.Quartiles[i], want)
			}
		}
		r.listed("stage "+key, s.N, func(a *models.ApplicationFilter) {
			if a.Source = s.Source; s.Stage == models.StageHired {
				a.Stage = s.Stage
			} else {
				a.Left = s.Stage
			}
		})
	}
	if len(times) > 0 {
		r.t.Errorf("times are missing: %v", times)
	}
}

// quantile is interpolated between the two values beside it (Hyndman and Fan 1996, type 7), as percentile_cont has it.
func quantile(sorted []float64, part float64) float64 {
	at := part * float64(len(sorted)-1)
	low := int(at)
	if low+1 >= len(sorted) {
		return sorted[low]
	}
	return sorted[low] + (at-float64(low))*(sorted[low+1]-sorted[low])
}

func (r rawHouse) concentration(got models.Concentration) {
	var weights []float64
	var total float64
	for _, words := range r.ask(fmt.Sprintf(`select u.id::text, sum(cr.weight) from %s where %s and %s group by 1`,
		credited, r.days("a.submitted_at", r.f.From, r.f.To), r.about("a.clip_id", "a.job_id", true))) {
		var w float64
		r.scan(words, &w)
		weights, total = append(weights, w), total+w
	}
	slices.SortFunc(weights, func(a, b float64) int { return cmp.Compare(b, a) })
	want := models.Concentration{Any: int64(len(weights))}
	for upto := 0.0; upto*2 < total-1e-6; want.Half++ {
		upto += weights[want.Half]
	}
	r.scan(r.ask(fmt.Sprintf(`select '', count(distinct u.id) from links l join users u on u.id = l.user_id where %s and %s`,
		r.days("l.created_at", time.Time{}, r.f.To), r.about("", "l.job_id", true)))[""], &want.Shared)
	if got != want {
		r.t.Errorf("credit: got %+v, the ledger says %+v", got, want)
	}
}

// lists compares the numbers of the report with the lists behind them.
func (r rawHouse) lists(got models.Report) {
	narrow := map[string]func(f *models.ReferralFilter, key string){
		"employee": func(f *models.ReferralFilter, key string) { f.UserID = parsed(key) },
		"team":     func(f *models.ReferralFilter, key string) { f.Team = cmp.Or(key, models.None) },
		"job":      func(f *models.ReferralFilter, key string) { f.JobID = parsed(key) },
		"channel":  func(f *models.ReferralFilter, key string) { f.Channel = key },
		"clip":     func(f *models.ReferralFilter, key string) { f.ClipID = parsed(key) },
		"skill":    func(f *models.ReferralFilter, key string) { f.SkillID = parsed(key) },
	}[r.f.GroupBy]
	for i, row := range append([]models.Referral{got.Total}, got.Rows...) {
		f := r.f
		if i > 0 {
			narrow(&f, row.Key)
		}
		one := r
		one.f = f
		one.behind(row, i > 0 && r.f.GroupBy == "clip")
	}
}

func parsed(id string) *uuid.UUID {
	u := uuid.MustParse(id)
	return &u
}

// behind compares one row with its lists, and the pages of a list with the whole.
func (r rawHouse) behind(row models.Referral, linkless bool) {
	days, err := r.db.DayRows(context.Background(), r.f, models.Page{})
	if err != nil {
		r.t.Fatal(err)
	}
	got := models.Referral{Key: row.Key, Label: row.Label, Shares: row.Shares, Applications: row.Applications, Qualified: row.Qualified, Hires: row.Hires}
	for _, d := range days {
		got.Hits, got.Clicks, got.Visitors, got.Views, got.Plays = got.Hits+d.Hits, got.Clicks+d.Clicks, got.Visitors+d.Visitors, got.Views+d.Views, got.Plays+d.Plays
		got.Q25, got.Q50, got.Q75, got.Q100, got.ApplyStarts = got.Q25+d.Q25, got.Q50+d.Q50, got.Q75+d.Q75, got.Q100+d.Q100, got.ApplyStarts+d.ApplyStarts
	}
	if got != row {
		r.t.Errorf("the days behind %q sum to\n%+v, want\n%+v", row.Label, got, row)
	}
	if n, err := r.db.CountDayRows(context.Background(), r.f); err != nil || n != int64(len(days)) {
		r.t.Errorf("%d rows behind %q, counted %d, %v", len(days), row.Label, n, err)
	}
	if page, err := r.db.DayRows(context.Background(), r.f, models.Page{Limit: 3, Offset: 2}); err != nil || len(days) >= 5 && !slices.Equal(page, days[2:5]) {
		r.t.Errorf("a page of the days: got %+v, %v", page, err)
	}
	links, err := r.db.LinkRows(context.Background(), r.f, models.Page{})
	if err != nil || !linkless && int64(len(links)) != row.Shares {
		r.t.Errorf("%d links behind %q, want %d, %v", len(links), row.Label, row.Shares, err)
	}
	r.listed(row.Label, row.Applications, func(a *models.ApplicationFilter) { a.Source = models.SourceReferred })
	r.listed(row.Label+" qualified", row.Qualified, func(a *models.ApplicationFilter) { a.Source, a.Qualified = models.SourceReferred, true })
	r.listed(row.Label+" hired", row.Hires, func(a *models.ApplicationFilter) { a.Source, a.Stage = models.SourceReferred, models.StageHired })
}

// listed compares a number with the list of applications behind it: those that can be shown, those that are only counted, and the file.
func (r rawHouse) listed(what string, want int64, narrow func(*models.ApplicationFilter)) {
	f := models.ApplicationFilter{
		JobID: r.f.JobID, ClipID: r.f.ClipID, SkillID: r.f.SkillID, CreditedID: r.f.UserID, Team: r.f.Team, Channel: r.f.Channel,
		From: r.f.From, To: r.f.To, Limit: 200,
	}
	narrow(&f)
	n, erased, err := r.db.CountApplications(context.Background(), models.System(), f)
	if err != nil || n+erased != want {
		r.t.Errorf("%s: %d applications and %d erased behind it, %v, want %d", what, n, erased, err, want)
	}
	var shown, filed int64
	for {
		apps, next, err := r.db.Applications(context.Background(), models.System(), f)
		if err != nil {
			r.t.Fatal(err)
		}
		shown += int64(len(apps))
		if f.Cursor = next; next == "" {
			break
		}
	}
	if err := r.db.EachApplicationRow(context.Background(), f, func(models.ApplicationRow) error { filed++; return nil }); err != nil {
		r.t.Fatal(err)
	}
	if shown != n || filed != want {
		r.t.Errorf("%s: %d applications listed and %d in the file, want %d and %d", what, shown, filed, n, want)
	}
}

// hits compares what is told of all requests by class, by reason and by link with the raw events.
func (r rawHouse) hits() {
	got, err := r.db.Hits(context.Background(), r.f)
	if err != nil {
		r.t.Fatal(err)
	}
	const from = `from events e join links l on l.id = e.link_id join users u on u.id = l.user_id where`
	about := r.days("e.at", r.f.From, r.f.To) + " and " + r.about("e.clip_id", "l.job_id", true)
	want := r.ask(fmt.Sprintf(`select e.class, count(*) filter (where e.kind = 'click'), count(*) filter (where e.kind = 'view' and e.class = 'human')
		%s %s group by 1`, from, about))
	why := r.ask(fmt.Sprintf(`select e.class || ':' || e.reason, count(*) %s e.kind = 'click' and e.class <> 'human' and %s group by 1`, from, about))
	var total int64
	for _, c := range got.Classes {
		var w models.HitClass
		r.scan(cmp.Or(want[c.Class], "0 0"), &w.Hits, &w.Confirmed)
		if c.Hits != w.Hits || c.Confirmed != w.Confirmed {
			r.t.Errorf("%s: got %d and %d confirmed, the raw events say %d and %d", c.Class, c.Hits, c.Confirmed, w.Hits, w.Confirmed)
		}
		total += w.Hits
		for _, reason := range c.Reasons {
			key := c.Class + ":" + reason.Reason
			if w := strings.TrimSpace(why[key]); w != fmt.Sprint(reason.Hits) {
				r.t.Errorf("%s: got %d, the raw events say %q", key, reason.Hits, w)
			}
			delete(why, key)
		}
	}
	if got.Total != total {
		r.t.Errorf("got %d hits in all, the raw events say %d", got.Total, total)
	}
	if known := r.f.Team == "" && r.f.UserID == nil; got.Why != known || known && len(why) > 0 {
		r.t.Errorf("why is known: %v; missing %v", got.Why, why)
	}
	r.hitLinks(fmt.Sprintf(`select l.id::text, u.name || '/' || l.channel, count(*), count(*) filter (where e.class = 'human'),
			(select count(*) from events v where v.kind = 'view' and v.class = 'human' and v.link_id = l.id and %s),
			count(*) filter (where e.class = 'preview'), count(*) filter (where e.class = 'bot'), count(*) filter (where e.class = 'prefetch'),
			count(*) filter (where e.class = 'self'), count(*) filter (where e.class = 'internal'), count(*) filter (where e.class = 'suspect')
		%s e.kind = 'click' and %s group by l.id, u.id`, strings.ReplaceAll(about, "e.", "v."), from, about))
}

// hitLinks walks all pages of the links by their hits.
func (r rawHouse) hitLinks(sql string) {
	want := r.ask(sql)
	last := int64(math.MaxInt64)
	for offset := 0; ; offset += 7 {
		page, err := r.db.HitLinks(context.Background(), r.f, models.Page{Limit: 7, Offset: offset})
		if err != nil {
			r.t.Fatal(err)
		}
		for _, l := range page {
			got := fmt.Sprintln(l.Name+"/"+l.Channel, l.Hits, l.Human, l.Confirmed, l.Preview, l.Bot, l.Prefetch, l.Self, l.Internal, l.Suspect)
			if got != want[l.LinkID.String()] || l.Hits > last {
				r.t.Errorf("link %s: got %q after one with %d, the raw events say %q", l.LinkID, got, last, want[l.LinkID.String()])
			}
			delete(want, l.LinkID.String())
			last = l.Hits
		}
		if len(page) < 7 {
			break
		}
	}
	if len(want) > 0 {
		r.t.Errorf("links are missing: %v", want)
	}
}
