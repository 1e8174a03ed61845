package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

const (
	// MaxQuestionTitle is the longest title of a question, in characters.
	MaxQuestionTitle = 120
	// MaxQuestionWords is how much may be written below it, in characters.
	MaxQuestionWords = 2000

	maxQuestions = 100 // in a list
)

// Question is what a leader or HR asks colleagues: who knows somebody for what is missing.
type Question struct {
	ID        uuid.UUID
	UserID    uuid.UUID
	Title     string // whom or what is missing
	Words     string
	SkillID   *uuid.UUID
	JobID     *uuid.UUID // what it is about, or what HR wrote from it
	Made      bool       // the job was written from the question
	Everybody bool       // put to all; otherwise to its places
	ClosedAt  *time.Time
	ToldAt    *time.Time // when those who were asked and had not helped were told of the job
	CreatedAt time.Time
	UpdatedAt time.Time

	User   *User           `gorm:"foreignKey:UserID"`
	Job    *Job            `gorm:"foreignKey:JobID"`
	Skill  *Skill          `gorm:"foreignKey:SkillID"`
	Places []QuestionPlace `gorm:"foreignKey:QuestionID"`
}

// QuestionPlace is a team, or a group, that a question is put to.
type QuestionPlace struct {
	QuestionID uuid.UUID
	TeamID     *uuid.UUID
	GroupID    *uuid.UUID

	Team *Team `gorm:"foreignKey:TeamID"`
}

// Open tells whether it takes answers.
func (q Question) Open() bool { return q.ClosedAt == nil }

// Over tells whether its job was published and takes no applications any more: nobody is invited for it.
func (q Question) Over(now time.Time) bool {
	return q.Job != nil && q.Job.Status != JobDraft && !q.Job.Open(now)
}

// Keeper tells whether by may close the question, decide about its wording and read what friends say: whoever asks, and HR.
func (q Question) Keeper(by User) bool { return q.UserID == by.ID || by.Is(RoleHR) }

// seenQuestion is what @id may see: what is put to all or to their team or asked by themselves, and what they answered, are named in or
// are told of. HR sees what is put to teams.
const seenQuestion = `(questions.everybody or questions.user_id = @id
	or exists (select from question_places p where p.question_id = questions.id and (p.team_id = @team or p.team_id is not null and @hr))
	or exists (select from answers a where a.question_id = questions.id and a.withdrawn_at is null and (a.user_id = @id or a.named_id = @id
		or exists (select from answer_readers r where r.answer_id = a.id and r.user_id = @id))))`

// asking are the values of seenQuestion and seenAnswer for by.
func asking(by User) map[string]any {
	return map[string]any{"id": by.ID, "team": by.TeamID, "hr": by.Is(RoleHR)}
}

func (db *DB) seenQuestions(ctx context.Context, by User) *gorm.DB {
	return db.q(ctx).Model(&Question{}).Where(seenQuestion, asking(by))
}

// Question is a question that by may see, with who asks, whom, and its job; ErrNotFound for every other.
func (db *DB) Question(ctx context.Context, by User, id uuid.UUID) (Question, error) {
	var q Question
	err := db.seenQuestions(ctx, by).Preload("User").Preload("Job").Preload("Skill").Preload("Places.Team").Where("questions.id = ?", id).Take(&q).Error
	if err != nil {
		return q, mapped(err)
	}
	if q.Job != nil && q.Job.Status == JobDraft && !by.Is(RoleHR) { // that there is one is told, not what stands in it
		q.Job = &Job{ID: q.Job.ID, Status: JobDraft}
	}
	return q, nil
}

// QuestionRow is a question in a list.
type QuestionRow struct {
	Question

	Answered bool // by who looks
	Named    bool // who looks was named in an answer
}

// Questions are those that by may see: the open ones and those closed last, the newest first.
func (db *DB) Questions(ctx context.Context, by User) (open, closed []QuestionRow, err error) {
	list := func() *gorm.DB {
		return db.seenQuestions(ctx, by).Preload("User").Preload("Places.Team").Select(`questions.*,
			(exists (select from answers a where a.question_id = questions.id and a.user_id = @me and a.withdrawn_at is null)
				or exists (select from wordings w where w.question_id = questions.id and w.user_id = @me)) as answered,
			exists (select from answers a where a.question_id = questions.id and a.named_id = @me and a.withdrawn_at is null) as named`,
			map[string]any{"me": by.ID})
	}
	if err := list().Where("closed_at is null").Order("questions.created_at desc, questions.id desc").Limit(maxQuestions).Find(&open).Error; err != nil {
		return nil, nil, mapped(err)
	}
	err = list().Where("closed_at is not null").Order("closed_at desc, questions.id desc").Limit(20).Find(&closed).Error
	return open, closed, mapped(err)
}

// UnansweredQuestions are the open questions of others that by has not answered: those that name them first, then the newest.
func (db *DB) UnansweredQuestions(ctx context.Context, by User, most int) ([]Question, error) {
	var qs []Question
	err := db.seenQuestions(ctx, by).Preload("User").Where(`questions.closed_at is null and questions.user_id <> @id
		and not exists (select from answers a where a.question_id = questions.id and a.user_id = @id and a.withdrawn_at is null)
		and not exists (select from wordings w where w.question_id = questions.id and w.user_id = @id)`, asking(by)).
		Order(clause.OrderBy{Expression: clause.Expr{SQL: `exists (select from answers a where a.question_id = questions.id and a.named_id = ? and a.withdrawn_at is null) desc,
			questions.created_at desc, questions.id desc`, Vars: []any{by.ID}}}).Limit(most).Find(&qs).Error
	return qs, mapped(err)
}

// lockQuestion is a question that by may see and nobody else may change until the transaction ends.
func (db *DB) lockQuestion(ctx context.Context, by User, id uuid.UUID) (Question, error) {
	var q Question
	err := db.seenQuestions(ctx, by).Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Where("questions.id = ?", id).Take(&q).Error
	return q, mapped(err)
}

// tellLive has open pages of those people look at the question again.
func (db *DB) tellLive(ctx context.Context, question uuid.UUID, people ...uuid.UUID) error {
	if len(people) == 0 {
		return nil
	}
	return mapped(db.q(ctx).Exec(`insert into live_changes (kind, about, users) values ('question', ?, ?::uuid[])`, question, uuidArray(people)).Error)
}
