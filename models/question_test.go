package models_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"kollega/models"
)

// asked is a house with people and a question to all of them.
type asked struct {
	*models.DB

	clock                               *clock
	asker, hr, other, kari, per, leader models.User
	question                            models.Question
}

func ask(t *testing.T) asked {
	t.Helper()
	db, c := open(t)
	a := asked{DB: db, clock: c}
	setUp(t, db)
	a.asker, a.hr, a.other = someone(t, db, "Liv Leder", models.RoleLeader), someone(t, db, "Hanne Holm", models.RoleHR), someone(t, db, "Odd Utenfor", models.RoleEmployee)
	a.kari, a.per, a.leader = someone(t, db, "Kari Dal", models.RoleEmployee), someone(t, db, "Per Vik", models.RoleEmployee), someone(t, db, "Lars Leder", models.RoleLeader)
	a.question = put(t, db, a.asker, models.QuestionInput{Title: "Sveiser", Words: "På nattskiftet.", Everybody: true})
	return a
}

func put(t *testing.T, db *models.DB, by models.User, in models.QuestionInput) models.Question {
	t.Helper()
	q, err := db.Ask(t.Context(), by, in)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func (a asked) reads(t *testing.T, by models.User) (words []string) {
	t.Helper()
	answers, err := a.Answers(t.Context(), by, a.question.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range answers {
		words = append(words, x.Words)
	}
	return words
}

func TestAnInterestIsReadByWhomItWasShownAndNobodyElse(t *testing.T) {
	t.Parallel()
	a, ctx := ask(t), t.Context()
	for _, tt := range []struct {
		name string
		in   models.InterestInput
		read []models.User
	}{
		{"only who asks", models.InterestInput{Words: "hemmelig", Asker: true}, []models.User{a.kari, a.asker}},
		{"another, not who asks", models.InterestInput{Words: "hemmelig", Others: "lars leder"}, []models.User{a.kari, a.leader}},
		{"both, by address", models.InterestInput{Words: "hemmelig", Asker: true, Others: a.per.Email + "\n"}, []models.User{a.kari, a.asker, a.per}},
		{"somebody in HR", models.InterestInput{Words: "hemmelig", Others: "Hanne Holm"}, []models.User{a.kari, a.hr}},
	} {
		a.question = put(t, a.DB, a.asker, models.QuestionInput{Title: "Sveiser", Everybody: true})
		before := a.lastChange(t)
		for range 2 { // said again, it takes the place of what was said before
			if err := a.AnswerMe(ctx, a.kari, a.question.ID, tt.in); err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
		}
		var id uuid.UUID
		a.scan(t, &id, `select id from answers where question_id = $1 and withdrawn_at is null`, a.question.ID)
		for _, u := range []models.User{a.asker, a.hr, a.other, a.kari, a.per, a.leader} {
			may := slices.ContainsFunc(tt.read, func(r models.User) bool { return r.ID == u.ID })
			if got := slices.Contains(a.reads(t, u), "hemmelig"); got != may {
				t.Errorf("%s: %s reads it: %v, want %v", tt.name, u.Name, got, may)
			}
			if _, err := a.Answer(ctx, u, id); (err == nil) != may {
				t.Errorf("%s: by its address %s gets %v", tt.name, u.Name, err)
			}
			if got := a.heard(t, u, before); got && !may {
				t.Errorf("%s: the open pages of %s hear of it", tt.name, u.Name)
			}
		}
	}
}

// lastChange is the mark that open pages have now.
func (a asked) lastChange(t *testing.T) models.LiveMark {
	t.Helper()
	_, mark, err := a.LiveChanges(t.Context(), models.LiveMark{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return mark
}

// heard tells whether open pages of somebody are told of anything since.
func (a asked) heard(t *testing.T, u models.User, since models.LiveMark) bool {
	t.Helper()
	topics, _, err := a.LiveSince(t.Context(), models.LiveReader{ID: u.ID, Role: u.Role}, since)
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(topics, func(s string) bool { return strings.HasPrefix(s, "question:") })
}

func (a asked) scan(t *testing.T, into any, sql string, args ...any) {
	t.Helper()
	if err := a.Pool().QueryRow(t.Context(), sql, args...).Scan(into); err != nil {
		t.Fatal(err)
	}
}

func TestAnInterestNeedsSomebodyToReadIt(t *testing.T) {
	t.Parallel()
	a, ctx := ask(t), t.Context()
	someone(t, a.DB, "Kari Lund", models.RoleEmployee)
	someone(t, a.DB, "Kari Lund", models.RoleLeader)
	for others, want := range map[string]string{
		"": "answer.error.nobody", "Ingen Slik": "answer.error.unknown", "Kari Lund": "answer.error.several", "Kari Dal": "answer.error.yourself", "\x00": "answer.error.unknown",
	} {
		err := a.AnswerMe(ctx, a.kari, a.question.ID, models.InterestInput{Words: "hei", Others: others})
		bad, ok := errors.AsType[models.ValidationErrors](err)
		if !ok || bad[0].Key != want {
			t.Errorf("%q: got %v, want %s", others, err, want)
		}
	}
	if got := a.reads(t, a.kari); len(got) > 0 {
		t.Errorf("got %q, want nothing written", got)
	}
}

func TestOtherAnswersAreReadByWhoAsksAndHR(t *testing.T) {
	t.Parallel()
	a, ctx := ask(t), t.Context()
	if _, err := a.AnswerColleague(ctx, a.kari, a.question.ID, "Per Vik", "flink"); err != nil {
		t.Fatal(err)
	}
	if _, err := a.AnswerColleague(ctx, a.kari, a.question.ID, "per vik", "flink igjen"); err != nil { // the same tip
		t.Fatal(err)
	}
	for _, tt := range []struct {
		by  models.User
		may bool
	}{{a.asker, true}, {a.hr, true}, {a.kari, true}, {a.per, true}, {a.other, false}, {a.leader, false}} {
		if got := a.reads(t, tt.by); len(got) == 1 != tt.may || tt.may && got[0] != "flink" {
			t.Errorf("%s reads %q, want it: %v", tt.by.Name, got, tt.may)
		}
	}
	if _, err := a.AnswerColleague(ctx, a.asker, a.question.ID, "Per Vik", ""); !errors.Is(err, models.ErrConflict) {
		t.Errorf("one's own question: got %v, want a conflict", err)
	}
	if _, err := a.AnswerColleague(ctx, a.kari, a.question.ID, "Liv Leder", ""); err == nil {
		t.Error("who asks may be named")
	}
}

func TestWhomAQuestionIsPutToSeesIt(t *testing.T) {
	t.Parallel()
	a, ctx := ask(t), t.Context()
	team, err := a.AddTeam(ctx, "Natt", nil)
	if err != nil {
		t.Fatal(err)
	}
	exec(t, a.DB, "update users set team_id = $1 where id = $2", team.ID, a.kari.ID)
	if a.kari, err = a.User(ctx, a.kari.ID); err != nil {
		t.Fatal(err)
	}
	q := put(t, a.DB, a.asker, models.QuestionInput{Title: "Vikar", Teams: []uuid.UUID{team.ID, team.ID}})
	sees := func(u models.User) bool {
		_, err := a.Question(ctx, u, q.ID)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			t.Fatal(err)
		}
		open, _, lerr := a.Questions(ctx, u, false, "")
		if lerr != nil || slices.ContainsFunc(open, func(r models.QuestionRow) bool { return r.ID == q.ID }) != (err == nil) {
			t.Errorf("%s: the list and the page differ: %v", u.Name, lerr)
		}
		return err == nil
	}
	for _, tt := range []struct {
		by  models.User
		may bool
	}{{a.asker, true}, {a.hr, true}, {a.kari, true}, {a.per, false}, {a.leader, false}} {
		if got := sees(tt.by); got != tt.may {
			t.Errorf("%s sees it: %v, want %v", tt.by.Name, got, tt.may)
		}
	}
	for _, u := range []models.User{a.per, a.leader} {
		if _, err := a.AnswerColleague(ctx, u, q.ID, "Odd Utenfor", ""); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%s answers: got %v, want not found", u.Name, err)
		}
		if err := a.CloseQuestion(ctx, u, q.ID, true); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%s closes it: got %v, want not found", u.Name, err)
		}
		if _, err := a.SuggestWording(ctx, u, models.WordingInput{QuestionID: &q.ID, Field: "title", After: "Vikarer"}); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%s suggests a wording: got %v, want not found", u.Name, err)
		}
	}
	if _, err := a.AnswerColleague(ctx, a.kari, q.ID, "Per Vik", ""); err != nil {
		t.Fatal(err)
	}
	if !sees(a.per) {
		t.Error("who was named does not see it")
	}
	if rows, err := a.UnansweredQuestions(ctx, a.per, 3); err != nil || len(rows) != 2 || rows[0].ID != q.ID {
		t.Errorf("got %v %v, want the one that names them first", rows, err)
	}
	if _, err := a.Ask(ctx, a.asker, models.QuestionInput{Title: "Ingen", Teams: []uuid.UUID{models.NewID()}}); err == nil {
		t.Error("a question to nobody was put")
	}
	if _, err := a.Ask(ctx, a.kari, models.QuestionInput{Title: "Meg", Everybody: true}); !errors.Is(err, models.ErrForbidden) {
		t.Errorf("an employee asks: got %v, want forbidden", err)
	}
}

