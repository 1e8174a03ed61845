package models

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// MakePartitions makes the monthly partitions of events from the month of from to the month of to; those that stand are left.
func (db *DB) MakePartitions(ctx context.Context, from, to time.Time) error {
	month := time.Date(from.UTC().Year(), from.UTC().Month(), 1, 0, 0, 0, 0, time.UTC)
	for ; !month.After(to); month = month.AddDate(0, 1, 0) {
		if err := db.makePartition(ctx, month); err != nil {
			return fmt.Errorf("partition of %s: %w", month.Format("2006-01"), err)
		}
	}
	return nil
}

// makePartition looks first, as making one locks the whole table for a moment; two instances that make the same take turns.
func (db *DB) makePartition(ctx context.Context, month time.Time) error {
	name := "events_" + month.Format("2006_01")
	var there bool
	if err := db.pool.QueryRow(ctx, `select to_regclass($1) is not null`, name).Scan(&there); err != nil || there {
		return err
	}
	return pgx.BeginFunc(ctx, db.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock(hashtext('events partitions'))`); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, fmt.Sprintf("create table if not exists %s partition of events for values from ('%s') to ('%s')",
			name, month.Format(time.DateOnly), month.AddDate(0, 1, 0).Format(time.DateOnly)))
		return err
	})
}
