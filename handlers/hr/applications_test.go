package hr_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"kollega/handlers/handlerstest"
	"kollega/models"
	"kollega/storage"
)

// talent is a house with two jobs, of which the site's leader leads the first, and an application for each.
type talent struct {
	*handlerstest.Site
	led, other                 models.Job
	link                       models.Link
	ledApp, otherApp, openDoor models.Application
}

func newTalent(t *testing.T) talent {
	t.Helper()
	s := talent{Site: handlerstest.New(t)}
	leader := s.Person("leader")
	s.led, s.other = s.Job(models.Job{Title: "Sykepleier", LeaderID: &leader.ID}), s.Job(models.Job{Title: "Tømrer"})
	s.link = s.Link(s.User(models.User{Name: "Liv Dal"}), s.led, "whatsapp")
	ctx := t.Context()
	rules := models.DefaultCandidateRules()
	rules.OwnershipMonths = 0 // Liv's recommendation is for the one job
	if err := s.DB.SaveCandidateRules(ctx, rules); err != nil {
		t.Fatal(err)
	}
	cv := &models.CV{Key: "cv-1", Name: "CV Åse \"1\".pdf", Type: "application/pdf", Size: 9}
	if err := s.Store.Put(ctx, cv.Key, bytes.NewReader([]byte("%PDF-1.7\n")), storage.PutOptions{ContentType: "text/html"}); err != nil {
		t.Fatal(err)
	}
	apply := func(in models.Applying) models.Application {
		app, _, _, err := s.DB.Apply(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		return app
	}
	s.ledApp = apply(models.Applying{
		JobID: s.led.ID, Name: "Åse Berg", Email: "ase@example.com", Phone: "99 88 77 66", Message: "Jeg <b>vil</b> gjerne.",
		HeardFrom: "Tante Oda", CV: cv, Link: &s.link, ConsentPool: true,
	})
	s.otherApp = apply(models.Applying{JobID: s.other.ID, Name: "Åse Berg", Email: "ase@example.com", CV: cv})
	s.openDoor = apply(models.Applying{JobID: s.other.ID, Name: "Nils Vik", Email: "nils@example.com"})
	return s
}

func TestApplicationsRights(t *testing.T) {
	t.Parallel()
	s := newTalent(t)
	var table []handlerstest.Scenario
	for _, app := range []struct {
		id     string
		leader int
	}{{s.ledApp.ID.String(), http.StatusOK}, {s.otherApp.ID.String(), http.StatusNotFound}} {
		for _, page := range []string{"", "/cv", "/cv/page"} {
			hr, leader := "/hr/applications/"+app.id+page, "/leader/applications/"+app.id+page
			table = append(table,
				handlerstest.Scenario{As: "guest", Path: hr, WantStatus: 303, WantLocation: "/login"},
				handlerstest.Scenario{As: "guest", Path: leader, WantStatus: 303, WantLocation: "/login"},
				handlerstest.Scenario{As: "employee", Path: hr, WantStatus: 403, NotBody: []string{"Åse"}},
				handlerstest.Scenario{As: "employee", Path: leader, WantStatus: 403, NotBody: []string{"Åse"}},
				handlerstest.Scenario{As: "leader", Path: hr, WantStatus: 403, NotBody: []string{"Åse"}},
				handlerstest.Scenario{As: "leader", Path: leader, WantStatus: app.leader},
				handlerstest.Scenario{As: "hr", Path: hr, WantStatus: 200},
				handlerstest.Scenario{As: "admin", Path: hr, WantStatus: 200},
				handlerstest.Scenario{As: "hr", Path: leader, WantStatus: 200},
			)
		}
		for _, deed := range []string{"/stage", "/undo", "/skills", "/notes", "/tell"} {
			form := url.Values{"stage": {"rejected"}, "text": {"x"}}
			for _, as := range []string{"guest", "employee", "leader"} {
				want := map[string]int{"guest": 401}[as]
				if want == 0 {
					want = 403
				}
				table = append(table, handlerstest.Scenario{As: as, Path: "/hr/applications/" + app.id + deed, Form: form, WantStatus: want})
			}
		}
	}
	other := "/leader/applications/" + s.otherApp.ID.String()
	for _, deed := range []string{"/stage", "/undo", "/skills", "/notes", "/tell"} {
		table = append(table, handlerstest.Scenario{As: "leader", Path: other + deed, Form: url.Values{"stage": {"rejected"}, "text": {"x"}}, WantStatus: 404})
	}
	for path, roles := range map[string]map[string]int{
		"/hr/applications":  {"guest": 303, "employee": 403, "leader": 403, "hr": 200, "admin": 200},
		"/hr/referrals":     {"guest": 303, "employee": 403, "leader": 403, "hr": 200, "admin": 200},
		"/hr/referrals.csv": {"guest": 303, "employee": 403, "leader": 403, "hr": 200, "admin": 200},
		"/leader":           {"guest": 303, "employee": 403, "leader": 200, "hr": 200, "admin": 200},
	} {
		for as, want := range roles {
			table = append(table, handlerstest.Scenario{As: as, Path: path, WantStatus: want})
		}
	}
	s.Run(t, table)
	for _, id := range []models.Application{s.ledApp, s.otherApp} {
		if got, err := s.DB.Application(t.Context(), models.System(), id.ID); err != nil || got.Stage != models.StageNew || got.SkillsSeen {
			t.Errorf("somebody without the right changed it: %+v, %v", got, err)
		}
	}
}

func TestApplicationsList(t *testing.T) {
	t.Parallel()
	s := newTalent(t)
	credited := "/hr/applications?user=" + s.link.UserID.String()
	tomorrow := s.DB.Now().UTC().AddDate(0, 0, 1).Format(time.DateOnly)
	s.Run(t, []handlerstest.Scenario{
		{As: "hr", Path: "/hr/applications", WantStatus: 200, WantBody: []string{"Åse Berg", "Nils Vik", "Liv Dal", "WhatsApp", "Åpen dør"}},
		{As: "hr", Path: "/hr/applications?job=" + s.led.ID.String(), WantStatus: 200, WantBody: []string{"Åse Berg"}, NotBody: []string{"Nils Vik"}},
		{As: "hr", Path: "/hr/applications?stage=hired", WantStatus: 200, WantBody: []string{"Ingen søknader passer"}, NotBody: []string{"Nils Vik"}},
		{As: "hr", Path: credited, WantStatus: 200, WantBody: []string{"kreditert Liv Dal", "Sykepleier"}, NotBody: []string{"Nils Vik"}},
		{As: "hr", Path: credited + "&from=" + tomorrow, WantStatus: 200, WantBody: []string{"Ingen søknader passer"}},
		{As: "hr", Path: "/hr/applications?job=x", WantStatus: 404},
		{As: "hr", Path: "/hr/applications?from=x", WantStatus: 404},
		{As: "hr", Path: "/hr/applications?stage=x", WantStatus: 422},
		{As: "hr", Path: "/hr/applications?cursor=x", WantStatus: 422},
		{As: "leader", Path: "/leader", WantStatus: 200, WantBody: []string{"Åse Berg", "/leader/applications/" + s.ledApp.ID.String()}, NotBody: []string{"Nils Vik", "Tømrer", "/hr/"}},
		{As: "leader", Path: "/leader?job=" + s.other.ID.String(), WantStatus: 200, WantBody: []string{"Ingen søknader passer"}, NotBody: []string{"Nils Vik"}},
		{As: "hr", Path: "/leader", WantStatus: 200, WantBody: []string{"Ingen søknader å se på"}, NotBody: []string{"Åse Berg"}},
	})
}

func TestApplicationsPages(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job, now := s.Job(models.Job{}), s.DB.Now()
	for n := range 52 {
		s.Application(job, nil, models.Application{Candidate: &models.Candidate{Name: fmt.Sprintf("Søker %02d.", n)}, SubmittedAt: now.Add(-time.Duration(n) * time.Hour)})
	}
	hr := s.As("hr")
	first := hr.Get("/hr/applications?job=" + job.ID.String())
	if strings.Contains(first.Body, "Søker 50.") || !strings.Contains(first.Body, "Søker 49.") {
		t.Error("the first page does not end after 50")
	}
	_, rest, _ := strings.Cut(first.Body, `<nav class="pager"`)
	_, next, _ := strings.Cut(rest, `href="`)
	next, _, _ = strings.Cut(next, `"`)
	second := hr.Get(strings.ReplaceAll(next, "&amp;", "&"))
	if second.Status != 200 || strings.Contains(second.Body, "Søker 49.") || !strings.Contains(second.Body, "Søker 51.") || !strings.Contains(second.Body, "Til de nyeste") {
		t.Errorf("second page %s: got %d %.500s", next, second.Status, second.Body)
	}
}

func TestApplicationPage(t *testing.T) {
	t.Parallel()
	s := newTalent(t)
	path := "/hr/applications/" + s.ledApp.ID.String()
	led := "/leader/applications/" + s.ledApp.ID.String()
	s.Run(t, []handlerstest.Scenario{
		{As: "hr", Path: path, WantStatus: 200, WantBody: []string{
			"Åse Berg", "Jeg &lt;b&gt;vil&lt;/b&gt; gjerne.", "ase@example.com", "Tante Oda", "Kan spørres til", path + "/cv",
			"lenken til Liv Dal på WhatsApp åpnet", "/s/" + s.link.Code, "Tømrer", "Søknaden kom inn",
		}, NotBody: []string{"undo"}},
		{As: "leader", Path: led, WantStatus: 200, WantBody: []string{led + "/cv"}, NotBody: []string{"Tømrer", "/hr/"}},
		{As: "hr", Path: "/hr/applications/" + s.openDoor.ID.String(), WantStatus: 200, WantBody: []string{"Inn den åpne døra", "Ingen CV"}},
		{As: "hr", Path: "/hr/applications/" + s.openDoor.ID.String() + "/cv", WantStatus: 404},
		{As: "hr", Path: "/hr/applications/1", WantStatus: 404},
	})
}

func TestStageChangesAreKept(t *testing.T) {
	t.Parallel()
	s := newTalent(t)
	path := "/hr/applications/" + s.ledApp.ID.String()
	form := func(stage, note string) url.Values { return url.Values{"stage": {stage}, "note": {note}} }
	long := strings.Repeat("x", models.MaxNote+1)
	s.Run(t, []handlerstest.Scenario{
		{Name: "unknown stage", As: "hr", Path: path + "/stage", Form: form("gone", "husk dette"), WantStatus: 422, WantBody: []string{"Velg et av alternativene", "husk dette"}},
		{Name: "too long a note", As: "hr", Path: path + "/stage", Form: form("offer", long), WantStatus: 422, WantBody: []string{"høyst 2000 tegn", long, `value="offer" selected`}},
		{Name: "move", As: "hr", Path: path + "/stage", Form: form("interview", "Ringte, <hyggelig>"), WantStatus: 303, WantLocation: path},
		{Name: "the leader moves on", As: "leader", Path: strings.Replace(path, "/hr", "/leader", 1) + "/stage", Form: form("hired", ""), WantStatus: 303},
		{Name: "seen before the leader moved on", As: "hr", Path: path + "/stage", Form: url.Values{"from": {"interview"}, "stage": {"offer"}, "note": {"skrevet forgjeves"}}, WantStatus: 409, WantBody: []string{"Leader Hansen flyttet Åse Berg til «Ansatt»", "før deg", "skrevet forgjeves"}},
		{Name: "another's step is not undone", As: "hr", Path: path + "/undo", Form: url.Values{}, WantStatus: 409},
		{Name: "history", As: "hr", Path: path, WantStatus: 200, WantBody: []string{"Ny → Intervju", "av Hr Hansen", "Ringte, &lt;hyggelig&gt;", "Intervju → Ansatt", "av Leader Hansen"}},
	})
	leader := s.As("leader")
	path = strings.Replace(path, "/hr", "/leader", 1)
	leader.PostForm(path+"/stage", form("rejected", ""))
	if got := leader.Get(path); !strings.Contains(got.Body, `action="`+path+`/undo"`) || !strings.Contains(got.Body, "«Avslag»") {
		t.Errorf("no undo right after a move: %.3000s", got.Body)
	}
	if got := leader.Get(path); strings.Contains(got.Body, "/undo") {
		t.Error("undo is offered for longer than the sentence about the move")
	}
	if got := leader.PostForm(path+"/undo", nil); got.Status != http.StatusSeeOther {
		t.Errorf("undo: got %d", got.Status)
	}
	if got := leader.Get(path); !strings.Contains(got.Body, "Avslag → Ansatt") || !strings.Contains(got.Body, "Ansatt → Avslag") {
		t.Error("the history lost what was undone")
	}
}

func TestCVIsOnlyEverAFile(t *testing.T) {
	t.Parallel()
	s := newTalent(t)
	got := s.As("hr").Get("/hr/applications/" + s.ledApp.ID.String() + "/cv")
	for name, want := range map[string]string{
		"Content-Type": "application/pdf", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Content-Length": "9",
		"Content-Disposition": "attachment; filename*=utf-8''CV%20%C3%85se%20%221%22.pdf",
	} {
		if got.Header.Get(name) != want {
			t.Errorf("%s: got %q, want %q", name, got.Header.Get(name), want)
		}
	}
	shown := s.As("hr").Get("/hr/applications/" + s.ledApp.ID.String() + "/cv?show=1")
	for name, want := range map[string]string{
		"Content-Type": "application/pdf", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "SAMEORIGIN", "Cache-Control": "no-store",
	} {
		if shown.Header.Get(name) != want {
			t.Errorf("shown: %s: got %q, want %q", name, shown.Header.Get(name), want)
		}
	}
	if policy := shown.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "script-src 'none'") || !strings.Contains(policy, "frame-ancestors 'self'") || !strings.HasPrefix(shown.Header.Get("Content-Disposition"), "inline") {
		t.Errorf("shown: got %q and %q", policy, shown.Header.Get("Content-Disposition"))
	}
	page := s.As("hr").Get("/hr/applications/" + s.ledApp.ID.String() + "/cv/page")
	if !strings.Contains(page.Body, `<iframe class="cv" src="/hr/applications/`+s.ledApp.ID.String()+`/cv?show=1"`) || !strings.Contains(page.Header.Get("Content-Security-Policy"), "frame-src 'self'") {
		t.Errorf("the page: got %q", page.Header.Get("Content-Security-Policy"))
	}
	if _, err := s.DB.Pool().Exec(t.Context(), "update applications set cv_type = 'text/html' where id = $1", s.ledApp.ID); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/cv?show=1", "/cv/page"} {
		other := s.As("hr").Get("/hr/applications/" + s.ledApp.ID.String() + path)
		if other.Status == http.StatusOK && !strings.HasPrefix(other.Header.Get("Content-Disposition"), "attachment") || other.Status == http.StatusSeeOther && !strings.HasSuffix(other.Location, "/cv") {
			t.Errorf("%s of what is no PDF: got %d %q %q", path, other.Status, other.Location, other.Header.Get("Content-Disposition"))
		}
	}
	if got.Body != "%PDF-1.7\n" {
		t.Errorf("got %q", got.Body)
	}
}

