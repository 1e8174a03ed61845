package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	pageRounds = 21                     // requests of each page, in turn with all others
	pageAim    = 150 * time.Millisecond // what a page may take, at the median
)

// somebody is whose pages are asked for.
type somebody struct{ role, id, cookie string }

// seen is a page as somebody sees it.
type seen struct {
	name, path string
	by         somebody

	took  []time.Duration
	bytes int
}

// pages measures how long pages take in a house of many, beside the plainest request there is, and its open pages.
func (b *bench) pages(ctx context.Context) (err error) {
	if err := b.inhabit(ctx); err != nil {
		return err
	}
	all, err := b.house.seenPages(ctx)
	if err != nil {
		return err
	}
	plain := &seen{name: "plain request", path: "/healthz"}
	for round := range pageRounds + 1 { // the first, for which templates are put together, does not count
		for _, p := range all {
			for _, one := range []*seen{plain, p} {
				if err := b.house.look(ctx, one); err != nil {
					return err
				}
				if round == 0 {
					one.took = nil
				}
			}
		}
	}
	fmt.Printf("\npages, median of %d; a plain request (/healthz) beside them took %.2f ms\n", pageRounds, ms(middle(plain.took)))
	fmt.Println("| page | by | median, ms | p95, ms | of a plain request | kB |")
	fmt.Println("|---|---|---|---|---|---|")
	var slow []string
	for _, p := range all {
		m := middle(p.took)
		fmt.Printf("| %s | %s | %.0f | %.0f | %.0f | %.0f |\n", p.name, p.by.role, ms(m), ms(p.took[len(p.took)*95/100]), float64(m)/float64(middle(plain.took)), float64(p.bytes)/1024)
		if m > pageAim {
			slow = append(slow, p.name)
		}
	}
	fmt.Printf("above %v: %s\n", pageAim, cmp.Or(strings.Join(slow, ", "), "none"))
	return b.bell(ctx)
}

// inhabit opens a house of many, which is made where there is none yet.
func (b *bench) inhabit(ctx context.Context) (err error) {
	dir := cmp.Or(os.Getenv("KOLLEGA_BENCH_HOUSE"), filepath.Join(b.dir, "house"))
	_, missing := os.Stat(filepath.Join(dir, "postgres"))
	if b.house, err = openHouse(dir); err != nil {
		return err
	}
	if missing != nil {
		began, args := time.Now(), []string{"demo"}
		for _, of := range [][2]string{{"employees", "5000"}, {"posts", "100000"}, {"notices", "1000000"}, {"events", "20000"}} {
			args = append(args, "--"+of[0], cmp.Or(os.Getenv("KOLLEGA_BENCH_"+strings.ToUpper(of[0])), of[1]))
		}
		if _, err := b.house.run(ctx, "", args...); err != nil {
			return err
		}
		fmt.Printf("kollega %s: %.0f s\n", strings.Join(args, " "), time.Since(began).Seconds())
	}
	if err := b.house.takeToken(ctx); err != nil {
		return err
	}
	if err := b.house.start(ctx); err != nil {
		return err
	}
	if err := b.house.settle(ctx); err != nil {
		return err
	}
	return b.house.ask(ctx, "vacuum analyze") // or Postgres begins to while it is measured
}

