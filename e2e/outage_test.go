package e2e_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"kollega/internal/i18n"
	"kollega/internal/postgres"
	"kollega/internal/testenv"
	"kollega/models"
	"kollega/storage/embedded"
)

// engine is a Postgres of the test's own that a program is configured for; it can be away.
type engine struct {
	t      *testing.T
	dir    string
	url    string
	server *postgres.Server
}

func newEngine(t *testing.T) *engine {
	t.Helper()
	e := &engine{t: t, dir: testenv.Dir(t)}
	e.start()
	e.url = e.server.URL()
	if err := models.Migrate(t.Context(), e.url); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if e.server != nil {
			e.stop()
		}
	})
	return e
}

func (e *engine) start() {
	e.t.Helper()
	var err error
	if e.server, err = postgres.Start(e.t.Context(), postgres.Options{Dir: e.dir}); err != nil {
		e.t.Fatal(err)
	}
}

func (e *engine) stop() {
	e.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := e.server.Stop(ctx); err != nil {
		e.t.Error(err)
	}
	e.server = nil
}

// count is the single number that sql asks for.
func (e *engine) count(sql string, args ...any) (n int) {
	e.t.Helper()
	db, err := models.Open(e.t.Context(), e.url)
	if err != nil {
		e.t.Fatal(err)
	}
	defer db.Close()
	if err := db.Pool().QueryRow(e.t.Context(), sql, args...).Scan(&n); err != nil {
		e.t.Fatal(err)
	}
	return n
}

// outage is a program on a Postgres of its own, with a published job and a colleague's link.
type outage struct {
	*program
	pg       *engine
	job      made
	link     made
	stranger *client
}

func newOutage(t *testing.T, env ...string) *outage {
	t.Helper()
	return newOutageOn(t, "", env...)
}

// newOutageOn has its data folder on a disk of that size.
func newOutageOn(t *testing.T, disk string, env ...string) *outage {
	t.Helper()
	pg := newEngine(t)
	o := &outage{program: newProgram(t, append(env, "KOLLEGA_DATABASE_URL="+pg.url)...), pg: pg}
	o.disk = disk
	o.start()
	o.addUser("admin@example.org", "Astrid Dal", "admin")
	o.pg.house()
	c := newClient(o.program, o.token("admin@example.org"))
	o.job = c.job("Elektriker")
	o.link = api[made](c, http.StatusCreated, http.MethodPost, "/links", map[string]string{"job_id": o.job.ID, "channel": "linkedin"})
	o.stranger = newClient(o.program, "")
	o.until("the snapshot has the link", 60*time.Second, func() bool {
		b, err := os.ReadFile(filepath.Join(o.dir, "directory.snapshot"))
		return err == nil && strings.Contains(string(b), o.link.Code)
	})
	return o
}

// house sets the installation up.
func (e *engine) house() {
	e.t.Helper()
	db, err := models.Open(e.t.Context(), e.url)
	if err != nil {
		e.t.Fatal(err)
	}
	defer db.Close()
	if err := db.SaveOrganisation(e.t.Context(), models.Organisation{Name: "Fjordheim", Language: "nb", PrivacyContact: "hr@example.org"}); err != nil {
		e.t.Fatal(err)
	}
}

// launch starts the program and waits only until it answers.
func (o *outage) launch() {
	o.t.Helper()
	o.begin()
	o.until("the program lives", 60*time.Second, o.healthy)
}

// visit opens the link's page and gives its token.
func (o *outage) visit() string {
	o.t.Helper()
	token, err := visitToken(o.stranger.must(http.StatusOK, http.MethodGet, "/s/"+o.link.Code, nil).body)
	if err != nil {
		o.t.Fatal(err)
	}
	return token
}

// handIn applies with a CV and wants that status.
func (o *outage) handIn(want int, email, visit string) {
	o.t.Helper()
	got, err := o.stranger.apply(o.link.Code, &attachment{"cv", "cv.pdf", "application/pdf", []byte(pdf)},
		"name", "Ola Søker", "email", email, "message", "Hei", "visit", visit)
	if err != nil || got.status != want {
		o.t.Fatalf("apply: got %d, %v, want %d: %.1500s", got.status, err, want, got.body)
	}
	if want == http.StatusAccepted && !strings.Contains(got.body, words(o.t, i18n.Bokmal).T("public.received.title")) {
		o.t.Errorf("the page does not say that the confirmation follows: %.600s", got.body)
	}
}

