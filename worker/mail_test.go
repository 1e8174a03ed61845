package worker_test

import (
	"context"
	"log/slog"
	"mime/quotedprintable"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"kollega/internal/i18n"
	"kollega/internal/mail"
	"kollega/internal/testenv"
	"kollega/models"
	"kollega/worker"
)

func TestMain(m *testing.M) { testenv.Main(m) }

// house is a database with a running worker that writes its mails into a folder.
type house struct {
	db     *models.DB
	folder string
}

func start(t *testing.T) house {
	t.Helper()
	db, err := models.Open(t.Context(), testenv.Database(t, models.SchemaVersion(), models.Migrate))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	if _, err := db.SetUp(t.Context(), models.FirstRun{Organisation: "Fjordheim", Language: "nb", Email: "ada@example.org", Name: "Ada", Password: "fire ord om havet"}); err != nil {
		t.Fatal(err)
	}
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	folder, log := t.TempDir(), slog.New(slog.DiscardHandler)
	sender, err := mail.New(mail.Config{From: "Kollega <kollega@example.org>", Folder: folder, Now: time.Now}, log)
	if err != nil {
		t.Fatal(err)
	}
	w, err := worker.New(worker.Deps{DB: db, Mail: sender, MailDir: folder, Texts: texts, BaseURL: &url.URL{Scheme: "https", Host: "jobb.example.org"}, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, stop := context.WithTimeout(context.Background(), 10*time.Second)
		defer stop()
		if err := w.Stop(ctx); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	return house{db, folder}
}

// mails waits until n mails are there, and gives their text by name of the file.
func (h house) mails(t *testing.T, n int) []string {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		files, _ := filepath.Glob(filepath.Join(h.folder, "*.eml"))
		if len(files) >= n {
			var out []string
			for _, f := range files {
				raw, err := os.Open(f)
				if err != nil {
					t.Fatal(err)
				}
				var b strings.Builder
				if _, err := raw.WriteTo(&b); err != nil {
					t.Fatal(err)
				}
				raw.Close()
				out = append(out, unquoted(b.String()))
			}
			return out
		}
		if time.Now().After(end) {
			t.Fatalf("got %d mails, want %d", len(files), n)
		}
	}
}

// unquoted is a mail with its quoted-printable parts in plain.
func unquoted(raw string) string {
	var b strings.Builder
	r := quotedprintable.NewReader(strings.NewReader(raw))
	buf := make([]byte, 4096)
	for {
		n, err := r.Read(buf)
		b.Write(buf[:n])
		if err != nil {
			return b.String()
		}
	}
}

var link = regexp.MustCompile(`https://jobb\.example\.org/(invite|reset|c)/([A-Za-z0-9_-]{43})`)

func TestInvitationMail(t *testing.T) {
	t.Parallel()
	h := start(t)
	u, err := h.db.AddUser(t.Context(), models.System(), models.NewUser{Email: "ny@example.org", Name: "Åse Ny", Role: "employee", Language: "en", Invite: true})
	if err != nil {
		t.Fatal(err)
	}
	text := h.mails(t, 1)[0]
	for _, want := range []string{"Hi Åse Ny!", "Fjordheim uses Kollega", "ny@example.org", "text/html", "text/plain"} {
		if !strings.Contains(text, want) {
			t.Errorf("the mail lacks %q:\n%s", want, text)
		}
	}
	m := link.FindStringSubmatch(text)
	if m == nil || m[1] != "invite" {
		t.Fatalf("no invitation link in\n%s", text)
	}
	if got, err := h.db.UserByToken(t.Context(), models.PurposeInvite, m[2]); err != nil || got.ID != u.ID {
		t.Errorf("the link leads to %v %v, want %v", got.ID, err, u.ID)
	}
}

func TestResetMailIsInThePersonsLanguageAndOnlyForThoseWhoAreHere(t *testing.T) {
	t.Parallel()
	h := start(t)
	for _, email := range []string{"nobody@example.org", "ada@example.org"} {
		if err := h.db.RequestReset(t.Context(), email, "192.0.2.1"); err != nil {
			t.Fatal(err)
		}
	}
	texts := h.mails(t, 1)
	if len(texts) != 1 || !strings.Contains(texts[0], "Hei Ada!") || link.FindString(texts[0]) == "" {
		t.Errorf("got %q, want one mail to Ada in Norwegian", texts)
	}
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		var open int
		if err := h.db.Pool().QueryRow(t.Context(), `select count(*) from river_job where state <> 'completed'`).Scan(&open); err != nil {
			t.Fatal(err)
		}
		if open == 0 {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("%d mails are still being tried", open)
		}
	}
}

func TestNoSecretWaitsInTheQueue(t *testing.T) {
	t.Parallel()
	h := start(t)
	if err := h.db.RequestReset(t.Context(), "ada@example.org", "192.0.2.1"); err != nil {
		t.Fatal(err)
	}
	token := link.FindStringSubmatch(h.mails(t, 1)[0])[2]
	var found int
	err := h.db.Pool().QueryRow(t.Context(), `select count(*) from river_job j where j::text like '%' || $1 || '%'`, token).Scan(&found)
	if err != nil || found != 0 {
		t.Errorf("the token is in %d rows of the queue %v", found, err)
	}
}