// seenPages are the pages that are measured, by those who have most to see.
func (h *house) seenPages(ctx context.Context) ([]*seen, error) {
	employee, leader, hr := somebody{role: "employee"}, somebody{role: "leader"}, somebody{role: "hr"}
	everybody, closed, job, waiting := "", "", "", ""
	err := h.inside(ctx, func(c *pgx.Conn) error {
		for _, q := range []struct {
			sql  string
			into *string
		}{
			{`select u.id::text from users u join notices n on n.user_id = u.id and n.read_at is null where u.role = 'employee' group by u.id order by count(*) desc, u.id limit 1`, &employee.id},
			{`select u.id::text from users u left join owed o on o.holder_id = u.id and o.answered_at is null and o.ended_at is null where u.role = 'leader' group by u.id order by count(o.id) desc, u.id limit 1`, &leader.id},
			{`select id::text from users where role = 'hr' order by id limit 1`, &hr.id},
			{`select group_id::text from group_members group by group_id order by count(*) desc limit 1`, &everybody},
			{`select coalesce((select m.group_id::text from group_members m join groups g on g.id = m.group_id and g.kind = 'closed' where m.user_id = '` + "%s" + `' order by 1 limit 1), '')`, &closed},
			{`select id::text from jobs where status = 'published' order by id limit 1`, &job},
			{`select coalesce((select id::text from owed where holder_id = '` + "%s" + `' and answered_at is null and ended_at is null order by since limit 1), '')`, &waiting},
		} {
			sql := q.sql
			switch q.into {
			case &closed:
				sql = fmt.Sprintf(sql, employee.id)
			case &waiting:
				sql = fmt.Sprintf(sql, leader.id)
			}
			if err := c.QueryRow(ctx, sql).Scan(q.into); err != nil {
				return fmt.Errorf("%s: %w", sql, err)
			}
		}
		cookies, err := signIn(ctx, c, []string{employee.id, leader.id, hr.id})
		if err == nil {
			employee.cookie, leader.cookie, hr.cookie = cookies[0], cookies[1], cookies[2]
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	all := []*seen{
		{name: "first screen", path: "/", by: employee},
		{name: "first screen", path: "/", by: leader},
		{name: "first screen", path: "/", by: hr},
		{name: "settings (next to nothing on it)", path: "/settings", by: employee},
		{name: "groups", path: "/groups", by: employee},
		{name: "groups", path: "/groups", by: hr},
		{name: "everybody's group", path: "/groups/" + everybody, by: employee},
		{name: "everybody's group", path: "/groups/" + everybody, by: hr},
		{name: "its people", path: "/groups/" + everybody + "/people", by: employee},
		{name: "search, a word that many posts have", path: "/groups?q=torsdag", by: employee},
		{name: "search, words that no post has", path: "/groups?q=narhval+sekstant", by: employee},
		{name: "a new talk", path: "/groups/talk", by: employee},
		{name: "notices", path: "/notices", by: employee},
		{name: "who waits", path: "/leader/feedback", by: leader},
		{name: "who waits", path: "/leader/feedback", by: hr},
		{name: "the leader's team", path: "/leader", by: leader},
		{name: "coverage", path: "/leader/feedback/coverage", by: leader},
		{name: "coverage", path: "/leader/feedback/coverage", by: hr},
		{name: "questions", path: "/questions", by: employee},
		{name: "a new question", path: "/questions/new", by: leader},
		{name: "thanks", path: "/thanks", by: employee},
		{name: "together", path: "/together", by: employee},
		{name: "one's own page", path: "/mine", by: employee},
		{name: "one's own answers", path: "/feedback", by: employee},
		{name: "one's own links", path: "/links", by: employee},
		{name: "sharing a job", path: "/share/" + job, by: employee},
		{name: "people", path: "/hr/people", by: hr},
		{name: "people, searched", path: "/hr/people?q=solberg", by: hr},
		{name: "teams", path: "/hr/teams", by: hr},
		{name: "HR's first screen", path: "/hr", by: hr},
	}
	if closed != "" {
		all = append(all, &seen{name: "a closed group", path: "/groups/" + closed, by: employee})
	}
	if waiting != "" {
		all = append(all, &seen{name: "one who waits", path: "/leader/feedback/" + waiting, by: leader})
	}
	return all, nil
}

// look asks for a page once.
func (h *house) look(ctx context.Context, p *seen) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, h.base+p.path, nil)
	if err != nil {
		return err
	}
	r.Header.Set("Accept-Language", "nb")
	if p.by.cookie != "" {
		r.AddCookie(&http.Cookie{Name: "kollega", Value: p.by.cookie})
	}
	began := time.Now()
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer a.Body.Close()
	body, err := io.ReadAll(a.Body)
	p.took, p.bytes = append(p.took, time.Since(began)), len(body)
	slices.Sort(p.took)
	if final := a.Request.URL.Path; a.StatusCode != http.StatusOK || strings.HasPrefix(final, "/login") {
		err = errors.Join(err, fmt.Errorf("%s, as %s: got %d at %s", p.path, p.by.role, a.StatusCode, final))
	}
	return err
}

func middle(sorted []time.Duration) time.Duration { return sorted[len(sorted)/2] }
