package models_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

// crowd makes random events on links, whatever came before.
type crowd struct {
	rng      *rand.Rand
	links    []models.Link
	clips    []uuid.UUID
	visitors []uuid.UUID
	from     time.Time
	span     time.Duration
}

var crowdClasses = []string{
	models.ClassHuman, models.ClassHuman, models.ClassHuman, models.ClassBot, models.ClassPreview, models.ClassSuspect, models.ClassSelf,
}

// crowdReasons are why an event has its class.
var crowdReasons = map[string][]string{
	models.ClassHuman: {"ok"}, models.ClassBot: {"method", "agent:Googlebot", "agent:none"}, models.ClassPreview: {"agent:Slackbot", "agent:WhatsApp"},
	models.ClassSuspect: {"burst", "headers:platform"}, models.ClassSelf: {"owner"},
}

var crowdKinds = []string{
	models.KindClick, models.KindClick, models.KindClick, models.KindView, models.KindPlay, models.KindQ25, models.KindQ50, models.KindQ75,
	models.KindQ100, models.KindSound, models.KindApplyStart, models.KindApply,
}

func newCrowd(tb testing.TB, db *models.DB, seed uint64, people, days int, until time.Time) *crowd {
	tb.Helper()
	c := &crowd{rng: rand.New(rand.NewPCG(seed, 7)), from: until.Add(-time.Duration(days) * 24 * time.Hour), span: time.Duration(days) * 24 * time.Hour}
	run := func(sql string, args ...any) {
		if _, err := db.Pool().Exec(context.Background(), sql, args...); err != nil {
			tb.Fatal(err)
		}
	}
	run(`insert into teams (id, name, name_key, created_at) select gen_random_uuid(), 'Team ' || n, 'team ' || n, now() from generate_series(1, 3) n`)
	run(`insert into users (id, email, email_key, name, role, team_id, created_at, updated_at)
		select gen_random_uuid(), n || '@example.org', n || '@example.org', 'Person ' || n, 'employee',
		       case when n % 4 > 0 then (select id from teams order by name offset n % 4 - 1 limit 1) end, now(), now()
		from generate_series(1, $1::int) n`, people)
	run(`insert into jobs (id, slug, title, status, published_at, created_at, updated_at)
		select gen_random_uuid(), 'job-' || n, 'Job ' || n, 'published', now(), now(), now() from generate_series(1, 4) n`)
	run(`insert into skills (id, name, name_key, created_at) select gen_random_uuid(), 'Skill ' || n, 'skill ' || n, now() from generate_series(1, 3) n`)
	run(`insert into job_skills (job_id, skill_id, need, position) select j.id, s.id, 'nice', 1 from jobs j, skills s where (j.slug, s.name) in
		(('job-1', 'Skill 1'), ('job-1', 'Skill 2'), ('job-2', 'Skill 2'), ('job-3', 'Skill 3'))`)
	run(`insert into links (id, code, user_id, job_id, channel, created_at)
		select gen_random_uuid(), substr(replace(gen_random_uuid()::text, '-', ''), 1, 12), u.id, j.id, ch, $1
		from users u, jobs j, unnest(array['x', 'qr']) ch where (hashtext(u.email || j.slug || ch)) % 2 = 0`, c.from)
	rows, err := db.Pool().Query(context.Background(), `select id, job_id, channel from links order by code`)
	if err != nil {
		tb.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var l models.Link
		if err := rows.Scan(&l.ID, &l.JobID, &l.Channel); err != nil {
			tb.Fatal(err)
		}
		c.links = append(c.links, l)
	}
	if err := rows.Err(); err != nil || len(c.links) == 0 {
		tb.Fatal(len(c.links), err)
	}
	for range 3 {
		c.clips = append(c.clips, models.NewID())
	}
	for range max(50, people/2) {
		c.visitors = append(c.visitors, uuid.New())
	}
	return c
}

// events makes n of them, some of the open door and without a clip.
func (c *crowd) events(n int) []models.Event {
	out := make([]models.Event, n)
	for i := range out {
		l := c.links[int(float64(len(c.links))*c.rng.Float64()*c.rng.Float64())]
		e := models.Event{
			ID: uuid.New(), At: c.from.Add(time.Duration(c.rng.Int64N(int64(c.span)))).Truncate(time.Microsecond),
			Kind: crowdKinds[c.rng.IntN(len(crowdKinds))], Class: crowdClasses[c.rng.IntN(len(crowdClasses))], Rules: 1,
			LinkID: l.ID, JobID: l.JobID, Channel: l.Channel, Visitor: c.visitors[c.rng.IntN(len(c.visitors))],
		}
		reasons := crowdReasons[e.Class]
		e.Reason = reasons[i%len(reasons)]
		if c.rng.IntN(5) > 0 {
			e.ClipID = c.clips[c.rng.IntN(len(c.clips))]
		}
		if c.rng.IntN(9) == 0 {
			e.LinkID = uuid.Nil
		}
		out[i] = e
	}
	return out
}

