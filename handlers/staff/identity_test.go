package staff_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"kollega/handlers/handlerstest"
	"kollega/handlers/web"
	"kollega/internal/account"
	"kollega/internal/testenv/provider"
	"kollega/models"
)

// house is a site whose people sign in with accounts of a provider.
type house struct {
	*handlerstest.Site

	t        *testing.T
	provider *provider.Provider
}

func newHouse(t *testing.T) house {
	t.Helper()
	h := house{handlerstest.New(t), t, provider.New(t)}
	h.provider.ReturnTo(h.App.URL(web.AccountPath), h.App.URL("/login"))
	h.configure()
	return h
}

// configure makes the program know the provider, as a start does.
func (h house) configure(more ...func(*account.Config)) {
	c := account.Config{
		Issuer: h.provider.Issuer(), ClientID: provider.ClientID, ClientSecret: provider.ClientSecret,
		Redirect: h.App.URL(web.AccountPath), LoggedOut: h.App.URL("/login"),
	}
	for _, change := range more {
		change(&c)
	}
	h.App.Account = account.New(c)
}

// invited is somebody who was added and has not joined.
func (h house) invited(email string) models.User {
	h.t.Helper()
	u, err := h.DB.AddUser(h.t.Context(), models.System(), models.NewUser{Email: email, Name: "Kari Nordmann", Role: models.RoleEmployee, Invite: true})
	if err != nil {
		h.t.Fatal(err)
	}
	return u
}

// begin goes to the provider and chooses who one is there; it returns where the provider leads back to.
func (h house) begin(c *handlerstest.Client, who string) string {
	h.t.Helper()
	got := c.Get("/login/account")
	if got.Status != http.StatusSeeOther || !strings.HasPrefix(got.Location, h.provider.Issuer()+"/authorize?") {
		h.t.Fatalf("begin: got %d to %q: %.500s", got.Status, got.Location, got.Body)
	}
	return h.choose(got.Location, who)
}

// choose is somebody at the provider's page.
func (h house) choose(at, who string) string {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.t.Context(), http.MethodGet, at+"&login="+url.QueryEscape(who), nil)
	if err != nil {
		h.t.Fatal(err)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		h.t.Fatal(err)
	}
	defer res.Body.Close()
	back := strings.TrimPrefix(res.Header.Get("Location"), h.App.BaseURL.String())
	if !strings.HasPrefix(back, web.AccountPath+"?") {
		h.t.Fatalf("the provider answers %d and leads to %q", res.StatusCode, back)
	}
	return back
}

// signIn signs in at the provider and comes back.
func (h house) signIn(c *handlerstest.Client, who string) handlerstest.Answer {
	h.t.Helper()
	return c.Get(h.begin(c, who))
}

