package embedded

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kollega/storage"
)

const publicURL = "http://kollega.test:8080"

func options(dir string) Options {
	return Options{Dir: dir, Bucket: "files", PublicURL: publicURL}
}

// started is a server that lives as long as t, and its bucket.
func started(t testing.TB, o Options) (*Server, *storage.Store) {
	t.Helper()
	s, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stopped(t, s) })
	return s, bucket(t, s)
}

func stopped(t testing.TB, s *Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := s.Stop(ctx); err != nil {
		t.Error(err)
	}
}

func bucket(t testing.TB, s *Server) *storage.Store {
	t.Helper()
	store, err := storage.New(s.Config())
	if err != nil {
		t.Fatal(err)
	}
	if err := store.EnsureBucket(t.Context(), []string{publicURL}); err != nil {
		t.Fatal(err)
	}
	return store
}

func random(n int) []byte {
	b := make([]byte, n)
	if _, err := rand.NewChaCha8([32]byte{byte(n)}).Read(b); err != nil {
		panic(err)
	}
	return b
}

// presigned is an address's path and query, as a page uses it on its own origin.
func presigned(t testing.TB, s *storage.Store, key, upload string, number int, valid time.Duration) string {
	t.Helper()
	address, err := s.PresignPart(t.Context(), key, upload, number, valid)
	if err != nil {
		t.Fatal(err)
	}
	path, ok := strings.CutPrefix(address, publicURL)
	if !ok {
		t.Fatalf("%s is not on %s", address, publicURL)
	}
	return path
}

func created(t testing.TB, s *storage.Store, key string) (upload string) {
	t.Helper()
	upload, err := s.CreateUpload(t.Context(), key, "video/mp4")
	if err != nil {
		t.Fatal(err)
	}
	return upload
}

// request makes a request and returns its status, headers and the first of its text.
func request(t testing.TB, method, address string, body io.Reader, header ...string) (int, http.Header, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, body)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatalf("%s %s: %v", method, address, err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, 500))
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header, string(text)
}

func putPart(t testing.TB, s *storage.Store, web, key, upload string, number int, content []byte) storage.Part {
	t.Helper()
	status, h, text := request(t, http.MethodPut, web+presigned(t, s, key, upload, number, time.Minute), bytes.NewReader(content))
	if status != http.StatusOK {
		t.Fatalf("part %d: got %d %s", number, status, text)
	}
	return storage.Part{Number: number, ETag: h.Get("ETag"), Size: int64(len(content))}
}

func content(t testing.TB, s *storage.Store, key string) []byte {
	t.Helper()
	o, err := s.Get(t.Context(), key, "")
	if err != nil {
		t.Fatal(err)
	}
	defer o.Body.Close()
	b, err := io.ReadAll(o.Body)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestStart(t *testing.T) {
	t.Parallel()
	before, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	o := options(t.TempDir())
	s, store := started(t, o)
	if err := store.Put(t.Context(), "o/1", strings.NewReader("one"), storage.PutOptions{}); err != nil {
		t.Fatal(err)
	}
	started(t, options(t.TempDir())) // two in a process do not disturb each other
	if after, err := os.Getwd(); err != nil || after != before {
		t.Errorf("working directory: got %s, want %s (%v)", after, before, err)
	}
	for _, private := range []string{"keys.json", "s3.sock", "lock"} {
		info, err := os.Stat(filepath.Join(o.Dir, private))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: got %v, %v, want it for the owner only", private, info, err)
		}
	}
	stopped(t, s)
	stopped(t, s) // once more does no harm
	if err := store.Ping(t.Context()); !storage.Unavailable(err) {
		t.Errorf("after stop: got %v", err)
	}
	_, again := started(t, o)
	if got := content(t, again, "o/1"); string(got) != "one" {
		t.Errorf("after restart: got %q", got)
	}
}

func TestSecondServerOnAFolder(t *testing.T) {
	t.Parallel()
	o := options(t.TempDir())
	_, store := started(t, o)
	ctx, cancel := context.WithTimeoutCause(t.Context(), 100*time.Millisecond, ErrInUse)
	defer cancel()
	if _, err := Start(ctx, o); !errors.Is(err, ErrInUse) {
		t.Errorf("start: got %v, want ErrInUse", err)
	}
	if err := store.Put(t.Context(), "o/1", strings.NewReader("one"), storage.PutOptions{}); err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), o)
	if err != nil || !s.Attached() {
		t.Fatalf("open: got %+v, %v, want it attached", s, err)
	}
	if got := content(t, bucket(t, s), "o/1"); string(got) != "one" {
		t.Errorf("attached: got %q", got)
	}
	stopped(t, s)
	if err := store.Ping(t.Context()); err != nil {
		t.Errorf("after the attached one hung up: %v", err)
	}
}

