// Package worker does what takes longer than a request: one file per kind of task.
package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"kollega/internal/hook"
	"kollega/internal/i18n"
	"kollega/internal/mail"
	"kollega/internal/transcribe"
	"kollega/media"
	"kollega/models"
	"kollega/storage"
)

// Deps is what background work stands on.
type Deps struct {
	DB      *models.DB
	Store   *storage.Store
	Tools   *media.Tools // nil where there is no ffmpeg: clips then fail with that reason
	Dir     string       // a folder of our own for what is being worked on
	Mail    mail.Sender
	MailDir string // where mails are written without a server; empty where nothing is
	Texts   *i18n.Bundle
	BaseURL *url.URL // where people reach this installation, without a path
	Log     *slog.Logger

	Transcriber *transcribe.Client // nil where no service is configured
	Hook        *hook.Client       // tells webhooks; nil: one that reaches the public internet only
}

// Worker takes work from the queue in Postgres; any number may run against one database.
type Worker struct {
	deps   Deps
	client *river.Client[pgx.Tx]

	stop     context.CancelFunc // of what watches beside the queue
	watching sync.WaitGroup
}

// rescueAfter is longer than the queue lets work run that names no time of its own, which is a minute.
const rescueAfter = 90 * time.Second

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
			models.QueueQuick:   {MaxWorkers: 2},
			models.QueueHooks:   {MaxWorkers: 4},
		},
		Workers:           workers,
		PeriodicJobs:      periodic(),
		FetchPollInterval: time.Second,
		// What a killed worker had begun, a mail for instance, is taken up soon; kinds that run longer are left their own time.
		RescueStuckJobsAfter: rescueAfter,
		ErrorHandler:         failures{d.Log},
		Logger:               slog.New(quiet{d.Log.With("part", "queue").Handler()}),
	})
	if err != nil {
		return nil, fmt.Errorf("worker: %w", err)
	}
	return &Worker{deps: d, client: client}, nil
}

// register names every kind of task and who does it.
func register(ws *river.Workers, d Deps) error {
	return errors.Join(
		river.AddWorkerSafely(ws, &sendMail{deps: d}),
		river.AddWorkerSafely(ws, &consentMail{mails: &sendMail{deps: d}}),
		river.AddWorkerSafely(ws, &tendConsents{Deps: d}),
		river.AddWorkerSafely(ws, &processClip{Deps: d}),
		river.AddWorkerSafely(ws, &makeOfClip{Deps: d, bodies: newBodies(d)}),
		river.AddWorkerSafely(ws, &keepUp{Deps: d}),
		river.AddWorkerSafely(ws, &transcribeClip{Deps: d}),
		river.AddWorkerSafely(ws, &deleteObjects{Deps: d}),
		river.AddWorkerSafely(ws, &settleCredit{Deps: d}),
		river.AddWorkerSafely(ws, &forgetAddresses{Deps: d}),
		river.AddWorkerSafely(ws, &reapplyCredit{Deps: d}),
		river.AddWorkerSafely(ws, &makeExport{Deps: d}),
		river.AddWorkerSafely(ws, &tendNotices{Deps: d}),
		river.AddWorkerSafely(ws, newPostWebhook(d)),
		river.AddWorkerSafely(ws, &sweep{Deps: d}),
	)
}

// periodic is the work that nobody asks for.
func periodic() []*river.PeriodicJob {
	every := func(d time.Duration, args river.JobArgs) *river.PeriodicJob {
		return river.NewPeriodicJob(river.PeriodicInterval(d), func() (river.JobArgs, *river.InsertOpts) { return args, nil },
			&river.PeriodicJobOpts{RunOnStart: true})
	}
	return []*river.PeriodicJob{
		every(sweepEvery, models.Sweep{}),
		every(tendEvery, models.TendConsents{}),
		every(keepUpEvery, models.KeepUp{}),
		every(tendNoticesEvery, models.TendNotices{Clock: true}),
	}
}

// Start begins to take work. It returns at once; work goes on until Stop, whatever becomes of ctx.
func (w *Worker) Start(ctx context.Context) error {
	if err := w.client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("worker: start: %w", err)
	}
	ctx, w.stop = context.WithCancel(context.WithoutCancel(ctx))
	w.watching.Go(func() { requeueClips(ctx, w.deps.DB, w.deps.Log) })
	w.watching.Go(func() { keepForgetting(ctx, w.deps) })
	return nil
}

// Stop takes no new work and waits for what runs; when ctx ends, that is cancelled and will be tried again later.
func (w *Worker) Stop(ctx context.Context) error {
	if w.stop != nil {
		w.stop()
		w.watching.Wait()
	}
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
