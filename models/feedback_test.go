package models_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

// TestNobodyButTheTwoReadsFeedback asks as everybody, administrators included.
func TestNobodyButTheTwoReadsFeedback(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	c := newCast(t, db)
	job := led(t, db, &c.jobLeader.ID)
	share(t, db, c.proposer, job, "x")
	w, err := db.WaitingAbout(ctx, c.jobLeader, models.OwedShare, job.ID)
	if err != nil {
		t.Fatal(err)
	}
	f := answerOwed(t, db, c.jobLeader, w, models.FeedbackInput{Kind: models.FeedbackPraise, Text: "Hemmelig ros"})
	if _, err := db.ReplyFeedback(ctx, c.proposer, f.ID, "Hemmelig svar"); err != nil {
		t.Fatal(err)
	}
	admin := staff(t, db, "Adm", models.RoleAdmin)
	for _, u := range []models.User{admin, c.hr, c.teamLeader, colleague(t, db, "Bo", "bo@example.org"), models.System()} {
		to, err := db.FeedbackTo(ctx, u)
		if err != nil {
			t.Fatal(err)
		}
		from, err := db.FeedbackFrom(ctx, u)
		if err != nil {
			t.Fatal(err)
		}
		if len(to)+len(from) != 0 {
			t.Errorf("%s %s reads %+v %+v", u.Role, u.Name, to, from)
		}
		for what, err := range map[string]error{
			"read":   errorOf(db.OwnFeedback(ctx, u, f.ID)),
			"reply":  errorOf(db.ReplyFeedback(ctx, u, f.ID, "Hei")),
			"helped": db.FeedbackHelped(ctx, u, f.ID, true),
			"agree":  db.AgreeToPraise(ctx, u, f.ID, true),
			"back":   db.TakeBackFeedback(ctx, u, f.ID),
		} {
			if !errors.Is(err, models.ErrNotFound) {
				t.Errorf("%s %s may %s: %v", u.Role, u.Name, what, err)
			}
		}
	}
	for _, u := range []models.User{c.jobLeader, c.proposer} {
		if _, err := db.OwnFeedback(ctx, u, f.ID); err != nil {
			t.Errorf("%s does not read it: %v", u.Name, err)
		}
	}
	if err := db.AgreeToPraise(ctx, c.jobLeader, f.ID, true); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("who gave it agrees for who got it: %v", err)
	}
	if n := rowsOf(t, db, `select count(*) from audit where details::text like '%emmelig%' or subject_id = $1`, f.ID); n != 0 {
		t.Errorf("the log has %d lines with what it says or the way to it", n)
	}
	if n := rowsOf(t, db, `select count(*) from river_job where args::text like '%emmelig%'`); n != 0 {
		t.Errorf("the queue has the text %d times", n)
	}
}

func errorOf[T any](_ T, err error) error { return err }

// TestPraiseIsSharedOnlyByWhoGotIt and for as long as they want.
func TestPraiseIsSharedOnlyByWhoGotIt(t *testing.T) {
	t.Parallel()
	db, clock := open(t)
	ctx := t.Context()
	c := newCast(t, db)
	job, other := led(t, db, &c.jobLeader.ID), led(t, db, &c.jobLeader.ID)
	share(t, db, c.proposer, job, "x")
	share(t, db, c.proposer, other, "x")
	give := func(about uuid.UUID, in models.FeedbackInput) models.Feedback {
		w, err := db.WaitingAbout(ctx, c.jobLeader, models.OwedShare, about)
		if err != nil {
			t.Fatal(err)
		}
		return answerOwed(t, db, c.jobLeader, w, in)
	}
	praise, plain := give(job.ID, models.FeedbackInput{Kind: models.FeedbackPraise, Text: "Dette var bra"}), give(other.ID, thanks)
	shared := func(want int) []models.Praise {
		t.Helper()
		ps, err := db.SharedPraise(ctx, 10)
		if err != nil || len(ps) != want {
			t.Errorf("%d are shared %v, want %d", len(ps), err, want)
		}
		return ps
	}
	shared(0)
	if err := db.AgreeToPraise(ctx, c.proposer, plain.ID, true); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("thanks are shared: %v", err)
	}
	if err := db.AgreeToPraise(ctx, c.proposer, praise.ID, true); err != nil {
		t.Fatal(err)
	}
	if ps := shared(1); len(ps) == 1 && (ps[0].Text != "Dette var bra" || ps[0].From != c.jobLeader.Name || ps[0].To != c.proposer.Name) {
		t.Errorf("got %+v", ps[0])
	}
	if err := db.AgreeToPraise(ctx, c.proposer, praise.ID, false); err != nil {
		t.Fatal(err)
	}
	shared(0)
	if err := db.RemovePraise(ctx, c.hr, praise.ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("HR removes what only the two read: %v", err)
	}
	if err := db.AgreeToPraise(ctx, c.proposer, praise.ID, true); err != nil {
		t.Fatal(err)
	}
	if err := db.RemovePraise(ctx, c.hr, praise.ID); err != nil {
		t.Fatal(err)
	}
	shared(0)
	if err := db.AgreeToPraise(ctx, c.proposer, praise.ID, true); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("what HR removed is shared again: %v", err)
	}
	shared(0)

	if err := db.TakeBackFeedback(ctx, c.jobLeader, plain.ID); err != nil {
		t.Errorf("unread, and not to be taken back: %v", err)
	}
	if got := waitsFor(t, db, c.jobLeader); got != c.proposer.Name {
		t.Errorf("%q waits after it was taken back", got)
	}
	plain = give(other.ID, thanks)
	if err := db.FeedbackHelped(ctx, c.proposer, plain.ID, true); err != nil {
		t.Fatal(err)
	}
	given, err := db.FeedbackFrom(ctx, c.jobLeader)
	if err != nil || len(given) != 2 || given[0].HelpedAt == nil && given[1].HelpedAt == nil || len(given[0].About) != 1 {
		t.Errorf("got %+v %v", given, err)
	}
	// What one has said something about has been read.
	for _, f := range []models.Feedback{plain, praise} {
		if err := db.TakeBackFeedback(ctx, c.jobLeader, f.ID); !errors.Is(err, models.ErrConflict) {
			t.Errorf("read, and taken back: %v", err)
		}
	}
	clock.Add(time.Hour)
	if n, err := db.UnreadFeedback(ctx, c.proposer); err != nil || n != 0 {
		t.Errorf("%d unread %v", n, err)
	}
}

