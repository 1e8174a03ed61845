package auth

import "strings"

// PINLength is how many digits a PIN has.
const PINLength = 6

const cardCodeLength = 6

// NewCardCode returns the code of a card: 6 characters (30 bits) that are quickly typed. It says who somebody is and is no secret.
func NewCardCode() string { return random(upperAlphabet, cardCodeLength) }

// ParseCardCode returns what was typed or read off a card as its code, and whether it can be one at all. Case, spaces and dashes do
// not matter; of the address in the card's QR code the end counts, whatever a reader with another keyboard made of its signs.
func ParseCardCode(s string) (code string, ok bool) {
	plain := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, strings.ToUpper(s))
	if at := len(plain) - cardCodeLength; at > 0 && strings.Contains(plain[:at], "CARD") {
		plain = plain[at:]
	}
	return plain, made(plain, upperAlphabet, cardCodeLength)
}

// ShowCardCode writes a code as it is printed: in two groups of three.
func ShowCardCode(code string) string {
	if len(code) != cardCodeLength {
		return code
	}
	return code[:3] + " " + code[3:]
}

// NewPIN returns a random PIN that CheckPIN takes.
func NewPIN() string {
	for {
		if pin := random("0123456789", PINLength); CheckPIN(pin) == nil {
			return pin
		}
	}
}

// PlainPIN is a PIN as it was typed, without what separates its digits.
func PlainPIN(s string) string { return strings.NewReplacer(" ", "", "-", "").Replace(normal(s)) }

// CheckPIN returns a *PasswordError where a PIN is not six digits, or one of those tried first.
func CheckPIN(pin string) error {
	switch {
	case !made(pin, "0123456789", PINLength):
		return &PasswordError{Key: "error.pin.digits"}
	case isTrivial(pin):
		return &PasswordError{Key: "error.pin.trivial"}
	}
	return nil
}

// isTrivial tells whether a PIN has fewer than three different digits, repeats its first half, pairs its digits or goes up or down
// by the same step: 111222, 123123, 112233, 123456, 864208.
func isTrivial(pin string) bool {
	different, pairs, steps := map[byte]bool{}, true, map[byte]bool{}
	for i := range len(pin) {
		different[pin[i]] = true
		pairs = pairs && pin[i] == pin[i&^1]
		if i > 0 {
			steps[(pin[i]-pin[i-1]+10)%10] = true
		}
	}
	return len(different) < 3 || pin[:PINLength/2] == pin[PINLength/2:] || pairs || len(steps) == 1
}
