package hr_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

func TestWhoMayOpenWhat(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	for _, path := range []string{"/hr/people", "/hr/people/new", "/hr/people/import", "/hr/teams", "/settings/organisation"} {
		for role, want := range map[string]int{"guest": 303, "employee": 403, "leader": 403, "hr": 200, "admin": 200} {
			if path == "/settings/organisation" && role == "hr" {
				want = 403
			}
			if got := s.As(role).Get(path); got.Status != want {
				t.Errorf("%s as %s: got %d, want %d", path, role, got.Status, want)
			}
		}
	}
}

func TestPeoplePages(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	team := s.Team("Drift", nil)
	kari := s.User(models.User{Name: "Kari Ås", Email: "kari@example.org", TeamID: &team.ID})
	admin, hr := s.Person("admin"), s.Person("hr")
	at := "/hr/people/" + kari.ID.String()
	add := func(email, role string) url.Values {
		return url.Values{"name": {"Nina"}, "email": {email}, "role": {role}, "team": {team.ID.String()}, "invite": {"1"}}
	}
	s.Run(t, []handlerstest.Scenario{
		{Name: "list", As: "hr", Path: "/hr/people", WantStatus: 200, WantBody: []string{"Kari Ås", "Drift", "3 personer", "Ansatt"}},
		{Name: "search", As: "hr", Path: "/hr/people?q=%C3%A5s", WantStatus: 200, WantBody: []string{"Kari Ås", "1 person"}, NotBody: []string{"Hr Hansen</a>"}},
		{Name: "by team", As: "hr", Path: "/hr/people?team=" + team.ID.String(), WantStatus: 200, WantBody: []string{"1 person"}},
		{Name: "nobody", As: "hr", Path: "/hr/people?q=finnesikke", WantStatus: 200, WantBody: []string{"Ingen passer"}},
		{Name: "bad team", As: "hr", Path: "/hr/people?team=tull", WantStatus: 200, WantBody: []string{"Ingen passer"}},
		{Name: "bad cursor", As: "hr", Path: "/hr/people?cursor=tull", WantStatus: 422},
		{Name: "add", As: "hr", Path: "/hr/people/new", Form: add("nina@example.org", "leader"), WantStatus: 303, WantLocation: "/hr/people"},
		{Name: "added", As: "hr", Path: "/hr/people?state=invited", WantStatus: 200, WantBody: []string{"Nina", "invitasjonen er på vei"}},
		{Name: "add again", As: "hr", Path: "/hr/people/new", Form: add("NINA@example.org", "leader"), WantStatus: 422, WantBody: []string{"i bruk", "NINA@example.org"}},
		{Name: "HR adds an administrator", As: "hr", Path: "/hr/people/new", Form: add("boss@example.org", "admin"), WantStatus: 403},
		{Name: "an employee adds", As: "employee", Path: "/hr/people/new", Form: add("x@example.org", "hr"), WantStatus: 403},
		{Name: "HR is offered no administrators", As: "hr", Path: "/hr/people/new", WantStatus: 200, NotBody: []string{`value="admin"`}},
		{Name: "administrator is", As: "admin", Path: "/hr/people/new", WantStatus: 200, WantBody: []string{`value="admin"`}},
		{Name: "person", As: "hr", Path: at, WantStatus: 200, WantBody: []string{"kari@example.org", "Deaktiver"}},
		{Name: "no such person", As: "hr", Path: "/hr/people/" + models.NewID().String(), WantStatus: 404},
		{Name: "no id", As: "hr", Path: "/hr/people/tull", WantStatus: 404},
		{Name: "HR sees an administrator", As: "hr", Path: "/hr/people/" + admin.ID.String(), WantStatus: 200, WantBody: []string{"Bare en administrator"}, NotBody: []string{"<form method=\"post\" action=\"/hr/people/"}},
		{Name: "change", As: "hr", Path: at, Form: url.Values{"name": {"Kari Li"}, "role": {"leader"}, "team": {""}}, WantStatus: 303, WantLocation: at},
		{Name: "changed", As: "hr", Path: at, WantStatus: 200, WantBody: []string{"Kari Li", "Uten team"}},
		{Name: "no name", As: "hr", Path: at, Form: url.Values{"name": {""}, "role": {"leader"}}, WantStatus: 422, WantBody: []string{"Fyll ut"}},
		{Name: "no such team", As: "hr", Path: at, Form: url.Values{"name": {"K"}, "role": {"leader"}, "team": {"tull"}}, WantStatus: 422},
		{Name: "HR makes an administrator", As: "hr", Path: at, Form: url.Values{"name": {"Kari"}, "role": {"admin"}}, WantStatus: 403},
		{Name: "HR deactivates an administrator", As: "hr", Path: "/hr/people/" + admin.ID.String() + "/deactivate", Form: url.Values{}, WantStatus: 403},
		{Name: "the last administrator steps down", As: "admin", Path: "/hr/people/" + admin.ID.String(), Form: url.Values{"name": {"A"}, "role": {"hr"}}, WantStatus: 303},
		{Name: "and is told", As: "admin", Path: "/hr/people/" + admin.ID.String(), WantStatus: 200, WantBody: []string{"minst én administrator"}},
		{Name: "oneself", As: "hr", Path: "/hr/people/" + hr.ID.String() + "/deactivate", Form: url.Values{}, WantStatus: 303},
		{Name: "one is told", As: "hr", Path: "/hr/people/" + hr.ID.String(), WantStatus: 200, WantBody: []string{"deaktivere deg selv"}},
		{Name: "invite who has joined", As: "hr", Path: at + "/invite", Form: url.Values{}, WantStatus: 303},
		{Name: "HR is told", As: "hr", Path: at, WantStatus: 200, WantBody: []string{"trenger ingen invitasjon"}},
	})
	session := s.AsUser(kari)
	if got := session.Get("/settings/me"); got.Status != 200 {
		t.Fatalf("before: got %d", got.Status)
	}
	s.As("hr").PostForm(at+"/deactivate", nil)
	if got := session.Get("/settings/me"); got.Location != "/login" {
		t.Errorf("a deactivated person's session: got %d, want it ended", got.Status)
	}
	s.Run(t, []handlerstest.Scenario{
		{Name: "not in the list", As: "hr", Path: "/hr/people", WantStatus: 200, NotBody: []string{"Kari Li</a>"}},
		{Name: "among the deactivated", As: "hr", Path: "/hr/people?state=deactivated", WantStatus: 200, WantBody: []string{"Kari Li"}},
		{Name: "reactivate", As: "hr", Path: at + "/reactivate", Form: url.Values{}, WantStatus: 303},
		{Name: "back", As: "hr", Path: at, WantStatus: 200, WantBody: []string{"er aktiv igjen"}},
	})
}

