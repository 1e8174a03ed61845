package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// Draft is what somebody has written in a group and not sent yet.
type Draft struct {
	GroupID uuid.UUID `gorm:"primaryKey"`
	UserID  uuid.UUID `gorm:"primaryKey"`
	Text    string
	At      time.Time
}

// TableName is the table's.
func (Draft) TableName() string { return "post_drafts" }

// Draft is what by has written in a group and not sent, empty where there is nothing.
func (db *DB) Draft(ctx context.Context, by User, groupID uuid.UUID) (string, error) {
	var ds []Draft
	err := db.q(ctx).Where("group_id = ? and user_id = ?", groupID, by.ID).Find(&ds).Error
	if err != nil || len(ds) == 0 {
		return "", mapped(err)
	}
	return ds[0].Text, nil
}

// KeepDraft keeps what by is writing in a group that they may read; nothing written is nothing kept.
func (db *DB) KeepDraft(ctx context.Context, by User, groupID uuid.UUID, text string) error {
	text = cleanText(text)
	var bad ValidationErrors
	bad.words("text", text, MaxPost)
	if err := bad.Err(); err != nil {
		return err
	}
	return db.Tx(ctx, func(tx *DB) error {
		if _, err := tx.Group(ctx, by, groupID); err != nil {
			return err
		}
		if text == "" {
			return tx.DropDraft(ctx, by, groupID)
		}
		d := Draft{groupID, by.ID, text, tx.Now()}
		return mapped(tx.q(ctx).Clauses(clause.OnConflict{
			Columns: []clause.Column{{Name: "group_id"}, {Name: "user_id"}}, DoUpdates: clause.AssignmentColumns([]string{"text", "at"}),
		}).Create(&d).Error)
	})
}

// DropDraft forgets what by was writing in a group.
func (db *DB) DropDraft(ctx context.Context, by User, groupID uuid.UUID) error {
	return mapped(db.q(ctx).Where("group_id = ? and user_id = ?", groupID, by.ID).Delete(&Draft{}).Error)
}
