package models

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Job is a position to fill.
type Job struct {
	ID             uuid.UUID
	Slug           string // in public addresses; stays when the title changes
	Title          string
	Description    string // Markdown
	Location       string
	Country        string // ISO 3166 alpha-2
	EmploymentType string // schema.org
	Remote         bool
	PayMin, PayMax *float64
	PayCurrency    string // ISO 4217
	PayPeriod      string // schema.org unitText
	Deadline       *time.Time
	ApplyURL       string // where the job applies elsewhere
	Status         string
	LeaderID       *uuid.UUID
	CreatedBy      *uuid.UUID
	PublishedAt    *time.Time
	ClosedAt       *time.Time
	CreatedAt      time.Time
	UpdatedAt      time.Time

	Skills []JobSkill `gorm:"foreignKey:JobID"`
	Clips  []Clip     `gorm:"foreignKey:JobID"` // only where a query says so
}

// Open tells whether the job takes applications.
func (j Job) Open(now time.Time) bool {
	return j.Status == JobPublished && (j.Deadline == nil || now.Before(j.Deadline.AddDate(0, 0, 1)))
}

// WasOpen tells whether the job took applications at a time gone by, though it may have been closed since.
func (j Job) WasOpen(at time.Time) bool {
	if j.ClosedAt != nil && at.Before(*j.ClosedAt) && (j.Status == JobClosed || j.Status == JobFilled) {
		j.Status = JobPublished
	}
	return j.Open(at)
}

// JobSkill is a competence that a job needs.
type JobSkill struct {
	JobID    uuid.UUID `gorm:"primaryKey"`
	SkillID  uuid.UUID `gorm:"primaryKey"`
	Need     string    // required or nice
	Position int

	Skill Skill `gorm:"foreignKey:SkillID"`
}

// Job is the job of that id, with its skills in order.
func (db *DB) Job(ctx context.Context, id uuid.UUID) (Job, error) { return db.job(ctx, "id = ?", id) }

// JobBySlug is the job of that public address, with its skills in order.
func (db *DB) JobBySlug(ctx context.Context, slug string) (Job, error) {
	return db.job(ctx, "slug = ?", slug)
}

func (db *DB) job(ctx context.Context, where string, value any) (Job, error) {
	var j Job
	err := db.q(ctx).Preload("Skills", orderedByPosition).Preload("Skills.Skill").Where(where, value).Take(&j).Error
	return j, mapped(err)
}
