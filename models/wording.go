package models

import (
	"context"
	"strconv"
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

const wordingPage = 50

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

// JobWordings are a page of what was suggested for a job's text: those that wait, the oldest first, then those decided, the newest first;
// next is the cursor of the page after, empty on the last.
func (db *DB) JobWordings(ctx context.Context, by User, job uuid.UUID, after string) (ws []Wording, next string, err error) {
	return db.wordings(ctx, by, "wordings.job_id = ?", job, after)
}

// QuestionWordings are a page of what was suggested for a question's text, in the same order.
func (db *DB) QuestionWordings(ctx context.Context, by User, question uuid.UUID, after string) (ws []Wording, next string, err error) {
	return db.wordings(ctx, by, "wordings.question_id = ?", question, after)
}

// AcceptedWordings are those by which a question's text was changed, with who suggested them, the first first.
func (db *DB) AcceptedWordings(ctx context.Context, by User, question uuid.UUID) (ws []Wording, err error) {
	err = db.seenWordings(ctx, by).Preload("User").Select("wordings.id, wordings.user_id, wordings.state, wordings.decided_at").
		Where("wordings.question_id = ? and wordings.state = ?", question, WordingAccepted).Order("wordings.decided_at, wordings.id").Find(&ws).Error
	return ws, mapped(err)
}

func (db *DB) wordings(ctx context.Context, by User, where string, id uuid.UUID, after string) (ws []Wording, next string, err error) {
	q := db.seenWordings(ctx, by).Preload("User").Preload("Decider").Preload("Job").Preload("Question").Where(where, id)
	if q, err = afterWording(q, after); err != nil {
		return nil, "", err
	}
	err = q.Order(`wordings.state <> 'waiting', case when wordings.state = 'waiting' then wordings.created_at end, case when wordings.state = 'waiting' then wordings.id end,
		wordings.decided_at desc, wordings.id desc`).Limit(wordingPage + 1).Find(&ws).Error
	if err != nil || len(ws) <= wordingPage {
		return ws, "", mapped(err)
	}
	ws = ws[:wordingPage]
	last := ws[wordingPage-1]
	at := last.CreatedAt
	if last.DecidedAt != nil {
		at = *last.DecidedAt
	}
	return ws, cursor(strconv.FormatBool(last.State == WordingWaiting), timeCursor(at, last.ID)), nil
}

// afterWording keeps to the wordings that come after a cursor.
func afterWording(q *gorm.DB, after string) (*gorm.DB, error) {
	if after == "" {
		return q, nil
	}
	parts, err := parseCursor(after, 2)
	if err != nil {
		return nil, err
	}
	at, id, err := parseTimeCursor(parts[1])
	switch {
	case err != nil:
		return nil, err
	case parts[0] == "true":
		return q.Where("(wordings.state <> 'waiting' or (wordings.created_at, wordings.id) > (?, ?))", at, id), nil
	}
	return q.Where("wordings.state <> 'waiting' and (wordings.decided_at, wordings.id) < (?, ?)", at, id), nil
}