func TestLeaderSeesWholeTeamsOnly(t *testing.T) {
	t.Parallel()
	s := newTalent(t)
	leader := s.Person("leader")
	big, small := s.Team("Drift", &leader.ID), s.Team("Natt", &leader.ID)
	s.Team("Salg", nil)
	var shared models.Link
	for n := range 7 {
		team := &big.ID
		if n > 4 {
			team = &small.ID
		}
		u := s.User(models.User{TeamID: team})
		if n == 0 || n == 5 {
			link := s.Link(u, s.led, "x")
			if n == 0 {
				shared = link
			}
			s.Count(link, models.ClassHuman, 4321)
			if _, _, _, err := s.DB.Apply(t.Context(), models.Applying{JobID: s.led.ID, Name: "Per", Email: fmt.Sprint(n, "@example.com"), Link: &link}); err != nil {
				t.Fatal(err)
			}
		}
	}
	got := s.As("leader").Get("/leader").Body
	if strings.Count(got, "4\u202f321") != 1 || !strings.Contains(got, "Drift") || !strings.Contains(got, "færre enn fem") || strings.Contains(got, "Salg") {
		t.Errorf("got %s", got)
	}
	// How far the one has come who applied would be that person's: it is told of five together.
	few, hires := s.App.Texts.For("nb").T("leader.few"), s.App.Texts.For("nb").T("referrals.hires")
	if !strings.Contains(got, few) || strings.Contains(got, "<dt>"+hires+"</dt>") {
		t.Errorf("of one application it is told how far it came: %s", got)
	}
	for n := range 4 {
		if _, _, _, err := s.DB.Apply(t.Context(), models.Applying{JobID: s.led.ID, Name: "Per", Email: fmt.Sprint("b", n, "@example.com"), Link: &shared}); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.As("leader").Get("/leader").Body; strings.Contains(got, few) || !strings.Contains(got, "<dt>"+hires+"</dt>") {
		t.Errorf("of five applications it is not told: %s", got)
	}
}
