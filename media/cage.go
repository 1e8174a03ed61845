package media

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// sandbox is a program that shuts ffmpeg in.
type sandbox struct {
	name string // "bwrap", "unshare" or "none"
	args func(c command) []string
}

// limiter sets limits on what is run after it.
type limiter struct {
	name string // "prlimit" or "sh"
	args func(l limits) []string
}

// findCage chooses niceness, limits and sandbox: of each the first that works when it is run.
func (t *Tools) findCage(ctx context.Context) {
	t.limiter = shellLimiter()
	t.sandbox = sandbox{name: "none", args: func(command) []string { return nil }}
	if path, err := lookAbsolute("prlimit"); err == nil {
		shell := t.limiter
		if t.limiter = prlimiter(path); !t.starts(ctx) {
			t.limiter = shell
		}
	}
	if path, err := lookAbsolute("nice"); err == nil {
		// A worker shares the machine with the server, which must go on answering.
		if t.wrappers = [][]string{{path, "-n", "10"}}; !t.starts(ctx) {
			t.wrappers = nil
		}
	}
	for _, s := range sandboxes() {
		open := t.sandbox
		if t.sandbox = s; t.starts(ctx) {
			return
		}
		t.sandbox = open
	}
}

// starts tells whether ffprobe comes up inside the cage as it is.
func (t *Tools) starts(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	_, err := t.run(ctx, command{program: t.ffprobe, args: []string{"-version"}, limits: probeLimits})
	return err == nil
}

// wrap returns the whole command line: niceness, limits, sandbox, program.
func (t *Tools) wrap(c command) []string {
	var argv []string
	for _, w := range t.wrappers {
		argv = append(argv, w...)
	}
	argv = append(argv, t.limiter.args(c.limits)...)
	argv = append(argv, t.sandbox.args(c)...)
	argv = append(argv, c.program)
	return append(argv, c.args...)
}

func prlimiter(path string) limiter {
	return limiter{name: "prlimit", args: func(l limits) []string {
		return []string{path, fmt.Sprintf("--as=%d", l.memory), fmt.Sprintf("--cpu=%d", l.cpu), fmt.Sprintf("--fsize=%d", l.file), "--core=0", "--"}
	}}
}

// shellLimiter is for systems without prlimit; where a system knows no memory limit (macOS), there is none.
func shellLimiter() limiter {
	return limiter{name: "sh", args: func(l limits) []string {
		script := `ulimit -c 0; ulimit -v "$1" 2>/dev/null; ulimit -t "$2"; ulimit -f "$3"; shift 3; exec "$@"`
		return []string{"/bin/sh", "-c", script, "sh", strconv.Itoa(l.memory >> 10), strconv.Itoa(l.cpu), strconv.Itoa(l.file >> 9)}
	}}
}

// sandboxes lists what is installed, strongest first.
func sandboxes() []sandbox {
	var all []sandbox
	if path, err := lookAbsolute("bwrap"); err == nil {
		all = append(all, sandbox{name: "bwrap", args: func(c command) []string { return bubble(path, c) }})
	}
	if path, err := lookAbsolute("unshare"); err == nil {
		// An ordinary user may only cut the network off inside a user namespace of their own.
		for _, flags := range [][]string{{"-n"}, {"-r", "-n"}} {
			all = append(all, sandbox{name: "unshare", args: func(command) []string {
				return append(append([]string{path}, flags...), "--")
			}})
		}
	}
	return all
}

// bubble shows ffmpeg the system's libraries, its one input and its one output folder, at the paths they have
// outside, and nothing else: no network, no other process, no /proc (which containers often forbid mounting).
func bubble(path string, c command) []string {
	argv := []string{path, "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"}
	for _, dir := range []string{
		"/usr", "/lib", "/lib32", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/alternatives", "/nix/store", "/gnu/store",
		"/dev/null", "/dev/urandom",
	} {
		argv = append(argv, "--ro-bind-try", dir, dir)
	}
	if home := filepath.Dir(c.program); !strings.HasPrefix(home, "/usr/") {
		argv = append(argv, "--ro-bind", home, home)
	}
	if c.dir != "" {
		argv = append(argv, "--bind", c.dir, c.dir)
	}
	if c.in != "" { // after the folder, in which it may lie
		argv = append(argv, "--ro-bind", c.in, c.in)
	}
	return append(argv, "--chdir", "/", "--")
}
