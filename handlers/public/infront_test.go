package public_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kollega/handlers/front"
	"kollega/handlers/handlerstest"
	"kollega/models"
)

// frontSite is a site whose front tells whether it answered itself.
type frontSite struct {
	*handlerstest.Site
	addr  string
	taken atomic.Int64
}

func newFrontSite(t *testing.T) *frontSite {
	t.Helper()
	s := &frontSite{Site: handlerstest.New(t)}
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = l.Addr().String()
	f := front.Listen(l, func(dst []byte, c *front.Click) ([]byte, bool) {
		dst, ok := s.App.Front(dst, c)
		if ok {
			s.taken.Add(1)
		}
		return dst, ok
	}, s.App.Log)
	server := &http.Server{Handler: s.Handler, ReadHeaderTimeout: time.Minute}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(f) }()
	t.Cleanup(func() {
		server.Close()
		if err := <-ended; err != http.ErrServerClosed { //nolint:errorlint // it is this very one
			t.Errorf("Serve = %v", err)
		}
	})
	return s
}

// raw sends the bytes of requests and reads as many answers.
func (s *frontSite) raw(t *testing.T, requests ...string) (answers []*http.Response) {
	t.Helper()
	c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, strings.Join(requests, "")); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(c)
	for range requests {
		a, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(a.Body)
		if err != nil {
			t.Fatal(err)
		}
		a.Body.Close()
		a.Body = io.NopCloser(bytes.NewReader(body))
		answers = append(answers, a)
	}
	return answers
}

// slow asks the route without the front.
func (s *frontSite) slow(t *testing.T, request string) *http.Response {
	t.Helper()
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(request)))
	if err != nil {
		t.Fatal(err)
	}
	r.RemoteAddr = "127.0.0.1:40000"
	w := httptest.NewRecorder()
	s.Handler.ServeHTTP(w, r)
	return w.Result()
}

// own is what differs from answer to answer: the visit's token and the marks in its place.
var own = regexp.MustCompile(`[A-Za-z0-9_-]{100,}`)

