package models

import (
	"context"

	"github.com/google/uuid"
)

// ClipSettings are what the house has chosen about clips.
type ClipSettings struct {
	ProposalDays int // how long a proposed clip may wait for one person
	OriginalDays int // how long the file that was sent is kept after a clip was made of it; 0 keeps it for good
}

const (
	defaultOriginalDays = 30
	// MaxOriginalDays is the longest that originals can be kept before they go: ten years.
	MaxOriginalDays = 3650
)

// SaveClipSettings writes what the house has chosen about clips.
func (db *DB) SaveClipSettings(ctx context.Context, s ClipSettings) error {
	var bad ValidationErrors
	if s.ProposalDays < 1 || s.ProposalDays > MaxProposalDays {
		bad.Add("proposal_days", "organisation.error.proposal_days", "Max", MaxProposalDays)
	}
	if s.OriginalDays < 0 || s.OriginalDays > MaxOriginalDays {
		bad.Add("original_days", "organisation.error.original_days", "Max", MaxOriginalDays)
	}
	if err := bad.Err(); err != nil {
		return err
	}
	deed := Deed{DidChange, OfOrganisation, uuid.Nil, Facts{"proposal_days": s.ProposalDays, "original_days": s.OriginalDays}}
	return db.do(ctx, deed, func(tx *DB) error {
		return changed(tx.q(ctx).Model(&Organisation{}).Where("one").
			Updates(map[string]any{"proposal_days": s.ProposalDays, "original_days": s.OriginalDays, "updated_at": tx.Now()}))
	})
}
