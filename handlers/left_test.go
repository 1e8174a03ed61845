package handlers_test

import (
	"archive/zip"
	"bytes"
	"context"
	"html"
	"io"
	"mime/quotedprintable"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/handlers"
	"kollega/handlers/api"
	"kollega/handlers/handlerstest"
	"kollega/internal/mail"
	"kollega/media"
	"kollega/models"
	"kollega/worker"
)

// gone are the name and the address that nothing else has.
var gone = []string{"Xanthippe", "Quarlsen", "xanthippe.q@"}

// left is a house in which somebody did all that a colleague does, with who read it then.
type left struct {
	who, carded, bo, lars models.User
	job                   models.Job
	link                  models.Link
	token                 string // of the candidate who came by the link
	ids, groups           []uuid.UUID
}

func (l *left) know(ids ...uuid.UUID) { l.ids = append(l.ids, ids...) }

// newLeft is that house before they leave.
func newLeft(t *testing.T, s *handlerstest.Site) *left {
	t.Helper()
	ctx := t.Context()
	l := &left{
		who: s.User(models.User{Name: "Xanthippe Quarlsen", Email: "xanthippe.q@example.org", Role: models.RoleLeader}),
		bo:  s.User(models.User{Name: "Bo Vik"}), lars: s.User(models.User{Name: "Lars Leder", Role: models.RoleLeader}),
	}
	team := s.Team("Kaia", &l.lars.ID)
	exec := func(sql string, args ...any) {
		t.Helper()
		_, err := s.DB.Pool().Exec(ctx, sql, args...)
		must(t, err)
	}
	exec(`update users set team_id = $1, show_name = true, show_results = true, joins_ranking = true where id = any($2)`, team.ID, []uuid.UUID{l.who.ID, l.bo.ID})
	exec(`update organisation set ranking = true`)
	l.job = s.Job(models.Job{Title: "Kokk", LeaderID: &l.lars.ID})
	l.know(l.job.ID, l.who.ID, team.ID, l.bo.ID)
	l.shares(t, s, exec)
	l.talks(t, s)
	l.asks(t, s)
	l.isThanked(t, s)
	var card models.PrintedCard
	l.carded, card = s.Carded("Xanthippe Quarlsen")
	k, _, err := s.DB.AddKiosk(ctx, s.Person(models.RoleHR), "Pauserommet")
	must(t, err)
	_, _, err = s.DB.KioskShare(ctx, k, l.job.ID, card.Code, "192.0.2.9")
	must(t, err)
	l.know(k.ID, l.carded.ID)
	return l
}

// shares has them share a job, which brings somebody who is hired, and propose a clip that is shown.
func (l *left) shares(t *testing.T, s *handlerstest.Site, exec func(string, ...any)) {
	t.Helper()
	ctx := t.Context()
	must(t, s.DB.SaveRewardPlan(ctx, models.System(), l.job.ID, models.RewardPlan{Kind: models.RewardMoney, Amount: 5000_00, Currency: "NOK"}))
	l.link = s.Link(l.who, l.job, "linkedin")
	s.Count(l.link, models.ClassHuman, 7)
	app, _, _, err := s.DB.Apply(ctx, models.Applying{JobID: l.job.ID, Name: "Kari Ek", Email: "kari@example.com", Link: &l.link, Class: models.ClassHuman})
	must(t, err)
	exec(`update applications set colleague_learns = 'name' where id = $1`, app.ID)
	_, err = s.DB.MoveStage(ctx, l.lars, app.ID, models.StageHired, "")
	must(t, err)
	l.token, err = s.DB.NewCandidateToken(ctx, app.CandidateID)
	must(t, err)
	p := s.Proposal(l.who, models.Proposal{JobID: &l.job.ID, ShowName: true, State: models.ProposalApproved, Title: "Dagen min"}, models.Clip{})
	exec(`update clips set job_id = $1, status = 'published', published_at = now() where id = $2`, l.job.ID, p.ClipID)
	exec(`update clip_proposals set decided_by = $2, decided_at = now() where id = $1`, p.ID, l.lars.ID)
	waits := s.Proposal(l.who, models.Proposal{JobID: &l.job.ID, ShowName: true, HolderID: &l.lars.ID}, models.Clip{})
	remark, err := s.DB.AddRemark(ctx, l.who, models.RemarkOn{ClipID: p.ClipID}, "Fint klipp")
	must(t, err)
	l.know(app.ID, app.CandidateID, l.link.ID, p.ID, *p.ClipID, waits.ID, remark.ID, one(t, s, `select id from rewards`))
}

