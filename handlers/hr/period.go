package hr

import (
	"net/url"
	"time"

	"kollega/internal/i18n"
	"kollega/models"
)

// periods are what a report can be asked over, beside days of one's own choice.
var periods = []string{"30", "90", "year", "all"}

// period is a span of days, both included; zero From is the beginning.
type period struct {
	Name     string // one of periods, empty for days of one's own choice
	From, To time.Time
}

// named is the period of that name up to today; the shortest where there is none.
func named(name string, now time.Time) period {
	now = now.UTC()
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	switch name {
	case "90":
		return period{name, today.AddDate(0, 0, -89), today}
	case "year":
		return period{name, time.Date(now.Year(), time.January, 1, 0, 0, 0, 0, time.UTC), today}
	case "all":
		return period{name, time.Time{}, today}
	}
	return period{"30", today.AddDate(0, 0, -29), today}
}

// readPeriod is what was asked for: days where they differ from those of the named period, that period otherwise.
func readPeriod(name, from, to string, now time.Time) (period, error) {
	p := named(name, now)
	if from == "" && to == "" || from == day(p.From) && to == day(p.To) {
		return p, nil
	}
	own := period{To: p.To}
	var bad models.ValidationErrors
	var err error
	if from != "" {
		if own.From, err = time.Parse(time.DateOnly, from); err != nil {
			bad.Add("from", "referrals.error.day")
		}
	}
	if to != "" {
		if own.To, err = time.Parse(time.DateOnly, to); err != nil {
			bad.Add("to", "referrals.error.day")
		}
	}
	if len(bad) == 0 && own.To.Before(own.From) {
		bad.Add("to", "error.range")
	}
	return own, bad.Err()
}

// words says the period in a sentence.
func (p period) words(printer *i18n.Printer) string {
	switch {
	case p.Name == "year":
		return printer.T("period.in_year", "Year", p.To.Format("2006"))
	case p.Name == "all":
		return printer.T("period.ever")
	case p.Name != "":
		return printer.T("period.last_" + p.Name)
	case p.From.IsZero():
		return printer.T("period.until", "To", printer.Date(p.To))
	}
	return printer.T("period.between", "From", printer.Date(p.From), "To", printer.Date(p.To))
}

// query keeps the period in an address.
func (p period) query(q url.Values) {
	if p.Name != "" {
		q.Set("period", p.Name)
		return
	}
	p.days(q)
}

// days keeps the period in an address that knows days only.
func (p period) days(q url.Values) {
	if !p.From.IsZero() {
		q.Set("from", day(p.From))
	}
	q.Set("to", day(p.To))
}

// day is a date as forms and addresses write it; empty for the beginning.
func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}
