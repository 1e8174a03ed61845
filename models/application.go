package models

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Candidate is a person who has applied.
type Candidate struct {
	ID        uuid.UUID
	Email     string // as written
	EmailKey  string // as compared
	Name      string
	Phone     string
	Language  string
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Application is a candidate's, for one job.
type Application struct {
	ID           uuid.UUID
	CandidateID  uuid.UUID
	JobID        uuid.UUID
	Stage        string
	Reached      string // the furthest stage it came to
	SkillsSeen   bool   // HR: has every required skill
	Message      string
	HeardFrom    string // the candidate's own answer to "who told you about us?"
	LinkID       *uuid.UUID
	ClickID      *uuid.UUID
	ClipID       *uuid.UUID // that the page showed
	ConsentPool  bool       // may be asked about later jobs
	ConsentUntil *time.Time
	CVKey        string `gorm:"column:cv_key"`
	CVName       string `gorm:"column:cv_name"`
	CVType       string `gorm:"column:cv_type"`
	CVSize       int64  `gorm:"column:cv_size"`
	CreditPolicy string // that it came in under
	CreditWindow int    // days
	SubmittedAt  time.Time
	TakenAt      time.Time // reached the database: later than it was handed in where that was away
	UpdatedAt    time.Time

	Candidate *Candidate `gorm:"foreignKey:CandidateID"`
	Job       *Job       `gorm:"foreignKey:JobID"`
	Link      *Link      `gorm:"foreignKey:LinkID"`
	Credits   []Credit   `gorm:"foreignKey:ApplicationID"`
	Touches   []Touch    `gorm:"foreignKey:ApplicationID"`
}

// Qualified tells whether it reached an interview, or HR saw every required skill.
func (a Application) Qualified() bool {
	return a.SkillsSeen || a.Reached == StageInterview || a.Reached == StageOffer || a.Reached == StageHired
}

// StageChange is one step of an application, with who made it; a note alone has the same stage twice.
type StageChange struct {
	ID            uuid.UUID
	ApplicationID uuid.UUID
	FromStage     string
	ToStage       string
	Note          string
	UserID        *uuid.UUID
	At            time.Time
	Undone        bool // taken back at once: it does not count as reached

	User *User `gorm:"foreignKey:UserID"`
}

// Received is an application with its candidate and job, for what Kollega itself sends about it.
func (db *DB) Received(ctx context.Context, id uuid.UUID) (Application, error) {
	var a Application
	err := db.q(ctx).Preload("Candidate").Preload("Job").Where("id = ?", id).Take(&a).Error
	return a, mapped(err)
}
