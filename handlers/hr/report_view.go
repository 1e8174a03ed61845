package hr

import (
	"math"
	"strconv"

	"kollega/internal/i18n"
	"kollega/models"
)

// enoughTimes is how many applications a median needs before it says anything.
const enoughTimes = 10

// funnelView is the way from a share to a hire.
type funnelView struct {
	Steps    []funnelStep
	Compared bool // with the days before
	Plot     string
}

// funnelStep is one number of the funnel.
type funnelStep struct {
	Key    string
	N      int64
	Href   string
	Rate   string // of the step before; empty where that says nothing
	TooFew bool   // in the step before, for a rate
	Before int64
	Change string // with its sign
	Grown  string // in hundredths with their sign; empty where there were too few
}

// funnelOf puts the steps together. A step that can have more than the one before it, as several clicks by one link, has no rate.
func funnelOf(p *i18n.Printer, r report) funnelView {
	v := funnelView{Compared: r.Before != nil}
	now, before := steps(r.Total), steps(models.Referral{})
	if v.Compared {
		before = steps(*r.Before)
	}
	hrefs := map[string]string{
		"shares": r.behind(linksPage), "applications": r.behind(allApplications, "source", models.SourceReferred),
		"qualified": r.behind(allApplications, "source", models.SourceReferred, "qualified", "1"),
		"hires":     r.behind(allApplications, "source", models.SourceReferred, "stage", models.StageHired),
	}
	for i, s := range now {
		if s.Href = hrefs[s.Key]; s.Href == "" {
			s.Href = r.behind(daysPage)
		}
		if i > 1 {
			s.Rate, s.TooFew = rate(p, s.N, now[i-1].N)
		}
		s.Before = before[i].N
		s.Change, s.Grown = change(p, s.N, s.Before)
		v.Steps = append(v.Steps, s)
	}
	v.Plot = v.plot(p)
	return v
}

func steps(t models.Referral) []funnelStep {
	return []funnelStep{
		{Key: "shares", N: t.Shares},
		{Key: "clicks", N: t.Clicks},
		{Key: "views", N: t.Views},
		{Key: "plays", N: t.Plays},
		{Key: "q75", N: t.Q75},
		{Key: "apply_starts", N: t.ApplyStarts},
		{Key: "applications", N: t.Applications},
		{Key: "qualified", N: t.Qualified},
		{Key: "hires", N: t.Hires},
	}
}

// rate is n of so many in hundredths, empty where n is no part of them.
func rate(p *i18n.Printer, n, of int64) (words string, tooFew bool) {
	if of < enoughVisitors {
		return "", true
	}
	if n > of {
		return "", false
	}
	return p.T("watching.percent", "N", p.Num(math.Round(1000*float64(n)/float64(of))/10)), false
}

// change is what became of a number: the difference, and the growth where there were enough before.
func change(p *i18n.Printer, now, before int64) (diff, grown string) {
	diff = signed(p, now-before)
	if before >= enoughVisitors {
		grown = p.T("watching.percent", "N", signed(p, int64(math.Round(100*float64(now-before)/float64(before)))))
	}
	return diff, grown
}

// signed writes a number with its sign; a real minus, not a hyphen.
func signed(p *i18n.Printer, n int64) string {
	switch {
	case n > 0:
		return "+" + p.Num(n)
	case n < 0:
		return "−" + p.Num(-n)
	}
	return "0"
}

// timesView is the report over time.
type timesView struct {
	Rows []timesRow
	Plot string
}

type timesRow struct {
	models.Bucket
	Name                                string
	Days, Applied, QualifiedAt, HiredAt string
}

func timesOf(p *i18n.Printer, r report) timesView {
	var v timesView
	for _, b := range r.Timeline {
		within := r
		within.period = period{From: b.From, To: b.To}
		row := timesRow{Bucket: b, Name: p.Date(b.From), Days: within.behind(daysPage), Applied: within.behind(allApplications, "source", models.SourceReferred)}
		row.QualifiedAt = within.behind(allApplications, "source", models.SourceReferred, "qualified", "1")
		row.HiredAt = within.behind(allApplications, "source", models.SourceReferred, "stage", models.StageHired)
		if b.To.After(b.From) {
			row.Name = p.T("report.days", "From", p.Date(b.From), "To", p.Date(b.To))
		}
		v.Rows = append(v.Rows, row)
	}
	v.Plot = v.plot(p)
	return v
}

// weekView is when people visit.
type weekView struct {
	Days []weekDay
	Any  bool
	Busy string // the hour with the most, in words
	Plot string
}

type weekDay struct {
	Name  string
	Hours [24]weekHour
	Sum   int64
}

type weekHour struct {
	N    int64
	Href string
	Say  string
}

func weekOf(p *i18n.Printer, r report) *weekView {
	v := &weekView{}
	var most int64
	for d, hours := range r.Week {
		day := weekDay{Name: p.T("report.weekday." + strconv.Itoa(d))}
		for h, n := range hours {
			cell := weekHour{N: n, Say: p.N("report.hour.say", int(n), "Day", day.Name, "From", h, "To", h+1, "N", p.Num(n))}
			if n > 0 {
				cell.Href = r.behind(daysPage, "weekday", strconv.Itoa(d), "hour", strconv.Itoa(h))
			}
			if n > most {
				most, v.Busy = n, cell.Say
			}
			day.Hours[h], day.Sum = cell, day.Sum+n
		}
		v.Days = append(v.Days, day)
	}
	v.Any = most > 0
	v.Plot = v.plot(p)
	return v
}

// HourNames are the hours of the day.
func (v weekView) HourNames() []string {
	names := make([]string, 24)
	for h := range names {
		names[h] = strconv.Itoa(h)
	}
	return names
}

// stageView is how long a stage takes, of all and by source.
type stageView struct {
	Stage string
	Rows  []stageRow
}

type stageRow struct {
	Source string // empty for all
	N      int64
	Href   string
	TooFew bool
	// In days, one decimal.
	Low, Median, High float64
}

// stagesOf are the stages in their order, and the whole way to the hire at last.
func stagesOf(r report) []stageView {
	var all []stageView
	for _, stage := range []string{models.StageNew, models.StageScreening, models.StageInterview, models.StageOffer, models.StageHired} {
		v := stageView{Stage: stage}
		for _, source := range append([]string{""}, models.Sources...) {
			for _, s := range r.Stages {
				if s.Stage == stage && s.Source == source {
					v.Rows = append(v.Rows, r.stageRow(s))
				}
			}
		}
		if len(v.Rows) == 2 { // all of them came the same way
			v.Rows = v.Rows[:1]
		}
		if len(v.Rows) > 0 {
			all = append(all, v)
		}
	}
	return all
}

func (r report) stageRow(s models.StageTime) stageRow {
	more := []string{"left", s.Stage}
	if s.Stage == models.StageHired {
		more = []string{"stage", s.Stage}
	}
	if s.Source != "" {
		more = append(more, "source", s.Source)
	}
	one := func(days float64) float64 { return math.Round(10*days) / 10 }
	return stageRow{
		Source: s.Source, N: s.N, Href: r.behind(allApplications, more...), TooFew: s.N < enoughTimes,
		Low: one(s.Quartiles[0]), Median: one(s.Quartiles[1]), High: one(s.Quartiles[2]),
	}
}