func TestAJobComesOfAQuestion(t *testing.T) {
	t.Parallel()
	a, ctx := ask(t), t.Context()
	if _, err := a.AnswerColleague(ctx, a.kari, a.question.ID, "Per Vik", ""); err != nil {
		t.Fatal(err)
	}
	in := models.JobInput{Title: "Sveiser på natt", Description: "Fin jobb.", Location: "Bodø", Country: "NO", EmploymentType: "FULL_TIME"}
	if _, err := a.JobFromQuestion(ctx, a.asker, a.question.ID, in); !errors.Is(err, models.ErrForbidden) {
		t.Errorf("a leader writes it: got %v, want forbidden", err)
	}
	job, err := a.JobFromQuestion(ctx, a.hr, a.question.ID, in)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.JobFromQuestion(ctx, a.hr, a.question.ID, in); !errors.Is(err, models.ErrConflict) {
		t.Errorf("twice: got %v, want a conflict", err)
	}
	if q, err := a.Question(ctx, a.kari, a.question.ID); err != nil || q.Job == nil || q.Job.Title != "" {
		t.Errorf("got %+v %v, want nothing of the draft told", q.Job, err)
	}
	a.told(t, models.NoticeJobFromQuestion, a.kari, a.asker)
	if err := a.SetJobStatus(ctx, job.ID, models.JobPublished); err != nil {
		t.Fatal(err)
	}
	a.told(t, models.NoticeJobFromQuestion, a.kari, a.kari, a.asker) // once of the draft, once of the job
	a.told(t, models.NoticeNewJob)
	a.clock.Add(5*time.Hour + 59*time.Minute)
	if n, err := a.TellTheRest(ctx); err != nil || n != 0 {
		t.Errorf("before its time: got %d %v", n, err)
	}
	a.clock.Add(time.Minute)
	for range 2 {
		if _, err := a.TellTheRest(ctx); err != nil {
			t.Fatal(err)
		}
	}
	a.told(t, models.NoticeNewJob, a.kari, a.asker, a.hr, a.other, a.per, a.leader)
}

