package models

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
)

// AuditFilter picks entries of the audit log; empty fields pick all.
type AuditFilter struct {
	Who       string // part of a name, or a user's id
	Verb      string
	Kind      string
	SubjectID *uuid.UUID
	From, To  time.Time // days, both included
	Cursor    string
	Limit     int
}

// AuditLog is what the audit log says, newest first, with what each entry's subject is called now; only administrators may read it.
func (db *DB) AuditLog(ctx context.Context, by User, f AuditFilter) (entries []AuditEntry, next string, err error) {
	if !by.Is(RoleAdmin) {
		return nil, "", ErrForbidden
	}
	q, err := f.narrow(db.q(ctx))
	if err != nil {
		return nil, "", err
	}
	if q, err = older(q, "audit.at", "audit.id", f.Cursor); err != nil {
		return nil, "", err
	}
	n := limited(f.Limit)
	if err := q.Order("audit.at desc, audit.id desc").Limit(n + 1).Find(&entries).Error; err != nil {
		return nil, "", mapped(err)
	}
	if len(entries) > n {
		entries = entries[:n]
		next = timeCursor(entries[n-1].At, entries[n-1].ID)
	}
	return entries, next, db.label(ctx, entries)
}

func (f AuditFilter) narrow(q *gorm.DB) (*gorm.DB, error) {
	var bad ValidationErrors
	if f.Verb != "" && !AuditVerbs.Has(f.Verb) {
		bad.Add("verb", "error.choose")
	}
	if f.Kind != "" && !AuditKinds.Has(f.Kind) {
		bad.Add("kind", "error.choose")
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	if id, err := uuid.Parse(f.Who); err == nil {
		q = q.Where("user_id = ?", id)
	} else if who := strings.TrimSpace(f.Who); who != "" {
		q = q.Where(`name collate "nb-x-icu" ilike ?`, "%"+strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(who)+"%")
	}
	if f.Verb != "" {
		q = q.Where("verb = ?", f.Verb)
	}
	if f.Kind != "" {
		q = q.Where("kind = ?", f.Kind)
	}
	if f.SubjectID != nil {
		q = q.Where("subject_id = ?", *f.SubjectID)
	}
	if !f.From.IsZero() {
		q = q.Where("audit.at >= cast(? as date)", f.From.Format(time.DateOnly))
	}
	if !f.To.IsZero() {
		q = q.Where("audit.at < cast(? as date) + 1", f.To.Format(time.DateOnly))
	}
	return q, nil
}

// auditLabels say what subjects are called, by kind. Of an application that is the job: the candidate's name is a click away, and each
// reading of it an entry of its own.
var auditLabels = []struct {
	kinds Words
	sql   string
}{
	{
		Words{OfApplication, OfCandidate, OfCV, OfLetter, OfNote, OfCredit, OfAppeal, OfReward},
		`select a.id, j.title as label, a.candidate_id is null as gone from applications a join jobs j on j.id = a.job_id where a.id in ?`,
	},
	{Words{OfJob, OfPlan, OfComparison}, `select id, title as label from jobs where id in ?`},
	{Words{OfClip, OfCaptions, OfConsent}, `select id, title as label from clips where id in ?`},
	{Words{OfProposal}, `select id, title as label from clip_proposals where id in ?`},
	{Words{OfUser, OfCard, OfPosters}, `select id, name as label from users where id in ?`},
	{Words{OfKiosk}, `select id, name as label from kiosks where id in ?`},
	{Words{OfTeam}, `select id, name as label from teams where id in ?`},
	{Words{OfWebhook}, `select id, name as label from webhooks where id in ?`},
	{Words{OfIdentityGroup}, `select id, name as label from identity_groups where id in ?`},
	{Words{OfDirectory}, `select id, label from (select id, name as label from scim_groups union all select id, name from scim_tokens) d where id in ?`},
	{Words{OfSuggestion}, `select id, title as label from suggestions where id in ?`},
	{Words{OfQuestion}, `select id, title as label from questions q where id in ? and (everybody or exists (select from question_places p where p.question_id = q.id and (p.team_id is not null or exists (select from groups g where g.id = p.group_id and g.kind = 'open'))))`},
}

// label fills in what the entries' subjects are called now, and the names of people in their details.
func (db *DB) label(ctx context.Context, entries []AuditEntry) error {
	for _, l := range auditLabels {
		var ids []uuid.UUID
		for _, e := range entries {
			if e.SubjectID != nil && l.kinds.Has(e.Kind) {
				ids = append(ids, *e.SubjectID)
			}
		}
		if len(ids) == 0 {
			continue
		}
		var found []struct {
			ID    uuid.UUID
			Label string
			Gone  bool
		}
		if err := db.q(ctx).Raw(l.sql, ids).Scan(&found).Error; err != nil {
			return fmt.Errorf("audit labels: %w", err)
		}
		for i, e := range entries {
			for _, row := range found {
				if e.SubjectID != nil && l.kinds.Has(e.Kind) && *e.SubjectID == row.ID {
					entries[i].Label, entries[i].Gone = row.Label, row.Gone
				}
			}
		}
	}
	return db.labelPeople(ctx, entries)
}

// labelPeople fills in whom the entries' details name.
func (db *DB) labelPeople(ctx context.Context, entries []AuditEntry) error {
	var ids []string
	for _, e := range entries {
		if id, ok := e.Details["person"].(string); ok {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var people []User
	if err := db.q(ctx).Select("id", "name").Where("id in ?", ids).Find(&people).Error; err != nil {
		return fmt.Errorf("audit labels: %w", err)
	}
	for i, e := range entries {
		for _, u := range people {
			if e.Details["person"] == u.ID.String() {
				entries[i].Person = u.Name
			}
		}
	}
	return nil
}

// AuditMonths is how many whole months entries are kept.
func (db *DB) AuditMonths(ctx context.Context) (months int, err error) {
	err = db.pool.QueryRow(ctx, `select coalesce((select audit_months from organisation), 24)`).Scan(&months)
	if err != nil {
		return 0, fmt.Errorf("audit months: %w", err)
	}
	return months, nil
}

// Limits of how long entries are kept: nobody shortens it so far that last week is gone.
const (
	MinAuditMonths = 6
	MaxAuditMonths = 120
)

// SaveAuditMonths changes how long entries are kept.
func (db *DB) SaveAuditMonths(ctx context.Context, by User, months int) error {
	if !by.Is(RoleAdmin) {
		return ErrForbidden
	}
	if months < MinAuditMonths || months > MaxAuditMonths {
		return Invalid("months", "audit.error.months", "Min", MinAuditMonths, "Max", MaxAuditMonths)
	}
	return db.Tx(ctx, func(tx *DB) error {
		var before int
		if err := tx.q(ctx).Raw(`select audit_months from organisation for update`).Scan(&before).Error; err != nil {
			return mapped(err)
		}
		if before == months {
			return nil
		}
		if err := changed(tx.q(ctx).Exec(`update organisation set audit_months = ?, updated_at = ?`, months, tx.Now())); err != nil {
			return err
		}
		return tx.Audit(As(ctx, by), Deed{DidChange, OfAudit, uuid.Nil, Facts{"months": fromTo(before, months)}})
	})
}

// auditBatch is how many entries go in one transaction.
const auditBatch = 20_000

// DropOldAudit deletes the entries of whole months that have had their time, as the house has set it. Younger ones the database
// itself refuses to give up. It gives how many went.
func (db *DB) DropOldAudit(ctx context.Context) (gone int64, err error) {
	for {
		tag, err := db.pool.Exec(ctx, `delete from audit where id in (select id from audit where at < audit_ends() order by at limit $1)`, auditBatch)
		if err != nil {
			return gone, fmt.Errorf("drop old audit entries: %w", err)
		}
		gone += tag.RowsAffected()
		if tag.RowsAffected() < auditBatch {
			return gone, nil
		}
	}
}
