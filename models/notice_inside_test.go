package models

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// ExplainNotices is Postgres' plan of what the page of notices, the count of the unread and the making of mails read, by what it is for.
func (db *DB) ExplainNotices(ctx context.Context, user uuid.UUID, cursor string) (map[string]string, error) {
	q, err := db.newestNotices(ctx, user, cursor)
	if err != nil {
		return nil, err
	}
	page := q.Session(&gorm.Session{DryRun: true}).Limit(noticePage + 1).Find(&[]Notice{}).Statement
	plans := map[string]string{}
	for name, sql := range map[string]string{
		"the page":  db.gorm.Explain(page.SQL.String(), page.Vars...),
		"the count": "select count(*) from (select from notices where user_id = '" + user.String() + "' and read_at is null limit 100) as some_of",
		"the mails": "select user_id, way, max(due_at) from notices where due_at <= now() group by user_id, way order by user_id, way limit 500",
	} {
		rows, err := db.pool.Query(ctx, "explain "+sql)
		if err != nil {
			return nil, err
		}
		var plan strings.Builder
		for rows.Next() {
			var line string
			if err := rows.Scan(&line); err != nil {
				return nil, err
			}
			plan.WriteString(line + "\n")
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
		plans[name] = plan.String()
	}
	return plans, nil
}

// Due is when something that came at a moment is mailed; nil: never.
func (s NoticeSettings) Due(way string, at time.Time) *time.Time { return s.due(way, at) }

// TimeCursor is where a list goes on after a row of that time and id.
func TimeCursor(at time.Time, id uuid.UUID) string { return timeCursor(at, id) }
