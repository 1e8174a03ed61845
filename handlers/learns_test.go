package handlers_test

import (
	"html"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"kollega/handlers"
	"kollega/handlers/api"
	"kollega/handlers/handlerstest"
	"kollega/models"
)

// found is somebody who was hired by Ada's link, and lets Ada know; Lars leads the job.
type found struct {
	ada, lars models.User
	job       models.Job
	link      models.Link
	app       models.Application
	ids       []string // of everything about it that an address may name
}

// told are words of the candidate's and about them that nobody reads elsewhere.
var told = []string{"Zyxandra", "kvombel", "47110099", "fjomlewhist", "kratzelnotat", "grimblehatt"}

func newFound(t *testing.T, s *handlerstest.Site) found {
	t.Helper()
	f := found{ada: s.User(models.User{Name: "Ada Eier"}), lars: s.User(models.User{Name: "Lars Leder", Role: models.RoleLeader})}
	f.job = s.Job(models.Job{Title: "Kokk", LeaderID: &f.lars.ID})
	f.link = s.Link(f.ada, f.job, "linkedin")
	s.Link(s.Person(models.RoleEmployee), f.job, "linkedin") // who shares the same job
	must(t, s.DB.SaveRewardPlan(t.Context(), models.System(), f.job.ID, models.RewardPlan{Kind: models.RewardMoney, Amount: 5000_00, Currency: "NOK"}))
	cv := &models.CV{Key: "cv-" + uuid.NewString(), Name: "kvombel.pdf", Type: "application/pdf", Size: int64(len(anything))}
	put(t, s, cv.Key, cv.Type)
	var err error
	f.app, _, _, err = s.DB.Apply(t.Context(), models.Applying{
		JobID: f.job.ID, Name: "Zyxandra Fjell", Email: "z@kvombel.example.com", Phone: "47110099", Message: "fjomlewhist", HeardFrom: "Tante grimblehatt",
		Link: &f.link, Class: models.ClassHuman, CV: cv,
	})
	must(t, err)
	_, err = s.DB.Pool().Exec(t.Context(), `update applications set colleague_learns = 'name' where id = $1`, f.app.ID)
	must(t, err)
	note, err := s.DB.AddNote(t.Context(), f.lars, f.app.ID, "kratzelnotat")
	must(t, err)
	bulk := sampleBulk(t, s, f.lars, f.job, f.app)
	_, err = s.DB.MoveStage(t.Context(), f.lars, f.app.ID, models.StageHired, "")
	must(t, err)
	_, err = s.DB.Pool().Exec(t.Context(), `update applications set stage_since = stage_since - interval '3 months 2 days' where id = $1`, f.app.ID)
	must(t, err)
	_, err = s.DB.AskStays(t.Context())
	must(t, err)
	var reward, stay string
	must(t, s.DB.Pool().QueryRow(t.Context(), `select (select id::text from rewards), (select id::text from stays)`).Scan(&reward, &stay))
	f.ids = []string{f.link.ID.String(), f.app.ID.String(), f.app.CandidateID.String(), f.job.ID.String(), f.ada.ID.String(), note.ID.String(), bulk.String(), reward, stay}
	return f
}

// addresses are those of the route with each of the ids in its place, and as a filter.
func (f found) addresses(route string) (paths []string) {
	fixed := strings.NewReplacer(":code", f.link.Code, ":slug", f.job.Slug, ":job", f.job.ID.String(), ":stage", models.StageHired, ":lang", "nb", ":kind", models.LetterHired)
	route = fixed.Replace(route)
	if !strings.Contains(route, ":") {
		return []string{
			route, route + "?job=" + f.job.ID.String(), route + "?user=" + f.ada.ID.String(), route + "?job_id=" + f.job.ID.String(),
			route + "?user_id=" + f.ada.ID.String(), route + "?link=" + f.link.ID.String(), route + "?id=" + f.app.ID.String(),
		}
	}
	for _, id := range f.ids {
		parts := strings.Split(route, "/")
		for i, part := range parts {
			if strings.HasPrefix(part, ":") {
				parts[i] = id
			}
		}
		paths = append(paths, strings.Join(parts, "/"))
	}
	return paths
}

// reads are the addresses where the asker reads any of the words.
func (f found) reads(c *handlerstest.Client, routes []string) (where []string) {
	for _, route := range routes {
		for _, path := range f.addresses(route) {
			got := c.Get(path)
			if body := html.UnescapeString(got.Body) + got.Location; slices.ContainsFunc(told, func(word string) bool { return strings.Contains(body, word) }) {
				where = append(where, path)
			}
		}
	}
	return where
}

// TestNobodyElseLearnsWhoApplied asks every address, of pages and of the API, about somebody who came by Ada's link: as a colleague who shares
// the same job, as a leader of other jobs, and as a stranger. The candidate lets Ada know, and Ada alone does.
func TestNobodyElseLearnsWhoApplied(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	other := s.Person(models.RoleLeader)
	s.Job(models.Job{Title: "Baker", LeaderID: &other.ID})
	f := newFound(t, s)
	var pages, calls []string
	for _, r := range handlers.Routes(s.App) {
		if r.Method == http.MethodGet && r.Path != "/live" { // which does not end; its own tests hear what it tells to whom
			pages = append(pages, r.Path)
		}
	}
	for _, o := range api.Operations() {
		if o.Method == http.MethodGet {
			calls = append(calls, o.Path)
		}
	}
	for name, c := range map[string]*handlerstest.Client{
		"a colleague": s.As(models.RoleEmployee), "another leader": s.As(models.RoleLeader), "a stranger": s.Guest(),
	} {
		if where := f.reads(c, pages); len(where) > 0 {
			t.Errorf("%s reads of the candidate at %q", name, where)
		}
	}
	for _, as := range []string{models.RoleEmployee, models.RoleLeader} {
		if where := f.reads(s.API(as), calls); len(where) > 0 {
			t.Errorf("a program of the %s reads of the candidate at %q", as, where)
		}
	}
	// Those who may do read it, or the search would show nothing.
	if where := f.reads(s.AsUser(f.ada), pages); !slices.Contains(where, "/links") {
		t.Errorf("Ada reads of the candidate at %q, want her links", where)
	}
	app := f.app.ID.String()
	if where := f.reads(s.AsUser(f.lars), pages); !slices.Contains(where, "/leader") || !slices.Contains(where, "/leader/applications/"+app) {
		t.Errorf("the job's leader reads of the candidate at %q", where)
	}
	if where := f.reads(s.As(models.RoleHR), pages); !slices.Contains(where, "/hr/applications/"+app) || len(where) < 12 {
		t.Errorf("HR reads of the candidate at %q", where)
	}
	if where := f.reads(s.API(models.RoleHR), calls); !slices.Contains(where, "/api/v1/applications") {
		t.Errorf("a program of HR reads of the candidate at %q", where)
	}
}
