package models

import (
	"context"
	"fmt"
	"time"
)

// VisitorKey is the random key of day that all instances share: the proposal becomes it where there is none yet.
func (db *DB) VisitorKey(ctx context.Context, day time.Time, proposal []byte) ([]byte, error) {
	date := day.UTC().Format(time.DateOnly)
	if _, err := db.pool.Exec(ctx, `insert into visitor_keys (day, value) values ($1::text::date, $2) on conflict (day) do nothing`, date, proposal); err != nil {
		return nil, fmt.Errorf("visitor key of %s: %w", date, err)
	}
	var value []byte
	if err := db.pool.QueryRow(ctx, `select value from visitor_keys where day = $1::text::date`, date).Scan(&value); err != nil {
		return nil, fmt.Errorf("visitor key of %s: %w", date, err)
	}
	return value, nil
}

// ForgetVisitors deletes the keys and the counted pseudonyms of the days before day.
func (db *DB) ForgetVisitors(ctx context.Context, day time.Time) error {
	date := day.UTC().Format(time.DateOnly)
	for _, sql := range []string{`delete from visitor_keys where day < $1::text::date`, `delete from day_visitors where day < $1::text::date`} {
		if _, err := db.pool.Exec(ctx, sql, date); err != nil {
			return fmt.Errorf("forget visitors before %s: %w", date, err)
		}
	}
	return nil
}
