package models

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

const (
	// MaxWhy is how much may be written beside a wording, in characters.
	MaxWhy = 500

	maxWaitingWordings = 30 // of one person
)

// WordingInput is a better wording, of a job or of a question.
type WordingInput struct {
	JobID, QuestionID *uuid.UUID
	Field             string
	After             string
	Why               string
}

// SuggestWording suggests a better wording of a text that by may read. Who decides about it is told.
func (db *DB) SuggestWording(ctx context.Context, by User, in WordingInput) (w Wording, err error) {
	err = db.Tx(ctx, func(tx *DB) error {
		w = Wording{ID: NewID(), UserID: by.ID, Field: in.Field, Why: cleanText(in.Why), State: WordingWaiting, CreatedAt: tx.Now()}
		limit, err := tx.wordingOf(ctx, by, in, &w)
		if err != nil {
			return err
		}
		w.Before = w.now()
		w.After = cleanText(in.After)
		if w.Field == FieldTitle {
			w.After = tidy(in.After)
		}
		if err := w.check(limit); err != nil {
			return err
		}
		var waiting int64
		if err := tx.q(ctx).Model(&Wording{}).Where("user_id = ? and state = ?", by.ID, WordingWaiting).Count(&waiting).Error; err != nil {
			return mapped(err)
		}
		if waiting >= maxWaitingWordings {
			return &ConflictError{Key: "wording.conflict.many"}
		}
		if err := tx.q(ctx).Omit(clause.Associations).Create(&w).Error; err != nil {
			return fmt.Errorf("suggest wording: %w", mapped(err))
		}
		return tx.tellOfWording(ctx, by, w)
	})
	return w, err
}

// wordingOf says what w is about, and how long its text may be.
func (db *DB) wordingOf(ctx context.Context, by User, in WordingInput, w *Wording) (limit int, err error) {
	switch {
	case in.QuestionID != nil:
		q, err := db.lockQuestion(ctx, by, *in.QuestionID)
		switch {
		case err != nil:
			return 0, err
		case !q.Open():
			return 0, &ConflictError{Key: "question.conflict.closed"}
		}
		w.QuestionID, w.Question = in.QuestionID, &q
		limit = map[string]int{FieldTitle: MaxQuestionTitle, FieldWords: MaxQuestionWords}[in.Field]
	case in.JobID != nil:
		job, err := db.Job(ctx, *in.JobID)
		if err == nil && job.Status == JobDraft && !(Wording{Job: &job}).Keeper(by) {
			err = ErrNotFound
		}
		if err != nil {
			return 0, err
		}
		w.JobID, w.Job = in.JobID, &job
		limit = map[string]int{FieldTitle: MaxTitle, FieldDescription: MaxDescription}[in.Field]
	}
	if limit == 0 {
		return 0, ValidationErrors{Invalid("field", "error.choose")}
	}
	return limit, nil
}

func (w Wording) check(limit int) error {
	var bad ValidationErrors
	switch w.After {
	case "":
		bad.Add("after", "error.required")
	case w.Before:
		bad.Add("after", "wording.error.same")
	}
	bad.words("after", w.After, limit)
	bad.words("why", w.Why, MaxWhy)
	return bad.Err()
}

// tellOfWording owes a suggestion its answer and tells who gives it: of a question whoever asks, of a job its leader, or HR.
func (db *DB) tellOfWording(ctx context.Context, by User, w Wording) error {
	owed := Owed{UserID: by.ID, Kind: OwedWording, About: w.ID, JobID: w.JobID}
	var told []uuid.UUID
	switch {
	case w.Question != nil:
		told, owed.OwerID, owed.Private = []uuid.UUID{w.Question.UserID}, &w.Question.UserID, w.Question.Inside
	case w.Job.LeaderID != nil:
		told = []uuid.UUID{*w.Job.LeaderID}
	default:
		err := db.q(ctx).Model(&User{}).Where("deactivated_at is null and role = ?", RoleHR).Order("id").Pluck("id", &told).Error
		if err != nil {
			return mapped(err)
		}
	}
	if owed.OwerID == nil || *owed.OwerID != by.ID {
		if err := db.Owe(ctx, owed); err != nil {
			return err
		}
	}
	if err := db.tellOf(ctx, told, Notice{Kind: NoticeWording, About: w.ID, ActorID: &by.ID, JobID: w.JobID}); err != nil {
		return err
	}
	if w.Question != nil {
		return db.tellLive(ctx, w.Question.ID, append(told, by.ID)...)
	}
	return nil
}

