package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"kollega/internal/postgres"
)

// house is Kollega in a data folder of its own.
type house struct {
	dir, base string
	env       []string
	cmd       *exec.Cmd
	token     string

	landing, onward string // paths of share links
}

func openHouse(dir string) (*house, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	h := &house{dir: dir, base: "http://localhost:" + port}
	for _, line := range os.Environ() {
		if !strings.HasPrefix(line, "KOLLEGA_") {
			h.env = append(h.env, line)
		}
	}
	h.env = append(h.env, "KOLLEGA_DATA_DIR="+dir, "KOLLEGA_LISTEN=localhost:"+port, "KOLLEGA_BASE_URL="+h.base)
	return h, nil
}

func freePort() (string, error) {
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "localhost:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

func binary() string {
	if path := os.Getenv("KOLLEGA_TEST_BINARY"); path != "" {
		return path
	}
	return "bin/kollega"
}

func (h *house) start(ctx context.Context) error {
	log, err := os.Create(filepath.Join(h.dir, "log"))
	if err != nil {
		return err
	}
	defer log.Close()
	h.cmd = exec.Command(binary(), "serve")
	h.cmd.Env, h.cmd.Stdout, h.cmd.Stderr = h.env, log, log
	if err := h.cmd.Start(); err != nil {
		return err
	}
	for end := time.Now().Add(2 * time.Minute); ; {
		if _, status, err := h.get(ctx, "/readyz", false); err == nil && status == http.StatusOK {
			return nil
		}
		if time.Now().After(end) {
			return fmt.Errorf("kollega is not ready: see %s", log.Name())
		}
		if err := wait(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
}

func (h *house) stop() error {
	if h.cmd == nil {
		return nil
	}
	err := h.cmd.Process.Signal(os.Interrupt)
	waitErr := h.cmd.Wait()
	h.cmd = nil
	return errors.Join(err, waitErr)
}

// run runs another of the program's commands and gives what it says.
func (h *house) run(ctx context.Context, stdin string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, binary(), args...)
	var out, errs bytes.Buffer
	cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = h.env, strings.NewReader(stdin), &out, &errs
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("kollega %s: %w: %s", strings.Join(args, " "), err, errs.String())
	}
	return out.String(), nil
}

// description is about as long as one of a real job.
var description = strings.Repeat("Vi bygger og vedlikeholder anlegg i hele **Nordland**, og du blir en del av et lag på tolv.\n\n- faste dager\n- egen bil\n\n", 12)

// takeToken gives the house's administrator an API token.
func (h *house) takeToken(ctx context.Context) error {
	out, err := h.run(ctx, "", "token", "create", "--email", "admin@example.org", "--name", "bench")
	words := strings.Fields(out)
	if err != nil || len(words) == 0 {
		return errors.Join(err, errors.New("no API token"))
	}
	h.token = words[len(words)-1]
	return nil
}

// furnish makes an administrator, forty jobs and eight links to each; one of the jobs applies elsewhere.
func (h *house) furnish(ctx context.Context) error {
	if _, err := h.run(ctx, "fire ord om havet", "user", "add", "--email", "admin@example.org", "--name", "Astrid Dal", "--role", "admin", "--password-stdin"); err != nil {
		return err
	}
	if err := h.takeToken(ctx); err != nil {
		return err
	}
	for n := range 40 {
		job := map[string]string{
			"title": fmt.Sprintf("Elektriker %d", n), "description": description, "location": "Bodø", "country": "NO", "employment_type": "FULL_TIME", "status": "published",
		}
		if n == 0 {
			job["apply_url"] = "https://jobs.example.com/42"
		}
		made, err := h.api(ctx, "/jobs", job)
		if err != nil {
			return err
		}
		for _, channel := range []string{"linkedin", "facebook", "instagram", "whatsapp", "email", "x", "qr", "copy"} {
			link, err := h.api(ctx, "/links", map[string]string{"job_id": made["id"].(string), "channel": channel})
			if err != nil {
				return err
			}
			path := "/s/" + link["code"].(string)
			if n == 0 {
				h.onward = path
			} else {
				h.landing = path
			}
		}
	}
	return nil
}

func (h *house) api(ctx context.Context, path string, body any) (made map[string]any, err error) {
	return h.call(ctx, http.MethodPost, path, body)
}

func (h *house) call(ctx context.Context, method, path string, body any) (made map[string]any, err error) {
	b, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, method, h.base+"/api/v1"+path, bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+h.token)
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil || a.StatusCode > 201 {
		return nil, errors.Join(err, fmt.Errorf("%s %s: %d %s", method, path, a.StatusCode, text))
	}
	return made, json.Unmarshal(text, &made)
}

