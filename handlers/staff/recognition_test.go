package staff_test

import (
	"net/url"
	"strings"
	"testing"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

func TestWallOfThanks(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	ola, liv := s.User(models.User{Name: "Ola Nord"}), s.User(models.User{Name: "Liv Sør"})
	his, hers, others := s.AsUser(ola), s.AsUser(liv), s.As("employee")
	const text = "Takk for at du ble igjen i går"
	if got := his.PostForm("/thanks", url.Values{"to": {"tull"}, "text": {text}}); got.Status != 422 || !strings.Contains(got.Body, text) {
		t.Errorf("to nobody: got %d, want the words kept", got.Status)
	}
	if got := his.PostForm("/thanks", url.Values{"to": {liv.ID.String()}, "text": {text}}); got.Location != "/thanks" {
		t.Fatalf("send: got %d %q", got.Status, got.Location)
	}
	see := func(who string, c *handlerstest.Client, want bool, paths ...string) {
		t.Helper()
		for _, path := range paths {
			if got := c.Get(path); got.Status != 200 || strings.Contains(got.Body, text) != want {
				t.Errorf("%s reads %s: got %d, the words %v, want %v", who, path, got.Status, !want, want)
			}
		}
	}
	see("whoever is thanked", hers, true, "/thanks", "/mine")
	see("a colleague", others, false, "/thanks", "/mine", "/together")
	see("HR", s.As("hr"), false, "/thanks", "/mine", "/together")
	see("an administrator", s.As("admin"), false, "/thanks", "/settings/audit")
	var id string
	if err := s.DB.Pool().QueryRow(t.Context(), `select id::text from thanks`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	for _, c := range []*handlerstest.Client{his, others, s.As("hr")} {
		if got := c.PostForm("/thanks/"+id+"/show", url.Values{"show": {"1"}}); got.Status != 404 {
			t.Errorf("another shows it: got %d", got.Status)
		}
	}
	if got := s.As("leader").PostForm("/hr/thanks/"+id+"/remove", nil); got.Status != 403 {
		t.Errorf("a leader removes it: got %d", got.Status)
	}
	hers.PostForm("/thanks/"+id+"/show", url.Values{"show": {"1"}})
	see("a colleague, when she agreed", others, true, "/thanks")
	hers.PostForm("/thanks/"+id+"/show", url.Values{"show": {"0"}, "from": {"mine"}})
	see("a colleague, when she thought again", others, false, "/thanks")
	if got := others.PostForm("/thanks/"+id+"/takeback", nil); got.Status != 404 {
		t.Errorf("another takes it back: got %d", got.Status)
	}
	his.PostForm("/thanks/"+id+"/takeback", nil)
	see("she, when it was taken back", hers, false, "/thanks", "/mine")
}

// TestThanksInALargeHouse has a colleague be found by name where there are too many to list.
func TestThanksInALargeHouse(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	liv := s.User(models.User{Name: "Liv Sør"})
	c := s.As("employee")
	if _, err := s.DB.Pool().Exec(t.Context(), `insert into users (id, email, email_key, name, role, joined_at, created_at, updated_at)
		select gen_random_uuid(), n || '@example.org', n || '@example.org', 'Person ' || n, 'employee', now(), now(), now() from generate_series(1, 250) n`); err != nil {
		t.Fatal(err)
	}
	const text = "Takk for kaffen"
	for _, page := range []struct {
		path       string
		form       url.Values // nil where the page is asked for
		want, none []string
	}{
		{"/thanks", nil, []string{`name="q"`}, []string{`name="to"`, "Person 7", "Liv Sør"}},
		{"/thanks/find", nil, []string{`name="q"`}, []string{`name="to"`}},
		{"/thanks/find", url.Values{"q": {"liv"}}, []string{`name="q"`, `name="to"`, "Liv Sør"}, []string{"Person 7", "Flere passer"}},
		{"/thanks?to=" + liv.ID.String(), nil, []string{`value="` + liv.ID.String() + `" selected`}, []string{"Person 7"}},
		{"/thanks/find", url.Values{"q": {"tulling"}}, []string{"Fant ingen flere som heter «tulling»"}, []string{`name="to"`}},
		{"/thanks/find", url.Values{"q": {"tulling"}, "text": {text}}, []string{"Fant ingen flere som heter «tulling»", `name="to"`, text + "</textarea>"}, nil},
		{"/thanks/find", url.Values{"q": {"Person"}, "text": {text}, "to": {liv.ID.String()}}, []string{"Flere passer", text + "</textarea>", `value="` + liv.ID.String() + `" selected`, "Person 1"}, nil},
	} {
		got := c.Get(page.path)
		if page.form != nil {
			got = c.PostForm(page.path, page.form)
		}
		for _, want := range page.want {
			if got.Status != 200 || !strings.Contains(got.Body, want) {
				t.Errorf("%s %v: got %d without %q", page.path, page.form, got.Status, want)
			}
		}
		for _, none := range page.none {
			if strings.Contains(got.Body, none) {
				t.Errorf("%s %v: has %q", page.path, page.form, none)
			}
		}
	}
	if got := c.PostForm("/thanks", url.Values{"to": {""}, "text": {text}}); got.Status != 422 || !strings.Contains(got.Body, text) {
		t.Errorf("to nobody: got %d, want the words kept", got.Status)
	}
	if got := c.PostForm("/thanks", url.Values{"to": {liv.ID.String()}, "text": {text}}); got.Location != "/thanks" {
		t.Errorf("to her: got %d %q", got.Status, got.Location)
	}
}

func TestRankingPages(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	var people []*handlerstest.Client
	for _, name := range []string{"Anne A", "Bjørn B", "Cato C", "Dina D", "Else E"} {
		people = append(people, s.AsUser(s.User(models.User{Name: name})))
	}
	join := func(c *handlerstest.Client, in string) handlerstest.Answer {
		return c.PostForm("/together/ranking", url.Values{"in": {in}})
	}
	if got := people[0].Get("/together"); got.Status != 200 || strings.Contains(got.Body, "angering") {
		t.Errorf("a house without one: got %d, want nothing said of it", got.Status)
	}
	if got := join(people[0], "1"); got.Status != 404 {
		t.Errorf("joined where there is none: got %d", got.Status)
	}
	for _, role := range []string{"employee", "leader"} {
		if got := s.As(role).PostForm("/hr/ranking", url.Values{"on": {"1"}}); got.Status != 403 {
			t.Errorf("%s switches it on: got %d", role, got.Status)
		}
	}
	s.As("hr").PostForm("/hr/ranking", url.Values{"on": {"1"}})
	for _, c := range people {
		if got := s.As("employee").Get("/together"); strings.Contains(got.Body, "Anne A") || !strings.Contains(got.Body, "For få") {
			t.Error("shown before five have joined")
		}
		if got := join(c, "1"); got.Location != "/together#ranking" {
			t.Fatalf("join: got %d %q", got.Status, got.Location)
		}
	}
	if got := s.As("employee").Get("/together"); !strings.Contains(got.Body, "Anne A") || !strings.Contains(got.Body, "Bli med") || strings.Contains(got.Body, "Employee Hansen</span>") {
		t.Error("five have joined: want them and nobody else")
	}
	join(people[0], "0")
	if got := s.As("employee").Get("/together"); strings.Contains(got.Body, "Anne A") || strings.Contains(got.Body, "Bjørn B") {
		t.Error("one left: want her gone at once, and too few to show")
	}
}
