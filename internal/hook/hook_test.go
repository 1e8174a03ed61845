package hook

import (
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// receiver answers as do says, over https.
func receiver(t *testing.T, do http.HandlerFunc) (address string, roots *x509.CertPool) {
	t.Helper()
	s := httptest.NewTLSServer(do)
	t.Cleanup(s.Close)
	roots = x509.NewCertPool()
	roots.AddCert(s.Certificate())
	return s.URL + "/hooks/secret", roots
}

func answers(code int, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
	}
}

// hangs takes a message and says nothing until the sender is gone.
func hangs(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // a server sees that the sender is gone when it has read the whole
	<-r.Context().Done()
}

func TestWhatBecomesOfAMessage(t *testing.T) {
	t.Parallel()
	elsewhere, _ := receiver(t, func(http.ResponseWriter, *http.Request) { t.Error("the redirect was followed") })
	for _, c := range []struct {
		name    string
		do      http.HandlerFunc
		reason  string // empty: taken
		status  int
		wait    time.Duration
		lasting bool
	}{
		{"taken", answers(200), "", 0, 0, false},
		{"taken by a workflow", answers(202), "", 0, 0, false},
		{"sent elsewhere", answers(302, "Location", elsewhere), ReasonRedirect, 302, 0, false},
		{"gone", answers(410), ReasonGone, 410, 0, true},
		{"too many", answers(429, "Retry-After", "30"), ReasonRefused, 429, 30 * time.Second, false},
		{"away for long", answers(503, "Retry-After", "900000"), ReasonRefused, 503, time.Hour, false},
		{"broken", answers(500), ReasonRefused, 500, 0, false},
		{"hangs", hangs, ReasonTimeout, 0, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			address, roots := receiver(t, c.do)
			limit := time.Minute
			if c.reason == ReasonTimeout {
				limit = 200 * time.Millisecond
			}
			err := New(Config{Private: true, Roots: roots, Limit: limit}).Post(t.Context(), address, []byte(`{}`))
			failure, _ := errors.AsType[*Error](err)
			if c.reason == "" {
				if err != nil {
					t.Errorf("got %v", err)
				}
				return
			}
			if failure == nil || failure.Reason != c.reason || failure.Status != c.status || failure.Wait != c.wait || failure.Lasting() != c.lasting {
				t.Fatalf("got %+v, %v", failure, err)
			}
			if strings.Contains(err.Error(), "127.0.0.1") || strings.Contains(err.Error(), "secret") {
				t.Errorf("the error tells the address: %v", err)
			}
		})
	}
}

// TestOnlyThePublicInternetIsReached: whatever the name, the address that it leads to counts.
func TestOnlyThePublicInternetIsReached(t *testing.T) {
	t.Parallel()
	asked := func(http.ResponseWriter, *http.Request) { t.Error("a message was sent inwards") }
	address, roots := receiver(t, asked)
	for _, to := range []string{address, strings.Replace(address, "127.0.0.1", "localhost", 1), strings.Replace(address, "127.0.0.1", "[::ffff:127.0.0.1]", 1), strings.Replace(address, "127.0.0.1", "2130706433", 1)} {
		failure, _ := errors.AsType[*Error](New(Config{Roots: roots}).Post(t.Context(), to, []byte(`{}`)))
		if failure == nil || failure.Reason != ReasonPrivate && failure.Reason != ReasonAway {
			t.Errorf("%s: got %+v, want it refused", to, failure)
		}
	}
	for _, to := range []string{"http://example.org/x", "https://user:word@example.org/x", "https:///x", "ftp://example.org", "//example.org", "example.org", "https://example.org/#x"} {
		failure, _ := errors.AsType[*Error](New(Config{Private: true}).Post(t.Context(), to, []byte(`{}`)))
		if failure == nil || failure.Reason != ReasonAddress {
			t.Errorf("%s: got %+v, want it refused", to, failure)
		}
	}
	for a, want := range map[string]bool{
		"93.184.216.34": true, "2606:2800:220:1::1": true, "8.8.8.8": true,
		"10.1.2.3": false, "172.16.0.1": false, "172.32.0.1": true, "192.168.1.1": false, "169.254.169.254": false, "100.100.1.1": false, "0.0.0.0": false,
		"255.255.255.255": false, "224.0.0.1": false, "127.8.9.1": false, "198.19.0.1": false, "::1": false, "::": false, "fd00::1": false, "fe80::1%eth0": false, "ff02::1": false,
		"::ffff:10.0.0.1": false, "::10.0.0.1": false, "64:ff9b::10.0.0.1": false, "2002:0a00:0001::1": false, "2001:0:1::1": false,
	} {
		if got := public(netip.MustParseAddr(a)); got != want {
			t.Errorf("%s: public %t, want %t", a, got, want)
		}
	}
}

func TestMessagesSayWhatPeopleWroteAndNoMore(t *testing.T) {
	t.Parallel()
	m := Message{Text: "Ny jobb: <!channel> @all [x](https://ond.example) & *fet*", Link: "https://jobb.example.org/jobs/kokk", Action: "Se jobben"}
	for kind, want := range map[string][]string{
		Slack:      {`&lt;!channel&gt; @all [x](https://ond.example) &amp; *fet*`, `<https://jobb.example.org/jobs/kokk|Se jobben>`},
		Mattermost: {"@\u200ball", `\[x\]\(https\://ond\.example\)`, `\*fet\*`, `[Se jobben](https://jobb.example.org/jobs/kokk)`},
		Teams:      {m.Text, m.Link, m.Action, "application/vnd.microsoft.card.adaptive", "AdaptiveCard", "TextRun"},
	} {
		raw, err := m.For(kind)
		if err != nil {
			t.Fatal(err)
		}
		var written map[string]any
		if err := json.Unmarshal(raw, &written); err != nil {
			t.Fatal(err)
		}
		var said strings.Builder
		enc := json.NewEncoder(&said)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(written); err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			quoted, _ := json.Marshal(w)
			plain := strings.NewReplacer(`\u0026`, "&", `\u003c`, "<", `\u003e`, ">").Replace(strings.Trim(string(quoted), `"`))
			if !strings.Contains(said.String(), plain) {
				t.Errorf("%s lacks %s:\n%s", kind, plain, said.String())
			}
		}
	}
	if _, err := m.For("pigeon"); err == nil {
		t.Error("a message by pigeon")
	}
}

func TestAMessageArrivesWhole(t *testing.T) {
	t.Parallel()
	got := make(chan string, 1)
	address, roots := receiver(t, func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- r.Method + " " + r.URL.Path + " " + r.Header.Get("Content-Type") + " " + string(body)
	})
	if err := New(Config{Private: true, Roots: roots}).Post(t.Context(), address, []byte(`{"text":"hei"}`)); err != nil {
		t.Fatal(err)
	}
	if want := `POST /hooks/secret application/json {"text":"hei"}`; <-got != want {
		t.Errorf("want %s", want)
	}
}
