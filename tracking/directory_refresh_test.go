package tracking

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

// TestDirectoryIsReadAnewHoweverMuchItHears changes a job without a word to anybody, while other changes are told all the time.
func TestDirectoryIsReadAnewHoweverMuchItHears(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db := newDB(t, nil)
	slug := "kokk-" + uuid.NewString()
	if _, err := db.Pool().Exec(ctx, `insert into jobs (id, slug, title, status, published_at, created_at, updated_at)
		values ($1, $2, 'Kokk', 'published', now(), now(), now())`, models.NewID(), slug); err != nil {
		t.Fatal(err)
	}
	d, err := newDirectory(ctx, t.TempDir(), db, slog.New(slog.DiscardHandler), 400*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close(context.Background()) })
	d.Sync(ctx)
	conn, err := db.Pool().Acquire(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	for _, sql := range []string{"set session_replication_role = replica", "update jobs set title = 'Kjøkkensjef'", "set session_replication_role = default"} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			t.Fatal(err)
		}
	}
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if _, err := conn.Exec(ctx, "select pg_notify($1, 'ping nobody')", models.ChangesChannel); err != nil {
			t.Fatal(err)
		}
		if l, err := d.BySlug(slug); err == nil && l.Job.Title == "Kjøkkensjef" {
			return
		}
		if time.Now().After(end) {
			t.Fatal("a change that nobody told of is not seen")
		}
	}
}
