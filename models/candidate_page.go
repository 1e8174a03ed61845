package models

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// OwnPage is what a candidate sees of themself: all that is stored, but for the house's own notes and marks.
type OwnPage struct {
	Candidate
	Applications []OwnApplication // newest first
	Letters      []Letter         // newest first
}

// OwnApplication is an application as its candidate sees it.
type OwnApplication struct {
	Application
	Changes   []StageChange // oldest first, what was taken back left out
	Colleague string        // whose link it came by, where they show their name
	Undo      bool          // the withdrawal can be taken back
	Stays     []Stay        // what was answered whether they are still there
}

// Ended tells whether nothing more will come of it.
func (a OwnApplication) Ended() bool { return !UndecidedStages.Has(a.Stage) }

// Withdrawable tells whether the candidate can still withdraw it.
func (a OwnApplication) Withdrawable() bool { return UndecidedStages.Has(a.Stage) }

// OwnPage is the page that a mailed link opens; ErrNotFound where it is unknown, ended or too old.
func (db *DB) OwnPage(ctx context.Context, token string) (OwnPage, error) {
	var p OwnPage
	var err error
	if p.Candidate, err = db.CandidateByToken(ctx, token); err != nil {
		return p, err
	}
	return p, db.fillOwnPage(ctx, &p)
}

func (db *DB) fillOwnPage(ctx context.Context, p *OwnPage) error {
	var apps []Application
	err := db.q(ctx).Preload("Job").Preload("Link").Where("candidate_id = ?", p.ID).Order("submitted_at desc, id desc").Find(&apps).Error
	if err != nil {
		return mapped(err)
	}
	if err := db.q(ctx).Where("candidate_id = ?", p.ID).Order("created_at desc, id desc").Find(&p.Letters).Error; err != nil {
		return mapped(err)
	}
	var changes []StageChange
	err = db.q(ctx).Where("application_id in (select id from applications where candidate_id = ?) and not undone", p.ID).
		Order("at, id").Find(&changes).Error
	if err != nil {
		return mapped(err)
	}
	var stays []Stay
	err = db.q(ctx).Where("application_id in (select id from applications where candidate_id = ?) and answered_at is not null", p.ID).
		Order("months").Find(&stays).Error
	if err != nil {
		return mapped(err)
	}
	names, err := db.shownNames(ctx, apps)
	if err != nil {
		return err
	}
	for _, a := range apps {
		own := OwnApplication{Application: a}
		if a.Link != nil {
			own.Colleague = names[a.Link.UserID]
		}
		for _, c := range changes {
			if c.ApplicationID == a.ID {
				own.Changes = append(own.Changes, c)
			}
		}
		for _, s := range stays {
			if s.ApplicationID == a.ID {
				own.Stays = append(own.Stays, s)
			}
		}
		if n := len(own.Changes); n > 0 {
			own.Undo = own.Changes[n-1].resumable(a)
		}
		p.Applications = append(p.Applications, own)
	}
	return nil
}

// shownNames are the names of those colleagues behind links who let candidates read them.
func (db *DB) shownNames(ctx context.Context, apps []Application) (map[uuid.UUID]string, error) {
	var ids []uuid.UUID
	for _, a := range apps {
		if a.Link != nil {
			ids = append(ids, a.Link.UserID)
		}
	}
	var users []User
	names := map[uuid.UUID]string{}
	if len(ids) == 0 {
		return names, nil
	}
	err := db.q(ctx).Where("id in ? and show_name and deactivated_at is null", ids).Find(&users).Error
	for _, u := range users {
		names[u.ID] = u.Name
	}
	return names, mapped(err)
}

// resumable tells whether the change is a withdrawal that its candidate can take back: while the job is open, and nothing came after.
func (c StageChange) resumable(a Application) bool {
	return c.ByCandidate && !c.Undone && c.ToStage == StageWithdrawn && a.Stage == StageWithdrawn && a.Job != nil && a.Job.Status == JobPublished
}

