package api_test

import (
	"net/http"
	"strings"
	"testing"

	"kollega/handlers/api"
	"kollega/handlers/handlerstest"
	"kollega/models"
)

// TestEveryCallAsEveryRole tries each call as each role and as nobody: who has not the role is told so before anything else.
func TestEveryCallAsEveryRole(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	path := strings.NewReplacer(":id", models.NewID().String(), ":lang", "nb")
	if n := len(api.Operations()); n != 19 {
		t.Errorf("got %d operations, want 17 calls and 2 pages", n)
	}
	clients := map[string]*handlerstest.Client{"nobody": s.Guest()}
	for _, role := range models.Roles {
		clients[role] = s.API(role)
	}
	for _, o := range api.Operations() {
		for as, c := range clients {
			got := c.JSON(o.Method, path.Replace(o.Path), nil)
			want := func(status int) bool { return status != 401 && status != 403 && status < 500 }
			switch {
			case o.Role == "public":
				want = func(status int) bool { return status == 200 }
			case as == "nobody":
				want = func(status int) bool { return status == 401 }
			case !c.User.Is(string(o.Role)):
				want = func(status int) bool { return status == 403 }
			}
			if !want(got.Status) {
				t.Errorf("%s %s as %s: got %d %s", o.Method, o.Path, as, got.Status, got.Body)
			}
			if got.Status >= 400 {
				problem(t, got)
			}
		}
	}
}

