package staff_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"kollega/handlers/handlerstest"
	"kollega/handlers/live"
	"kollega/models"
)

// onward is the mark of a page that is made now; all that was before has been told.
func onward(t *testing.T, s *handlerstest.Site) string {
	t.Helper()
	until(t, "all is told that was before", func() bool {
		untold, _, err := s.DB.LiveChanges(t.Context(), s.App.Live.Mark(), nil)
		if err != nil {
			t.Fatal(err)
		}
		return len(untold) == 0
	})
	return s.App.Live.Mark().String()
}

func TestAnOpenPageHearsWhatConcernsIt(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	leader := s.Person(models.RoleLeader)
	ada, bo := s.User(models.User{Name: "Ada Lie"}), s.User(models.User{Name: "Bo Dal"})
	led, not := s.Job(models.Job{LeaderID: &leader.ID}), s.Job(models.Job{})
	link := s.Link(ada, led, "")
	const all = "&on=links&on=applications&on=report"
	jobs := "&on=job:" + led.ID.String() + "&on=job:" + not.ID.String()
	since := "/live?since=" + onward(t, s)
	streams := map[string]*handlerstest.Stream{}
	for name, c := range map[string]*handlerstest.Client{
		"hr": s.As(models.RoleHR), "leader": s.As(models.RoleLeader), "ada": s.AsUser(ada), "bo": s.AsUser(bo),
	} {
		streams[name] = c.Live(since + all + jobs)
		if got := streams[name]; got.Status != http.StatusOK || got.Header.Get("Content-Type") != "text/event-stream" ||
			got.Header.Get("X-Accel-Buffering") != "no" || !strings.Contains(got.Header.Get("Cache-Control"), "no-store") ||
			got.Header.Get("Content-Encoding") != "" || got.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s: got %d, %v", name, got.Status, got.Header)
		}
	}
	s.Application(not, nil, models.Application{}) // of another leader, by nobody's link
	app := s.Application(led, &link, models.Application{})
	s.Link(bo, led, "") // the last, so that Bo has heard all there is to hear
	wants := map[string][]string{
		"hr":     {"applications", "job:" + led.ID.String(), "job:" + not.ID.String(), "report"},
		"leader": {"applications", "job:" + led.ID.String()},
		"ada":    {"links"},
		"bo":     {"links"},
	}
	for name, want := range wants {
		streams[name].Until(len(want))
	}
	for name, want := range wants {
		got, _ := streams[name].Told()
		slices.Sort(got)
		if got = slices.Compact(got); !slices.Equal(got, want) {
			t.Errorf("%s: told of %q, want %q", name, got, want)
		}
	}
	if _, err := s.DB.Pool().Exec(t.Context(), `update applications set stage = 'interview' where id = $1`, app.ID); err != nil {
		t.Fatal(err)
	}
	hr := streams["hr"].Until(5)
	leads := streams["leader"].Until(3)
	if !slices.Contains(hr[4:], "applications") || !slices.Contains(leads[2:], "applications") {
		t.Errorf("told HR of %q and the leader of %q, want the step as well", hr, leads)
	}
	if got, _ := streams["ada"].Told(); len(got) > 2 {
		t.Errorf("Ada was told of %q: of a step that the candidate does not let her know", got)
	}
}

// TestWhoIsNoLongerWhoTheyWereHearsNoMore ends a stream in each way that takes rights away.
func TestWhoIsNoLongerWhoTheyWereHearsNoMore(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	for _, c := range []struct {
		name string
		role string
		do   func(*handlerstest.Client)
		then int
	}{
		{"signs out", models.RoleEmployee, func(c *handlerstest.Client) { c.PostForm("/logout", nil) }, 401},
		{"signs out everywhere", models.RoleEmployee, func(c *handlerstest.Client) {
			if _, err := s.DB.Pool().Exec(t.Context(), `update users set session_epoch = session_epoch + 1 where id = $1`, c.User.ID); err != nil {
				t.Error(err)
			}
		}, 401},
		{"is deactivated", models.RoleEmployee, func(c *handlerstest.Client) {
			if err := s.DB.Deactivate(t.Context(), models.System(), c.User.ID); err != nil {
				t.Error(err)
			}
		}, 401},
		{"gets another role", models.RoleHR, func(c *handlerstest.Client) {
			if _, err := s.DB.ChangeUser(t.Context(), models.System(), c.User.ID, models.UserChange{Name: "Kari", Role: models.RoleEmployee}); err != nil {
				t.Error(err)
			}
		}, 200},
		{"the session's time is over", models.RoleEmployee, func(*handlerstest.Client) {
			if _, err := s.DB.Pool().Exec(t.Context(), `delete from sessions`); err != nil {
				t.Error(err)
			}
		}, 401},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := s.AsUser(s.User(models.User{Role: c.role}))
			stream := client.Live("/live?on=applications&since=" + onward(t, s))
			c.do(client)
			stream.UntilEnded()
			if again := client.Live("/live?on=applications"); again.Status != c.then {
				t.Errorf("coming back: got %d, want %d", again.Status, c.then)
			}
			s.Application(s.Job(models.Job{}), nil, models.Application{})
			if got, _ := stream.Told(); len(got) > 0 {
				t.Errorf("told of %q all the same", got)
			}
		})
	}
}

