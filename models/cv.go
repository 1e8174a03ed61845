package models

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// CVKeys is what the keys of CVs begin with in the object store.
const CVKeys = "cv-"

// Kinds of changes of a candidate's file.
const (
	CVAdded    = "added"
	CVReplaced = "replaced"
	CVRemoved  = "removed"
)

// CVChange is that the candidate changed the file of an application after it came; which file, nobody keeps.
type CVChange struct {
	ID            uuid.UUID
	ApplicationID uuid.UUID
	Kind          string
	At            time.Time
}

// TableName is the table that GORM would not guess.
func (CVChange) TableName() string { return "cv_changes" }

// noteCV writes down that the file under one key gave way to another; an empty key is none.
func (db *DB) noteCV(ctx context.Context, appID uuid.UUID, before, after string) error {
	c := CVChange{ID: NewID(), ApplicationID: appID, Kind: CVReplaced, At: db.Now()}
	switch {
	case before == after:
		return nil
	case before == "":
		c.Kind = CVAdded
	case after == "":
		c.Kind = CVRemoved
	}
	return mapped(db.q(ctx).Create(&c).Error)
}

// CVUsed tells whether any application has that file, one that was set aside included.
func (db *DB) CVUsed(ctx context.Context, key string) (bool, error) {
	var used bool
	err := db.q(ctx).Raw(`select exists (select from applications where cv_key = @key) or
		exists (select from set_aside_applications where cv_key = @key)`, map[string]any{"key": key}).Scan(&used).Error
	return used, mapped(err)
}

// CVFree tells whether a file may go with an application for the job from that address: no other application has it.
func (db *DB) CVFree(ctx context.Context, key string, jobID uuid.UUID, email string) (bool, error) {
	var taken bool
	err := db.q(ctx).Raw(`select exists (select from applications a join candidates c on c.id = a.candidate_id
		where a.cv_key = ? and not (a.job_id = ? and c.email_key = ?))`, key, jobID, EmailKey(email)).Scan(&taken).Error
	return !taken, mapped(err)
}

// CVObjects are the keys of all CVs that applications have.
func (db *DB) CVObjects(ctx context.Context) (map[string]bool, error) {
	var keys []string
	err := db.q(ctx).Raw(`select cv_key from applications where cv_key <> ''
		union all select cv_key from set_aside_applications where cv_key <> ''`).Scan(&keys).Error
	known := make(map[string]bool, len(keys))
	for _, k := range keys {
		known[k] = true
	}
	return known, mapped(err)
}
