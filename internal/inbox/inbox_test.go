package inbox_test

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/internal/inbox"
)

func open(t *testing.T, dir string, o inbox.Options) *inbox.Inbox {
	t.Helper()
	in, err := inbox.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func item(t *testing.T, key string, at time.Time) inbox.Item {
	t.Helper()
	id, err := uuid.NewV7()
	if err != nil {
		t.Fatal(err)
	}
	return inbox.Item{ID: id, At: at, Key: key, Form: json.RawMessage(`{"name":"Ola"}`)}
}

// files are the names of all that lies under dir.
func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && path != dir {
			names = append(names, d.Name())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestWhatWasPutIsThereAfterARestart(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "applications")
	in := open(t, dir, inbox.Options{})
	now := time.Now().Round(0)
	late, early := item(t, "late", now), item(t, "early", now.Add(-time.Hour))
	if err := in.Put(late, nil, 0); err != nil {
		t.Fatal(err)
	}
	if err := in.Put(early, strings.NewReader("%PDF"), 4); err != nil {
		t.Fatal(err)
	}
	// What a killed program was writing or removing is not there.
	for _, half := range []string{".new-" + late.ID.String(), ".gone-" + early.ID.String()} {
		if err := os.Mkdir(filepath.Join(dir, half), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	again := open(t, dir, inbox.Options{})
	list := again.List()
	if len(list) != 2 || list[0].ID != early.ID || list[1].ID != late.ID || !list[0].At.Equal(early.At) {
		t.Fatalf("got %+v, want the earlier one first", list)
	}
	got, err := again.Read(early.ID)
	if err != nil || !got.Document || string(got.Form) != `{"name":"Ola"}` {
		t.Errorf("got %+v, %v", got, err)
	}
	f, err := again.File(early.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if b, _ := io.ReadAll(f); string(b) != "%PDF" {
		t.Errorf("the document is %q", b)
	}
	if s := again.Stats(); s.Waiting != 2 || s.Damaged != 0 || !s.Oldest.Equal(early.At) || s.Bytes != in.Stats().Bytes {
		t.Errorf("Stats = %+v", s)
	}
	if !again.Waits("late") || again.Waits("nobody") {
		t.Error("Waits does not know who waits")
	}
	for _, id := range []uuid.UUID{early.ID, late.ID, late.ID} { // twice is once
		if err := again.Remove(id); err != nil {
			t.Error(err)
		}
	}
	if left := files(t, dir); len(left) != 0 || again.Stats() != (inbox.Stats{}) {
		t.Errorf("%q is left, %+v", left, again.Stats())
	}
}

func TestOnlyWeMayReadIt(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "applications")
	if err := open(t, dir, inbox.Options{}).Put(item(t, "k", time.Now()), strings.NewReader("x"), 1); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %s", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestWhatCannotBeKeptLeavesNothing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		options  inbox.Options
		document string
		size     int64
		full     bool
	}{
		{"too many", inbox.Options{MaxCount: 1}, "", 0, true},
		{"too much", inbox.Options{MaxBytes: 500}, strings.Repeat("x", 400), 400, true},
		{"no room on the disk", inbox.Options{Reserve: 1 << 60}, "", 0, true},
		{"a document that ends early", inbox.Options{}, "x", 2, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			in := open(t, dir, inbox.Options{})
			if err := in.Put(item(t, "first", time.Now()), nil, 0); err != nil {
				t.Fatal(err)
			}
			in = open(t, dir, c.options)
			before := files(t, dir)
			var document io.Reader
			if c.document != "" {
				document = strings.NewReader(c.document)
			}
			err := in.Put(item(t, "second", time.Now()), document, c.size)
			if err == nil || errors.Is(err, inbox.ErrFull) != c.full {
				t.Errorf("got %v, want it refused, full %v", err, c.full)
			}
			if left := files(t, dir); len(left) != len(before) || in.Stats().Waiting != 1 {
				t.Errorf("%q is left of %q, %+v", left, before, in.Stats())
			}
		})
	}
}

func TestDamagedItemsAreKeptAsideAndCounted(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := open(t, dir, inbox.Options{})
	good, cut, bare := item(t, "good", time.Now()), item(t, "cut", time.Now()), item(t, "bare", time.Now())
	for _, it := range []inbox.Item{good, cut, bare} {
		if err := in.Put(it, strings.NewReader("x"), 1); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Truncate(filepath.Join(dir, cut.ID.String(), "form.json"), 10); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, bare.ID.String(), "cv")); err != nil {
		t.Fatal(err)
	}
	for range 2 { // also the next time
		in = open(t, dir, inbox.Options{})
		if s := in.Stats(); s.Waiting != 1 || s.Damaged != 2 {
			t.Errorf("Stats = %+v, want one good and two damaged", s)
		}
	}
	if waiting, damaged, err := inbox.Count(dir); waiting != 1 || damaged != 2 || err != nil {
		t.Errorf("Count = %d, %d, %v", waiting, damaged, err)
	}
	if waiting, damaged, err := inbox.Count(filepath.Join(dir, "none")); waiting+damaged != 0 || err != nil {
		t.Errorf("Count of no folder = %d, %d, %v", waiting, damaged, err)
	}
}
