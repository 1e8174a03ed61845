package handlers_test

import (
	"bytes"
	"context"
	"html"
	"io"
	"log/slog"
	"maps"
	"mime/quotedprintable"
	"net/http"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/handlers"
	"kollega/handlers/api"
	"kollega/handlers/handlerstest"
	outgoing "kollega/internal/mail"
	"kollega/models"
	"kollega/worker"
)

// written is a house where people write to each other what is not for everybody.
type written struct {
	people map[string]models.User
	secret map[string][]string // a word, and who reads it on the pages
	ids    map[string][]string // of what an address may name, by the word before it
}

// common stands beside every secret word, to be searched for.
const common = "hemmelighetskremmeri"

// newWritten has every kind of words written that are for some alone.
func newWritten(t *testing.T, s *handlerstest.Site) written {
	t.Helper()
	ctx := t.Context()
	w := written{people: map[string]models.User{}, secret: map[string][]string{}, ids: map[string][]string{}}
	for name, role := range map[string]string{
		"ada": models.RoleEmployee, "bo": models.RoleLeader, "lars": models.RoleLeader, "hr": models.RoleHR, "admin": models.RoleAdmin,
		"a colleague": models.RoleEmployee, "another leader": models.RoleLeader,
	} {
		w.people[name] = s.User(models.User{Name: "Navn " + name, Role: role, Email: strings.ReplaceAll(name, " ", ".") + "@fjordheim.example"})
		choices, err := s.DB.NoticeChoices(ctx, w.people[name])
		must(t, err)
		for kind := range choices.Ways {
			choices.Ways[kind] = models.WayNow
		}
		must(t, s.DB.SaveNoticeChoices(ctx, w.people[name], choices))
	}
	ada, bo, lars, hr := w.people["ada"], w.people["bo"], w.people["lars"], w.people["hr"]
	// says gives a text with a word that those alone read.
	says := func(word string, readers ...string) string {
		w.secret[word] = readers
		return common + " " + word
	}
	has := func(word string, ids ...uuid.UUID) {
		for _, id := range ids {
			w.ids[word] = append(w.ids[word], id.String())
		}
	}

	job := s.Job(models.Job{Title: "Kokk", LeaderID: &lars.ID})
	link, _, err := s.DB.MakeLink(ctx, ada, ada.ID, job.ID, "linkedin")
	must(t, err)
	has("jobs", job.ID)
	has("share", job.ID)
	has("links", link.ID)
	has("people", ada.ID, lars.ID)

	// Feedback, the reply to it, and feedback back to a leader and to HR.
	about, err := s.DB.WaitingAbout(ctx, lars, models.OwedShare, job.ID)
	must(t, err)
	f, err := s.DB.GiveFeedback(ctx, lars, ada.ID, []uuid.UUID{about.ID}, models.FeedbackInput{
		Kind: models.FeedbackConstructive, Text: says("zgodtvar", "lars", "ada"), Better: says("zbedre", "lars", "ada"), Suggestion: says("zforslag", "lars", "ada"),
	})
	must(t, err)
	_, err = s.DB.ReplyFeedback(ctx, ada, f.ID, says("zsvarord", "ada", "lars"))
	must(t, err)
	back, err := s.DB.GiveFeedback(ctx, ada, lars.ID, nil, models.FeedbackInput{Kind: models.FeedbackThanks, Text: says("ztilbake", "ada", "lars")})
	must(t, err)
	toHR, err := s.DB.GiveFeedback(ctx, ada, hr.ID, nil, models.FeedbackInput{Kind: models.FeedbackThanks, Text: says("ztilhuset", "ada", "hr")})
	must(t, err)
	has("feedback", f.ID, back.ID, toHR.ID, about.ID)

	// A closed group, a talk, a draft, and a question that is put to the group.
	group, err := s.DB.MakeGroup(ctx, bo, models.GroupInput{Name: says("zklubb", "ada", "bo"), About: says("zomklubb", "ada", "bo"), Kind: models.GroupClosed})
	must(t, err)
	must(t, s.DB.AddMembers(ctx, bo, group.ID, ada.ID))
	names := " @" + lars.Name + " @" + hr.Name + " @" + w.people["admin"].Name + " @" + w.people["a colleague"].Name
	post, err := s.DB.Post(ctx, ada, group.ID, models.NewPost{Text: says("zinnlegg", "ada", "bo") + names})
	must(t, err)
	comment, err := s.DB.Post(ctx, bo, group.ID, models.NewPost{ParentID: &post.ID, Text: says("zkommentar", "ada", "bo") + names})
	must(t, err)
	must(t, s.DB.KeepDraft(ctx, ada, group.ID, says("zkladd", "ada")))
	inside, err := s.DB.Ask(ctx, bo, models.QuestionInput{Title: says("zsporsmal", "ada", "bo"), Words: says("zsporord", "ada", "bo"), Groups: []uuid.UUID{group.ID}})
	must(t, err)
	talk, err := s.DB.Talk(ctx, ada, bo.ID)
	must(t, err)
	said, err := s.DB.Post(ctx, ada, talk.ID, models.NewPost{Text: says("zsamtale", "ada", "bo")})
	must(t, err)
	has("groups", group.ID, talk.ID)
	has("posts", post.ID, comment.ID, said.ID)
	has("questions", inside.ID)

	// Answers to a question that everybody reads.
	open, err := s.DB.Ask(ctx, lars, models.QuestionInput{Title: "Hvem kjenner en kokk?", Words: "Til høsten.", Everybody: true})
	must(t, err)
	must(t, s.DB.AnswerMe(ctx, ada, open.ID, models.InterestInput{Words: says("zinteresse", "ada", "lars"), Asker: true}))
	must(t, s.DB.AnswerInvite(ctx, ada, open.ID, models.FriendInput{
		Name: "Zvenn Zvennesen", Email: "zvenn@example.com", Language: "nb", Words: says("zvenneord", "ada", "lars", "hr", "admin"),
	}))
	w.secret["Zvennesen"] = nil // of somebody outside, whom nobody reads of before they say yes
	_, err = s.DB.AnswerColleague(ctx, ada, open.ID, bo.Name, says("znevner", "ada", "bo", "lars", "hr", "admin"))
	must(t, err)
	has("questions", open.ID)
	answers, err := s.DB.Answers(ctx, ada, open.ID)
	must(t, err)
	for _, a := range answers {
		has("answers", a.ID)
	}

	// A report of a post, an appeal, and a clip that was declined.
	all, err := s.DB.MakeGroup(ctx, w.people["a colleague"], models.GroupInput{Name: "Åpen for alle", Kind: models.GroupOpen})
	must(t, err)
	must(t, s.DB.JoinGroup(ctx, ada, all.ID))
	loud, err := s.DB.Post(ctx, w.people["a colleague"], all.ID, models.NewPost{Text: "Noe ugreit"})
	must(t, err)
	_, err = s.DB.ReportPost(ctx, ada, loud.ID, says("zgrunn", "hr", "admin"))
	must(t, err)
	app, _, _, err := s.DB.Apply(ctx, models.Applying{JobID: job.ID, Name: "Ola Søker", Email: "ola@example.com", Link: &link, Class: models.ClassHuman})
	must(t, err)
	must(t, s.DB.AppealCredit(ctx, ada, app.ID, says("zklage", "ada", "hr", "admin")))
	proposal := s.Proposal(ada, models.Proposal{JobID: &job.ID}, models.Clip{})
	must(t, s.DB.DeclineProposal(ctx, lars, proposal.ID, says("zavslag", "ada", "lars", "hr", "admin")))
	has("groups", all.ID)
	has("posts", loud.ID)
	has("applications", app.ID)
	has("proposals", proposal.ID)
	has("clips", *proposal.ClipID)
	has("media", *proposal.ClipID)
	return w
}

