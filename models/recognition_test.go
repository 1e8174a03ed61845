package models_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

func TestThanksAreShownByConsentAlone(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	ola, liv, per := staff(t, db, "Ola Nord", models.RoleEmployee), staff(t, db, "Liv Sør", models.RoleEmployee), staff(t, db, "Per Øst", models.RoleEmployee)
	hr := staff(t, db, "Hanne HR", models.RoleHR)
	wall := func() int {
		t.Helper()
		shown, _, err := db.ThanksWall(ctx, "", 0)
		if err != nil {
			t.Fatal(err)
		}
		return len(shown)
	}
	word, err := db.Thank(ctx, ola, liv.ID, "Takk for at du ble igjen i går")
	if err != nil {
		t.Fatal(err)
	}
	if wall() != 0 {
		t.Error("shown before she has said so")
	}
	for who, by := range map[string]models.User{"the writer": ola, "a stranger": per, "HR": hr} {
		if err := db.DecideThanks(ctx, by, word.ID, true); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%s puts it on the wall: got %v", who, err)
		}
	}
	if err := db.RemoveThanks(ctx, hr, word.ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("HR removes what is not on the wall: got %v, want not to learn of it", err)
	}
	for _, step := range []struct {
		show bool
		want int
	}{{false, 0}, {true, 1}, {false, 0}, {true, 1}} {
		if err := db.DecideThanks(ctx, liv, word.ID, step.show); err != nil || wall() != step.want {
			t.Errorf("show %v: %d on the wall, %v", step.show, wall(), err)
		}
	}
	if got, err := db.ThanksTo(ctx, per.ID); err != nil || len(got) != 0 {
		t.Errorf("a stranger's: got %d %v", len(got), err)
	}
	exec(t, db, `update users set deactivated_at = now() where id = $1`, ola.ID)
	shown, _, err := db.ThanksWall(ctx, "", 0)
	if err != nil || len(shown) != 1 || shown[0].By() != "" {
		t.Errorf("from somebody who has left: got %+v %v, want it without the name", shown, err)
	}
	if err := db.RemoveThanks(ctx, hr, word.ID); err != nil || wall() != 0 {
		t.Errorf("HR removes it: %d left, %v", wall(), err)
	}
	if err := db.DecideThanks(ctx, liv, word.ID, true); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("what HR removed is put back: got %v", err)
	}
	second, err := db.Thank(ctx, per, liv.ID, "Takk for kaffen")
	if err != nil {
		t.Fatal(err)
	}
	if err := db.DecideThanks(ctx, liv, second.ID, true); err != nil || wall() != 1 {
		t.Fatalf("%d on the wall, %v", wall(), err)
	}
	if err := db.TakeBackThanks(ctx, liv, second.ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("somebody else takes it back: got %v", err)
	}
	if err := db.TakeBackThanks(ctx, per, second.ID); err != nil || wall() != 0 {
		t.Errorf("taken back: %d on the wall, %v", wall(), err)
	}
	exec(t, db, `update users set deactivated_at = now() where id = $1`, liv.ID)
	for name, to := range map[string]uuid.UUID{"oneself": per.ID, "nobody": models.NewID(), "somebody who has left": liv.ID} {
		var bad models.ValidationErrors
		if _, err := db.Thank(ctx, per, to, "Takk"); !errors.As(err, &bad) || bad[0].Field != "to" {
			t.Errorf("thanks to %s: got %v", name, err)
		}
	}
}

// interviewed has somebody's share lead to an application that reached an interview.
func interviewed(t *testing.T, db *models.DB, u models.User, job models.Job, n int, learns string) {
	t.Helper()
	link := share(t, db, u, job, "x")
	for i := range n {
		a := apply(t.Context(), t, db, job, &link, fmt.Sprintf("%s-%s-%d@example.com", u.ID, learns, i))
		if _, err := db.MoveStage(t.Context(), models.System(), a.ID, models.StageInterview, ""); err != nil {
			t.Fatal(err)
		}
		exec(t, db, `update applications set colleague_learns = $2 where id = $1`, a.ID, learns)
	}
}