// arrived waits for an application and checks that it is there once, as if it had been taken at once.
func (o *outage) arrived(email string) {
	o.t.Helper()
	o.until("the application of "+email, 60*time.Second, func() bool {
		return o.pg.count(`select count(*) from applications a join candidates c on c.id = a.candidate_id where c.email = $1`, email) > 0 && o.waiting() == 0
	})
	o.until("its event", 60*time.Second, func() bool {
		return o.pg.count(`select count(*) from events e join applications a on a.id = e.id join candidates c on c.id = a.candidate_id
			where e.kind = 'apply' and c.email = $1`, email) > 0
	})
	const of = ` from applications a join candidates c on c.id = a.candidate_id where c.email = $1`
	for what, sql := range map[string]string{
		"applications":                   `select count(*)` + of,
		"with a CV, the link, the click": `select count(*)` + of + ` and cv_key <> '' and link_id is not null and click_id is not null`,
		"colleagues credited":            `select count(*) from standing_credits s where s.application_id in (select a.id` + of + `)`,
		"mails":                          `select count(*) from river_job where kind = 'send_mail' and args->>'id' in (select l.id::text from letters l where l.application_id in (select a.id` + of + `))`,
		"events": `select count(*) from events e where e.kind = 'apply' and e.job_id = (select a.job_id` + of + `)
			and e.id = (select a.id` + of + `) and e.click_id = (select a.click_id` + of + `)`,
	} {
		if n := o.pg.count(sql, email); n != 1 {
			o.t.Errorf("%s: %d %s, want 1", email, n, what)
		}
	}
	// Sent once, or going to be: one that was being written when Postgres went away is taken up again.
	o.until("the confirmation to "+email, 60*time.Second, func() bool {
		return len(o.mails(email)) > 0 || o.pg.count(`select count(*) from river_job where kind = 'send_mail' and state = 'running'
			and attempted_at < now() - interval '10 seconds' and args->>'id' in (select l.id::text from letters l where l.application_id in (select a.id`+of+`))`, email) > 0
	})
	if n := len(o.mails(email)); n > 1 {
		o.t.Errorf("%s: %d mails were sent, want 1", email, n)
	}
}

// waiting is how many applications lie on the disk.
func (o *outage) waiting() int {
	o.t.Helper()
	found, err := filepath.Glob(filepath.Join(o.dir, "applications", "*"))
	if err != nil {
		o.t.Fatal(err)
	}
	return len(found)
}

// stayAway waits as long as KOLLEGA_TEST_AWAY says that an engine stays away, for whoever wants to see a minute of it.
func stayAway(t *testing.T) {
	t.Helper()
	text := os.Getenv("KOLLEGA_TEST_AWAY")
	if text == "" {
		return
	}
	long, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(long)
}

// TestPostgresIsAway stops Postgres under load and keeps it away at a start, with a program that is killed in between.
func TestPostgresIsAway(t *testing.T) {
	t.Parallel()
	o := newOutage(t)
	var clicks, failed atomic.Int64
	load := func(stop <-chan struct{}) {
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					if got, err := o.stranger.do(http.MethodGet, "/s/"+o.link.Code, nil); err != nil || got.status != http.StatusOK {
						failed.Add(1)
						t.Errorf("click: got %d, %v", got.status, err)
						return
					}
					clicks.Add(1)
					time.Sleep(2 * time.Millisecond)
				}
			})
		}
		all.Wait()
	}
	during := func(do func()) {
		stop := make(chan struct{})
		done := make(chan struct{})
		go func() { defer close(done); load(stop) }()
		do()
		close(stop)
		<-done
	}
	visits := 0
	visit := func() string { visits++; return o.visit() }
	during(func() {
		o.handIn(http.StatusSeeOther, "foran@example.org", visit())
		o.pg.stop()
		o.handIn(http.StatusAccepted, "under@example.org", visit())
		o.until("readyz tells", 60*time.Second, func() bool { return o.readyz() == http.StatusServiceUnavailable })
		stayAway(t)
	})
	o.kill()
	o.launch() // with Postgres away
	during(func() {
		o.handIn(http.StatusAccepted, "oppstart@example.org", visit())
		got := o.stranger.must(http.StatusServiceUnavailable, http.MethodGet, "/readyz", nil)
		if !strings.Contains(got.body, `"postgres":"away"`) || !strings.Contains(got.body, `"applications_waiting":2`) {
			t.Errorf("readyz: got %s", got.body)
		}
		for _, lang := range i18n.Languages() {
			got := o.stranger.must(http.StatusServiceUnavailable, http.MethodGet, "/hr/applications", nil, "Accept-Language", lang)
			if want := words(t, lang).T("error.unavailable.title"); !strings.Contains(got.body, want) {
				t.Errorf("%s: got %.600s, want %q", lang, got.body, want)
			}
		}
		o.stranger.must(http.StatusOK, http.MethodGet, "/jobs/"+o.job.Slug, nil)
		stayAway(t)
		o.pg.start()
		o.until("the program is ready again", 60*time.Second, func() bool { return o.readyz() == http.StatusOK })
	})
	for _, email := range []string{"foran@example.org", "under@example.org", "oppstart@example.org"} {
		o.arrived(email)
	}
	want := int(clicks.Load()) + visits + 1 // the open door was opened once
	o.until(fmt.Sprintf("all %d clicks are in Postgres", want), 60*time.Second, func() bool {
		return o.pg.count("select count(*) from events where kind = 'click'") >= want
	})
	if got := o.pg.count("select count(*) from events where kind = 'click'"); got != want || failed.Load() > 0 {
		t.Errorf("got %d clicks in Postgres, want the %d that were acknowledged; %d failed", got, want, failed.Load())
	}
	o.stranger.must(http.StatusOK, http.MethodGet, "/login", nil)
}

