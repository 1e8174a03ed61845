package staff_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

func TestBeforeTheSetUpEverythingLeadsThere(t *testing.T) {
	t.Parallel()
	s := handlerstest.NewEmpty(t)
	form := url.Values{
		"code": {"kmnp qrst vwxy"}, "organisation": {"Fjordheim"}, "language": {"nb"}, "name": {"Ada Dahl"},
		"email": {"ada@example.org"}, "password": {handlerstest.Password}, "privacy_contact": {"personvern@example.org"},
	}
	wrong := url.Values{}
	for k, v := range form {
		wrong[k] = v
	}
	wrong.Set("code", "AAAA-AAAA-AAAA")
	s.Run(t, []handlerstest.Scenario{
		{Path: "/", WantStatus: 303, WantLocation: "/setup"},
		{Path: "/login", WantStatus: 303, WantLocation: "/setup"},
		{Path: "/jobs", WantStatus: 303, WantLocation: "/setup"},
		{Path: "/s/abcdefgh", WantStatus: 303, WantLocation: "/setup"},
		{Path: "/healthz", WantStatus: 200},
		{Path: "/theme.css", WantStatus: 200},
		{Path: "/setup", WantStatus: 200, WantBody: []string{"Engangskode"}, NotBody: []string{handlerstest.SetupCode}},
		{Name: "wrong code", Path: "/setup", Form: wrong, WantStatus: 422, WantBody: []string{"Koden stemmer ikke", "Ada Dahl", "ada@example.org"}, NotBody: []string{handlerstest.Password}},
		{Name: "nothing but the code", Path: "/setup", Form: url.Values{"code": form["code"]}, WantStatus: 422, WantBody: []string{`id="organisation-error"`, `id="email-error"`, `id="name-error"`, `id="password-error"`}},
	})
	c := s.Guest()
	if got := c.PostForm("/setup", form); got.Status != 303 || got.Location != "/settings/organisation" {
		t.Fatalf("set-up: got %d %s %.500s", got.Status, got.Location, got.Body)
	}
	if got := c.Get("/settings/organisation"); got.Status != 200 || !strings.Contains(got.Body, "Fjordheim er klar") {
		t.Errorf("afterwards: got %d, want the administrator signed in", got.Status)
	}
	s.Run(t, []handlerstest.Scenario{
		{Name: "once only, page", Path: "/setup", WantStatus: 404},
		{Name: "once only, form", Path: "/setup", Form: form, WantStatus: 404},
	})
}

func TestLogIn(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	kari := s.User(models.User{Email: "kari@example.org", Name: "Kari"})
	login := func(email, password string) url.Values {
		return url.Values{"email": {email}, "password": {password}}
	}
	s.Run(t, []handlerstest.Scenario{
		{Path: "/login", WantStatus: 200, WantBody: []string{"Logg inn", `href="/forgot"`}},
		{Name: "wrong", Path: "/login", Form: login("kari@example.org", "feil passord her"), WantStatus: 422, WantBody: []string{"stemmer ikke", "kari@example.org"}, NotBody: []string{"feil passord her"}},
		{Name: "unknown", Path: "/login", Form: login("nobody@example.org", "feil passord her"), WantStatus: 422, WantBody: []string{"stemmer ikke"}},
		{Path: "/settings/me", WantStatus: 303, WantLocation: "/login"},
	})
	c := s.Guest()
	if got := c.Get("/settings/me"); got.Location != "/login" {
		t.Fatalf("got %q, want /login", got.Location)
	}
	if got := c.PostForm("/login", login("KARI@example.org", handlerstest.Password)); got.Location != "/settings/me" {
		t.Errorf("after the log-in: got %d %q, want back to where one came from", got.Status, got.Location)
	}
	if got := c.Get("/login"); got.Location != "/" {
		t.Errorf("signed in already: got %q, want home", got.Location)
	}
	if got := c.PostForm("/logout", nil); got.Location != "/login" {
		t.Errorf("log out: got %q", got.Location)
	}
	if got := c.Get("/settings/me"); got.Location != "/login" {
		t.Errorf("after logging out: got %d %q", got.Status, got.Location)
	}
	if got := s.AsUser(kari).PostForm("/logout", nil, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"); got.Status != 403 {
		t.Errorf("another site logs out: got %d, want 403", got.Status)
	}
}

