package models

import (
	"time"

	"github.com/google/uuid"
)

// NoticeSettings are when and how somebody wants to be reached.
type NoticeSettings struct {
	UserID     uuid.UUID `gorm:"primaryKey"`
	TimeZone   string    // IANA; empty for the house's
	QuietFrom  *int      // minutes of the day between which no mail comes; nil: it always may
	QuietTo    *int
	DigestHour int // of the daily and the weekly mail
	DigestDay  int // of the weekly mail, 0 is Sunday
	Sharing    bool
	UpdatedAt  time.Time
}

// NoticeWay is how somebody wants to be reached with a kind of notice.
type NoticeWay struct {
	UserID uuid.UUID `gorm:"primaryKey"`
	Kind   string    `gorm:"primaryKey"`
	Way    string
}

// defaultNoticeSettings are those of who has chosen nothing.
func defaultNoticeSettings(userID uuid.UUID) NoticeSettings {
	return NoticeSettings{UserID: userID, DigestHour: 8, DigestDay: int(time.Monday), Sharing: true}
}

// Zone is the person's time zone.
func (s NoticeSettings) Zone() *time.Location {
	if s.TimeZone != "" {
		if zone, err := time.LoadLocation(s.TimeZone); err == nil {
			return zone
		}
	}
	return time.Local
}

// due is when something that came at a moment is to be mailed; nil: never.
func (s NoticeSettings) due(way string, at time.Time) *time.Time {
	var when time.Time
	switch way {
	case WayNow:
		when = s.afterQuiet(at)
	case WayDaily:
		when = s.nextDigest(at, false)
	case WayWeekly:
		when = s.nextDigest(at, true)
	default:
		return nil
	}
	return &when
}

// nextDigest is the first time after a moment that a digest goes.
func (s NoticeSettings) nextDigest(at time.Time, weekly bool) time.Time {
	local := at.In(s.Zone())
	year, month, day := local.Date()
	for day--; ; day++ { // quiet hours may have held yesterday's up until today
		// The hour of a day is looked up in that day: it may be 23 or 25 hours after the one before.
		when := s.afterQuiet(hourOf(year, month, day, s.DigestHour*60, s.Zone()))
		if weekly && int(time.Date(year, month, day, 12, 0, 0, 0, s.Zone()).Weekday()) != s.DigestDay {
			continue
		}
		if when.After(at) {
			return when
		}
	}
}

// lastWeekly is the last time up to a moment that a weekly digest went.
func (s NoticeSettings) lastWeekly(at time.Time) time.Time {
	last := s.nextDigest(at.AddDate(0, 0, -8), true)
	for next := s.nextDigest(last, true); !next.After(at); next = s.nextDigest(last, true) {
		last = next
	}
	return last
}

// afterQuiet is the moment itself, or the end of the quiet hours that it falls in.
func (s NoticeSettings) afterQuiet(at time.Time) time.Time {
	if s.QuietFrom == nil || s.QuietTo == nil || *s.QuietFrom == *s.QuietTo {
		return at
	}
	local := at.In(s.Zone())
	year, month, day := local.Date()
	minute := local.Hour()*60 + local.Minute()
	from, to := *s.QuietFrom, *s.QuietTo
	switch {
	case from < to && (minute < from || minute >= to), from > to && minute < from && minute >= to:
		return at
	case from > to && minute >= from:
		day++
	}
	end := hourOf(year, month, day, to, s.Zone())
	if !end.After(at) { // the hour comes twice that night: it is the second
		end = end.Add(time.Hour)
	}
	return end
}

// hourOf is the moment of a minute of a day. Where the clock goes back it is the first of the two; where it leaps over it, the moment of the leap.
func hourOf(year int, month time.Month, day, minute int, zone *time.Location) time.Time {
	at := time.Date(year, month, day, minute/60, minute%60, 0, 0, zone)
	if at.Hour()*60+at.Minute() == minute {
		if first := at.Add(-time.Hour); first.Hour() == at.Hour() && first.Minute() == at.Minute() {
			return first
		}
		return at
	}
	_, end := time.Date(year, month, day, 0, 0, 0, 0, zone).ZoneBounds()
	return end
}
