package models

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// MaxAppeal is the longest appeal, in characters.
const MaxAppeal = 1000

// Outcomes of an appeal.
const (
	AppealFull     = "full"     // who appealed is credited alone
	AppealShare    = "share"    // they share equally with those who are credited
	AppealDeclined = "declined" // the credit stands
)

// AppealOutcomes are all outcomes.
var AppealOutcomes = Words{AppealShare, AppealFull, AppealDeclined}

// Appeal is a colleague's word against how they were credited for an application.
type Appeal struct {
	ID            uuid.UUID
	ApplicationID uuid.UUID
	UserID        uuid.UUID
	Text          string
	At            time.Time
	Outcome       string // empty until it is decided
	Answer        string // the reason, for the colleague to read
	DecidedBy     *uuid.UUID
	DecidedAt     *time.Time

	Application *Application `gorm:"foreignKey:ApplicationID"`
	User        *User        `gorm:"foreignKey:UserID"`
	Decider     *User        `gorm:"foreignKey:DecidedBy"`
}

// AppealCredit is by's word against their credit for an application that the ledger names them in: once for each.
func (db *DB) AppealCredit(ctx context.Context, by User, appID uuid.UUID, text string) error {
	text = strings.TrimSpace(text)
	if text == "" {
		return Invalid("text", "error.required")
	}
	if utf8.RuneCountInString(text) > MaxAppeal {
		return Invalid("text", "error.too_long", "Max", MaxAppeal)
	}
	var named int64
	if err := db.q(ctx).Model(&Credit{}).Where("application_id = ? and user_id = ?", appID, by.ID).Count(&named).Error; err != nil {
		return mapped(err)
	}
	if named == 0 {
		return ErrNotFound
	}
	a := Appeal{ID: NewID(), ApplicationID: appID, UserID: by.ID, Text: text, At: db.Now()}
	err := mapped(db.q(ctx).Omit(clause.Associations).Create(&a).Error)
	if errors.Is(err, ErrConflict) {
		return &ConflictError{Key: "appeal.error.once"}
	}
	return err
}

// CountAppeals is how many wait for an answer.
func (db *DB) CountAppeals(ctx context.Context) (int, error) {
	var n int64
	err := db.q(ctx).Model(&Appeal{}).Where(appealStands).Where("outcome = ''").Count(&n).Error
	return int(n), mapped(err)
}

// appealStands leaves out what there is nothing left to decide on of: the application was erased.
const appealStands = "exists (select from applications a where a.id = appeals.application_id and a.candidate_id is not null)"

// Appeals are the open appeals, the oldest first, then those decided last.
func (db *DB) Appeals(ctx context.Context) (open, decided []Appeal, err error) {
	q := db.q(ctx).Preload("User").Preload("Decider").Preload("Application.Job").Preload("Application.Candidate").
		Preload("Application.Credits", newestRound).Preload("Application.Credits.User").Where(appealStands)
	if err := q.Session(newSession).Where("outcome = ''").Order("at, id").Limit(200).Find(&open).Error; err != nil {
		return nil, nil, mapped(err)
	}
	err = q.Session(newSession).Where("outcome <> ''").Order("decided_at desc, id").Limit(20).Find(&decided).Error
	return open, decided, mapped(err)
}

// DecideAppeal answers an appeal with a reason, and credits anew where it is granted.
func (db *DB) DecideAppeal(ctx context.Context, by User, id uuid.UUID, outcome, answer string) error {
	answer = strings.TrimSpace(answer)
	if !by.Is(RoleHR) {
		return ErrForbidden
	}
	if !AppealOutcomes.Has(outcome) {
		return Invalid("outcome", "error.choose")
	}
	if err := checkReason("answer", answer); err != nil {
		return err
	}
	return db.Tx(ctx, func(tx *DB) error {
		var a Appeal
		if err := mapped(tx.q(ctx).Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).Take(&a).Error); err != nil {
			return err
		}
		if a.Outcome != "" {
			return &ConflictError{Key: "appeal.error.decided"}
		}
		if err := changed(tx.q(ctx).Model(&Appeal{}).Where("id = ?", id).Updates(map[string]any{
			"outcome": outcome, "answer": answer, "decided_by": by.ref(), "decided_at": tx.Now(),
		})); err != nil {
			return err
		}
		if err := tx.Audit(As(ctx, by), Deed{DidChange, OfAppeal, a.ApplicationID, Facts{"outcome": outcome}}); err != nil {
			return err
		}
		if outcome == AppealDeclined {
			return nil
		}
		return tx.grantAppeal(ctx, by, a, outcome, answer)
	})
}

func (db *DB) grantAppeal(ctx context.Context, by User, a Appeal, outcome, answer string) error {
	shares := []Share{{a.UserID, 1}}
	if outcome == AppealShare {
		var err error
		if shares, err = db.SharedWith(ctx, a.ApplicationID, a.UserID); err != nil {
			return err
		}
	}
	return db.decideCredit(ctx, by, a.ApplicationID, shares, CauseAppeal, answer)
}
