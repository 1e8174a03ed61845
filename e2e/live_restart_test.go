package e2e_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"kollega/internal/postgres"
	"kollega/models"
)

// TestNothingIsMissedOverARestart has people's pages wait for notices when the program is killed: what was written up to that moment, and while it
// was away, they are told of when they come back with the mark of the last message they had; who was told of nothing new hears nothing.
func TestNothingIsMissedOverARestart(t *testing.T) {
	t.Parallel()
	p := startProgram(t)
	p.addUser("admin@example.org", "Astrid Dal", "admin")
	pages := sessions(t, p, 6)
	last := make([]string, len(pages))
	for i, cookie := range pages {
		last[i], _ = p.asked(cookie, "")
	}
	owed := func(to string) string {
		return `insert into notices (id, user_id, kind, about, at, way) select gen_random_uuid(), id, 'thanks', gen_random_uuid(), now(), 'house' from users where name ` + to
	}
	p.inside(owed(`like 'Person %'`))
	for i, cookie := range pages {
		last[i] = p.rings(cookie, last[i])
	}
	p.inside(owed(`in ('Person 0', 'Person 1', 'Person 2')`)) // nobody is told of it in time
	p.kill()
	p.inside(owed(`in ('Person 2', 'Person 3', 'Person 4')`))
	p.start()
	for i, cookie := range pages {
		if i == 5 {
			if _, topics := p.asked(cookie, last[i]); len(topics) > 0 {
				t.Errorf("a page that missed nothing was told of %q", topics)
			}
			continue
		}
		p.rings(cookie, last[i])
	}
}

// inside does something in the program's database, whether it runs or not.
func (p *program) inside(sql string) {
	p.t.Helper()
	ctx := p.t.Context()
	server, err := postgres.Open(ctx, postgres.Options{Dir: filepath.Join(p.dir, "postgres")})
	if err != nil {
		p.t.Fatal(err)
	}
	defer server.Stop(context.WithoutCancel(ctx))
	c, err := pgx.Connect(ctx, server.URL())
	if err != nil {
		p.t.Fatal(err)
	}
	defer c.Close(context.WithoutCancel(ctx))
	if _, err := c.Exec(ctx, sql); err != nil {
		p.t.Fatal(err)
	}
}

// live asks for what is new for a page since the last message it had.
func (p *program) live(ctx context.Context, cookie *http.Cookie, accept, last string) *http.Response {
	p.t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.base+"/live?on=notices", nil)
	if err != nil {
		p.t.Fatal(err)
	}
	req.AddCookie(cookie)
	req.Header.Set("Accept", accept)
	req.Header.Set("Last-Event-ID", last)
	res, err := http.DefaultClient.Do(req)
	if err != nil || res.StatusCode != http.StatusOK {
		p.t.Fatalf("an open page: got %v, %v", res, err)
	}
	return res
}

// asked is a page's mark, and what it was told, having asked once.
func (p *program) asked(cookie *http.Cookie, last string) (mark string, topics []string) {
	p.t.Helper()
	res := p.live(p.t.Context(), cookie, "application/json", last)
	defer res.Body.Close()
	var answer struct {
		Mark   string
		Topics []string
	}
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil || models.ParseLiveMark(answer.Mark) == (models.LiveMark{}) {
		p.t.Fatalf("an open page was given the mark %q, %v", answer.Mark, err)
	}
	return answer.Mark, answer.Topics
}

// rings waits until a page that comes back is told of notices, and gives the mark of that message.
func (p *program) rings(cookie *http.Cookie, last string) (mark string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), 15*time.Second)
	defer cancel()
	res := p.live(ctx, cookie, "text/event-stream", last)
	defer res.Body.Close()
	change := false
	for lines := bufio.NewScanner(res.Body); lines.Scan(); {
		switch name, value, _ := strings.Cut(lines.Text(), ": "); {
		case name == "event":
			change = value == "change"
		case name == "id" && change:
			mark = value
		case name == "data" && change && value == "notices":
			return mark
		}
	}
	p.t.Fatal("a page was not told of notices that came before it came back")
	return ""
}
