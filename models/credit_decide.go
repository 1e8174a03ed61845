package models

import (
	"context"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// MaxReason is the longest reason of a decision, in characters.
const MaxReason = 1000

// Share is a colleague's part of an application as a person decides it.
type Share struct {
	UserID uuid.UUID
	Weight float64 // over 0, at most 1
}

// OverrideCredit gives an application's credit to whom HR says, or to nobody, for a reason that those concerned can read.
func (db *DB) OverrideCredit(ctx context.Context, by User, appID uuid.UUID, shares []Share, reason string) error {
	return db.Tx(ctx, func(tx *DB) error {
		return tx.decideCredit(ctx, by, appID, shares, CauseOverride, reason)
	})
}

// checkReason refuses a decision without a reason, or one that is too long.
func checkReason(field, reason string) error {
	switch {
	case reason == "":
		return Invalid(field, "credit.error.reason")
	case utf8.RuneCountInString(reason) > MaxReason:
		return Invalid(field, "error.too_long", "Max", MaxReason)
	}
	return nil
}

// decideCredit adds the round that a person decided on; it names all whom the round before named.
func (db *DB) decideCredit(ctx context.Context, by User, appID uuid.UUID, shares []Share, cause, reason string) error {
	reason = strings.TrimSpace(reason)
	if !by.Is(RoleHR) {
		return ErrForbidden
	}
	if err := checkReason("reason", reason); err != nil {
		return err
	}
	var app Application
	if err := db.lockApplication(ctx, by, appID, &app); err != nil {
		return err
	}
	apps, err := db.weighable(ctx, []uuid.UUID{appID})
	if err != nil {
		return err
	}
	for _, s := range shares {
		if err := db.notForOneself(ctx, by, app, s.UserID); err != nil {
			return err
		}
	}
	rows, err := apps[0].decidedRound(round{cause: cause, by: by.ref(), note: reason}, shares, db)
	if err != nil {
		return err
	}
	if err := db.q(ctx).Omit(clause.Associations).Create(&rows).Error; err != nil {
		return mapped(err)
	}
	if err := db.settleRewards(ctx, []uuid.UUID{appID}); err != nil {
		return err
	}
	if err := db.oweArrivals(ctx, []uuid.UUID{appID}, cause); err != nil {
		return err
	}
	details := Facts{"cause": cause, "people": len(shares)}
	if len(shares) == 1 {
		details["person"] = shares[0].UserID
	}
	return db.Audit(As(ctx, by), Deed{DidChange, OfCredit, appID, details})
}

func (a Application) decidedRound(r round, shares []Share, db *DB) ([]Credit, error) {
	var rows []Credit
	add := func(user uuid.UUID, weight float64, key string) {
		row := a.row(r, db.Now(), user, weight)
		row.Policy, row.Reason, row.ReasonArgs = PolicyDecided, key, map[string]any{}
		for _, old := range a.Credits {
			if old.UserID == user {
				row.LinkID = old.LinkID
			}
		}
		for _, t := range a.Touches {
			if t.UserID == user && row.LinkID == nil {
				row.LinkID = t.LinkID
			}
		}
		rows = append(rows, row)
	}
	given, sum := map[uuid.UUID]bool{}, 0.0
	for _, s := range shares {
		if given[s.UserID] || !(s.Weight > 0) {
			return nil, Invalid("user", "credit.error.shares")
		}
		given[s.UserID] = true
		sum += s.Weight
		add(s.UserID, s.Weight, "credit.decided")
	}
	if len(shares) > 0 && math.Abs(sum-1) > 1e-6 {
		return nil, Invalid("user", "credit.error.shares")
	}
	for _, old := range a.Credits {
		if !given[old.UserID] {
			add(old.UserID, 0, "credit.not.decided")
		}
	}
	if len(rows) == 0 { // nobody had any, nobody gets any
		return nil, Invalid("user", "credit.error.unchanged")
	}
	return rows, nil
}

// SharedWith is an application divided between user and whoever is credited for it now.
func (db *DB) SharedWith(ctx context.Context, appID, userID uuid.UUID) ([]Share, error) {
	var standing []uuid.UUID
	err := db.q(ctx).Table("standing_credits").Where("application_id = ? and user_id <> ?", appID, userID).Order("id").Pluck("user_id", &standing).Error
	return equalShares(append([]uuid.UUID{userID}, standing...)), mapped(err)
}

// equalShares divides an application between people.
func equalShares(users []uuid.UUID) []Share {
	shares := make([]Share, 0, len(users))
	for _, id := range users {
		shares = append(shares, Share{id, 1 / float64(len(users))})
	}
	return shares
}
