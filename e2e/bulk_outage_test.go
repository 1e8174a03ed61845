package e2e_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kollega/internal/i18n"
	"kollega/models"
)

// browserless is somebody who is signed in, without a browser.
type browserless struct {
	t    *testing.T
	base string
	http *http.Client
}

func (o *outage) signIn(email, password string) *browserless {
	o.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		o.t.Fatal(err)
	}
	b := &browserless{o.t, o.base, &http.Client{Jar: jar, Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	if got, err := b.post("/login", url.Values{"email": {email}, "password": {password}}); err != nil || got.status != http.StatusSeeOther {
		o.t.Fatalf("sign in: got %d, %v", got.status, err)
	}
	return b
}

func (b *browserless) ask(method, path string, body io.Reader) (answer, error) {
	req, err := http.NewRequestWithContext(b.t.Context(), method, b.base+path, body)
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Origin", b.base)
	req.Header.Set("Accept-Language", "nb")
	if body != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := b.http.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	all, err := io.ReadAll(res.Body)
	return answer{status: res.StatusCode, body: string(all), header: res.Header}, err
}

func (b *browserless) post(path string, form url.Values) (answer, error) {
	return b.ask(http.MethodPost, path, strings.NewReader(form.Encode()))
}

// TestPostgresRestartsInTheMiddleOfABulkChange has somebody move forty applications and mail their candidates while Postgres goes away
// with some of them moved: once it comes back in time for the page, once the person has to press again. Nobody is moved or mailed
// twice, nobody is forgotten, and the page says so.
func TestPostgresRestartsInTheMiddleOfABulkChange(t *testing.T) {
	t.Parallel()
	o := newOutage(t)
	const many = 40
	db, err := models.Open(t.Context(), o.pg.url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	job, err := db.JobBySlug(t.Context(), o.job.Slug)
	if err != nil {
		t.Fatal(err)
	}
	var apps []string
	for n := range many {
		app, _, _, err := db.Apply(t.Context(), models.Applying{JobID: job.ID, Quiet: true, Name: fmt.Sprintf("Søker %02d", n), Email: fmt.Sprintf("s%d@example.org", n)})
		if err != nil {
			t.Fatal(err)
		}
		apps = append(apps, app.ID.String())
	}
	hr := o.signIn("admin@example.org", password)
	at := "/hr/jobs/" + o.job.ID + "/bulk"
	say := words(t, i18n.Bokmal)
	// asked is the form that asks for it, as its page has it.
	asked := func(from, to string) url.Values {
		t.Helper()
		form := url.Values{"do": {"to:" + to}}
		for _, id := range apps {
			form.Add("application", id+":"+from)
		}
		got, err := hr.post(at, form)
		if err != nil || got.status != http.StatusOK || strings.Count(got.body, `name="application"`) != many {
			t.Fatalf("asking: got %d, %v: %.800s", got.status, err, got.body)
		}
		form.Set("id", regexp.MustCompile(`name="id" value="([^"]+)"`).FindStringSubmatch(got.body)[1])
		form.Set("tell", "1")
		return form
	}
	// begun sends the form and stops Postgres in the middle: when every application is moved and every letter written, and the change
	// waits for the table where it notes that.
	begun := func(form url.Values) <-chan answer {
		t.Helper()
		holder, err := pgx.Connect(t.Context(), o.pg.url)
		if err != nil {
			t.Fatal(err)
		}
		defer holder.Close(t.Context())
		for _, sql := range []string{`begin`, `lock table bulk_items in access exclusive mode`} {
			if _, err := holder.Exec(t.Context(), sql); err != nil {
				t.Fatal(err)
			}
		}
		done := make(chan answer, 1)
		go func() {
			got, err := hr.post(at+"/do", form)
			if err != nil {
				t.Errorf("sending: %v", err)
			}
			done <- got
		}()
		o.until("the change is in the middle", 30*time.Second, func() bool {
			return o.pg.count(`select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query ilike 'insert into "bulk_items"%'`) == 1
		})
		o.pg.stop()
		return done
	}
	whole := func(stage string) {
		t.Helper()
		for what, sql := range map[string]string{
			"applications": `select count(*) from applications where stage = $1`,
			"steps":        `select count(*) from stage_changes where to_stage = $1`,
			"letters":      `select count(*) from letters where kind = $1`,
			"mails":        `select count(*) from river_job j join letters l on l.id::text = j.args->>'id' where l.kind = $1`,
		} {
			if n := o.pg.count(sql, stage); n != many {
				t.Errorf("%s: %d %s, want %d", stage, n, what, many)
			}
		}
	}
	shown := func(got answer, form url.Values) {
		t.Helper()
		if got.status != http.StatusSeeOther || got.header.Get("Location") != "/hr/bulk/"+form.Get("id") {
			t.Fatalf("got %d to %q: %.800s", got.status, got.header.Get("Location"), got.body)
		}
		page, err := hr.ask(http.MethodGet, "/hr/bulk/"+form.Get("id"), nil)
		if err != nil || !strings.Contains(page.body, say.N("bulk.state.done", many)) || !strings.Contains(page.body, "Søker 00") || !strings.Contains(page.body, "Søker 39") {
			t.Errorf("what was done: got %d, %v: %.1500s", page.status, err, page.body)
		}
	}

	form := asked(models.StageNew, models.StageScreening)
	done := begun(form)
	o.pg.start() // in time for the page that waits
	shown(<-done, form)
	whole(models.StageScreening)

	form = asked(models.StageScreening, models.StageInterview)
	got := <-begun(form)
	if got.status != http.StatusServiceUnavailable || !strings.Contains(got.body, say.T("bulk.away.text")) || !strings.Contains(got.body, form.Get("id")) || strings.Count(got.body, `name="application"`) != many {
		t.Errorf("while Postgres is away: got %d: %.1500s", got.status, got.body)
	}
	o.pg.start()
	o.until("the program is ready", 60*time.Second, func() bool { return o.readyz() == http.StatusOK })
	if n := o.pg.count(`select count(*) from applications where stage = 'interview'`) + o.pg.count(`select count(*) from letters where kind = 'interview'`); n != 0 {
		t.Errorf("%d moves and letters of a change that was never finished", n)
	}
	for range 2 { // pressed again, and once more
		if got, err = hr.post(at+"/do", form); err != nil {
			t.Fatal(err)
		}
		shown(got, form)
	}
	whole(models.StageInterview)
}
