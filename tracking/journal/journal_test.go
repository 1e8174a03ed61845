package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"
)

func open(t testing.TB, dir string, opts Options) *Journal {
	t.Helper()
	opts.Log = slog.New(slog.DiscardHandler)
	j, err := Open(dir, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	return j
}

// records reads all sealed segments.
func records(t testing.TB, j *Journal) (all []string) {
	t.Helper()
	for _, s := range j.Sealed() {
		c, err := s.Read()
		if err != nil {
			t.Fatal(err)
		}
		for _, rec := range c.Records {
			all = append(all, string(rec))
		}
	}
	return all
}

func appendAll(t testing.TB, j *Journal, recs ...string) {
	t.Helper()
	for _, rec := range recs {
		if err := j.Append(t.Context(), []byte(rec)); err != nil {
			t.Fatalf("Append(%q) = %v", rec, err)
		}
	}
}

func TestWhatIsAppendedIsRead(t *testing.T) {
	t.Parallel()
	j := open(t, t.TempDir(), Options{})
	appendAll(t, j, "a", "bc")
	j.Seal()
	appendAll(t, j, "d")
	j.Stop()
	if got := records(t, j); !slices.Equal(got, []string{"a", "bc", "d"}) {
		t.Errorf("got %q", got)
	}
	if err := j.Append(t.Context(), []byte("late")); !errors.Is(err, ErrClosed) {
		t.Errorf("Append after Stop = %v, want ErrClosed", err)
	}
	for _, s := range j.Sealed() {
		if err := j.Remove(s); err != nil {
			t.Error(err)
		}
	}
	if s := j.Stats(); s != (Stats{}) {
		t.Errorf("Stats = %+v, want none", s)
	}
}

func TestSealedByAge(t *testing.T) {
	t.Parallel()
	j := open(t, t.TempDir(), Options{SealAfter: 20 * time.Millisecond})
	appendAll(t, j, "a")
	select {
	case <-j.Ready():
	case <-time.After(10 * time.Second):
		t.Fatal("no segment is sealed")
	}
	if got := records(t, j); len(got) != 1 {
		t.Errorf("got %q", got)
	}
}

func TestManyAppendAtOnce(t *testing.T) {
	t.Parallel()
	j := open(t, t.TempDir(), Options{})
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			for n := range 100 {
				if err := j.Append(context.Background(), fmt.Appendf(nil, "%d %d", i, n)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	j.Stop()
	got := records(t, j)
	slices.Sort(got)
	if got = slices.Compact(got); len(got) != 6400 {
		t.Errorf("%d different records, want 6400", len(got))
	}
}

func TestOneJournalOneProgram(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	j := open(t, dir, Options{})
	if _, err := Open(dir, Options{}); !errors.Is(err, ErrLocked) {
		t.Errorf("second Open = %v, want ErrLocked", err)
	}
	if err := j.Close(); err != nil {
		t.Error(err)
	}
	open(t, dir, Options{})
}

// TestPowerCut cuts a segment at every byte of its last group: all before is read, of the group only whole records, whatever
// lies behind: nothing, zeroes of a file that was made to grow, or what an earlier segment left there.
func TestPowerCut(t *testing.T) {
	t.Parallel()
	const seq, earlier = 10, 9
	group := []string{"third, longer than the others", "fourth", "fifth"}
	acked := appendRecord(appendRecord(nil, []byte("first"), seq), []byte("second"), seq)
	whole, stale := slices.Clone(acked), slices.Clone(acked)
	var ends []int
	for _, rec := range group {
		whole = appendRecord(whole, []byte(rec), seq)
		stale = appendRecord(stale, bytes.ToUpper([]byte(rec)), earlier) // at the same place
		ends = append(ends, len(whole))
	}
	stale = appendRecord(stale, []byte(group[0]), earlier) // the very same record
	shifted := appendRecord(appendRecord(nil, []byte("stale"), earlier), []byte("and another"), earlier)
	for cut := len(acked); cut <= len(whole); cut++ {
		missing := len(whole) - cut
		for name, rest := range map[string][]byte{
			"nothing": nil, "zeroes": make([]byte, missing+100), "ones": bytes.Repeat([]byte{0xff}, missing),
			"earlier": stale[cut:], "shifted": shifted,
		} {
			want := []string{"first", "second"}
			for i, end := range ends {
				if cut >= end {
					want = append(want, group[i])
				}
			}
			checkCut(t, fmt.Sprintf("cut at %d, then %s", cut, name), seq, append(slices.Clone(whole[:cut]), rest...), want)
		}
	}
}

// checkCut starts a journal on a segment that a crash left and reads it, also after more was written.
func checkCut(t *testing.T, name string, seq uint64, data []byte, want []string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%016x%s", seq, openSuffix)), data, 0o600); err != nil {
		t.Fatal(err)
	}
	j := open(t, dir, Options{})
	if got := records(t, j); !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", name, got, want)
	}
	appendAll(t, j, "after")
	j.Stop()
	if got := records(t, j); !slices.Equal(got, append(slices.Clone(want), "after")) {
		t.Errorf("%s, then appended: got %q", name, got)
	}
	j.Close()
}

// TestFilesAreWrittenOver follows files from segment to segment: nothing that an earlier one held is read again, neither from
// a sealed segment nor from one whose writer was killed.
func TestFilesAreWrittenOver(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	j := open(t, dir, Options{SealAfter: time.Hour})
	inode := func(path string) uint64 {
		var s syscall.Stat_t
		if err := syscall.Stat(path, &s); err != nil {
			t.Fatal(err)
		}
		return s.Ino
	}
	seen := map[uint64]int{}
	for round := range 10 {
		var want []string
		for n := range 40 - 4*round { // each shorter than the last, so that much is left behind its end
			want = append(want, fmt.Sprintf("round %d, record %d", round, n))
		}
		appendAll(t, j, want...)
		open, err := filepath.Glob(filepath.Join(dir, "*"+openSuffix))
		if err != nil || len(open) != 1 {
			t.Fatalf("open segments: %q, %v", open, err)
		}
		seen[inode(open[0])]++
		killed, err := os.ReadFile(open[0])
		if err != nil {
			t.Fatal(err)
		}
		checkCut(t, fmt.Sprintf("killed in round %d", round), j.seq, killed, want)
		j.Seal()
		if got := records(t, j); !slices.Equal(got, want) {
			t.Errorf("round %d: got %q, want %q", round, got, want)
		}
		for _, s := range j.Sealed() {
			if c, err := s.Read(); err != nil || c.Damaged > 0 {
				t.Errorf("round %d: %d damaged, %v", round, c.Damaged, err)
			}
			if err := j.Remove(s); err != nil {
				t.Error(err)
			}
		}
	}
	if len(seen) != 1 {
		t.Errorf("10 segments took %d files, want one", len(seen))
	}
}

// TestFreeFilesGo makes sure that nothing old is kept where nothing happens, nor over a start.
func TestFreeFilesGo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	free := func() int {
		files, err := filepath.Glob(filepath.Join(dir, "*"+freeSuffix))
		if err != nil {
			t.Fatal(err)
		}
		return len(files)
	}
	ship := func(j *Journal) {
		appendAll(t, j, "a")
		j.Seal()
		for _, s := range j.Sealed() {
			if err := j.Remove(s); err != nil {
				t.Error(err)
			}
		}
	}
	j := open(t, dir, Options{})
	ship(j)
	if got := free(); got != 1 {
		t.Errorf("%d free files, want 1", got)
	}
	j.Close()
	if got := free(); got != 0 {
		t.Errorf("%d free files after the end, want none", got)
	}
	left := filepath.Join(dir, "00000000000000ff"+freeSuffix) // by a program that was killed
	if err := os.WriteFile(left, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	j = open(t, dir, Options{SealAfter: 20 * time.Millisecond, FreeAfter: 20 * time.Millisecond})
	if got := free(); got != 0 || j.seq != 0xff {
		t.Errorf("%d free files after a start, want none; number %x", got, j.seq)
	}
	ship(j)
	for end := time.Now().Add(10 * time.Second); free() > 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("a free file stays")
		}
	}
}

