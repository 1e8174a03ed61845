package models

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kollega/internal/testenv"
)

// testDB is a fresh, migrated database.
func testDB(t *testing.T) *DB {
	t.Helper()
	db, err := Open(t.Context(), testenv.Database(t, SchemaVersion(), Migrate))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db
}

// at sets the clock.
func at(db *DB, when time.Time) { db.Now = func() time.Time { return when } }

// ExplainReferrals is Postgres' plan of the report.
func (db *DB) ExplainReferrals(ctx context.Context, f ReferralFilter) (plan string, err error) {
	err = pgx.BeginFunc(ctx, db.pool, func(tx pgx.Tx) error {
		asked := span{first: f.From.UTC().Truncate(oneDay), last: db.Now().UTC().Truncate(oneDay)}
		spans, err := spansWithin(ctx, tx, asked)
		if err != nil {
			return err
		}
		picked, days := cover(spans, asked)
		rows, err := tx.Query(ctx, "explain "+dimensions[f.GroupBy].sql(), asked.first.Format(time.DateOnly), asked.last.Format(time.DateOnly), f.JobID, spanIDs(picked), dates(days))
		if err != nil {
			return err
		}
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		plan = strings.Join(lines, "\n")
		return err
	})
	return plan, err
}
