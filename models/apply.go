package models

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// Limits of what a candidate writes, in characters.
const (
	MaxName    = 200
	MaxPhone   = 40
	MaxMessage = 5000
	MaxHeard   = 200
)

// PoolConsent is how long a consent for later jobs lasts.
const poolConsentMonths = 12

// Applying is what a candidate hands in.
type Applying struct {
	JobID                                  uuid.UUID
	Name, Email, Phone, Message, HeardFrom string
	Language                               string
	ConsentPool                            bool
	CV                                     *CV       // nil without one
	Link                                   *Link     // the colleague's, nil by the open door
	ClickID                                uuid.UUID // zero when the page's token did not come along
	ClipID                                 uuid.UUID // that the page showed, zero without one
	Class                                  string    // of that click; empty when it is not known
	Trapped                                bool      // a field that no person sees was filled in: it earns nobody credit by itself
}

// CV is a file that lies in private storage already.
type CV struct {
	Key, Name, Type string
	Size            int64 // bytes
}

// Check refuses what cannot be taken, all fields at once.
func (in *Applying) Check() error {
	in.Name, in.Email, in.Phone = strings.TrimSpace(in.Name), strings.TrimSpace(in.Email), strings.TrimSpace(in.Phone)
	in.Message, in.HeardFrom = strings.TrimSpace(in.Message), strings.TrimSpace(in.HeardFrom)
	var bad ValidationErrors
	if in.Name == "" {
		bad.Add("name", "apply.error.name")
	}
	if err := CheckEmail(in.Email); err != nil {
		bad = append(bad, err)
	}
	for _, f := range []struct {
		field, value string
		limit        int
	}{{"name", in.Name, MaxName}, {"phone", in.Phone, MaxPhone}, {"message", in.Message, MaxMessage}, {"heard_from", in.HeardFrom, MaxHeard}} {
		if utf8.RuneCountInString(f.value) > f.limit {
			bad.Add(f.field, "error.too_long", "Max", f.limit)
		}
		if !utf8.ValidString(f.value) || strings.ContainsRune(f.value, 0) {
			bad.Add(f.field, "error.characters")
		}
	}
	return bad.Err()
}

// Apply takes an application in, with its credit and its confirmation mail, in one transaction. Who applied for the job
// before has that application brought up to date instead; again tells so, and old is the CV's key that is no longer used.
func (db *DB) Apply(ctx context.Context, in Applying) (app Application, again bool, old string, err error) {
	if err := in.Check(); err != nil {
		return app, false, "", err
	}
	err = db.Tx(ctx, func(tx *DB) error {
		job, err := tx.Job(ctx, in.JobID)
		if err != nil {
			return err
		}
		if !job.Open(tx.Now()) {
			return &ConflictError{Key: "apply.error.closed"}
		}
		candidate, err := tx.keepCandidate(ctx, in)
		if err != nil {
			return err
		}
		app, again, err = tx.keepApplication(ctx, candidate.ID, in, &old)
		if err != nil {
			return err
		}
		if !again {
			if err := tx.firstCredit(ctx, app, in); err != nil {
				return err
			}
		}
		return tx.enqueue(ctx, SendMail{Mail: MailReceived, ID: app.ID}, nil)
	})
	return app, again, old, err
}

// keepCandidate is the person behind the address, made or brought up to date.
func (db *DB) keepCandidate(ctx context.Context, in Applying) (Candidate, error) {
	now := db.Now()
	c := Candidate{ID: NewID(), Email: in.Email, EmailKey: EmailKey(in.Email), Name: in.Name, Phone: in.Phone, Language: in.Language, CreatedAt: now, UpdatedAt: now}
	columns := []string{"email", "name", "language", "updated_at"}
	if in.Phone != "" { // what was told before is not wiped by an empty field
		columns = append(columns, "phone")
	}
	err := db.q(ctx).Clauses(
		clause.OnConflict{Columns: []clause.Column{{Name: "email_key"}}, DoUpdates: clause.AssignmentColumns(columns)},
		clause.Returning{}).Create(&c).Error
	return c, mapped(err)
}

// keepApplication makes the application, or brings the one that stands up to date; old is then the replaced CV's key.
func (db *DB) keepApplication(ctx context.Context, candidateID uuid.UUID, in Applying, old *string) (app Application, again bool, err error) {
	now := db.Now()
	err = mapped(db.q(ctx).Clauses(clause.Locking{Strength: "UPDATE"}).
		Where("candidate_id = ? and job_id = ?", candidateID, in.JobID).Take(&app).Error)
	if again = err == nil; !again {
		if !errors.Is(err, ErrNotFound) {
			return app, false, err
		}
		policy, err := db.CreditPolicy(ctx)
		if err != nil {
			return app, false, err
		}
		app = Application{
			ID: NewID(), CandidateID: candidateID, JobID: in.JobID, Stage: StageNew, Reached: StageNew, SubmittedAt: now,
			CreditPolicy: policy.Policy, CreditWindow: policy.WindowDays,
		}
		if in.Link != nil {
			app.LinkID = &in.Link.ID
		}
		if in.ClickID != uuid.Nil {
			app.ClickID = &in.ClickID
		}
		if in.ClipID != uuid.Nil {
			app.ClipID = &in.ClipID
		}
	}
	app.UpdatedAt = now
	if in.Message != "" {
		app.Message = in.Message
	}
	if in.HeardFrom != "" {
		app.HeardFrom = in.HeardFrom
	}
	if in.ConsentPool {
		until := now.AddDate(0, poolConsentMonths, 0).Truncate(24 * time.Hour)
		app.ConsentPool, app.ConsentUntil = true, &until
	}
	if in.CV != nil {
		*old = app.CVKey
		app.CVKey, app.CVName, app.CVType, app.CVSize = in.CV.Key, in.CV.Name, in.CV.Type, in.CV.Size
	}
	if !again {
		return app, false, mapped(db.q(ctx).Omit(clause.Associations).Create(&app).Error)
	}
	if app.Stage == StageWithdrawn || app.Stage == StageRejected { // applying anew is a new start
		if err := db.moveStage(ctx, &app, StageNew, "", nil); err != nil {
			return app, true, err
		}
	}
	return app, true, changed(db.q(ctx).Model(&app).Omit(clause.Associations).
		Select("message", "heard_from", "consent_pool", "consent_until", "cv_key", "cv_name", "cv_type", "cv_size", "updated_at").Updates(app))
}
