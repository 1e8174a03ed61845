package models

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm/clause"
)

// FirstRun is what the first run asks for: the house and its administrator.
type FirstRun struct {
	Organisation   string
	Language       string // nb or en
	PrivacyContact string
	Email          string
	Name           string
	Password       string
}

// NeedsSetUp tells whether the first run is still ahead.
func (db *DB) NeedsSetUp(ctx context.Context) (bool, error) {
	_, err := db.Organisation(ctx)
	if errors.Is(err, ErrNotFound) {
		return true, nil
	}
	return false, err
}

// SetUp makes the house and its administrator, once: of several at the same moment one succeeds, the others get ErrConflict.
func (db *DB) SetUp(ctx context.Context, in FirstRun) (User, error) {
	person := NewUser{Email: in.Email, Name: in.Name, Role: RoleAdmin, Language: in.Language, Password: in.Password}
	o := Organisation{
		One: true, Name: tidy(in.Organisation), Language: in.Language, PrivacyContact: strings.TrimSpace(in.PrivacyContact),
		EventMonths: defaultEventMonths, ConsentMonths: defaultConsentMonths,
		ProposalDays: defaultProposalDays, OriginalDays: defaultOriginalDays, UpdatedAt: db.Now(), CandidateRules: DefaultCandidateRules(),
	}
	var bad ValidationErrors
	if o.Name == "" {
		bad.Add("organisation", "error.required")
	} else if len(o.Name) > maxName {
		bad.Add("organisation", "error.too_long", "Max", maxName)
	}
	if in.Language == "" {
		bad.Add("language", "error.choose")
	}
	u, err := db.newUser(person)
	var more ValidationErrors
	if err != nil && !errors.As(err, &more) {
		return u, err
	}
	hash, err := db.hash(ctx, in.Password, in.Email, in.Name)
	var weak ValidationErrors
	if err != nil && !errors.As(err, &weak) {
		return u, err
	}
	if err := append(append(bad, more...), weak...).Err(); err != nil {
		return u, err
	}
	u.PasswordHash, u.JoinedAt = hash, &u.CreatedAt
	err = db.Tx(ctx, func(tx *DB) error {
		res := tx.q(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&o)
		if res.Error != nil {
			return fmt.Errorf("set up: %w", res.Error)
		}
		if res.RowsAffected == 0 {
			return ErrConflict
		}
		return tx.insertUser(ctx, &u, person)
	})
	return u, err
}
