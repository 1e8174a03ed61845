package handlers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"kollega/handlers"
	"kollega/handlers/api"
	"kollega/handlers/handlerstest"
	"kollega/handlers/web"
	"kollega/internal/testenv"
	"kollega/models"
)

func TestMain(m *testing.M) { testenv.Main(m) }

// rights says who may ask what, apart from the route table: whoever adds or opens a route says so here as well.
var rights = map[string][]string{
	"public": {
		"GET /s/:code", "HEAD /s/:code", "GET /s/:code/apply", "POST /s/:code/apply",
		"GET /jobs", "HEAD /jobs", "GET /jobs/:slug", "HEAD /jobs/:slug", "GET /jobs/:slug/apply", "POST /jobs/:slug/apply", "GET /jobs/:slug/thanks",
		"GET /consent/:token", "POST /consent/:token", "GET /consent/:token/withdraw", "POST /consent/:token/withdraw", "GET /consent/:token/media/:name", "GET /consent/:token/captions/:file",
		"GET /stays/:token", "POST /stays/:token", "GET /notices/stop/:token", "POST /notices/stop/:token", "GET /answer/:token", "POST /answer/:token",
		"GET /kiosk/:token", "GET /kiosk/:token/jobs/:slug", "POST /kiosk/:token/jobs/:slug",
		"GET /invited/:token", "POST /invited/:token/accept", "GET /invited/:token/accept", "POST /invited/:token/decline", "GET /invited/:token/decline",
		"POST /e", "GET /privacy", "GET /robots.txt", "GET /sitemap.xml", "GET /cuts/:token", "HEAD /cuts/:token", "GET /theme.css", "GET /logo/:id",
		"POST /s/:code/remind", "GET /s/:code/remind", "POST /jobs/:slug/remind", "GET /jobs/:slug/remind",
		"GET /c", "POST /c", "GET /c/:token", "GET /c/:token/data.json", "GET /c/:token/data.zip", "GET /c/:token/applications/:id/cv",
		"POST /c/:token/applications/:id", "GET /c/:token/applications/:id", "POST /c/:token/applications/:id/colleague", "GET /c/:token/applications/:id/colleague",
		"POST /c/:token/details", "GET /c/:token/details", "POST /c/:token/pool", "GET /c/:token/pool", "POST /c/:token/links",
		"GET /c/:token/withdraw", "POST /c/:token/withdraw", "POST /c/:token/resume", "GET /c/:token/resume", "GET /c/:token/erase", "POST /c/:token/erase",
		"GET /media/:clip/:version/:name", "HEAD /media/:clip/:version/:name", "GET /media/:clip/captions/:file", "HEAD /media/:clip/captions/:file",
	},
	"anyone": {
		"POST /logout", "GET /forgot", "POST /forgot", "GET /reset/:token", "POST /reset/:token", "GET /invite/:token", "POST /invite/:token",
	},
	"guest":  {"GET /login", "POST /login", "GET /login/account", "GET /login/account/callback", "GET /card", "POST /card", "GET /card/pin", "POST /card/pin"},
	"set-up": {"GET /setup", "POST /setup"}, // a guest who has the one-time code, until the house is set up
	"employee": {
		"GET /notices", "POST /notices/read", "GET /notices/:id", "POST /notices/:id/read", "GET /settings/notices", "POST /settings/notices",
		"GET /leader/feedback", "POST /leader/feedback", "GET /leader/feedback/:id", "POST /leader/feedback/:id/back", // whoever owes somebody an answer
		"GET /feedback", "POST /feedback", "POST /feedback/:id/reply", "POST /feedback/:id/helped", "POST /feedback/:id/share",
		"GET /groups", "POST /groups", "GET /groups/new", "GET /groups/talk", "POST /groups/talk", "GET /groups/:id", "POST /groups/:id", "GET /groups/:id/edit",
		"POST /groups/:id/channels", "POST /groups/:id/channels/:channel/delete", "POST /groups/:id/channels/:channel/switch", "POST /groups/:id/channels/:channel/try",
		"POST /groups/:id/join", "POST /groups/:id/leave", "POST /groups/:id/mute", "POST /groups/:id/draft", "GET /groups/:id/names", "GET /groups/:id/people", "POST /groups/:id/people",
		"POST /groups/:id/people/:person/owner", "POST /groups/:id/people/:person/remove", "GET /groups/:id/pictures/:picture",
		"POST /groups/:id/posts", "GET /groups/:id/posts/:post", "POST /groups/:id/posts/:post", "POST /groups/:id/posts/:post/comments", "POST /groups/:id/posts/:post/pin",
		"POST /groups/:id/posts/:post/react", "POST /groups/:id/posts/:post/remove", "POST /groups/:id/posts/:post/report", "POST /settings/me/posts",
		"GET /", "GET /live", "GET /share/:job", "POST /share/:job/:channel",
		"GET /share/:job/wording", "POST /share/:job/wording",
		"GET /questions", "GET /questions/:id", "POST /questions/:id/me", "POST /questions/:id/link", "POST /questions/:id/invite", "POST /questions/:id/colleague",
		"GET /reported/:id", "GET /questions/:id/wording", "POST /questions/:id/wording", "GET /answers/:id", "POST /answers/:id/withdraw",
		"GET /wordings/:id", "POST /wordings/:id/withdraw", "POST /wordings/:id/support",
		"GET /suggestions", "POST /suggestions", "GET /suggestions/new", "GET /suggestions/:id", "POST /suggestions/:id/support", "POST /suggestions/:id/withdraw",
		"POST /remarks", "GET /remarks/:id", "POST /remarks/:id", "POST /remarks/:id/remove",
		"GET /clips", "POST /clips", "GET /clips/new", "GET /clips/:id", "GET /clips/:id/status", "GET /clips/:id/upload",
		"POST /clips/:id/complete", "POST /clips/:id/cancel", "POST /clips/:id/name", "POST /clips/:id/withdraw", "POST /clips/:id/retry",
		"GET /links", "POST /links/applications/:id/appeal", "POST /links/:id/switch", "GET /links/:id/qr.svg", "GET /links/:id/qr.png", "GET /links/:id/poster", "POST /links/:id/cuts",
		"GET /settings", "GET /settings/me", "POST /settings/me", "POST /settings/me/password", "POST /settings/me/pin", "POST /settings/me/sessions", "GET /posters", "POST /posters",
		"GET /mine", "GET /thanks", "POST /thanks", "GET /thanks/find", "POST /thanks/find", "POST /thanks/:id/show", "POST /thanks/:id/takeback", "GET /together", "POST /together/ranking",
		"POST /settings/me/tokens", "POST /settings/me/tokens/:id/revoke", "POST /settings/clips/:id", "POST /settings/theme", "POST /settings/language",
	},
	"leader": {
		"GET /leader/feedback/coverage",
		"POST /leader/stays/:id", "GET /leader/talent", "GET /leader/talent/ask",
		"GET /questions/new", "POST /questions", "POST /questions/:id/close", "POST /questions/:id/reopen", "POST /wordings/:id/accept", "POST /wordings/:id/decline",
		"GET /leader/proposals", "GET /leader/proposals/:id", "POST /leader/proposals/:id/approve", "POST /leader/proposals/:id/decline",
		"GET /leader", "GET /leader/applications/:id", "GET /leader/applications/:id/cv",
		"POST /leader/applications/:id/stage", "POST /leader/applications/:id/undo", "POST /leader/applications/:id/skills", "GET /leader/applications/:id/letter",
		"GET /leader/jobs/:id/board", "GET /leader/jobs/:id/board/:stage", "POST /leader/jobs/:id/bulk", "POST /leader/jobs/:id/bulk/do", "GET /leader/bulk/:id", "POST /leader/bulk/:id/undo",
		"GET /leader/applications/:id/cv/page", "GET /leader/applications/:id/tell", "POST /leader/applications/:id/tell",
		"POST /leader/applications/:id/notes", "POST /leader/applications/:id/notes/:note", "POST /leader/applications/:id/notes/:note/delete",
	},
	"hr": {
		"POST /suggestions/:id/decide",
		"GET /hr", "GET /hr/jobs", "POST /hr/jobs", "GET /hr/jobs/new", "POST /hr/jobs/preview",
		"GET /hr/jobs/:id", "POST /hr/jobs/:id", "GET /hr/jobs/:id/edit", "POST /hr/jobs/:id/status",
		"GET /hr/jobs/:id/clips/new", "POST /hr/jobs/:id/clips", "POST /hr/jobs/:id/comparison", "POST /hr/jobs/:id/comparison/stop",
		"GET /hr/clips/:id", "POST /hr/clips/:id", "GET /hr/clips/:id/status", "GET /hr/clips/:id/upload", "POST /hr/clips/:id/complete",
		"POST /hr/clips/:id/cancel", "POST /hr/clips/:id/publish", "POST /hr/clips/:id/unpublish", "POST /hr/clips/:id/retry",
		"POST /hr/clips/:id/move", "POST /hr/clips/:id/delete",
		"POST /hr/clips/:id/people", "POST /hr/clips/:id/people/:person/ask", "POST /hr/clips/:id/people/:person/address", "POST /hr/clips/:id/people/:person/remove",
		"POST /hr/clips/:id/poster", "POST /hr/clips/:id/remake", "POST /hr/clips/:id/makings/:making/retry",
		"GET /hr/clips/:id/captions-new", "POST /hr/clips/:id/transcribe", "GET /hr/clips/:id/captions/:lang/edit", "POST /hr/clips/:id/captions/:lang/edit",
		"POST /hr/clips/:id/captions", "GET /hr/clips/:id/captions/:lang", "POST /hr/clips/:id/captions/:lang/delete",
		"GET /hr/applications/aside", "POST /hr/applications/aside/:id/take", "POST /hr/applications/aside/:id/delete", "GET /hr/applications/aside/:id/cv",
		"GET /hr/proposals", "GET /hr/proposals/:id", "POST /hr/proposals/:id/approve", "POST /hr/proposals/:id/decline",
		"GET /hr/jobs/:id/board", "GET /hr/jobs/:id/board/:stage", "POST /hr/jobs/:id/bulk", "POST /hr/jobs/:id/bulk/do", "GET /hr/bulk/:id", "POST /hr/bulk/:id/undo",
		"GET /hr/applications/:id/cv/page", "GET /hr/applications/:id/tell", "POST /hr/applications/:id/tell",
		"POST /hr/applications/:id/notes", "POST /hr/applications/:id/notes/:note", "POST /hr/applications/:id/notes/:note/delete",
		"GET /hr/jobs/:id/filled", "POST /hr/jobs/:id/filled", "GET /hr/rules", "POST /hr/rules", "GET /hr/feedback-rules", "POST /hr/feedback-rules",
		"GET /hr/letters", "GET /hr/letters/:kind/:lang", "POST /hr/letters/:kind/:lang", "POST /hr/letters/:kind/:lang/preview", "POST /hr/letters/:kind/:lang/reset",
		"GET /hr/applications/:id/letter", "POST /hr/applications/:id/address", "GET /hr/applications/:id/erase", "POST /hr/applications/:id/erase",
		"GET /hr/applications", "GET /hr/applications/:id", "GET /hr/applications/:id/cv",
		"POST /hr/applications/:id/stage", "POST /hr/applications/:id/undo", "POST /hr/applications/:id/skills",
		"GET /hr/applications/:id/credit", "POST /hr/applications/:id/credit", "POST /hr/applications/:id/heard",
		"GET /hr/credits", "POST /hr/credits/policy", "POST /hr/credits/reapply", "POST /hr/appeals/:id",
		"GET /hr/referrals", "GET /hr/referrals.csv", "GET /hr/referrals.xlsx", "GET /hr/referrals/days", "GET /hr/referrals/links", "GET /hr/referrals/hits",
		"GET /hr/referrals/exports", "POST /hr/referrals/exports", "GET /hr/referrals/exports/:id",
		"GET /hr/talent", "GET /hr/talent/ask", "GET /hr/stays", "POST /hr/stays/:id",
		"GET /hr/jobs/:id/reward", "POST /hr/jobs/:id/reward", "GET /hr/rewards", "GET /hr/rewards.csv", "POST /hr/rewards/pay",
		"GET /hr/rewards/:id", "POST /hr/rewards/:id/forfeit", "POST /hr/rewards/:id/reopen",
		"GET /hr/people", "GET /hr/people/new", "POST /hr/people/new", "GET /hr/people/import", "POST /hr/people/import", "POST /hr/people/import/confirm",
		"GET /hr/people/:id", "POST /hr/people/:id", "POST /hr/people/:id/invite", "POST /hr/people/:id/deactivate", "POST /hr/people/:id/reactivate",
		"GET /hr/webhooks", "POST /hr/webhooks", "POST /hr/webhooks/:id", "POST /hr/webhooks/:id/try", "POST /hr/webhooks/:id/switch", "POST /hr/webhooks/:id/delete",
		"GET /hr/reported", "POST /hr/reported/:id",
		"POST /hr/people/:id/card/free", "POST /hr/people/:id/card/revoke", "GET /hr/cards", "POST /hr/cards", "GET /hr/posters", "POST /hr/posters",
		"POST /hr/ranking", "POST /hr/praise/:id/remove", "POST /hr/thanks/:id/remove", "GET /hr/kiosks", "POST /hr/kiosks", "POST /hr/kiosks/:id/revoke",
		"GET /hr/teams", "POST /hr/teams", "POST /hr/teams/:id", "POST /hr/teams/:id/delete",
	},
	"admin": {
		"GET /settings/organisation", "POST /settings/organisation", "POST /settings/organisation/contrast", "POST /settings/organisation/clips", "POST /settings/organisation/questions",
		"POST /settings/organisation/logo", "POST /settings/organisation/logo/remove",
		"GET /settings/audit", "POST /settings/audit", "GET /settings/audit.csv",
		"GET /settings/identity", "POST /settings/identity", "POST /settings/identity/groups", "POST /settings/identity/groups/:id/delete", "POST /hr/people/:id/unlink",
		"POST /settings/identity/tokens", "POST /settings/identity/tokens/:id/revoke",
	},
	"directory": { // no person: whoever has a token of the house's directory
		"GET /scim/v2/ServiceProviderConfig", "GET /scim/v2/ResourceTypes", "GET /scim/v2/ResourceTypes/:name", "GET /scim/v2/Schemas", "GET /scim/v2/Schemas/:name",
		"GET /scim/v2/Users", "POST /scim/v2/Users", "GET /scim/v2/Users/:id", "PUT /scim/v2/Users/:id", "PATCH /scim/v2/Users/:id", "DELETE /scim/v2/Users/:id",
		"GET /scim/v2/Groups", "POST /scim/v2/Groups", "GET /scim/v2/Groups/:id", "PUT /scim/v2/Groups/:id", "PATCH /scim/v2/Groups/:id", "DELETE /scim/v2/Groups/:id",
	},
}

