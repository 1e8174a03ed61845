package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// Landing is everything that a candidate's page shows of a job, by a colleague's link or by the open door.
type Landing struct {
	Link  *Link // nil by the open door, and where the link was turned off
	Job   Job
	Clips []Clip // published ones, in order
	By    string // the colleague's name, only if they agreed and work here still

	Comparison *Comparison // that is running, nil for none

	Version uint64 // another one whenever what the job's page shows has changed; counted by whoever keeps it in memory
}

// Clip is the main clip, false without one.
func (l Landing) Clip() (Clip, bool) {
	if len(l.Clips) == 0 {
		return Clip{}, false
	}
	return l.Clips[0], true
}

// Open tells whether the job can be applied for.
func (l Landing) Open(now time.Time) bool { return l.Job.Open(now) }

// LandingByJob is the open door to a job, for those in the house who know its id; a draft has none.
func (db *DB) LandingByJob(ctx context.Context, id uuid.UUID) (Landing, error) {
	job, err := db.Job(ctx, id)
	if err != nil {
		return Landing{}, err
	}
	return db.landing(ctx, job)
}

func (db *DB) landing(ctx context.Context, job Job) (Landing, error) {
	if job.Status == JobDraft {
		return Landing{}, ErrNotFound
	}
	var clips []Clip
	err := publishedClips(db.q(ctx)).Preload("Files").Preload("Captions", approvedCaptions).Preload("Proposal.User").Where("clips.job_id = ?", job.ID).Find(&clips).Error
	return Landing{Job: job, Clips: clips}, mapped(err)
}

// LinkID is the link's id, nil by the open door.
func (l Landing) LinkID() *uuid.UUID {
	if l.Link == nil {
		return nil
	}
	return &l.Link.ID
}

// publishedClips are those that candidates see, in their order.
func publishedClips(q *gorm.DB) *gorm.DB {
	return q.Where("clips.status = ?", ClipPublished).Order("clips.position, clips.created_at")
}
