package auth_test

import (
	"bytes"
	"encoding/hex"
	"regexp"
	"strings"
	"testing"

	"kollega/internal/auth"
)

func TestCodesHaveTheirForm(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		make func() string
		form string
	}{
		{"link code", auth.NewLinkCode, `^[2-9a-hjkmnp-z]{8}$`},
		{"setup code", auth.NewSetupCode, `^[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}$`},
		{"token", auth.NewToken, `^[A-Za-z0-9_-]{43}$`},
		{"API token", auth.NewAPIToken, `^kol_[0-9A-Za-z]{36}$`},
	}
	for _, tt := range tests {
		form, seen := regexp.MustCompile(tt.form), map[string]bool{}
		for range 2000 {
			code := tt.make()
			if !form.MatchString(code) {
				t.Fatalf("%s %q does not match %s", tt.name, code, form)
			}
			if seen[code] {
				t.Fatalf("%s %q was made twice", tt.name, code)
			}
			seen[code] = true
		}
	}
}

func TestLinkCodesUseTheirAlphabetEvenly(t *testing.T) {
	t.Parallel()
	const codes, letters = 40_000, 31
	count := map[rune]int{}
	for range codes {
		for _, r := range auth.NewLinkCode() {
			count[r]++
		}
	}
	if len(count) != letters {
		t.Errorf("got %d different characters, want %d", len(count), letters)
	}
	// About 10,300 each; seven standard deviations (100 each) are never left by chance, while a modulo without
	// rejection would put eight of the characters 12 % above.
	want := codes * 8 / letters
	for r, n := range count {
		if n < want-700 || n > want+700 {
			t.Errorf("%c was drawn %d times, want about %d", r, n, want)
		}
	}
}

func TestParseLinkCode(t *testing.T) {
	t.Parallel()
	tests := []struct {
		given, want string
		ok          bool
	}{
		{"abcd2345", "abcd2345", true},
		{"ABCD2345", "abcd2345", true},
		{"abcd234", "", false},
		{"abcd23456", "", false},
		{"abcd234o", "", false},
		{"abcd234\n", "", false},
		{"../../et", "", false},
		{"abcdøå", "", false},
		{"", "", false},
	}
	for _, tt := range tests {
		got, ok := auth.ParseLinkCode(tt.given)
		if ok != tt.ok || ok && got != tt.want {
			t.Errorf("ParseLinkCode(%q) = %q, %v, want %q, %v", tt.given, got, ok, tt.want, tt.ok)
		}
	}
}

func FuzzParseLinkCode(f *testing.F) {
	f.Add("abcd2345")
	f.Add("İİİİ")
	f.Fuzz(func(t *testing.T, s string) {
		code, ok := auth.ParseLinkCode(s)
		if !ok {
			return
		}
		if again, ok := auth.ParseLinkCode(code); !ok || again != code || strings.ToLower(code) != code {
			t.Errorf("ParseLinkCode(%q) = %q, which is not a code itself", s, code)
		}
	})
}

func TestHashToken(t *testing.T) {
	t.Parallel()
	// FIPS 180-4 example: SHA-256 of "abc".
	want, _ := hex.DecodeString("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
	if got := auth.HashToken("abc"); !bytes.Equal(got, want) {
		t.Errorf("HashToken(abc) = %x, want %x", got, want)
	}
}

func TestEqualSetupCode(t *testing.T) {
	t.Parallel()
	tests := []struct {
		given, code string
		want        bool
	}{
		{"ABCD-EFGH-JKMN", "ABCD-EFGH-JKMN", true},
		{" abcd efghjkmn ", "ABCD-EFGH-JKMN", true},
		{"ABCD-EFGH-JKMP", "ABCD-EFGH-JKMN", false},
		{"ABCD-EFGH", "ABCD-EFGH-JKMN", false},
		{"", "ABCD-EFGH-JKMN", false},
		{"", "", false},
		{"-", " ", false},
	}
	for _, tt := range tests {
		if got := auth.EqualSetupCode(tt.given, tt.code); got != tt.want {
			t.Errorf("EqualSetupCode(%q, %q) = %v, want %v", tt.given, tt.code, got, tt.want)
		}
	}
}

func TestIsAPIToken(t *testing.T) {
	t.Parallel()
	token := auth.NewAPIToken()
	swapped := []byte(token)
	for i := len("kol_"); i < len(token)-1; i++ {
		if swapped[i] != swapped[i+1] {
			swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
			break
		}
	}
	tests := []struct {
		name, token string
		want        bool
	}{
		{"as made", token, true},
		{"two characters swapped", string(swapped), false},
		{"cut", token[:len(token)-1], false},
		{"longer", token + "0", false},
		{"no prefix", token[4:], false},
		{"other characters", "kol_" + strings.Repeat("-", 36), false},
		{"empty", "", false},
	}
	for _, tt := range tests {
		if got := auth.IsAPIToken(tt.token); got != tt.want {
			t.Errorf("%s: IsAPIToken(%q) = %v, want %v", tt.name, tt.token, got, tt.want)
		}
	}
}
