// Package journal is an append-only log in a folder: records are acknowledged once they are on the disk, a group at a time,
// and handed on in sealed segments. A record is written len u32 | crc32c u32 | payload, little endian.
//
// The files of segments that were handed on are written over by later ones: syncing what lies in blocks that a file has
// already takes half the time of making it grow. The checksum of a record is taken over the segment's number and the payload,
// and numbers only grow, so what an earlier segment left behind the end is never read as this one's: of two checksums of one
// payload with different numbers, both below 2^32, the difference is a burst of at most 32 bits, which a CRC-32 always finds.
package journal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Limits of a journal.
const (
	MaxRecord  = 1 << 20  // bytes of one record
	maxSegment = 16 << 20 // bytes after which a segment is sealed
	maxPending = 4 << 20  // bytes that may wait for the disk; beyond, Append waits
	minGrowth  = 4 << 10  // bytes by which a segment's file grows at once: as many as it has, within these
	maxGrowth  = 512 << 10
	maxFree    = 4 // files that are kept to be written over
)

// Errors that a caller may meet.
var (
	ErrClosed = errors.New("journal is closed")
	ErrLocked = errors.New("journal is in use by another program")
	ErrSize   = errors.New("journal record is empty or too long")
)

// Options are what a journal needs to know.
type Options struct {
	SealAfter time.Duration // age at which a segment is sealed; 500 ms when zero
	FreeAfter time.Duration // time without records after which files that could be written over are deleted; a minute when zero
	Log       *slog.Logger

	open func(path string, fresh bool) (file, error) // replaced to let the disk fail in tests
}

// Journal is one folder's log. It is safe for concurrent use.
type Journal struct {
	dir  string
	opts Options
	lock *os.File

	mu      sync.Mutex
	pending *batch
	spare   []byte // buffer of the last batch, used again
	sealed  []Segment
	free    []string  // files that may be written over
	oldest  time.Time // birth of the open segment; zero when there is none
	closed  bool
	lost    uint64
	lostErr time.Time // when a loss was last logged

	wake    chan struct{}
	sealNow chan chan struct{}
	ready   chan struct{}
	done    chan struct{}

	current *segment  // these are the writer's alone
	seq     uint64    // of the newest segment
	quiet   time.Time // when the last one was sealed
}

// batch is what waits for the same fsync.
type batch struct {
	buf  []byte
	n    uint64
	done chan struct{}
	err  error // read after done
}

// Open takes the folder into possession and seals what an earlier run left. It fails with ErrLocked where another program has it.
func Open(dir string, opts Options) (*Journal, error) {
	if opts.SealAfter == 0 {
		opts.SealAfter = 500 * time.Millisecond
	}
	if opts.FreeAfter == 0 {
		opts.FreeAfter = time.Minute
	}
	if opts.Log == nil {
		opts.Log = slog.Default()
	}
	if opts.open == nil {
		opts.open = openFile
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	lock, err := lockDir(filepath.Join(dir, "lock"))
	if err != nil {
		return nil, err
	}
	j := &Journal{
		dir: dir, opts: opts, lock: lock,
		pending: newBatch(nil),
		wake:    make(chan struct{}, 1),
		sealNow: make(chan chan struct{}),
		ready:   make(chan struct{}, 1),
		done:    make(chan struct{}),
	}
	if err := j.adopt(); err != nil {
		lock.Close()
		return nil, err
	}
	go j.write()
	return j, nil
}

func newBatch(buf []byte) *batch { return &batch{buf: buf[:0], done: make(chan struct{})} }

// Append returns once the record is on the disk. A cancelled ctx ends the wait, not the writing.
func (j *Journal) Append(ctx context.Context, rec []byte) error {
	if len(rec) == 0 || len(rec) > MaxRecord {
		return ErrSize
	}
	for {
		b, taken, err := j.put(rec)
		if err != nil {
			return err
		}
		select {
		case <-b.done:
		case <-ctx.Done():
			return ctx.Err()
		}
		if taken {
			return b.err
		}
	}
}

// put adds rec to the waiting batch, or names the batch to wait for where that is full.
func (j *Journal) put(rec []byte) (b *batch, taken bool, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return nil, false, ErrClosed
	}
	b = j.pending
	if len(b.buf) > 0 && len(b.buf)+len(rec) > maxPending {
		return b, false, nil
	}
	b.buf = appendUnsigned(b.buf, rec)
	b.n++
	if b.n == 1 {
		nudge(j.wake)
	}
	return b, true, nil
}

// Seal closes the open segment now, so that what was appended before can be read.
func (j *Journal) Seal() {
	ack := make(chan struct{})
	select {
	case j.sealNow <- ack:
		<-ack
	case <-j.done:
	}
}

// Stop writes what waits, seals, and takes nothing more. Sealed segments can still be read and removed.
func (j *Journal) Stop() {
	j.mu.Lock()
	j.closed = true
	j.mu.Unlock()
	nudge(j.wake)
	<-j.done
}

// Close stops and gives the folder free.
func (j *Journal) Close() error {
	j.Stop()
	j.discard()
	return j.lock.Close()
}

// Ready is signalled when there may be a new sealed segment.
func (j *Journal) Ready() <-chan struct{} { return j.ready }

// Stats are figures about the journal.
type Stats struct {
	Segments int       // on the disk, the open one included
	Oldest   time.Time // birth of the oldest of them; zero when there is none
	Lost     uint64    // records that could not be written
}

// Stats counts what is there now.
func (j *Journal) Stats() Stats {
	j.mu.Lock()
	defer j.mu.Unlock()
	s := Stats{Segments: len(j.sealed), Oldest: j.oldest, Lost: j.lost}
	if !j.oldest.IsZero() {
		s.Segments++
	}
	if len(j.sealed) > 0 {
		s.Oldest = j.sealed[0].Born
	}
	return s
}

func nudge(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
