package tracking_test

import (
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/internal/testenv"
	"kollega/models"
	"kollega/tracking"
)

// directory is one instance's, on the database at url.
func directory(t *testing.T, url, dir string) (*tracking.Directory, *models.DB) {
	t.Helper()
	db, err := models.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	d, err := tracking.NewDirectory(t.Context(), dir, db, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return d, db
}

// soon waits for another instance to hear of a change.
func soon(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within 10 s: %s", what)
		}
	}
}

func TestDirectoryFollowsEveryInstance(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	url := testenv.Database(t, models.SchemaVersion(), models.Migrate)
	here, db := directory(t, url, t.TempDir())
	dir := t.TempDir()
	there, other := directory(t, url, dir)
	t.Cleanup(func() { db.Close() })
	t.Cleanup(func() { _ = here.Close(t.Context()) })

	u, err := db.AddUser(ctx, models.User{Role: models.RoleAdmin}, models.NewUser{Email: "ola@example.org", Name: "Ola Nord", Role: models.RoleEmployee})
	if err != nil {
		t.Fatal(err)
	}
	job := models.Job{ID: models.NewID(), Slug: "kokk-" + uuid.NewString()}
	if _, err := db.Pool().Exec(ctx, `insert into jobs (id, slug, title, status, published_at, created_at, updated_at)
		values ($1, $2, 'Kokk', 'published', now(), now(), now())`, job.ID, job.Slug); err != nil {
		t.Fatal(err)
	}
	link, _, err := db.MakeLink(ctx, u, u.ID, job.ID, "x")
	if err != nil {
		t.Fatal(err)
	}
	here.Sync(ctx)
	got, err := here.ByCode(link.Code)
	if err != nil || got.Job.Title != "Kokk" || got.Link == nil || got.Link.ID != link.ID || got.By != "" {
		t.Fatalf("own change after Sync: got %+v, %v", got, err)
	}
	soon(t, "the link at the other instance", func() bool { _, err := there.ByCode(link.Code); return err == nil })
	if len(here.Open(time.Now())) != 1 {
		t.Errorf("open jobs: got %d, want 1", len(here.Open(time.Now())))
	}

	if err := db.SaveMe(ctx, u.ID, models.Me{Name: "Ola Nord", ShowName: true}); err != nil {
		t.Fatal(err)
	}
	soon(t, "the name", func() bool { l, _ := there.ByCode(link.Code); return l.By == "Ola Nord" })
	if err := db.SwitchLink(ctx, u.ID, link.ID, false); err != nil {
		t.Fatal(err)
	}
	soon(t, "the link turned off", func() bool { l, err := there.ByCode(link.Code); return err == nil && l.Link == nil && l.By == "" })
	if err := db.SetJobStatus(ctx, job.ID, models.JobFilled); err != nil {
		t.Fatal(err)
	}
	soon(t, "the filled job", func() bool { l, err := there.BySlug(job.Slug); return err == nil && l.Job.Status == models.JobFilled })
	if _, err := here.ByCode("zzzzzzzz"); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("unknown code: got %v", err)
	}

	if err := there.Close(ctx); err != nil {
		t.Fatal(err)
	}
	other.Close()
	away, err := models.Open(ctx, "postgres://kollega@127.0.0.1:1/kollega?connect_timeout=1") // nobody listens there
	if err != nil {
		t.Fatal(err)
	}
	defer away.Close()
	alone, err := tracking.NewDirectory(ctx, dir, away, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatalf("start with Postgres away: %v", err)
	}
	defer alone.Close(ctx)
	if l, err := alone.ByCode(link.Code); err != nil || l.Job.ID != job.ID {
		t.Errorf("from the snapshot: got %+v, %v", l, err)
	}
}

func TestDirectoryHearsAgainAfterALostConnection(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	d, db := directory(t, testenv.Database(t, models.SchemaVersion(), models.Migrate), t.TempDir())
	t.Cleanup(db.Close)
	t.Cleanup(func() { _ = d.Close(t.Context()) })
	d.Sync(ctx)
	if _, err := db.Pool().Exec(ctx, `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`); err != nil {
		t.Fatal(err)
	}
	if err := db.SaveOrganisation(ctx, models.Organisation{Name: "Fjordheim", Language: "nb"}); err != nil {
		t.Fatal(err)
	}
	soon(t, "the house's name", func() bool { return d.House().Name == "Fjordheim" })
}
