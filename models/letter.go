package models

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"gorm.io/gorm/clause"
)

// Kinds of letters to candidates.
const (
	LetterReceived  = "received"
	LetterScreening = "screening"
	LetterInterview = "interview"
	LetterOffer     = "offer"
	LetterHired     = "hired"
	LetterRejected  = "rejected"
	LetterWithdrawn = "withdrawn"
	LetterFilled    = "filled"  // the job went to somebody else
	LetterRenewal   = "renewal" // of the consent for later jobs
	LetterLink      = "link"    // a new link to the candidate's page
)

// LetterKinds are all kinds, in the order that HR reads them.
var LetterKinds = Words{
	LetterReceived, LetterScreening, LetterInterview, LetterOffer, LetterHired, LetterRejected, LetterFilled, LetterWithdrawn, LetterRenewal, LetterLink,
}

// States of a letter.
const (
	LetterQueued  = "queued"  // on its way, or waiting for the mail server to come back
	LetterSent    = "sent"    // a mail server has taken it, or it was written to the folder
	LetterRefused = "refused" // the mail server will not take it: mostly there is no such address
	LetterFailed  = "failed"  // tried for days, in vain
)

// MaxWords is the longest personal line of a letter, in characters.
const MaxWords = 1000

// Letter is a mail to a candidate.
type Letter struct {
	ID            uuid.UUID
	CandidateID   uuid.UUID
	ApplicationID *uuid.UUID // nil where it is about the person
	Kind          string
	Words         string // a personal line
	State         string
	Tries         int
	Code          int    // the mail server's answer, 0 without one
	Detail        string // in its words, without the address
	UserID        *uuid.UUID
	CreatedAt     time.Time
	SentAt        *time.Time

	Candidate   *Candidate   `gorm:"foreignKey:CandidateID"`
	Application *Application `gorm:"foreignKey:ApplicationID"`
	User        *User        `gorm:"foreignKey:UserID"`
}

// Stuck tells whether somebody has to do something for it to arrive.
func (l Letter) Stuck() bool { return l.State == LetterRefused || l.State == LetterFailed }

// LetterFor is the kind of letter that tells of a stage; empty where there is none to tell.
func LetterFor(stage string, job Job) string {
	switch stage {
	case StageNew:
		return ""
	case StageRejected:
		if job.Status == JobFilled {
			return LetterFilled
		}
		return LetterRejected
	}
	return stage // the other kinds bear the stages' names
}

// writeLetter puts a letter on its way, in the transaction of what it is about.
func (db *DB) writeLetter(ctx context.Context, l Letter) error { return db.writeLetterAt(ctx, l, nil) }

// writeLetterAt puts a letter on its way, to go at that time at the earliest; nil is now.
func (db *DB) writeLetterAt(ctx context.Context, l Letter, at *time.Time) error {
	l.ID, l.State, l.CreatedAt, l.Words = NewID(), LetterQueued, db.Now(), strings.TrimSpace(l.Words)
	if err := db.q(ctx).Omit(clause.Associations).Create(&l).Error; err != nil {
		return mapped(err)
	}
	if l.UserID != nil && l.ApplicationID != nil { // somebody has it sent
		if err := db.Audit(ctx, Deed{DidAdd, OfLetter, *l.ApplicationID, Facts{"letter": l.Kind}}); err != nil {
			return err
		}
	}
	var later *river.InsertOpts
	if at != nil {
		later = &river.InsertOpts{ScheduledAt: *at}
	}
	return db.enqueue(ctx, SendMail{Mail: MailLetter, ID: l.ID}, later)
}

// dropLetter forgets a letter that has not gone yet, as what it tells was taken back.
func (db *DB) dropLetter(ctx context.Context, appID uuid.UUID, kind string) error {
	return mapped(db.q(ctx).Where("application_id = ? and kind = ? and state = ?", appID, kind, LetterQueued).Delete(&Letter{}).Error)
}

// checkWords refuses a personal line that is too long.
func checkWords(words string) error {
	if utf8.RuneCountInString(words) > MaxWords {
		return Invalid("words", "error.too_long", "Max", MaxWords)
	}
	return nil
}

