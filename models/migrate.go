package models

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

//go:embed migrations/*.sql
var migrations embed.FS

// ErrSchemaOld says that the database waits for `kollega migrate`.
var ErrSchemaOld = errors.New("the database schema is older than this program: run `kollega migrate`")

// ErrSchemaNew says that a newer Kollega has migrated this database.
var ErrSchemaNew = errors.New("the database schema is newer than this program: use the newer Kollega")

// SchemaVersion names the embedded migrations; databases of one version are alike.
func SchemaVersion() string {
	h := sha256.New()
	_ = fs.WalkDir(migrations, ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			b, _ := migrations.ReadFile(path)
			h.Write(b)
		}
		return err
	})
	return hex.EncodeToString(h.Sum(nil))[:12]
}

func provider(pool *pgxpool.Pool) (*goose.Provider, error) {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 120))
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, stdlib.OpenDBFromPool(pool), dir, goose.WithSessionLocker(locker))
}

// Migrate brings the schema up to this program's, forward only; several at once do it once.
func Migrate(ctx context.Context, url string) error {
	pool, err := pgxpool.New(ctx, url)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	defer pool.Close()
	p, err := provider(pool)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	rm, err := rivermigrate.New(riverpgxv5.New(pool), nil)
	if err != nil {
		return fmt.Errorf("migrate job queue: %w", err)
	}
	if _, err := rm.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate job queue: %w", err)
	}
	db, err := wrap(pool)
	if err != nil {
		return err
	}
	return db.MakePartitions(ctx, time.Now(), time.Now().AddDate(0, 3, 0))
}

// CheckSchema returns ErrSchemaOld or ErrSchemaNew when the database does not fit this program.
func (db *DB) CheckSchema(ctx context.Context) error { return checkSchema(ctx, db.pool) }

func checkSchema(ctx context.Context, pool *pgxpool.Pool) error {
	p, err := provider(pool)
	if err != nil {
		return err
	}
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read schema version: %w", err)
	}
	rm, err := rivermigrate.New(riverpgxv5.New(pool), nil)
	if err != nil {
		return err
	}
	queue, err := rm.Validate(ctx, nil)
	if err != nil {
		return fmt.Errorf("read job queue version: %w", err)
	}
	switch {
	case have < want || !queue.OK:
		return ErrSchemaOld
	case have > want:
		return ErrSchemaNew
	}
	return nil
}
