// Package storagetest gives tests a bucket of their own on a real S3 server.
package storagetest

import (
	"context"
	"crypto/rand"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"kollega/storage"
	"kollega/storage/embedded"
)

// PublicURL is the host that presigned addresses carry; use an address's path
// and query on the server that serves the handler.
const PublicURL = "http://s3.test"

// shared is the one server of the test process: it lives while a test needs it.
var shared struct {
	sync.Mutex
	users  int
	dir    string
	server *embedded.Server
}

// New returns an empty bucket that lives as long as t, and the handler that
// takes its presigned parts. Tests that run at the same time share a server.
func New(t testing.TB) (*storage.Store, http.Handler) {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.users == 0 {
		start(t)
	}
	shared.users++
	t.Cleanup(func() { release(t) })

	cfg := shared.server.Config()
	cfg.Bucket = "test-" + strings.ToLower(rand.Text()[:12])
	store, err := storage.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.EnsureBucket(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	return store, shared.server.Handler()
}

func start(t testing.TB) {
	t.Helper()
	dir, err := os.MkdirTemp("", "kollega-s3-") // not t's: it may outlive t
	if err != nil {
		t.Fatal(err)
	}
	s, err := embedded.Start(t.Context(), embedded.Options{Dir: dir, PublicURL: PublicURL})
	if err != nil {
		t.Fatal(err)
	}
	shared.dir, shared.server = dir, s
}

func release(t testing.TB) {
	t.Helper()
	shared.Lock()
	defer shared.Unlock()
	if shared.users--; shared.users > 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := shared.server.Stop(ctx); err != nil {
		t.Errorf("stop S3: %v", err)
	}
	if err := os.RemoveAll(shared.dir); err != nil {
		t.Errorf("remove S3's folder: %v", err)
	}
}
