package worker_test

import (
	"regexp"
	"strings"
	"testing"

	"kollega/models"
)

// TestMailLeadsToTheAnswer has a colleague share a job that nobody leads: HR answers by the link in the mail, which names who waits.
func TestMailLeadsToTheAnswer(t *testing.T) {
	t.Parallel()
	server := newMailServer(t)
	server.start(t)
	db, _, kari, app := noted(t, server)
	ctx := t.Context()
	choices, err := db.NoticeChoices(ctx, kari)
	if err != nil {
		t.Fatal(err)
	}
	choices.Ways[models.NoticeOwed] = models.WayNow
	if err := db.SaveNoticeChoices(ctx, kari, choices); err != nil {
		t.Fatal(err)
	}
	bo, err := db.AddUser(ctx, models.System(), models.NewUser{Email: "bo@example.org", Name: "Bo Vik", Role: models.RoleEmployee})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := db.MakeLink(ctx, bo, bo.ID, app.JobID, "x"); err != nil {
		t.Fatal(err)
	}
	until(t, db, 1, `select count(*) from river_job where kind = 'send_mail' and args->>'mail' = 'notices' and state = 'completed'`)
	found := regexp.MustCompile(`https://jobb\.example\.org/answer/([A-Za-z0-9_.~-]+)`).FindStringSubmatch(strings.Join(server.mails(), ""))
	if len(found) != 2 || !strings.Contains(strings.Join(server.mails(), ""), "Bo Vik") {
		t.Fatalf("no link to the answer, or nobody named:\n%s", strings.Join(server.mails(), ""))
	}
	w, u, err := db.WaitingByToken(ctx, found[1])
	if err != nil || w.UserID != bo.ID || u.ID != kari.ID {
		t.Errorf("the link is about %+v for %s, %v", w, u.Name, err)
	}
}