// talks has them own a group, write, comment, react and pin, in an open group and between colleagues.
func (l *left) talks(t *testing.T, s *handlerstest.Site) {
	t.Helper()
	ctx := t.Context()
	g, err := s.DB.MakeGroup(ctx, l.who, models.GroupInput{Name: "Turgåere", Kind: models.GroupOpen})
	must(t, err)
	must(t, s.DB.AddMembers(ctx, l.who, g.ID, l.bo.ID, l.lars.ID))
	key := models.PictureKey()
	put(t, s, key, "image/jpeg")
	post, err := s.DB.Post(ctx, l.who, g.ID, models.NewPost{Text: "Hvem blir med?", Pictures: []models.PostPicture{{Key: key, Width: 1, Height: 1}}})
	must(t, err)
	_, err = s.DB.PinPost(ctx, l.who, post.ID, true)
	must(t, err)
	_, err = s.DB.Post(ctx, l.bo, g.ID, models.NewPost{ParentID: &post.ID, Text: "Jeg"})
	must(t, err)
	bos, err := s.DB.Post(ctx, l.bo, g.ID, models.NewPost{Text: "Ny tur"})
	must(t, err)
	_, err = s.DB.Post(ctx, l.who, g.ID, models.NewPost{ParentID: &bos.ID, Text: "Hurra, @Bo Vik"})
	must(t, err)
	_, err = s.DB.React(ctx, l.who, bos.ID, "cheer", true)
	must(t, err)
	_, err = s.DB.ReportPost(ctx, l.bo, post.ID, "Ikke greit")
	must(t, err)
	_, err = s.DB.ReportPost(ctx, l.who, bos.ID, "Ikke greit, det heller")
	must(t, err)
	talk, err := s.DB.Talk(ctx, l.who, l.bo.ID, l.lars.ID)
	must(t, err)
	_, err = s.DB.Post(ctx, l.who, talk.ID, models.NewPost{Text: "Hei, dere"})
	must(t, err)
	l.groups = []uuid.UUID{g.ID, talk.ID}
	l.know(g.ID, post.ID, bos.ID, talk.ID)
}

// asks has them ask, answer, invite a friend, and suggest wordings, clips and jobs.
func (l *left) asks(t *testing.T, s *handlerstest.Site) {
	t.Helper()
	ctx := t.Context()
	own, err := s.DB.Ask(ctx, l.who, models.QuestionInput{Title: "Vikar", Everybody: true})
	must(t, err)
	q, err := s.DB.Ask(ctx, l.lars, models.QuestionInput{Title: "Sveiser", Everybody: true})
	must(t, err)
	_, err = s.DB.AnswerColleague(ctx, l.who, q.ID, l.bo.Name, "flink")
	must(t, err)
	_, err = s.DB.AnswerColleague(ctx, l.bo, q.ID, l.who.Name, "flink")
	must(t, err)
	must(t, s.DB.AnswerMe(ctx, l.bo, own.ID, models.InterestInput{Words: "Meg", Asker: true}))
	must(t, s.DB.AnswerMe(ctx, l.who, q.ID, models.InterestInput{Words: "Meg", Asker: true}))
	must(t, s.DB.AnswerInvite(ctx, l.who, q.ID, models.FriendInput{Name: "Venn", Email: "venn@example.com", Language: "nb"}))
	w, err := s.DB.SuggestWording(ctx, l.who, models.WordingInput{QuestionID: &q.ID, Field: models.FieldTitle, After: "Sveisere"})
	must(t, err)
	_, err = s.DB.AcceptWording(ctx, l.lars, w.ID)
	must(t, err)
	jobs, err := s.DB.SuggestWording(ctx, l.who, models.WordingInput{JobID: &l.job.ID, Field: models.FieldDescription, After: "En **veldig** fin jobb."})
	must(t, err)
	sug, err := s.DB.Suggest(ctx, l.who, models.Suggestion{Kind: "clip", Title: "En dag på kaia"})
	must(t, err)
	must(t, s.DB.SupportSuggestion(ctx, l.bo, sug.ID, true))
	remark, err := s.DB.AddRemark(ctx, l.who, models.RemarkOn{SuggestionID: &sug.ID}, "God idé")
	must(t, err)
	bos, err := s.DB.Suggest(ctx, l.bo, models.Suggestion{Kind: "job", Title: "Baker"})
	must(t, err)
	must(t, s.DB.SupportSuggestion(ctx, l.who, bos.ID, true))
	l.know(own.ID, q.ID, w.ID, jobs.ID, sug.ID, bos.ID, remark.ID)
}

