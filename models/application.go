package models

import (
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

	PoolUntil   *time.Time // a day; agreed to be asked about later jobs until then, nil: no
	PoolAskedAt *time.Time // when they were asked to renew that
}

// What a colleague who told the candidate about the job may learn of the application.
const (
	LearnsReceived = "received" // that somebody applied
	LearnsProgress = "progress" // how far it has come, too
	LearnsName     = "name"     // and who it is
)

// ColleagueLearns are these levels, each with what those before it have.
var ColleagueLearns = Words{LearnsReceived, LearnsProgress, LearnsName}

// Application is a candidate's, for one job. An erased one has no candidate and no words; only counts see it.
type Application struct {
	ID           uuid.UUID
	CandidateID  uuid.UUID
	JobID        uuid.UUID
	Stage        string
	Reached      string // the furthest stage it came to
	SkillsSeen   bool   // every required skill was marked as seen: see judgeSkills
	Message      string
	HeardFrom    string // the candidate's own answer to "who told you about us?"
	LinkID       *uuid.UUID
	ClickID      *uuid.UUID
	ClipID       *uuid.UUID // that the page showed
	CVKey        string     `gorm:"column:cv_key"`
	CVName       string     `gorm:"column:cv_name"`
	CVType       string     `gorm:"column:cv_type"`
	CVSize       int64      `gorm:"column:cv_size"`
	CreditPolicy string     // that it came in under
	CreditWindow int        // days
	StageSince   time.Time
	SubmittedAt  time.Time
	TakenAt      time.Time // reached the database: later than it was handed in where that was away
	UpdatedAt    time.Time

	ColleagueLearns string     // one of ColleagueLearns
	ErasedAt        *time.Time // nil for one that has its candidate

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

// StageChange is one step of an application, with who made it.
type StageChange struct {
	ID            uuid.UUID
	ApplicationID uuid.UUID
	FromStage     string
	ToStage       string
	UserID        *uuid.UUID
	ByCandidate   bool
	At            time.Time
	Undone        bool // taken back at once: it does not count as reached

	User *User `gorm:"foreignKey:UserID"`
}
