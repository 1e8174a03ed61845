package storage_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kollega/storage"
	"kollega/storage/storagetest"
)

// random is n bytes that differ from test to test but not from run to run.
func random(n int, seed byte) []byte {
	b := make([]byte, n)
	if _, err := rand.NewChaCha8([32]byte{seed}).Read(b); err != nil {
		panic(err)
	}
	return b
}

func put(t *testing.T, s *storage.Store, key string, content []byte) {
	t.Helper()
	if err := s.Put(t.Context(), key, bytes.NewReader(content), storage.PutOptions{ContentType: "video/mp4", CacheControl: "max-age=60"}); err != nil {
		t.Fatal(err)
	}
}

func get(t *testing.T, s *storage.Store, key, rangeHeader string) (*storage.Object, []byte) {
	t.Helper()
	o, err := s.Get(t.Context(), key, rangeHeader)
	if err != nil {
		t.Fatal(err)
	}
	defer o.Body.Close()
	b, err := io.ReadAll(o.Body)
	if err != nil {
		t.Fatal(err)
	}
	return o, b
}

func TestGetRanges(t *testing.T) {
	t.Parallel()
	s, _ := storagetest.New(t)
	data := random(300_001, 1)
	put(t, s, "o/clip", data)
	for _, c := range []struct {
		name, header string
		from, to     int // to is exclusive
		partial      bool
	}{
		{"whole", "", 0, len(data), false},
		{"closed", "bytes=1000-1999", 1000, 2000, true},
		{"one byte", "bytes=0-0", 0, 1, true},
		{"open", "bytes=250000-", 250_000, len(data), true},
		{"last bytes", "bytes=-100", len(data) - 100, len(data), true},
		{"beyond the end", "bytes=300000-999999", 300_000, len(data), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			o, got := get(t, s, "o/clip", c.header)
			if !bytes.Equal(got, data[c.from:c.to]) {
				t.Errorf("got %d bytes, want those from %d to %d", len(got), c.from, c.to)
			}
			if o.Partial != c.partial || o.Size != int64(len(data)) || o.Length != int64(len(got)) || o.ContentType != "video/mp4" {
				t.Errorf("got partial %t, size %d, length %d, type %q", o.Partial, o.Size, o.Length, o.ContentType)
			}
			want := fmt.Sprintf("bytes %d-%d/%d", c.from, c.to-1, len(data))
			if c.partial && o.ContentRange != want {
				t.Errorf("got range %q, want %q", o.ContentRange, want)
			}
		})
	}
	if _, err := s.Get(t.Context(), "o/clip", "bytes=300001-"); !errors.Is(err, storage.ErrBadRange) {
		t.Errorf("range after the end: got %v, want ErrBadRange", err)
	}
}

// content is the key itself, nothing for the object that is empty.
func content(key string) string { return strings.TrimPrefix(key, "o/tom") }

func TestObjects(t *testing.T) {
	t.Parallel()
	s, _ := storagetest.New(t)
	ctx := t.Context()
	keys := []string{"o/1", "o/blåbær og %25 + &=", "o/日本語", "o/tom", "p/2"}
	for _, key := range keys {
		put(t, s, key, []byte(content(key)))
		if _, got := get(t, s, key, ""); string(got) != content(key) {
			t.Errorf("%s: got %q", key, got)
		}
	}
	info, err := s.Head(ctx, "o/1")
	if err != nil || info.Size != 3 || info.ContentType != "video/mp4" || info.ETag == "" || time.Since(info.Modified) > time.Minute {
		t.Errorf("head: got %+v, %v", info, err)
	}
	list, err := s.List(ctx, "o/")
	if err != nil || len(list) != 4 || list[0].Key != "o/1" || list[0].Size != 3 {
		t.Errorf("list: got %+v, %v", list, err)
	}
	if err := s.Delete(ctx, "o/1", "o/日本語", "o/never"); err != nil {
		t.Errorf("delete: %v", err)
	}
	if err := s.Delete(ctx, "o/never"); err != nil {
		t.Errorf("delete of a missing one: %v", err)
	}
	if _, err := s.Head(ctx, "o/1"); !errors.Is(err, storage.ErrNotFound) || storage.Unavailable(err) {
		t.Errorf("head of a deleted one: got %v", err)
	}
	if _, err := s.Get(ctx, "o/1", ""); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("get of a deleted one: got %v", err)
	}
	for _, key := range []string{"", "/x", "x/", "a//b", "../x", "a/./b"} {
		if err := s.Put(ctx, key, strings.NewReader("x"), storage.PutOptions{}); !errors.Is(err, storage.ErrBadKey) {
			t.Errorf("key %q: got %v, want ErrBadKey", key, err)
		}
	}
}

