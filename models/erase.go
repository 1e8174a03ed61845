package models

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm/clause"
)

// Causes of an erasure.
const (
	ErasedByCandidate = "candidate"
	ErasedByHR        = "hr"
	ErasedByRetention = "retention"
)

// EraseReasons are why HR erases somebody, for the record; free words would name who is to be forgotten.
var EraseReasons = Words{"asked", "mistake", "other"}

// Erasure is the record that somebody was erased: not who.
type Erasure struct {
	ID           uuid.UUID
	At           time.Time
	Cause        string
	Reason       string // one of EraseReasons, empty where HR did not do it
	UserID       *uuid.UUID
	Applications int
	Files        int
	Letters      int
	Mark         []byte // keyed hash of the address, for what lies outside the database; nil after markedFor

	User *User `gorm:"foreignKey:UserID"`
}

// markedFor is how long other machines have to find what lies on their disks.
const markedFor = 30 * 24 * time.Hour

// EraseOwn erases the candidate whose page the link opens, with everything that is stored of them.
func (db *DB) EraseOwn(ctx context.Context, token string) error {
	return db.asCandidate(ctx, token, func(tx *DB, c Candidate) error {
		return tx.eraseCandidate(AsCandidate(ctx), c, Erasure{Cause: ErasedByCandidate})
	})
}

// EraseByHR erases the candidate of an application that by may see, with all their applications.
func (db *DB) EraseByHR(ctx context.Context, by User, appID uuid.UUID, reason string) error {
	if !EraseReasons.Has(reason) {
		return Invalid("reason", "error.choose")
	}
	if !by.Is(RoleHR) {
		return ErrForbidden
	}
	return db.Tx(ctx, func(tx *DB) error {
		app, err := tx.Application(ctx, by, appID)
		if err != nil {
			return err
		}
		return tx.eraseCandidate(As(ctx, by), *app.Candidate, Erasure{Cause: ErasedByHR, Reason: reason, UserID: by.ref()})
	})
}

// eraseCandidate erases a person: their applications stay as counts, without person, words, file, notes or the way to their clicks.
func (db *DB) eraseCandidate(ctx context.Context, c Candidate, e Erasure) error {
	var apps []uuid.UUID
	err := db.q(ctx).Model(&Application{}).Clauses(clause.Locking{Strength: "UPDATE"}).Where("candidate_id = ?", c.ID).Order("id").Pluck("id", &apps).Error
	if err != nil {
		return mapped(err)
	}
	var letters []uuid.UUID // read before those of the applications go
	if err := db.q(ctx).Model(&Letter{}).Where("candidate_id = ?", c.ID).Pluck("id", &letters).Error; err != nil {
		return mapped(err)
	}
	files, err := db.eraseApplications(ctx, apps, e)
	if err != nil {
		return err
	}
	if e.Mark, err = db.addressMark(ctx, c.Email); err != nil {
		return err
	}
	e.ID, e.At, e.Applications, e.Files, e.Letters = NewID(), db.Now(), len(apps), files, len(letters)
	if err := db.eraseQueue(ctx, append(letters, c.ID)); err != nil {
		return err
	}
	if err := db.q(ctx).Where("lower(email) = ?", EmailKey(c.Email)).Delete(&Reminder{}).Error; err != nil {
		return mapped(err)
	}
	aside, err := db.eraseSetAside(ctx, c.EmailKey)
	if err != nil {
		return err
	}
	e.Files += aside
	if err := changed(db.q(ctx).Where("id = ?", c.ID).Delete(&Candidate{})); err != nil { // takes links and letters along
		return err
	}
	if err := db.q(ctx).Omit(clause.Associations).Create(&e).Error; err != nil {
		return mapped(err)
	}
	return db.enqueue(ctx, ForgetAddresses{}, nil)
}

// erasing are what is removed beside an application's own row; $1 are their ids. Whoever adds a table with words about an application
// adds a line here; the test of erasing finds what is forgotten.
var erasing = []string{
	`delete from notes where application_id = any($1)`, // with the mentions
	`delete from bulk_items where application_id = any($1)`,
	`delete from skill_marks where application_id = any($1)`,
	`delete from cv_changes where application_id = any($1)`,
	`update appeals set text = '', answer = '' where application_id = any($1)`,
	`update credits set note = '', event_id = null where application_id = any($1) and (note <> '' or event_id is not null)`,
	`delete from touches where application_id = any($1)`,
	`update reward_steps s set words = '' from rewards r where r.id = s.reward_id and r.application_id = any($1) and s.words <> ''`,
	`delete from letters where application_id = any($1)`,
	`update hand_ins set application_id = null where application_id = any($1)`, // what comes a second time finds nobody
}

