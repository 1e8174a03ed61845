package i18n

import (
	"math"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/number"
)

// monthsNB are the months in bokmål; Go's time package only knows the English ones.
var monthsNB = [...]string{
	"januar", "februar", "mars", "april", "mai", "juni",
	"juli", "august", "september", "oktober", "november", "desember",
}

// Date writes the day in t's own time zone: "23. november 2026", "23 November 2026".
func (p *Printer) Date(t time.Time) string {
	if p.lang == Bokmal {
		return strconv.Itoa(t.Day()) + ". " + monthsNB[t.Month()-1] + " " + strconv.Itoa(t.Year())
	}
	return t.Format("2 January 2006")
}

// Month writes the month in t's own time zone: "november 2026", "November 2026".
func (p *Printer) Month(t time.Time) string {
	if p.lang == Bokmal {
		return monthsNB[t.Month()-1] + " " + strconv.Itoa(t.Year())
	}
	return t.Format("January 2006")
}

// DateTime writes day and time of day in t's own time zone: "23. november 2026 kl. 14:30", "23 November 2026 at 14:30".
func (p *Printer) DateTime(t time.Time) string {
	return p.T("format.datetime", "Date", p.Date(t), "Time", t.Format("15:04"))
}

// Ago writes how long before now t was: minutes and hours, then days, and the date when a week has gone.
// Days are counted by the calendar of now's time zone.
func (p *Printer) Ago(t, now time.Time) string {
	t = t.In(now.Location())
	since, days := now.Sub(t), calendarDays(t, now)
	switch {
	case since < -time.Minute || days >= 7:
		return p.Date(t)
	case since < time.Minute:
		return p.T("format.ago.now")
	case since < time.Hour:
		return p.N("format.ago.minutes", int(since/time.Minute))
	case since < 12*time.Hour || days == 0:
		return p.N("format.ago.hours", int(since/time.Hour))
	case days == 1:
		return p.T("format.ago.yesterday")
	default:
		return p.N("format.ago.days", days)
	}
}

// calendarDays counts the midnights between two moments of the same time zone.
func calendarDays(from, to time.Time) int {
	// Days are compared in UTC, where each of them has 24 hours.
	a := time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, time.UTC)
	b := time.Date(to.Year(), to.Month(), to.Day(), 0, 0, 0, 0, time.UTC)
	return int(b.Sub(a).Hours() / 24)
}

// Num writes an int, int64 or float64, the latter with two decimals at most: "1 234,5", "1,234.5".
func (p *Printer) Num(n any) string {
	return p.decimal(n, 2)
}

func (p *Printer) decimal(n any, decimals int) string {
	return p.spaced(number.Decimal(n, number.MaxFractionDigits(decimals)))
}

// spaced writes a number with the spaces of today between its thousands.
func (p *Printer) spaced(n any) string {
	text := p.numbers.Sprint(n)
	// CLDR moved Norwegian thousands from the no-break to the narrow no-break space; the library holds the old data.
	return strings.ReplaceAll(text, "\u00a0", "\u202f")
}

// Money writes a pay range: "550 000–650 000 kr per år", "NOK 550,000–650,000 per year".
// Either end may be nil, both give "". Currency is an ISO 4217 code; period is hour, day, week, month or year in any
// case, and left out where it is none of these.
func (p *Printer) Money(minimum, maximum *float64, currency, period string) string {
	amount := p.amount(minimum, maximum)
	if amount == "" {
		return ""
	}
	unit := strings.ToUpper(currency)
	if p.lang == Bokmal && unit == "NOK" {
		unit = "kr"
	}
	text := amount
	if unit != "" {
		text = p.T("format.money", "Amount", amount, "Currency", unit)
	}
	if minimum == nil {
		text = p.T("format.money.upto", "Money", text)
	}
	if maximum == nil {
		text = p.T("format.money.from", "Money", text)
	}
	if key := "format.per." + strings.ToLower(period); p.Has(key) {
		text += " " + p.T(key)
	}
	return text
}

func (p *Printer) amount(minimum, maximum *float64) string {
	switch {
	case minimum == nil && maximum == nil:
		return ""
	case minimum == nil:
		return p.sum(*maximum)
	case maximum == nil || *minimum == *maximum:
		return p.sum(*minimum)
	default:
		return p.sum(*minimum) + "–" + p.sum(*maximum)
	}
}

// sum writes an amount: whole, or with both decimals.
func (p *Printer) sum(n float64) string {
	if n == math.Trunc(n) {
		return p.Num(n)
	}
	return p.spaced(number.Decimal(n, number.Scale(2)))
}

// Bytes writes a size in decimal units (1 kB is 1000 bytes), with one decimal below ten: "1,2 MB", "1.2 MB".
func (p *Printer) Bytes(n int64) string {
	units := []string{"B", "kB", "MB", "GB", "TB"}
	value, unit := float64(n), 0
	for value >= 999.5 && unit < len(units)-1 {
		value /= 1000
		unit++
	}
	decimals := 0
	if unit > 0 && value < 9.95 {
		decimals = 1
	}
	return p.decimal(value, decimals) + "\u00a0" + units[unit]
}
