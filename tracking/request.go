package tracking

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// Who is signed in where a request comes from.
type Who uint8

// Who can be signed in.
const (
	Nobody   Who = iota
	Owner        // of the link that was opened
	Internal     // another member of staff
)

// Request is what is judged.
type Request struct {
	Method         string
	Host           string
	IP             netip.Addr // only for the visitor's pseudonym
	UserAgent      string
	Purpose        string // of Sec-Purpose, Purpose, X-Purpose or X-Moz
	Accept         string
	AcceptLanguage string
	FetchSite      string // Sec-Fetch-Site
	FetchMode      string // Sec-Fetch-Mode
	FetchDest      string // Sec-Fetch-Dest
	Brands         string // Sec-CH-UA
	Platform       string // Sec-CH-UA-Platform
	Referrer       string
	Secure         bool // came by https: only then browsers tell Sec-Fetch and client hints
	Who            Who
	Lately         // what else this visitor opened
}

// FromHTTP takes from r what is judged; ip is the visitor's address as the trusted proxies tell it.
func FromHTTP(r *http.Request, ip string) Request {
	addr, _ := netip.ParseAddr(ip) // none at all is the zero address: a pseudonym by user agent alone
	h := r.Header
	return Request{
		Method:         r.Method,
		Host:           r.Host,
		IP:             addr.Unmap(),
		UserAgent:      header(h, "User-Agent"),
		Purpose:        purpose(h),
		Accept:         header(h, "Accept"),
		AcceptLanguage: header(h, "Accept-Language"),
		FetchSite:      header(h, "Sec-Fetch-Site"),
		FetchMode:      header(h, "Sec-Fetch-Mode"),
		FetchDest:      header(h, "Sec-Fetch-Dest"),
		Brands:         header(h, "Sec-Ch-Ua"),
		Platform:       strings.Trim(header(h, "Sec-Ch-Ua-Platform"), `"`),
		Referrer:       header(h, "Referer"),
		Secure:         r.TLS != nil,
	}
}

// header is the first value under a key in canonical form.
func header(h http.Header, key string) string {
	if v := h[key]; len(v) > 0 {
		return v[0]
	}
	return ""
}

func purpose(h http.Header) string {
	for _, key := range [...]string{"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"} {
		if v := header(h, key); v != "" {
			return v
		}
	}
	return ""
}

// referringHost is the host of a referrer elsewhere, in lower case; the rest of the address is not kept.
func referringHost(referrer, own string) string {
	if referrer == "" || len(referrer) > 4096 {
		return ""
	}
	u, err := url.Parse(referrer)
	if err != nil || u.Host == own {
		return ""
	}
	host := strings.ToLower(u.Hostname())
	if len(host) > 100 || strings.ContainsFunc(host, func(r rune) bool { return !isHostRune(r) }) {
		return ""
	}
	return host
}

func isHostRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' || r == '-' || r == ':' || r == '_'
}

// primaryLanguage is the primary tag of the language asked for first, in lower case.
func primaryLanguage(acceptLanguage string) string {
	tag, _, _ := strings.Cut(acceptLanguage, ",")
	tag, _, _ = strings.Cut(tag, ";")
	tag, _, _ = strings.Cut(tag, "-")
	tag = strings.ToLower(strings.TrimSpace(tag))
	if len(tag) < 2 || len(tag) > 3 || strings.ContainsFunc(tag, func(r rune) bool { return r < 'a' || r > 'z' }) {
		return ""
	}
	return tag
}
