package tracking

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/internal/postgres"
	"kollega/models"
)

// TestPostgresAway stops Postgres under load and at a start; nothing fails for the visitor and nothing is lost.
func TestPostgresAway(t *testing.T) {
	t.Parallel()
	dir, pgDir := t.TempDir(), reachableDir(t)
	start := func() *postgres.Server {
		t.Helper()
		server, err := postgres.Start(t.Context(), postgres.Options{Dir: pgDir})
		if err != nil {
			t.Fatal(err)
		}
		return server
	}
	stop := func(s *postgres.Server) {
		t.Helper()
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if err := s.Stop(ctx); err != nil {
			t.Fatal(err)
		}
	}
	server := start()
	defer func() { stop(server) }()
	if err := models.Migrate(t.Context(), server.URL()); err != nil {
		t.Fatal(err)
	}
	db, err := models.Open(t.Context(), server.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	where := newWhere()
	n := 0
	clicks := func(tr *Tracker) (token string) {
		t.Helper()
		for range 100 {
			n++
			var err error
			if token, _, err = tr.Click(t.Context(), from(&browsers[27], fmt.Sprintf("10.0.%d.1", n%250)), where, uuid.Nil); err != nil {
				t.Fatal(err)
			}
		}
		return token
	}

	tr := newTracker(t, dir, db)
	clicks(tr)
	stop(server)
	clicks(tr)
	short, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	if err := tr.Close(short); err != nil { // Postgres is away: the rest stays in the journal
		t.Error(err)
	}
	cancel()
	if tr.Stats().Segments == 0 {
		t.Error("nothing waits in the journal while Postgres is away")
	}
	tr = newTracker(t, dir, db) // a start while it is away
	token := clicks(tr)
	if err := tr.Beacon(t.Context(), from(&browsers[27], "10.0.50.1"), token, "view"); err != nil {
		t.Error(err)
	}
	server = start()
	clicks(tr)
	finish(t, tr)
	got := one[string](t, db, `select concat_ws(' ', clicks, views) from counts where link_id = $1`, where.LinkID)
	if want := fmt.Sprint(n, " 1"); got != want {
		t.Errorf("clicks, views = %q, want %q", got, want)
	}
	if s := tr.Stats(); s.Lost != 0 || s.Quarantined != 0 {
		t.Errorf("Stats = %+v", s)
	}
}

// TestTheClockIsSetBack goes back by an hour, by forty days, over a restart, and on again: every click is there once, under the time that
// the clock showed, and a page that was opened since reports as ever.
func TestTheClockIsSetBack(t *testing.T) {
	t.Parallel()
	c := newClock(noon)
	db, dir := newDB(t, c), t.TempDir()
	tr := newTracker(t, dir, db)
	where, want := newWhere(), map[string]int{}
	for i, by := range []time.Duration{0, -time.Hour, -40 * 24 * time.Hour, time.Hour, 40 * 24 * time.Hour} {
		c.move(by)
		if i == 3 {
			finish(t, tr)
			tr = newTracker(t, dir, db)
		}
		var token string
		for n := range 30 {
			var err error
			if token, _, err = tr.Click(t.Context(), from(&browsers[27], fmt.Sprintf("10.%d.%d.1", i, n)), where, uuid.Nil); err != nil {
				t.Fatal(err)
			}
		}
		if err := tr.Beacon(t.Context(), from(&browsers[27], fmt.Sprintf("10.%d.29.1", i)), token, models.KindView); err != nil {
			t.Errorf("a view %s later: %v", by, err)
		}
		want[c.Now().Format(time.DateOnly)] += 30
	}
	finish(t, tr)
	if s := tr.Stats(); s.Lost != 0 || s.Quarantined != 0 {
		t.Errorf("Stats = %+v", s)
	}
	for day, clicks := range want {
		if got := one[int](t, db, `select count(distinct id) from events where kind = 'click' and (at at time zone 'UTC')::date = $1::text::date`, day); got != clicks {
			t.Errorf("%s: %d clicks, want %d", day, got, clicks)
		}
	}
	if got := one[string](t, db, `select concat_ws(' ', sum(clicks), sum(views), sum(visitors)) from counts where link_id = $1 and class = 'human'`, where.LinkID); got != "150 5 150" {
		t.Errorf("clicks, views, visitors = %q, want 150 5 150", got)
	}
}

// reachableDir is a temporary folder that Postgres' own account may enter, which it needs where the tests run as root.
func reachableDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "kollega-outage-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestPoisonedRows puts rows among good ones that Postgres refuses; they are kept aside, the others are stored.
func TestPoisonedRows(t *testing.T) {
	t.Parallel()
	db, dir := newDB(t, newClock(noon)), t.TempDir()
	r, err := NewRecorder(dir, db, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	event := func() models.Event {
		return models.Event{ID: models.NewID(), At: noon, Kind: models.KindClick, Class: models.ClassHuman, Rules: RulesVersion, Visitor: uuid.New()}
	}
	for i := range 50 {
		e := event()
		switch i {
		case 7:
			e.Channel = "a\x00b"
		case 23:
			e.ReferrerHost = "\xff\xfe"
		case 31:
			e.At = time.Unix(0, 0) // before all time: the machine's clock was lost
		}
		if err := r.Record(t.Context(), &e); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.journal.Append(t.Context(), []byte("no event at all")); err != nil {
		t.Fatal(err)
	}
	if err := r.journal.Append(t.Context(), []byte{recordAmendment}); err != nil {
		t.Fatal(err)
	}
	if err := r.Record(t.Context(), &models.Event{Kind: "hop", Class: models.ClassHuman, ID: models.NewID()}); err == nil {
		t.Error("an event of no kind was recorded")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := r.Close(ctx); err != nil {
		t.Error(err)
	}
	if s := r.Stats(); s.Shipped != 47 || s.Quarantined != 5 || s.Segments != 0 {
		t.Errorf("Stats = %+v, want 47 shipped, 5 quarantined", s)
	}
	if got := one[int](t, db, `select clicks::int from counts`); got != 47 {
		t.Errorf("%d clicks, want 47", got)
	}
	refused, err := r.journal.Refused()
	if err != nil || len(refused) != 5 {
		t.Fatalf("%d refused, %v; want 5", len(refused), err)
	}
	var kept strings.Builder
	for _, rec := range refused {
		fmt.Fprintf(&kept, "%q ", rec)
	}
	if !strings.Contains(kept.String(), `a\x00b`) {
		t.Errorf("refused = %s, want the poisoned channel among them", kept.String())
	}
}

// TestRefusedOnce ships a segment again, as when Postgres goes away in its midst: what was refused is kept aside once.
func TestRefusedOnce(t *testing.T) {
	t.Parallel()
	db := newDB(t, newClock(noon))
	r, err := NewRecorder(t.TempDir(), db, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	bad := models.Event{ID: newID(noon), At: noon, Kind: models.KindClick, Class: models.ClassHuman, Channel: "a\x00b"}
	for range 3 {
		if err := r.store(t.Context(), []models.Event{bad}, nil); err != nil {
			t.Fatal(err)
		}
	}
	refused, err := r.journal.Refused()
	if err != nil || len(refused) != 1 || r.Stats().Quarantined != 1 {
		t.Errorf("%d refused, %v, %d counted; want 1", len(refused), err, r.Stats().Quarantined)
	}
	if err := r.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestShippedAgain stores the same batch again, as after a program that died between the commit and the removal of its segment.
func TestShippedAgain(t *testing.T) {
	t.Parallel()
	db := newDB(t, newClock(noon))
	var events []models.Event
	visitor, link := uuid.New(), models.NewID()
	for i := range 30 {
		e := models.Event{ID: newID(noon), At: noon, Kind: kinds[i%len(kinds)], Class: classes[i%len(classes)], LinkID: link, Visitor: visitor}
		events = append(events, e)
	}
	other := models.Event{ID: newID(noon), At: noon.AddDate(0, 3, 0), Kind: models.KindClick, Class: models.ClassHuman, LinkID: link, Visitor: visitor}
	events = append(events, other) // a month whose partition is not made yet
	const all = `select coalesce(string_agg(c::text, ' ' order by c::text), '') || (select count(*) from events) || (select count(*) from day_visitors) from counts c`
	amendment := models.Amendment{Visitor: visitor, From: noon, To: noon, Class: models.ClassSuspect, Reason: "burst", Rules: 1}
	var first string
	for i := range 3 {
		if err := db.RecordEvents(t.Context(), events, []models.Amendment{amendment}); err != nil {
			t.Fatal(err)
		}
		got := one[string](t, db, all)
		if i == 0 {
			first = got
		}
		if got != first {
			t.Errorf("after %d times: %s\nafter one: %s", i+1, got, first)
		}
	}
	if got := one[int](t, db, `select sum(visitors)::int from counts`); got != 1 {
		t.Errorf("%d visitors, want the one three months later", got)
	}
	if got := one[int](t, db, `select count(*) from counts where least(clicks, visitors, views, plays, q25, q50, q75, q100, sounds, apply_starts) < 0`); got != 0 {
		t.Errorf("%d rollups below zero", got)
	}
}

// TestTheVisitorIsServedAllTheSame lets the journal fail: the page has its token, the loss is told to the caller and counted.
func TestTheVisitorIsServedAllTheSame(t *testing.T) {
	t.Parallel()
	db := newDB(t, newClock(noon))
	tr := newTracker(t, t.TempDir(), db)
	finish(t, tr)
	token, v, err := tr.Click(t.Context(), from(&browsers[27], "192.0.2.1"), newWhere(), uuid.Nil)
	if err == nil || token == "" || !v.Human() {
		t.Errorf("Click = %q, %+v, %v; want a token, a verdict and an error", token, v, err)
	}
	if _, err := tr.Visit(token); err != nil {
		t.Errorf("Visit = %v", err)
	}
	if tr.Stats().Lost != 1 {
		t.Errorf("Lost = %d, want 1", tr.Stats().Lost)
	}
}

func FuzzRecord(f *testing.F) {
	e := models.Event{ID: newID(noon), At: noon, Kind: models.KindView, Class: models.ClassHuman, LinkID: newID(noon), Signals: "GET", Channel: "x"}
	rec, err := appendEvent(nil, &e)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(rec)
	f.Add([]byte{recordAmendment, 0})
	f.Fuzz(func(t *testing.T, rec []byte) {
		if e, err := readEvent(rec); err == nil && e.ID != uuid.Nil {
			again, err := appendEvent(nil, &e)
			if err != nil {
				t.Fatal(err)
			}
			if back, err := readEvent(again); err != nil || back != e {
				t.Errorf("%+v became %+v, %v", e, back, err)
			}
		}
		readAmendment(rec)
	})
}

func FuzzToken(f *testing.F) {
	tokens := NewTokens(freshKey())
	f.Add(tokens.Sign(&Visit{ClickID: newID(noon), At: noon, Class: models.ClassHuman, Channel: "x"}))
	f.Fuzz(func(t *testing.T, token string) {
		v, err := tokens.Verify(token, noon)
		if err == nil && tokens.Sign(&v) != token {
			t.Errorf("%q is taken for %+v", token, v)
		}
	})
}
