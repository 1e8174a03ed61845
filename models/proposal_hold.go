package models

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

const (
	defaultProposalDays = 5
	// MaxProposalDays is the longest that a proposal may wait for one person.
	MaxProposalDays = 60

	declinedKept = 30 * 24 * time.Hour // how long a declined clip can still be watched
)

// askForProposal has somebody asked about a proposal whose clip has just been made; other clips are no proposals.
func (db *DB) askForProposal(ctx context.Context, clipID uuid.UUID) error {
	var p Proposal
	err := mapped(db.q(ctx).Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).
		Where("clip_id = ? and state = ?", clipID, ProposalSending).Take(&p).Error)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("proposal of clip %s: %w", clipID, err)
	}
	if err := db.passProposal(ctx, p, StepAsked); err != nil {
		return err
	}
	return db.Owe(ctx, Owed{UserID: p.UserID, Kind: OwedClip, About: p.ID, JobID: p.JobID})
}

// GoOnProposals takes proposals that got no answer in time to whoever comes next; it answers how many there were. HR, who comes
// last, is reminded. The days are the house's; who has left or leads no more is not waited for.
func (db *DB) GoOnProposals(ctx context.Context) (n int, err error) {
	err = db.Tx(ctx, func(tx *DB) error {
		days, err := tx.ProposalDays(ctx)
		if err != nil {
			return err
		}
		var ps []Proposal
		err = tx.q(ctx).Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate, Options: clause.LockingOptionsSkipLocked}).
			Where("state = ? and holder_id is not null", ProposalWaiting).
			Where("held_since <= ? or exists (select from users u where u.id = holder_id and (u.deactivated_at is not null or u.role = ?))",
				db.Now().AddDate(0, 0, -days), RoleEmployee).
			Order("held_since, id").Limit(500).Find(&ps).Error
		if err != nil {
			return fmt.Errorf("proposals without an answer: %w", err)
		}
		n = len(ps)
		for _, p := range ps {
			if err := tx.passProposal(ctx, p, StepWentOn); err != nil {
				return err
			}
		}
		return tx.remindHR(ctx, days)
	})
	return n, err
}

// ProposalDays is how many days a proposal may wait for one person.
func (db *DB) ProposalDays(ctx context.Context) (int, error) {
	o, err := db.Organisation(ctx)
	if errors.Is(err, ErrNotFound) {
		return defaultProposalDays, nil
	}
	return o.ProposalDays, err
}

// passProposal hands a proposal to whoever comes next, once each: the job's leader, the colleague's team leader, HR.
func (db *DB) passProposal(ctx context.Context, p Proposal, step string) error {
	next, err := db.nextHolder(ctx, p)
	if err != nil {
		return err
	}
	if err := db.changeProposal(ctx, p.ID, map[string]any{"state": ProposalWaiting, "holder_id": next, "held_since": db.Now()}); err != nil {
		return err
	}
	if err := db.addStep(ctx, p.ID, step, nil, next); err != nil {
		return err
	}
	return db.tellHolder(ctx, p.ID, next)
}

// nextHolder is the next leader who was not asked yet; nil for HR.
func (db *DB) nextHolder(ctx context.Context, p Proposal) (*uuid.UUID, error) {
	var leaders []uuid.UUID
	err := db.q(ctx).Raw(`
		select u.id from (
			select 1 as turn, leader_id from jobs where id = @job
			union all
			select 2, t.leader_id from users who join teams t on t.id = who.team_id where who.id = @who) l
		join users u on u.id = l.leader_id
		where u.deactivated_at is null and u.role <> 'employee' and u.id <> @who order by l.turn`,
		map[string]any{"job": p.JobID, "who": p.UserID}).Scan(&leaders).Error
	if err != nil {
		return nil, fmt.Errorf("who decides proposal %s: %w", p.ID, err)
	}
	var asked []uuid.UUID
	err = db.q(ctx).Model(&ProposalStep{}).Where("proposal_id = ? and kind in ? and to_id is not null", p.ID, []string{StepAsked, StepWentOn}).
		Pluck("to_id", &asked).Error
	if err != nil {
		return nil, fmt.Errorf("who decides proposal %s: %w", p.ID, err)
	}
	for _, id := range leaders {
		if !slices.Contains(asked, id) {
			return &id, nil
		}
	}
	return nil, nil //nolint:nilnil // HR
}

// tellHolder tells who is asked now, and nobody else any more; nil is HR.
func (db *DB) tellHolder(ctx context.Context, id uuid.UUID, holder *uuid.UUID) error {
	to, err := db.heads(ctx, holder)
	if err != nil {
		return fmt.Errorf("tell HR: %w", err)
	}
	if err := db.ForgetNotices(ctx, NoticeProposal, id); err != nil {
		return err
	}
	ns := make([]Notice, len(to))
	for i, u := range to {
		ns[i] = Notice{UserID: u, Kind: NoticeProposal, About: id}
	}
	return db.Notify(ctx, ns...)
}
