package journal

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// file is what a segment needs of the disk.
type file interface {
	Write(p []byte) (int, error)
	Sync() error
	Truncate(size int64) error
	Close() error
}

// segment is the file that is being written.
type segment struct {
	file
	path string
	size int64 // bytes that are acknowledged
	born time.Time
}

// write is the one goroutine that touches the open segment: it takes all that waits, writes it, syncs once, and answers all.
func (j *Journal) write() {
	defer close(j.done)
	age := time.NewTicker(j.opts.SealAfter / 4)
	defer age.Stop()
	for {
		select {
		case <-j.wake:
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
	_, err := j.current.Write(buf)
	if err == nil {
		err = j.current.Sync()
	}
	if err != nil {
		err = fmt.Errorf("journal: write: %w", err)
		j.abandon()
		return err
	}
	j.current.size += int64(len(buf))
	return nil
}

// begin makes a new open segment whose name outlives a power cut. Names count up, so a clock set back cannot reorder them.
func (j *Journal) begin() error {
	j.seq++
	path := filepath.Join(j.dir, fmt.Sprintf("%016x%s", j.seq, openSuffix))
	f, err := j.opts.create(path)
	if err != nil {
		return fmt.Errorf("journal: new segment: %w", err)
	}
	if err := syncDir(j.dir); err != nil {
		f.Close()
		os.Remove(path)
		return fmt.Errorf("journal: new segment: %w", err)
	}
	j.current = &segment{file: f, path: path, born: time.Now()}
	j.mu.Lock()
	j.oldest = j.current.born
	j.mu.Unlock()
	return nil
}

// abandon seals a segment whose last write failed, cut back to what was acknowledged; the cut may fail too, the reader copes.
func (j *Journal) abandon() {
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
	j.current = nil
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
	sealed := s.path[:len(s.path)-len(openSuffix)] + sealedSuffix
	if err := os.Rename(s.path, sealed); err != nil {
		j.opts.Log.Error("journal: seal segment, it is read at the next start", "segment", s.path, "error", err)
		return
	}
	j.sealed = append(j.sealed, Segment{Path: sealed, Born: s.born, Bytes: s.size})
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