// Letter is a letter with everything that it says; ErrNotFound where nobody should get it any more.
func (db *DB) Letter(ctx context.Context, id uuid.UUID) (Letter, error) {
	var l Letter
	err := db.q(ctx).Preload("Candidate").Preload("Application.Job").Where("id = ?", id).Take(&l).Error
	return l, mapped(err)
}

// Letters are an application's letters that by may see, newest first, with who had them sent.
func (db *DB) Letters(ctx context.Context, by User, appID uuid.UUID) ([]Letter, error) {
	var ls []Letter
	seen := db.seenApplications(db.q(ctx).Model(&Application{}).Select("applications.id"), by)
	err := db.q(ctx).Preload("User").Where("application_id = ? and application_id in (?)", appID, seen).Order("created_at desc, id desc").Find(&ls).Error
	return ls, mapped(err)
}

// LetterOutcome is what became of trying to send a letter.
type LetterOutcome struct {
	State  string
	Code   int
	Detail string
}

// maxDetail bounds what is kept of a mail server's words, in bytes.
const maxDetail = 500

// NoteLetter writes down what became of a try; ErrNotFound where the letter's candidate was erased meanwhile.
func (db *DB) NoteLetter(ctx context.Context, id uuid.UUID, o LetterOutcome) error {
	detail := strings.ToValidUTF8(o.Detail[:min(len(o.Detail), maxDetail)], "")
	set := map[string]any{"state": o.State, "code": o.Code, "detail": detail, "tries": clause.Expr{SQL: "tries + 1"}}
	if o.State == LetterSent {
		set["sent_at"] = db.Now()
	}
	return changed(db.q(ctx).Model(&Letter{}).Where("id = ?", id).Updates(set))
}

// CorrectAddress writes the address that a candidate's mails should have gone to and sends what did not arrive again. Links that
// went to the old one end: somebody else may read it.
func (db *DB) CorrectAddress(ctx context.Context, by User, appID uuid.UUID, email string) error {
	email = strings.TrimSpace(email)
	if err := CheckEmail(email); err != nil {
		return ValidationErrors{err}
	}
	return db.Tx(ctx, func(tx *DB) error {
		app, err := tx.Application(ctx, by, appID)
		if err != nil {
			return err
		}
		if app.Candidate.Email != email {
			if err := tx.moveAddress(ctx, *app.Candidate, email); err != nil {
				return err
			}
		}
		if err := tx.Audit(As(ctx, by), Deed{DidChange, OfCandidate, appID, Facts{"fields": "email"}}); err != nil {
			return err
		}
		return tx.resendLetters(ctx, app.CandidateID)
	})
}

func (db *DB) moveAddress(ctx context.Context, c Candidate, email string) error {
	var taken int64
	err := db.q(ctx).Model(&Candidate{}).Where("email_key = ? and id <> ?", EmailKey(email), c.ID).Count(&taken).Error
	if err != nil {
		return mapped(err)
	}
	if taken > 0 {
		return Invalid("email", "letter.error.taken")
	}
	if err := db.q(ctx).Where("candidate_id = ?", c.ID).Delete(&CandidateToken{}).Error; err != nil {
		return mapped(err)
	}
	return changed(db.q(ctx).Model(&Candidate{}).Where("id = ?", c.ID).
		Updates(map[string]any{"email": email, "email_key": EmailKey(email), "updated_at": db.Now()}))
}

// resendLetters puts every letter that is stuck on its way again.
func (db *DB) resendLetters(ctx context.Context, candidateID uuid.UUID) error {
	var stuck []uuid.UUID
	err := db.q(ctx).Model(&Letter{}).Where("candidate_id = ? and state in ?", candidateID, []string{LetterRefused, LetterFailed}).Order("created_at").Pluck("id", &stuck).Error
	if err != nil || len(stuck) == 0 {
		return mapped(err)
	}
	if err := db.q(ctx).Model(&Letter{}).Where("id in ?", stuck).Update("state", LetterQueued).Error; err != nil {
		return mapped(err)
	}
	for _, id := range stuck {
		if err := db.enqueue(ctx, SendMail{Mail: MailLetter, ID: id}, nil); err != nil {
			return err
		}
	}
	return nil
}