// eraseApplications turns applications that the caller holds into counts, and tells how many files go with them.
func (db *DB) eraseApplications(ctx context.Context, ids []uuid.UUID, e Erasure) (files int, err error) {
	if len(ids) == 0 {
		return 0, nil
	}
	for _, id := range ids {
		if err := db.Audit(ctx, Deed{DidErase, OfCandidate, id, Facts{"cause": e.Cause, "reason": e.Reason}}); err != nil {
			return 0, err
		}
	}
	if _, err := db.tx.Exec(ctx, `update rewards r set told = true from applications a
		where a.id = r.application_id and a.id = any($1) and a.colleague_learns <> 'received'`, ids); err != nil {
		return 0, fmt.Errorf("erase applications: %w", err)
	}
	var keys []string
	if err := db.q(ctx).Model(&Application{}).Where("id in ? and cv_key <> ''", ids).Pluck("cv_key", &keys).Error; err != nil {
		return 0, mapped(err)
	}
	var mails []uuid.UUID
	err = db.q(ctx).Raw(`select id from letters where application_id in @ids union all select id from notes where application_id in @ids`,
		map[string]any{"ids": ids}).Scan(&mails).Error
	if err != nil {
		return 0, mapped(err)
	}
	err = changed(db.q(ctx).Model(&Application{}).Where("id in ?", ids).Updates(map[string]any{
		"candidate_id": nil, "message": "", "heard_from": "", "click_id": nil, "cv_key": "", "cv_name": "", "cv_type": "", "cv_size": 0,
		"colleague_learns": LearnsReceived, "erased_at": db.Now(), "updated_at": db.Now(),
	}))
	if err != nil {
		return 0, err
	}
	for _, sql := range erasing {
		if _, err := db.tx.Exec(ctx, sql, ids); err != nil {
			return 0, fmt.Errorf("erase applications: %w", err)
		}
	}
	if err := db.eraseQueue(ctx, append(mails, ids...)); err != nil {
		return 0, err
	}
	if len(keys) > 0 {
		err = db.enqueue(ctx, DeleteObjects{Keys: keys}, nil)
	}
	return len(keys), err
}

// eraseSetAside forgets what that person handed in and nobody has decided on, and tells how many files go with it.
func (db *DB) eraseSetAside(ctx context.Context, emailKey string) (files int, err error) {
	var rows []SetAside
	if err := db.q(ctx).Where("email_key = ?", emailKey).Find(&rows).Error; err != nil {
		return 0, mapped(err)
	}
	for _, row := range rows {
		if err := db.DropSetAside(ctx, row.ID); err != nil {
			return files, err
		}
		if row.CVKey != "" {
			files++
		}
	}
	return files, nil
}

// eraseQueue removes work about these ids that is over or waits; what runs just now finds nothing.
func (db *DB) eraseQueue(ctx context.Context, ids []uuid.UUID) error {
	about := make([]string, len(ids))
	for i, id := range ids {
		about[i] = id.String()
	}
	_, err := db.tx.Exec(ctx, `delete from river_job where state <> 'running' and (args ->> 'id' = any($1) or args ->> 'application_id' = any($1))`, about)
	if err != nil {
		return fmt.Errorf("erase queue: %w", err)
	}
	return nil
}

// addressMark is what an address is found again by outside the database, for those who have the house's secret.
func (db *DB) addressMark(ctx context.Context, email string) ([]byte, error) {
	secret, err := db.Secret(ctx, "erasures", 32)
	if err != nil {
		return nil, err
	}
	return keyed(secret, "address", EmailKey(email)), nil
}

// Forgotten tells of an address and a time whether its owner was erased lately and the thing was there before: for mails and forms that
// lie on this machine's disk. It is nil where nobody was. Who applies again after that is somebody new.
func (db *DB) Forgotten(ctx context.Context) (func(email string, at time.Time) bool, error) {
	rows, err := db.pool.Query(ctx, `select mark, max(at) from (select mark, at from erasures union all select mark, at from friend_marks) m
		where mark is not null and at > $1 group by mark`, db.Now().Add(-markedFor))
	if err != nil {
		return nil, fmt.Errorf("erased addresses: %w", err)
	}
	known := map[string]time.Time{}
	var mark []byte
	var at time.Time
	_, err = pgx.ForEachRow(rows, []any{&mark, &at}, func() error {
		known[string(mark)] = at
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("erased addresses: %w", err)
	}
	if len(known) == 0 {
		return nil, nil //nolint:nilnil // nobody was erased: that is an answer
	}
	secret, err := db.Secret(ctx, "erasures", 32)
	if err != nil {
		return nil, err
	}
	return func(email string, at time.Time) bool {
		erased, ok := known[string(keyed(secret, "address", EmailKey(email)))]
		return ok && at.Before(erased)
	}, nil
}

// unmark forgets the marks of addresses that have had their time.
func (db *DB) unmark(ctx context.Context) error {
	if _, err := db.pool.Exec(ctx, `update erasures set mark = null where mark is not null and at < $1`, db.Now().Add(-markedFor)); err != nil {
		return fmt.Errorf("forget marks: %w", err)
	}
	if _, err := db.pool.Exec(ctx, `delete from friend_marks where at < $1`, db.Now().Add(-markedFor)); err != nil {
		return fmt.Errorf("forget marks: %w", err)
	}
	return nil
}
