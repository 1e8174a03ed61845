package models

import (
	"crypto/rand"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const slugLength = 60 // characters, without the suffix

// spelled is how letters that are no accented a to z are written in addresses.
var spelled = strings.NewReplacer("æ", "ae", "ø", "o", "å", "a", "œ", "oe", "ß", "ss", "ð", "d", "đ", "d", "þ", "th", "ł", "l", "ħ", "h", "ı", "i")

// slug is a title as the last part of an address: a to z, digits and single hyphens.
func slug(title string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(spelled.Replace(strings.ToLower(title))) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r): // the accent of the letter before
		default:
			b.WriteByte('-')
		}
	}
	words := strings.FieldsFunc(b.String(), func(r rune) bool { return r == '-' })
	s := ""
	for _, w := range words {
		if s != "" && len(s)+1+len(w) > slugLength {
			break
		}
		s = strings.TrimPrefix(s+"-"+w, "-")
	}
	if s == "" {
		return "job"
	}
	return s[:min(len(s), slugLength)]
}

// slugSuffix tells apart jobs with one title.
func slugSuffix() string { return "-" + strings.ToLower(rand.Text()[:5]) }
