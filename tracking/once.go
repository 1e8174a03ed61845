package tracking

import (
	"sync"

	"github.com/google/uuid"

	"kollega/models"
)

// onceLimit is how many visits of one generation are remembered; two are kept.
const onceLimit = 65536

// once remembers what a page has reported already, to spare the disk; Postgres is what makes sure.
type once struct {
	mu             sync.Mutex
	now, past      map[uuid.UUID]uint16         // kinds by their number, as bits
	watched, older map[uuid.UUID]models.Seconds // of the clip
}

func newOnce() *once {
	return &once{now: map[uuid.UUID]uint16{}, watched: map[uuid.UUID]models.Seconds{}}
}

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

// news tells whether there are seconds in told that the click's page has not reported.
func (o *once) news(click uuid.UUID, told models.Seconds) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	known := o.known(click)
	return known.Union(told) != known
}

// add notes that it has reported them.
func (o *once) add(click uuid.UUID, told models.Seconds) {
	o.mu.Lock()
	defer o.mu.Unlock()
	known := o.known(click)
	if len(o.watched) >= onceLimit {
		o.older, o.watched = o.watched, map[uuid.UUID]models.Seconds{}
	}
	o.watched[click] = known.Union(told)
}

func (o *once) known(click uuid.UUID) models.Seconds {
	known := o.watched[click]
	return known.Union(o.older[click])
}