// operations are what machines ask the process; they are no part of the route table.
var operations = []string{"GET /healthz", "GET /readyz", "GET /metrics"}

// roleOf is who may ask a route, by this file's table.
func roleOf(route string) (string, bool) {
	for role, routes := range rights {
		if slices.Contains(routes, route) {
			return role, true
		}
	}
	return "", false
}

func TestEveryRouteHasTheRoleExpected(t *testing.T) {
	t.Parallel()
	there := map[string]bool{}
	for _, r := range handlers.Routes(&web.App{}) {
		route := r.Method + " " + r.Path
		there[route] = true
		want, ok := roleOf(route)
		if !ok {
			t.Errorf("%s: no line in rights says who may ask it", route)
		} else if got := string(r.Role); got != want && (want != "set-up" || r.Role != web.Guest) {
			t.Errorf("%s: got role %q, want %q", route, got, want)
		}
	}
	for _, routes := range rights {
		for _, route := range routes {
			if !there[route] {
				t.Errorf("%s: in rights, and not in the route table", route)
			}
		}
	}
}

func TestNothingIsMountedBesideTheTables(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	e, err := handlers.Mounted(s.App, prometheus.NewRegistry())
	if err != nil {
		t.Fatal(err)
	}
	known := slices.Clone(operations)
	for _, r := range handlers.Routes(s.App) {
		known = append(known, r.Method+" "+r.Path)
	}
	for _, o := range api.Operations() {
		known = append(known, o.Method+" "+o.Path)
	}
	for _, r := range e.Routes() {
		if route := r.Method + " " + r.Path; !slices.Contains(known, route) && !strings.HasPrefix(r.Method, "echo_route") {
			t.Errorf("%s is answered and in no table", route)
		}
	}
}

