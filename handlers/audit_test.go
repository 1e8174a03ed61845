package handlers_test

import (
	"bytes"
	"html"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/handlers"
	"kollega/handlers/handlerstest"
	"kollega/handlers/web"
	"kollega/models"
)

// unaudited are the POST routes of leaders, HR and administrators that leave no entry in the audit log, each with the reason.
var unaudited = map[string]string{
	"POST /hr/jobs/preview":                "shows words as they would look, and keeps nothing",
	"POST /hr/letters/:kind/:lang/preview": "shows words as they would look, and keeps nothing",
	"POST /settings/organisation/contrast": "judges a colour, and keeps nothing",
	"POST /hr/jobs/:id/bulk":               "asks whether a change of several is meant, and changes nothing",
	"POST /leader/jobs/:id/bulk":           "asks whether a change of several is meant, and changes nothing",
	"POST /hr/people/import":               "tells what a list would change; the confirmation changes it",
}

// audience is who walks: an administrator may ask everything.
type audience struct {
	*handlerstest.Site

	t      *testing.T
	client *handlerstest.Client
	who    models.User
}

// id is the n-th id in an address.
func (a audience) id(path string, n int) uuid.UUID {
	a.t.Helper()
	var ids []uuid.UUID
	for part := range strings.SplitSeq(path, "/") {
		if id, err := uuid.Parse(part); err == nil {
			ids = append(ids, id)
		}
	}
	if n >= len(ids) {
		a.t.Fatalf("%s has no id number %d", path, n)
	}
	return ids[n]
}

func (a audience) exec(sql string, args ...any) {
	a.t.Helper()
	_, err := a.DB.Pool().Exec(a.t.Context(), sql, args...)
	must(a.t, err)
}

// deed does what a route is for, at the address of the sample.
type deed func(a audience, path string) handlerstest.Answer

// sends is a form that needs nothing else.
func sends(pairs ...string) deed {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return func(a audience, path string) handlerstest.Answer { return a.client.PostForm(path, form) }
}

// after has something stand first; in sql, $1 is the first id of the address.
func after(sql string, then deed) deed {
	return func(a audience, path string) handlerstest.Answer {
		a.exec(sql, a.id(path, 0))
		return then(a, path)
	}
}

const hidden = `update clips set status = 'ready', published_at = null, nobody_recognisable = true where id = $1`

