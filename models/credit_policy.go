package models

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Policies by which touches become credit. A name bears its version: a policy that is changed gets a new one.
const (
	PolicyLastLink = "last_link/1" // the link that the form was sent from gets it all
	PolicyFirst    = "first/1"     // the first touch gets it all
	PolicyEqual    = "equal/1"     // everybody with a touch gets as much
	PolicyPosition = "position/1"  // first and last 40 % each, those between share 20 %
	PolicyDecided  = "decided/1"   // a person decided; no application begins with it
)

// CreditPolicies are the policies that can be chosen.
var CreditPolicies = Words{PolicyLastLink, PolicyFirst, PolicyEqual, PolicyPosition}

// Limits of the attribution window, in days.
const (
	MaxCreditWindow     = 365
	defaultCreditWindow = 30
)

// CreditPolicy is what the credit of new applications goes by.
type CreditPolicy struct {
	ID         uuid.UUID
	Policy     string
	WindowDays int // older touches earn nothing
	UserID     *uuid.UUID
	At         time.Time

	User *User `gorm:"foreignKey:UserID"`
}

// CreditPolicy is the policy that holds.
func (db *DB) CreditPolicy(ctx context.Context) (CreditPolicy, error) {
	return standingPolicy(db.q(ctx))
}

// creditPolicyAt is the policy that held at a time.
func (db *DB) creditPolicyAt(ctx context.Context, at time.Time) (CreditPolicy, error) {
	return standingPolicy(db.q(ctx).Where("at <= ?", at))
}

func standingPolicy(q *gorm.DB) (CreditPolicy, error) {
	var p CreditPolicy
	err := mapped(q.Preload("User").Order("at desc, id desc").Take(&p).Error)
	if errors.Is(err, ErrNotFound) {
		return CreditPolicy{Policy: PolicyLastLink, WindowDays: defaultCreditWindow}, nil
	}
	return p, err
}

// SetCreditPolicy chooses the policy of applications to come; those that are there keep theirs.
func (db *DB) SetCreditPolicy(ctx context.Context, by User, policy string, windowDays int) error {
	if err := CheckCreditPolicy(policy, windowDays); err != nil {
		return err
	}
	p := CreditPolicy{ID: NewID(), Policy: policy, WindowDays: windowDays, UserID: by.ref(), At: db.Now()}
	return db.do(As(ctx, by), Deed{DidChange, OfPolicy, uuid.Nil, Facts{"policy": policy, "days": windowDays}}, func(tx *DB) error {
		return mapped(tx.q(ctx).Omit(clause.Associations).Create(&p).Error)
	})
}

// CheckCreditPolicy refuses what is no policy.
func CheckCreditPolicy(policy string, windowDays int) error {
	var bad ValidationErrors
	if !CreditPolicies.Has(policy) {
		bad.Add("policy", "error.choose")
	}
	if windowDays < 1 || windowDays > MaxCreditWindow {
		bad.Add("window", "credit.error.window", "Max", MaxCreditWindow)
	}
	return bad.Err()
}
