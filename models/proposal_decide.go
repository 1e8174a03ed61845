package models

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
)

// ProposalJob is where HR puts an approved clip: a job that there is, or a draft to be made from the proposal's title.
type ProposalJob struct {
	JobID *uuid.UUID
	Draft bool
}

// ApproveProposal makes a proposed clip its job's, not yet published. HR says which job; a leader's yes goes by the job
// that was wished for, and where that is not yet written HR is asked to find or write it. The draft or job comes back, nil
// where there is none yet.
func (db *DB) ApproveProposal(ctx context.Context, by User, id uuid.UUID, to ProposalJob) (jobID *uuid.UUID, err error) {
	err = db.Tx(ctx, func(tx *DB) error {
		p, err := tx.lockUndecided(ctx, by, id)
		if err != nil {
			return err
		}
		if jobID, err = tx.jobOfProposal(ctx, by, p, to); err != nil {
			return err
		}
		step := StepApproved
		if p.State == ProposalApproved {
			step = StepAttached
		}
		if err := tx.addStep(ctx, id, step, by.ref(), nil); err != nil {
			return err
		}
		set := map[string]any{"state": ProposalApproved, "job_id": jobID}
		if step == StepApproved {
			set["decided_by"], set["decided_at"] = by.ref(), tx.Now()
			if err := tx.tellDecided(ctx, by, p); err != nil {
				return err
			}
		}
		if err := tx.Audit(As(ctx, by), Deed{DidChange, OfProposal, id, Facts{"step": step}}); err != nil {
			return err
		}
		if jobID != nil {
			if err := tx.attachClip(ctx, *p.ClipID, *jobID); err != nil {
				return err
			}
			return tx.changeProposal(ctx, id, set)
		}
		set["holder_id"], set["held_since"] = nil, tx.Now()
		if err := tx.changeProposal(ctx, id, set); err != nil {
			return err
		}
		if err := tx.addStep(ctx, id, StepAsked, nil, nil); err != nil {
			return err
		}
		return tx.tellHolder(ctx, id, nil)
	})
	return jobID, err
}

// DeclineProposal says no, with a reason that the colleague reads.
func (db *DB) DeclineProposal(ctx context.Context, by User, id uuid.UUID, reason string) error {
	reason = strings.TrimSpace(reason)
	switch {
	case reason == "":
		return Invalid("reason", "proposal.error.reason")
	case !storable(reason):
		return Invalid("reason", "error.characters")
	case utf8.RuneCountInString(reason) > MaxReason:
		return Invalid("reason", "error.too_long", "Max", MaxReason)
	}
	return db.Tx(ctx, func(tx *DB) error {
		p, err := tx.lockUndecided(ctx, by, id)
		if err != nil {
			return err
		}
		if p.State != ProposalWaiting {
			return &ConflictError{Key: "proposal.conflict.decided"}
		}
		if err := tx.changeProposal(ctx, id, map[string]any{
			"state": ProposalDeclined, "reason": reason, "decided_by": by.ref(), "decided_at": tx.Now(),
		}); err != nil {
			return err
		}
		if err := tx.addStep(ctx, id, StepDeclined, by.ref(), nil); err != nil {
			return err
		}
		if err := tx.Audit(As(ctx, by), Deed{DidChange, OfProposal, id, Facts{"step": StepDeclined}}); err != nil {
			return err
		}
		return tx.tellDecided(ctx, by, p)
	})
}

// tellDecided tells who proposed a clip that it was decided, and nobody any more that it waits.
func (db *DB) tellDecided(ctx context.Context, by User, p Proposal) error {
	if err := db.ForgetNotices(ctx, NoticeProposal, p.ID); err != nil {
		return err
	}
	return db.Notify(ctx, Notice{UserID: p.UserID, Kind: NoticeProposalDecided, About: p.ID, ActorID: by.ref()})
}

// lockUndecided is a proposal that by may decide now: one that waits or, for HR, one that is approved and has no job yet.
func (db *DB) lockUndecided(ctx context.Context, by User, id uuid.UUID) (Proposal, error) {
	if _, err := lockProposal(seenProposals(db.q(ctx), by), id); err != nil {
		return Proposal{}, err
	}
	p, err := db.SeenProposal(ctx, by, id)
	if err != nil {
		return p, err
	}
	if p.ClipID == nil || p.State != ProposalWaiting && (!p.Homeless() || !by.Is(RoleHR)) {
		return p, &ConflictError{Key: "proposal.conflict.decided"}
	}
	return p, nil
}

// jobOfProposal is the job that an approved clip goes to, made where HR wants a draft; nil where a leader cannot know it.
func (db *DB) jobOfProposal(ctx context.Context, by User, p Proposal, to ProposalJob) (*uuid.UUID, error) {
	switch {
	case !by.Is(RoleHR):
		return p.JobID, nil
	case to.Draft:
		job, err := db.CreateJob(ctx, by.ref(), JobInput{Title: p.Title})
		if err != nil {
			return nil, fmt.Errorf("draft for proposal %s: %w", p.ID, err)
		}
		return &job.ID, nil
	case to.JobID == nil:
		return nil, Invalid("job", "error.choose")
	}
	if _, err := db.Job(ctx, *to.JobID); err != nil {
		return nil, Invalid("job", "error.choose")
	}
	return to.JobID, nil
}

// attachClip makes a clip the last of a job's.
func (db *DB) attachClip(ctx context.Context, clipID, jobID uuid.UUID) error {
	last, err := db.lastPosition(ctx, jobID)
	if err != nil {
		return err
	}
	return changed(db.q(ctx).Model(&Clip{}).Where("id = ? and job_id is null", clipID).
		Updates(map[string]any{"job_id": jobID, "position": last, "updated_at": db.Now()}))
}

// AttachableJobs are the jobs that HR may put an approved clip to: the open ones and the drafts, by title.
func (db *DB) AttachableJobs(ctx context.Context) ([]Job, error) {
	var jobs []Job
	err := db.q(ctx).Where("status in ?", []string{JobDraft, JobPublished}).Order("title, id").Limit(500).Find(&jobs).Error
	return jobs, mapped(err)
}
