package media

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kollega/media/mediatest"
)

// endless are arguments with which ffmpeg works for hours, and path is a name to find it by.
func endless(path string) []string {
	return []string{"-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=s=64x64", "-f", "null", path}
}

// cages returns the tools in each sandbox that this machine allows, and in none.
func cages(t *testing.T) map[string]*Tools {
	t.Helper()
	open := *tools(t)
	open.sandbox = sandbox{name: "none", args: func(command) []string { return nil }}
	all := map[string]*Tools{"none": &open}
	for _, s := range sandboxes() {
		shut := open
		if shut.sandbox = s; shut.starts(t.Context()) {
			all[s.name] = &shut
		}
	}
	plain := open
	plain.limiter, plain.wrappers = shellLimiter(), nil
	all["none, without prlimit"] = &plain
	return all
}

func TestCancelLeavesNoProcess(t *testing.T) {
	t.Parallel()
	for name, tools := range cages(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "never.null")
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				for len(running(t, path)) == 0 {
					time.Sleep(10 * time.Millisecond)
				}
				cancel()
			}()
			_, err := tools.run(ctx, command{program: tools.ffmpeg, args: endless(path), limits: transcodeLimits})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("got %v, want context.Canceled", err)
			}
			if left := running(t, path); len(left) > 0 {
				t.Errorf("still running: %v", left)
			}
		})
	}
}

func TestLimitsHold(t *testing.T) {
	t.Parallel()
	for name, tools := range cages(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			big := filepath.Join(dir, "big.yuv")
			write := []string{"-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=s=640x480", "-f", "rawvideo", "file:" + big}
			_, err := tools.run(t.Context(), command{
				program: tools.ffmpeg, args: write, dir: dir,
				limits: limits{memory: transcodeLimits.memory, cpu: 60, file: 1 << 20},
			})
			var failed *ToolError
			if !errors.As(err, &failed) {
				t.Errorf("file limit: got %v, want *ToolError", err)
			}
			if info, err := os.Stat(big); err != nil || info.Size() > 1<<20 {
				t.Errorf("file limit: got %v (%v), want at most 1 MB", info.Size(), err)
			}
			path := filepath.Join(dir, "never.null")
			_, err = tools.run(t.Context(), command{
				program: tools.ffmpeg, args: endless(path),
				limits: limits{memory: transcodeLimits.memory, cpu: 1, file: 1 << 20},
			})
			if !errors.As(err, &failed) || len(running(t, path)) > 0 {
				t.Errorf("CPU limit: got %v, want *ToolError and nothing left", err)
			}
		})
	}
}

func TestSandboxShowsOnlyTheInput(t *testing.T) {
	t.Parallel()
	tools := tools(t)
	if tools.Sandbox() != "bwrap" {
		t.Logf("sandbox is %s: files are not hidden on this machine", tools.Sandbox())
		return
	}
	secret := written(t, whole(t, mediatest.Clip(t, 3, mediatest.Size(320, 180))))
	if _, _, err := tools.probe(t.Context(), secret, formatMOV); err != nil {
		t.Errorf("input: %v", err)
	}
	args := slices.Concat(guards(formatMOV), []string{"file:" + secret})
	if _, err := tools.run(t.Context(), command{program: tools.ffprobe, args: args, limits: probeLimits}); err == nil {
		t.Error("a file that is not the input could be read")
	}
}

func TestEnvironmentIsEmpty(t *testing.T) {
	t.Parallel()
	env, err := exec.LookPath("env")
	if err != nil {
		t.Fatal(err)
	}
	open := cages(t)["none"]
	var out strings.Builder
	if _, err := open.run(t.Context(), command{program: env, limits: probeLimits, stdout: &out}); err != nil || out.String() != "" {
		t.Errorf("got %q (%v), want no variable", out.String(), err)
	}
}

func TestToolErrorKeepsTheEnd(t *testing.T) {
	t.Parallel()
	kept := &tail{max: 100}
	for range 1000 {
		kept.Write([]byte("error while decoding\n"))
	}
	kept.Write([]byte("the reason\n"))
	if s := kept.String(); len(s) > 100 || !strings.HasSuffix(s, "the reason\n") || kept.lines != 1001 {
		t.Errorf("got %d lines ending %q", kept.lines, s)
	}
	err := &ToolError{Tool: "ffmpeg", Stderr: kept.String(), Err: ErrStuck}
	if got, want := err.Error(), "ffmpeg: media: ffmpeg is stuck: the reason"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSilentToolIsKilled(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "never.null")
	ctx, _, stop := watch(t.Context(), 10, 300*time.Millisecond, nil)
	defer stop()
	_, err := tools(t).run(ctx, command{program: tools(t).ffmpeg, args: endless(path), limits: transcodeLimits})
	if !errors.Is(err, ErrStuck) {
		t.Errorf("got %v, want ErrStuck", err)
	}
	if left := running(t, path); len(left) > 0 {
		t.Errorf("still running: %v", left)
	}
}

func TestProgress(t *testing.T) {
	t.Parallel()
	var told []float64
	ctx, p, stop := watch(t.Context(), 10, time.Minute, func(done float64) { told = append(told, done) })
	defer stop()
	w := &lineWriter{line: p.line}
	// A negative and a smaller time come from ffmpeg too; the second block follows within the second.
	for _, block := range []string{"out_time_us=N/A\nprogress=continue\n", "out_time_us=5000000\nprogr", "ess=continue\n", "out_time_us=-4\nprogress=end\n"} {
		w.Write([]byte(block))
	}
	if want := []float64{0, 1}; !slices.Equal(told, want) {
		t.Errorf("got %v, want %v", told, want)
	}
	if ctx.Err() != nil {
		t.Errorf("got %v, want a context that goes on", context.Cause(ctx))
	}
}

func TestFindSaysWhatToInstall(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := Find(t.Context())
	var missing *Missing
	if !errors.As(err, &missing) || !slices.Equal(missing.What, []string{"ffmpeg", "ffprobe"}) {
		t.Errorf("got %v, want both missing", err)
	}
}
