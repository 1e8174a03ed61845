package models_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

// owers are those who owe a person something now, by name; HR is "HR".
func owers(t *testing.T, db *models.DB, waits models.User) string {
	t.Helper()
	ws, err := db.OwnWaiting(t.Context(), waits)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, w := range ws {
		if w.OwerID == nil {
			names = append(names, "HR")
		} else {
			names = append(names, w.Ower)
		}
	}
	return strings.Join(names, " ")
}

// waitsFor are the people who wait for somebody, by name.
func waitsFor(t *testing.T, db *models.DB, by models.User) string {
	t.Helper()
	mine, _, err := db.WaitingFor(t.Context(), by)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range mine {
		names = append(names, p.Name)
	}
	return strings.Join(names, " ")
}

func noticesOf(t *testing.T, db *models.DB, kind string, to models.User) int {
	t.Helper()
	return rowsOf(t, db, `select count(*) from notices where kind = $1 and user_id = $2`, kind, to.ID)
}

func tendOwed(t *testing.T, db *models.DB, want int) {
	t.Helper()
	if n, err := db.TendOwed(t.Context()); err != nil || n != want {
		t.Errorf("%d climbed %v, want %d", n, err, want)
	}
}

func answerOwed(t *testing.T, db *models.DB, by models.User, w models.Waiting, in models.FeedbackInput) models.Feedback {
	t.Helper()
	f, err := db.GiveFeedback(t.Context(), by, w.UserID, []uuid.UUID{w.ID}, in)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

var thanks = models.FeedbackInput{Kind: models.FeedbackThanks, Text: "Takk, det hjalp oss."}

// TestRulesSayWhoOwes has people with every kind of leader share a job, by every rule.
func TestRulesSayWhoOwes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		who       string
		job, own  string // who leads the job, and who the person: a name, or the person themself
		asked     string
		want      string
		gone      string // who has left meanwhile
		wantAfter string
	}{
		{"the job's leader", models.OwesJob, "Jo", "Eva", "", "Jo", "Jo", "Eva"},
		{"the own leader where nobody leads the job", models.OwesJob, "", "Eva", "", "Eva", "Eva", "HR"},
		{"HR where nobody leads anything", models.OwesJob, "", "", "", "HR", "", "HR"},
		{"the own leader first", models.OwesOwn, "Jo", "Eva", "", "Eva", "Eva", "Jo"},
		{"the job's leader where the person has none", models.OwesOwn, "Jo", "", "", "Jo", "Jo", "HR"},
		{"HR whoever leads", models.OwesHR, "Jo", "Eva", "", "HR", "Jo", "HR"},
		{"nobody owes themself", models.OwesJob, "self", "Eva", "", "Eva", "", "Eva"},
		{"nor do they as their own leader", models.OwesJob, "self", "self", "", "HR", "", "HR"},
		{"whoever asked before all others", models.OwesHR, "Jo", "Eva", "Ask", "Ask", "Ask", "HR"},
		{"who asked and is owed is passed over", models.OwesJob, "Jo", "Eva", "self", "Jo", "", "Jo"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			db, _ := open(t)
			hr, asker := staff(t, db, "Hanne", models.RoleHR), staff(t, db, "Ask", models.RoleEmployee)
			people := map[string]models.User{"Jo": staff(t, db, "Jo", models.RoleLeader), "Eva": staff(t, db, "Eva", models.RoleLeader), "Ask": asker}
			self, err := db.AddUser(t.Context(), models.System(), models.NewUser{Email: "s@example.org", Name: "Siv", Role: models.RoleLeader, Team: "Natt"})
			if err != nil {
				t.Fatal(err)
			}
			people["self"] = self
			rules, err := db.OwedRules(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for i := range rules {
				rules[i].Who = c.who
			}
			if err := db.SaveOwedRules(t.Context(), rules); err != nil {
				t.Fatal(err)
			}
			job := publish(t, db, "Kokk")
			if c.job != "" {
				exec(t, db, `update jobs set leader_id = $2 where id = $1`, job.ID, people[c.job].ID)
			}
			if c.own != "" {
				exec(t, db, `update teams set leader_id = $2 where id = $1`, self.TeamID, people[c.own].ID)
			}
			o := models.Owed{UserID: self.ID, Kind: models.OwedShare, About: job.ID, JobID: &job.ID}
			if c.asked != "" {
				id := people[c.asked].ID
				o.OwerID = &id
			}
			for range 2 { // told twice is owed once
				if err := db.Tx(t.Context(), func(tx *models.DB) error { return tx.Owe(t.Context(), o) }); err != nil {
					t.Fatal(err)
				}
			}
			if got := owers(t, db, self); got != c.want {
				t.Errorf("%s owes it, want %s", got, c.want)
			}
			to, in := hr, waitsFor(t, db, hr)
			if c.want != "HR" {
				to, in = people[c.want], waitsFor(t, db, people[c.want])
			}
			if in != "Siv" || to.Is(models.RoleLeader) && noticesOf(t, db, models.NoticeOwed, to) != 1 {
				t.Errorf("%q waits for %s, who was told %d times", in, to.Name, noticesOf(t, db, models.NoticeOwed, to))
			}
			if c.gone != "" {
				if err := db.Deactivate(t.Context(), hr, people[c.gone].ID); err != nil {
					t.Fatal(err)
				}
			}
			tendOwed(t, db, 0)
			if got := owers(t, db, self); got != c.wantAfter {
				t.Errorf("after %q has left %s owes it, want %s", c.gone, got, c.wantAfter)
			}
		})
	}
}

