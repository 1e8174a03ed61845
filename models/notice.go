package models

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"kollega/internal/i18n"
)

// Notice says that something happened that somebody may want to know. It holds no text: see Told.
type Notice struct {
	ID      uuid.UUID
	UserID  uuid.UUID
	Kind    string
	About   uuid.UUID
	ActorID *uuid.UUID // who did it
	GroupID *uuid.UUID
	JobID   *uuid.UUID
	At      time.Time
	ReadAt  *time.Time
	Way     string     // how it reaches the person, as they wanted when it came
	DueAt   *time.Time // when it is to be mailed; nil: not, or it belongs to a mail already
	MailID  *uuid.UUID

	Actor *User `gorm:"foreignKey:ActorID"`
	Job   *Job  `gorm:"foreignKey:JobID"`
	Told  Told  `gorm:"-"`
}

// Unread tells whether the person has not looked at it.
func (n Notice) Unread() bool { return n.ReadAt == nil }

const (
	noticeBatch = 1000                 // notices that are written by one statement
	noticesKept = 365 * 24 * time.Hour // then they are forgotten, read or not
)

// Notify tells people that something happened; it is called in the transaction of what happened. Once per person, kind and thing, however
// often it is called; never who did it, nor somebody who has left, nor whom the kind does not reach.
func (db *DB) Notify(ctx context.Context, ns ...Notice) error {
	ns = slices.Clone(ns)
	// Two transactions that tell the same people meet in the same order.
	slices.SortFunc(ns, func(a, b Notice) int { return bytes.Compare(a.UserID[:], b.UserID[:]) })
	for batch := range slices.Chunk(ns, noticeBatch) {
		if err := db.notify(ctx, batch); err != nil {
			return fmt.Errorf("notify: %w", err)
		}
	}
	return nil
}

func (db *DB) notify(ctx context.Context, ns []Notice) error {
	wishes, err := db.wishes(ctx, ns)
	if err != nil {
		return err
	}
	now, soon := db.Now(), false
	var rows []Notice
	for _, n := range ns {
		kind, known := noticeKinds[n.Kind]
		if !known {
			return fmt.Errorf("unknown kind %q", n.Kind)
		}
		wish, there := wishes[n.UserID]
		if !there || n.ActorID != nil && *n.ActorID == n.UserID {
			continue
		}
		n.Way = wish.way(n.Kind, kind)
		if n.Way == WayOff {
			continue
		}
		n.ID, n.At, n.ReadAt, n.MailID = NewID(), now, nil, nil
		n.DueAt = wish.due(n.Way, now)
		if kind.mail != "" && n.Way == WayNow {
			if err := db.notifyByMail(ctx, n, kind.mail); err != nil {
				return err
			}
			continue
		}
		soon = soon || n.DueAt != nil && !n.DueAt.After(now)
		rows = append(rows, n)
	}
	if len(rows) == 0 {
		return nil
	}
	if err := db.q(ctx).Omit(clause.Associations).Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error; err != nil {
		return mapped(err)
	}
	if soon {
		return db.enqueue(ctx, TendNotices{}, nil)
	}
	return nil
}

// wish is how somebody wants to be reached.
type wish struct {
	NoticeSettings

	ways   map[string]string
	noMail bool // has no address, or has not joined yet: what would be mailed is in the house alone
}

func (w wish) way(kind string, k noticeKind) string {
	way := w.ways[kind]
	if way == "" {
		way = k.way
	}
	if w.noMail && way != WayOff {
		return WayHouse
	}
	return way
}

// wishes are those of the people who work here still, by id.
func (db *DB) wishes(ctx context.Context, ns []Notice) (map[uuid.UUID]wish, error) {
	ids := make([]uuid.UUID, 0, len(ns))
	for _, n := range ns {
		ids = append(ids, n.UserID)
	}
	ids = slices.Compact(ids)
	var there []User
	if err := db.q(ctx).Select("id", "email_key", "joined_at").Where("id in ? and deactivated_at is null", ids).Find(&there).Error; err != nil {
		return nil, mapped(err)
	}
	var settings []NoticeSettings
	if err := db.q(ctx).Where("user_id in ?", ids).Find(&settings).Error; err != nil {
		return nil, mapped(err)
	}
	var ways []NoticeWay
	if err := db.q(ctx).Where("user_id in ?", ids).Find(&ways).Error; err != nil {
		return nil, mapped(err)
	}
	out := make(map[uuid.UUID]wish, len(there))
	for _, u := range there {
		out[u.ID] = wish{NoticeSettings: defaultNoticeSettings(u.ID), noMail: !u.HasEmail() || u.JoinedAt == nil}
	}
	for _, s := range settings {
		if own, here := out[s.UserID]; here {
			own.NoticeSettings = s
			out[s.UserID] = own
		}
	}
	for _, w := range ways {
		if own, here := out[w.UserID]; here {
			if own.ways == nil {
				own.ways = map[string]string{}
			}
			own.ways[w.Kind] = w.Way
			out[w.UserID] = own
		}
	}
	return out, nil
}

// MaxUnread is how far unread notices are counted.
const MaxUnread = 100

// UnreadNotices is how many notices somebody has not looked at, at most MaxUnread.
func (db *DB) UnreadNotices(ctx context.Context, userID uuid.UUID) (int, error) {
	var n int64
	err := db.q(ctx).Raw(`select count(*) from (select from notices where user_id = ? and read_at is null limit ?) as some_of`, userID, MaxUnread).Scan(&n).Error
	return int(n), mapped(err)
}

// ReadNotices notes that somebody has the things of those kinds before them: none of the ids means all of them, no kind every kind.
func (db *DB) ReadNotices(ctx context.Context, userID uuid.UUID, kinds []string, about ...uuid.UUID) error {
	q := db.q(ctx).Model(&Notice{}).Where("user_id = ? and read_at is null", userID)
	if len(kinds) > 0 {
		q = q.Where("kind in ?", kinds)
	}
	if len(about) > 0 {
		q = q.Where("about in ?", about)
	}
	return mapped(q.Updates(read(db.Now())).Error)
}

// read is what changes when a notice is read: what has not been mailed is not mailed any more.
func read(now time.Time) map[string]any { return map[string]any{"read_at": now, "due_at": nil} }

// ForgetNotices removes the notices about things that are gone.
func (db *DB) ForgetNotices(ctx context.Context, kind string, about ...uuid.UUID) error {
	if len(about) == 0 {
		return nil
	}
	return mapped(db.q(ctx).Where("kind = ? and about in ?", kind, about).Delete(&Notice{}).Error)
}

// Say is the notice's sentence.
func (n Notice) Say(p *i18n.Printer) string {
	by := p.T("notice.somebody")
	switch {
	case n.Actor == nil:
	case n.Actor.Active():
		by = n.Actor.Name
	default:
		by = p.T("former")
	}
	return p.T(n.Told.Key, append([]any{"Name", by}, n.Told.Words...)...)
}

// newestNotices keeps to somebody's notices after the cursor, the newest first.
func (db *DB) newestNotices(ctx context.Context, userID uuid.UUID, cursor string) (*gorm.DB, error) {
	q, err := older(db.q(ctx).Where("notices.user_id = ?", userID), "notices.at", "notices.id", cursor)
	if err != nil {
		return nil, err
	}
	return q.Order("notices.at desc, notices.id desc"), nil
}
