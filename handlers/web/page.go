package web

import (
	"bytes"
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"kollega/internal/i18n"
	"kollega/models"
)

// Page is what every layout is given; Body is the page's own view struct.
type Page struct {
	Title       string
	Description string // for search and link previews; public pages only
	Lang        string
	Theme       string // light, dark, or empty for the device's
	Org         PageOrg
	User        *PageUser
	Nav         []NavItem
	Flash       []Flash
	Path        string
	Unread      int    // notices that the person has not looked at; see models.MaxUnread
	Live        string // mark that the page's parts are followed from, empty where the address cannot be asked again
	Canonical   string // absolute address, public pages only
	NoIndex     bool
	Errors      models.ValidationErrors // of the form that is shown again, in its order
	Keep        string                  // "?lang=xx&data=low", whichever was chosen in the address, for links to other public pages
	Other       string                  // the query of this page in the other language
	Head        any                     // what a page adds to the head: a struct of its own
	Body        any
}

// Error is the translation key of the field's refusal, empty where nothing was refused.
func (p Page) Error(field string) string {
	for _, e := range p.Errors {
		if e.Field == field {
			return e.Key
		}
	}
	return ""
}

// ErrorArgs are the values that the sentence of the field's refusal names.
func (p Page) ErrorArgs(field string) map[string]any {
	for _, e := range p.Errors {
		if e.Field == field {
			return e.Args
		}
	}
	return nil
}

// PageOrg is the house, as pages show it.
type PageOrg struct {
	Name, LogoURL, PrivacyContact, Theme string
	Rules                                models.CandidateRules
}

// PageUser is who is signed in; Role is the role's code.
type PageUser struct{ Name, Role, Initials string }

// NavItem is one place of the navigation.
type NavItem struct {
	Href, Label, Icon string
	Active            bool
	Aside             bool // on the phone it is in the menu: the bar under the thumb has room for five
	Rare              bool // it is there everywhere; such a place is aside, too
}

// Flash is a sentence about what just happened; Kind is ok, info, warn or error.
type Flash struct{ Kind, Text string }

const ctxLanguage = "web.language"

// Speak makes the answer speak a candidate's language, where the address asks for no other.
func Speak(c echo.Context, lang string) { c.Set(ctxLanguage, lang) }

// Lang is the language of the answer: the person's, what ?lang= asks, what the browser prefers, the house's.
func (a *App) Lang(c echo.Context) string {
	if q := c.QueryParam("lang"); models.Languages.Has(q) {
		return q
	}
	if u := User(c); u != nil && u.Language != "" {
		return u.Language
	}
	if spoken, _ := c.Get(ctxLanguage).(string); models.Languages.Has(spoken) {
		return spoken
	}
	return a.Language("", c.Request().Header.Get("Accept-Language"))
}

// Language is Lang for a stranger: what the address asks, what the browser prefers, the house's.
func (a *App) Language(asked, accept string) string {
	if models.Languages.Has(asked) {
		return asked
	}
	return a.Texts.Match(accept, cmp.Or(a.Organisation().Language, "nb"))
}

// Printer speaks the language of the answer.
func (a *App) Printer(c echo.Context) *i18n.Printer { return a.Texts.For(a.Lang(c)) }

// Page is a page of that title around body, with everything a layout needs.
func (a *App) Page(c echo.Context, title string, body any) Page {
	o := a.Organisation()
	p := Page{Title: title, Lang: a.Lang(c), Path: c.Request().URL.Path, Body: body, Org: PageOrg{Name: o.Name, PrivacyContact: o.PrivacyContact, Rules: o.CandidateRules}}
	if p.Org.Rules.PoolMonths == 0 { // the house is not known
		p.Org.Rules = models.DefaultCandidateRules()
	}
	if p.Org.Name == "" {
		p.Org.Name = "Kollega"
	}
	p.Org.LogoURL = a.LogoURL()
	p.Keep, p.Other = Keep(c), other(c, p.Lang)
	p.Org.Theme = "/theme.css?v=" + ThemeVersion(o.Accent)
	if u := User(c); u != nil {
		if c.Request().Method == http.MethodGet {
			p.Live = a.Live.Mark().String()
		}
		p.Theme = u.Theme
		p.User = &PageUser{Name: u.Name, Role: u.Role}
		p.Nav = a.nav(c, u)
		p.Unread = a.unread(c, u)
		if f := a.Sessions.PopString(c.Request().Context(), keyFlash); f != "" {
			kind, text, _ := strings.Cut(f, "\n")
			p.Flash = append(p.Flash, Flash{Kind: kind, Text: text})
		}
	}
	return p
}

// unread is how many notices the person has not looked at. A page does without the number where it is not to be had.
func (a *App) unread(c echo.Context, u *models.User) int {
	n, err := a.DB.UnreadNotices(c.Request().Context(), u.ID)
	if err != nil {
		a.Log.WarnContext(c.Request().Context(), "unread notices were not counted", "error", err.Error())
	}
	return n
}

// The choices of how much data a page's clip may take; none leaves it to what the browser says.
const (
	DataLow  = "low"
	DataFull = "full"
)

// Data is the visitor's own choice of how much data the clip may take, from the address: nothing is kept on the device.
func Data(c echo.Context) string { return DataChoice(c.QueryParam("data")) }

