package tracking

import (
	"strings"
)

// agent is what a user agent tells; skeleton is its short form that may be kept: programs with their major versions and the
// kind of system, no models, builds or identifiers.
type agent struct {
	finding
	skeleton string
	device   string
	os       string
	chrome   int // major version it claims on Blink's own engine; 0 for none
	firefox  int // the same for Gecko
}

// maxAgent is how much of a user agent is looked at.
const maxAgent = 1024

func (l *agentList) read(ua string) agent {
	if len(ua) > maxAgent {
		ua = ua[:maxAgent]
	}
	a := readAgent(ua)
	a.finding = l.find(ua)
	a.skeleton = skeleton(ua)
	return a
}

// readAgent is what can be read from a skeleton as well as from the whole.
func readAgent(ua string) agent {
	a := agent{os: system(ua), chrome: major(ua, "Chrome/"), firefox: major(ua, "Firefox/")}
	a.device = device(ua, a.os)
	return a
}

func system(ua string) string {
	for _, s := range [...]struct{ word, os string }{
		{"Windows Phone", "windows phone"},
		{"iPhone", "ios"},
		{"iPad", "ios"},
		{"iPod", "ios"},
		{"Android", "android"},
		{"Windows", "windows"},
		{"CrOS", "chromeos"},
		{"Macintosh", "macos"},
		{"Mac OS X", "macos"},
		{"Tizen", "tizen"},
		{"KAIOS", "kaios"},
		{"Linux", "linux"},
		{"X11", "linux"},
	} {
		if strings.Contains(ua, s.word) {
			return s.os
		}
	}
	return ""
}

// device tells phone, tablet or desktop. An iPad that asks for desktop pages says it is a Mac, and is taken at its word.
func device(ua, os string) string {
	mobile := strings.Contains(ua, "Mobile")
	switch os {
	case "ios":
		if strings.Contains(ua, "iPad") {
			return "tablet"
		}
		return "phone"
	case "android":
		if mobile && !strings.Contains(ua, "Tablet") {
			return "phone"
		}
		return "tablet"
	case "windows phone", "kaios":
		return "phone"
	case "windows", "macos", "chromeos":
		return "desktop"
	case "":
		if mobile || strings.Contains(ua, "Opera Mini") {
			return "phone"
		}
		return ""
	}
	if mobile {
		return "phone"
	}
	return "desktop"
}

// major is the number after name, 0 where it is not there.
func major(ua, name string) (n int) {
	_, rest, ok := strings.Cut(ua, name)
	if !ok {
		return 0
	}
	for i := 0; i < len(rest) && i < 4 && rest[i] >= '0' && rest[i] <= '9'; i++ {
		n = n*10 + int(rest[i]-'0')
	}
	return n
}

// kept are the words within brackets of a user agent that a skeleton keeps: kinds of system, never a model.
var kept = [...]string{
	"compatible", "iPhone", "iPad", "iPod", "Macintosh", "Windows Phone", "Windows", "Android", "Linux", "X11", "CrOS",
	"Tizen", "wv", "Mobile", "Tablet",
}

const maxSkeleton = 200

func skeleton(ua string) string {
	var b strings.Builder
	for ua != "" && b.Len() < maxSkeleton {
		if ua[0] == '(' {
			inside, rest, _ := strings.Cut(ua[1:], ")")
			writeComment(&b, inside)
			ua = rest
			continue
		}
		end := strings.IndexAny(ua, " (")
		if end == 0 {
			ua = ua[1:]
			continue
		}
		if end < 0 {
			end = len(ua)
		}
		writeProduct(&b, ua[:end])
		ua = ua[end:]
	}
	return strings.TrimSpace(b.String())
}

func writeComment(b *strings.Builder, inside string) {
	sep := "("
	for part := range strings.SplitSeq(inside, ";") {
		part = strings.TrimSpace(part)
		for _, word := range kept {
			if strings.HasPrefix(part, word) {
				b.WriteString(sep)
				b.WriteString(word)
				sep = "; "
				break
			}
		}
	}
	if sep != "(" {
		b.WriteString(") ")
	}
}

// writeProduct writes name/major. Facebook's bracket lists the telephone, its carrier and more: only its first part names the program.
func writeProduct(b *strings.Builder, token string) {
	token, _, _ = strings.Cut(token, ";")
	name, version, _ := strings.Cut(token, "/")
	if name == "" || len(name) > 40 || strings.ContainsAny(name, "0123456789|=\x00") || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r > '~' }) {
		return
	}
	b.WriteString(name)
	digits := 0
	for digits < len(version) && digits < 3 && version[digits] >= '0' && version[digits] <= '9' {
		digits++
	}
	if digits > 0 {
		b.WriteByte('/')
		b.WriteString(version[:digits])
	} else if strings.HasPrefix(name, "[FB") {
		b.WriteByte('/')
		b.WriteString(strings.Trim(version, "]"))
	}
	b.WriteByte(' ')
}