// said is an answer without what may differ: how long it is, when and under which number it was given.
func said(t *testing.T, a *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	if a.Header.Get("Content-Encoding") == "gzip" {
		r, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if body, err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	head := a.Header.Clone()
	if len(head.Get("X-Request-Id")) != 36 {
		t.Errorf("X-Request-Id: %q", head.Get("X-Request-Id"))
	}
	for _, name := range []string{"Date", "Content-Length", "X-Request-Id"} {
		head.Del(name)
	}
	var b strings.Builder
	fmt.Fprintln(&b, a.StatusCode)
	for _, name := range slices.Sorted(maps.Keys(head)) {
		fmt.Fprintln(&b, name, head[name])
	}
	b.Write(own.ReplaceAll(body, nil))
	return b.String()
}

// The front and the route say the same, and record the same.
func TestFrontAnswersAsTheRouteDoes(t *testing.T) {
	t.Parallel()
	s := newFrontSite(t)
	job, away := s.Job(models.Job{Title: "Rørlegger", Location: "Bodø"}), s.Job(models.Job{ApplyURL: "https://jobs.example.com/1?a=b&c=d"})
	closed := s.Job(models.Job{Status: models.JobClosed})
	user := s.User(models.User{Name: "Ola Nord", ShowName: true})
	named, shy, sent, late := s.Link(user, job, "linkedin"), s.Link(s.Person("employee"), job, ""), s.Link(user, away, "x"), s.Link(user, closed, "x")
	off := s.Link(s.User(models.User{Name: "Liv Sør"}), job, "x")
	if err := s.DB.SwitchLink(t.Context(), off.UserID, off.ID, false); err != nil {
		t.Fatal(err)
	}
	s.App.Directory.Sync(t.Context())
	head := ""
	for i := 0; i < len(browser); i += 2 {
		if browser[i] != "Accept-Encoding" {
			head += browser[i] + ": " + browser[i+1] + "\r\n"
		}
	}
	for _, c := range []struct {
		name, target, headers string
		taken                 bool
	}{
		{"a person", named.Path(), head, true},
		{"again", named.Path(), head, true},
		{"packed", named.Path(), head + "Accept-Encoding: gzip, deflate, br\r\n", true},
		{"in capitals", strings.Replace(named.Path(), named.Code, strings.ToUpper(named.Code), 1), head, true},
		{"without a name", shy.Path(), head, true},
		{"a link that is off", off.Path(), head, true},
		{"in English", named.Path() + "?lang=en", head + "Accept-Encoding: gzip\r\n", true},
		{"in a language that we do not have", named.Path() + "?lang=xx", head, true},
		{"from Facebook", named.Path() + "?fbclid=a_b-C&utm_source=f%20b", head + "Referer: https://l.facebook.com/l.php?u=x\r\n", true},
		{"the browser's language", named.Path(), "Accept-Language: en-GB,en;q=0.8\r\nUser-Agent: Mozilla/5.0 Firefox/130.0\r\n", true},
		{"nothing told", named.Path(), "", true},
		{"saves data", named.Path(), head + "Save-Data: on\r\n", true},
		{"chose less data", named.Path() + "?data=low", head, true},
		{"a choice that there is not", named.Path() + "?data=xyz&lang=en", head, true},
		{"a preview", named.Path(), "user-agent: " + facebook + "\r\n", true},
		{"made ready ahead", named.Path(), head + "Sec-Purpose: prefetch;prerender\r\nPurpose: prefetch\r\n", true},
		{"client hints", named.Path(), head + "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n" +
			"Sec-CH-UA: \"Chromium\";v=\"130\"\r\nSec-CH-UA-Platform: \"Android\"\r\n", true},
		{"a stranger's cookie", named.Path(), head + "Cookie: a=b\r\n", true},
		{"a session's cookie", named.Path(), head + "Cookie: a=b; kollega=nothing\r\n", false},
		{"sent on", sent.Path(), head, true},
		{"sent on, packed", sent.Path(), head + "Accept-Encoding: gzip\r\n", true},
		{"closed", late.Path(), head, false},
		{"unknown", "/s/zzzzzzzz", head, false},
		{"too short", "/s/abc", head, false},
	} {
		request := "GET " + c.target + " HTTP/1.1\r\nHost: kollega.example\r\n" + c.headers + "\r\n"
		before, events := s.taken.Load(), count(t, s.Site, `select count(*) from events`)
		fast := said(t, s.raw(t, request)[0])
		if got := s.taken.Load() > before; got != c.taken {
			t.Errorf("%s: taken by the front: got %v, want %v", c.name, got, c.taken)
		}
		slow := said(t, s.slow(t, request))
		if fast != slow {
			t.Errorf("%s: the front says\n%s\nthe route says\n%s", c.name, fast, slow)
		}
		if strings.HasPrefix(fast, "404") {
			continue
		}
		s.alike(t, c.name, events+2)
	}
}

// alike compares the last two events, once there are n.
func (s *frontSite) alike(t *testing.T, name string, n int) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); count(t, s.Site, `select count(*) from events`) < n; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: the events do not come", name)
		}
	}
	const columns = `kind, class, reason, rules, signals, link_id, job_id, clip_id, channel, visitor, referrer_host, device, os, language, country`
	different := count(t, s.Site, `select count(distinct (`+columns+`)) from (select `+columns+` from events order by at desc, id desc limit 2) last`)
	if different != 1 {
		t.Errorf("%s: the front and the route do not record the same", name)
	}
}

// Several requests in one packet, and others than clicks behind them, are all answered in their order.
func TestFrontPassesOn(t *testing.T) {
	t.Parallel()
	s := newFrontSite(t)
	link := s.Link(s.Person("employee"), s.Job(models.Job{}), "")
	s.App.Directory.Sync(t.Context())
	click := "GET " + link.Path() + " HTTP/1.1\r\nHost: h\r\n\r\n"
	rest := "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n"
	for _, c := range []struct {
		name     string
		requests []string
		status   []int
		taken    int64
	}{
		{"clicks in one packet", []string{click, click, click}, []int{200, 200, 200}, 3},
		{"a click, then another page", []string{click, rest, click}, []int{200, 200, 200}, 1},
		{"another page first", []string{rest, click}, []int{200, 200}, 0},
		{"the last on this connection", []string{"GET " + link.Path() + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"}, []int{200}, 0},
		{"an old program", []string{"GET " + link.Path() + " HTTP/1.0\r\n\r\n"}, []int{200}, 0},
		{"a body", []string{"GET " + link.Path() + " HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab", click}, []int{200, 200}, 0},
		{"no host", []string{"GET " + link.Path() + " HTTP/1.1\r\n\r\n"}, []int{400}, 0},
		{"two hosts", []string{"GET " + link.Path() + " HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"}, []int{400}, 0},
	} {
		before := s.taken.Load()
		var got []int
		for _, a := range s.raw(t, c.requests...) {
			got = append(got, a.StatusCode)
		}
		if !slices.Equal(got, c.status) || s.taken.Load()-before != c.taken {
			t.Errorf("%s: got %v, %d by the front, want %v and %d", c.name, got, s.taken.Load()-before, c.status, c.taken)
		}
	}
}
