package e2e_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
)

// behindProxy has a program believe what these tests say about where a request comes from.
const behindProxy = "KOLLEGA_TRUSTED_PROXIES=127.0.0.0/8,::1/128"

// visitToken is the signed token in a landing page.
func visitToken(page string) (string, error) {
	_, rest, _ := strings.Cut(page, `name="visit" value="`)
	token, _, found := strings.Cut(rest, `"`)
	if !found {
		return "", fmt.Errorf("the page has no token: %.300s", page)
	}
	return token, nil
}

// clickOf is the id of the event that a token belongs to: it lies behind the form, the class and the time.
func clickOf(token string) (uuid.UUID, error) {
	b, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(b) < 26 {
		return uuid.Nil, errors.Join(err, fmt.Errorf("no token: %q", token))
	}
	return uuid.FromBytes(b[10:26])
}

// load is a number of visitors who open links until they are told to stop.
type load struct {
	t     *testing.T
	base  string
	codes []string
	pause time.Duration

	mu       sync.Mutex
	acked    []uuid.UUID  // the clicks behind complete answers
	attempts atomic.Int64 // requests that may have reached the program, those that the HTTP client repeated by itself included
	odd      atomic.Int64 // complete answers that were no page
	stop     chan struct{}
	all      sync.WaitGroup
}

// newLoad starts visitors with an address each. Most stay with one link; every fourth walks through them all, as a scanner does.
func newLoad(p *program, visitors int, pause time.Duration, codes ...string) *load {
	l := &load{t: p.t, base: p.base, codes: codes, pause: pause, stop: make(chan struct{})}
	for n := range visitors {
		c := newClient(p, "")
		c.host, c.http.Transport = p.host, &http.Transport{}
		l.all.Go(func() { l.visit(c, n) })
	}
	return l
}

func (l *load) visit(c *client, n int) {
	defer c.http.CloseIdleConnections()
	address := fmt.Sprintf("10.20.%d.7", n)
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { l.attempts.Add(1) }}
	c.ctx = httptrace.WithClientTrace(l.t.Context(), trace)
	for i := n; ; i++ {
		select {
		case <-l.stop:
			return
		case <-time.After(l.pause):
		}
		code := l.codes[n%len(l.codes)]
		if n%4 == 3 {
			code = l.codes[i%len(l.codes)]
		}
		l.take(c.do(http.MethodGet, "/s/"+code, nil, "X-Forwarded-For", address))
	}
}

// take notes a click whose answer came whole.
func (l *load) take(got answer, err error) {
	if err != nil {
		return // nobody was told anything
	}
	token, err := visitToken(got.body)
	if got.status != http.StatusOK || err != nil {
		l.odd.Add(1)
		return
	}
	id, err := clickOf(token)
	if err != nil {
		l.t.Error(err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.acked = append(l.acked, id)
}

// end stops the visitors and gives the clicks that were acknowledged.
func (l *load) end() []uuid.UUID {
	close(l.stop)
	l.all.Wait()
	return l.acked
}

// counter asks a database for a number: a program's own, or one that it is configured for.
type counter func(sql string, args ...any) int

// shipped waits until the journal has nothing left.
func (p *program) shipped() {
	p.t.Helper()
	p.until("all is in Postgres", 60*time.Second, func() bool { return p.figure("kollega_journal_segments") == 0 })
}

// wantOnce checks that all of these clicks are recorded, each once, and nothing that nobody asked for.
func wantOnce(t *testing.T, count counter, acked []uuid.UUID, attempts int) {
	t.Helper()
	if n := count(`select count(*) from (select id from events group by id having count(*) > 1) twice`); n != 0 {
		t.Errorf("%d events are recorded more than once", n)
	}
	if n := count(`select count(distinct id) from events where kind = 'click' and id = any($1)`, acked); n != len(acked) {
		t.Errorf("%d of the %d acknowledged clicks are in Postgres", n, len(acked))
	}
	if n := count(`select count(*) from events where kind = 'click'`); n < len(acked) || n > attempts {
		t.Errorf("%d clicks in Postgres, want %d that were acknowledged to %d that were asked for", n, len(acked), attempts)
	}
}

// wantTotalsOfEvents checks that the rollups are what counting the events gives.
func wantTotalsOfEvents(t *testing.T, count counter) {
	t.Helper()
	const totals = `
		with kept as (
		    select day, link_id, class, sum(clicks)::bigint as clicks, sum(visitors)::bigint as visitors from counts group by 1, 2, 3
		), counted as (
		    select (at at time zone 'UTC')::date as day, link_id, class, count(*) as clicks,
		           count(distinct visitor) filter (where class = 'human') as visitors
		    from events where kind = 'click' group by 1, 2, 3
		)
		select count(*) from kept full join counted using (day, link_id, class)
		where (coalesce(kept.clicks, 0), coalesce(kept.visitors, 0)) <> (coalesce(counted.clicks, 0), coalesce(counted.visitors, 0))`
	if n := count(totals); n != 0 {
		t.Errorf("%d totals differ from the events they count", n)
	}
}
