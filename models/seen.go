package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// SeenFilter picks from what a person may see; empty fields pick all.
type SeenFilter struct {
	Status string // of a job
	JobID  *uuid.UUID
	UserID *uuid.UUID // whose links
	Cursor string     // where the page before ended
	Limit  int        // at most 200; 0 means 50
}

// SeenJobs are the jobs that by may see, newest first, with their skills; next is the cursor of the page after, empty on
// the last. HR sees all, leaders those they lead besides, everybody the published ones.
func (db *DB) SeenJobs(ctx context.Context, by User, f SeenFilter) (jobs []Job, next string, err error) {
	q := seenJobs(db.q(ctx), by).Preload("Skills", orderedByPosition).Preload("Skills.Skill")
	if f.Status != "" {
		q = q.Where("jobs.status = ?", f.Status)
	}
	if q, err = older(q, "jobs.created_at", "jobs.id", f.Cursor); err != nil {
		return nil, "", err
	}
	n := limited(f.Limit)
	err = q.Order("jobs.created_at desc, jobs.id desc").Limit(n + 1).Find(&jobs).Error
	if err == nil && len(jobs) > n {
		jobs = jobs[:n]
		next = timeCursor(jobs[n-1].CreatedAt, jobs[n-1].ID)
	}
	return jobs, next, mapped(err)
}

// SeenJob is a job with its skills; ErrNotFound where by may not see it.
func (db *DB) SeenJob(ctx context.Context, by User, id uuid.UUID) (Job, error) {
	var j Job
	err := seenJobs(db.q(ctx), by).Preload("Skills", orderedByPosition).Preload("Skills.Skill").Where("jobs.id = ?", id).Take(&j).Error
	return j, mapped(err)
}

func seenJobs(q *gorm.DB, by User) *gorm.DB {
	switch {
	case by.Is(RoleHR):
		return q
	case by.Is(RoleLeader):
		return q.Where("(jobs.status = ? or jobs.leader_id = ?)", JobPublished, by.ID)
	}
	return q.Where("jobs.status = ?", JobPublished)
}

// SeenClip is a clip with its files and captions; ErrNotFound where by may not see it: HR sees all, others what candidates see.
func (db *DB) SeenClip(ctx context.Context, by User, id uuid.UUID) (Clip, error) {
	q := db.q(ctx).Preload("Files").Preload("Captions", approvedCaptions).Where("clips.job_id is not null") // proposals are no clips yet
	if !by.Is(RoleHR) {
		q = q.Where("clips.status = ? and exists (select 1 from jobs j where j.id = clips.job_id and j.status <> ?)", ClipPublished, JobDraft)
	}
	var c Clip
	err := q.Where("clips.id = ?", id).Take(&c).Error
	return c, mapped(err)
}

// SeenLinks are the share links that by may see, newest first; next is the cursor of the page after, empty on the last.
// HR sees all, others their own: to ask for another's is to ask for what is not found.
func (db *DB) SeenLinks(ctx context.Context, by User, f SeenFilter) (links []Link, next string, err error) {
	q := db.q(ctx)
	if !by.Is(RoleHR) {
		if f.UserID != nil && *f.UserID != by.ID {
			return nil, "", ErrNotFound
		}
		f.UserID = &by.ID
	}
	if f.UserID != nil {
		q = q.Where("user_id = ?", *f.UserID)
	}
	if f.JobID != nil {
		q = q.Where("job_id = ?", *f.JobID)
	}
	if q, err = older(q, "created_at", "id", f.Cursor); err != nil {
		return nil, "", err
	}
	n := limited(f.Limit)
	err = q.Order("created_at desc, id desc").Limit(n + 1).Find(&links).Error
	if err == nil && len(links) > n {
		links = links[:n]
		next = timeCursor(links[n-1].CreatedAt, links[n-1].ID)
	}
	return links, next, mapped(err)
}

// SeenLink is a share link; ErrNotFound where by may not see it: HR sees all, others their own.
func (db *DB) SeenLink(ctx context.Context, by User, id uuid.UUID) (Link, error) {
	q := db.q(ctx).Where("id = ?", id)
	if !by.Is(RoleHR) {
		q = q.Where("user_id = ?", by.ID)
	}
	var l Link
	err := q.Take(&l).Error
	return l, mapped(err)
}

// older keeps to the rows after the cursor in a list sorted by a time and an id, both falling.
func older(q *gorm.DB, at, id, cursor string) (*gorm.DB, error) {
	if cursor == "" {
		return q, nil
	}
	when, last, err := parseTimeCursor(cursor)
	if err != nil {
		return nil, err
	}
	return q.Where("("+at+", "+id+") < (?, ?)", when, last), nil
}

// pageOf is the cursor of the page that an entry stands on, in a list that goes forward by at and id; empty for the first page.
func pageOf(list func() *gorm.DB, at, id string, when time.Time, entry uuid.UUID, size int) (string, error) {
	var before int64
	if err := list().Where("("+at+", "+id+") < (?, ?)", when, entry).Count(&before).Error; err != nil {
		return "", mapped(err)
	}
	pages := int(before) / size
	if pages == 0 {
		return "", nil
	}
	var last struct {
		At time.Time
		ID uuid.UUID
	}
	err := list().Select(at + " as at, " + id + " as id").Order(at + ", " + id).Offset(pages*size - 1).Limit(1).Scan(&last).Error
	return timeCursor(last.At, last.ID), mapped(err)
}
