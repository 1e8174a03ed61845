package postgres_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"kollega/internal/postgres"
)

func TestCleanStopKeepsDataAndLeavesNoProcess(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	p := started(t, dir)
	write(t, p.url)
	if got := p.stop(); got != "stopped 0" {
		t.Errorf("stop: got %q, want no restarts", got)
	}
	if left := serverProcesses(t, dir); len(left) > 0 {
		t.Errorf("processes left after stop: %q", left)
	}
	p = started(t, dir)
	wantKept(t, p.url)
	p.stop()
}

func TestServerEndsWithKilledProgram(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	p := started(t, dir)
	write(t, p.url)
	p.kill()
	waitGone(t, dir)
	p = started(t, dir)
	wantKept(t, p.url)
	p.stop()
}

func TestImmediateRestartOfKilledProgram(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	p := started(t, dir)
	write(t, p.url)
	for range 3 {
		p.kill()
		p = started(t, dir)
		wantKept(t, p.url)
	}
	p.stop()
}

func TestKilledPostmasterIsStartedAgain(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	p := started(t, dir)
	write(t, p.url)
	if err := syscall.Kill(postmaster(t, dir), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	var err error
	for range 100 {
		if _, err = tryQuery(p.url, "select n from kept"); err == nil {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if err != nil {
		t.Fatalf("not answering 5 s after the postmaster was killed: %v", err)
	}
	wantKept(t, p.url)
	if got := p.stop(); got != "stopped 1" {
		t.Errorf("stop: got %q, want 1 restart", got)
	}
}

func TestBothKilledAtOnce(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	p := started(t, dir)
	write(t, p.url)
	for range 3 {
		// The program first: it must not get to see the server end.
		server := postmaster(t, dir)
		if err := p.cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = syscall.Kill(server, syscall.SIGKILL) // may be ending already
		p = started(t, dir)
		wantKept(t, p.url)
	}
	p.stop()
}

func TestStalePidFile(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name    string
		content func(old string) string
	}{
		{"names a living stranger", func(old string) string {
			_, rest, _ := strings.Cut(old, "\n")
			return fmt.Sprintf("%d\n%s", os.Getppid(), rest)
		}},
		{"is empty", func(string) string { return "" }},
		{"is no pid file", func(string) string { return "rubbish" }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := folder(t)
			p := started(t, dir)
			write(t, p.url)
			name := filepath.Join(dir, "data", "postmaster.pid")
			old, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			p.stop()
			// As after a power cut: the server is gone, its files are not.
			content := []byte(c.content(string(old)))
			lock := filepath.Join(dir, "run", ".s.PGSQL.5432.lock")
			for _, file := range []string{name, lock} {
				if err := os.WriteFile(file, content, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if info, err := os.Stat(filepath.Join(dir, "data")); err == nil && os.Geteuid() == 0 {
				st := info.Sys().(*syscall.Stat_t)
				for _, file := range []string{name, lock} {
					if err := os.Chown(file, int(st.Uid), int(st.Gid)); err != nil {
						t.Fatal(err)
					}
				}
			}
			p = started(t, dir)
			wantKept(t, p.url)
			p.stop()
		})
	}
}

func TestUnfinishedInitIsMadeAnew(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	left := filepath.Join(dir, "data.new-1")
	if err := os.MkdirAll(filepath.Join(left, "base"), 0o700); err != nil {
		t.Fatal(err)
	}
	p := started(t, dir)
	if _, err := os.Stat(left); err == nil {
		t.Error("unfinished data is still there")
	}
	p.stop()
}

func TestStopByForceWhenTimeIsUp(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	s, err := postgres.Start(t.Context(), options(dir))
	if err != nil {
		t.Fatal(err)
	}
	write(t, s.URL())
	// A stopped postmaster cannot answer SIGINT: only force is left.
	if err := syscall.Kill(postmaster(t, dir), syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Stop(ctx); err == nil || !strings.Contains(err.Error(), "by force") {
		t.Errorf("Stop: got %v, want an error that says it was by force", err)
	}
	waitGone(t, dir)
	s, err = postgres.Start(t.Context(), options(dir))
	if err != nil {
		t.Fatal(err)
	}
	wantKept(t, s.URL())
	if err := s.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}
