package tracking

import (
	"strconv"
	"strings"
)

// signals are what the rules decide by. Their text form is kept with each event, so that later rules can judge it again.
type signals struct {
	method   string
	purpose  string // none, prefetch, prerender or preview
	site     string // Sec-Fetch-Site, -Mode, -Dest
	mode     string
	dest     string
	platform string // the system that the client hints name, in agent's words
	secure   bool
	language bool // has Accept-Language
	html     bool // accepts text/html
	hints    bool // has Sec-CH-UA
	headless bool // and it names a headless browser
	who      Who
	Lately
	agent agent
}

func readSignals(r *Request, a agent) signals {
	return signals{
		method:   r.Method,
		purpose:  purposeWord(r.Purpose),
		site:     word(r.FetchSite),
		mode:     word(r.FetchMode),
		dest:     word(r.FetchDest),
		platform: platformWord(r.Platform),
		secure:   r.Secure,
		language: r.AcceptLanguage != "",
		html:     strings.Contains(r.Accept, "text/html"),
		hints:    r.Brands != "",
		headless: strings.Contains(r.Brands, "Headless"),
		who:      r.Who,
		Lately:   r.Lately,
		agent:    a,
	}
}

func purposeWord(p string) string {
	if p == "" {
		return ""
	}
	p = strings.ToLower(p)
	for _, w := range [...]string{"prerender", "prefetch", "preview"} {
		if strings.Contains(p, w) {
			return w
		}
	}
	return ""
}

func platformWord(p string) string {
	switch p {
	case "Windows", "Android", "Linux":
		return strings.ToLower(p)
	case "macOS":
		return "macos"
	case "Chrome OS", "Chromium OS":
		return "chromeos"
	case "iOS":
		return "ios"
	}
	return ""
}

// word lets through a header's value only if it is one word; anything else is a sign, not a text to keep.
func word(v string) string {
	if len(v) > 20 || strings.ContainsFunc(v, func(r rune) bool { return (r < 'a' || r > 'z') && r != '-' }) {
		return "odd"
	}
	return v
}

// String is the form that is kept: method|purpose|site/mode/dest|platform|letters|who|links+atOnce|what gave the agent away|skeleton.
func (s *signals) String() string {
	var space [384]byte
	b := append(space[:0], s.method...)
	b = append(append(b, '|'), s.purpose...)
	b = append(append(b, '|'), s.site...)
	b = append(append(b, '/'), s.mode...)
	b = append(append(b, '/'), s.dest...)
	b = append(append(b, '|'), s.platform...)
	b = append(b, '|')
	for _, f := range [...]struct {
		on     bool
		letter byte
	}{{s.secure, 's'}, {s.language, 'l'}, {s.html, 'h'}, {s.hints, 'c'}, {s.headless, 'x'}, {s.After, 'b'}} {
		if f.on {
			b = append(b, f.letter)
		}
	}
	b = strconv.AppendUint(append(b, '|'), uint64(s.who), 10)
	b = strconv.AppendInt(append(b, '|'), int64(s.Links), 10)
	b = strconv.AppendInt(append(b, '+'), int64(s.AtOnce), 10)
	b = append(append(b, '|'), s.agent.name...)
	b = append(append(b, '|'), s.agent.skeleton...)
	return string(b)
}

// parseLately reads links+atOnce. Rules 1 kept links alone, which stood at their limit for as long as a visitor was suspect: of those
// nobody can tell any more how many they were.
func parseLately(text string, after bool) (l Lately, ok bool) {
	links, atOnce, counted := strings.Cut(text, "+")
	l.After = after
	var err error
	if l.Links, err = strconv.Atoi(links); err != nil {
		return l, false
	}
	if !counted {
		l.After = l.Links >= burstLinks
		return l, true
	}
	l.AtOnce, err = strconv.Atoi(atOnce)
	return l, err == nil
}

// parseSignals reads String's form; ok is false where the text is none.
func parseSignals(text string) (s signals, ok bool) {
	f := strings.SplitN(text, "|", 9)
	if len(f) != 9 {
		return s, false
	}
	s.method, s.purpose, s.platform = f[0], f[1], f[3]
	fetch := strings.SplitN(f[2], "/", 3)
	if len(fetch) != 3 {
		return s, false
	}
	s.site, s.mode, s.dest = fetch[0], fetch[1], fetch[2]
	s.secure, s.language, s.html = strings.Contains(f[4], "s"), strings.Contains(f[4], "l"), strings.Contains(f[4], "h")
	s.hints, s.headless = strings.Contains(f[4], "c"), strings.Contains(f[4], "x")
	who, err := strconv.ParseUint(f[5], 10, 8)
	if err != nil {
		return s, false
	}
	s.who = Who(who)
	if s.Lately, ok = parseLately(f[6], strings.Contains(f[4], "b")); !ok {
		return s, false
	}
	s.agent = readAgent(f[8])
	s.agent.name, s.agent.skeleton = f[7], f[8]
	return s, true
}
