package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"hash/crc32"
	"strings"
)

// The alphabets leave out what looks or sounds alike: 0 and o, 1, l and i.
const (
	lowerAlphabet  = "23456789abcdefghjkmnpqrstuvwxyz"
	upperAlphabet  = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
	base62Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

const (
	linkCodeLength   = 8
	setupGroups      = 3
	setupGroupLength = 4

	apiTokenPrefix   = "kol_"
	apiTokenRandom   = 30
	apiTokenChecksum = 6
)

// NewLinkCode returns the code of a share link: 8 characters (39 bits) that read aloud and type well on a phone.
func NewLinkCode() string { return random(lowerAlphabet, linkCodeLength) }

// ParseLinkCode returns s as a link code, in lower case as it is stored, and whether it can be one at all.
func ParseLinkCode(s string) (code string, ok bool) {
	if len(s) != linkCodeLength {
		return "", false
	}
	code = strings.ToLower(s)
	return code, made(code, lowerAlphabet, linkCodeLength)
}

// NewToken returns a secret for one use or one session: 32 random bytes as 43 characters of base64url.
// Store HashToken of it, never the token.
func NewToken() string {
	secret := make([]byte, 32)
	rand.Read(secret)
	return base64.RawURLEncoding.EncodeToString(secret)
}

// HashToken returns the SHA-256 of a token, 32 bytes, for storage and for looking it up. A fast hash suffices because
// the tokens are random.
func HashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// NewSetupCode returns a code to be copied from the log by hand, such as ABCD-EFGH-JKLM (59 bits).
func NewSetupCode() string {
	groups := make([]string, setupGroups)
	for i := range groups {
		groups[i] = random(upperAlphabet, setupGroupLength)
	}
	return strings.Join(groups, "-")
}

// EqualSetupCode tells, in constant time, whether given is the code, whatever its case, spaces and dashes.
func EqualSetupCode(given, code string) bool {
	// An empty code is one that was used or never made; nothing equals it.
	if plainSetupCode(code) == "" {
		return false
	}
	return subtle.ConstantTimeCompare(HashToken(plainSetupCode(given)), HashToken(plainSetupCode(code))) == 1
}

func plainSetupCode(code string) string {
	return strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(code))
}

// NewAPIToken returns a token for a program: "kol_", 30 random characters (178 bits) and a checksum, so that scanners
// for leaked secrets recognise it and a mistyped one is refused without asking the database. Store HashToken of it.
func NewAPIToken() string {
	body := apiTokenPrefix + random(base62Alphabet, apiTokenRandom)
	return body + checksum(body)
}

// IsAPIToken tells whether s has the form and the checksum of an API token.
func IsAPIToken(s string) bool {
	const length = len(apiTokenPrefix) + apiTokenRandom
	if len(s) != length+apiTokenChecksum || !strings.HasPrefix(s, apiTokenPrefix) {
		return false
	}
	return made(s[len(apiTokenPrefix):length], base62Alphabet, apiTokenRandom) && checksum(s[:length]) == s[length:]
}

// checksum writes the CRC-32 of s in six characters of base 62.
func checksum(s string) string {
	sum := crc32.ChecksumIEEE([]byte(s))
	digits := make([]byte, apiTokenChecksum)
	for i := range digits {
		digits[len(digits)-1-i] = base62Alphabet[sum%62]
		sum /= 62
	}
	return string(digits)
}

// random draws n characters of alphabet, each equally likely.
func random(alphabet string, n int) string {
	// A byte at or above the largest multiple of the alphabet is drawn again: taking it modulo would favour the
	// alphabet's beginning.
	limit := 256 - 256%len(alphabet)
	code := make([]byte, 0, n)
	draw := make([]byte, 2*n)
	for len(code) < n {
		rand.Read(draw)
		for _, b := range draw {
			if int(b) < limit && len(code) < n {
				code = append(code, alphabet[int(b)%len(alphabet)])
			}
		}
	}
	return string(code)
}

// made tells whether s is n characters of alphabet.
func made(s, alphabet string, n int) bool {
	if len(s) != n {
		return false
	}
	for _, r := range s {
		if !strings.ContainsRune(alphabet, r) {
			return false
		}
	}
	return true
}
