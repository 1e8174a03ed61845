package models_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

// shownClip is a published clip of a job by its row alone.
func shownClip(t *testing.T, db *models.DB, job models.Job, title string, position int) uuid.UUID {
	t.Helper()
	id := models.NewID()
	exec(t, db, `insert into clips (id, job_id, title, language, status, filename, size, upload_key, part_size, version, duration, nobody_recognisable, no_speech,
			position, published_at, created_at, updated_at)
		values ($1, $2, $3, 'nb', 'published', 'a.mp4', 1, $4, 8388608, 1, 10, true, true, $5, now(), now(), now())`, id, job.ID, title, id.String(), position)
	return id
}

// visitTo records a person's visit that is shown a clip, with what followed.
func visitTo(t *testing.T, db *models.DB, job models.Job, clip uuid.UUID, at time.Time, visitor uuid.UUID, kinds ...string) {
	t.Helper()
	click := models.Event{ID: models.NewID(), At: at, Kind: models.KindClick, Class: models.ClassHuman, JobID: job.ID, ClipID: clip, Visitor: visitor}
	events := []models.Event{click}
	for i, kind := range kinds {
		e := click
		e.ID[15] ^= byte(i + 1)
		e.Kind, e.ClickID = kind, click.ID
		if kind == models.KindWatched {
			for second := range 4 {
				e.Seconds.Add(second)
			}
		}
		events = append(events, e)
	}
	if err := db.RecordEvents(t.Context(), events, nil); err != nil {
		t.Fatal(err)
	}
}

