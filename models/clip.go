package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// Clip is a short recruitment video of a job.
type Clip struct {
	ID                 uuid.UUID
	JobID              uuid.UUID
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
	Duration           float64 // seconds
	Width, Height      int     // as shown
	NoSpeech           bool    // nobody speaks, so no captions are needed
	NobodyRecognisable bool    // declared: nobody can be recognised, by face, voice or otherwise
	Attempts           int
	HeartbeatAt        *time.Time
	Position           int
	CreatedBy          *uuid.UUID
	UploadedAt         *time.Time
	ProcessedAt        *time.Time
	PublishedAt        *time.Time
	CreatedAt          time.Time
	UpdatedAt          time.Time

	Files    []ClipFile   `gorm:"foreignKey:ClipID"`
	Captions []Caption    `gorm:"foreignKey:ClipID"`
	People   []ClipPerson `gorm:"foreignKey:ClipID"` // those on the list; read for those in the house only
}

// ClipFile is one file that was made of a clip.
type ClipFile struct {
	ClipID      uuid.UUID `gorm:"primaryKey"`
	Version     int       `gorm:"primaryKey"`
	Name        string    `gorm:"primaryKey"` // video, small, poster, social
	Key         string
	ContentType string
	Size        int64
}

// Caption is the text of a clip in one language, as WebVTT.
type Caption struct {
	ClipID    uuid.UUID `gorm:"primaryKey"`
	Language  string    `gorm:"primaryKey"`
	VTT       string    `gorm:"column:vtt"`
	UpdatedBy *uuid.UUID
	UpdatedAt time.Time
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
	err := db.q(ctx).Preload("Files").Preload("Captions", orderedByLanguage).
		Where("job_id = ? and status = ?", jobID, ClipPublished).Order("position, created_at").Find(&cs).Error
	return cs, mapped(err)
}

// ClipFile is one made file of the version that is shown now, and whether everybody may see it.
func (db *DB) ClipFile(ctx context.Context, clipID uuid.UUID, version int, name string) (f ClipFile, public bool, err error) {
	var row struct {
		ClipFile
		Status string
	}
	err = db.q(ctx).Table("clip_files f").Select("f.*, c.status").Joins("join clips c on c.id = f.clip_id and c.version = f.version").
		Where("f.clip_id = ? and f.version = ? and f.name = ?", clipID, version, name).Take(&row).Error
	return row.ClipFile, row.Status == ClipPublished, mapped(err)
}

// File is the newest made file of that name: video, small, poster or social.
func (c Clip) File(name string) (ClipFile, bool) {
	for _, f := range c.Files {
		if f.Name == name && f.Version == c.Version {
			return f, true
		}
	}
	return ClipFile{}, false
}

func orderedByPosition(q *gorm.DB) *gorm.DB { return q.Order("position") }

func orderedByLanguage(q *gorm.DB) *gorm.DB { return q.Order("language") }
