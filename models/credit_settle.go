package models

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

//go:embed queries/touches_before.sql
var touchesBefore string

//go:embed queries/touches_visitor.sql
var touchesVisitor string

//go:embed queries/touches_class.sql
var touchesClass string

//go:embed queries/touches_before_class.sql
var touchesBeforeClass string

// How long an application's click is waited for: a journal may have to wait for its machine to come back. An hour after the
// application other instances, too, have shipped what the same visitor did there.
const (
	settleLimit = 24 * time.Hour
	settleLast  = time.Hour
	settlePause = 15 * time.Minute
)

// SettleCredit gathers the evidence that has reached Postgres for an application, and credits it anew where that changes anything.
// again is how long to wait before the next look, 0 when there is none.
func (db *DB) SettleCredit(ctx context.Context, id uuid.UUID) (again time.Duration, err error) {
	err = db.Tx(ctx, func(tx *DB) error {
		var app Application
		err := mapped(tx.q(ctx).Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ? and candidate_id is not null", id).Take(&app).Error)
		if errors.Is(err, ErrNotFound) { // erased meanwhile
			return nil
		}
		if err != nil {
			return err
		}
		arrived, err := tx.gatherTouches(ctx, app)
		if err != nil {
			return err
		}
		if arrived {
			if _, err := tx.creditAgain(ctx, []uuid.UUID{id}, round{cause: CauseArrived}); err != nil {
				return err
			}
		}
		again = nextLook(tx.Now().Sub(app.TakenAt), arrived)
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("settle credit of %s: %w", id, err)
	}
	return again, nil
}

// nextLook is how long to wait for more, given how long ago the application reached Postgres.
func nextLook(age time.Duration, arrived bool) time.Duration {
	switch {
	case arrived && age < settleLast:
		return settleLast - age
	case arrived, age >= settleLimit:
		return 0
	}
	return min(max(age/2, settleAfter), settlePause)
}

// gatherTouches takes what events tell of an application; arrived is false while its click is not in Postgres.
func (db *DB) gatherTouches(ctx context.Context, app Application) (arrived bool, err error) {
	event := app.ID // without a click there is still the record of the application itself
	if app.ClickID != nil {
		event = *app.ClickID
	}
	err = db.tx.QueryRow(ctx, `select exists (select from events where id = $1 and at between $2 and $3)`,
		event, app.SubmittedAt.Add(-touchSpan), app.SubmittedAt.Add(5*time.Minute)).Scan(&arrived)
	if err != nil || !arrived {
		return false, err
	}
	if err := db.classTouches(ctx, []uuid.UUID{app.ID}); err != nil {
		return false, err
	}
	_, err = db.tx.Exec(ctx, touchesVisitor, app.ID)
	return true, err
}

// classTouches takes the classes that the clicks behind applications' touches have now, those of earlier applications included.
func (db *DB) classTouches(ctx context.Context, ids []uuid.UUID) error {
	for _, sql := range []string{touchesClass, touchesBeforeClass} {
		if _, err := db.tx.Exec(ctx, sql, ids); err != nil {
			return err
		}
	}
	return nil
}

// touchSpan is how long before an application its page can have been opened: a page's token lives a day, clocks differ.
const touchSpan = 25 * time.Hour
