package models

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

const (
	// MaxBulk is how many applications are changed at once at most.
	MaxBulk = 200

	// BulkMailsAfter is how long letters about a change of several wait, so that whoever takes it back is in time.
	BulkMailsAfter = 2 * time.Minute
)

// What became of an application in a change of several.
const (
	BulkDone   = "done"
	BulkFirst  = "first"  // somebody had moved it from where it was seen: it was left alone
	BulkSame   = "same"   // it was so already
	BulkUndone = "undone" // done, and taken back
	BulkStays  = "stays"  // done, and not taken back with the others: somebody has moved or marked it on
)

// BulkChange is a change of several applications for one job: to a stage, or of one skill's mark.
type BulkChange struct {
	ID       uuid.UUID
	JobID    uuid.UUID
	UserID   *uuid.UUID
	ToStage  *string
	SkillID  *uuid.UUID
	Mark     *string
	MailsAt  *time.Time // when the letters about it go; nil without any
	At       time.Time
	UndoneAt *time.Time

	Job   *Job       `gorm:"foreignKey:JobID"`
	User  *User      `gorm:"foreignKey:UserID"`
	Skill *Skill     `gorm:"foreignKey:SkillID"`
	Items []BulkItem `gorm:"foreignKey:BulkID"`
}

// BulkItem is what became of one application in it.
type BulkItem struct {
	BulkID        uuid.UUID `gorm:"primaryKey"`
	ApplicationID uuid.UUID `gorm:"primaryKey"`
	ChangeID      *uuid.UUID
	MarkID        *uuid.UUID
	State         string

	Application *Application `gorm:"foreignKey:ApplicationID"`
	Change      *StageChange `gorm:"foreignKey:ChangeID"` // the step made, or the one that came first
}

// Chosen is an application that is to be changed, and the stage that whoever chose it saw it in.
type Chosen struct {
	ID   uuid.UUID
	From string
}

// BulkInput is a change of several that somebody asks for. Either To is a stage, or SkillID a skill that the job requires.
type BulkInput struct {
	ID      uuid.UUID // made with the page that asks
	JobID   uuid.UUID
	Chosen  []Chosen
	To      string
	SkillID uuid.UUID
	Mark    string
	Tell    bool
	Words   string
}

func (in *BulkInput) check() error {
	var bad ValidationErrors
	if len(in.Chosen) == 0 {
		bad.Add("application", "bulk.error.nobody")
	}
	if len(in.Chosen) > MaxBulk {
		bad.Add("application", "bulk.error.many", "Max", MaxBulk)
	}
	switch {
	case in.SkillID != uuid.Nil && !SkillMarkings.Has(in.Mark), in.SkillID == uuid.Nil && !Stages.Has(in.To):
		bad.Add("do", "error.choose")
	}
	if err := bad.Err(); err != nil {
		return err
	}
	return checkWords(in.Words)
}

// ChangeSeveral does what in asks for in one transaction: all of it is done, or nothing. Asked again with the same id it does nothing more,
// so that whoever does not know whether it was done may ask again. What somebody else has moved meanwhile is left alone.
func (db *DB) ChangeSeveral(ctx context.Context, by User, in BulkInput) error {
	if err := in.check(); err != nil {
		return err
	}
	if err := db.LeadsJob(ctx, by, in.JobID); err != nil {
		return err
	}
	ctx = As(ctx, by)
	return db.Tx(ctx, func(tx *DB) error {
		b := BulkChange{ID: in.ID, JobID: in.JobID, UserID: by.ref(), At: tx.Now()}
		if in.SkillID != uuid.Nil {
			b.SkillID, b.Mark = &in.SkillID, &in.Mark
		} else {
			b.ToStage = &in.To
		}
		res := tx.q(ctx).Omit(clause.Associations).Clauses(clause.OnConflict{DoNothing: true}).Create(&b)
		if res.Error != nil || res.RowsAffected == 0 {
			return mapped(res.Error)
		}
		items, err := tx.changeAll(ctx, by, in, &b)
		if err != nil {
			return err
		}
		if err := tx.q(ctx).Model(&BulkChange{}).Where("id = ?", b.ID).Update("mails_at", b.MailsAt).Error; err != nil {
			return mapped(err)
		}
		return mapped(tx.q(ctx).Omit(clause.Associations).Create(&items).Error)
	})
}

// changeAll changes the chosen applications one by one, holding them all.
func (db *DB) changeAll(ctx context.Context, by User, in BulkInput, b *BulkChange) ([]BulkItem, error) {
	apps, err := db.holdAll(ctx, by, in)
	if err != nil {
		return nil, err
	}
	job, err := db.Job(ctx, in.JobID)
	if err != nil {
		return nil, err
	}
	if in.SkillID != uuid.Nil && !slices.ContainsFunc(job.Skills, func(s JobSkill) bool { return s.SkillID == in.SkillID && s.Need == NeedRequired }) {
		return nil, Invalid("do", "error.choose")
	}
	items := make([]BulkItem, len(apps))
	for i := range apps {
		items[i] = BulkItem{BulkID: b.ID, ApplicationID: apps[i].ID, State: BulkDone}
		if in.SkillID != uuid.Nil {
			err = db.markOne(ctx, by, in, &items[i])
		} else {
			err = db.moveOne(ctx, by, in, job, &apps[i], b, &items[i])
		}
		if err != nil {
			return nil, err
		}
	}
	return items, nil
}

