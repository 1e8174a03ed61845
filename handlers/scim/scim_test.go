package scim_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"kollega/handlers/handlerstest"
	"kollega/internal/account"
	"kollega/internal/testenv"
	"kollega/models"
)

func TestMain(m *testing.M) { testenv.Main(m) }

// directory is a house's directory: a program with a token.
type directory struct {
	*handlerstest.Site

	t      *testing.T
	client *handlerstest.Client
	token  string
}

func newDirectory(t *testing.T) directory {
	t.Helper()
	s := handlerstest.New(t)
	token, err := s.DB.CreateDirectoryToken(t.Context(), models.System(), "Katalogen")
	if err != nil {
		t.Fatal(err)
	}
	return directory{s, t, s.Guest(), token}
}

// resource is what comes back.
type resource map[string]any

func (r resource) id() string { s, _ := r["id"].(string); return s }

func (r resource) text(name string) string { s, _ := r[name].(string); return s }

// ask sends a body as a directory does and fails unless the answer has that status.
func (d directory) ask(want int, method, path, body string) resource {
	d.t.Helper()
	got := d.client.Do(method, "/scim/v2"+path, strings.NewReader(body), "Authorization", "Bearer "+d.token, "Content-Type", "application/scim+json", "Accept", "application/scim+json")
	if got.Status != want {
		d.t.Fatalf("%s %s %s: got %d, want %d: %s", method, path, body, got.Status, want, got.Body)
	}
	var r resource
	if got.Body != "" && json.Unmarshal([]byte(got.Body), &r) != nil {
		d.t.Fatalf("%s %s: no JSON: %s", method, path, got.Body)
	}
	return r
}

// user is a person as the program has them.
func (d directory) user(id string) models.User {
	d.t.Helper()
	var u models.User
	people, _, err := d.DB.People(d.t.Context(), models.PeopleFilter{Limit: 100})
	if err != nil {
		d.t.Fatal(err)
	}
	gone, _, err := d.DB.People(d.t.Context(), models.PeopleFilter{State: models.PersonDeactivated, Limit: 100})
	if err != nil {
		d.t.Fatal(err)
	}
	for _, p := range append(people, gone...) {
		if p.ID.String() == id {
			u = p
		}
	}
	if u.Email == "" {
		d.t.Fatalf("nobody has the id %q", id)
	}
	return u
}

func (d directory) count(sql string, args ...any) (n int) {
	d.t.Helper()
	if err := d.DB.Pool().QueryRow(d.t.Context(), sql, args...).Scan(&n); err != nil {
		d.t.Fatal(err)
	}
	return n
}

// listed is how many a list has in all, and the first of them.
func (d directory) listed(path string) (int, resource) {
	d.t.Helper()
	r := d.ask(http.StatusOK, "GET", path, "")
	all, _ := r["totalResults"].(float64)
	found, _ := r["Resources"].([]any)
	if len(found) == 0 {
		return int(all), nil
	}
	first, _ := found[0].(map[string]any)
	return int(all), first
}

const entraUser = `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
	"externalId":"0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef","userName":"Kari.Nordmann@fjordheim.example","active":true,"addresses":[],
	"emails":[{"primary":true,"type":"work","value":"kari.nordmann@fjordheim.example"}],"displayName":"Kari Nordmann",
	"meta":{"resourceType":"User"},"name":{"formatted":"Kari Nordmann","familyName":"Nordmann","givenName":"Kari"},
	"roles":[],"title":"Montør","preferredLanguage":"en-GB",
	"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Drift","manager":"0f3a"}}`

func entraPatch(operations string) string {
	return `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[` + operations + `]}`
}

