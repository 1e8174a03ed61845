package models_test

import (
	"testing"
	"time"

	"kollega/internal/testenv"
	"kollega/models"
)

func TestMain(m *testing.M) { testenv.Main(m) }

// open gives the test a migrated database of its own, with the clock in clock's hands.
func open(t testing.TB) (*models.DB, *clock) {
	t.Helper()
	db, err := models.Open(t.Context(), testenv.Database(t, models.SchemaVersion(), models.Migrate))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	c := &clock{now: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)}
	db.Now = c.Now
	return db, c
}

// clock stands still until it is told to go on.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func (c *clock) Add(d time.Duration) { c.now = c.now.Add(d) }
