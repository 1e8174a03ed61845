package demo

import (
	"net/netip"

	"kollega/models"
	"kollega/tracking"
)

// agent is a way in which a landing page is asked for, already judged by the rules that judge real requests.
type agent struct {
	verdict tracking.Verdict
	often   float64
	only    string // the channel it comes by; empty: any
}

const (
	iPhone    = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
	webView   = "Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/UD1A.230803.041; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/131.0.6778.39 Mobile Safari/537.36 "
	blink     = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 "
	brands    = `"Chromium";v="131", "Not_A Brand";v="24", "Google Chrome";v="131"`
	viewBrand = `"Android WebView";v="131", "Chromium";v="131", "Not_A Brand";v="24"`
	windows   = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) " + blink + "Safari/537.36"
	macOS     = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) "
)

// asking is a request as it comes in, in short.
type asking struct {
	often                           float64
	only, ua, brands, platform, ref string
	purpose                         string
	who                             tracking.Who
	links                           int
}

var people = []asking{
	{often: 14, ua: iPhone + "Version/17.5 Mobile/15E148 Safari/604.1"},
	{often: 10, ua: "Mozilla/5.0 (Linux; Android 10; K) " + blink + "Mobile Safari/537.36", brands: brands, platform: "Android"},
	{often: 7, ua: windows, brands: brands, platform: "Windows"},
	{often: 3, ua: macOS + "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15"},
	{often: 1, ua: "Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1"},
	{often: 1, ua: "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0"},
	{often: 25, only: "linkedin", ua: iPhone + "Mobile/15E148 [LinkedInApp]/9.29.8962", ref: "https://www.linkedin.com/"},
	{often: 12, only: "linkedin", ua: windows, brands: brands, platform: "Windows", ref: "https://www.linkedin.com/"},
	{often: 30, only: "facebook", ua: iPhone + "Mobile/21F90 [FBAN/FBIOS;FBAV/491.0.0.41.108;FBDV/iPhone14,5;FBSN/iOS;FBSV/17.5.1;FBLC/nb_NO]", ref: "https://l.facebook.com/"},
	{often: 20, only: "facebook", ua: webView + "[FB_IAB/FB4A;FBAV/491.0.0.62.77;IABMV/1;]", brands: viewBrand, platform: "Android", ref: "https://l.facebook.com/"},
	{often: 20, only: "instagram", ua: iPhone + "Mobile/21F90 Instagram 358.0.0.25.95 (iPhone14,5; iOS 17_5_1; nb_NO; nb; scale=3.00; 1170x2532; 658000000)", ref: "https://l.instagram.com/"},
	{often: 20, only: "snapchat", ua: iPhone + "Version/17.5 Mobile/15E148 Safari/604.1 Snapchat/13.16.0.41 (like Safari/8618.2.12.10.9, panda)"},
	{often: 20, only: "tiktok", ua: iPhone + "Mobile/15E148 musical_ly_37.0.0 JsSdk/2.0 NetType/WIFI Channel/App Store ByteLocale/nb Region/NO", ref: "https://www.tiktok.com/"},
	{often: 20, only: "x", ua: iPhone + "Mobile/15E148 Twitter for iPhone/10.67", ref: "https://t.co/"},
	{often: 25, only: "teams", ua: windows + " Edg/131.0.0.0", brands: `"Microsoft Edge";v="131", "Chromium";v="131", "Not_A Brand";v="24"`, platform: "Windows", ref: "https://teams.microsoft.com/"},
}

var others = []asking{
	{often: 7, ua: "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"},
	{often: 5, ua: "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)"},
	{often: 4, ua: "WhatsApp/2.24.9.78 A"},
	{often: 2, ua: "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"},
	{often: 2, ua: "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com"},
	{often: 4, ua: "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
	{often: 3, ua: "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)"},
	{often: 2, ua: "python-requests/2.32.3"},
	{often: 2, ua: windows, brands: brands, platform: "Windows", purpose: "prefetch"},
	{often: 4, ua: windows, brands: brands, platform: "Windows", who: tracking.Owner},
	{often: 5, ua: iPhone + "Version/17.5 Mobile/15E148 Safari/604.1", who: tracking.Internal},
	{often: 2, ua: windows, brands: brands, platform: "macOS"},
	{often: 1, ua: windows, brands: brands, platform: "Windows", links: 9},
}

// judged has today's rules judge every way of asking.
func judged() (human, other []agent, err error) {
	judge, err := tracking.NewJudge()
	if err != nil {
		return nil, nil, err
	}
	all := func(list []asking) []agent {
		out := make([]agent, len(list))
		for i, a := range list {
			out[i] = agent{verdict: judge.Judge(a.request()), often: a.often, only: a.only}
		}
		return out
	}
	return all(people), all(others), nil
}

func (a asking) request() tracking.Request {
	r := tracking.Request{
		Method: "GET", Host: "jobs.example.org", IP: netip.IPv4Unspecified(), UserAgent: a.ua, Brands: a.brands, Platform: a.platform,
		Accept: "text/html,application/xhtml+xml,*/*;q=0.8", AcceptLanguage: "nb-NO,nb;q=0.9,en;q=0.8", Secure: true,
		FetchSite: "cross-site", FetchMode: "navigate", FetchDest: "document", Referrer: a.ref, Purpose: a.purpose, Who: a.who,
		Lately: tracking.Lately{Links: max(a.links, 1), AtOnce: max(a.links, 1)},
	}
	if a.ua[:7] != "Mozilla" {
		r.Accept, r.AcceptLanguage, r.FetchSite, r.FetchMode, r.FetchDest = "*/*", "", "", "", ""
	}
	return r
}

// weight is how often it comes by a channel: those inside an app only by its own, owners only by their links.
func (a *agent) weight(channel string) float64 {
	if a.only != "" && a.only != channel || channel == "" && a.verdict.Class == models.ClassSelf {
		return 0
	}
	return a.often
}