func TestPeopleAsEntraSendsThem(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	filter := `/Users?filter=userName+eq+"kari.nordmann@fjordheim.example"`
	if all, _ := d.listed(filter); all != 0 {
		t.Fatalf("%d before anybody was sent", all)
	}
	made := d.ask(http.StatusCreated, "POST", "/Users", entraUser)
	id := made.id()
	if made.text("userName") != "Kari.Nordmann@fjordheim.example" || made["active"] != true || made.text("externalId") != "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef" {
		t.Errorf("got %v", made)
	}
	if u := d.user(id); u.Name != "Kari Nordmann" || u.Role != models.RoleEmployee || u.Language != "en" || u.JoinedAt != nil {
		t.Errorf("got %+v", u)
	}
	if n := d.count(`select count(*) from river_job where kind = 'send_mail' and args ->> 'mail' = 'invite' and args ->> 'id' = $1`, id); n != 1 {
		t.Errorf("%d invitations, want one: people sign in with passwords here", n)
	}
	d.ask(http.StatusConflict, "POST", "/Users", entraUser)
	if all, found := d.listed(filter); all != 1 || found.id() != id {
		t.Errorf("by its name: %d, %v", all, found)
	}
	if all, _ := d.listed(`/Users?filter=externalId+eq+"0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef"`); all != 1 {
		t.Errorf("by its id of the directory: %d", all)
	}
	if all, found := d.listed(`/Users?filter=emails[type+eq+"work"].value+eq+"kari.nordmann@fjordheim.example"`); all != 1 || found.id() != id {
		t.Errorf("by its address, as Entra ID asks for it: %d, %v", all, found)
	}
	d.ask(http.StatusOK, "PATCH", "/Users/"+id, entraPatch(`{"op":"Replace","path":"emails[type eq \"work\"].value","value":"kari.gift@fjordheim.example"},
		{"op":"Replace","path":"name.familyName","value":"Gift"},{"op":"Replace","path":"displayName","value":"Kari Gift"},
		{"op":"Add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":"9f3a"},
		{"op":"Add","path":"phoneNumbers[type eq \"mobile\"].value","value":"+47 900 00 000"}`))
	if u := d.user(id); u.Name != "Kari Gift" || u.Email != "kari.gift@fjordheim.example" {
		t.Errorf("after a change: got %+v", u)
	}
	d.ask(http.StatusOK, "PATCH", "/Users/"+id, entraPatch(`{"op":"Replace","value":{"displayName":"Kari Vik","name.familyName":"Vik","emails[type eq \"work\"].value":"kari.vik@fjordheim.example",
		"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department":"Salg"}}`))
	if u := d.user(id); u.Name != "Kari Vik" || u.Email != "kari.vik@fjordheim.example" {
		t.Errorf("after a change without a path: got %+v", u)
	}
	if got := d.ask(http.StatusOK, "PATCH", "/Users/"+id, entraPatch(`{"op":"Add","path":"title","value":"Sjef"}`)); got.text("displayName") != "Kari Vik" {
		t.Errorf("nothing that is kept: got %v", got)
	}
	d.ask(http.StatusOK, "PATCH", "/Users/"+id, entraPatch(`{"op":"Replace","path":"active","value":"False"}`))
	if u := d.user(id); u.Active() {
		t.Error("active, after the directory said that they are not")
	}
	if got := d.ask(http.StatusOK, "GET", "/Users/"+id, ""); got["active"] != false {
		t.Errorf("got %v", got)
	}
	d.ask(http.StatusOK, "PATCH", "/Users/"+id, entraPatch(`{"op":"Replace","path":"active","value":"True"}`))
	if u := d.user(id); !u.Active() {
		t.Error("not active again")
	}
	d.ask(http.StatusNoContent, "DELETE", "/Users/"+id, "")
	d.ask(http.StatusNotFound, "GET", "/Users/"+id, "")
	d.ask(http.StatusNotFound, "DELETE", "/Users/"+id, "")
	if u := d.user(id); u.Active() {
		t.Error("active after having been deleted")
	}
	if all, _ := d.listed(`/Users?filter=userName+eq+"kari.nordmann@fjordheim.example"`); all != 0 {
		t.Errorf("%d listed after having been deleted", all)
	}
	if again := d.ask(http.StatusCreated, "POST", "/Users", entraUser); again.id() != id || !d.user(id).Active() {
		t.Errorf("back again: got %v, want the same person, active", again)
	}
}