func TestReceivedMailIsInTheCandidatesLanguage(t *testing.T) {
	t.Parallel()
	h := start(t)
	job := models.NewID()
	_, err := h.db.Pool().Exec(t.Context(), `insert into jobs (id, slug, title, description, location, country, employment_type, pay_currency, pay_period, status, created_at, updated_at)
		values ($1, 'kokk', 'Kokk', 'x', 'Bergen', 'NO', 'FULL_TIME', '', '', 'published', now(), now())`, job)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := h.db.Apply(t.Context(), models.Applying{JobID: job, Name: "Ola Søker", Email: "ola@example.com", Language: "en"}); err != nil {
		t.Fatal(err)
	}
	text := h.mails(t, 1)[0]
	for _, want := range []string{"Hello Ola Søker,", "ola@example.com", "“Kokk” at Fjordheim", "You will hear from us by", "https://jobb.example.org/c/", "text/html"} {
		if !strings.Contains(text, want) {
			t.Errorf("the mail lacks %q:\n%s", want, text)
		}
	}
	token := link.FindStringSubmatch(text)[2]
	if c, err := h.db.CandidateByToken(t.Context(), token); err != nil || c.Name != "Ola Søker" {
		t.Errorf("the link leads to %q %v, want Ola's page", c.Name, err)
	}
	var found int
	if err := h.db.Pool().QueryRow(t.Context(), `select count(*) from river_job j where j::text like '%' || $1 || '%'`, token).Scan(&found); err != nil || found != 0 {
		t.Errorf("the token is in %d rows of the queue %v", found, err)
	}
}

func TestMailsAboutAProposedClip(t *testing.T) {
	t.Parallel()
	h := start(t)
	ctx := t.Context()
	ada, err := h.db.UserByEmail(ctx, "ada@example.org")
	if err != nil {
		t.Fatal(err)
	}
	hr, err := h.db.AddUser(ctx, models.System(), models.NewUser{Email: "hr@example.org", Name: "Hege Aas", Role: models.RoleHR, Language: "nb", Password: "fire fine ord her"})
	if err != nil {
		t.Fatal(err)
	}
	p, c, err := h.db.NewProposal(ctx, ada, models.ProposalInput{Title: "Nattevakt"}, models.ClipInput{Language: "nb", Filename: "a.mp4", Size: 10})
	if err == nil {
		err = h.db.CreateProposal(ctx, p, c)
	}
	if err == nil {
		_, err = h.db.Pool().Exec(ctx, "update clips set status = 'processing', attempts = 1, heartbeat_at = now() where id = $1", c.ID)
	}
	if err == nil {
		c.Attempts = 1
		err = h.db.ClipMade(ctx, c, models.Made{Duration: 5, Width: 2, Height: 2, Files: []models.ClipFile{{Name: "video", Key: models.ClipKey(), ContentType: "video/mp4", Size: 1}}})
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Nattevakt", "Hege Aas", "Ingen andre blir spurt etter HR", "/hr/proposals/" + p.ID.String()} {
		if got := h.mails(t, 1)[0]; !strings.Contains(got, want) {
			t.Errorf("who is asked does not read %q: %s", want, got)
		}
	}
	for _, sql := range []string{"update clip_proposals set held_since = now() - interval '6 days'", "update clip_proposal_steps set at = now() - interval '6 days'"} {
		if _, err := h.db.Pool().Exec(ctx, sql); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.db.GoOnProposals(ctx); err != nil {
		t.Fatal(err)
	}
	reminded := strings.Join(h.mails(t, 2), "\n")
	for _, want := range []string{"Ett klipp fra en kollega har ligget hos HR for lenge", "https://jobb.example.org/hr/proposals\n"} {
		if !strings.Contains(strings.ReplaceAll(reminded, "\r", ""), want) {
			t.Errorf("HR is not reminded of %q: %s", want, reminded)
		}
	}
	if err := h.db.DeclineProposal(ctx, hr, p.ID, "Lyden er for svak"); err != nil {
		t.Fatal(err)
	}
	said := strings.Join(h.mails(t, 3), "\n")
	for _, want := range []string{"Lyden er for svak", "/clips/" + p.ID.String()} {
		if !strings.Contains(said, want) {
			t.Errorf("the colleague does not read %q: %s", want, said)
		}
	}
}

// TestMailAsksWhetherAColleagueStayed also holds that the mail does not name the colleague: it outlives what is stored of them.
func TestMailAsksWhetherAColleagueStayed(t *testing.T) {
	t.Parallel()
	h := start(t)
	ctx := t.Context()
	leader, err := h.db.AddUser(ctx, models.System(), models.NewUser{Email: "leder@example.org", Name: "Lise Leder", Role: models.RoleLeader, Language: "en", Password: "fire fine ord her"})
	if err != nil {
		t.Fatal(err)
	}
	job, err := h.db.CreateJob(ctx, &leader.ID, models.JobInput{Title: "Dykker", Description: "Ned.", Location: "Bodø", Country: "NO", EmploymentType: "FULL_TIME", LeaderID: &leader.ID})
	if err == nil {
		_, err = h.db.Pool().Exec(ctx, `update jobs set status = 'published', published_at = now() where id = $1`, job.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	app, _, _, err := h.db.Apply(ctx, models.Applying{JobID: job.ID, Name: "Hemma Ligsen", Email: "k@example.com", Quiet: true})
	if err == nil {
		_, err = h.db.MoveStage(ctx, models.System(), app.ID, models.StageHired, "")
	}
	if err == nil {
		_, err = h.db.Pool().Exec(ctx, `update applications set stage_since = now() - interval '3 months 1 day' where id = $1`, app.ID)
	}
	if err == nil {
		_, err = h.db.AskStays(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	for end := time.Now().Add(20 * time.Second); !strings.Contains(text, "leder@example.org") && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		text = strings.Join(h.mails(t, 1), "\n")
	}
	for _, want := range []string{"Hi Lise Leder!", "Dykker", "3 months after the hire", "https://jobb.example.org/stays/"} {
		if !strings.Contains(text, want) {
			t.Errorf("the mail lacks %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "Hemma") {
		t.Error("the mail names the colleague")
	}
}
