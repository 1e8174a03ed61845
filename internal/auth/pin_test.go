package auth_test

import (
	"testing"

	"kollega/internal/auth"
)

func TestCheckPIN(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "12345", "1234567", "12345a", "१२३४५६", "000000", "123456", "654321", "890123", "864208", "121212", "111222", "123123", "112233", "987654"} {
		if auth.CheckPIN(bad) == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	for _, good := range []string{"482915", "209384", "139571", "100467"} {
		if err := auth.CheckPIN(good); err != nil {
			t.Errorf("%q: got %v", good, err)
		}
	}
	for range 1000 {
		if pin := auth.NewPIN(); auth.CheckPIN(pin) != nil {
			t.Fatalf("made %q, which is refused", pin)
		}
	}
}

func TestParseCardCode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		typed, want string
		ok          bool
	}{
		{"K7M4QX", "K7M4QX", true},
		{" k7m-4qx ", "K7M4QX", true},
		{"K7M 4QX", "K7M4QX", true},
		{"https://jobb.example.org/card?code=K7M4QX", "K7M4QX", true},
		{"httpsØ--jobb.example.org-card_code\\K7M4QX", "K7M4QX", true}, // a reader that types on a Norwegian keyboard
		{"K7M4Q", "", false},
		{"K7M4QX2", "", false},
		{"K7M4Q0", "", false}, // no 0 in the alphabet
		{"", "", false},
		{"https://example.org/K7M4QX", "", false},
	} {
		if got, ok := auth.ParseCardCode(c.typed); ok != c.ok || ok && got != c.want {
			t.Errorf("%q: got %q %v, want %q %v", c.typed, got, ok, c.want, c.ok)
		}
	}
	for range 100 {
		code := auth.NewCardCode()
		if got, ok := auth.ParseCardCode(auth.ShowCardCode(code)); !ok || got != code {
			t.Fatalf("%q is read back as %q, %v", code, got, ok)
		}
	}
}

func FuzzParseCardCode(f *testing.F) {
	f.Add("K7M 4QX")
	f.Add("https://jobb.example.org/card?code=K7M4QX")
	f.Fuzz(func(t *testing.T, s string) {
		code, ok := auth.ParseCardCode(s)
		if !ok {
			return
		}
		if again, ok := auth.ParseCardCode(auth.ShowCardCode(code)); !ok || again != code {
			t.Errorf("%q gave %q, which is read as %q, %v", s, code, again, ok)
		}
	})
}