// isThanked has them thank and be thanked, and give and get feedback that everybody may read.
func (l *left) isThanked(t *testing.T, s *handlerstest.Site) {
	t.Helper()
	ctx := t.Context()
	for _, pair := range [][2]models.User{{l.who, l.bo}, {l.bo, l.who}} {
		thanks, err := s.DB.Thank(ctx, pair[0], pair[1].ID, "Takk for hjelpen")
		must(t, err)
		must(t, s.DB.DecideThanks(ctx, pair[1], thanks.ID, true))
		l.know(thanks.ID)
	}
	for _, pair := range [][2]models.User{{l.who, l.bo}, {l.bo, l.who}} {
		id := sampleFeedback(t, s, pair[0], pair[1])
		must(t, s.DB.AgreeToPraise(ctx, pair[1], id, true))
		l.know(id)
	}
	l.know(sampleOwed(t, s, l.who, l.job))
}

// addresses are those of the route with each of the ids in each of its places, and as a filter.
func (l *left) addresses(route string) (paths []string) {
	route = strings.NewReplacer(":code", l.link.Code, ":slug", l.job.Slug, ":job", l.job.ID.String(), ":stage", models.StageHired, ":lang", "nb", ":kind", models.LetterHired, ":token", l.token).Replace(route)
	if !strings.ContainsAny(route, ":{") {
		paths = []string{route}
		for f, id := range map[string]uuid.UUID{"job": l.job.ID, "user": l.who.ID, "job_id": l.job.ID, "user_id": l.who.ID, "link": l.link.ID} {
			paths = append(paths, route+"?"+f+"="+id.String())
		}
		return append(paths, route+"?q=Kari", route+"?period=all", route+"?group_by=employee", route+"?by=employee", route+"?by=user", route+"?state=deactivated")
	}
	parts, holes := strings.Split(route, "/"), []int{}
	for i, part := range parts {
		if strings.HasPrefix(part, ":") || strings.HasPrefix(part, "{") {
			holes = append(holes, i)
		}
	}
	firsts := []uuid.UUID{uuid.Nil}
	if len(holes) > 1 { // a group, and what is in it
		firsts = l.groups
	}
	for _, first := range firsts {
		for _, id := range l.ids {
			parts[holes[0]] = first.String()
			parts[holes[len(holes)-1]] = id.String()
			paths = append(paths, strings.Join(parts, "/"))
		}
	}
	return paths
}

// text is what a body says: a workbook's files as well, and no marks of HTML.
func text(body string) string {
	if z, err := zip.NewReader(bytes.NewReader([]byte(body)), int64(len(body))); err == nil {
		for _, f := range z.File {
			if r, err := f.Open(); err == nil {
				b, _ := io.ReadAll(r)
				body += string(b)
			}
		}
	}
	return html.UnescapeString(body)
}

func names(body string) bool {
	return slices.ContainsFunc(gone, func(word string) bool { return strings.Contains(text(body), word) })
}

// named are the routes at which the asker reads the name, with an address of each.
func (l *left) named(c *handlerstest.Client, routes []string) map[string]string {
	where := map[string]string{}
	for _, route := range routes {
		for _, path := range l.addresses(route) {
			if got := c.Get(path); names(got.Body+got.Location) && where[route] == "" {
				where[route] = path
			}
		}
	}
	return where
}

// keeps are the places where HR must go on naming a colleague who has left, each with the reason.
var keeps = map[string]string{
	"/hr/people": "HR lets people in and out, and lists those who have left only when asked for them", "/hr/people/:id": "there HR lets them in again",
	"/settings/audit": wasThere, "/settings/audit.csv": wasThere,
	"/hr/applications": credited, "/hr/applications/:id": credited, "/hr/applications/:id/credit": credited, "/hr/jobs/:id/board": credited, "/hr/jobs/:id/board/:stage": credited,
	"/leader": credited, "/leader/applications/:id": credited, "/leader/jobs/:id/board": credited, "/leader/jobs/:id/board/:stage": credited, "/api/v1/applications": credited,
	"/hr/referrals": credited, "/hr/referrals.csv": credited, "/hr/referrals.xlsx": credited, "/hr/referrals/days": credited, "/hr/referrals/links": credited, "/hr/referrals/hits": credited,
	"/api/v1/reports/referrals": credited,
	"/hr/rewards":               owedMoney, "/hr/rewards.csv": owedMoney, "/hr/rewards/:id": owedMoney,
	"/hr/proposals": made, "/hr/proposals/:id": made, "/leader/proposals": made, "/leader/proposals/:id": made,
}

