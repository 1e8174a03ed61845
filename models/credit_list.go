package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// OwnCredit is what the ledger says to a colleague about one application; it does not name the candidate.
type OwnCredit struct {
	Credit
	JobTitle    string
	SubmittedAt time.Time
	Appeal      *Appeal // nil until they appeal
	Stage       string  // empty unless the candidate lets the colleague know
	Candidate   string  // the name, likewise
}

// OwnCredits are the newest applications that the ledger names a person in, with or without a share. That a candidate of earlier applied
// again by another's link is not told: it would say something of a candidate whom the colleague may know.
func (db *DB) OwnCredits(ctx context.Context, userID uuid.UUID, limit int) ([]OwnCredit, error) {
	var credits []struct {
		Credit      `gorm:"embedded"`
		JobTitle    string
		SubmittedAt time.Time
		Stage       string
		Candidate   string
	}
	err := db.q(ctx).Raw(`
		select c.*, j.title as job_title, a.submitted_at,
		       case when a.colleague_learns <> 'received' and c.weight > 0 then a.stage else '' end as stage,
		       case when a.colleague_learns = 'name' and c.weight > 0 then p.name else '' end as candidate
		from credits c join applications a on a.id = c.application_id join jobs j on j.id = a.job_id left join candidates p on p.id = a.candidate_id
		where c.user_id = ? and c.round = (select max(round) from credits where application_id = c.application_id)
		  and coalesce(c.reason_args ->> 'Touch', '') <> 'credit.before'
		order by a.submitted_at desc, a.id desc limit ?`, userID, limit).Scan(&credits).Error
	if err != nil {
		return nil, mapped(err)
	}
	var appeals []Appeal
	if err := db.q(ctx).Where("user_id = ?", userID).Find(&appeals).Error; err != nil {
		return nil, mapped(err)
	}
	by := map[uuid.UUID]*Appeal{}
	for i := range appeals {
		by[appeals[i].ApplicationID] = &appeals[i]
	}
	out := make([]OwnCredit, len(credits))
	for i, c := range credits {
		out[i] = OwnCredit{c.Credit, c.JobTitle, c.SubmittedAt, by[c.ApplicationID], c.Stage, c.Candidate}
	}
	return out, nil
}

// CreditLedger is every round of an application that by may see, the newest first, and the evidence they rest on.
func (db *DB) CreditLedger(ctx context.Context, by User, appID uuid.UUID) (rows []Credit, touches []Touch, err error) {
	if _, err := db.Application(ctx, by, appID); err != nil {
		return nil, nil, err
	}
	err = db.q(ctx).Preload("User").Preload("By").Where("application_id = ?", appID).Order("round desc, weight desc, id").Find(&rows).Error
	if err == nil {
		err = db.q(ctx).Preload("User").Where("application_id = ?", appID).Order("at nulls first, id").Find(&touches).Error
	}
	if err == nil {
		err = db.readReasons(ctx, touches)
	}
	return rows, touches, mapped(err)
}

// readReasons notes why the clicks behind touches have their class. A form that was sent without a click is an event itself.
func (db *DB) readReasons(ctx context.Context, touches []Touch) error {
	event := func(t Touch) uuid.UUID {
		switch {
		case t.EventID != nil:
			return *t.EventID
		case t.Kind == TouchLink:
			return t.ApplicationID
		}
		return uuid.Nil
	}
	var ids []uuid.UUID
	for _, t := range touches {
		ids = append(ids, event(t))
	}
	if len(ids) == 0 {
		return nil
	}
	var events []struct {
		ID     uuid.UUID
		Reason string
	}
	if err := db.q(ctx).Table("events").Select("id, reason").Where("id in ?", ids).Scan(&events).Error; err != nil {
		return err
	}
	for i := range touches {
		for _, e := range events {
			if e.ID == event(touches[i]) {
				touches[i].Reason = e.Reason
			}
		}
	}
	return nil
}

// newSession lets one prepared query be narrowed twice.
var newSession = &gorm.Session{}
