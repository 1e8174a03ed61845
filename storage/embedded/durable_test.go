package embedded

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"kollega/storage"
)

// watchedDisk notes what is synced, and can be full.
type watchedDisk struct {
	mu     sync.Mutex
	synced []string
	full   bool
}

func (d *watchedDisk) sync(f *os.File) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.full {
		return &os.PathError{Op: "sync", Path: f.Name(), Err: syscall.ENOSPC}
	}
	d.synced = append(d.synced, f.Name())
	return f.Sync()
}

// take returns what was synced since the last call.
func (d *watchedDisk) take() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	defer func() { d.synced = nil }()
	return d.synced
}

func (d *watchedDisk) fill(full bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.full = full
}

func TestSyncedBeforeAcknowledged(t *testing.T) {
	t.Parallel()
	var d watchedDisk
	o := options(t.TempDir())
	o.sync = d.sync
	s, store := started(t, o)
	web := httptest.NewServer(s.Handler())
	defer web.Close()
	files := filepath.Join(o.Dir, "objects", "files")
	var upload string
	var parts []storage.Part
	for _, step := range []struct {
		name   string
		do     func() error
		staged bool // its content before it had a name
		want   func() []string
	}{
		{
			"begin", func() error { upload = created(t, store, "o/1"); return nil }, false,
			func() []string { return []string{uploadDir(files, "o/1", upload), files} },
		},
		{
			"part", func() error {
				parts = append(parts, putPart(t, store, web.URL, "o/1", upload, 1, []byte("x")))
				return nil
			}, true,
			func() []string {
				return []string{filepath.Join(uploadDir(files, "o/1", upload), "1"), uploadDir(files, "o/1", upload)}
			},
		},
		{
			"complete", func() error { return store.CompleteUpload(t.Context(), "o/1", upload, parts) }, true,
			func() []string { return []string{filepath.Join(files, "o", "1"), filepath.Join(files, "o"), files} },
		},
		{
			"put", func() error { return store.Put(t.Context(), "o/2", strings.NewReader("x"), storage.PutOptions{}) }, true,
			func() []string { return []string{filepath.Join(files, "o", "2"), filepath.Join(files, "o")} },
		},
		{
			"delete", func() error { return store.Delete(t.Context(), "o/2") }, false,
			func() []string { return []string{filepath.Join(files, "o")} },
		},
		{
			"delete the rest", func() error { return store.Delete(t.Context(), "o/1", "o/none") }, false,
			func() []string { return []string{files} },
		},
	} {
		d.take()
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		got := d.take()
		for _, want := range step.want() {
			if !slices.Contains(got, want) {
				t.Errorf("%s: %s was not synced, only %v", step.name, want, got)
			}
		}
		if step.staged && (len(got) == 0 || slices.Contains(step.want(), got[0])) {
			t.Errorf("%s: named before it was synced: %v", step.name, got)
		}
	}
}

func TestFullDisk(t *testing.T) {
	t.Parallel()
	var d watchedDisk
	o := options(t.TempDir())
	o.sync = d.sync
	s, store := started(t, o)
	web := httptest.NewServer(s.Handler())
	defer web.Close()
	upload := created(t, store, "o/1")
	parts := []storage.Part{putPart(t, store, web.URL, "o/1", upload, 1, random(5<<20))}

	d.fill(true)
	second := web.URL + presigned(t, store, "o/1", upload, 2, time.Minute)
	if got, _, text := request(t, http.MethodPut, second, bytes.NewReader(random(1000))); got != http.StatusInsufficientStorage {
		t.Errorf("part: got %d %s", got, text)
	}
	if err := store.Put(t.Context(), "o/2", strings.NewReader("x"), storage.PutOptions{}); !storage.Unavailable(err) {
		t.Errorf("put: got %v", err)
	}
	if err := store.CompleteUpload(t.Context(), "o/1", upload, parts); !storage.Unavailable(err) {
		t.Errorf("complete: got %v", err)
	}
	if list, err := store.List(t.Context(), ""); err != nil || len(list) != 0 {
		t.Errorf("stands in spite of the full disk: %+v, %v", list, err)
	}

	d.fill(false)
	if got, err := store.Parts(t.Context(), "o/1", upload); err != nil || len(got) != 1 {
		t.Errorf("parts: got %+v, %v", got, err)
	}
	if err := store.CompleteUpload(t.Context(), "o/1", upload, parts); err != nil {
		t.Errorf("complete with room again: %v", err)
	}
	if got := content(t, store, "o/1"); !bytes.Equal(got, random(5<<20)) {
		t.Errorf("got %d other bytes", len(got))
	}
}
