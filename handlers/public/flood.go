package public

import (
	"crypto/rand"
	"crypto/sha256"
	"net/netip"
	"sync"
	"time"
)

// A visitor may send this many forms within floodSpan, an address this many: a school's or a fair's visitors share one.
const (
	floodSpan    = 10 * time.Minute
	perVisitor   = 20
	perAddress   = 200
	floodMemory  = 20000 // counters of one generation; two are kept
	floodKeySize = 16
)

type floodKey [floodKeySize]byte

// flood counts forms by keyed hashes of address and browser, in memory alone and for minutes.
type flood struct {
	secret []byte

	mu        sync.Mutex
	now, past map[floodKey]int
	began     time.Time
}

func newFlood() *flood {
	secret := make([]byte, 32)
	rand.Read(secret)
	return &flood{secret: secret, now: map[floodKey]int{}}
}

// allow counts one more form and tells whether it is still within what people do.
func (f *flood) allow(ip, agent string, at time.Time) bool {
	address := network(ip)
	whole, visitor := f.key(address, ""), f.key(address, agent)
	f.mu.Lock()
	defer f.mu.Unlock()
	if since := at.Sub(f.began); since > floodSpan || since < 0 || len(f.now) > floodMemory {
		f.past, f.now, f.began = f.now, map[floodKey]int{}, at
		if since > 2*floodSpan {
			f.past = nil
		}
	}
	f.now[whole]++
	f.now[visitor]++
	return f.now[visitor]+f.past[visitor] <= perVisitor && f.now[whole]+f.past[whole] <= perAddress
}

func (f *flood) key(address, agent string) floodKey {
	sum := sha256.New()
	sum.Write(f.secret)
	sum.Write([]byte(address + "\n" + agent))
	return floodKey(sum.Sum(nil)[:floodKeySize])
}

// network is the address, of IPv6 the half that is one line's.
func network(ip string) string {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return ""
	}
	if addr = addr.Unmap(); addr.Is4() {
		return addr.String()
	}
	prefix, err := addr.Prefix(64)
	if err != nil {
		return ""
	}
	return prefix.String()
}
