package e2e_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"kollega/internal/i18n"
	"kollega/media/mediatest"
)

// signIn gives a client with a session, as a browser has one.
func (p *program) signIn(email string) *client {
	p.t.Helper()
	c := newClient(p, "")
	jar, err := cookiejar.New(nil)
	if err != nil {
		p.t.Fatal(err)
	}
	c.http.Jar = jar
	c.post("/login", "email", email, "password", password)
	return c
}

// post sends a page's form and wants to be led on.
func (c *client) post(path string, pairs ...string) {
	c.t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	c.must(http.StatusSeeOther, http.MethodPost, path, strings.NewReader(v.Encode()), "Content-Type", "application/x-www-form-urlencoded")
}

// hears opens a stream of what changes, which goes on as long as the test; it gives what has come so far.
func (c *client) hears(path string) *growing {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, c.base+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Accept", "text/event-stream")
	stream := *c.http
	stream.Timeout = 0
	res, err := stream.Do(req)
	if err != nil || res.StatusCode != http.StatusOK {
		c.t.Fatalf("%s: got %v, %v", path, res, err)
	}
	heard := &growing{}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = io.Copy(heard, res.Body) // until it ends, in whatever way
	}()
	c.t.Cleanup(func() { res.Body.Close(); <-ended })
	return heard
}

// TestTwoInstances has two programs share Postgres and S3: what is changed on one shows on the other, and clicks on both are
// counted once.
func TestTwoInstances(t *testing.T) {
	t.Parallel()
	pg, s3 := newEngine(t), newBucket(t)
	pg.house()
	keys := s3.server.Config()
	env := []string{
		behindProxy, "KOLLEGA_DATABASE_URL=" + pg.url,
		"KOLLEGA_S3_ENDPOINT=http://" + s3.address, "KOLLEGA_S3_ACCESS_KEY=" + keys.AccessKey, "KOLLEGA_S3_SECRET_KEY=" + keys.SecretKey,
	}
	a, b := startProgram(t, env...), startProgram(t, env...)
	a.addUser("admin@example.org", "Astrid Dal", "admin")
	hr, stranger, say := newClient(a, a.token("admin@example.org")), newClient(b, ""), words(t, i18n.Bokmal)
	me := a.signIn("admin@example.org")

	job := hr.job("Elektriker")
	film := hr.sendAll(job.ID, mediatest.Clip(t, 5, mediatest.Size(640, 360)))
	if got := hr.settled(film.ID, 2*time.Minute); got.Status != "ready" {
		t.Fatalf("clip: %+v", got)
	}
	hr.must(http.StatusOK, http.MethodPatch, "/api/v1/clips/"+film.ID, strings.NewReader(`{"no_speech":true,"nobody_recognisable":true}`), "Content-Type", "application/json")
	codes := hr.sharedBy(job.ID, 4)

	page := "/s/" + codes[0]
	for _, step := range []struct {
		name, text string
		there      bool
		do         func()
	}{
		{"a new link", "Elektriker", true, func() {}},
		{"a name is shown", say.T("public.recommends"), true, func() { me.post("/settings/me", "name", "Astrid Dal", "language", "nb", "show_name", "true") }},
		{"a name is hidden", say.T("public.recommends"), false, func() { me.post("/settings/me", "name", "Astrid Dal", "language", "nb") }},
		{"a clip is published", "<video", true, func() { hr.must(http.StatusOK, http.MethodPost, "/api/v1/clips/"+film.ID+"/publish", nil) }},
		{"a clip is unpublished", "<video", false, func() { me.post("/hr/clips/" + film.ID + "/unpublish") }},
	} {
		step.do()
		b.until(step.name+" on the other instance", 60*time.Second, func() bool {
			got, err := stranger.do(http.MethodGet, page, nil)
			return err == nil && got.status == http.StatusOK && strings.Contains(got.body, step.text) == step.there
		})
	}

	heard := (&client{t: t, base: b.base, http: me.http}).hears("/live?on=applications")
	if got, err := newClient(a, "").apply(codes[0], nil, "name", applicant, "email", "siri@example.org"); err != nil || got.status != http.StatusSeeOther {
		t.Errorf("an application on one instance: got %d, %v", got.status, err)
	}
	b.until("a page that is open at the other instance hears of it", 60*time.Second, func() bool { return strings.Contains(heard.String(), "data: applications\n") })

	b.shipped()
	b.host = strings.TrimPrefix(a.base, "http://") // as behind a balancer
	before := hr.report("job", job.ID)
	loads := []*load{newLoad(a, 8, time.Millisecond, codes...), newLoad(b, 8, time.Millisecond, codes...)} // the same people on both
	for end := time.Now().Add(20 * time.Second); (loads[0].attempts.Load() < 1500 || loads[1].attempts.Load() < 1500) && time.Now().Before(end); {
		time.Sleep(20 * time.Millisecond)
	}
	acked, attempts := append(loads[0].end(), loads[1].end()...), int(loads[0].attempts.Load()+loads[1].attempts.Load())
	a.shipped()
	b.shipped()
	if len(acked) != attempts || loads[0].odd.Load()+loads[1].odd.Load() != 0 {
		t.Errorf("%d of %d clicks were answered with the page", len(acked), attempts)
	}
	if n := pg.count(`select count(distinct id) from events where id = any($1)`, acked); n != len(acked) {
		t.Errorf("%d of %d clicks are in Postgres", n, len(acked))
	}
	wantTotalsOfEvents(t, pg.count)
	for _, c := range []*client{hr, {t: t, base: b.base, token: hr.token, http: hr.http}} {
		got := c.report("job", job.ID)
		if n := got.Hits - before.Hits; n != len(acked) || got.Clicks-before.Clicks != len(acked) {
			t.Errorf("the report has %d hits and %d clicks more, want %d", n, got.Clicks-before.Clicks, len(acked))
		}
	}
	// Six stay with a link; two walk through all four. Each is one visitor there, wherever they asked.
	if n := pg.count(`select count(distinct (link_id, visitor)) from events where id = any($1)`, acked); n != 6+2*len(codes) {
		t.Errorf("%d visitors of links, want %d", n, 6+2*len(codes))
	}

	hr.must(http.StatusOK, http.MethodPatch, "/api/v1/jobs/"+job.ID, strings.NewReader(`{"status":"closed"}`), "Content-Type", "application/json")
	b.until("the job is closed on the other instance", 60*time.Second, func() bool {
		got, err := stranger.do(http.MethodGet, page, nil)
		return err == nil && strings.Contains(got.body, say.T("public.closed"))
	})
	if got, err := stranger.apply(codes[0], nil, "name", applicant, "email", "ola@example.org"); err != nil || got.status != http.StatusConflict {
		t.Errorf("a form for a closed job: got %d, %v", got.status, err)
	}
}
