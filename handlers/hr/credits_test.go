package hr_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

// TestCreditIsExplainedAndDecided follows one application from the colleague's page, by their appeal, to HR's answer and back.
func TestCreditIsExplainedAndDecided(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	ola, liv := s.User(models.User{Name: "Ola Nord"}), s.User(models.User{Name: "Liv Sørensen"})
	job := s.Job(models.Job{Title: "Kokk i kantina"})
	link := s.Link(ola, job, "linkedin")
	app, _, _, err := s.DB.Apply(t.Context(), models.Applying{
		JobID: job.ID, Name: "Kari Søker", Email: "kari@example.com", Link: &link, HeardFrom: "Liv Sorensen på lageret",
	})
	if err != nil {
		t.Fatal(err)
	}
	at, olas, livs := "/hr/applications/"+app.ID.String(), s.AsUser(ola), s.AsUser(liv)
	appealAt := "/links/applications/" + app.ID.String() + "/appeal"
	has := func(name string, got handlerstest.Answer, status int, want, not []string) {
		t.Helper()
		if got.Status != status {
			t.Fatalf("%s: got %d, want %d: %.600s", name, got.Status, status, got.Body)
		}
		for _, w := range want {
			if !strings.Contains(got.Body, w) {
				t.Errorf("%s: the page lacks %q", name, w)
			}
		}
		for _, n := range not {
			if strings.Contains(got.Body, n) {
				t.Errorf("%s: the page has %q", name, n)
			}
		}
	}
	private := []string{"Kari Søker", "kari@example.com", "lageret"}
	has("the colleague", olas.Get("/links"), 200, []string{"du krediteres 100 %", "lenken din på LinkedIn", "siste delelenke", "Dette stemmer ikke"}, private)
	has("in English", olas.Get("/links?lang=en"), 200, nil, private)
	has("others", livs.Get("/links"), 200, nil, append(private, "krediteres"))
	has("others' appeal", livs.PostForm(appealAt, url.Values{"text": {"Meg"}}), 404, nil, nil)

	s.Run(t, []handlerstest.Scenario{
		{Name: "suggested", As: "hr", Path: at, WantStatus: 200, WantBody: []string{"Det er Liv Sørensen", "Liv Sorensen på lageret"}, NotBody: []string{"Det er Ola"}},
		{Name: "matched", As: "hr", Path: at + "/heard", Form: url.Values{"user": {liv.ID.String()}}, WantStatus: 303, WantLocation: at},
		{Name: "ledger", As: "hr", Path: at + "/credit", WantStatus: 200, WantBody: []string{"Ola Nord 100 %", "Søkerens eget svar", "lenken til Ola Nord på LinkedIn", "menneske"}, NotBody: []string{"Det er Liv"}},
	})
	has("named, not credited", livs.Get("/links"), 200, []string{"du krediteres ikke", "Søkeren svarte at det var du", "Regelen: den siste delelenken"}, private)
	has("nothing said", livs.PostForm(appealAt, url.Values{"text": {" "}}), 422, []string{"Fyll ut"}, nil)
	has("appeal", livs.PostForm(appealAt, url.Values{"text": {"Jeg ringte og fortalte om jobben"}}), 303, nil, nil)
	has("once", livs.PostForm(appealAt, url.Values{"text": {"Igjen"}}), 409, nil, nil)
	has("waiting", livs.Get("/links"), 200, []string{"Venter på svar fra HR"}, []string{"Dette stemmer ikke"})

	has("HR's first page", s.As("hr").Get("/hr/jobs"), 200, []string{"Én klage på kreditt venter", `href="/hr/credits"`}, nil)
	page := s.As("hr").Get("/hr/credits")
	has("HR", page, 200, []string{"Jeg ringte og fortalte", "Liv Sørensen", "Kari Søker"}, nil)
	_, rest, _ := strings.Cut(page.Body, `action="/hr/appeals/`)
	id, _, _ := strings.Cut(rest, `"`)
	s.Run(t, []handlerstest.Scenario{
		{Name: "no reason", As: "hr", Path: "/hr/appeals/" + id, Form: url.Values{"outcome": {"share"}}, WantStatus: 422, WantBody: []string{"Skriv en begrunnelse"}},
		{Name: "too long a reason", As: "hr", Path: "/hr/appeals/" + id, Form: url.Values{"outcome": {"declined"}, "answer": {strings.Repeat("Nei. ", 300)}}, WantStatus: 422, WantBody: []string{"Nei. Nei. ", `value="declined" selected`}},
		{Name: "granted", As: "hr", Path: "/hr/appeals/" + id, Form: url.Values{"outcome": {"share"}, "answer": {"Begge hjalp"}}, WantStatus: 303},
		{Name: "twice", As: "hr", Path: "/hr/appeals/" + id, Form: url.Values{"outcome": {"full"}, "answer": {"Nei"}}, WantStatus: 409},
		{Name: "decided", As: "hr", Path: "/hr/credits", WantStatus: 200, WantBody: []string{"Ingen klager venter", "Begge hjalp"}},
	})
	has("HR's first page again", s.As("hr").Get("/hr/jobs"), 200, nil, []string{"klage på kreditt"})
	has("answered", livs.Get("/links"), 200, []string{"du krediteres 50 %", "Begge hjalp", "Deler kreditten"}, private)
	has("the other", olas.Get("/links"), 200, []string{"du krediteres 50 %", "Begge hjalp"}, private)

	s.Run(t, []handlerstest.Scenario{
		{Name: "whom", As: "hr", Path: at + "/credit", Form: url.Values{"how": {"full"}, "reason": {"Fordi"}}, WantStatus: 422, WantBody: []string{"Fordi"}},
		{Name: "why", As: "hr", Path: at + "/credit", Form: url.Values{"how": {"full"}, "user": {ola.ID.String()}}, WantStatus: 422, WantBody: []string{"Skriv en begrunnelse", `value="` + ola.ID.String() + `" selected`}},
		{Name: "override", As: "hr", Path: at + "/credit", Form: url.Values{"how": {"full"}, "user": {ola.ID.String()}, "reason": {"Liv trakk seg"}}, WantStatus: 303},
		{Name: "logged", As: "hr", Path: at + "/credit", WantStatus: 200, WantBody: []string{"Liv trakk seg", "Hr Hansen", "HR bestemte", "Ola Nord 100 %", "Begge hjalp"}},
		{Name: "leaders do not", As: "leader", Path: at + "/credit", WantStatus: 403},
	})
}

