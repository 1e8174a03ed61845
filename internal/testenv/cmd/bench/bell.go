package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	bells    = 500
	restarts = 2 // one by a stop, one by a kill
)

// bell is the open page of somebody who waits for notices: it comes back whenever it is cut off, and says then what it heard last.
type bell struct {
	id, cookie string
	last       string        // mark up to which it has heard of everything
	again      time.Duration // until it comes back
}

// heard is one bell's message that there are notices; at is when it came.
type heard struct {
	who int
	at  time.Time
}

// bell holds the open pages of colleagues over notices to all of them and over restarts: what one costs in memory, how long it takes until the
// last has heard, and whether any has not.
func (b *bench) bell(ctx context.Context) error {
	// Room that the heap has from pages before would be taken first, and hide what an open page costs.
	if err := errors.Join(b.house.stop(), b.house.start(ctx)); err != nil {
		return err
	}
	all, err := b.house.bells(ctx, bells+warmPages)
	if err != nil {
		return err
	}
	running, stop := context.WithCancel(ctx)
	defer stop()
	told := make(chan heard, 100*len(all))
	resident := func() float64 { return memory([]int{b.house.cmd.Process.Pid}, "status", "VmRSS:") }
	ring := func(from, to int) error {
		for i := from; i < to; i++ {
			go all[i].follow(running, b.house.base, i, told)
		}
		if err := b.house.until(ctx, to); err != nil {
			return err
		}
		return wait(ctx, 5*time.Second)
	}
	if err := ring(0, warmPages); err != nil {
		return err
	}
	before := resident()
	if err := ring(warmPages, len(all)); err != nil {
		return err
	}
	after := resident()
	var asked, took []time.Duration
	var jobs []string
	for n := range changes {
		began := time.Now()
		id, err := b.house.newJob(ctx, n)
		if err != nil {
			return err
		}
		jobs, asked = append(jobs, id), append(asked, time.Since(began))
		last, missing := listen(ctx, told, len(all), began, time.Minute)
		if missing > 0 {
			return fmt.Errorf("%d of %d bells have not heard", missing, len(all))
		}
		took = append(took, last)
		if err := wait(ctx, 3*time.Second); err != nil { // a page is told once a second, and its own beat comes between
			return err
		}
	}
	people := 0
	if err := b.house.ask(ctx, "select count(*) from notices where about = '"+jobs[0]+"'", &people); err != nil {
		return err
	}
	fmt.Printf("\nthe bell on %d open pages\n| pages | kB each (RSS) | MB in all (RSS) | people told of a job | published in | until the last page has heard |\n|---|---|---|---|---|---|\n", len(all))
	fmt.Printf("| %d | %.0f | %.0f | %d | %.0f ms | %.0f ms |\n", len(all), 1024*(after-before)/bells, resident(), people, median(asked, ms), median(took, ms))
	fmt.Println("\nrestarted in the middle\n| by | back after | heard of before | not heard of, of | until the last has heard, after it was back |\n|---|---|---|---|---|")
	for n := range restarts {
		id, err := b.restart(ctx, n, all, told)
		if err != nil {
			return err
		}
		jobs = append(jobs, id)
	}
	for _, id := range jobs { // the house is as it was before
		if _, err := b.house.call(ctx, http.MethodPatch, "/jobs/"+id, map[string]string{"status": "closed"}); err != nil {
			return err
		}
	}
	return nil
}

// restart tells everybody of something, stops the program at that moment, and counts who has not heard of it once it is back, nor of
// what came while it was away.
func (b *bench) restart(ctx context.Context, n int, all []bell, told chan heard) (job string, err error) {
	h := b.house
	began := time.Now()
	if job, err = h.newJob(ctx, changes+n); err != nil {
		return "", err
	}
	how := "a stop"
	if n%2 == 0 {
		err = h.stop()
	} else {
		how = "kill -9"
		err = h.cmd.Process.Signal(syscall.SIGKILL)
		_ = h.cmd.Wait() // it was killed
		h.cmd = nil
	}
	if err != nil {
		return "", err
	}
	_, unheard := listen(ctx, told, len(all), began, time.Second)
	ids := make([]string, len(all))
	for i := range all {
		ids[i] = all[i].id
	}
	// A notice of the thanks of a colleague, as if another instance had written it.
	err = h.inside(ctx, func(c *pgx.Conn) error {
		_, err := c.Exec(ctx, `insert into notices (id, user_id, kind, about, at, way) select gen_random_uuid(), id, 'thanks', gen_random_uuid(), now(), 'house' from unnest($1::uuid[]) id`, ids)
		return err
	})
	if err != nil {
		return "", err
	}
	away := time.Now()
	if err := h.start(ctx); err != nil {
		return "", err
	}
	back := time.Now()
	last, missing := listen(ctx, told, len(all), back, time.Minute)
	fmt.Printf("| %s | %.1f s | %d | %d of %d | %.1f s |\n", how, back.Sub(away).Seconds(), len(all)-unheard, missing, len(all), last.Seconds())
	if missing > 0 {
		err = fmt.Errorf("%d of %d bells missed what happened while the program was away", missing, len(all))
	}
	return job, errors.Join(err, wait(ctx, 3*time.Second))
}

