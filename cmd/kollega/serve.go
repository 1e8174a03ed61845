package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/spf13/cobra"

	"kollega/handlers"
	"kollega/handlers/front"
	"kollega/handlers/live"
	"kollega/handlers/web"
	"kollega/internal/account"
	"kollega/internal/auth"
	"kollega/internal/i18n"
	"kollega/internal/inbox"
	"kollega/models"
	"kollega/storage"
	"kollega/tracking"
	"kollega/worker"
)

// inboxFolder is where applications wait while an engine is away, under the data folder.
const inboxFolder = "applications"

// stopWithin is how long a stop may take: HTTP, worker, journal, database, in this order.
const stopWithin = 10 * time.Second

// server is a running `kollega serve`.
type server struct {
	cfg     Config
	log     *slog.Logger
	lock    *os.File
	engines *engines
	app     *web.App
	http    *http.Server
	front   *front.Front
	stops   []func(context.Context) error // in the order they are called

	background *background
}

func serve(cmd *cobra.Command, _ []string) error {
	began := time.Now()
	c, err := LoadConfig(os.Environ())
	if err != nil {
		return err
	}
	log := newLogger(c)
	s, err := start(cmd.Context(), c, log)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(cmd.Context(), "tcp", c.Listen)
	if err != nil {
		return errors.Join(fmt.Errorf("listen on %s: %w", c.Listen, err), s.stop())
	}
	s.announce(cmd, time.Since(began))
	ended := make(chan error, 2)
	s.front = front.Listen(listener, s.app.Front, log)
	go func() { ended <- s.http.Serve(s.front) }()
	go func() {
		if <-s.background.started; s.background.err != nil {
			ended <- fmt.Errorf("background work: %w", s.background.err)
		}
	}()
	select {
	case err = <-ended:
	case <-cmd.Context().Done():
		log.Info("stopping")
	}
	return errors.Join(err, s.stop())
}

func newLogger(c Config) *slog.Logger {
	log := slog.New(slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{Level: c.level}))
	for _, name := range c.warnings {
		log.Warn("no such setting, it is not used", "setting", name)
	}
	return log
}

// start brings everything up but the listener; what was started is stopped again when a later part fails.
func start(ctx context.Context, c Config, log *slog.Logger) (_ *server, err error) {
	s := &server{cfg: c, log: log}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.stop())
		}
	}()
	if s.lock, err = lockDataDir(c.DataDir, 5*time.Second); err != nil {
		return nil, err
	}
	if s.engines, err = openEngines(ctx, c, log, true); err != nil {
		return nil, err
	}
	away, err := s.engines.admit(ctx, c)
	if err != nil {
		return nil, err
	}
	if err = s.openBucket(ctx); err != nil {
		return nil, err
	}
	reg := prometheus.NewRegistry()
	reg.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	if err = s.makeApp(ctx); err != nil {
		return nil, err
	}
	reg.MustRegister(newTrackingFigures(s.app.Tracker.Stats, time.Now), newInboxFigures(s.app.Inbox, s.engines.DB, time.Now), newLiveFigures(s.app.Live.Stats))
	s.startBehind(ctx, away)
	h, err := handlers.New(s.app, reg)
	if err != nil {
		return nil, err
	}
	s.http = &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug), // broken connections are the visitors' networks
	}
	s.http.RegisterOnShutdown(s.app.Live.Drain) // who has a page open comes back to whoever answers then
	return s, nil
}

// openBucket makes the bucket ready. An object store that is away is waited for: pages, links and applications go on meanwhile.
func (s *server) openBucket(ctx context.Context) error {
	open := func(ctx context.Context) error {
		err := s.engines.Store.EnsureBucket(ctx, []string{s.cfg.base.String()})
		if errors.Is(err, storage.ErrCORS) {
			s.log.Warn("clips can be uploaded only if the bucket's own settings let browsers do so", "error", err.Error())
			return nil
		}
		return err
	}
	err := open(ctx)
	if err != nil && !storage.Unavailable(err) {
		return fmt.Errorf("S3: %w", err)
	}
	if err != nil {
		s.log.Warn("S3 is away: CVs wait on this machine's disk, clips are not shown", "error", err.Error())
		s.behind(func(ctx context.Context) {
			for wait(ctx, bucketAgain) {
				if err := open(ctx); err == nil {
					s.log.Info("S3 is back")
					return
				}
			}
		})
	}
	return nil
}

// bucketAgain is how soon an object store that was away at the start is asked again.
const bucketAgain = 5 * time.Second

// startBehind starts what goes on behind the pages: handing over applications, and the background work once Postgres may be used.
func (s *server) startBehind(ctx context.Context, away bool) {
	ready := make(chan struct{})
	if away {
		s.behind(func(ctx context.Context) {
			if s.engines.awaitPostgres(ctx, s.log) == nil {
				close(ready)
			}
		})
	} else {
		close(ready)
	}
	s.background = startBackground(ctx, s.cfg, s.engines, s.log, ready)
	hand := worker.StartHandOver(worker.HandOverDeps{DB: s.engines.DB, Store: s.engines.Store, Inbox: s.app.Inbox, Tracker: s.app.Tracker, Log: s.log})
	s.stops = append([]func(context.Context) error{hand.Close, s.background.Stop}, s.stops...)
}

