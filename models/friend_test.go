package models_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

func (a asked) invite(t *testing.T, by models.User, email string) error {
	t.Helper()
	return a.AnswerInvite(t.Context(), by, a.question.ID, models.FriendInput{Name: "Venn", Email: email, Language: "nb"})
}

// friend is the secret of the only invitation there is to an address.
func (a asked) friend(t *testing.T, email string) string {
	t.Helper()
	var id uuid.UUID
	a.scan(t, &id, `select id from friends where email = $1`, email)
	token, err := a.NewFriendToken(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func refusedFor(err error, key string) bool {
	bad, ok := errors.AsType[models.ValidationErrors](err)
	return ok && bad[0].Key == key
}

func TestInvitationsAreBoundedWhateverBecameOfThem(t *testing.T) {
	t.Parallel()
	a, ctx := ask(t), t.Context()
	if err := a.invite(t, a.kari, "venn@example.com"); err != nil {
		t.Fatal(err)
	}
	if err := a.DeclineFriend(ctx, a.friend(t, "venn@example.com")); err != nil {
		t.Fatal(err)
	}
	if err := a.invite(t, a.per, "venn@example.com"); err != nil {
		t.Fatal(err)
	}
	answers, err := a.Answers(ctx, a.per, a.question.ID)
	if err != nil || len(answers) != 1 {
		t.Fatalf("got %d %v", len(answers), err)
	}
	if err := a.WithdrawAnswer(ctx, a.per, answers[0].ID); err != nil {
		t.Fatal(err)
	}
	if err := a.invite(t, a.leader, "VENN@example.com"); !refusedFor(err, "answer.error.invited") {
		t.Errorf("the third one in a fortnight, of a third colleague: got %v", err)
	}
	for i := range 9 { // with the one that was declined ten
		if err := a.invite(t, a.kari, fmt.Sprintf("venn%d@example.com", i)); err != nil {
			t.Fatal(err)
		}
	}
	answers, err = a.Answers(ctx, a.kari, a.question.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range answers[:3] {
		if err := a.WithdrawAnswer(ctx, a.kari, x.ID); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.invite(t, a.kari, "enda-en@example.com"); !refusedFor(err, "answer.error.invitations") {
		t.Errorf("the eleventh in a day: got %v", err)
	}
	a.clock.Add(25 * time.Hour)
	if err := a.invite(t, a.kari, "enda-en@example.com"); err != nil {
		t.Errorf("the next day: %v", err)
	}
	a.clock.Add(14 * 24 * time.Hour)
	if err := a.invite(t, a.leader, "venn@example.com"); err != nil {
		t.Errorf("after a fortnight: %v", err)
	}
}

var weldingJob = models.JobInput{Title: "Sveiser", Description: "Fin jobb.", Location: "Bodø", Country: "NO", EmploymentType: "FULL_TIME"}

func TestAColleagueLearnsOfAYesOnlyWhereTheFriendTells(t *testing.T) {
	t.Parallel()
	a, ctx := ask(t), t.Context()
	for by, email := range map[*models.User]string{&a.kari: "stille@example.com", &a.per: "sier@example.com", &a.leader: "svarer-ikke@example.com"} {
		if err := a.invite(t, *by, email); err != nil {
			t.Fatal(err)
		}
	}
	quiet, tells, silent := a.friend(t, "stille@example.com"), a.friend(t, "sier@example.com"), a.friend(t, "svarer-ikke@example.com")
	accept := func(token string, tell, path bool) {
		t.Helper()
		if got, err := a.AcceptFriend(ctx, token, "", tell); err != nil || strings.HasPrefix(got, "/s/") != path {
			t.Fatalf("got %q %v", got, err)
		}
	}
	links := func(want int, when string) {
		t.Helper()
		var n int
		if a.scan(t, &n, `select count(*) from links`); n != want {
			t.Errorf("%s: %d links, want %d", when, n, want)
		}
	}
	accept(quiet, false, false)
	accept(tells, true, false)
	accept(tells, true, false) // pressed twice
	a.told(t, models.NoticeFriendJoined, a.asker, a.asker, a.per)
	job, err := a.JobFromQuestion(ctx, a.hr, a.question.ID, weldingJob)
	if err != nil {
		t.Fatal(err)
	}
	links(0, "while the job is written")
	if err := a.SetJobStatus(ctx, job.ID, models.JobPublished); err != nil {
		t.Fatal(err)
	}
	links(3, "when it is out, whatever the friends answered")
	accept(silent, false, true)
	links(3, "when another says yes")
	a.told(t, models.NoticeFriendJoined, a.asker, a.asker, a.per)
	var owed int
	if a.scan(t, &owed, `select count(*) from owed where kind = $1`, models.OwedShare); owed != 0 {
		t.Errorf("%d shares are owed an answer that nobody made", owed)
	}
	shares := func(want int, when string) {
		t.Helper()
		deeds, err := a.OwnDeeds(ctx, a.kari.ID)
		all, _ := a.CountShares(ctx, job.ID)
		_, total, rerr := a.Referrals(ctx, models.ReferralFilter{GroupBy: "employee"})
		if err != nil || rerr != nil || deeds.Shares != int64(want) || all != want || total.Shares != int64(want) {
			t.Errorf("%s: %d of Kari's, %d of the job, %d in the report, want %d (%v, %v)", when, deeds.Shares, all, total.Shares, want, err, rerr)
		}
	}
	shares(0, "links that nobody asked for")
	for range 2 {
		if _, made, err := a.MakeLink(ctx, a.kari, a.kari.ID, job.ID, "email"); err != nil || made {
			t.Fatalf("made %t, %v", made, err)
		}
	}
	links(3, "when Kari shares by hers")
	shares(1, "when Kari shares by hers")
	if a.scan(t, &owed, `select count(*) from owed where kind = $1 and user_id = $2`, models.OwedShare, a.kari.ID); owed != 1 {
		t.Errorf("Kari is owed %d answers for sharing, want one", owed)
	}
	if err := a.DeclineFriend(ctx, tells); err != nil {
		t.Fatal(err)
	}
	a.told(t, models.NoticeFriendJoined, a.asker)
}

func TestNobodyIsInvitedForAJobThatIsOver(t *testing.T) {
	t.Parallel()
	a, ctx := ask(t), t.Context()
	if err := a.invite(t, a.kari, "venn@example.com"); err != nil {
		t.Fatal(err)
	}
	job, err := a.JobFromQuestion(ctx, a.hr, a.question.ID, weldingJob)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.SetJobStatus(ctx, job.ID, models.JobPublished); err != nil {
		t.Fatal(err)
	}
	token := a.friend(t, "venn@example.com")
	stored := func() (n int) {
		a.scan(t, &n, `select count(*) from friends`)
		return n
	}
	exec(t, a.DB, "update jobs set deadline = $1 where id = $2", a.clock.Now().AddDate(0, 0, -2), job.ID)
	if _, err := a.AcceptFriend(ctx, token, "", false); !errors.Is(err, models.ErrConflict) {
		t.Errorf("a yes for a job past its deadline: got %v, want a conflict", err)
	}
	if err := a.invite(t, a.per, "en-til@example.com"); !errors.Is(err, models.ErrConflict) {
		t.Errorf("past the deadline: got %v, want a conflict", err)
	}
	if n, err := a.ForgetFriends(ctx); err != nil || n != 1 || stored() != 0 {
		t.Errorf("past the deadline %d %v are forgotten", n, err)
	}
	exec(t, a.DB, "update jobs set deadline = null, status = 'draft' where id = $1", job.ID)
	if err := a.invite(t, a.kari, "ny@example.com"); err != nil {
		t.Fatal(err)
	}
	exec(t, a.DB, "update jobs set status = 'published' where id = $1", job.ID)
	if err := a.SetJobStatus(ctx, job.ID, models.JobFilled); err != nil {
		t.Fatal(err)
	}
	if stored() != 0 {
		t.Error("who was invited for a job that is filled is stored still")
	}
	if err := a.invite(t, a.per, "en-til@example.com"); !errors.Is(err, models.ErrConflict) {
		t.Errorf("filled: got %v, want a conflict", err)
	}
}
