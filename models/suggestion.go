package models

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// States of a suggestion.
const (
	SuggestionOpen     = "open"
	SuggestionTaken    = "taken"
	SuggestionDeclined = "declined"
)

// SuggestionKinds are what colleagues suggest that there should be.
var SuggestionKinds = Words{"clip", "job"}

const (
	// MaxSuggestionTitle is the longest title of a suggestion, in characters.
	MaxSuggestionTitle = 120

	maxOpenSuggestions = 20 // of one person
)

// Suggestion is what a colleague would like there to be: a clip, or a job. Colleagues discuss it and stand behind it; HR takes it up, or says
// why not.
type Suggestion struct {
	ID        uuid.UUID
	UserID    uuid.UUID
	Kind      string
	Title     string
	Words     string
	State     string
	Reason    string // why not; of one that was taken up, what comes of it
	DecidedBy *uuid.UUID
	DecidedAt *time.Time
	CreatedAt time.Time

	User    *User `gorm:"foreignKey:UserID"`
	Decider *User `gorm:"foreignKey:DecidedBy"`
}

// SuggestionRow is a suggestion in a list.
type SuggestionRow struct {
	Suggestion

	Supports int
	Remarks  int
	Mine     bool // who looks stands behind it
}

// Suggest tells the house of something that there should be.
func (db *DB) Suggest(ctx context.Context, by User, s Suggestion) (Suggestion, error) {
	s = Suggestion{ID: NewID(), UserID: by.ID, Kind: s.Kind, Title: tidy(s.Title), Words: cleanText(s.Words), State: SuggestionOpen, CreatedAt: db.Now()}
	var bad ValidationErrors
	if !SuggestionKinds.Has(s.Kind) {
		bad.Add("kind", "error.choose")
	}
	if s.Title == "" {
		bad.Add("title", "error.required")
	}
	bad.words("title", s.Title, MaxSuggestionTitle)
	bad.words("words", s.Words, MaxQuestionWords)
	if err := bad.Err(); err != nil {
		return s, err
	}
	return s, db.Tx(ctx, func(tx *DB) error {
		var open int64
		if err := tx.q(ctx).Model(&Suggestion{}).Where("user_id = ? and state = ?", by.ID, SuggestionOpen).Count(&open).Error; err != nil {
			return mapped(err)
		}
		if open >= maxOpenSuggestions {
			return &ConflictError{Key: "suggestion.conflict.many"}
		}
		if err := tx.q(ctx).Omit(clause.Associations).Create(&s).Error; err != nil {
			return fmt.Errorf("suggest: %w", mapped(err))
		}
		hr, err := tx.heads(ctx, nil)
		if err != nil {
			return err
		}
		return tx.tellOf(ctx, hr, Notice{Kind: NoticeSuggestion, About: s.ID, ActorID: &by.ID})
	})
}

// Suggestion is the suggestion of that id; everybody in the house may read it.
func (db *DB) Suggestion(ctx context.Context, id uuid.UUID) (Suggestion, error) {
	var s Suggestion
	err := db.q(ctx).Preload("User").Preload("Decider").Where("id = ?", id).Take(&s).Error
	return s, mapped(err)
}

// suggestionPage is how many suggestions a list shows at once.
const suggestionPage = 30

// Suggestions are a page of those that are open, those that most stand behind first, or of those decided, the last decided first. It counts
// from 0; more tells whether there is another.
func (db *DB) Suggestions(ctx context.Context, by User, decided bool, page int) (rows []SuggestionRow, more bool, err error) {
	q := db.q(ctx).Model(&Suggestion{}).Preload("User").Select(`suggestions.*,
		(select count(*) from supports s where s.suggestion_id = suggestions.id) as supports,
		(select count(*) from remarks r where r.suggestion_id = suggestions.id and r.removed_at is null) as remarks,
		exists (select from supports s where s.suggestion_id = suggestions.id and s.user_id = ?) as mine`, by.ID)
	if decided {
		q = q.Where("state <> ?", SuggestionOpen).Order("decided_at desc, suggestions.id")
	} else {
		q = q.Where("state = ?", SuggestionOpen).Order("supports desc, suggestions.created_at desc, suggestions.id")
	}
	err = q.Offset(max(page, 0) * suggestionPage).Limit(suggestionPage + 1).Find(&rows).Error
	return rows[:min(len(rows), suggestionPage)], len(rows) > suggestionPage, mapped(err)
}

// DecideSuggestion takes a suggestion up, or says no with the reason; HR does.
func (db *DB) DecideSuggestion(ctx context.Context, by User, id uuid.UUID, taken bool, reason string) error {
	if !by.Is(RoleHR) {
		return ErrForbidden
	}
	reason = cleanText(reason)
	state := SuggestionDeclined
	if taken {
		state = SuggestionTaken
	}
	var bad ValidationErrors
	if reason == "" && !taken {
		bad.Add("reason", "proposal.error.reason")
	}
	bad.words("reason", reason, MaxReason)
	if err := bad.Err(); err != nil {
		return err
	}
	return db.Tx(ctx, func(tx *DB) error {
		s, err := tx.Suggestion(ctx, id)
		if err != nil {
			return err
		}
		res := tx.q(ctx).Model(&Suggestion{}).Where("id = ? and state = ?", id, SuggestionOpen).
			Updates(map[string]any{"state": state, "reason": reason, "decided_by": by.ref(), "decided_at": tx.Now()})
		if res.Error == nil && res.RowsAffected == 0 {
			return &ConflictError{Key: "wording.conflict.decided"}
		}
		if res.Error != nil {
			return mapped(res.Error)
		}
		if err := tx.Audit(As(ctx, by), Deed{DidChange, OfSuggestion, id, Facts{"accepted": taken}}); err != nil {
			return err
		}
		return tx.Notify(ctx, Notice{UserID: s.UserID, Kind: NoticeSuggestionDecided, About: id, ActorID: &by.ID})
	})
}

// WithdrawSuggestion takes one's own suggestion back that nobody has decided about; it is gone, with what was said about it.
func (db *DB) WithdrawSuggestion(ctx context.Context, by User, id uuid.UUID) error {
	return changed(db.q(ctx).Where("id = ? and user_id = ? and state = ?", id, by.ID, SuggestionOpen).Delete(&Suggestion{}))
}
