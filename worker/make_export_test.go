package worker_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/url"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"kollega/internal/i18n"
	"kollega/internal/mail"
	"kollega/internal/testenv"
	"kollega/models"
	"kollega/storage"
	"kollega/storage/storagetest"
	"kollega/worker"
)

// desk is a house whose HR asks for files, with a worker that makes them.
type desk struct {
	db    *models.DB
	store *storage.Store
	hr    models.User
	job   models.Job
	dir   string
}

func openDesk(tb testing.TB) desk {
	tb.Helper()
	ctx := context.Background()
	db, err := models.Open(ctx, testenv.Database(tb, models.SchemaVersion(), models.Migrate))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(db.Close)
	d := desk{db: db, dir: tb.TempDir(), job: models.Job{ID: models.NewID()}}
	d.store, _ = storagetest.New(tb)
	if d.hr, err = db.AddUser(ctx, models.System(), models.NewUser{Email: "hr@example.org", Name: "Hr Hansen", Role: models.RoleHR}); err != nil {
		tb.Fatal(err)
	}
	d.exec(tb, `insert into jobs (id, slug, title, status, created_at, updated_at) values ($1, 'kokk', 'Kokk', 'published', now(), now())`, d.job.ID)
	texts, err := i18n.Load()
	if err != nil {
		tb.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	sender, err := mail.New(mail.Config{From: "Kollega <kollega@example.org>", Folder: tb.TempDir(), Now: time.Now}, log)
	if err != nil {
		tb.Fatal(err)
	}
	w, err := worker.New(worker.Deps{DB: db, Store: d.store, Dir: d.dir, Mail: sender, Texts: texts, BaseURL: &url.URL{Scheme: "https", Host: "jobb.example.org"}, Log: log})
	if err != nil {
		tb.Fatal(err)
	}
	if err := w.Start(ctx); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		ctx, stop := context.WithTimeout(context.Background(), 10*time.Second)
		defer stop()
		if err := w.Stop(ctx); err != nil {
			tb.Errorf("stop: %v", err)
		}
	})
	return d
}

func (d desk) exec(tb testing.TB, sql string, args ...any) {
	tb.Helper()
	if _, err := d.db.Pool().Exec(context.Background(), sql, args...); err != nil {
		tb.Fatal(err)
	}
}

// links makes n share links, each of a person of its own.
func (d desk) links(tb testing.TB, n int) {
	tb.Helper()
	d.exec(tb, `with people as (
			insert into users (id, email, email_key, name, role, created_at, updated_at)
			select gen_random_uuid(), n || '@example.org', n || '@example.org', '=Kollega nr. ' || n, 'employee', now(), now()
			from generate_series(1, $1::int) n returning id)
		insert into links (id, code, user_id, job_id, channel, created_at)
		select gen_random_uuid(), substr(replace(id::text, '-', ''), 1, 20), id, $2, 'x', now() from people`, n, d.job.ID)
}

// asked has a file made and waits for it.
func (d desk) asked(tb testing.TB, e models.Export) models.Export {
	tb.Helper()
	ctx := context.Background()
	e.Language = "nb"
	asked, err := d.db.AskExport(ctx, d.hr, e)
	if err != nil {
		tb.Fatal(err)
	}
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		got, err := d.db.Export(ctx, d.hr, asked.ID)
		if err != nil {
			tb.Fatal(err)
		}
		if got.Status == models.ExportReady {
			return got
		}
		if got.Status == models.ExportFailed {
			break
		}
	}
	tb.Fatalf("the file of %s was not made", e.Kind)
	return asked
}

func (d desk) file(tb testing.TB, e models.Export) []byte {
	tb.Helper()
	o, err := d.store.Get(context.Background(), e.Key, "")
	if err != nil {
		tb.Fatal(err)
	}
	defer o.Body.Close()
	raw, err := io.ReadAll(o.Body)
	if err != nil || int64(len(raw)) != e.Size {
		tb.Fatalf("%d bytes, %v, want %d", len(raw), err, e.Size)
	}
	return raw
}