// deeds are what is sent where an empty form does nothing. Whoever adds a route that changes something adds a line here, or the route
// leaves an entry without one.
var deeds = map[string]deed{
	"POST /hr/jobs":            sends("title", "Snekker"),
	"POST /hr/jobs/:id":        sends("title", "Snekker", "description", "Bygg hus.", "location", "Bodø", "country", "NO", "employment_type", "FULL_TIME"),
	"POST /hr/jobs/:id/status": sends("status", models.JobClosed),
	"POST /hr/jobs/:id/filled": func(a audience, path string) handlerstest.Answer {
		app := a.Application(models.Job{ID: a.id(path, 0)}, nil, models.Application{})
		return a.client.PostForm(path, url.Values{"application": {app.ID.String()}})
	},
	"POST /hr/jobs/:id/clips": func(a audience, path string) handlerstest.Answer {
		return a.client.JSON(http.MethodPost, path, map[string]any{"title": "En dag", "language": "nb", "filename": "dag.mp4", "size": 1000})
	},
	"POST /hr/jobs/:id/comparison": compares,
	"POST /hr/jobs/:id/comparison/stop": func(a audience, path string) handlerstest.Answer {
		compares(a, strings.TrimSuffix(path, "/stop"))
		return a.client.PostForm(path, url.Values{})
	},
	"POST /hr/clips/:id":                        sends("title", "Natta", "language", "nb", "no_speech", "true", "nobody_recognisable", "true"),
	"POST /hr/clips/:id/complete":               completes,
	"POST /hr/clips/:id/publish":                after(hidden, sends()),
	"POST /hr/clips/:id/retry":                  after(`update clips set status = 'failed' where id = $1`, sends()),
	"POST /hr/clips/:id/poster":                 sends("at", "1"),
	"POST /hr/clips/:id/makings/:making/retry":  after(`update makings set status = 'failed' where clip_id = $1`, sends()),
	"POST /hr/clips/:id/people":                 after(hidden, sends("person_name", "Ola Sett", "person_email", "sett@example.com", "person_seen", "true")),
	"POST /hr/clips/:id/people/:person/ask":     after(`update clip_people set asked_at = now() - interval '1 day' where clip_id = $1`, sends()),
	"POST /hr/clips/:id/people/:person/address": sends("email", "annen@example.com"),
	"POST /hr/clips/:id/people/:person/remove":  sends("reason", "Klippet bort"),
	"POST /hr/clips/:id/captions": func(a audience, path string) handlerstest.Answer {
		return a.client.PostMultipart(path, url.Values{"caption_language": {"en"}},
			handlerstest.File{Field: "captions", Name: "en.vtt", Type: "text/vtt", Content: []byte("WEBVTT\n\n00:00.000 --> 00:02.000\nHi.\n")})
	},
	"POST /hr/clips/:id/transcribe": after(`delete from captions where clip_id = $1`, sends()),
	"POST /hr/clips/:id/captions/:lang/edit": func(a audience, path string) handlerstest.Answer {
		c, _, err := a.DB.Caption(a.t.Context(), a.id(path, 0), "nb")
		must(a.t, err)
		return sends("vtt", "WEBVTT\n\n00:00.000 --> 00:02.000\nHallo.\n", "base", c.Base())(a, path)
	},
	"POST /hr/clips/:id/captions/:lang/delete": after(hidden, sends()),
	"POST /hr/proposals/:id/approve":           sends("job", "draft"),
	"POST /hr/proposals/:id/decline":           sends("reason", "Lyden er for svak"),
	"POST /leader/proposals/:id/approve":       sends("job", "draft"),
	"POST /leader/proposals/:id/decline":       sends("reason", "Lyden er for svak"),
	"POST /hr/reported/:id":                    sends("answer", "Takk, vi har snakket med dem"),
	"POST /hr/people/new":                      sends("email", "ny@example.org", "name", "Nina Ny", "role", models.RoleEmployee),
	"POST /hr/people/import/confirm":           imports,
	"POST /hr/people/:id":                      sends("name", "Kari Annen", "role", models.RoleLeader),
	"POST /hr/people/:id/invite":               after(`update users set joined_at = null where id = $1`, sends()),
	"POST /hr/cards":                           handsOut,
	"POST /hr/posters":                         handsOut,
	"POST /hr/kiosks":                          sends("name", "Pauserommet"),
	"POST /settings/identity":                  sends("passwords", "admins", "groups_claim", "roles"),
	"POST /settings/identity/groups":           sends("group", "Nattskift", "role", models.RoleLeader),
	"POST /settings/identity/tokens":           sends("token_name", "Entra ID"),
	"POST /hr/teams":                           sends("name", "Nattskift"),
	"POST /groups/:id/channels":                sends("name", "Tur", "kind", "slack", "address", "https://hooks.example.org/x"),
	"POST /hr/webhooks":                        sends("name", "Jobber", "kind", "slack", "address", "https://hooks.example.org/x", "events", "new_job"),
	"POST /hr/webhooks/:id":                    sends("name", "Jobber", "kind", "teams", "events", "new_job"),
	"POST /hr/webhooks/:id/try":                sends(),
	"POST /hr/webhooks/:id/switch":             sends("on", "0"),
	"POST /hr/webhooks/:id/delete":             sends(),
	"POST /hr/teams/:id":                       sends("name", "Dagskift"),
	"POST /settings/organisation":              sends("name", "Fjordheim", "language", "en", "event_months", "13", "consent_months", "24"),
	"POST /settings/organisation/clips":        sends("proposal_days", "5", "original_days", "20"),
	"POST /settings/organisation/logo": func(a audience, path string) handlerstest.Answer {
		var logo bytes.Buffer
		must(a.t, png.Encode(&logo, image.NewGray(image.Rect(0, 0, 64, 64))))
		return a.client.PostMultipart(path, url.Values{}, handlerstest.File{Field: "logo", Name: "logo.png", Type: "image/png", Content: logo.Bytes()})
	},
	"POST /settings/audit":                  sends("months", "36"),
	"POST /settings/organisation/questions": sends("first_hours", "12"),
	"POST /questions":                       sends("title", "Sveiser", "to", "everybody"),
	"POST /questions/:id/reopen":            after(`update questions set closed_at = now() where id = $1`, sends()),
	"POST /suggestions/:id/decide":          sends("reason", "Vi har et"),
	"POST /wordings/:id/decline":            sends("reason", "Det står slik i loven"),
	"POST /hr/applications/aside/:id/take": func(a audience, path string) handlerstest.Answer {
		return sends("job_id", a.Job(models.Job{}).ID.String())(a, path)
	},
	"POST /hr/applications/:id/stage":           sends("stage", models.StageOffer),
	"POST /leader/applications/:id/stage":       sends("stage", models.StageOffer),
	"POST /hr/applications/:id/undo":            undoes,
	"POST /leader/applications/:id/undo":        undoes,
	"POST /hr/applications/:id/address":         sends("email", "rettet@example.com"),
	"POST /hr/applications/:id/erase":           sends("reason", "asked"),
	"POST /hr/applications/:id/skills":          marks,
	"POST /leader/applications/:id/skills":      marks,
	"POST /hr/jobs/:id/bulk/do":                 changes,
	"POST /leader/jobs/:id/bulk/do":             changes,
	"POST /hr/bulk/:id/undo":                    takesBack,
	"POST /leader/bulk/:id/undo":                takesBack,
	"POST /hr/referrals/exports":                sends("kind", models.ExportKinds[0], "format", models.ExportFormats[0], "period", "all"),
	"POST /hr/stays/:id":                        sends("answer", models.StayYes),
	"POST /leader/stays/:id":                    sends("answer", models.StayYes),
	"POST /hr/applications/:id/notes":           sends("text", "Ringt"),
	"POST /leader/applications/:id/notes":       sends("text", "Ringt"),
	"POST /hr/applications/:id/notes/:note":     sends("text", "Ringt to ganger"),
	"POST /leader/applications/:id/notes/:note": sends("text", "Ringt to ganger"),
	"POST /hr/applications/:id/credit": func(a audience, path string) handlerstest.Answer {
		return sends("user", a.User(models.User{}).ID.String(), "how", "full", "reason", "Det var hun")(a, path)
	},
	"POST /hr/applications/:id/heard": func(a audience, path string) handlerstest.Answer {
		return sends("user", a.User(models.User{}).ID.String())(a, path)
	},
	"POST /hr/rules": sends("promise_new", "5", "promise_screening", "14", "promise_interview", "7", "promise_offer", "7", "keep_rejected", "6",
		"keep_withdrawn", "6", "keep_hired", "12", "keep_open", "12", "pool_months", "12", "ownership_months", "12"),
	"POST /hr/feedback-rules": sends("owed_share", "1", "who_share", models.OwesOwn, "days_share", "5", "who_clip", models.OwesJob, "days_clip", "7",
		"who_answer", models.OwesJob, "days_answer", "7", "who_wording", models.OwesJob, "days_wording", "7", "who_turn", models.OwesHR, "days_turn", "7"),
	"POST /leader/feedback": func(a audience, path string) handlerstest.Answer {
		u := a.User(models.User{})
		owed := sampleOwed(a.t, a.Site, u, a.Job(models.Job{LeaderID: &a.who.ID}))
		return sends("to", u.ID.String(), "owed", owed.String(), "kind", models.FeedbackThanks, "text", "Takk, det hjalp oss")(a, path)
	},
	"POST /hr/letters/:kind/:lang": sends("subject", "Takk", "body", "Hei, og takk."),
	"POST /hr/credits/policy":      sends("policy", models.PolicyEqual, "window", "14"),
	"POST /hr/credits/reapply":     sends("policy", models.PolicyEqual, "window", "14", "reason", "Ny regel"),
	"POST /hr/jobs/:id/reward":     sends("kind", models.RewardDayOff, "months", "3"),
	"POST /hr/rewards/pay": func(a audience, path string) handlerstest.Answer {
		return sends("reward", sampleReward(a.t, a.Site, a.Job(models.Job{})).String(), "paid_on", a.DB.Now().UTC().Format(time.DateOnly))(a, path)
	},
	"POST /hr/rewards/:id/forfeit": sends("cause", models.RewardLeft, "words", "Sluttet i prøvetiden"),
	"POST /hr/rewards/:id/reopen": func(a audience, path string) handlerstest.Answer {
		must(a.t, a.DB.ForfeitReward(a.t.Context(), models.System(), a.id(path, 0), models.RewardDecided, "Feil"))
		return sends("words", "Det var rett likevel")(a, path)
	},
	"POST /hr/appeals/:id": sends("outcome", models.AppealDeclined, "answer", "Klikket kom for sent"),
}