func TestDamageIsSteppedOver(t *testing.T) {
	t.Parallel()
	data := appendRecord(appendRecord(appendRecord(nil, []byte("one"), 7), []byte("two"), 7), []byte("three"), 7)
	data[headerSize+3+headerSize] ^= 1
	c := scan(data, 7)
	if len(c.Records) != 2 || string(c.Records[0]) != "one" || string(c.Records[1]) != "three" || c.Damaged != headerSize+3 {
		t.Errorf("scan = %q, %d damaged", c.Records, c.Damaged)
	}
}

// TestClockSetBack makes sure that segments are read in the order they were written, whatever their times say.
func TestClockSetBack(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for i, rec := range []string{"a", "b", "c"} {
		j := open(t, dir, Options{})
		appendAll(t, j, rec)
		j.Stop()
		last := j.Sealed()[i]
		past := time.Now().Add(-time.Duration(i) * 24 * time.Hour)
		if err := os.Chtimes(last.Path, past, past); err != nil {
			t.Fatal(err)
		}
		j.Close()
	}
	j := open(t, dir, Options{})
	if got := records(t, j); !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("got %q", got)
	}
}

// disk is a disk that can be filled or broken.
type disk struct {
	mu       sync.Mutex
	full     bool
	syncFail int             // this many syncs fail
	broken   map[string]bool // files that an error was seen on
	reused   []string        // files written to after that
}

func (d *disk) open(path string, fresh bool) (file, error) {
	f, err := openFile(path, fresh)
	return &diskedFile{f, d, path}, err
}

type diskedFile struct {
	file
	d    *disk
	path string
}