// addresses are those of a route with each of the ids in its places, and with a search.
func (w written) addresses(route string) []string {
	route = strings.NewReplacer(":lang", "nb", ":kind", models.LetterHired, ":stage", models.StageNew, ":channel", "linkedin", ":slug", "kokk", ":code", "zzzzzzzz", ":token", "zzz", ":version", "0", ":name", "zzz").Replace(route)
	if !strings.Contains(route, ":") {
		return []string{route, route + "?q=" + common}
	}
	parts, paths := strings.Split(route, "/")[1:], []string{""}
	for i, part := range parts {
		ids := []string{part}
		if strings.HasPrefix(part, ":") {
			ids = w.ids[parts[i-1]]
			if ids == nil { // whatever there is
				ids = slices.Concat(slices.Collect(maps.Values(w.ids))...)
			}
		}
		var longer []string
		for _, path := range paths {
			for _, id := range ids {
				longer = append(longer, path+"/"+id)
			}
		}
		paths = longer
	}
	return paths
}

// reads are the secret words that the asker finds, each with an address where it stands.
func (w written) reads(c *handlerstest.Client, routes []string) map[string]string {
	found := map[string]string{}
	for _, route := range routes {
		for _, path := range w.addresses(route) {
			got := c.Get(path)
			body := html.UnescapeString(got.Body) + got.Location
			for word := range w.secret {
				if strings.Contains(body, word) {
					found[word] = path
				}
			}
		}
	}
	return found
}

// kept is what is written, by many at once.
type kept struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (k *kept) Write(p []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.b.Write(p)
}

func (k *kept) String() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.b.String()
}

