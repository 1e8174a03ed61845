package models

import (
	"context"

	"github.com/google/uuid"
)

// OwnDeeds are what a person did and what came of it, in numbers that only they read.
type OwnDeeds struct {
	OwnTotals

	Shares     int64 // jobs shared, each once
	Proposals  int64 // clips proposed
	Clips      int64 // of them, that candidates see now
	Thanked    int64 // words of thanks from colleagues
	ThanksSent int64
	Feedback   int64 // answers of people
}

// OwnDeeds counts what came of everything that a person did.
func (db *DB) OwnDeeds(ctx context.Context, userID uuid.UUID) (d OwnDeeds, err error) {
	user := map[string]any{"user": userID}
	if err := db.q(ctx).Raw(ownDeedsSQL, user).Scan(&d).Error; err != nil {
		return d, mapped(err)
	}
	err = db.q(ctx).Raw(ownTotalsSQL, user).Scan(&d.OwnTotals).Error
	return d, mapped(err)
}

const ownDeedsSQL = `
	select (select count(distinct job_id) from links where user_id = @user and not unasked) as shares,
	       (select count(*) from clip_proposals where user_id = @user and state <> 'sending') as proposals,
	       (select count(*) from clip_proposals p join clips c on c.id = p.clip_id where p.user_id = @user and c.status = 'published') as clips,
	       (select count(*) from thanks where to_id = @user) as thanked,
	       (select count(*) from thanks where from_id = @user) as thanks_sent,
	       (select count(*) from feedback where to_id = @user) as feedback`
