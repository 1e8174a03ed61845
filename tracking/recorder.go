package tracking

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"kollega/models"
	"kollega/tracking/journal"
)

// Recorder writes events to the journal and ships them to Postgres behind.
type Recorder struct {
	db      *models.DB
	journal *journal.Journal
	log     *slog.Logger
	wg      sync.WaitGroup
	stop    chan struct{} // closed: ship what is there and end
	cancel  context.CancelFunc
	aside   map[string]bool // what of the segment being shipped was refused; of the shipping goroutine alone

	recorded, shipped, quarantined, refused atomic.Uint64
}

// Stats are figures about recording since the start.
type Stats struct {
	Recorded    uint64    // on the disk
	Shipped     uint64    // taken by Postgres
	Quarantined uint64    // records refused and kept aside, see refused.log beside the journal
	Lost        uint64    // could not be written anywhere
	Segments    int       // on the disk now
	Oldest      time.Time // birth of the oldest segment that is not shipped; zero when all is
}

// NewRecorder opens the journal in dir and starts to ship, beginning with what an earlier run left.
func NewRecorder(dir string, db *models.DB, log *slog.Logger) (*Recorder, error) {
	j, err := journal.Open(dir, journal.Options{Log: log})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	r := &Recorder{db: db, journal: j, log: log, stop: make(chan struct{}), cancel: cancel}
	r.wg.Go(func() { r.ship(ctx) })
	return r, nil
}

// Record returns once e is durable.
func (r *Recorder) Record(ctx context.Context, e *models.Event) error {
	var space [768]byte
	rec, err := appendEvent(space[:0], e)
	if err != nil {
		return err
	}
	return r.append(ctx, rec)
}

// Amend returns once a is durable; it takes hold after all that was recorded before.
func (r *Recorder) Amend(ctx context.Context, a *models.Amendment) error {
	var space [256]byte
	rec, err := appendAmendment(space[:0], a)
	if err != nil {
		return err
	}
	return r.append(ctx, rec)
}

func (r *Recorder) append(ctx context.Context, rec []byte) error {
	if err := r.journal.Append(ctx, rec); err != nil {
		if errors.Is(err, journal.ErrClosed) { // the journal itself counts what its disk refuses
			r.refused.Add(1)
		}
		return fmt.Errorf("record: %w", err)
	}
	r.recorded.Add(1)
	return nil
}

// Stats counts what happened so far.
func (r *Recorder) Stats() Stats {
	j := r.journal.Stats()
	return Stats{
		Recorded: r.recorded.Load(), Shipped: r.shipped.Load(), Quarantined: r.quarantined.Load(),
		Lost: j.Lost + r.refused.Load(), Segments: j.Segments, Oldest: j.Oldest,
	}
}

// Close takes nothing more and ships what is left until ctx ends; what is left then is shipped at the next start.
func (r *Recorder) Close(ctx context.Context) error {
	r.journal.Stop()
	close(r.stop)
	done := make(chan struct{})
	go func() { r.wg.Wait(); close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
		r.cancel()
		<-done
	}
	r.cancel()
	return r.journal.Close()
}
