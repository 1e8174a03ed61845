package models

import (
	"context"
	"fmt"
	"time"
)

// MakePartitions makes the monthly partitions of events from the month of from to the month of to; those that stand are left.
func (db *DB) MakePartitions(ctx context.Context, from, to time.Time) error {
	month := time.Date(from.UTC().Year(), from.UTC().Month(), 1, 0, 0, 0, 0, time.UTC)
	for ; !month.After(to); month = month.AddDate(0, 1, 0) {
		sql := fmt.Sprintf("create table if not exists events_%s partition of events for values from ('%s') to ('%s')",
			month.Format("2006_01"), month.Format(time.DateOnly), month.AddDate(0, 1, 0).Format(time.DateOnly))
		if _, err := db.pool.Exec(ctx, sql); err != nil {
			return fmt.Errorf("partition of %s: %w", month.Format("2006-01"), err)
		}
	}
	return nil
}
