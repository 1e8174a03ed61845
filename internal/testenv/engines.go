// Package testenv gives the tests of all packages the real engines they need.
package testenv

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"kollega/internal/postgres"
)

// DatabaseEnv names the environment variable with the address of an administrator on a running Postgres.
// The tests make databases of their own there. Where it is not set, each test program starts a server.
const DatabaseEnv = "KOLLEGA_TEST_DATABASE_URL"

// engineFolders is what the folders of engines are called in the temporary folder.
const engineFolders = "kollega-engine-"

// Engine is a server that tests use.
type Engine struct {
	Env  map[string]string // tells test programs where it is
	Stop func(ctx context.Context) error
}

// Postgres starts an empty server that trades safety for speed, in a temporary folder that Stop removes.
// It takes the one that DatabaseEnv names instead, if there is one.
func Postgres(ctx context.Context) (*Engine, error) {
	if url := os.Getenv(DatabaseEnv); url != "" {
		return &Engine{
			Env:  map[string]string{DatabaseEnv: url},
			Stop: func(context.Context) error { return nil },
		}, nil
	}
	removeAbandoned()
	dir, err := openDir(engineFolders)
	if err != nil {
		return nil, err
	}
	server, err := postgres.Start(ctx, postgres.Options{Dir: dir, Params: []string{
		"fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=300",
	}})
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return &Engine{
		Env: map[string]string{DatabaseEnv: server.URL()},
		Stop: func(ctx context.Context) error {
			return errors.Join(server.Stop(ctx), os.RemoveAll(dir))
		},
	}, nil
}

// shared is the engine of this test program: its tests run side by side and a server each would be slow.
var shared struct {
	sync.Mutex
	postgres *Engine
	err      error
}

// sharedPostgres starts the server when a test first asks for it.
func sharedPostgres() (*Engine, error) {
	shared.Lock()
	defer shared.Unlock()
	if shared.postgres == nil && shared.err == nil {
		// Not a test's context: the server outlives the test that came first.
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		shared.postgres, shared.err = Postgres(ctx)
	}
	return shared.postgres, shared.err
}

// Main runs the tests, stops what they started, and exits: `func TestMain(m *testing.M) { testenv.Main(m) }`.
// Without it the server ends with the program all the same, but leaves its folder until a later run.
func Main(m *testing.M) { os.Exit(Run(m)) }

// Run is Main for tests that have more to stop: it returns the exit code.
func Run(m *testing.M) int {
	code := m.Run()
	if err := stopShared(); err != nil {
		fmt.Fprintln(os.Stderr, "testenv:", err)
		code = max(code, 1)
	}
	return code
}

func stopShared() error {
	shared.Lock()
	defer shared.Unlock()
	if shared.postgres == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return shared.postgres.Stop(ctx)
}

// Dir is a temporary folder for a data folder with an embedded Postgres in it.
// Unlike t.TempDir it lets through the other account that the server runs as under root, and its path is short.
func Dir(t testing.TB) string {
	t.Helper()
	dir, err := openDir("kollega-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func openDir(prefix string) (string, error) {
	dir, err := os.MkdirTemp("", prefix)
	if err != nil {
		return "", err
	}
	return dir, os.Chmod(dir, 0o711)
}

// removeAbandoned removes folders of engines whose test program was killed before it could.
func removeAbandoned() {
	dirs, _ := filepath.Glob(filepath.Join(os.TempDir(), engineFolders+"*"))
	for _, dir := range dirs {
		info, err := os.Stat(dir)
		if err != nil || time.Since(info.ModTime()) < 10*time.Minute {
			continue // gone, or perhaps just being set up
		}
		lock, err := os.Open(filepath.Join(dir, "lock"))
		if err != nil {
			continue // somebody else's
		}
		if syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			_ = os.RemoveAll(dir) // the next run tries again
		}
		lock.Close()
	}
}
