package models

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// MailOfSharing is the kind of a mail about what is worth sharing; those about notices are called as their ways.
const MailOfSharing = "sharing"

// States of a mail about notices.
const (
	NoticeMailQueued  = "queued"  // on its way, or waiting for the mail server to come back
	NoticeMailSent    = "sent"    // a mail server has taken it
	NoticeMailRefused = "refused" // the mail server will not take it, or it was tried for weeks in vain
	NoticeMailEmpty   = "empty"   // there was nothing left to tell
)

const (
	noticeMailAgain = 3 * 24 * time.Hour  // longer than the queue tries
	noticeMailEnd   = 30 * 24 * time.Hour // when it is given up
	noticeMailKept  = 90 * 24 * time.Hour

	tendBatch    = 500 // people whose mails are made in one transaction
	maxMailed    = 50  // notices that one mail tells of; it counts the others
	tendNotices  = 0x6e6f7469
	tendSharing  = 0x73686172
	slotOfDay    = "2006-01-02"
	sharingGrace = 3 * 24 * time.Hour // how late "worth sharing" may go, after a stop
	sharingApart = 6                  // days from one to the next at least, where somebody chooses another day
)

// NoticeMail is a mail to somebody of the house about notices, or about what is worth sharing. What it says is put together when it goes.
type NoticeMail struct {
	ID        uuid.UUID
	UserID    uuid.UUID
	Kind      string
	Slot      string // which of its kind: a day for digests, so that each has one
	State     string
	CreatedAt time.Time
	QueuedAt  time.Time
	SentAt    *time.Time

	User *User `gorm:"foreignKey:UserID"`
}

// TendNotices makes the mails whose time has come and puts them on their way; it gives how many. It may be called at any time and by several at once.
func (db *DB) TendNotices(ctx context.Context) (made int, err error) {
	for {
		n, people, err := db.tendNotices(ctx)
		if err != nil {
			return made, fmt.Errorf("tend notices: %w", err)
		}
		made += n
		if people < tendBatch {
			break
		}
	}
	return made, db.requeueNoticeMails(ctx)
}

// dueNotices are somebody's notices of one way whose time has come.
type dueNotices struct {
	UserID uuid.UUID
	Way    string
	Last   time.Time
}

func (db *DB) tendNotices(ctx context.Context) (made, people int, err error) {
	err = db.Tx(ctx, func(tx *DB) error {
		if err := tx.q(ctx).Exec("select pg_advisory_xact_lock(?)", tendNotices).Error; err != nil {
			return err
		}
		now := tx.Now()
		var due []dueNotices
		err := tx.q(ctx).Raw(`select user_id, way, max(due_at) as last from notices where due_at <= ? group by user_id, way order by user_id, way limit ?`, now, tendBatch).
			Scan(&due).Error
		if err != nil || len(due) == 0 {
			return err
		}
		people = len(due)
		of := make([]Notice, len(due))
		for i, d := range due {
			of[i].UserID = d.UserID
		}
		wishes, err := tx.wishes(ctx, of)
		if err != nil {
			return err
		}
		for _, d := range due {
			own, here := wishes[d.UserID]
			if !here || own.noMail { // they have left, or have no address, or have not joined
				if err := tx.putOff(ctx, d, now, nil); err != nil {
					return err
				}
				continue
			}
			mailed, err := tx.makeNoticeMail(ctx, d, own, now)
			if err != nil {
				return err
			}
			if mailed {
				made++
			}
		}
		return nil
	})
	return made, people, err
}

// makeNoticeMail puts what is due into a mail: one that has not gone yet, or one of its own, unless this digest has gone.
func (db *DB) makeNoticeMail(ctx context.Context, d dueNotices, own wish, now time.Time) (made bool, err error) {
	var waiting []NoticeMail
	err = db.q(ctx).Where("user_id = ? and kind = ? and state = ?", d.UserID, d.Way, NoticeMailQueued).Order("created_at desc").Limit(1).
		Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Find(&waiting).Error
	if err != nil {
		return false, mapped(err)
	}
	var id uuid.UUID
	if len(waiting) > 0 {
		id = waiting[0].ID
	} else {
		m := NoticeMail{ID: NewID(), UserID: d.UserID, Kind: d.Way, State: NoticeMailQueued, CreatedAt: now, QueuedAt: now}
		m.Slot = m.ID.String()
		if d.Way != WayNow {
			m.Slot = d.Last.In(own.Zone()).Format(slotOfDay)
		}
		if made, err = db.queueNoticeMail(ctx, m); err != nil {
			return false, err
		}
		if !made { // it came too late for a digest that has gone: the next one tells of it
			return false, db.putOff(ctx, d, now, own.due(d.Way, now))
		}
		id = m.ID
	}
	return made, mapped(db.q(ctx).Model(&Notice{}).Where("user_id = ? and way = ? and due_at <= ?", d.UserID, d.Way, now).
		Updates(map[string]any{"mail_id": id, "due_at": nil}).Error)
}

