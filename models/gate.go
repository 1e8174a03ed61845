package models

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/jackc/pgx/v5/pgxpool"
)

// errHeld says that the database may not be used yet: nobody has seen that its schema fits this program.
var errHeld = errors.New("the database is not in use yet")

// gate keeps everything off a database whose schema may not fit.
type gate struct {
	url  string
	held atomic.Pointer[error] // why; nil when the gate is open
}

// refusal is why no connection is made; it is always Unavailable.
func (g *gate) refusal() error {
	if why := g.held.Load(); why != nil {
		return fmt.Errorf("%w: %w", errHeld, *why)
	}
	return nil
}

// Hold keeps everything off the database until Admit succeeds: whoever asks is told that it is unavailable. It must come before
// the first use.
func (db *DB) Hold() {
	why := errors.New("its schema has not been looked at")
	db.gate.held.Store(&why)
}

// Held is why the database is not used yet: ErrSchemaOld, ErrSchemaNew, or an error that is Unavailable. It is nil when it is used.
func (db *DB) Held() error {
	if why := db.gate.held.Load(); why != nil {
		return *why
	}
	return nil
}

// Admit looks at the schema of a held database, and lets everything to it if it fits. The error is that of CheckSchema.
func (db *DB) Admit(ctx context.Context) error {
	pool, err := pgxpool.New(ctx, db.gate.url)
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	defer pool.Close()
	if err := pool.Ping(ctx); err != nil {
		err = fmt.Errorf("read schema version: %w", err)
		db.gate.held.Store(&err)
		return err
	}
	if err := checkSchema(ctx, pool); err != nil {
		db.gate.held.Store(&err)
		return err
	}
	db.gate.held.Store(nil)
	return nil
}
