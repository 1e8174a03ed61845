package models_test

import (
	"errors"
	"testing"
	"time"

	"kollega/models"
)

func TestUndoingAMoveLeavesNoTraceInTheNumbers(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	ctx := t.Context()
	hr, other := add(t, db, "hr@example.org", models.RoleHR), add(t, db, "hr2@example.org", models.RoleHR)
	app := apply(ctx, t, db, publish(t, db, "Kokk"), nil, "c@example.org")
	move := func(to string) {
		t.Helper()
		if _, err := db.MoveStage(ctx, hr, app.ID, to, ""); err != nil {
			t.Fatal(err)
		}
		c.Add(time.Second)
	}
	undo := func(by models.User, wantStage, wantReached string) {
		t.Helper()
		got, err := db.UndoStage(ctx, by, app.ID)
		if wantStage == "" {
			if !errors.Is(err, models.ErrConflict) {
				t.Errorf("got %v, want a conflict", err)
			}
			return
		}
		if err != nil || got.Stage != wantStage || got.Reached != wantReached {
			t.Errorf("got %s, reached %s, %v; want %s, reached %s", got.Stage, got.Reached, err, wantStage, wantReached)
		}
		c.Add(time.Second)
	}
	undo(hr, "", "") // nothing to take back
	move(models.StageScreening)
	move(models.StageHired)
	undo(other, "", "") // somebody else's
	undo(hr, models.StageScreening, models.StageScreening)
	undo(hr, "", "") // once
	move(models.StageRejected)
	undo(hr, models.StageScreening, models.StageScreening)
	move(models.StageInterview)
	move(models.StageScreening)
	undo(hr, models.StageInterview, models.StageInterview)
	move(models.StageOffer)
	c.Add(11 * time.Minute)
	undo(hr, "", "") // too late
	history, err := db.StageChanges(ctx, app.ID)
	if err != nil {
		t.Fatal(err)
	}
	if len(history) != 9 || history[0].ToStage != models.StageOffer || history[8].FromStage != models.StageNew || history[0].User.ID != hr.ID {
		t.Errorf("got %d steps: %+v", len(history), history)
	}
}

func TestOnlyThoseWhoSeeAnApplicationChangeIt(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	led, other := publish(t, db, "Sykepleier"), publish(t, db, "Tømrer")
	leader, hr, employee := add(t, db, "leder@example.org", models.RoleLeader), add(t, db, "hr@example.org", models.RoleHR), colleague(t, db, "Kari", "k@example.org")
	exec(t, db, "update jobs set leader_id = $1 where id = $2", leader.ID, led.ID)
	mine, others := apply(ctx, t, db, led, nil, "a@example.org"), apply(ctx, t, db, other, nil, "b@example.org")
	for _, tt := range []struct {
		name string
		by   models.User
		app  models.Application
		want error
	}{
		{"HR", hr, others, nil},
		{"the job's leader", leader, mine, nil},
		{"another job's leader", leader, others, models.ErrNotFound},
		{"an employee", employee, mine, models.ErrNotFound},
	} {
		_, moved := db.MoveStage(ctx, tt.by, tt.app.ID, models.StageScreening, "ringt")
		_, marked := db.MarkSkills(ctx, tt.by, tt.app.ID, nil)
		_, noted := db.AddNote(ctx, tt.by, tt.app.ID, "hyggelig")
		told := second(db.TellStage(ctx, tt.by, tt.app.ID, ""))
		if !errors.Is(moved, tt.want) || !errors.Is(marked, tt.want) || !errors.Is(noted, tt.want) || !errors.Is(told, tt.want) {
			t.Errorf("%s: got %v, %v, %v and %v, want %v", tt.name, moved, marked, noted, told, tt.want)
		}
	}
	_, err := db.UndoStage(ctx, leader, others.ID)
	if !errors.Is(err, models.ErrNotFound) {
		t.Errorf("undo: got %v, want not found", err)
	}
}
