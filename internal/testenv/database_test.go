package testenv

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestMain(m *testing.M) { Main(m) }

// fill makes a table with one row.
func fill(ctx context.Context, url string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "create table rows (n int); insert into rows values (1)")
	return err
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func count(t *testing.T, conn *pgx.Conn, sql string, args ...any) int {
	t.Helper()
	var n int
	if err := conn.QueryRow(t.Context(), sql, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestDatabasesAreCopiesOfTheirOwn(t *testing.T) {
	t.Parallel()
	first := connect(t, Database(t, t.Name(), fill))
	second := connect(t, Database(t, t.Name(), fill))
	if _, err := first.Exec(t.Context(), "insert into rows values (2)"); err != nil {
		t.Fatal(err)
	}
	if got := count(t, first, "select count(*) from rows"); got != 2 {
		t.Errorf("first: got %d rows, want 2", got)
	}
	if got := count(t, second, "select count(*) from rows"); got != 1 {
		t.Errorf("second: got %d rows, want the template's 1", got)
	}
}

func TestTemplateIsMadeOnce(t *testing.T) {
	t.Parallel()
	var made atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			Database(t, t.Name(), func(ctx context.Context, url string) error {
				made.Add(1)
				return fill(ctx, url)
			})
		})
	}
	wg.Wait()
	if got := made.Load(); got != 1 {
		t.Errorf("template made %d times, want once", got)
	}
}

func TestFailedTemplateIsMadeAgain(t *testing.T) {
	t.Parallel()
	admin := adminURL(t)
	failure := errors.New("half way")
	_, err := cloneDatabase(t.Context(), admin, t.Name(), func(ctx context.Context, url string) error {
		return errors.Join(fill(ctx, url), failure)
	})
	if !errors.Is(err, failure) {
		t.Errorf("got %v, want the error of prepare", err)
	}
	conn := connect(t, Database(t, t.Name(), fill))
	if got := count(t, conn, "select count(*) from rows"); got != 1 {
		t.Errorf("got %d rows, want 1", got)
	}
}

func TestDatabaseIsDroppedWithTheTest(t *testing.T) {
	t.Parallel()
	var name string
	t.Run("user", func(t *testing.T) {
		// The connection is left open on purpose.
		conn := connect(t, Database(t, "", nil))
		if err := conn.QueryRow(t.Context(), "select current_database()").Scan(&name); err != nil {
			t.Fatal(err)
		}
	})
	admin := connect(t, adminURL(t))
	if got := count(t, admin, "select count(*) from pg_database where datname = $1", name); got != 0 {
		t.Errorf("database %s is still there", name)
	}
}

func TestWithDatabase(t *testing.T) {
	t.Parallel()
	cases := []struct{ admin, want string }{
		{"postgres://u:p@/kollega?host=%2Ftmp%2Fx", "postgres://u:p@/new?host=%2Ftmp%2Fx"},
		{"postgres://u@db.example:5433/postgres?sslmode=require", "postgres://u@db.example:5433/new?sslmode=require"},
		{"postgres://db.example", "postgres://db.example/new"},
		{"host=/tmp/x user=u", "host=/tmp/x user=u dbname=new"},
	}
	for _, c := range cases {
		if got := withDatabase(c.admin, "new"); got != c.want {
			t.Errorf("withDatabase(%q): got %q, want %q", c.admin, got, c.want)
		}
	}
}

func adminURL(t testing.TB) string {
	t.Helper()
	engine, err := sharedPostgres()
	if err != nil {
		t.Fatal(err)
	}
	return engine.Env[DatabaseEnv]
}

// BenchmarkDatabase is what a test pays for a database of its own.
func BenchmarkDatabase(b *testing.B) {
	admin := adminURL(b)
	for b.Loop() {
		name, err := cloneDatabase(b.Context(), admin, b.Name(), fill)
		if err != nil {
			b.Fatal(err)
		}
		if err := dropDatabase(admin, name); err != nil {
			b.Fatal(err)
		}
	}
}
