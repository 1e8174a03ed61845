package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	openSuffix   = ".open"
	sealedSuffix = ".seg"
	freeSuffix   = ".free"
	refusedName  = "refused.log"
	headerSize   = 8
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Segment is a sealed file of records.
type Segment struct {
	Path  string
	Born  time.Time
	Bytes int64 // of records; of the whole file where a crash left that unknown

	seq     uint64
	suspect bool // its file is not to be used again
}

// sealedName tells how much of the file is the segment's; behind it lies what an earlier one left.
func sealedName(seq uint64, size int64) string {
	return fmt.Sprintf("%016x-%x%s", seq, size, sealedSuffix)
}

// Content is what a segment holds.
type Content struct {
	Records [][]byte
	Damaged int // bytes in the midst that are no record; a torn tail was never acknowledged and is not counted
}

// Read reads a whole segment.
func (s Segment) Read() (Content, error) {
	f, err := os.Open(s.Path)
	if err != nil {
		return Content{}, fmt.Errorf("journal: read: %w", err)
	}
	defer f.Close()
	data := make([]byte, s.Bytes)
	n, err := io.ReadFull(f, data)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return Content{}, fmt.Errorf("journal: read: %w", err)
	}
	return scan(data[:n], s.seq), nil
}

// Sealed lists the segments that can be read, oldest first.
func (j *Journal) Sealed() []Segment {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.sealed)
}

// Remove takes out a segment whose records are safe elsewhere; its file is kept to be written over, or deleted.
func (j *Journal) Remove(s Segment) error {
	if err := j.clear(s); err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("journal: remove: %w", err)
	}
	j.forget(s)
	return nil
}

func (j *Journal) clear(s Segment) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if s.suspect || len(j.free) >= maxFree {
		return os.Remove(s.Path)
	}
	free := filepath.Join(j.dir, fmt.Sprintf("%016x%s", s.seq, freeSuffix))
	if err := os.Rename(s.Path, free); err != nil {
		return err
	}
	j.free = append(j.free, free)
	return nil
}

func (j *Journal) forget(s Segment) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.sealed = slices.DeleteFunc(j.sealed, func(o Segment) bool { return o.Path == s.Path })
}

// Refuse keeps a record that nobody will take in a file of its own (refused.log), so that it does not hold up the others.
func (j *Journal) Refuse(rec []byte) error {
	f, err := os.OpenFile(filepath.Join(j.dir, refusedName), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("journal: refuse: %w", err)
	}
	defer f.Close()
	if _, err := f.Write(appendRecord(nil, rec, 0)); err != nil {
		return fmt.Errorf("journal: refuse: %w", err)
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("journal: refuse: %w", err)
	}
	return nil
}

// SetAside keeps a damaged segment beside the journal and takes it out of the way.
func (j *Journal) SetAside(s Segment) error {
	kept := strings.TrimSuffix(s.Path, sealedSuffix) + ".damaged"
	if err := os.Rename(s.Path, kept); err != nil {
		return fmt.Errorf("journal: set aside: %w", err)
	}
	j.forget(s)
	return nil
}

// Refused reads the records that were refused so far.
func (j *Journal) Refused() ([][]byte, error) {
	data, err := os.ReadFile(filepath.Join(j.dir, refusedName))
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("journal: refused: %w", err)
	}
	return scan(data, 0).Records, nil
}

// adopt seals what an earlier run left and finds the next number.
func (j *Journal) adopt() error {
	entries, err := os.ReadDir(j.dir) // sorted, and names count up
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	for _, e := range entries {
		ext := filepath.Ext(e.Name())
		number, size, sized := strings.Cut(strings.TrimSuffix(e.Name(), ext), "-")
		seq, err := strconv.ParseUint(number, 16, 64)
		if err != nil {
			continue
		}
		j.seq = max(j.seq, seq)
		info, err := e.Info()
		if err != nil {
			return fmt.Errorf("journal: adopt: %w", err)
		}
		s := Segment{Path: filepath.Join(j.dir, e.Name()), Born: info.ModTime(), Bytes: info.Size(), seq: seq}
		switch {
		case ext == freeSuffix:
			if err := os.Remove(s.Path); err != nil {
				return fmt.Errorf("journal: adopt: %w", err)
			}
			continue
		case ext == openSuffix: // how much of it was acknowledged died with its writer: all of it is looked at
			sealed := filepath.Join(j.dir, number+sealedSuffix)
			if err := os.Rename(s.Path, sealed); err != nil {
				return fmt.Errorf("journal: adopt: %w", err)
			}
			s.Path = sealed
		case ext == sealedSuffix && sized:
			if s.Bytes, err = strconv.ParseInt(size, 16, 64); err != nil {
				continue
			}
		case ext != sealedSuffix:
			continue
		}
		j.sealed = append(j.sealed, s)
	}
	if len(j.sealed) > 0 {
		nudge(j.ready)
	}
	return nil
}

func appendRecord(buf, rec []byte, seq uint64) []byte {
	start := len(buf)
	buf = appendUnsigned(buf, rec)
	sign(buf[start:], seq)
	return buf
}

// appendUnsigned leaves room for the checksum: which segment a record comes into is not known before it is written.
func appendUnsigned(buf, rec []byte) []byte {
	buf = binary.LittleEndian.AppendUint32(buf, uint32(len(rec)))
	buf = append(buf, 0, 0, 0, 0)
	return append(buf, rec...)
}

// sign writes the checksums of the records in buf for the segment seq.
func sign(buf []byte, seq uint64) {
	for begin := seed(seq); len(buf) > 0; {
		end := headerSize + int(binary.LittleEndian.Uint32(buf))
		binary.LittleEndian.PutUint32(buf[4:], crc32.Update(begin, castagnoli, buf[headerSize:end]))
		buf = buf[end:]
	}
}

// seed is the checksum of the segment's number, with which those of its records begin.
func seed(seq uint64) uint32 {
	return crc32.Checksum(binary.LittleEndian.AppendUint64(nil, seq), castagnoli)
}

// scan finds the records in data. Damage is stepped over: what follows it was acknowledged too.
func scan(data []byte, seq uint64) (c Content) {
	begin, skipped := seed(seq), 0
	for off := 0; off < len(data); {
		rec, ok := recordAt(data, off, begin)
		if !ok {
			off++
			skipped++
			continue
		}
		c.Records = append(c.Records, rec)
		c.Damaged += skipped
		skipped = 0
		off += headerSize + len(rec)
	}
	return c
}

func recordAt(data []byte, off int, begin uint32) ([]byte, bool) {
	if len(data)-off <= headerSize {
		return nil, false
	}
	n := binary.LittleEndian.Uint32(data[off:])
	if n == 0 || n > MaxRecord || int(n) > len(data)-off-headerSize {
		return nil, false
	}
	rec := data[off+headerSize : off+headerSize+int(n)]
	return rec, crc32.Update(begin, castagnoli, rec) == binary.LittleEndian.Uint32(data[off+4:])
}