func TestAPageThatWasCutOffIsToldWhatItMissed(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	ada := s.User(models.User{})
	c, job := s.AsUser(ada), s.Job(models.Job{})
	first := c.Live("/live?on=links&since=" + onward(t, s))
	s.Link(ada, job, "x")
	first.Until(1)
	_, last := first.Told()
	first.Close()
	s.Link(ada, job, "qr")
	if got := c.Live("/live?on=links", "Last-Event-ID", last).Until(1); !slices.Equal(got, []string{"links"}) {
		t.Errorf("by the browser's own memory: told of %q", got)
	}
	if got := c.Live("/live?on=links&since=" + last).Until(1); !slices.Equal(got, []string{"links"}) {
		t.Errorf("by the address: told of %q", got)
	}
	var answer struct {
		Mark   string
		Topics []string
	}
	got := c.Get("/live?on=links&on=report&since="+last, "Accept", "application/json")
	if err := json.Unmarshal([]byte(got.Body), &answer); err != nil || !slices.Equal(answer.Topics, []string{"links"}) || answer.Mark == "" {
		t.Errorf("asked once: got %s, %v", got.Body, err)
	}
	got = c.Get("/live?on=links&since="+answer.Mark, "Accept", "application/json")
	if !strings.Contains(got.Body, `"topics":null`) && !strings.Contains(got.Body, `"topics":[]`) {
		t.Errorf("asked again: got %s, want nothing new", got.Body)
	}
	if got := c.Live("/live?on=links&since=12:12:-1").Until(1); !slices.Equal(got, []string{live.Everything}) {
		t.Errorf("of long ago: told of %q, want that all may be different", got)
	}
}

// TestAFloodIsToldOnce makes many changes while a page listens, and asks for more topics than a page has.
func TestAFloodIsToldOnce(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	ada := s.User(models.User{})
	c := s.AsUser(ada)
	stream := c.Live("/live?on=links&since=" + onward(t, s))
	for range 200 {
		if _, err := s.DB.Pool().Exec(t.Context(), `insert into live_changes (kind, users) values ('clicks', array[$1::uuid])`, ada.ID); err != nil {
			t.Fatal(err)
		}
	}
	stream.Until(1)
	last := s.App.Live.Mark()
	for s.App.Live.Mark() == last { // one more look, so that all of them are read
		time.Sleep(10 * time.Millisecond)
	}
	if got, _ := stream.Told(); len(got) > 5 {
		t.Errorf("told %d times of 200 changes", len(got))
	}
	if got := c.Get("/live?"+strings.Repeat("on=a&", 41), "Accept", "application/json"); got.Status != http.StatusBadRequest {
		t.Errorf("41 topics: got %d, want 400", got.Status)
	}
	if got := c.Get("/live?on="+strings.Repeat("a", 81), "Accept", "application/json"); got.Status != http.StatusBadRequest {
		t.Errorf("a long topic: got %d, want 400", got.Status)
	}
}

func TestOpenPagesAreBounded(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	c := s.AsUser(s.User(models.User{}))
	var streams []*handlerstest.Stream
	for range live.MostEach {
		streams = append(streams, c.Live("/live?on=links"))
	}
	one := c.Live("/live?on=links")
	if one.Status != http.StatusServiceUnavailable || one.Header.Get("Retry-After") == "" {
		t.Errorf("one too many: got %d, Retry-After %q", one.Status, one.Header.Get("Retry-After"))
	}
	if got := c.Get("/live?on=links", "Accept", "application/json"); got.Status != http.StatusOK {
		t.Errorf("asking now and then: got %d", got.Status)
	}
	if got := s.As(models.RoleHR).Live("/live?on=links"); got.Status != http.StatusOK {
		t.Errorf("somebody else: got %d", got.Status)
	} else {
		got.Close()
	}
	for _, stream := range streams {
		if stream.Status != http.StatusOK {
			t.Errorf("got %d", stream.Status)
		}
		stream.Close()
	}
	one.Close()
	until(t, "the connections are gone", func() bool { return s.App.Live.Stats().Pages == 0 })
	if got := c.Live("/live?on=links"); got.Status != http.StatusOK {
		t.Errorf("after others have left: got %d", got.Status)
	} else {
		got.Close()
	}
}

// TestAnOpenPageKeepsNobodySignedIn asks as an open page does, by itself.
func TestAnOpenPageKeepsNobodySignedIn(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	c := s.AsUser(s.User(models.User{}))
	expiry := func() (at time.Time) {
		if err := s.DB.Pool().QueryRow(t.Context(), `select max(expiry) from sessions`).Scan(&at); err != nil {
			t.Fatal(err)
		}
		return at
	}
	was := expiry()
	got := c.Get("/links", "Kollega-Live", "1")
	if got.Status != http.StatusOK || got.Header.Get("Set-Cookie") != "" || !expiry().Equal(was) {
		t.Errorf("got %d, a cookie %q, the session until %v instead of %v", got.Status, got.Header.Get("Set-Cookie"), expiry(), was)
	}
	c.Get("/links")
	if expiry().Equal(was) {
		t.Error("a page that somebody opens does not keep them signed in")
	}
}

func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}
