package models

import (
	"context"
	"strings"
	"testing"

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

func TestWhatIsSaidAboutAThingIsFoundByAnIndex(t *testing.T) {
	t.Parallel()
	db := testDB(t)
	ctx, id := t.Context(), NewID()
	err := db.Tx(ctx, func(tx *DB) error {
		if err := tx.q(ctx).Exec("set local enable_seqscan = off").Error; err != nil {
			return err
		}
		for name, on := range map[string]RemarkOn{"clip": {ClipID: &id}, "suggestion": {SuggestionID: &id}, "wording": {WordingID: &id}} {
			for _, table := range []string{"remarks", "supports"} {
				if table == "supports" && on.ClipID != nil {
					continue
				}
				stmt := on.narrow(tx.q(ctx).Table(table)).Session(&gorm.Session{DryRun: true}).Find(&[]map[string]any{}).Statement
				var lines []string
				if err := tx.q(ctx).Raw("explain " + tx.q(ctx).Dialector.Explain(stmt.SQL.String(), stmt.Vars...)).Scan(&lines).Error; err != nil {
					return err
				}
				if plan := strings.Join(lines, "\n"); !strings.Contains(plan, table+"_"+name) {
					t.Errorf("%s of a %s:\n%s", table, name, plan)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
