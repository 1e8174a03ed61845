package models

import (
	"context"
	"fmt"
	"path"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
	"golang.org/x/text/language"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

const (
	// MaxClipBytes is the largest file that can become a clip.
	MaxClipBytes = 600 << 20

	partSize       = 8 << 20 // bytes
	maxParts       = 10_000  // S3's limit
	maxFilename    = 150     // characters
	uploadPatience = 48 * time.Hour
)

// ClipInput is a file that somebody wants to upload.
type ClipInput struct {
	Title    string // empty: the file's name
	Language string // BCP 47 of what is spoken
	Filename string // as the uploader's machine calls it; for display only
	Size     int64  // bytes
}

// NewClip checks in and plans the upload; nothing is stored yet.
func (db *DB) NewClip(jobID uuid.UUID, by *uuid.UUID, in ClipInput) (Clip, error) {
	var bad ValidationErrors
	name := cleanFilename(in.Filename)
	if strings.TrimSpace(in.Title) == "" {
		in.Title = strings.TrimSuffix(name, path.Ext(name))
	}
	title := cleanClipTitle(in.Title, &bad)
	lang := cleanClipLanguage(in.Language, &bad)
	if name == "" {
		bad.Add("filename", "error.required")
	}
	switch {
	case in.Size < 1:
		bad.Add("size", "clip.error.empty")
	case in.Size > MaxClipBytes:
		bad.Add("size", "clip.error.too_large")
	}
	if err := bad.Err(); err != nil {
		return Clip{}, err
	}
	return Clip{
		ID: NewID(), JobID: jobID, Title: title, Language: lang, Status: ClipUploading, Filename: name, Size: in.Size,
		UploadKey: ClipKey(), PartSize: partSizeFor(in.Size), CreatedBy: by, CreatedAt: db.Now(), UpdatedAt: db.Now(),
	}, nil
}

// ClipKeys is what the object keys of clips begin with.
const ClipKeys = "clip-"

// ClipKey is a fresh random object key for a file of a clip.
func ClipKey() string { return ClipKeys + uuid.NewString() }

// Parts is how many parts the upload has.
func (c Clip) Parts() int { return int((c.Size + c.PartSize - 1) / c.PartSize) }

// partSizeFor is 8 MiB, doubled until the file has at most 10,000 parts.
func partSizeFor(size int64) int64 {
	part := int64(partSize)
	for size > part*maxParts {
		part *= 2
	}
	return part
}

// cleanFilename keeps what a person recognises the file by.
func cleanFilename(name string) string {
	name = strings.ToValidUTF8(name, "")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) { // Cf turns the reading direction and hides endings
			return -1
		}
		return r
	}, name)
	name = strings.Join(strings.Fields(name), " ")
	if runes := []rune(name); len(runes) > maxFilename {
		name = string(runes[:maxFilename])
	}
	return name
}

func cleanClipTitle(title string, bad *ValidationErrors) string {
	title = strings.Join(strings.Fields(title), " ")
	switch {
	case title == "":
		bad.Add("title", "error.required")
	case !utf8.ValidString(title) || strings.ContainsRune(title, 0):
		bad.Add("title", "error.characters")
	case utf8.RuneCountInString(title) > MaxTitle:
		bad.Add("title", "error.too_long", "Max", MaxTitle)
	}
	return title
}

func cleanClipLanguage(code string, bad *ValidationErrors) string {
	tag, err := language.Parse(code)
	if code == "" || err != nil || tag == language.Und || len(tag.String()) > 35 {
		bad.Add("language", "error.language")
		return ""
	}
	return tag.String()
}

// CreateClip stores a planned clip as the last of its job's. It returns ErrNotFound when there is no such job.
func (db *DB) CreateClip(ctx context.Context, c Clip) error {
	return db.Tx(ctx, func(tx *DB) (err error) {
		if c.Position, err = tx.lastPosition(ctx, c.JobID); err != nil {
			return err
		}
		if err := tx.q(ctx).Omit(clause.Associations).Create(&c).Error; err != nil {
			return fmt.Errorf("create clip: %w", err)
		}
		return tx.Audit(ctx, Deed{DidAdd, OfClip, c.ID, nil})
	})
}

