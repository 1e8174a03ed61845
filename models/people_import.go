package models

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
)

// What a line of a list of people will do.
const (
	ImportNew       = "new"
	ImportChanged   = "changed"
	ImportUnchanged = "unchanged"
	ImportError     = "error"
)

// ImportLine is what one line will do, or why it cannot.
type ImportLine struct {
	PersonRow // as it will be written

	Does   string           // new, changed, unchanged, error
	Change []Difference     // of a person who is there already
	Reason *ValidationError // of an error
	UserID uuid.UUID        // of a person who is there already
	teamID *uuid.UUID       // as it stands, where the list says nothing about it
}

// Difference is one field that a line changes: name, role or team.
type Difference struct{ Field, From, To string }

// ImportPlan is what a list of people will do.
type ImportPlan struct {
	Lines                          []ImportLine
	New, Changed, Unchanged, Error int
	NewTeams                       []string // that are made along the way
}

// PlanImport tells what a list of people would do, line by line, and changes nothing.
func (db *DB) PlanImport(ctx context.Context, by User, rows []PersonRow) (ImportPlan, error) {
	known, err := db.importBasis(ctx, rows)
	if err != nil {
		return ImportPlan{}, err
	}
	var plan ImportPlan
	for _, row := range rows {
		line := known.plan(by, row)
		switch line.Does {
		case ImportNew:
			plan.New++
		case ImportChanged:
			plan.Changed++
		case ImportUnchanged:
			plan.Unchanged++
		default:
			plan.Error++
		}
		plan.Lines = append(plan.Lines, line)
	}
	plan.NewTeams = known.newTeams
	return plan, nil
}

// ImportPeople does what PlanImport tells, all or nothing; lines with errors are left out. invite sends the new people their invitation.
func (db *DB) ImportPeople(ctx context.Context, by User, rows []PersonRow, invite bool) (ImportPlan, error) {
	var plan ImportPlan
	err := db.Tx(ctx, func(tx *DB) (err error) {
		if plan, err = tx.PlanImport(ctx, by, rows); err != nil {
			return err
		}
		for _, line := range plan.Lines {
			if err := tx.importLine(ctx, by, line, invite); err != nil {
				return fmt.Errorf("line %d: %w", line.Line, err)
			}
		}
		return nil
	})
	return plan, err
}

func (db *DB) importLine(ctx context.Context, by User, line ImportLine, invite bool) error {
	switch line.Does {
	case ImportNew:
		_, err := db.AddUser(ctx, by, NewUser{Email: line.Email, Name: line.Name, Role: line.Role, Team: line.Team, Invite: invite, NoEmail: line.Email == ""})
		return err
	case ImportChanged:
		team := line.teamID
		if line.Team != "" {
			t, err := db.wantedTeam(ctx, nil, line.Team)
			if err != nil {
				return err
			}
			team = &t.ID
		}
		_, err := db.ChangeUser(ctx, by, line.UserID, UserChange{Name: line.Name, Role: line.Role, TeamID: team})
		return err
	}
	return nil
}

// basis is what stands before a list is read in.
type basis struct {
	people   map[string]User
	teams    map[string]string // name by key
	seen     map[string]int    // e-mail key, or of who has none the name's, to its first line
	nameless map[string][]User // people without e-mail by the key of their name
	newTeams []string
	admins   int // active ones who have joined
}

func (db *DB) importBasis(ctx context.Context, rows []PersonRow) (*basis, error) {
	b := &basis{people: map[string]User{}, teams: map[string]string{}, seen: map[string]int{}, nameless: map[string][]User{}}
	keys := make([]string, len(rows))
	for i, r := range rows {
		keys[i] = EmailKey(r.Email) // the empty one finds everybody who has none
	}
	var people []User
	if err := db.q(ctx).Preload("Team").Where("email_key in ?", keys).Find(&people).Error; err != nil {
		return nil, mapped(err)
	}
	for _, u := range people {
		if u.HasEmail() {
			b.people[u.EmailKey] = u
		} else {
			b.nameless[nameKey(u.Name)] = append(b.nameless[nameKey(u.Name)], u)
		}
	}
	teams, err := db.Teams(ctx)
	if err != nil {
		return nil, err
	}
	for _, t := range teams {
		b.teams[t.NameKey] = t.Name
	}
	var admins int64
	err = db.q(ctx).Model(&User{}).Where("role = ? and deactivated_at is null and joined_at is not null", RoleAdmin).Count(&admins).Error
	b.admins = int(admins)
	return b, mapped(err)
}

