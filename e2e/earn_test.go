package e2e_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"kollega/models"
)

// mill is a program with jobs and twenty links of a colleague.
type mill struct {
	*program
	hr    *client
	job   made
	kari  made
	codes []string // Kari's, those to the job first
}

func newMill(t *testing.T) *mill {
	t.Helper()
	p, c, job := house(t, behindProxy)
	m := &mill{program: p, hr: c, job: job}
	db := p.db()
	if err := db.SetCreditPolicy(t.Context(), models.System(), models.PolicyEqual, 30); err != nil { // whoever may earn does
		t.Fatal(err)
	}
	db.Close()
	m.kari = api[made](c, http.StatusCreated, http.MethodPost, "/users", map[string]string{"email": "kari@example.org", "name": colleague, "role": "employee"})
	for _, j := range []made{job, c.job("Kokk"), c.job("Baker"), c.job("Murer"), c.job("Maler"), c.job("Snekker")} {
		for _, channel := range models.Channels[:min(4, len(models.Channels))] {
			link := api[made](c, http.StatusCreated, http.MethodPost, "/links", map[string]string{"job_id": j.ID, "channel": channel, "user_id": m.kari.ID})
			m.codes = append(m.codes, link.Code)
		}
	}
	m.codes = m.codes[:20]
	return m
}

// visitor asks from an address of their own.
type visitor struct {
	*mill
	c       *client
	address string
}

func (m *mill) visitor(n int) *visitor {
	return &visitor{m, newClient(m.program, ""), fmt.Sprintf("198.51.%d.9", n)}
}

// open asks for one of Kari's links as the headers say and gives the page's token, empty for a HEAD.
func (v *visitor) open(method, code string, headers ...string) string {
	v.t.Helper()
	got := v.c.must(http.StatusOK, method, "/s/"+code, nil, append(headers, "X-Forwarded-For", v.address)...)
	if method == http.MethodHead {
		return ""
	}
	token, err := visitToken(got.body)
	if err != nil {
		v.t.Error(err)
	}
	return token
}

// view reports, as the page's script does, that the page was seen.
func (v *visitor) view(token string) {
	v.t.Helper()
	v.c.must(http.StatusNoContent, http.MethodPost, "/e", strings.NewReader(`{"v":"`+token+`","k":"view"}`), "X-Forwarded-For", v.address)
}

// scan opens all links at once and gives the token of each page.
func (v *visitor) scan() (tokens []string) {
	v.t.Helper()
	tokens = append(tokens, v.open(http.MethodGet, v.codes[0])) // before anything can be known
	rest := make([]string, len(v.codes)-1)
	var all sync.WaitGroup
	for i, code := range v.codes[1:] {
		all.Go(func() {
			got, err := v.c.do(http.MethodGet, "/s/"+code, nil, "X-Forwarded-For", v.address)
			if err != nil || got.status != http.StatusOK {
				v.t.Errorf("scan: got %d, %v", got.status, err)
			}
			if rest[i], err = visitToken(got.body); err != nil {
				v.t.Error(err)
			}
		})
	}
	all.Wait()
	return append(tokens, rest...)
}

// door opens the job's own page and gives its token.
func (v *visitor) door() string {
	v.t.Helper()
	token, err := visitToken(v.c.must(http.StatusOK, http.MethodGet, "/jobs/"+v.job.Slug, nil, "X-Forwarded-For", v.address).body)
	if err != nil {
		v.t.Fatal(err)
	}
	return token
}

// apply sends the form from a page.
func (v *visitor) apply(page, email, token string) {
	v.t.Helper()
	body, kind := form(nil, "name", applicant, "email", email, "visit", token)
	v.c.must(http.StatusSeeOther, http.MethodPost, page+"/apply", body, "Content-Type", kind, "X-Forwarded-For", v.address)
}

