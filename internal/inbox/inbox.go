// Package inbox keeps applications on this machine's disk while they cannot go where they belong. What Put has returned from
// survives a power cut; each lies in a folder of its own until Remove.
package inbox

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
)

// ErrFull says that no more can be kept: too many wait, they take too much room, or the disk has little left.
var ErrFull = errors.New("the inbox is full")

// ErrDamaged is an item that cannot be read.
var ErrDamaged = errors.New("the item is damaged")

// Names within the folder. What begins with a dot is not there: half written, or half removed.
const (
	formFile    = "form.json"
	docFile     = "cv"
	newPrefix   = ".new-"
	gonePrefix  = ".gone-"
	damagedName = "damaged-"
)

// Options bound an inbox; zero values are the defaults.
type Options struct {
	MaxCount int   // items, 2000
	MaxBytes int64 // of all items, 2 GiB
	Reserve  int64 // bytes of the disk that stay free for what matters more, 16 MiB
}

// Item is what waits.
type Item struct {
	ID       uuid.UUID // UUIDv7
	At       time.Time // handed in
	Key      string    // the same for what replaces each other
	Form     json.RawMessage
	Document bool // there is a file beside the form, see File
}

// Stats are figures of now.
type Stats struct {
	Waiting int
	Bytes   int64
	Oldest  time.Time // zero when nothing waits
	Damaged int       // folders that could not be read; they are kept
}

// Inbox is a folder of items. It is safe for concurrent use by one process.
type Inbox struct {
	dir   string
	opts  Options
	ready chan struct{}

	mu      sync.Mutex
	items   map[uuid.UUID]waiting
	bytes   int64 // of the items, and of those being written
	writing int
	damaged int
}

// waiting is what is known of an item without reading it.
type waiting struct {
	at    time.Time
	key   string
	bytes int64
}

// Open reads what lies in dir, which is made where it is missing, and clears away what was being written or removed.
func Open(dir string, o Options) (*Inbox, error) {
	o.MaxCount, o.MaxBytes, o.Reserve = cmp.Or(o.MaxCount, 2000), cmp.Or(o.MaxBytes, 2<<30), cmp.Or(o.Reserve, 16<<20)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("inbox: %w", err)
	}
	in := &Inbox{dir: dir, opts: o, ready: make(chan struct{}, 1), items: map[uuid.UUID]waiting{}}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("inbox: %w", err)
	}
	for _, e := range entries {
		if err := in.find(e.Name()); err != nil {
			return nil, fmt.Errorf("inbox: %w", err)
		}
	}
	in.wake()
	return in, nil
}

// Count is how many items wait in dir and how many are damaged, for whoever is not the one that has it open.
func Count(dir string) (waiting, damaged int, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return 0, 0, fmt.Errorf("inbox: %w", err)
	}
	for _, e := range entries {
		if _, err := uuid.Parse(e.Name()); err == nil {
			waiting++
		} else if strings.HasPrefix(e.Name(), damagedName) {
			damaged++
		}
	}
	return waiting, damaged, nil
}

// find takes up one name of the folder.
func (in *Inbox) find(name string) error {
	if strings.HasPrefix(name, newPrefix) || strings.HasPrefix(name, gonePrefix) {
		return os.RemoveAll(filepath.Join(in.dir, name))
	}
	id, err := uuid.Parse(name)
	if err != nil {
		if strings.HasPrefix(name, damagedName) {
			in.damaged++
		}
		return nil // not ours
	}
	item, err := in.Read(id)
	if errors.Is(err, ErrDamaged) {
		return in.SetAside(id)
	}
	if err != nil {
		return err
	}
	size := in.size(id)
	in.items[id] = waiting{item.At, item.Key, size}
	in.bytes += size
	return nil
}

func (in *Inbox) size(id uuid.UUID) (n int64) {
	for _, name := range []string{formFile, docFile} {
		if info, err := os.Stat(filepath.Join(in.path(id), name)); err == nil {
			n += info.Size()
		}
	}
	return n
}

func (in *Inbox) path(id uuid.UUID) string { return filepath.Join(in.dir, id.String()) }

// Ready hears of items that were put since it was last asked.
func (in *Inbox) Ready() <-chan struct{} { return in.ready }

func (in *Inbox) wake() {
	select {
	case in.ready <- struct{}{}:
	default:
	}
}

// Waits tells whether anything of that key is there.
func (in *Inbox) Waits(key string) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	for _, w := range in.items {
		if w.key == key {
			return true
		}
	}
	return false
}

// List is what waits, the oldest first, without the forms.
func (in *Inbox) List() []Item {
	in.mu.Lock()
	defer in.mu.Unlock()
	items := make([]Item, 0, len(in.items))
	for id, w := range in.items {
		items = append(items, Item{ID: id, At: w.at, Key: w.key})
	}
	slices.SortFunc(items, func(a, b Item) int { return cmp.Or(a.At.Compare(b.At), slices.Compare(a.ID[:], b.ID[:])) })
	return items
}