func TestFeedbackSaysSomething(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	c := newCast(t, db)
	job := led(t, db, &c.jobLeader.ID)
	share(t, db, c.proposer, job, "x")
	w, err := db.WaitingAbout(t.Context(), c.jobLeader, models.OwedShare, job.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range []struct {
		name  string
		in    models.FeedbackInput
		field string
	}{
		{"no kind", models.FeedbackInput{Text: "Takk"}, "answer_kind"},
		{"no words", models.FeedbackInput{Kind: models.FeedbackThanks, Text: " \n"}, "text"},
		{"only a starter", models.FeedbackInput{Kind: models.FeedbackThanks, Text: "Takk for at du …"}, "text"},
		{"nothing to do better", models.FeedbackInput{Kind: models.FeedbackConstructive, Text: "Bra"}, "better"},
		{"too long", models.FeedbackInput{Kind: models.FeedbackPraise, Text: strings.Repeat("ø", models.MaxFeedback+1)}, "text"},
		{"no text", models.FeedbackInput{Kind: models.FeedbackPraise, Text: "a\x00b"}, "text"},
	} {
		var bad models.ValidationErrors
		_, err := db.GiveFeedback(t.Context(), c.jobLeader, w.UserID, []uuid.UUID{w.ID}, in.in)
		if !errors.As(err, &bad) || bad[0].Field != in.field {
			t.Errorf("%s: got %v, want %s refused", in.name, err, in.field)
		}
	}
	for _, by := range []models.User{c.proposer, staff(t, db, "Annen", models.RoleLeader), colleague(t, db, "Bo", "bo@example.org")} {
		if _, err := db.GiveFeedback(t.Context(), by, w.UserID, []uuid.UUID{w.ID}, thanks); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%s answers what is none of theirs: %v", by.Name, err)
		}
	}
	// Back to leaders and HR, and to nobody else.
	for _, to := range []models.User{c.teamLeader, c.jobLeader, c.hr} {
		if _, err := db.GiveFeedback(t.Context(), c.proposer, to.ID, nil, thanks); err != nil {
			t.Errorf("to %s: %v", to.Name, err)
		}
	}
	if _, err := db.GiveFeedback(t.Context(), c.proposer, staff(t, db, "Fremmed", models.RoleLeader).ID, nil, thanks); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("to a leader who is not theirs: %v", err)
	}
}

