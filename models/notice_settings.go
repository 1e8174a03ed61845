package models

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"
)

// NoticeChoices are how somebody wants to be reached, with a way for every kind that may reach them.
type NoticeChoices struct {
	NoticeSettings

	Ways map[string]string
}

// NoticeChoices are somebody's.
func (db *DB) NoticeChoices(ctx context.Context, u User) (NoticeChoices, error) {
	wishes, err := db.wishes(ctx, []Notice{{UserID: u.ID}})
	if err != nil {
		return NoticeChoices{}, err
	}
	own, here := wishes[u.ID]
	if !here {
		return NoticeChoices{}, ErrNotFound
	}
	c := NoticeChoices{NoticeSettings: own.NoticeSettings, Ways: map[string]string{}}
	for _, kind := range NoticeKindsOf(u) {
		c.Ways[kind] = own.way(kind, noticeKinds[kind])
	}
	return c, nil
}

// SaveNoticeChoices writes them; what waits to be mailed goes by them, too. Kinds that are not named stay as they are.
func (db *DB) SaveNoticeChoices(ctx context.Context, u User, c NoticeChoices) error {
	if err := c.check(); err != nil {
		return err
	}
	c.UserID = u.ID
	return db.Tx(ctx, func(tx *DB) error { return tx.saveNoticeChoices(ctx, u, c) })
}

func (c NoticeChoices) check() error {
	var bad ValidationErrors
	for kind, way := range c.Ways {
		if !NoticeKinds.Has(kind) || !Ways.Has(way) {
			bad.Add("way_"+kind, "error.choose")
		}
	}
	if _, err := time.LoadLocation(c.TimeZone); err != nil || c.TimeZone == "Local" {
		bad.Add("time_zone", "notices.error.time_zone")
	}
	if (c.QuietFrom == nil) != (c.QuietTo == nil) {
		bad.Add("quiet_from", "notices.error.quiet")
	}
	if c.DigestHour < 0 || c.DigestHour > 23 {
		bad.Add("digest_hour", "error.choose")
	}
	if c.DigestDay < 0 || c.DigestDay > 6 {
		bad.Add("digest_day", "error.choose")
	}
	return bad.Err()
}

func (db *DB) saveNoticeChoices(ctx context.Context, u User, c NoticeChoices) error {
	c.UpdatedAt = db.Now()
	if err := db.q(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&c.NoticeSettings).Error; err != nil {
		return mapped(err)
	}
	var ways []NoticeWay
	for kind, way := range c.Ways {
		ways = append(ways, NoticeWay{UserID: u.ID, Kind: kind, Way: way})
	}
	if len(ways) > 0 {
		if err := db.q(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&ways).Error; err != nil {
			return mapped(err)
		}
	}
	return db.replan(ctx, u.ID)
}

// replan makes what waits to be mailed go as the person wants it now; what is in a mail that has not gone is taken out of it, where it is to
// go in another way or not at all.
func (db *DB) replan(ctx context.Context, userID uuid.UUID) error {
	wishes, err := db.wishes(ctx, []Notice{{UserID: userID}})
	if err != nil {
		return err
	}
	own := wishes[userID]
	for kind, k := range noticeKinds {
		way := own.way(kind, k)
		set := map[string]any{"due_at": own.due(way, db.Now()), "mail_id": nil}
		if way != WayOff { // what came before stays on the page
			set["way"] = way
		}
		err := db.q(ctx).Model(&Notice{}).Where("user_id = ? and kind = ?", userID, kind).
			Where("due_at is not null or read_at is null and mail_id in (?)",
				db.q(ctx).Model(&NoticeMail{}).Select("id").Where("user_id = ? and state = ? and kind <> ?", userID, NoticeMailQueued, way)).Updates(set).Error
		if err != nil {
			return mapped(err)
		}
	}
	return nil
}