func TestPeopleAsOktaSendsThem(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	d.App.Account = account.New(account.Config{Issuer: "https://id.example.org", ClientID: "kollega"})
	body := func(active, family string) string {
		return `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ola@fjordheim.example","name":{"givenName":"Ola","familyName":"` + family + `"},
			"emails":[{"primary":true,"value":"ola@fjordheim.example","type":"work"}],"displayName":"Ola ` + family + `","locale":"nb-NO","externalId":"00ujl29u0le5T6Aj10h7","groups":[],"password":"1mz050nq","active":` + active + `}`
	}
	id := d.ask(http.StatusCreated, "POST", "/Users", body("true", "Vik")).id()
	if n := d.count(`select count(*) from river_job where kind = 'send_mail'`); n != 0 {
		t.Errorf("%d mails, want none: people sign in with the house's account", n)
	}
	if n := d.count(`select count(*) from users where id = $1 and password_hash = '' and invited_at is null`, id); n != 1 {
		t.Error("the password that was sent was kept, or an invitation noted")
	}
	d.ask(http.StatusOK, "PUT", "/Users/"+id, body("true", "Lie"))
	if u := d.user(id); u.Name != "Ola Lie" {
		t.Errorf("got %+v", u)
	}
	d.ask(http.StatusOK, "PATCH", "/Users/"+id, entraPatch(`{"op":"replace","value":{"active":false}}`))
	if d.user(id).Active() {
		t.Error("active, after the directory said that they are not")
	}
	d.ask(http.StatusOK, "PUT", "/Users/"+id, body("true", "Lie"))
	if !d.user(id).Active() {
		t.Error("not active again")
	}
	other := d.User(models.User{Email: "kari@fjordheim.example"})
	d.ask(http.StatusConflict, "PATCH", "/Users/"+id, entraPatch(`{"op":"replace","path":"emails","value":[{"value":"kari@fjordheim.example","primary":true}]}`))
	taken := strings.NewReplacer("ola@", "kari@", "00ujl29u0le5T6Aj10h7", "00ukari").Replace(body("true", "Nordmann"))
	if got := d.ask(http.StatusCreated, "POST", "/Users", taken); got.id() != other.ID.String() {
		t.Errorf("somebody who was there already: got %v, want the same person taken up", got)
	}
	if u := d.user(other.ID.String()); u.JoinedAt == nil || u.Name != "Ola Nordmann" {
		t.Errorf("got %+v", u)
	}
}

func TestListsOfPeopleHavePages(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	for range 5 {
		d.User(models.User{})
	}
	seen := map[string]bool{}
	for _, from := range []string{"1", "3", "5"} {
		r := d.ask(http.StatusOK, "GET", "/Users?startIndex="+from+"&count=2", "")
		if r["totalResults"] != 5.0 || r["itemsPerPage"] != 2.0 {
			t.Errorf("from %s: got %v of %v", from, r["itemsPerPage"], r["totalResults"])
		}
		for _, item := range r["Resources"].([]any) {
			seen[resource(item.(map[string]any)).id()] = true
		}
	}
	if len(seen) != 5 {
		t.Errorf("%d people on three pages, want 5", len(seen))
	}
	if all, first := d.listed("/Users?count=0"); all != 5 || first != nil {
		t.Errorf("asked for none: got %d and %v", all, first)
	}
	if all, first := d.listed("/Users?startIndex=99"); all != 5 || first != nil {
		t.Errorf("after the last: got %d and %v", all, first)
	}
}

func TestWhoLeavesIsOutAtOnce(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	u := d.User(models.User{Name: "Kari Nordmann", Email: "kari@example.org", ShowName: true})
	browser := d.AsUser(u)
	_, api, err := d.DB.CreateAPIToken(t.Context(), u.ID, "skript")
	if err != nil {
		t.Fatal(err)
	}
	link := d.Link(u, d.Job(models.Job{}), "")
	open := browser.Live("/live?on=links")
	if got := d.Guest().Get("/s/" + link.Code); !strings.Contains(got.Body, "Kari Nordmann") {
		t.Fatalf("the share link: got %d without the name", got.Status)
	}
	d.ask(http.StatusOK, "PATCH", "/Users/"+u.ID.String(), entraPatch(`{"op":"Replace","path":"active","value":"False"}`))
	open.UntilEnded()
	if got := browser.Get("/settings/me"); got.Location != "/login" {
		t.Errorf("their browser: got %d, want signed out", got.Status)
	}
	if got := d.Guest().Get("/api/v1/jobs", "Authorization", "Bearer "+api); got.Status != http.StatusUnauthorized {
		t.Errorf("their program: got %d, want 401", got.Status)
	}
	if got := d.Guest().Get("/s/" + link.Code); got.Status != http.StatusOK || strings.Contains(got.Body, "Kari Nordmann") {
		t.Errorf("the share link: got %d, want the page without the name", got.Status)
	}
	if n := d.count(`select count(*) from audit where subject_id = $1 and actor = 'system' and details ->> 'active' = 'false'`, u.ID); n != 1 {
		t.Errorf("%d entries of the audit log, want one", n)
	}
}

func TestTheDirectoryCannotRemoveTheLastAdministrator(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	admin := d.User(models.User{Role: models.RoleAdmin})
	got := d.ask(http.StatusConflict, "DELETE", "/Users/"+admin.ID.String(), "")
	if !strings.Contains(got.text("detail"), "administrator") {
		t.Errorf("got %v, want a reason", got)
	}
	d.ask(http.StatusConflict, "PATCH", "/Users/"+admin.ID.String(), entraPatch(`{"op":"Replace","path":"active","value":false}`))
	if !d.user(admin.ID.String()).Active() {
		t.Error("the last administrator is out")
	}
}

