package staff_test

import (
	"net/url"
	"strings"
	"testing"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

// TestFeedbackPageIsOnesOwn reads it as the two, and as those who could be curious, on every page that names them.
func TestFeedbackPageIsOnesOwn(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	ctx := t.Context()
	leader, ada := s.User(models.User{Role: models.RoleLeader, Name: "Lise Leder"}), s.User(models.User{Name: "Ada Berg"})
	job := s.Job(models.Job{LeaderID: &leader.ID, Title: "Kokk"})
	_, _, err := s.DB.MakeLink(ctx, ada, ada.ID, job.ID, "linkedin")
	if err != nil {
		t.Fatal(err)
	}
	adas, lises := s.AsUser(ada), s.AsUser(leader)
	if got := adas.Get("/links").Body; !strings.Contains(got, "Lise Leder skal svare deg innen") {
		t.Error("the story does not say who owes the answer")
	}
	own, err := s.DB.OwnWaiting(ctx, ada)
	if err != nil || len(own) != 1 {
		t.Fatalf("got %+v %v", own, err)
	}
	form := url.Values{"to": {ada.ID.String()}, "owed": {own[0].ID.String()}, "kind": {models.FeedbackPraise}, "text": {"Zyxhemmelig ros"}}
	if got := lises.PostForm("/leader/feedback", form); got.Status != 303 {
		t.Fatalf("got %d %.300s", got.Status, got.Body)
	}
	if got := lises.PostForm("/leader/feedback", form); got.Status != 303 || !strings.Contains(lises.Get("/leader/feedback").Body, "Noen har svart allerede") {
		t.Errorf("a second time: got %d", got.Status)
	}
	if got := adas.Get("/").Body; !strings.Contains(got, "1 ny tilbakemelding") || strings.Contains(got, "Zyxhemmelig") {
		t.Error("the first page does not tell of it, or tells it")
	}
	adas.Get("/feedback", "Kollega-Live", "hidden")
	if got := adas.Get("/").Body; !strings.Contains(got, "1 ny tilbakemelding") {
		t.Error("a page that nobody sees has read it")
	}
	page := adas.Get("/feedback", "Kollega-Live", "1").Body
	if got := adas.Get("/").Body; strings.Contains(got, "ny tilbakemelding") {
		t.Error("a page that follows and is seen has not read it")
	}
	if !strings.Contains(page, "Zyxhemmelig ros") || !strings.Contains(page, "Lise Leder") || !strings.Contains(page, "LinkedIn") {
		t.Error("Ada does not read what she was given, by whom and for what")
	}
	if got := adas.Get("/links").Body; !strings.Contains(got, "/feedback#f-") {
		t.Error("the story does not lead to the answer")
	}
	received, err := s.DB.FeedbackTo(ctx, ada)
	if err != nil || len(received) != 1 {
		t.Fatalf("got %+v %v", received, err)
	}
	at := "/feedback/" + received[0].ID.String()
	if got := adas.PostForm(at+"/reply", url.Values{"reply": {" "}}); got.Status != 422 || !strings.Contains(got.Body, "Skriv et svar") {
		t.Errorf("an empty reply: got %d", got.Status)
	}
	if got := adas.PostForm(at+"/reply", url.Values{"reply": {"Zyxhemmelig svar"}}); got.Status != 303 {
		t.Errorf("got %d", got.Status)
	}
	if got := lises.Get("/feedback").Body; !strings.Contains(got, "Zyxhemmelig svar") {
		t.Error("Lise does not read the reply")
	}
	for _, role := range []string{models.RoleEmployee, models.RoleLeader, models.RoleHR, models.RoleAdmin} {
		c := s.As(role)
		for _, path := range []string{
			"/", "/feedback", "/links", "/leader/feedback", "/leader/feedback/" + own[0].ID.String(), "/leader/feedback/coverage", "/settings/audit", "/settings/audit.csv",
			"/hr/people/" + ada.ID.String(), "/hr/referrals/links?period=all", "/leader", "/api/v1/links",
		} {
			if got := c.Get(path); strings.Contains(got.Body, "Zyxhemmelig") {
				t.Errorf("%s reads it on %s", role, path)
			}
		}
	}
	// To one's leader and HR, and to nobody else.
	give := url.Values{"kind": {models.FeedbackThanks}, "text": {"Takk for at du svarte"}, "to": {s.User(models.User{Name: "Ukjent"}).ID.String()}}
	if got := adas.PostForm("/feedback", give); got.Status != 422 || !strings.Contains(got.Body, "Takk for at du svarte") {
		t.Errorf("to anybody: got %d", got.Status)
	}
	give.Set("to", leader.ID.String())
	if got := adas.PostForm("/feedback", give); got.Status != 303 {
		t.Errorf("to the leader: got %d", got.Status)
	}
	adas.Get("/feedback") // says to whom it was sent
	if err := s.DB.Deactivate(ctx, s.Person(models.RoleHR), leader.ID); err != nil {
		t.Fatal(err)
	}
	if got := adas.Get("/feedback").Body; !strings.Contains(got, "Tidligere kollega") || strings.Contains(got, "Lise Leder") || !strings.Contains(got, "Zyxhemmelig ros") {
		t.Error("what a leader wrote does not stay under former colleague")
	}
}

// TestAColleagueAnswersWhoChoseThem to read what they are interested in, without leading anybody.
func TestAColleagueAnswersWhoChoseThem(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	ctx := t.Context()
	kari, bo := s.User(models.User{Name: "Kari Dal"}), s.User(models.User{Name: "Bo Vik"})
	q, err := s.DB.Ask(ctx, s.User(models.User{Role: models.RoleLeader}), models.QuestionInput{Title: "Sveiser", Everybody: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.DB.AnswerMe(ctx, kari, q.ID, models.InterestInput{Words: "Jeg vil", Others: bo.Email}); err != nil {
		t.Fatal(err)
	}
	own, err := s.DB.OwnWaiting(ctx, kari)
	if err != nil || len(own) != 1 {
		t.Fatalf("got %+v %v", own, err)
	}
	bos, at := s.AsUser(bo), "/leader/feedback/"+own[0].ID.String()
	if got := bos.Get("/").Body; !strings.Contains(got, "Kari Dal") || !strings.Contains(got, `href="/leader/feedback"`) {
		t.Error("the first page does not say who waits")
	}
	if got := bos.Get("/leader/feedback"); got.Status != 200 || !strings.Contains(got.Body, "Kari Dal") || strings.Contains(got.Body, "/leader/feedback/coverage") {
		t.Errorf("the list: got %d", got.Status)
	}
	if got := bos.Get(at); got.Status != 200 || !strings.Contains(got.Body, "Kari Dal") {
		t.Errorf("the one: got %d", got.Status)
	}
	form := url.Values{"to": {kari.ID.String()}, "owed": {own[0].ID.String()}, "kind": {models.FeedbackThanks}, "text": {"Så fint at du spør"}}
	for _, role := range []string{models.RoleEmployee, models.RoleLeader, models.RoleHR, models.RoleAdmin} {
		c := s.As(role)
		if got := c.Get("/leader/feedback"); got.Status != 200 || strings.Contains(got.Body, "Kari Dal") {
			t.Errorf("%s: the list: got %d, and it may name her", role, got.Status)
		}
		if got := c.Get(at); got.Status != 404 {
			t.Errorf("%s: the one: got %d", role, got.Status)
		}
		if got := c.PostForm("/leader/feedback", form); got.Status != 404 {
			t.Errorf("%s: the answer: got %d", role, got.Status)
		}
	}
	if got := bos.PostForm("/leader/feedback", form); got.Status != 303 {
		t.Fatalf("got %d %.300s", got.Status, got.Body)
	}
	if got := s.AsUser(kari).Get("/feedback").Body; !strings.Contains(got, "Så fint at du spør") {
		t.Error("Kari does not read the answer")
	}
}