// TestWhatIsNotAnsweredClimbsOnce moves the clock, and looks at who owes it and who was told.
func TestWhatIsNotAnsweredClimbsOnce(t *testing.T) {
	t.Parallel()
	db, clock := open(t)
	c := newCast(t, db)
	job := led(t, db, &c.jobLeader.ID)
	share(t, db, c.proposer, job, "x")
	share(t, db, c.proposer, job, "qr") // the same job again
	start := clock.now
	for _, step := range []struct {
		days    int
		climbed int
		ower    string
		seen    int // by HR, that it climbed
	}{
		{0, 0, c.jobLeader.Name, 0}, {6, 0, c.jobLeader.Name, 0}, {7, 1, c.teamLeader.Name, 1}, {8, 0, c.teamLeader.Name, 1}, {60, 0, c.teamLeader.Name, 1},
	} {
		clock.now = start.AddDate(0, 0, step.days)
		tendOwed(t, db, step.climbed)
		if got := owers(t, db, c.proposer); got != step.ower {
			t.Errorf("day %d: %s owes it, want %s", step.days, got, step.ower)
		}
		if n := noticesOf(t, db, models.NoticeOwedClimbed, c.hr); n != step.seen {
			t.Errorf("day %d: HR was told %d times, want %d", step.days, n, step.seen)
		}
	}
	if n := noticesOf(t, db, models.NoticeOwed, c.teamLeader); n != 1 {
		t.Errorf("the next leader was told %d times", n)
	}
	_, others, err := db.WaitingFor(t.Context(), c.hr)
	if err != nil || len(others) != 1 || others[0].Things[0].ClimbedFrom != c.jobLeader.Name {
		t.Errorf("HR sees %+v %v, want what climbed from the job's leader", others, err)
	}
	// Whom it climbed from may answer still.
	answerOwed(t, db, c.jobLeader, others[0].Things[0], thanks)
	if got := owers(t, db, c.proposer); got != "" {
		t.Errorf("answered, and %s owes it", got)
	}
	if _, err := db.GiveFeedback(t.Context(), c.teamLeader, c.proposer.ID, []uuid.UUID{others[0].Things[0].ID}, thanks); !errors.Is(err, models.ErrConflict) {
		t.Errorf("answered twice: %v", err)
	}
}

// TestOwedMovesOn changes who leads, and who works here.
func TestOwedMovesOn(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	c := newCast(t, db)
	job := led(t, db, &c.jobLeader.ID)
	share(t, db, c.proposer, job, "x")
	other := staff(t, db, "Ny Leder", models.RoleLeader)
	if _, err := db.ChangeJob(t.Context(), job.ID, func(in *models.JobInput) { in.LeaderID = &other.ID }, ""); err != nil {
		t.Fatal(err)
	}
	tendOwed(t, db, 0)
	if got := waitsFor(t, db, other); got != c.proposer.Name || noticesOf(t, db, models.NoticeOwed, other) != 1 || waitsFor(t, db, c.jobLeader) != "" {
		t.Errorf("%q waits for the new leader, told %d times", got, noticesOf(t, db, models.NoticeOwed, other))
	}
	if _, err := db.ChangeUser(t.Context(), c.hr, other.ID, models.UserChange{Name: other.Name, Role: models.RoleEmployee}); err != nil {
		t.Fatal(err)
	}
	tendOwed(t, db, 0)
	if got := owers(t, db, c.proposer); got != c.teamLeader.Name {
		t.Errorf("after the leader became an employee %s owes it", got)
	}
	if err := db.Deactivate(t.Context(), c.hr, c.proposer.ID); err != nil {
		t.Fatal(err)
	}
	if got := waitsFor(t, db, c.teamLeader); got != "" {
		t.Errorf("%s has left, and is still waiting", got)
	}
	tendOwed(t, db, 0)
	if n := rowsOf(t, db, `select count(*) from owed where ended_at is null`); n != 0 {
		t.Errorf("%d things are owed to somebody who has left", n)
	}
}