func compares(a audience, path string) handlerstest.Answer {
	job := models.Job{ID: a.id(path, 0)}
	return sends("first", a.Clip(job, models.Clip{}).ID.String(), "second", a.Clip(job, models.Clip{}).ID.String())(a, path)
}

// handsOut has somebody get a card, or posters.
func handsOut(a audience, path string) handlerstest.Answer {
	a.Job(models.Job{})
	u, _ := a.Carded("Kari Skift")
	return sends("user", u.ID.String())(a, path)
}

func undoes(a audience, path string) handlerstest.Answer {
	_, err := a.DB.MoveStage(a.t.Context(), a.who, a.id(path, 0), models.StageOffer, "")
	must(a.t, err)
	return a.client.PostForm(path, url.Values{})
}

// marks has the job of an application require a skill, and marks it as seen.
func marks(a audience, path string) handlerstest.Answer {
	skill := models.NewID()
	a.exec(`insert into skills (id, name, name_key, created_at) values ($1::uuid, $1::uuid::text, $1::uuid::text, now())`, skill)
	a.exec(`insert into job_skills (job_id, skill_id, need, position) select job_id, $2, 'required', 1 from applications where id = $1`, a.id(path, 0), skill)
	return sends("skill-"+skill.String(), models.SkillSeen)(a, path)
}