// TestOnlyPeopleEarnThroughHTTP goes from requests to the ledger: what no person saw earns nothing, however the application came.
func TestOnlyPeopleEarnThroughHTTP(t *testing.T) {
	t.Parallel()
	m := newMill(t)
	get, kari, door := http.MethodGet, "/s/"+m.codes[0], "/jobs/"+m.job.Slug
	prerender := []string{"Sec-Purpose", "prefetch;prerender"}
	hits, clicks := 0, 0
	atDoor := func(v *visitor) (page, token string) { return door, v.door() }
	cases := []struct {
		name         string
		hits, clicks int                                   // on Kari's links
		look         func(v *visitor) (page, token string) // and which form is sent in the end
		want         string                                // Kari's part, the reason, and what her link's visit was
	}{
		{"a person, by the form", 1, 1, func(v *visitor) (string, string) { return kari, v.open(get, m.codes[0]) }, "1 credit.last_link human"},
		{"a person who comes back by the open door", 1, 1, func(v *visitor) (string, string) {
			v.open(get, m.codes[0])
			return atDoor(v)
		}, "1 credit.visitor human"},
		{"a HEAD with a browser's name", 1, 0, func(v *visitor) (string, string) {
			v.open(http.MethodHead, m.codes[0])
			return atDoor(v)
		}, "0 credit.not.class bot"},
		{"a prerender that nobody looked at", 1, 0, func(v *visitor) (string, string) {
			v.open(get, m.codes[0], prerender...)
			return atDoor(v)
		}, "0 credit.not.class prefetch"},
		{"a prerender that somebody looked at, then the open door", 2, 1, func(v *visitor) (string, string) {
			v.view(v.open(get, m.codes[0], prerender...))
			return atDoor(v)
		}, "1 credit.visitor human"},
		{"a prerender that somebody filled the form in on", 1, 0, func(v *visitor) (string, string) {
			return kari, v.open(get, m.codes[0], prerender...)
		}, "1 credit.last_link human"},
		{"a scanner, then the open door", 20, 0, func(v *visitor) (string, string) {
			v.scan()
			return atDoor(v)
		}, "0 credit.not.class suspect"},
		{"a scanner and the form of the page it opened first", 20, 0, func(v *visitor) (string, string) { return kari, v.scan()[0] }, "0 credit.not.class suspect"},
		{"a scanner and the form without a token", 20, 0, func(v *visitor) (string, string) {
			v.scan()
			return kari, ""
		}, "0 credit.not.class suspect"},
	}
	email := func(n int) string { return fmt.Sprintf("k%d@example.com", n) }
	var send []func()
	for n, tt := range cases {
		v := m.visitor(n)
		page, token := tt.look(v)
		send = append(send, func() { v.apply(page, email(n), token) })
		hits, clicks = hits+tt.hits, clicks+tt.clicks
	}
	m.shipped()
	for _, apply := range send {
		apply()
	}
	m.until("the evidence of each has been gathered", 90*time.Second, func() bool {
		return m.count(`select count(*) from river_job where kind = 'settle_credit' and attempted_at is not null and state <> 'running'
			and scheduled_at > now() + interval '10 minutes'`) == len(cases)
	})
	for _, when := range []string{"when it is shipped", "after a recount"} {
		for n, tt := range cases {
			if got := m.part(email(n)); got != tt.want {
				t.Errorf("%s, %s: got %q, want %q", tt.name, when, got, tt.want)
			}
		}
		m.wantReport(hits, clicks)
		m.run("", "recount")
	}
}

// part is what Kari has of an application, why, and the worst class of what speaks for her.
func (m *mill) part(email string) string {
	m.t.Helper()
	db := m.db()
	defer db.Close()
	var got string
	err := db.Pool().QueryRow(m.t.Context(), `
		select coalesce(string_agg(c.weight || ' ' || c.reason || ' ' ||
		           (select string_agg(distinct t.class, '+') from touches t where t.application_id = a.id and t.user_id = c.user_id), '; '), '')
		from applications a
		join candidates k on k.id = a.candidate_id
		join credits c on c.application_id = a.id and c.round = (select max(round) from credits where application_id = a.id)
		where k.email = $1 and c.user_id = $2`, email, m.kari.ID).Scan(&got)
	if err != nil {
		m.t.Fatal(err)
	}
	return got
}

// referral is a line of the report.
type referral struct {
	Key          string `json:"key"`
	Hits         int    `json:"hits"`
	Clicks       int    `json:"clicks"`
	Visitors     int    `json:"visitors"`
	Applications int    `json:"applications"`
}

// report is the line that what picks.
func (c *client) report(by, key string) referral {
	c.t.Helper()
	got := api[struct {
		Items []referral `json:"items"`
	}](c, http.StatusOK, http.MethodGet, "/reports/referrals?group_by="+url.QueryEscape(by), nil)
	for _, r := range got.Items {
		if strings.EqualFold(r.Key, key) {
			return r
		}
	}
	return referral{}
}

func (m *mill) wantReport(hits, clicks int) {
	m.t.Helper()
	if got := m.hr.report("employee", m.kari.ID); got.Hits != hits || got.Clicks != clicks || got.Applications != 4 {
		m.t.Errorf("the report says %+v, want %d hits, %d clicks and 4 applications", got, hits, clicks)
	}
}
