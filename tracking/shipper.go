package tracking

import (
	"context"
	"time"

	"kollega/models"
	"kollega/tracking/journal"
)

const (
	shipRows    = 5000 // events of one transaction
	shipTimeout = 30 * time.Second
	firstPause  = 50 * time.Millisecond
	longPause   = 2 * time.Second
)

// ship brings sealed segments to Postgres until it is stopped and all are gone, or ctx ends.
func (r *Recorder) ship(ctx context.Context) {
	for pause := firstPause; ; {
		err := r.shipAll(ctx)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			r.log.Warn("events wait in the journal", "error", err, "segments", len(r.journal.Sealed()))
			select {
			case <-time.After(pause):
			case <-ctx.Done():
				return
			}
			pause = min(2*pause, longPause)
			continue
		}
		pause = firstPause
		select {
		case <-r.journal.Ready():
		case <-r.stop:
			if len(r.journal.Sealed()) == 0 {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

func (r *Recorder) shipAll(ctx context.Context) error {
	for _, s := range r.journal.Sealed() {
		if err := r.shipSegment(ctx, s); err != nil {
			return err
		}
		r.aside = nil
	}
	return nil
}

// shipSegment stores a segment's records and removes it. Repeating it changes nothing.
func (r *Recorder) shipSegment(ctx context.Context, s journal.Segment) error {
	content, err := s.Read()
	if err != nil {
		return err
	}
	var b batch
	for _, rec := range content.Records {
		if ok := b.add(rec); !ok {
			if err := r.quarantine(rec, errRecord); err != nil {
				return err
			}
		}
		if len(b.events) >= shipRows {
			if err := r.store(ctx, b.events, b.amendments); err != nil {
				return err
			}
			b = batch{events: b.events[:0]}
		}
	}
	if err := r.store(ctx, b.events, b.amendments); err != nil {
		return err
	}
	if content.Damaged > 0 {
		r.log.Error("journal segment is damaged; what could be read is stored, the file is kept", "segment", s.Path, "bytes", content.Damaged)
		return r.journal.SetAside(s)
	}
	return r.journal.Remove(s)
}

// batch is what one transaction stores.
type batch struct {
	events     []models.Event
	amendments []models.Amendment
}

func (b *batch) add(rec []byte) bool {
	if rec[0] == recordAmendment {
		a, err := readAmendment(rec)
		if err == nil {
			b.amendments = append(b.amendments, a)
		}
		return err == nil
	}
	e, err := readEvent(rec)
	if err == nil {
		b.events = append(b.events, e)
	}
	return err == nil
}

// store hands events to Postgres; where a row is at fault it halves them until that row stands alone, and keeps it aside.
func (r *Recorder) store(ctx context.Context, events []models.Event, amendments []models.Amendment) error {
	if len(events) == 0 && len(amendments) == 0 {
		return nil
	}
	limited, cancel := context.WithTimeout(ctx, shipTimeout)
	err := r.db.RecordEvents(limited, events, amendments)
	cancel()
	switch {
	case err == nil:
		r.shipped.Add(uint64(len(events) + len(amendments)))
		return nil
	case !models.IsBadEvent(err):
		return err
	case len(events) == 1:
		rec, encErr := appendEvent(nil, &events[0])
		if encErr != nil {
			return encErr
		}
		if err := r.quarantine(rec, err); err != nil {
			return err
		}
		return r.store(ctx, nil, amendments)
	case len(events) == 0: // amendments alone: one by one
		return r.storeAmendments(ctx, amendments, err)
	}
	half := len(events) / 2
	if err := r.store(ctx, events[:half], nil); err != nil {
		return err
	}
	return r.store(ctx, events[half:], amendments)
}

func (r *Recorder) storeAmendments(ctx context.Context, amendments []models.Amendment, cause error) error {
	if len(amendments) == 1 {
		rec, err := appendAmendment(nil, &amendments[0])
		if err != nil {
			return err
		}
		return r.quarantine(rec, cause)
	}
	for i := range amendments {
		if err := r.store(ctx, nil, amendments[i:i+1]); err != nil {
			return err
		}
	}
	return nil
}

// quarantine keeps a record aside, once however often its segment has to be shipped.
func (r *Recorder) quarantine(rec []byte, cause error) error {
	if r.aside[string(rec)] {
		return nil
	}
	if err := r.journal.Refuse(rec); err != nil {
		return err
	}
	if r.aside == nil {
		r.aside = map[string]bool{}
	}
	r.aside[string(rec)] = true
	r.quarantined.Add(1)
	r.log.Error("an event is refused and kept aside", "error", cause)
	return nil
}
