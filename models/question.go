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

	questionPage = 30 // in a list
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
	Inside    bool       // put to closed groups alone: there for nobody but who is in one of them
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

	Team  *Team  `gorm:"foreignKey:TeamID"`
	Group *Group `gorm:"foreignKey:GroupID"` // only where whoever asks may read it
}

// Open tells whether it takes answers.
func (q Question) Open() bool { return q.ClosedAt == nil }

// Over tells whether its job was published and takes no applications any more: nobody is invited for it.
func (q Question) Over(now time.Time) bool {
	return q.Job != nil && q.Job.Status != JobDraft && !q.Job.Open(now)
}

// Keeper tells whether by, who sees it, may close the question, decide about its wording and read what friends say: whoever asks, and HR.
func (q Question) Keeper(by User) bool { return q.UserID == by.ID || by.Is(RoleHR) }

// seenQuestion is what @id may see: what is put to all, to their team or to a group that they may read, or asked by themselves, and what they
// answered, are named in or are told of. HR sees what is put to teams. What is put to closed groups alone is seen by who is in one of them,
// whatever they have answered, and no role changes that.
const seenQuestion = `(questions.everybody or questions.user_id = @id
	or exists (select from question_places p left join groups g on g.id = p.group_id where p.question_id = questions.id
		and (p.team_id = @team or p.team_id is not null and @hr or g.kind = 'open'
			or exists (select from group_members m where m.group_id = p.group_id and m.user_id = @id)))
	or not questions.inside and exists (select from answers a where a.question_id = questions.id and a.withdrawn_at is null and (a.user_id = @id or a.named_id = @id
		or exists (select from answer_readers r where r.answer_id = a.id and r.user_id = @id))))`

// asking are the values of seenQuestion and seenAnswer for by.
func asking(by User) map[string]any {
	return map[string]any{"id": by.ID, "team": by.TeamID, "hr": by.Is(RoleHR)}
}

func (db *DB) seenQuestions(ctx context.Context, by User) *gorm.DB {
	return db.q(ctx).Model(&Question{}).Where(seenQuestion, asking(by))
}

// withPlaces adds whom a question is put to; of groups those that by may read.
func (db *DB) withPlaces(q *gorm.DB, by User) *gorm.DB {
	return q.Preload("Places.Team").Preload("Places.Group", func(q *gorm.DB) *gorm.DB { return readableGroup(q, by) })
}

// Question is a question that by may see, with who asks, whom, and its job; ErrNotFound for every other.
func (db *DB) Question(ctx context.Context, by User, id uuid.UUID) (Question, error) {
	var q Question
	err := db.withPlaces(db.seenQuestions(ctx, by), by).Preload("User").Preload("Job").Preload("Skill").Where("questions.id = ?", id).Take(&q).Error
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

// Questions are those that by may see: the open ones, the newest first, or those closed, those closed last first; next is the cursor of the
// page after, empty on the last.
func (db *DB) Questions(ctx context.Context, by User, closed bool, after string) (rows []QuestionRow, next string, err error) {
	at, which := "questions.created_at", "questions.closed_at is null"
	if closed {
		at, which = "questions.closed_at", "questions.closed_at is not null"
	}
	q, err := older(db.withPlaces(db.seenQuestions(ctx, by), by).Preload("User").Select(`questions.*,
			(exists (select from answers a where a.question_id = questions.id and a.user_id = @me and a.withdrawn_at is null)
				or exists (select from wordings w where w.question_id = questions.id and w.user_id = @me)) as answered,
			exists (select from answers a where a.question_id = questions.id and a.named_id = @me and a.withdrawn_at is null) as named`,
		map[string]any{"me": by.ID}).Where(which), at, "questions.id", after)
	if err != nil {
		return nil, "", err
	}
	if err := q.Order(at + " desc, questions.id desc").Limit(questionPage + 1).Find(&rows).Error; err != nil {
		return nil, "", mapped(err)
	}
	if len(rows) > questionPage {
		rows = rows[:questionPage]
		last := rows[questionPage-1]
		next = timeCursor(last.CreatedAt, last.ID)
		if closed {
			next = timeCursor(*last.ClosedAt, last.ID)
		}
	}
	return rows, next, nil
}

// UnansweredQuestions are the open questions of others that by has not answered: those that name them first, then the newest. What is put to
// a group that they are not in they find there.
func (db *DB) UnansweredQuestions(ctx context.Context, by User, most int) ([]Question, error) {
	var qs []Question
	err := db.seenQuestions(ctx, by).Preload("User").Where(`questions.closed_at is null and questions.user_id <> @id
		and not exists (select from answers a where a.question_id = questions.id and a.user_id = @id and a.withdrawn_at is null)
		and not exists (select from wordings w where w.question_id = questions.id and w.user_id = @id)
		and (questions.everybody or exists (select from answers a where a.question_id = questions.id and a.named_id = @id and a.withdrawn_at is null)
			or exists (select from question_places p where p.question_id = questions.id and (p.team_id is not null
				or exists (select from group_members m where m.group_id = p.group_id and m.user_id = @id))))`, asking(by)).
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
