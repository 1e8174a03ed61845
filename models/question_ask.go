package models

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// maxOpenQuestions is how many questions of one person may be open: who is asked too often stops answering.
const maxOpenQuestions = 20

// QuestionInput is what is asked, and whom.
type QuestionInput struct {
	Title     string
	Words     string
	SkillID   *uuid.UUID
	JobID     *uuid.UUID // an open job; nil for one that may not be written yet
	Everybody bool
	Teams     []uuid.UUID
}

// Ask puts a question to colleagues, who are told.
func (db *DB) Ask(ctx context.Context, by User, in QuestionInput) (Question, error) {
	if !by.Is(RoleLeader) {
		return Question{}, ErrForbidden
	}
	in.Title, in.Words = tidy(in.Title), cleanText(in.Words)
	if err := db.checkQuestion(ctx, in); err != nil {
		return Question{}, err
	}
	q := Question{
		ID: NewID(), UserID: by.ID, Title: in.Title, Words: in.Words, SkillID: in.SkillID, JobID: in.JobID, Everybody: in.Everybody,
		CreatedAt: db.Now(), UpdatedAt: db.Now(),
	}
	if !in.Everybody {
		slices.SortFunc(in.Teams, func(a, b uuid.UUID) int { return strings.Compare(a.String(), b.String()) })
		for _, id := range slices.Compact(in.Teams) {
			q.Places = append(q.Places, QuestionPlace{QuestionID: q.ID, TeamID: &id})
		}
	}
	return q, db.Tx(ctx, func(tx *DB) error {
		var open int64
		if err := tx.q(ctx).Model(&Question{}).Where("user_id = ? and closed_at is null", by.ID).Count(&open).Error; err != nil {
			return mapped(err)
		}
		if open >= maxOpenQuestions {
			return &ConflictError{Key: "question.conflict.many"}
		}
		if err := tx.q(ctx).Omit(clause.Associations).Create(&q).Error; err != nil {
			return fmt.Errorf("ask: %w", mapped(err))
		}
		if len(q.Places) > 0 {
			if err := tx.q(ctx).Omit(clause.Associations).Create(&q.Places).Error; err != nil {
				return fmt.Errorf("ask: %w", mapped(err))
			}
		}
		if err := tx.Audit(As(ctx, by), Deed{DidAdd, OfQuestion, q.ID, nil}); err != nil {
			return err
		}
		if q.Everybody { // what is put to some is not for a channel that others read
			if err := tx.Announce(ctx, EventQuestion, q.ID, nil); err != nil {
				return err
			}
		}
		return tx.tellAsked(ctx, q, NoticeQuestion, q.ID, &by.ID)
	})
}

// announceQuestion says what is asked of everybody, as long as it is open.
func announceQuestion(ctx context.Context, db *DB, id uuid.UUID) (Announced, error) {
	var q Question
	err := db.q(ctx).Where("id = ? and everybody and closed_at is null", id).Take(&q).Error
	return Announced{Words: []any{"Title", q.Title}, Path: "/questions/" + q.ID.String()}, mapped(err)
}

func (db *DB) checkQuestion(ctx context.Context, in QuestionInput) error {
	var bad ValidationErrors
	if in.Title == "" {
		bad.Add("title", "question.error.title")
	}
	bad.words("title", in.Title, MaxQuestionTitle)
	bad.words("words", in.Words, MaxQuestionWords)
	if in.JobID != nil {
		job, err := db.Job(ctx, *in.JobID)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		if err != nil || !job.Open(db.Now()) {
			bad.Add("job", "question.error.job")
		}
	}
	if in.SkillID != nil {
		var n int64
		if err := db.q(ctx).Model(&Skill{}).Where("id = ?", *in.SkillID).Count(&n).Error; err != nil {
			return mapped(err)
		}
		if n == 0 {
			bad.Add("skill", "error.choose")
		}
	}
	if !in.Everybody {
		var n int64
		if err := db.q(ctx).Model(&Team{}).Where("id in ?", append([]uuid.UUID{uuid.Nil}, in.Teams...)).Count(&n).Error; err != nil {
			return mapped(err)
		}
		if n == 0 {
			bad.Add("to", "question.error.to")
		}
	}
	return bad.Err()
}

// CloseQuestion ends a question, or opens it again. Friends who were invited and have not said yes are forgotten with its end.
func (db *DB) CloseQuestion(ctx context.Context, by User, id uuid.UUID, closed bool) error {
	return db.Tx(ctx, func(tx *DB) error {
		q, err := tx.lockQuestion(ctx, by, id)
		switch {
		case err != nil:
			return err
		case !q.Keeper(by):
			return ErrForbidden
		case q.Open() != closed: // so already
			return nil
		}
		set := map[string]any{"closed_at": nil, "updated_at": tx.Now()}
		if closed {
			set["closed_at"] = tx.Now()
			if err := tx.endInvitations(ctx, id); err != nil {
				return err
			}
		}
		if err := changed(tx.q(ctx).Model(&Question{}).Where("id = ?", id).Updates(set)); err != nil {
			return err
		}
		return tx.Audit(As(ctx, by), Deed{DidChange, OfQuestion, id, Facts{"open": !closed}})
	})
}

// tellAsked tells everybody whom a question was put to, but for whoever did it.
func (db *DB) tellAsked(ctx context.Context, q Question, kind string, about uuid.UUID, actor *uuid.UUID) error {
	people, err := db.askedPeople(ctx, q)
	if err != nil {
		return err
	}
	notices := make([]Notice, 0, len(people))
	for _, id := range people {
		if actor == nil || id != *actor {
			notices = append(notices, Notice{UserID: id, Kind: kind, About: about, ActorID: actor, JobID: q.JobID})
		}
	}
	return db.Notify(ctx, notices...)
}

// askedPeople are the colleagues whom a question was put to.
func (db *DB) askedPeople(ctx context.Context, q Question) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	people := db.q(ctx).Model(&User{}).Where("deactivated_at is null")
	if !q.Everybody {
		people = people.Where("team_id in (select team_id from question_places where question_id = ?)", q.ID)
	}
	err := people.Order("id").Pluck("id", &ids).Error
	return ids, mapped(err)
}
