package tracking

import (
	"sync"
	"time"

	"github.com/google/uuid"
)

const (
	burstSpan    = 5 * time.Second
	burstPenalty = time.Minute      // how long a visitor stays suspect after a burst
	memorySpan   = 30 * time.Minute // how long a quiet visitor is remembered, at least
	memoryLimit  = 32768            // visitors of one generation; two are kept
)

// bursts remembers which links a visitor opened within seconds. Its memory is bounded: two generations of visitors, the older
// of which is dropped when the newer is full or old enough.
type bursts struct {
	mu        sync.Mutex
	now, past map[uuid.UUID]*recent
	began     time.Time
}

// recent is one visitor's last opened links.
type recent struct {
	links  []opened
	banned time.Time // suspect until then
}

type opened struct {
	link uuid.UUID
	at   time.Time
}

func newBursts() *bursts { return &bursts{now: map[uuid.UUID]*recent{}} }

// open notes that visitor opened link and tells how many different links that makes within burstSpan. first is true for the one
// that made it a burst; while the visitor is suspect the count stays that high.
func (b *bursts) open(visitor, link uuid.UUID, at time.Time) (links int, first bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r := b.visitor(visitor, at)
	r.note(link, at)
	if at.Before(r.banned) {
		return burstLinks, false
	}
	if len(r.links) >= burstLinks {
		r.banned = at.Add(burstPenalty)
		return len(r.links), true
	}
	return len(r.links), false
}

// suspect tells whether visitor made a burst lately.
func (b *bursts) suspect(visitor uuid.UUID, at time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	r := b.known(visitor)
	return r != nil && at.Before(r.banned)
}

// seen tells whether visitor opened anything lately.
func (b *bursts) seen(visitor uuid.UUID) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.known(visitor) != nil
}

func (b *bursts) known(visitor uuid.UUID) *recent {
	if r := b.now[visitor]; r != nil {
		return r
	}
	return b.past[visitor]
}

func (b *bursts) visitor(id uuid.UUID, at time.Time) *recent {
	if r := b.now[id]; r != nil {
		return r
	}
	if len(b.now) >= memoryLimit || at.Sub(b.began) > memorySpan {
		b.past, b.now, b.began = b.now, map[uuid.UUID]*recent{}, at
	}
	r := b.past[id]
	if r == nil {
		r = &recent{}
	}
	b.now[id] = r
	return r
}

// note keeps link as the last opened and forgets what lies too far back; a link opened again counts once.
func (r *recent) note(link uuid.UUID, at time.Time) {
	kept := r.links[:0]
	for _, o := range r.links {
		if age := at.Sub(o.at); o.link != link && age < burstSpan && age > -burstSpan {
			kept = append(kept, o)
		}
	}
	if len(kept) >= 2*burstLinks {
		kept = kept[1:]
	}
	kept = append(kept, opened{link, at})
	r.links = kept
}
