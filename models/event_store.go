package models

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

//go:embed queries/take_events.sql
var takeEvents string

//go:embed queries/take_watched.sql
var takeWatched string

//go:embed queries/amend_events.sql
var amendEvents string

// incoming is where a batch lands before it is compared with what stands: COPY knows no "on conflict".
const incoming = `create temporary table if not exists incoming_events (like events) on commit delete rows`

// errBadTime is a row that belongs to no month Kollega has lived in.
var errBadTime = errors.New("event is out of all time")

// RecordEvents stores events and their rollups in one transaction, then the amendments. Events that stand already change nothing.
// Where IsBadEvent holds for the error, a row itself is at fault.
func (db *DB) RecordEvents(ctx context.Context, events []Event, amendments []Amendment) error {
	if err := db.makeMonths(ctx, events); err != nil {
		return err
	}
	err := pgx.BeginFunc(ctx, db.pool, func(tx pgx.Tx) error {
		// A recount of a day locks this one table; not every batch has something for it.
		if _, err := tx.Exec(ctx, "lock table counts in row exclusive mode"); err != nil {
			return err
		}
		if len(events) > 0 {
			if _, err := tx.Exec(ctx, incoming); err != nil {
				return err
			}
			if _, err := tx.Conn().PgConn().CopyFrom(ctx, newEventCopy(events), copyEvents); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, takeEvents); err != nil {
				return err
			}
			if slices.ContainsFunc(events, func(e Event) bool { return e.Kind == KindWatched }) {
				if _, err := tx.Exec(ctx, takeWatched); err != nil {
					return err
				}
			}
		}
		for _, a := range amendments {
			if _, err := tx.Exec(ctx, amendEvents, a.Visitor, a.From, a.To, a.Class, a.Reason, a.Rules); err != nil {
				return err
			}
		}
		if err := tellClicks(ctx, tx, events); err != nil {
			return err
		}
		return dropSpans(ctx, tx, touchedDays(events, amendments))
	})
	if err != nil {
		return fmt.Errorf("record %d events: %w", len(events), err)
	}
	return nil
}

// touchedDays are the days whose rollups events and amendments change.
func touchedDays(events []Event, amendments []Amendment) []time.Time {
	seen := map[time.Time]bool{}
	for i := range events {
		seen[events[i].At.UTC().Truncate(oneDay)] = true
	}
	for _, a := range amendments {
		for d := a.From.UTC().Truncate(oneDay); !d.After(a.To); d = d.Add(oneDay) {
			seen[d] = true
		}
	}
	return slices.Collect(maps.Keys(seen))
}

// makeMonths makes the partitions that events need; most often they were made ahead of time.
func (db *DB) makeMonths(ctx context.Context, events []Event) error {
	months := map[time.Time]bool{}
	for i := range events {
		at := events[i].At.UTC()
		if at.Year() < 2020 || at.Year() > 2200 {
			return fmt.Errorf("event %s at %d: %w", events[i].ID, at.Unix(), errBadTime)
		}
		months[time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC)] = true
	}
	for month := range months {
		if err := db.MakePartitions(ctx, month, month); err != nil {
			return err
		}
	}
	return nil
}

// badRow knows the errors that come from a value: data exceptions, broken constraints, limits, and text that is no UTF-8.
func badRow(err error) bool {
	if errors.Is(err, errBadTime) {
		return true
	}
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return false
	}
	return strings.HasPrefix(pg.Code, "22") || strings.HasPrefix(pg.Code, "23") || strings.HasPrefix(pg.Code, "54")
}