// role is the person's now.
func (h house) role(u models.User) string {
	h.t.Helper()
	got, err := h.DB.User(h.t.Context(), u.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	return got.Role
}

// as fails unless c is signed in as that person.
func (h house) as(c *handlerstest.Client, u models.User) {
	h.t.Helper()
	if got := c.Get("/settings/me"); got.Status != http.StatusOK || !strings.Contains(got.Body, u.Email) {
		h.t.Errorf("got %d to %q, want the settings of %s", got.Status, got.Location, u.Email)
	}
}

func (h house) refused(got handlerstest.Answer, status int, words string) {
	h.t.Helper()
	if got.Status != status || !strings.Contains(got.Body, words) {
		h.t.Errorf("got %d, want %d with %q: %.1500s", got.Status, status, words, got.Body)
	}
}

func (h house) count(sql string, args ...any) (n int) {
	h.t.Helper()
	if err := h.DB.Pool().QueryRow(h.t.Context(), sql, args...).Scan(&n); err != nil {
		h.t.Fatal(err)
	}
	return n
}

func kari(more ...any) provider.Claims {
	c := provider.Claims{"sub": "kari-1", "email": "Kari@Example.org", "email_verified": true, "name": "Kari Nordmann"}
	for i := 0; i+1 < len(more); i += 2 {
		name, _ := more[i].(string)
		if c[name] = more[i+1]; c[name] == nil {
			delete(c, name) // it is not told
		}
	}
	return c
}

func TestSignInWithTheHousesAccount(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	u := h.invited("kari@example.org")
	invite, _, err := h.DB.NewUserToken(t.Context(), u.ID, models.PurposeInvite)
	if err != nil {
		t.Fatal(err)
	}
	h.provider.Person("kari", kari())
	c := h.Guest()
	if got := c.Get("/login"); !strings.Contains(got.Body, `href="/login/account"`) || !strings.Contains(got.Body, `name="password"`) {
		t.Errorf("the log-in does not offer both ways: %.1500s", got.Body)
	}
	if got := c.Get("/links?channel=linkedin"); got.Location != "/login" {
		t.Fatalf("got %d to %q", got.Status, got.Location)
	}
	if got := h.signIn(c, "kari"); got.Status != http.StatusSeeOther || got.Location != "/links?channel=linkedin" {
		t.Fatalf("got %d to %q, want back to where one came from: %.800s", got.Status, got.Location, got.Body)
	}
	h.as(c, u)
	if n := h.count(`select count(*) from users where id = $1 and joined_at is not null and password_hash = ''`, u.ID); n != 1 {
		t.Error("who was invited has not joined by signing in")
	}
	if got := h.Guest().Get("/invite/" + invite); got.Status != http.StatusNotFound {
		t.Errorf("the invitation: got %d, want it used up", got.Status)
	}
	if n := h.count(`select count(*) from audit where subject_id = $1 and details = '{"account": true}' and verb in ('changed', 'logged_in')`, u.ID); n != 2 {
		t.Errorf("%d entries of the audit log, want one of the link and one of the log-in", n)
	}
	if got := h.As(models.RoleAdmin).Get("/settings/identity"); got.Status != http.StatusOK || !strings.Contains(got.Body, "1 person har logget inn slik") {
		t.Errorf("the settings do not tell how many have signed in: got %d", got.Status)
	}
	h.provider.Person("kari", kari("email", "kari.gift@example.org", "email_verified", false))
	again := h.Guest()
	if got := h.signIn(again, "kari"); got.Location != "/" {
		t.Errorf("with another address and the same subject: got %d to %q", got.Status, got.Location)
	}
	h.as(again, u)
	h.provider.Apart()
	h.provider.RotateKeys()
	if got := h.signIn(h.Guest(), "kari"); got.Location != "/" {
		t.Errorf("with new keys, and the claims told apart: got %d to %q: %.800s", got.Status, got.Location, got.Body)
	}
}

func TestWhoIsNotLetInByAccount(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	u := h.invited("kari@example.org")
	gone := h.invited("borte@example.org")
	if err := h.DB.Deactivate(t.Context(), models.System(), gone.ID); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		claims provider.Claims
		words  string
	}{
		{"unverified", kari("email_verified", false), "ikke at e-postadressen er bekreftet"},
		{"nothing said", kari("email_verified", nil), "ikke at e-postadressen er bekreftet"},
		{"no address", kari("email", ""), "forteller ikke e-postadressen"},
		{"unknown", kari("sub", "ola", "email", "ola@example.org"), "ikke lagt til i Kollega ennå"},
		{"deactivated", kari("sub", "borte", "email", "borte@example.org"), "ikke lenger tilgang"},
	} {
		h.provider.Person(c.name, c.claims)
		who := h.Guest()
		h.refused(h.signIn(who, c.name), http.StatusForbidden, c.words)
		if got := who.Get("/settings/me"); got.Location != "/login" {
			t.Errorf("%s: got %d, want nobody signed in", c.name, got.Status)
		}
	}
	if n := h.count(`select count(*) from user_identities`); n != 0 {
		t.Errorf("%d accounts are linked, want none", n)
	}
	h.provider.Person("entra", kari("email_verified", nil, "xms_edov", "1"))
	if got := h.signIn(h.Guest(), "entra"); got.Location != "/" {
		t.Errorf("verified as Entra ID says it: got %d: %.800s", got.Status, got.Body)
	}
	h.provider.Person("thief", kari("sub", "kari-2"))
	h.refused(h.signIn(h.Guest(), "thief"), http.StatusForbidden, "logger inn med en annen konto")
	if got := h.As(models.RoleAdmin).PostForm("/hr/people/"+u.ID.String()+"/unlink", nil); got.Status != http.StatusSeeOther {
		t.Errorf("unlink: got %d", got.Status)
	}
	if got := h.signIn(h.Guest(), "thief"); got.Location != "/" {
		t.Errorf("a new account after the old one was unlinked: got %d", got.Status)
	}
	if err := h.DB.Deactivate(t.Context(), models.System(), u.ID); err != nil {
		t.Fatal(err)
	}
	h.refused(h.signIn(h.Guest(), "thief"), http.StatusForbidden, "ikke lenger tilgang")
}

