package media

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const orphanEnv = "KOLLEGA_TEST_ENDLESS"

// TestEndless is the program that TestKilledProgramTakesFFmpegAlong kills; in a run of its own it does nothing.
func TestEndless(t *testing.T) {
	if path := os.Getenv(orphanEnv); path != "" {
		_, err := tools(t).run(t.Context(), command{program: tools(t).ffmpeg, args: endless(path), limits: transcodeLimits})
		t.Fatalf("ended by itself: %v", err)
	}
}

func TestKilledProgramTakesFFmpegAlong(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "orphan.null")
	program := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestEndless$")
	program.Env = append(os.Environ(), orphanEnv+"="+path)
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	await(t, "ffmpeg to start", func() bool { // itself: until then its wrappers are still being put round it
		return slices.ContainsFunc(running(t, path), func(line string) bool {
			name, _, _ := strings.Cut(line, " ")
			return filepath.Base(name) == "ffmpeg"
		})
	})
	if err := program.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	program.Wait() // it says killed, as it was
	await(t, "ffmpeg to be gone", func() bool { return len(running(t, path)) == 0 })
}

func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited 30 s for %s", what)
		}
	}
}