// Why HR reads a name still; addresses of leaders show it to HR alone.
const (
	wasThere  = "the audit log tells who did what, also after they have left (docs/security.md)"
	credited  = "HR decides about credit for applications, and an appeal or a reward may come later"
	owedMoney = "a reward that was earned is paid after they have left"
	made      = "HR answers for a clip that is shown, and must find who made it"
)

// leave has both leave, their words staying without the name.
func (l *left) leave(t *testing.T, s *handlerstest.Site) {
	t.Helper()
	for _, u := range []models.User{l.who, l.carded} {
		must(t, s.DB.SetPostsGo(t.Context(), u.ID, false))
		must(t, s.DB.Deactivate(t.Context(), s.Person(models.RoleHR), u.ID))
	}
}

// TestWhoHasLeftIsNotNamed asks every page and every call, as everybody, and reads every mail, after a colleague has left whose words stay.
func TestWhoHasLeftIsNotNamed(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	l := newLeft(t, s)
	var pages, calls []string
	for _, r := range handlers.Routes(s.App) {
		// A page that hears of changes does not end; the house's directory gave the name itself.
		if r.Method == http.MethodGet && r.Path != "/live" && !strings.HasPrefix(r.Path, "/scim/") {
			pages = append(pages, r.Path)
		}
	}
	for _, o := range api.Operations() {
		if o.Method == http.MethodGet {
			calls = append(calls, o.Path)
		}
	}
	// Before, they are named: the search finds it.
	before := l.named(s.AsUser(l.bo), []string{"/groups/:id", "/groups/:id/people", "/questions", "/questions/:id", "/suggestions", "/thanks", "/feedback", "/together"})
	for _, route := range []string{"/groups/:id", "/groups/:id/people", "/questions", "/questions/:id", "/suggestions", "/thanks"} {
		if before[route] == "" {
			t.Errorf("before they leave, %s does not name them: the search would show nothing", route)
		}
	}
	l.leave(t, s)
	for name, c := range map[string]*handlerstest.Client{
		"a stranger": s.Guest(), "a colleague": s.AsUser(l.bo), "another": s.As(models.RoleEmployee), "the leader": s.AsUser(l.lars),
		"HR": s.As(models.RoleHR), "an administrator": s.As(models.RoleAdmin),
	} {
		for route, path := range l.named(c, pages) {
			if keeps[route] == "" || !c.User.Is(models.RoleHR) {
				t.Errorf("%s reads the name at %s (%s)", name, route, path)
			}
		}
	}
	for _, role := range []string{models.RoleEmployee, models.RoleLeader, models.RoleHR} {
		for route, path := range l.named(s.API(role), calls) {
			if keeps[route] == "" || role != models.RoleHR {
				t.Errorf("a program of the %s reads the name at %s (%s)", role, route, path)
			}
		}
	}
	_, err := s.DB.Post(t.Context(), l.bo, l.groups[0], models.NewPost{Text: "Hils Xanthippe"})
	must(t, err)
	if planted := l.named(s.AsUser(l.bo), []string{"/groups/:id"}); planted["/groups/:id"] == "" {
		t.Error("a name that somebody writes is not found")
	}
	for file, words := range mailed(t, s) {
		if names(words) {
			t.Errorf("a mail has the name: %s\n%.1500s", file, words)
		}
	}
}

// mailed are all mails that wait, as a worker sends them.
func mailed(t *testing.T, s *handlerstest.Site) map[string]string {
	t.Helper()
	tools, err := media.Find(t.Context())
	must(t, err)
	folder := t.TempDir()
	post, err := mail.New(mail.Config{From: "kollega@example.org", Folder: folder, Now: time.Now}, s.App.Log)
	must(t, err)
	w, err := worker.New(worker.Deps{
		DB: s.DB, Store: s.Store, Tools: tools, Dir: filepath.Join(t.TempDir(), "work"), Mail: post, Texts: s.App.Texts, BaseURL: s.App.BaseURL, Log: s.App.Log,
	})
	must(t, err)
	must(t, w.Start(t.Context()))
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		var waiting int
		must(t, s.DB.Pool().QueryRow(t.Context(), `select count(*) from river_job where kind = 'send_mail' and state in ('available', 'running', 'pending')`).Scan(&waiting))
		if waiting == 0 {
			break
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	must(t, w.Stop(ctx))
	mails := map[string]string{}
	files, err := filepath.Glob(filepath.Join(folder, "*.eml"))
	must(t, err)
	for _, f := range files {
		b, err := os.ReadFile(f)
		must(t, err)
		plain, _ := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(b)))
		mails[filepath.Base(f)] = string(b) + string(plain)
	}
	if len(mails) == 0 {
		t.Error("no mail waited: the search would show nothing")
	}
	return mails
}
