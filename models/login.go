package models

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"time"
)

// LogIn is the person with that e-mail and password. Unknown, wrong, deactivated and not yet joined get the same answer for
// the same work; a *TooManyError says how long to wait. addr is the asker's network address.
func (db *DB) LogIn(ctx context.Context, email, password, addr string) (User, error) {
	return db.logIn(ctx, email, password, addr, func(User) error { return nil })
}

// logIn lets in whom may does not refuse; whoever is asked about has given the right password.
func (db *DB) logIn(ctx context.Context, email, password, addr string, may func(User) error) (User, error) {
	try, err := db.tryLogIn(ctx, EmailKey(email), addr)
	if err != nil {
		return User{}, err
	}
	var found []User // with Find, so that nobody costs the same query as somebody
	if err := db.q(ctx).Where("email_key = ? and email_key <> ''", EmailKey(email)).Limit(1).Find(&found).Error; err != nil {
		return User{}, mapped(err)
	}
	var u User
	if len(found) == 1 {
		u = found[0]
	}
	ok, err := db.verify(ctx, &u, password)
	if err != nil {
		return User{}, err
	}
	if !ok {
		return User{}, ValidationErrors{Invalid("password", "login.wrong")}
	}
	if err := db.forgive(ctx, try); err != nil {
		return u, err
	}
	if err := may(u); err != nil {
		return User{}, err
	}
	return u, db.Audit(As(ctx, u), Deed{DidLogIn, OfUser, u.ID, nil})
}

// verify tells whether the password is the person's; it takes as long where there is no such person.
func (db *DB) verify(ctx context.Context, u *User, password string) (bool, error) {
	h, err := db.hasher()
	if err != nil {
		return false, err
	}
	if u.PasswordHash == "" {
		return false, h.VerifyDummy(ctx, password)
	}
	ok, stale, err := h.Verify(ctx, password, u.PasswordHash)
	if err != nil || !ok || !u.Active() {
		return false, err
	}
	if stale { // made with older parameters
		fresh, err := h.Hash(ctx, password)
		if err != nil {
			return false, err
		}
		if err := db.q(ctx).Model(&User{}).Where("id = ? and password_hash = ?", u.ID, u.PasswordHash).Update("password_hash", fresh).Error; err != nil {
			return false, fmt.Errorf("renew password hash: %w", err)
		}
	}
	return true, nil
}

// limit is how many tries are free within the window before the wait doubles with each.
type limit struct {
	name   string
	key    []byte
	free   int
	window time.Duration
}

const (
	tryWindow = 15 * time.Minute
	longest   = 15 * time.Minute // wait
)

// attempt is a try that was noted, with the keys that are forgotten when it succeeds.
type attempt struct{ keys [][]byte }

// tryLogIn notes a try before the password is looked at, so that a hundred at once cannot all be first.
// Somebody who guesses from one place slows that place down, and only much later the person who is guessed at.
func (db *DB) tryLogIn(ctx context.Context, emailKey, addr string) (attempt, error) {
	secret, err := db.Secret(ctx, "login", 32)
	if err != nil {
		return attempt{}, err
	}
	network := networkOf(addr)
	limits := []limit{
		{name: "person and network", key: keyed(secret, "both", emailKey, network), free: 5, window: tryWindow},
		{name: "person", key: keyed(secret, "person", emailKey), free: 30, window: tryWindow},
		{name: "network", key: keyed(secret, "network", network), free: 100, window: tryWindow},
	}
	return attempt{keys: [][]byte{limits[0].key, limits[1].key}}, db.take(ctx, limits)
}

// slowResets bounds how many mails strangers can have sent: three an hour to one person, thirty from one network.
func (db *DB) slowResets(ctx context.Context, emailKey, addr string) error {
	secret, err := db.Secret(ctx, "login", 32)
	if err != nil {
		return err
	}
	return db.take(ctx, []limit{
		{name: "reset", key: keyed(secret, "reset", emailKey), free: 3, window: time.Hour},
		{name: "resets", key: keyed(secret, "resets", networkOf(addr)), free: 30, window: time.Hour},
	})
}

// take notes one try for each limit, or none and the longest wait as *TooManyError.
func (db *DB) take(ctx context.Context, limits []limit) error {
	limits = slices.SortedFunc(slices.Values(limits), func(a, b limit) int { return slices.Compare(a.key, b.key) }) // one order of locks: no deadlock
	return db.Tx(ctx, func(tx *DB) error {
		now, wait := tx.Now(), time.Duration(0)
		for _, l := range limits {
			w, err := tx.wait(ctx, l, now)
			if err != nil {
				return fmt.Errorf("slow down %s: %w", l.name, err)
			}
			wait = max(wait, w)
		}
		if wait > 0 {
			return &TooManyError{Wait: wait}
		}
		for _, l := range limits {
			// at comes first: GORM would take bytes right after a parenthesis for a list
			if err := tx.q(ctx).Exec(`insert into login_failures (at, key) values (?, ?)`, now, l.key).Error; err != nil {
				return fmt.Errorf("note try: %w", err)
			}
		}
		return nil
	})
}

// wait is how long it takes until that limit allows the next try; the limit is held until the transaction ends.
func (db *DB) wait(ctx context.Context, l limit, now time.Time) (time.Duration, error) {
	lock := int64(binary.BigEndian.Uint64(l.key))
	if err := db.q(ctx).Exec(`select pg_advisory_xact_lock(?)`, lock).Error; err != nil {
		return 0, err
	}
	var tries struct {
		Count int
		Last  *time.Time
	}
	err := db.q(ctx).Raw(`select count(*) as count, max(at) as last from login_failures where key = ? and at > ?`, l.key, now.Add(-l.window)).Scan(&tries).Error
	if err != nil || tries.Count < l.free || tries.Last == nil {
		return 0, err
	}
	pause := longest
	if over := tries.Count - l.free; over < 10 {
		pause = min(time.Second<<over, longest)
	}
	return max(tries.Last.Add(pause).Sub(now), 0), nil
}

// forgive forgets the failed tries before one that succeeded.
func (db *DB) forgive(ctx context.Context, a attempt) error {
	if err := db.q(ctx).Exec(`delete from login_failures where key in ?`, a.keys).Error; err != nil {
		return fmt.Errorf("forget failed tries: %w", err)
	}
	return nil
}

// ForgetLoginFailures removes tries that no limit counts any more.
func (db *DB) ForgetLoginFailures(ctx context.Context) error {
	if err := db.q(ctx).Exec(`delete from login_failures where at < ?`, db.Now().Add(-2*time.Hour)).Error; err != nil {
		return fmt.Errorf("forget failed tries: %w", err)
	}
	return nil
}

// keyed is a hash that tells nothing without the secret.
func keyed(secret []byte, parts ...string) []byte {
	mac := hmac.New(sha256.New, secret)
	for _, p := range parts {
		fmt.Fprintf(mac, "%d:%s", len(p), p)
	}
	return mac.Sum(nil)
}

// networkOf is what one household or office shares: the /24 of an IPv4 address, the /56 of an IPv6 one.
func networkOf(addr string) string {
	ip, err := netip.ParseAddr(addr)
	if err != nil {
		return "unknown"
	}
	ip = ip.Unmap()
	bits := 56
	if ip.Is4() {
		bits = 24
	}
	prefix, err := ip.WithZone("").Prefix(bits)
	if err != nil {
		return "unknown"
	}
	return prefix.String()
}