func TestGroupsOfTheDirectoryGiveRolesAndTeams(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	drift := d.Team("Drift", nil)
	for _, line := range []struct {
		name, role string
		team       *models.Team
	}{{"Kollega HR", models.RoleHR, nil}, {"aad-drift", models.RoleLeader, &drift}} {
		team := line.team
		in := models.IdentityGroup{Name: line.name, Role: line.role}
		if team != nil {
			in.TeamID = &team.ID
		}
		if err := d.DB.AddIdentityGroup(t.Context(), in.Name, in.Role, in.TeamID); err != nil {
			t.Fatal(err)
		}
	}
	a, b := d.User(models.User{}).ID.String(), d.User(models.User{}).ID.String()
	role := func(id, want string, team *models.Team) {
		t.Helper()
		u := d.user(id)
		if u.Role != want || (u.TeamID == nil) != (team == nil) {
			t.Errorf("got the role %s and the team %v, want %s and %v", u.Role, u.TeamID, want, team)
		}
	}
	group := d.ask(http.StatusCreated, "POST", "/Groups", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"externalId":"g1","displayName":"Kollega HR","members":[{"value":"`+a+`","display":"A"}]}`)
	id := group.id()
	role(a, models.RoleHR, nil)
	d.ask(http.StatusConflict, "POST", "/Groups", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"kollega hr"}`)
	d.ask(http.StatusNoContent, "PATCH", "/Groups/"+id, entraPatch(`{"op":"Add","path":"members","value":[{"value":"`+b+`"}]}`))
	role(b, models.RoleHR, nil)
	d.ask(http.StatusNoContent, "PATCH", "/Groups/"+id, entraPatch(`{"op":"Remove","path":"members","value":[{"value":"`+a+`"}]}`))
	role(a, models.RoleEmployee, nil)
	d.ask(http.StatusNoContent, "PATCH", "/Groups/"+id, entraPatch(`{"op":"remove","path":"members[value eq \"`+b+`\"]"}`))
	role(b, models.RoleEmployee, nil)
	d.ask(http.StatusNoContent, "PATCH", "/Groups/"+id, entraPatch(`{"op":"replace","path":"members","value":[{"value":"`+a+`"},{"value":"`+b+`"}]}`))
	role(a, models.RoleHR, nil)
	if all, found := d.listed(`/Groups?excludedAttributes=members&filter=displayName+eq+"Kollega+HR"`); all != 1 || found["members"] != nil {
		t.Errorf("without members: got %d and %v", all, found)
	}
	if all, _ := d.listed(`/Groups?filter=id+eq+"` + id + `"+and+members+eq+"` + a + `"`); all != 1 {
		t.Errorf("whether a person is in it: got %d", all)
	}
	if got := d.ask(http.StatusOK, "GET", "/Groups/"+id, ""); len(got["members"].([]any)) != 2 {
		t.Errorf("got %v, want two members", got)
	}
	d.ask(http.StatusNoContent, "PATCH", "/Groups/"+id, entraPatch(`{"op":"replace","value":{"id":"`+id+`","displayName":"Noe annet"}}`)) // as Okta renames
	role(a, models.RoleEmployee, nil)
	d.ask(http.StatusOK, "PUT", "/Groups/"+id, `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Drift i nord","externalId":"aad-drift","members":[{"value":"`+a+`"}]}`)
	role(a, models.RoleLeader, &drift)
	d.ask(http.StatusBadRequest, "PATCH", "/Groups/"+id, entraPatch(`{"op":"add","path":"members","value":[{"value":"`+models.NewID().String()+`"}]}`))
	d.ask(http.StatusNoContent, "DELETE", "/Groups/"+id, "")
	role(a, models.RoleEmployee, nil)
	d.ask(http.StatusNotFound, "GET", "/Groups/"+id, "")
}

