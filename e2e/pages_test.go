package e2e_test

import (
	"errors"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"kollega/cmd/kollega/demo"
	"kollega/handlers"
	"kollega/handlers/handlerstest"
	"kollega/handlers/scim"
	"kollega/handlers/web"
	"kollega/internal/i18n"
	"kollega/internal/inbox"
	"kollega/models"
)

// page is one page as somebody sees it.
type page struct {
	name  string
	route string // of the table; empty for a page that comes in another way
	as    string // role, or empty for nobody
	path  string
	do    func(*tab) // what is done there before it is looked at; nil for nothing
}

// notPages are the GET routes that answer something else than a page.
var notPages = []string{
	"/media/:clip/:version/:name", "/media/:clip/captions/:file", "/consent/:token/media/:name", "/consent/:token/captions/:file", "/cuts/:token", "/theme.css", "/logo/:id", "/robots.txt", "/sitemap.xml",
	"/login/account", web.AccountPath, scim.Prefix + "/ServiceProviderConfig", scim.Prefix + "/ResourceTypes", scim.Prefix + "/ResourceTypes/:name", scim.Prefix + "/Schemas",
	scim.Prefix + "/Schemas/:name", scim.Prefix + "/Users", scim.Prefix + "/Users/:id", scim.Prefix + "/Groups", scim.Prefix + "/Groups/:id",
	"/s/:code/apply", "/jobs/:slug/apply", "/settings", "/notices/:id", "/hr", "/links/:id/qr.svg", "/links/:id/qr.png",
	"/live", "/clips/:id/status", "/clips/:id/upload", "/groups/:id/names",
	"/hr/clips/:id/captions-new", "/hr/clips/:id/status", "/hr/clips/:id/upload", "/hr/clips/:id/captions/:lang",
	"/hr/applications/:id/cv", "/hr/applications/aside/:id/cv", "/leader/applications/:id/cv", "/hr/referrals.csv", "/hr/referrals.xlsx",
	"/groups/:id/pictures/:picture", "/hr/referrals/exports/:id", "/hr/rewards.csv", "/settings/audit.csv",
	"/c/:token/data.json", "/c/:token/data.zip", "/c/:token/applications/:id/cv", "/c/:token/applications/:id", "/c/:token/applications/:id/colleague",
	"/answers/:id", "/invited/:token/accept", "/invited/:token/decline",
	"/c/:token/details", "/c/:token/pool", "/c/:token/resume", "/s/:code/remind", "/jobs/:slug/remind",
}

// walked are the looks that every page is checked in; pictures are taken in all eight.
var walked = []look{{lang: "nb", phone: true}, {lang: "en", dark: true}}

// TestEveryPage looks at every page of a house with two months behind it, as people and as assistive technology do.
// KOLLEGA_SHOTS names a folder for pictures of them.
func TestEveryPage(t *testing.T) {
	t.Parallel()
	s := handlerstest.NewEmpty(t)
	seen := watchTemplates(s)
	t.Run("set-up", func(t *testing.T) { checkPage(t, s, page{name: "setup", path: "/setup"}) })
	made, err := demo.Make(t.Context(), demo.Options{
		DB: s.DB, Store: s.Store, Dir: filepath.Join(t.TempDir(), "work"), Log: slog.New(slog.DiscardHandler),
		Say: func(string, ...any) {}, Employees: 12, Events: 3000,
	})
	if err != nil {
		t.Fatal(err)
	}
	pages := demoPages(t, s)
	for _, r := range handlers.Routes(s.App) {
		is := func(p page) bool { return p.route == r.Path }
		if r.Method == http.MethodGet && r.Path != "/setup" && !slices.Contains(notPages, r.Path) && !slices.ContainsFunc(pages, is) {
			t.Errorf("%s: this test does not look at it", r.Path)
		}
	}
	t.Run("pages", func(t *testing.T) {
		for _, p := range pages {
			t.Run(p.name, func(t *testing.T) {
				t.Parallel()
				checkPage(t, s, p)
			})
		}
	})
	t.Run("later", func(t *testing.T) { checkLater(t, s, pages) })
	for _, name := range s.App.Views.Names() {
		for _, lang := range i18n.Languages() {
			if !seen(lang, name) {
				t.Errorf("template %s was never seen in %s (of %d colleagues)", name, lang, made.Employees)
			}
		}
	}
}

// checkLater takes the database away while people write their applications: what they wrote is kept on this machine's
// disk, or comes back to them where even that has no room.
func checkLater(t *testing.T, s *handlerstest.Site, pages []page) {
	t.Helper()
	at := pages[slices.IndexFunc(pages, func(p page) bool { return p.name == "landing" })].path
	written := func(l look) *tab {
		tab := newTab(t, s.App.BaseURL.String(), l)
		tab.open(withLang(at, l.lang))
		tab.fill("name", applicant, "email", "ola@example.org", "message", "Jeg liker kaia.")
		return tab
	}
	var back, kept []*tab
	for _, l := range walked {
		back, kept = append(back, written(l)), append(kept, written(l))
	}
	s.DB.Close()
	room := s.App.Inbox
	full, err := inbox.Open(t.TempDir(), inbox.Options{Reserve: 1 << 60})
	if err != nil {
		t.Fatal(err)
	}
	s.App.Inbox = full
	for i, tab := range back {
		tab.answered("form[data-apply] button.wide", http.StatusServiceUnavailable)
		tab.judge(walked[i], s.App.Texts)
		if got := eval[string](tab, `document.querySelector("[name=message]").value`); got != "Jeg liker kaia." {
			t.Errorf("%s: the message is %q now", walked[i].name(), got)
		}
		tab.picture("later-" + walked[i].name())
	}
	s.App.Inbox = room
	for i, tab := range kept {
		tab.answered("form[data-apply] button.wide", http.StatusAccepted)
		tab.judge(walked[i], s.App.Texts)
		tab.picture("received-" + walked[i].name())
	}
}