// fromEvents is the report's figures, computed from the raw events with nothing of what the report reads. {key} and {joins} as there.
const fromEvents = `
	select {key}::text as key, count(*) filter (where e.kind = 'click'),
		count(*) filter (where e.kind = 'click' and e.class = 'human'),
		count(distinct ((e.at at time zone 'UTC')::date, l.id, e.visitor)) filter (where e.kind = 'click' and e.class = 'human'),
		count(*) filter (where e.kind = 'view' and e.class = 'human'), count(*) filter (where e.kind = 'play' and e.class = 'human'),
		count(*) filter (where e.kind = 'q25' and e.class = 'human'), count(*) filter (where e.kind = 'q50' and e.class = 'human'),
		count(*) filter (where e.kind = 'q75' and e.class = 'human'), count(*) filter (where e.kind = 'q100' and e.class = 'human'),
		count(*) filter (where e.kind = 'apply_start' and e.class = 'human')
	from events e join links l on l.id = e.link_id join users u on u.id = l.user_id {joins}
	where e.at >= $1::text::date and e.at < $2::text::date + 1 and ($3::uuid is null or l.job_id = $3)
	group by 1`

var rawGroups = map[string][2]string{
	"employee": {"l.user_id", ""}, "team": {"coalesce(u.team_id::text, '')", ""}, "job": {"l.job_id", ""}, "channel": {"l.channel", ""},
	"skill": {"js.skill_id", "join job_skills js on js.job_id = l.job_id"}, "clip": {"e.clip_id", ""},
}

// rawReport is the report by group from the raw events, as text by key.
func rawReport(tb testing.TB, db *models.DB, group string, from, to time.Time, job *uuid.UUID) map[string]string {
	tb.Helper()
	g := rawGroups[group]
	sql := strings.NewReplacer("{key}", g[0], "{joins}", g[1]).Replace(fromEvents)
	rows, err := db.Pool().Query(context.Background(), sql, from.Format(time.DateOnly), to.Format(time.DateOnly), job)
	if err != nil {
		tb.Fatal(err)
	}
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var key *string
		var n [10]int64
		if err := rows.Scan(&key, &n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &n[6], &n[7], &n[8], &n[9]); err != nil {
			tb.Fatal(err)
		}
		if key != nil { // what was opened without a clip is no clip's
			out[*key] = fmt.Sprint(n)
		}
	}
	return out
}

func figures(r models.Referral) string {
	return fmt.Sprint([10]int64{r.Hits, r.Clicks, r.Visitors, r.Views, r.Plays, r.Q25, r.Q50, r.Q75, r.Q100, r.ApplyStarts})
}

// TestReportsAreTheRawEvents stores random events in random order, takes some back, judges days again, puts days together whenever it
// likes, and compares every report over random days with the raw events.
func TestReportsAreTheRawEvents(t *testing.T) {
	t.Parallel()
	db, clock := open(t)
	c := newCrowd(t, db, 2, 12, 75, clock.Now())
	check := func(what string) {
		t.Helper()
		for _, group := range models.ReferralGroups {
			from := c.from.Add(time.Duration(c.rng.Int64N(int64(c.span))))
			to := from.Add(time.Duration(c.rng.Int64N(int64(c.span))))
			if c.rng.IntN(3) == 0 {
				from, to = time.Time{}, clock.Now()
			}
			var job *uuid.UUID
			if c.rng.IntN(2) == 0 {
				job = &c.links[0].JobID
			}
			rows, total, err := db.Referrals(t.Context(), models.ReferralFilter{GroupBy: group, JobID: job, From: from, To: to})
			if err != nil {
				t.Fatal(err)
			}
			want := rawReport(t, db, group, from, to, job)
			for _, r := range rows {
				w, ok := want[r.Key]
				if delete(want, r.Key); !ok {
					w = fmt.Sprint([10]int64{})
				}
				if figures(r) != w {
					t.Errorf("%s: by %s, %s to %s: %s has %s, the raw events say %s", what, group, from.Format(time.DateOnly), to.Format(time.DateOnly), r.Label, figures(r), w)
				}
			}
			nameless := group == "clip" // these clips are no rows: they have no label, and are there all the same
			if len(want) > 0 && !nameless {
				t.Errorf("%s: by %s: %v are missing", what, group, want)
			}
			var all models.Referral
			for _, f := range rawReport(t, db, "channel", from, to, job) {
				var n [10]int64
				fmt.Sscanf(strings.Trim(f, "[]"), "%d %d %d %d %d %d %d %d %d %d", &n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &n[6], &n[7], &n[8], &n[9])
				all.Hits += n[0]
				all.Clicks += n[1]
				all.Visitors += n[2]
			}
			if total.Hits != all.Hits || total.Clicks != all.Clicks || total.Visitors != all.Visitors {
				t.Errorf("%s: by %s: total %+v, the raw events say %+v", what, group, total, all)
			}
		}
	}
	for i := range 5 {
		batch := c.events(300)
		if err := db.RecordEvents(t.Context(), batch, nil); err != nil {
			t.Fatal(err)
		}
		if err := db.RecordEvents(t.Context(), batch[:100], nil); err != nil { // shipped again
			t.Fatal(err)
		}
		check("stored")
		if made, err := db.MakeSpans(t.Context()); err != nil || i == 0 && made < 70 {
			t.Fatalf("%d spans, %v", made, err)
		}
		check("put together")
		e := batch[c.rng.IntN(len(batch))]
		taken := models.Amendment{Visitor: e.Visitor, From: e.At.Add(-36 * time.Hour), To: e.At.Add(time.Minute), Class: models.ClassSuspect, Reason: "burst", Rules: 1}
		if err := db.RecordEvents(t.Context(), nil, []models.Amendment{taken}); err != nil {
			t.Fatal(err)
		}
		check("taken back")
		again := func(j models.Judged) (string, string) {
			if j.Class == models.ClassPreview {
				return models.ClassHuman, "ok"
			}
			return j.Class, j.Reason
		}
		for range 3 {
			day := c.from.Add(time.Duration(c.rng.Int64N(int64(c.span))))
			if _, err := db.RecountDay(t.Context(), day, 2, again); err != nil {
				t.Fatal(err)
			}
		}
		check("judged again")
	}
	if made, err := db.MakeSpans(t.Context()); err != nil || made == 0 {
		t.Errorf("%d spans, %v: none had been dropped", made, err)
	}
	if made, err := db.MakeSpans(t.Context()); err != nil || made != 0 {
		t.Errorf("%d spans, %v: nothing was left to make", made, err)
	}
	if n := rowsOf(t, db, `select count(*) from span_counts where span not in (select id from spans)`); n != 0 {
		t.Errorf("%d rows of spans that are gone", n)
	}
	check("in the end")
}

