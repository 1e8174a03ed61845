package models

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

const (
	// MaxProposalWords is how much a colleague may write beside a clip, in characters.
	MaxProposalWords = 1000
	// MaxProposalTitle is the longest short title of a job that is not yet written, in characters.
	MaxProposalTitle = 80

	maxOpenProposals = 10 // of one person: each may hold 600 MB
)

// ProposalInput is what a colleague says about a clip they propose.
type ProposalInput struct {
	JobID    *uuid.UUID // an open job; nil for one that is not yet written
	Title    string     // of the job that is not yet written
	Words    string
	ShowName bool
}

// NewProposal checks in and plans the upload of the clip that it is about; nothing is stored yet.
func (db *DB) NewProposal(ctx context.Context, by User, in ProposalInput, file ClipInput) (Proposal, Clip, error) {
	p := Proposal{
		ID: NewID(), UserID: by.ID, JobID: in.JobID, Title: tidy(in.Title), Words: strings.TrimSpace(in.Words), ShowName: in.ShowName,
		State: ProposalSending, CreatedAt: db.Now(), UpdatedAt: db.Now(),
	}
	var bad ValidationErrors
	if err := db.checkProposal(ctx, &p, &bad); err != nil {
		return Proposal{}, Clip{}, err
	}
	if err := bad.Err(); err != nil {
		return Proposal{}, Clip{}, err
	}
	var open int64
	if err := db.q(ctx).Model(&Proposal{}).Where("user_id = ? and state in ?", by.ID, []string{ProposalSending, ProposalWaiting}).Count(&open).Error; err != nil {
		return Proposal{}, Clip{}, mapped(err)
	}
	if open >= maxOpenProposals {
		return Proposal{}, Clip{}, &ConflictError{Key: "proposal.conflict.many"}
	}
	file.Title = p.Title
	c, err := db.NewClip(uuid.Nil, by.ref(), file)
	p.ClipID = &c.ID
	return p, c, err
}

// checkProposal takes the job's title for one that is written.
func (db *DB) checkProposal(ctx context.Context, p *Proposal, bad *ValidationErrors) error {
	if p.JobID != nil {
		job, err := db.Job(ctx, *p.JobID)
		switch {
		case err == nil && job.Open(db.Now()):
			p.Title = job.Title
		case err == nil || err == ErrNotFound: //nolint:errorlint // exactly that
			bad.Add("job", "proposal.error.job")
		default:
			return err
		}
	} else {
		switch {
		case p.Title == "":
			bad.Add("title", "proposal.error.title")
		case !storable(p.Title):
			bad.Add("title", "error.characters")
		case utf8.RuneCountInString(p.Title) > MaxProposalTitle:
			bad.Add("title", "error.too_long", "Max", MaxProposalTitle)
		}
	}
	switch {
	case !storable(p.Words):
		bad.Add("words", "error.characters")
	case utf8.RuneCountInString(p.Words) > MaxProposalWords:
		bad.Add("words", "error.too_long", "Max", MaxProposalWords)
	}
	return nil
}

// storable tells whether Postgres takes the text.
func storable(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// CreateProposal stores a planned proposal with the clip that is about to be sent.
func (db *DB) CreateProposal(ctx context.Context, p Proposal, c Clip) error {
	return db.Tx(ctx, func(tx *DB) error {
		if err := tx.q(ctx).Omit(clause.Associations, "JobID").Create(&c).Error; err != nil { // it has no job before somebody says yes
			return fmt.Errorf("create proposed clip: %w", err)
		}
		if err := tx.q(ctx).Omit(clause.Associations).Create(&p).Error; err != nil {
			return fmt.Errorf("create proposal: %w", err)
		}
		return tx.addStep(ctx, p.ID, StepSent, &p.UserID, nil)
	})
}

// ShowProposer says whether the colleague's name stands by the clip, now and where it is shown later.
func (db *DB) ShowProposer(ctx context.Context, userID, id uuid.UUID, show bool) error {
	return changed(db.q(ctx).Model(&Proposal{}).Where("id = ? and user_id = ?", id, userID).
		Updates(map[string]any{"show_name": show, "updated_at": db.Now()}))
}

// WithdrawProposal takes a proposal back before it is decided; its clip is removed with all files.
func (db *DB) WithdrawProposal(ctx context.Context, userID, id uuid.UUID) error {
	return db.Tx(ctx, func(tx *DB) error {
		p, err := lockProposal(tx.q(ctx).Where("user_id = ?", userID), id)
		if err != nil {
			return err
		}
		if !p.Open() {
			return &ConflictError{Key: "proposal.conflict.decided"}
		}
		if err := tx.changeProposal(ctx, id, map[string]any{"state": ProposalWithdrawn, "holder_id": nil}); err != nil {
			return err
		}
		if err := tx.addStep(ctx, id, StepWithdrawn, &userID, nil); err != nil {
			return err
		}
		if err := tx.ForgetNotices(ctx, NoticeProposal, id); err != nil {
			return err
		}
		if err := tx.EndOwed(ctx, OwedClip, id); err != nil {
			return err
		}
		return tx.dropProposed(ctx, p)
	})
}

// RetryProposal has a proposal's clip processed again, where that failed.
func (db *DB) RetryProposal(ctx context.Context, userID, id uuid.UUID) error {
	p, err := db.OwnProposal(ctx, userID, id)
	if err != nil {
		return err
	}
	if p.ClipID == nil || p.State != ProposalSending {
		return &ConflictError{Key: "clip.conflict.retry"}
	}
	return db.RetryClip(ctx, *p.ClipID)
}

// dropProposed removes the clip of a proposal that came to nothing.
func (db *DB) dropProposed(ctx context.Context, p Proposal) error {
	if p.ClipID == nil {
		return nil
	}
	return db.dropClip(ctx, *p.ClipID, func(q *gorm.DB) *gorm.DB { return q.Where("job_id is null") })
}

// ForgetDeclined removes the clips of proposals that were declined a while ago; the proposal stays, with its reason.
func (db *DB) ForgetDeclined(ctx context.Context) error {
	var ps []Proposal
	err := db.q(ctx).Where("state = ? and clip_id is not null and decided_at < ?", ProposalDeclined, db.Now().Add(-declinedKept)).Limit(100).Find(&ps).Error
	if err != nil {
		return fmt.Errorf("declined clips: %w", err)
	}
	for _, p := range ps {
		if err := db.dropProposed(ctx, p); err != nil && err != ErrNotFound { //nolint:errorlint // exactly that: it is gone
			return fmt.Errorf("declined clips: %w", err)
		}
	}
	return nil
}

func lockProposal(q *gorm.DB, id uuid.UUID) (Proposal, error) {
	var p Proposal
	err := q.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Where("clip_proposals.id = ?", id).Take(&p).Error
	return p, mapped(err)
}

func (db *DB) changeProposal(ctx context.Context, id uuid.UUID, set map[string]any) error {
	set["updated_at"] = db.Now()
	return changed(db.q(ctx).Model(&Proposal{}).Where("id = ?", id).Updates(set))
}

func (db *DB) addStep(ctx context.Context, id uuid.UUID, kind string, by, to *uuid.UUID) error {
	s := ProposalStep{ID: NewID(), ProposalID: id, Kind: kind, ByID: by, ToID: to, At: db.Now()}
	return mapped(db.q(ctx).Omit(clause.Associations).Create(&s).Error)
}