func TestComparison(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	ctx := t.Context()
	job, other := publish(t, db, "Kokk"), publish(t, db, "Sveiser")
	a, b, third := shownClip(t, db, job, "A", 0), shownClip(t, db, job, "B", 1), shownClip(t, db, job, "C", 2)
	foreign := shownClip(t, db, other, "D", 0)
	day := func(days int) *time.Time {
		at := c.now.AddDate(0, 0, days)
		return &at
	}
	for _, f := range []struct {
		name  string
		in    models.ComparisonInput
		field string
	}{
		{"the same twice", models.ComparisonInput{FirstID: a, SecondID: a}, "second"},
		{"another job's", models.ComparisonInput{FirstID: a, SecondID: foreign}, "second"},
		{"none", models.ComparisonInput{SecondID: b}, "first"},
		{"a day gone by", models.ComparisonInput{FirstID: a, SecondID: b, LastDay: day(-1)}, "last_day"},
		{"too far ahead", models.ComparisonInput{FirstID: a, SecondID: b, LastDay: day(400)}, "last_day"},
	} {
		_, err := db.StartComparison(ctx, job.ID, nil, f.in)
		var bad models.ValidationErrors
		if !errors.As(err, &bad) || bad[0].Field != f.field {
			t.Errorf("%s: got %v, want %s refused", f.name, err, f.field)
		}
	}
	visitTo(t, db, job, a, c.now.Add(-time.Minute), uuid.New(), models.KindPlay) // before it began
	first, err := db.StartComparison(ctx, job.ID, nil, models.ComparisonInput{FirstID: b, SecondID: a, LastDay: day(2)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.StartComparison(ctx, job.ID, nil, models.ComparisonInput{FirstID: b, SecondID: third}); !errors.Is(err, models.ErrConflict) {
		t.Errorf("a second one at the same time: got %v, want a conflict", err)
	}
	began, somebody := c.now, uuid.New()
	visitTo(t, db, job, a, began, somebody, models.KindPlay, models.KindQ75, models.KindApply)
	visitTo(t, db, job, b, began.Add(time.Hour), somebody, models.KindPlay) // came back and was shown the other one
	visitTo(t, db, job, b, began.Add(time.Hour), uuid.New())
	visitTo(t, db, job, third, began.Add(time.Hour), uuid.New(), models.KindPlay)
	visitTo(t, db, job, a, began.AddDate(0, 0, 3), uuid.New(), models.KindPlay) // after its last day
	result := func(cmp models.Comparison) models.Compared {
		t.Helper()
		all, err := db.ComparedBy(ctx, []models.Comparison{cmp})
		if err != nil {
			t.Fatal(err)
		}
		return all[cmp.ID]
	}
	want := models.Compared{
		First:  models.ComparedClip{ClipID: b, Visitors: 1, Plays: 1},
		Second: models.ComparedClip{ClipID: a, Visitors: 1, Plays: 1, Q75: 1, Applications: 1},
	}
	if got := result(first); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	exec(t, db, `update compared set visitors = 9, plays = 0`)
	keep := func(j models.Judged) (string, string) { return j.Class, j.Reason }
	if _, err := db.RecountDay(ctx, began, 1, keep); err != nil {
		t.Fatal(err)
	}
	if got := result(first); got != want {
		t.Errorf("recounted: got %+v, want %+v", got, want)
	}
	err = db.RecordEvents(ctx, nil, []models.Amendment{{Visitor: somebody, From: began, To: began.Add(2 * time.Hour), Class: models.ClassSuspect, Reason: "burst"}})
	if err != nil {
		t.Fatal(err)
	}
	want.First.Plays, want.Second = 0, models.ComparedClip{ClipID: a}
	if got := result(first); got != want {
		t.Errorf("after a burst was taken back: got %+v, want %+v", got, want)
	}

	c.Add(72 * time.Hour)
	outcomes := func() (said string) {
		t.Helper()
		all, err := db.Comparisons(ctx, job.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, cmp := range all {
			said += " " + cmp.FirstTitle + cmp.SecondTitle + ":" + cmp.Outcome
		}
		return said
	}
	if got := outcomes(); got != " BA:over" {
		t.Errorf("after its last day: got %q", got)
	}
	start := func(x, y uuid.UUID) {
		t.Helper()
		if _, err := db.StartComparison(ctx, job.ID, nil, models.ComparisonInput{FirstID: x, SecondID: y}); err != nil {
			t.Fatal(err)
		}
		c.Add(time.Hour)
	}
	start(a, third)
	if err := db.StopComparison(ctx, job.ID, nil, &b); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("choosing one that is not compared: got %v", err)
	}
	if err := db.StopComparison(ctx, job.ID, nil, &third); err != nil {
		t.Fatal(err)
	}
	if clips, err := db.PublishedClips(ctx, job.ID); err != nil || clips[0].ID != third || clips[1].ID != a {
		t.Errorf("the chosen one is not the main clip: %v", err)
	}
	if err := db.StopComparison(ctx, job.ID, nil, nil); !errors.Is(err, models.ErrConflict) {
		t.Errorf("ending what has ended: got %v", err)
	}
	start(a, third)
	if err := db.StopComparison(ctx, job.ID, nil, nil); err != nil {
		t.Fatal(err)
	}
	start(a, third)
	if err := db.UnpublishClip(ctx, third); err != nil {
		t.Fatal(err)
	}
	start(a, b)
	if err := db.DeleteClip(ctx, b); err != nil {
		t.Fatal(err)
	}
	if got := outcomes(); got != " AB:withdrawn AC:withdrawn AC:stopped AC:chosen BA:over" {
		t.Errorf("got %q", got)
	}
}

func TestLandingShowsOneOfTwo(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	job := publish(t, db, "Kokk")
	a, b, third := shownClip(t, db, job, "A", 0), shownClip(t, db, job, "B", 1), shownClip(t, db, job, "C", 2)
	if _, err := db.StartComparison(t.Context(), job.ID, nil, models.ComparisonInput{FirstID: b, SecondID: third}); err != nil {
		t.Fatal(err)
	}
	landing := func() models.Landing {
		t.Helper()
		all, err := db.ListedJobs(t.Context(), job.ID)
		if err != nil || len(all) != 1 {
			t.Fatal(err)
		}
		return all[0]
	}
	shown := func(l models.Landing, clip uuid.UUID) (titles string) {
		for _, c := range l.Shown(clip, c.now) {
			titles += c.Title
		}
		return titles
	}
	l := landing()
	if got := l.Compared(c.now); got != [2]uuid.UUID{b, third} {
		t.Errorf("compared are %v", got)
	}
	for clip, want := range map[uuid.UUID]string{a: "ABC", b: "BA", third: "CA", uuid.Nil: "ABC", uuid.New(): "ABC"} {
		if got := shown(l, clip); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if err := db.UnpublishClip(t.Context(), third); err != nil {
		t.Fatal(err)
	}
	l = landing()
	if got := l.Compared(c.now); got != [2]uuid.UUID{} || shown(l, b) != "BA" || shown(l, a) != "AB" {
		t.Errorf("after one was hidden: compared are %v, shown %s", got, shown(l, b))
	}
}

// The expected intervals are those of the papers' own tables and of R: binom::binom.wilson, and Newcombe 1998, table II, method 10.
func TestIntervals(t *testing.T) {
	t.Parallel()
	near := func(got, want float64) bool { return math.Abs(got-want) < 0.00006 }
	for _, f := range []struct {
		k, n      int
		low, high float64
	}{{0, 10, 0, 0.2775}, {10, 10, 0.7225, 1}, {81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718}, {0, 0, 0, 1}} {
		if _, got := (models.ComparedClip{Applications: f.k, Visitors: f.n}).Rate(); !near(got.Low, f.low) || !near(got.High, f.high) {
			t.Errorf("%d of %d: got %.4f to %.4f, want %.4f to %.4f", f.k, f.n, got.Low, got.High, f.low, f.high)
		}
	}
	for _, f := range []struct {
		a, m, b, n int
		low, high  float64
	}{{56, 70, 48, 80, 0.0524, 0.3339}, {9, 10, 3, 10, 0.1705, 0.8090}, {5, 56, 0, 29, -0.0381, 0.1926}, {0, 10, 0, 20, -0.1611, 0.2775}} {
		r := models.Compared{First: models.ComparedClip{Applications: f.a, Visitors: f.m}, Second: models.ComparedClip{Applications: f.b, Visitors: f.n}}
		if _, got := r.Difference(); !near(got.Low, f.low) || !near(got.High, f.high) {
			t.Errorf("%d/%d - %d/%d: got %.4f to %.4f, want %.4f to %.4f", f.a, f.m, f.b, f.n, got.Low, got.High, f.low, f.high)
		}
	}
}

func TestWhichIsBetter(t *testing.T) {
	t.Parallel()
	a, b := uuid.New(), uuid.New()
	for _, f := range []struct {
		name       string
		k, n, l, m int
		better     uuid.UUID
		needed     int
	}{
		{"nothing yet", 0, 0, 0, 0, uuid.Nil, 9800},
		{"few visitors", 20, 49, 0, 49, uuid.Nil, 9800},
		{"alike", 30, 1000, 33, 1000, uuid.Nil, 3100},
		{"the first", 60, 1000, 20, 1000, a, 2400},
		{"the second", 2, 400, 25, 390, b, 2800},
		{"more applications than visitors", 60, 50, 60, 50, uuid.Nil, 95},
	} {
		r := models.Compared{
			First:  models.ComparedClip{ClipID: a, Applications: f.k, Visitors: f.n},
			Second: models.ComparedClip{ClipID: b, Applications: f.l, Visitors: f.m},
		}
		if got, ok := r.Better(); got != f.better || ok != (f.better != uuid.Nil) {
			t.Errorf("%s: got %v, %t", f.name, got, ok)
		}
		if got := r.Needed(); got != f.needed {
			t.Errorf("%s: needs %d, want %d", f.name, got, f.needed)
		}
	}
}