func TestAWordingIsTakenInWithItsName(t *testing.T) {
	t.Parallel()
	a, ctx := ask(t), t.Context()
	job := led(t, a.DB, &a.leader.ID)
	suggest := func(by models.User, field, after string) models.Wording {
		t.Helper()
		w, err := a.SuggestWording(ctx, by, models.WordingInput{JobID: &job.ID, Field: field, After: after, Why: "Fordi"})
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	first, second := suggest(a.kari, "description", "En fin jobb på kaia"), suggest(a.per, "description", "En bra jobb")
	for _, u := range []models.User{a.kari, a.other, a.asker} {
		if _, err := a.AcceptWording(ctx, u, first.ID); !errors.Is(err, models.ErrForbidden) {
			t.Errorf("%s: got %v, want forbidden", u.Name, err)
		}
	}
	if _, err := a.AcceptWording(ctx, a.leader, first.ID); err != nil {
		t.Fatal(err)
	}
	a.told(t, models.NoticeWordingDecided, a.kari)
	if got, err := a.Job(ctx, job.ID); err != nil || got.Description != "En fin jobb på kaia" {
		t.Errorf("got %q %v", got.Description, err)
	}
	if _, err := a.AcceptWording(ctx, a.hr, second.ID); !errors.Is(err, models.ErrConflict) {
		t.Errorf("a text that was changed since: got %v, want a conflict", err)
	}
	if _, err := a.AcceptWording(ctx, a.hr, first.ID); !errors.Is(err, models.ErrConflict) {
		t.Errorf("twice: got %v, want a conflict", err)
	}
	if _, err := a.DeclineWording(ctx, a.hr, second.ID, " "); err == nil {
		t.Error("declined without a reason")
	}
	if w, err := a.DeclineWording(ctx, a.hr, second.ID, "For kort"); err != nil || w.UserID != a.per.ID {
		t.Errorf("got %v", err)
	}
	ws, _, err := a.JobWordings(ctx, a.other, job.ID, "")
	if err != nil || len(ws) != 2 || !slices.ContainsFunc(ws, func(w models.Wording) bool { return w.State == models.WordingAccepted && w.User.Name == "Kari Dal" }) {
		t.Errorf("the history is %+v %v", ws, err)
	}
	third := suggest(a.per, "title", "Elektriker på kaia")
	if _, err := a.WithdrawWording(ctx, a.kari, third.ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("another's: got %v, want not found", err)
	}
	if _, err := a.WithdrawWording(ctx, a.per, third.ID); err != nil {
		t.Error(err)
	}
	exec(t, a.DB, "update jobs set status = 'draft' where id = $1", job.ID)
	if _, err := a.Wording(ctx, a.other, first.ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("of a draft: got %v, want not found", err)
	}
	for _, bad := range []models.WordingInput{{Field: "title", After: "Sveiser"}, {Field: "words", After: ""}, {Field: "description", After: "x"}, {Field: "title", After: strings.Repeat("x", 121)}} {
		bad.QuestionID = &a.question.ID
		if _, err := a.SuggestWording(ctx, a.kari, bad); err == nil {
			t.Errorf("%+v was taken", bad)
		}
	}
}

func TestWhoLeavesTakesTheirInterestAlong(t *testing.T) {
	t.Parallel()
	a, ctx := ask(t), t.Context()
	if err := a.AnswerMe(ctx, a.kari, a.question.ID, models.InterestInput{Words: "jeg vil", Asker: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.AnswerColleague(ctx, a.kari, a.question.ID, "Per Vik", "flink"); err != nil {
		t.Fatal(err)
	}
	if err := a.AnswerInvite(ctx, a.kari, a.question.ID, models.FriendInput{Name: "Venn", Email: "venn@example.com", Language: "nb"}); err != nil {
		t.Fatal(err)
	}
	if err := a.Deactivate(ctx, a.hr, a.kari.ID); err != nil {
		t.Fatal(err)
	}
	if got := a.reads(t, a.asker); len(got) != 2 || slices.Contains(got, "jeg vil") {
		t.Errorf("got %q, want the tip and that somebody was invited", got)
	}
	var left int
	a.scan(t, &left, `select count(*) from friends`)
	if left != 0 {
		t.Error("the invited friend is stored still")
	}
	if err := a.Deactivate(ctx, a.hr, a.asker.ID); err != nil {
		t.Fatal(err)
	}
	if q, err := a.Question(ctx, a.per, a.question.ID); err != nil || q.Open() {
		t.Errorf("got open %v %v, want the question closed", q.Open(), err)
	}
}

// told fails unless exactly those people were told.
func (a asked) told(t *testing.T, kind string, people ...models.User) {
	t.Helper()
	rows, err := a.Pool().Query(t.Context(), `select u.name from notices n join users u on u.id = n.user_id where n.kind = $1 order by u.name`, kind)
	if err != nil {
		t.Fatal(err)
	}
	got, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	want := make([]string, len(people))
	for i, p := range people {
		want[i] = p.Name
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("told of %s: got %q, want %q", kind, got, want)
	}
}

func setUp(t *testing.T, db *models.DB) {
	t.Helper()
	if err := db.SaveOrganisation(t.Context(), models.Organisation{Name: "Fjordheim", Language: "nb"}); err != nil {
		t.Fatal(err)
	}
}

func TestAnInterestIsOwedAnAnswerByItsReaderAlone(t *testing.T) {
	t.Parallel()
	a, ctx := ask(t), t.Context()
	if err := a.AnswerMe(ctx, a.kari, a.question.ID, models.InterestInput{Words: "hemmelig", Others: "lars leder"}); err != nil {
		t.Fatal(err)
	}
	names := func(by models.User) (names []string) {
		t.Helper()
		mine, others, err := a.WaitingFor(ctx, by)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range append(mine, others...) {
			names = append(names, p.Name)
		}
		return names
	}
	only := func(when string, told ...models.User) {
		t.Helper()
		for _, u := range []models.User{a.hr, a.asker, a.other} {
			if got := names(u); len(got) > 0 {
				t.Errorf("%s: %s sees that %q wait", when, u.Name, got)
			}
		}
		a.told(t, models.NoticeOwedClimbed)
		a.told(t, models.NoticeOwed, told...)
	}
	only("at first", a.leader)
	if got := names(a.leader); !slices.Equal(got, []string{"Kari Dal"}) {
		t.Errorf("its reader sees %q", got)
	}
	// No number tells of it, and no line of the log.
	if _, err := a.Pool().Exec(ctx, `insert into users (id, email, email_key, name, role, team_id, created_at, updated_at)
		select gen_random_uuid(), n || '@x.no', n || '@x.no', 'Bo', 'employee', team_id, now(), now() from users, generate_series(1, 9) n where users.id = $1`, a.kari.ID); err != nil {
		t.Fatal(err)
	}
	count := func(when string) {
		t.Helper()
		c, err := a.Coverage(ctx, a.hr, false)
		if err != nil || len(c.Rows) == 0 || len(c.Weeks) == 0 || c.Total.Owed != 0 || c.Total.Never != 0 {
			t.Errorf("%s: HR counts %+v %v", when, c.Total, err)
		}
		for _, w := range c.Weeks {
			if w.Owed != 0 || w.People != 0 {
				t.Errorf("%s: the week of %s has %+v", when, w.Monday, w)
			}
		}
	}
	count("while it waits")
	mine, _, err := a.WaitingFor(ctx, a.leader)
	if err != nil {
		t.Fatal(err)
	}
	f, err := a.GiveFeedback(ctx, a.leader, a.kari.ID, []uuid.UUID{mine[0].Things[0].ID}, models.FeedbackInput{Kind: models.FeedbackThanks, Text: "Takk"})
	if err != nil {
		t.Fatal(err)
	}
	count("when it was answered")
	if err := a.TakeBackFeedback(ctx, a.leader, f.ID); err != nil {
		t.Fatal(err)
	}
	var lines int
	a.scan(t, &lines, `select count(*) from audit where kind = 'feedback' and coalesce(details ->> 'answers', '0') = '0' and details ->> 'person' is null`)
	if lines != 2 {
		t.Errorf("%d lines of the log tell nothing, want both", lines)
	}
	a.clock.Add(40 * 24 * time.Hour)
	if _, err := a.TendOwed(ctx); err != nil {
		t.Fatal(err)
	}
	count("when it is late")
	only("when it is late", a.leader)
	if err := a.Deactivate(ctx, models.System(), a.leader.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := a.TendOwed(ctx); err != nil {
		t.Fatal(err)
	}
	only("when its reader has left")
}

func TestEveryWordingIsListed(t *testing.T) {
	t.Parallel()
	a, ctx := ask(t), t.Context()
	exec(t, a.DB, `insert into wordings (id, user_id, question_id, field, before, after, state, decided_by, decided_at, created_at)
		select gen_random_uuid(), $1, $2, 'title', 'Sveiser', 'Sveiser ' || n, case when n > 70 then 'waiting' else 'accepted' end, case when n > 70 then null else $3::uuid end,
			case when n > 70 then null else $4::timestamptz + n * interval '1 minute' end, $4::timestamptz + n * interval '1 second' from generate_series(1, 230) n`,
		a.kari.ID, a.question.ID, a.asker.ID, a.clock.Now())
	var got []string
	for after, pages := "", 0; ; pages++ {
		ws, next, err := a.QuestionWordings(ctx, a.per, a.question.ID, after)
		if err != nil || pages > 20 {
			t.Fatal(pages, err)
		}
		for _, w := range ws {
			got = append(got, w.After)
		}
		if after = next; after == "" {
			break
		}
	}
	var want []string
	for n := 71; n <= 230; n++ {
		want = append(want, fmt.Sprint("Sveiser ", n))
	}
	for n := 70; n > 0; n-- {
		want = append(want, fmt.Sprint("Sveiser ", n))
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %d of %d: %q", len(got), len(want), got)
	}
	if ws, err := a.AcceptedWordings(ctx, a.per, a.question.ID); err != nil || len(ws) != 70 || ws[0].User.Name != "Kari Dal" {
		t.Errorf("in the history: got %d %v", len(ws), err)
	}
	if _, _, err := a.QuestionWordings(ctx, a.per, a.question.ID, "x"); !isValidation(err) {
		t.Errorf("a cursor of nobody's: got %v", err)
	}
}
