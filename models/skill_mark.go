package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// What people saw of a skill in an application.
const (
	SkillSeen    = "seen"
	SkillNotSeen = "not_seen"
	SkillOpen    = "open" // nobody has looked yet, or the mark was taken back
)

// SkillMarkings are these.
var SkillMarkings = Words{SkillSeen, SkillNotSeen, SkillOpen}

// SkillMark is that somebody marked a skill of an application; the newest of each holds.
type SkillMark struct {
	ID            uuid.UUID
	ApplicationID uuid.UUID
	SkillID       uuid.UUID
	Mark          string
	UserID        *uuid.UUID
	At            time.Time

	Skill Skill `gorm:"foreignKey:SkillID"`
	User  *User `gorm:"foreignKey:UserID"`
}

// RequiredSkill is a skill that an application's job requires, with the mark that holds; Last is nil where nobody has looked yet.
type RequiredSkill struct {
	Skill
	Mark string
	Last *SkillMark
}

// RequiredSkills are the skills that the job of an application requires, in the job's order, as they are marked.
func (db *DB) RequiredSkills(ctx context.Context, app Application) ([]RequiredSkill, error) {
	job, err := db.Job(ctx, app.JobID)
	if err != nil {
		return nil, err
	}
	standing, err := db.standingMarks(ctx, app.ID)
	var out []RequiredSkill
	for _, s := range job.Skills {
		if s.Need != NeedRequired {
			continue
		}
		r := RequiredSkill{Skill: s.Skill, Mark: SkillOpen}
		if m, ok := standing[s.SkillID]; ok {
			r.Mark, r.Last = m.Mark, &m
		}
		out = append(out, r)
	}
	return out, err
}

// standingMarks are the marks of an application that hold, by skill.
func (db *DB) standingMarks(ctx context.Context, appID uuid.UUID) (map[uuid.UUID]SkillMark, error) {
	var marks []SkillMark
	err := db.q(ctx).Table("standing_skill_marks").Preload("User").Where("application_id = ?", appID).Find(&marks).Error
	standing := map[uuid.UUID]SkillMark{}
	for _, m := range marks {
		standing[m.SkillID] = m
	}
	return standing, mapped(err)
}

// MarkSkills writes what by saw of the skills that the job of an application requires; what is marked so already changes nothing.
// It gives how many marks are new.
func (db *DB) MarkSkills(ctx context.Context, by User, id uuid.UUID, marks map[uuid.UUID]string) (changed int, err error) {
	for _, m := range marks {
		if !SkillMarkings.Has(m) {
			return 0, Invalid("mark", "error.choose")
		}
	}
	err = db.Tx(ctx, func(tx *DB) error {
		var app Application
		if err := tx.lockApplication(ctx, by, id, &app); err != nil {
			return err
		}
		required, err := tx.RequiredSkills(ctx, app)
		if err != nil {
			return err
		}
		for _, s := range required {
			if m, said := marks[s.ID]; said && m != s.Mark {
				if _, err := tx.mark(ctx, by, id, s.ID, m); err != nil {
					return err
				}
				changed++
			}
		}
		if changed == 0 {
			return nil
		}
		return tx.judgeSkills(ctx, "a.id = ?", id)
	})
	return changed, err
}

// mark adds a mark to an application that the caller holds.
func (db *DB) mark(ctx context.Context, by User, appID, skillID uuid.UUID, mark string) (SkillMark, error) {
	m := SkillMark{ID: NewID(), ApplicationID: appID, SkillID: skillID, Mark: mark, UserID: by.ref(), At: db.Now()}
	if err := db.q(ctx).Omit(clause.Associations).Create(&m).Error; err != nil {
		return m, mapped(err)
	}
	if err := touched(db.q(ctx), appID, db.Now()); err != nil {
		return m, err
	}
	return m, db.Audit(As(ctx, by), Deed{DidChange, OfApplication, appID, Facts{"mark": mark, "skill": skillID}})
}

// touched notes that something happened to an application.
func touched(q *gorm.DB, appID uuid.UUID, at time.Time) error {
	return changed(q.Model(&Application{}).Where("id = ?", appID).Update("updated_at", at))
}

// judgeSkills makes skills_seen say whether every required skill of the application's job is marked as seen; where the job requires
// none, none was seen. The caller holds the applications, named a.
func (db *DB) judgeSkills(ctx context.Context, where string, args ...any) error {
	return mapped(db.q(ctx).Exec(`update applications a set skills_seen = not a.skills_seen
		where a.candidate_id is not null and `+where+` and a.skills_seen is distinct from (
			select count(*) > 0 and count(*) = count(*) filter (where m.mark = 'seen')
			from job_skills s left join standing_skill_marks m on m.application_id = a.id and m.skill_id = s.skill_id
			where s.job_id = a.job_id and s.need = 'required')`, args...).Error)
}

// judgeJob judges the applications anew whose candidates wait to hear, when their job's skills change. What has ended stays as it was
// judged, and is judged anew when it is taken up again.
func (db *DB) judgeJob(ctx context.Context, jobID uuid.UUID) error {
	var held []uuid.UUID
	err := db.q(ctx).Model(&Application{}).Clauses(clause.Locking{Strength: "UPDATE"}).
		Where("job_id = ? and candidate_id is not null and stage in ?", jobID, []string(UndecidedStages)).Order("id").Pluck("id", &held).Error
	if err != nil || len(held) == 0 {
		return mapped(err)
	}
	return db.judgeSkills(ctx, "a.job_id = ? and a.stage in ?", jobID, []string(UndecidedStages))
}
