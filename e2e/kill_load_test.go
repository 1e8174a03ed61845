package e2e_test

import (
	"bytes"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

// sharedBy makes links to a job by that many channels and gives their codes.
func (c *client) sharedBy(job string, channels int) (codes []string) {
	c.t.Helper()
	for _, channel := range models.Channels[:channels] {
		link := api[made](c, http.StatusCreated, http.MethodPost, "/links", map[string]string{"job_id": job, "channel": channel})
		codes = append(codes, link.Code)
	}
	return codes
}

// TestKilledTwentyTimesUnderLoad kills the program at random moments, its start included, while visitors go on asking. What they got
// a whole answer for is recorded, once.
func TestKilledTwentyTimesUnderLoad(t *testing.T) {
	t.Parallel()
	p, c, job := house(t, behindProxy)
	codes := append(c.sharedBy(job.ID, 4), c.sharedBy(c.job("Kokk").ID, 4)...)
	l := newLoad(p, 16, 4*time.Millisecond, codes...)
	chance := rand.New(rand.NewPCG(3, 20))
	for n := range 20 {
		if n%5 != 4 { // every fifth dies while it starts
			p.until("the program answers", 60*time.Second, p.healthy)
		}
		time.Sleep(time.Duration(chance.IntN(700)) * time.Millisecond)
		p.kill()
		p.begin()
	}
	p.until("the program is ready", 60*time.Second, func() bool { return p.readyz() == http.StatusOK })
	time.Sleep(200 * time.Millisecond)
	acked := l.end()
	p.shipped()
	t.Logf("%d clicks acknowledged of %d asked for", len(acked), l.attempts.Load())
	if len(acked) < 100 || l.odd.Load() != 0 {
		t.Errorf("%d clicks were acknowledged, %d got another answer than the page", len(acked), l.odd.Load())
	}
	if n := p.figure("kollega_events_lost_total") + p.figure("kollega_events_quarantined_total"); n != 0 {
		t.Errorf("%d events are counted as lost or refused", n)
	}
	wantOnce(t, p.count, acked, int(l.attempts.Load()))
	wantTotalsOfEvents(t, p.count)
}

// healthy tells whether the program answers at all.
func (p *program) healthy() bool {
	res, err := http.Get(p.base + "/healthz")
	if err != nil {
		return false
	}
	res.Body.Close()
	return res.StatusCode == http.StatusOK
}

// TestRecountUnderLoad recounts while visitors go on asking: nothing is counted twice or forgotten.
func TestRecountUnderLoad(t *testing.T) {
	t.Parallel()
	p, c, job := house(t, behindProxy)
	codes := append(c.sharedBy(job.ID, 4), c.sharedBy(c.job("Kokk").ID, 4)...)
	l := newLoad(p, 8, 2*time.Millisecond, codes...)
	p.until("the first clicks are in Postgres", 60*time.Second, func() bool { return p.count(`select count(*) from events`) > 0 })
	for range 3 {
		// What an older program's rules had judged otherwise is among what is recounted.
		p.count(`with other as (update events set class = 'bot', reason = 'method' where id in (select id from events where kind = 'click' limit 50) returning 1)
			select count(*) from other`)
		p.run("", "recount")
	}
	acked := l.end()
	p.shipped()
	wantOnce(t, p.count, acked, int(l.attempts.Load()))
	wantTotalsOfEvents(t, p.count)
	if n := p.count(`select count(*) from events where class not in ('human', 'suspect')`); n != 0 || l.odd.Load() != 0 {
		t.Errorf("%d events are not judged by today's rules, %d answers were no page", n, l.odd.Load())
	}
}

// TestJournalCutInItsLastRecord cuts the newest file of the journal in the midst of its last record, as a power cut may, once with
// the file as short as that and once with nothing behind. All before is there after the start, and nothing else.
func TestJournalCutInItsLastRecord(t *testing.T) {
	t.Parallel()
	o := newOutage(t)
	for _, short := range []bool{true, false} {
		o.shipped()
		before := o.pg.count(`select count(*) from events`)
		o.pg.stop()
		var ids []uuid.UUID
		for range 40 {
			id, err := clickOf(o.visit())
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, id)
		}
		o.kill()
		whole := len(ids) - 1
		cutRecord(t, filepath.Join(o.dir, "journal"), ids[whole], short)
		o.pg.start()
		o.start()
		o.shipped()
		if n := o.pg.count(`select count(*) from events where id = any($1)`, ids[:whole]); n != whole {
			t.Errorf("short %t: %d of the %d clicks before the cut are there", short, n, whole)
		}
		if n := o.pg.count(`select count(*) from events`) - before; n != whole {
			t.Errorf("short %t: %d events came out of the journal, want %d", short, n, whole)
		}
		o.visit() // and it goes on
		o.until("the next click", 60*time.Second, func() bool { return o.pg.count(`select count(*) from events`) == before+whole+1 })
		wantTotalsOfEvents(t, o.pg.count)
	}
}

// cutRecord takes away what lies behind the event's id in the journal, which is in the midst of its record.
func cutRecord(t *testing.T, dir string, id uuid.UUID, short bool) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		content := read(t, path)
		at := bytes.Index(content, id[:])
		if at < 0 || strings.HasSuffix(path, ".free") {
			continue
		}
		if short {
			content = content[:at+len(id)]
		} else {
			clear(content[at+len(id):])
		}
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Fatal("the journal does not have the last click")
}