// watchTemplates notes which templates are written.
func watchTemplates(s *handlerstest.Site) (seen func(lang, name string) bool) {
	var mu sync.Mutex
	written := map[string]bool{}
	s.App.Views.Rendered = func(lang, name string) {
		mu.Lock()
		defer mu.Unlock()
		written[lang+"/"+name] = true
	}
	return func(lang, name string) bool {
		mu.Lock()
		defer mu.Unlock()
		return written[lang+"/"+name]
	}
}

// checkPage looks at a page in the walked looks, and takes its pictures in all.
func checkPage(t *testing.T, s *handlerstest.Site, p page) {
	t.Helper()
	looks := walked
	if os.Getenv("KOLLEGA_SHOTS") != "" {
		looks = nil
		for n := range 8 {
			looks = append(looks, look{lang: i18n.Languages()[n&1], phone: n&2 == 0, dark: n&4 != 0})
		}
	}
	tab := newTab(t, s.App.BaseURL.String(), looks[0])
	if p.as != "" {
		tab.signIn(s.AsUser(demoPerson(t, s, p.as)))
	}
	for _, l := range looks {
		tab.show(l)
		tab.open(withLang(p.path, l.lang))
		if p.do != nil {
			p.do(tab)
		}
		tab.judge(l, s.App.Texts)
		tab.picture(p.name + "-" + l.name())
	}
	for _, problem := range tab.complaints() {
		t.Errorf("the browser complains: %s", problem)
	}
}

func withLang(path, lang string) string {
	sign := "?"
	if strings.Contains(path, "?") {
		sign = "&"
	}
	return path + sign + "lang=" + lang
}

// judge fails the test for what is wrong with the page as it is shown.
func (tab *tab) judge(l look, texts *i18n.Bundle) {
	tab.t.Helper()
	if got := eval[string](tab, "document.documentElement.lang"); got != l.lang {
		tab.t.Errorf("%s: the page is in %q", l.name(), got)
	}
	for _, v := range tab.axe() {
		tab.t.Errorf("%s: axe %s: %s\n  %s", l.name(), v.ID, v.Help, strings.Join(v.Nodes, "\n  "))
	}
	if wide := tab.wide(l); len(wide) > 0 {
		tab.t.Errorf("%s: wider than the screen: %s", l.name(), wide)
	}
	if keys := tab.untranslated(texts.For(l.lang)); len(keys) > 0 {
		tab.t.Errorf("%s: keys instead of words: %q", l.name(), keys)
	}
	for _, address := range tab.asked() {
		if !strings.HasPrefix(address, tab.base+"/") && !strings.HasPrefix(address, "data:") && !strings.HasPrefix(address, "blob:") &&
			!strings.HasPrefix(address, "chrome-extension:") /* the browser's own way of showing PDF */ && address != "about:blank" {
			tab.t.Errorf("%s: asked another origin: %s", l.name(), address)
		}
	}
}

// picture keeps the page as a picture where pictures are wanted.
func (tab *tab) picture(name string) {
	tab.t.Helper()
	dir := os.Getenv("KOLLEGA_SHOTS")
	if dir == "" {
		return
	}
	// Plots are drawn when they come into sight, and move into their places.
	eval[bool](tab, `(async () => {
		const plots = [...document.querySelectorAll("[data-plot]")], wait = (ms) => new Promise((done) => setTimeout(done, ms));
		for (const plot of plots) { plot.scrollIntoView(); await wait(200); }
		if (plots.length > 0) { scrollTo(0, 0); await wait(1500); }
		return true;
	})()`)
	png, err := chromedp.Run(tab.ctx, chromedp.FullScreenshot(100))
	tab.must(err, "picture")
	tab.must(errors.Join(os.MkdirAll(dir, 0o700), os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600)), "picture")
}

// signIn gives the tab the session of somebody who is signed in.
func (tab *tab) signIn(c *handlerstest.Client) {
	tab.t.Helper()
	for _, cookie := range c.Cookies() {
		_, err := chromedp.Call(tab.ctx, network.SetCookie, network.SetCookieParams{Name: cookie.Name, Value: cookie.Value, URL: tab.base + "/"})
		tab.must(err, "sign in")
	}
}

func demoPerson(t *testing.T, s *handlerstest.Site, role string) models.User {
	t.Helper()
	u, err := s.DB.UserByEmail(t.Context(), one[string](t, s, `select email from users u where role = $1 and deactivated_at is null and joined_at is not null
		order by (select count(*) from links l where l.user_id = u.id) + 10 * (select count(*) from jobs j where j.leader_id = u.id) desc limit 1`, role))
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// one is the first column of the first row.
func one[T any](t *testing.T, s *handlerstest.Site, sql string, args ...any) (v T) {
	t.Helper()
	if err := s.DB.Pool().QueryRow(t.Context(), sql, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}