// askers are who tries every route; the empty one is nobody.
var askers = []string{"", models.RoleEmployee, models.RoleLeader, models.RoleHR, models.RoleAdmin}

func TestEveryRouteAsEveryRole(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	for _, r := range handlers.Routes(s.App) {
		for _, asker := range askers {
			t.Run(fmt.Sprintf("%s %s as %s", r.Method, r.Path, orNobody(asker)), func(t *testing.T) {
				role, ok := roleOf(r.Method + " " + r.Path)
				if !ok {
					t.Fatal("no line in rights")
				}
				who, client := models.User{Role: asker}, s.Guest()
				if asker != "" {
					who = s.User(models.User{Role: asker})
					client = s.AsUser(who)
				}
				path := sample(t, s, r.Path, who)
				judge(t, role, r.Method, who, ask(client, r.Method, path))
			})
		}
	}
}

func ask(c *handlerstest.Client, method, path string) handlerstest.Answer {
	if method == http.MethodPost {
		return c.PostForm(path, url.Values{})
	}
	return c.Do(method, path, nil)
}

// judge compares an answer with what the asker may do.
func judge(t *testing.T, role, method string, who models.User, got handlerstest.Answer) {
	t.Helper()
	signedIn := who.Role != ""
	switch {
	case role == "directory":
		if got.Status != http.StatusUnauthorized {
			t.Errorf("got %d, want 401 for every person", got.Status)
		}
	case role == "public", role == "anyone", role == "guest" && !signedIn:
		allowed(t, got)
	case role == "set-up" && !signedIn:
		if got.Status != http.StatusNotFound {
			t.Errorf("got %d, want 404 in a house that is set up", got.Status)
		}
	case role == "guest", role == "set-up":
		if got.Status != http.StatusSeeOther || got.Location != "/" {
			t.Errorf("got %d to %q, want to be sent home", got.Status, got.Location)
		}
	case !signedIn && method == http.MethodGet:
		if got.Status != http.StatusSeeOther || got.Location != "/login" {
			t.Errorf("got %d to %q, want to be asked to sign in", got.Status, got.Location)
		}
	case !signedIn:
		if got.Status != http.StatusUnauthorized {
			t.Errorf("got %d, want 401", got.Status)
		}
	case !who.Is(role):
		if got.Status != http.StatusForbidden {
			t.Errorf("got %d, want 403", got.Status)
		}
	default:
		allowed(t, got)
	}
}

