package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// JobFilter picks jobs of a list, newest first.
type JobFilter struct {
	Status string // empty: every status
	Open   bool   // only jobs that take applications now
	Limit  int    // at most 200; 0 means 50
	Before *Cursor
}

// Cursor is the last row of the page before: rows follow that are older.
type Cursor struct {
	At time.Time
	ID uuid.UUID
}

// JobRow is a job of HR's list with its numbers.
type JobRow struct {
	Job
	ClipCount        int
	LinkCount        int // share links that are on
	ApplicationCount int
	PosterClipID     *uuid.UUID // the first clip with a still
	PosterVersion    int
}

// JobRows are jobs with their numbers, newest first, without skills.
func (db *DB) JobRows(ctx context.Context, f JobFilter) ([]JobRow, error) {
	var rows []JobRow
	q := db.q(ctx).Table("jobs").Select(`jobs.*,
		(select count(*) from clips c where c.job_id = jobs.id) as clip_count,
		(select count(*) from links l where l.job_id = jobs.id and l.disabled_at is null) as link_count,
		(select count(*) from applications a where a.job_id = jobs.id) as application_count,
		poster.id as poster_clip_id, coalesce(poster.version, 0) as poster_version`).
		Joins(`left join lateral (select id, version from clips c where c.job_id = jobs.id and c.version > 0
			order by c.position, c.created_at limit 1) poster on true`)
	err := db.filtered(q, f).Scan(&rows).Error
	return rows, mapped(err)
}

// JobRow is one job with its numbers.
func (db *DB) JobRow(ctx context.Context, id uuid.UUID) (JobRow, error) {
	j, err := db.Job(ctx, id)
	if err != nil {
		return JobRow{}, err
	}
	row := JobRow{Job: j}
	err = db.q(ctx).Raw(`select (select count(*) from clips where job_id = @id), (select count(*) from links where job_id = @id and disabled_at is null),
		(select count(*) from applications where job_id = @id)`, map[string]any{"id": id}).Row().
		Scan(&row.ClipCount, &row.LinkCount, &row.ApplicationCount)
	return row, mapped(err)
}

// Jobs are jobs with their skills, newest first.
func (db *DB) Jobs(ctx context.Context, f JobFilter) ([]Job, error) {
	var js []Job
	q := db.q(ctx).Preload("Skills", orderedByPosition).Preload("Skills.Skill")
	err := db.filtered(q, f).Find(&js).Error
	return js, mapped(err)
}

// OpenJobs are the jobs that take applications now, with skills and published clips, the latest published first.
func (db *DB) OpenJobs(ctx context.Context) ([]Job, error) {
	var js []Job
	err := db.open(db.q(ctx)).Preload("Skills", orderedByPosition).Preload("Skills.Skill").
		Preload("Clips", publishedClips).Preload("Clips.Files").Preload("Clips.Captions", approvedCaptions).
		Order("jobs.published_at desc, jobs.id desc").Find(&js).Error
	return js, mapped(err)
}

// JobTitles are the jobs that somebody could have applied for, by title, with nothing but id, title and status; leader
// keeps to the jobs that person leads, nil does not.
func (db *DB) JobTitles(ctx context.Context, leader *uuid.UUID) ([]Job, error) {
	var js []Job
	q := db.q(ctx).Select("id", "title", "status").Where("status <> ?", JobDraft)
	if leader != nil {
		q = q.Where("leader_id = ?", *leader)
	}
	err := q.Order(`title collate "nb-x-icu", id`).Find(&js).Error
	return js, mapped(err)
}

func (db *DB) filtered(q *gorm.DB, f JobFilter) *gorm.DB {
	if f.Open {
		q = db.open(q)
	}
	if f.Status != "" {
		q = q.Where("jobs.status = ?", f.Status)
	}
	if f.Before != nil {
		q = q.Where("(jobs.created_at, jobs.id) < (?, ?)", f.Before.At, f.Before.ID)
	}
	if f.Limit <= 0 {
		f.Limit = 50
	}
	return q.Order("jobs.created_at desc, jobs.id desc").Limit(min(f.Limit, 200))
}

// open is Job.Open as a condition.
func (db *DB) open(q *gorm.DB) *gorm.DB {
	return q.Where("jobs.status = ? and (jobs.deadline is null or jobs.deadline >= ?)", JobPublished, db.today())
}
