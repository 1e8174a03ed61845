package models_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

// require makes the job ask for a skill.
func require(t *testing.T, db *models.DB, j models.Job, skill, need string) (id uuid.UUID) {
	t.Helper()
	exec(t, db, `insert into skills (id, name, name_key, created_at) values (gen_random_uuid(), $1, lower($1), now()) on conflict do nothing`, skill)
	if err := db.Pool().QueryRow(t.Context(), `select id from skills where name = $1`, skill).Scan(&id); err != nil {
		t.Fatal(err)
	}
	exec(t, db, `insert into job_skills (job_id, skill_id, need, position) values ($1, $2, $3, 0)`, j.ID, id, need)
	return id
}

// qualify moves an application to an interview.
func qualify(t *testing.T, db *models.DB, a models.Application) {
	t.Helper()
	if _, err := db.MoveStage(t.Context(), models.System(), a.ID, models.StageInterview, ""); err != nil {
		t.Fatal(err)
	}
}

func TestWhoFoundPeopleForASkill(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	ctx := t.Context()
	hr := staff(t, db, "Hanne HR", models.RoleHR)
	team, err := db.AddTeam(ctx, "Drift", nil)
	if err != nil {
		t.Fatal(err)
	}
	kari, ola, gone := staff(t, db, "Kari", models.RoleEmployee), staff(t, db, "Ola", models.RoleEmployee), staff(t, db, "Borte", models.RoleEmployee)
	exec(t, db, `update users set team_id = $1 where id = any($2)`, team.ID, []uuid.UUID{kari.ID, ola.ID})
	now, past, nice := publish(t, db, "Elektriker"), publish(t, db, "Elektriker i fjor"), publish(t, db, "Vaktmester")
	skill := require(t, db, now, "Gruppe L", models.NeedRequired)
	require(t, db, past, "Gruppe L", models.NeedRequired)
	require(t, db, nice, "Gruppe L", models.NeedNice)
	require(t, db, now, "KNX", models.NeedNice)
	links := map[string]models.Link{
		"kari": share(t, db, kari, past, "x"), "kari now": share(t, db, kari, now, "x"), "ola": share(t, db, ola, past, "qr"),
		"gone": share(t, db, gone, past, "qr"), "nice": share(t, db, kari, nice, "x"),
	}
	from := func(j models.Job, by, email string) models.Application {
		if by == "" {
			return apply(ctx, t, db, j, nil, email)
		}
		l := links[by]
		return apply(ctx, t, db, j, &l, email)
	}
	qualify(t, db, from(past, "kari", "a@example.com"))
	from(now, "kari now", "b@example.com")
	from(past, "ola", "c@example.com")
	qualify(t, db, from(past, "gone", "d@example.com"))
	from(past, "", "e@example.com")
	from(nice, "nice", "f@example.com") // a job that only likes it says nothing of who has it
	exec(t, db, `update users set deactivated_at = now() where id = $1`, gone.ID)
	exec(t, db, `update jobs set status = 'filled' where id = $1`, past.ID)

	got, err := db.Talent(ctx, hr, false, "source")
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Required) != 1 || got.Required[0].Name != "Gruppe L" || len(got.Required[0].Jobs) != 1 || got.Required[0].Jobs[0].ID != now.ID {
		t.Errorf("required: got %+v", got.Required)
	}
	if len(got.Nice) != 2 || got.Nice[0].Name != "Gruppe L" || got.Nice[1].Name != "KNX" {
		t.Errorf("nice: got %+v", got.Nice)
	}
	want := []models.Found{
		{SkillID: skill, Key: "referred", Label: "referred", Applications: 4, Qualified: 2},
		{SkillID: skill, Key: "open", Label: "open", Applications: 1},
	}
	same(t, "by source", got.Found, want)
	for group, want := range map[string][]models.Found{
		"team": {
			{SkillID: skill, Key: team.ID.String(), Label: "Drift", Applications: 3, Qualified: 1},
			{SkillID: skill, Applications: 1, Qualified: 1},
		},
		"channel": {
			{SkillID: skill, Key: "qr", Label: "qr", Applications: 2, Qualified: 1},
			{SkillID: skill, Key: "x", Label: "x", Applications: 2, Qualified: 1},
		},
	} {
		got, err := db.Talent(ctx, hr, false, group)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "by "+group, got.Found, want)
	}
	same(t, "colleagues", got.People, []models.Evidence{
		{SkillID: skill, ID: kari.ID, Name: "Kari", Team: "Drift", People: 1, Jobs: 2, Title: "Elektriker i fjor", Applications: 2, Qualified: 1, Last: c.Now()},
		{SkillID: skill, ID: ola.ID, Name: "Ola", Team: "Drift", People: 1, Jobs: 1, Title: "Elektriker i fjor", Applications: 1, Last: c.Now()},
	})
	same(t, "teams", got.Teams, []models.Evidence{
		{SkillID: skill, ID: team.ID, Name: "Drift", People: 2, Jobs: 2, Title: "Elektriker i fjor", Applications: 3, Qualified: 1, Last: c.Now()},
	})
	for _, tt := range []struct {
		by   models.User
		led  bool
		as   string
		want error
	}{{kari, false, "source", models.ErrNotFound}, {kari, true, "source", models.ErrNotFound}} {
		if _, err := db.Talent(ctx, tt.by, tt.led, tt.as); !errors.Is(err, tt.want) {
			t.Errorf("an employee: got %v, want %v", err, tt.want)
		}
	}
	if _, err := db.Talent(ctx, hr, false, "weather"); err == nil {
		t.Error("an unknown group is taken")
	}
}

