package models

import (
	"context"
	"crypto/rand"
	"fmt"
)

// Secret is the random key of that name and size in bytes, made at first use and shared by every instance.
func (db *DB) Secret(ctx context.Context, name string, size int) ([]byte, error) {
	fresh := make([]byte, size)
	if _, err := rand.Read(fresh); err != nil {
		return nil, err
	}
	return db.KeepSecret(ctx, name, fresh)
}

// KeepSecret keeps fresh under name unless one is kept already, and returns the one that is kept.
func (db *DB) KeepSecret(ctx context.Context, name string, fresh []byte) ([]byte, error) {
	if _, err := db.pool.Exec(ctx, `insert into secrets (name, value, created_at) values ($1, $2, $3) on conflict (name) do nothing`,
		name, fresh, db.Now()); err != nil {
		return nil, fmt.Errorf("secret %s: %w", name, err)
	}
	var value []byte
	if err := db.pool.QueryRow(ctx, `select value from secrets where name = $1`, name).Scan(&value); err != nil {
		return nil, fmt.Errorf("secret %s: %w", name, err)
	}
	return value, nil
}
