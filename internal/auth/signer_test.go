package auth_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"kollega/internal/auth"
)

// now stands for the moment of every test, so that none depends on the clock.
func now() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }

func newSigner(tb testing.TB, keys ...auth.Key) *auth.Signer {
	tb.Helper()
	s, err := auth.NewSigner(keys...)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func TestSigner(t *testing.T) {
	t.Parallel()
	first, second, forged := auth.NewKey(1), auth.NewKey(2), auth.NewKey(1)
	s := newSigner(t, first)
	token := s.Sign("visit", []byte("abcd2345"), now().Add(time.Hour))
	tests := []struct {
		name    string
		signer  *auth.Signer
		purpose string
		token   string
		at      time.Time
		want    error
	}{
		{"good", s, "visit", token, now(), nil},
		{"last second", s, "visit", token, now().Add(time.Hour - time.Second), nil},
		{"expired", s, "visit", token, now().Add(time.Hour), auth.ErrExpiredToken},
		{"never expires", s, "stop", s.Sign("stop", []byte("abcd2345"), time.Time{}), now().AddDate(50, 0, 0), nil},
		{"before 1970 is expired", s, "stop", s.Sign("stop", nil, time.Unix(-5, 0)), now(), auth.ErrExpiredToken},
		{"past the field's end", s, "stop", s.Sign("stop", []byte("abcd2345"), now().AddDate(500, 0, 0)), now(), nil},
		{"other purpose", s, "apply", token, now(), auth.ErrBadToken},
		{"purpose cut short", s, "visi", s.Sign("visit", nil, time.Time{}), now(), auth.ErrBadToken},
		{"after a new key", newSigner(t, second, first), "visit", token, now(), nil},
		{"after its key was dropped", newSigner(t, second), "visit", token, now(), auth.ErrBadToken},
		{"other key of the same id", newSigner(t, forged), "visit", token, now(), auth.ErrBadToken},
		{"cut", s, "visit", token[:len(token)-2], now(), auth.ErrBadToken},
		{"padded", s, "visit", token + "=", now(), auth.ErrBadToken},
		{"with a line break", s, "visit", token[:5] + "\n" + token[5:], now(), auth.ErrBadToken},
		{"too long", s, "visit", strings.Repeat("A", 5000), now(), auth.ErrBadToken},
		{"longer than usual", s, "list", s.Sign("list", make([]byte, 5000), now().Add(time.Hour)), now(), auth.ErrBadToken},
		{"empty", s, "visit", "", now(), auth.ErrBadToken},
	}
	for _, tt := range tests {
		payload, err := tt.signer.Verify(tt.purpose, tt.token, tt.at)
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: got error %v, want %v", tt.name, err, tt.want)
		}
		if tt.want == nil && string(payload) != "abcd2345" {
			t.Errorf("%s: got payload %q, want %q", tt.name, payload, "abcd2345")
		}
		if tt.want != nil && payload != nil {
			t.Errorf("%s: a refused token gave the payload %q", tt.name, payload)
		}
	}
	if len(token) > 40 {
		t.Errorf("a token of 8 bytes has %d characters, want 40 at most", len(token))
	}
}

func TestSignerTakesLongValuesWhereAsked(t *testing.T) {
	t.Parallel()
	s := newSigner(t, auth.NewKey(1))
	list := bytes.Repeat([]byte("Kari Nordmann;"), 5000)
	token := s.Sign("list", list, now().Add(time.Hour))
	if got, err := s.UpTo(100_000).Verify("list", token, now()); err != nil || !bytes.Equal(got, list) {
		t.Errorf("got %d bytes, error %v, want %d bytes", len(got), err, len(list))
	}
	if _, err := s.UpTo(len(token)-1).Verify("list", token, now()); !errors.Is(err, auth.ErrBadToken) {
		t.Errorf("one character too long: got %v, want %v", err, auth.ErrBadToken)
	}
}

func TestEveryBitOfATokenCounts(t *testing.T) {
	t.Parallel()
	s := newSigner(t, auth.NewKey(7))
	raw, err := base64.RawURLEncoding.DecodeString(s.Sign("visit", []byte("abcd2345"), now().Add(time.Hour)))
	if err != nil {
		t.Fatal(err)
	}
	for i := range len(raw) * 8 {
		changed := bytes.Clone(raw)
		changed[i/8] ^= 1 << (i % 8)
		token := base64.RawURLEncoding.EncodeToString(changed)
		if _, err := s.Verify("visit", token, now()); !errors.Is(err, auth.ErrBadToken) {
			t.Errorf("bit %d changed: got %v, want %v", i, err, auth.ErrBadToken)
		}
	}
}

func TestNewSignerRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		keys []auth.Key
	}{
		{"no key", nil},
		{"a short key", []auth.Key{{ID: 1, Secret: []byte("short")}}},
		{"one id twice", []auth.Key{auth.NewKey(1), auth.NewKey(1)}},
	}
	for _, tt := range tests {
		if _, err := auth.NewSigner(tt.keys...); err == nil {
			t.Errorf("%s was accepted", tt.name)
		}
	}
}

func FuzzVerify(f *testing.F) {
	s := newSigner(f, auth.Key{ID: 1, Secret: bytes.Repeat([]byte("k"), 32)})
	f.Add("visit", s.Sign("visit", []byte("abcd2345"), now().Add(time.Hour)))
	f.Add("visit", s.Sign("stop", nil, time.Time{}))
	f.Add("", "")
	f.Fuzz(func(t *testing.T, purpose, token string) {
		payload, err := s.Verify(purpose, token, now())
		if err != nil {
			return
		}
		// Only what was signed verifies, and it has one spelling.
		raw, err := base64.RawURLEncoding.DecodeString(token)
		if err != nil {
			t.Fatalf("accepted %q, which is not base64url: %v", token, err)
		}
		if again := base64.RawURLEncoding.EncodeToString(raw); again != token {
			t.Errorf("accepted %q, which is also spelt %q", token, again)
		}
		if !bytes.Equal(raw[5:len(raw)-16], payload) {
			t.Errorf("payload %q is not the one in %q", payload, token)
		}
	})
}

func BenchmarkVerifyToken(b *testing.B) {
	s := newSigner(b, auth.NewKey(1))
	token := s.Sign("visit", []byte("abcd2345"), now().Add(time.Hour))
	for b.Loop() {
		if _, err := s.Verify("visit", token, now()); err != nil {
			b.Fatal(err)
		}
	}
}
