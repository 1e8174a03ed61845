package models_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

// TestTeamsTotalIsNobodysOwn tries teams of every make-up: no total, and no difference between a total and what else the leader knows or
// reads, may be the numbers of fewer than five people.
func TestTeamsTotalIsNobodysOwn(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name                 string
		others, agreed, left int // active members beside the leader, of them those who have agreed; and people who have left the house
		total, named         bool
	}{
		{"nobody else", 0, 0, 0, false, false},
		{"four others: the leader knows the fifth's numbers", 4, 0, 0, false, false},
		{"four others who have agreed", 4, 4, 0, false, false},
		{"five others", 5, 0, 0, true, false},
		{"one of five has agreed: the rest are four", 5, 1, 0, true, false},
		{"all have agreed", 5, 5, 0, true, true},
		{"all have agreed, and somebody has left", 5, 5, 1, true, false},
		{"one of six has agreed", 6, 1, 0, true, true},
		{"two of six have agreed", 6, 2, 0, true, false},
		{"those who have left do not hide anybody", 4, 0, 3, false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			db, c := open(t)
			leader := staff(t, db, "Lise Leder", models.RoleLeader)
			team, err := db.AddTeam(t.Context(), "Drift", &leader.ID)
			if err != nil {
				t.Fatal(err)
			}
			job := publish(t, db, "Kokk")
			join := func(u models.User, set string) {
				l := share(t, db, u, job, "x")
				exec(t, db, `insert into counts (day, link_id, job_id, class, clicks, visitors) values ($1, $2, $3, 'human', 3, 2)`, c.Now(), l.ID, job.ID)
				exec(t, db, `update users set team_id = $1`+set+` where id = $2`, team.ID, u.ID)
			}
			join(leader, "")
			for i := range tt.others {
				set := ""
				if i < tt.agreed {
					set = ", show_results = true"
				}
				join(staff(t, db, "Kollega", models.RoleEmployee), set)
			}
			for range tt.left {
				join(staff(t, db, "Borte", models.RoleEmployee), ", deactivated_at = now()")
			}
			exec(t, db, `update teams set moved_at = null`)
			got, err := db.LedTeams(t.Context(), leader.ID, c.Now().AddDate(0, 0, -29))
			if err != nil || len(got) != 1 {
				t.Fatalf("got %d teams %v", len(got), err)
			}
			if (got[0].Total.Visitors > 0) != tt.total {
				t.Errorf("the total is told: %v, want %v", got[0].Total.Visitors > 0, tt.total)
			}
			want := 0
			if tt.named {
				want = tt.agreed
			}
			if len(got[0].People) != want {
				t.Errorf("%d are named, want %d", len(got[0].People), want)
			}
			if all := int64(2 * (1 + tt.others + tt.left)); tt.total && got[0].Total.Visitors != all {
				t.Errorf("the total has %d visitors, want %d", got[0].Total.Visitors, all)
			}
		})
	}
}

// TestTeamsTotalDoesNotTellWhoMoved takes somebody who has shared out of a team: the total of before less that of after would be theirs.
func TestTeamsTotalDoesNotTellWhoMoved(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	ctx := t.Context()
	leader := staff(t, db, "Lise Leder", models.RoleLeader)
	team, err := db.AddTeam(ctx, "Drift", &leader.ID)
	if err != nil {
		t.Fatal(err)
	}
	job := publish(t, db, "Kokk")
	var members []models.User
	for range 7 {
		u := staff(t, db, "Kollega", models.RoleEmployee)
		exec(t, db, `update users set team_id = $1 where id = $2`, team.ID, u.ID)
		members = append(members, u)
	}
	for _, u := range members[1:] {
		l := share(t, db, u, job, "x")
		exec(t, db, `insert into counts (day, link_id, job_id, class, clicks, visitors) values ($1, $2, $3, 'human', 3, 2)`, c.Now(), l.ID, job.ID)
	}
	told := func() bool {
		t.Helper()
		got, err := db.LedTeams(ctx, leader.ID, c.Now().AddDate(0, 0, -29))
		if err != nil || len(got) != 1 {
			t.Fatalf("got %d teams %v", len(got), err)
		}
		return !got[0].Moved(c.Now().AddDate(0, 0, -29)) && got[0].Total.Key != ""
	}
	move := func(u models.User, to *uuid.UUID) {
		t.Helper()
		if _, err := db.ChangeUser(ctx, models.System(), u.ID, models.UserChange{Name: u.Name, Role: u.Role, TeamID: to}); err != nil {
			t.Fatal(err)
		}
	}
	if !told() {
		t.Error("the total is not told while nobody moves")
	}
	move(members[0], nil) // has never shared: the total stays what it was
	if !told() {
		t.Error("who has not shared hides the total")
	}
	move(members[1], nil)
	if told() {
		t.Error("the total without who left stands beside yesterday's")
	}
	c.Add(30 * 24 * time.Hour)
	if !told() {
		t.Error("the total of a time after the move is not told")
	}
	move(members[1], &team.ID)
	if told() {
		t.Error("the total with who came stands beside yesterday's")
	}
}
