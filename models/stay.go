package models

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// StayMarks are how many months after a hire it is asked whether the colleague is still there.
var StayMarks = []int{3, 6, 12}

const (
	// StayWaits is how many days a leader may be silent before HR is shown the question, too.
	StayWaits = 14

	// StayChangeable is how many days an answer may be changed or taken back.
	StayChangeable = 30

	// stayAskedWithin is for how many months after its mark a question is asked, which is when the next one comes at the earliest: a house
	// that begins late is not asked about years ago.
	stayAskedWithin = 3

	stayBatch = 200
)

// Answers to the question whether a colleague is still there; StayNone takes an answer back.
const (
	StayYes     = "yes"
	StayNo      = "no"
	StayUnknown = "unknown"
	StayNone    = "none"
)

// StayAnswers are what may be answered.
var StayAnswers = Words{StayYes, StayNo, StayUnknown}

// Stay is the question whether somebody who was hired is still there, some months later. It does not know who that is.
type Stay struct {
	ID            uuid.UUID
	ApplicationID uuid.UUID
	Months        int
	AskedOf       *uuid.UUID // who led the job then; nil: HR
	AskedAt       time.Time
	Still         *bool // nil beside an answer: nobody knows
	AnsweredBy    *uuid.UUID
	AnsweredAt    *time.Time
}

// Answer is what was answered, StayNone where nothing was.
func (s Stay) Answer() string {
	switch {
	case s.AnsweredAt == nil:
		return StayNone
	case s.Still == nil:
		return StayUnknown
	case *s.Still:
		return StayYes
	}
	return StayNo
}

// Changeable tells whether the answer may still be changed; none may always be given.
func (s Stay) Changeable(now time.Time) bool {
	return s.AnsweredAt == nil || now.Before(s.AnsweredAt.AddDate(0, 0, StayChangeable))
}

// askStaysSQL makes the questions whose mark has come; no colleague who has left is asked about again. $1 is now, $2 the marks, $3 for how
// many months after them, $4 at most how many.
const askStaysSQL = `
	insert into stays (id, application_id, months, asked_of, asked_at)
	select gen_random_uuid(), a.id, mark, u.id, $1
	from applications a join jobs j on j.id = a.job_id
	left join users u on u.id = j.leader_id and u.deactivated_at is null and u.role <> 'employee'
	cross join unnest($2::int[]) mark
	where a.stage = 'hired' and a.stage_since + make_interval(months => mark) <= $1 and a.stage_since + make_interval(months => mark + $3) > $1
	  and not exists (select from stays s where s.application_id = a.id and (s.months >= mark or s.still = false))
	order by a.stage_since, a.id limit $4
	on conflict (application_id, months) do nothing
	returning id, asked_of`

// AskStays asks, once for each mark, whether those who were hired are still there: the job's leader, or HR where it has none. It may be
// repeated; it gives how many questions came up.
func (db *DB) AskStays(ctx context.Context) (asked int, err error) {
	type question struct {
		ID      uuid.UUID
		AskedOf *uuid.UUID
	}
	err = db.Tx(ctx, func(tx *DB) error {
		rows, err := tx.tx.Query(ctx, askStaysSQL, db.Now(), StayMarks, stayAskedWithin, stayBatch)
		if err != nil {
			return err
		}
		all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[question])
		if err != nil {
			return err
		}
		asked = len(all)
		for _, q := range all {
			to, err := tx.heads(ctx, q.AskedOf)
			if err != nil {
				return err
			}
			ns := make([]Notice, len(to))
			for i, id := range to {
				ns[i] = Notice{UserID: id, Kind: NoticeStay, About: q.ID}
			}
			if err := tx.Notify(ctx, ns...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("ask who stayed: %w", err)
	}
	return asked, nil
}

// heads is that person; for nil everybody in HR, or the administrators where there is no HR.
func (db *DB) heads(ctx context.Context, one *uuid.UUID) ([]uuid.UUID, error) {
	if one != nil {
		return []uuid.UUID{*one}, nil
	}
	var ids []uuid.UUID
	err := db.q(ctx).Raw(`select id from users u where deactivated_at is null and role = (
		select role from users where deactivated_at is null and role in ('hr', 'admin')
		group by role order by bool_or(joined_at is not null) desc, role = 'hr' desc limit 1) order by id`).Scan(&ids).Error
	return ids, mapped(err)
}