// TestTurnsAreOwedWithinWhatTheCandidateAllows follows an application that came by a share.
func TestTurnsAreOwedWithinWhatTheCandidateAllows(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	ctx := t.Context()
	p := newCast(t, db)
	job := led(t, db, nil)
	link := share(t, db, p.proposer, job, "x")
	app := apply(ctx, t, db, job, &link, "kari@example.com")
	apply(ctx, t, db, job, nil, "open@example.com") // by the open door
	stages := func(want ...string) {
		t.Helper()
		ws, err := db.OwnWaiting(ctx, p.proposer)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, w := range ws {
			if w.Kind == models.OwedTurn {
				got = append(got, w.Stage)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("turns %v, want %v", got, want)
		}
	}
	move := func(to string) {
		t.Helper()
		c.Add(time.Hour)
		if _, err := db.MoveStage(ctx, p.hr, app.ID, to, ""); err != nil {
			t.Fatal(err)
		}
	}
	stages(models.StageNew)
	move(models.StageScreening)
	stages(models.StageNew)
	exec(t, db, `update applications set colleague_learns = 'progress' where id = $1`, app.ID)
	move(models.StageInterview)
	stages(models.StageNew, models.StageInterview)
	if _, err := db.UndoStage(ctx, p.hr, app.ID); err != nil {
		t.Fatal(err)
	}
	stages(models.StageNew)
	move(models.StageOffer)
	stages(models.StageNew, models.StageOffer)
	if got := owers(t, db, p.proposer); got != p.teamLeader.Name+" HR HR" { // of results the own leader is asked only where they agreed
		t.Errorf("%q owe it", got)
	}
	exec(t, db, `update users set show_results = true where id = $1`, p.proposer.ID)
	if got := owers(t, db, p.proposer); got != strings.TrimSpace(strings.Repeat(p.teamLeader.Name+" ", 3)) {
		t.Errorf("%q owe it", got)
	}
	mine, _, err := db.WaitingFor(ctx, p.teamLeader)
	if err != nil || len(mine) != 1 {
		t.Fatalf("got %+v %v", mine, err)
	}
	turn := mine[0].Things[len(mine[0].Things)-1]
	answerOwed(t, db, p.teamLeader, turn, thanks)
	answered := func(want string) {
		t.Helper()
		fs, err := db.FeedbackTo(ctx, p.proposer)
		if err != nil || len(fs) != 1 || len(fs[0].About) != 1 || fs[0].About[0].Stage != want {
			t.Errorf("the answer is about %+v %v, want %s", fs, err, want)
		}
		if w, err := db.WaitingThing(ctx, p.teamLeader, turn.ID); err != nil || w.Stage != want {
			t.Errorf("who answered sees %q %v, want %s", w.Stage, err, want)
		}
	}
	answered(models.StageOffer)
	exec(t, db, `update applications set colleague_learns = 'received' where id = $1`, app.ID)
	stages(models.StageNew)
	answered(models.StageNew)
}

// TestTheLongestListBeginsWithWhoNeverHadAnAnswer, and with what is one's own, though there is more than a list shows.
func TestTheLongestListBeginsWithWhoNeverHadAnAnswer(t *testing.T) {
	t.Parallel()
	db, clock := open(t)
	ctx := t.Context()
	c := newCast(t, db)
	job := led(t, db, &c.jobLeader.ID)
	old := colleague(t, db, "Gammel", "g@example.org")
	exec(t, db, `insert into feedback (id, from_id, to_id, kind, text, at) values (gen_random_uuid(), $1, $2, 'thanks', 'Takk', now())`, c.jobLeader.ID, old.ID)
	exec(t, db, `insert into owed (id, user_id, kind, about, job_id, who, since, due_at, held_since)
		select gen_random_uuid(), $1, 'share', gen_random_uuid(), $2, 'job', $3::timestamptz - interval '30 days', $3, $3 from generate_series(1, 510)`, old.ID, job.ID, clock.now)
	fresh := colleague(t, db, "Fersk", "f@example.org")
	share(t, db, fresh, job, "x")
	if got := waitsFor(t, db, c.jobLeader); got != "Fersk Gammel" {
		t.Errorf("%q wait, want who never had an answer first", got)
	}
	share(t, db, fresh, led(t, db, nil), "x") // nobody leads it: HR's
	if got := waitsFor(t, db, c.hr); got != "Fersk" {
		t.Errorf("%q wait for HR", got)
	}
	first, all, err := db.FirstWaiting(ctx, c.jobLeader, 1)
	if err != nil || all != 2 || len(first) != 1 || first[0].Name != "Fersk" || !first[0].Never {
		t.Errorf("the first are %+v of %d %v", first, all, err)
	}
	if first, all, err := db.FirstWaiting(ctx, c.proposer, 3); err != nil || all != 0 || len(first) != 0 {
		t.Errorf("for a colleague %+v of %d %v wait", first, all, err)
	}
}

// TestProposedClipIsOwedAnAnswer until it is taken back.
func TestProposedClipIsOwedAnAnswer(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	c := newCast(t, db)
	job := led(t, db, &c.jobLeader.ID)
	p := propose(t, db, c.proposer, &job, "")
	w, err := db.WaitingAbout(t.Context(), c.jobLeader, models.OwedClip, p.ID)
	if err != nil || w.JobTitle != "Elektriker" || w.Proposal == nil {
		t.Fatalf("got %+v %v", w, err)
	}
	if err := db.WithdrawProposal(t.Context(), c.proposer.ID, p.ID); err != nil {
		t.Fatal(err)
	}
	if got := owers(t, db, c.proposer); got != "" {
		t.Errorf("%s owes an answer to what was taken back", got)
	}
}

// TestWhoNeverHadAnAnswerComesFirst though others have waited longer.
func TestWhoNeverHadAnAnswerComesFirst(t *testing.T) {
	t.Parallel()
	db, clock := open(t)
	c := newCast(t, db)
	job, second := led(t, db, &c.jobLeader.ID), led(t, db, &c.jobLeader.ID)
	old, fresh := colleague(t, db, "Gammel", "g@example.org"), colleague(t, db, "Fersk", "f@example.org")
	share(t, db, old, job, "x")
	mine, _, err := db.WaitingFor(t.Context(), c.jobLeader)
	if err != nil || len(mine) != 1 || !mine[0].Never {
		t.Fatalf("got %+v %v", mine, err)
	}
	answerOwed(t, db, c.jobLeader, mine[0].Things[0], thanks)
	share(t, db, old, second, "x")
	clock.Add(48 * time.Hour)
	share(t, db, fresh, job, "x")
	if got := waitsFor(t, db, c.jobLeader); got != "Fersk Gammel" {
		t.Errorf("got %q", got)
	}
	if link, _, err := db.MakeLink(t.Context(), c.hr, c.teamLeader.ID, job.ID, "qr"); err != nil || owers(t, db, c.teamLeader) != "" {
		t.Errorf("HR made %+v %v for somebody, who is owed %q for it", link, err, owers(t, db, c.teamLeader))
	}
}

// TestRulesOfWhatIsOwedHoldAtOnce turns a kind off, and gives another less time.
func TestRulesOfWhatIsOwedHoldAtOnce(t *testing.T) {
	t.Parallel()
	db, clock := open(t)
	c := newCast(t, db)
	job := led(t, db, &c.jobLeader.ID)
	share(t, db, c.proposer, job, "x")
	propose(t, db, c.proposer, &job, "")
	save := func(change func(*models.OwedRule)) error {
		rules, err := db.OwedRules(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for i := range rules {
			change(&rules[i])
		}
		return db.SaveOwedRules(models.As(t.Context(), c.hr), rules)
	}
	if err := save(func(r *models.OwedRule) { r.Days = 0 }); !errors.As(err, new(models.ValidationErrors)) {
		t.Errorf("no days: %v", err)
	}
	if err := save(func(r *models.OwedRule) {
		r.Owed = r.Kind == models.OwedShare
		if r.Owed {
			r.Days = 2
		}
	}); err != nil {
		t.Fatal(err)
	}
	if got := owers(t, db, c.proposer); got != c.jobLeader.Name {
		t.Errorf("%q owe it, want only that of the share", got)
	}
	clock.Add(50 * time.Hour)
	tendOwed(t, db, 1)
	if n := rowsOf(t, db, `select count(*) from audit where kind = 'rules' and details ->> 'owed_clip' = 'none'`); n != 1 {
		t.Errorf("the log has %d lines about it", n)
	}
}
