package tracking

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"kollega/models"
)

func newTestJudge(t testing.TB) *Judge {
	t.Helper()
	j, err := NewJudge()
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// open is the request with which a browser opens a page.
func (b *browser) open(path string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "https://jobs.example.org"+path, nil)
	h := r.Header
	h.Set("User-Agent", b.ua)
	h.Set("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
	h.Set("Accept-Language", "nb-NO,nb;q=0.9,en;q=0.8")
	if b.fetch {
		h.Set("Sec-Fetch-Site", "none")
		h.Set("Sec-Fetch-Mode", "navigate")
		h.Set("Sec-Fetch-Dest", "document")
	}
	if b.brands != "" {
		h.Set("Sec-Ch-Ua", b.brands)
		h.Set("Sec-Ch-Ua-Platform", `"`+b.system+`"`)
	}
	if b.referer != "" {
		h.Set("Referer", b.referer)
	}
	return r
}

func TestBrowsersArePeople(t *testing.T) {
	t.Parallel()
	if len(browsers) < 40 {
		t.Errorf("%d browsers, want at least 40", len(browsers))
	}
	j := newTestJudge(t)
	for _, b := range browsers {
		v := j.Judge(FromHTTP(b.open("/s/abc"), "192.0.2.1"))
		if v.Class != models.ClassHuman {
			t.Errorf("%s: got %s (%s), want human", b.name, v.Class, v.Reason)
		}
		if v.Device == "" || v.OS == "" || v.Language != "nb" {
			t.Errorf("%s: got device %q, system %q, language %q", b.name, v.Device, v.OS, v.Language)
		}
		bare := httptest.NewRequest(http.MethodGet, "http://kollega.lan/s/abc", nil) // without https browsers tell little
		bare.TLS = nil
		bare.Header.Set("User-Agent", b.ua)
		bare.Header.Set("Accept", "text/html")
		if v := j.Judge(FromHTTP(bare, "")); v.Class != models.ClassHuman {
			t.Errorf("%s with few headers: got %s (%s), want human", b.name, v.Class, v.Reason)
		}
	}
}

func TestListedCrawlersAreNoPeople(t *testing.T) {
	t.Parallel()
	j := newTestJudge(t)
	data, err := os.ReadFile("testdata/crawlers.txt")
	if err != nil {
		t.Fatal(err)
	}
	n, unlisted := 0, 0
	for ua := range strings.Lines(string(data)) {
		ua = strings.TrimSuffix(ua, "\n")
		if strings.HasPrefix(ua, "#") {
			continue
		}
		n++
		b := browser{ua: ua, fetch: true}
		v := j.Judge(FromHTTP(b.open("/s/abc"), ""))
		if v.Class != models.ClassBot && v.Class != models.ClassPreview {
			t.Errorf("%q: got %s (%s)", ua, v.Class, v.Reason)
		}
		if j.list.written.find(string(textStart)+ua+string(textEnd)).class == "" {
			unlisted++
		}
	}
	if n < 2000 {
		t.Errorf("%d samples, want at least 2000", n)
	}
	t.Logf("%d samples; %d of them by expressions or own words; %d expressions", n, unlisted, len(j.list.regexps))
}

// TestPatternsMeetTheirMeaning holds the literals to what the expressions they were made from match.
func TestPatternsMeetTheirMeaning(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		pattern string
		want    string
	}{
		{`[wW]get`, "Wget wget"},
		{`^curl`, "\x02curl"},
		{`(^| )PTST\/`, "\x02PTST/  PTST/"},
		{`Automaton|Newsify`, "Automaton Newsify"},
		{`SSL Labs$`, "SSL Labs\x03"},
		{`Ahrefs(Bot|SiteAudit)`, "AhrefsBot AhrefsSiteAudit"},
		{`Current[\s\S]*RSS`, ""},
		{`AdsBot-Google([^-]|$)`, ""},
	} {
		got, ok, err := expand(tt.pattern)
		if err != nil || ok != (tt.want != "") || ok && strings.Join(got, " ") != tt.want {
			t.Errorf("expand(%q) = %q, %v, %v; want %q", tt.pattern, got, ok, err, tt.want)
		}
	}
}

