// Package models is what Kollega's domain is and its rules: one file per entity, with its queries.
package models

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"kollega/internal/auth"
)

// DB is the database with the domain's queries as methods. It is safe for concurrent use; inside Tx the handed DB is not.
type DB struct {
	Now func() time.Time // the clock; replaced in tests

	gorm   *gorm.DB
	pool   *pgxpool.Pool
	river  *river.Client[pgx.Tx]
	hasher func() (*auth.Hasher, error) // made at first use: it hashes once for its dummy
	tx     pgx.Tx                       // nil outside Tx
	gate   *gate
}

// Open connects to the Postgres at url. It does not migrate; see Migrate and CheckSchema.
func Open(ctx context.Context, url string) (*DB, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("database address: %w", err)
	}
	if cfg.MaxConns < 16 {
		cfg.MaxConns = 16
	}
	cfg.ConnConfig.RuntimeParams["application_name"] = "kollega"
	cfg.ConnConfig.RuntimeParams["timezone"] = "UTC"
	if cfg.ConnConfig.ConnectTimeout == 0 {
		cfg.ConnConfig.ConnectTimeout = 5 * time.Second
	}
	g := &gate{url: url}
	cfg.BeforeConnect = func(context.Context, *pgx.ConnConfig) error { return g.refusal() }
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	db, err := wrap(pool)
	if err != nil {
		pool.Close()
		return nil, err
	}
	db.gate = g
	return db, nil
}

func wrap(pool *pgxpool.Pool) (*DB, error) {
	g, err := gorm.Open(postgres.New(postgres.Config{Conn: stdlib.OpenDBFromPool(pool)}), &gorm.Config{
		Logger:                 logger.Discard, // errors are returned; whoever handles them logs them
		TranslateError:         true,
		SkipDefaultTransaction: true, // Tx is explicit; a single statement is one already
		DisableAutomaticPing:   true,
	})
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	rc, err := river.NewClient(riverpgxv5.New(pool), &river.Config{}) // inserts only; the worker has its own
	if err != nil {
		return nil, fmt.Errorf("open job queue: %w", err)
	}
	return &DB{Now: time.Now, gorm: g, pool: pool, river: rc, hasher: sync.OnceValues(auth.NewHasher), gate: &gate{}}, nil
}

// Close gives the connections back.
func (db *DB) Close() { db.pool.Close() }

// Pool is the pgx pool beneath, for what GORM is too slow for and for the worker's queue.
func (db *DB) Pool() *pgxpool.Pool { return db.pool }

// Ping asks Postgres for a sign of life.
func (db *DB) Ping(ctx context.Context) error { return db.pool.Ping(ctx) }

// q is GORM for one query.
func (db *DB) q(ctx context.Context) *gorm.DB { return db.gorm.WithContext(ctx) }

// Tx runs fn in one transaction; background work enqueued in it starts only if it commits. Inside fn use only the handed DB.
func (db *DB) Tx(ctx context.Context, fn func(tx *DB) error) error {
	if db.tx != nil {
		return fn(db)
	}
	sdb, err := db.gorm.DB()
	if err != nil {
		return err
	}
	conn, err := sdb.Conn(ctx)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer conn.Close()
	var pc *pgx.Conn // the connection that GORM and River share; held by conn until Close
	if err := conn.Raw(func(d any) error { pc = d.(*stdlib.Conn).Conn(); return nil }); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	tx, err := pc.Begin(ctx)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback(context.WithoutCancel(ctx))
	g := db.gorm.Session(&gorm.Session{NewDB: true, Context: ctx, SkipDefaultTransaction: true})
	g.Statement.ConnPool = conn
	if err := fn(&DB{Now: db.Now, gorm: g, pool: db.pool, river: db.river, hasher: db.hasher, tx: tx, gate: db.gate}); err != nil {
		return err
	}
	if err := tx.Commit(ctx); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// enqueue asks for background work, in the transaction when there is one.
func (db *DB) enqueue(ctx context.Context, args river.JobArgs, opts *river.InsertOpts) error {
	var err error
	if db.tx != nil {
		_, err = db.river.InsertTx(ctx, db.tx, args, opts)
	} else {
		_, err = db.river.Insert(ctx, args, opts)
	}
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", args.Kind(), err)
	}
	return nil
}

// NewID is a fresh UUIDv7.
func NewID() uuid.UUID {
	id, err := uuid.NewV7()
	if err != nil { // the system has no randomness: nothing can go on safely
		panic(err)
	}
	return id
}

// changed turns the result of an update that must meet a row into an error.
func changed(res *gorm.DB) error {
	if res.Error != nil {
		return mapped(res.Error)
	}
	if res.RowsAffected == 0 {
		return ErrNotFound
	}
	return nil
}
