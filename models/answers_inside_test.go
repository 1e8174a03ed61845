package models

import (
	"context"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// ExplainAnswers is Postgres' plan of everything that is read for a colleague's, a leader's and HR's answers, by what it is for.
func (db *DB) ExplainAnswers(ctx context.Context, user uuid.UUID, skills []uuid.UUID) (map[string]string, error) {
	plans := map[string]string{}
	today := db.Now().UTC().Format("2006-01-02")
	named := pgx.NamedArgs{"user": user, "first": db.Now().UTC().Truncate(oneDay), "last": db.Now().UTC().Truncate(oneDay)}
	type asked struct {
		sql  string
		args []any
	}
	all := map[string]asked{
		"stories":      {storiesSQL, []any{named}},
		"applications": {storyAppliedSQL, []any{named}},
		"totals":       {ownTotalsSQL, []any{named}},
		"trend":        {ownTrendSQL, []any{named}},
		"people":       {talentPeopleSQL, []any{skills, nil, 1, evidencePlaces}},
		"teams":        {talentTeamsSQL, []any{skills, nil, 1, evidencePlaces}},
		"retention":    {retentionSQL, []any{"2000-01-01", today, db.Now(), StayMarks, nil, nil, nil, nil, nil}},
	}
	for name, d := range talentDimensions {
		all["talent by "+name] = asked{d.in(talentSQL), []any{skills, nil}}
	}
	for name, a := range all {
		rows, err := db.pool.Query(ctx, "explain "+a.sql, a.args...)
		if err != nil {
			return nil, err
		}
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return nil, err
		}
		plans[name] = strings.Join(lines, "\n")
	}
	return plans, nil
}
