package public_test

import (
	"archive/zip"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

// ownLink is a candidate who applied by a link of somebody's, with a CV, and the address of their page.
func ownLink(t *testing.T, s *handlerstest.Site) (at string, app models.Application) {
	t.Helper()
	job := s.Job(models.Job{Title: "Kokk"})
	link := s.Link(s.Person(models.RoleEmployee), job, "linkedin")
	got := s.Guest().PostMultipart(link.Path()+"/apply?lang=nb", filled(), file("cv.pdf", pdf))
	if got.Status != http.StatusSeeOther {
		t.Fatalf("got %d to an application: %.500s", got.Status, got.Body)
	}
	apps, _, err := s.DB.Applications(t.Context(), models.System(), models.ApplicationFilter{JobID: &job.ID})
	if err != nil || len(apps) != 1 {
		t.Fatalf("%d applications %v", len(apps), err)
	}
	token, err := s.DB.NewCandidateToken(t.Context(), apps[0].CandidateID)
	if err != nil {
		t.Fatal(err)
	}
	return "/c/" + token, apps[0]
}

func TestCandidatesPage(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	at, app := ownLink(t, s)
	own := at + "/applications/" + app.ID.String()
	got := s.Guest().Get(at)
	for name, want := range map[string]string{"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"} {
		if got.Header.Get(name) != want {
			t.Errorf("got %s %q, want %q", name, got.Header.Get(name), want)
		}
	}
	id := url.Values{"application": {app.ID.String()}}
	s.Run(t, []handlerstest.Scenario{
		{Name: "where it stands", Path: at, WantStatus: 200, WantBody: []string{"Kokk", "Mottatt", "Du hører fra oss senest", "cv.pdf", "via lenken til en ansatt", "personvern@example.org"}, NotBody: []string{"Employee Hansen"}},
		{Name: "in English", Path: at + "?lang=en", WantStatus: 200, WantBody: []string{"You will hear from us by"}},
		{Name: "correct", Path: at + "/details", Form: url.Values{"name": {"Nytt Navn"}, "phone": {"123"}, "language": {"en"}}, WantStatus: 303},
		{Name: "corrected", Path: at + "?done=details", WantStatus: 200, WantBody: []string{"Hello, Nytt Navn", "Your details are saved."}},
		{Name: "no name", Path: at + "/details", Form: url.Values{"name": {" "}, "language": {"en"}}, WantStatus: 422, WantBody: []string{"Write your name."}},
		{Name: "too long", Path: own, Form: url.Values{"message": {strings.Repeat("x", 5001)}}, WantStatus: 422, WantBody: []string{strings.Repeat("x", 5001)}},
		{Name: "other words", Path: own, Form: url.Values{"message": {"Andre ord"}, "cv_drop": {"1"}}, WantStatus: 303},
		{Name: "without CV", Path: own + "/cv", WantStatus: 404},
		{Name: "colleague", Path: own + "/colleague", Form: url.Values{"learns": {"progress"}}, WantStatus: 303},
		{Name: "no such level", Path: own + "/colleague", Form: url.Values{"learns": {"all"}}, WantStatus: 422},
		{Name: "later jobs", Path: at + "/pool", Form: url.Values{"answer": {"yes"}}, WantStatus: 303},
		{Name: "agreed", Path: at, WantStatus: 200, WantBody: []string{"You have agreed that", "Andre ord"}},
		{Name: "ask before withdrawing", Path: at + "/withdraw?application=" + app.ID.String(), WantStatus: 200, WantBody: []string{"Yes, withdraw it"}},
		{Name: "withdraw", Path: at + "/withdraw", Form: url.Values{}, WantStatus: 303},
		{Name: "withdrawn", Path: at, WantStatus: 200, WantBody: []string{"Withdrawn", "Undo: I do want to apply", "Is deleted by itself on"}},
		{Name: "undo", Path: at + "/resume", Form: id, WantStatus: 303},
		{Name: "undo twice", Path: at + "/resume", Form: id, WantStatus: 409, WantBody: []string{"cannot be taken up again"}},
		{Name: "undone", Path: at, WantStatus: 200, WantBody: []string{"You will hear from us by"}},
		{Name: "ask before erasing", Path: at + "/erase", WantStatus: 200, WantBody: []string{"This goes", "It cannot be undone."}},
		{Name: "unknown link", Path: "/c/" + strings.Repeat("x", 43), WantStatus: 404, WantBody: []string{"Lenken virker ikke lenger", `action="/c"`}},
	})
	var data struct {
		Name         string
		Applications []struct{ Message, Stage string }
	}
	if err := s.Guest().Get(at + "/data.json").Decode(&data); err != nil || data.Name != "Nytt Navn" || len(data.Applications) != 1 || data.Applications[0].Message != "Andre ord" {
		t.Errorf("got %+v %v", data, err)
	}
	s.Run(t, []handlerstest.Scenario{
		{Name: "erase", Path: at + "/erase", Form: url.Values{}, WantStatus: 200, WantBody: []string{"Everything is erased"}},
		{Name: "gone", Path: at, WantStatus: 404, NotBody: []string{"Nytt Navn"}},
		{Name: "gone from HR", As: "hr", Path: "/hr/applications", WantStatus: 200, NotBody: []string{"Nytt Navn"}},
	})
}

func TestCandidateTakesFilesAlong(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	at, _ := ownLink(t, s)
	got := s.Guest().Get(at + "/data.zip")
	archive, err := zip.NewReader(strings.NewReader(got.Body), int64(len(got.Body)))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range archive.File {
		names = append(names, f.Name)
	}
	if len(names) != 2 || names[0] != "data.json" || names[1] != "1-cv.pdf" {
		t.Errorf("got %v, want the data and the CV", names)
	}
}

func TestNewLinkAndReminderTellNothingAndAreFew(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	_, app := ownLink(t, s)
	known, err := s.DB.Application(t.Context(), models.System(), app.ID)
	if err != nil {
		t.Fatal(err)
	}
	link := s.Link(s.Person(models.RoleEmployee), s.Job(models.Job{}), "copy").Path() + "/remind"
	form := func(email string) url.Values { return url.Values{"email": {email}} }
	s.Run(t, []handlerstest.Scenario{
		{Name: "a candidate", Path: "/c", Form: form(known.Candidate.Email), WantStatus: 200, WantBody: []string{"en ny lenke på vei"}},
		{Name: "nobody", Path: "/c", Form: form("ingen@example.com"), WantStatus: 200, WantBody: []string{"en ny lenke på vei"}},
		{Name: "no address", Path: "/c", Form: form("x"), WantStatus: 422},
		{Name: "remind", Path: link, Form: form("meg@example.com"), WantStatus: 200, WantBody: []string{"Lenken er på vei"}},
		{Name: "remind nobody", Path: link, Form: form(""), WantStatus: 422},
		{Name: "again", Path: link, Form: form("meg@example.com"), WantStatus: 200},
		{Name: "and again", Path: link, Form: form("meg@example.com"), WantStatus: 200},
		{Name: "too often", Path: link, Form: form("meg@example.com"), WantStatus: 429},
	})
	var candidates int
	if err := s.DB.Pool().QueryRow(t.Context(), `select count(*) from candidates`).Scan(&candidates); err != nil || candidates != 1 {
		t.Errorf("got %d candidates %v, want the one who applied", candidates, err)
	}
}

func TestLinksToThePageEnd(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	at, app := ownLink(t, s)
	other, err := s.DB.NewCandidateToken(t.Context(), app.CandidateID)
	if err != nil {
		t.Fatal(err)
	}
	s.Run(t, []handlerstest.Scenario{
		{Name: "another", Path: "/c/" + other, WantStatus: 200},
		{Name: "end it", Path: at + "/links", Form: url.Values{}, WantStatus: 303},
		{Name: "ended", Path: "/c/" + other, WantStatus: 404},
		{Name: "this one works", Path: at, WantStatus: 200},
	})
	s.DB.Now = func() time.Time { return time.Now().AddDate(0, 12, 1) }
	if got := s.Guest().Get(at); got.Status != http.StatusNotFound {
		t.Errorf("got %d after a year, want 404", got.Status)
	}
}
