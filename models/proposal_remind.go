package models

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// withHR are the proposals that wait for nobody but HR: there is no next one whom silence could take them to.
const withHR = openProposals + ` and clip_proposals.holder_id is null`

// remindHR writes to HR about the proposals that it was asked about as many days ago and has left without an answer, and again
// after as many days: one mail to each, however many there are. Each is a line in the proposal's history.
func (db *DB) remindHR(ctx context.Context, days int) error {
	before := db.Now().AddDate(0, 0, -days)
	var ps []Proposal
	err := db.q(ctx).Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate, Options: clause.LockingOptionsSkipLocked}).
		Where(withHR+` and held_since <= ? and not exists (
			select from clip_proposal_steps s where s.proposal_id = clip_proposals.id and s.to_id is null and s.kind in ? and s.at > ?)`,
			before, []string{StepAsked, StepWentOn}, before).
		Order("held_since, id").Limit(500).Find(&ps).Error
	if err != nil || len(ps) == 0 {
		return mapped(err)
	}
	for _, p := range ps {
		if err := db.addStep(ctx, p.ID, StepAsked, nil, nil); err != nil {
			return err
		}
	}
	to, err := db.heads(ctx, nil)
	if err != nil {
		return err
	}
	for _, u := range to {
		if err := db.enqueue(ctx, SendMail{Mail: MailProposalsWait, To: u}, nil); err != nil {
			return err
		}
	}
	return nil
}

// CountLateProposals is how many proposals HR has left without an answer for longer than the house lets one wait; none for others,
// from whom silence takes a proposal on.
func (db *DB) CountLateProposals(ctx context.Context, by User) (int, error) {
	if !by.Is(RoleHR) {
		return 0, nil
	}
	days, err := db.ProposalDays(ctx)
	if err != nil {
		return 0, err
	}
	var n int64
	err = db.q(ctx).Model(&Proposal{}).Where(withHR+" and held_since <= ?", db.Now().AddDate(0, 0, -days)).Count(&n).Error
	return int(n), mapped(err)
}

// LateSince tells whether p has waited for HR since that moment or longer.
func (p Proposal) LateSince(moment time.Time) bool {
	return p.HolderID == nil && p.HeldSince != nil && !p.HeldSince.After(moment) && (p.State == ProposalWaiting || p.Homeless())
}

// ownFirst lists those that by is asked about before others.
func ownFirst(by User) func(*gorm.DB) *gorm.DB {
	return func(q *gorm.DB) *gorm.DB {
		return q.Order(clause.OrderBy{Expression: clause.Expr{
			SQL: "(holder_id is not distinct from ? or ? and holder_id is null) desc, held_since, clip_proposals.id", Vars: []any{by.ID, by.Is(RoleHR)},
		}})
	}
}
