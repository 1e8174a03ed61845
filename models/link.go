package models

import (
	"time"

	"github.com/google/uuid"
)

// Link is a share link: one employee, one job, one channel.
type Link struct {
	ID         uuid.UUID
	Code       string // in the address /s/{code}
	UserID     uuid.UUID
	JobID      uuid.UUID
	Channel    string
	DisabledAt *time.Time
	CreatedAt  time.Time

	User *User `gorm:"foreignKey:UserID"`
	Job  *Job  `gorm:"foreignKey:JobID"`
}
