package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// Kinds of answers.
const (
	AnswerMe        = "me"        // the colleague is interested
	AnswerFriend    = "friend"    // the colleague knows somebody
	AnswerColleague = "colleague" // another colleague is to be asked
)

const (
	// MaxAnswerWords is how much may be written with an answer, in characters.
	MaxAnswerWords = 1000

	maxReaders = 10 // of one internal interest
	answerPage = 100
)

// Answer is what a colleague says to a question.
type Answer struct {
	ID           uuid.UUID
	QuestionID   uuid.UUID
	UserID       uuid.UUID
	Kind         string
	Words        string     // empty where it was taken back
	NamedID      *uuid.UUID // the colleague to ask
	LinkID       *uuid.UUID // that somebody they know was given
	InvitedUntil *time.Time // until when at the latest anything is stored of a friend who has not said yes
	Joined       bool       // the friend lets the colleague know that they said yes
	CreatedAt    time.Time
	WithdrawnAt  *time.Time

	User    *User  `gorm:"foreignKey:UserID"`
	Named   *User  `gorm:"foreignKey:NamedID"`
	Link    *Link  `gorm:"foreignKey:LinkID"`
	Readers []User `gorm:"many2many:answer_readers"` // of an internal interest
}

// seenAnswer is what @id may read: what they answered, and of others' interest in the job what they were chosen to read, nobody else; of
// other answers those that name them and those to their own questions, HR to all that it may see.
const seenAnswer = `answers.withdrawn_at is null and (answers.user_id = @id
	or answers.kind = 'me' and exists (select from answer_readers r where r.answer_id = answers.id and r.user_id = @id)
	or answers.kind <> 'me' and (@hr or answers.named_id = @id or exists (select from questions own where own.id = answers.question_id and own.user_id = @id)))`

func (db *DB) seenAnswers(ctx context.Context, by User) *gorm.DB {
	return db.q(ctx).Model(&Answer{}).Where(seenAnswer, asking(by)).
		Where("answers.question_id in (?)", db.seenQuestions(ctx, by).Select("questions.id"))
}

// Answers are the first answers to a question that by may read, in the order they came.
func (db *DB) Answers(ctx context.Context, by User, question uuid.UUID) ([]Answer, error) {
	as, _, err := db.AnswersAfter(ctx, by, question, "")
	return as, err
}

// AnswersAfter are a page of the answers to a question that by may read, in the order they came; next is the cursor of the page after, empty
// on the last.
func (db *DB) AnswersAfter(ctx context.Context, by User, question uuid.UUID, after string) (as []Answer, next string, err error) {
	q := db.seenAnswers(ctx, by).Preload("User.Team").Preload("Named").Preload("Link").Preload("Readers", orderedByName).Where("answers.question_id = ?", question)
	if after != "" {
		at, id, err := parseTimeCursor(after)
		if err != nil {
			return nil, "", err
		}
		q = q.Where("(answers.created_at, answers.id) > (?, ?)", at, id)
	}
	if err := q.Order("answers.created_at, answers.id").Limit(answerPage + 1).Find(&as).Error; err != nil {
		return nil, "", mapped(err)
	}
	if len(as) > answerPage {
		as = as[:answerPage]
		next = timeCursor(as[answerPage-1].CreatedAt, as[answerPage-1].ID)
	}
	return as, next, nil
}

// Answer is an answer that by may read; ErrNotFound for every other.
func (db *DB) Answer(ctx context.Context, by User, id uuid.UUID) (Answer, error) {
	var a Answer
	err := db.seenAnswers(ctx, by).Preload("User").Preload("Named").Where("answers.id = ?", id).Take(&a).Error
	return a, mapped(err)
}

// AnswerPage is the cursor of the page that an answer stands on for by, see AnswersAfter; empty for the first.
func (db *DB) AnswerPage(ctx context.Context, by User, a Answer) (string, error) {
	list := func() *gorm.DB { return db.seenAnswers(ctx, by).Where("answers.question_id = ?", a.QuestionID) }
	return pageOf(list, "answers.created_at", "answers.id", a.CreatedAt, a.ID, answerPage)
}

func orderedByName(q *gorm.DB) *gorm.DB { return q.Order(`users.name collate "nb-x-icu", users.id`) }
