package models

import (
	"context"
	"fmt"

	"github.com/google/uuid"
)

// referrersSQL are those by whose own share an application came for the job of that share, as their story tells it.
const referrersSQL = `
	select distinct c.user_id, a.id as application_id, a.job_id
	from standing_credits c join applications a on a.id = c.application_id join links l on l.id = c.link_id and l.job_id = a.job_id and l.user_id = c.user_id
	where a.id in ?`

type referrer struct{ UserID, ApplicationID, JobID uuid.UUID }

// oweArrivals owes an answer to those by whose share an application came. What a rule changes about old applications owes nobody anything.
func (db *DB) oweArrivals(ctx context.Context, ids []uuid.UUID, cause string) error {
	if len(ids) == 0 || cause == CausePolicy || cause == CauseRecount {
		return nil
	}
	var all []referrer
	if err := db.q(ctx).Raw(referrersSQL, ids).Scan(&all).Error; err != nil {
		return fmt.Errorf("whose share it was: %w", mapped(err))
	}
	for _, r := range all {
		if err := db.Owe(ctx, Owed{UserID: r.UserID, Kind: OwedTurn, About: r.ApplicationID, JobID: &r.JobID}); err != nil {
			return err
		}
	}
	return nil
}

// oweTurn owes an answer about an application's turn to those by whose share it came, where its candidate lets them know.
func (db *DB) oweTurn(ctx context.Context, app Application, change StageChange) error {
	if app.ColleagueLearns == LearnsReceived {
		return nil
	}
	var all []referrer
	if err := db.q(ctx).Raw(referrersSQL, []uuid.UUID{app.ID}).Scan(&all).Error; err != nil {
		return fmt.Errorf("whose share it was: %w", mapped(err))
	}
	for _, r := range all {
		if err := db.Owe(ctx, Owed{UserID: r.UserID, Kind: OwedTurn, About: change.ID, JobID: &r.JobID}); err != nil {
			return err
		}
	}
	return nil
}