// plan tells what one line does; lines are told in order, since each may make a team or repeat an earlier one.
func (b *basis) plan(by User, row PersonRow) ImportLine {
	line := ImportLine{PersonRow: row, Does: ImportError}
	if line.Reason = b.refuse(row); line.Reason != nil {
		return line
	}
	b.seen[row.key()] = row.Line
	if row.Role != "" {
		line.Role = roleWords[strings.ToLower(row.Role)]
	}
	u, there := b.known(row)
	if there {
		b.compare(&line, u)
	} else {
		line.Does = ImportNew
		if line.Role == "" {
			line.Role = RoleEmployee
		}
	}
	if line.Does == ImportUnchanged {
		return line
	}
	if reason := b.forbidden(by, u, there, line.Role); reason != nil {
		line.Does, line.Reason = ImportError, reason
		return line
	}
	b.useTeam(&line)
	return line
}

// key is what lines about one person have in common: the address, or of who has none the name.
func (r PersonRow) key() string {
	if r.Email == "" {
		return "name " + nameKey(r.Name)
	}
	return EmailKey(r.Email)
}

// known is the person whom a line is about, where they are there already.
func (b *basis) known(row PersonRow) (User, bool) {
	if row.Email != "" {
		u, there := b.people[EmailKey(row.Email)]
		return u, there
	}
	if alike := b.nameless[nameKey(row.Name)]; len(alike) > 0 {
		return alike[0], true
	}
	return User{}, false
}

// refuse says what is wrong with a line whatever stands already.
func (b *basis) refuse(row PersonRow) *ValidationError {
	if row.Email != "" {
		if err := CheckEmail(row.Email); err != nil {
			return err
		}
	}
	if first, twice := b.seen[row.key()]; twice {
		key := "people.import.twice"
		if row.Email == "" {
			key = "people.import.twice_name"
		}
		return Invalid("email", key, "Line", first)
	}
	u, there := b.known(row)
	switch {
	case row.Email == "" && len(b.nameless[nameKey(row.Name)]) > 1:
		return Invalid("name", "people.import.namesakes")
	case row.Email == "" && row.Role != "" && roleWords[strings.ToLower(row.Role)] != RoleEmployee && roleWords[strings.ToLower(row.Role)] != "":
		return Invalid("role", "people.needs_email")
	case row.Name == "" && !there:
		return Invalid("name", "people.import.no_name")
	case len(row.Name) > maxName:
		return Invalid("name", "error.too_long", "Max", maxName)
	case len(row.Team) > maxName:
		return Invalid("team", "error.too_long", "Max", maxName)
	case row.Role != "" && roleWords[strings.ToLower(row.Role)] == "":
		return Invalid("role", "people.import.role", "Role", row.Role)
	case there && !u.Active():
		return Invalid("email", "people.is_deactivated")
	}
	return nil
}

// compare fills in what the list leaves open and notes what it changes about a person who is there.
func (b *basis) compare(line *ImportLine, u User) {
	line.UserID, line.teamID, line.Does = u.ID, u.TeamID, ImportUnchanged
	if line.Name == "" {
		line.Name = u.Name
	}
	if line.Role == "" {
		line.Role = u.Role
	}
	team := ""
	if u.Team != nil {
		team = u.Team.Name
	}
	if nameKey(line.Team) == nameKey(team) {
		line.Team = ""
	}
	for _, d := range []Difference{{"name", u.Name, line.Name}, {"role", u.Role, line.Role}} {
		if d.From != d.To {
			line.Change = append(line.Change, d)
		}
	}
	if line.Team != "" {
		line.Change = append(line.Change, Difference{"team", team, line.Team})
	}
	if len(line.Change) > 0 {
		line.Does = ImportChanged
	}
}

// forbidden says why by may not do that to the person, or nobody may.
func (b *basis) forbidden(by, u User, there bool, role string) *ValidationError {
	if !by.mayHandle(role) || there && !by.mayHandle(u.Role) {
		return Invalid("role", "people.import.admin_only")
	}
	if there && u.Role == RoleAdmin && u.JoinedAt != nil && role != RoleAdmin {
		if b.admins <= 1 {
			return Invalid("role", "people.last_admin")
		}
		b.admins--
	}
	return nil
}

// useTeam writes the team's name as it stands, or notes that it will be made.
func (b *basis) useTeam(line *ImportLine) {
	if line.Team == "" {
		return
	}
	key := nameKey(line.Team)
	if _, known := b.teams[key]; !known {
		b.teams[key] = line.Team
		b.newTeams = append(b.newTeams, line.Team)
	}
	line.Team = b.teams[key]
}