// TestSpansOfWhatIsOverMoveOn has a day pass: what was so far is taken away for what is so far now.
func TestSpansOfWhatIsOverMoveOn(t *testing.T) {
	t.Parallel()
	db, clock := open(t)
	c := newCrowd(t, db, 5, 12, 40, clock.Now())
	made := func() int {
		t.Helper()
		n, err := db.MakeSpans(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if err := db.RecordEvents(t.Context(), c.events(400), nil); err != nil {
		t.Fatal(err)
	}
	made()
	spans := func() int { return rowsOf(t, db, `select count(*) from spans`) }
	soFar := func() int {
		return rowsOf(t, db, `select count(*) from spans where first_day = (select min(day) from counts) and last_day > first_day + 31`)
	}
	before := spans()
	if soFar() != 1 {
		t.Fatalf("%d spans of all time so far, want one", soFar())
	}
	clock.Add(24 * time.Hour)
	c.from = c.from.Add(24 * time.Hour)
	if err := db.RecordEvents(t.Context(), c.events(200), nil); err != nil {
		t.Fatal(err)
	}
	made()
	if made() != 0 || soFar() != 1 || spans() > before+3 { // the day, and what it may complete
		t.Errorf("%d spans of all time so far and %d spans after %d", soFar(), spans(), before)
	}
}

// TestReportsReadNoEvents explains every report on 100,000 events: rollups only, those of days by their index.
func TestReportsReadNoEvents(t *testing.T) {
	t.Parallel()
	db, clock := open(t)
	c := newCrowd(t, db, 3, 60, 61, clock.Now())
	for range 10 {
		if err := db.RecordEvents(t.Context(), c.events(10_000), nil); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := db.MakeSpans(t.Context()); err != nil {
		t.Fatal(err)
	}
	exec(t, db, "analyze")
	job, person := c.links[0].JobID, c.links[0].UserID
	for _, group := range models.ReferralGroups {
		plan, err := db.ExplainReferrals(t.Context(), models.ReferralFilter{GroupBy: group, From: clock.Now().AddDate(0, 0, -29)})
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(plan, " on events") || strings.Contains(plan, "day_visitors") {
			t.Errorf("by %s: the report reads raw events:\n%s", group, plan)
		}
		if strings.Contains(plan, "Seq Scan on counts") || !strings.Contains(plan, "counts_day_link_id") {
			t.Errorf("by %s: the report reads all days:\n%s", group, plan)
		}
		if strings.Contains(plan, "span_counts") || !strings.Contains(plan, "span_users") && !strings.Contains(plan, "span_places") {
			t.Errorf("by %s: the report reads every link:\n%s", group, plan)
		}
		plan, err = db.ExplainReferrals(t.Context(), models.ReferralFilter{GroupBy: group, From: clock.Now().AddDate(0, 0, -29), JobID: &job, UserID: &person})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(plan, "span_counts") {
			t.Errorf("by %s, of one person and one job: the report does not read spans:\n%s", group, plan)
		}
	}
}