// lastPosition is the place after a job's last clip; the job stays locked, so that no other clip takes it.
func (db *DB) lastPosition(ctx context.Context, jobID uuid.UUID) (int, error) {
	if _, err := db.lockJob(ctx, jobID); err != nil {
		return 0, err
	}
	var last int
	if err := db.q(ctx).Model(&Clip{}).Where("job_id = ?", jobID).Select("coalesce(max(position), 0)").Scan(&last).Error; err != nil {
		return 0, fmt.Errorf("last clip of job %s: %w", jobID, err)
	}
	return last + 1, nil
}

// TouchUpload notes that an upload goes on, so that it is not given up. ErrConflict when it is over.
func (db *DB) TouchUpload(ctx context.Context, id uuid.UUID) error {
	res := db.q(ctx).Model(&Clip{}).Where("id = ? and status = ?", id, ClipUploading).Update("updated_at", db.Now())
	if res.Error == nil && res.RowsAffected == 0 {
		return &ConflictError{Key: "clip.conflict.uploaded"}
	}
	return mapped(res.Error)
}

// FinishUpload turns an uploaded clip over to be processed, once however often it is called.
func (db *DB) FinishUpload(ctx context.Context, id uuid.UUID) error {
	return db.Tx(ctx, func(tx *DB) error {
		now := db.Now()
		res := tx.q(ctx).Model(&Clip{}).Where("id = ? and status = ?", id, ClipUploading).Updates(map[string]any{
			"status": ClipProcessing, "progress": 0, "upload_id": "", "uploaded_at": now, "updated_at": now,
		})
		if res.Error != nil || res.RowsAffected == 0 {
			return mapped(res.Error)
		}
		if err := tx.Audit(ctx, Deed{DidChange, OfClip, id, Facts{"status": fromTo(ClipUploading, ClipProcessing)}}); err != nil {
			return err
		}
		return tx.enqueue(ctx, ProcessClip{ClipID: id}, nil)
	})
}

// RefuseUpload rejects an uploaded file that is not the one that was announced.
func (db *DB) RefuseUpload(ctx context.Context, id uuid.UUID, code, detail string) error {
	res := db.q(ctx).Model(&Clip{}).Where("id = ? and status = ?", id, ClipUploading).Updates(map[string]any{
		"status": ClipRejected, "error_code": code, "error_detail": detail, "upload_id": "", "updated_at": db.Now(),
	})
	return mapped(res.Error)
}

// CancelUpload forgets a clip whose upload is not complete, and has its parts thrown away.
func (db *DB) CancelUpload(ctx context.Context, id uuid.UUID) error {
	return db.dropClip(ctx, id, func(q *gorm.DB) *gorm.DB { return q.Where("status = ?", ClipUploading) })
}

// AbandonUploads forgets the uploads that nobody went on with for two days; it answers how many there were.
func (db *DB) AbandonUploads(ctx context.Context) (int, error) {
	var ids []uuid.UUID
	old := func(q *gorm.DB) *gorm.DB {
		return q.Where("status = ? and updated_at < ?", ClipUploading, db.Now().Add(-uploadPatience))
	}
	if err := old(db.q(ctx).Model(&Clip{})).Pluck("id", &ids).Error; err != nil {
		return 0, fmt.Errorf("abandoned uploads: %w", err)
	}
	n := 0
	for _, id := range ids {
		switch err := db.dropClip(ctx, id, old); {
		case err == nil:
			n++
		case err != ErrNotFound: //nolint:errorlint // exactly that: somebody went on in the meantime
			return n, fmt.Errorf("abandoned uploads: %w", err)
		}
	}
	return n, nil
}

// UploadKeys are the keys of the uploads that go on.
func (db *DB) UploadKeys(ctx context.Context) (map[string]bool, error) {
	return db.keys(ctx, "select upload_key from clips where status = 'uploading'")
}

func (db *DB) keys(ctx context.Context, sql string, args ...any) (map[string]bool, error) {
	var list []string
	if err := db.q(ctx).Raw(sql, args...).Scan(&list).Error; err != nil {
		return nil, fmt.Errorf("object keys: %w", err)
	}
	keys := make(map[string]bool, len(list))
	for _, k := range list {
		keys[k] = true
	}
	return keys, nil
}
