package models

import (
	"context"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"
)

// maxSearch is the longest search, in characters.
const maxSearch = 200

// searched cuts a search to what is looked for; empty where there is nothing to look for.
func searched(s string) string {
	s = tidy(s)
	if utf8.RuneCountInString(s) > maxSearch {
		s = string([]rune(s)[:maxSearch])
	}
	return strings.TrimSpace(s)
}

// wordsQuery is what is searched for, in either language; it has two places for the words.
const wordsQuery = `(websearch_to_tsquery('norwegian', ?) || websearch_to_tsquery('english', ?))`

// askedQuery are the questions whose title or text has what is searched for, by the index questions_words; it has two places for the words.
// They are an array, so that posts are found by either of two indexes.
const askedQuery = `array(select q.id from questions q where (to_tsvector('norwegian', q.title || ' ' || q.words) || to_tsvector('english', q.title || ' ' || q.words)) @@ ` + wordsQuery + `)`

func (db *DB) matching(ctx context.Context, by User, s string) *gorm.DB {
	return db.shown(db.readablePosts(ctx, by)).Where("(posts.words @@ "+wordsQuery+" or posts.question_id = any("+askedQuery+")) and posts.removed_at is null", s, s, s, s).
		Order("posts.at desc, posts.id desc").Limit(postPage + 1)
}

// SearchPosts are the posts and comments that have the words, and the questions put to a group that have them, in groups that by may read,
// the newest first; next is the cursor of the page after, empty on the last.
func (db *DB) SearchPosts(ctx context.Context, by User, s, after string) (ps []Post, next string, err error) {
	if s = searched(s); s == "" {
		return nil, "", nil
	}
	q, err := older(db.matching(ctx, by, s), "posts.at", "posts.id", after)
	if err != nil {
		return nil, "", err
	}
	if err := q.Find(&ps).Error; err != nil {
		return nil, "", mapped(err)
	}
	if len(ps) > postPage {
		ps = ps[:postPage]
		next = timeCursor(ps[postPage-1].At, ps[postPage-1].ID)
	}
	return ps, next, db.fillPosts(ctx, by, ps)
}

// SearchGroups are the groups whose name or description has the words, of those that by may read, by name; next is the cursor of the page
// after, empty on the last.
func (db *DB) SearchGroups(ctx context.Context, by User, s, after string) (gs []Group, next string, err error) {
	if s = searched(s); s == "" {
		return nil, "", nil
	}
	part := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s) + "%"
	q, err := afterName(readableGroup(db.q(ctx), by).Where(`groups.kind <> 'talk' and (groups.name collate "nb-x-icu" ilike ?
		or groups.words @@ `+wordsQuery+`)`, part, s, s), after)
	if err != nil {
		return nil, "", err
	}
	return db.groupsByName(ctx, by, q)
}