func TestWhoeverHasAnAccountMayBeLetIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if got := h.As(models.RoleAdmin).PostForm("/settings/identity", url.Values{"passwords": {"all"}, "create_people": {"1"}, "groups_claim": {"groups"}}); got.Status != http.StatusSeeOther {
		t.Fatalf("settings: got %d: %.1000s", got.Status, got.Body)
	}
	h.provider.Person("new", kari("sub", "ny", "email", "ny@example.org", "name", "Nina Ny", "locale", "en-GB"))
	c := h.Guest()
	if got := h.signIn(c, "new"); got.Location != "/" {
		t.Fatalf("got %d to %q: %.800s", got.Status, got.Location, got.Body)
	}
	u, err := h.DB.UserByEmail(t.Context(), "ny@example.org")
	if err != nil || u.Role != models.RoleEmployee || u.Name != "Nina Ny" || u.Language != "en" || u.JoinedAt == nil {
		t.Errorf("got %+v, %v", u, err)
	}
	h.provider.Person("unproven", kari("sub", "x", "email", "x@example.org", "email_verified", false))
	h.refused(h.signIn(h.Guest(), "unproven"), http.StatusForbidden, "bekreftet")
}

func TestForgedAndReplayedAnswersOfTheProvider(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.invited("kari@example.org")
	h.provider.Person("kari", kari())
	for name, wrong := range map[string]func(provider.Claims){
		"nonce":    func(c provider.Claims) { c["nonce"] = "another" },
		"no nonce": func(c provider.Claims) { delete(c, "nonce") },
		"audience": func(c provider.Claims) { c["aud"] = "another" },
		"issuer":   func(c provider.Claims) { c["iss"] = "https://evil.example" },
		"expired":  func(c provider.Claims) { c["exp"] = time.Now().Add(-time.Minute).Unix() },
	} {
		h.provider.Wrong(wrong)
		c := h.Guest()
		got := h.signIn(c, "kari")
		if got.Status != http.StatusBadRequest || !strings.Contains(got.Body, "kunne ikke godtas") {
			t.Errorf("%s: got %d to %q", name, got.Status, got.Location)
		}
		if got := c.Get("/settings/me"); got.Location != "/login" {
			t.Errorf("%s: got %d, want nobody signed in", name, got.Status)
		}
	}
	h.provider.Wrong(nil)
	c := h.Guest()
	back := h.begin(c, "kari")
	h.refused(h.Guest().Get(back), http.StatusBadRequest, "ikke begynt her")
	u, err := url.Parse(back)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("iss", "https://evil.example")
	h.refused(c.Get(web.AccountPath+"?"+q.Encode()), http.StatusBadRequest, "kunne ikke godtas")
	h.refused(c.Get(back), http.StatusBadRequest, "ikke begynt her") // the state is used up
	h.refused(c.Get(web.AccountPath), http.StatusBadRequest, "ikke begynt her")
	h.refused(h.signIn(c, "-"), http.StatusBadRequest, "avbrutt")
	back = h.begin(c, "kari")
	if got := c.Get(back); got.Location != "/" {
		t.Fatalf("after all that: got %d to %q", got.Status, got.Location)
	}
	other := h.Guest() // a code works once, whoever has it
	mine := h.begin(other, "kari")
	forged := strings.Replace(mine, "code="+query(t, mine, "code"), "code="+query(t, back, "code"), 1)
	h.refused(other.Get(forged), http.StatusBadRequest, "kunne ikke godtas")
	late := h.Guest()
	back = h.begin(late, "kari")
	h.DB.Now = func() time.Time { return time.Now().Add(time.Hour) }
	h.refused(late.Get(back), http.StatusBadRequest, "tok for lang tid")
}

func query(t *testing.T, address, name string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query().Get(name)
}

