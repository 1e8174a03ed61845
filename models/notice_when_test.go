package models_test

import (
	"testing"
	"time"

	"kollega/models"
)

func at(clock string) *int {
	m, err := time.Parse("15:04", clock)
	if err != nil {
		panic(err)
	}
	n := m.Hour()*60 + m.Minute()
	return &n
}

// TestWhenMailsGo in Oslo, where the clock leaps from 02:00 to 03:00 on 29 March 2026, and back from 03:00 to 02:00 on 25 October.
func TestWhenMailsGo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		way      string
		hour     int
		from, to string // quiet hours
		at, want string // UTC; empty: never
	}{
		{"at once", models.WayNow, 8, "", "", "2026-03-02T21:30:00Z", "2026-03-02T21:30:00Z"},
		{"before the quiet hours", models.WayNow, 8, "22:00", "07:00", "2026-03-02T20:59:00Z", "2026-03-02T20:59:00Z"},
		{"in the evening", models.WayNow, 8, "22:00", "07:00", "2026-03-02T21:00:00Z", "2026-03-03T06:00:00Z"},
		{"after midnight", models.WayNow, 8, "22:00", "07:00", "2026-03-03T02:10:00Z", "2026-03-03T06:00:00Z"},
		{"at their end", models.WayNow, 8, "22:00", "07:00", "2026-03-03T06:00:00Z", "2026-03-03T06:00:00Z"},
		{"quiet at noon", models.WayNow, 8, "11:30", "12:30", "2026-03-03T11:00:00Z", "2026-03-03T11:30:00Z"},
		{"before quiet at noon", models.WayNow, 8, "11:30", "12:30", "2026-03-03T10:00:00Z", "2026-03-03T10:00:00Z"},
		{"night of the leap", models.WayNow, 8, "22:00", "07:00", "2026-03-28T23:30:00Z", "2026-03-29T05:00:00Z"},
		{"night of the second hour", models.WayNow, 8, "22:00", "07:00", "2026-10-24T22:30:00Z", "2026-10-25T06:00:00Z"},
		{"quiet until an hour that is not", models.WayNow, 8, "22:00", "02:30", "2026-03-28T23:30:00Z", "2026-03-29T01:00:00Z"},
		{"quiet until an hour that comes twice", models.WayNow, 8, "22:00", "02:30", "2026-10-24T23:00:00Z", "2026-10-25T00:30:00Z"},
		{"quiet in its second coming", models.WayNow, 8, "22:00", "02:30", "2026-10-25T01:10:00Z", "2026-10-25T01:30:00Z"},
		{"the day's", models.WayDaily, 8, "", "", "2026-03-02T06:00:00Z", "2026-03-02T07:00:00Z"},
		{"the day's, just sent", models.WayDaily, 8, "", "", "2026-03-02T07:00:00Z", "2026-03-03T07:00:00Z"},
		{"the day's, in the quiet hours", models.WayDaily, 6, "22:00", "07:00", "2026-03-02T03:00:00Z", "2026-03-02T06:00:00Z"},
		{"the day's, over the leap", models.WayDaily, 8, "", "", "2026-03-28T07:00:00Z", "2026-03-29T06:00:00Z"},
		{"the day's, over the second hour", models.WayDaily, 8, "", "", "2026-10-24T06:00:00Z", "2026-10-25T07:00:00Z"},
		{"at an hour that is not", models.WayDaily, 2, "", "", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"},
		{"and the next", models.WayDaily, 2, "", "", "2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"},
		{"at an hour that comes twice", models.WayDaily, 2, "", "", "2026-10-24T12:00:00Z", "2026-10-25T00:00:00Z"},
		{"after its first coming", models.WayDaily, 2, "", "", "2026-10-25T00:00:00Z", "2026-10-26T01:00:00Z"},
		{"between the two", models.WayDaily, 2, "", "", "2026-10-25T00:40:00Z", "2026-10-26T01:00:00Z"},
		{"the week's", models.WayWeekly, 8, "", "", "2026-03-03T12:00:00Z", "2026-03-09T07:00:00Z"},
		{"the week's, on its day", models.WayWeekly, 8, "", "", "2026-03-02T06:59:00Z", "2026-03-02T07:00:00Z"},
		{"the week's, just sent", models.WayWeekly, 8, "", "", "2026-03-02T07:00:00Z", "2026-03-09T07:00:00Z"},
		{"the week's, over the leap", models.WayWeekly, 8, "", "", "2026-03-24T12:00:00Z", "2026-03-30T06:00:00Z"},
		{"in the house", models.WayHouse, 8, "", "", "2026-03-02T07:00:00Z", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := models.NoticeSettings{TimeZone: "Europe/Oslo", DigestHour: c.hour, DigestDay: 1}
			if c.from != "" {
				s.QuietFrom, s.QuietTo = at(c.from), at(c.to)
			}
			came, err := time.Parse(time.RFC3339, c.at)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if due := s.Due(c.way, came); due != nil {
				got = due.UTC().Format(time.RFC3339)
			}
			if got != c.want {
				t.Errorf("what comes at %s goes at %q, want %q", c.at, got, c.want)
			}
		})
	}
}