// A real house's list is far longer than the tokens that are signed elsewhere.
func TestImportOfAWholeHouse(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	c := s.As("hr")
	csv := "email,name,role,team\n"
	for i := range 400 {
		csv += fmt.Sprintf("person.%d@example.org,Person Nummer %d,employee,Enhet %d\n", i, i, i%7)
	}
	page := c.PostMultipart("/hr/people/import", nil, handlerstest.File{Field: "file", Name: "folk.csv", Type: "text/csv", Content: []byte(csv)})
	content := regexp.MustCompile(`name="content" value="([^"]+)"`).FindStringSubmatch(page.Body)
	if content == nil {
		t.Fatalf("preview: got %d, nothing to confirm with", page.Status)
	}
	if got := c.PostForm("/hr/people/import/confirm", url.Values{"content": {content[1]}}); got.Status != 303 {
		t.Fatalf("confirm: got %d %.300s", got.Status, got.Body)
	}
	if _, err := s.DB.UserByEmail(t.Context(), "person.399@example.org"); err != nil {
		t.Errorf("the last of the list: %v", err)
	}
}

func TestImportPages(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	c := s.As("hr")
	csv := "E-post;Navn;Rolle;Team\r\nnina@example.org;Nina \xc5s;leder;Ny enhet\r\nhr@example.org;Hr Hansen;hr;\r\ntull;;;\r\n"
	file := handlerstest.File{Field: "file", Name: "folk.csv", Type: "text/csv", Content: []byte(csv)}
	page := c.PostMultipart("/hr/people/import", nil, file)
	if page.Status != 200 {
		t.Fatalf("preview: got %d %.500s", page.Status, page.Body)
	}
	for _, want := range []string{"Nina Ås", "Ny enhet", "Som før", "Skriv en e-postadresse", "Gjennomfør for 1 person"} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("the preview lacks %q", want)
		}
	}
	if _, err := s.DB.UserByEmail(t.Context(), "nina@example.org"); err == nil {
		t.Error("the preview added somebody")
	}
	content := regexp.MustCompile(`name="content" value="([^"]+)"`).FindStringSubmatch(page.Body)
	if content == nil {
		t.Fatal("nothing to confirm with")
	}
	for name, tt := range map[string]struct {
		as      *handlerstest.Client
		content string
	}{"forged": {c, content[1][:len(content[1])-2] + "xx"}, "somebody else's": {s.As("admin"), content[1]}, "none": {c, ""}} {
		if got := tt.as.PostForm("/hr/people/import/confirm", url.Values{"content": {tt.content}}); got.Status != 422 {
			t.Errorf("%s: got %d, want 422", name, got.Status)
		}
	}
	if got := c.PostForm("/hr/people/import/confirm", url.Values{"content": {content[1]}, "invite": {"1"}}); got.Status != 303 {
		t.Fatalf("confirm: got %d %.300s", got.Status, got.Body)
	}
	if got := c.Get("/hr/people"); !strings.Contains(got.Body, "1 nye, 0 endret, 1 hoppet over") || !strings.Contains(got.Body, "Nina Ås") {
		t.Error("the list does not say what was done")
	}
	file.Content = []byte("PK\x03\x04noe")
	if got := c.PostMultipart("/hr/people/import", nil, file); got.Status != 422 || !strings.Contains(got.Body, "regneark") {
		t.Errorf("a spreadsheet: got %d", got.Status)
	}
	if got := c.PostMultipart("/hr/people/import", nil); got.Status != 422 {
		t.Errorf("no file: got %d", got.Status)
	}
	file.Content = make([]byte, 3<<20)
	if got := c.PostMultipart("/hr/people/import", nil, file); got.Status != 413 {
		t.Errorf("too large: got %d", got.Status)
	}
}