// asCandidate runs fn for whom the link belongs to, holding their row; they are gone, or the link is, where it gives ErrNotFound.
func (db *DB) asCandidate(ctx context.Context, token string, fn func(tx *DB, c Candidate) error) error {
	return db.Tx(ctx, func(tx *DB) error {
		c, err := tx.CandidateByToken(ctx, token)
		if err == nil {
			err = mapped(tx.q(ctx).Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", c.ID).Take(&c).Error)
		}
		if err != nil {
			return err
		}
		return fn(tx, c)
	})
}

// ownApplication holds the candidate's own application.
func (db *DB) ownApplication(ctx context.Context, c Candidate, id uuid.UUID) (Application, error) {
	var a Application
	err := db.q(ctx).Preload("Job").Clauses(clause.Locking{Strength: "UPDATE"}).Where("candidate_id = ? and id = ?", c.ID, id).Take(&a).Error
	return a, mapped(err)
}

// Details are what a candidate may correct of themself.
type Details struct{ Name, Phone, Language string }

// CorrectDetails writes the candidate's own name, telephone number and language.
func (db *DB) CorrectDetails(ctx context.Context, token string, in Details) error {
	in.Name, in.Phone = tidy(in.Name), tidy(in.Phone)
	var bad ValidationErrors
	if in.Name == "" {
		bad.Add("name", "apply.error.name")
	}
	if !Languages.Has(in.Language) {
		bad.Add("language", "error.choose")
	}
	for _, f := range []struct {
		field, value string
		limit        int
	}{{"name", in.Name, MaxName}, {"phone", in.Phone, MaxPhone}} {
		bad.words(f.field, f.value, f.limit)
	}
	if err := bad.Err(); err != nil {
		return err
	}
	return db.asCandidate(ctx, token, func(tx *DB, c Candidate) error {
		if err := changed(tx.q(ctx).Model(&Candidate{}).Where("id = ?", c.ID).
			Updates(map[string]any{"name": in.Name, "phone": in.Phone, "language": in.Language, "updated_at": tx.Now()})); err != nil {
			return err
		}
		return tx.auditOwn(ctx, c, DidChange, Facts{"fields": differing("name", in.Name != c.Name, "phone", in.Phone != c.Phone, "language", in.Language != c.Language)})
	})
}

// words refuses a text that is too long or that cannot be stored.
func (v *ValidationErrors) words(field, value string, limit int) {
	if utf8.RuneCountInString(value) > limit {
		v.Add(field, "error.too_long", "Max", limit)
	}
	if !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
		v.Add(field, "error.characters")
	}
}

// OwnWords are what a candidate may change of an application.
type OwnWords struct {
	Message, HeardFrom string
	CV                 *CV  // another file; nil leaves the one that stands
	DropCV             bool // no file any more
}

// Check refuses what cannot be taken, all fields at once.
func (in *OwnWords) Check() error {
	in.Message, in.HeardFrom = strings.TrimSpace(in.Message), strings.TrimSpace(in.HeardFrom)
	var bad ValidationErrors
	bad.words("message", in.Message, MaxMessage)
	bad.words("heard_from", in.HeardFrom, MaxHeard)
	return bad.Err()
}

// CorrectApplication writes what the candidate says in an application; the file it had goes when it is replaced.
func (db *DB) CorrectApplication(ctx context.Context, token string, id uuid.UUID, in OwnWords) error {
	if err := in.Check(); err != nil {
		return err
	}
	return db.asCandidate(ctx, token, func(tx *DB, c Candidate) error {
		a, err := tx.ownApplication(ctx, c, id)
		if err != nil {
			return err
		}
		set := map[string]any{"message": in.Message, "heard_from": in.HeardFrom, "updated_at": tx.Now()}
		if in.CV == nil && in.DropCV {
			in.CV = &CV{}
		}
		if in.CV != nil {
			set["cv_key"], set["cv_name"], set["cv_type"], set["cv_size"] = in.CV.Key, in.CV.Name, in.CV.Type, in.CV.Size
		}
		if err := changed(tx.q(ctx).Model(&Application{}).Where("id = ?", id).Updates(set)); err != nil {
			return err
		}
		fields := differing("message", in.Message != a.Message, "heard_from", in.HeardFrom != a.HeardFrom, "cv", in.CV != nil)
		if err := tx.Audit(AsCandidate(ctx), Deed{DidChange, OfApplication, id, Facts{"fields": fields}}); err != nil {
			return err
		}
		if in.CV == nil || a.CVKey == in.CV.Key {
			return nil
		}
		if err := tx.noteCV(ctx, id, a.CVKey, in.CV.Key); err != nil || a.CVKey == "" {
			return err
		}
		return tx.enqueue(ctx, DeleteObjects{Keys: []string{a.CVKey}}, nil)
	})
}

