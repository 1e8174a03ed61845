package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"kollega/internal/i18n"
	"kollega/media"
	"kollega/worker"
)

// workerStops is how long running work may go on when we stop; it is taken up again by the next worker.
const workerStops = 3 * time.Second

// startWorker starts the background work of this process.
func (s *server) startWorker(ctx context.Context) error {
	texts, err := i18n.Load()
	if err != nil {
		return err
	}
	sender, err := newMail(s.cfg, s.log)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	tools, err := media.Find(ctx)
	if err != nil { // everything else works; clips say why they do not
		s.log.Warn("clips can't be made", "error", err.Error())
	}
	w, err := worker.New(worker.Deps{
		DB: s.engines.DB, Store: s.engines.Store, Tools: tools, Mail: sender, Texts: texts, BaseURL: s.cfg.base,
		Dir: filepath.Join(s.cfg.DataDir, "work"), Log: s.log,
	})
	if err != nil {
		return err
	}
	if err := w.Start(ctx); err != nil {
		return err
	}
	stop := func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, workerStops)
		defer cancel()
		return w.Stop(ctx)
	}
	s.stops = append([]func(context.Context) error{stop}, s.stops...)
	return nil
}
