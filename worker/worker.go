// Package worker does what takes longer than a request: one file per kind of task.
package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"kollega/internal/i18n"
	"kollega/internal/mail"
	"kollega/models"
)

// Deps is what background work stands on.
type Deps struct {
	DB      *models.DB
	Mail    mail.Sender
	Texts   *i18n.Bundle
	BaseURL *url.URL // where people reach this installation, without a path
	Log     *slog.Logger
}

// Worker takes work from the queue in Postgres; any number may run against one database.
type Worker struct{ client *river.Client[pgx.Tx] }

// New makes a Worker that does nothing until Start.
func New(d Deps) (*Worker, error) {
	workers := river.NewWorkers()
	if err := register(workers, d); err != nil {
		return nil, fmt.Errorf("worker: %w", err)
	}
	client, err := river.NewClient(riverpgxv5.New(d.DB.Pool()), &river.Config{
		Queues: map[string]river.QueueConfig{
			models.QueueDefault: {MaxWorkers: 4},
			models.QueueEncode:  {MaxWorkers: 1}, // ffmpeg takes every core by itself
		},
		Workers:           workers,
		PeriodicJobs:      periodic(),
		FetchPollInterval: time.Second,
		ErrorHandler:      failures{d.Log},
		Logger:            d.Log.With("part", "queue"),
	})
	if err != nil {
		return nil, fmt.Errorf("worker: %w", err)
	}
	return &Worker{client: client}, nil
}

// register names every kind of task and who does it.
func register(ws *river.Workers, d Deps) error {
	return errors.Join(
		river.AddWorkerSafely(ws, &sendMail{deps: d}),
	)
}

// periodic is the work that nobody asks for.
func periodic() []*river.PeriodicJob {
	return nil
}

// Start begins to take work. It returns at once; work goes on until Stop, whatever becomes of ctx.
func (w *Worker) Start(ctx context.Context) error {
	if err := w.client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("worker: start: %w", err)
	}
	return nil
}

// Stop takes no new work and waits for what runs; when ctx ends, that is cancelled and will be tried again later.
func (w *Worker) Stop(ctx context.Context) error {
	err := w.client.Stop(ctx)
	if err == nil {
		return nil
	}
	last, done := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer done()
	if err := w.client.StopAndCancel(last); err != nil {
		return fmt.Errorf("worker: stop: %w", err)
	}
	return nil
}
