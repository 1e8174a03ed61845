package tracking

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/internal/testenv"
	"kollega/models"
)

func TestMain(m *testing.M) {
	if os.Getenv(crashDir) != "" {
		crashChild()
		return
	}
	testenv.Main(m)
}

// noon is a time of day at which nothing is near midnight.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// clock is a clock that stands until it is moved.
type clock struct{ now atomic.Int64 }

func newClock(at time.Time) *clock {
	c := &clock{}
	c.set(at)
	return c
}

func (c *clock) set(at time.Time)      { c.now.Store(at.UnixMicro()) }
func (c *clock) move(by time.Duration) { c.now.Add(by.Microseconds()) }
func (c *clock) Now() time.Time        { return time.UnixMicro(c.now.Load()).UTC() }

func newDB(t testing.TB, c *clock) *models.DB {
	t.Helper()
	url := testenv.Database(t, models.SchemaVersion(), models.Migrate)
	db, err := models.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	if c != nil {
		db.Now = c.Now
	}
	return db
}

func newTracker(t testing.TB, dir string, db *models.DB) *Tracker {
	t.Helper()
	tr, err := New(t.Context(), Options{Dir: dir, DB: db, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// finish closes tr and waits until all is in Postgres.
func finish(t testing.TB, tr *Tracker) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := tr.Close(ctx); err != nil {
		t.Error(err)
	}
	if s := tr.Stats(); s.Segments != 0 {
		t.Errorf("%d segments left", s.Segments)
	}
}

func one[T any](t testing.TB, db *models.DB, sql string, args ...any) (v T) {
	t.Helper()
	if err := db.Pool().QueryRow(context.Background(), sql, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

func newWhere() Where {
	return Where{LinkID: models.NewID(), OwnerID: models.NewID(), JobID: models.NewID(), ClipID: models.NewID(), Channel: "linkedin"}
}

func from(b *browser, ip string) *http.Request {
	r := b.open("/s/abc")
	r.RemoteAddr = ip + ":1234"
	return r
}

func TestAVisitIsCountedOnce(t *testing.T) {
	t.Parallel()
	c := newClock(noon)
	db := newDB(t, c)
	tr := newTracker(t, t.TempDir(), db)
	where := newWhere()
	phone := &browsers[27]
	token, v, err := tr.Click(t.Context(), from(phone, "192.0.2.1"), where, uuid.Nil)
	if err != nil || !v.Human() {
		t.Fatalf("Click = %+v, %v", v, err)
	}
	for range 3 { // a page may report twice, to two instances even
		c.move(2 * time.Second)
		for _, kind := range []string{"view", "play", "q25", "q50", "q75", "q100", "sound", "apply_start"} {
			if err := tr.Beacon(t.Context(), from(phone, "192.0.2.1"), token, kind); err != nil {
				t.Errorf("Beacon(%s) = %v", kind, err)
			}
		}
		tr.once = newOnce()
	}
	application := Application{ID: models.NewID(), At: c.Now(), Token: token}
	for range 2 {
		if err := tr.Applied(t.Context(), from(phone, "192.0.2.1"), application, uuid.Nil); err != nil {
			t.Error(err)
		}
	}
	if _, _, err := tr.Click(t.Context(), from(phone, "192.0.2.99"), where, uuid.Nil); err != nil { // the same network, so the same visitor
		t.Error(err)
	}
	if _, _, err := tr.Click(t.Context(), from(phone, "198.51.100.1"), where, where.OwnerID); err != nil {
		t.Error(err)
	}
	finish(t, tr)

	got := one[string](t, db, `select string_agg(concat_ws(' ', class, clicks, visitors, views, plays, q25, q50, q75, q100, sounds, apply_starts), ', ' order by class)
		from counts where link_id = $1 and day = '2026-11-23'`, where.LinkID)
	if want := "human 2 1 1 1 1 1 1 1 1 1, self 1 0 0 0 0 0 0 0 0 0"; got != want {
		t.Errorf("counts = %q, want %q", got, want)
	}
	if got := one[int](t, db, `select count(*) from events where kind = 'apply' and link_id = $1 and click_id is not null`, where.LinkID); got != 1 {
		t.Errorf("%d applications, want 1", got)
	}
	got = one[string](t, db, `select concat_ws(' ', at at time zone 'UTC', after_ms, class, reason, channel, device, os, language) from events where kind = 'view'`)
	if want := "2026-11-23 12:00:00 2000 human ok linkedin phone ios nb"; got != want {
		t.Errorf("view = %q, want %q", got, want)
	}
}

func TestReportsAreRefused(t *testing.T) {
	t.Parallel()
	c := newClock(noon)
	db := newDB(t, c)
	tr := newTracker(t, t.TempDir(), db)
	phone := &browsers[27]
	token, _, err := tr.Click(t.Context(), from(phone, "192.0.2.1"), newWhere(), uuid.Nil)
	if err != nil {
		t.Fatal(err)
	}
	forged := "A" + token[1:]
	if token[0] == 'A' {
		forged = "B" + token[1:]
	}
	for _, tt := range []struct {
		token, kind string
		later       time.Duration
		want        error
	}{
		{forged, "view", 0, ErrForged},
		{token[:len(token)-1], "view", 0, ErrForged},
		{"", "view", 0, ErrForged},
		{strings.Repeat("A", 5000), "view", 0, ErrForged},
		{token, "click", 0, ErrKind},
		{token, "apply", 0, ErrKind},
		{token, "hire", 0, ErrKind},
		{token, "view", TokenLife + time.Second, ErrStale},
		{token, "view", -time.Hour, ErrStale},
		{token, "view", time.Hour, nil},
	} {
		c.set(noon.Add(tt.later))
		if err := tr.Beacon(t.Context(), from(phone, "192.0.2.1"), tt.token, tt.kind); !errors.Is(err, tt.want) {
			t.Errorf("Beacon(%.10s, %s) after %v = %v, want %v", tt.token, tt.kind, tt.later, err, tt.want)
		}
	}
	finish(t, tr)
	if got := one[int](t, db, `select count(*) from events`); got != 2 {
		t.Errorf("%d events, want 2", got)
	}
}

func TestAScannerEarnsNothing(t *testing.T) {
	t.Parallel()
	fullBrowser, disguised := browsers[0], browser{ua: browsers[0].ua}
	for _, tt := range []struct {
		name  string
		as    *browser
		links int
		every time.Duration
	}{
		{"a whole browser, twenty links in a second", &fullBrowser, 20, 50 * time.Millisecond},
		{"a whole browser, six links at once", &fullBrowser, burstLinks, 0},
		{"a whole browser that takes its time", &fullBrowser, 20, 380 * time.Millisecond},
		{"a browser's name", &disguised, burstLinks, 900 * time.Millisecond},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := newClock(noon)
			db := newDB(t, c)
			tr := newTracker(t, t.TempDir(), db)
			open := func(where Where, ip string) string {
				t.Helper()
				token, _, err := tr.Click(t.Context(), from(tt.as, ip), where, uuid.Nil)
				if err != nil {
					t.Fatal(err)
				}
				return token
			}
			open(newWhere(), "203.0.113.1") // somebody else, at the same time
			last := ""
			for range tt.links {
				where := newWhere()
				open(where, "192.0.2.1")
				last = open(where, "192.0.2.1") // scanners like to look twice
				c.move(tt.every)
			}
			if err := tr.Beacon(t.Context(), from(tt.as, "192.0.2.1"), last, "view"); err != nil { // and some run scripts
				t.Error(err)
			}
			finish(t, tr)
			got := one[string](t, db, `select concat_ws(' ', sum(clicks) filter (where class = 'human'), sum(visitors) filter (where class = 'human'),
				sum(clicks) filter (where class = 'suspect'), sum(views) filter (where class = 'suspect'), sum(visitors)) from counts`)
			if want := fmt.Sprintf("1 1 %d 1 1", 2*tt.links); got != want {
				t.Errorf("human clicks, human visitors, suspect clicks, suspect views, visitors = %q, want %q", got, want)
			}
			if got := one[string](t, db, `select string_agg(distinct class || ' ' || reason, ', ' order by class || ' ' || reason) from events`); got != "human ok, suspect burst, suspect click" {
				t.Errorf("classes = %q", got)
			}
		})
	}
}

// TestACrowdIsPeople has colleagues with the same browser behind one address open a link each, as after a meeting.
func TestACrowdIsPeople(t *testing.T) {
	t.Parallel()
	c := newClock(noon)
	db := newDB(t, c)
	tr := newTracker(t, t.TempDir(), db)
	const people = crowdLinks - 1
	for _, b := range []*browser{&browsers[8], &browsers[15], &browsers[27]} { // Edge, Safari on an iPhone, LinkedIn's
		for range people {
			_, v, err := tr.Click(t.Context(), from(b, "192.0.2.1"), newWhere(), uuid.Nil)
			if err != nil || !v.Human() {
				t.Errorf("%s: got %s (%s), %v", b.name, v.Class, v.Reason, err)
			}
			c.move(420 * time.Millisecond)
		}
	}
	finish(t, tr)
	if moved, _ := recountAll(t, db); len(moved) != 0 {
		t.Errorf("a recount moves %v", moved)
	}
	if got := one[int](t, db, `select sum(clicks)::int from counts where class = 'human'`); got != 3*people {
		t.Errorf("%d people's clicks, want %d", got, 3*people)
	}
}

// TestAScannerInParallel opens links from many connections at once: whichever is written last, none of them is a person's.
func TestAScannerInParallel(t *testing.T) {
	t.Parallel()
	db := newDB(t, nil)
	tr := newTracker(t, t.TempDir(), db)
	const scans, links = 20, 16
	var wg sync.WaitGroup
	for scan := range scans {
		for range links {
			wg.Go(func() {
				if _, _, err := tr.Click(context.Background(), from(&browsers[0], fmt.Sprintf("10.1.%d.1", scan)), newWhere(), uuid.Nil); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	}
	finish(t, tr)
	if got := one[int](t, db, `select count(*) from events where class = 'suspect' and reason = 'burst'`); got != scans*links {
		t.Errorf("%d of %d clicks are suspect", got, scans*links)
	}
}

// TestAClockSetBackMakesNobodySuspect bans a visitor, then the machine's clock goes back by a day.
func TestAClockSetBackMakesNobodySuspect(t *testing.T) {
	t.Parallel()
	b, visitor, link := newBursts(), uuid.New(), uuid.New()
	b.ban(visitor, noon)
	for _, tt := range []struct {
		after time.Duration
		want  bool
	}{{0, true}, {burstPenalty - time.Second, true}, {burstPenalty, false}, {-24 * time.Hour, false}} {
		if got := b.suspect(visitor, noon.Add(tt.after)); got != tt.want {
			t.Errorf("suspect %v after the burst = %v, want %v", tt.after, got, tt.want)
		}
	}
	if l := b.open(visitor, link, noon.Add(-24*time.Hour)); l != (Lately{Links: 1, AtOnce: 1}) {
		t.Errorf("open a day before = %+v", l)
	}
}

func TestAPrerenderedPageCountsWhenItIsLookedAt(t *testing.T) {
	t.Parallel()
	c := newClock(noon)
	db := newDB(t, c)
	tr := newTracker(t, t.TempDir(), db)
	prerender := func() (token string, where Where) {
		r := from(&browsers[0], "192.0.2.1")
		r.Header.Set("Sec-Purpose", "prefetch;prerender")
		where = newWhere()
		token, v, err := tr.Click(t.Context(), r, where, uuid.Nil)
		if err != nil || v.Class != models.ClassPrefetch {
			t.Fatalf("Click = %+v, %v", v, err)
		}
		return token, where
	}
	prerender()
	token, where := prerender()
	for range 2 {
		if err := tr.Beacon(t.Context(), from(&browsers[0], "192.0.2.1"), token, "view"); err != nil {
			t.Error(err)
		}
		tr.once = newOnce()
	}
	finish(t, tr)
	got := one[string](t, db, `select concat_ws(' ', clicks, visitors, views) from counts where class = 'human' and link_id = $1`, where.LinkID)
	if got != "1 1 1" {
		t.Errorf("clicks, visitors, views = %q, want 1 1 1", got)
	}
	if got := one[int](t, db, `select sum(clicks)::int from counts where class = 'prefetch'`); got != 2 {
		t.Errorf("%d prefetches, want 2", got)
	}
	if got := one[int](t, db, `select count(*) from counts where class = 'human'`); got != 1 {
		t.Errorf("%d links with people, want 1", got)
	}
}

func TestAVisitorPastMidnight(t *testing.T) {
	t.Parallel()
	c := newClock(time.Date(2026, 11, 23, 23, 58, 0, 0, time.UTC))
	db := newDB(t, c)
	tr := newTracker(t, t.TempDir(), db)
	phone := &browsers[27]
	where := newWhere()
	for _, at := range []time.Duration{0, 4 * time.Minute, 3 * time.Hour} {
		c.set(time.Date(2026, 11, 23, 23, 58, 0, 0, time.UTC).Add(at))
		tr.upkeep(t.Context())
		if _, _, err := tr.Click(t.Context(), from(phone, "192.0.2.1"), where, uuid.Nil); err != nil {
			t.Error(err)
		}
	}
	c.set(time.Date(2026, 11, 25, 22, 30, 0, 0, time.UTC)) // the 24th's key was made two days ago, ahead of its day
	tr.upkeep(t.Context())
	finish(t, tr)
	if got := one[int](t, db, `select count(distinct visitor) from events`); got != 2 {
		t.Errorf("%d visitors, want 2: one across midnight, one three hours later", got)
	}
	if got := one[string](t, db, `select string_agg(day::text, ' ' order by day) from visitor_keys`); got != "2026-11-25 2026-11-26" {
		t.Errorf("keys kept = %q, want 2026-11-25 2026-11-26", got)
	}
}

func TestInstancesShareKeys(t *testing.T) {
	t.Parallel()
	c := newClock(noon)
	db := newDB(t, c)
	a, b := newTracker(t, t.TempDir(), db), newTracker(t, t.TempDir(), db)
	phone := &browsers[27]
	where := newWhere()
	token, _, err := a.Click(t.Context(), from(phone, "192.0.2.1"), where, uuid.Nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.Click(t.Context(), from(phone, "192.0.2.1"), where, uuid.Nil); err != nil {
		t.Fatal(err)
	}
	for _, tr := range []*Tracker{a, b} {
		if err := tr.Beacon(t.Context(), from(phone, "192.0.2.1"), token, "view"); err != nil {
			t.Error(err)
		}
	}
	finish(t, a)
	finish(t, b)
	if got := one[string](t, db, `select concat_ws(' ', clicks, visitors, views) from counts`); got != "2 1 1" {
		t.Errorf("clicks, visitors, views = %q, want 2 1 1", got)
	}
}

func TestTwoInstancesShipAtOnce(t *testing.T) {
	t.Parallel()
	db := newDB(t, newClock(noon))
	a, b := newTracker(t, t.TempDir(), db), newTracker(t, t.TempDir(), db)
	wheres := []Where{newWhere(), newWhere(), newWhere(), newWhere()}
	var wg sync.WaitGroup
	for i := range 16 {
		tr := []*Tracker{a, b}[i%2]
		wg.Go(func() {
			for n := range 200 {
				ip := fmt.Sprintf("10.%d.%d.1", i, n)
				if _, _, err := tr.Click(context.Background(), from(&browsers[27], ip), wheres[n%4], uuid.Nil); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	finish(t, a)
	finish(t, b)
	if got := one[string](t, db, `select concat_ws(' ', sum(clicks), sum(visitors)) from counts`); got != "3200 3200" {
		t.Errorf("clicks, visitors = %q, want 3200 3200", got)
	}
	if sa, sb := a.Stats(), b.Stats(); sa.Recorded+sb.Recorded != 3200 || sa.Shipped+sb.Shipped != 3200 {
		t.Errorf("stats = %+v, %+v", sa, sb)
	}
}

func BenchmarkClick(b *testing.B) {
	tr := newTracker(b, b.TempDir(), newDB(b, nil))
	where := newWhere()
	b.ReportAllocs()
	b.SetParallelism(32)
	b.RunParallel(func(pb *testing.PB) {
		r := from(&browsers[29], "192.0.2.1")
		for pb.Next() {
			if _, _, err := tr.Click(context.Background(), r, where, uuid.Nil); err != nil {
				b.Error(err)
			}
		}
	})
	finish(b, tr)
}

// BenchmarkShip stores full batches, each of them spread over 100 links.
func BenchmarkShip(b *testing.B) {
	db := newDB(b, nil)
	links := make([]uuid.UUID, 100)
	for i := range links {
		links[i] = models.NewID()
	}
	signals := newTestJudge(b).Judge(FromHTTP(browsers[29].open("/s/abc"), "192.0.2.1")).Signals
	batch := make([]models.Event, shipRows)
	total := 0
	for b.Loop() {
		for i := range batch {
			batch[i] = models.Event{
				ID: newID(time.Now()), At: time.Now(), Kind: models.KindClick, Class: models.ClassHuman, Reason: "ok", Rules: RulesVersion,
				Signals: signals, LinkID: links[i%100], JobID: links[i%7], Channel: "linkedin", Visitor: uuid.New(),
				Device: "phone", OS: "ios", Language: "nb",
			}
		}
		if err := db.RecordEvents(b.Context(), batch, nil); err != nil {
			b.Fatal(err)
		}
		total += shipRows
	}
	b.ReportMetric(float64(total)/b.Elapsed().Seconds(), "events/s")
	start := time.Now()
	amendment := models.Amendment{Visitor: batch[0].Visitor, From: batch[0].At.Add(-10 * time.Second), To: batch[0].At, Class: models.ClassSuspect}
	if err := db.RecordEvents(b.Context(), nil, []models.Amendment{amendment}); err != nil {
		b.Fatal(err)
	}
	b.Logf("one amendment among %d events: %v", total, time.Since(start))
}
