package staff_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

func TestColleagueSharesAJob(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job := s.Job(models.Job{Title: "Sykepleier på natt"})
	c := s.As(models.RoleEmployee)

	if home := c.Get("/"); home.Status != http.StatusOK || !strings.Contains(home.Body, job.Title) {
		t.Fatalf("home: got %d, want the job on it: %.500s", home.Status, home.Body)
	}
	made := c.PostForm("/share/"+job.ID.String()+"/linkedin", url.Values{})
	if made.Status != http.StatusSeeOther || !strings.HasPrefix(made.Location, "/share/"+job.ID.String()+"?link=") {
		t.Fatalf("share: got %d to %q", made.Status, made.Location)
	}
	links, err := s.DB.Links(t.Context(), models.LinkFilter{UserID: &c.User.ID})
	if err != nil || len(links) != 1 {
		t.Fatalf("links: got %d, %v; want 1", len(links), err)
	}
	address := s.App.URL("/s/" + links[0].Code)
	page := c.Get(strings.TrimSuffix(made.Location, "#link"))
	for _, want := range []string{address, "https://www.linkedin.com/sharing/share-offsite/?url=" + url.QueryEscape(address), "Dine egne ord"} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("the share page lacks %q", want)
		}
	}
	again := c.PostForm("/share/"+job.ID.String()+"/linkedin", url.Values{})
	if again.Location != made.Location {
		t.Errorf("sharing twice: got %q, want the same link %q", again.Location, made.Location)
	}
	if mine := c.Get("/links"); !strings.Contains(mine.Body, job.Title) {
		t.Error("my links lack the job")
	}

	id := links[0].ID.String()
	for path, want := range map[string]string{"/qr.svg": "image/svg+xml", "/qr.png": "image/png", "/poster": "text/html; charset=UTF-8"} {
		if got := c.Get("/links/" + id + path); got.Status != http.StatusOK || got.Header.Get("Content-Type") != want {
			t.Errorf("%s: got %d %s, want %s", path, got.Status, got.Header.Get("Content-Type"), want)
		}
	}
	if got := c.PostForm("/links/"+id+"/switch", url.Values{"on": {"0"}}); got.Status != http.StatusSeeOther {
		t.Fatalf("turn off: got %d", got.Status)
	}
	if l, err := s.DB.OwnLink(t.Context(), c.User.ID, links[0].ID); err != nil || l.DisabledAt == nil {
		t.Errorf("turned off: got %+v, %v", l, err)
	}

	other := s.AsUser(s.User(models.User{Name: "Liv Sør", Role: models.RoleEmployee}))
	for _, path := range []string{"/links/" + id + "/qr.svg", "/links/" + id + "/qr.png", "/links/" + id + "/poster", "/share/" + job.ID.String() + "?link=" + id} {
		if got := other.Get(path); got.Status != http.StatusNotFound {
			t.Errorf("another's %s: got %d, want 404", path, got.Status)
		}
	}
	if got := other.PostForm("/links/"+id+"/switch", url.Values{"on": {"1"}}); got.Status != http.StatusNotFound {
		t.Errorf("another's switch: got %d, want 404", got.Status)
	}
}

func TestWhatCannotBeShared(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	open := s.Job(models.Job{Title: "Åpen"})
	closed := s.Job(models.Job{Title: "Lukket"})
	if err := s.DB.SetJobStatus(t.Context(), closed.ID, models.JobClosed); err != nil {
		t.Fatal(err)
	}
	s.Run(t, []handlerstest.Scenario{
		{As: "guest", Path: "/", WantStatus: 303, WantLocation: "/login"},
		{As: "guest", Method: "POST", Path: "/share/" + open.ID.String() + "/x", WantStatus: 401},
		{As: "employee", Method: "POST", Path: "/share/" + open.ID.String() + "/pigeon", WantStatus: 422},
		{As: "employee", Method: "POST", Path: "/share/" + closed.ID.String() + "/x", WantStatus: 409, WantBody: []string{"ikke åpen lenger"}},
		{As: "employee", Method: "POST", Path: "/share/" + models.NewID().String() + "/x", WantStatus: 404},
		{As: "employee", Path: "/share/rubbish", WantStatus: 404},
		{As: "employee", Path: "/links", WantStatus: 200, WantBody: []string{"Du har ikke delt noe ennå"}},
		{As: "hr", Method: "POST", Path: "/share/" + open.ID.String() + "/x", WantStatus: 303},
	})
}
