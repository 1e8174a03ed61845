package e2e_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"kollega/handlers/handlerstest"
	"kollega/handlers/web"
	"kollega/internal/account"
	"kollega/internal/i18n"
	"kollega/internal/testenv/provider"
	"kollega/models"
)

// accountLink leads to the house's provider.
const accountLink = `main a[href="/login/account"]`

// TestSignInWithTheHousesAccount is a house that gives its people accounts: they join, change groups, log out, and come in while the
// provider is away.
func TestSignInWithTheHousesAccount(t *testing.T) {
	t.Parallel()
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range i18n.Languages() {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			house := provider.New(t)
			p := newProgram(t, "KOLLEGA_OIDC_ISSUER="+house.Issuer(), "KOLLEGA_OIDC_CLIENT_ID="+provider.ClientID, "KOLLEGA_OIDC_CLIENT_SECRET="+provider.ClientSecret)
			house.ReturnTo(p.base+web.AccountPath, p.base+"/login")
			house.Stop() // it is away while the program starts
			p.start()
			s := &story{t: t, p: p, say: texts.For(lang), lang: lang, hr: newTab(t, p.base, look{lang: lang})}
			s.setUp()
			s.inviteColleague()
			s.asksInVain(house)
			house.Start()
			s.mapsGroups(house)
			s.joinsByAccount(house, texts)
			s.logsOutOfBoth(house)
			s.closesPasswords(house, texts)
			if out := p.run("", "doctor"); !strings.Contains(out, house.Issuer()+" answers") {
				t.Errorf("doctor says nothing of the provider:\n%s", out)
			}
			for _, tab := range []*tab{s.hr, s.employee} {
				for _, problem := range tab.complaints() {
					t.Errorf("the browser complains: %s", problem)
				}
			}
		})
	}
}

// asksInVain is somebody who wants in while the provider is away.
func (s *story) asksInVain(house *provider.Provider) {
	s.t.Helper()
	house.Person("kari", provider.Claims{"sub": "k", "email": "kari@example.org", "email_verified": true, "groups": []string{"Ledere"}})
	s.employee = newTab(s.t, s.p.base, look{lang: s.lang, phone: true})
	s.employee.elsewhere = house.Issuer()
	s.employee.open("/links")
	s.employee.at("/login")
	s.employee.answered(accountLink, http.StatusServiceUnavailable)
	s.employee.sees(s.say.T("login.account.away"))
	s.hr.open("/settings/identity")
	s.hr.sees(s.say.T("identity.away"))
}

func (s *story) mapsGroups(house *provider.Provider) {
	s.t.Helper()
	s.hr.open("/settings/identity")
	s.hr.sees(s.say.T("identity.answers"), house.Issuer())
	s.hr.fill("group", "ledere")
	s.hr.choose("role", models.RoleLeader)
	s.hr.submit(`form[action="/settings/identity/groups"] button`)
	s.hr.sees(s.say.T("identity.group_added", "Name", "ledere"), s.say.T("identity.gives_role", "Role", s.say.T("role.leader")))
}

// joinsByAccount signs in at the provider's own page, in a browser that holds to our policy, and comes back to where one wanted to be.
func (s *story) joinsByAccount(house *provider.Provider, texts *i18n.Bundle) {
	s.t.Helper()
	e := s.employee
	s.p.until("the provider is found again", patience, func() bool {
		got, err := newClient(s.p, "").do(http.MethodGet, "/login/account", nil)
		return err == nil && got.status == http.StatusSeeOther
	})
	e.open("/links")
	e.at("/login")
	e.judge(look{lang: s.lang, phone: true}, texts)
	e.submit(accountLink)
	e.answered("#cancel", http.StatusBadRequest)
	e.sees(s.say.T("login.account.cancelled"))
	house.Wrong(func(c provider.Claims) { c["nonce"] = "another" })
	e.submit(accountLink)
	e.answered("#as-kari", http.StatusBadRequest)
	e.sees(s.say.T("login.account.refused"))
	house.Wrong(nil)
	house.RotateKeys()
	e.submit(accountLink)
	e.submit("#as-kari")
	e.at("/links")
	e.open("/leader") // by their group
	e.at("/leader")
}

func (s *story) logsOutOfBoth(house *provider.Provider) {
	s.t.Helper()
	e := s.employee
	e.open("/links")
	eval[bool](e, `(document.querySelector('form[action="/logout"]').submit(), true)`)
	e.until(`location.pathname === "/login"`, patience)
	outs := house.LogOuts()
	if len(outs) != 1 || outs[0].Get("id_token_hint") == "" || outs[0].Get("post_logout_redirect_uri") != s.p.base+"/login" {
		s.t.Errorf("the provider was asked to log out with %v, want once", outs)
	}
	e.open("/links")
	e.at("/login")
}

// closesPasswords leaves passwords to administrators, who come in while the provider is away.
func (s *story) closesPasswords(house *provider.Provider, texts *i18n.Bundle) {
	s.t.Helper()
	s.hr.open("/settings/identity")
	s.hr.choose("passwords", "admins")
	s.hr.submit(`form[action="/settings/identity"] button`)
	s.hr.sees(s.say.T("identity.saved"))
	s.p.addUser("ola@example.org", "Ola Lie", models.RoleEmployee)
	for _, l := range []look{{lang: s.lang, phone: true}, {lang: s.lang, dark: true}} {
		s.employee.show(l)
		s.employee.open("/login")
		s.employee.click("main details summary")
		s.employee.judge(l, texts)
		s.employee.picture("login-closed-" + l.name())
	}
	s.employee.fill("email", "ola@example.org", "password", password)
	s.employee.answered("main details .actions button", http.StatusUnprocessableEntity)
	s.employee.sees(s.say.T("login.closed"))
	house.Stop()
	s.p.stop()
	s.p.start()
	admin := newTab(s.t, s.p.base, look{lang: s.lang})
	admin.elsewhere = house.Issuer()
	admin.open("/login")
	admin.click("main details summary")
	admin.fill("email", "astrid@example.org", "password", password)
	admin.submit("main details .actions button")
	admin.open("/settings/identity")
	admin.sees(s.say.T("identity.away"))
	house.Start()
}

// withAccounts gives the house a provider, with groups that give something and a directory's token.
func withAccounts(t *testing.T, s *handlerstest.Site) *provider.Provider {
	t.Helper()
	house := provider.New(t)
	house.ReturnTo(s.App.URL(web.AccountPath))
	house.Person("kari", provider.Claims{"sub": "k", "email": demoPerson(t, s, models.RoleEmployee).Email, "email_verified": true})
	s.App.Account = account.New(account.Config{
		Issuer: house.Issuer(), ClientID: provider.ClientID, ClientSecret: provider.ClientSecret, Redirect: s.App.URL(web.AccountPath), LoggedOut: s.App.URL("/login"),
	})
	team := uuid.MustParse(one[string](t, s, `select id::text from teams order by name_key limit 1`))
	for _, err := range []error{
		s.DB.AddIdentityGroup(t.Context(), "Kollega-HR", models.RoleHR, nil),
		s.DB.AddIdentityGroup(t.Context(), "3f2a9c1e-77b4-4f0e-9f0c-5a1d8e6b2c40", models.RoleLeader, &team),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.DB.CreateDirectoryToken(t.Context(), models.System(), "Entra ID"); err != nil {
		t.Fatal(err)
	}
	return house
}
