package models

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// ChangesChannel is where Postgres tells every instance what a public page may show differently from now on:
// "link <id>", "job <id>", "clip <id>", "user <id>", "house" or "ping <anything>".
const ChangesChannel = "kollega_changes"

// ListedLink is what a landing page needs to know of a share link.
type ListedLink struct {
	ID, UserID, JobID uuid.UUID
	Code, Channel     string
	By                string // the colleague's name, only if they agreed and work here still
	Off               bool
}

// ListedLinks are all share links, those of a person, or one, handed over one by one.
func (db *DB) ListedLinks(ctx context.Context, id, userID *uuid.UUID, each func(ListedLink)) error {
	rows, err := db.pool.Query(ctx, `
		select l.id, l.user_id, l.job_id, l.code, l.channel, case when u.show_name and u.deactivated_at is null then u.name else '' end, l.disabled_at is not null
		from links l join users u on u.id = l.user_id
		where ($1::uuid is null or l.id = $1) and ($2::uuid is null or l.user_id = $2)`, id, userID)
	if err != nil {
		return fmt.Errorf("list links: %w", err)
	}
	var l ListedLink
	_, err = pgx.ForEachRow(rows, []any{&l.ID, &l.UserID, &l.JobID, &l.Code, &l.Channel, &l.By, &l.Off}, func() error {
		each(l)
		return nil
	})
	if err != nil {
		return fmt.Errorf("list links: %w", err)
	}
	return nil
}

// ListedJobs are the open doors to all jobs but drafts, or to those of the given ids.
func (db *DB) ListedJobs(ctx context.Context, ids ...uuid.UUID) ([]Landing, error) {
	q := db.q(ctx).Preload("Skills", orderedByPosition).Preload("Skills.Skill").Preload("Clips", publishedClips).
		Preload("Clips.Files").Preload("Clips.Captions", approvedCaptions).Preload("Clips.Proposal.User").Where("status <> ?", JobDraft)
	if len(ids) > 0 {
		q = q.Where("id in ?", ids)
	}
	var jobs []Job
	if err := q.Find(&jobs).Error; err != nil {
		return nil, fmt.Errorf("list jobs: %w", mapped(err))
	}
	running, err := db.runningComparisons(ctx, ids)
	if err != nil {
		return nil, err
	}
	landings := make([]Landing, len(jobs))
	for i, j := range jobs {
		landings[i] = Landing{Clips: j.Clips, Job: j, Comparison: running[j.ID]}
		landings[i].Job.Clips = nil
	}
	return landings, nil
}

// ClipJob is the job that a clip belongs to.
func (db *DB) ClipJob(ctx context.Context, clipID uuid.UUID) (uuid.UUID, error) {
	var c Clip
	err := db.q(ctx).Select("job_id").Where("id = ?", clipID).Take(&c).Error
	return c.JobID, mapped(err)
}
