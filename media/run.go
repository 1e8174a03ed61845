package media

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// maxStderr is how much of what a program printed is kept, in bytes: its end, where the reason is.
const maxStderr = 64 << 10

// ToolError says that ffmpeg or ffprobe failed. Stderr may name paths and is for administrators only.
type ToolError struct {
	Tool   string
	Stderr string // the last 64 KB
	Err    error
}

// Error returns the cause with the last line that was printed.
func (e *ToolError) Error() string {
	lines := strings.Split(strings.TrimSpace(e.Stderr), "\n")
	if last := lines[len(lines)-1]; last != "" {
		return fmt.Sprintf("%s: %v: %s", e.Tool, e.Err, last)
	}
	return fmt.Sprintf("%s: %v", e.Tool, e.Err)
}

// Unwrap returns the cause.
func (e *ToolError) Unwrap() error { return e.Err }

// Is makes a full disk, of which ffmpeg only prints, the error that it is.
func (e *ToolError) Is(target error) bool {
	return target == error(syscall.ENOSPC) && strings.Contains(e.Stderr, "No space left on device")
}

// exited tells whether the program itself gave up on its input, as opposed to having been stopped or never started.
func (e *ToolError) exited() bool {
	var exit *exec.ExitError
	if !errors.As(e.Err, &exit) || e.Is(syscall.ENOSPC) {
		return false
	}
	for _, wrapper := range []string{"bwrap:", "unshare:", "prlimit:", "nice:", "sh:"} {
		if strings.HasPrefix(e.Stderr, wrapper) {
			return false
		}
	}
	return true
}

// limits are what one run may use.
type limits struct {
	memory int // bytes of address space
	cpu    int // seconds
	file   int // bytes of each file written
}

var (
	probeLimits     = limits{memory: 1_500_000_000, cpu: 15, file: 1 << 20}
	transcodeLimits = limits{memory: 3_000_000_000, cpu: 1200, file: 1 << 30}
)

// command is one run of ffmpeg or ffprobe.
type command struct {
	program string // absolute path
	args    []string
	in      string // the one file it may read, absolute; empty for none
	dir     string // the one folder it may write into, absolute; empty for none
	limits  limits
	stdout  io.Writer // nil: thrown away
}

// run runs c inside the sandbox and waits until every process of it is gone. When ctx ends they are killed at once
// with SIGKILL, because ffmpeg that duplicates frames listens to no other signal. It returns how many lines were
// printed as errors; a failure is a *ToolError whose cause is that of ctx, if ctx ended.
func (t *Tools) run(ctx context.Context, c command) (complaints int, err error) {
	argv := t.wrap(c)
	stderr := &tail{max: maxStderr}
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Env = []string{} // nil would mean ours, with its secrets
	cmd.Dir = "/"
	cmd.Stdout, cmd.Stderr = c.stdout, stderr
	cmd.SysProcAttr = ownGroup()
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	// Wait returns when nobody holds the pipes any more, hence when the last child is gone.
	cmd.WaitDelay = 10 * time.Second
	err = cmd.Run()
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		return stderr.lines, &ToolError{Tool: toolName(c.program), Stderr: stderr.String(), Err: err}
	}
	return stderr.lines, nil
}

// tail keeps the end of what is written to it and counts the lines.
type tail struct {
	max   int
	buf   []byte
	lines int
}

// Write never fails.
func (t *tail) Write(p []byte) (int, error) {
	t.lines += strings.Count(string(p), "\n")
	t.buf = append(t.buf, p...)
	if len(t.buf) > 2*t.max {
		t.buf = append(t.buf[:0], t.buf[len(t.buf)-t.max:]...)
	}
	return len(p), nil
}

// String returns at most the last max bytes, as valid UTF-8.
func (t *tail) String() string {
	return strings.ToValidUTF8(string(t.buf[max(0, len(t.buf)-t.max):]), "?")
}