func TestOnlyWorkingTokensLetIn(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	u := s.User(models.User{Role: models.RoleHR})
	token, secret, err := s.DB.CreateAPIToken(t.Context(), u.ID, "script")
	if err != nil {
		t.Fatal(err)
	}
	get := func(c *handlerstest.Client, header string) int {
		got := c.Do(http.MethodGet, "/api/v1/jobs", nil, "Authorization", header)
		if got.Status != 200 {
			problem(t, got)
		}
		return got.Status
	}
	for _, tt := range []struct {
		name, header string
		want         int
	}{
		{"works", "Bearer " + secret, 200},
		{"the scheme in any case", "bearer " + secret, 200},
		{"none", "", 401},
		{"another scheme", "Basic " + secret, 401},
		{"no scheme", secret, 401},
		{"unknown", "Bearer kol_" + strings.Repeat("A", 43), 401},
		{"cut", "Bearer " + secret[:len(secret)-1], 401},
	} {
		if got := get(s.Guest(), tt.header); got != tt.want {
			t.Errorf("%s: got %d, want %d", tt.name, got, tt.want)
		}
	}
	if got := get(s.As("admin"), ""); got != 401 {
		t.Errorf("a session's cookie let in: got %d", got)
	}
	if err := s.DB.RevokeAPIToken(t.Context(), u.ID, token.ID); err != nil {
		t.Fatal(err)
	}
	if got := get(s.Guest(), "Bearer "+secret); got != 401 {
		t.Errorf("revoked: got %d", got)
	}
	_, secret, err = s.DB.CreateAPIToken(t.Context(), u.ID, "second")
	if err == nil {
		_, err = s.DB.Pool().Exec(t.Context(), "update users set deactivated_at = now() where id = $1", u.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	if got := get(s.Guest(), "Bearer "+secret); got != 401 {
		t.Errorf("deactivated owner: got %d", got)
	}
}

// TestOthersThingsAreNotFound asks for what belongs to others or is not public yet, and looks for leaks.
func TestOthersThingsAreNotFound(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	leader, hr := s.Person("leader"), s.Person("hr")
	draft := s.Job(models.Job{Title: "Hemmelig", Status: models.JobDraft})
	led := s.Job(models.Job{Title: "Ledet", Status: models.JobDraft, LeaderID: &leader.ID})
	open := s.Job(models.Job{Title: "Kjent"})
	closed := s.Job(models.Job{Title: "Lukket", Status: models.JobClosed})
	shown, hidden := s.Clip(open, models.Clip{}), s.Clip(open, models.Clip{Status: models.ClipReady, Title: "Uferdig"})
	mine, theirs := s.Link(s.Person("employee"), open, "x"), s.Link(hr, open, "email")
	ofLed := s.Application(led, nil, models.Application{Candidate: &models.Candidate{Name: "Anne Ledet"}})
	s.Application(open, &theirs, models.Application{Candidate: &models.Candidate{Name: "Siv Skjult"}})
	id := func(v interface{ String() string }) string { return v.String() }
	run(t, s, []ask{
		{"HR lists every job", "hr", "GET", "/jobs", nil, 200, []string{"Hemmelig", "Ledet", "Kjent", "Lukket"}, nil},
		{"an employee the published ones", "employee", "GET", "/jobs", nil, 200, []string{"Kjent"}, []string{"Hemmelig", "Ledet", "Lukket"}},
		{"a leader also those they lead", "leader", "GET", "/jobs", nil, 200, []string{"Kjent", "Ledet"}, []string{"Hemmelig", "Lukket"}},
		{"a status does not open more", "employee", "GET", "/jobs?status=draft", nil, 200, []string{`"items":[]`, `"next":""`}, []string{"Hemmelig"}},
		{"a draft is not there", "employee", "GET", "/jobs/" + id(draft.ID), nil, 404, nil, []string{"Hemmelig"}},
		{"nor for a leader", "leader", "GET", "/jobs/" + id(draft.ID), nil, 404, nil, nil},
		{"but one's own is", "leader", "GET", "/jobs/" + id(led.ID), nil, 200, []string{"Ledet"}, nil},
		{"nor is a closed job", "employee", "GET", "/jobs/" + id(closed.ID), nil, 404, nil, nil},
		{"an id that is none", "hr", "GET", "/jobs/1", nil, 404, nil, nil},
		{"a published clip", "employee", "GET", "/clips/" + id(shown.ID), nil, 200, []string{`"status":"published"`}, nil},
		{"a clip that is not published", "employee", "GET", "/clips/" + id(hidden.ID), nil, 404, nil, []string{"Uferdig"}},
		{"HR sees it", "hr", "GET", "/clips/" + id(hidden.ID), nil, 200, []string{"Uferdig"}, nil},
		{"own links", "employee", "GET", "/links", nil, 200, []string{mine.Code}, []string{theirs.Code}},
		{"own links of a job", "employee", "GET", "/links?job_id=" + id(open.ID), nil, 200, []string{mine.Code}, []string{theirs.Code}},
		{"another's links", "employee", "GET", "/links?user_id=" + id(hr.ID), nil, 404, nil, []string{theirs.Code}},
		{"HR sees all links", "hr", "GET", "/links?job_id=" + id(open.ID), nil, 200, []string{mine.Code, theirs.Code}, nil},
		{"a link for another", "employee", "POST", "/links", m{"job_id": open.ID, "channel": "x", "user_id": hr.ID}, 403, nil, []string{theirs.Code}},
		{"a link for a draft", "employee", "POST", "/links", m{"job_id": draft.ID, "channel": "x"}, 404, nil, nil},
		{"applications for the jobs one leads", "leader", "GET", "/applications", nil, 200, []string{"Anne Ledet"}, []string{"Siv Skjult"}},
		{"not for others by asking", "leader", "GET", "/applications?job_id=" + id(open.ID), nil, 404, nil, []string{"Siv Skjult"}},
		{"a leader moves nobody", "leader", "POST", "/applications/" + id(ofLed.ID) + "/stage", m{"stage": "hired"}, 403, nil, nil},
		{"HR adds no administrator", "hr", "POST", "/users", m{"email": "a@example.org", "name": "A", "role": "admin"}, 403, nil, nil},
		{"an unknown call", "hr", "GET", "/secrets", nil, 404, nil, nil},
		{"another method", "hr", "DELETE", "/jobs", nil, 405, nil, nil},
	})
}