// TestEvidenceSaysWhy shows HR what gave a click away, in words.
func TestEvidenceSaysWhy(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job := s.Job(models.Job{Title: "Kokk"})
	for n, tt := range []struct{ class, reason, nb, en string }{
		{models.ClassSuspect, "burst", "mange ulike lenker på få sekunder", "many different links within seconds"},
		{models.ClassSuspect, "headers:platform", "motsier hverandre", "contradict each other"},
		{models.ClassBot, "agent:scanner barracuda", "kaller seg scanner barracuda", "calls itself scanner barracuda"},
		{models.ClassBot, "agent:none", "sier ikke hva det er", "does not say what it is"},
		{models.ClassBot, "agent:no browser", "sier ikke at det er en nettleser", "does not say that it is a browser"},
		{models.ClassBot, "method", "spurte om siden finnes", "asked whether the page is there"},
		{models.ClassHuman, "ok", `>menneske</span></td>`, `>person</span></td>`},
	} {
		link := s.Link(s.User(models.User{Name: "Ola Nord"}), job, "x")
		e := models.Event{ID: models.NewID(), At: s.DB.Now().UTC().Truncate(time.Microsecond), Kind: models.KindClick, Class: tt.class, Reason: tt.reason, LinkID: link.ID, JobID: job.ID}
		if err := s.DB.RecordEvents(t.Context(), []models.Event{e}, nil); err != nil {
			t.Fatal(err)
		}
		app, _, _, err := s.DB.Apply(t.Context(), models.Applying{JobID: job.ID, Name: "K", Email: fmt.Sprintf("k%d@example.com", n), Link: &link, ClickID: e.ID, Class: tt.class})
		if err != nil {
			t.Fatal(err)
		}
		at := "/hr/applications/" + app.ID.String() + "/credit"
		s.Run(t, []handlerstest.Scenario{
			{Name: tt.reason, As: "hr", Path: at, WantStatus: 200, WantBody: []string{tt.nb}},
			{Name: tt.reason + " in English", As: "hr", Path: at + "?lang=en", WantStatus: 200, WantBody: []string{tt.en}},
		})
	}
}

// TestPolicyIsChosenAfterAPreview looks before it changes, changes what is to come, and the old only when asked.
func TestPolicyIsChosenAfterAPreview(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	ola, liv := s.User(models.User{Name: "Ola Nord"}), s.User(models.User{Name: "Liv Sør"})
	job := s.Job(models.Job{Title: "Kokk"})
	link := s.Link(ola, job, "x")
	app, _, _, err := s.DB.Apply(t.Context(), models.Applying{JobID: job.ID, Name: "Kari Søker", Email: "kari@example.com", Link: &link, HeardFrom: "Liv"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.DB.MatchHeard(t.Context(), models.System(), app.ID, liv.ID); err != nil {
		t.Fatal(err)
	}
	equal := url.Values{"policy": {models.PolicyEqual}, "window": {"14"}}
	s.Run(t, []handlerstest.Scenario{
		{As: "employee", Path: "/hr/credits", WantStatus: 403},
		{As: "hr", Path: "/hr/credits", WantStatus: 200, WantBody: []string{"Siste delelenke", "30 dager"}, NotBody: []string{"Kari Søker"}},
		{As: "hr", Path: "/hr/credits?policy=equal/1&window=14", WantStatus: 200, WantBody: []string{"1 av 1", "Kari Søker", "100 %", "50 %", "0 %"}},
		{As: "hr", Path: "/hr/credits?policy=equal/1&window=0", WantStatus: 422, WantBody: []string{"fra 1 til 365"}},
		{As: "hr", Path: "/hr/credits?policy=luck/1&window=14", WantStatus: 422},
		{As: "hr", Path: "/hr/credits/policy", Form: url.Values{"policy": {"luck/1"}, "window": {"x"}}, WantStatus: 422},
		{As: "hr", Path: "/hr/credits/policy", Form: equal, WantStatus: 303, WantLocation: "/hr/credits"},
		{As: "hr", Path: "/hr/credits", WantStatus: 200, WantBody: []string{"Likt delt", "14 dager", "Hr Hansen"}},
		{Name: "the old keep theirs", As: "hr", Path: "/hr/applications/" + app.ID.String() + "/credit", WantStatus: 200, WantBody: []string{"Ola Nord 100 %"}, NotBody: []string{"50 %"}},
		{As: "hr", Path: "/hr/credits/reapply", Form: equal, WantStatus: 422, WantBody: []string{"Skriv en begrunnelse"}},
		{As: "hr", Path: "/hr/credits/reapply", Form: url.Values{"policy": {models.PolicyEqual}, "window": {"14"}, "reason": {"Mer rettferdig"}}, WantStatus: 303},
	})
	var n int
	if err := s.DB.Pool().QueryRow(t.Context(), "select count(*) from river_job where kind = 'reapply_credit'").Scan(&n); err != nil || n != 1 {
		t.Errorf("%d times asked for, %v; want 1", n, err)
	}
}