func TestTeamPages(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	team, lead := s.Team("Drift", nil), s.Person("leader")
	member := s.User(models.User{TeamID: &team.ID})
	at := "/hr/teams/" + team.ID.String()
	s.Run(t, []handlerstest.Scenario{
		{As: "hr", Path: "/hr/teams", WantStatus: 200, WantBody: []string{"Drift", "1 person"}},
		{Name: "add", As: "hr", Path: "/hr/teams", Form: url.Values{"name": {"Salg"}, "leader": {lead.ID.String()}}, WantStatus: 303},
		{Name: "added", As: "hr", Path: "/hr/teams", WantStatus: 200, WantBody: []string{"Salg er laget", "ledes av Leader Hansen"}},
		{Name: "taken", As: "hr", Path: "/hr/teams", Form: url.Values{"name": {"salg"}}, WantStatus: 422, WantBody: []string{"finnes alt", `value="salg"`}},
		{Name: "rename", As: "hr", Path: at, Form: url.Values{"name": {"Drift og vakt"}, "leader": {""}}, WantStatus: 303},
		{Name: "rename to a taken one", As: "hr", Path: at, Form: url.Values{"name": {"Salg"}}, WantStatus: 422, WantBody: []string{"Drift og vakt"}},
		{Name: "led by an employee", As: "hr", Path: at, Form: url.Values{"name": {"Drift"}, "leader": {member.ID.String()}}, WantStatus: 422, WantBody: []string{"Velg en leder"}},
		{Name: "delete with people", As: "hr", Path: at + "/delete", Form: url.Values{}, WantStatus: 303},
		{Name: "HR is told", As: "hr", Path: "/hr/teams", WantStatus: 200, WantBody: []string{"fortsatt folk"}},
		{Name: "a leader renames", As: "leader", Path: at, Form: url.Values{"name": {"X"}}, WantStatus: 403},
		{Name: "no such team", As: "hr", Path: "/hr/teams/" + models.NewID().String(), Form: url.Values{"name": {"Y"}}, WantStatus: 404},
	})
}