func TestWhileTheProviderIsAway(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	u := h.invited("kari@example.org")
	withPassword := h.User(models.User{Email: "ola@example.org"})
	h.provider.Person("kari", kari())
	h.provider.Stop()
	h.configure() // started while it was away
	c := h.Guest()
	got := c.Get("/login/account")
	h.refused(got, http.StatusServiceUnavailable, "svarer ikke akkurat nå")
	if !strings.Contains(got.Body, `name="password"`) || got.Header.Get("Retry-After") == "" {
		t.Error("the page that says so offers no password")
	}
	if got := c.PostForm("/login", url.Values{"email": {"ola@example.org"}, "password": {handlerstest.Password}}); got.Location != "/" {
		t.Errorf("with a password: got %d", got.Status)
	}
	h.as(c, withPassword)
	if got := h.As(models.RoleAdmin).Get("/settings/identity"); got.Status != http.StatusOK || !strings.Contains(got.Body, "Svarer ikke") {
		t.Errorf("the settings: got %d", got.Status)
	}
	h.provider.Start()
	back := h.Guest()
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(200 * time.Millisecond) {
		if got := back.Get("/login/account"); got.Status == http.StatusSeeOther {
			break
		} else if time.Now().After(end) {
			t.Fatalf("the provider is back: got %d", got.Status)
		}
	}
	at := h.begin(back, "kari")
	h.provider.Stop()
	h.refused(back.Get(at), http.StatusServiceUnavailable, "svarer ikke akkurat nå")
	if got := h.Guest().Get("/login/account"); got.Status != http.StatusSeeOther {
		t.Errorf("where to go is remembered: got %d", got.Status)
	}
	h.provider.Start()
	if got := h.signIn(back, "kari"); got.Location != "/" {
		t.Errorf("back again: got %d to %q", got.Status, got.Location)
	}
	h.as(back, u)
}

func TestGroupsGiveRolesAndTeams(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	admin := h.As(models.RoleAdmin)
	u := h.invited("kari@example.org")
	drift, salg := h.Team("Drift", nil), h.Team("Salg", nil)
	line := func(group, role string, team *models.Team) {
		t.Helper()
		form := url.Values{"group": {group}, "role": {role}}
		if team != nil {
			form.Set("team", team.ID.String())
		}
		if got := admin.PostForm("/settings/identity/groups", form); got.Status != http.StatusSeeOther {
			t.Fatalf("%s: got %d: %.1500s", group, got.Status, got.Body)
		}
	}
	line("/Kollega/HR", models.RoleHR, nil)
	line("ledere", models.RoleLeader, nil)
	line("drift", "", &drift)
	h.Run(t, []handlerstest.Scenario{
		{Name: "nothing given", As: "admin", Path: "/settings/identity/groups", Form: url.Values{"group": {"tom"}}, WantStatus: 422, WantBody: []string{"Velg en rolle eller et team", `value="tom"`}},
		{Name: "twice", As: "admin", Path: "/settings/identity/groups", Form: url.Values{"group": {"LEDERE"}, "role": {"hr"}}, WantStatus: 422, WantBody: []string{"står her alt"}},
		{Name: "no claim", As: "admin", Path: "/settings/identity", Form: url.Values{"groups_claim": {" "}}, WantStatus: 422, WantBody: []string{`id="groups_claim-error"`}},
		{As: "admin", Path: "/settings/identity", WantStatus: 200, WantBody: []string{"/Kollega/HR", "Gir teamet Drift", "Svarer", "Ingen innlogging har hatt feltet"}},
	})
	in := func(groups any, role string, team *models.Team) {
		t.Helper()
		claims := kari()
		if groups != nil {
			claims["groups"] = groups
		}
		h.provider.Person("kari", claims)
		if got := h.signIn(h.Guest(), "kari"); got.Location != "/" {
			t.Fatalf("groups %v: got %d to %q: %.800s", groups, got.Status, got.Location, got.Body)
		}
		got, err := h.DB.User(t.Context(), u.ID)
		if err != nil || got.Role != role || (got.TeamID == nil) != (team == nil) || team != nil && *got.TeamID != team.ID {
			t.Errorf("groups %v: got the role %s and the team %v (%v), want %s and %v", groups, got.Role, got.Team, err, role, team)
		}
	}
	if _, err := h.DB.ChangeUser(t.Context(), models.System(), u.ID, models.UserChange{Name: u.Name, Role: models.RoleLeader, TeamID: &salg.ID}); err != nil {
		t.Fatal(err)
	}
	in(nil, models.RoleLeader, &salg) // no sign-in has carried the claim: nothing is known
	in([]string{"/kollega/hr", "ledere", "andre"}, models.RoleHR, &salg)
	in([]string{"Ledere", "Drift"}, models.RoleLeader, &drift)
	in([]string{}, models.RoleEmployee, nil)
	in("ledere", models.RoleLeader, nil)
	in(nil, models.RoleEmployee, nil) // it comes with others: without it, one is in no group
	if n := h.count(`select count(*) from audit where subject_id = $1 and actor = 'system' and details ->> 'groups' = 'true'`, u.ID); n != 5 {
		t.Errorf("%d entries of the audit log, want one for each change by groups", n)
	}
}

