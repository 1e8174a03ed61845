package public_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"kollega/handlers/handlerstest"
	"kollega/internal/inbox"
	"kollega/models"
	"kollega/storage"
	"kollega/worker"
)

// away is an object store that nobody answers for.
func away(t *testing.T) *storage.Store {
	t.Helper()
	s, err := storage.New(storage.Config{Endpoint: "http://127.0.0.1:1", Bucket: "b", AccessKey: "a", SecretKey: "s"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// handOver brings what waits to Postgres and waits until nothing does.
func handOver(t *testing.T, s *handlerstest.Site) {
	t.Helper()
	h := worker.StartHandOver(worker.HandOverDeps{DB: s.DB, Store: s.Store, Inbox: s.App.Inbox, Tracker: s.App.Tracker, Log: s.App.Log})
	defer h.Close(context.Background())
	for end := time.Now().Add(30 * time.Second); s.App.Inbox.Stats().Waiting > 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("still waiting: %+v", s.App.Inbox.Stats())
		}
	}
}

// stored is the content of the only CV in storage that an application has.
func stored(t *testing.T, s *handlerstest.Site) string {
	t.Helper()
	var key string
	if err := s.DB.Pool().QueryRow(t.Context(), `select cv_key from applications where cv_key <> ''`).Scan(&key); err != nil {
		t.Fatal(err)
	}
	o, err := s.Store.Get(t.Context(), key, "")
	if err != nil {
		t.Fatal(err)
	}
	defer o.Body.Close()
	b, err := io.ReadAll(o.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// While Postgres is away pages go on, applications are kept on the disk and confirmed honestly, and the pages of the house say
// so without a trace.
func TestPostgresAway(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job := s.Job(models.Job{})
	link := s.Link(s.Person("employee"), job, "")
	s.As("employee") // signs in while that is possible
	s.Guest().Get("/jobs")
	s.DB.Close()
	for _, path := range []string{link.Path(), "/jobs", "/jobs/" + job.Slug} { // from memory, and the click is in the journal
		if got := s.Guest().Get(path); got.Status != http.StatusOK || !strings.Contains(got.Body, job.Title) {
			t.Errorf("%s: got %d %.300s", path, got.Status, got.Body)
		}
	}
	if got := s.Guest().Get("/s/zzzzzzzz"); got.Status != http.StatusNotFound {
		t.Errorf("unknown code: got %d, want 404", got.Status)
	}
	for _, path := range []string{"/links", "/login", "/"} {
		as := s.As("employee")
		if path == "/login" {
			as = s.Guest()
		}
		if got := as.Get(path); got.Status != http.StatusServiceUnavailable || strings.Contains(got.Body, "closed pool") || !strings.Contains(got.Body, "<h1>") {
			t.Errorf("%s needs Postgres: got %d %.300s", path, got.Status, got.Body)
		}
	}
	for lang, want := range map[string]string{"nb": "bekreftelsen følger", "en": "confirmation follows"} {
		got := s.Guest().PostMultipart(link.Path()+"/apply?lang="+lang, filled("email", lang+"@example.com"), file("min.pdf", pdf))
		if got.Status != http.StatusAccepted || !strings.Contains(got.Body, want) || got.Header.Get("Cache-Control") != "private, no-store" || got.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s: got %d %v %.300s", lang, got.Status, got.Header, got.Body)
		}
		if !strings.Contains(got.Body, `href="`+link.Path()+"?lang="+lang+`#apply"`) || strings.Contains(got.Body, "Ola") {
			t.Errorf("%s: the page does not lead back to the form, or names the person", lang)
		}
	}
	if n := s.App.Inbox.Stats().Waiting; n != 2 {
		t.Errorf("%d wait, want 2", n)
	}
	// What cannot be taken is refused as always, with every word.
	got := s.Guest().PostMultipart(link.Path()+"/apply?lang=nb", filled("email", "x"), file("min.pdf", pdf))
	if got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "Kari i kantina") || !strings.Contains(got.Body, `name="cv_kept"`) {
		t.Errorf("a form to mend: got %d %.300s", got.Status, got.Body)
	}
}

// An application that could not be kept on the disk comes back with every word, its CV kept where that is possible.
func TestInboxFull(t *testing.T) {
	t.Parallel()
	for name, fill := range map[string]func(*testing.T, *handlerstest.Site){
		"too many": func(t *testing.T, s *handlerstest.Site) {
			t.Helper()
			var err error
			if s.App.Inbox, err = inbox.Open(t.TempDir(), inbox.Options{MaxCount: 1}); err != nil {
				t.Fatal(err)
			}
			if err := s.App.Inbox.Put(inbox.Item{ID: models.NewID(), Key: "another"}, nil, 0); err != nil {
				t.Fatal(err)
			}
		},
		"no room on the disk": func(t *testing.T, s *handlerstest.Site) {
			t.Helper()
			var err error
			if s.App.Inbox, err = inbox.Open(t.TempDir(), inbox.Options{Reserve: 1 << 60}); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := handlerstest.New(t)
			link := s.Link(s.Person("employee"), s.Job(models.Job{}), "")
			fill(t, s)
			s.Guest().Get(link.Path())
			s.DB.Close()
			got := s.Guest().PostMultipart(link.Path()+"/apply?lang=nb", filled(), file("min.pdf", pdf))
			for _, want := range []string{"ola@example.com", "Jeg liker &lt;master&gt;.", "Kari i kantina", `action="` + link.Path() + `/apply?lang=nb#apply"`, "min.pdf", `name="cv_kept"`} {
				if !strings.Contains(got.Body, want) {
					t.Errorf("the page lacks %q", want)
				}
			}
			if got.Status != http.StatusServiceUnavailable || got.Header.Get("Retry-After") == "" {
				t.Errorf("got %d, want 503", got.Status)
			}
		})
	}
}

