package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// States of a proposal.
const (
	ProposalSending   = "sending" // its clip is on the way, or being made
	ProposalWaiting   = "waiting" // for somebody to decide
	ProposalApproved  = "approved"
	ProposalDeclined  = "declined"
	ProposalWithdrawn = "withdrawn"
)

// Steps in a proposal's history.
const (
	StepSent      = "sent"
	StepAsked     = "asked"
	StepWentOn    = "went_on" // nobody had answered
	StepApproved  = "approved"
	StepDeclined  = "declined"
	StepWithdrawn = "withdrawn"
	StepAttached  = "attached" // to the job that was found or written for it
)

// Proposal is a clip that a colleague made, on its way to a job.
type Proposal struct {
	ID        uuid.UUID
	ClipID    *uuid.UUID // nil when the file is gone
	UserID    uuid.UUID
	JobID     *uuid.UUID // nil for a job that is not yet written
	Title     string     // of the job; the colleague's words where it is not yet written
	Words     string     // to whoever decides
	ShowName  bool       // the colleague's name stands by the clip
	State     string
	HolderID  *uuid.UUID // who is asked; nil while it waits: HR
	HeldSince *time.Time
	Reason    string // why it was declined, for the colleague to read
	DecidedBy *uuid.UUID
	DecidedAt *time.Time
	CreatedAt time.Time
	UpdatedAt time.Time

	Clip    *Clip          `gorm:"foreignKey:ClipID"`
	User    *User          `gorm:"foreignKey:UserID"`
	Job     *Job           `gorm:"foreignKey:JobID"`
	Holder  *User          `gorm:"foreignKey:HolderID"`
	Decider *User          `gorm:"foreignKey:DecidedBy"`
	Steps   []ProposalStep `gorm:"foreignKey:ProposalID"`
}

// TableName is the table's.
func (Proposal) TableName() string { return "clip_proposals" }

// ProposalStep is one line of a proposal's history.
type ProposalStep struct {
	ID         uuid.UUID
	ProposalID uuid.UUID
	Kind       string
	ByID       *uuid.UUID // nil: nobody did it
	ToID       *uuid.UUID // who was asked; nil with asked and went_on: HR
	At         time.Time

	By *User `gorm:"foreignKey:ByID"`
	To *User `gorm:"foreignKey:ToID"`
}

// TableName is the table's.
func (ProposalStep) TableName() string { return "clip_proposal_steps" }

// Open tells whether the colleague can still take it back.
func (p Proposal) Open() bool { return p.State == ProposalSending || p.State == ProposalWaiting }

// Homeless tells whether it is approved and has no job yet.
func (p Proposal) Homeless() bool {
	return p.State == ProposalApproved && p.Clip != nil && p.Clip.JobID == uuid.Nil
}

// By is the name that stands by the clip: the colleague's who made it, if they want that and work here still.
func (c Clip) By() string {
	p := c.Proposal
	if p == nil || !p.ShowName || p.State != ProposalApproved || p.User == nil || !p.User.Active() {
		return ""
	}
	return p.User.Name
}

// OwnProposals are a person's proposals, the newest first.
func (db *DB) OwnProposals(ctx context.Context, userID uuid.UUID) ([]Proposal, error) {
	var ps []Proposal
	err := db.q(ctx).Preload("Clip.Files").Preload("Job").Preload("Decider").Preload("Holder").
		Where("user_id = ?", userID).Order("created_at desc, id desc").Limit(200).Find(&ps).Error
	return ps, mapped(err)
}

// OwnProposal is a person's proposal with its history; another's is not found.
func (db *DB) OwnProposal(ctx context.Context, userID, id uuid.UUID) (Proposal, error) {
	return wholeProposal(db.q(ctx).Where("user_id = ?", userID), id)
}

// SeenProposal is a proposal with its history that by may decide or has decided; ErrNotFound otherwise.
func (db *DB) SeenProposal(ctx context.Context, by User, id uuid.UUID) (Proposal, error) {
	return wholeProposal(seenProposals(db.q(ctx), by), id)
}

