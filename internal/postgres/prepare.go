package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// prepare settles programs, account, socket and password, and makes the data when there is none.
func (s *Server) prepare(ctx context.Context) error {
	major, err := s.dir.dataMajor()
	if err != nil {
		return err
	}
	if s.bin, err = selectBinaries(s.opts, s.dir.data, major); err != nil {
		return err
	}
	if s.account, err = chooseAccount(s.dir); err != nil {
		return err
	}
	if err = s.checkReach(ctx, s.dir.path); err != nil {
		return err
	}
	if s.socket, err = s.socketDir(); err != nil {
		return err
	}
	if s.password, err = s.dir.ensurePassword(major != 0); err != nil {
		return err
	}
	if major == 0 {
		return s.initData(ctx)
	}
	return nil
}

// command is a server program that runs as the account and ends with us.
func (s *Server) command(program string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(s.bin, program), args...)
	cmd.Dir = s.socket // ours may be closed to the account
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
	cmd.SysProcAttr = childAttributes(s.account.credential())
	return cmd
}

// runCommand runs a short program to its end; ctx interrupts it. The error holds what it said.
func runCommand(ctx context.Context, cmd *exec.Cmd) error {
	runtime.LockOSThread() // the child would get its parent-death signal when the thread that made it ends
	defer runtime.UnlockOSThread()
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		return err
	}
	interrupt := context.AfterFunc(ctx, func() { _ = cmd.Process.Signal(syscall.SIGINT) })
	defer interrupt()
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("%s: %w: %s", filepath.Base(cmd.Path), errors.Join(err, ctx.Err()), strings.TrimSpace(out.String()))
	}
	return nil
}

// initData makes the data beside its place and then renames it: it is there whole or not at all.
func (s *Server) initData(ctx context.Context) error {
	s.removeUnfinished()
	fresh, err := os.MkdirTemp(s.dir.path, "data.new-")
	if err != nil {
		return err
	}
	if err = s.account.own(fresh); err != nil {
		return err
	}
	passwordCopy := filepath.Join(s.socket, "initdb-password")
	defer os.Remove(passwordCopy)
	err = errors.Join(os.WriteFile(passwordCopy, []byte(s.password), 0o600), s.account.own(passwordCopy))
	if err != nil {
		return err
	}
	args := []string{
		"-D", fresh, "-U", role, "-A", "scram-sha-256", "--pwfile=" + passwordCopy,
		"-E", "UTF8", "--locale=C", "--data-checksums",
	}
	if slices.Contains(s.opts.Params, "fsync=off") {
		args = append(args, "--no-sync")
	}
	if err = runCommand(ctx, s.command("initdb", args...)); err != nil {
		return err
	}
	if err = os.Rename(fresh, s.dir.data); err != nil {
		return err
	}
	return syncDir(s.dir.path)
}

// removeUnfinished clears what an initdb that was cut short left; it never became data.
func (s *Server) removeUnfinished() {
	left, _ := filepath.Glob(filepath.Join(s.dir.path, "data.new-*"))
	for _, dir := range left {
		if err := os.RemoveAll(dir); err != nil {
			s.opts.Log.Warn("could not remove unfinished database files", "dir", dir, "error", err)
		}
	}
}

// clearStale deals with what a killed predecessor left: a server still going, or a pid file of one.
func (s *Server) clearStale(ctx context.Context) error {
	lines, err := s.dir.pidLines()
	if err != nil || lines == nil {
		return err
	}
	pid, _ := strconv.Atoi(lines[0])
	if pid > 1 && isPostmaster(pid, s.dir.data) {
		s.opts.Log.Warn("stopping a database server left by a killed process", "pid", pid)
		return s.stopOrphan(ctx, pid)
	}
	// Never delete the file: its shared memory line is how the server finds backends that live on.
	// It ignores a pid that is its parent's, so put ours there and let it do that check.
	lines[0] = strconv.Itoa(os.Getpid())
	if len(lines) == 1 {
		lines = append(lines, "") // it was cut short to nothing
	}
	name := filepath.Join(s.dir.data, "postmaster.pid")
	if err = s.dir.replace(name, strings.Join(lines, "\n")); err != nil {
		return err
	}
	if err = s.account.own(name); err != nil {
		return err
	}
	// The socket's lock has no such check and would stand in the way; our own lock guards the folder.
	err = os.Remove(filepath.Join(s.socket, socketName+".lock"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

func (s *Server) stopOrphan(ctx context.Context, pid int) error {
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGKILL} {
		_ = syscall.Kill(pid, sig) // gone is what we want
		for end := time.Now().Add(stopPatience); time.Now().Before(end); {
			if !isPostmaster(pid, s.dir.data) {
				return nil
			}
			if !sleep(ctx, 20*time.Millisecond) {
				return ctx.Err()
			}
		}
	}
	return fmt.Errorf("database server %d of a killed process does not stop", pid)
}