// holdAll reads the chosen applications that by may see and holds them, always in the same order, so that two who change the same ones
// wait for each other and never both.
func (db *DB) holdAll(ctx context.Context, by User, in BulkInput) ([]Application, error) {
	ids := make([]uuid.UUID, len(in.Chosen))
	for i, c := range in.Chosen {
		ids[i] = c.ID
	}
	var apps []Application
	err := db.seenApplications(db.q(ctx), by).Clauses(clause.Locking{Strength: "UPDATE"}).
		Where("applications.id in ? and applications.job_id = ?", ids, in.JobID).Order("applications.id").Find(&apps).Error
	if err == nil && len(apps) == 0 {
		return nil, ErrNotFound
	}
	return apps, mapped(err)
}

// moveOne is a step of one of them, with its letter.
func (db *DB) moveOne(ctx context.Context, by User, in BulkInput, job Job, app *Application, b *BulkChange, item *BulkItem) error {
	at := slices.IndexFunc(in.Chosen, func(c Chosen) bool { return c.ID == app.ID })
	if from := in.Chosen[at].From; from != "" && from != app.Stage {
		last, err := db.lastStep(ctx, app.ID)
		item.State = BulkFirst
		if last.ID != uuid.Nil {
			item.ChangeID = &last.ID
		}
		return err
	}
	if app.Stage == in.To {
		item.State = BulkSame
		return nil
	}
	step, err := db.step(ctx, app, StageChange{ToStage: in.To, UserID: by.ref()})
	if err != nil {
		return err
	}
	item.ChangeID = &step.ID
	kind := LetterFor(in.To, job)
	if !in.Tell || kind == "" {
		return nil
	}
	if b.MailsAt == nil {
		at := db.Now().Add(BulkMailsAfter)
		b.MailsAt = &at
	}
	return db.writeLetterAt(ctx, Letter{CandidateID: app.CandidateID, ApplicationID: &app.ID, Kind: kind, Words: in.Words, UserID: by.ref()}, b.MailsAt)
}

// markOne marks the skill of one of them.
func (db *DB) markOne(ctx context.Context, by User, in BulkInput, item *BulkItem) error {
	standing, err := db.standingMarks(ctx, item.ApplicationID)
	if err != nil {
		return err
	}
	if m, ok := standing[in.SkillID]; ok && m.Mark == in.Mark || !ok && in.Mark == SkillOpen {
		item.State = BulkSame
		return nil
	}
	m, err := db.mark(ctx, by, item.ApplicationID, in.SkillID, in.Mark)
	if err != nil {
		return err
	}
	item.MarkID = &m.ID
	return db.judgeSkills(ctx, "a.id = ?", item.ApplicationID)
}

// BulkChange is a change of several with what became of each application, by name; ErrNotFound where by may not see it. Who was erased
// since is left out.
func (db *DB) BulkChange(ctx context.Context, by User, id uuid.UUID) (BulkChange, error) {
	var b BulkChange
	err := db.q(ctx).Preload("Job").Preload("User").Preload("Skill").Preload("Items").
		Preload("Items.Application", func(q *gorm.DB) *gorm.DB { return db.seenApplications(q, by) }).Preload("Items.Application.Candidate").
		Preload("Items.Change.User").Where("id = ?", id).Take(&b).Error
	if err != nil {
		return b, mapped(err)
	}
	if err := db.LeadsJob(ctx, by, b.JobID); err != nil {
		return b, err
	}
	b.Items = slices.DeleteFunc(b.Items, func(i BulkItem) bool { return i.Application == nil })
	slices.SortFunc(b.Items, func(x, y BulkItem) int { return bytes.Compare(x.ApplicationID[:], y.ApplicationID[:]) })
	return b, nil
}

// Undoable tells whether by may still take the change back: their own, just made.
func (b BulkChange) Undoable(by User, now time.Time) bool {
	return b.UndoneAt == nil && b.UserID != nil && *b.UserID == by.ID && now.Sub(b.At) < undoFor &&
		slices.ContainsFunc(b.Items, func(i BulkItem) bool { return i.State == BulkDone })
}

// ChosenApplications are those of the chosen that by may see, with candidate and job, by name.
func (db *DB) ChosenApplications(ctx context.Context, by User, in BulkInput) ([]Application, error) {
	ids := make([]uuid.UUID, len(in.Chosen))
	for i, c := range in.Chosen {
		ids[i] = c.ID
	}
	var apps []Application
	err := db.seenApplications(db.q(ctx), by).Preload("Candidate").Preload("Job").Joins("join candidates c on c.id = applications.candidate_id").
		Where("applications.id in ? and applications.job_id = ?", ids, in.JobID).Order(`c.name collate "nb-x-icu", applications.id`).Find(&apps).Error
	return apps, mapped(err)
}
