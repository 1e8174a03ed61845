package models

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

//go:embed queries/talent.sql
var talentSQL string

//go:embed queries/talent_people.sql
var talentPeopleSQL string

//go:embed queries/talent_teams.sql
var talentTeamsSQL string

// TalentGroups are what people with a skill can be told by.
var TalentGroups = Words{"source", "team", "channel"}

// sourceSQL is where an application a came from, one of Sources.
const sourceSQL = "case when cr.id is not null then 'referred' when a.link_id is not null then 'uncredited' else 'open' end"

var talentDimensions = map[string]dimension{
	"source": {key: sourceSQL, label: sourceSQL},
	"team": {
		key: "case when cr.id is not null then coalesce(u.team_id::text, '') end", label: "team.name",
		joins: "left join teams team on team.id = u.team_id",
	},
	"channel": {key: "l.channel", label: "l.channel"},
}

// evidencePlaces is how many colleagues, and how many teams, are named for a skill.
const evidencePlaces = 5

// NeededSkill is a skill that open jobs ask for, as much as Need says, with the jobs, the latest published first.
type NeededSkill struct {
	Skill
	Need string
	Jobs []Job // with their published clips
}

// Found is what one group found for a skill, of jobs that require it.
type Found struct {
	SkillID      uuid.UUID
	Key, Label   string
	Applications int64
	Qualified    int64
	Hires        int64
	Waiting      int64 // qualified ones whom an open job has not decided on
}

// Evidence is what the shares of a colleague, or of a team, brought for jobs that require a skill.
type Evidence struct {
	SkillID      uuid.UUID
	ID           uuid.UUID // a user's, or a team's
	Name, Team   string
	People       int64 // whose shares those are
	Jobs         int64
	Title        string // of the job, where it is one
	Applications int64
	Qualified    int64
	Hires        int64
	Last         time.Time // the newest application
}

// Talent is what open jobs need and who found people for it before.
type Talent struct {
	Required, Nice []NeededSkill // by name
	Found          []Found       // by the group that was asked for, the most qualified first
	Sources        []Found       // by source
	People, Teams  []Evidence    // for each skill in the order of the evidence
}

// Talent tells what by may see of it: HR all; leaders the jobs they lead, and of what was found only what those jobs found, which their own
// list of applications holds as well; of people those who have agreed, of teams those that are large enough. Others see none.
func (db *DB) Talent(ctx context.Context, by User, led bool, group string) (Talent, error) {
	var t Talent
	d, ok := talentDimensions[group]
	if !ok {
		return t, Invalid("by", "error.choose")
	}
	if !by.Is(RoleLeader) {
		return t, ErrNotFound
	}
	var leader *uuid.UUID
	smallest := 1
	if led || !by.Is(RoleHR) {
		leader, smallest = &by.ID, SmallestGroup
	}
	jobs, err := db.OpenJobs(ctx)
	if err != nil {
		return t, err
	}
	ids := t.need(jobs, leader)
	err = pgx.BeginTxFunc(ctx, db.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) (err error) {
		if t.Found, err = rowsByPos[Found](ctx, tx, d.in(talentSQL), ids, leader); err != nil {
			return err
		}
		if t.Sources, err = rowsByPos[Found](ctx, tx, talentDimensions["source"].in(talentSQL), ids, leader); err != nil {
			return err
		}
		if t.People, err = rowsByPos[Evidence](ctx, tx, talentPeopleSQL, ids, leader, smallest, evidencePlaces); err != nil {
			return err
		}
		t.Teams, err = rowsByPos[Evidence](ctx, tx, talentTeamsSQL, ids, leader, smallest, evidencePlaces)
		return err
	})
	if err != nil {
		return t, fmt.Errorf("needed talent: %w", err)
	}
	return t, nil
}

// need gathers what the jobs ask for, required and nice apart, and gives the skills' ids; leader keeps to the jobs of that person.
func (t *Talent) need(jobs []Job, leader *uuid.UUID) []uuid.UUID {
	ids := []uuid.UUID{}
	at := map[string]*NeededSkill{}
	for _, j := range jobs {
		if leader != nil && (j.LeaderID == nil || *j.LeaderID != *leader) {
			continue
		}
		for _, s := range j.Skills {
			key := s.Need + s.SkillID.String()
			if at[key] == nil {
				at[key] = &NeededSkill{Skill: s.Skill, Need: s.Need}
				ids = append(ids, s.SkillID)
			}
			at[key].Jobs = append(at[key].Jobs, j)
		}
	}
	for _, s := range at {
		if s.Need == NeedRequired {
			t.Required = append(t.Required, *s)
		} else {
			t.Nice = append(t.Nice, *s)
		}
	}
	sortSkills(t.Required)
	sortSkills(t.Nice)
	return ids
}

// sortSkills puts them in Norwegian order, as the queries do.
func sortSkills(skills []NeededSkill) {
	order := NameOrder("nb")
	slices.SortFunc(skills, func(a, b NeededSkill) int { return order.CompareString(a.NameKey, b.NameKey) })
}

// in is a report's text with the dimension filled in.
func (d dimension) in(sql string) string {
	return strings.NewReplacer("{key}", d.key, "{label}", d.label, "{joins}", d.joins).Replace(sql)
}

func rowsByPos[T any](ctx context.Context, tx pgx.Tx, sql string, args ...any) ([]T, error) {
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[T])
}
