package models_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

// skilled is a job that requires these skills.
func skilled(t *testing.T, db *models.DB, skills ...string) models.Job {
	t.Helper()
	in := models.JobInput{Title: "Elektriker", Description: "Fin jobb", Location: "Bodø", Country: "NO", EmploymentType: "FULL_TIME"}
	for _, s := range skills {
		in.Skills = append(in.Skills, models.SkillInput{Name: s, Need: models.NeedRequired})
	}
	in.Skills = append(in.Skills, models.SkillInput{Name: "Godt humør", Need: models.NeedNice})
	job, err := db.AddJob(t.Context(), nil, in, models.JobPublished)
	if err != nil {
		t.Fatal(err)
	}
	return job
}

func TestOfTwoWhoMoveTheSameCardOneComesFirst(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	app := apply(ctx, t, db, publish(t, db, "Kokk"), nil, "c@example.org")
	people := []models.User{add(t, db, "a@example.org", models.RoleHR), add(t, db, "b@example.org", models.RoleHR)}
	to := []string{models.StageScreening, models.StageRejected}
	errs := make([]error, len(people))
	var both sync.WaitGroup
	for i := range people {
		both.Go(func() {
			_, errs[i] = db.Move(ctx, people[i], app.ID, models.StageMove{From: models.StageNew, To: to[i], Tell: true})
		})
	}
	both.Wait()
	first, late := 0, 1
	if errs[0] != nil {
		first, late = 1, 0
	}
	moved, ok := errors.AsType[*models.MovedError](errs[late])
	if errs[first] != nil || !ok || !errors.Is(moved, models.ErrConflict) {
		t.Fatalf("got %v and %v, want one of them told that the other came first", errs[0], errs[1])
	}
	if moved.Application.Stage != to[first] || moved.Change.User == nil || moved.Change.User.ID != people[first].ID || moved.Application.Candidate.Name == "" {
		t.Errorf("got %+v, want %s by %s", moved.Change, to[first], people[first].Email)
	}
	if _, err := db.Move(ctx, people[first], app.ID, models.StageMove{From: models.StageNew, To: to[first], Tell: true}); err != nil {
		t.Errorf("the same person's second press: %v", err)
	}
	if steps, letters := rowsOf(t, db, `select count(*) from stage_changes`), rowsOf(t, db, `select count(*) from letters where kind <> 'received'`); steps != 1 || letters != 1 {
		t.Errorf("got %d steps and %d letters, want 1 of each", steps, letters)
	}
}

func TestBoardShowsTheNewestOfEachStage(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	ctx := t.Context()
	hr, job := add(t, db, "hr@example.org", models.RoleHR), skilled(t, db, "Fagbrev", "Norsk")
	var apps []models.Application
	for n := range models.ColumnPage + 5 {
		apps = append(apps, apply(ctx, t, db, job, nil, fmt.Sprintf("c%d@example.org", n)))
		c.Add(time.Hour)
	}
	apply(ctx, t, db, publish(t, db, "Kokk"), nil, "annen@example.org")
	move := func(a models.Application, to string) {
		t.Helper()
		if _, err := db.MoveStage(ctx, hr, a.ID, to, ""); err != nil {
			t.Fatal(err)
		}
	}
	move(apps[0], models.StageInterview)
	move(apps[1], models.StageRejected)
	if _, err := db.MarkSkills(ctx, hr, apps[0].ID, map[uuid.UUID]string{job.Skills[0].SkillID: models.SkillSeen}); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"en", "to"} {
		if _, err := db.AddNote(ctx, hr, apps[0].ID, text); err != nil {
			t.Fatal(err)
		}
	}
	c.Add(8 * 24 * time.Hour) // those who are new have waited for more than seven days
	columns, err := db.Board(ctx, hr, models.ApplicationFilter{JobID: &job.ID}, models.UndecidedStages)
	if err != nil {
		t.Fatal(err)
	}
	fresh, interview, rejected := columns[0], columns[2], columns[5]
	if fresh.Count != 28 || fresh.Late != 28 || len(fresh.Cards) != models.ColumnPage || fresh.Cards[0].ID != apps[29].ID || !fresh.Cards[0].Late || fresh.Next == "" {
		t.Errorf("new: got %d, %d of them late, %d cards, next %q", fresh.Count, fresh.Late, len(fresh.Cards), fresh.Next)
	}
	if card := interview.Cards[0]; interview.Count != 1 || card.Seen != 1 || card.Required != 2 || card.Notes != 2 || card.Candidate == nil {
		t.Errorf("interview: got %+v", card)
	}
	if rejected.Count != 1 || len(rejected.Cards) != 0 {
		t.Errorf("rejected is closed: got %d with %d cards", rejected.Count, len(rejected.Cards))
	}
	rest, err := db.Column(ctx, hr, models.ApplicationFilter{JobID: &job.ID, Stage: models.StageNew, Cursor: fresh.Next})
	if err != nil || len(rest.Cards) != 3 || rest.Count != 28 || rest.Next != "" || rest.Cards[2].ID != apps[2].ID {
		t.Errorf("the rest: got %d of %d, next %q, %v", len(rest.Cards), rest.Count, rest.Next, err)
	}
}