func TestExportsHaveEveryRowAndNoCandidate(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.links(t, 3)
	d.exec(t, `insert into counts (day, link_id, job_id, class, clicks, visitors) select current_date, id, job_id, 'human', 2, 1 from links`)
	d.exec(t, `with c as (insert into candidates (id, email, email_key, name, created_at, updated_at)
			values (gen_random_uuid(), 'zyx@example.com', 'zyx@example.com', 'Zyxandra Ek', now(), now()) returning id)
		insert into applications (id, candidate_id, job_id, stage, submitted_at, updated_at) select gen_random_uuid(), id, $1, 'new', now(), now() from c`, d.job.ID)
	for kind, rows := range map[string]int64{models.ExportDays: 3, models.ExportLinks: 3, models.ExportApplications: 1} {
		csv := d.asked(t, models.Export{Kind: kind, Format: "csv"})
		text := string(d.file(t, csv))
		if csv.Rows != rows || csv.Done != rows || strings.Count(text, "\n") != int(rows)+1 || !strings.Contains(text, "Kokk") {
			t.Errorf("%s: %+v\n%s", kind, csv, text)
		}
		if strings.Contains(text, "Zyxandra") || strings.Contains(text, "zyx@") || strings.Contains(text, "\n=") || strings.Contains(text, ";=") {
			t.Errorf("%s: somebody who applied is named, or a formula stands in it:\n%s", kind, text)
		}
		book, err := excelize.OpenReader(bytes.NewReader(d.file(t, d.asked(t, models.Export{Kind: kind, Format: "xlsx"}))))
		if err != nil {
			t.Fatal(err)
		}
		lines, err := book.GetRows(book.GetSheetName(0))
		if err != nil || len(lines) != int(rows)+1 {
			t.Errorf("%s: %d rows in the workbook, %v", kind, len(lines), err)
		}
		if err := book.Close(); err != nil {
			t.Error(err)
		}
	}
	none := models.ApplicationFilter{From: time.Now().AddDate(0, 0, -9), To: time.Now().AddDate(0, 0, -7)}
	if e := d.asked(t, models.Export{Kind: models.ExportLinks, Format: "csv", Filter: none}); e.Rows != 0 {
		t.Errorf("%d links were made last week", e.Rows)
	}
}

func TestExportsGoAfterADay(t *testing.T) {
	t.Parallel()
	d := openDesk(t)
	d.links(t, 1)
	e := d.asked(t, models.Export{Kind: models.ExportLinks, Format: "csv"})
	other, err := d.db.AddUser(t.Context(), models.System(), models.NewUser{Email: "to@example.org", Name: "To", Role: models.RoleHR})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.db.Export(t.Context(), other, e.ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("another of HR sees the file: %v", err)
	}
	d.exec(t, `update exports set expires_at = now() - interval '1 minute' where id = $1`, e.ID)
	if _, err := d.db.Export(t.Context(), d.hr, e.ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("its time is over, and it is there: %v", err)
	}
	if err := d.db.DropExports(t.Context()); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if _, err := d.store.Head(t.Context(), e.Key); errors.Is(err, storage.ErrNotFound) {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the object is still there")
		}
	}
	if left, _ := filepath.Glob(filepath.Join(d.dir, "export-*")); len(left) > 0 {
		t.Errorf("left on the disk: %v", left)
	}
}

func TestExportsAreLimited(t *testing.T) {
	t.Parallel()
	db, err := models.Open(t.Context(), testenv.Database(t, models.SchemaVersion(), models.Migrate))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	by, err := db.AddUser(t.Context(), models.System(), models.NewUser{Email: "hr@example.org", Name: "Hr Hansen", Role: models.RoleHR})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(who models.User, kind, format string) error {
		_, err := db.AskExport(t.Context(), who, models.Export{Kind: kind, Format: format, Language: "nb"})
		return err
	}
	var bad models.ValidationErrors
	if err := ask(by, "people", "exe"); !errors.As(err, &bad) || len(bad) != 2 {
		t.Errorf("got %v", err)
	}
	for i := range 4 {
		err := ask(by, models.ExportDays, "csv")
		if refused := errors.Is(err, models.ErrConflict); refused != (i == 3) || !refused && err != nil {
			t.Errorf("file %d: %v", i, err)
		}
	}
	by.Role = models.RoleLeader
	if err := ask(by, models.ExportDays, "csv"); !errors.Is(err, models.ErrForbidden) {
		t.Errorf("a leader: %v", err)
	}
}

// highest is the most that lay on the heap while do ran, in bytes, looked at every few milliseconds after a collection.
func highest(do func()) uint64 {
	runtime.GC()
	var most atomic.Uint64
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		var m runtime.MemStats
		for {
			runtime.ReadMemStats(&m)
			most.Store(max(most.Load(), m.HeapInuse))
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	do()
	close(stop)
	<-stopped
	return most.Load()
}

// BenchmarkExport makes files of 100,000 and of 300,000 rows, and tells how many times as much memory the longer one needed at most: not more,
// as what does not fit a file's buffer waits on the disk.
func BenchmarkExport(b *testing.B) {
	d := openDesk(b)
	d.links(b, 400_000)
	d.exec(b, `update links set channel = 'qr' where id in (select id from links limit 100000)`)
	for _, format := range models.ExportFormats {
		b.Run(format, func(b *testing.B) {
			peak := func(channel string, rows int64) uint64 {
				return highest(func() {
					if e := d.asked(b, models.Export{Kind: models.ExportLinks, Format: format, Filter: models.ApplicationFilter{Channel: channel}}); e.Rows != rows {
						b.Fatalf("%d rows, want %d", e.Rows, rows)
					}
				})
			}
			var short, long uint64
			for b.Loop() {
				short, long = max(short, peak("qr", 100_000)), max(long, peak("x", 300_000))
			}
			b.ReportMetric(float64(long)/float64(short), "long/short-memory")
			b.ReportMetric(float64(long)/(1<<20), "MB-at-most")
		})
	}
}
