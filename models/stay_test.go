package models_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

// arrival is a job with its leader, for which somebody was hired at the clock's time.
type arrival struct {
	db     *models.DB
	now    *time.Time
	leader models.User
	job    models.Job
	app    models.Application
}

func arrive(t *testing.T) arrival {
	t.Helper()
	db, _ := open(t)
	now := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	db.Now = func() time.Time { return now }
	h := arrival{db: db, now: &now, leader: staff(t, db, "Lise Leder", models.RoleLeader), job: publish(t, db, "Kokk")}
	exec(t, db, `update jobs set leader_id = $2 where id = $1`, h.job.ID, h.leader.ID)
	exec(t, db, `update users set joined_at = created_at`) // mails go to nobody before
	h.app = apply(t.Context(), t, db, h.job, nil, "kari@example.com")
	if _, err := db.MoveStage(t.Context(), models.System(), h.app.ID, models.StageHired, ""); err != nil {
		t.Fatal(err)
	}
	return h
}

func staff(t *testing.T, db *models.DB, name, role string) models.User {
	t.Helper()
	u, err := db.AddUser(t.Context(), models.System(), models.NewUser{Email: uuid.NewString() + "@example.org", Name: name, Role: role})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// after sets the clock to so many months and days after the hire.
func (h arrival) after(months, days int) {
	*h.now = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC).AddDate(0, months, days)
}

func (h arrival) ask(t *testing.T, want int) {
	t.Helper()
	if n, err := h.db.AskStays(t.Context()); err != nil || n != want {
		t.Errorf("%s: asked %d %v, want %d", h.now.Format(time.DateOnly), n, err, want)
	}
}

// open are the questions that somebody may answer.
func (h arrival) open(t *testing.T, by models.User, want int) []models.StayQuestion {
	t.Helper()
	qs, _, err := h.db.Stays(t.Context(), by, false)
	if err != nil || len(qs) != want {
		t.Fatalf("%s, %s: %d questions %v, want %d", h.now.Format(time.DateOnly), by.Name, len(qs), err, want)
	}
	return qs
}

func TestLeaderIsAskedOnceAtEachMark(t *testing.T) {
	t.Parallel()
	h := arrive(t)
	h.after(3, -1)
	h.ask(t, 0)
	h.after(3, 0)
	h.ask(t, 1)
	h.ask(t, 0)
	q := h.open(t, h.leader, 1)[0]
	if q.Months != 3 || q.JobTitle != "Kokk" || q.Candidate != "Kari Ek" || !q.HiredAt.Equal(time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)) {
		t.Errorf("got %+v", q)
	}
	if to := rowsOf(t, h.db, `select count(*) from river_job where args ->> 'mail' = 'stay' and args ->> 'to' = $1`, h.leader.ID.String()); to != 1 {
		t.Errorf("%d mails to the leader, want 1", to)
	}
	h.open(t, staff(t, h.db, "Liv Leder", models.RoleLeader), 0)
	h.open(t, staff(t, h.db, "Ola Ansatt", models.RoleEmployee), 0)
	h.after(6, 0)
	h.ask(t, 1)
	if q := h.open(t, h.leader, 1)[0]; q.Months != 6 {
		t.Errorf("the question of %d months stands beside a later one", q.Months)
	}
	h.after(12, 0)
	h.ask(t, 1)
	h.after(15, 1)
	h.ask(t, 0)
}

func TestWhoLeftIsNotAskedAboutAgain(t *testing.T) {
	t.Parallel()
	h := arrive(t)
	h.after(3, 0)
	h.ask(t, 1)
	if err := h.db.AnswerStay(t.Context(), h.leader, h.open(t, h.leader, 1)[0].ID, models.StayNo); err != nil {
		t.Fatal(err)
	}
	h.open(t, h.leader, 0)
	h.after(6, 0)
	h.ask(t, 0)
	rows, err := h.db.Retention(t.Context(), models.RetentionFilter{})
	if err != nil || len(rows) != 9 || rows[3] != (models.RetentionRow{Source: models.SourceOpen, Months: 3, Hires: 1, Left: 1}) ||
		rows[4] != (models.RetentionRow{Source: models.SourceOpen, Months: 6, Hires: 1, Left: 1}) || rows[5] != (models.RetentionRow{Source: models.SourceOpen, Months: 12}) {
		t.Errorf("got %+v %v", rows, err)
	}
}

func TestYearsOldHiresAreNotAskedAbout(t *testing.T) {
	t.Parallel()
	h := arrive(t)
	h.after(30, 0)
	h.ask(t, 0)
}