// changes moves an application for the job with a change of several.
func changes(a audience, path string) handlerstest.Answer {
	app := a.Application(models.Job{ID: a.id(path, 0)}, nil, models.Application{})
	return sends("id", models.NewID().String(), "do", "to:"+models.StageInterview, "application", app.ID.String()+":"+models.StageNew)(a, path)
}

// takesBack has the change of several be the walker's own.
func takesBack(a audience, path string) handlerstest.Answer {
	a.exec(`update bulk_changes set user_id = $2 where id = $1`, a.id(path, 0), a.who.ID)
	return a.client.PostForm(path, url.Values{})
}

// completes sends the one part of an upload first.
func completes(a audience, path string) handlerstest.Answer {
	var plan struct {
		Parts []struct{ URL string }
	}
	must(a.t, a.client.JSON(http.MethodGet, strings.TrimSuffix(path, "complete")+"upload", nil).Decode(&plan))
	at, err := url.Parse(plan.Parts[0].URL)
	must(a.t, err)
	req := httptest.NewRequestWithContext(a.t.Context(), http.MethodPut, at.RequestURI(), strings.NewReader(anything))
	req.Host = at.Host
	a.Parts.ServeHTTP(httptest.NewRecorder(), req)
	return a.client.JSON(http.MethodPost, path, map[string]any{})
}

// signedList is the list that the preview of an import hands to its confirmation.
var signedList = regexp.MustCompile(`name="content" value="([^"]+)"`)

func imports(a audience, path string) handlerstest.Answer {
	preview := a.client.PostMultipart("/hr/people/import", url.Values{},
		handlerstest.File{Field: "file", Name: "folk.csv", Type: "text/csv", Content: []byte("navn;e-post\nPer Liste;liste@example.org\n")})
	found := signedList.FindStringSubmatch(preview.Body)
	if found == nil {
		a.t.Fatalf("no preview: %.900s", preview.Body)
	}
	return sends("content", html.UnescapeString(found[1]))(a, path)
}

// entries are the audit entries from the first one on that come after those already there.
func (a audience) entries(after int) []models.AuditEntry {
	a.t.Helper()
	rows, _, err := a.DB.AuditLog(a.t.Context(), models.System(), models.AuditFilter{Limit: 200})
	must(a.t, err)
	return rows[:min(len(rows), a.count()-after)]
}

func (a audience) count() (n int) {
	a.t.Helper()
	must(a.t, a.DB.Pool().QueryRow(a.t.Context(), `select count(*) from audit`).Scan(&n))
	return n
}

func walker(t *testing.T) audience {
	t.Helper()
	s := handlerstest.New(t)
	who := s.User(models.User{Role: models.RoleAdmin, Name: "Ada Admin"})
	return audience{s, t, s.AsUser(who), who}
}

// overseen tells whether a route is one that leaders, HR or administrators have alone, or whoever does their part: answers what is owed, or lets
// what happens be told outside.
func overseen(r web.Route) bool {
	return r.Role == web.Leader || r.Role == web.HR || r.Role == web.Admin || strings.HasPrefix(r.Path, "/leader/") || strings.Contains(r.Path, "/channels")
}