func TestRankingIsOfThoseWhoJoinedIt(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	ctx := t.Context()
	if err := db.SaveOrganisation(ctx, models.Organisation{Name: "Fjordheim", Language: "nb"}); err != nil {
		t.Fatal(err)
	}
	hr, job := staff(t, db, "Hanne HR", models.RoleHR), publish(t, db, "Kokk")
	var people []models.User
	for _, name := range []string{"Anne", "Bjørn", "Cato", "Dina", "Else", "Frode"} {
		people = append(people, staff(t, db, name, models.RoleEmployee))
	}
	interviewed(t, db, people[0], job, 1, models.LearnsProgress)
	interviewed(t, db, people[1], job, 2, models.LearnsProgress)
	interviewed(t, db, people[2], job, 1, models.LearnsName)
	interviewed(t, db, people[3], job, 3, models.LearnsReceived) // whose candidates do not let her know
	interviewed(t, db, people[5], job, 9, models.LearnsName)     // who never joins
	links := share(t, db, people[4], job, "x")
	exec(t, db, `insert into counts (day, link_id, job_id, class, clicks, visitors) values ($1, $2, $3, 'human', 999, 999)`, c.Now(), links.ID, job.ID)
	read := func() models.Ranking {
		t.Helper()
		me, err := db.User(ctx, people[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		r, err := db.Ranking(ctx, me)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := read(); r.On || len(r.Rows) != 0 {
		t.Errorf("at first: got %+v, want none in the house", r)
	}
	if err := db.JoinRanking(ctx, people[0].ID, true); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("joined where there is none: got %v", err)
	}
	if err := db.SwitchRanking(ctx, hr, true); err != nil {
		t.Fatal(err)
	}
	for i, u := range people[:5] {
		if r := read(); len(r.Rows) != 0 || !r.Few() {
			t.Errorf("with %d in it: got %+v, want too few", i, r.Rows)
		}
		if err := db.JoinRanking(ctx, u.ID, true); err != nil {
			t.Fatal(err)
		}
	}
	want := []struct {
		name      string
		place     int
		qualified int64
	}{{"Bjørn", 1, 2}, {"Anne", 2, 1}, {"Cato", 2, 1}, {"Dina", 4, 0}, {"Else", 4, 0}}
	r := read()
	if len(r.Rows) != len(want) || !r.Joined {
		t.Fatalf("got %+v, want the five who joined", r)
	}
	for i, w := range want {
		if got := r.Rows[i]; got.Name != w.name || got.Place != w.place || got.Qualified != w.qualified {
			t.Errorf("row %d: got %+v, want %+v", i, got, w)
		}
	}
	if err := db.JoinRanking(ctx, people[5].ID, true); err != nil {
		t.Fatal(err)
	}
	if r := read(); r.Rows[0].Name != "Frode" || r.Rows[0].Place != 1 || r.Rows[1].Place != 2 {
		t.Errorf("got %+v", r.Rows)
	}
	if err := db.JoinRanking(ctx, people[5].ID, false); err != nil {
		t.Fatal(err)
	}
	if r := read(); len(r.Rows) != 5 || r.Rows[0].Name != "Bjørn" {
		t.Errorf("after he left: got %+v, want him gone at once", r.Rows)
	}
	exec(t, db, `update users set deactivated_at = now() where id = $1`, people[4].ID)
	if r := read(); !r.Few() || len(r.Rows) != 0 {
		t.Errorf("four are left in the house: got %+v", r.Rows)
	}
	exec(t, db, `update users set deactivated_at = null where id = $1`, people[4].ID)
	c.Add(366 * 24 * time.Hour)
	if r := read(); len(r.Rows) != 5 || r.Rows[0].Qualified != 0 || r.Rows[4].Place != 1 {
		t.Errorf("a year later: got %+v, want nobody ahead", r.Rows)
	}
	if err := db.SwitchRanking(ctx, hr, false); err != nil {
		t.Fatal(err)
	}
	if err := db.SwitchRanking(ctx, hr, true); err != nil {
		t.Fatal(err)
	}
	if r := read(); r.People != 0 || r.Joined {
		t.Errorf("switched off and on: got %+v, want nobody in it", r)
	}
}

// TestTeamTotalsAreNobodysOwn tries teams of every size, read from within and from outside.
func TestTeamTotalsAreNobodysOwn(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	ctx, from := t.Context(), c.Now().AddDate(0, 0, -89)
	job, outside := publish(t, db, "Kokk"), staff(t, db, "Utenfor", models.RoleEmployee)
	in := map[int]models.User{}
	for _, size := range []int{4, 5, 6} {
		team, err := db.AddTeam(ctx, fmt.Sprintf("Team på %d", size), nil)
		if err != nil {
			t.Fatal(err)
		}
		for range size {
			u := staff(t, db, "Kollega", models.RoleEmployee)
			l := share(t, db, u, job, "x")
			exec(t, db, `insert into counts (day, link_id, job_id, class, clicks, visitors) values ($1, $2, $3, 'human', 3, 2)`, c.Now(), l.ID, job.ID)
			exec(t, db, `update users set team_id = $1 where id = $2`, team.ID, u.ID)
			in[size] = u
		}
	}
	read := func(by models.User) (sizes []int) {
		t.Helper()
		exec(t, db, `update teams set moved_at = null`)
		teams, err := db.TeamTotals(ctx, by, from)
		if err != nil {
			t.Fatal(err)
		}
		for _, team := range teams {
			if team.Total.Visitors != int64(2*team.Members) || team.Total.Shares != int64(team.Members) || team.Told() {
				t.Errorf("%s: got %+v", team.Name, team.Total)
			}
			sizes = append(sizes, team.Members)
		}
		return sizes
	}
	for _, tt := range []struct {
		name string
		by   models.User
		want string
	}{
		{"from outside", outside, "[5 6]"},
		{"in the team of four", in[4], "[5 6]"},
		{"in the team of five, whose other four would be left", in[5], "[6]"},
		{"in the team of six", in[6], "[5 6]"},
	} {
		if got := fmt.Sprint(read(tt.by)); got != tt.want {
			t.Errorf("%s: got teams of %s, want %s", tt.name, got, tt.want)
		}
	}
	exec(t, db, `update teams set moved_at = $1 where name = 'Team på 6'`, c.Now())
	if teams, err := db.TeamTotals(ctx, outside, from); err != nil || len(teams) != 1 {
		t.Errorf("somebody came: got %d teams %v, want that one left out", len(teams), err)
	}
	c.Add(91 * 24 * time.Hour)
	if teams, err := db.TeamTotals(ctx, outside, c.Now().AddDate(0, 0, -89)); err != nil || len(teams) != 2 {
		t.Errorf("three months later: got %d teams %v", len(teams), err)
	}
}

func TestOwnDeedsAreOnesOwn(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	ctx := t.Context()
	ola, liv, job := staff(t, db, "Ola", models.RoleEmployee), staff(t, db, "Liv", models.RoleEmployee), publish(t, db, "Kokk")
	mine := share(t, db, ola, job, "x")
	share(t, db, ola, job, "qr")
	livs := share(t, db, liv, job, "x")
	exec(t, db, `insert into counts (day, link_id, job_id, class, clicks, visitors) values ($1, $2, $3, 'human', 9, 7), ($1, $4, $3, 'human', 99, 99)`, c.Now(), mine.ID, job.ID, livs.ID)
	apply(ctx, t, db, job, &mine, "a@example.com")
	apply(ctx, t, db, job, &livs, "b@example.com")
	if _, err := db.Thank(ctx, liv, ola.ID, "Takk"); err != nil {
		t.Fatal(err)
	}
	d, err := db.OwnDeeds(ctx, ola.ID)
	if want := (models.OwnDeeds{OwnTotals: models.OwnTotals{Visitors: 7, Applications: 1}, Shares: 1, Thanked: 1}); err != nil || d != want {
		t.Errorf("got %+v %v, want %+v", d, err, want)
	}
}

// Whoever is thanked is told, once, and the channels of the house when it may stand on the wall; neither is told the words.
func TestThanksAreTold(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	ola, per := staff(t, db, "Ola Nord", models.RoleEmployee), staff(t, db, "Per Øst", models.RoleEmployee)
	liv, _ := carded(t, db, "Liv Skift")
	word, err := db.Thank(ctx, ola, liv.ID, "Takk for at du ble igjen i går")
	if err != nil {
		t.Fatal(err)
	}
	hers, _, err := db.Notices(ctx, liv, "")
	if err != nil || len(hers) != 1 || hers[0].About != word.ID || hers[0].Told.Path != "/thanks" {
		t.Fatalf("got %+v %v, want to be told", hers, err)
	}
	if hers[0].Way != models.WayHouse || hers[0].DueAt != nil {
		t.Errorf("somebody without e-mail is reached by %q, mailed %v", hers[0].Way, hers[0].DueAt)
	}
	for _, u := range []models.User{ola, per} {
		if got, _, err := db.Notices(ctx, u, ""); err != nil || len(got) != 0 {
			t.Errorf("%s: got %+v %v", u.Name, got, err)
		}
	}
	if err := db.TakeBackThanks(ctx, ola, word.ID); err != nil {
		t.Fatal(err)
	}
	if got, _, err := db.Notices(ctx, liv, ""); err != nil || len(got) != 0 {
		t.Errorf("taken back: got %+v %v", got, err)
	}
}
