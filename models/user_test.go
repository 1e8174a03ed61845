package models_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"kollega/models"
)

const password = "fire ord om havet"

// add makes a person who has joined.
func add(t *testing.T, db *models.DB, email, role string) models.User {
	t.Helper()
	u, err := db.AddUser(t.Context(), models.System(), models.NewUser{Email: email, Name: "Kari " + role, Role: role, Password: password})
	if err != nil {
		t.Fatalf("add %s: %v", email, err)
	}
	return u
}

func TestWhoMayAddWhom(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	for _, tt := range []struct {
		by, role string
		want     error
	}{
		{models.RoleAdmin, models.RoleAdmin, nil},
		{models.RoleAdmin, models.RoleEmployee, nil},
		{models.RoleHR, models.RoleHR, nil},
		{models.RoleHR, models.RoleEmployee, nil},
		{models.RoleHR, models.RoleAdmin, models.ErrForbidden},
		{models.RoleLeader, models.RoleEmployee, models.ErrForbidden},
		{models.RoleEmployee, models.RoleEmployee, models.ErrForbidden},
		{"", models.RoleEmployee, models.ErrForbidden},
	} {
		_, err := db.AddUser(t.Context(), models.User{Role: tt.by}, models.NewUser{Email: "new" + tt.by + "-" + tt.role + "@example.org", Name: "Ola", Role: tt.role})
		if !errors.Is(err, tt.want) {
			t.Errorf("%q adds %q: got %v, want %v", tt.by, tt.role, err, tt.want)
		}
	}
}

func TestAddUserRefusesWhatIsWrong(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	add(t, db, "Kari@Example.org", models.RoleEmployee)
	for _, tt := range []struct {
		name, field, key string
		in               models.NewUser
	}{
		{"no address", "email", "error.email", models.NewUser{Email: "kari", Name: "K", Role: "hr"}},
		{"the same address in capitals", "email", "people.email_taken", models.NewUser{Email: " KARI@example.ORG ", Name: "K", Role: "hr"}},
		{"no name", "name", "error.required", models.NewUser{Email: "a@example.org", Name: " \t ", Role: "hr"}},
		{"unknown role", "role", "error.choose", models.NewUser{Email: "a@example.org", Name: "K", Role: "root"}},
		{"weak password", "password", "error.password.short", models.NewUser{Email: "a@example.org", Name: "K", Role: "hr", Password: "kort"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := db.AddUser(t.Context(), models.System(), tt.in)
			var bad models.ValidationErrors
			if !errors.As(err, &bad) || bad[0].Field != tt.field || bad[0].Key != tt.key {
				t.Errorf("got %v, want %s: %s", err, tt.field, tt.key)
			}
		})
	}
}

func TestAddUserMakesTheTeamOnce(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	for i, team := range []string{"Drift", " drift ", "DRIFT"} {
		in := models.NewUser{Email: string(rune('a'+i)) + "@example.org", Name: "K", Role: "employee", Team: team}
		if _, err := db.AddUser(t.Context(), models.System(), in); err != nil {
			t.Fatal(err)
		}
	}
	teams, err := db.Teams(t.Context())
	if err != nil || len(teams) != 1 || teams[0].Name != "Drift" || teams[0].Members != 3 {
		t.Errorf("got %+v %v, want one team Drift of three", teams, err)
	}
}

func TestSetUpHappensOnce(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	var wg sync.WaitGroup
	results := make(chan error, 8)
	for i := range 8 {
		wg.Go(func() {
			_, err := db.SetUp(t.Context(), models.FirstRun{
				Organisation: "Fjordheim", Language: "nb", Email: string(rune('a'+i)) + "@example.org", Name: "Ada", Password: password,
			})
			results <- err
		})
	}
	wg.Wait()
	close(results)
	made := 0
	for err := range results {
		if err == nil {
			made++
		} else if !errors.Is(err, models.ErrConflict) {
			t.Errorf("got %v, want a conflict", err)
		}
	}
	n, err := db.CountPeople(t.Context(), models.PeopleFilter{})
	if made != 1 || n != 1 || err != nil {
		t.Errorf("set-ups that succeeded: %d, people: %d %v; want one each", made, n, err)
	}
	if needs, err := db.NeedsSetUp(t.Context()); needs || err != nil {
		t.Errorf("needs set-up afterwards: %v %v", needs, err)
	}
}