func TestWhatTheDirectoryIsToldOfItself(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	config := d.ask(http.StatusOK, "GET", "/ServiceProviderConfig", "")
	if patch, _ := config["patch"].(map[string]any); patch["supported"] != true {
		t.Errorf("got %v", config)
	}
	if all, _ := d.listed("/ResourceTypes"); all != 2 {
		t.Errorf("%d kinds of resources, want people and groups", all)
	}
	if all, _ := d.listed("/Schemas"); all < 2 {
		t.Errorf("%d schemas", all)
	}
	d.ask(http.StatusOK, "GET", "/Schemas/urn:ietf:params:scim:schemas:core:2.0:User", "")
	for _, c := range []struct {
		status             int
		method, path, body string
	}{
		{400, "GET", `/Users?filter=userName+co+"kari"`, ""},
		{400, "GET", `/Users?filter=userName+eq+"a"+or+userName+eq+"b"`, ""},
		{400, "GET", `/Users?filter=nonsense`, ""},
		{400, "POST", "/Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"]}`},
		{400, "POST", "/Users", `not JSON`},
		{400, "POST", "/Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"no address"}`},
		{404, "GET", "/Users/" + models.NewID().String(), ""},
		{404, "GET", "/Users/1", ""},
		{404, "PATCH", "/Users/1", entraPatch(`{"op":"Replace","path":"active","value":false}`)},
		{404, "PUT", "/Groups/1", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"x"}`},
	} {
		got := d.ask(c.status, c.method, c.path, c.body)
		if got.text("status") == "" || got["schemas"] == nil {
			t.Errorf("%s %s: got %v, want an error as SCIM has it", c.method, c.path, got)
		}
	}
}

func TestWhoMayAskAsTheDirectory(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	admin := d.As(models.RoleAdmin)
	_, person, err := d.DB.CreateAPIToken(t.Context(), admin.User.ID, "skript")
	if err != nil {
		t.Fatal(err)
	}
	for name, token := range map[string]string{"none": "", "of a person": person, "mistyped": d.token[:len(d.token)-1] + "0", "nonsense": "x"} {
		got := admin.Get("/scim/v2/Users", "Authorization", "Bearer "+token)
		if got.Status != http.StatusUnauthorized || got.Header.Get("WWW-Authenticate") == "" {
			t.Errorf("a token %s: got %d", name, got.Status)
		}
		if kind := got.Header.Get("Content-Type"); kind != "application/scim+json" || !strings.Contains(got.Body, "urn:ietf:params:scim:api:messages:2.0:Error") {
			t.Errorf("a token %s: got %s %s, want an error as SCIM has it", name, kind, got.Body)
		}
	}
	if got := d.Guest().Get("/api/v1/jobs", "Authorization", "Bearer "+d.token); got.Status != http.StatusUnauthorized {
		t.Errorf("the API by the directory's token: got %d", got.Status)
	}
	page := admin.PostForm("/settings/identity/tokens", map[string][]string{"token_name": {"Entra ID"}})
	at := strings.Index(page.Body, `value="kol_`)
	if page.Status != http.StatusOK || at < 0 {
		t.Fatalf("got %d, want the token shown: %.2000s", page.Status, page.Body)
	}
	secret := page.Body[at+len(`value="`):]
	secret = secret[:strings.IndexByte(secret, '"')]
	if got := d.Guest().Get("/scim/v2/Users", "Authorization", "Bearer "+secret); got.Status != http.StatusOK {
		t.Errorf("by the token from the page: got %d", got.Status)
	}
	if got := admin.Get("/settings/identity"); strings.Contains(got.Body, secret) || !strings.Contains(got.Body, "Entra ID") {
		t.Error("the token is shown again, or not listed")
	}
	var id string
	if err := d.DB.Pool().QueryRow(t.Context(), `select id::text from scim_tokens where name = 'Entra ID'`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	if n := d.count(`select count(*) from scim_tokens where position(convert_to($1, 'UTF8') in hash) > 0`, secret); n != 0 {
		t.Error("the token is kept as it is")
	}
	if got := admin.PostForm("/settings/identity/tokens/"+id+"/revoke", nil); got.Status != http.StatusSeeOther {
		t.Errorf("revoke: got %d", got.Status)
	}
	if got := d.Guest().Get("/scim/v2/Users", "Authorization", "Bearer "+secret); got.Status != http.StatusUnauthorized {
		t.Errorf("by a revoked token: got %d", got.Status)
	}
}

func TestADirectoryInAHurryIsSlowedDown(t *testing.T) {
	t.Parallel()
	d := newDirectory(t)
	now := d.DB.Now()
	d.DB.Now = func() time.Time { return now }
	slowed := 0
	for range 130 {
		got := d.client.Get("/scim/v2/Users?count=1", "Authorization", "Bearer "+d.token)
		if got.Status == http.StatusTooManyRequests && got.Header.Get("Retry-After") != "" {
			slowed++
		}
	}
	if slowed != 10 {
		t.Errorf("%d of 130 at the same moment were slowed down, want 10", slowed)
	}
}
