package models

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// defaultEventMonths is how long raw events are kept where nobody has said otherwise: a year can be compared with the one before.
const defaultEventMonths = 13

// eventMonths are the months that have a partition, the oldest first.
func (db *DB) eventMonths(ctx context.Context) ([]time.Time, error) {
	rows, err := db.pool.Query(ctx, `
		select to_date(substr(c.relname, 8), 'YYYY_MM')::timestamp
		from pg_inherits i join pg_class c on c.oid = i.inhrelid
		where i.inhparent = 'events'::regclass and c.relname ~ '^events_\d{4}_\d{2}$' order by 1`)
	if err != nil {
		return nil, fmt.Errorf("months of events: %w", err)
	}
	months, err := pgx.CollectRows(rows, pgx.RowTo[time.Time])
	if err != nil {
		return nil, fmt.Errorf("months of events: %w", err)
	}
	return months, nil
}

// DropOldEvents drops the raw events of whole months that have had their time, as the house has set it; rollups, touches and credit
// stay. This month's are never dropped. It gives the months that went.
func (db *DB) DropOldEvents(ctx context.Context) (dropped []time.Time, err error) {
	keep := defaultEventMonths
	if err := db.pool.QueryRow(ctx, `select coalesce((select event_months from organisation), $1)`, keep).Scan(&keep); err != nil {
		return nil, fmt.Errorf("drop old events: %w", err)
	}
	months, err := db.eventMonths(ctx)
	if err != nil {
		return nil, err
	}
	now := db.Now().UTC()
	first := time.Date(now.Year(), now.Month()-time.Month(max(keep, 1)), 1, 0, 0, 0, 0, time.UTC)
	for _, month := range months {
		if !month.Before(first) {
			break
		}
		if err := db.dropMonth(ctx, month); err != nil {
			return dropped, fmt.Errorf("drop events of %s: %w", month.Format("2006-01"), err)
		}
		dropped = append(dropped, month)
	}
	return dropped, nil
}

// dropMonth drops a partition. It waits only shortly for its turn, as all shipping would wait behind it; the next sweep tries again.
func (db *DB) dropMonth(ctx context.Context, month time.Time) error {
	return pgx.BeginFunc(ctx, db.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "set local lock_timeout = '3s'"); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "drop table if exists events_"+month.Format("2006_01"))
		return err
	})
}
