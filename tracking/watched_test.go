package tracking

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

// seconds are those from one to another, the last left out.
func seconds(from, to int) (all []int) {
	for s := from; s < to; s++ {
		all = append(all, s)
	}
	return all
}

const watchedNow = `select coalesce(string_agg(concat_ws(' ', day, visits, seconds[1:8]), E'\n' order by day), '') from watched`

func TestWatchedSecondsCountOnce(t *testing.T) {
	t.Parallel()
	c := newClock(noon)
	db := newDB(t, c)
	dir := t.TempDir()
	tr := newTracker(t, dir, db)
	where, phone := newWhere(), &browsers[27]
	visit := func(ip string) string {
		t.Helper()
		token, _, err := tr.Click(t.Context(), from(phone, ip), where, uuid.Nil)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	first, second := visit("192.0.2.1"), visit("192.0.2.2")
	tell := func(token string, s []int) {
		t.Helper()
		if err := tr.Watched(t.Context(), from(phone, "192.0.2.1"), token, s); err != nil {
			t.Errorf("Watched(%v) = %v", s, err)
		}
	}
	c.move(10 * time.Second)
	tell(first, seconds(0, 3))
	tell(first, seconds(0, 5)) // the page was come back to, and left again
	tell(first, seconds(2, 4)) // nothing new
	tell(second, seconds(0, 2))
	finish(t, tr)
	const want = "2026-11-23 2 {2,2,1,1,1,0,0,0}"
	if got := one[string](t, db, watchedNow); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	tr = newTracker(t, dir, db) // which remembers nothing
	tell(first, seconds(0, 5))
	tell(second, []int{7, 7, 0, -1, 500})
	finish(t, tr)
	const more = "2026-11-23 2 {2,2,1,1,1,0,0,1}"
	if got := one[string](t, db, watchedNow); got != more {
		t.Errorf("after a start: got %s, want %s", got, more)
	}
	if n := one[int](t, db, `select count(*) from events where kind = 'watched'`); n != 2 {
		t.Errorf("%d events, want one of each visit", n)
	}
	if n := one[int](t, db, `select count(*) from counts where clicks + views + plays = 0`); n != 0 {
		t.Errorf("%d empty rows in the other rollup", n)
	}
	for _, spoil := range []string{`update watched set visits = 7, seconds = seconds || 5`, `delete from watched`} {
		if _, err := db.Pool().Exec(t.Context(), spoil); err != nil {
			t.Fatal(err)
		}
		recountAll(t, db)
		if got := one[string](t, db, watchedNow); got != more {
			t.Errorf("%s: recounted to %s, want %s", spoil, got, more)
		}
	}
}

func TestOnlyPeopleWatch(t *testing.T) {
	t.Parallel()
	c := newClock(noon)
	db := newDB(t, c)
	tr := newTracker(t, t.TempDir(), db)
	scanner := from(&browsers[0], "10.99.0.1")
	watch := func(user uuid.UUID) {
		t.Helper()
		token, _, err := tr.Click(t.Context(), scanner, newWhere(), user)
		if err != nil {
			t.Fatal(err)
		}
		if err := tr.Watched(t.Context(), scanner, token, seconds(0, 3)); err != nil {
			t.Fatal(err)
		}
	}
	watch(models.NewID()) // a colleague
	for range burstLinks - 1 {
		watch(uuid.Nil)
	}
	if _, _, err := tr.Click(t.Context(), scanner, newWhere(), uuid.Nil); err != nil { // the one that is too many
		t.Fatal(err)
	}
	finish(t, tr)
	if got := one[int](t, db, `select coalesce(sum(visits), 0) + coalesce(sum(s), 0) from watched, unnest(seconds) s`); got != 0 {
		t.Errorf("a scanner's watching is counted: %d", got)
	}
}

func TestWatchedIsRefused(t *testing.T) {
	t.Parallel()
	c := newClock(noon)
	tr := newTracker(t, t.TempDir(), newDB(t, c))
	defer finish(t, tr)
	phone := from(&browsers[27], "192.0.2.1")
	token, _, err := tr.Click(t.Context(), phone, newWhere(), uuid.Nil)
	if err != nil {
		t.Fatal(err)
	}
	c.move(5 * time.Second)
	for _, f := range []struct {
		name, token string
		seconds     []int
		want        error
	}{
		{"nothing", token, nil, ErrWatched},
		{"no second of a clip", token, []int{-3, 4000}, ErrWatched},
		{"more than there was time for", token, seconds(0, 60), ErrWatched},
		{"no token", "", seconds(0, 3), ErrForged},
	} {
		if err := tr.Watched(t.Context(), phone, f.token, f.seconds); !errors.Is(err, f.want) {
			t.Errorf("%s: got %v, want %v", f.name, err, f.want)
		}
	}
	if err := tr.Beacon(t.Context(), phone, token, models.KindWatched); !errors.Is(err, ErrKind) {
		t.Errorf("without its seconds: got %v", err)
	}
	c.move(TokenLife)
	if err := tr.Watched(t.Context(), phone, token, seconds(0, 3)); !errors.Is(err, ErrStale) {
		t.Errorf("stale: got %v", err)
	}
}

// Of two clips each visit is shown one by chance, programs always the same; the click and the token say which.
func TestOneOfTwoClips(t *testing.T) {
	t.Parallel()
	c := newClock(noon)
	db := newDB(t, c)
	tr := newTracker(t, t.TempDir(), db)
	where := newWhere()
	where.Compared = [2]uuid.UUID{models.NewID(), models.NewID()}
	shown := map[uuid.UUID]int{}
	for range 200 {
		token, _, err := tr.Click(t.Context(), from(&browsers[27], "192.0.2.1"), where, uuid.Nil)
		if err != nil {
			t.Fatal(err)
		}
		visit, err := tr.Visit(token)
		if err != nil {
			t.Fatal(err)
		}
		shown[visit.ClipID]++
		if visit.ClipID != where.Compared[visit.ClickID[14]&1] {
			t.Errorf("the clip is not that of the click's id")
		}
	}
	for _, clip := range where.Compared {
		if n := shown[clip]; n < 50 { // by chance less than once in ten thousand million times
			t.Errorf("one clip was shown %d times of 200", n)
		}
	}
	preview := from(&browsers[27], "192.0.2.1")
	preview.Header.Set("User-Agent", "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)")
	for range 20 {
		token, _, err := tr.Click(t.Context(), preview, where, uuid.Nil)
		if err != nil {
			t.Fatal(err)
		}
		if visit, err := tr.Visit(token); err != nil || visit.ClipID != where.ClipID {
			t.Errorf("a preview was shown another clip: %v", err)
		}
	}
	finish(t, tr)
	for clip, n := range shown {
		if got := one[int](t, db, `select count(*) from events where kind = 'click' and clip_id = $1`, clip); got != n {
			t.Errorf("%d clicks recorded for a clip, want %d", got, n)
		}
	}
	if !slices.Contains([]int{200}, shown[where.Compared[0]]+shown[where.Compared[1]]) {
		t.Errorf("shown %v", shown)
	}
}