func (db *DB) putOff(ctx context.Context, d dueNotices, now time.Time, to *time.Time) error {
	return mapped(db.q(ctx).Model(&Notice{}).Where("user_id = ? and way = ? and due_at <= ?", d.UserID, d.Way, now).Update("due_at", to).Error)
}

// queueNoticeMail puts a mail on its way, unless the person has one for that slot.
func (db *DB) queueNoticeMail(ctx context.Context, m NoticeMail) (made bool, err error) {
	res := db.q(ctx).Omit(clause.Associations).Clauses(clause.OnConflict{DoNothing: true}).Create(&m)
	if res.Error != nil || res.RowsAffected == 0 {
		return false, mapped(res.Error)
	}
	return true, db.enqueue(ctx, SendMail{Mail: MailNotices, ID: m.ID}, nil)
}

// requeueNoticeMails puts mails on their way again that the queue has given up, and gives up those that are too old.
func (db *DB) requeueNoticeMails(ctx context.Context) error {
	return db.Tx(ctx, func(tx *DB) error {
		now := tx.Now()
		err := tx.q(ctx).Model(&NoticeMail{}).Where("state = ? and created_at < ?", NoticeMailQueued, now.Add(-noticeMailEnd)).Update("state", NoticeMailRefused).Error
		if err != nil {
			return mapped(err)
		}
		var again []uuid.UUID
		err = tx.q(ctx).Model(&NoticeMail{}).Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate, Options: clause.LockingOptionsSkipLocked}).
			Where("state = ? and queued_at < ?", NoticeMailQueued, now.Add(-noticeMailAgain)).Limit(tendBatch).Pluck("id", &again).Error
		if err != nil || len(again) == 0 {
			return mapped(err)
		}
		if err := tx.q(ctx).Model(&NoticeMail{}).Where("id in ?", again).Update("queued_at", now).Error; err != nil {
			return mapped(err)
		}
		for _, id := range again {
			if err := tx.enqueue(ctx, SendMail{Mail: MailNotices, ID: id}, nil); err != nil {
				return err
			}
		}
		return nil
	})
}

// NoticeMailing is a mail that is to go, with what it tells now.
type NoticeMailing struct {
	NoticeMail

	Notices []Notice // the newest first, at most maxMailed
	More    int      // how many there are besides
	Jobs    []Job    // what is worth sharing, with their clips
	all     []uuid.UUID
}

// Only is the kind of all its notices; empty where they are of several.
func (m NoticeMailing) Only() string {
	for _, n := range m.Notices {
		if n.Kind != m.Notices[0].Kind {
			return ""
		}
	}
	if len(m.Notices) == 0 {
		return ""
	}
	return m.Notices[0].Kind
}

// NoticeMailToSend is a mail with what its receiver may see now and has not read; ErrNotFound where it has gone or nobody should get it.
func (db *DB) NoticeMailToSend(ctx context.Context, id uuid.UUID) (NoticeMailing, error) {
	var m NoticeMailing
	err := db.q(ctx).Preload("User").Where("id = ? and state = ?", id, NoticeMailQueued).Take(&m.NoticeMail).Error
	if err != nil {
		return m, mapped(err)
	}
	mailed := m.User.Active() && m.User.HasEmail() && m.User.JoinedAt != nil
	switch {
	case mailed && m.Kind == MailOfSharing:
		err = db.fillSharing(ctx, &m)
	case mailed:
		err = db.fillNoticeMail(ctx, &m)
	}
	if err == nil && len(m.Notices)+len(m.Jobs) == 0 {
		err = errors.Join(ErrNotFound, db.NoticeMailDone(ctx, m, NoticeMailEmpty))
	}
	return m, err
}

// fillSharing adds what is worth sharing, where the person wants to know of it still.
func (db *DB) fillSharing(ctx context.Context, m *NoticeMailing) error {
	wishes, err := db.wishes(ctx, []Notice{{UserID: m.UserID}})
	if err != nil || !wishes[m.UserID].Sharing {
		return err
	}
	m.Jobs, err = db.worthSharing(ctx)
	return err
}

func (db *DB) fillNoticeMail(ctx context.Context, m *NoticeMailing) error {
	var ns []Notice
	err := db.q(ctx).Preload("Actor").Preload("Job").Where("mail_id = ? and read_at is null", m.ID).Order("at desc, id desc").Find(&ns).Error
	if err != nil {
		return mapped(err)
	}
	for _, n := range ns {
		m.all = append(m.all, n.ID)
	}
	seen, err := db.tellAll(ctx, *m.User, ns)
	if err != nil {
		return err
	}
	m.Notices, m.More = seen[:min(len(seen), maxMailed)], max(len(seen)-maxMailed, 0)
	return nil
}

