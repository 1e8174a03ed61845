package main

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"kollega/internal/hook"
	"kollega/internal/i18n"
	"kollega/media"
	"kollega/worker"
)

// workerStops is how long running work may go on when we stop; it is taken up again by the next worker.
const workerStops = 3 * time.Second

// background is the background work of this process, started beside everything else: asking ffmpeg what it can takes a while.
type background struct {
	started chan struct{}  // closed when it runs or has failed
	worker  *worker.Worker // nil while it does not run
	err     error          // why it never will
}

// startBackground starts the background work when ready is closed.
func startBackground(ctx context.Context, c Config, e *engines, log *slog.Logger, ready <-chan struct{}) *background {
	b := &background{started: make(chan struct{})}
	go func() {
		defer close(b.started)
		select {
		case <-ctx.Done():
			return
		case <-ready:
		}
		for { // a worker that could not start is not started twice: another takes its place
			w, err := newWorker(ctx, c, e, log)
			if err == nil {
				err = w.Start(ctx)
			}
			switch {
			case err == nil:
				b.worker = w
				return
			case ctx.Err() != nil:
				return
			case !waits(ctx, err):
				b.err = err
				return
			}
			log.Warn("background work waits for Postgres", "error", err.Error())
		}
	}()
	return b
}

// Stop waits for the start to be over, then for running work as long as it may go on.
func (b *background) Stop(ctx context.Context) error {
	<-b.started
	if b.worker == nil {
		return nil // it does not run; whoever started it was told why
	}
	ctx, cancel := context.WithTimeout(ctx, workerStops)
	defer cancel()
	return b.worker.Stop(ctx)
}

func newWorker(ctx context.Context, c Config, e *engines, log *slog.Logger) (*worker.Worker, error) {
	texts, err := i18n.Load()
	if err != nil {
		return nil, err
	}
	sender, err := newMail(c, log)
	if err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	tools, err := media.Find(ctx)
	if err != nil { // everything else works; clips say why they do not
		log.Warn("clips can't be made", "error", err.Error())
	}
	transcriber, err := c.Transcribe.client()
	if err != nil {
		return nil, err
	}
	return worker.New(worker.Deps{
		Transcriber: transcriber, Hook: hook.New(hook.Config{Private: c.WebhookPrivate}),
		DB: e.DB, Store: e.Store, Tools: tools, Mail: sender, Texts: texts, BaseURL: c.base,
		Dir: filepath.Join(c.DataDir, "work"), MailDir: mailDir(c), Log: log,
	})
}

// waits tells whether err may go away with Postgres coming back, after a second; false once ctx has ended.
func waits(ctx context.Context, err error) bool {
	if !isAway(err) {
		return false
	}
	select {
	case <-ctx.Done():
		return false
	case <-time.After(time.Second):
		return true
	}
}
