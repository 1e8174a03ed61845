package auth

import (
	_ "embed"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The length a password may have, in characters.
const (
	MinPassword = 10
	MaxPassword = 200
)

//go:embed worst.txt
var worst string

// PasswordError says why a password is refused. Key is a key of the translations, where {{.Min}} and {{.Max}} are
// MinPassword and MaxPassword.
type PasswordError struct{ Key string }

// Error gives the key; what people read is its translation.
func (e *PasswordError) Error() string { return "password refused: " + e.Key }

// CheckPassword returns a *PasswordError where password is too short, too long, little else than the person's own
// e-mail or name, or one of those tried first.
func CheckPassword(password, email, name string) error {
	// The bytes bound the work before any of the checks looks at a text of a stranger's choosing.
	if len(password) > MaxPassword*utf8.UTFMax {
		return &PasswordError{Key: "error.password.long"}
	}
	password = normal(password)
	length := utf8.RuneCountInString(password)
	switch {
	case length < MinPassword:
		return &PasswordError{Key: "error.password.short"}
	case length > MaxPassword:
		return &PasswordError{Key: "error.password.long"}
	case isPersonal(password, email, name):
		return &PasswordError{Key: "error.password.personal"}
	case isCommon(password):
		return &PasswordError{Key: "error.password.common"}
	}
	return nil
}

// isPersonal tells whether fewer than six characters are left once the person's own words are taken out.
func isPersonal(password, email, name string) bool {
	const minWord, minRest = 3, 6
	rest := squeeze(password)
	if rest == squeeze(email) {
		return true
	}
	words := strings.FieldsFunc(fold(email+" "+name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	// The longest first, so that "anne" does not cut "annemari" in two.
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) })
	found := false
	for _, word := range words {
		if utf8.RuneCountInString(word) >= minWord && strings.Contains(rest, word) {
			rest = strings.ReplaceAll(rest, word, "")
			found = true
		}
	}
	return found && utf8.RuneCountInString(rest) < minRest
}

// isCommon tells whether password, or the word in it once digits and signs are cut off its ends, is on the list of the
// worst, or whether it is made of fewer than five different characters.
func isCommon(password string) bool {
	folded := squeeze(password)
	different := map[rune]bool{}
	for _, r := range folded {
		different[r] = true
	}
	stem := strings.TrimFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) })
	for line := range strings.Lines(worst) {
		if bad := strings.TrimSpace(line); bad == folded || bad == stem {
			return true
		}
	}
	return len(different) < 5
}

// squeeze folds case and drops what separates words.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || strings.ContainsRune("._-+", r) {
			return -1
		}
		return r
	}, fold(s))
}

func fold(s string) string { return strings.ToLower(normal(s)) }
