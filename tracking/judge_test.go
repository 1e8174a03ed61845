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

// open is the request with which a browser opens a page by https.
func (b *browser) open(path string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "https://jobs.example.org"+path, nil)
	b.headers(r.Header)
	return r
}

// headers are those that a browser sends when a person follows a link by https.
func (b *browser) headers(h http.Header) {
	b.plain(h)
	if b.fetch {
		site := "none"
		if b.referer != "" {
			site = "cross-site"
		}
		h.Set("Sec-Fetch-Site", site)
		h.Set("Sec-Fetch-Mode", "navigate")
		h.Set("Sec-Fetch-Dest", "document")
		if strings.Contains(b.ua, "Chrome/") || strings.Contains(b.ua, "Gecko/") {
			h.Set("Sec-Fetch-User", "?1")
		}
	}
	if b.brands != "" {
		h.Set("Sec-Ch-Ua", b.brands)
		h.Set("Sec-Ch-Ua-Mobile", map[bool]string{true: "?1", false: "?0"}[strings.Contains(b.ua, "Mobile")])
		h.Set("Sec-Ch-Ua-Platform", `"`+b.system+`"`)
	}
}

// plain are those that it sends by http, too.
func (b *browser) plain(h http.Header) {
	h.Set("User-Agent", b.ua)
	h.Set("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
	h.Set("Accept-Language", "nb-NO,nb;q=0.9,en;q=0.8")
	h.Set("Accept-Encoding", "gzip, deflate, br")
	h.Set("Upgrade-Insecure-Requests", "1")
	if strings.Contains(b.ua, "Chrome/") {
		h.Set("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7")
		h.Set("Accept-Encoding", "gzip, deflate, br, zstd")
	}
	if b.referer != "" {
		h.Set("Referer", b.referer)
	}
	if b.app != "" {
		h.Set("X-Requested-With", b.app)
	}
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
		plain := httptest.NewRequest(http.MethodGet, "http://kollega.lan/s/abc", nil)
		b.plain(plain.Header)
		if v := j.Judge(FromHTTP(plain, "192.0.2.1")); v.Class != models.ClassHuman {
			t.Errorf("%s by http: got %s (%s), want human", b.name, v.Class, v.Reason)
		}
		bare := httptest.NewRequest(http.MethodGet, "http://kollega.lan/s/abc", nil) // through a proxy that strips the rest
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

// unlisted are programs that fetch a link for somebody and that crawler-user-agents has not, or not under this name, with the headers
// they send. None of them is a person.
var unlisted = []struct{ ua, accept, language string }{
	{"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0", "*/*", "nb"}, // iMessage
	{"Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com", "*/*", ""},
	{"Mozilla/5.0 (compatible; MicrosoftPreview/2.0; +https://aka.ms/MicrosoftPreview) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Safari/537.36", "text/html", "en"},
	{"Microsoft-Teams-Link-Preview/1.0", "text/html", ""},
	{"Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; WOW64; Trident/7.0; .NET4.0C; .NET4.0E; Microsoft Outlook 16.0.4266; ms-office; MSOffice 16)", "*/*", "nb"},
	{"Outlook-iOS/711.2620504.prod.iphone (4.2445.0)", "text/html", "nb"},
	{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/118.0.0.0 Safari/537.36 SafeLinks", "text/html", "en"},
	{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/118.0.0.0 Safari/537.36", "*/*", ""}, // Safe Links' usual disguise
	{"Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/84.0.4147.125 Safari/537.36", "*/*", ""},   // Proofpoint's
	{"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/128.0.0.0 Safari/537.36", "text/html", "en"},
	{"Barracuda Sentinel (EE)", "*/*", ""},
	{"Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/103.0.0.0 Safari/537.36 BarracudaCentral", "text/html", "en"},
	{"Mozilla/5.0 (compatible; Proofpoint URL Defense/1.0)", "text/html", "en"},
	{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) Mimecast URL Protect", "text/html", "en"},
	{"Mozilla/5.0 (compatible; Symantec MessageLabs Link Following)", "text/html", "en"},
	{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0.0.0 Safari/537.36 Sophos Time-of-Click", "text/html", "en"},
	{"Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Mobile Safari/537.36 GoogleMessages/20241101", "text/html", "nb"},
	{"Mozilla/5.0 (compatible; Google-Safety; +http://www.google.com/bot.html)", "text/html", ""},
	{"Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)", "image/*", ""},
	{"Viber/13.3.0.5 CFNetwork/1209 Darwin/20.2.0", "*/*", "nb"},
	{"WhatsApp/2.24.21.79 i", "*/*", "nb"},
	{"Snapchat/13.16.0.41 (iPhone14,5; iOS 17.5.1; gzip)", "*/*", "nb"},
	{"Mozilla/5.0 (compatible; Bluesky Cardyb/1.1; +mailto:support@bsky.app)", "*/*", ""},
	{"http.rb/5.1.1 (Mastodon/4.2.10; +https://snabelen.no/) Bot", "text/html", ""},
	{"Mozilla/5.0 (compatible; Nextcloud Server Crawler)", "*/*", ""},
	{"Synapse (bot; +https://github.com/matrix-org/synapse)", "text/html", "en"},
	{"Rocket.Chat/7.0.0", "text/html", ""},
	{"Mozilla/5.0 (compatible; Zulip URL Preview; +https://zulip.com) ZulipURLPreview/9.2", "text/html", ""},
	{"LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)", "*/*", "en-US"},
	{"Iframely/1.3.1 (+https://iframely.com/docs/about) Atlassian", "*/*", ""},
	{"meta-externalfetcher/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)", "*/*", ""},
	{"okhttp/4.12.0", "", ""},
	{"Dalvik/2.1.0 (Linux; U; Android 14; SM-S911B Build/UP1A.231005.007)", "", ""},
	{"", "text/html", "nb"},
}

func TestUnlistedFetchersAreNoPeople(t *testing.T) {
	t.Parallel()
	j := newTestJudge(t)
	for _, u := range unlisted {
		r := httptest.NewRequest(http.MethodGet, "https://jobs.example.org/s/abc", nil)
		r.Header.Set("User-Agent", u.ua)
		r.Header.Set("Accept", u.accept)
		if u.language != "" {
			r.Header.Set("Accept-Language", u.language)
		}
		if v := j.Judge(FromHTTP(r, "192.0.2.1")); v.Class == models.ClassHuman {
			t.Errorf("%q: got %s (%s)", u.ua, v.Class, v.Reason)
		}
	}
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
	windows, iphone, android, old := &browsers[0], &browsers[15], &browsers[4], &browsers[16]
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
		{"many links at once", iphone, nil, opens(burstLinks, burstLinks, false), models.ClassSuspect, "burst"},
		{"a little later each", iphone, nil, opens(crowdLinks-1, burstLinks-1, false), models.ClassHuman, "ok"},
		{"more than a crowd", iphone, nil, opens(crowdLinks, burstLinks-1, false), models.ClassSuspect, "burst"},
		{"a few links by what does not say where it goes", old, nil, opens(burstLinks-1, 1, false), models.ClassHuman, "ok"},
		{"many links by it", old, nil, opens(burstLinks, 1, false), models.ClassSuspect, "burst"},
		{"many links into a frame", windows, set("Sec-Fetch-Dest", "iframe"), opens(burstLinks, 1, false), models.ClassSuspect, "burst"},
		{"one link after a burst", iphone, nil, opens(1, 1, true), models.ClassSuspect, "burst"},
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

// opens is what else the visitor opened.
func opens(links, atOnce int, after bool) func(*Request) {
	return func(r *Request) { r.Lately = Lately{links, atOnce, after} }
}

// TestWhatRulesOneKept judges what the first rules kept: links that reached their limit stay a burst.
func TestWhatRulesOneKept(t *testing.T) {
	t.Parallel()
	j := newTestJudge(t)
	const kept = "GET||none/navigate/document|windows|slhc|0|%||Mozilla/5 (Windows) Chrome/131"
	for links, want := range map[string]string{"1": "human ok", "5": "human ok", "6": "suspect burst", "six": "  false"} {
		class, reason, ok := j.Again(strings.Replace(kept, "%", links, 1))
		got := class + " " + reason
		if !ok {
			got += " false"
		}
		if got != want {
			t.Errorf("%s links: got %s, want %s", links, got, want)
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