func TestListAndDeleteManyPages(t *testing.T) {
	t.Parallel()
	s, _ := storagetest.New(t)
	var keys []string
	for i := range 1010 { // a page is 1000
		keys = append(keys, fmt.Sprintf("o/%04d", i))
		put(t, s, keys[i], nil)
	}
	list, err := s.List(t.Context(), "o/")
	if err != nil || len(list) != len(keys) || list[1009].Key != "o/1009" {
		t.Fatalf("list: got %d, %v", len(list), err)
	}
	if err := s.Delete(t.Context(), keys...); err != nil {
		t.Fatal(err)
	}
	if list, err = s.List(t.Context(), ""); err != nil || len(list) != 0 {
		t.Errorf("after delete: got %d, %v", len(list), err)
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	s, _ := storagetest.New(t)
	dir, data := t.TempDir(), random(3<<20+7, 2)
	from, to := filepath.Join(dir, "from"), filepath.Join(dir, "to")
	if err := os.WriteFile(from, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.PutFile(t.Context(), "o/f", from, storage.PutOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := s.Fetch(t.Context(), "o/f", to); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(to); err != nil || !bytes.Equal(got, data) {
		t.Errorf("got %d bytes, %v", len(got), err)
	}
	if err := s.Fetch(t.Context(), "o/none", filepath.Join(dir, "none")); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("missing: got %v", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("left in the folder: %v, %v", entries, err)
	}
}

// elsewhere is a Store on a server that is not ours.
func elsewhere(t *testing.T, endpoint string) *storage.Store {
	t.Helper()
	s, err := storage.New(storage.Config{Endpoint: endpoint, Bucket: "b", AccessKey: "a", SecretKey: "s"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestServerAway(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.1:0") // takes connections, never answers
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { silent.Close() }) // not defer: the cases run after this function
	closed := httptest.NewServer(nil)
	closed.Close()
	busy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }))
	t.Cleanup(busy.Close)

	for name, endpoint := range map[string]string{"silent": "http://" + silent.Addr().String(), "closed": closed.URL, "busy": busy.URL} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := elsewhere(t, endpoint)
			begun := time.Now()
			if err := s.Ping(t.Context()); !storage.Unavailable(err) {
				t.Errorf("ping: got %v", err)
			}
			if _, err := s.Get(t.Context(), "o/1", ""); !storage.Unavailable(err) {
				t.Errorf("get: got %v", err)
			}
			if took := time.Since(begun); took > 20*time.Second {
				t.Errorf("both took %v", took)
			}
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if err := s.Ping(ctx); err == nil || storage.Unavailable(err) {
				t.Errorf("given up by the caller: got %v", err)
			}
		})
	}
}

func TestServerWithoutCORS(t *testing.T) {
	t.Parallel()
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("cors") {
			w.WriteHeader(http.StatusNotImplemented)
		}
	}))
	defer web.Close()
	s := elsewhere(t, web.URL)
	if err := s.EnsureBucket(t.Context(), []string{"http://localhost:8080"}); !errors.Is(err, storage.ErrCORS) {
		t.Errorf("got %v, want ErrCORS", err)
	}
	if err := s.EnsureBucket(t.Context(), nil); err != nil {
		t.Errorf("without origins: %v", err)
	}
}
