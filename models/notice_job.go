package models

import (
	"context"

	"github.com/google/uuid"
)

// NoticeNewJob says that a job was published and can be shared; About is the job.
const NoticeNewJob = "new_job"

// tellOfJob tells the house, and its channels, of a job that is published for the first time, and takes it back when it does not take
// applications any more; who was invited for it and has not answered is forgotten then.
func (db *DB) tellOfJob(ctx context.Context, j Job, to string) error {
	if to == JobClosed || to == JobFilled {
		if err := db.forgetUnanswered(ctx, j.ID); err != nil {
			return err
		}
	}
	switch {
	case to == JobPublished && j.PublishedAt == nil:
		if first, err := db.jobIsOut(ctx, j.ID); err != nil || first { // those who helped share first
			return err
		}
		if err := db.tellNewJob(ctx, j.ID); err != nil {
			return err
		}
		return db.Announce(ctx, EventNewJob, j.ID, nil)
	case j.Status == JobPublished && to != JobPublished:
		return db.ForgetNotices(ctx, NoticeNewJob, j.ID)
	}
	return nil
}

// tellNewJob tells everybody in the house of a job that was published for the first time, but who did it.
func (db *DB) tellNewJob(ctx context.Context, jobID uuid.UUID) error {
	var people []uuid.UUID
	err := db.q(ctx).Model(&User{}).Where("deactivated_at is null and joined_at is not null and id <> ?", acting(ctx).id).Order("id").Pluck("id", &people).Error
	if err != nil {
		return mapped(err)
	}
	ns := make([]Notice, len(people))
	for i, id := range people {
		ns[i] = Notice{UserID: id, Kind: NoticeNewJob, About: jobID, JobID: &jobID}
	}
	return db.Notify(ctx, ns...)
}

// tellOpenJobs tells of jobs that can be shared now.
func tellOpenJobs(ctx context.Context, db *DB, _ User, ns []Notice) (map[uuid.UUID]Told, error) {
	ids := make([]uuid.UUID, len(ns))
	for i, n := range ns {
		ids[i] = n.About
	}
	var jobs []Job
	if err := db.open(db.q(ctx)).Select("id", "title").Where("jobs.id in ?", ids).Find(&jobs).Error; err != nil {
		return nil, mapped(err)
	}
	told := map[uuid.UUID]Told{}
	for _, j := range jobs {
		told[j.ID] = Told{Words: []any{"Title", j.Title}, Path: "/share/" + j.ID.String()}
	}
	return told, nil
}
