package models

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
)

// How a comparison ended.
const (
	ComparisonStopped   = "stopped"   // by HR, without a choice
	ComparisonChosen    = "chosen"    // by HR, who made one the main clip
	ComparisonOver      = "over"      // its last day went by
	ComparisonWithdrawn = "withdrawn" // one of the clips is not shown any more
)

// Comparison is two clips of a job of which every visit is shown one.
type Comparison struct {
	ID                      uuid.UUID
	JobID                   uuid.UUID
	FirstID, SecondID       uuid.UUID
	FirstTitle, SecondTitle string     // as they were called when it began
	EndsAt                  *time.Time // as planned; nil until somebody ends it
	StartedBy               *uuid.UUID
	StartedAt               time.Time
	EndedBy                 *uuid.UUID
	EndedAt                 *time.Time
	Outcome                 string // how it ended, empty while it runs
	ChosenID                *uuid.UUID
}

// Running tells whether visits are being shown one of the two.
func (c *Comparison) Running(now time.Time) bool {
	return c != nil && c.EndedAt == nil && (c.EndsAt == nil || now.Before(*c.EndsAt))
}

// Has tells whether the clip is one of the two.
func (c *Comparison) Has(clip uuid.UUID) bool { return clip == c.FirstID || clip == c.SecondID }

// Compared are the two clips of which a visit is shown one, zero where nothing is compared or one of them is not shown any more.
func (l *Landing) Compared(now time.Time) (pair [2]uuid.UUID) {
	c := l.Comparison
	if !c.Running(now) || !l.Open(now) || !l.shows(c.FirstID) || !l.shows(c.SecondID) {
		return pair
	}
	return [2]uuid.UUID{c.FirstID, c.SecondID}
}

func (l *Landing) shows(clip uuid.UUID) bool {
	return slices.ContainsFunc(l.Clips, func(c Clip) bool { return c.ID == clip })
}

// Shown are the clips as a visitor sees them to whom that one is shown: it comes first, and the one it is compared with is left out.
// A clip that is not there, or none, leaves them as they are.
func (l *Landing) Shown(clip uuid.UUID, now time.Time) []Clip {
	at := slices.IndexFunc(l.Clips, func(c Clip) bool { return c.ID == clip })
	if at < 0 {
		return l.Clips
	}
	pair := l.Compared(now)
	if at == 0 && clip != pair[0] && clip != pair[1] {
		return l.Clips
	}
	shown := []Clip{l.Clips[at]}
	for _, c := range l.Clips {
		if c.ID != clip && (c.ID != pair[0] && c.ID != pair[1] || clip != pair[0] && clip != pair[1]) {
			shown = append(shown, c)
		}
	}
	return shown
}

// Comparisons are all of a job, the latest first.
func (db *DB) Comparisons(ctx context.Context, jobID uuid.UUID) ([]Comparison, error) {
	if err := db.EndComparisons(ctx); err != nil {
		return nil, err
	}
	var all []Comparison
	err := db.q(ctx).Where("job_id = ?", jobID).Order("ended_at is not null, started_at desc, id").Find(&all).Error
	return all, mapped(err)
}

// EndComparisons notes the end of those whose last day has gone by. Nothing waits for it: their end was in their plan.
func (db *DB) EndComparisons(ctx context.Context) error {
	_, err := db.pool.Exec(ctx, `update comparisons set ended_at = ends_at, outcome = $2 where ended_at is null and ends_at <= $1`, db.Now(), ComparisonOver)
	if err != nil {
		return fmt.Errorf("end comparisons: %w", err)
	}
	return nil
}

// runningComparisons are by job those that nobody has ended, of the given jobs or of all.
func (db *DB) runningComparisons(ctx context.Context, jobIDs []uuid.UUID) (map[uuid.UUID]*Comparison, error) {
	q := db.q(ctx).Where("ended_at is null")
	if len(jobIDs) > 0 {
		q = q.Where("job_id in ?", jobIDs)
	}
	var all []Comparison
	if err := q.Find(&all).Error; err != nil {
		return nil, fmt.Errorf("running comparisons: %w", mapped(err))
	}
	running := make(map[uuid.UUID]*Comparison, len(all))
	for i := range all {
		running[all[i].JobID] = &all[i]
	}
	return running, nil
}