// behind runs fn until it returns or the server stops.
func (s *server) behind(fn func(context.Context)) {
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); fn(ctx) }()
	s.stops = append([]func(context.Context) error{func(context.Context) error { stop(); <-done; return nil }}, s.stops...)
}

// wait waits for d and tells whether ctx outlasted it.
func wait(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

func (s *server) makeApp(ctx context.Context) error {
	texts, err := i18n.Load()
	if err != nil {
		return err
	}
	db := s.engines.DB
	a := &web.App{
		DB: db, Store: s.engines.Store, Texts: texts, BaseURL: s.cfg.base, Log: s.log, Now: time.Now, Trusted: s.cfg.TrustedProxies,
		Checks: map[string]web.Check{"postgres": db.Ping, "s3": s.engines.Store.Ping},
	}
	if u, err := url.Parse(cmp.Or(s.cfg.S3.PublicEndpoint, s.cfg.S3.Endpoint)); err == nil && u.Host != "" {
		a.UploadOrigin = u.Scheme + "://" + u.Host
	}
	if s.cfg.OIDC.Issuer != "" {
		a.Account = account.New(s.cfg.account())
	}
	if t, err := s.cfg.Transcribe.client(); err != nil {
		return err
	} else if t != nil {
		a.Transcribes = t.Host()
	}
	if s.engines.objects != nil {
		a.Bucket, a.Objects = s.cfg.S3.Bucket, s.engines.objects.Handler()
	}
	if a.Tracker, err = tracking.New(ctx, tracking.Options{
		Dir: s.cfg.DataDir, DB: db, Log: s.log, Secure: a.Secure(), IP: web.ClientIP(s.cfg.TrustedProxies),
	}); err != nil {
		return fmt.Errorf("tracking: %w", err)
	}
	s.stops = append(s.stops, a.Tracker.Close)
	if a.Directory, err = tracking.NewDirectory(ctx, s.cfg.DataDir, db, s.log); err != nil {
		return fmt.Errorf("directory: %w", err)
	}
	s.stops = append(s.stops, a.Directory.Close)
	a.Live = live.Start(ctx, db, s.log)
	s.stops = append(s.stops, a.Live.Close)
	if a.Inbox, err = inbox.Open(filepath.Join(s.cfg.DataDir, inboxFolder), inbox.Options{}); err != nil {
		return err
	}
	if a.Organisation().Name == "" {
		if err := db.Held(); err != nil {
			return fmt.Errorf("the first start needs Postgres, which is away: Kollega has not been set up yet: %w", err)
		}
		code, err := db.KeepSecret(ctx, "setup_code", []byte(auth.NewSetupCode()))
		if err != nil {
			return err
		}
		a.SetupCode = string(code)
	}
	a.Sessions = web.NewSessions(db, a.Secure())
	s.app = a
	return nil
}

// stop ends everything that runs, in order: HTTP, worker, journal, database.
func (s *server) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	var errs []error
	if s.http != nil {
		if err := s.http.Shutdown(ctx); err != nil {
			errs = append(errs, s.http.Close())
		}
	}
	if s.front != nil {
		errs = append(errs, s.front.Wait(ctx))
	}
	for _, stop := range s.stops {
		errs = append(errs, stop(ctx))
	}
	if s.engines != nil {
		errs = append(errs, s.engines.Close(ctx))
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
	}
	return errors.Join(errs...)
}

// announce says where to go, in the log and in plain words.
func (s *server) announce(cmd *cobra.Command, took time.Duration) {
	s.log.Info("ready", "address", s.cfg.base.String(), "listen", s.cfg.Listen, "took_ms", took.Milliseconds(), "version", versionText())
	say := func(format string, args ...any) { fmt.Fprintf(cmd.ErrOrStderr(), format+"\n", args...) }
	if code := s.app.SetupCode; code != "" {
		s.log.Info("first run: set up with the one-time code", "address", s.app.URL("/setup"), "setup_code", code)
		say("\n  Kollega is ready. Set it up at  %s\n  with the one-time code          %s\n", s.app.URL("/setup"), code)
		return
	}
	say("\n  Kollega is ready at  %s\n", s.cfg.base)
}

// work is `kollega worker`: the background work alone, beside servers elsewhere.
func work(cmd *cobra.Command, _ []string) error {
	c, err := LoadConfig(os.Environ())
	if err != nil {
		return err
	}
	log := newLogger(c)
	e, err := openEngines(cmd.Context(), c, log, false)
	if err != nil {
		return err
	}
	s := &server{cfg: c, log: log, engines: e}
	if err = waitSchema(cmd.Context(), e.DB); err == nil {
		ready := make(chan struct{})
		close(ready)
		b := startBackground(cmd.Context(), c, e, log, ready)
		s.stops = append(s.stops, b.Stop)
		if <-b.started; b.worker != nil {
			log.Info("working", "version", versionText())
			<-cmd.Context().Done()
			log.Info("stopping")
		}
		err = b.err
	}
	return errors.Join(err, s.stop())
}

// waitSchema waits for the server or `kollega migrate` to bring the schema up, for up to a minute.
func waitSchema(ctx context.Context, db *models.DB) error {
	for end := time.Now().Add(time.Minute); ; {
		err := db.CheckSchema(ctx)
		if err == nil || time.Now().After(end) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}
