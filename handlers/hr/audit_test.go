package hr_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

func TestTheAuditLogIsReadByAdministrators(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job := s.Job(models.Job{Title: "=1+1"})
	app := s.Application(job, nil, models.Application{})
	at := "/hr/applications/" + app.ID.String()
	s.As("hr").Get(at)
	s.As("hr").PostForm(at+"/stage", url.Values{"stage": {models.StageInterview}, "note": {"Hemmelig notat"}})
	mine := "/settings/audit?id=" + app.ID.String()
	s.Run(t, []handlerstest.Scenario{
		{Name: "all", As: "admin", Path: "/settings/audit", WantStatus: 200, WantBody: []string{"Hr Hansen", "Ny → Intervju", "Notat", `href="` + at + `"`}, NotBody: []string{"Hemmelig", "Ola Søker"}},
		{Name: "one thing", As: "admin", Path: mine, WantStatus: 200, WantBody: []string{"Bare dette", "Ny → Intervju", app.ID.String()}, NotBody: []string{"Revisjonsloggen</td>"}},
		{Name: "in English", As: "admin", Path: mine + "&lang=en", WantStatus: 200, WantBody: []string{"New → Interview", "Changed"}},
		{Name: "keeps its filters", As: "admin", Path: "/settings/audit?who=hr&verb=seen&kind=application&from=2020-01-01", WantStatus: 200, WantBody: []string{
			`value="hr"`, `value="seen" selected`, `value="application" selected`, `value="2020-01-01"`,
			"/settings/audit.csv?from=2020-01-01&amp;kind=application&amp;verb=seen&amp;who=hr",
		}},
		{Name: "nothing found", As: "admin", Path: "/settings/audit?who=ingen-heter-dette", WantStatus: 200, WantBody: []string{"Ingen linjer passer"}},
		{Name: "no id", As: "admin", Path: "/settings/audit?id=12", WantStatus: 422, WantBody: []string{`value="12"`, "Skriv en hel id"}},
		{Name: "no day", As: "admin", Path: "/settings/audit?from=i-dag", WantStatus: 422, WantBody: []string{`value="i-dag"`}},
		{Name: "no verb", As: "admin", Path: "/settings/audit?verb=stolen", WantStatus: 422},
		{Name: "HR", As: "hr", Path: "/settings/audit", WantStatus: 403},
		{Name: "HR takes the file", As: "hr", Path: "/settings/audit.csv", WantStatus: 403},
		{Name: "months", As: "admin", Path: "/settings/audit", Form: url.Values{"months": {"36"}}, WantStatus: 303},
		{Name: "too few months", As: "admin", Path: "/settings/audit", Form: url.Values{"months": {"1"}}, WantStatus: 422, WantBody: []string{`value="1"`, "fra 6 til 120"}},
		{Name: "as kept", As: "admin", Path: "/settings/audit?kind=audit", WantStatus: 200, WantBody: []string{`value="36"`, "24 → 36"}},
	})
	file := s.As("admin").Get("/settings/audit.csv?id=" + app.ID.String())
	lines := strings.Split(strings.TrimSpace(file.Body), "\n")
	if file.Status != http.StatusOK || len(lines) < 3 || !strings.Contains(lines[0], ";") {
		t.Fatalf("got %d %s", file.Status, file.Body)
	}
	if !strings.Contains(file.Body, ";'=1+1;") || strings.Contains(file.Body, ";=1+1") {
		t.Errorf("a job's title is a formula: %s", file.Body)
	}
	if got := s.As("admin").Get("/settings/audit?verb=exported"); !strings.Contains(got.Body, "Eksporterte") || !strings.Contains(got.Body, "Admin Hansen") {
		t.Errorf("that the file was taken is not logged: %s", got.Body)
	}
}

func TestTheAuditLogIsLeafedThrough(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job := s.Job(models.Job{})
	for range 60 {
		if err := s.DB.Audit(t.Context(), models.Deed{Verb: models.DidSee, Kind: models.OfJob, ID: job.ID}); err != nil {
			t.Fatal(err)
		}
	}
	first := s.As("admin").Get("/settings/audit?kind=job")
	head, _, found := strings.Cut(first.Body, `rel="next"`)
	if !found || strings.Count(first.Body, "<time ") != 50 {
		t.Fatalf("the first page has %d entries", strings.Count(first.Body, "<time "))
	}
	next, _, _ := strings.Cut(head[strings.LastIndex(head, `href="`)+len(`href="`):], `"`)
	next = strings.ReplaceAll(next, "&amp;", "&")
	second := s.As("admin").Get(next)
	if strings.Count(second.Body, "<time ") != 10 || !strings.Contains(second.Body, "Til de nyeste") {
		t.Errorf("%s has %d entries", next, strings.Count(second.Body, "<time "))
	}
}
