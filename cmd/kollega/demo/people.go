package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"kollega/models"
)

// person is somebody of the house.
type person struct {
	id          uuid.UUID
	name, email string
	role        string
	team        int // -1: none
	keen        float64
}

// house is everybody, by what they do.
type house struct {
	admin, hr person
	staff     []person // the leaders of the teams first, one a team
	teams     []team
}

type team struct {
	id   uuid.UUID
	name string
}

var teamNames = []string{"Helse og omsorg", "Digitale tjenester", "Drift og kjøkken"}

var districts = []string{"", " Nord", " Sør", " Øst", " Vest", " Sentrum", " Fjorden", " Åsen", " Marka", " Øyene"}

// settle makes the organisation with its administrator, then everybody else.
func (d *demo) settle(ctx context.Context) error {
	past := *d.db
	past.Now = func() time.Time { return d.start.Add(-10 * 24 * time.Hour) }
	admin, err := past.SetUp(ctx, models.FirstRun{
		Organisation: houseName, Language: "nb", PrivacyContact: "personvern@example.org",
		Email: AdminEmail, Name: "Ingrid Solberg", Password: d.result.Password,
	})
	if err != nil {
		return err
	}
	if err := past.SaveOrganisation(ctx, models.Organisation{
		Name: houseName, Accent: houseAccent, Language: "nb", PrivacyContact: "personvern@example.org",
	}); err != nil {
		return err
	}
	d.house.admin = person{id: admin.ID, name: admin.Name, email: admin.Email, role: models.RoleAdmin, team: -1}
	d.invent()
	return d.moveIn(ctx, admin.PasswordHash, past.Now())
}

// invent thinks up the teams and who is in them.
func (d *demo) invent() {
	teams := min(max(d.Employees/20, len(teamNames)), len(teamNames)*len(districts))
	for i := range teams {
		d.house.teams = append(d.house.teams, team{models.NewID(), teamNames[i%len(teamNames)] + districts[i/len(teamNames)]})
	}
	d.house.hr = person{id: models.NewID(), name: "Amina Rahman", email: "hr@example.org", role: models.RoleHR, team: -1}
	names := newNames(d.rng, "example.org")
	for i := range d.Employees {
		p := person{id: models.NewID(), role: models.RoleEmployee, team: d.teamOf(i, teams), keen: 0.15 + d.rng.ExpFloat64()}
		if i < teams {
			p.role = models.RoleLeader
		}
		p.name, p.email = names.next()
		d.house.staff = append(d.house.staff, p)
	}
}

// teamOf is whose team a person is in. A small house has one team that is large enough to be told of as a whole.
func (d *demo) teamOf(i, teams int) int {
	switch {
	case i < teams || d.Employees > teams*2*models.SmallestGroup:
		return i % teams
	case i%3 == 0:
		return i / 3 % 2
	}
	return teams - 1
}

// moveIn stores teams and people. All have the same password, so it is hashed once.
func (d *demo) moveIn(ctx context.Context, hash string, joined time.Time) error {
	var teams, users [][]any
	for _, t := range d.house.teams {
		teams = append(teams, []any{t.id, t.name, strings.ToLower(t.name), joined})
	}
	for i, p := range append([]person{d.house.hr}, d.house.staff...) {
		var team *uuid.UUID
		if p.team >= 0 {
			team = &d.house.teams[p.team].id
		}
		language := []string{"", "", "en"}[i%3]
		users = append(users, []any{p.id, p.email, models.EmailKey(p.email), p.name, p.role, team, hash, language, d.rng.IntN(10) < 7, i%9 == 5, joined, joined, joined})
	}
	return pgx.BeginFunc(ctx, d.db.Pool(), func(tx pgx.Tx) error {
		if err := fill(ctx, tx, "teams", []string{"id", "name", "name_key", "created_at"}, teams); err != nil {
			return err
		}
		columns := []string{
			"id", "email", "email_key", "name", "role", "team_id", "password_hash", "language", "show_name", "show_results", "joined_at", "created_at", "updated_at",
		}
		if err := fill(ctx, tx, "users", columns, users); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `update teams t set leader_id = u.id from users u where u.team_id = t.id and u.role = 'leader'`)
		return err
	})
}

// fill copies rows into a table.
func fill(ctx context.Context, tx pgx.Tx, table string, columns []string, rows [][]any) error {
	if _, err := tx.CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromRows(rows)); err != nil {
		return fmt.Errorf("%s: %w", table, err)
	}
	return nil
}
