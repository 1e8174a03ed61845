package public_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

// TestLeaderGivesAnAnswerByTheLinkInTheMail opens it as a mail scanner does, sends it, and tries it again.
func TestLeaderGivesAnAnswerByTheLinkInTheMail(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	ctx := t.Context()
	leader, ada := s.User(models.User{Role: models.RoleLeader, Name: "Lise Leder"}), s.User(models.User{Name: "Ada Berg"})
	job := s.Job(models.Job{LeaderID: &leader.ID, Title: "Kokk"})
	if _, _, err := s.DB.MakeLink(ctx, ada, ada.ID, job.ID, "linkedin"); err != nil {
		t.Fatal(err)
	}
	own, err := s.DB.OwnWaiting(ctx, ada)
	if err != nil || len(own) != 1 {
		t.Fatalf("got %+v %v", own, err)
	}
	token, err := s.DB.AnswerToken(ctx, own[0].ID, leader.ID)
	if err != nil {
		t.Fatal(err)
	}
	others, err := s.DB.AnswerToken(ctx, own[0].ID, s.User(models.User{Role: models.RoleLeader}).ID)
	if err != nil {
		t.Fatal(err)
	}
	stays, err := s.DB.StayToken(ctx, own[0].ID, leader.ID) // of another purpose
	if err != nil {
		t.Fatal(err)
	}
	at, guest := "/answer/"+token, s.Guest()
	count := func() (n int) {
		t.Helper()
		if err := s.DB.Pool().QueryRow(ctx, "select count(*) from feedback").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	page := guest.Get(at)
	if page.Status != 200 || !strings.Contains(page.Body, "Ada Berg") || !strings.Contains(page.Body, "LinkedIn") || count() != 0 {
		t.Errorf("got %d with %d sent", page.Status, count())
	}
	if got := page.Header.Get("Cache-Control"); !strings.Contains(got, "no-store") {
		t.Errorf("Cache-Control is %q", got)
	}
	for _, path := range []string{"/answer/" + token[1:], "/answer/" + others, "/answer/" + stays} {
		if got := guest.Get(path); got.Status != 404 || strings.Contains(got.Body, "Ada") {
			t.Errorf("%s: got %d", path, got.Status)
		}
	}
	for text, form := range map[string]url.Values{
		"Velg takk": {"text": {"Takk"}}, "Fullfør setningen": {"kind": {"thanks"}, "text": {"Takk for at du …"}}, "egne ord": {"kind": {"praise"}},
	} {
		if got := guest.PostForm(at, form); got.Status != 422 || !strings.Contains(got.Body, text) || !strings.Contains(got.Body, form.Get("text")) {
			t.Errorf("%v: got %d without %q", form, got.Status, text)
		}
	}
	form := url.Values{"kind": {models.FeedbackThanks}, "text": {"Takk for hjelpen!"}, "to": {leader.ID.String()}} // whom it says it is to is not asked
	if got := guest.PostForm(at, form); got.Status != 303 || count() != 1 {
		t.Errorf("got %d with %d sent", got.Status, count())
	}
	if got := guest.PostForm(at, form); got.Status != 409 || count() != 1 {
		t.Errorf("again: got %d with %d sent", got.Status, count())
	}
	page = guest.Get(at)
	if page.Status != 200 || strings.Contains(page.Body, "Takk for hjelpen!") || strings.Contains(page.Body, "<textarea") {
		t.Errorf("whoever holds the link reads what was sent, or may send more: %d", page.Status)
	}
	if got, err := s.DB.FeedbackTo(ctx, ada); err != nil || len(got) != 1 || got[0].Text != "Takk for hjelpen!" || got[0].FromID != leader.ID {
		t.Errorf("Ada got %+v %v", got, err)
	}
	s.DB.Now = func() time.Time { return time.Now().AddDate(0, 0, 31) }
	if got := guest.Get(at); got.Status != 404 {
		t.Errorf("a month later: got %d", got.Status)
	}
}

// TestLinkInTheMailTellsNothingOfTheApplication but that it came: whoever holds the link need not be who it was sent to.
func TestLinkInTheMailTellsNothingOfTheApplication(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	ctx := t.Context()
	leader, ada := s.User(models.User{Role: models.RoleLeader}), s.User(models.User{Name: "Ada Berg"})
	job := s.Job(models.Job{LeaderID: &leader.ID, Title: "Kokk"})
	link := s.Link(ada, job, "")
	app, _, _, err := s.DB.Apply(ctx, models.Applying{JobID: job.ID, Name: "Kari Ek", Email: "kari@example.com", Link: &link})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.DB.Pool().Exec(ctx, `update applications set colleague_learns = 'progress' where id = $1`, app.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.DB.MoveStage(ctx, leader, app.ID, models.StageInterview, ""); err != nil {
		t.Fatal(err)
	}
	own, err := s.DB.OwnWaiting(ctx, ada)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range own {
		if w.Stage != models.StageInterview {
			continue
		}
		token, err := s.DB.AnswerToken(ctx, w.ID, leader.ID)
		if err != nil {
			t.Fatal(err)
		}
		got := s.Guest().Get("/answer/" + token)
		if got.Status != 200 || !strings.Contains(got.Body, "Ada Berg") || strings.Contains(got.Body, "ntervju") || !strings.Contains(got.Body, "Noen søkte") {
			t.Errorf("got %d: %s", got.Status, got.Body)
		}
		return
	}
	t.Errorf("no turn is owed an answer: %+v", own)
}
