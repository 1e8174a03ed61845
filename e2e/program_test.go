package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"kollega/internal/postgres"
	"kollega/internal/testenv"
	"kollega/models"
)

// binary is the program under test: the one that KOLLEGA_TEST_BINARY names, or one that is built once.
var binary = sync.OnceValues(func() (string, error) {
	if path := os.Getenv("KOLLEGA_TEST_BINARY"); path != "" {
		return path, nil
	}
	path := filepath.Join(os.TempDir(), fmt.Sprintf("kollega-e2e-%d", os.Getuid()), "kollega")
	out, err := exec.CommandContext(context.Background(), "go", "build", "-o", path, "kollega/cmd/kollega").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return path, nil
})

// program is Kollega in a data folder of its own; it can be stopped, killed and started again.
type program struct {
	t    *testing.T
	dir  string
	base string
	host string // what visitors under load call it; empty for its own name
	env  []string
	disk string // size of a small disk of its own for the data folder, as "96m"; it goes with the process

	cmd *exec.Cmd
	log *growing
}

// newProgram prepares a program that has not been started.
func newProgram(t *testing.T, env ...string) *program {
	t.Helper()
	port := freePort(t)
	p := &program{t: t, dir: testenv.Dir(t), base: "http://localhost:" + port, log: &growing{}}
	p.env = append(withoutSettings(os.Environ()), "KOLLEGA_DATA_DIR="+p.dir, "KOLLEGA_LISTEN=localhost:"+port, "KOLLEGA_BASE_URL="+p.base)
	p.env = append(p.env, env...)
	t.Cleanup(func() {
		if p.cmd != nil {
			p.stop()
		}
		if t.Failed() {
			t.Logf("the end of the program's log:\n%s", p.log.tail(4000))
		}
	})
	return p
}

// startProgram starts a program and waits until it is ready.
func startProgram(t *testing.T, env ...string) *program {
	t.Helper()
	p := newProgram(t, env...)
	p.start()
	return p
}

// withoutSettings leaves out what would configure Kollega from outside.
func withoutSettings(environ []string) []string {
	return slices.DeleteFunc(slices.Clone(environ), func(line string) bool { return strings.HasPrefix(line, "KOLLEGA_") })
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

func (p *program) start() {
	p.t.Helper()
	p.begin()
	p.until("the program is ready", 60*time.Second, func() bool { return p.readyz() == http.StatusOK })
}

// begin starts the program and waits for nothing.
func (p *program) begin() {
	p.t.Helper()
	path, err := binary()
	if err != nil {
		p.t.Fatal(err)
	}
	p.cmd = exec.Command(path, "serve")
	folder := ""
	if p.disk != "" {
		folder = p.onDisk(path)
	}
	p.cmd.Env, p.cmd.Stdout, p.cmd.Stderr = p.env, p.log, p.log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	if folder != "" {
		p.dir = fmt.Sprintf("/proc/%d/root%s", p.cmd.Process.Pid, folder)
	}
}

// onDisk makes the command one that sees a small disk where its data folder is, in a mount namespace of its own; it needs no root
// where users may make such.
func (p *program) onDisk(binary string) (folder string) {
	folder = p.dir
	args := []string{"--mount"}
	if os.Geteuid() != 0 {
		args = append(args, "--user", "--map-root-user")
	}
	p.cmd = exec.Command("unshare", append(args, "sh", "-c", `mount -t tmpfs -o size="$1" none "$2" && exec "$3" serve`, "sh", p.disk, folder, binary)...)
	return folder
}

// readyz is the status of /readyz, 0 when nobody answers.
func (p *program) readyz() int {
	res, err := http.Get(p.base + "/readyz")
	if err != nil {
		return 0
	}
	res.Body.Close()
	return res.StatusCode
}

// stop asks the program to end and waits until it has.
func (p *program) stop() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.t.Error(err)
	}
	ended := make(chan error, 1)
	cmd := p.cmd
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			p.t.Errorf("stop: %v", err)
		}
	case <-time.After(20 * time.Second):
		p.t.Error("the program did not stop within 20 s")
		_ = cmd.Process.Kill()
		<-ended
	}
	p.cmd = nil
}

