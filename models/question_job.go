package models

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
)

const (
	// MaxFirstHours is the longest that those who helped may share a job before others are told: a week.
	MaxFirstHours = 168

	defaultFirstHours = 6
)

// JobFromQuestion makes a draft of what a question asks for. Everybody who helped is told that it is being written.
func (db *DB) JobFromQuestion(ctx context.Context, by User, id uuid.UUID, in JobInput) (job Job, err error) {
	if !by.Is(RoleHR) {
		return job, ErrForbidden
	}
	err = db.Tx(ctx, func(tx *DB) error {
		q, err := tx.lockQuestion(ctx, by, id)
		if err != nil {
			return err
		}
		if q.JobID != nil {
			return &ConflictError{Key: "question.conflict.job"}
		}
		if job, err = tx.CreateJob(As(ctx, by), by.ref(), in); err != nil {
			return err
		}
		if err := changed(tx.q(ctx).Model(&Question{}).Where("id = ?", id).
			Updates(map[string]any{"job_id": job.ID, "made": true, "updated_at": tx.Now()})); err != nil {
			return err
		}
		if err := tx.tellFeeds(ctx, id); err != nil {
			return err
		}
		if err := tx.Audit(As(ctx, by), Deed{DidChange, OfQuestion, id, Facts{"job": job.ID}}); err != nil {
			return err
		}
		people, err := tx.helpers(ctx, id)
		if err != nil {
			return err
		}
		if q.UserID != by.ID {
			people = append(people, q.UserID)
		}
		return tx.tellOf(ctx, people, Notice{Kind: NoticeJobFromQuestion, About: id, ActorID: &by.ID, JobID: &job.ID})
	})
	return job, err
}

// helpers are those who answered a question, or had its wording changed, and work here still.
func (db *DB) helpers(ctx context.Context, question uuid.UUID) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	err := db.q(ctx).Raw(`select u.id from users u where u.deactivated_at is null and (
			exists (select from answers a where a.question_id = @q and a.user_id = u.id and a.withdrawn_at is null)
			or exists (select from wordings w where w.question_id = @q and w.user_id = u.id and w.state <> 'declined')) order by u.id`,
		map[string]any{"q": question}).Scan(&ids).Error
	return ids, mapped(err)
}

// tellOf tells each of those people of the same thing.
func (db *DB) tellOf(ctx context.Context, people []uuid.UUID, n Notice) error {
	notices := make([]Notice, len(people))
	for i, id := range people {
		notices[i] = n
		notices[i].UserID = id
	}
	return db.Notify(ctx, notices...)
}

// jobIsOut tells those who helped that the job which was written from their answers is published: they may share it first. Who had a
// friend invited has a link for them; friends who said yes are written to. first says whether it came of a question: the others are told
// later, by TellTheRest.
func (db *DB) jobIsOut(ctx context.Context, job uuid.UUID) (first bool, err error) {
	var ids []uuid.UUID
	if err := db.q(ctx).Model(&Question{}).Where("job_id = ? and made", job).Pluck("id", &ids).Error; err != nil {
		return false, mapped(err)
	}
	for _, id := range ids { // one, as a rule
		people, err := db.helpers(ctx, id)
		if err != nil {
			return false, err
		}
		if err := db.tellOf(ctx, people, Notice{Kind: NoticeJobFromQuestion, About: job, JobID: &job}); err != nil {
			return false, err
		}
		if err := db.linksForFriends(ctx, id, job); err != nil {
			return false, err
		}
		var friends []uuid.UUID
		err = db.q(ctx).Model(&Friend{}).Where("accepted_at is not null and answer_id in (select id from answers where question_id = ?)", id).Pluck("id", &friends).Error
		if err != nil {
			return false, mapped(err)
		}
		for _, f := range friends {
			if err := db.enqueue(ctx, SendMail{Mail: MailFriendJob, ID: f}, nil); err != nil {
				return false, err
			}
		}
	}
	return len(ids) > 0, nil
}

// TellTheRest tells those who were asked and had not helped of the jobs that were written from questions, when the hours are over in
// which those who helped share first. It answers how many questions that were.
func (db *DB) TellTheRest(ctx context.Context) (int, error) {
	var due []Question
	err := db.q(ctx).Joins("join jobs j on j.id = questions.job_id").
		Where(`questions.made and questions.told_at is null and j.status = ? and j.published_at <= cast(? as timestamptz) - (select first_hours from organisation) * interval '1 hour'`,
			JobPublished, db.Now()).Order("questions.id").Limit(50).Find(&due).Error
	if err != nil {
		return 0, fmt.Errorf("tell the rest: %w", mapped(err))
	}
	for _, q := range due {
		err := db.Tx(ctx, func(tx *DB) error {
			res := tx.q(ctx).Model(&Question{}).Where("id = ? and told_at is null", q.ID).Update("told_at", tx.Now())
			if res.Error != nil || res.RowsAffected == 0 {
				return mapped(res.Error)
			}
			if err := tx.tellNewJob(ctx, *q.JobID); err != nil {
				return err
			}
			return tx.Announce(ctx, EventNewJob, *q.JobID, nil)
		})
		if err != nil {
			return 0, err
		}
	}
	return len(due), nil
}

// SaveFirstHours writes for how many hours those who helped share first.
func (db *DB) SaveFirstHours(ctx context.Context, hours int) error {
	if hours < 0 || hours > MaxFirstHours {
		return ValidationErrors{Invalid("first_hours", "organisation.error.first_hours", "Max", MaxFirstHours)}
	}
	return db.do(ctx, Deed{DidChange, OfOrganisation, uuid.Nil, Facts{"first_hours": hours}}, func(tx *DB) error {
		return changed(tx.q(ctx).Model(&Organisation{}).Where("one").Updates(map[string]any{"first_hours": hours, "updated_at": tx.Now()}))
	})
}

// QuestionStep is one line of a question's history.
type QuestionStep struct {
	Kind string // asked, wording, job, out, closed
	At   time.Time
	By   *User
}

// QuestionHistory is what happened to a question, in order: nothing of who answered.
func QuestionHistory(q Question, wordings []Wording) []QuestionStep {
	steps := []QuestionStep{{"asked", q.CreatedAt, q.User}}
	for _, w := range wordings {
		if w.State == WordingAccepted {
			steps = append(steps, QuestionStep{"wording", *w.DecidedAt, w.User})
		}
	}
	if q.Made && q.Job != nil {
		if !q.Job.CreatedAt.IsZero() {
			steps = append(steps, QuestionStep{Kind: "job", At: q.Job.CreatedAt})
		}
		if q.Job.PublishedAt != nil {
			steps = append(steps, QuestionStep{Kind: "out", At: *q.Job.PublishedAt})
		}
	}
	if q.ClosedAt != nil {
		steps = append(steps, QuestionStep{Kind: "closed", At: *q.ClosedAt})
	}
	slices.SortStableFunc(steps, func(a, b QuestionStep) int { return a.At.Compare(b.At) })
	return steps
}
