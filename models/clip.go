package models

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// Clip is a short recruitment video of a job.
type Clip struct {
	ID                 uuid.UUID
	JobID              uuid.UUID // zero while a colleague proposes it and nobody has said yes
	Title              string
	Language           string
	Status             string
	Progress           float64 // 0 to 1
	ErrorCode          string  // translation key is clip.error.<code>
	ErrorDetail        string  // for administrators
	Filename           string
	Size               int64 // bytes
	UploadKey          string
	UploadID           string
	PartSize           int64
	Version            int
	Duration           float64  // seconds
	Width, Height      int      // as shown
	NoSpeech           bool     // nobody speaks, so no captions are needed
	NobodyRecognisable bool     // declared: nobody can be recognised, by face, voice or otherwise
	Recipe             string   // how the version that is shown was made
	Brand              string   // digest of the house's name and colour on its social image
	PosterAt           *float64 // the moment that somebody chose for the picture, in seconds
	Attempts           int
	HeartbeatAt        *time.Time
	Position           int
	CreatedBy          *uuid.UUID
	UploadedAt         *time.Time
	ProcessedAt        *time.Time
	PublishedAt        *time.Time
	OriginalGoneAt     *time.Time // since when the file that was sent is not kept any more
	CreatedAt          time.Time
	UpdatedAt          time.Time

	Files    []ClipFile   `gorm:"foreignKey:ClipID"`
	Captions []Caption    `gorm:"foreignKey:ClipID"`
	People   []ClipPerson `gorm:"foreignKey:ClipID"` // those on the list; read for those in the house only

	Proposal *Proposal `gorm:"foreignKey:ClipID"` // of a colleague who made it; only where a query says so
}

// ClipFile is one file that was made of a clip. What stands under its address, clip, version and name, never changes.
type ClipFile struct {
	ClipID      uuid.UUID `gorm:"primaryKey"`
	Version     int       `gorm:"primaryKey"`
	Name        string    `gorm:"primaryKey"` // the kind and, where there are several, which: video, still-3, poster-7f3a91c2
	Key         string
	ContentType string
	Size        int64
	At          *float64   // of a still, in seconds
	ReplacedAt  *time.Time // another one is shown since then; nil: this one is
}

// Kind is what the file is: video, small, poster, social, still, strip, or strip.vtt, which tells what the strip shows when.
func (f ClipFile) Kind() string {
	kind, _, _ := strings.Cut(f.Name, "-")
	return kind
}

// Caption is the text of a clip in one language, as WebVTT.
type Caption struct {
	ClipID   uuid.UUID `gorm:"primaryKey"`
	Language string    `gorm:"primaryKey"`
	VTT      string    `gorm:"column:vtt"`
	Status   string    // draft or approved
	Source   string    // upload, auto or edited

	ApprovedBy *uuid.UUID
	ApprovedAt *time.Time
	UpdatedBy  *uuid.UUID
	UpdatedAt  time.Time
}

// Clip is the clip of that id, with its files and captions.
func (db *DB) Clip(ctx context.Context, id uuid.UUID) (Clip, error) {
	var c Clip
	err := db.q(ctx).Preload("Files").Preload("Captions", orderedByLanguage).Preload("People", listedPeople).Where("id = ?", id).Take(&c).Error
	return c, mapped(err)
}

// JobClips are a job's clips in order, with their files and captions.
func (db *DB) JobClips(ctx context.Context, jobID uuid.UUID) ([]Clip, error) {
	var cs []Clip
	err := db.q(ctx).Preload("Files").Preload("Captions", orderedByLanguage).Preload("People", listedPeople).
		Where("job_id = ?", jobID).Order("position, created_at").Find(&cs).Error
	return cs, mapped(err)
}

// PublishedClips are a job's clips that candidates see, in order, with their files and captions.
func (db *DB) PublishedClips(ctx context.Context, jobID uuid.UUID) ([]Clip, error) {
	var cs []Clip
	err := db.q(ctx).Preload("Files").Preload("Captions", approvedCaptions).
		Where("job_id = ? and status = ?", jobID, ClipPublished).Order("position, created_at").Find(&cs).Error
	return cs, mapped(err)
}

// ClipFile is one made file, and whether everybody may see it. One that was replaced still answers, for a day, to pages that
// were rendered with it.
func (db *DB) ClipFile(ctx context.Context, clipID uuid.UUID, version int, name string) (f ClipFile, public bool, err error) {
	var row struct {
		ClipFile
		Status string
	}
	err = db.q(ctx).Table("clip_files f").Select("f.*, c.status").Joins("join clips c on c.id = f.clip_id").
		Where("f.clip_id = ? and f.version = ? and f.name = ?", clipID, version, name).Take(&row).Error
	return row.ClipFile, row.Status == ClipPublished, mapped(err)
}

// File is the made file of that kind that is shown: video, small, poster, social, strip or strip.vtt.
func (c Clip) File(kind string) (ClipFile, bool) {
	for _, f := range c.Shown() {
		if f.Kind() == kind {
			return f, true
		}
	}
	return ClipFile{}, false
}

// Shown are the made files that have not been replaced, by name.
func (c Clip) Shown() []ClipFile {
	var shown []ClipFile
	for _, f := range c.Files {
		if f.Version == c.Version && f.ReplacedAt == nil {
			shown = append(shown, f)
		}
	}
	slices.SortFunc(shown, func(a, b ClipFile) int { return strings.Compare(a.Name, b.Name) })
	return shown
}

// Stills are the pictures that the poster can be chosen from, in the order of their moments.
func (c Clip) Stills() []ClipFile {
	return slices.DeleteFunc(c.Shown(), func(f ClipFile) bool { return f.Kind() != "still" || f.At == nil })
}

func orderedByPosition(q *gorm.DB) *gorm.DB { return q.Order("position") }

func orderedByLanguage(q *gorm.DB) *gorm.DB { return q.Order("language") }
