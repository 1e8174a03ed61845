package models

import (
	"context"
	_ "embed"
	"fmt"
	"slices"

	"github.com/google/uuid"
)

//go:embed queries/touches_owner.sql
var touchesOwner string

// TouchOwner is evidence that a colleague was credited with the same candidate before, within the ownership period.
const TouchOwner = "owner"

// noteOwner gathers who keeps the credit for a candidate who applies again; it goes before every policy.
func (db *DB) noteOwner(ctx context.Context, app Application) error {
	rules, err := db.CandidateRules(ctx)
	if err != nil || rules.OwnershipMonths == 0 {
		return err
	}
	if _, err := db.tx.Exec(ctx, touchesOwner, app.ID, app.SubmittedAt.AddDate(0, -rules.OwnershipMonths, 0)); err != nil {
		return fmt.Errorf("who recommended the candidate before: %w", err)
	}
	return nil
}

// ownerShares gives all the credit to those who recommended the candidate before; nil where nobody did.
func ownerShares(fit []Touch) map[uuid.UUID]share {
	owners := inOrderOfTouch(slices.DeleteFunc(slices.Clone(fit), func(t Touch) bool { return t.Kind != TouchOwner }))
	if len(owners) == 0 {
		return nil
	}
	shares := map[uuid.UUID]share{}
	for _, t := range owners {
		shares[t.UserID] = share{1 / float64(len(owners)), t}
	}
	return shares
}
