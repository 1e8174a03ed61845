package worker

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"kollega/media"
	"kollega/media/mediatest"
	"kollega/models"
	"kollega/storage"
)

// hangingTools is the ffmpeg that a PATH leads to whose first ffmpeg answers questions and never ends a film.
func hangingTools(t *testing.T) *media.Tools {
	t.Helper()
	program, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	script := fmt.Sprintf("#!/bin/sh\ncase \"$*\" in *-progress*) sleep 1000 ;; esac\nexec %s \"$@\"\n", program)
	if err := os.WriteFile(filepath.Join(dir, "ffmpeg"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	tools, err := media.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return tools
}

// TestHangingFFmpeg is alone: it changes PATH.
func TestHangingFFmpeg(t *testing.T) {
	d := testDeps(t)
	c := uploaded(t, d, mediatest.Clip(t, 4))
	hanging := d
	hanging.Tools = hangingTools(t)
	late := overdue{t.Context(), make(chan struct{})}
	ended := make(chan error, 1)
	go func() {
		w := &processClip{Deps: hanging}
		ended <- w.Work(late, &river.Job[models.ProcessClip]{Args: models.ProcessClip{ClipID: c.ID}})
	}()
	for hangs := false; !hangs; time.Sleep(20 * time.Millisecond) {
		hangs = slices.ContainsFunc(running(d.Dir), func(line string) bool { return strings.Contains(line, "-progress") })
		if t.Context().Err() != nil {
			t.Fatal("ffmpeg was never started")
		}
	}
	close(late.done)
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if got := read(t, d, c.ID); got.Status != models.ClipProcessing || got.ErrorCode != "too_slow" || got.HeartbeatAt != nil {
		t.Errorf("got %s %q, held since %v; want it to wait for its next try, with the reason", got.Status, got.ErrorCode, got.HeartbeatAt)
	}
	nothingLeft(t, d)
	if left := running(d.Dir); len(left) > 0 {
		t.Errorf("still running: %q", left)
	}
	if got := work(t, d, c); got.Status != models.ClipReady || got.ErrorCode != "" {
		t.Errorf("with an ffmpeg that works: got %s %s", got.Status, got.ErrorCode)
	}
}

// overdue is a context whose time is up when done is closed, however fast the machine is.
type overdue struct {
	context.Context //nolint:containedctx // it is one
	done            chan struct{}
}

// Done is closed when the time is up.
func (o overdue) Done() <-chan struct{} { return o.done }

// Err says so.
func (o overdue) Err() error {
	select {
	case <-o.done:
		return context.DeadlineExceeded
	default:
		return nil
	}
}

// running are the command lines that name a folder.
func running(dir string) (lines []string) {
	found, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range found {
		if b, err := os.ReadFile(path); err == nil && strings.Contains(string(b), dir) {
			lines = append(lines, strings.ReplaceAll(string(b), "\x00", " "))
		}
	}
	return lines
}

func TestStoreThatIsAway(t *testing.T) {
	t.Parallel()
	d := testDeps(t)
	c := uploaded(t, d, mediatest.Clip(t, 4))
	away := d
	var err error
	away.Store, err = storage.New(storage.Config{Endpoint: "http://127.0.0.1:1", Region: "us-east-1", Bucket: "b", AccessKey: "a", SecretKey: "b"})
	if err != nil {
		t.Fatal(err)
	}
	if got := work(t, away, c); got.Status != models.ClipProcessing || got.ErrorCode != "storage" {
		t.Errorf("got %s %q, want it to wait for its next try, with the reason", got.Status, got.ErrorCode)
	}
	if got := work(t, d, c); got.Status != models.ClipReady || got.ErrorCode != "" {
		t.Errorf("with the store back: got %s %s", got.Status, got.ErrorCode)
	}
}

func TestReasonsThatPeopleAreTold(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"disk":          fmt.Errorf("fetch: %w", &fs.PathError{Op: "write", Path: "original", Err: syscall.ENOSPC}),
		"original_gone": fmt.Errorf("fetch: %w", storage.ErrNotFound),
		"too_slow":      &media.ToolError{Tool: "ffmpeg", Err: media.ErrStuck},
		"no_ffmpeg":     errNoFFmpeg,
		"ffmpeg":        &media.ToolError{Tool: "ffmpeg", Err: errors.New("exit status 1")},
		"internal":      errors.New("something else"),
	} {
		if got := reason(err); got != want {
			t.Errorf("%v: got %q, want %q", err, got, want)
		}
	}
	full := &media.ToolError{Tool: "ffmpeg", Err: errors.New("exit status 1"), Stderr: "av_interleaved_write_frame(): No space left on device\n"}
	if got := reason(full); got != "disk" {
		t.Errorf("ffmpeg on a full disk: got %q, want disk", got)
	}
}

func TestOriginalsGoAfterTheirTime(t *testing.T) {
	t.Parallel()
	d := testDeps(t)
	ctx := t.Context()
	if err := d.DB.SaveOrganisation(ctx, models.Organisation{Name: "Fjordheim", Language: "nb"}); err != nil {
		t.Fatal(err)
	}
	made, waiting := work(t, d, uploaded(t, d, mediatest.Clip(t, 4))), uploaded(t, d, mediatest.Clip(t, 4))
	text := filepath.Join(t.TempDir(), "klipp.mp4")
	if err := os.WriteFile(text, []byte("Dette er ingen film."), 0o600); err != nil {
		t.Fatal(err)
	}
	refused := work(t, d, uploaded(t, d, text))
	if refused.Status != models.ClipRejected {
		t.Fatalf("got %+v, want it rejected", refused)
	}
	there := func(key string) bool {
		_, err := d.Store.Head(ctx, key)
		return err == nil
	}
	sweepAfter := func(days int) {
		d.DB.Now = func() time.Time { return time.Now().AddDate(0, 0, days) }
		if _, err := d.DB.DropOriginals(ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := d.DB.Pool().Exec(ctx, "delete from river_job"); err != nil { // the queue may fail: the sweep takes what it left
			t.Fatal(err)
		}
		if err := (&sweep{Deps: d}).Work(ctx, nil); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		keep, days int
		want       bool
	}{{0, 4000, true}, {30, 29, true}, {30, 31, false}} {
		if err := d.DB.SaveClipSettings(ctx, models.ClipSettings{ProposalDays: 5, OriginalDays: step.keep}); err != nil {
			t.Fatal(err)
		}
		sweepAfter(step.days)
		if got := there(made.UploadKey); got != step.want {
			t.Errorf("kept %d days, after %d: the original is there: %v, want %v", step.keep, step.days, got, step.want)
		}
		if got := there(refused.UploadKey); got != step.want {
			t.Errorf("kept %d days, after %d: a file that was refused is there: %v, want %v", step.keep, step.days, got, step.want)
		}
	}
	if !there(waiting.UploadKey) {
		t.Error("an original of which nothing was made is gone")
	}
	for _, f := range made.Files {
		if !there(f.Key) {
			t.Errorf("%s is gone with its original", f.Name)
		}
	}
}
