package tracking

import (
	"sync"

	"github.com/google/uuid"
)

// onceLimit is how many visits of one generation are remembered; two are kept.
const onceLimit = 65536

// once remembers what a page has reported already, to spare the disk; Postgres is what makes sure.
type once struct {
	mu        sync.Mutex
	now, past map[uuid.UUID]uint16 // kinds by their number, as bits
}

func newOnce() *once { return &once{now: map[uuid.UUID]uint16{}} }

// done tells whether the click's page has reported the kind.
func (o *once) done(click uuid.UUID, kind int) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return (o.now[click]|o.past[click])&(1<<kind) != 0
}

// mark notes that it has.
func (o *once) mark(click uuid.UUID, kind int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.now) >= onceLimit {
		o.past, o.now = o.now, map[uuid.UUID]uint16{}
	}
	o.now[click] |= 1 << kind
}
