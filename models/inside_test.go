package models

import (
	"testing"
	"time"

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