func TestJudge(t *testing.T) {
	t.Parallel()
	j := newTestJudge(t)
	windows, iphone, android := &browsers[0], &browsers[15], &browsers[4]
	for _, tt := range []struct {
		name   string
		from   *browser
		change func(r *http.Request)
		more   func(r *Request)
		class  string
		reason string
	}{
		{"HEAD with a browser's name", windows, func(r *http.Request) { r.Method = http.MethodHead }, nil, models.ClassBot, "method"},
		{"HEAD of a previewer", &browser{ua: "Twitterbot/1.0"}, func(r *http.Request) { r.Method = http.MethodHead }, nil, models.ClassPreview, "agent:twitterbot"},
		{"prerender", windows, set("Sec-Purpose", "prefetch;prerender"), nil, models.ClassPrefetch, "prerender"},
		{"prefetch", windows, set("Purpose", "prefetch"), nil, models.ClassPrefetch, "prefetch"},
		{"Firefox' prefetch", &browsers[11], set("X-Moz", "prefetch"), nil, models.ClassPrefetch, "prefetch"},
		{"Safari's top sites", &browsers[18], set("X-Purpose", "preview"), nil, models.ClassPrefetch, "preview"},
		{"no user agent", &browser{}, nil, nil, models.ClassBot, "agent:none"},
		{"Messages on a Mac", &browser{ua: "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0"}, nil, nil, models.ClassPreview, "agent:facebookexternalhit"},
		{"Teams' preview", &browser{ua: "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com"}, nil, nil, models.ClassPreview, "agent:skypeuripreview"},
		{"WhatsApp's preview", &browser{ua: "WhatsApp/2.24.9.78 A"}, nil, nil, models.ClassPreview, "agent:WhatsApp"},
		{"Slack's preview", &browser{ua: "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"}, nil, nil, models.ClassPreview, "agent:slackbot"},
		{"Snapchat's preview", &browser{ua: "Mozilla/5.0 (Snap URL Preview Service; bot; snapchat; https://developers.snap.com/robots)"}, nil, nil, models.ClassPreview, "agent:snap url preview"},
		{"Office looks ahead", &browser{ua: "Mozilla/4.0 (compatible; ms-office; MSOffice 16)"}, nil, nil, models.ClassPreview, "agent:ms-office"},
		{"Google", &browser{ua: "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}, nil, nil, models.ClassBot, "agent:Googlebot/"},
		{"Barracuda", &browser{ua: "Mozilla/5.0 (Windows NT 10.0) BarracudaCentral"}, nil, nil, models.ClassBot, "agent:scanner barracuda"},
		{"Proofpoint", &browser{ua: "Mozilla/5.0 (compatible; Proofpoint URL Defense)"}, nil, nil, models.ClassBot, "agent:scanner proofpoint"},
		{"Mimecast", &browser{ua: "Mozilla/5.0 Mimecast"}, nil, nil, models.ClassBot, "agent:scanner mimecast"},
		{"a script", &browser{ua: "python-requests/2.31"}, nil, nil, models.ClassBot, "agent:python-requests"},
		{"an unheard-of bot", &browser{ua: "Mozilla/5.0 (compatible; NovelBot 1)"}, nil, nil, models.ClassBot, "agent:bot"},
		{"the link's owner", iphone, nil, func(r *Request) { r.Who = Owner }, models.ClassSelf, "owner"},
		{"other staff", iphone, nil, func(r *Request) { r.Who = Internal }, models.ClassInternal, "staff"},
		{"the owner's bot stays one", &browser{ua: "Twitterbot/1.0"}, nil, func(r *Request) { r.Who = Owner }, models.ClassPreview, "agent:twitterbot"},
		{"Chrome's name, nobody's headers", &browser{ua: windows.ua}, del("Accept-Language"), nil, models.ClassSuspect, "headers:no fetch metadata, no language"},
		{"no language, no html", &browser{ua: iphone.ua}, both(del("Accept-Language"), set("Accept", "*/*")), nil, models.ClassSuspect, "headers:no language, no html"},
		{"Windows' hints on an iPhone", iphone, set("Sec-Ch-Ua", chromeBrands), nil, models.ClassSuspect, "headers:hints without Chromium"},
		{"Windows' hints on Android", android, set("Sec-Ch-Ua-Platform", `"Windows"`), nil, models.ClassSuspect, "headers:platform"},
		{"a hidden headless", windows, set("Sec-Ch-Ua", `"HeadlessChrome";v="131"`), nil, models.ClassSuspect, "headers:headless"},
		{"fetched by a script", windows, set("Sec-Fetch-Mode", "cors"), nil, models.ClassSuspect, "headers:no navigation"},
		{"a language stripped by a proxy", windows, del("Accept-Language"), nil, models.ClassHuman, "ok"},
		{"a few links", iphone, nil, func(r *Request) { r.Links = burstLinks - 1 }, models.ClassHuman, "ok"},
		{"many links", iphone, nil, func(r *Request) { r.Links = burstLinks }, models.ClassSuspect, "burst"},
	} {
		r := tt.from.open("/s/abc")
		if tt.change != nil {
			tt.change(r)
		}
		req := FromHTTP(r, "192.0.2.1")
		if tt.more != nil {
			tt.more(&req)
		}
		v := j.Judge(req)
		if v.Class != tt.class || v.Reason != tt.reason {
			t.Errorf("%s: got %s (%s), want %s (%s)", tt.name, v.Class, v.Reason, tt.class, tt.reason)
		}
		if class, reason, ok := j.Again(v.Signals); !ok || class != v.Class || reason != v.Reason {
			t.Errorf("%s: again from %q: got %s (%s), want %s (%s)", tt.name, v.Signals, class, reason, v.Class, v.Reason)
		}
	}
}

func set(key, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(key, value) }
}

func del(key string) func(*http.Request) { return func(r *http.Request) { r.Header.Del(key) } }

func both(a, b func(*http.Request)) func(*http.Request) {
	return func(r *http.Request) { a(r); b(r) }
}

// TestSignalsSuffice judges every known user agent again from what is kept, and looks for what must not be kept.
func TestSignalsSuffice(t *testing.T) {
	t.Parallel()
	j := newTestJudge(t)
	data, err := os.ReadFile("testdata/crawlers.txt")
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Split(string(data), "\n")
	for _, b := range browsers {
		all = append(all, b.ua)
	}
	for _, ua := range all {
		b := browser{ua: ua}
		v := j.Judge(FromHTTP(b.open("/s/abc"), ""))
		class, reason, ok := j.Again(v.Signals)
		if !ok || class != v.Class || reason != v.Reason {
			t.Errorf("%q: kept %q: got %s (%s), want %s (%s)", ua, v.Signals, class, reason, v.Class, v.Reason)
		}
	}
	for _, b := range browsers {
		v := j.Judge(FromHTTP(b.open("/s/abc"), "192.0.2.1"))
		for _, secret := range []string{"192.0.2", "iPhone14", "SM-S911B", "Pixel", "17_5", "9E6A8B4C", "nb_NO", "Build"} {
			if strings.Contains(v.Signals, secret) {
				t.Errorf("%s: signals %q keep %q", b.name, v.Signals, secret)
			}
		}
	}
}

func TestReferringHost(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ referrer, want string }{
		{"https://www.LinkedIn.com/feed/?trk=1", "www.linkedin.com"},
		{"android-app://com.linkedin.android/", "com.linkedin.android"},
		{"https://jobs.example.org/jobs", ""},
		{"http://user:secret@t.co:8080/x", "t.co"},
		{"%%", ""},
		{"https://a<b>/", ""},
	} {
		if got := referringHost(tt.referrer, "jobs.example.org"); got != tt.want {
			t.Errorf("referringHost(%q) = %q, want %q", tt.referrer, got, tt.want)
		}
	}
}

func BenchmarkJudge(b *testing.B) {
	j := newTestJudge(b)
	r := FromHTTP(browsers[29].open("/s/abc"), "192.0.2.1")
	b.ReportAllocs()
	for b.Loop() {
		if v := j.Judge(r); !v.Human() {
			b.Fatal(v)
		}
	}
}

func BenchmarkReadAgent(b *testing.B) {
	j := newTestJudge(b)
	b.ReportAllocs()
	for b.Loop() {
		if a := j.list.read(browsers[29].ua); a.class != "" {
			b.Fatal(a)
		}
	}
}
