package tracking

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

// countsNow is the rollup as text, and countsFromEvents the same figures computed from the raw events.
const (
	countsNow = `select coalesce(string_agg(concat_ws(' ', day, link_id, class, clicks, visitors, views, plays, starts), E'\n' order by day, link_id, class), '')
		from (select day, link_id, class, sum(clicks) as clicks, sum(visitors) as visitors, sum(views) as views, sum(plays) as plays, sum(apply_starts) as starts
		      from counts group by 1, 2, 3) c where clicks + visitors + views + plays + starts <> 0`
	countsFromEvents = `select coalesce(string_agg(concat_ws(' ', day, link_id, class, clicks, visitors, views, plays, starts), E'\n' order by day, link_id, class), '')
		from (select (at at time zone 'UTC')::date as day, link_id, class, count(*) filter (where kind = 'click') as clicks,
		      count(distinct visitor) filter (where kind = 'click' and class = 'human') as visitors, count(*) filter (where kind = 'view') as views,
		      count(*) filter (where kind = 'play') as plays, count(*) filter (where kind = 'apply_start') as starts
		      from events where kind <> 'apply' group by 1, 2, 3) c`
)

func recountAll(t *testing.T, db *models.DB) (moved map[string]int, rollups int) {
	t.Helper()
	judge := newTestJudge(t)
	first, last, err := db.EventDays(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	moved = map[string]int{}
	for day := first; !day.After(last); day = day.AddDate(0, 0, 1) {
		done, err := db.RecountDay(t.Context(), day, RulesVersion, judge.Rejudge)
		if err != nil {
			t.Fatal(err)
		}
		rollups += done.Rollups
		for _, r := range done.Reclassed {
			moved[r.From+" "+r.To] += r.Events
		}
	}
	return moved, rollups
}

// TestRecountRestores spoils classes, reasons and totals in every way; the raw signals bring everything back.
func TestRecountRestores(t *testing.T) {
	t.Parallel()
	c := newClock(noon)
	db := newDB(t, c)
	if err := db.MakePartitions(t.Context(), noon, noon); err != nil {
		t.Fatal(err)
	}
	tr := newTracker(t, t.TempDir(), db)
	links := []Where{newWhere(), newWhere(), newWhere()}
	for i := range 60 {
		r := from(&browsers[i%len(browsers)], fmt.Sprintf("10.%d.0.1", i%17))
		switch i % 6 {
		case 1:
			r.Header.Set("User-Agent", "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)")
		case 2:
			r.Header.Set("Sec-Purpose", "prefetch")
		case 3:
			r.Method = http.MethodHead
		}
		where := links[i%3]
		user := uuid.Nil
		if i%10 == 9 {
			user = where.OwnerID
		}
		token, _, err := tr.Click(t.Context(), r, where, user)
		if err != nil {
			t.Fatal(err)
		}
		r.Method = http.MethodPost
		r.Header.Del("Sec-Purpose")
		for _, kind := range []string{models.KindView, models.KindPlay, models.KindApplyStart}[:i%4] {
			if err := tr.Beacon(t.Context(), r, token, kind); err != nil {
				t.Fatal(err)
			}
		}
		if err := tr.Applied(t.Context(), r, Application{ID: models.NewID(), At: c.Now(), Token: token, Where: where}, user); err != nil {
			t.Fatal(err)
		}
		c.move(10 * time.Minute)
	}
	for range burstLinks + 2 { // a scanner, part of whose clicks was taken back later
		if _, _, err := tr.Click(t.Context(), from(&browsers[0], "10.99.0.1"), newWhere(), uuid.Nil); err != nil {
			t.Fatal(err)
		}
	}
	finish(t, tr)
	const events = `select string_agg(concat_ws(' ', id, kind, class, reason), E'\n' order by id, at) from events`
	before, totals := one[string](t, db, events), one[string](t, db, countsNow)
	if totals != one[string](t, db, countsFromEvents) {
		t.Fatal("the totals are not those of the raw events to begin with")
	}
	if moved, _ := recountAll(t, db); len(moved) != 0 || one[string](t, db, events) != before || one[string](t, db, countsNow) != totals {
		t.Errorf("a recount of what is right changed %v;\nbefore %s\nafter %s", moved, before, one[string](t, db, events))
	}
	for _, spoil := range []string{
		`update events set class = 'human', reason = 'ok' where class in ('preview', 'self') and reason not in ('burst', 'click')`,
		`update events set class = 'bot', reason = 'none' where class = 'human' and kind in ('click', 'view')`,
		`update counts set clicks = clicks + 7, visitors = 0, views = views * 2`,
		`delete from counts where class = 'prefetch'`,
		`insert into counts (day, link_id, class, clicks) select day, gen_random_uuid(), 'human', 3 from counts limit 2`,
		`delete from day_visitors`,
	} {
		if _, err := db.Pool().Exec(t.Context(), spoil); err != nil {
			t.Fatal(err)
		}
		recountAll(t, db)
		if got := one[string](t, db, countsNow); got != totals {
			t.Errorf("%s: recounted\n%s\nwant\n%s", spoil, got, totals)
		}
	}
	if got := one[string](t, db, events); got != before {
		t.Errorf("events are not what they were:\n%s\nwant\n%s", got, before)
	}
}

// TestRecountWhileShipping recounts again and again while events of the same days arrive; none is lost or counted twice, and a visitor
// who was counted before the recount is not counted again after it.
func TestRecountWhileShipping(t *testing.T) {
	t.Parallel()
	db := newDB(t, newClock(noon))
	if err := db.MakePartitions(t.Context(), noon, noon); err != nil {
		t.Fatal(err)
	}
	if _, err := db.VisitorKey(t.Context(), noon, freshKey()); err != nil {
		t.Fatal(err)
	}
	judge := newTestJudge(t)
	human := judge.Judge(FromHTTP(from(&browsers[0], "10.0.0.1"), "10.0.0.1"))
	var recorders []*Recorder
	for range 2 {
		r, err := NewRecorder(t.TempDir(), db, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		recorders = append(recorders, r)
	}
	links, visitors := make([]uuid.UUID, 5), make([]uuid.UUID, 40)
	for i := range links {
		links[i] = models.NewID()
	}
	for i := range visitors {
		visitors[i] = uuid.New()
	}
	const each = 6000
	var running atomic.Int32
	for n, r := range recorders {
		running.Add(1)
		go func() {
			defer running.Add(-1)
			for i := range each {
				at := noon.Add(time.Duration(i) * time.Millisecond)
				e := models.Event{
					ID: newID(at), At: at, Kind: kinds[i%3], Class: models.ClassHuman, Reason: "ok", Rules: RulesVersion,
					Signals: human.Signals, LinkID: links[(i+n)%5], Visitor: visitors[i%40],
				}
				if err := r.Record(context.Background(), &e); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	rounds := 0
	for running.Load() > 0 || rounds == 0 {
		if _, err := db.RecountDay(t.Context(), noon, RulesVersion, judge.Rejudge); err != nil {
			t.Fatal(err)
		}
		rounds++
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for _, r := range recorders {
		if err := r.Close(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if got := one[int](t, db, `select count(*)::int from events`); got != 2*each {
		t.Errorf("%d events, want %d", got, 2*each)
	}
	if got, want := one[string](t, db, countsNow), one[string](t, db, countsFromEvents); got != want {
		t.Errorf("after %d recounts the totals are\n%s\nthe raw events say\n%s", rounds, got, want)
	}
	t.Logf("%d recounts while %d events were shipped", rounds, 2*each)
}

// TestRecountMendsCredit finds out after the fact that a click was no person's.
func TestRecountMendsCredit(t *testing.T) {
	t.Parallel()
	c := newClock(noon)
	db := newDB(t, c)
	admin := models.User{Role: models.RoleAdmin}
	ola, err := db.AddUser(t.Context(), admin, models.NewUser{Email: "ola@example.org", Name: "Ola", Role: models.RoleEmployee})
	if err != nil {
		t.Fatal(err)
	}
	job := models.NewID()
	if _, err := db.Pool().Exec(t.Context(), `insert into jobs (id, slug, title, status, published_at, created_at, updated_at) values ($1, 'kokk', 'Kokk', 'published', now(), now(), now())`, job); err != nil {
		t.Fatal(err)
	}
	link, _, err := db.MakeLink(t.Context(), ola, ola.ID, job, "x")
	if err != nil {
		t.Fatal(err)
	}
	tr := newTracker(t, t.TempDir(), db)
	where := Where{LinkID: link.ID, OwnerID: ola.ID, JobID: job, Channel: "x"}
	r := from(&browsers[0], "10.0.0.1")
	r.Header.Set("User-Agent", "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)")
	token, _, err := tr.Click(t.Context(), r, where, uuid.Nil)
	if err != nil {
		t.Fatal(err)
	}
	visit, err := tr.Visit(token)
	if err != nil {
		t.Fatal(err)
	}
	app, _, _, err := db.Apply(t.Context(), models.Applying{JobID: job, Name: "K", Email: "k@example.com", Link: &link, ClickID: visit.ClickID, Class: models.ClassHuman})
	if err != nil {
		t.Fatal(err)
	}
	finish(t, tr)
	if _, err := db.Pool().Exec(t.Context(), `update events set class = 'human', reason = 'ok'`); err != nil { // as older rules took it
		t.Fatal(err)
	}
	if _, err := db.SettleCredit(t.Context(), app.ID); err != nil {
		t.Fatal(err)
	}
	const weight = `select weight from credits where application_id = $1 order by round desc limit 1`
	if got := one[float64](t, db, weight, app.ID); got != 1 {
		t.Fatalf("by the older rules: got %v", got)
	}
	recountAll(t, db)
	for i, want := range []int{1, 0} {
		if got, err := db.RecountCredit(t.Context()); err != nil || got != want {
			t.Errorf("recount %d: credit of %d applications changed, %v; want %d", i+1, got, err, want)
		}
	}
	if got := one[float64](t, db, weight, app.ID); got != 0 {
		t.Errorf("by the rules of today: got %v, want 0", got)
	}
}
