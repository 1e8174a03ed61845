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

// ExplainReferrals is Postgres' plan of the report's two queries, and of the one that tells what its hits were.
func (db *DB) ExplainReferrals(ctx context.Context, f ReferralFilter) (plan string, err error) {
	asked, err := f.asked(db.Now())
	if err != nil {
		return "", err
	}
	f.From, f.To = asked.first, asked.last
	err = db.picture(ctx, func(tx pgx.Tx) error {
		args, err := countedArgs(ctx, tx, asked, f)
		if err != nil {
			return err
		}
		d := dimensions[f.GroupBy]
		for _, sql := range []string{visitsSQL(d, f), reportSQL("credits", d), reportSQL("hits", d)} {
			rows, err := tx.Query(ctx, "explain "+sql, args)
			if err != nil {
				return err
			}
			lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
			if err != nil {
				return err
			}
			plan += strings.Join(lines, "\n") + "\n"
		}
		return nil
	})
	return plan, err
}