// TestWordsAreReadByThoseTheyAreFor asks every address of pages and of the API, with a search, as everybody; makes every file that HR may ask
// for; lets all mails go; listens to the live stream; and reads the log: each word is found by those it is for, and nowhere else.
func TestWordsAreReadByThoseTheyAreFor(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	log, mails := &kept{}, t.TempDir()
	s.App.Log = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	streams := map[string]*handlerstest.Stream{}
	for _, role := range []string{models.RoleEmployee, models.RoleHR, models.RoleAdmin} {
		streams[role] = s.As(role).Live("/live?on=groups&on=notices")
		defer streams[role].Close()
	}
	w := newWritten(t, s)
	for _, kind := range models.ExportKinds {
		_, err := s.DB.AskExport(t.Context(), w.people["hr"], models.Export{Kind: kind, Format: "csv", Language: "nb"})
		must(t, err)
	}
	work(t, s, mails)
	exports, err := s.DB.Exports(t.Context(), w.people["hr"])
	must(t, err)
	for _, e := range exports {
		if e.Status != models.ExportReady {
			t.Fatalf("the file %s is %s", e.Kind, e.Status)
		}
		w.ids["exports"] = append(w.ids["exports"], e.ID.String())
	}

	var pages, calls []string
	for _, r := range handlers.Routes(s.App) {
		if r.Method == http.MethodGet && r.Path != "/live" {
			pages = append(pages, r.Path)
		}
	}
	for _, o := range api.Operations() {
		if o.Method == http.MethodGet {
			calls = append(calls, strings.NewReplacer("{", ":", "}", "").Replace(o.Path))
		}
	}
	clients := map[string]*handlerstest.Client{"a stranger": s.Guest()}
	for name, u := range w.people {
		clients[name] = s.AsUser(u)
	}
	for name, c := range clients {
		found := w.reads(c, pages)
		for word, at := range found {
			if !slices.Contains(w.secret[word], name) {
				t.Errorf("%s reads %q at %s", name, word, at)
			}
		}
		for word, readers := range w.secret {
			if _, read := found[word]; !read && slices.Contains(readers, name) {
				t.Errorf("%s, whom it is for, finds %q nowhere", name, word)
			}
		}
	}
	for _, role := range []string{models.RoleEmployee, models.RoleLeader, models.RoleHR, models.RoleAdmin} {
		for word, at := range w.reads(s.API(role), calls) {
			t.Errorf("a program of the role %s reads %q at %s", role, word, at)
		}
	}
	w.inMails(t, mails)
	for role, stream := range streams {
		topics, _ := stream.Told()
		for word := range w.secret {
			if told := strings.Join(topics, " "); strings.Contains(told, word) {
				t.Errorf("the live stream tells the role %s of %q: %s", role, word, told)
			}
		}
	}
	if !strings.Contains(log.String(), "/feedback") {
		t.Error("the log tells of no request: nothing was looked for in it")
	}
	for word := range w.secret {
		if strings.Contains(log.String(), word) {
			t.Errorf("the log has %q", word)
		}
	}
}

// work does what waits in the queue, mails to the folder, until nothing does.
func work(t *testing.T, s *handlerstest.Site, mails string) {
	t.Helper()
	sender, err := outgoing.New(outgoing.Config{From: "Kollega <kollega@example.org>", Folder: mails, Now: time.Now}, s.App.Log)
	must(t, err)
	w, err := worker.New(worker.Deps{DB: s.DB, Store: s.Store, Dir: t.TempDir(), Mail: sender, MailDir: mails, Texts: s.App.Texts, BaseURL: s.App.BaseURL, Log: s.App.Log})
	must(t, err)
	must(t, w.Start(t.Context()))
	for waits, end := 1, time.Now().Add(time.Minute); waits > 0; time.Sleep(50 * time.Millisecond) {
		must(t, s.DB.Pool().QueryRow(t.Context(), `select (select count(*) from river_job where state in ('available', 'running', 'pending') or state = 'scheduled' and scheduled_at < now())
			+ (select count(*) from notice_mails where state <> 'sent')`).Scan(&waits))
		if time.Now().After(end) {
			t.Fatalf("%d pieces of work still wait", waits)
		}
	}
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Second)
	defer stop()
	must(t, w.Stop(ctx))
}

// inMails looks for secret words in all mails: each goes to those alone whom it is for.
func (w written) inMails(t *testing.T, folder string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.eml"))
	must(t, err)
	to := map[string]int{}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		must(t, err)
		m, err := mail.ReadMessage(bytes.NewReader(raw))
		must(t, err)
		at, err := mail.ParseAddress(m.Header.Get("To"))
		must(t, err)
		name := strings.ReplaceAll(strings.Split(at.Address, "@")[0], ".", " ")
		to[name]++
		plain, err := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(raw)))
		must(t, err)
		for word, readers := range w.secret {
			if strings.Contains(string(plain), word) && !slices.Contains(readers, name) && name != "zvenn" {
				t.Errorf("the mail %q to %s has %q", m.Header.Get("Subject"), name, word)
			}
		}
	}
	for _, name := range []string{"ada", "bo", "lars", "hr", "zvenn"} {
		if to[name] == 0 {
			t.Errorf("%s got no mail: nothing was looked for in it; there are %v", name, to)
		}
	}
}
