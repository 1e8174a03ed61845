package hr_test

import (
	"net/url"
	"strings"
	"testing"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

func TestPeopleInAClip(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	clip := s.Clip(s.Job(models.Job{}), models.Clip{Status: models.ClipReady, NoSpeech: true})
	colleague := s.User(models.User{Name: "Siri Kollega", Email: "siri@example.org"})
	at := "/hr/clips/" + clip.ID.String()
	s.Run(t, []handlerstest.Scenario{
		{Name: "nobody yet", As: "hr", Path: at, WantStatus: 200, WantBody: []string{"Hvem er med i klippet?", "kryss av for at ingen kan gjenkjennes", "24 måneder"}},
		{Name: "found", As: "hr", Path: at + "?colleague=siri", WantStatus: 200, WantBody: []string{"Siri Kollega", `value="siri@example.org"`}},
		{Name: "not found", As: "hr", Path: at + "?colleague=xyz", WantStatus: 200, WantBody: []string{"Fant ingen kollega med «xyz»"}},
		{Name: "refused", As: "hr", Path: at + "/people", Form: url.Values{"person_name": {"Ola <b>"}, "person_email": {"nei"}, "person_seen": {"true"}}, WantStatus: 422, WantBody: []string{"Ola &lt;b&gt;", `id="person_email-error"`}},
		{Name: "colleague", As: "hr", Path: at + "/people", Form: url.Values{"person_email": {"siri@example.org"}, "person_seen": {"true"}}, WantStatus: 303, WantLocation: at},
		{Name: "somebody else", As: "hr", Path: at + "/people", Form: url.Values{"person_name": {"Ola Ute"}, "person_email": {"ute@example.com"}, "person_heard": {"true"}, "person_language": {"en"}}, WantStatus: 303},
		{Name: "both", As: "hr", Path: at, WantStatus: 200, WantBody: []string{"siri@example.org · kollega · synes<", "ute@example.com · utenfor huset · høres<", "Alle som er ført opp"}},
	})
	people, err := s.DB.ClipPeople(t.Context(), clip.ID)
	if err != nil || len(people) != 2 {
		t.Fatalf("got %v, %v", people, err)
	}
	other := at + "/people/" + people[1].ID.String()
	s.Run(t, []handlerstest.Scenario{
		{Name: "too soon", As: "hr", Method: "POST", Path: other + "/ask", WantStatus: 303},
		{Name: "said so", As: "hr", Path: at, WantStatus: 200, WantBody: []string{"for under ti minutter siden"}},
		{Name: "no address", As: "hr", Path: other + "/address", Form: url.Values{"email": {"x"}}, WantStatus: 422, WantBody: []string{`value="x"`, "email-" + people[1].ID.String() + "-error"}},
		{Name: "address", As: "hr", Path: other + "/address", Form: url.Values{"email": {"ola@example.com"}}, WantStatus: 303},
		{Name: "no reason", As: "hr", Path: other + "/remove", Form: url.Values{"reason": {""}}, WantStatus: 422},
		{Name: "off the list", As: "hr", Path: other + "/remove", Form: url.Values{"reason": {"Ikke med"}}, WantStatus: 303},
		{Name: "stays in the history", As: "hr", Path: at, WantStatus: 200, WantBody: []string{"Tatt av lista: Ikke med", "adressen rettet"}},
		{Name: "another clip's person", As: "hr", Method: "POST", Path: "/hr/clips/" + s.Clip(s.Job(models.Job{}), models.Clip{}).ID.String() + "/people/" + people[0].ID.String() + "/ask", WantStatus: 404},
	})
	siri := s.AsUser(colleague)
	for _, page := range []string{"/", "/settings/me"} {
		if got := siri.Get(page); !strings.Contains(got.Body, "/settings/clips/"+people[0].ID.String()) {
			t.Errorf("%s says nothing of the clip: %d", page, got.Status)
		}
	}
	opened := siri.PostForm("/settings/clips/"+people[0].ID.String(), url.Values{})
	if opened.Status != 303 || !strings.HasPrefix(opened.Location, "/consent/") {
		t.Fatalf("opened: %d to %q", opened.Status, opened.Location)
	}
	path, _, _ := strings.Cut(opened.Location, "?")
	if got := siri.PostForm(path, url.Values{"answer": {"yes"}}); got.Status != 303 {
		t.Errorf("answered: %d %.300s", got.Status, got.Body)
	}
	if got := siri.Get("/"); strings.Contains(got.Body, "/settings/clips/") {
		t.Error("still asked on the home page")
	}
	if got := s.As("hr").PostForm(at+"/publish", url.Values{}); got.Status != 303 {
		t.Errorf("published: %d", got.Status)
	}
	if c, err := s.DB.Clip(t.Context(), clip.ID); err != nil || c.Status != models.ClipPublished {
		t.Errorf("got %s, %v", c.Status, err)
	}
}