func TestQualifiedFollowsTheSkillsSeen(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	ctx := t.Context()
	hr, job := add(t, db, "hr@example.org", models.RoleHR), skilled(t, db, "Fagbrev", "Norsk")
	open, ended := apply(ctx, t, db, job, nil, "a@example.org"), apply(ctx, t, db, job, nil, "b@example.org")
	fagbrev, norsk := job.Skills[0].SkillID, job.Skills[1].SkillID
	mark := func(a models.Application, skill uuid.UUID, as string) {
		t.Helper()
		if _, err := db.MarkSkills(ctx, hr, a.ID, map[uuid.UUID]string{skill: as}); err != nil {
			t.Fatal(err)
		}
		c.Add(time.Minute)
	}
	want := func(when string, a models.Application, qualified bool) {
		t.Helper()
		got, err := db.Application(ctx, hr, a.ID)
		if err != nil || got.Qualified() != qualified {
			t.Errorf("%s: qualified is %v, %v, want %v", when, got.Qualified(), err, qualified)
		}
	}
	require := func(names ...string) {
		t.Helper()
		_, err := db.ChangeJob(ctx, job.ID, func(in *models.JobInput) {
			in.Skills = nil
			for _, n := range names {
				in.Skills = append(in.Skills, models.SkillInput{Name: n, Need: models.NeedRequired})
			}
		}, "")
		if err != nil {
			t.Fatal(err)
		}
	}
	mark(open, fagbrev, models.SkillSeen)
	want("one of two", open, false)
	mark(open, norsk, models.SkillSeen)
	want("both", open, true)
	mark(open, norsk, models.SkillNotSeen)
	want("one was not there after all", open, false)
	mark(open, norsk, models.SkillSeen)
	mark(ended, fagbrev, models.SkillSeen)
	mark(ended, norsk, models.SkillSeen)
	if _, err := db.MoveStage(ctx, hr, ended.ID, models.StageRejected, ""); err != nil {
		t.Fatal(err)
	}
	c.Add(time.Minute)
	require("Fagbrev", "Norsk", "Førerkort")
	want("the job requires more", open, false)
	want("what has ended stays as it was judged", ended, true)
	if _, err := db.MoveStage(ctx, hr, ended.ID, models.StageScreening, ""); err != nil {
		t.Fatal(err)
	}
	want("and is judged anew when it is taken up again", ended, false)
	require("Fagbrev")
	want("the job requires less", open, true)
	require()
	want("the job requires nothing", open, false)
	app, err := db.Application(ctx, hr, open.ID)
	if err != nil {
		t.Fatal(err)
	}
	history, err := db.History(ctx, app, nil, nil)
	if err != nil || len(history) != 5 || history[0].Mark == nil || history[0].Mark.Mark != models.SkillSeen || history[0].User.ID != hr.ID || history[4].Kind != models.HistoryArrived {
		t.Errorf("the history has %d entries, %v: %+v", len(history), err, history)
	}
	if n := rowsOf(t, db, `select count(*) from skill_marks`); n != 6 {
		t.Errorf("%d marks, want each that was made", n)
	}
}
