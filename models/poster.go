package models

import (
	"context"

	"github.com/google/uuid"
)

// maxPosters is how many sheets are printed at once.
const maxPosters = 200

// MakePosters makes the personal links that posters for all open jobs show, for each of those people; it gives how many posters that
// is. Only HR makes them for others.
func (db *DB) MakePosters(ctx context.Context, by User, people []uuid.UUID) (int, error) {
	jobs, err := db.OpenJobs(ctx)
	switch {
	case err != nil:
		return 0, err
	case len(people) == 0:
		return 0, ValidationErrors{Invalid("user", "cards.error.nobody")}
	case len(people)*len(jobs) > maxPosters:
		return 0, ValidationErrors{Invalid("user", "posters.error.many", "Max", maxPosters)}
	}
	return len(people) * len(jobs), db.Tx(ctx, func(tx *DB) error {
		for _, id := range people {
			for _, j := range jobs {
				if _, _, err := tx.MakeLink(ctx, by, id, j.ID, "qr"); err != nil {
					return err
				}
			}
			if id == by.ID {
				continue
			}
			if err := tx.Audit(As(ctx, by), Deed{DidAdd, OfPosters, id, Facts{"count": len(jobs)}}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Posters are those people's links that are on paper, for the jobs that are open: by person, the latest job first.
func (db *DB) Posters(ctx context.Context, people []uuid.UUID) ([]Link, error) {
	var links []Link
	if len(people) == 0 {
		return nil, nil
	}
	err := db.open(db.q(ctx)).Preload("Job").Preload("User").Joins("join jobs on jobs.id = links.job_id").Joins("join users on users.id = links.user_id").
		Where("links.user_id in ? and links.channel = 'qr' and links.disabled_at is null and users.deactivated_at is null", people).
		Order(`users.name collate "nb-x-icu", links.user_id, jobs.published_at desc, jobs.id`).Limit(maxPosters).Find(&links).Error
	return links, mapped(err)
}