// allowed fails for an answer that says no, or that something broke. What the empty form lacks may be refused.
func allowed(t *testing.T, got handlerstest.Answer) {
	t.Helper()
	if got.Status == http.StatusUnauthorized || got.Status == http.StatusForbidden || got.Status == http.StatusNotFound ||
		got.Status >= 500 || got.Location == "/login" && got.Status != http.StatusSeeOther {
		t.Errorf("got %d, want an answer for somebody who may: %.300s", got.Status, got.Body)
	}
}

func orNobody(role string) string {
	if role == "" {
		return "nobody"
	}
	return role
}

func TestWhatIsAnothersIsNotThere(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	mine := s.User(models.User{Name: "Ada Eier"})
	leader := s.User(models.User{Role: models.RoleLeader})
	job := s.Job(models.Job{LeaderID: &leader.ID})
	link := "/links/" + s.Link(mine, job, "").ID.String()
	token, _, err := s.DB.CreateAPIToken(t.Context(), mine.ID, "mine")
	must(t, err)
	sampled := sampleApplication(t, s, job)
	app := "/applications/" + sampled.ID.String()
	note, err := s.DB.AddNote(t.Context(), leader, sampled.ID, "Bare mellom oss")
	must(t, err)
	bulk := sampleBulk(t, s, leader, job, sampled)
	leads := "/leader/jobs/" + job.ID.String()
	clip := "/hr/clips/" + sampleUpload(t, s, job)
	asked := "/settings/clips/" + s.InClip(s.Clip(job, models.Clip{Status: models.ClipReady}), mine).ID.String()
	proposal := s.Proposal(mine, models.Proposal{JobID: &job.ID, HolderID: &leader.ID}, models.Clip{})
	clips, led := "/clips/"+proposal.ID.String(), "/leader/proposals/"+proposal.ID.String()
	stay := sampleStay(t, s, job).String()
	owed := sampleOwed(t, s, mine, job)
	given := "/feedback/" + sampleFeedback(t, s, leader, mine).String()
	closed := sampleGroup(t, s, "/groups/:id/posts/:post/pictures/:picture", mine)
	person := "/people/" + mine.ID.String()
	post, picture, _ := strings.Cut(closed, "/pictures/")
	group, _, _ := strings.Cut(closed, "/posts/")
	channel := sampleGroup(t, s, "/groups/:id/channels/:channel", mine)
	channels, _, _ := strings.Cut(channel, "/channels/")
	watched := "/media/" + proposal.ClipID.String() + "/1/poster"
	for _, c := range []struct {
		as, method, path string
		want             int
	}{
		{"employee", "POST", link + "/switch", 404},
		{"employee", "GET", link + "/qr.svg", 404},
		{"employee", "GET", link + "/qr.png", 404},
		{"employee", "GET", link + "/poster", 404},
		{"hr", "POST", link + "/switch", 404},
		{"hr", "GET", link + "/poster", 404},
		{"employee", "POST", "/settings/me/tokens/" + token.ID.String() + "/revoke", 404},
		{"admin", "POST", "/settings/me/tokens/" + token.ID.String() + "/revoke", 404},
		{"leader", "GET", "/leader" + app, 404},
		{"leader", "GET", "/leader" + app + "/cv", 404},
		{"leader", "POST", "/leader" + app + "/stage", 404},
		{"leader", "POST", "/leader" + app + "/skills", 404},
		{"leader", "POST", "/leader" + app + "/undo", 404},
		{"leader", "GET", "/leader" + app + "/cv/page", 404},
		{"leader", "GET", "/leader" + app + "/cv?show=1", 404},
		{"leader", "GET", "/leader" + app + "/tell", 404},
		{"leader", "POST", "/leader" + app + "/tell", 404},
		{"leader", "POST", "/leader" + app + "/notes/" + note.ID.String() + "/delete", 404},
		{"hr", "POST", "/hr" + app + "/notes/" + note.ID.String() + "/delete", 403},
		{"leader", "GET", leads + "/board", 404},
		{"leader", "GET", leads + "/board/interview", 404},
		{"leader", "POST", leads + "/bulk", 404},
		{"leader", "POST", leads + "/bulk/do", 404},
		{"leader", "GET", "/leader/bulk/" + bulk.String(), 404},
		{"leader", "POST", "/leader/bulk/" + bulk.String() + "/undo", 404},
		{"leader", "GET", "/hr/jobs/" + job.ID.String() + "/board", 403},
		{"leader", "GET", "/hr/bulk/" + bulk.String(), 403},
		{"employee", "GET", leads + "/board", 403},
		{"employee", "GET", "/hr/jobs/" + job.ID.String() + "/board", 403},
		{"employee", "POST", "/hr/jobs/" + job.ID.String() + "/bulk/do", 403},
		{"employee", "POST", "/leader" + app + "/notes", 403},
		{"leader", "GET", "/hr" + app + "/cv", 403},
		{"employee", "GET", "/hr" + app + "/cv", 403},
		{"employee", "POST", asked, 404},
		{"hr", "POST", asked, 404},
		{"employee", "GET", clips, 404},
		{"employee", "GET", clips + "/status", 404},
		{"employee", "GET", clips + "/upload", 404},
		{"employee", "POST", clips + "/complete", 404},
		{"employee", "POST", clips + "/cancel", 404},
		{"employee", "POST", clips + "/name", 404},
		{"employee", "POST", clips + "/withdraw", 404},
		{"employee", "POST", clips + "/retry", 404},
		{"hr", "GET", clips, 404},
		{"hr", "POST", clips + "/withdraw", 404},
		{"employee", "GET", group, 404},
		{"leader", "GET", group, 404},
		{"hr", "GET", group, 404},
		{"admin", "GET", group, 404},
		{"employee", "POST", group, 404},
		{"admin", "POST", group, 404},
		{"employee", "GET", group + "/edit", 404},
		{"leader", "GET", group + "/edit", 404},
		{"hr", "GET", group + "/edit", 404},
		{"admin", "GET", group + "/edit", 404},
		{"employee", "POST", group + "/join", 404},
		{"admin", "POST", group + "/join", 404},
		{"employee", "POST", group + "/leave", 404},
		{"admin", "POST", group + "/leave", 404},
		{"employee", "POST", group + "/mute", 404},
		{"admin", "POST", group + "/mute", 404},
		{"employee", "POST", group + "/draft", 404},
		{"admin", "POST", group + "/draft", 404},
		{"employee", "POST", group + "/channels", 404},
		{"admin", "POST", group + "/channels", 404},
		{"employee", "POST", channels + "/channels", 403},
		{"admin", "POST", channels + "/channels", 403},
		{"employee", "POST", channel + "/try", 403},
		{"hr", "POST", channel + "/switch", 403},
		{"employee", "POST", channel + "/delete", 403},
		{"employee", "GET", group + "/people", 404},
		{"leader", "GET", group + "/people", 404},
		{"hr", "GET", group + "/people", 404},
		{"admin", "GET", group + "/people", 404},
		{"employee", "POST", group + "/posts", 404},
		{"admin", "POST", group + "/posts", 404},
		{"employee", "GET", group + "/pictures/" + picture, 404},
		{"leader", "GET", group + "/pictures/" + picture, 404},
		{"hr", "GET", group + "/pictures/" + picture, 404},
		{"admin", "GET", group + "/pictures/" + picture, 404},
		{"employee", "GET", post, 404},
		{"leader", "GET", post, 404},
		{"hr", "GET", post, 404},
		{"admin", "GET", post, 404},
		{"employee", "POST", post + "/comments", 404},
		{"admin", "POST", post + "/comments", 404},
		{"employee", "POST", post + "/pin", 404},
		{"admin", "POST", post + "/pin", 404},
		{"employee", "POST", post + "/react", 404},
		{"admin", "POST", post + "/react", 404},
		{"employee", "POST", post + "/remove", 404},
		{"admin", "POST", post + "/remove", 404},
		{"employee", "POST", post + "/report", 404},
		{"admin", "POST", post + "/report", 404},
		{"employee", "POST", post, 404},
		{"admin", "POST", post, 404},
		{"employee", "POST", group + person + "/owner", 404},
		{"admin", "POST", group + person + "/owner", 404},
		{"employee", "POST", group + person + "/remove", 404},
		{"admin", "POST", group + person + "/remove", 404},
		{"employee", "GET", watched, 404},
		{"leader", "GET", watched, 404},
		{"guest", "GET", watched, 404},
		{"leader", "GET", "/leader/feedback/" + owed.String(), 404},
		{"employee", "GET", "/leader/feedback/" + owed.String(), 404},
		{"employee", "POST", "/leader" + given + "/back", 404},
		{"employee", "POST", given + "/reply", 404},
		{"admin", "POST", given + "/reply", 404},
		{"hr", "POST", given + "/helped", 404},
		{"admin", "POST", given + "/share", 404},
		{"admin", "POST", "/leader" + given + "/back", 404},
		{"leader", "POST", "/leader/stays/" + stay, 404},
		{"leader", "POST", "/hr/stays/" + stay, 403},
		{"employee", "POST", "/leader/stays/" + stay, 403},
		{"leader", "GET", led, 404},
		{"leader", "POST", led + "/approve", 404},
		{"leader", "POST", led + "/decline", 404},
		{"leader", "GET", "/hr/proposals/" + proposal.ID.String(), 403},
		{"hr", "GET", "/hr/clips/" + proposal.ClipID.String(), 404},
		{"hr", "POST", "/hr/clips/" + proposal.ClipID.String() + "/publish", 404},
		{"hr", "POST", "/hr/clips/" + proposal.ClipID.String() + "/delete", 404},
		{"employee", "GET", clip + "/upload", 403},
		{"employee", "POST", clip + "/complete", 403},
		{"leader", "GET", clip + "/upload", 403},
		{"leader", "POST", "/hr/jobs/" + job.ID.String() + "/clips", 403},
	} {
		t.Run(c.as+" "+c.method+" "+c.path, func(t *testing.T) {
			got := ask(s.As(c.as), c.method, c.path)
			if got.Status != c.want {
				t.Errorf("got %d, want %d: %.300s", got.Status, c.want, got.Body)
			}
			if strings.Contains(got.Body, mine.Name) {
				t.Errorf("the answer names the owner")
			}
		})
	}
}