func TestGroupsThatAreToldWhenTheirScopeIsAskedFor(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	u := h.invited("kari@example.org")
	if err := h.DB.AddIdentityGroup(t.Context(), "Kollega-HR", models.RoleHR, nil); err != nil {
		t.Fatal(err)
	}
	h.provider.GroupsWhenAsked("groups")
	h.provider.Person("kari", kari("groups", []string{"Kollega-HR"}))
	if h.signIn(h.Guest(), "kari"); h.role(u) != models.RoleEmployee {
		t.Error("groups were told without their scope")
	}
	h.configure(func(c *account.Config) { c.Scopes = []string{"openid", "email", "profile", "groups"} })
	if got := h.signIn(h.Guest(), "kari"); got.Location != "/" || h.role(u) != models.RoleHR {
		t.Errorf("with the scope: got %d and the role %s, want %s", got.Status, h.role(u), models.RoleHR)
	}
}

// TestAddressesOfTheHousesDomains is a provider that does not say whether addresses are verified, as AD FS and Entra ID by itself.
func TestAddressesOfTheHousesDomains(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.configure(func(c *account.Config) { c.Domains = []string{"Fjordheim.example"} })
	for _, c := range []struct {
		name, email  string
		verified, in any
		edov         any
	}{
		{"said by nobody", "kari@FJORDHEIM.example", nil, true, nil},
		{"said no", "ola@fjordheim.example", false, false, nil},
		{"said no by Entra ID", "per@fjordheim.example", nil, false, "0"},
		{"of another domain", "eva@example.org", nil, false, nil},
		{"of a domain below", "liv@gjest.fjordheim.example", nil, false, nil},
		{"of a domain that ends alike", "jan@ikkefjordheim.example", nil, false, nil},
	} {
		h.invited(c.email)
		h.provider.Person(c.name, kari("sub", c.name, "email", c.email, "email_verified", c.verified, "xms_edov", c.edov))
		if got := h.signIn(h.Guest(), c.name); (got.Status == http.StatusSeeOther) != c.in {
			t.Errorf("%s: got %d, want let in: %v", c.name, got.Status, c.in)
		}
	}
	h.invited("ida@fjordheim.example")
	h.provider.Person("ida", kari("sub", "ida", "email", "ida@fjordheim.example", "email_verified", false))
	h.provider.Wrong(func(c provider.Claims) { delete(c, "email_verified") })
	h.refused(h.signIn(h.Guest(), "ida"), http.StatusForbidden, "ikke at e-postadressen er bekreftet") // it says no where it is asked
}

func TestGroupsNeverRemoveTheLastAdministrator(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	one := h.Person(models.RoleAdmin)
	for group, role := range map[string]string{"admins": models.RoleAdmin, "hr": models.RoleHR} {
		if err := h.DB.AddIdentityGroup(t.Context(), group, role, nil); err != nil {
			t.Fatal(err)
		}
	}
	h.provider.Person("one", provider.Claims{"sub": "1", "email": one.Email, "email_verified": true, "groups": []string{"hr"}})
	if got := h.signIn(h.Guest(), "one"); got.Location != "/" || h.role(one) != models.RoleAdmin {
		t.Errorf("the only administrator: got %d and is %s", got.Status, h.role(one))
	}
	two := h.User(models.User{Role: models.RoleAdmin, Email: "to@example.org"})
	if got := h.signIn(h.Guest(), "one"); got.Location != "/" || h.role(one) != models.RoleHR {
		t.Errorf("one of two: got %d and is %s", got.Status, h.role(one))
	}
	if h.role(two) != models.RoleAdmin {
		t.Errorf("the other is %s", h.role(two))
	}
}

