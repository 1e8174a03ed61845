package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	firstPause   = 100 * time.Millisecond // before starting a server again that died
	longestPause = 10 * time.Second
	steadyAfter  = time.Minute      // running so long, a server has recovered
	stopPatience = 20 * time.Second // before an ordinary stop becomes a forced one
	firstTries   = 8
)

// defaults suit one program on a small machine; Options.Params override them.
var defaults = []string{
	"shared_buffers=128MB",
	"max_connections=100",
	"jit=off", // compiles longer than our queries run
	"timezone=UTC",
	"log_timezone=UTC",
	// Failed statements are told to the program; in the log their values could be personal data.
	"log_min_messages=log",
	"log_min_error_statement=panic",
	"log_error_verbosity=terse",
	"log_line_prefix=",
}

// process is one run of the server program.
type process struct {
	cmd    *exec.Cmd
	since  time.Time
	log    *serverLog
	exited chan struct{}
	err    error // set before exited closes
}

// startError is a server that ended before it was ready.
type startError struct {
	err  error
	said string
}

func (e *startError) Error() string { return fmt.Sprintf("postgres ended (%v): %s", e.err, e.said) }

// passing reports whether the reason goes by itself: backends of a killed server notice only after a moment.
func (e *startError) passing() bool {
	return strings.Contains(e.said, "shared memory block") || strings.Contains(e.said, "lock file")
}

// supervise keeps the server running until Stop. started hears how the first start went.
func (s *Server) supervise(ctx context.Context, started chan<- error) {
	// The parent-death signal belongs to the thread that made the child: this one stays ours until it ends.
	runtime.LockOSThread()
	defer close(s.done)
	defer s.release()
	p, err := s.firstLaunch(ctx)
	started <- err
	pause := firstPause
	for p != nil {
		select {
		case <-s.running.Done():
			s.stopErr = p.end(s.stopCtx)
			return
		case <-p.exited:
		}
		if time.Since(p.since) > steadyAfter {
			pause = firstPause
		}
		p, pause = s.relaunch(p.err, pause)
	}
}

// release gives the folder back.
func (s *Server) release() {
	if !strings.HasPrefix(s.socket, s.dir.path) {
		_ = os.Remove(s.socket) // in the temporary folder; one that is not empty stays
	}
	if s.users != nil {
		s.users.Close()
	}
	s.lock.Close()
}

func (s *Server) firstLaunch(ctx context.Context) (*process, error) {
	pause := firstPause
	for try := 1; ; try++ {
		p, err := s.launch(ctx)
		if err == nil {
			return p, nil
		}
		failed, ok := errors.AsType[*startError](err)
		if !ok || !failed.passing() || try == firstTries || !sleep(ctx, pause) {
			return nil, err
		}
		pause *= 2
	}
}

// relaunch tries until the server runs again or Stop is called, which it answers with nil.
func (s *Server) relaunch(why error, pause time.Duration) (*process, time.Duration) {
	for {
		s.opts.Log.Error("the database server ended and is started again", "reason", why, "after", pause)
		if !sleep(s.running, pause) {
			return nil, pause
		}
		pause = min(2*pause, longestPause)
		s.restarts.Add(1)
		p, err := s.launch(s.running)
		if err == nil {
			return p, pause
		}
		why = err
	}
}

// launch starts the server and waits until it is ready; when ctx ends before, it stops it again.
func (s *Server) launch(ctx context.Context) (*process, error) {
	if err := s.clearStale(ctx); err != nil {
		return nil, err
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	p := &process{
		cmd: s.command("postgres", s.arguments()...), since: time.Now(),
		log: newServerLog(s.running, s.opts.Log, r), exited: make(chan struct{}),
	}
	p.cmd.Stdout, p.cmd.Stderr = w, w
	err = p.cmd.Start()
	w.Close()
	if err != nil {
		p.log.finish()
		return nil, err
	}
	go func() {
		defer close(p.exited)
		p.err = p.cmd.Wait()
		p.log.finish()
	}()
	if err = s.waitReady(ctx, p); err != nil {
		return nil, err
	}
	return p, nil
}

func (s *Server) arguments() []string {
	args := []string{"-D", s.dir.data}
	fixed := []string{
		"listen_addresses=", "port=5432", "unix_socket_directories=" + s.socket, "unix_socket_permissions=0700",
		"logging_collector=off", "log_destination=stderr",
	}
	for _, list := range [][]string{defaults, s.opts.Params, fixed} { // the last one of a name counts
		for _, param := range list {
			args = append(args, "-c", param)
		}
	}
	return args
}

// waitReady follows the pid file, where the server says so without a connection being tried.
func (s *Server) waitReady(ctx context.Context, p *process) error {
	pid := strconv.Itoa(p.cmd.Process.Pid)
	for {
		lines, _ := s.dir.pidLines() // what cannot be read is not ready
		if len(lines) > 7 && lines[0] == pid && strings.TrimSpace(lines[7]) == "ready" {
			return nil
		}
		select {
		case <-p.exited:
			return &startError{err: p.err, said: p.log.lastWords()}
		case <-ctx.Done():
			return errors.Join(ctx.Err(), p.end(context.Background()))
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// end stops the server gently, by force when ctx ends or patience does.
func (p *process) end(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, stopPatience)
	defer cancel()
	p.signal(syscall.SIGINT)
	select {
	case <-p.exited:
		return nil
	case <-ctx.Done():
	}
	p.signal(syscall.SIGQUIT)
	select {
	case <-p.exited:
	case <-time.After(6 * time.Second): // it gives its backends 5 s
		p.signal(syscall.SIGKILL)
		<-p.exited
	}
	return errors.New("the database server did not stop in time and was ended by force; it recovers at the next start")
}

func (p *process) signal(sig syscall.Signal) {
	_ = p.cmd.Process.Signal(sig) // gone is what we want
}
