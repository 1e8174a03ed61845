package models

import (
	"context"
	_ "embed"
	"slices"
	"time"

	"github.com/google/uuid"
)

//go:embed queries/coverage.sql
var coverageSQL string

//go:embed queries/coverage_weeks.sql
var coverageWeeksSQL string

// CoverageWeeks is over how many weeks coverage is counted.
const CoverageWeeks = 12

// Answers are counts of what is owed, and what became of it. Only what a person wrote to the person is an answer.
type Answers struct {
	Owed    int64
	InTime  int64 // answered before it was due
	Late    int64 // answered after
	Overdue int64 // due, and not answered yet
}

// Judged is how much of it was answered or should have been.
func (a Answers) Judged() int64 { return a.InTime + a.Late + a.Overdue }

// Enough tells whether a share may be told.
func (a Answers) Enough() bool { return a.Judged() > 0 }

// Percent is how many of a hundred were answered in time, rounded down so that only all of them are a hundred; ask Enough before.
func (a Answers) Percent() int64 { return 100 * a.InTime / max(a.Judged(), 1) }

func (a *Answers) add(b Answers) {
	a.Owed, a.InTime, a.Late, a.Overdue = a.Owed+b.Owed, a.InTime+b.InTime, a.Late+b.Late, a.Overdue+b.Overdue
}

// CoverageRow is a team's answers; its leader is no part of it.
type CoverageRow struct {
	TeamID *uuid.UUID // nil: those in small teams and in none
	Team   string
	Leader string
	People int64 // who work in it now
	Never  int64 // of them those who are owed something, or were, and have never had any answer

	Answers `gorm:"embedded"`
}

// CoverageWeek is the answers to what came to be owed in one week.
type CoverageWeek struct {
	Monday time.Time
	People int64 // who are owed them

	Answers `gorm:"embedded"`
}

// Small tells whether so few people were owed something that the numbers would be theirs.
func (w CoverageWeek) Small() bool { return w.People < SmallestGroup }

// Coverage is how those who did something were answered, team by team and over time.
type Coverage struct {
	Rows  []CoverageRow
	Total CoverageRow // of the rows
	Weeks []CoverageWeek
	Small int // teams with too few people to be told apart
}

// Coverage is the coverage of the last weeks as by may see it: HR of all teams, leaders of those they lead, others none. A team with too
// few people is counted among the rest, and where that is too few as well, nowhere.
func (db *DB) Coverage(ctx context.Context, by User, led bool) (Coverage, error) {
	var c Coverage
	if !by.Is(RoleLeader) {
		return c, ErrNotFound
	}
	today := db.Now().UTC().Truncate(oneDay)
	monday := today.AddDate(0, 0, -(int(today.Weekday())+6)%7-7*(CoverageWeeks-1))
	args := map[string]any{"me": by.ID, "led": led || !by.Is(RoleHR), "from": monday, "now": db.Now()}
	var rows []CoverageRow
	if err := db.q(ctx).Raw(coverageSQL, args).Scan(&rows).Error; err != nil {
		return c, mapped(err)
	}
	shown := c.take(rows)
	if len(shown) == 0 {
		return c, nil
	}
	args["teams"], args["weeks"] = shown, CoverageWeeks
	return c, mapped(db.q(ctx).Raw(coverageWeeksSQL, args).Scan(&c.Weeks).Error)
}

// take puts small teams together and gives the teams that are counted; the nil one stands for no team.
func (c *Coverage) take(rows []CoverageRow) []uuid.UUID {
	var rest CoverageRow
	var shown, small []uuid.UUID
	for _, r := range rows {
		id := uuid.Nil
		if r.TeamID != nil {
			id = *r.TeamID
		}
		if id != uuid.Nil && r.People >= SmallestGroup {
			c.Rows, shown = append(c.Rows, r), append(shown, id)
			continue
		}
		if id != uuid.Nil {
			c.Small++
		}
		rest.People, rest.Never, small = rest.People+r.People, rest.Never+r.Never, append(small, id)
		rest.add(r.Answers)
	}
	if rest.People >= SmallestGroup {
		c.Rows, shown = append(c.Rows, rest), append(shown, small...)
	}
	for _, r := range c.Rows {
		c.Total.People, c.Total.Never = c.Total.People+r.People, c.Total.Never+r.Never
		c.Total.add(r.Answers)
	}
	return slices.Clip(shown)
}
