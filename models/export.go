package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// Kinds of exports: what their rows are.
const (
	ExportDays         = "days"         // each link's days
	ExportLinks        = "links"        // share links that were made
	ExportApplications = "applications" // applications, without who applied
)

// ExportKinds are these.
var ExportKinds = Words{ExportDays, ExportLinks, ExportApplications}

// ExportFormats are the files that can be made.
var ExportFormats = Words{"xlsx", "csv"}

// Export statuses.
const (
	ExportWaiting = "waiting"
	ExportWorking = "working"
	ExportReady   = "ready"
	ExportFailed  = "failed"
)

const (
	// ExportKeys is what the object keys of exports begin with.
	ExportKeys = "export-"

	// ExportHours is how long a file can be fetched.
	ExportHours = 24

	openExports = 3 // that one person may wait for
)

// Export is a file that somebody asked for, made in the background. Only they can fetch it, and it goes after ExportHours.
type Export struct {
	ID        uuid.UUID
	UserID    uuid.UUID
	Kind      string
	Format    string
	Language  string
	Filter    ApplicationFilter `gorm:"serializer:json"` // of lists of links and days, the part that a report knows
	Status    string
	Rows      int64 // that there will be
	Done      int64 // that are written
	Key       string
	Size      int64 // bytes
	CreatedAt time.Time
	ReadyAt   *time.Time
	ExpiresAt time.Time
}

// Percent is how much of it is written, in hundredths.
func (e Export) Percent() int {
	if e.Rows == 0 {
		return 0
	}
	return int(min(100*e.Done/e.Rows, 100))
}

// Report is the part of its filter that a report knows.
func (e Export) Report() ReferralFilter { return e.Filter.report() }

// AskExport has a file made; by is who may fetch it.
func (db *DB) AskExport(ctx context.Context, by User, e Export) (Export, error) {
	if !by.Is(RoleHR) {
		return e, ErrForbidden
	}
	var bad ValidationErrors
	if !ExportKinds.Has(e.Kind) {
		bad.Add("kind", "error.choose")
	}
	if !ExportFormats.Has(e.Format) {
		bad.Add("format", "error.choose")
	}
	if err := bad.Err(); err != nil {
		return e, err
	}
	e.ID, e.UserID, e.Status, e.CreatedAt = NewID(), by.ID, ExportWaiting, db.Now()
	e.ExpiresAt = e.CreatedAt.Add(ExportHours * time.Hour)
	err := db.Tx(ctx, func(tx *DB) error {
		// One at a time for a person, so that the limit holds.
		if err := tx.q(ctx).Clauses(clause.Locking{Strength: "UPDATE"}).Select("id").Where("id = ?", by.ID).Take(&User{}).Error; err != nil {
			return mapped(err)
		}
		var waiting int64
		err := tx.q(ctx).Model(&Export{}).Where("user_id = ? and status in ? and expires_at > ?", by.ID, []string{ExportWaiting, ExportWorking}, e.CreatedAt).Count(&waiting).Error
		if err != nil {
			return mapped(err)
		}
		if waiting >= openExports {
			return &ConflictError{Key: "export.error.many"}
		}
		if err := tx.q(ctx).Create(&e).Error; err != nil {
			return mapped(err)
		}
		if err := tx.Audit(As(ctx, by), Deed{DidAdd, OfReport, uuid.Nil, Facts{"export": e.Kind, "format": e.Format}}); err != nil {
			return err
		}
		return tx.enqueue(ctx, MakeExport{ExportID: e.ID}, nil)
	})
	return e, err
}

// Export is a file that by asked for; ErrNotFound where somebody else did, or its time is over.
func (db *DB) Export(ctx context.Context, by User, id uuid.UUID) (Export, error) {
	var e Export
	err := db.q(ctx).Where("id = ? and user_id = ? and expires_at > ?", id, by.ID, db.Now()).Take(&e).Error
	return e, mapped(err)
}

// Exports are the files that by asked for and that have not gone, the newest first.
func (db *DB) Exports(ctx context.Context, by User) ([]Export, error) {
	var all []Export
	err := db.q(ctx).Where("user_id = ? and expires_at > ?", by.ID, db.Now()).Order("created_at desc, id desc").Find(&all).Error
	return all, mapped(err)
}

// BeginExport is a file that is to be made now, with how many rows it will have; ErrNotFound where it is made, or nobody waits any more.
func (db *DB) BeginExport(ctx context.Context, id uuid.UUID) (Export, error) {
	var e Export
	err := mapped(db.q(ctx).Where("id = ? and status in ? and expires_at > ?", id, []string{ExportWaiting, ExportWorking}, db.Now()).Take(&e).Error)
	if err != nil {
		return e, err
	}
	if e.Rows, err = db.exportRows(ctx, e); err != nil {
		return e, err
	}
	e.Status, e.Done = ExportWorking, 0
	return e, changed(db.q(ctx).Model(&Export{}).Where("id = ?", id).Updates(map[string]any{"status": e.Status, "rows": e.Rows, "done": 0}))
}

func (db *DB) exportRows(ctx context.Context, e Export) (n int64, err error) {
	switch e.Kind {
	case ExportDays:
		return db.CountDayRows(ctx, e.Report())
	case ExportLinks:
		total, err := db.ReferralTotal(ctx, e.Report())
		return total.Shares, err
	}
	n, erased, err := db.CountApplications(ctx, System(), e.Filter)
	return n + erased, err
}

// NoteExport notes how many rows are written; ErrNotFound where nobody waits for the file any more.
func (db *DB) NoteExport(ctx context.Context, id uuid.UUID, done int64) error {
	return changed(db.q(ctx).Model(&Export{}).Where("id = ? and status = ?", id, ExportWorking).Update("done", done))
}

// FinishExport notes where the file is.
func (db *DB) FinishExport(ctx context.Context, e Export) error {
	now := db.Now()
	return changed(db.q(ctx).Model(&Export{}).Where("id = ? and status = ?", e.ID, ExportWorking).Updates(map[string]any{
		"status": ExportReady, "key": e.Key, "size": e.Size, "done": e.Done, "rows": e.Done, "ready_at": now, "expires_at": now.Add(ExportHours * time.Hour),
	}))
}

// FailExport notes that the file could not be made.
func (db *DB) FailExport(ctx context.Context, id uuid.UUID) error {
	return changed(db.q(ctx).Model(&Export{}).Where("id = ? and status in ?", id, []string{ExportWaiting, ExportWorking}).Update("status", ExportFailed))
}

// DropExports removes the files whose time is over.
func (db *DB) DropExports(ctx context.Context) error {
	return db.Tx(ctx, func(tx *DB) error {
		var gone []Export
		if err := tx.q(ctx).Clauses(clause.Returning{}).Where("expires_at <= ?", db.Now()).Delete(&gone).Error; err != nil {
			return mapped(err)
		}
		var keys []string
		for _, e := range gone {
			if e.Key != "" {
				keys = append(keys, e.Key)
			}
		}
		if len(keys) == 0 {
			return nil
		}
		return tx.enqueue(ctx, DeleteObjects{Keys: keys}, nil)
	})
}

// ExportObjects are the keys of all files that can be fetched.
func (db *DB) ExportObjects(ctx context.Context) (map[string]bool, error) {
	var keys []string
	if err := db.q(ctx).Model(&Export{}).Where("key <> ''").Pluck("key", &keys).Error; err != nil {
		return nil, mapped(err)
	}
	known := make(map[string]bool, len(keys))
	for _, k := range keys {
		known[k] = true
	}
	return known, nil
}
