package journal

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// file is what a segment needs of the disk.
type file interface {
	WriteAt(p []byte, off int64) (int, error)
	Sync() error
	Truncate(size int64) error
	Close() error
}

// segment is the file that is being written.
type segment struct {
	file
	path    string
	seq     uint64
	size    int64 // bytes that are acknowledged
	grown   int64 // bytes that the file has
	born    time.Time
	suspect bool // a write failed, so the file is not used again
}

var zeroes [maxGrowth]byte

// write is the one goroutine that touches the open segment: it takes all that waits, writes it, syncs once, and answers all.
func (j *Journal) write() {
	defer close(j.done)
	age := time.NewTicker(j.opts.SealAfter / 4)
	defer age.Stop()
	for {
		select {
		case <-j.wake:
			// Whoever can run runs first: what they append shares this sync, and a group costs as much as a record.
			runtime.Gosched()
			if closed := j.flush(); closed {
				j.seal()
				return
			}
		case ack := <-j.sealNow:
			j.flush()
			j.seal()
			close(ack)
		case <-age.C:
			if j.current != nil && time.Since(j.current.born) >= j.opts.SealAfter {
				j.seal()
			}
			if j.current == nil && time.Since(j.quiet) > j.opts.FreeAfter {
				j.discard()
			}
		}
	}
}

// flush writes the waiting batch while the next one fills, and tells whether the journal takes no more.
func (j *Journal) flush() (closed bool) {
	j.mu.Lock()
	b := j.pending
	closed = j.closed
	if b.n > 0 {
		j.pending, j.spare = newBatch(j.spare), nil
	}
	j.mu.Unlock()
	if b.n == 0 {
		return closed
	}
	if b.err = j.commit(b.buf); b.err != nil {
		b.err = j.commit(b.buf) // once more in a new segment: a file that failed is never appended to
	}
	if b.err != nil {
		j.lose(b)
	}
	j.mu.Lock()
	j.spare = b.buf
	j.mu.Unlock()
	close(b.done)
	if j.current != nil && j.current.size >= maxSegment {
		j.seal()
	}
	return closed
}

// commit puts buf on the disk behind what is acknowledged already.
func (j *Journal) commit(buf []byte) error {
	if j.current == nil {
		if err := j.begin(); err != nil {
			return err
		}
	}
	sign(buf, j.current.seq)
	if err := j.current.put(buf); err != nil {
		j.abandon()
		return fmt.Errorf("journal: write: %w", err)
	}
	return nil
}

func (s *segment) put(buf []byte) error {
	end := s.size + int64(len(buf))
	if _, err := s.WriteAt(buf, s.size); err != nil {
		return err
	}
	if end > s.grown { // by more than is needed now, rather than a little with every group
		more, err := s.WriteAt(zeroes[:min(max(end, minGrowth), maxGrowth)], end)
		s.grown = end + int64(more)
		s.suspect = s.suspect || err != nil // the disk is full but for this group
	}
	if err := s.Sync(); err != nil {
		return err
	}
	s.size = end
	return nil
}

// begin opens a new segment whose name outlives a power cut. Names count up, so a clock set back cannot reorder them.
func (j *Journal) begin() error {
	j.seq++
	s := &segment{path: filepath.Join(j.dir, fmt.Sprintf("%016x%s", j.seq, openSuffix)), seq: j.seq, born: time.Now()}
	fresh := !j.reuse(s)
	var err error
	if s.file, err = j.opts.open(s.path, fresh); err != nil {
		if !fresh {
			os.Remove(s.path)
		}
		return fmt.Errorf("journal: new segment: %w", err)
	}
	if err := syncDir(j.dir); err != nil { // before anything is written: the name says whose the records are
		s.Close()
		os.Remove(s.path)
		return fmt.Errorf("journal: new segment: %w", err)
	}
	j.current = s
	j.mu.Lock()
	j.oldest = s.born
	j.mu.Unlock()
	return nil
}

// reuse gives s a file that is free, if there is one.
func (j *Journal) reuse(s *segment) bool {
	for {
		j.mu.Lock()
		if len(j.free) == 0 {
			j.mu.Unlock()
			return false
		}
		path := j.free[len(j.free)-1]
		j.free = j.free[:len(j.free)-1]
		j.mu.Unlock()
		info, err := os.Stat(path)
		if err == nil {
			err = os.Rename(path, s.path)
		}
		if err == nil {
			s.grown = info.Size()
			return true
		}
		j.opts.Log.Warn("journal: a file cannot be used again", "file", path, "error", err)
	}
}

// discard deletes the files that are free: without clicks they are of no use, and what they hold is old.
func (j *Journal) discard() {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, path := range j.free {
		if err := os.Remove(path); err != nil {
			j.opts.Log.Warn("journal: a free file stays", "file", path, "error", err)
		}
	}
	j.free = nil
}

// abandon seals a segment whose last write failed, cut back to what was acknowledged; the cut may fail too, the reader copes.
func (j *Journal) abandon() {
	j.current.suspect = true
	if err := j.current.Truncate(j.current.size); err != nil {
		j.opts.Log.Warn("journal: a failed write stays in its segment", "segment", j.current.path, "error", err)
	}
	j.seal()
}

// seal closes the open segment and offers it to the reader; one without records is removed.
func (j *Journal) seal() {
	s := j.current
	if s == nil {
		return
	}
	j.current, j.quiet = nil, time.Now()
	if err := s.Close(); err != nil {
		j.opts.Log.Warn("journal: close segment", "segment", s.path, "error", err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.oldest = time.Time{}
	if s.size == 0 {
		os.Remove(s.path)
		return
	}
	sealed := filepath.Join(j.dir, sealedName(s.seq, s.size))
	if err := os.Rename(s.path, sealed); err != nil {
		j.opts.Log.Error("journal: seal segment, it is read at the next start", "segment", s.path, "error", err)
		return
	}
	j.sealed = append(j.sealed, Segment{Path: sealed, Born: s.born, Bytes: s.size, seq: s.seq, suspect: s.suspect})
	nudge(j.ready)
}

// lose counts what could not be kept and says so, at most every few seconds.
func (j *Journal) lose(b *batch) {
	j.mu.Lock()
	j.lost += b.n
	total, quiet := j.lost, time.Since(j.lostErr) < 5*time.Second
	if !quiet {
		j.lostErr = time.Now()
	}
	j.mu.Unlock()
	if !quiet {
		j.opts.Log.Error("EVENTS ARE BEING LOST: the journal cannot be written", "lost", total, "folder", j.dir, "error", b.err)
	}
}
