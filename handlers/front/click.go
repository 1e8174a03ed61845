package front

import (
	"bufio"
	"bytes"
	"net/http"
	"net/netip"
	"strings"

	"kollega/tracking"
)

// Click is a plain request for a landing page: what a browser sends that follows a share link, and nothing else.
type Click struct {
	Code      string // as it was typed
	Lang      string // of ?lang=, empty without
	Data      string // of ?data=, the same
	Cookie    string
	Forwarded string // X-Forwarded-For
	SaveData  bool
	Gzip      bool             // may be answered in gzip
	Remote    netip.AddrPort   // the other end of the connection
	Request   tracking.Request // without the address of the visitor, which the trusted proxies tell

	head []byte // the request as it came
}

// HTTP is the request as net/http reads it, for what is needed seldom.
func (c *Click) HTTP() (*http.Request, error) {
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(c.head)))
	if err != nil {
		return nil, err
	}
	r.RemoteAddr = c.Remote.String()
	return r, nil
}

const (
	begin = "GET /s/"
	proto = " HTTP/1.1"
	blank = "\r\n\r\n"
)

// parse reads the first request in data, which is size bytes long. ok is true only where it is complete and plain in every
// respect; anything else, well-formed or not, is net/http's to judge.
func parse(data []byte) (c Click, size int, ok bool) {
	end := bytes.Index(data, []byte(blank))
	if end < 0 || !bytes.HasPrefix(data, []byte(begin)) {
		return c, 0, false
	}
	size = end + len(blank)
	c.head = data[:size]
	text := string(data[:end+2]) // one copy: what is kept of it outlives the buffer
	line, rest, _ := strings.Cut(text, "\r\n")
	if !strings.HasSuffix(line, proto) || !c.target(line[len(begin):len(line)-len(proto)]) {
		return c, 0, false
	}
	var seen header
	for rest != "" {
		line, rest, _ = strings.Cut(rest, "\r\n")
		name, value, found := strings.Cut(line, ":")
		if !found || !isName(name) || !isValue(value) || !seen.take(name, strings.Trim(value, " \t")) {
			return c, 0, false
		}
	}
	if !isHost(seen.host) {
		return c, 0, false
	}
	seen.fill(&c)
	return c, size, true
}

// target reads what follows /s/: a code and, behind a question mark, what others may have added.
func (c *Click) target(s string) bool {
	code, query, asked := strings.Cut(s, "?")
	for i := range len(code) {
		if !isLetter(code[i]) && !isDigit(code[i]) {
			return false
		}
	}
	c.Code = code
	if code == "" || asked && !c.query(query) {
		return false
	}
	return true
}

// query finds what a page depends on; anything that could be read in two ways is not plain.
func (c *Click) query(query string) bool {
	for i := range len(query) {
		if b := query[i]; b <= ' ' || b > '~' || b == ';' || b == '#' || b == '"' || b == '\\' {
			return false
		}
	}
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		switch {
		case strings.ContainsAny(name, "%+"):
			return false
		case name == "lang" && !choose(&c.Lang, value), name == "data" && !choose(&c.Data, value):
			return false
		}
	}
	return true
}

// choose takes a word of the query, which must be the only one of its name.
func choose(field *string, value string) bool {
	for i := range len(value) {
		if !isLetter(value[i]) {
			return false
		}
	}
	first := *field == "" && value != ""
	*field = value
	return first
}

// header is what counts of the request's header: of each the first, as net/http gives it.
type header struct {
	host, agent, accept, language, encoding, referer, cookie, forwarded, saveData string
	site, mode, dest, brands, platform                                            string
	purpose                                                                       [4]string
	seen                                                                          uint32
}

