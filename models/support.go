package models

import (
	"context"

	"github.com/google/uuid"
)

// Support is how many stand behind a suggestion, and whether who looks is one of them.
type Support struct {
	Count int
	Mine  bool
}

// SupportOf is the support of a suggestion or of a suggested wording.
func (db *DB) SupportOf(ctx context.Context, by User, on RemarkOn) (Support, error) {
	var s Support
	err := on.narrow(db.q(ctx).Table("supports").Select("count(*) as count, coalesce(bool_or(user_id = ?), false) as mine", by.ID)).Scan(&s).Error
	return s, mapped(err)
}

// SupportWording says that by stands behind a suggested wording of another, or takes that back.
func (db *DB) SupportWording(ctx context.Context, by User, id uuid.UUID, yes bool) error {
	w, err := db.Wording(ctx, by, id)
	switch {
	case err != nil:
		return err
	case w.UserID == by.ID:
		return &ConflictError{Key: "support.conflict.own"}
	case w.State != WordingWaiting:
		return &ConflictError{Key: "wording.conflict.decided"}
	}
	return db.support(ctx, by, RemarkOn{WordingID: &id}, yes)
}

// SupportSuggestion says that by stands behind the suggestion of another, or takes that back.
func (db *DB) SupportSuggestion(ctx context.Context, by User, id uuid.UUID, yes bool) error {
	s, err := db.Suggestion(ctx, id)
	switch {
	case err != nil:
		return err
	case s.UserID == by.ID:
		return &ConflictError{Key: "support.conflict.own"}
	case s.State != SuggestionOpen:
		return &ConflictError{Key: "wording.conflict.decided"}
	}
	return db.support(ctx, by, RemarkOn{SuggestionID: &id}, yes)
}

func (db *DB) support(ctx context.Context, by User, on RemarkOn, yes bool) error {
	if yes {
		return mapped(db.q(ctx).Exec(`insert into supports (user_id, suggestion_id, wording_id, at) values (?, ?, ?, ?) on conflict do nothing`,
			by.ID, on.SuggestionID, on.WordingID, db.Now()).Error)
	}
	column, id := on.column()
	return mapped(db.q(ctx).Exec("delete from supports where user_id = ? and "+column+" = ?", by.ID, id).Error)
}
