package models_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"kollega/models"
)

// someone is a person of that name who has joined.
func someone(t *testing.T, db *models.DB, name, role string) models.User {
	t.Helper()
	email := strings.ToLower(strings.ReplaceAll(name, " ", ".")) + "." + role + "@example.org"
	u, err := db.AddUser(t.Context(), models.System(), models.NewUser{Email: email, Name: name, Role: role, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestOnlyThoseWhoSeeAnApplicationAreNamedInItsNotes(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	ctx := t.Context()
	author, kari, karianne := someone(t, db, "Åse Vik", models.RoleHR), someone(t, db, "Kari Dal", models.RoleHR), someone(t, db, "Kari Dalen", models.RoleAdmin)
	leader, other, employee := someone(t, db, "Liv Leder", models.RoleLeader), someone(t, db, "Odd Leder", models.RoleLeader), someone(t, db, "Per Ansatt", models.RoleEmployee)
	gone := someone(t, db, "Gro Borte", models.RoleHR)
	exec(t, db, "update users set deactivated_at = now() where id = $1", gone.ID)
	job := publish(t, db, "Kokk")
	exec(t, db, "update jobs set leader_id = $1 where id = $2", leader.ID, job.ID)
	app := apply(ctx, t, db, job, nil, "c@example.org")
	for _, tt := range []struct {
		text string
		want []models.User
	}{
		{"Ingen her", nil},
		{"@Kari Dal, hva synes du?", []models.User{kari}},
		{"@kari dalen!", []models.User{karianne}},
		{"Spør @Liv Leder og @KARI DAL.", []models.User{kari, leader}},
		{"@Odd Leder @Per Ansatt @Gro Borte @Åse Vik", nil}, // others, those who are gone, and oneself
		{"skriv til post@kari dal", nil},
		{"@kari.dal.hr@example.org", []models.User{kari}},
		{"@Kari", nil},
		{"(@Kari Dal)", []models.User{kari}},
	} {
		note, err := db.AddNote(ctx, author, app.ID, tt.text)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range note.Mentions {
			got = append(got, m.User.Name)
		}
		var want []string
		for _, u := range tt.want {
			want = append(want, u.Name)
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%q: got %v, want %v", tt.text, got, want)
		}
		for _, u := range []models.User{kari, karianne, leader, other, employee, gone, author} {
			n := 0
			for _, w := range tt.want {
				if w.ID == u.ID {
					n = 1
				}
			}
			if told := mails(t, db, models.MailMention, u); told != n {
				t.Errorf("%q: %d mails to %s, want %d", tt.text, told, u.Name, n)
			}
			exec(t, db, "delete from river_job where args->>'to' = $1", u.ID.String())
		}
		c.Add(time.Second)
	}
	unseen := func(u models.User, want int) {
		t.Helper()
		if ms, err := db.MentionsOf(ctx, u); err != nil || len(ms) != want {
			t.Errorf("%s has %d mentions, %v, want %d", u.Name, len(ms), err, want)
		}
	}
	unseen(kari, 4)
	unseen(leader, 1)
	exec(t, db, "update jobs set leader_id = null where id = $1", job.ID) // who may not see it any more is not told of it
	unseen(leader, 0)
	if err := db.SeeMentions(ctx, kari, app.ID); err != nil {
		t.Fatal(err)
	}
	unseen(kari, 0)
	unseen(karianne, 1)
}

func TestNotesAreTheirAuthorsToChange(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	ctx := t.Context()
	author, other := someone(t, db, "Åse Vik", models.RoleHR), someone(t, db, "Kari Dal", models.RoleHR)
	leader := someone(t, db, "Liv Leder", models.RoleLeader)
	app := apply(ctx, t, db, publish(t, db, "Kokk"), nil, "c@example.org")
	note, err := db.AddNote(ctx, author, app.ID, " Ring @Kari Dal \r\n")
	if err != nil {
		t.Fatal(err)
	}
	c.Add(time.Minute)
	for _, tt := range []struct {
		by   models.User
		want error
	}{{other, models.ErrForbidden}, {leader, models.ErrNotFound}} {
		if err := second(db.EditNote(ctx, tt.by, note.ID, "x")); !errors.Is(err, tt.want) {
			t.Errorf("%s changes it: got %v, want %v", tt.by.Name, err, tt.want)
		}
		if err := second(db.DeleteNote(ctx, tt.by, note.ID)); !errors.Is(err, tt.want) {
			t.Errorf("%s deletes it: got %v, want %v", tt.by.Name, err, tt.want)
		}
	}
	var bad models.ValidationErrors
	if err := second(db.EditNote(ctx, author, note.ID, " ")); !errors.As(err, &bad) {
		t.Errorf("an empty note: got %v", err)
	}
	if _, err := db.EditNote(ctx, author, note.ID, "Ring @Kari Dal i dag"); err != nil {
		t.Fatal(err)
	}
	if n := mails(t, db, models.MailMention, other); n != 1 {
		t.Errorf("%d mails, want the one of the first time", n)
	}
	if _, err := db.Move(ctx, author, app.ID, models.StageMove{To: models.StageScreening, Note: "God søknad"}); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Move(ctx, author, app.ID, models.StageMove{To: models.StageScreening, Note: "Bare et notat"}); err != nil {
		t.Fatal(err)
	}
	notes, err := db.Notes(ctx, other, app.ID)
	if err != nil || len(notes) != 3 || notes[2].Text != "Ring @Kari Dal i dag" || notes[2].EditedAt == nil || notes[1].ChangeID == nil || notes[0].ChangeID != nil {
		t.Fatalf("got %+v, %v", notes, err)
	}
	if n := rowsOf(t, db, "select count(*) from stage_changes"); n != 1 {
		t.Errorf("%d steps, want 1: a note alone is none", n)
	}
	if _, err := db.DeleteNote(ctx, author, note.ID); err != nil {
		t.Fatal(err)
	}
	notes, err = db.Notes(ctx, other, app.ID)
	if err != nil || len(notes) != 3 || notes[2].Text != "" || notes[2].DeletedAt == nil || notes[2].User.ID != author.ID {
		t.Errorf("what is left of it: %+v, %v", notes[2], err)
	}
	if ms, err := db.MentionsOf(ctx, other); err != nil || len(ms) != 0 {
		t.Errorf("%d mentions in a note that is gone, %v", len(ms), err)
	}
	if hidden, err := db.Notes(ctx, leader, app.ID); err != nil || len(hidden) != 0 {
		t.Errorf("a leader of another job reads %d notes, %v", len(hidden), err)
	}
}
