package public_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"kollega/handlers/handlerstest"
	"kollega/models"
	"kollega/static"
)

func TestLandingPage(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	low, high := 550000.0, 650000.0
	deadline := s.DB.Now().UTC().AddDate(0, 1, 0).Truncate(24 * time.Hour)
	job := s.Job(models.Job{
		Title: "Elektriker", Description: "Du **tenner** lys </script><script>alert(1)</script> i nord.", PayMin: &low, PayMax: &high,
		PayCurrency: "NOK", PayPeriod: "YEAR", Deadline: &deadline, Slug: "elektriker",
	})
	s.Clip(job, models.Clip{Title: "En dag i masta"})
	s.Job(models.Job{Title: "Kokk", Slug: "kokk"})
	filled := s.Job(models.Job{Title: "Rørlegger", Slug: "rorlegger", Status: models.JobFilled})
	draft := s.Job(models.Job{Title: "Hemmelig jobb", Slug: "hemmelig", Status: models.JobDraft})
	abroad := s.Job(models.Job{Title: "Sveiser", Slug: "sveiser", ApplyURL: "https://jobs.example.com/42?a=b"})
	ended := s.Job(models.Job{Title: "Snekker", Slug: "snekker", ApplyURL: "https://jobs.example.com/43", Status: models.JobClosed})

	kari := s.User(models.User{Name: "Kari Nordmann", ShowName: true})
	shy := s.User(models.User{Name: "Sjenert Person"})
	gone := s.User(models.User{Name: "Sluttet Hansen", ShowName: true})
	links := map[string]string{
		"kari": s.Link(kari, job, "facebook").Code, "shy": s.Link(shy, job, "x").Code, "gone": s.Link(gone, job, "").Code,
		"off": s.Link(kari, job, "sms").Code, "filled": s.Link(kari, filled, "").Code, "draft": s.Link(kari, draft, "").Code,
		"abroad": s.Link(kari, abroad, "").Code, "ended": s.Link(kari, ended, "").Code,
	}
	exec := func(sql string, args ...any) {
		if _, err := s.DB.Pool().Exec(t.Context(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	exec(`update users set deactivated_at = now() where id = $1`, gone.ID)
	exec(`update links set disabled_at = now() where code = $1`, links["off"])

	form := `action="/s/` + links["kari"] + `/apply?lang=nb#apply"`
	s.Run(t, []handlerstest.Scenario{
		{
			Name: "a colleague's link", Path: "/s/" + links["kari"], WantStatus: 200,
			WantBody: []string{
				"Kari Nordmann", "<strong>tenner</strong>", "550\u202f000", "Bodø", "Heltid", form, `name="visit" value="`, `property="og:url" content="` + s.App.URL("/s/"+links["kari"]),
				`property="og:image:width" content="1200"`, `property="og:image" content="` + s.App.BaseURL.String() + "/media/", `content="noindex"`, `rel="canonical"`, "twitter:card", `<video`, `enctype="multipart/form-data"`,
			},
			NotBody: []string{"og:video", "<script>alert", "ld+json", "http-equiv", "checked"},
		},
		{Name: "in capitals", Path: "/s/" + strings.ToUpper(links["kari"]), WantStatus: 200, WantBody: []string{"Kari Nordmann", form}},
		{Name: "in English", Path: "/s/" + links["kari"] + "?lang=en", WantStatus: 200, WantBody: []string{`lang="en"`, "Apply for the job", "apply?lang=en", "Full time", `content="en_GB"`, `href="/jobs?lang=en"`}},
		{Name: "who did not agree to be named", Path: "/s/" + links["shy"], WantStatus: 200, WantBody: []string{"Elektriker"}, NotBody: []string{"Sjenert"}},
		{Name: "who does not work here any more", Path: "/s/" + links["gone"], WantStatus: 200, WantBody: []string{"Elektriker", "/s/" + links["gone"] + "/apply"}, NotBody: []string{"Sluttet"}},
		{Name: "turned off", Path: "/s/" + links["off"], WantStatus: 200, WantBody: []string{"Elektriker", `action="/jobs/elektriker/apply`}, NotBody: []string{"Kari"}},
		{Name: "filled", Path: "/s/" + links["filled"], WantStatus: 200, WantBody: []string{"noen som har fått", `href="/jobs/kokk"`, `href="/jobs/elektriker"`}, NotBody: []string{"<form", "jobs/rorlegger\""}},
		{Name: "a draft", Path: "/s/" + links["draft"], WantStatus: 404, WantBody: []string{"Kokk"}, NotBody: []string{"Hemmelig"}},
		{Name: "unknown code", Path: "/s/zzzzzzzz", WantStatus: 404, WantBody: []string{"fører ingen steder", "Kokk", "Elektriker"}},
		{Name: "no code at all", Path: "/s/%22%3E%3Cscript%3E", WantStatus: 404, WantBody: []string{"fører ingen steder"}, NotBody: []string{"<script>"}},
		{Name: "applies elsewhere", Path: "/s/" + links["abroad"], WantStatus: 302, WantLocation: "https://jobs.example.com/42?a=b"},
		{Name: "applied elsewhere, closed", Path: "/s/" + links["ended"], WantStatus: 200, WantBody: []string{"tar ikke imot"}, NotBody: []string{"jobs.example.com"}},
		{
			Name: "the open door", Path: "/jobs/elektriker", WantStatus: 200, WantBody: []string{`"@type":"JobPosting"`, `"@type":"VideoObject"`, `"employmentType":"FULL_TIME"`, `"minValue":550000`, `/jobs/elektriker/apply?lang=nb`},
			NotBody: []string{"Kari", `content="noindex"`, "<script>alert"},
		},
		{Name: "the open door to a job elsewhere", Path: "/jobs/sveiser", WantStatus: 200, WantBody: []string{`href="https://jobs.example.com/42?a=b"`, `"directApply":false`}, NotBody: []string{"<form"}},
		{Name: "the open door to a filled job", Path: "/jobs/rorlegger", WantStatus: 200, WantBody: []string{"noen som har fått", `content="noindex"`}, NotBody: []string{"ld+json"}},
		{Name: "the door to a draft", Path: "/jobs/hemmelig", WantStatus: 404, NotBody: []string{"Hemmelig"}},
		{Name: "open jobs", Path: "/jobs", WantStatus: 200, WantBody: []string{"Elektriker", "Kokk", "Sveiser", "/poster"}, NotBody: []string{"Rørlegger", "Hemmelig", "Snekker"}},
		{Name: "privacy", Path: "/privacy?lang=en", WantStatus: 200, WantBody: []string{"personvern@example.org", "6 months", "Datatilsynet", "Fjordheim"}},
		{Name: "sitemap", Path: "/sitemap.xml", WantStatus: 200, WantBody: []string{"/jobs/elektriker</loc>"}, NotBody: []string{"/s/", "rorlegger", "hemmelig"}},
		{Name: "robots", Path: "/robots.txt", WantStatus: 200, WantBody: []string{"Sitemap: " + s.App.URL("/sitemap.xml")}, NotBody: []string{"/s/"}},
		{Name: "the form's address opened anew", Path: "/s/" + links["kari"] + "/apply?lang=en", WantStatus: 303, WantLocation: "/s/" + links["kari"] + "?lang=en#apply"},
		{Name: "thanks", Path: "/jobs/elektriker/thanks?lang=en", WantStatus: 200, WantBody: []string{"What happens next?", "Kokk"}, NotBody: []string{"Elektriker</a>"}},
	})
}

func TestLandingHeaders(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job := s.Job(models.Job{})
	link := s.Link(s.Person("employee"), job, "")
	for _, c := range []struct{ method, path, robots string }{
		{http.MethodGet, link.Path(), "noindex"},
		{http.MethodHead, link.Path(), "noindex"},
		{http.MethodGet, "/jobs/" + job.Slug, ""},
		{http.MethodGet, "/jobs", ""},
		{http.MethodGet, "/s/zzzzzzzz", "noindex"},
		{http.MethodGet, "/privacy", ""},
	} {
		got := s.Guest().Do(c.method, c.path, nil, browser...)
		head := got.Header
		if head.Get("Set-Cookie") != "" {
			t.Errorf("%s %s sets a cookie: %q", c.method, c.path, head.Get("Set-Cookie"))
		}
		if csp := head.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "script-src 'self'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: got policy %q", c.path, csp)
		}
		if head.Get("X-Robots-Tag") != c.robots {
			t.Errorf("%s: got X-Robots-Tag %q, want %q", c.path, head.Get("X-Robots-Tag"), c.robots)
		}
		if strings.HasPrefix(c.path, "/s/") && head.Get("Cache-Control") != "private, no-store" {
			t.Errorf("%s: got Cache-Control %q", c.path, head.Get("Cache-Control"))
		}
		if c.method == http.MethodHead && (got.Body != "" || got.Status != http.StatusOK) {
			t.Errorf("HEAD: got status %d and %d bytes", got.Status, len(got.Body))
		}
	}
}

// Who is signed in is seen without touching the cookie, and the page is the same for everybody.
func TestClickClasses(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job := s.Job(models.Job{})
	away := s.Job(models.Job{ApplyURL: "https://jobs.example.com/1"})
	owner := s.Person("employee")
	link, out := s.Link(owner, job, ""), s.Link(owner, away, "")
	for _, c := range []struct {
		name, as, method, path string
		headers                []string
		class, link            string
		status                 int
	}{
		{"a person", "", "GET", link.Path(), browser, models.ClassHuman, link.ID.String(), 200},
		{"a probe", "", "HEAD", link.Path(), browser, models.ClassBot, link.ID.String(), 200},
		{"Facebook's preview", "", "GET", link.Path(), with("User-Agent", facebook), models.ClassPreview, link.ID.String(), 200},
		{"made ready ahead", "", "GET", link.Path(), with("Sec-Purpose", "prefetch;prerender"), models.ClassPrefetch, link.ID.String(), 200},
		{"a program", "", "GET", link.Path(), with("User-Agent", "curl/8.5.0"), models.ClassBot, link.ID.String(), 200},
		{"the link's owner", "employee", "GET", link.Path(), browser, models.ClassSelf, link.ID.String(), 200},
		{"another of the house", "hr", "GET", link.Path(), browser, models.ClassInternal, link.ID.String(), 200},
		{"a person sent on", "", "GET", out.Path(), browser, models.ClassHuman, out.ID.String(), 302},
		{"a person at the open door", "", "GET", "/jobs/" + job.Slug, browser, models.ClassHuman, "", 200},
		{"unknown", "", "GET", "/s/zzzzzzzz", browser, "", "", 404},
	} {
		before := count(t, s, `select count(*) from events where kind = 'click'`)
		got := s.As(c.as).Do(c.method, c.path, nil, c.headers...)
		if got.Status != c.status || got.Header.Get("Set-Cookie") != "" || strings.Contains(got.Body, "Hansen") {
			t.Errorf("%s: got status %d, cookie %q", c.name, got.Status, got.Header.Get("Set-Cookie"))
		}
		if c.class == "" {
			continue
		}
		events := recorded(t, s, models.KindClick, before+1)
		if last := events[len(events)-1]; last != [2]string{c.class, c.link} {
			t.Errorf("%s: got %v, want %s of link %q", c.name, last, c.class, c.link)
		}
	}
}

var visitField = regexp.MustCompile(`name="visit" value="([^"]+)"`)

// visitOf opens a page as a person does and gives the token in its form.
func visitOf(t *testing.T, c *handlerstest.Client, path string) string {
	t.Helper()
	found := visitField.FindStringSubmatch(plainBody(t, c.Get(path, browser...)))
	if found == nil {
		t.Fatalf("%s has no visit token", path)
	}
	return found[1]
}

// plainBody is an answer's text; who asks for gzip by hand gets gzip.
func plainBody(t *testing.T, a handlerstest.Answer) string {
	t.Helper()
	if a.Header.Get("Content-Encoding") != "gzip" {
		return a.Body
	}
	r, err := gzip.NewReader(strings.NewReader(a.Body))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := b.ReadFrom(r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestReports(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job := s.Job(models.Job{})
	link := s.Link(s.Person("employee"), job, "")
	token := visitOf(t, s.Guest(), link.Path())
	body := func(token, kind string) string {
		b, _ := json.Marshal(map[string]string{"v": token, "k": kind})
		return string(b)
	}
	for _, c := range []struct {
		name, body string
		want       int
	}{
		{"view", body(token, "view"), 204},
		{"once more", body(token, "view"), 204},
		{"play", body(token, "play"), 204},
		{"forged", body(token[:len(token)-4]+"AAAA", "view"), 400},
		{"no token", body("", "view"), 400},
		{"a click is nobody's to report", body(token, "click"), 400},
		{"an application is nobody's to report", body(token, "apply"), 400},
		{"no JSON", "view", 400},
		{"too long", body(token, strings.Repeat("x", 2000)), 400},
	} {
		got := s.Guest().Do(http.MethodPost, "/e", strings.NewReader(c.body), with("Content-Type", "text/plain;charset=UTF-8")...)
		if got.Status != c.want || got.Header.Get("Set-Cookie") != "" || got.Body != "" {
			t.Errorf("%s: got %d %q, want %d", c.name, got.Status, got.Body, c.want)
		}
	}
	if e := recorded(t, s, models.KindView, 1); e[0] != [2]string{models.ClassHuman, link.ID.String()} {
		t.Errorf("got %v", e)
	}
	recorded(t, s, models.KindPlay, 1)
	now := s.DB.Now
	s.DB.Now = func() time.Time { return now().Add(25 * time.Hour) }
	if got := s.Guest().Do(http.MethodPost, "/e", strings.NewReader(body(token, "q25")), browser...); got.Status != http.StatusGone {
		t.Errorf("stale: got %d, want 410", got.Status)
	}
}

// Everything that a phone needs to show the page, but for the clip and its poster.
func TestLandingIsSmall(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job := s.Job(models.Job{Description: strings.Repeat("Du blir med på laget som holder strømmen i gang, fra fjære til fjell. ", 40)})
	s.Clip(job, models.Clip{})
	kari := s.User(models.User{ShowName: true})
	page := s.Guest().Get(s.Link(kari, job, "").Path(), browser...)
	if page.Header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("the page is not compressed: %v", page.Header)
	}
	total := len(page.Body)
	t.Logf("html: %d bytes", total)
	html := plainBody(t, page)
	for _, name := range []string{"landing.css", "landing.js"} {
		if !strings.Contains(html, static.Path(name)) {
			t.Errorf("the page lacks %s", name)
		}
		r := httptest.NewRequest(http.MethodGet, strings.TrimPrefix(static.Path(name), strings.TrimSuffix(static.Prefix, "/")), nil)
		r.Header.Set("Accept-Encoding", "gzip")
		w := httptest.NewRecorder()
		http.StripPrefix("/", static.Handler()).ServeHTTP(w, r)
		if w.Code != http.StatusOK || w.Header().Get("Content-Encoding") != "gzip" {
			t.Fatalf("%s: got %d %v", name, w.Code, w.Header())
		}
		t.Logf("%s: %d bytes", name, w.Body.Len())
		total += w.Body.Len()
	}
	total += len(s.Guest().Get("/theme.css", browser...).Body)
	t.Logf("in all: %d bytes", total)
	script, err := os.ReadFile(filepath.Join("../../static/dist", filepath.Base(static.Path("landing.js"))))
	if err != nil || len(script) >= 2000 {
		t.Errorf("the page's own script has %d bytes, %v; want under 2 kB, not compressed", len(script), err)
	}
	if total > 40_000 {
		t.Errorf("got %d bytes in all, want 40,000 at most", total)
	}
	if others := regexp.MustCompile(`(?:src|href|poster|action)="((?:https?:)?//[^"]*)"`).FindAllStringSubmatch(html, -1); len(others) > 1 { // the canonical address is our own
		t.Errorf("the page names other origins: %v", others)
	}
}