// While the object store is away an application waits with its CV, and goes on by itself with it.
func TestObjectStoreAway(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	owner := s.Person("employee")
	link := s.Link(owner, s.Job(models.Job{}), "facebook")
	path := link.Path() + "/apply?lang=nb"
	visit := visitOf(t, s.Guest(), link.Path())
	there := s.Store
	s.App.Store = away(t)
	before := time.Now()
	if got := s.Guest().PostMultipart(path, filled("visit", visit), file("cv.pdf", pdf)); got.Status != http.StatusAccepted {
		t.Fatalf("got %d %.300s", got.Status, got.Body)
	}
	// The same person's next words come after the first, though Postgres would take them.
	if got := s.Guest().PostMultipart(path, filled("email", "OLA@example.com", "message", "Og mer.")); got.Status != http.StatusAccepted {
		t.Fatalf("again: got %d %.300s", got.Status, got.Body)
	}
	if got := s.Guest().PostMultipart(path, filled("email", "siri@example.com")); got.Status != http.StatusSeeOther {
		t.Errorf("somebody without a CV: got %d", got.Status)
	}
	handedIn := time.Now()
	s.App.Store = there
	handOver(t, s)
	var app models.Application
	err := s.DB.Pool().QueryRow(t.Context(), `select a.id, message, submitted_at, cv_name, click_id, link_id from applications a join candidates c on c.id = a.candidate_id
		where c.email_key = 'ola@example.com'`).Scan(&app.ID, &app.Message, &app.SubmittedAt, &app.CVName, &app.ClickID, &app.LinkID)
	if err != nil || app.Message != "Og mer." || app.CVName != "cv.pdf" || app.ClickID == nil || app.LinkID == nil || *app.LinkID != link.ID {
		t.Errorf("got %+v, %v", app, err)
	}
	if app.SubmittedAt.Before(before.Add(-time.Second)) || app.SubmittedAt.After(handedIn) {
		t.Errorf("handed in at %s, want between %s and %s", app.SubmittedAt, before, handedIn)
	}
	if got := stored(t, s); got != string(pdf) || cvs(t, s) != 1 {
		t.Errorf("got a CV of %d bytes among %d, want the one", len(got), cvs(t, s))
	}
	for what, want := range map[string]struct {
		sql string
		n   int
	}{
		"applications":        {`select count(*) from applications`, 2},
		"colleagues credited": {`select count(*) from standing_credits where application_id = '` + app.ID.String() + `' and user_id = '` + owner.ID.String() + `'`, 1},
		"mails":               {`select count(*) from river_job where kind = 'send_mail' and args->>'id' in (select id::text from letters where application_id = '` + app.ID.String() + `')`, 1},
	} {
		if n := count(t, s, want.sql); n != want.n {
			t.Errorf("%d %s, want %d", n, what, want.n)
		}
	}
	recorded(t, s, models.KindApply, 2)
	if n := count(t, s, `select count(*) from events where kind = 'apply' and id = $1 and click_id = $2`, app.ID, app.ClickID); n != 1 {
		t.Errorf("%d events of the application with its click, want 1", n)
	}
}

// A CV that came with an earlier try of the form goes along when the form is sent while the object store is away, and when
// Postgres is.
func TestKeptCVWaitsAlong(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(*testing.T, *handlerstest.Site) (back func()){
		"object store": func(t *testing.T, s *handlerstest.Site) func() {
			t.Helper()
			there := s.Store
			s.App.Store = away(t)
			return func() { s.App.Store = there }
		},
		"Postgres": func(t *testing.T, s *handlerstest.Site) func() {
			t.Helper()
			nobody, err := models.Open(t.Context(), "postgres://127.0.0.1:1/nobody")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(nobody.Close)
			there := s.App.DB
			s.App.DB = nobody
			return func() { s.App.DB = there }
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := handlerstest.New(t)
			path := "/jobs/" + s.Job(models.Job{}).Slug + "/apply?lang=nb"
			first := s.Guest().PostMultipart(path, filled("email", "x"), file("min cv.pdf", pdf))
			kept := keptField.FindStringSubmatch(first.Body)
			if kept == nil {
				t.Fatalf("no kept CV: %d %.300s", first.Status, first.Body)
			}
			back := leave(t, s)
			if got := s.Guest().PostMultipart(path, filled("cv_kept", kept[1])); got.Status != http.StatusAccepted {
				t.Fatalf("got %d %.300s", got.Status, got.Body)
			}
			back()
			handOver(t, s)
			if got := stored(t, s); got != string(pdf) {
				t.Errorf("got a CV of %d bytes", len(got))
			}
		})
	}
}
