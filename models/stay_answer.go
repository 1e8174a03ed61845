package models

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"kollega/internal/auth"
)

const (
	stayPurpose = "stay"

	// stayTokenDays is how long the link in a mail works.
	stayTokenDays = 60
)

// StayQuestion is the question with what it names: the job and the day of the hire, and who it is for as long as that is stored.
type StayQuestion struct {
	Stay      `gorm:"embedded"`
	JobTitle  string
	HiredAt   time.Time
	Candidate string // empty after the application was erased
	Leader    string // who leads the job; empty: nobody does, and HR is asked
	Answerer  string // who answered
	Yours     bool   // asked of whoever reads it, or silent so long that it is theirs as well
}

// stayQuestions are the questions that by may answer, with what they name: HR all, leaders those about jobs they lead, others none.
// A question that a later one has taken the place of is none any more.
func (db *DB) stayQuestions(ctx context.Context, by User) *gorm.DB {
	q := db.q(ctx).Table("stays s").
		Select(`s.*, j.title as job_title, a.stage_since as hired_at, coalesce(c.name, '') as candidate, coalesce(l.name, '') as leader,
			coalesce(w.name, '') as answerer, l.id is null or s.asked_of is null or s.asked_at < ? as yours`, db.Now().AddDate(0, 0, -StayWaits)).
		Joins("join applications a on a.id = s.application_id").Joins("join jobs j on j.id = a.job_id").
		Joins("left join candidates c on c.id = a.candidate_id").Joins("left join users w on w.id = s.answered_by").
		Joins("left join users l on l.id = j.leader_id and l.deactivated_at is null and l.role <> 'employee'").
		Where("a.stage = ? and not exists (select from stays n where n.application_id = s.application_id and n.months > s.months)", StageHired)
	switch {
	case by.Is(RoleHR):
		return q
	case by.Is(RoleLeader):
		return q.Where("j.leader_id = ?", by.ID)
	}
	return q.Where("false")
}

// Stays are the questions that by may answer: those without an answer, the longest asked first, and those lately answered, the newest first.
// led keeps to the jobs that by leads.
func (db *DB) Stays(ctx context.Context, by User, led bool) (open, answered []StayQuestion, err error) {
	q := db.stayQuestions(ctx, by)
	if led {
		q = q.Where("j.leader_id = ?", by.ID)
	}
	q = q.Session(newSession)
	if err := q.Where("s.answered_at is null").Order("s.asked_at, s.id").Limit(200).Scan(&open).Error; err != nil {
		return nil, nil, mapped(err)
	}
	err = q.Where("s.answered_at > ?", db.Now().AddDate(0, 0, -StayChangeable)).Order("s.answered_at desc, s.id").Limit(50).Scan(&answered).Error
	if led {
		for i := range open {
			open[i].Yours = true
		}
	}
	return open, answered, mapped(err)
}

// WaitingStays counts the questions that wait for HR: nobody leads the job, or whoever does has been silent.
func (db *DB) WaitingStays(ctx context.Context) (int, error) {
	open, _, err := db.Stays(ctx, System(), false)
	n := 0
	for _, q := range open {
		if q.Yours {
			n++
		}
	}
	return n, err
}

// StayQuestion is a question that by may answer, answered or not; ErrNotFound for every other.
func (db *DB) StayQuestion(ctx context.Context, by User, id uuid.UUID) (StayQuestion, error) {
	var q StayQuestion
	err := db.stayQuestions(ctx, by).Where("s.id = ?", id).Take(&q).Error
	return q, mapped(err)
}

// AnswerStay writes down whether the colleague is still there, or takes the answer back with StayNone.
func (db *DB) AnswerStay(ctx context.Context, by User, id uuid.UUID, answer string) error {
	return db.Tx(ctx, func(tx *DB) error {
		var s Stay
		if err := tx.q(ctx).Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).Take(&s).Error; err != nil {
			return mapped(err)
		}
		if _, err := tx.StayQuestion(ctx, by, id); err != nil {
			return err
		}
		if answer != StayNone && !StayAnswers.Has(answer) {
			return Invalid("answer", "error.choose")
		}
		if !s.Changeable(tx.Now()) {
			return &ConflictError{Key: "stay.error.late"}
		}
		set := map[string]any{"still": nil, "answered_by": by.ref(), "answered_at": tx.Now()}
		switch answer {
		case StayYes:
			set["still"] = true
		case StayNo:
			set["still"] = false
		case StayNone:
			set["answered_by"], set["answered_at"] = nil, nil
		}
		if err := changed(tx.q(ctx).Model(&Stay{}).Where("id = ?", id).Updates(set)); err != nil {
			return err
		}
		if err := tx.ForgetNotices(ctx, NoticeStay, id); err != nil {
			return err
		}
		return tx.Audit(As(ctx, by), Deed{DidChange, OfApplication, s.ApplicationID, Facts{"stay": fromTo(s.Answer(), answer)}})
	})
}

// StayToken signs the link by which that person answers a question without signing in.
func (db *DB) StayToken(ctx context.Context, id, userID uuid.UUID) (string, error) {
	signer, err := db.staySigner(ctx)
	if err != nil {
		return "", err
	}
	return signer.Sign(stayPurpose, append(id[:], userID[:]...), db.Now().AddDate(0, 0, stayTokenDays)), nil
}

// StayByToken is the question that a mailed link is about, and whose link it is. ErrNotFound where the link is none of ours or too old, or
// the person may not answer any more: they have left, or another leads the job.
func (db *DB) StayByToken(ctx context.Context, token string) (StayQuestion, User, error) {
	signer, err := db.staySigner(ctx)
	if err != nil {
		return StayQuestion{}, User{}, err
	}
	payload, err := signer.Verify(stayPurpose, token, db.Now())
	if errors.Is(err, auth.ErrBadToken) || errors.Is(err, auth.ErrExpiredToken) || err == nil && len(payload) != 32 {
		return StayQuestion{}, User{}, ErrNotFound
	}
	if err != nil {
		return StayQuestion{}, User{}, err
	}
	u, err := db.User(ctx, uuid.UUID(payload[16:]))
	if err == nil && !u.Active() {
		err = ErrNotFound
	}
	if err != nil {
		return StayQuestion{}, u, err
	}
	q, err := db.StayQuestion(ctx, u, uuid.UUID(payload[:16]))
	return q, u, err
}

func (db *DB) staySigner(ctx context.Context) (*auth.Signer, error) {
	secret, err := db.Secret(ctx, "stays", 32)
	if err != nil {
		return nil, err
	}
	signer, err := auth.NewSigner(auth.Key{ID: 1, Secret: secret})
	if err != nil {
		return nil, fmt.Errorf("links to questions: %w", err)
	}
	return signer, nil
}
