package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"kollega/internal/postgres"
	"kollega/models"
	"kollega/storage"
	"kollega/storage/embedded"
	"kollega/tracking"
)

// engines are the database and the object store, embedded or configured: the same code from here on.
type engines struct {
	DB    *models.DB
	Store *storage.Store

	url      string // of the database
	postgres *postgres.Server
	objects  *embedded.Server
}

// openEngines starts what is not configured, or joins what another Kollega on this data folder has started.
// With own set, the embedded engines must be this process's own: a second server on one data folder is refused before.
func openEngines(ctx context.Context, c Config, log *slog.Logger, own bool) (*engines, error) {
	if err := os.MkdirAll(c.DataDir, 0o755); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	e := &engines{url: c.DatabaseURL}
	all, started := errgroup.WithContext(ctx)
	all.Go(func() error { return e.openPostgres(started, c, log, own) })
	all.Go(func() error { return e.openObjects(started, c, log, own) })
	if err := all.Wait(); err != nil {
		return nil, errors.Join(err, e.Close(context.WithoutCancel(ctx)))
	}
	var err error
	if e.DB, err = models.Open(ctx, e.url); err != nil {
		return nil, errors.Join(err, e.Close(context.WithoutCancel(ctx)))
	}
	return e, nil
}

func (e *engines) openPostgres(ctx context.Context, c Config, log *slog.Logger, own bool) (err error) {
	if c.DatabaseURL != "" {
		return nil
	}
	open := postgres.Open
	if own {
		open = postgres.Start
	}
	o := postgres.Options{Dir: filepath.Join(c.DataDir, "postgres"), Log: log.With("engine", "postgres")}
	if e.postgres, err = open(ctx, o); err != nil {
		return fmt.Errorf("embedded Postgres: %w", err)
	}
	e.url = e.postgres.URL()
	return nil
}

func (e *engines) openObjects(ctx context.Context, c Config, log *slog.Logger, own bool) (err error) {
	cfg := storage.Config{
		Endpoint: c.S3.Endpoint, PublicEndpoint: c.S3.PublicEndpoint, Region: c.S3.Region,
		Bucket: c.S3.Bucket, AccessKey: c.S3.AccessKey, SecretKey: c.S3.SecretKey,
	}
	if c.S3.Endpoint == "" {
		open := embedded.Open
		if own {
			open = embedded.Start
		}
		o := embedded.Options{Dir: filepath.Join(c.DataDir, "s3"), Region: c.S3.Region, Bucket: c.S3.Bucket, PublicURL: c.base.String(), Log: log.With("engine", "s3")}
		if e.objects, err = open(ctx, o); err != nil {
			return fmt.Errorf("embedded S3: %w", err)
		}
		cfg = e.objects.Config()
	}
	if e.Store, err = storage.New(cfg); err != nil {
		return fmt.Errorf("S3: %w", err)
	}
	return nil
}

// migrateOwn brings an embedded database up to date; a configured one must be so already.
func (e *engines) migrateOwn(ctx context.Context) error {
	if e.postgres != nil {
		return models.Migrate(ctx, e.url)
	}
	return e.DB.CheckSchema(ctx)
}

// admit brings an embedded database up to date, and looks at the schema of a configured one. One that is away is waited for where
// the data folder has what the pages need meanwhile: away then tells so, and nothing is let to it.
func (e *engines) admit(ctx context.Context, c Config) (away bool, err error) {
	if e.postgres != nil {
		return false, models.Migrate(ctx, e.url)
	}
	e.DB.Hold()
	limited, stop := context.WithTimeout(ctx, admitWithin)
	defer stop()
	err = e.DB.Admit(limited)
	switch {
	case err == nil || !isAway(err) || ctx.Err() != nil:
		return false, err
	case !tracking.HasSnapshot(c.DataDir):
		return false, fmt.Errorf("the first start needs Postgres, which is away, and the data folder %s holds no pages of an earlier run: %w", c.DataDir, err)
	}
	return true, nil
}

// awaitPostgres looks again and again whether a database that was away at the start can be used, until it can or ctx ends.
func (e *engines) awaitPostgres(ctx context.Context, log *slog.Logger) error {
	log.Warn("Postgres is away: pages and links are served as they were, clicks and applications wait on this machine's disk", "error", e.DB.Held().Error())
	said := time.Now()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(admitAgain):
		}
		limited, stop := context.WithTimeout(ctx, admitWithin)
		err := e.DB.Admit(limited)
		stop()
		switch {
		case err == nil:
			log.Info("Postgres is back: everything goes on")
			return nil
		case ctx.Err() != nil || time.Since(said) < admitSays:
		case isAway(err):
			said = time.Now()
			log.Warn("Postgres is still away", "error", err.Error())
		default:
			said = time.Now()
			log.Error("Postgres is back, but cannot be used; nothing is written to it", "error", err.Error())
		}
	}
}

// How a database that is away is waited for.
const (
	admitWithin = 5 * time.Second
	admitAgain  = time.Second
	admitSays   = 10 * time.Second // between two lines in the log
)

// isAway tells whether err may go away with Postgres coming back.
func isAway(err error) bool {
	return models.Unavailable(err) || errors.Is(err, context.DeadlineExceeded)
}

// Close stops what this process started, the database last.
func (e *engines) Close(ctx context.Context) error {
	var errs []error
	if e.DB != nil {
		e.DB.Close()
	}
	if e.objects != nil {
		errs = append(errs, e.objects.Stop(ctx))
	}
	if e.postgres != nil {
		errs = append(errs, e.postgres.Stop(ctx))
	}
	return errors.Join(errs...)
}
