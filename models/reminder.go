package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// Reminder is a link that somebody mails themself, to go on at another device. It lasts until its mail has gone.
type Reminder struct {
	ID        uuid.UUID
	Email     string
	Language  string
	JobID     uuid.UUID
	LinkID    *uuid.UUID
	CreatedAt time.Time

	Job  *Job  `gorm:"foreignKey:JobID"`
	Link *Link `gorm:"foreignKey:LinkID"`
}

// remindWithin is how long a mail may take before its address is forgotten unsent.
const remindWithin = 24 * time.Hour

// Remind mails the address of a job's page, with the colleague's code where it came by one. addr is the asker's network address.
func (db *DB) Remind(ctx context.Context, r Reminder, addr string) error {
	if err := CheckEmail(r.Email); err != nil {
		return ValidationErrors{err}
	}
	if err := db.slowMails(ctx, "reminder", EmailKey(r.Email), addr); err != nil {
		return err
	}
	r.ID, r.CreatedAt = NewID(), db.Now()
	return db.Tx(ctx, func(tx *DB) error {
		if err := tx.q(ctx).Omit(clause.Associations).Create(&r).Error; err != nil {
			return mapped(err)
		}
		return tx.enqueue(ctx, SendMail{Mail: MailReminder, ID: r.ID}, nil)
	})
}

// Reminder is one with its job and link; ErrNotFound where it has gone.
func (db *DB) Reminder(ctx context.Context, id uuid.UUID) (Reminder, error) {
	var r Reminder
	err := db.q(ctx).Preload("Job").Preload("Link").Where("id = ? and created_at > ?", id, db.Now().Add(-remindWithin)).Take(&r).Error
	return r, mapped(err)
}

// ForgetReminder removes the address.
func (db *DB) ForgetReminder(ctx context.Context, id uuid.UUID) error {
	return mapped(db.q(ctx).Where("id = ?", id).Delete(&Reminder{}).Error)
}
