package models

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// DayRow is what a share link led to on one day, by the clip that was shown.
type DayRow struct {
	Day         time.Time
	LinkID      uuid.UUID
	Name        string // who shared
	Job         string
	Channel     string
	Clip        string
	Hits        int64
	Clicks      int64
	Visitors    int64
	Views       int64
	Plays       int64
	Q25         int64
	Q50         int64
	Q75         int64
	Q100        int64
	ApplyStarts int64
}

// LinkRow is a share link that was made.
type LinkRow struct {
	CreatedAt time.Time
	Name      string
	Team      string
	Job       string
	Channel   string
	Code      string
	Off       bool
}

// ApplicationRow is an application without who applied.
type ApplicationRow struct {
	ID          uuid.UUID
	SubmittedAt time.Time
	Job         string
	Stage       string
	Reached     string
	Qualified   bool
	Credited    string // names
	Channel     string
	Source      string
	StageSince  time.Time
}

// Page is a part of a long list; a Limit of 0 is all of it.
type Page struct{ Limit, Offset int }

// DayRows are the rows behind the visits of a report.
func (db *DB) DayRows(ctx context.Context, f ReferralFilter, p Page) (rows []DayRow, err error) {
	err = db.EachDayRow(ctx, f, p, func(r DayRow) error {
		rows = append(rows, r)
		return nil
	})
	return rows, err
}

// LinkRows are the share links that were made in a report's time.
func (db *DB) LinkRows(ctx context.Context, f ReferralFilter, p Page) (rows []LinkRow, err error) {
	err = db.EachLinkRow(ctx, f, p, func(r LinkRow) error {
		rows = append(rows, r)
		return nil
	})
	return rows, err
}

// EachDayRow hands the rows behind the visits to each, one by one, however many there are.
func (db *DB) EachDayRow(ctx context.Context, f ReferralFilter, p Page, each func(DayRow) error) error {
	return eachRow(ctx, db, "days", f, p.args(), each)
}

// EachLinkRow hands the links that were made to each, one by one.
func (db *DB) EachLinkRow(ctx context.Context, f ReferralFilter, p Page, each func(LinkRow) error) error {
	return eachRow(ctx, db, "links", f, p.args(), each)
}

// EachApplicationRow hands the applications of a list to each, one by one, without who applied.
func (db *DB) EachApplicationRow(ctx context.Context, f ApplicationFilter, each func(ApplicationRow) error) error {
	return eachRow(ctx, db, "applications", f.report(), f.listedArgs(), each)
}

// CountDayRows is how many rows EachDayRow hands over.
func (db *DB) CountDayRows(ctx context.Context, f ReferralFilter) (int64, error) {
	rows, err := answers[struct{ N int64 }](ctx, db, "days_count", f, nil)
	if err != nil {
		return 0, err
	}
	return rows[0].N, nil
}

func (p Page) args() map[string]any {
	args := map[string]any{"limit": nil, "offset": p.Offset}
	if p.Limit > 0 {
		args["limit"] = p.Limit
	}
	return args
}

// eachRow reads a query's rows as they come from the database.
func eachRow[T any](ctx context.Context, db *DB, name string, f ReferralFilter, more map[string]any, each func(T) error) error {
	asked, err := f.asked(db.Now())
	if err != nil {
		return err
	}
	f.From, f.To = asked.first, asked.last
	args := f.args()
	maps.Copy(args, more)
	err = db.ask(ctx, reportSQL(name, dimension{}), args, func(rows pgx.Rows) error {
		for rows.Next() {
			row, err := pgx.RowToStructByPos[T](rows)
			if err != nil {
				return err
			}
			if err := each(row); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("rows of %s: %w", name, err)
	}
	return nil
}
