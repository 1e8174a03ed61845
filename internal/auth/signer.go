package auth

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// The reasons Verify refuses a token for.
var (
	ErrBadToken     = errors.New("token is not valid")
	ErrExpiredToken = errors.New("token has expired")
)

const (
	// minKey is the output of SHA-256, as RFC 2104 section 3 asks of a key.
	minKey = 32
	// macLength is half of it, the least RFC 2104 section 5 allows, to keep addresses short.
	macLength  = 16
	headLength = 1 + 4
	// maxToken bounds what is decoded for a stranger, in characters; see UpTo.
	maxToken = 4096
)

// Key is a secret that signs. ID is written into what it signs, so that keys can be changed without breaking links.
type Key struct {
	ID     uint8
	Secret []byte
}

// NewKey returns a random key with the given id.
func NewKey(id uint8) Key {
	secret := make([]byte, minKey)
	rand.Read(secret)
	return Key{ID: id, Secret: secret}
}

// Signer signs small values that leave the program in links and pages and come back through strangers.
// It is safe for concurrent use.
type Signer struct {
	current uint8
	secrets map[uint8][]byte
	longest int // characters of a token
}

// NewSigner returns a Signer that signs with the first key and verifies with all of them. Secrets have 32 bytes or more.
func NewSigner(keys ...Key) (*Signer, error) {
	if len(keys) == 0 {
		return nil, errors.New("signer: no key given")
	}
	s := &Signer{current: keys[0].ID, secrets: make(map[uint8][]byte, len(keys)), longest: maxToken}
	for _, key := range keys {
		if len(key.Secret) < minKey {
			return nil, fmt.Errorf("signer: key %d has %d bytes, want %d or more", key.ID, len(key.Secret), minKey)
		}
		if s.secrets[key.ID] != nil {
			return nil, fmt.Errorf("signer: two keys have the id %d", key.ID)
		}
		s.secrets[key.ID] = key.Secret
	}
	return s, nil
}

// UpTo is the signer for longer values: it verifies tokens of that many characters.
func (s *Signer) UpTo(characters int) *Signer {
	long := *s
	long.longest = characters
	return &long
}

// Sign returns payload with its expiry (whole seconds; the zero time never expires) and a signature, as base64url.
// The payload can be read by whoever holds the token. A token is valid for its purpose only.
func (s *Signer) Sign(purpose string, payload []byte, expires time.Time) string {
	raw := make([]byte, 0, headLength+len(payload)+macLength)
	raw = append(raw, s.current)
	raw = binary.BigEndian.AppendUint32(raw, expirySeconds(expires))
	raw = append(raw, payload...)
	raw = append(raw, mac(s.secrets[s.current], purpose, raw)...)
	return base64.RawURLEncoding.EncodeToString(raw)
}

// Verify returns the payload of a token that Sign made for the same purpose and that is good at now.
// The error is ErrBadToken or ErrExpiredToken.
func (s *Signer) Verify(purpose, token string, now time.Time) ([]byte, error) {
	// The decoder skips line breaks, which would give one value many spellings.
	if len(token) > s.longest || strings.ContainsAny(token, "\r\n") {
		return nil, ErrBadToken
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) < headLength+macLength {
		return nil, ErrBadToken
	}
	secret, ok := s.secrets[raw[0]]
	signed, signature := raw[:len(raw)-macLength], raw[len(raw)-macLength:]
	if !ok || !hmac.Equal(signature, mac(secret, purpose, signed)) {
		return nil, ErrBadToken
	}
	expiry := binary.BigEndian.Uint32(signed[1:headLength])
	if expiry != 0 && now.Unix() >= int64(expiry) {
		return nil, ErrExpiredToken
	}
	return signed[headLength:], nil
}

// expirySeconds is the expiry in seconds since 1970, 0 for never. The field ends in the year 2106.
func expirySeconds(t time.Time) uint32 {
	if t.IsZero() {
		return 0
	}
	// A moment before 1970 must not turn into never.
	return uint32(min(max(t.Unix(), 1), math.MaxUint32))
}

// mac signs the purpose, preceded by its length, together with the value, so that neither can borrow from the other.
func mac(secret []byte, purpose string, value []byte) []byte {
	h := hmac.New(sha256.New, secret)
	var length [4]byte
	binary.BigEndian.PutUint32(length[:], uint32(len(purpose)))
	h.Write(length[:])
	h.Write([]byte(purpose))
	h.Write(value)
	return h.Sum(nil)[:macLength]
}