func TestLogOutOfTheHousesAccountToo(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.invited("kari@example.org")
	h.provider.Person("kari", kari())
	c := h.Guest()
	h.signIn(c, "kari")
	got := c.PostForm("/logout", nil)
	to := strings.TrimPrefix(got.Header.Get("Refresh"), "0; url=")
	if got.Status != http.StatusOK || !strings.HasPrefix(to, h.provider.Issuer()+"/logout?") || !strings.Contains(got.Body, "logget ut av Kollega") {
		t.Fatalf("got %d and on to %q: %.800s", got.Status, to, got.Body)
	}
	if query(t, to, "id_token_hint") == "" || query(t, to, "post_logout_redirect_uri") != h.App.URL("/login") {
		t.Errorf("on to %q", to)
	}
	if got := c.Get("/settings/me"); got.Location != "/login" {
		t.Errorf("afterwards: got %d, want signed out", got.Status)
	}
	if got := h.AsUser(h.User(models.User{})).PostForm("/logout", nil); got.Location != "/login" {
		t.Errorf("of a session with a password: got %d to %q", got.Status, got.Location)
	}
}

func TestPasswordsForAdministratorsOnly(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ola := h.User(models.User{Email: "ola@example.org"})
	admin := h.As(models.RoleAdmin)
	reset, _, err := h.DB.NewUserToken(t.Context(), ola.ID, models.PurposeReset)
	if err != nil {
		t.Fatal(err)
	}
	invite, _, err := h.DB.NewUserToken(t.Context(), h.invited("ny@example.org").ID, models.PurposeInvite)
	if err != nil {
		t.Fatal(err)
	}
	if got := admin.PostForm("/settings/identity", url.Values{"passwords": {"admins"}, "groups_claim": {"groups"}}); got.Status != http.StatusSeeOther {
		t.Fatalf("settings: got %d", got.Status)
	}
	login := func(email, password string) url.Values {
		return url.Values{"email": {email}, "password": {password}}
	}
	mails := func() int {
		return h.count(`select count(*) from river_job where kind = 'send_mail' and args ->> 'id' = $1`, ola.ID.String())
	}
	before := mails()
	h.Run(t, []handlerstest.Scenario{
		{Path: "/login", WantStatus: 200, WantBody: []string{`href="/login/account"`, "Administrator uten tilgang?"}},
		{Name: "employee", Path: "/login", Form: login("ola@example.org", handlerstest.Password), WantStatus: 422, WantBody: []string{"Passord er bare for administratorer", "ola@example.org"}},
		{Name: "wrong", Path: "/login", Form: login("ola@example.org", "feil passord her"), WantStatus: 422, WantBody: []string{"stemmer ikke"}, NotBody: []string{"Passord er bare for administratorer. Logg"}},
		{Name: "administrator", Path: "/login", Form: login("admin@example.org", handlerstest.Password), WantStatus: 303, WantLocation: "/"},
		{Name: "reset page", Path: "/reset/" + reset, WantStatus: 303, WantLocation: "/login"},
		{Name: "reset", Path: "/reset/" + reset, Form: url.Values{"password": {"fem ord om fjellet"}}, WantStatus: 303, WantLocation: "/login"},
		{Name: "invitation", Path: "/invite/" + invite, WantStatus: 303, WantLocation: "/login"},
		{Name: "join", Path: "/invite/" + invite, Form: url.Values{"name": {"Ny"}, "password": {"fem ord om fjellet"}, "language": {"nb"}}, WantStatus: 303, WantLocation: "/login"},
		{Name: "forgot", Path: "/forgot", Form: url.Values{"email": {"ola@example.org"}}, WantStatus: 200},
	})
	if n := mails(); n != before {
		t.Errorf("%d mails with a link to a new password, want none", n-before)
	}
	h.App.Account = nil // the configuration was taken away: nobody is shut out
	h.Run(t, []handlerstest.Scenario{
		{Path: "/login", WantStatus: 200, NotBody: []string{"/login/account"}},
		{Path: "/login/account", WantStatus: 303, WantLocation: "/login"},
		{Name: "employee without a provider", Path: "/login", Form: login("ola@example.org", handlerstest.Password), WantStatus: 303, WantLocation: "/"},
	})
}