// NoticeMailDone notes what became of a mail. What was added to it meanwhile is mailed later.
func (db *DB) NoticeMailDone(ctx context.Context, m NoticeMailing, state string) error {
	return db.Tx(ctx, func(tx *DB) error {
		set := map[string]any{"state": state}
		if state == NoticeMailSent {
			set["sent_at"] = tx.Now()
		}
		err := tx.q(ctx).Model(&NoticeMail{}).Where("id = ?", m.ID).Updates(set).Error // waits for who is adding to it
		if err != nil || m.Kind == MailOfSharing {
			return mapped(err)
		}
		if state == NoticeMailSent && len(m.all) > 0 { // what was taken out of it as it went has been told
			err := tx.q(ctx).Model(&Notice{}).Where("id in ? and mail_id is null", m.all).Updates(map[string]any{"mail_id": m.ID, "due_at": nil}).Error
			if err != nil {
				return mapped(err)
			}
		}
		later := tx.q(ctx).Model(&Notice{}).Where("mail_id = ? and read_at is null", m.ID)
		if len(m.all) > 0 {
			later = later.Where("id not in ?", m.all)
		}
		return mapped(later.Updates(map[string]any{"mail_id": nil, "due_at": tx.Now()}).Error)
	})
}

// TendSharing puts the weekly mails about what is worth sharing on their way, to those whose hour has come; none where nothing is. Where several
// do it at once, one does.
func (db *DB) TendSharing(ctx context.Context) (made int, err error) {
	jobs, err := db.worthSharing(ctx)
	if err != nil || len(jobs) == 0 {
		return 0, err
	}
	now := db.Now()
	var people []User
	err = db.q(ctx).Where("deactivated_at is null and joined_at is not null and email_key <> ''").Order("id").Find(&people).Error
	if err != nil {
		return 0, mapped(err)
	}
	for batch := range slices.Chunk(people, tendBatch) {
		err := db.Tx(ctx, func(tx *DB) error {
			var free bool
			if err := tx.q(ctx).Raw("select pg_try_advisory_xact_lock(?)", tendSharing).Scan(&free).Error; err != nil || !free {
				return mapped(err)
			}
			n, err := tx.tendSharing(ctx, batch, now)
			made += n
			return err
		})
		if err != nil {
			return made, fmt.Errorf("tend sharing: %w", err)
		}
	}
	return made, nil
}

func (db *DB) tendSharing(ctx context.Context, people []User, now time.Time) (made int, err error) {
	of := make([]Notice, len(people))
	for i, u := range people {
		of[i].UserID = u.ID
	}
	wishes, err := db.wishes(ctx, of)
	if err != nil {
		return 0, err
	}
	var ms []NoticeMail
	for _, u := range people {
		own, here := wishes[u.ID]
		last := own.lastWeekly(now)
		if !here || !own.Sharing || now.Sub(last) > sharingGrace || !u.JoinedAt.Before(last) {
			continue
		}
		ms = append(ms, NoticeMail{ID: NewID(), UserID: u.ID, Kind: MailOfSharing, Slot: last.In(own.Zone()).Format(slotOfDay), State: NoticeMailQueued, CreatedAt: now, QueuedAt: now})
	}
	ms, err = db.withoutMail(ctx, ms)
	if err != nil {
		return 0, err
	}
	for _, m := range ms {
		ok, err := db.queueNoticeMail(ctx, m)
		if err != nil {
			return made, err
		}
		if ok {
			made++
		}
	}
	return made, nil
}

// withoutMail are those of the mails whose week has none yet: most have, all but one minute of it. Whoever chooses another day has the next a
// week later.
func (db *DB) withoutMail(ctx context.Context, ms []NoticeMail) ([]NoticeMail, error) {
	var there []NoticeMail
	ids := make([]uuid.UUID, len(ms))
	for i, m := range ms {
		ids[i] = m.UserID
	}
	err := db.q(ctx).Select("user_id", "max(slot) as slot").Where("kind = ? and user_id in ?", MailOfSharing, ids).Group("user_id").Find(&there).Error
	if err != nil {
		return nil, mapped(err)
	}
	last := map[uuid.UUID]string{}
	for _, m := range there {
		last[m.UserID] = m.Slot
	}
	return slices.DeleteFunc(ms, func(m NoticeMail) bool {
		before, err := time.Parse(slotOfDay, last[m.UserID])
		return err == nil && m.Slot < before.AddDate(0, 0, sharingApart).Format(slotOfDay)
	}), nil
}

// maxSharing is how many jobs one mail tells of.
const maxSharing = 5

// worthSharing are the newest jobs that can be shared, with their clips.
func (db *DB) worthSharing(ctx context.Context) ([]Job, error) {
	jobs, err := db.OpenJobs(ctx)
	return jobs[:min(len(jobs), maxSharing)], err
}
