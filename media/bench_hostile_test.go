package media

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"kollega/media/mediatest"
)

const weighedEnv = "KOLLEGA_TEST_WEIGHED"

// TestWeighed is the program that BenchmarkHostile starts for each file, so that what one costs is not another's; in a run of its
// own it does nothing.
func TestWeighed(t *testing.T) {
	path := os.Getenv(weighedEnv)
	if path == "" {
		return
	}
	tools := counted(t)
	begun := time.Now()
	_, err := tools.Check(t.Context(), path)
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &u); err != nil {
		t.Fatal(err)
	}
	fmt.Printf("weighed %d %d %v\n", u.Maxrss, time.Since(begun).Milliseconds(), err)
}

// BenchmarkHostile tells, for each hostile file, the most memory that a program which looked into it had in use at a time, and how
// long refusing took: those of TestCheckRefuses that reach ffprobe, and the folder that KOLLEGA_TEST_CLIPS names.
func BenchmarkHostile(b *testing.B) {
	lavfi := func(source string, rest ...string) []string {
		return slices.Concat([]string{"-f", "lavfi", "-i", source}, h264, rest)
	}
	files := map[string]string{
		"8K square":                  mediatest.Make(b, "mp4", lavfi("color=s=8192x8192:r=10:d=0.2")...),
		"an hour":                    mediatest.Make(b, "mp4", lavfi("color=s=64x64:r=1:d=3600")...),
		"a thousand frames a second": mediatest.Make(b, "mp4", lavfi("testsrc2=s=64x64:r=1000:d=4")...),
		"three frames over two days": mediatest.Make(b, "mp4", lavfi("testsrc2=s=64x64:r=10:d=4", "-vf", "setpts=N*100000/TB", "-frames:v", "3", "-fps_mode", "passthrough")...),
		"PNG in QuickTime":           mediatest.Make(b, "mov", "-f", "lavfi", "-i", "testsrc2=s=64x64:r=10:d=4", "-c:v", "png"),
	}
	if folder := os.Getenv("KOLLEGA_TEST_CLIPS"); folder != "" {
		found, err := filepath.Glob(filepath.Join(folder, "attack", "*"))
		if err != nil {
			b.Fatal(err)
		}
		for _, path := range append(found, filepath.Join(folder, "one-by-one-person-detection.mp4"), filepath.Join(folder, "trunc_faststart.mp4")) {
			files[filepath.Base(path)] = path
		}
	}
	for name, path := range files {
		b.Run(name, func(b *testing.B) {
			var most, slowest int
			for b.Loop() {
				memory, wall := weigh(b, path)
				most, slowest = max(most, memory), max(slowest, wall)
			}
			b.ReportMetric(float64(most)/1024, "peak-MB")
			b.ReportMetric(float64(slowest), "slowest-ms")
		})
	}
}

// weigh has a program of its own look at a file that must be refused; it answers KB and milliseconds.
func weigh(b *testing.B, path string) (memory, wall int) {
	b.Helper()
	program := exec.CommandContext(b.Context(), os.Args[0], "-test.run=^TestWeighed$")
	program.Env = append(os.Environ(), weighedEnv+"="+path)
	out, err := program.Output()
	if err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	var why string
	for line := range strings.Lines(string(out)) {
		if n, _ := fmt.Sscanf(line, "weighed %d %d %s", &memory, &wall, &why); n == 3 && why != "<nil>" {
			return memory, wall
		}
	}
	b.Fatalf("it was not refused: %s", out)
	return 0, 0
}
