package testenv

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Database returns the address of a fresh database of the test's own, which is dropped when the test ends.
// It is a copy of a template that prepare filled once for each version, for all test programs on the server;
// version has to change with what prepare does, as a hash of the migrations does. prepare may be nil.
func Database(t testing.TB, version string, prepare func(ctx context.Context, url string) error) string {
	t.Helper()
	engine, err := sharedPostgres()
	if err != nil {
		t.Fatalf("test database: %v", err)
	}
	admin := engine.Env[DatabaseEnv]
	name, err := cloneDatabase(t.Context(), admin, version, prepare)
	if err != nil {
		t.Fatalf("test database: %v", err)
	}
	t.Cleanup(func() {
		if err := dropDatabase(admin, name); err != nil {
			t.Errorf("test database: %v", err)
		}
	})
	return withDatabase(admin, name)
}

func cloneDatabase(ctx context.Context, admin, version string, prepare func(context.Context, string) error) (string, error) {
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		return "", err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	template := fmt.Sprintf("kollega_template_%x", sha256.Sum256([]byte(version)))[:40]
	if err = ensureTemplate(ctx, conn, admin, template, prepare); err != nil {
		return "", fmt.Errorf("template: %w", err)
	}
	name := "kollega_test_" + strings.ToLower(rand.Text())
	_, err = conn.Exec(ctx, "create database "+name+" template "+template)
	return name, err
}

// ensureTemplate makes the template unless it is there; one session at a time, whatever program it is of.
func ensureTemplate(ctx context.Context, conn *pgx.Conn, admin, template string, prepare func(context.Context, string) error) error {
	if _, err := conn.Exec(ctx, "select pg_advisory_lock(hashtextextended($1, 0))", template); err != nil {
		return err
	}
	defer conn.Exec(context.WithoutCancel(ctx), "select pg_advisory_unlock_all()")
	var exists bool
	err := conn.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", template).Scan(&exists)
	if err != nil || exists {
		return err
	}
	// It gets its name when it is whole: a run that was cut short leaves no half template.
	unfinished := template + "_new"
	for _, sql := range []string{"drop database if exists " + unfinished + " with (force)", "create database " + unfinished} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return err
		}
	}
	if prepare != nil {
		if err := prepare(ctx, withDatabase(admin, unfinished)); err != nil {
			return err
		}
	}
	return finishTemplate(ctx, conn, unfinished, template)
}

// finishTemplate closes the database to connections, which would forbid copying it, and names it.
func finishTemplate(ctx context.Context, conn *pgx.Conn, unfinished, template string) error {
	if _, err := conn.Exec(ctx, "alter database "+unfinished+" allow_connections false"); err != nil {
		return err
	}
	// The server notices only after a moment that prepare's connections were closed.
	_, err := conn.Exec(ctx, "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1", unfinished)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "alter database "+unfinished+" rename to "+template)
	return err
}

// dropDatabase drops it even when the test left connections open.
func dropDatabase(admin, name string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "drop database "+name+" with (force)")
	return err
}

// withDatabase is the address of another database on the same server.
func withDatabase(admin, name string) string {
	u, err := url.Parse(admin)
	if err != nil || u.Scheme == "" { // pgx took it, so it is a list of key=value, where the last one counts
		return admin + " dbname=" + name
	}
	u.Path = "/" + name
	return u.String()
}
