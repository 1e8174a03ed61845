package tracking

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"hash"
	"net/netip"
	"sync"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

// Around midnight two keys are needed: the next day's is fetched ahead, and a visit that began before goes on a while after.
const (
	keyAhead = 2 * time.Hour
	visitGap = time.Hour
)

// Visitors makes the pseudonyms of a day: a keyed hash of address prefix, user agent and host. The key is random, lives in
// Postgres for all instances, and is deleted within 48 hours of its making; then nobody can tell whose a pseudonym was.
type Visitors struct {
	db *models.DB

	mu   sync.RWMutex
	keys map[int64]*dayKey // by day since 1970; yesterday's, today's, and near midnight tomorrow's
}

// dayKey keeps ready hashes of one key.
type dayKey struct {
	value  []byte
	shared bool // agreed with the other instances
	hashes sync.Pool
}

// NewVisitors fetches no key yet; see Refresh.
func NewVisitors(db *models.DB) *Visitors {
	return &Visitors{db: db, keys: map[int64]*dayKey{}}
}

// dayOf counts days of UTC.
func dayOf(t time.Time) int64 { return t.Unix() / 86400 }

func dayStart(day int64) time.Time { return time.Unix(day*86400, 0).UTC() }

// Pseudonym names the visitor of ip, userAgent and host at a time, with the key of that day.
func (v *Visitors) Pseudonym(at time.Time, ip netip.Addr, userAgent, host string) uuid.UUID {
	return v.today(dayOf(at)).pseudonym(ip, userAgent, host)
}

// Yesterday names the same with the key of the day before, for what began before midnight; zero where there is no such key.
func (v *Visitors) Yesterday(at time.Time, ip netip.Addr, userAgent, host string) uuid.UUID {
	v.mu.RLock()
	k := v.keys[dayOf(at)-1]
	v.mu.RUnlock()
	if k == nil {
		return uuid.Nil
	}
	return k.pseudonym(ip, userAgent, host)
}

// today gives a day's key; while Postgres is away one is made up, to be agreed on later.
func (v *Visitors) today(day int64) *dayKey {
	v.mu.RLock()
	k := v.keys[day]
	v.mu.RUnlock()
	if k != nil {
		return k
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.keys[day] == nil {
		v.keys[day] = newDayKey(freshKey(), false)
	}
	return v.keys[day]
}

// Refresh agrees with the other instances on the keys of yesterday, today and, near midnight, tomorrow, and has old ones deleted.
// Where another instance had made a key first, that one holds from now on.
func (v *Visitors) Refresh(ctx context.Context) error {
	now := v.db.Now()
	var errs []error
	for day := dayOf(now.Add(-visitGap)); day <= dayOf(now.Add(keyAhead)); day++ {
		errs = append(errs, v.agree(ctx, day))
	}
	errs = append(errs, v.forget(ctx, dayOf(now.Add(keyAhead))-1))
	return errors.Join(errs...)
}

func (v *Visitors) agree(ctx context.Context, day int64) error {
	v.mu.RLock()
	k := v.keys[day]
	v.mu.RUnlock()
	if k != nil && k.shared {
		return nil
	}
	proposal := freshKey()
	if k != nil {
		proposal = k.value
	}
	value, err := v.db.VisitorKey(ctx, dayStart(day), proposal)
	if err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.keys[day] = newDayKey(value, true)
	return nil
}

// forget drops the keys of days before day, here first.
func (v *Visitors) forget(ctx context.Context, day int64) error {
	v.mu.Lock()
	for d := range v.keys {
		if d < day {
			delete(v.keys, d)
		}
	}
	v.mu.Unlock()
	return v.db.ForgetVisitors(ctx, dayStart(day))
}

func freshKey() []byte {
	key := make([]byte, 32)
	rand.Read(key)
	return key
}

func newDayKey(value []byte, shared bool) *dayKey {
	k := &dayKey{value: value, shared: shared}
	k.hashes.New = func() any { return hmac.New(sha256.New, value) }
	return k
}

func (k *dayKey) pseudonym(ip netip.Addr, userAgent, host string) (id uuid.UUID) {
	h := k.hashes.Get().(hash.Hash)
	defer k.hashes.Put(h)
	h.Reset()
	var space [512]byte
	b := append(space[:0], addressPrefix(ip)...)
	b = append(append(b, 0), userAgent...)
	b = append(append(b, 0), host...)
	h.Write(b)
	var sum [sha256.Size]byte
	copy(id[:], h.Sum(sum[:0]))
	return id
}

// addressPrefix is the network that an address is in: /24 of IPv4, /48 of IPv6.
func addressPrefix(ip netip.Addr) []byte {
	if ip.Is4() {
		a := ip.As4()
		return a[:3]
	}
	a := ip.As16()
	return a[:6]
}