func (f *diskedFile) WriteAt(p []byte, off int64) (int, error) {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	if f.d.broken[f.path] {
		f.d.reused = append(f.d.reused, f.path)
	}
	if f.d.full {
		f.d.broken[f.path] = true
		n, _ := f.file.WriteAt(p[:len(p)/2], off)
		return n, syscall.ENOSPC
	}
	return f.file.WriteAt(p, off)
}

func (f *diskedFile) Sync() error {
	f.d.mu.Lock()
	defer f.d.mu.Unlock()
	if f.d.syncFail > 0 {
		f.d.syncFail--
		f.d.broken[f.path] = true
		return syscall.EIO
	}
	return f.file.Sync()
}

func (d *disk) set(full bool, syncFail int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.full, d.syncFail = full, syncFail
}

func TestFullDisk(t *testing.T) {
	t.Parallel()
	d := &disk{broken: map[string]bool{}}
	dir := t.TempDir()
	j := open(t, dir, Options{open: d.open})
	appendAll(t, j, "before")
	d.set(true, 0)
	for range 3 {
		if err := j.Append(t.Context(), []byte("into the void")); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("Append on a full disk = %v, want ENOSPC", err)
		}
	}
	if got := j.Stats().Lost; got != 3 {
		t.Errorf("Lost = %d, want 3", got)
	}
	d.set(false, 0)
	appendAll(t, j, "after")
	j.Stop()
	if got := records(t, j); !slices.Equal(got, []string{"before", "after"}) {
		t.Errorf("got %q", got)
	}
	if len(d.reused) > 0 {
		t.Errorf("appended to after an error: %q", d.reused)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.*"))
	if err != nil || len(files) != 2 {
		t.Errorf("files = %q, %v; want two segments", files, err)
	}
}

// TestFailedSync writes the group again elsewhere: after a failed fsync nobody knows what the file holds.
func TestFailedSync(t *testing.T) {
	t.Parallel()
	d := &disk{broken: map[string]bool{}}
	j := open(t, t.TempDir(), Options{open: d.open})
	appendAll(t, j, "before")
	d.set(false, 1)
	appendAll(t, j, "kept all the same")
	d.set(false, 2)
	if err := j.Append(t.Context(), []byte("lost")); !errors.Is(err, syscall.EIO) {
		t.Errorf("Append = %v, want EIO", err)
	}
	appendAll(t, j, "after")
	j.Stop()
	if got := records(t, j); !slices.Equal(got, []string{"before", "kept all the same", "after"}) {
		t.Errorf("got %q", got)
	}
	if len(d.reused) > 0 {
		t.Errorf("appended to after an error: %q", d.reused)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	j := open(t, t.TempDir(), Options{})
	for _, rec := range []string{"bad", "worse"} {
		if err := j.Refuse([]byte(rec)); err != nil {
			t.Error(err)
		}
	}
	got, err := j.Refused()
	if err != nil || len(got) != 2 || string(got[1]) != "worse" {
		t.Errorf("Refused = %q, %v", got, err)
	}
}

func TestSizes(t *testing.T) {
	t.Parallel()
	j := open(t, t.TempDir(), Options{})
	for _, size := range []int{0, MaxRecord + 1} {
		if err := j.Append(t.Context(), make([]byte, size)); !errors.Is(err, ErrSize) {
			t.Errorf("Append of %d bytes = %v, want ErrSize", size, err)
		}
	}
	var wg sync.WaitGroup
	for range 12 { // more than may wait at once
		wg.Go(func() {
			if err := j.Append(context.Background(), make([]byte, MaxRecord)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	j.Stop()
	if got := len(records(t, j)); got != 12 {
		t.Errorf("%d records, want 12", got)
	}
}

// TestTheClientGoesAway lets a waiting caller go and writes the record all the same.
func TestTheClientGoesAway(t *testing.T) {
	t.Parallel()
	j := open(t, t.TempDir(), Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := j.Append(ctx, []byte("a")); err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("Append = %v", err)
	}
	j.Stop()
	if got := records(t, j); !slices.Equal(got, []string{"a"}) {
		t.Errorf("got %q", got)
	}
}

func FuzzScan(f *testing.F) {
	f.Add(appendRecord(appendRecord(nil, []byte("one"), 7), []byte("two"), 7))
	f.Add([]byte{1, 0, 0, 0, 0, 0, 0, 0, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		total := 0
		c := scan(data, 7)
		for _, rec := range c.Records {
			total += headerSize + len(rec)
		}
		if total+c.Damaged > len(data) {
			t.Errorf("%d bytes of records and %d damaged in %d", total, c.Damaged, len(data))
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	for _, callers := range []int{1, 64} {
		b.Run(fmt.Sprint(callers), func(b *testing.B) {
			j := open(b, b.TempDir(), Options{SealAfter: time.Hour})
			rec := make([]byte, 250)
			b.ReportAllocs()
			b.SetParallelism(callers)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if err := j.Append(context.Background(), rec); err != nil {
						b.Error(err)
					}
				}
			})
			j.Close()
		})
	}
}
