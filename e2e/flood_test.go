package e2e_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"kollega/models"
)

// codesAsked asks for that many links at once, from few connections, and counts the answers by status.
func (o *outage) codesAsked(n int, code func(i int) string) map[int]int {
	o.t.Helper()
	var mu sync.Mutex
	statuses := map[int]int{}
	var all sync.WaitGroup
	for k := range 8 {
		all.Go(func() {
			c := newClient(o.program, "")
			c.http.Transport = &http.Transport{}
			defer c.http.CloseIdleConnections()
			for i := k; i < n; i += 8 {
				got, err := c.do(http.MethodGet, "/s/"+code(i), nil)
				if err != nil {
					o.t.Errorf("%s: %v", code(i), err)
				}
				mu.Lock()
				statuses[got.status]++
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return statuses
}

// TestUnknownCodesCostNoQuery counts how often the links' table is looked at, and does the same with no database to ask.
func TestUnknownCodesCostNoQuery(t *testing.T) {
	t.Parallel()
	o := newOutage(t)
	const asked = 2000
	unknown := func(i int) string { return fmt.Sprintf("zz%06d", i) }
	looks := func() int { // sessions tell what they did when they end
		o.stop()
		return o.pg.count(`select seq_scan + coalesce(idx_scan, 0) from pg_stat_user_tables where relname = 'links'`)
	}
	before := looks()
	o.start()
	if got := o.codesAsked(asked, unknown); got[http.StatusNotFound] != asked {
		t.Errorf("got %v, want %d times 404", got, asked)
	}
	if n := looks() - before; n > asked/20 { // the whole of them is read at a start, and now and then
		t.Errorf("%d looks at the links for %d unknown codes", n, asked)
	}
	o.start()
	o.pg.stop()
	if got := o.codesAsked(asked, unknown); got[http.StatusNotFound] != asked {
		t.Errorf("without Postgres: got %v, want %d times 404", got, asked)
	}
	o.pg.start()
	if n := o.pg.count(`select count(*) from events`); n != 0 {
		t.Errorf("%d events of links that do not exist", n)
	}
}

// TestFloodOnOneLink opens one link from one address again and again, as a campus does: everybody gets the page, each click is
// recorded, and other pages are served meanwhile.
func TestFloodOnOneLink(t *testing.T) {
	t.Parallel()
	o := newOutage(t)
	const asked = 6000
	stop, done := make(chan struct{}), make(chan struct{})
	others := 0
	go func() {
		defer close(done)
		for ; ; others++ {
			select {
			case <-stop:
				return
			case <-time.After(50 * time.Millisecond):
			}
			if got, err := o.stranger.do(http.MethodGet, "/jobs", nil); err != nil || got.status != http.StatusOK {
				t.Errorf("another page: got %d, %v", got.status, err)
			}
		}
	}()
	got := o.codesAsked(asked, func(int) string { return o.link.Code })
	close(stop)
	<-done
	if got[http.StatusOK] != asked || others == 0 {
		t.Errorf("got %v, want %d pages; %d other pages", got, asked, others)
	}
	o.shipped()
	if n := o.pg.count(`select count(*) from events where kind = 'click' and class = $1`, models.ClassHuman); n != asked {
		t.Errorf("%d clicks are recorded as people's, want %d", n, asked)
	}
	wantTotalsOfEvents(t, o.pg.count)
}