func (h *house) get(ctx context.Context, path string, gzip bool) (body []byte, status int, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, h.base+path, nil)
	if err != nil {
		return nil, 0, err
	}
	for name, value := range browser {
		r.Header.Set(name, value)
	}
	r.Header.Set("Accept-Encoding", "identity")
	if gzip {
		r.Header.Set("Accept-Encoding", "gzip")
	}
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, 0, err
	}
	defer a.Body.Close()
	body, err = io.ReadAll(a.Body)
	return body, a.StatusCode, err
}

// page is a landing page's bytes, as they are sent.
func (h *house) page(ctx context.Context, path string, gzip bool) ([]byte, error) {
	body, status, err := h.get(ctx, path, gzip)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("GET %s: %d", path, status)
	}
	return body, err
}

// inside does something in the house's database.
func (h *house) inside(ctx context.Context, do func(c *pgx.Conn) error) error {
	server, err := postgres.Open(ctx, postgres.Options{Dir: filepath.Join(h.dir, "postgres")})
	if err != nil {
		return err
	}
	defer server.Stop(context.WithoutCancel(ctx))
	c, err := pgx.Connect(ctx, server.URL())
	if err != nil {
		return err
	}
	defer c.Close(context.WithoutCancel(ctx))
	return do(c)
}

// ask runs sql in the house's database and reads one row.
func (h *house) ask(ctx context.Context, sql string, into ...any) error {
	return h.inside(ctx, func(c *pgx.Conn) error {
		if len(into) == 0 {
			_, err := c.Exec(ctx, sql)
			return err
		}
		return c.QueryRow(ctx, sql).Scan(into...)
	})
}

func (h *house) clicks(ctx context.Context) (n int, err error) {
	return n, h.ask(ctx, "select count(*) from events where kind = 'click'", &n)
}

// settle waits until nothing is left to do in the background: the share cuts of new clips take a while.
func (h *house) settle(ctx context.Context) error {
	for end := time.Now().Add(15 * time.Minute); ; {
		n := 0
		if err := h.ask(ctx, "select count(*) from river_job where state in ('available', 'running', 'retryable')", &n); err != nil || n == 0 {
			return err
		}
		if time.Now().After(end) {
			return fmt.Errorf("%d tasks are not done after a quarter of an hour", n)
		}
		if err := wait(ctx, time.Second); err != nil {
			return err
		}
	}
}

// findLink takes a link to an open job that is applied for here.
func (h *house) findLink(ctx context.Context) error {
	code := ""
	err := h.ask(ctx, `select code from links l join jobs j on j.id = l.job_id where j.status = 'published' and j.apply_url = ''
		and (j.deadline is null or j.deadline > now()) and l.disabled_at is null order by l.created_at limit 1`, &code)
	h.landing = "/s/" + code
	return err
}

// addLinks makes up colleagues with eight links each, and starts the program again, which reads them all.
func (h *house) addLinks(ctx context.Context, n int) error {
	err := h.ask(ctx, fmt.Sprintf(`alter table links disable trigger tell_change, disable trigger live_link;
		insert into users (id, email, email_key, name, role, joined_at, created_at, updated_at)
		select gen_random_uuid(), 'p' || n || '@example.org', 'p' || n || '@example.org', 'Person ' || n, 'employee', now(), now(), now()
		from generate_series(1, %d) n;
		insert into links (id, code, user_id, job_id, channel, created_at)
		select gen_random_uuid(), substr(md5(u.id || c), 1, 8), u.id, (select id from jobs order by id desc limit 1), c, now()
		from users u, unnest(array['linkedin', 'facebook', 'instagram', 'whatsapp', 'email', 'x', 'qr', 'copy']) c where u.role = 'employee'
		on conflict do nothing;
		alter table links enable trigger tell_change, enable trigger live_link`, n/8))
	if err != nil {
		return err
	}
	if err := h.stop(); err != nil {
		return err
	}
	return h.start(ctx)
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