// TestPresignedAddressIsGoodForOnePartOnly tries what a signed address of one part must not open.
func TestPresignedAddressIsGoodForOnePartOnly(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job := s.Job(models.Job{})
	var ticket, other struct {
		Upload struct{ Parts []struct{ URL string } }
	}
	body := map[string]any{"title": "En dag", "language": "nb", "filename": "dag.mp4", "size": 1000}
	must(t, s.As("hr").JSON(http.MethodPost, "/hr/jobs/"+job.ID.String()+"/clips", body).Decode(&ticket))
	must(t, s.As("hr").JSON(http.MethodPost, "/hr/jobs/"+job.ID.String()+"/clips", body).Decode(&other))
	mine, err := url.Parse(ticket.Upload.Parts[0].URL)
	must(t, err)
	theirs, err := url.Parse(other.Upload.Parts[0].URL)
	must(t, err)
	unsigned, part2 := *mine, *mine
	unsigned.RawQuery = ""
	q := mine.Query()
	q.Set("partNumber", "2")
	part2.RawQuery = q.Encode()
	elsewhere := *mine
	elsewhere.Path = theirs.Path
	for _, c := range []struct {
		name, method string
		to           *url.URL
		want         int
	}{
		{"its own part", http.MethodPut, mine, 200},
		{"without its signature", http.MethodPut, &unsigned, 403},
		{"reading", http.MethodGet, mine, 403},
		{"another part", http.MethodPut, &part2, 403},
		{"another clip", http.MethodPut, &elsewhere, 403},
	} {
		t.Run(c.name, func(t *testing.T) {
			req := httptest.NewRequestWithContext(t.Context(), c.method, c.to.String(), strings.NewReader(anything))
			res := httptest.NewRecorder()
			s.Parts.ServeHTTP(res, req)
			if res.Code != c.want {
				t.Errorf("got %d, want %d: %.300s", res.Code, c.want, res.Body.String())
			}
		})
	}
}
