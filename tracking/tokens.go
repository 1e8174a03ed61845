package tracking

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Errors of a visit token.
var (
	ErrForged = errors.New("visit token is not ours")
	ErrStale  = errors.New("visit token is too old")
)

// TokenLife is how long after its click a page may report.
const TokenLife = 24 * time.Hour

// tokenSkew is how far ahead the clock of another instance may be.
const tokenSkew = 5 * time.Minute

// Visit is what a page's token says: the click it belongs to and where that was.
type Visit struct {
	ClickID uuid.UUID
	At      time.Time // of the click
	LinkID  uuid.UUID
	JobID   uuid.UUID
	ClipID  uuid.UUID
	Class   string // of the click
	Channel string
}

// Tokens signs visits with a key that all instances share.
type Tokens struct{ hashes sync.Pool }

// NewTokens takes a secret key of at least 32 bytes.
func NewTokens(key []byte) *Tokens {
	return &Tokens{hashes: sync.Pool{New: func() any { return hmac.New(sha256.New, key) }}}
}

const (
	tokenForm    = 1
	tokenFixed   = 1 + 1 + 8 + 4*16
	tokenMAC     = 16
	tokenLongest = tokenFixed + 32 + tokenMAC
)

// Sign writes v as a token of letters, digits, - and _.
func (t *Tokens) Sign(v *Visit) string {
	var space [tokenLongest]byte
	b := append(space[:0], tokenForm, byte(slices.Index(classes[:], v.Class)))
	b = binary.LittleEndian.AppendUint64(b, uint64(v.At.UnixMicro()))
	for _, id := range [...]*uuid.UUID{&v.ClickID, &v.LinkID, &v.JobID, &v.ClipID} {
		b = append(b, id[:]...)
	}
	b = append(b, v.Channel[:min(len(v.Channel), 32)]...)
	b = t.mac(b, b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// Verify reads a token; the error is ErrForged or ErrStale.
func (t *Tokens) Verify(token string, now time.Time) (v Visit, err error) {
	if len(token) > base64.RawURLEncoding.EncodedLen(tokenLongest) {
		return v, ErrForged
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) < tokenFixed+tokenMAC {
		return v, ErrForged
	}
	body := b[:len(b)-tokenMAC]
	if !hmac.Equal(t.mac(nil, body), b[len(body):]) || body[0] != tokenForm || int(body[1]) >= len(classes) {
		return v, ErrForged
	}
	v.Class = classes[body[1]]
	v.At = time.UnixMicro(int64(binary.LittleEndian.Uint64(body[2:]))).UTC()
	rest := body[10:]
	for _, id := range [...]*uuid.UUID{&v.ClickID, &v.LinkID, &v.JobID, &v.ClipID} {
		copy(id[:], rest)
		rest = rest[16:]
	}
	v.Channel = string(rest)
	if age := now.Sub(v.At); age > TokenLife || age < -tokenSkew {
		return v, ErrStale
	}
	return v, nil
}

// mac appends the signature of body to dst.
func (t *Tokens) mac(dst, body []byte) []byte {
	h := t.hashes.Get().(hash.Hash)
	defer t.hashes.Put(h)
	h.Reset()
	h.Write(body)
	var sum [sha256.Size]byte
	return append(dst, h.Sum(sum[:0])[:tokenMAC]...)
}