func TestOpenStartsWhereNobodyServes(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), options(t.TempDir()))
	if err != nil || s.Attached() {
		t.Fatalf("got %+v, %v, want it started", s, err)
	}
	stopped(t, s)
}

func TestLongPath(t *testing.T) {
	t.Parallel()
	o := options(filepath.Join(t.TempDir(), strings.Repeat("lang", 30)))
	s, store := started(t, o)
	if len(s.socket) > longestSocket {
		t.Errorf("socket path of %d bytes", len(s.socket))
	}
	if err := store.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	attached, err := Open(t.Context(), o)
	if err != nil || !attached.Attached() {
		t.Fatalf("open: got %v, want it attached", err)
	}
	stopped(t, attached)
	stopped(t, s)
	if _, err := os.Stat(filepath.Dir(s.socket)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the socket's folder is left: %v", err)
	}
}

func TestFileSystemWithoutXattrs(t *testing.T) {
	t.Parallel()
	o := options(t.TempDir())
	if err := os.Mkdir(filepath.Join(o.Dir, "attributes"), 0o700); err != nil { // what the first start leaves there
		t.Fatal(err)
	}
	s, store := started(t, o)
	web := httptest.NewServer(s.Handler())
	defer web.Close()
	upload := created(t, store, "o/1")
	parts := []storage.Part{putPart(t, store, web.URL, "o/1", upload, 1, random(5<<20)), putPart(t, store, web.URL, "o/1", upload, 2, random(10))}
	stopped(t, s)

	moved := options(filepath.Join(t.TempDir(), "moved"))
	if err := os.Rename(o.Dir, moved.Dir); err != nil {
		t.Fatal(err)
	}
	_, store = started(t, moved)
	if err := store.CompleteUpload(t.Context(), "o/1", upload, parts); err != nil {
		t.Fatal(err)
	}
	info, err := store.Head(t.Context(), "o/1")
	if err != nil || info.Size != 5<<20+10 || info.ContentType != "video/mp4" {
		t.Errorf("got %+v, %v", info, err)
	}
	if got := content(t, store, "o/1"); !bytes.Equal(got, append(random(5<<20), random(10)...)) {
		t.Errorf("got %d other bytes", len(got))
	}
}

func TestPublicURLMustBeAbsolute(t *testing.T) {
	t.Parallel()
	o := options(t.TempDir())
	for _, o.PublicURL = range []string{"", "localhost:8080", "/x"} {
		if s, err := Start(t.Context(), o); err == nil {
			stopped(t, s)
			t.Errorf("%q was taken", o.PublicURL)
		}
	}
}

func TestSignedHost(t *testing.T) {
	t.Parallel()
	for endpoint, want := range map[string]string{
		"http://localhost:8080": "localhost:8080", "http://k.no:80": "k.no", "https://k.no:443": "k.no",
		"https://k.no": "k.no", "https://k.no:80": "k.no:80", "http://[::1]:80": "[::1]",
	} {
		if got := signedHost(endpoint); got != want {
			t.Errorf("%s: got %s, want %s", endpoint, got, want)
		}
	}
}

func BenchmarkUpload(b *testing.B) {
	const size, partSize, atOnce = 200 << 20, 8 << 20, 3
	data := random(size)
	s, store := started(b, options(b.TempDir()))
	web := httptest.NewServer(s.Handler())
	defer web.Close()
	var plain, ours time.Duration
	n := 0
	for b.Loop() {
		n++
		begun := time.Now()
		if err := plainCopy(filepath.Join(b.TempDir(), "plain"), data); err != nil {
			b.Fatal(err)
		}
		plain += time.Since(begun)

		begun = time.Now()
		key := fmt.Sprintf("o/%d", n)
		upload := created(b, store, key)
		parts := make([]storage.Part, size/partSize)
		numbers, done := make(chan int), make(chan struct{})
		for range atOnce {
			go func() {
				for i := range numbers {
					parts[i] = putPart(b, store, web.URL, key, upload, i+1, data[i*partSize:(i+1)*partSize])
				}
				done <- struct{}{}
			}()
		}
		for i := range parts {
			numbers <- i
		}
		close(numbers)
		for range atOnce {
			<-done
		}
		if err := store.CompleteUpload(b.Context(), key, upload, parts); err != nil {
			b.Fatal(err)
		}
		ours += time.Since(begun)
	}
	b.ReportMetric(plain.Seconds()/ours.Seconds(), "of-plain-copy")
	b.ReportMetric(size/1e6*float64(n)/ours.Seconds(), "MB/s")
	b.ReportMetric(size/1e6*float64(n)/plain.Seconds(), "plain-MB/s")
}

func plainCopy(path string, data []byte) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer os.Remove(path)
	defer f.Close()
	if _, err := io.Copy(f, bytes.NewReader(data)); err != nil {
		return err
	}
	return f.Sync()
}
