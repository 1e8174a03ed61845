package auth_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"kollega/internal/auth"
)

func newHasher(tb testing.TB) *auth.Hasher {
	tb.Helper()
	h, err := auth.NewHasher()
	if err != nil {
		tb.Fatal(err)
	}
	return h
}

func TestHasher(t *testing.T) {
	t.Parallel()
	h := newHasher(t)
	hash, err := h.Hash(t.Context(), "blåbær og fløte")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=32768,t=3,p=1$") {
		t.Errorf("hash %q has other parameters than promised", hash)
	}
	tests := []struct {
		name, password string
		want           bool
	}{
		{"the same", "blåbær og fløte", true},
		{"the same from a keyboard that decomposes", "bla\u030abær og fløte", true},
		{"other case", "Blåbær og fløte", false},
		{"a beginning", "blåbær", false},
		{"empty", "", false},
	}
	for _, tt := range tests {
		ok, stale, err := h.Verify(t.Context(), tt.password, hash)
		if err != nil || ok != tt.want || stale {
			t.Errorf("%s: got ok %v, stale %v, error %v, want ok %v", tt.name, ok, stale, err, tt.want)
		}
	}
	if err := h.VerifyDummy(t.Context(), "blåbær og fløte"); err != nil {
		t.Errorf("VerifyDummy: %v", err)
	}
}

func TestVerifyOtherHashes(t *testing.T) {
	t.Parallel()
	h := newHasher(t)
	// Made with argon2id -m 64 -t 1 -p 1 parameters: weaker than today's.
	const weak = "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$Dcyr9ZwMEgd0hEMAJ6k0WYQHUCrQWI5QDeAlJ5F0CIQ"
	if ok, stale, err := h.Verify(t.Context(), "another password", weak); ok || stale || err != nil {
		t.Errorf("wrong password: got ok %v, stale %v, error %v", ok, stale, err)
	}
	for _, broken := range []string{"", "plain", "$argon2id$v=19$m=64", "$2a$10$abcdefghijklmnopqrstuv"} {
		if ok, _, err := h.Verify(t.Context(), "plain", broken); ok || err == nil {
			t.Errorf("hash %q: got ok %v, error %v, want an error", broken, ok, err)
		}
	}
}

func TestHasherGivesUpWithTheRequest(t *testing.T) {
	t.Parallel()
	h := newHasher(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	// A free slot may still be taken, so it is asked until one of the answers is the refusal.
	for range 100 {
		if err := h.VerifyDummy(ctx, "x"); errors.Is(err, context.Canceled) {
			return
		}
	}
	t.Error("a cancelled request went on being checked")
}

func TestCheckPassword(t *testing.T) {
	t.Parallel()
	const email, name = "kari.nordmann@example.org", "Kari Nordmann"
	tests := []struct{ password, want string }{
		{"fire hester under bordet", ""},
		{"Tr0ll-i-eske", ""},
		{"æøåæøåxyzu", ""},
		{"kari liker fjellturer", ""},
		{strings.Repeat("abcde", 40), ""},
		{"ni tegn!!", "error.password.short"},
		{"", "error.password.short"},
		{strings.Repeat("abcde", 40) + "f", "error.password.long"},
		{strings.Repeat("x", 1<<20), "error.password.long"},
		{"kari.nordmann@example.org", "error.password.personal"},
		{"KARI NORDMANN", "error.password.personal"},
		{"Kari.Nordmann1", "error.password.personal"},
		{"nordmannkari2026", "error.password.personal"},
		{"passord123", "error.password.common"},
		{"Password2026!", "error.password.common"},
		{"Velkommen123", "error.password.common"},
		{"sommer2026!", "error.password.common"},
		{"1234567890", "error.password.common"},
		{"qwertyuiop", "error.password.common"},
		{"aaaaaaaaaaaa", "error.password.common"},
		{"abababababab", "error.password.common"},
	}
	for _, tt := range tests {
		err := auth.CheckPassword(tt.password, email, name)
		got := ""
		if refused, ok := errors.AsType[*auth.PasswordError](err); ok {
			got = refused.Key
		}
		if got != tt.want {
			t.Errorf("CheckPassword(%.40q) = %q, want %q", tt.password, got, tt.want)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	h := newHasher(b)
	for b.Loop() {
		if err := h.VerifyDummy(b.Context(), "fire hester under bordet"); err != nil {
			b.Fatal(err)
		}
	}
}