// TestCoverageIsWhatTheRowsSay makes a house at random and counts again, differently.
func TestCoverageIsWhatTheRowsSay(t *testing.T) {
	t.Parallel()
	db, clock := open(t)
	ctx := t.Context()
	hr := staff(t, db, "Hanne", models.RoleHR)
	dice := rand.New(rand.NewPCG(7, 11))
	leader := staff(t, db, "Lise", models.RoleLeader)
	teams := map[string][]models.User{}
	ids := map[string]uuid.UUID{}
	for team, size := range map[string]int{"Natt": 9, "Dag": 6, "Liten": 2, "Mini": 3} {
		for n := range size {
			u, err := db.AddUser(ctx, models.System(), models.NewUser{Email: strings.ToLower(team) + string(rune('a'+n)) + "@example.org", Name: team, Role: models.RoleEmployee, Team: team})
			if err != nil {
				t.Fatal(err)
			}
			teams[team], ids[team] = append(teams[team], u), *u.TeamID
		}
	}
	exec(t, db, `update teams set leader_id = $2 where id = $1`, ids["Natt"], leader.ID)
	now := clock.now
	for range 400 {
		team := []string{"Natt", "Dag", "Liten", "Mini"}[dice.IntN(4)]
		u := teams[team][dice.IntN(len(teams[team]))]
		since := now.Add(-time.Duration(dice.IntN(100*24)) * time.Hour)
		due := since.AddDate(0, 0, 7)
		var answered, ended *time.Time
		switch dice.IntN(4) {
		case 0, 1:
			if at := since.Add(time.Duration(dice.IntN(14*24)) * time.Hour); at.Before(now) {
				answered = &at
			}
		case 2:
			if dice.IntN(5) == 0 {
				ended = &now
			}
		}
		exec(t, db, `insert into owed (id, user_id, kind, about, who, since, due_at, held_since, answered_at, ended_at)
			values (gen_random_uuid(), $1, 'share', gen_random_uuid(), 'job', $2, $3, $2, $4, $5)`, u.ID, since, due, answered, ended)
	}
	exec(t, db, `insert into feedback (id, from_id, to_id, kind, text, at) select gen_random_uuid(), $1, id, 'thanks', 'Takk', now() from users where name = 'Natt' and email < 'nattd'`, leader.ID)

	from := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC).AddDate(0, 0, -7*(models.CoverageWeeks-1)) // the clock stands on a Monday
	count := func(where string, args ...any) int64 {
		args = append([]any{from, now}, args...)
		return int64(rowsOf(t, db, `select count(*) from owed where since >= $1 and $2::timestamptz is not null and ended_at is null and `+where, args...))
	}
	check := func(name string, got models.Answers, users []models.User) {
		t.Helper()
		var of []uuid.UUID
		for _, u := range users {
			of = append(of, u.ID)
		}
		want := models.Answers{
			Owed:    count(`user_id = any($3)`, of),
			InTime:  count(`user_id = any($3) and answered_at is not null and answered_at < due_at`, of),
			Late:    count(`user_id = any($3) and answered_at is not null and not answered_at < due_at`, of),
			Overdue: count(`user_id = any($3) and answered_at is null and due_at <= $2`, of),
		}
		if got != want || want.Judged() == 0 {
			t.Errorf("%s: got %+v, want %+v", name, got, want)
		}
	}
	c, err := db.Coverage(ctx, hr, false)
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]models.CoverageRow{}
	for _, r := range c.Rows {
		rows[r.Team] = r
	}
	if len(rows) != 3 || c.Small != 2 || rows["Natt"].People != 9 || rows[""].People < 5 {
		t.Fatalf("got %+v", c.Rows)
	}
	check("Natt", rows["Natt"].Answers, teams["Natt"])
	check("Dag", rows["Dag"].Answers, teams["Dag"])
	rest := append(append([]models.User{hr, leader}, teams["Liten"]...), teams["Mini"]...)
	check("the rest", rows[""].Answers, rest)
	check("all", c.Total.Answers, append(append(rest, teams["Natt"]...), teams["Dag"]...))
	var owed int64
	for _, w := range c.Weeks {
		owed += w.Owed
	}
	if len(c.Weeks) != models.CoverageWeeks || owed != c.Total.Owed {
		t.Errorf("%d weeks with %d, want %d", len(c.Weeks), owed, c.Total.Owed)
	}
	want := int64(rowsOf(t, db, `select count(distinct user_id) from owed where ended_at is null and user_id in (select id from users where name = 'Natt')
		and user_id not in (select to_id from feedback)`))
	if rows["Natt"].Never != want {
		t.Errorf("%d were never answered, want %d", rows["Natt"].Never, want)
	}

	own, err := db.Coverage(ctx, leader, false)
	if err != nil || len(own.Rows) != 1 || own.Rows[0].Team != "Natt" {
		t.Fatalf("the leader sees %+v %v", own.Rows, err)
	}
	check("the leader's own", own.Total.Answers, teams["Natt"])
	exec(t, db, `update teams set leader_id = case name when 'Mini' then $1::uuid end`, leader.ID)
	if own, err = db.Coverage(ctx, leader, false); err != nil || len(own.Rows) != 0 || len(own.Weeks) != 0 {
		t.Errorf("the leader of three sees %+v %v", own, err)
	}
	if _, err := db.Coverage(ctx, teams["Dag"][0], false); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("a colleague sees it: %v", err)
	}
}

