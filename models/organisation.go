package models

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// Organisation is the house that this installation serves.
type Organisation struct {
	One            bool `gorm:"primaryKey"`
	Name           string
	LogoKey        string // object key of the logo, empty without one
	Accent         string // "#rrggbb", empty for Kollega's own
	Language       string // default language: nb or en
	PrivacyContact string // e-mail or address for questions about personal data
	EventMonths    int    // how long raw events are kept, in whole months
	ConsentMonths  int    // how long those who are seen or heard in a clip are asked to agree for
	ProposalDays   int    // how long a proposed clip may wait for one person
	OriginalDays   int    // how long the file that was sent is kept after a clip was made of it; 0 keeps it for good
	Ranking        bool   // those who join it are ranked
	FirstHours     int    // how long those who helped share a job first that was written from a question
	UpdatedAt      time.Time

	CandidateRules `gorm:"embedded"`
}

// TableName is the table's.
func (Organisation) TableName() string { return "organisation" }

// Organisation is the house's row; ErrNotFound before the first run's set-up.
func (db *DB) Organisation(ctx context.Context) (Organisation, error) {
	var o Organisation
	err := db.q(ctx).Take(&o).Error
	return o, mapped(err)
}

// MaxEventMonths is the longest that raw events can be kept.
const MaxEventMonths = 120

const (
	// MaxConsentMonths is the longest that people in a clip can be asked to agree for.
	MaxConsentMonths = 120

	defaultConsentMonths = 24
)

// SaveOrganisation writes the house's settings but for the logo; months of 0 are left as they are.
func (db *DB) SaveOrganisation(ctx context.Context, o Organisation) error {
	o.One, o.Name, o.PrivacyContact = true, strings.TrimSpace(o.Name), strings.TrimSpace(o.PrivacyContact)
	var bad ValidationErrors
	if o.Name == "" || len(o.Name) > 200 {
		bad.Add("name", "error.required")
	}
	if !Languages.Has(o.Language) {
		bad.Add("language", "error.choose")
	}
	if o.Accent != "" {
		if err := CheckAccent(o.Accent); err != nil {
			bad.Add("accent", err.Key)
		}
	}
	if o.EventMonths < 0 || o.EventMonths > MaxEventMonths {
		bad.Add("event_months", "organisation.error.event_months", "Max", MaxEventMonths)
	}
	if o.ConsentMonths < 0 || o.ConsentMonths > MaxConsentMonths {
		bad.Add("consent_months", "organisation.error.event_months", "Max", MaxConsentMonths)
	}
	if err := bad.Err(); err != nil {
		return err
	}
	written := []string{"name", "accent", "language", "privacy_contact", "updated_at"}
	if o.EventMonths == 0 {
		o.EventMonths = defaultEventMonths
	} else {
		written = append(written, "event_months")
	}
	if o.ConsentMonths == 0 {
		o.ConsentMonths = defaultConsentMonths
	} else {
		written = append(written, "consent_months")
	}
	o.ProposalDays, o.OriginalDays = defaultProposalDays, defaultOriginalDays // of a new house; SaveClipSettings changes them
	o.FirstHours = defaultFirstHours                                          // SaveFirstHours does
	o.UpdatedAt, o.CandidateRules = db.Now(), DefaultCandidateRules()         // the rules that stand are left as they are
	return db.Tx(ctx, func(tx *DB) error {
		before, err := tx.Organisation(ctx)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		res := tx.q(ctx).Clauses(clause.OnConflict{
			Columns:   []clause.Column{{Name: "one"}},
			DoUpdates: clause.AssignmentColumns(written),
		}).Create(&o)
		if res.Error != nil {
			return fmt.Errorf("save organisation: %w", res.Error)
		}
		if err := tx.Audit(ctx, Deed{DidChange, OfOrganisation, uuid.Nil, Facts{"fields": before.altered(o)}}); err != nil {
			return err
		}
		if before.Name == "" || before.Brand() == o.Brand() {
			return nil
		}
		return tx.enqueue(ctx, KeepUp{}, nil) // the clips' social images bear its name and colour
	})
}

// altered are the settings that differ in now, by name.
func (o Organisation) altered(now Organisation) string {
	return differing(
		"name", o.Name != now.Name, "accent", o.Accent != now.Accent, "language", o.Language != now.Language,
		"privacy_contact", o.PrivacyContact != now.PrivacyContact, "event_months", o.EventMonths != now.EventMonths,
		"consent_months", o.ConsentMonths != now.ConsentMonths,
	)
}

// Brand is a digest of what is drawn of the house: its name and colour.
func (o Organisation) Brand() string { return digest(o.Name, o.Accent) }

// LogoKey is the object key of a logo; its id is in the address /logo/{id}.
func LogoKey(id uuid.UUID) string { return "logo-" + id.String() }

// SetLogo notes the object key of the logo; empty takes it away.
func (db *DB) SetLogo(ctx context.Context, key string) error {
	return db.do(ctx, Deed{DidChange, OfOrganisation, uuid.Nil, Facts{"fields": "logo"}}, func(tx *DB) error {
		return changed(tx.q(ctx).Model(&Organisation{}).Where("one").Updates(map[string]any{"logo_key": key, "updated_at": tx.Now()}))
	})
}
