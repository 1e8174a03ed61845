package demo

import (
	"context"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

// When the two clips were compared: from and until how long ago, the latter zero while they still are.
var compared = []struct {
	from, until time.Duration
	outcome     string
}{
	{51 * 24 * time.Hour, 37 * 24 * time.Hour, models.ComparisonStopped},
	{26 * 24 * time.Hour, 0, ""},
}

// compare writes the comparisons of the job's clips; what they led to is counted as the events are stored.
func (d *demo) compare(ctx context.Context, j *job) error {
	for _, c := range compared {
		var ended *time.Time
		var by *uuid.UUID
		if c.until > 0 {
			at := d.now.Add(-c.until)
			ended, by = &at, &d.house.hr.id
		}
		_, err := d.db.Pool().Exec(ctx, `insert into comparisons (id, job_id, first_id, second_id, first_title, second_title, started_by, started_at, ended_by, ended_at, outcome)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			models.NewID(), j.id, j.clip, j.other, j.film.title, j.rival.title, d.house.hr.id, d.now.Add(-c.from), by, ended, c.outcome)
		if err != nil {
			return err
		}
	}
	return nil
}

// shown is the clip that a visit of that time was shown.
func (d *demo) shown(j *job, click uuid.UUID, at time.Time) uuid.UUID {
	for _, c := range compared {
		if ago := d.now.Sub(at); j.rival != nil && ago <= c.from && ago > c.until && click[14]&1 == 1 {
			return j.other
		}
	}
	return j.clip
}