// TestWhatIsShownIsRead and nothing that came while the page was put together; what was replied to cannot be taken back.
func TestWhatIsShownIsRead(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	c := newCast(t, db)
	give := func(from, to models.User) models.Feedback {
		t.Helper()
		f, err := db.GiveFeedback(ctx, from, to.ID, nil, thanks)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	first := give(c.proposer, c.hr)
	unread := func(want int) {
		t.Helper()
		if n, err := db.UnreadFeedback(ctx, c.hr); err != nil || n != want {
			t.Errorf("%d unread %v, want %d", n, err, want)
		}
		if n := rowsOf(t, db, `select count(*) from notices where user_id = $1 and kind in ('feedback', 'feedback_reply') and read_at is null`, c.hr.ID); n != want {
			t.Errorf("%d notices unread, want %d", n, want)
		}
	}
	shown, err := db.FeedbackTo(ctx, c.hr)
	if err != nil || len(shown) != 1 {
		t.Fatalf("got %+v %v", shown, err)
	}
	give(c.proposer, c.hr)
	unread(2)
	if err := db.ReadFeedback(ctx, c.hr, shown); err != nil {
		t.Fatal(err)
	}
	unread(1)
	if err := db.ReadFeedback(ctx, c.hr, nil); err != nil {
		t.Fatal(err)
	}
	unread(1)
	if _, err := db.ReplyFeedback(ctx, c.proposer, first.ID, "Og en ting til"); err != nil {
		t.Fatal(err)
	}
	if err := db.ReadFeedback(ctx, c.hr, shown); err != nil {
		t.Fatal(err)
	}
	unread(2)
	if shown, err = db.FeedbackTo(ctx, c.hr); err != nil || len(shown) != 2 {
		t.Fatalf("got %+v %v", shown, err)
	}
	if err := db.ReadFeedback(ctx, c.hr, shown); err != nil {
		t.Fatal(err)
	}
	unread(0)
	back := give(c.hr, c.proposer)
	if _, err := db.ReplyFeedback(ctx, c.proposer, back.ID, "Takk"); err != nil {
		t.Fatal(err)
	}
	if err := db.TakeBackFeedback(ctx, c.hr, back.ID); !errors.Is(err, models.ErrConflict) {
		t.Errorf("replied to, and taken back: %v", err)
	}
	// What was never read is on the page, however much came after it.
	exec(t, db, `update feedback set read_at = null, at = at - interval '1 year' where id = $1`, first.ID)
	exec(t, db, `insert into feedback (id, from_id, to_id, kind, text, at, read_at) select gen_random_uuid(), $1, $2, 'thanks', 'Takk', now() + n * interval '1 minute', now() from generate_series(1, 100) n`, c.proposer.ID, c.hr.ID)
	if shown, err = db.FeedbackTo(ctx, c.hr); err != nil || len(shown) != 101 || shown[100].ID != first.ID {
		t.Errorf("%d are shown %v, want the newest hundred and what was not read", len(shown), err)
	}
}

// TestAnsweredIsNotWaitedFor: who owed it is told no more, at once.
func TestAnsweredIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	db, clock := open(t)
	ctx := t.Context()
	c := newCast(t, db)
	job := led(t, db, &c.jobLeader.ID)
	share(t, db, c.proposer, job, "x")
	clock.Add(8 * 24 * time.Hour)
	tendOwed(t, db, 1)
	told := func(want ...int) {
		t.Helper()
		got := []int{
			noticesOf(t, db, models.NoticeOwed, c.jobLeader), noticesOf(t, db, models.NoticeOwed, c.teamLeader), noticesOf(t, db, models.NoticeOwedClimbed, c.hr),
		}
		if !slices.Equal(got, want) {
			t.Errorf("the two leaders and HR have %v notices, want %v", got, want)
		}
	}
	told(1, 1, 1)
	w, err := db.WaitingAbout(ctx, c.teamLeader, models.OwedShare, job.ID)
	if err != nil {
		t.Fatal(err)
	}
	answerOwed(t, db, c.teamLeader, w, thanks)
	told(0, 0, 0)
	p := propose(t, db, c.proposer, &job, "")
	told(1, 0, 0)
	if err := db.WithdrawProposal(ctx, c.proposer.ID, p.ID); err != nil {
		t.Fatal(err)
	}
	told(0, 0, 0)
	share(t, db, c.proposer, led(t, db, &c.jobLeader.ID), "x")
	told(1, 0, 0)
	if err := db.Deactivate(ctx, c.hr, c.proposer.ID); err != nil {
		t.Fatal(err)
	}
	tendOwed(t, db, 0)
	told(0, 0, 0)
}