// take notes one line and tells whether it is one of a plain request.
func (h *header) take(name, value string) bool {
	switch len(name) {
	case 2:
		if strings.EqualFold(name, "te") {
			return strings.EqualFold(value, "trailers")
		}
	case 4:
		if strings.EqualFold(name, "host") {
			return h.first(0, &h.host, value) // a second one is no plain request
		}
	case 5:
		if strings.EqualFold(name, "x-moz") {
			h.first(1, &h.purpose[3], value)
		}
	case 6:
		switch {
		case strings.EqualFold(name, "accept"):
			h.first(2, &h.accept, value)
		case strings.EqualFold(name, "expect"):
			return false
		case strings.EqualFold(name, "cookie"):
			return h.first(3, &h.cookie, value)
		}
	case 7:
		switch {
		case strings.EqualFold(name, "referer"):
			h.first(4, &h.referer, value)
		case strings.EqualFold(name, "purpose"):
			h.first(5, &h.purpose[1], value)
		case strings.EqualFold(name, "upgrade"), strings.EqualFold(name, "trailer"):
			return false
		}
	default:
		return h.takeLonger(name, value)
	}
	return true
}

func (h *header) takeLonger(name, value string) bool {
	switch {
	case strings.EqualFold(name, "user-agent"):
		h.first(6, &h.agent, value)
	case strings.EqualFold(name, "accept-language"):
		h.first(7, &h.language, value)
	case strings.EqualFold(name, "accept-encoding"):
		h.first(8, &h.encoding, value)
	case strings.EqualFold(name, "save-data"):
		h.first(9, &h.saveData, value)
	case strings.EqualFold(name, "sec-fetch-site"):
		h.first(10, &h.site, value)
	case strings.EqualFold(name, "sec-fetch-mode"):
		h.first(11, &h.mode, value)
	case strings.EqualFold(name, "sec-fetch-dest"):
		h.first(12, &h.dest, value)
	case strings.EqualFold(name, "sec-ch-ua"):
		h.first(13, &h.brands, value)
	case strings.EqualFold(name, "sec-ch-ua-platform"):
		h.first(14, &h.platform, value)
	case strings.EqualFold(name, "sec-purpose"):
		h.first(15, &h.purpose[0], value)
	case strings.EqualFold(name, "x-purpose"):
		h.first(16, &h.purpose[2], value)
	case strings.EqualFold(name, "x-forwarded-for"):
		return h.first(17, &h.forwarded, value)
	case strings.EqualFold(name, "connection"):
		return strings.EqualFold(value, "keep-alive")
	case strings.EqualFold(name, "content-length"), strings.EqualFold(name, "transfer-encoding"), strings.EqualFold(name, "http2-settings"):
		return false
	}
	return true
}

// first keeps the value if it is the first of its name, and tells whether it is.
func (h *header) first(bit int, field *string, value string) bool {
	if h.seen&(1<<bit) != 0 {
		return false
	}
	h.seen |= 1 << bit
	*field = value
	return true
}

func (h *header) fill(c *Click) {
	c.Cookie, c.Forwarded = h.cookie, h.forwarded
	c.SaveData, c.Gzip = h.saveData == "on", strings.Contains(h.encoding, "gzip")
	r := &c.Request
	r.Method, r.Host = http.MethodGet, h.host
	r.UserAgent, r.Accept, r.AcceptLanguage, r.Referrer = h.agent, h.accept, h.language, h.referer
	r.FetchSite, r.FetchMode, r.FetchDest = h.site, h.mode, h.dest
	r.Brands, r.Platform = h.brands, strings.Trim(h.platform, `"`)
	for _, p := range h.purpose {
		if p != "" {
			r.Purpose = p
			break
		}
	}
}

func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }
func isDigit(b byte) bool  { return b >= '0' && b <= '9' }

// isName accepts the names that are in use: letters, digits, dashes.
func isName(s string) bool {
	for i := range len(s) {
		if b := s[i]; !isLetter(b) && !isDigit(b) && b != '-' {
			return false
		}
	}
	return s != ""
}

// isValue accepts what RFC 9110, 5.5 has of printable ASCII.
func isValue(s string) bool {
	for i := range len(s) {
		if b := s[i]; (b < ' ' || b > '~') && b != '\t' {
			return false
		}
	}
	return true
}

func isHost(s string) bool {
	for i := range len(s) {
		if b := s[i]; !isLetter(b) && !isDigit(b) && b != '-' && b != '.' && b != ':' && b != '_' && b != '[' && b != ']' {
			return false
		}
	}
	return s != ""
}