// AcceptWording puts a suggested wording in the text's place. Where the text was changed since, it does not fit any more.
func (db *DB) AcceptWording(ctx context.Context, by User, id uuid.UUID) (Wording, error) {
	return db.decideWording(ctx, by, id, WordingAccepted, "", func(tx *DB, w Wording) error {
		if w.Stale() {
			return &ConflictError{Key: "wording.conflict.stale"}
		}
		if w.Job != nil {
			_, err := tx.ChangeJob(As(ctx, by), w.Job.ID, func(in *JobInput) {
				if w.Field == FieldTitle {
					in.Title = w.After
				} else {
					in.Description = w.After
				}
			}, "")
			return err
		}
		if err := changed(tx.q(ctx).Model(&Question{}).Where("id = ?", w.Question.ID).Updates(map[string]any{w.Field: w.After, "updated_at": tx.Now()})); err != nil {
			return err
		}
		return tx.tellFeeds(ctx, w.Question.ID)
	})
}

// DeclineWording says no to a suggested wording, with a reason that the colleague reads.
func (db *DB) DeclineWording(ctx context.Context, by User, id uuid.UUID, reason string) (Wording, error) {
	reason = cleanText(reason)
	var bad ValidationErrors
	if reason == "" {
		bad.Add("reason", "proposal.error.reason")
	}
	bad.words("reason", reason, MaxReason)
	if err := bad.Err(); err != nil {
		return Wording{}, err
	}
	return db.decideWording(ctx, by, id, WordingDeclined, reason, func(*DB, Wording) error { return nil })
}

// decideWording holds the text, so that of two who decide one is too late.
func (db *DB) decideWording(ctx context.Context, by User, id uuid.UUID, state, reason string, apply func(tx *DB, w Wording) error) (w Wording, err error) {
	err = db.Tx(ctx, func(tx *DB) error {
		if w, err = tx.Wording(ctx, by, id); err != nil {
			return err
		}
		if !w.Keeper(by) {
			return ErrForbidden
		}
		if w.JobID != nil {
			_, err = tx.lockJob(ctx, *w.JobID)
		} else {
			_, err = tx.lockQuestion(ctx, by, *w.QuestionID)
		}
		if err != nil {
			return err
		}
		if w, err = tx.Wording(ctx, by, id); err != nil { // as it is now that it is held
			return err
		}
		if w.State != WordingWaiting {
			return &ConflictError{Key: "wording.conflict.decided"}
		}
		if err := apply(tx, w); err != nil {
			return err
		}
		if err := changed(tx.q(ctx).Model(&Wording{}).Where("id = ?", id).
			Updates(map[string]any{"state": state, "reason": reason, "decided_by": by.ref(), "decided_at": tx.Now()})); err != nil {
			return err
		}
		if err := tx.Audit(As(ctx, by), w.deed(state)); err != nil {
			return err
		}
		if err := tx.Notify(ctx, Notice{UserID: w.UserID, Kind: NoticeWordingDecided, About: id, ActorID: &by.ID, JobID: w.JobID}); err != nil {
			return err
		}
		if w.QuestionID != nil {
			return tx.tellLive(ctx, *w.QuestionID, w.UserID, w.Question.UserID)
		}
		return nil
	})
	return w, err
}

// deed is what the audit log says of a decision: nothing of the words.
func (w Wording) deed(state string) Deed {
	if w.JobID != nil {
		return Deed{DidChange, OfJob, *w.JobID, Facts{"wording": w.ID, "accepted": state == WordingAccepted}}
	}
	return Deed{DidChange, OfQuestion, *w.QuestionID, Facts{"wording": w.ID, "accepted": state == WordingAccepted}}
}

// WithdrawWording takes one's own suggestion back that nobody has decided about; it is gone.
func (db *DB) WithdrawWording(ctx context.Context, by User, id uuid.UUID) (w Wording, err error) {
	err = db.Tx(ctx, func(tx *DB) error {
		if w, err = tx.Wording(ctx, by, id); err != nil {
			return err
		}
		if w.UserID != by.ID {
			return ErrNotFound
		}
		err := changed(tx.q(ctx).Where("id = ? and user_id = ? and state = ?", id, by.ID, WordingWaiting).Delete(&Wording{}))
		if errors.Is(err, ErrNotFound) {
			return &ConflictError{Key: "wording.conflict.decided"}
		}
		if err != nil {
			return err
		}
		if w.QuestionID != nil {
			if err := tx.tellLive(ctx, *w.QuestionID, w.UserID, w.Question.UserID); err != nil {
				return err
			}
		}
		return tx.EndOwed(ctx, OwedWording, id)
	})
	return w, err
}
