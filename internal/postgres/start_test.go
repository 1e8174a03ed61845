package postgres_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kollega/internal/postgres"
)

func TestStartsAsOrdinaryUser(t *testing.T) {
	t.Parallel()
	dir, uid := folder(t), ordinary(t)
	if os.Geteuid() == 0 {
		if err := os.Chown(dir, uid, uid); err != nil {
			t.Fatal(err)
		}
	}
	p := launch(t, dir, uid)
	if !strings.HasPrefix(p.url, "postgres://") {
		t.Fatalf("start: %s", p.url)
	}
	write(t, p.url)
	p.stop()
	// Whoever starts it next, root included, finds the data; and so does the first one again.
	for _, uid := range []int{os.Geteuid(), uid} {
		p = launch(t, dir, uid)
		wantKept(t, p.url)
		p.stop()
	}
}

func TestSecondStartIsRefused(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	p := started(t, dir)
	_, err := postgres.Start(t.Context(), options(dir))
	if !errors.Is(err, postgres.ErrInUse) {
		t.Errorf("second start: got %v, want ErrInUse", err)
	}
	if got := query(t, p.url, "select 1"); got != 1 {
		t.Errorf("first server: got %d, want 1", got)
	}
	p.stop()
}

func TestSecretsAreClosedToOthers(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	p := started(t, dir)
	want := map[string]os.FileMode{"password": 0o600, "run": 0o700, "data": 0o700}
	for name, mode := range want {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != mode {
			t.Errorf("%s: got mode %o, want %o", name, got, mode)
		}
	}
	if _, err := tryQuery(strings.Replace(p.url, "kollega:", "kollega:x", 1), "select 1"); err == nil {
		t.Error("a wrong password is taken")
	}
	if got := query(t, p.url, "select count(*)::int from pg_settings where (name, setting) in (('data_checksums','on'), ('fsync','on'), ('listen_addresses',''))"); got != 3 {
		t.Errorf("settings: got %d of 3 right", got)
	}
	p.stop()
}

func TestOpenAttachesOrStarts(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	first, err := postgres.Open(t.Context(), options(dir))
	if err != nil {
		t.Fatal(err)
	}
	second, err := postgres.Open(t.Context(), options(dir))
	if err != nil {
		t.Fatal(err)
	}
	if first.Attached() || !second.Attached() {
		t.Errorf("attached: got %v and %v, want false and true", first.Attached(), second.Attached())
	}
	// The one who runs it waits for the one attached.
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := first.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
	time.Sleep(200 * time.Millisecond)
	if got := query(t, second.URL(), "select 1"); got != 1 {
		t.Errorf("attached server: got %d, want 1", got)
	}
	if err := second.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	wg.Wait()
	<-first.Done()
	<-second.Done()
	waitGone(t, dir)
}

func TestOpenWhileOthersStartAndStop(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			for range 3 {
				s, err := postgres.Open(t.Context(), options(dir))
				if err != nil {
					t.Error(err)
					return
				}
				if _, err := tryQuery(s.URL(), "select 1"); err != nil {
					t.Errorf("attached %v: %v", s.Attached(), err)
				}
				if err := s.Stop(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	waitGone(t, dir)
}

func TestOtherMajorVersionIsRefused(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	data := filepath.Join(dir, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{"PG_VERSION": "14\n", "precious": "rows"}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(data, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	installed, major, err := postgres.FindBinaries(0)
	if err != nil {
		t.Fatal(err)
	}
	for _, binDir := range []string{"", installed} {
		o := options(dir)
		o.BinDir = binDir
		_, err = postgres.Start(t.Context(), o)
		version, ok := errors.AsType[*postgres.VersionError](err)
		if !ok {
			t.Fatalf("start: got %v, want a VersionError", err)
		}
		if version.Data != 14 || version.Found[0] != major || version.Dir != data {
			t.Errorf("version error: got %+v, want data 14, found %d, in %s", version, major, data)
		}
	}
	entries, err := os.ReadDir(data)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != len(files) {
		t.Errorf("data holds %d files after the refusal, want %d", len(entries), len(files))
	}
	for name, want := range files {
		if got, _ := os.ReadFile(filepath.Join(data, name)); string(got) != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestStartRefusesWithAClearWord(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name    string
		arrange func(t *testing.T, dir string, o *postgres.Options)
		want    string
	}{
		{"data folder that is none", func(t *testing.T, dir string, _ *postgres.Options) {
			if err := os.MkdirAll(filepath.Join(dir, "data", "photos"), 0o755); err != nil {
				t.Fatal(err)
			}
		}, "move it away"},
		{"wrong setting", func(_ *testing.T, _ string, o *postgres.Options) {
			o.Params = append(o.Params, "shared_bufers=1")
		}, "shared_bufers"},
		{"no programs", func(_ *testing.T, dir string, o *postgres.Options) {
			o.BinDir = dir
		}, "apt install postgresql"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := folder(t)
			o := options(dir)
			c.arrange(t, dir, &o)
			_, err := postgres.Start(t.Context(), o)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("start: got %v, want an error with %q", err, c.want)
			}
		})
	}
}

func TestLostPasswordIsNotReplaced(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	started(t, dir).stop()
	if err := os.Remove(filepath.Join(dir, "password")); err != nil {
		t.Fatal(err)
	}
	_, err := postgres.Start(t.Context(), options(dir))
	if err == nil || !strings.Contains(err.Error(), "password") {
		t.Errorf("start: got %v, want an error about the password file", err)
	}
}

func TestClosedParentIsNamed(t *testing.T) {
	t.Parallel()
	closed := filepath.Join(folder(t), "closed")
	mode := os.FileMode(0o700) // enough to keep out the account that root drops to
	if os.Geteuid() != 0 {
		mode = 0
	}
	if err := os.Mkdir(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(closed, mode); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(closed, "deeper", "state")
	_, err := postgres.Start(t.Context(), options(dir))
	if err == nil || !strings.Contains(err.Error(), closed) || strings.Contains(err.Error(), "may not enter "+closed+"/deeper") {
		t.Errorf("start: got %v, want an error that names %s", err, closed)
	}
	if _, err := os.Stat(filepath.Join(dir, "data")); err == nil {
		t.Error("data was made all the same")
	}
}

func TestLongPathUsesAShortSocket(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(folder(t), strings.Repeat("long", 30), "with, comma")
	s, err := postgres.Start(t.Context(), options(dir))
	if err != nil {
		t.Fatal(err)
	}
	other, err := postgres.Open(t.Context(), options(dir))
	if err != nil {
		t.Fatal(err)
	}
	if got := query(t, other.URL(), "select 1"); got != 1 {
		t.Errorf("query: got %d, want 1", got)
	}
	if err := errors.Join(other.Stop(t.Context()), s.Stop(t.Context())); err != nil {
		t.Error(err)
	}
}

func TestStartStopsWhenItsContextEnds(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	for _, after := range []time.Duration{0, 300 * time.Millisecond, time.Second} {
		ctx, cancel := context.WithTimeout(t.Context(), after)
		s, err := postgres.Start(ctx, options(dir))
		cancel()
		if err == nil { // it was quicker
			err = s.Stop(t.Context())
		} else if errors.Is(err, context.DeadlineExceeded) {
			err = nil
		}
		if err != nil {
			t.Errorf("start cut after %v: %v", after, err)
		}
		waitGone(t, dir)
	}
	s, err := postgres.Start(t.Context(), options(dir))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}
