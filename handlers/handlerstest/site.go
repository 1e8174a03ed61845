// Package handlerstest runs the whole of Kollega's pages on real engines, for the tests of every page.
package handlerstest

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"kollega/handlers"
	"kollega/handlers/front"
	"kollega/handlers/live"
	"kollega/handlers/web"
	"kollega/internal/i18n"
	"kollega/internal/inbox"
	"kollega/internal/testenv"
	"kollega/models"
	"kollega/storage"
	"kollega/storage/storagetest"
	"kollega/tracking"
)

// Site is one installation of its own: database, bucket and server. It is set up already, as the house "Fjordheim" in nb.
type Site struct {
	App   *web.App
	DB    *models.DB
	Store *storage.Store
	Parts http.Handler // takes the presigned parts of uploads, by their path and query

	Handler http.Handler // the whole program, without what stands before it

	t      testing.TB
	server *httptest.Server

	mu       sync.Mutex
	people   map[string]models.User // by role
	browsers map[string]*Client     // by role
}

// New starts an installation that lives as long as the test, with its set-up done.
func New(t testing.TB) *Site {
	t.Helper()
	s := NewEmpty(t)
	err := s.DB.SaveOrganisation(t.Context(), models.Organisation{Name: "Fjordheim", Language: "nb", PrivacyContact: "personvern@example.org"})
	if err != nil {
		t.Fatal(err)
	}
	s.App.Directory.Sync(t.Context())
	s.App.SetupCode = ""
	return s
}

// stopWithin is how long clicks may take to reach Postgres in the end; a test that took Postgres away never gets them there.
const stopWithin = 5 * time.Second

// SetupCode is the one-time code of an installation that NewEmpty starts.
const SetupCode = "KMNP-QRST-VWXY"

// NewEmpty starts an installation before its first run.
func NewEmpty(t testing.TB) *Site {
	t.Helper()
	db, err := models.Open(t.Context(), testenv.Database(t, models.SchemaVersion(), models.Migrate))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	texts.Missing = func(lang, key string) { t.Errorf("text %q is missing in %s, or one of its values", key, lang) }
	store, parts := storagetest.New(t)
	server := httptest.NewUnstartedServer(nil)
	s := &Site{DB: db, Store: store, Parts: parts, t: t, server: server, people: map[string]models.User{}, browsers: map[string]*Client{}}
	s.App = &web.App{
		DB: db, Store: store, Texts: texts, Sessions: web.NewSessions(db, false), Now: func() time.Time { return db.Now() },
		BaseURL:   &url.URL{Scheme: "http", Host: server.Listener.Addr().(*net.TCPAddr).String()},
		Log:       slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})),
		SetupCode: SetupCode, Transcribes: "speech.example.org",
		Checks: map[string]web.Check{"postgres": db.Ping, "s3": store.Ping},
	}
	s.App.Tracker, err = tracking.New(t.Context(), tracking.Options{Dir: t.TempDir(), DB: db, Log: s.App.Log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
		defer cancel()
		if err := s.App.Tracker.Close(ctx); err != nil {
			t.Errorf("stop tracking: %v", err)
		}
	})
	s.App.Directory, err = tracking.NewDirectory(t.Context(), t.TempDir(), db, s.App.Log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.App.Directory.Close(context.Background()); err != nil {
			t.Errorf("stop directory: %v", err)
		}
	})
	s.App.Live = live.Start(t.Context(), db, s.App.Log)
	t.Cleanup(func() { _ = s.App.Live.Close(context.Background()) })
	if s.App.Inbox, err = inbox.Open(t.TempDir(), inbox.Options{}); err != nil {
		t.Fatal(err)
	}
	h, err := handlers.New(s.App, prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	s.Handler, server.Config.Handler = h, h
	first := front.Listen(server.Listener, s.App.Front, s.App.Log)
	server.Listener = first
	server.Start()
	t.Cleanup(func() {
		s.App.Live.Drain() // open pages would keep the server waiting
		server.Close()
		if err := first.Wait(context.Background()); err != nil {
			t.Errorf("stop front: %v", err)
		}
	})
	return s
}
