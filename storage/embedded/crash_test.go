package embedded

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"kollega/storage"
)

const (
	serveDir = "KOLLEGA_TEST_SERVE"      // the process is a server on this folder, and no test
	fileSize = "KOLLEGA_TEST_FILE_LIMIT" // its files end at a megabyte
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(serveDir); dir != "" {
		serveUntilKilled(dir)
	}
	os.Exit(m.Run())
}

// serveUntilKilled prints its address, and "stuck" where a file named "hang"
// in the folder made it stop in the middle of a sync.
func serveUntilKilled(dir string) {
	if os.Getenv(fileSize) != "" {
		signal.Ignore(syscall.SIGXFSZ)
		limit := &syscall.Rlimit{Cur: 1 << 20, Max: 1 << 20}
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, limit); err != nil {
			panic(err)
		}
	}
	o := options(dir)
	o.sync = func(f *os.File) error {
		if _, err := os.Stat(filepath.Join(dir, "hang")); err == nil {
			fmt.Println("stuck")
			select {}
		}
		return f.Sync()
	}
	s, err := Start(context.Background(), o)
	if err != nil {
		panic(err)
	}
	fmt.Println(httptest.NewServer(s.Handler()).URL)
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil { // ends with the test at the latest
		panic(err)
	}
	os.Exit(0)
}

// process is a server of its own that a test can kill.
type process struct {
	web   string
	out   *bufio.Scanner
	kill  func()
	store *storage.Store
}

func spawn(t *testing.T, dir string, env ...string) process {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), append(env, serveDir+"="+dir)...)
	cmd.Stderr = os.Stderr
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := process{out: bufio.NewScanner(pipe), kill: sync.OnceFunc(func() {
		if err := cmd.Process.Kill(); err != nil {
			t.Error(err)
		}
		cmd.Wait() // says that it was killed
	})}
	t.Cleanup(p.kill)
	p.out.Scan()
	if p.web = p.out.Text(); !strings.HasPrefix(p.web, "http://") {
		t.Fatalf("the server said %q, nothing else than its address was to be printed", p.web)
	}
	s, err := Open(t.Context(), options(dir))
	if err != nil || !s.Attached() {
		t.Fatalf("open: got %+v, %v, want it attached", s, err)
	}
	p.store = bucket(t, s)
	return p
}

func TestKilledInAnUpload(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := spawn(t, dir)
	parts := [][]byte{random(5 << 20), random(5<<20 + 1), random(5<<20 + 2)}
	upload := created(t, p.store, "o/1")
	putPart(t, p.store, p.web, "o/1", upload, 1, parts[0])
	putPart(t, p.store, p.web, "o/1", upload, 2, parts[1])

	third := p.web + presigned(t, p.store, "o/1", upload, 3, time.Minute)
	half, halfway := io.Pipe()
	broken := make(chan struct{})
	go func() {
		defer close(broken)
		req, err := http.NewRequest(http.MethodPut, third, half)
		if err != nil {
			t.Error(err)
			return
		}
		req.ContentLength = int64(len(parts[2]))
		if res, err := http.DefaultClient.Do(req); err == nil {
			res.Body.Close()
			t.Errorf("half a part: got %s", res.Status)
		}
	}()
	if _, err := halfway.Write(parts[2][:2<<20]); err != nil {
		t.Fatal(err)
	}
	p.kill()
	halfway.CloseWithError(io.ErrClosedPipe)
	<-broken

	s, store := started(t, options(dir))
	web := httptest.NewServer(s.Handler())
	defer web.Close()
	arrived, err := store.Parts(t.Context(), "o/1", upload)
	if err != nil || len(arrived) != 2 {
		t.Fatalf("after the kill: got %+v, %v, want two parts", arrived, err)
	}
	arrived = append(arrived, putPart(t, store, web.URL, "o/1", upload, 3, parts[2]))
	if err := store.CompleteUpload(t.Context(), "o/1", upload, arrived); err != nil {
		t.Fatal(err)
	}
	if got := content(t, store, "o/1"); !bytes.Equal(got, slices.Concat(parts...)) {
		t.Errorf("got %d other bytes", len(got))
	}
}

func TestKilledInACompletion(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := spawn(t, dir)
	upload := created(t, p.store, "o/1")
	parts := []storage.Part{putPart(t, p.store, p.web, "o/1", upload, 1, random(1000))}
	if err := os.WriteFile(filepath.Join(dir, "hang"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	answer := make(chan error)
	go func() { answer <- p.store.CompleteUpload(t.Context(), "o/1", upload, parts) }()
	if p.out.Scan(); p.out.Text() != "stuck" {
		t.Fatalf("got %q", p.out.Text())
	}
	p.kill()
	if err := <-answer; !storage.Unavailable(err) {
		t.Errorf("cut completion: got %v", err)
	}

	_, store := started(t, options(dir))
	if got, err := store.Parts(t.Context(), "o/1", upload); err != nil || len(got) != 1 {
		t.Errorf("after the kill: got %+v, %v", got, err)
	}
	if err := store.CompleteUpload(t.Context(), "o/1", upload, parts); err != nil {
		t.Fatal(err)
	}
	if got := content(t, store, "o/1"); !bytes.Equal(got, random(1000)) {
		t.Errorf("got %d other bytes", len(got))
	}
}

func TestDiskRefusesWrites(t *testing.T) {
	t.Parallel()
	p := spawn(t, t.TempDir(), fileSize+"=1")
	upload := created(t, p.store, "o/1")
	path := presigned(t, p.store, "o/1", upload, 1, time.Minute)
	got, _, text := request(t, http.MethodPut, p.web+path, bytes.NewReader(random(6<<20)))
	if got < http.StatusInternalServerError {
		t.Errorf("part: got %d %s", got, text)
	}
	if parts, err := p.store.Parts(t.Context(), "o/1", upload); err != nil || len(parts) != 0 {
		t.Errorf("kept %+v, %v", parts, err)
	}
	err := p.store.Put(t.Context(), "o/2", bytes.NewReader(random(6<<20)), storage.PutOptions{})
	if !storage.Unavailable(err) {
		t.Errorf("put: got %v", err)
	}
	if list, err := p.store.List(t.Context(), ""); err != nil || len(list) != 0 {
		t.Errorf("stands: %+v, %v", list, err)
	}
}
