package journal

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
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
	refusedName  = "refused.log"
	headerSize   = 8
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Segment is a sealed file of records.
type Segment struct {
	Path  string
	Born  time.Time
	Bytes int64
}

// Content is what a segment holds.
type Content struct {
	Records [][]byte
	Damaged int // bytes in the midst that are no record; a torn tail was never acknowledged and is not counted
}

// Read reads a whole segment.
func (s Segment) Read() (Content, error) {
	data, err := os.ReadFile(s.Path)
	if err != nil {
		return Content{}, fmt.Errorf("journal: read: %w", err)
	}
	return scan(data), nil
}

// Sealed lists the segments that can be read, oldest first.
func (j *Journal) Sealed() []Segment {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.sealed)
}

// Remove deletes a segment whose records are safe elsewhere.
func (j *Journal) Remove(s Segment) error {
	if err := os.Remove(s.Path); err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("journal: remove: %w", err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.sealed = slices.DeleteFunc(j.sealed, func(o Segment) bool { return o.Path == s.Path })
	return nil
}

// Refuse keeps a record that nobody will take in a file of its own (refused.log), so that it does not hold up the others.
func (j *Journal) Refuse(rec []byte) error {
	f, err := os.OpenFile(filepath.Join(j.dir, refusedName), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("journal: refuse: %w", err)
	}
	defer f.Close()
	if _, err := f.Write(appendRecord(nil, rec)); err != nil {
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
	return j.Remove(s)
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
	return scan(data).Records, nil
}

// adopt seals what an earlier run left and finds the next number.
func (j *Journal) adopt() error {
	entries, err := os.ReadDir(j.dir) // sorted, and names count up
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	for _, e := range entries {
		name, ext := strings.TrimSuffix(e.Name(), filepath.Ext(e.Name())), filepath.Ext(e.Name())
		seq, err := strconv.ParseUint(name, 16, 64)
		if err != nil {
			continue
		}
		j.seq = max(j.seq, seq)
		path := filepath.Join(j.dir, name)
		switch ext {
		case openSuffix:
			if err := os.Rename(path+openSuffix, path+sealedSuffix); err != nil {
				return fmt.Errorf("journal: adopt: %w", err)
			}
		case sealedSuffix:
		default:
			continue
		}
		info, err := os.Stat(path + sealedSuffix)
		if err != nil {
			return fmt.Errorf("journal: adopt: %w", err)
		}
		j.sealed = append(j.sealed, Segment{Path: path + sealedSuffix, Born: info.ModTime(), Bytes: info.Size()})
	}
	if len(j.sealed) > 0 {
		nudge(j.ready)
	}
	return nil
}

func appendRecord(buf, rec []byte) []byte {
	buf = binary.LittleEndian.AppendUint32(buf, uint32(len(rec)))
	buf = binary.LittleEndian.AppendUint32(buf, crc32.Checksum(rec, castagnoli))
	return append(buf, rec...)
}

// scan finds the records in data. Damage is stepped over: what follows it was acknowledged too.
func scan(data []byte) (c Content) {
	skipped := 0
	for off := 0; off < len(data); {
		rec, ok := recordAt(data, off)
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

func recordAt(data []byte, off int) ([]byte, bool) {
	if len(data)-off <= headerSize {
		return nil, false
	}
	n := binary.LittleEndian.Uint32(data[off:])
	if n == 0 || n > MaxRecord || int(n) > len(data)-off-headerSize {
		return nil, false
	}
	rec := data[off+headerSize : off+headerSize+int(n)]
	return rec, crc32.Checksum(rec, castagnoli) == binary.LittleEndian.Uint32(data[off+4:])
}
