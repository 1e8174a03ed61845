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

// applicants are that many applications for the job, and what chooses them all.
func applicants(t *testing.T, db *models.DB, job models.Job, n int) (apps []models.Application, all []models.Chosen) {
	t.Helper()
	for i := range n {
		a := apply(t.Context(), t, db, job, nil, fmt.Sprintf("c%d@example.org", i))
		apps, all = append(apps, a), append(all, models.Chosen{ID: a.ID, From: a.Stage})
	}
	return apps, all
}

func TestSeveralAreMovedOnceAndTakenBackTogether(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	ctx := t.Context()
	hr, other, job := add(t, db, "hr@example.org", models.RoleHR), add(t, db, "hr2@example.org", models.RoleHR), publish(t, db, "Kokk")
	apps, all := applicants(t, db, job, 5)
	if _, err := db.MoveStage(ctx, other, apps[0].ID, models.StageInterview, ""); err != nil { // after all were chosen
		t.Fatal(err)
	}
	c.Add(time.Minute)
	in := models.BulkInput{ID: models.NewID(), JobID: job.ID, Chosen: all, To: models.StageRejected, Tell: true, Words: "Takk"}
	var both sync.WaitGroup
	for range 2 { // pressed twice
		both.Go(func() {
			if err := db.ChangeSeveral(ctx, hr, in); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	b, err := db.BulkChange(ctx, hr, in.ID)
	if err != nil {
		t.Fatal(err)
	}
	states := map[string]int{}
	for _, i := range b.Items {
		states[i.State]++
		if i.State == models.BulkFirst && (i.ApplicationID != apps[0].ID || i.Change.User.ID != other.ID) {
			t.Errorf("left alone: %+v", i)
		}
	}
	if states[models.BulkDone] != 4 || states[models.BulkFirst] != 1 || len(b.Items) != 5 || b.MailsAt == nil || !b.MailsAt.Equal(c.now.Add(models.BulkMailsAfter)) {
		t.Errorf("got %v, mails at %v", states, b.MailsAt)
	}
	const letters = `select count(*) from letters where kind = 'rejected' and words = 'Takk'`
	if n, steps := rowsOf(t, db, letters), rowsOf(t, db, `select count(*) from stage_changes where to_stage = 'rejected'`); n != 4 || steps != 4 {
		t.Errorf("%d letters and %d steps, want 4 of each", n, steps)
	}
	if n := rowsOf(t, db, `select count(*) from river_job j join letters l on l.id::text = j.args->>'id' where l.kind = 'rejected' and j.scheduled_at = $1`, *b.MailsAt); n != 4 {
		t.Errorf("%d letters wait for their time, want 4", n)
	}
	if _, err := db.MoveStage(ctx, other, apps[1].ID, models.StageScreening, ""); err != nil {
		t.Fatal(err)
	}
	c.Add(time.Minute)
	if err := db.UndoSeveral(ctx, other, in.ID); !errors.Is(err, models.ErrConflict) {
		t.Errorf("somebody else takes it back: got %v", err)
	}
	if err := db.UndoSeveral(ctx, hr, in.ID); err != nil {
		t.Fatal(err)
	}
	if err := db.UndoSeveral(ctx, hr, in.ID); err != nil {
		t.Errorf("twice: got %v", err)
	}
	if steps := rowsOf(t, db, `select count(*) from stage_changes where undone`); steps != 6 {
		t.Errorf("%d steps that were taken back or took back, want 3 of each", steps)
	}
	for i, want := range []string{models.StageInterview, models.StageScreening, models.StageNew, models.StageNew, models.StageNew} {
		if got, err := db.Application(ctx, hr, apps[i].ID); err != nil || got.Stage != want {
			t.Errorf("%d: got %s, %v, want %s", i, got.Stage, err, want)
		}
	}
	if n := rowsOf(t, db, letters); n != 1 {
		t.Errorf("%d letters, want the one that was not taken back", n)
	}
}

func TestSeveralAreMarkedAndTheMarksTakenBack(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	ctx := t.Context()
	hr, job := add(t, db, "hr@example.org", models.RoleHR), skilled(t, db, "Fagbrev")
	apps, all := applicants(t, db, job, 3)
	skill := job.Skills[0].SkillID
	for i, m := range []string{models.SkillSeen, models.SkillNotSeen} {
		if _, err := db.MarkSkills(ctx, hr, apps[i].ID, map[uuid.UUID]string{skill: m}); err != nil {
			t.Fatal(err)
		}
	}
	c.Add(time.Minute)
	in := models.BulkInput{ID: models.NewID(), JobID: job.ID, Chosen: all, SkillID: skill, Mark: models.SkillSeen}
	if err := db.ChangeSeveral(ctx, hr, in); err != nil {
		t.Fatal(err)
	}
	qualified := `select count(*) from applications where skills_seen`
	if n, marks := rowsOf(t, db, qualified), rowsOf(t, db, `select count(*) from skill_marks`); n != 3 || marks != 4 {
		t.Errorf("%d qualified by %d marks, want 3 by 4", n, marks)
	}
	c.Add(time.Minute)
	if err := db.UndoSeveral(ctx, hr, in.ID); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{models.SkillSeen, models.SkillNotSeen, models.SkillOpen} {
		skills, err := db.RequiredSkills(ctx, apps[i])
		if err != nil || len(skills) != 1 || skills[0].Mark != want {
			t.Errorf("%d: got %+v, %v, want %s", i, skills, err, want)
		}
	}
	if n := rowsOf(t, db, qualified); n != 1 {
		t.Errorf("%d qualified, want 1", n)
	}
}

func TestSeveralAreOnlyThoseOneMaySee(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	leader, hr := add(t, db, "leder@example.org", models.RoleLeader), add(t, db, "hr@example.org", models.RoleHR)
	led, other := publish(t, db, "Sykepleier"), skilled(t, db, "Fagbrev")
	exec(t, db, "update jobs set leader_id = $1 where id = $2", leader.ID, led.ID)
	_, mine := applicants(t, db, led, 2)
	_, others := applicants(t, db, other, 1)
	many := make([]models.Chosen, models.MaxBulk+1)
	for _, tt := range []struct {
		name string
		by   models.User
		in   models.BulkInput
		want string
	}{
		{"another's job", leader, models.BulkInput{JobID: other.ID, Chosen: others, To: models.StageScreening}, "not found"},
		{"another job's application", leader, models.BulkInput{JobID: led.ID, Chosen: others, To: models.StageScreening}, "not found"},
		{"nobody", hr, models.BulkInput{JobID: led.ID, To: models.StageScreening}, "application: bulk.error.nobody"},
		{"too many", hr, models.BulkInput{JobID: led.ID, Chosen: many, To: models.StageScreening}, "application: bulk.error.many"},
		{"no stage", hr, models.BulkInput{JobID: led.ID, Chosen: mine, To: "gone"}, "do: error.choose"},
		{"a skill of another job", hr, models.BulkInput{JobID: led.ID, Chosen: mine, SkillID: other.Skills[0].SkillID, Mark: models.SkillSeen}, "do: error.choose"},
	} {
		tt.in.ID = models.NewID()
		if err := db.ChangeSeveral(ctx, tt.by, tt.in); err == nil || err.Error() != tt.want {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
	if n := rowsOf(t, db, `select (select count(*) from stage_changes) + (select count(*) from bulk_changes) + (select count(*) from skill_marks)`); n != 0 {
		t.Errorf("%d rows were written", n)
	}
	in := models.BulkInput{ID: models.NewID(), JobID: led.ID, Chosen: append(mine, others...), To: models.StageScreening}
	if err := db.ChangeSeveral(ctx, leader, in); err != nil {
		t.Fatal(err)
	}
	if b, err := db.BulkChange(ctx, hr, in.ID); err != nil || len(b.Items) != 2 {
		t.Errorf("got %d changed, %v, want the leader's 2", len(b.Items), err)
	}
	for _, by := range []models.User{add(t, db, "l2@example.org", models.RoleLeader), colleague(t, db, "Kari", "k@example.org")} {
		if err := second(db.BulkChange(ctx, by, in.ID)); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%s: got %v, want not found", by.Role, err)
		}
	}
}