func TestLogInSlowsDownForAllAlike(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	s.User(models.User{Email: "kari@example.org"})
	now := time.Now()
	s.DB.Now = func() time.Time { return now } // checking a password takes long on a slow machine; the wait must not pass by it
	for _, email := range []string{"kari@example.org", "nobody@example.org"} {
		form := url.Values{"email": {email}, "password": {"feil passord her"}}
		var last handlerstest.Answer
		for range 6 {
			last = s.Guest().PostForm("/login", form)
		}
		if last.Status != http.StatusTooManyRequests || last.Header.Get("Retry-After") == "" || !strings.Contains(last.Body, "Vent ") || !strings.Contains(last.Body, email) {
			t.Errorf("%s the sixth time: got %d, Retry-After %q", email, last.Status, last.Header.Get("Retry-After"))
		}
	}
}

func TestForgottenPassword(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	kari := s.User(models.User{Email: "kari@example.org"})
	var answers []string
	for _, email := range []string{"kari@example.org", "qari@example.org"} {
		got := s.Guest().PostForm("/forgot", url.Values{"email": {email}})
		if got.Status != 200 {
			t.Fatalf("%s: got %d", email, got.Status)
		}
		answers = append(answers, strings.ReplaceAll(got.Body, email, ""))
	}
	if answers[0] != answers[1] {
		t.Error("the answer tells who has an account")
	}
	token, _, err := s.DB.NewUserToken(t.Context(), kari.ID, models.PurposeReset)
	if err != nil {
		t.Fatal(err)
	}
	old, c := s.AsUser(kari), s.Guest()
	weak := c.PostForm("/reset/"+token, url.Values{"password": {"kort"}})
	if weak.Status != 422 || !strings.Contains(weak.Body, "minst 10 tegn") {
		t.Errorf("weak password: got %d", weak.Status)
	}
	if got := c.PostForm("/reset/"+token, url.Values{"password": {"helt nytt og langt"}}); got.Location != "/" {
		t.Fatalf("reset: got %d %q", got.Status, got.Location)
	}
	if got := c.Get("/settings/me"); got.Status != 200 {
		t.Errorf("after the reset: got %d, want to be signed in", got.Status)
	}
	if got := old.Get("/settings/me"); got.Location != "/login" {
		t.Errorf("an older session: got %d, want it ended", got.Status)
	}
	for _, path := range []string{"/reset/" + token, "/invite/" + token, "/reset/tull"} {
		if got := s.Guest().Get(path); got.Status != 404 || !strings.Contains(got.Body, "virker ikke lenger") {
			t.Errorf("%s: got %d, want to be told", path, got.Status)
		}
	}
}

func TestInvitation(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	u, err := s.DB.AddUser(t.Context(), models.System(), models.NewUser{Email: "ny@example.org", Name: "Ny", Role: "employee", Team: "Drift", Invite: true})
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := s.DB.NewUserToken(t.Context(), u.ID, models.PurposeInvite)
	if err != nil {
		t.Fatal(err)
	}
	page := s.Guest().Get("/invite/" + token)
	for _, want := range []string{"Velkommen til Kollega hos Fjordheim", "ny@example.org", "Drift", "personvern@example.org", `name="show_name"`} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page.Body, "checked") {
		t.Error("the consent to be named is ticked already")
	}
	c := s.Guest()
	if got := c.PostForm("/invite/"+token, url.Values{"name": {"Ny Dahl"}, "password": {"kort"}, "language": {"en"}, "show_name": {"1"}}); got.Status != 422 ||
		!strings.Contains(got.Body, "Ny Dahl") || !strings.Contains(got.Body, "checked") {
		t.Errorf("weak password: got %d, want what was written to stay", got.Status)
	}
	if got := c.PostForm("/invite/"+token, url.Values{"name": {"Ny Dahl"}, "password": {handlerstest.Password}, "language": {"en"}, "show_name": {"1"}}); got.Location != "/" {
		t.Fatalf("join: got %d %q %.300s", got.Status, got.Location, got.Body)
	}
	if got := c.Get("/settings/me"); got.Status != 200 || !strings.Contains(got.Body, `lang="en"`) || !strings.Contains(got.Body, "Welcome, Ny Dahl!") {
		t.Errorf("afterwards: got %d, want to be signed in in English", got.Status)
	}
	if got := s.Guest().PostForm("/invite/"+token, url.Values{"name": {"Igjen"}, "password": {handlerstest.Password}}); got.Status != 404 {
		t.Errorf("again: got %d, want 404", got.Status)
	}
}