// listen waits until all n bells have been told, and gives how long it took since a moment, and how many have not been told within a time.
func listen(ctx context.Context, told chan heard, n int, since time.Time, within time.Duration) (last time.Duration, missing int) {
	end, there := time.After(within), map[int]bool{}
	for len(there) < n {
		select {
		case <-ctx.Done():
			return last, n - len(there)
		case <-end:
			return last, n - len(there)
		case h := <-told:
			if !there[h.who] {
				there[h.who], last = true, h.at.Sub(since)
			}
		}
	}
	return last, 0
}

// newJob publishes a job, of which all of the house are told.
func (h *house) newJob(ctx context.Context, n int) (string, error) {
	made, err := h.api(ctx, "/jobs", map[string]string{
		"title": fmt.Sprintf("Vaktmester %d", n), "description": description, "location": "Bodø", "country": "NO", "employment_type": "FULL_TIME", "status": "published",
	})
	if err != nil {
		return "", err
	}
	return made["id"].(string), nil
}

// bells are the pages of n colleagues, as they were just loaded.
func (h *house) bells(ctx context.Context, n int) ([]bell, error) {
	var ids, cookies []string
	err := h.inside(ctx, func(c *pgx.Conn) error {
		rows, err := c.Query(ctx, `select id::text from users where role = 'employee' and deactivated_at is null order by id limit $1`, n)
		if err != nil {
			return err
		}
		if ids, err = pgx.CollectRows(rows, pgx.RowTo[string]); err != nil {
			return err
		}
		if len(ids) < n {
			return fmt.Errorf("the house has %d colleagues, want %d", len(ids), n)
		}
		cookies, err = signIn(ctx, c, ids)
		return err
	})
	if err != nil {
		return nil, err
	}
	mark, err := h.mark(ctx, cookies[0])
	all := make([]bell, n)
	for i := range all {
		all[i] = bell{id: ids[i], cookie: cookies[i], last: mark, again: time.Second}
	}
	return all, err
}

// mark is where the line of changes is now.
func (h *house) mark(ctx context.Context, cookie string) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, h.base+"/live?on=notices", nil)
	if err != nil {
		return "", err
	}
	r.AddCookie(&http.Cookie{Name: "kollega", Value: cookie})
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", err
	}
	defer a.Body.Close()
	var answer struct{ Mark string }
	err = json.NewDecoder(a.Body).Decode(&answer)
	if err == nil && answer.Mark == "" {
		err = errors.New("an open page was given no mark")
	}
	return answer.Mark, err
}

// until waits until n pages are connected.
func (h *house) until(ctx context.Context, n int) error {
	for end := time.Now().Add(time.Minute); ; {
		there, err := h.metric(ctx, "kollega_live_pages")
		if err != nil || int(there) >= n {
			return err
		}
		if time.Now().After(end) {
			return fmt.Errorf("%.0f of %d open pages are connected", there, n)
		}
		if err := wait(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
}

// follow keeps the page connected until ctx ends, as a browser does.
func (p *bell) follow(ctx context.Context, base string, who int, told chan<- heard) {
	for ctx.Err() == nil {
		p.connect(ctx, base, who, told)
		_ = wait(ctx, p.again) // the loop looks
	}
}

func (p *bell) connect(ctx context.Context, base string, who int, told chan<- heard) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/live?on=notices", nil)
	if err != nil {
		return
	}
	r.Header.Set("Accept", "text/event-stream")
	r.Header.Set("Last-Event-ID", p.last)
	r.AddCookie(&http.Cookie{Name: "kollega", Value: p.cookie})
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		return
	}
	defer a.Body.Close()
	if a.StatusCode != http.StatusOK {
		return
	}
	kind, id := "", ""
	for lines := bufio.NewScanner(a.Body); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), ":")
		value = strings.TrimPrefix(value, " ")
		switch name {
		case "retry":
			if d, err := time.ParseDuration(value + "ms"); err == nil {
				p.again = d
			}
		case "event":
			kind = value
		case "id":
			id = value
		case "": // the message is whole
			if id != "" {
				p.last = id
			}
			if kind == "change" {
				told <- heard{who, time.Now()}
			}
			kind, id = "", ""
		}
	}
}
