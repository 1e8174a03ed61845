package worker_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"kollega/models"
)

var invited = regexp.MustCompile(`https://jobb\.example\.org/invited/([A-Za-z0-9_-]{43})`)

// invitation is a house in which a colleague has a friend invited.
type invitation struct {
	*whole

	question models.Question
	kari, hr models.User
}

func invite(t *testing.T) invitation {
	t.Helper()
	h := invitation{whole: startWhole(t)}
	add := func(name, role string) models.User {
		u, err := h.db.AddUser(t.Context(), models.System(), models.NewUser{Email: strings.ToLower(name) + "@example.org", Name: name, Role: role})
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	asker, err := h.db.User(t.Context(), add("Liv", models.RoleLeader).ID)
	if err != nil {
		t.Fatal(err)
	}
	h.kari, h.hr = add("Kari", models.RoleEmployee), add("Hanne", models.RoleHR)
	if h.question, err = h.db.Ask(t.Context(), asker, models.QuestionInput{Title: "Sveiser", Everybody: true}); err != nil {
		t.Fatal(err)
	}
	err = h.db.AnswerInvite(t.Context(), h.kari, h.question.ID, models.FriendInput{Name: "Zyxandra Glumtvedt", Email: "kvombel@example.com", Language: "en", Words: "Vi gikk på skole sammen"})
	if err != nil {
		t.Fatal(err)
	}
	h.idle(t)
	return h
}

// mail is the only mail to the friend, and the token in it.
func (h invitation) mail(t *testing.T) (text, token string) {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(h.dir, "mail", "*.eml"))
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if s := unquoted(string(raw)); strings.Contains(s, "kvombel@example.com") && strings.Contains(s, "/invited/") {
			text = s
		}
	}
	m := invited.FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("no invitation in %d mails", len(files))
	}
	return text, m[1]
}

// forgotten fails where anything of the friend is found in tables, files or logs.
func (h invitation) forgotten(t *testing.T) {
	t.Helper()
	h.idle(t)
	for _, word := range []string{"Zyxandra", "Glumtvedt", "kvombel"} {
		if got := h.find(t, word); len(got) > 0 {
			t.Errorf("%s is found in %q", word, got)
		}
	}
}

// later is the database with the clock so much further on.
func (h invitation) later(d time.Duration) *models.DB {
	db := *h.db
	db.Now = func() time.Time { return time.Now().Add(d) }
	return &db
}

func TestAnInvitedFriendIsForgottenAfterTwoWeeks(t *testing.T) {
	t.Parallel()
	h, ctx := invite(t), t.Context()
	text, token := h.mail(t)
	for _, want := range []string{"Kari at Fjordheim gave us your address", "“Sveiser”", "are deleted on"} {
		if !strings.Contains(text, want) {
			t.Errorf("the mail lacks %q:\n%s", want, text)
		}
	}
	for _, not := range []string{"gikk på skole"} {
		if strings.Contains(text, not) {
			t.Errorf("the mail says %q", not)
		}
	}
	if got := h.find(t, "Zyxandra"); len(got) == 0 {
		t.Fatal("the name is not found while it is stored: the test looks in the wrong places")
	}
	if got := h.find(t, token); len(got) != 1 { // in the mail itself
		t.Errorf("the link's secret is found in %q", got)
	}
	if n, err := h.later(13 * 24 * time.Hour).ForgetFriends(ctx); err != nil || n != 0 {
		t.Errorf("after thirteen days: got %d %v", n, err)
	}
	if n, err := h.later(14 * 24 * time.Hour).ForgetFriends(ctx); err != nil || n != 1 {
		t.Errorf("after fourteen days: got %d %v", n, err)
	}
	h.forgotten(t)
	if _, _, err := h.db.FriendByToken(ctx, token); err == nil {
		t.Error("the link works still")
	}
}

func TestAnInvitedFriendWhoSaysNoIsForgottenAtOnce(t *testing.T) {
	t.Parallel()
	h, ctx := invite(t), t.Context()
	_, token := h.mail(t)
	if err := h.db.DeclineFriend(ctx, token); err != nil {
		t.Fatal(err)
	}
	h.forgotten(t)
	answers, err := h.db.Answers(ctx, h.kari, h.question.ID)
	if err != nil || len(answers) != 1 || answers[0].Joined || !answers[0].InvitedUntil.After(time.Now()) {
		t.Errorf("the colleague sees %+v %v, want nothing of the no", answers, err)
	}
}

func TestAFriendWhoSaysYesHearsOfTheJobAndIsForgotten(t *testing.T) {
	t.Parallel()
	h, ctx := invite(t), t.Context()
	_, token := h.mail(t)
	if path, err := h.db.AcceptFriend(ctx, token, "Jeg har fagbrev", false); err != nil || path != "" {
		t.Fatalf("got %q %v", path, err)
	}
	if n, err := h.later(30 * 24 * time.Hour).ForgetFriends(ctx); err != nil || n != 0 {
		t.Errorf("after thirty days: got %d %v", n, err)
	}
	for _, who := range []struct {
		models.User

		sees int
	}{{h.hr, 1}, {h.kari, 0}} {
		fs, err := h.db.Friends(ctx, who.User, h.question)
		if err != nil || len(fs) != who.sees {
			t.Errorf("%s: got %+v %v, want %d", who.Name, fs, err, who.sees)
		}
	}
	if answers, err := h.db.Answers(ctx, h.kari, h.question.ID); err != nil || answers[0].Joined {
		t.Errorf("the colleague reads of the yes: %v", err)
	}
	job, err := h.db.JobFromQuestion(ctx, h.hr, h.question.ID, models.JobInput{Title: "Sveiser", Description: "Fin jobb.", Location: "Bodø", Country: "NO", EmploymentType: "FULL_TIME"})
	if err == nil {
		err = h.db.SetJobStatus(ctx, job.ID, models.JobPublished)
	}
	if err != nil {
		t.Fatal(err)
	}
	var code string
	for end := time.Now().Add(30 * time.Second); code == "" && time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		_ = h.db.Pool().QueryRow(ctx, `select code from links where user_id = $1 and job_id = $2`, h.kari.ID, job.ID).Scan(&code)
	}
	if code == "" {
		t.Fatal("the colleague has no link")
	}
	h.forgotten(t)
}