func wholeProposal(q *gorm.DB, id uuid.UUID) (Proposal, error) {
	var p Proposal
	err := q.Preload("Clip.Files").Preload("Clip.Captions", orderedByLanguage).Preload("Job").Preload("User.Team").Preload("Decider").Preload("Holder").
		Preload("Steps", func(q *gorm.DB) *gorm.DB { return q.Order("at, id") }).Preload("Steps.By").Preload("Steps.To").
		Where("clip_proposals.id = ?", id).Take(&p).Error
	return p, mapped(err)
}

// DecidedProposal is a proposal that somebody said yes or no to.
func (db *DB) DecidedProposal(ctx context.Context, id uuid.UUID) (Proposal, error) {
	return wholeProposal(db.q(ctx).Where("state in ?", []string{ProposalApproved, ProposalDeclined}), id)
}

// SeenProposals are those that wait, by's own and the oldest first, and those decided last, as by may see them.
func (db *DB) SeenProposals(ctx context.Context, by User) (open, decided []Proposal, err error) {
	list := func() *gorm.DB {
		return seenProposals(db.q(ctx), by).Preload("Clip.Files").Preload("Job").Preload("User").Preload("Holder").Preload("Decider")
	}
	if err := list().Where(openProposals).Scopes(ownFirst(by)).Limit(200).Find(&open).Error; err != nil {
		return nil, nil, mapped(err)
	}
	err = list().Where("not " + openProposals).Order("decided_at desc, id desc").Limit(20).Find(&decided).Error
	return open, decided, mapped(err)
}

// openProposals are those that wait for a decision or, approved, for a job.
const openProposals = `(clip_proposals.state = 'waiting' or clip_proposals.state = 'approved' and exists (
	select from clips c where c.id = clip_proposals.clip_id and c.job_id is null))`

// CountProposals is how many proposals wait for by: for a leader their own, for HR those that no leader is asked about.
func (db *DB) CountProposals(ctx context.Context, by User) (int, error) {
	var n int64
	q := db.q(ctx).Model(&Proposal{}).Where(openProposals)
	if by.Is(RoleHR) {
		q = q.Where("holder_id is null or holder_id = ?", by.ID)
	} else {
		q = q.Where("holder_id = ?", by.ID)
	}
	err := q.Count(&n).Error
	return int(n), mapped(err)
}

// seenProposals are those that by decides about: HR all that came whole, leaders those they are asked about and those for their jobs.
func seenProposals(q *gorm.DB, by User) *gorm.DB {
	q = q.Where("clip_proposals.state in ?", []string{ProposalWaiting, ProposalApproved, ProposalDeclined})
	switch {
	case by.Is(RoleHR):
		return q
	case by.Is(RoleLeader):
		return q.Where(`clip_proposals.user_id <> ? and (clip_proposals.holder_id = ? or clip_proposals.decided_by = ? or exists (
			select from jobs j where j.id = clip_proposals.job_id and j.leader_id = ?))`, by.ID, by.ID, by.ID, by.ID)
	}
	return q.Where("false")
}

// MayWatch tells whether by may watch a clip that is not published because of its proposal: it is their own, or theirs to decide.
func (db *DB) MayWatch(ctx context.Context, by User, clipID uuid.UUID) (bool, error) {
	var n int64
	err := db.q(ctx).Model(&Proposal{}).Where("clip_id = ?", clipID).
		Where(db.q(ctx).Where("user_id = ?", by.ID).Or("id in (?)", seenProposals(db.q(ctx).Model(&Proposal{}).Select("clip_proposals.id"), by))).Count(&n).Error
	return n > 0, mapped(err)
}

// CreditedJobs are the jobs whose pages may name a person by a clip.
func (db *DB) CreditedJobs(ctx context.Context, userID uuid.UUID) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	err := db.q(ctx).Model(&Proposal{}).Joins("join clips c on c.id = clip_proposals.clip_id").
		Where("clip_proposals.user_id = ? and c.job_id is not null", userID).Distinct().Pluck("c.job_id", &ids).Error
	return ids, mapped(err)
}
