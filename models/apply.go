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

// Applying is what a candidate hands in.
type Applying struct {
	ID                                     uuid.UUID // of the hand-in, and of the application that it makes; zero for a new one
	At                                     time.Time // handed in; zero for now
	Quiet                                  bool      // no mail: the same person's next one follows and brings it
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

	decided bool // a person takes it in, whether the job was open or not
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
// What was handed in is taken once: another call with the same ID changes nothing and gives what the first one made.
func (db *DB) Apply(ctx context.Context, in Applying) (app Application, again bool, old string, err error) {
	if err := in.Check(); err != nil {
		return app, false, "", err
	}
	if in.ID == uuid.Nil {
		in.ID = NewID()
	}
	if in.At.IsZero() {
		in.At = db.Now()
	}
	in.At = in.At.Truncate(time.Microsecond) // as Postgres keeps it
	err = db.Tx(ctx, func(tx *DB) error {
		first, err := tx.beginHandIn(ctx, in)
		if err != nil {
			return err
		}
		if !first {
			app, again, err = tx.handedIn(ctx, in.ID)
			return err
		}
		job, err := tx.Job(ctx, in.JobID)
		if err != nil {
			return err
		}
		if !in.decided && !job.WasOpen(in.At) {
			return &ConflictError{Key: "apply.error.closed"}
		}
		if in.Link, err = tx.standingLink(ctx, in.Link); err != nil {
			return err
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
		if err := tx.endHandIn(ctx, in.ID, app.ID); err != nil || in.Quiet {
			return err
		}
		return tx.writeLetter(ctx, Letter{CandidateID: candidate.ID, ApplicationID: &app.ID, Kind: LetterReceived})
	})
	return app, again, old, err
}

// keepCandidate is the person behind the address, made or brought up to date; what was told later stands.
func (db *DB) keepCandidate(ctx context.Context, in Applying) (Candidate, error) {
	c := Candidate{ID: NewID(), Email: in.Email, EmailKey: EmailKey(in.Email), Name: in.Name, Phone: in.Phone, Language: in.Language, CreatedAt: in.At, UpdatedAt: in.At}
	columns := []string{"email", "name", "language", "updated_at"}
	if in.ConsentPool { // an empty box takes nothing back: the candidate's page does
		rules, err := db.CandidateRules(ctx)
		if err != nil {
			return c, err
		}
		until := rules.poolEnd(in.At)
		c.PoolUntil = &until
		columns = append(columns, "pool_until", "pool_asked_at")
	}
	if in.Phone != "" { // what was told before is not wiped by an empty field
		columns = append(columns, "phone")
	}
	err := db.q(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "email_key"}}, DoUpdates: clause.AssignmentColumns(columns),
		Where: clause.Where{Exprs: []clause.Expression{clause.Expr{SQL: "candidates.updated_at <= excluded.updated_at"}}},
	}).Create(&c).Error
	if err != nil {
		return c, mapped(err)
	}
	var kept Candidate
	return kept, mapped(db.q(ctx).Where("email_key = ?", c.EmailKey).Take(&kept).Error)
}

// keepApplication makes the application, or brings the one that stands up to date; old is then the replaced CV's key.
func (db *DB) keepApplication(ctx context.Context, candidateID uuid.UUID, in Applying, old *string) (app Application, again bool, err error) {
	err = mapped(db.q(ctx).Clauses(clause.Locking{Strength: "UPDATE"}).
		Where("candidate_id = ? and job_id = ?", candidateID, in.JobID).Take(&app).Error)
	if errors.Is(err, ErrNotFound) {
		app, err = db.addApplication(ctx, candidateID, in)
		return app, false, err
	}
	if err != nil {
		return app, true, err
	}
	since, err := db.handInsSince(ctx, app.ID, in.At)
	if err != nil {
		return app, true, err
	}
	app.UpdatedAt = db.Now()
	had := app.CVKey
	app.take(in, since, old)
	if app.CVKey != had {
		if err := db.noteCV(ctx, app.ID, had, app.CVKey); err != nil {
			return app, true, err
		}
	}
	if !since.any && (app.Stage == StageWithdrawn || app.Stage == StageRejected) { // applying anew is a new start
		if err := db.startAnew(ctx, &app, in.At); err != nil {
			return app, true, err
		}
	}
	return app, true, changed(db.q(ctx).Model(&app).Omit(clause.Associations).
		Select("message", "heard_from", "cv_key", "cv_name", "cv_type", "cv_size", "updated_at").Updates(app))
}

// addApplication makes the application of a candidate who has none for the job.
func (db *DB) addApplication(ctx context.Context, candidateID uuid.UUID, in Applying) (Application, error) {
	policy, err := db.creditPolicyAt(ctx, in.At)
	if err != nil {
		return Application{}, err
	}
	app := Application{
		ID: in.ID, CandidateID: candidateID, JobID: in.JobID, Stage: StageNew, Reached: StageNew, StageSince: in.At, SubmittedAt: in.At,
		ColleagueLearns: LearnsReceived,
		TakenAt:         db.Now(), UpdatedAt: db.Now(), CreditPolicy: policy.Policy, CreditWindow: policy.WindowDays,
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
	var none string
	app.take(in, handInsSince{}, &none)
	return app, mapped(db.q(ctx).Omit(clause.Associations).Create(&app).Error)
}

// take puts what was handed in into the application; what came after it stands. old is the key of the replaced CV.
func (a *Application) take(in Applying, since handInsSince, old *string) {
	if in.Message != "" && (!since.any || a.Message == "") {
		a.Message = in.Message
	}
	if in.HeardFrom != "" && (!since.any || a.HeardFrom == "") {
		a.HeardFrom = in.HeardFrom
	}
	if in.CV != nil && !since.cv {
		*old = a.CVKey
		a.CVKey, a.CVName, a.CVType, a.CVSize = in.CV.Key, in.CV.Name, in.CV.Type, in.CV.Size
	}
}

// startAnew opens an application again that had ended before the person applied once more.
func (db *DB) startAnew(ctx context.Context, app *Application, at time.Time) error {
	var ended bool
	err := db.q(ctx).Raw(`select exists (select from stage_changes where application_id = ? and to_stage = ? and at > ?)`,
		app.ID, app.Stage, at).Scan(&ended).Error
	if err != nil || ended {
		return mapped(err)
	}
	_, err = db.step(ctx, app, StageChange{ToStage: StageNew, ByCandidate: true})
	return err
}
