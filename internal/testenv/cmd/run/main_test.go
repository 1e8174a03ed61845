package main

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"kollega/internal/testenv"
)

// asProgram makes the test program be the command itself.
const asProgram = "KOLLEGA_RUN_TEST"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Exit(run(os.Args[1:]))
	}
	os.Exit(m.Run())
}

// program is the command with engines of its own.
func program(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), asProgram+"=1", testenv.DatabaseEnv+"=")
	return cmd
}

func TestExitCodeIsThatOfTheCommand(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		args []string
		want int
	}{
		{"success", []string{"--", "true"}, 0},
		{"failure", []string{"--", "sh", "-c", "exit 3"}, 3},
		{"ended by a signal", []string{"--", "sh", "-c", "kill -9 $$"}, 137},
		{"no such command", []string{"--", "no-such-command"}, 127},
		{"no command", []string{"--"}, 2},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cmd := program(t, c.args...)
			_, err := cmd.CombinedOutput()
			if _, failed := errors.AsType[*exec.ExitError](err); err != nil && !failed {
				t.Fatal(err)
			}
			if got := cmd.ProcessState.ExitCode(); got != c.want {
				t.Errorf("exit code: got %d, want %d", got, c.want)
			}
		})
	}
}

func TestSignalReachesTheCommandAndEnginesOutliveIt(t *testing.T) {
	t.Parallel()
	cmd := program(t, "--", "sh", "-c", `trap 'echo ending; read answer; exit 4' TERM; echo "$`+testenv.DatabaseEnv+`"; while :; do sleep 0.05; done`)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	lines.Scan()
	url := lines.Text()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	lines.Scan()
	if got := lines.Text(); got != "ending" {
		t.Errorf("after the signal: got %q, want the command to have heard it", got)
	}
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Errorf("the database must outlive the command: %v", err)
	} else if err := conn.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := io.WriteString(in, "go on\n"); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // the exit code is what counts
	if got := cmd.ProcessState.ExitCode(); got != 4 {
		t.Errorf("exit code: got %d, want 4", got)
	}
	if _, err := pgx.Connect(t.Context(), url); err == nil {
		t.Error("the database is still there")
	}
	_, socket, _ := strings.Cut(url, "host=%2F")
	if _, err := os.Stat("/" + strings.ReplaceAll(socket, "%2F", "/")); err == nil {
		t.Error("the engine's folder is still there")
	}
}
