package front

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"kollega/tracking"
)

const phone = "GET /s/ab3cd4ef HTTP/1.1\r\nHost: jobb.example.no\r\nUser-Agent: Mozilla/5.0 (iPhone)\r\nAccept: text/html\r\n" +
	"Accept-Language: nb-NO\r\nAccept-Encoding: gzip, br\r\nReferer: https://www.linkedin.com/\r\nConnection: keep-alive\r\n\r\n"

func TestPlain(t *testing.T) {
	t.Parallel()
	get := func(target string, lines ...string) string {
		b := "GET " + target + " HTTP/1.1\r\nHost: a\r\n"
		for _, l := range lines {
			b += l + "\r\n"
		}
		return b + "\r\n"
	}
	for _, c := range []struct {
		name, request string
		want          bool
	}{
		{"a telephone", phone, true},
		{"bare", get("/s/ab3cd4ef"), true},
		{"language", get("/s/ab3cd4ef?lang=en"), true},
		{"what LinkedIn adds", get("/s/ab3cd4ef?trk=public_post%20x&utm=a"), true},
		{"more behind", phone + "GET /", true},
		{"empty value", get("/s/ab3cd4ef", "Accept:"), true},
		{"not whole", phone[:len(phone)-2], false},
		{"nothing", "", false},
		{"no code", get("/s/"), false},
		{"the form", get("/s/ab3cd4ef/apply"), false},
		{"a code in percent", get("/s/ab%33cd4ef"), false},
		{"dots", get("/s/../hr"), false},
		{"two languages", get("/s/ab3cd4ef?lang=en&lang=nb"), false},
		{"a hidden language", get("/s/ab3cd4ef?l%61ng=en"), false},
		{"a language in percent", get("/s/ab3cd4ef?lang=%65n"), false},
		{"data", get("/s/ab3cd4ef?data=low&lang=nb"), true},
		{"data twice", get("/s/ab3cd4ef?data=low&data=full"), false},
		{"an empty choice", get("/s/ab3cd4ef?data="), false},
		{"a semicolon", get("/s/ab3cd4ef?a;lang=en"), false},
		{"a space in the target", get("/s/ab3cd4ef x"), false},
		{"whole address", get("http://a/s/ab3cd4ef"), false},
		{"another method", strings.Replace(phone, "GET", "PUT", 1), false},
		{"lower case", strings.Replace(phone, "GET", "get", 1), false},
		{"an old version", strings.Replace(phone, "1.1", "1.0", 1), false},
		{"bare line feeds", strings.ReplaceAll(phone, "\r\n", "\n"), false},
		{"a bare line feed", strings.Replace(phone, "\r\nAccept:", "\nAccept:", 1), false},
		{"a bare carriage return", get("/s/ab3cd4ef", "A: b\rc"), false},
		{"a folded line", get("/s/ab3cd4ef", "A: b", " c"), false},
		{"a space before the colon", get("/s/ab3cd4ef", "Host : b"), false},
		{"a zero byte", get("/s/ab3cd4ef", "A: b\x00"), false},
		{"no colon", get("/s/ab3cd4ef", "A"), false},
		{"no name", get("/s/ab3cd4ef", ": a"), false},
		{"no host", "GET /s/ab3cd4ef HTTP/1.1\r\nAccept: a\r\n\r\n", false},
		{"two hosts", get("/s/ab3cd4ef", "host: b"), false},
		{"a length", get("/s/ab3cd4ef", "Content-Length: 0"), false},
		{"chunks", get("/s/ab3cd4ef", "transfer-encoding: chunked"), false},
		{"expects", get("/s/ab3cd4ef", "Expect: 100-continue"), false},
		{"upgrades", get("/s/ab3cd4ef", "Upgrade: h2c"), false},
		{"closes", get("/s/ab3cd4ef", "Connection: close"), false},
		{"closes as well", get("/s/ab3cd4ef", "Connection: keep-alive, close"), false},
		{"two cookies", get("/s/ab3cd4ef", "Cookie: a=b", "Cookie: c=d"), false},
		{"two proxies' lines", get("/s/ab3cd4ef", "X-Forwarded-For: 192.0.2.1", "X-Forwarded-For: 192.0.2.2"), false},
		{"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", false},
		{"TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", false},
	} {
		if _, _, got := parse([]byte(c.request)); got != c.want {
			t.Errorf("%s: plain = %v, want %v", c.name, got, c.want)
		}
	}
}

// FuzzParse holds every request that is taken for plain against net/http: it must read the same, and end at the same byte.
func FuzzParse(f *testing.F) {
	f.Add([]byte(phone))
	f.Add([]byte("GET /s/ab3cd4ef?lang=en&a=b HTTP/1.1\r\nhost: a\r\nCookie: a=b\r\nSave-Data: on\r\nSec-CH-UA-Platform: \"Android\"\r\n\r\nGET"))
	f.Add([]byte("GET /s/a?lang=en HTTP/1.1\r\nHost: a\r\nPurpose:\r\nX-Moz: prefetch\r\nTE: trailers\r\nX-Forwarded-For: 192.0.2.7\r\n\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, size, ok := parse(data)
		if !ok {
			return
		}
		r := bufio.NewReaderSize(bytes.NewReader(data), len(data)+16)
		q, err := http.ReadRequest(r)
		if err != nil {
			t.Fatalf("net/http does not read it: %v", err)
		}
		body, err := io.ReadAll(q.Body)
		rest, restErr := io.ReadAll(r)
		if err != nil || restErr != nil || len(body) > 0 || !bytes.Equal(rest, data[size:]) {
			t.Errorf("net/http finds a body of %d bytes and %d behind, want none and %d", len(body), len(rest), len(data)-size)
		}
		if q.Method != http.MethodGet || q.ProtoMinor != 1 || q.Close || q.URL.Path != begin[len("GET "):]+c.Code || q.URL.Host != "" {
			t.Errorf("net/http reads %s %s %s, closing %v", q.Method, q.URL, q.Proto, q.Close)
		}
		if lang, data := q.URL.Query().Get("lang"), q.URL.Query().Get("data"); lang != c.Lang || data != c.Data {
			t.Errorf("language %q, data %q, want %q, %q", c.Lang, c.Data, lang, data)
		}
		q.RemoteAddr = "192.0.2.1:1"
		want := tracking.FromHTTP(q, "")
		want.IP = netip.Addr{}
		if c.Request != want {
			t.Errorf("got %+v, want %+v", c.Request, want)
		}
		if c.Cookie != q.Header.Get("Cookie") || c.Forwarded != q.Header.Get("X-Forwarded-For") ||
			c.SaveData != (q.Header.Get("Save-Data") == "on") || c.Gzip != strings.Contains(q.Header.Get("Accept-Encoding"), "gzip") {
			t.Errorf("got %+v, want as in %v", c, q.Header)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	data := []byte(phone)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, ok := parse(data); !ok {
			b.Fatal("not plain")
		}
	}
}