func TestOwnSettings(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	s.Run(t, []handlerstest.Scenario{
		{As: "employee", Path: "/settings", WantStatus: 303, WantLocation: "/settings/me"},
		{As: "employee", Path: "/settings/me", WantStatus: 200, WantBody: []string{"Employee Hansen", "employee@example.org"}},
		{Name: "save", As: "employee", Path: "/settings/me", Form: url.Values{"name": {"Eva"}, "language": {"nb"}, "theme": {"dark"}, "show_name": {"1"}}, WantStatus: 303},
		{Name: "saved", As: "employee", Path: "/settings/me", WantStatus: 200, WantBody: []string{`value="Eva"`, `data-theme="dark"`, `value="1" checked`}},
		{Name: "no name", As: "employee", Path: "/settings/me", Form: url.Values{"name": {" "}, "language": {"nb"}}, WantStatus: 422, WantBody: []string{"Fyll ut"}},
		{Name: "no such theme", As: "employee", Path: "/settings/me", Form: url.Values{"name": {"E"}, "theme": {"pink"}}, WantStatus: 422},
		{Name: "theme", As: "employee", Path: "/settings/theme", Form: url.Values{"theme": {"auto"}}, WantStatus: 303},
		{Name: "language", As: "employee", Path: "/settings/language", Form: url.Values{"lang": {"en"}}, WantStatus: 303},
		{Name: "in English", As: "employee", Path: "/settings/me", WantStatus: 200, WantBody: []string{"Your settings"}, NotBody: []string{`data-theme="dark"`}},
		{Name: "guest", As: "guest", Path: "/settings/me", Form: url.Values{"name": {"E"}}, WantStatus: 401},
	})
}

func TestChangePasswordAndSignOutEverywhere(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	kari := s.User(models.User{Email: "kari@example.org"})
	here, there := s.AsUser(kari), s.AsUser(kari)
	if got := here.PostForm("/settings/me/password", url.Values{"old": {"feil passord her"}, "password": {"helt nytt og langt"}}); got.Status != 422 || !strings.Contains(got.Body, "stemmer ikke") {
		t.Errorf("wrong old password: got %d", got.Status)
	}
	if got := there.Get("/settings/me"); got.Status != 200 {
		t.Fatalf("the other session: got %d", got.Status)
	}
	if got := here.PostForm("/settings/me/password", url.Values{"old": {handlerstest.Password}, "password": {"helt nytt og langt"}}); got.Status != 303 {
		t.Fatalf("change: got %d %.300s", got.Status, got.Body)
	}
	if got := here.Get("/settings/me"); got.Status != 200 {
		t.Errorf("this session: got %d, want it to go on", got.Status)
	}
	if got := there.Get("/settings/me"); got.Location != "/login" {
		t.Errorf("the other session: got %d, want it ended", got.Status)
	}
	third := s.Guest()
	third.PostForm("/login", url.Values{"email": {"kari@example.org"}, "password": {"helt nytt og langt"}})
	if got := here.PostForm("/settings/me/sessions", nil); got.Status != 303 {
		t.Errorf("sign out everywhere: got %d", got.Status)
	}
	if a, b := here.Get("/settings/me").Status, third.Get("/settings/me").Status; a != 200 || b != 303 {
		t.Errorf("afterwards: got %d here and %d there, want 200 and 303", a, b)
	}
}

func TestAPITokenIsShownOnce(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	c := s.As("employee")
	made := c.PostForm("/settings/me/tokens", url.Values{"token_name": {"Lønn"}})
	secret := regexp.MustCompile(`kol_[A-Za-z0-9]+`).FindString(made.Body)
	if made.Status != 200 || secret == "" || made.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("make: got %d %q, want the token, kept in no cache", made.Status, secret)
	}
	if u, err := s.DB.UserByAPIToken(t.Context(), secret); err != nil || u.ID != c.User.ID {
		t.Errorf("the token acts as %v %v", u.ID, err)
	}
	later := c.Get("/settings/me")
	if strings.Contains(later.Body, secret) || !strings.Contains(later.Body, "Lønn") {
		t.Error("later: want the name and not the secret")
	}
	path := regexp.MustCompile(`/settings/me/tokens/[0-9a-f-]+/revoke`).FindString(later.Body)
	if got := s.As("hr").PostForm(path, nil); got.Status != 404 {
		t.Errorf("somebody else revokes it: got %d, want 404", got.Status)
	}
	if got := c.PostForm(path, nil); got.Status != 303 {
		t.Errorf("revoke: got %d", got.Status)
	}
	if _, err := s.DB.UserByAPIToken(t.Context(), secret); err == nil {
		t.Error("the revoked token still works")
	}
	if got := c.PostForm("/settings/me/tokens", url.Values{"token_name": {""}}); got.Status != 422 || !strings.Contains(got.Body, `id="token_name-error"`) {
		t.Errorf("no name: got %d", got.Status)
	}
}