func TestSetUpNamesEveryRefusedField(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	_, err := db.SetUp(t.Context(), models.FirstRun{Password: "kort"})
	var bad models.ValidationErrors
	if !errors.As(err, &bad) || len(bad) != 5 {
		t.Fatalf("got %v, want organisation, language, email, name and password", err)
	}
}

func TestLastAdministratorStays(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ada, bo := add(t, db, "ada@example.org", models.RoleAdmin), add(t, db, "bo@example.org", models.RoleAdmin)
	demote := func(by, whom models.User) error {
		_, err := db.ChangeUser(t.Context(), by, whom.ID, models.UserChange{Name: whom.Name, Role: models.RoleHR})
		return err
	}
	var wg sync.WaitGroup
	var first, second error
	wg.Go(func() { first = demote(ada, bo) })
	wg.Go(func() { second = demote(bo, ada) })
	wg.Wait()
	if (first == nil) == (second == nil) {
		t.Fatalf("both demote each other: got %v and %v, want one to fail", first, second)
	}
	left := ada
	if second == nil {
		left = bo
	}
	if err := db.Deactivate(t.Context(), models.System(), left.ID); !errors.Is(err, models.ErrConflict) {
		t.Errorf("deactivate the last administrator: got %v, want a conflict", err)
	}
	if err := demote(left, left); !errors.Is(err, models.ErrConflict) {
		t.Errorf("the last administrator steps down: got %v, want a conflict", err)
	}
}

func TestDeactivateEndsWhatLetsIn(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	hr, kari := add(t, db, "hr@example.org", models.RoleHR), add(t, db, "kari@example.org", models.RoleLeader)
	team, err := db.AddTeam(t.Context(), "Drift", &kari.ID)
	if err != nil {
		t.Fatal(err)
	}
	_, secret, err := db.CreateAPIToken(t.Context(), kari.ID, "skript")
	if err != nil {
		t.Fatal(err)
	}
	reset, _, err := db.NewUserToken(t.Context(), kari.ID, models.PurposeReset)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Deactivate(t.Context(), hr, kari.ID); err != nil {
		t.Fatal(err)
	}
	after, err := db.User(t.Context(), kari.ID)
	if err != nil || after.Active() || after.SessionEpoch == kari.SessionEpoch || after.PublicName() != "" {
		t.Errorf("got %+v %v, want deactivated with a new epoch and no public name", after, err)
	}
	if _, err := db.UserByAPIToken(t.Context(), secret); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("API token afterwards: got %v, want not found", err)
	}
	if _, err := db.ResetPassword(t.Context(), reset, "noe helt annet nå"); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("reset link afterwards: got %v, want not found", err)
	}
	if _, err := db.LogIn(t.Context(), kari.Email, password, "192.0.2.1"); err == nil {
		t.Error("a deactivated person signed in")
	}
	if got, _ := db.Team(t.Context(), team.ID); got.LeaderID != nil {
		t.Error("the team is still led by a deactivated person")
	}
	if err := db.Reactivate(t.Context(), hr, kari.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := db.LogIn(t.Context(), kari.Email, password, "192.0.2.1"); err != nil {
		t.Errorf("log-in after reactivation: %v", err)
	}
	if _, err := db.UserByAPIToken(t.Context(), secret); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("API token after reactivation: got %v, want it to stay revoked", err)
	}
}

func TestHRLeavesAdministratorsAlone(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	hr, ada, bo := add(t, db, "hr@example.org", models.RoleHR), add(t, db, "ada@example.org", models.RoleAdmin), add(t, db, "bo@example.org", models.RoleEmployee)
	_, promote := db.ChangeUser(t.Context(), hr, bo.ID, models.UserChange{Name: "Bo", Role: models.RoleAdmin})
	_, rename := db.ChangeUser(t.Context(), hr, ada.ID, models.UserChange{Name: "Eva", Role: models.RoleAdmin})
	for what, err := range map[string]error{
		"promotes": promote, "renames": rename,
		"deactivates": db.Deactivate(t.Context(), hr, ada.ID), "invites": db.Invite(t.Context(), hr, ada.ID),
		"an employee deactivates": db.Deactivate(t.Context(), bo, hr.ID),
	} {
		if !errors.Is(err, models.ErrForbidden) {
			t.Errorf("%s: got %v, want forbidden", what, err)
		}
	}
	if err := db.Deactivate(t.Context(), hr, hr.ID); !errors.Is(err, models.ErrConflict) {
		t.Errorf("deactivates oneself: got %v, want a conflict", err)
	}
}

