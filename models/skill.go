package models

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// Skill is a named competence.
type Skill struct {
	ID        uuid.UUID
	Name      string
	NameKey   string
	CreatedAt time.Time
}

// SkillInput is a skill of a job, as written.
type SkillInput struct {
	Name string
	Need string // required or nice
}

const (
	maxSkills     = 30
	maxSkillRunes = 80
)

// Skill is the skill of that id.
func (db *DB) Skill(ctx context.Context, id uuid.UUID) (Skill, error) {
	var s Skill
	err := db.q(ctx).Where("id = ?", id).Take(&s).Error
	return s, mapped(err)
}

// SkillNames are the names in use, the most used first; at most limit.
func (db *DB) SkillNames(ctx context.Context, limit int) ([]string, error) {
	var names []string
	err := db.q(ctx).Raw(`select s.name from skills s left join job_skills js on js.skill_id = s.id
		group by s.id order by count(js.job_id) desc, s.name_key collate "nb-x-icu" limit ?`, limit).Scan(&names).Error
	return names, mapped(err)
}

// cleanSkills drops empty lines and joins the same skill written twice; required wins over nice.
func cleanSkills(in []SkillInput, bad *ValidationErrors) []SkillInput {
	var out []SkillInput
	at := map[string]int{}
	for _, s := range in {
		s.Name = strings.Join(strings.Fields(s.Name), " ")
		if s.Name == "" {
			continue
		}
		if len([]rune(s.Name)) > maxSkillRunes {
			bad.Add("skills", "error.too_long", "Max", maxSkillRunes)
		}
		if !Needs.Has(s.Need) {
			bad.Add("skills", "error.choose")
		}
		i, seen := at[nameKey(s.Name)]
		switch {
		case !seen:
			at[nameKey(s.Name)] = len(out)
			out = append(out, s)
		case s.Need == "required":
			out[i].Need = s.Need
		}
	}
	if len(out) > maxSkills {
		bad.Add("skills", "job.skills.too_many", "Max", maxSkills)
	}
	return out
}

// setSkills makes a job's skills those, in that order; unknown ones are added to the house's. Where it requires something else by that,
// its applications are judged anew.
func (db *DB) setSkills(ctx context.Context, jobID uuid.UUID, in []SkillInput) error {
	before, err := db.required(ctx, jobID)
	if err != nil {
		return err
	}
	if err := db.writeSkills(ctx, jobID, in); err != nil {
		return err
	}
	after, err := db.required(ctx, jobID)
	if err != nil || slices.Equal(before, after) {
		return err
	}
	return db.judgeJob(ctx, jobID)
}

// required are the skills that a job requires, in any order that is always the same.
func (db *DB) required(ctx context.Context, jobID uuid.UUID) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	err := db.q(ctx).Model(&JobSkill{}).Where("job_id = ? and need = ?", jobID, NeedRequired).Order("skill_id").Pluck("skill_id", &ids).Error
	return ids, mapped(err)
}

func (db *DB) writeSkills(ctx context.Context, jobID uuid.UUID, in []SkillInput) error {
	if err := db.q(ctx).Where("job_id = ?", jobID).Delete(&JobSkill{}).Error; err != nil {
		return fmt.Errorf("skills of job %s: %w", jobID, err)
	}
	if len(in) == 0 {
		return nil
	}
	fresh := make([]Skill, len(in))
	keys := make([]string, len(in))
	for i, s := range in {
		keys[i] = nameKey(s.Name)
		fresh[i] = Skill{ID: NewID(), Name: s.Name, NameKey: keys[i], CreatedAt: db.Now()}
	}
	if err := db.q(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&fresh).Error; err != nil {
		return fmt.Errorf("skills of job %s: %w", jobID, err)
	}
	var known []Skill
	if err := db.q(ctx).Where("name_key in ?", keys).Find(&known).Error; err != nil {
		return fmt.Errorf("skills of job %s: %w", jobID, err)
	}
	ids := map[string]uuid.UUID{}
	for _, s := range known {
		ids[s.NameKey] = s.ID
	}
	rows := make([]JobSkill, len(in))
	for i, s := range in {
		rows[i] = JobSkill{JobID: jobID, SkillID: ids[keys[i]], Need: s.Need, Position: i}
	}
	if err := db.q(ctx).Omit(clause.Associations).Create(&rows).Error; err != nil {
		return fmt.Errorf("skills of job %s: %w", jobID, err)
	}
	return nil
}