// TestErasedHireIsAskedAbout has the application erased, as happens twelve months after a hire, before the last question.
func TestErasedHireIsAskedAbout(t *testing.T) {
	t.Parallel()
	h := arrive(t)
	h.after(12, 1)
	if n, err := h.db.LetGo(t.Context()); err != nil || n != 1 {
		t.Fatalf("%d went %v, want 1", n, err)
	}
	h.ask(t, 1)
	q := h.open(t, h.leader, 1)[0]
	if q.Candidate != "" || q.JobTitle != "Kokk" || q.Months != 12 {
		t.Errorf("got %+v, want the job and nobody's name", q)
	}
	if err := h.db.AnswerStay(t.Context(), h.leader, q.ID, models.StayYes); err != nil {
		t.Fatal(err)
	}
	rows, err := h.db.Retention(t.Context(), models.RetentionFilter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows[3:6] { // yes after a year is yes at each mark before
		if r.Hires != 1 || r.Still != 1 || r.Silent() != 0 {
			t.Errorf("after %d months: got %+v, want one who stayed", r.Months, r)
		}
	}
}

func TestSilentLeadersQuestionBecomesHRs(t *testing.T) {
	t.Parallel()
	h := arrive(t)
	hr := staff(t, h.db, "Hanne HR", models.RoleHR)
	exec(t, h.db, `update users set joined_at = created_at`)
	h.after(3, 0)
	h.ask(t, 1)
	waiting := func(want int) {
		t.Helper()
		if n, err := h.db.WaitingStays(t.Context()); err != nil || n != want {
			t.Errorf("%s: %d wait for HR %v, want %d", h.now.Format(time.DateOnly), n, err, want)
		}
	}
	waiting(0)
	if h.open(t, hr, 1)[0].Yours {
		t.Error("HR is asked before the leader has had time")
	}
	h.after(3, models.StayWaits+1)
	waiting(1)
	if err := h.db.AnswerStay(t.Context(), hr, h.open(t, hr, 1)[0].ID, models.StayUnknown); err != nil {
		t.Fatal(err)
	}
	waiting(0)
	exec(t, h.db, `update jobs set leader_id = null`)
	h.after(6, 0)
	h.ask(t, 1)
	waiting(1) // at once: there is nobody else
	if n := rowsOf(t, h.db, `select count(*) from river_job where args ->> 'mail' = 'stay' and args ->> 'to' = $1`, hr.ID.String()); n != 1 {
		t.Errorf("%d mails to HR, want 1", n)
	}
}

func TestAnswersMayBeChangedForAWhile(t *testing.T) {
	t.Parallel()
	h := arrive(t)
	ctx := t.Context()
	h.after(3, 0)
	h.ask(t, 1)
	id := h.open(t, h.leader, 1)[0].ID
	for _, answer := range []string{models.StayNo, models.StayUnknown, models.StayYes, models.StayNone, models.StayYes} {
		if err := h.db.AnswerStay(ctx, h.leader, id, answer); err != nil {
			t.Fatal(err)
		}
		q, err := h.db.StayQuestion(ctx, h.leader, id)
		if err != nil || q.Answer() != answer || (q.Answerer == h.leader.Name) != (answer != models.StayNone) {
			t.Errorf("got %q by %q %v, want %q", q.Answer(), q.Answerer, err, answer)
		}
	}
	var bad *models.ValidationError
	if err := h.db.AnswerStay(ctx, h.leader, id, "perhaps"); !errors.As(err, &bad) {
		t.Errorf("got %v, want a refusal", err)
	}
	for _, who := range []models.User{staff(t, h.db, "Liv Leder", models.RoleLeader), staff(t, h.db, "Ola Ansatt", models.RoleEmployee)} {
		if err := h.db.AnswerStay(ctx, who, id, models.StayNo); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%s: got %v, want not found", who.Role, err)
		}
	}
	h.after(3, models.StayChangeable+1)
	if err := h.db.AnswerStay(ctx, h.leader, id, models.StayNo); !errors.Is(err, models.ErrConflict) {
		t.Errorf("got %v, want that it is too late", err)
	}
}

