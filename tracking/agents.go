package tracking

import (
	_ "embed"
	"fmt"
	"regexp"
	"strings"

	"kollega/models"
)

// The list of npm's crawler-user-agents (MIT): a class and a pattern a line. crawlers/update.sh makes it.
//
//go:embed crawlers/patterns.tsv
var crawlerPatterns string

// previewers fetch a page to show a card of it; the list lacks them or has them under another name. In lower case.
var previewers = []string{
	"facebookexternalhit", "facebot", "meta-externalfetcher", "twitterbot", "linkedinbot", "slackbot", "slack-imgproxy",
	"telegrambot", "discordbot", "skypeuripreview", "skype-url-preview", "microsoftpreview", "bingpreview", "ms-office",
	"msoffice", "microsoft office", "microsoft-teams-link", "teamspreview", "outlookpreview", "iframely", "embedly",
	"snap url preview", "snapurlpreview", "kakaotalk-scrap", "cardyb", "linkpreview", "link preview", "link-preview",
	"urlpreview", "url preview", "url-preview", "unfurl", "googlemessages", "google web preview", "mattermost-bot",
	"rocket.chat", "zulipurlpreview", "matrix-media-repo", "synapse (bot", "signal-desktop-link",
}

// scanners look at what is in a mail before, or when, a person does. In lower case.
var scanners = []string{
	"barracuda", "proofpoint", "mimecast", "safelinks", "safe links", "office 365 atp", "exchange online protection",
	"messagelabs", "symantec", "forcepoint", "fortiguard", "fortimail", "fortisandbox", "trendmicro", "trend micro",
	"sophos", "ironport", "cisco-cta", "fireeye", "trellix", "checkpoint", "check point", "bitdefender-scan", "virustotal",
	"urlscan", "phishtank", "netcraft", "cloudmark", "hornetsecurity", "vadesecure", "vade secure", "retarus", "spamtitan",
	"mailscanner", "mailchannels", "ironscales", "abnormal security", "perception-point", "avanan", "inky-", "cofense",
	"knowbe4", "spamassassin", "rspamd", "mailguard", "zerospam", "libra esva", "n-able mail", "mailprotector", "zix",
	"trustwave", "area1security", "area 1 security", "menlosecurity", "link-checker", "linkcheck", "phishing",
}

// programs are words by which a program that is no browser gives itself away. In lower case.
var programs = []string{
	"crawler", "spider", "scraper", "headless", "phantomjs", "selenium", "puppeteer", "playwright", "python", "curl/",
	"wget", "http-client", "httpclient", "java/", "libwww", "okhttp", "axios", "node-fetch", "undici", "go-http", "://",
	"prerender", "lighthouse", "monitoring", "uptime",
}

// finding is what gives a user agent away; its class is empty where nothing does.
type finding struct {
	class string
	name  string
}

// agentList knows programs by their user agents.
type agentList struct {
	written trie // the list's literals, as they are written
	named   trie // our previewers and scanners, in lower case
	general trie // our programs, in lower case
	regexps []agentPattern
	known   map[string]finding
}

type agentPattern struct {
	finding
	re *regexp.Regexp
}

func newAgentList() (*agentList, error) {
	l := &agentList{known: map[string]finding{}}
	for line := range strings.Lines(crawlerPatterns) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		class, pattern, ok := strings.Cut(line, "\t")
		if !ok {
			return nil, fmt.Errorf("crawler list: no tab in %q", line)
		}
		if err := l.addPattern(finding{class, plainName(pattern)}, pattern); err != nil {
			return nil, err
		}
	}
	l.addWords(&l.named, models.ClassPreview, "", previewers)
	l.addWords(&l.named, models.ClassBot, "scanner ", scanners)
	l.addWords(&l.general, models.ClassBot, "", programs)
	return l, nil
}

func (l *agentList) addPattern(f finding, pattern string) error {
	l.known[f.name] = f
	literals, ok, err := expand(pattern)
	if err != nil {
		return fmt.Errorf("crawler list: %q: %w", pattern, err)
	}
	if !ok {
		re, err := regexp.Compile(pattern)
		if err != nil {
			return fmt.Errorf("crawler list: %w", err)
		}
		l.regexps = append(l.regexps, agentPattern{f, re})
		return nil
	}
	for _, lit := range literals {
		l.written.add(lit, f)
	}
	return nil
}

func (l *agentList) addWords(t *trie, class, prefix string, words []string) {
	for _, w := range words {
		f := finding{class, prefix + w}
		l.known[f.name] = f
		t.add(w, f)
	}
}

// find looks for the first thing that gives ua away; a previewer's name weighs more than a bot's, as some bear both.
func (l *agentList) find(ua string) finding {
	if len(ua) < 3 {
		return finding{models.ClassBot, "none"}
	}
	lowered := strings.ToLower(ua)
	named := l.named.find(lowered)
	if named.class == models.ClassPreview {
		return named
	}
	listed := l.written.find(string(textStart) + ua + string(textEnd))
	switch {
	case listed.class == models.ClassPreview || named.class == "" && listed.class != "":
		return listed
	case named.class != "":
		return named
	}
	for _, p := range l.regexps {
		if p.re.MatchString(ua) {
			return p.finding
		}
	}
	return l.guess(ua, lowered)
}

// guess looks for what programs that no list knows have in common.
func (l *agentList) guess(ua, lowered string) finding {
	if f := l.general.find(lowered); f.class != "" {
		return f
	}
	switch {
	case saysBot(lowered):
		return finding{models.ClassBot, "bot"}
	case !strings.HasPrefix(ua, "Mozilla/") && !strings.HasPrefix(ua, "Opera/"):
		return finding{models.ClassBot, "no browser"}
	}
	return finding{}
}

// saysBot finds a word that ends in "bot". Cubot makes telephones.
func saysBot(ua string) bool {
	for from := 0; ; {
		i := strings.Index(ua[from:], "bot")
		if i < 0 {
			return false
		}
		i += from
		from = i + 3
		ends := from == len(ua) || !isWordByte(ua[from])
		if ends && !strings.HasSuffix(ua[:i], "cu") {
			return true
		}
	}
}

func isWordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_'
}

// plainName makes a readable name of a pattern.
func plainName(pattern string) string {
	return strings.Map(func(r rune) rune {
		if r == '\\' || r == '^' || r == '$' || r == ';' || r == '=' {
			return -1
		}
		if r == '|' { // parts the fields of kept signals
			return '/'
		}
		return r
	}, pattern)
}