// TestFirstStartNeedsPostgres has nothing to go on with.
func TestFirstStartNeedsPostgres(t *testing.T) {
	t.Parallel()
	p := newProgram(t, "KOLLEGA_DATABASE_URL=postgres://127.0.0.1:1/nobody")
	p.begin()
	err := p.cmd.Wait()
	p.cmd = nil
	if err == nil || !strings.Contains(p.log.String(), "the first start needs Postgres") {
		t.Errorf("got %v: %s", err, p.log.tail(1000))
	}
}

// TestSchemaThatDoesNotFit comes to light only when Postgres is back: nothing is written to it until it has been migrated.
func TestSchemaThatDoesNotFit(t *testing.T) {
	t.Parallel()
	o := newOutage(t)
	o.stop()
	version := o.pg.count(`select max(version_id) from goose_db_version`)
	if n := o.pg.count(`with gone as (delete from goose_db_version where version_id = $1 returning 1) select count(*) from gone`, version); n != 1 {
		t.Fatalf("%d versions taken back", n)
	}
	events := o.pg.count(`select count(*) from events`)
	o.pg.stop()
	o.launch()
	o.handIn(http.StatusAccepted, "ola@example.org", o.visit())
	o.pg.start()
	o.until("readyz names the remedy", 60*time.Second, func() bool {
		got, err := o.stranger.do(http.MethodGet, "/readyz", nil)
		return err == nil && strings.Contains(got.body, "run kollega migrate")
	})
	o.until("the log names the remedy", 60*time.Second, func() bool { return strings.Contains(o.log.String(), "run `kollega migrate`") })
	if n := o.pg.count(`select count(*) from applications`) + o.pg.count(`select count(*) from events`) - events; n != 0 || o.waiting() != 1 {
		t.Errorf("%d rows were written, %d applications wait", n, o.waiting())
	}
	o.pg.count(`with back as (insert into goose_db_version (version_id, is_applied) values ($1, true) returning 1) select count(*) from back`, version)
	o.until("the program is ready", 60*time.Second, func() bool { return o.readyz() == http.StatusOK })
	o.arrived("ola@example.org")
}

// TestKilledWhileHandingOver kills the program at several moments while it hands over what waited.
func TestKilledWhileHandingOver(t *testing.T) {
	t.Parallel()
	o := newOutage(t)
	o.pg.stop()
	var emails []string
	for n := range 12 {
		emails = append(emails, fmt.Sprintf("s%d@example.org", n))
		o.handIn(http.StatusAccepted, emails[n], o.visit())
	}
	o.kill()
	o.pg.start()
	for pause := 300 * time.Millisecond; pause < 1300*time.Millisecond && o.waiting() > 0; pause += 200 * time.Millisecond {
		o.begin()
		began := o.waiting()
		for end := time.Now().Add(20 * time.Second); o.waiting() == began && time.Now().Before(end); time.Sleep(time.Millisecond) {
		}
		time.Sleep(pause / 100)
		o.kill()
	}
	o.start()
	for _, email := range emails {
		o.arrived(email)
	}
}

// TestEmbeddedPostgresDies kills the program's own database server, which is started again by itself.
func TestEmbeddedPostgresDies(t *testing.T) {
	t.Parallel()
	p, c, job := house(t)
	link := api[made](c, http.StatusCreated, http.MethodPost, "/links", map[string]string{"job_id": job.ID, "channel": "linkedin"})
	stranger := newClient(p, "")
	for n := range 3 {
		p.freeze(syscall.SIGKILL)
		email := fmt.Sprintf("o%d@example.org", n)
		got, err := stranger.apply(link.Code, &attachment{"cv", "cv.pdf", "application/pdf", []byte(pdf)}, "name", "Ola", "email", email)
		if err != nil || got.status != http.StatusAccepted && got.status != http.StatusSeeOther {
			t.Fatalf("apply: got %d, %v: %.600s", got.status, err, got.body)
		}
		stranger.must(http.StatusOK, http.MethodGet, "/s/"+link.Code, nil)
		p.until("Postgres runs again", 60*time.Second, func() bool { return p.readyz() == http.StatusOK })
		p.until("the application", 60*time.Second, func() bool {
			return p.count(`select count(*) from applications a join candidates c on c.id = a.candidate_id where c.email = $1 and cv_key <> ''`, email) == 1
		})
	}
}