func TestLinkOfAQuestionIsForWhomItWasMailed(t *testing.T) {
	t.Parallel()
	h := arrive(t)
	ctx := t.Context()
	h.after(3, 0)
	h.ask(t, 1)
	id := h.open(t, h.leader, 1)[0].ID
	token, err := h.db.StayToken(ctx, id, h.leader.ID)
	if err != nil {
		t.Fatal(err)
	}
	if q, u, err := h.db.StayByToken(ctx, token); err != nil || q.ID != id || u.ID != h.leader.ID {
		t.Errorf("got %v for %s %v", q.ID, u.Name, err)
	}
	refused := func(what, token string) {
		t.Helper()
		if _, _, err := h.db.StayByToken(ctx, token); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%s: got %v, want not found", what, err)
		}
	}
	refused("changed", token[:len(token)-2]+"zz")
	refused("nonsense", "hei")
	other, err := h.db.StayToken(ctx, id, staff(t, h.db, "Liv Leder", models.RoleLeader).ID)
	if err != nil {
		t.Fatal(err)
	}
	refused("of a leader of other jobs", other)
	h.after(3, 61)
	refused("too old", token)
	h.after(3, 1)
	exec(t, h.db, `update jobs set leader_id = null`)
	refused("another leads the job", token)
	exec(t, h.db, `update jobs set leader_id = $1`, h.leader.ID)
	exec(t, h.db, `update users set deactivated_at = now() where id = $1`, h.leader.ID)
	refused("the leader has left", token)
}

func TestRetentionBySource(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	ctx := t.Context()
	ola := colleague(t, db, "Ola Nord", "ola@example.org")
	job, other := publish(t, db, "Kokk"), publish(t, db, "Baker")
	link := share(t, db, ola, job, "x")
	hired := func(email string, j models.Job, l *models.Link, monthsAgo int) models.Application {
		a := apply(ctx, t, db, j, l, email)
		if _, err := db.MoveStage(ctx, models.System(), a.ID, models.StageHired, ""); err != nil {
			t.Fatal(err)
		}
		exec(t, db, `update applications set stage_since = $2 where id = $1`, a.ID, c.Now().AddDate(0, -monthsAgo, -1))
		return a
	}
	answer := func(a models.Application, months int, still any) {
		exec(t, db, `insert into stays (id, application_id, months, asked_at, still, answered_at) values (gen_random_uuid(), $1, $2, $3, $4, $3)`, a.ID, months, c.Now(), still)
	}
	answer(hired("a@example.com", job, &link, 13), 12, true)
	answer(hired("b@example.com", job, &link, 7), 3, false)
	hired("c@example.com", job, &link, 4) // nobody answered
	open := hired("d@example.com", other, nil, 7)
	answer(open, 3, true)
	answer(open, 6, nil)
	hired("e@example.com", other, nil, 1)   // no mark yet
	hired("OLA@example.org", job, &link, 4) // one's own link earns nothing, and is no open door either
	for _, tt := range []struct {
		name   string
		filter models.RetentionFilter
		want   [9]models.RetentionRow // at 3, 6, 12: referred, the open door, by a link that earned nothing; without source and mark
	}{
		{"all", models.RetentionFilter{}, [9]models.RetentionRow{
			{Hires: 3, Still: 1, Left: 1}, {Hires: 2, Still: 1, Left: 1}, {Hires: 1, Still: 1}, {Hires: 1, Still: 1}, {Hires: 1, Unknown: 1}, {}, {Hires: 1}, {}, {},
		}},
		{"a job", models.RetentionFilter{JobID: &other.ID}, [9]models.RetentionRow{3: {Hires: 1, Still: 1}, 4: {Hires: 1, Unknown: 1}}},
		{"a channel", models.RetentionFilter{Channel: "x"}, [9]models.RetentionRow{{Hires: 3, Still: 1, Left: 1}, {Hires: 2, Still: 1, Left: 1}, {Hires: 1, Still: 1}}},
		{"another channel", models.RetentionFilter{Channel: "qr"}, [9]models.RetentionRow{}},
		{"days of hire", models.RetentionFilter{From: c.Now().AddDate(0, -8, 0), To: c.Now().AddDate(0, -5, 0)}, [9]models.RetentionRow{
			{Hires: 1, Left: 1}, {Hires: 1, Left: 1}, {}, {Hires: 1, Still: 1}, {Hires: 1, Unknown: 1}, {}, {}, {}, {},
		}},
	} {
		rows, err := db.Retention(ctx, tt.filter)
		if err != nil || len(rows) != len(tt.want) {
			t.Fatalf("%s: %d rows %v", tt.name, len(rows), err)
		}
		for i, got := range rows {
			want := tt.want[i]
			want.Source, want.Months = []string{models.SourceReferred, models.SourceOpen, models.SourceUncredited}[i/3], models.StayMarks[i%3]
			if got != want {
				t.Errorf("%s: got %+v, want %+v", tt.name, got, want)
			}
			if got.Enough() {
				t.Errorf("%s: %d known ones are said to be enough", tt.name, got.Known())
			}
		}
	}
	if silent := (models.RetentionRow{Hires: 3, Still: 1, Left: 1}).Silent(); silent != 1 {
		t.Errorf("%d without an answer, want 1", silent)
	}
	if _, err := db.Retention(ctx, models.RetentionFilter{Channel: "pigeon"}); err == nil {
		t.Error("an unknown channel is taken")
	}
}
