package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// States of a suggested wording.
const (
	WordingWaiting  = "waiting"
	WordingAccepted = "accepted"
	WordingDeclined = "declined"
)

// Texts that a better wording may be suggested for.
const (
	FieldTitle       = "title"
	FieldDescription = "description" // of a job
	FieldWords       = "words"       // of a question
)

// Wording is a better wording of a job's or a question's text, as a colleague suggests it. Those that were accepted are the text's history.
type Wording struct {
	ID         uuid.UUID
	UserID     uuid.UUID
	JobID      *uuid.UUID
	QuestionID *uuid.UUID
	Field      string
	Before     string // as it stood
	After      string
	Why        string
	State      string
	Reason     string // why not
	DecidedBy  *uuid.UUID
	DecidedAt  *time.Time
	CreatedAt  time.Time

	User     *User     `gorm:"foreignKey:UserID"`
	Decider  *User     `gorm:"foreignKey:DecidedBy"`
	Job      *Job      `gorm:"foreignKey:JobID"`
	Question *Question `gorm:"foreignKey:QuestionID"`
}

// Keeper tells whether by decides about the wording: of a job HR and whoever leads it, of a question whoever asks and HR.
func (w Wording) Keeper(by User) bool {
	switch {
	case w.Question != nil:
		return w.Question.Keeper(by)
	case w.Job != nil:
		return by.Is(RoleHR) || by.Is(RoleLeader) && w.Job.LeaderID != nil && *w.Job.LeaderID == by.ID
	}
	return false
}

// Stale tells whether the text has been changed since, so that the wording does not fit it any more.
func (w Wording) Stale() bool { return w.State == WordingWaiting && w.now() != w.Before }

// now is the text as it stands.
func (w Wording) now() string {
	switch {
	case w.Job != nil && w.Field == FieldTitle:
		return w.Job.Title
	case w.Job != nil:
		return w.Job.Description
	case w.Question != nil && w.Field == FieldTitle:
		return w.Question.Title
	case w.Question != nil:
		return w.Question.Words
	}
	return ""
}

// seenWordings are the wordings that by may read: of jobs that everybody sees, of drafts HR and their leader, of questions that they see,
// and their own, but for those of questions in closed groups that they are not in any more.
func (db *DB) seenWordings(ctx context.Context, by User) *gorm.DB {
	return db.q(ctx).Model(&Wording{}).Where(db.q(ctx).Where(`wordings.user_id = @id and not exists (select from questions q where q.id = wordings.question_id and q.inside)
		or exists (select from jobs j where j.id = wordings.job_id and (j.status <> 'draft' or @hr or j.leader_id = @id))`, asking(by)).
		Or("wordings.question_id in (?)", db.seenQuestions(ctx, by).Select("questions.id")))
}

// Wording is a suggestion that by may read; ErrNotFound for every other.
func (db *DB) Wording(ctx context.Context, by User, id uuid.UUID) (Wording, error) {
	var w Wording
	err := db.seenWordings(ctx, by).Preload("User").Preload("Decider").Preload("Job").Preload("Question").Where("wordings.id = ?", id).Take(&w).Error
	return w, mapped(err)
}

// JobWordings are what was suggested for a job's text: those that wait, the oldest first, then those decided, the newest first.
func (db *DB) JobWordings(ctx context.Context, by User, job uuid.UUID) ([]Wording, error) {
	return db.wordings(ctx, by, "wordings.job_id = ?", job)
}

// QuestionWordings are what was suggested for a question's text, in the same order.
func (db *DB) QuestionWordings(ctx context.Context, by User, question uuid.UUID) ([]Wording, error) {
	return db.wordings(ctx, by, "wordings.question_id = ?", question)
}

func (db *DB) wordings(ctx context.Context, by User, where string, id uuid.UUID) ([]Wording, error) {
	var ws []Wording
	err := db.seenWordings(ctx, by).Preload("User").Preload("Decider").Preload("Job").Preload("Question").Where(where, id).
		Order("wordings.state <> 'waiting', case when wordings.state = 'waiting' then wordings.created_at end, wordings.decided_at desc, wordings.id").
		Limit(200).Find(&ws).Error
	return ws, mapped(err)
}