// figure is a metric's value.
func (p *program) figure(name string) int {
	p.t.Helper()
	for line := range strings.Lines(newClient(p, "").must(http.StatusOK, http.MethodGet, "/metrics", nil).body) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			n, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil {
				p.t.Fatal(err)
			}
			return int(n)
		}
	}
	p.t.Fatalf("no figure %s", name)
	return 0
}

// TestDiskIsFull fills the disk of the data folder: visitors are served, what cannot be kept is counted and said, an application
// comes back with every word, and all is well again when there is room.
func TestDiskIsFull(t *testing.T) {
	t.Parallel()
	o := newOutageOn(t, "160m")
	empty := fill(t, o.dir)
	clicks := 0
	for end := time.Now().Add(60 * time.Second); o.figure("kollega_events_lost_total") == 0 && time.Now().Before(end); {
		for range 50 {
			o.visit()
			clicks++
		}
	}
	if o.figure("kollega_events_lost_total") == 0 || !strings.Contains(o.log.String(), "no space left on device") {
		t.Errorf("after %d clicks nothing is said to be lost", clicks)
	}
	got, err := o.stranger.apply(o.link.Code, &attachment{"cv", "cv.pdf", "application/pdf", []byte(pdf)}, "name", "Ola Søker", "email", "ola@example.org", "message", "Hver eneste tanke")
	if err != nil || got.status != http.StatusServiceUnavailable || !strings.Contains(got.body, "Hver eneste tanke") || !strings.Contains(got.body, "ola@example.org") {
		t.Errorf("apply: got %d, %v: %.600s", got.status, err, got.body)
	}
	empty()
	o.until("events are recorded again", 60*time.Second, func() bool {
		lost := o.figure("kollega_events_lost_total")
		o.visit()
		clicks++
		return o.figure("kollega_events_lost_total") == lost
	})
	o.handIn(http.StatusSeeOther, "ola@example.org", o.visit())
	o.arrived("ola@example.org")
	want := clicks + 1 - o.figure("kollega_events_lost_total")
	o.until("all recorded clicks", 60*time.Second, func() bool { return o.pg.count("select count(*) from events where kind = 'click'") >= want })
	if n := o.pg.count("select count(*) from events where kind = 'click'"); n != want {
		t.Errorf("%d clicks in Postgres, want the %d that were not counted as lost", n, want)
	}
}

// bucket is an object store of the test's own that a program is configured for; it can be away.
type bucket struct {
	t       *testing.T
	address string
	server  *embedded.Server
	http    *http.Server
}

func newBucket(t *testing.T) *bucket {
	t.Helper()
	b := &bucket{t: t, address: "localhost:" + freePort(t)}
	var err error
	b.server, err = embedded.Start(t.Context(), embedded.Options{Dir: testenv.Dir(t), Bucket: "kollega", PublicURL: "http://" + b.address})
	if err != nil {
		t.Fatal(err)
	}
	b.start()
	t.Cleanup(func() {
		b.stop()
		if err := b.server.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return b
}

func (b *bucket) start() {
	b.t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(b.t.Context(), "tcp", b.address)
	if err != nil {
		b.t.Fatal(err)
	}
	whole := &httputil.ReverseProxy{ // the handler is for browsers alone
		Transport: b.server.Config().HTTPClient.Transport,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = "http", "s3.internal", r.In.Host
		},
	}
	b.http = &http.Server{Handler: whole, ReadHeaderTimeout: time.Minute}
	go b.http.Serve(listener) // it ends when it is closed
}

func (b *bucket) stop() { b.http.Close() }

// TestObjectStoreIsAwayAtTheStart serves links, and keeps applications with their CVs until the object store is there.
func TestObjectStoreIsAwayAtTheStart(t *testing.T) {
	t.Parallel()
	s3 := newBucket(t)
	keys := s3.server.Config()
	o := newOutage(t, "KOLLEGA_S3_ENDPOINT=http://"+s3.address, "KOLLEGA_S3_ACCESS_KEY="+keys.AccessKey, "KOLLEGA_S3_SECRET_KEY="+keys.SecretKey)
	o.stop()
	s3.stop()
	o.launch()
	o.handIn(http.StatusAccepted, "ola@example.org", o.visit())
	got := o.stranger.must(http.StatusServiceUnavailable, http.MethodGet, "/readyz", nil)
	if !strings.Contains(got.body, `"postgres":"ok"`) || !strings.Contains(got.body, `"s3":"away"`) {
		t.Errorf("readyz: got %s", got.body)
	}
	s3.start()
	o.arrived("ola@example.org")
	o.until("the program is ready", 60*time.Second, func() bool { return o.readyz() == http.StatusOK })
}
