package models

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// Bucket is what happened in a day, a week or a month of a report.
type Bucket struct {
	From, To     time.Time // days, both included
	Clicks       int64
	Views        int64
	Applications int64 // credited to somebody
	Qualified    int64
	Hires        int64
}

// How long a report may be for a point to be a day, or a week.
const (
	daily  = 62
	weekly = 400
)

// Timeline is the report in steps of a day, a week (from Monday) or a month, as suits its length; those in which nothing happened are there.
func (db *DB) Timeline(ctx context.Context, f ReferralFilter) ([]Bucket, error) {
	asked, err := f.asked(db.Now())
	if err != nil {
		return nil, err
	}
	if f.From.IsZero() {
		if asked.first, err = db.firstDay(ctx, asked.last); err != nil {
			return nil, err
		}
	}
	step := stepOf(asked)
	f.From, f.To = asked.first, asked.last
	found, err := answers[struct {
		From                                          time.Time
		Clicks, Views, Applications, Qualified, Hires int64
	}](ctx, db, "timeline", f, map[string]any{"step": step})
	if err != nil {
		return nil, err
	}
	all := buckets(asked, step)
	for _, b := range found {
		for i := range all {
			if !b.From.After(all[i].To) {
				all[i].Clicks, all[i].Views, all[i].Applications, all[i].Qualified, all[i].Hires = b.Clicks, b.Views, b.Applications, b.Qualified, b.Hires
				break
			}
		}
	}
	return all, nil
}

// firstDay is when the first thing was counted or handed in; last where nothing was.
func (db *DB) firstDay(ctx context.Context, last time.Time) (first time.Time, err error) {
	err = db.pool.QueryRow(ctx, `select coalesce(least((select min(day) from counts), (select min(submitted_at)::date from applications), $1::text::date), $1::text::date)`,
		last.Format(time.DateOnly)).Scan(&first)
	return first, err
}

func stepOf(s span) string {
	switch days := int(s.length()/oneDay) + 1; {
	case days <= daily:
		return "day"
	case days <= weekly:
		return "week"
	}
	return "month"
}

// buckets are the steps of a time, the first and the last of them cut off where it begins and ends.
func buckets(s span, step string) []Bucket {
	var all []Bucket
	for at := s.first; !at.After(s.last); {
		next := at.AddDate(0, 0, 1)
		switch step {
		case "week":
			next = at.AddDate(0, 0, 7-(int(at.Weekday())+6)%7)
		case "month":
			next = time.Date(at.Year(), at.Month()+1, 1, 0, 0, 0, 0, time.UTC)
		}
		all = append(all, Bucket{From: at, To: minTime(next.AddDate(0, 0, -1), s.last)})
		at = next
	}
	return all
}

// WeekHours are visits by weekday, from Monday on, and hour of the day.
type WeekHours [7][24]int64

// WeekHours are the visits behind share links by weekday and hour in that time zone; of all colleagues together, whatever team is asked for.
func (db *DB) WeekHours(ctx context.Context, f ReferralFilter, zone *time.Location) (WeekHours, error) {
	var week WeekHours
	rows, err := answers[struct {
		At time.Time
		N  int64
	}](ctx, db, "hours", f, nil)
	for _, r := range rows {
		day, hour := WeekHour(r.At, zone)
		week[day][hour] += r.N
	}
	return week, err
}

// WeekHour is the weekday, Monday being 0, and the hour of a moment in that time zone.
func WeekHour(at time.Time, zone *time.Location) (day, hour int) {
	at = at.In(zone)
	return (int(at.Weekday()) + 6) % 7, at.Hour()
}

// HourRow are visits of one hour by job, clip and channel.
type HourRow struct {
	At                 time.Time
	Job, Clip, Channel string
	Clicks             int64
}

// HourRows are the rows behind one weekday and hour of WeekHours, the newest first.
func (db *DB) HourRows(ctx context.Context, f ReferralFilter, zone *time.Location, day, hour int) ([]HourRow, error) {
	asked, err := f.asked(db.Now())
	if err != nil {
		return nil, err
	}
	f.From, f.To = asked.first, asked.last
	var found []HourRow
	err = db.ask(ctx, reportSQL("hour_rows", dimension{}), f.args(), func(rows pgx.Rows) error {
		var r HourRow
		_, err := pgx.ForEachRow(rows, []any{&r.At, &r.Job, &r.Clip, &r.Channel, &r.Clicks}, func() error {
			if d, h := WeekHour(r.At, zone); d == day && h == hour {
				found = append(found, r)
			}
			return nil
		})
		return err
	})
	return found, err
}