// kill ends the program as a power cut would.
func (p *program) kill() {
	p.t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		p.t.Fatal(err)
	}
	_ = p.cmd.Wait() // killed is what we want
	p.cmd = nil
}

// run runs one of the program's other commands and returns what it says.
func (p *program) run(stdin string, args ...string) string {
	p.t.Helper()
	path, err := binary()
	if err != nil {
		p.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(p.t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, args...)
	var out, errs bytes.Buffer
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = p.env, strings.NewReader(stdin), &out, &errs
	if err := cmd.Run(); err != nil {
		p.t.Fatalf("kollega %s: %v\n%s%s", strings.Join(args, " "), err, out.String(), errs.String())
	}
	return out.String()
}

// password is what every person of these tests signs in with.
const password = "fire ord om havet"

// addUser adds a person who can sign in at once.
func (p *program) addUser(email, name, role string) {
	p.t.Helper()
	p.run(password, "user", "add", "--email", email, "--name", name, "--role", role, "--password-stdin")
}

// token is an API token of the person with that address.
func (p *program) token(email string) string {
	p.t.Helper()
	out := strings.Fields(p.run("", "token", "create", "--email", email, "--name", "e2e"))
	if len(out) == 0 {
		p.t.Fatal("token create printed nothing")
	}
	return out[len(out)-1]
}

// setupCode is the one-time code of the first run, as the log has it.
func (p *program) setupCode() string {
	p.t.Helper()
	var code string
	p.until("the log has the set-up code", 60*time.Second, func() bool {
		for line := range strings.Lines(p.log.String()) {
			var entry struct {
				Code string `json:"setup_code"`
			}
			if json.Unmarshal([]byte(line), &entry) == nil && entry.Code != "" {
				code = entry.Code
			}
		}
		return code != ""
	})
	return code
}

// db is the program's own database, while it runs.
func (p *program) db() *models.DB {
	p.t.Helper()
	server, err := postgres.Open(p.t.Context(), postgres.Options{Dir: filepath.Join(p.dir, "postgres")})
	if err != nil {
		p.t.Fatal(err)
	}
	defer server.Stop(context.WithoutCancel(p.t.Context())) // only lets go of it
	db, err := models.Open(p.t.Context(), server.URL())
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(db.Close)
	return db
}

// count is the single number that sql asks the program's database for.
func (p *program) count(sql string, args ...any) int {
	p.t.Helper()
	db := p.db()
	defer db.Close()
	var n int
	if err := db.Pool().QueryRow(p.t.Context(), sql, args...).Scan(&n); err != nil {
		p.t.Fatal(err)
	}
	return n
}

// text is the single text that sql asks the program's database for.
func (p *program) text(sql string, args ...any) (s string) {
	p.t.Helper()
	db := p.db()
	defer db.Close()
	if err := db.Pool().QueryRow(p.t.Context(), sql, args...).Scan(&s); err != nil {
		p.t.Fatal(err)
	}
	return s
}

// until waits for something that comes about by itself.
func (p *program) until(what string, within time.Duration, is func() bool) {
	p.t.Helper()
	for end := time.Now().Add(within); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			p.t.Fatalf("waited %s in vain: %s\n%s", within, what, p.log.tail(3000))
		}
	}
}

// mail is the newest mail to that address, its text decoded; it waits for it.
func (p *program) mail(to string) letter {
	p.t.Helper()
	var found letter
	p.until("a mail to "+to, 60*time.Second, func() bool {
		letters := p.mails(to)
		if len(letters) > 0 {
			found = letters[len(letters)-1]
		}
		return len(letters) > 0
	})
	return found
}

// address is the first address of ours in the letter that the pattern matches.
func (l letter) address(t *testing.T, pattern string) string {
	t.Helper()
	found := regexp.MustCompile(`https?://[^\s<>"]*` + pattern).FindString(l.text)
	if found == "" {
		t.Fatalf("no address like %s in the mail %q:\n%s", pattern, l.subject, l.text)
	}
	return found
}

// growing is a log that is read while it is written.
type growing struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write adds to the log.
func (g *growing) Write(b []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.buf.Write(b)
}

// String is all of it so far.
func (g *growing) String() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.buf.String()
}

func (g *growing) tail(n int) string {
	s := g.String()
	return s[max(0, len(s)-n):]
}