func same[T comparable](t *testing.T, what string, got, want []T) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: got %+v, want %+v", what, got, want)
		return
	}
	for i := range want {
		g, w := any(got[i]), any(want[i])
		if e, ok := g.(models.Evidence); ok { // the same moment, whatever its zone
			we := w.(models.Evidence)
			if !e.Last.Equal(we.Last) {
				t.Errorf("%s: last at %v, want %v", what, e.Last, we.Last)
			}
			e.Last, we.Last = time.Time{}, time.Time{}
			g, w = e, we
		}
		if g != w {
			t.Errorf("%s: got %+v, want %+v", what, g, w)
		}
	}
}

// TestLeaderReadsOnlyWhatLedJobsFound also holds who is named: those who have agreed, and none where fewer than five have not.
func TestLeaderReadsOnlyWhatLedJobsFound(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	leader, other := staff(t, db, "Lise Leder", models.RoleLeader), staff(t, db, "Liv Leder", models.RoleLeader)
	team, err := db.AddTeam(ctx, "Drift", &leader.ID)
	if err != nil {
		t.Fatal(err)
	}
	var members []models.User
	for _, name := range []string{"Ada", "Bo", "Eli", "Finn", "Gro", "Hans"} {
		members = append(members, staff(t, db, name, models.RoleEmployee))
		exec(t, db, `update users set team_id = $1 where id = $2`, team.ID, members[len(members)-1].ID)
	}
	exec(t, db, `update users set team_id = $1 where id = $2`, team.ID, leader.ID)
	mine, theirs := publish(t, db, "Kokk"), publish(t, db, "Kokk hos andre")
	exec(t, db, `update jobs set leader_id = $2 where id = $1`, mine.ID, leader.ID)
	exec(t, db, `update jobs set leader_id = $2 where id = $1`, theirs.ID, other.ID)
	require(t, db, mine, "Fagbrev", models.NeedRequired)
	require(t, db, theirs, "Fagbrev", models.NeedRequired)
	require(t, db, theirs, "Baking", models.NeedRequired)
	for i, j := range []models.Job{mine, theirs} {
		l := share(t, db, members[0], j, "x")
		qualify(t, db, apply(ctx, t, db, j, &l, string(rune('a'+i))+"@example.com"))
	}
	agree := func(n int) {
		exec(t, db, `update users set show_results = false`)
		for _, u := range members[:n] {
			exec(t, db, `update users set show_results = true where id = $1`, u.ID)
		}
	}
	read := func() models.Talent {
		t.Helper()
		got, err := db.Talent(ctx, leader, true, "source")
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	got := read()
	if len(got.Required) != 1 || got.Required[0].Name != "Fagbrev" || len(got.Required[0].Jobs) != 1 || got.Required[0].Jobs[0].ID != mine.ID {
		t.Errorf("skills of others' jobs: %+v", got.Required)
	}
	if len(got.Found) != 1 || got.Found[0].Applications != 1 || got.Found[0].Waiting != 1 {
		t.Errorf("what others' jobs found: %+v", got.Found)
	}
	if len(got.People) != 0 || len(got.Teams) != 1 || got.Teams[0].Applications != 1 {
		t.Errorf("nobody has agreed: people %+v, teams %+v", got.People, got.Teams)
	}
	for agreed, named := range map[int]int{1: 1, 2: 0, 5: 0, 6: 1} {
		agree(agreed)
		if got := read(); len(got.People) != named {
			t.Errorf("%d of six have agreed: %d named, want %d", agreed, len(got.People), named)
		}
	}
	agree(1)
	exec(t, db, `update users set deactivated_at = now() where id = any($1)`, []uuid.UUID{members[4].ID, members[5].ID})
	if got := read(); len(got.People) != 0 || len(got.Teams) != 0 {
		t.Errorf("a team of four: people %+v, teams %+v", got.People, got.Teams)
	}
	if got, err := db.Talent(ctx, other, true, "source"); err != nil || len(got.Required) != 2 {
		t.Errorf("the other leader: got %+v %v", got.Required, err)
	}
}

// inNorwegian are names as they stand in a Norwegian list, which is not the order of their bytes.
var inNorwegian = []string{"Verft", "Ærlighet", "Økonomi", "Ålefiske"}

func TestTeamsAndSkillsStandInNorwegianOrder(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	hr := staff(t, db, "Hanne HR", models.RoleHR)
	job := publish(t, db, "Kokk")
	for _, name := range []string{"Ålefiske", "Ærlighet", "Økonomi", "Verft"} {
		team, err := db.AddTeam(t.Context(), name, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := range models.SmallestGroup {
			exec(t, db, `update users set team_id = $1 where id = $2`, team.ID, staff(t, db, fmt.Sprint(name, i), models.RoleEmployee).ID)
		}
		require(t, db, job, name, models.NeedRequired)
	}
	names := map[string][]string{}
	teams, _, skills, err := db.ReportChoices(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range teams {
		names["teams of the report"] = append(names["teams of the report"], c.Name)
	}
	for _, c := range skills {
		names["skills of the report"] = append(names["skills of the report"], c.Name)
	}
	cover, err := db.Coverage(t.Context(), hr, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range cover.Rows {
		if r.Team != "" {
			names["coverage"] = append(names["coverage"], r.Team)
		}
	}
	talent, err := db.Talent(t.Context(), hr, false, "source")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range talent.Required {
		names["what jobs need"] = append(names["what jobs need"], s.Name)
	}
	if names["skills in use"], err = db.SkillNames(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	for _, list := range []string{"teams of the report", "skills of the report", "coverage", "what jobs need", "skills in use"} {
		if !slices.Equal(names[list], inNorwegian) {
			t.Errorf("%s: got %q, want %q", list, names[list], inNorwegian)
		}
	}
}
