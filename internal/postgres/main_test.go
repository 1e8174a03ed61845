package postgres_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kollega/internal/postgres"
)

// helperDir makes the test program run a server on that folder instead of the tests.
const helperDir = "KOLLEGA_POSTGRES_TEST_HELPER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(helperDir); dir != "" {
		os.Exit(serve(dir))
	}
	os.Exit(m.Run())
}

// serve starts the server, prints its address and its restarts, and stops on SIGTERM.
func serve(dir string) int {
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer cancel()
	s, err := postgres.Start(stop, options(dir))
	if err != nil {
		fmt.Println("error", err)
		return 1
	}
	fmt.Println("ready", s.URL())
	<-stop.Done()
	if err := s.Stop(context.Background()); err != nil {
		fmt.Println("error", err)
		return 1
	}
	fmt.Println("stopped", s.Restarts())
	return 0
}

func options(dir string) postgres.Options {
	return postgres.Options{Dir: dir, Params: []string{"shared_buffers=16MB"}, Log: slog.New(slog.NewTextHandler(os.Stderr, nil))}
}

// folder is a temporary folder that other accounts may pass through, which t.TempDir is not.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "kollega-postgres-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// program is a process that runs the server.
type program struct {
	t     *testing.T
	cmd   *exec.Cmd
	lines *bufio.Scanner
	url   string
}

// launch starts a program on dir, as uid when it is not our own, and reads its first line.
func launch(t *testing.T, dir string, uid int) *program {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	if uid != os.Geteuid() {
		cmd = exec.Command(copyProgram(t, self))
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(uid)}}
	}
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), helperDir+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &program{t: t, cmd: cmd, lines: bufio.NewScanner(out)}
	t.Cleanup(p.kill)
	if p.lines.Scan() {
		p.url = strings.TrimPrefix(p.lines.Text(), "ready ")
	}
	return p
}

// started is launch for a server that must come up.
func started(t *testing.T, dir string) *program {
	t.Helper()
	p := launch(t, dir, os.Geteuid())
	if !strings.HasPrefix(p.url, "postgres://") {
		t.Fatalf("start: %s", p.url)
	}
	return p
}

func (p *program) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// stop ends the program as an operator would and returns its last line.
func (p *program) stop() string {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	p.lines.Scan()
	last := p.lines.Text()
	if err := p.cmd.Wait(); err != nil {
		p.t.Errorf("program ended with %v", err)
	}
	return last
}

// copyProgram puts the test program where another account may run it.
func copyProgram(t *testing.T, self string) string {
	t.Helper()
	from, err := os.Open(self)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	to, err := os.OpenFile(filepath.Join(folder(t), "program"), os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(to, from)
	if err = errors.Join(err, to.Close()); err != nil {
		t.Fatal(err)
	}
	return to.Name()
}

// postmaster is the pid of the server on dir.
func postmaster(t *testing.T, dir string) int {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "data", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.SplitN(string(b), "\n", 2)[0])
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// serverProcesses are the pids whose command line or working folder is of dir's server.
func serverProcesses(t *testing.T, dir string) []string {
	t.Helper()
	out, err := exec.Command("ps", "-eo", "pid=,stat=,args=").Output()
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for line := range strings.SplitSeq(string(out), "\n") {
		f := strings.Fields(line)
		if len(f) < 3 || strings.HasPrefix(f[1], "Z") {
			continue
		}
		cwd, _ := os.Readlink("/proc/" + f[0] + "/cwd") // background processes do not name the folder
		if strings.Contains(line, dir+"/data") || cwd == filepath.Join(dir, "data") {
			found = append(found, line)
		}
	}
	return found
}

// waitGone fails when processes of dir's server are left after 5 s.
func waitGone(t *testing.T, dir string) {
	t.Helper()
	var left []string
	for range 250 {
		if left = serverProcesses(t, dir); len(left) == 0 {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("processes left: %q", left)
}

// query runs sql and returns its single number.
func query(t *testing.T, url, sql string) int {
	t.Helper()
	n, err := tryQuery(url, sql)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func tryQuery(url, sql string) (int, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return 0, err
	}
	defer conn.Close(ctx)
	var n int
	err = conn.QueryRow(ctx, sql).Scan(&n)
	return n, err
}

// write makes a table with one row, which is acknowledged.
func write(t *testing.T, url string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err = conn.Exec(t.Context(), "create table kept (n int); insert into kept values (42)"); err != nil {
		t.Fatal(err)
	}
}

// wantKept fails when the row is gone.
func wantKept(t *testing.T, url string) {
	t.Helper()
	if got := query(t, url, "select n from kept"); got != 42 {
		t.Errorf("row after restart: got %d, want 42", got)
	}
}

// ordinary is an account that is not root: our own, or nobody.
func ordinary(t *testing.T) int {
	t.Helper()
	if uid := os.Geteuid(); uid != 0 {
		return uid
	}
	u, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	uid, err := strconv.ParseInt(u.Uid, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return int(uid)
}