// Stats counts what waits.
func (in *Inbox) Stats() Stats {
	in.mu.Lock()
	defer in.mu.Unlock()
	s := Stats{Waiting: len(in.items), Bytes: in.bytes, Damaged: in.damaged}
	for _, w := range in.items {
		if s.Oldest.IsZero() || w.at.Before(s.Oldest) {
			s.Oldest = w.at
		}
	}
	return s
}

// Read is an item with its form. An error that is ErrDamaged will not go away.
func (in *Inbox) Read(id uuid.UUID) (Item, error) {
	raw, err := os.ReadFile(filepath.Join(in.path(id), formFile))
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			err = fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		return Item{}, err
	}
	var item Item
	if err := json.Unmarshal(raw, &item); err != nil || item.ID != id {
		return Item{}, fmt.Errorf("%w: %w", ErrDamaged, cmp.Or(err, errors.New("it bears another's id")))
	}
	if item.Document {
		if _, err := os.Stat(filepath.Join(in.path(id), docFile)); errors.Is(err, os.ErrNotExist) {
			return Item{}, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
	}
	return item, nil
}

// File opens an item's document.
func (in *Inbox) File(id uuid.UUID) (*os.File, error) {
	return os.Open(filepath.Join(in.path(id), docFile))
}

// Put keeps an item and its document, nil for none, of size bytes. Once it returns nil they are durable; with an error nothing
// is left behind.
func (in *Inbox) Put(item Item, document io.Reader, size int64) error {
	item.Document = document != nil
	form, err := json.Marshal(item)
	if err != nil {
		return fmt.Errorf("inbox: %w", err)
	}
	total := int64(len(form))
	if item.Document {
		total += size
	}
	if err := in.reserve(total); err != nil {
		return err
	}
	err = in.write(item.ID, form, document, size)
	in.mu.Lock()
	defer in.mu.Unlock()
	in.writing--
	if err != nil {
		in.bytes -= total
		return fmt.Errorf("inbox: %w", err)
	}
	in.items[item.ID] = waiting{item.At, item.Key, total}
	in.wake()
	return nil
}

// reserve makes room for one more, or says that there is none.
func (in *Inbox) reserve(bytes int64) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	switch {
	case len(in.items)+in.writing >= in.opts.MaxCount:
		return fmt.Errorf("%w: %d wait", ErrFull, len(in.items))
	case in.bytes+bytes > in.opts.MaxBytes:
		return fmt.Errorf("%w: they take %d bytes", ErrFull, in.bytes)
	}
	free, err := freeBytes(in.dir)
	if err != nil {
		return fmt.Errorf("inbox: %w", err)
	}
	if free-bytes < in.opts.Reserve {
		return fmt.Errorf("%w: the disk has %d bytes left", ErrFull, free)
	}
	in.bytes += bytes
	in.writing++
	return nil
}

// write makes the item's folder under another name, and gives it its own when all of it is on the disk.
func (in *Inbox) write(id uuid.UUID, form []byte, document io.Reader, size int64) (err error) {
	half := filepath.Join(in.dir, newPrefix+id.String())
	if err := os.Mkdir(half, 0o700); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(half))
		}
	}()
	if err := writeFile(filepath.Join(half, formFile), strings.NewReader(string(form)), int64(len(form))); err != nil {
		return err
	}
	if document != nil {
		if err := writeFile(filepath.Join(half, docFile), document, size); err != nil {
			return err
		}
	}
	if err := syncDir(half); err != nil {
		return err
	}
	if err := os.Rename(half, in.path(id)); err != nil {
		return err
	}
	if err := syncDir(in.dir); err != nil { // not known to be durable: it must not be promised, nor come back
		return errors.Join(err, os.RemoveAll(in.path(id)))
	}
	return nil
}

// Remove forgets an item; nothing of it stays on the disk.
func (in *Inbox) Remove(id uuid.UUID) error {
	gone := filepath.Join(in.dir, gonePrefix+id.String())
	if err := os.Rename(in.path(id), gone); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("inbox: %w", err)
	}
	in.drop(id, 0)
	if err := errors.Join(os.RemoveAll(gone), syncDir(in.dir)); err != nil {
		return fmt.Errorf("inbox: %w", err)
	}
	return nil
}

// SetAside keeps an item that cannot be read where it bothers nobody.
func (in *Inbox) SetAside(id uuid.UUID) error {
	if err := os.Rename(in.path(id), filepath.Join(in.dir, damagedName+id.String())); err != nil {
		return fmt.Errorf("inbox: %w", err)
	}
	in.drop(id, 1)
	return syncDir(in.dir)
}

func (in *Inbox) drop(id uuid.UUID, damaged int) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.bytes -= in.items[id].bytes
	in.damaged += damaged
	delete(in.items, id)
}
