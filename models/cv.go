package models

import (
	"context"

	"github.com/google/uuid"
)

// CVKeys is what the keys of CVs begin with in the object store.
const CVKeys = "cv-"

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