// Withdraw ends the candidate's own application; nil is the only one that can still be withdrawn.
func (db *DB) Withdraw(ctx context.Context, token string, id *uuid.UUID) (Application, error) {
	var a Application
	err := db.asCandidate(ctx, token, func(tx *DB, c Candidate) error {
		if id == nil {
			var open []uuid.UUID
			err := tx.q(ctx).Model(&Application{}).Where("candidate_id = ? and stage in ?", c.ID, []string(UndecidedStages)).Pluck("id", &open).Error
			if err != nil {
				return mapped(err)
			}
			if len(open) != 1 {
				return Invalid("application", "candidate.error.which")
			}
			id = &open[0]
		}
		var err error
		if a, err = tx.ownApplication(ctx, c, *id); err != nil {
			return err
		}
		if a.Stage == StageWithdrawn { // pressed twice
			return nil
		}
		if !UndecidedStages.Has(a.Stage) {
			return &ConflictError{Key: "candidate.error.over"}
		}
		if _, err := tx.step(AsCandidate(ctx), &a, StageChange{ToStage: StageWithdrawn, ByCandidate: true}); err != nil {
			return err
		}
		return tx.writeLetter(ctx, Letter{CandidateID: c.ID, ApplicationID: &a.ID, Kind: LetterWithdrawn})
	})
	return a, err
}

// Resume takes the candidate's own withdrawal back.
func (db *DB) Resume(ctx context.Context, token string, id uuid.UUID) (Application, error) {
	var a Application
	err := db.asCandidate(ctx, token, func(tx *DB, c Candidate) error {
		var err error
		if a, err = tx.ownApplication(ctx, c, id); err != nil {
			return err
		}
		last, err := tx.lastStep(ctx, id)
		if err != nil {
			return err
		}
		if !last.resumable(a) {
			return &ConflictError{Key: "candidate.error.resume"}
		}
		if err := tx.takeBack(AsCandidate(ctx), &a, last); err != nil {
			return err
		}
		return tx.dropLetter(ctx, a.ID, LetterWithdrawn)
	})
	return a, err
}

// AllowColleague writes what the colleague who told the candidate about the job may learn.
func (db *DB) AllowColleague(ctx context.Context, token string, id uuid.UUID, learns string) error {
	if !ColleagueLearns.Has(learns) {
		return Invalid("learns", "error.choose")
	}
	return db.asCandidate(ctx, token, func(tx *DB, c Candidate) error {
		if err := changed(tx.q(ctx).Model(&Application{}).Where("id = ? and candidate_id = ?", id, c.ID).
			Updates(map[string]any{"colleague_learns": learns, "updated_at": tx.Now()})); err != nil {
			return err
		}
		return tx.Audit(AsCandidate(ctx), Deed{DidChange, OfApplication, id, Facts{"colleague_learns": learns}})
	})
}

// JoinPool writes the candidate's yes or no to being asked about later jobs; a yes holds anew for the house's time.
func (db *DB) JoinPool(ctx context.Context, token string, yes bool) error {
	rules, err := db.CandidateRules(ctx)
	if err != nil {
		return err
	}
	return db.asCandidate(ctx, token, func(tx *DB, c Candidate) error {
		set := map[string]any{"pool_until": nil, "pool_asked_at": nil, "updated_at": tx.Now()}
		if yes {
			set["pool_until"] = rules.poolEnd(tx.Now())
		}
		if err := changed(tx.q(ctx).Model(&Candidate{}).Where("id = ?", c.ID).Updates(set)); err != nil {
			return err
		}
		return tx.auditOwn(ctx, c, DidChange, Facts{"pool": yes})
	})
}

// auditOwn writes down what a candidate did with what is stored of them, at each of their applications.
func (db *DB) auditOwn(ctx context.Context, c Candidate, verb string, details Facts) error {
	var apps []uuid.UUID
	if err := db.q(ctx).Model(&Application{}).Where("candidate_id = ?", c.ID).Order("id").Pluck("id", &apps).Error; err != nil {
		return mapped(err)
	}
	for _, id := range apps {
		if err := db.Audit(AsCandidate(ctx), Deed{verb, OfCandidate, id, details}); err != nil {
			return err
		}
	}
	return nil
}

// AuditOwnExport writes down that a candidate takes what is stored of them.
func (db *DB) AuditOwnExport(ctx context.Context, c Candidate, format string) error {
	return db.Tx(ctx, func(tx *DB) error { return tx.auditOwn(ctx, c, DidExport, Facts{"format": format}) })
}

// OwnCV is the file of the candidate's own application.
func (db *DB) OwnCV(ctx context.Context, token string, id uuid.UUID) (CV, error) {
	c, err := db.CandidateByToken(ctx, token)
	if err != nil {
		return CV{}, err
	}
	var a Application
	err = db.q(ctx).Where("id = ? and candidate_id = ? and cv_key <> ''", id, c.ID).Take(&a).Error
	return CV{a.CVKey, a.CVName, a.CVType, a.CVSize}, mapped(err)
}