func TestPeopleList(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	for _, name := range []string{"Åse Berg", "Øyvind Li", "Ærlig Dahl", "anne Moe", "Zara 100%"} {
		in := models.NewUser{Email: string(rune('a'+len(name))) + name[len(name)-1:] + "@example.org", Name: name, Role: "employee", Team: "Drift"}
		if _, err := db.AddUser(t.Context(), models.System(), in); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	f := models.PeopleFilter{Limit: 2}
	for {
		people, next, err := db.People(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range people {
			got = append(got, u.Name)
			if u.Team == nil || u.Team.Name != "Drift" {
				t.Errorf("%s: team %v, want Drift", u.Name, u.Team)
			}
		}
		if f.Cursor = next; next == "" {
			break
		}
	}
	want := []string{"anne Moe", "Zara 100%", "Ærlig Dahl", "Øyvind Li", "Åse Berg"}
	if len(got) != len(want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("got %v, want the Norwegian order %v", got, want)
		}
	}
	for search, n := range map[string]int{"åse": 1, "0%": 1, "%": 1, "_": 0, "example.org": 5, "": 5} {
		if c, err := db.CountPeople(t.Context(), models.PeopleFilter{Search: search}); c != n || err != nil {
			t.Errorf("search %q: got %d %v, want %d", search, c, err, n)
		}
	}
	if _, _, err := db.People(t.Context(), models.PeopleFilter{Cursor: "tull"}); err == nil {
		t.Error("a made-up cursor was taken")
	}
}

func TestTeams(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	lead, emp := add(t, db, "l@example.org", models.RoleLeader), add(t, db, "e@example.org", models.RoleEmployee)
	team, err := db.AddTeam(t.Context(), "Drift", &lead.ID)
	if err != nil {
		t.Fatal(err)
	}
	var bad models.ValidationErrors
	if _, err := db.AddTeam(t.Context(), " DRIFT", nil); !errors.As(err, &bad) || bad[0].Key != "teams.name_taken" {
		t.Errorf("the same name: got %v, want it refused", err)
	}
	if err := db.ChangeTeam(t.Context(), team.ID, "Drift", &emp.ID); !errors.As(err, &bad) || bad[0].Field != "leader" {
		t.Errorf("an employee as leader: got %v, want it refused", err)
	}
	if _, err := db.ChangeUser(t.Context(), models.System(), emp.ID, models.UserChange{Name: "E", Role: "employee", TeamID: &team.ID}); err != nil {
		t.Fatal(err)
	}
	if err := db.DeleteTeam(t.Context(), team.ID); !errors.Is(err, models.ErrConflict) {
		t.Errorf("delete a team with people: got %v, want a conflict", err)
	}
	if _, err := db.ChangeUser(t.Context(), models.System(), emp.ID, models.UserChange{Name: "E", Role: "employee"}); err != nil {
		t.Fatal(err)
	}
	if err := db.DeleteTeam(t.Context(), team.ID); err != nil {
		t.Errorf("delete an empty team: %v", err)
	}
	if err := db.DeleteTeam(t.Context(), team.ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("delete it again: got %v, want not found", err)
	}
}

func TestInviteOnlyWhoHasNotJoined(t *testing.T) {
	t.Parallel()
	db, c := open(t)
	u, err := db.AddUser(t.Context(), models.System(), models.NewUser{Email: "n@example.org", Name: "Ny", Role: "employee", Invite: true})
	if err != nil || u.State() != models.PersonInvited {
		t.Fatalf("got %+v %v, want an invited person", u, err)
	}
	c.Add(time.Hour)
	if err := db.Invite(t.Context(), models.System(), u.ID); err != nil {
		t.Errorf("invite again: %v", err)
	}
	joined := add(t, db, "j@example.org", models.RoleEmployee)
	if err := db.Invite(t.Context(), models.System(), joined.ID); !errors.Is(err, models.ErrConflict) {
		t.Errorf("invite who has joined: got %v, want a conflict", err)
	}
}
