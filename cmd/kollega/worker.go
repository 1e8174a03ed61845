package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"kollega/internal/i18n"
	"kollega/media"
	"kollega/models"
	"kollega/worker"
)

// workerStops is how long running work may go on when we stop; it is taken up again by the next worker.
const workerStops = 3 * time.Second

// background is the background work of this process, started beside everything else: asking ffmpeg what it can takes a while.
type background struct {
	started chan struct{} // closed when it runs or has failed
	worker  *worker.Worker
	err     error
}

func startBackground(ctx context.Context, c Config, e *engines, log *slog.Logger) *background {
	b := &background{started: make(chan struct{})}
	go func() {
		defer close(b.started)
		for { // a worker that could not start is not started twice: another takes its place
			if b.worker, b.err = newWorker(ctx, c, e, log); b.err == nil {
				b.err = b.worker.Start(ctx)
			}
			if b.err == nil || !waits(ctx, b.err) {
				return
			}
			log.Warn("background work waits for Postgres", "error", b.err.Error())
		}
	}()
	return b
}

// Stop waits for the start to be over, then for running work as long as it may go on.
func (b *background) Stop(ctx context.Context) error {
	<-b.started
	if b.err != nil {
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
	return worker.New(worker.Deps{
		DB: e.DB, Store: e.Store, Tools: tools, Mail: sender, Texts: texts, BaseURL: c.base,
		Dir: filepath.Join(c.DataDir, "work"), Log: log,
	})
}

// waits tells whether err may go away with Postgres coming back, after a second; false once ctx has ended.
func waits(ctx context.Context, err error) bool {
	if !models.Unavailable(err) && !errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	select {
	case <-ctx.Done():
		return false
	case <-time.After(time.Second):
		return true
	}
}