func TestNothingIsChangedUnaudited(t *testing.T) {
	t.Parallel()
	a := walker(t)
	known := map[string]bool{}
	for _, r := range handlers.Routes(a.App) {
		route := r.Method + " " + r.Path
		if r.Method != http.MethodPost || !overseen(r) {
			continue
		}
		known[route] = true
		if unaudited[route] != "" {
			continue
		}
		t.Run(route, func(t *testing.T) {
			a.t = t
			do := deeds[route]
			if do == nil {
				do = sends()
			}
			path := sample(t, a.Site, r.Path, a.who)
			before := a.count()
			got := do(a, path)
			if got.Status >= 400 {
				t.Fatalf("got %d: give the route a line in deeds, or in unaudited with a reason: %.900s", got.Status, got.Body)
			}
			changes := slices.DeleteFunc(a.entries(before), func(e models.AuditEntry) bool { return e.Verb == models.DidSee })
			if !slices.ContainsFunc(changes, func(e models.AuditEntry) bool {
				return e.UserID != nil && *e.UserID == a.who.ID && e.Name == a.who.Name
			}) {
				t.Errorf("no entry says that %s did this; there are %+v", a.who.Name, changes)
			}
		})
	}
	for _, listed := range []map[string]bool{keys(unaudited), keys(deeds)} {
		for route := range listed {
			if !known[route] {
				t.Errorf("%s is no route of theirs any more", route)
			}
		}
	}
}

func keys[V any](m map[string]V) map[string]bool {
	out := map[string]bool{}
	for k := range m {
		out[k] = true
	}
	return out
}

// TestNoCandidateIsSeenUnaudited asks every page of leaders, HR and administrators: whatever shows a candidate's name or file is logged.
func TestNoCandidateIsSeenUnaudited(t *testing.T) {
	t.Parallel()
	a := walker(t)
	setAside(t, a.Site, a.Job(models.Job{}))
	shown := 0
	for _, r := range handlers.Routes(a.App) {
		if r.Method != http.MethodGet || !overseen(r) {
			continue
		}
		t.Run(r.Path, func(t *testing.T) {
			a.t = t
			path := sample(t, a.Site, r.Path, a.who)
			if strings.HasPrefix(r.Path, "/hr/jobs/:id") {
				a.Application(models.Job{ID: a.id(path, 0)}, nil, models.Application{})
			}
			before := a.count()
			got := a.client.Get(path)
			if !strings.Contains(got.Body, "Ola Søker") && !strings.Contains(got.Body, "Kari Ek") && got.Body != anything {
				return
			}
			shown++
			fresh := a.entries(before)
			if !slices.ContainsFunc(fresh, func(e models.AuditEntry) bool {
				return (e.Verb == models.DidSee || e.Verb == models.DidExport) && *e.UserID == a.who.ID
			}) {
				t.Errorf("shows a candidate, and no entry says so; there are %+v", fresh)
			}
		})
	}
	if shown < 10 {
		t.Errorf("%d pages show a candidate: the test looks for too little", shown)
	}
}

func TestWhatProgramsDoIsAudited(t *testing.T) {
	t.Parallel()
	a := walker(t)
	app := sampleApplication(t, a.Site, a.Job(models.Job{}))
	program := a.API(models.RoleHR)
	for _, c := range []struct {
		method, path string
		body         any
		verb, kind   string
	}{
		{http.MethodGet, "/api/v1/applications", nil, models.DidSee, models.OfApplication},
		{http.MethodPost, "/api/v1/applications/" + app.ID.String() + "/stage", map[string]any{"stage": "offer"}, models.DidChange, models.OfApplication},
		{http.MethodGet, "/api/v1/reports/referrals?group_by=employee", nil, models.DidExport, models.OfReport},
		{http.MethodPost, "/api/v1/jobs", map[string]any{"title": "Kokk"}, models.DidAdd, models.OfJob},
	} {
		before := a.count()
		if got := program.JSON(c.method, c.path, c.body); got.Status >= 300 {
			t.Fatalf("%s: got %d %s", c.path, got.Status, got.Body)
		}
		fresh := a.entries(before)
		if !slices.ContainsFunc(fresh, func(e models.AuditEntry) bool {
			return e.Verb == c.verb && e.Kind == c.kind && e.Actor == models.ActorToken && *e.UserID == program.User.ID
		}) {
			t.Errorf("%s %s: got %+v", c.method, c.path, fresh)
		}
	}
}
