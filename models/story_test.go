package models_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

// TestStoryTellsWhatTheCandidateAllows has four people apply by a share, with every permission, and one for another job by it.
func TestStoryTellsWhatTheCandidateAllows(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	ctx := t.Context()
	ola, liv := colleague(t, db, "Ola Nord", "ola@example.org"), colleague(t, db, "Liv Sør", "liv@example.org")
	job := publish(t, db, "Kokk")
	link, livs := share(t, db, ola, job, "x"), share(t, db, liv, job, "x")
	exec(t, db, `insert into counts (day, link_id, job_id, class, clicks, visitors, views, plays, q100) values
		($1, $2, $3, 'human', 9, 7, 8, 5, 2), ($1, $2, $3, 'bot', 50, 0, 0, 0, 0), ($1, $4, $3, 'human', 99, 99, 99, 99, 99)`,
		c.Now(), link.ID, job.ID, livs.ID)
	allow := func(email, learns, stage string) models.Application {
		a := apply(ctx, t, db, job, &link, email)
		if _, err := db.MoveStage(ctx, models.System(), a.ID, stage, ""); err != nil {
			t.Fatal(err)
		}
		exec(t, db, `update applications set colleague_learns = $2 where id = $1`, a.ID, learns)
		c.Add(time.Minute)
		return a
	}
	allow("a@example.com", models.LearnsReceived, models.StageHired)
	allow("b@example.com", models.LearnsProgress, models.StageInterview)
	named := allow("c@example.com", models.LearnsName, models.StageOffer)
	apply(ctx, t, db, job, &livs, "d@example.com")
	apply(ctx, t, db, job, &link, "OLA@example.org") // one's own application earns nothing

	read := func() models.Story {
		t.Helper()
		stories, err := db.Stories(ctx, ola.ID)
		if err != nil || len(stories) != 1 {
			t.Fatalf("got %d stories %v, want one's own", len(stories), err)
		}
		return stories[0]
	}
	s := read()
	if s.Visitors != 7 || s.Clicks != 9 || s.Confirmed() != 8 || s.Plays != 5 || s.Q100 != 2 || !s.Watched() {
		t.Errorf("got %+v", s)
	}
	want := []models.StoryApplication{{}, {Stage: models.StageInterview}, {Stage: models.StageOffer, Candidate: "Kari Ek"}}
	if len(s.Applied) != len(want) {
		t.Fatalf("got %+v, want three", s.Applied)
	}
	for i, a := range s.Applied {
		if a.Stage != want[i].Stage || a.Candidate != want[i].Candidate {
			t.Errorf("application %d: got %+v, want %+v", i, a, want[i])
		}
	}
	total, weeks, err := db.OwnTrend(ctx, ola.ID)
	if err != nil || total != (models.OwnTotals{Visitors: 7, Applications: 3}) {
		t.Errorf("totals: got %+v %v; who was hired has not let the colleague know", total, err)
	}
	if len(weeks) != models.TrendWeeks || weeks[len(weeks)-1].Visitors != 7 || weeks[len(weeks)-1].Applications != 3 || weeks[0].Visitors != 0 ||
		weeks[len(weeks)-1].Monday.Format(time.DateOnly) != "2026-11-23" {
		t.Errorf("weeks: got %+v", weeks)
	}
	exec(t, db, `update applications set colleague_learns = 'progress' where stage = 'hired'`)
	if total, _, _ := db.OwnTrend(ctx, ola.ID); total.Hires != 1 {
		t.Errorf("%d hires, want the one that its candidate tells of", total.Hires)
	}
	if err := db.EraseByHR(ctx, models.System(), named.ID, "asked"); err != nil {
		t.Fatal(err)
	}
	if s := read(); len(s.Applied) != 3 || s.Applied[2].Stage != "" || s.Applied[2].Candidate != "" {
		t.Errorf("erased: got %+v, want a count", s.Applied)
	}
}

// TestStoryOfOneVisitorIsNotHowTheyWatched holds that a share which few opened does not tell how.
func TestStoryOfOneVisitorIsNotHowTheyWatched(t *testing.T) {
	t.Parallel()
	for visitors, want := range map[int64]bool{0: false, 1: false, 4: false, 5: true} {
		if got := (models.Story{Visitors: visitors}).Watched(); got != want {
			t.Errorf("%d visitors: told %v, want %v", visitors, got, want)
		}
	}
}

// TestStoryOfAnotherJobIsNotTold lets a candidate whom Ola recommended apply for another job by Liv's link: the credit is Ola's, and neither
// story says that the same person came again.
func TestStoryOfAnotherJobIsNotTold(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	ctx := t.Context()
	ola, liv := colleague(t, db, "Ola Nord", "ola@example.org"), colleague(t, db, "Liv Sør", "liv@example.org")
	first, second := publish(t, db, "Kokk"), publish(t, db, "Baker")
	olas, livs := share(t, db, ola, first, "x"), share(t, db, liv, second, "x")
	apply(ctx, t, db, first, &olas, "a@example.com")
	c.Add(time.Hour)
	apply(ctx, t, db, second, &livs, "a@example.com")
	for _, u := range []models.User{ola, liv} {
		stories, err := db.Stories(ctx, u.ID)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, s := range stories {
			n += len(s.Applied)
		}
		if want := map[string]int{"Ola Nord": 1, "Liv Sør": 0}[u.Name]; n != want {
			t.Errorf("%s reads of %d applications, want %d", u.Name, n, want)
		}
	}
}

// TestAnswersReadNoEvents explains what is read for colleagues, leaders and HR on 100,000 events: rollups only, and a colleague's own by
// their links.
func TestAnswersReadNoEvents(t *testing.T) {
	t.Parallel()
	db, clock := open(t)
	c := newCrowd(t, db, 5, 200, 61, clock.Now())
	for range 10 {
		if err := db.RecordEvents(t.Context(), c.events(10_000), nil); err != nil {
			t.Fatal(err)
		}
	}
	exec(t, db, `update job_skills set need = 'required'`)
	exec(t, db, "analyze")
	var user, skill uuid.UUID
	if err := db.Pool().QueryRow(t.Context(), `select user_id, (select id from skills limit 1) from links limit 1`).Scan(&user, &skill); err != nil {
		t.Fatal(err)
	}
	plans, err := db.ExplainAnswers(t.Context(), user, []uuid.UUID{skill})
	if err != nil || len(plans) != 10 {
		t.Fatalf("%d plans %v", len(plans), err)
	}
	for what, plan := range plans {
		if strings.Contains(plan, " on events") || strings.Contains(plan, "day_visitors") {
			t.Errorf("%s: reads raw events:\n%s", what, plan)
		}
		if strings.Contains(plan, "Seq Scan on counts") {
			t.Errorf("%s: reads everybody's counts:\n%s", what, plan)
		}
	}
	for _, what := range []string{"stories", "totals", "trend"} {
		if !strings.Contains(plans[what], "counts") {
			t.Errorf("%s: does not read the rollup:\n%s", what, plans[what])
		}
	}
}
