package public_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

// TestLeaderAnswersByTheLinkInTheMail follows the link as a mail scanner, as the leader, and as one who is signed in.
func TestLeaderAnswersByTheLinkInTheMail(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	ctx := t.Context()
	leader := s.User(models.User{Role: models.RoleLeader, Name: "Lise Leder"})
	job := s.Job(models.Job{LeaderID: &leader.ID, Title: "Kokk"})
	hiredAt := s.DB.Now().AddDate(0, -3, -2)
	app := s.Application(job, nil, models.Application{Stage: models.StageHired, SubmittedAt: hiredAt, Candidate: &models.Candidate{Name: "Kari Kokk"}})
	if n, err := s.DB.AskStays(ctx); err != nil || n != 1 {
		t.Fatalf("asked %d %v", n, err)
	}
	open, _, err := s.DB.Stays(ctx, leader, true)
	if err != nil || len(open) != 1 || open[0].ApplicationID != app.ID {
		t.Fatalf("got %+v %v", open, err)
	}
	token, err := s.DB.StayToken(ctx, open[0].ID, leader.ID)
	if err != nil {
		t.Fatal(err)
	}
	answered := func() string {
		q, err := s.DB.StayQuestion(ctx, leader, open[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		return q.Answer()
	}
	at, guest := "/stays/"+token, s.Guest()
	page := guest.Get(at)
	if page.Status != 200 || !strings.Contains(page.Body, "Kokk") || answered() != models.StayNone {
		t.Errorf("got %d, answered %q", page.Status, answered())
	}
	if strings.Contains(page.Body, "Kari Kokk") {
		t.Error("whoever holds the link reads who was hired")
	}
	if got := page.Header.Get("Cache-Control"); !strings.Contains(got, "no-store") {
		t.Errorf("Cache-Control is %q", got)
	}
	if body := s.AsUser(leader).Get(at).Body; !strings.Contains(body, "Kari Kokk") {
		t.Error("the leader, signed in, does not read who it is about")
	}
	if body := s.As("employee").Get(at).Body; strings.Contains(body, "Kari Kokk") {
		t.Error("another colleague reads who it is about")
	}
	if got := guest.PostForm(at, url.Values{"answer": {"perhaps"}}); got.Status != 422 || answered() != models.StayNone {
		t.Errorf("got %d, answered %q", got.Status, answered())
	}
	if got := guest.PostForm(at, url.Values{"answer": {models.StayNone}}); got.Status != 422 {
		t.Errorf("got %d for no answer", got.Status)
	}
	if got := guest.PostForm(at, url.Values{"answer": {models.StayNo}}); got.Status != 303 || answered() != models.StayNo {
		t.Errorf("got %d, answered %q", got.Status, answered())
	}
	if body := guest.Get(at).Body; !strings.Contains(body, "Nei, har sluttet") {
		t.Error("the page does not say what was answered")
	}
	if got := guest.PostForm(at, url.Values{"answer": {models.StayYes}}); got.Status != 303 || answered() != models.StayYes {
		t.Errorf("changed: got %d, answered %q", got.Status, answered())
	}
	s.DB.Now = func() time.Time { return time.Now().AddDate(0, 0, models.StayChangeable+1) }
	if got := guest.PostForm(at, url.Values{"answer": {models.StayNo}}); got.Status != 409 || answered() != models.StayYes {
		t.Errorf("too late: got %d, answered %q", got.Status, answered())
	}
	if got := guest.Get("/stays/" + token[1:]); got.Status != 404 {
		t.Errorf("a link that nobody signed: got %d", got.Status)
	}
}