// DataChoice is Data of a query that was read elsewhere.
func DataChoice(q string) string {
	if q == DataLow || q == DataFull {
		return q
	}
	return ""
}

// Keep is the query that carries what was chosen in the address on to other public pages, empty where nothing was.
func Keep(c echo.Context) string {
	q := url.Values{}
	if lang := c.QueryParam("lang"); models.Languages.Has(lang) {
		q.Set("lang", lang)
	}
	if data := Data(c); data != "" {
		q.Set("data", data)
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// other is the query of the same page in the other language.
func other(c echo.Context, lang string) string {
	q := url.Values{"lang": {"nb"}}
	if lang == "nb" {
		q.Set("lang", "en")
	}
	if data := Data(c); data != "" {
		q.Set("data", data)
	}
	return "?" + q.Encode()
}

// LogoURL is the address of the house's logo, empty without one.
func (a *App) LogoURL() string {
	key := a.Organisation().LogoKey
	if key == "" {
		return ""
	}
	return "/logo/" + strings.TrimPrefix(key, "logo-")
}

// places is the navigation: who sees what, in order, and from which role on a place is aside or rare: each role has room for five on the
// phone.
var places = []struct {
	role            Role
	href, key, icon string
	aside, rare     Role
}{
	{Employee, "/", "nav.share", "share", "", ""},
	{Employee, "/links", "nav.links", "link", Leader, HR},
	{Employee, "/clips", "nav.clips", "clip", Employee, HR},
	{Employee, "/feedback", "nav.feedback", "heart", Leader, HR},
	{Leader, waitingPath, "nav.waiting", "inbox", "", HR},
	{Employee, "/groups", "nav.groups", "sms", "", HR},
	{Employee, "/mine", "nav.mine", "heart", "", Employee},
	{Employee, "/questions", "nav.questions", "question", "", HR},
	{Leader, "/leader", "nav.team", "people", "", HR},
	{HR, "/hr/jobs", "nav.jobs", "job", "", ""},
	{HR, "/hr/applications", "nav.applications", "mail", "", ""},
	{HR, "/hr/referrals", "nav.referrals", "chart", "", ""},
	{HR, "/hr/talent", "nav.talent", "search", HR, ""},
	{HR, "/hr/people", "nav.people", "people", "", ""},
	{HR, "/hr/credits", "nav.credits", "heart", "", HR},
	{HR, "/hr/rewards", "nav.rewards", "money", "", HR},
	{HR, "/hr/webhooks", "nav.webhooks", "slack", "", HR},
	{Admin, "/settings/organisation", "nav.settings", "settings", "", Admin},
}

const waitingPath = "/leader/feedback"

// besides are paths that belong to a place whose address they do not begin with.
var besides = map[string][]string{"/hr/jobs": {"/hr/clips", "/hr/proposals"}, "/mine": {"/thanks", "/together"}}

func (a *App) nav(c echo.Context, u *models.User) []NavItem {
	p, path := a.Printer(c), c.Request().URL.Path
	var items []NavItem
	for _, at := range places {
		if !u.Is(string(at.role)) {
			continue
		}
		from := func(role Role) bool { return role != "" && u.Is(string(role)) }
		items = append(items, NavItem{
			Href: at.href, Label: p.T(at.key), Icon: at.icon, Active: isAt(at.href, path), Aside: from(at.aside) || from(at.rare), Rare: from(at.rare),
		})
	}
	return items
}

// isAt tells whether a path is within a place.
func isAt(place, path string) bool {
	within := func(at string) bool { return path == at || at != "/" && strings.HasPrefix(path, at+"/") }
	return within(place) && (place != "/leader" || !within(waitingPath)) || slices.ContainsFunc(besides[place], within)
}

// Render answers 200 with a page.
func (a *App) Render(c echo.Context, name, title string, body any) error {
	return a.RenderPage(c, http.StatusOK, name, a.Page(c, title, body))
}

// RenderPage answers with a page that was put together before.
func (a *App) RenderPage(c echo.Context, code int, name string, page Page) error {
	html, err := a.Bytes(name, page)
	if err != nil {
		return err
	}
	return c.HTMLBlob(code, html)
}

// Bytes is a page as it would be sent.
func (a *App) Bytes(name string, page Page) ([]byte, error) {
	var buf bytes.Buffer
	err := a.Views.Render(&buf, page.Lang, name, page)
	return buf.Bytes(), err
}

// RenderInvalid shows a form again with what was written and what was refused; other errors are passed on.
func (a *App) RenderInvalid(c echo.Context, err error, name, title string, body any) error {
	bad, ok := Refused(err)
	if !ok {
		return err
	}
	page := a.Page(c, title, body)
	page.Errors = bad
	return a.RenderPage(c, http.StatusUnprocessableEntity, name, page)
}

// RenderAgain shows a form again with what was written where a field is refused, or where what stands forbids it; other errors are passed on.
func (a *App) RenderAgain(c echo.Context, err error, name, title string, body any) error {
	var conflict *models.ConflictError
	if !errors.As(err, &conflict) {
		return a.RenderInvalid(c, err, name, title, body)
	}
	page := a.Page(c, title, body)
	page.Flash = append(page.Flash, Flash{Kind: "error", Text: a.Sentence(c, err)})
	return a.RenderPage(c, http.StatusConflict, name, page)
}
