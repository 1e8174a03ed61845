package media

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// Tools is the ffmpeg and ffprobe of this machine, with the cage they run in. It is safe for use by several
// goroutines; Policy is to be set before the first use.
type Tools struct {
	Policy Policy

	ffmpeg, ffprobe string // absolute paths
	version         string
	wrappers        [][]string // commands in front of the sandbox: niceness, limits
	limiter         limiter
	sandbox         sandbox
	toneMapping     bool
	burning         bool // captions can be burnt in
	threads         int
}

// maxThreads bounds the threads of each coder: more would hit the memory limit on large machines, for little speed.
const maxThreads = 4

// Missing says what must be installed before clips can be made.
type Missing struct{ What []string }

// Error names every missing part and how to get it.
func (m *Missing) Error() string {
	return fmt.Sprintf("missing for clips: %s; install ffmpeg with H.264 and AAC (Debian, Ubuntu: apt-get install ffmpeg; macOS: brew install ffmpeg)",
		strings.Join(m.What, ", "))
}

// needed are the parts of ffmpeg without which no clip can be made.
var needed = []struct{ list, names string }{
	{"encoders", "libx264 aac mjpeg"},
	{"decoders", "h264 hevc vp8 vp9 mpeg4 aac opus vorbis mp3float"},
	{"filters", "scale setsar fps format setparams split select setpts tile loop crop gblur overlay concat loudnorm aresample aformat apad anullsrc"},
	{"demuxers", "mov matroska concat"},
	{"muxers", "mp4 image2"},
}

// Find looks for ffmpeg and ffprobe in PATH, checks once that they can do what clips need, and chooses the strongest
// sandbox that works here by running it. What is missing comes back as *Missing.
func Find(ctx context.Context) (*Tools, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	t := &Tools{Policy: DefaultPolicy(), threads: min(runtime.NumCPU(), maxThreads)}
	var missing []string
	for name, path := range map[string]*string{"ffmpeg": &t.ffmpeg, "ffprobe": &t.ffprobe} {
		found, err := lookAbsolute(name)
		if err != nil {
			missing = append(missing, name)
		}
		*path = found
	}
	if len(missing) > 0 {
		slices.Sort(missing)
		return nil, &Missing{What: missing}
	}
	t.findCage(ctx)
	if err := t.findParts(ctx); err != nil {
		return nil, err
	}
	return t, nil
}

// findParts reads ffmpeg's version and checks its encoders, decoders, filters and formats.
func (t *Tools) findParts(ctx context.Context) error {
	out, err := t.ask(ctx, "-version")
	if err != nil {
		return fmt.Errorf("ask ffmpeg for its version: %w", err)
	}
	first, _, _ := strings.Cut(out, "\n")
	if fields := strings.Fields(first); len(fields) > 2 {
		t.version = fields[2]
	}
	var missing []string
	for _, need := range needed {
		has, err := t.parts(ctx, need.list)
		if err != nil {
			return err
		}
		for name := range strings.FieldsSeq(need.names) {
			if !has[name] {
				missing = append(missing, strings.TrimSuffix(need.list, "s")+" "+name)
			}
		}
		if need.list == "filters" {
			t.toneMapping, t.burning = has["zscale"] && has["tonemap"], has["ass"]
		}
	}
	if len(missing) > 0 {
		return &Missing{What: missing}
	}
	return nil
}

// parts asks ffmpeg for one of its lists: the names are the second word of each line.
func (t *Tools) parts(ctx context.Context, list string) (map[string]bool, error) {
	out, err := t.ask(ctx, "-"+list)
	if err != nil {
		return nil, fmt.Errorf("ask ffmpeg for its %s: %w", list, err)
	}
	names := map[string]bool{}
	for line := range strings.Lines(out) {
		if fields := strings.Fields(line); len(fields) > 1 {
			for name := range strings.SplitSeq(fields[1], ",") { // a demuxer of several formats has several names
				names[name] = true
			}
		}
	}
	return names, nil
}

func (t *Tools) ask(ctx context.Context, question string) (string, error) {
	var out strings.Builder
	_, err := t.run(ctx, command{program: t.ffmpeg, args: []string{"-hide_banner", question}, limits: probeLimits, stdout: &out})
	return out.String(), err
}

// Version returns ffmpeg's version as it prints it, such as "5.1.9-0+deb12u1".
func (t *Tools) Version() string { return t.version }

// Sandbox returns how ffmpeg is shut in: "bwrap" (own file system, no network), "unshare" (no network) or "none".
func (t *Tools) Sandbox() string { return t.sandbox.name }

// Advice returns, for operators, what works but would be better or safer with something more installed.
func (t *Tools) Advice() []string {
	var advice []string
	if t.sandbox.name != "bwrap" {
		advice = append(advice, "ffmpeg runs without bubblewrap (sandbox: "+t.sandbox.name+"): install bubblewrap and allow user namespaces, or run the worker in a container without a way out")
	}
	if t.limiter.name != "prlimit" {
		advice = append(advice, "prlimit (util-linux) is missing: ffmpeg's memory is not limited on every system")
	}
	if !t.toneMapping {
		advice = append(advice, "ffmpeg lacks the zscale or tonemap filter: HDR clips of phones will look washed out")
	}
	if !t.burning {
		advice = append(advice, "ffmpeg lacks the ass filter (libass): share cuts are made without captions")
	}
	return advice
}

// lookAbsolute finds a program in PATH, with links resolved, since the sandbox binds the place where it really is.
func lookAbsolute(name string) (string, error) {
	path, err := exec.LookPath(name)
	if err != nil {
		return "", err
	}
	if path, err = filepath.Abs(path); err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(path)
}

func toolName(path string) string { return filepath.Base(path) }
