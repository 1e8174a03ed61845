package tracking

import (
	"sync"
	"time"

	"github.com/google/uuid"
)

const (
	burstSpan    = 5 * time.Second
	burstAtOnce  = time.Second
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

// suspectAt tells whether the visitor is suspect then. A clock that is set back makes nobody suspect for longer.
func (r *recent) suspectAt(at time.Time) bool {
	left := r.banned.Sub(at)
	return left > 0 && left <= burstPenalty
}

// Lately is what a visitor opened within seconds, the link that is opened now included.
type Lately struct {
	Links  int  // different ones within burstSpan
	AtOnce int  // within burstAtOnce
	After  bool // it made a burst before, so that whatever it does is suspect for a while
}

type opened struct {
	link uuid.UUID
	at   time.Time
}

func newBursts() *bursts { return &bursts{now: map[uuid.UUID]*recent{}} }

// open notes that visitor opened link.
func (b *bursts) open(visitor, link uuid.UUID, at time.Time) Lately {
	b.mu.Lock()
	defer b.mu.Unlock()
	r := b.visitor(visitor, at)
	r.note(link, at)
	l := Lately{Links: len(r.links), After: r.suspectAt(at)}
	for _, o := range r.links {
		if at.Sub(o.at).Abs() < burstAtOnce {
			l.AtOnce++
		}
	}
	return l
}

// ban makes visitor suspect for a while: what it opened was a burst.
func (b *bursts) ban(visitor uuid.UUID, at time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.visitor(visitor, at).banned = at.Add(burstPenalty)
}

// suspect tells whether visitor made a burst lately.
func (b *bursts) suspect(visitor uuid.UUID, at time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	r := b.known(visitor)
	return r != nil && r.suspectAt(at)
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
	if len(b.now) >= memoryLimit || at.Sub(b.began).Abs() > memorySpan {
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
		if o.link != link && at.Sub(o.at).Abs() < burstSpan {
			kept = append(kept, o)
		}
	}
	if len(kept) >= crowdLinks {
		kept = kept[1:]
	}
	kept = append(kept, opened{link, at})
	r.links = kept
}
