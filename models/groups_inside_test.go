package models

import (
	"context"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"
)

// ExplainGroups is Postgres' plan of what is read for the pages of groups, by what it is for.
func (db *DB) ExplainGroups(ctx context.Context, by User, group, post uuid.UUID, cursor string) (map[string]string, error) {
	after, err := older(db.newest(ctx, by, group), "posts.at", "posts.id", cursor)
	if err != nil {
		return nil, err
	}
	plans := map[string]string{}
	for name, q := range map[string]*gorm.DB{
		"newest":   db.newest(ctx, by, group).Model(&Post{}),
		"older":    after.Model(&Post{}),
		"comments": db.shown(db.readablePosts(ctx, by)).Where("posts.parent_id = ?", post).Order("posts.at, posts.id").Limit(commentPage + 1),
		"search":   db.matching(ctx, by, "sveiser").Model(&Post{}),
		"mine":     db.mine(ctx, by).Model(&Group{}),
		"state":    db.q(ctx).Raw(groupStateSQL, MaxUnreadPosts+1, by.ID, []uuid.UUID{group}),
	} {
		stmt := q.Session(&gorm.Session{DryRun: true}).Scan(&[]map[string]any{}).Statement
		rows, err := db.pool.Query(ctx, "explain "+stmt.SQL.String(), stmt.Vars...)
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
