package hr

import (
	"math"
	"time"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/internal/i18n"
	"kollega/models"
)

// enoughVisitors is how many visitors a row needs before a rate says anything: below it, one application more or less
// would move the rate by more than a few in a hundred.
const enoughVisitors = models.EnoughVisitors

// shownRows is how many rows the page begins with: an organisation of thousands is a long list.
const shownRows = 50

type reportBody struct {
	filtersBody

	Input    reportInput
	When     string // the period in words
	Narrowed []string
	Enough   int
	Groups   []choice
	Periods  []choice
	Any      bool // something was shared or came in
	Funnel   funnelView
	Hits     hitsView
	Rows     []referralRow
	Most     int64  // clicks of the row with the most
	Count    int    // rows that there are
	All      string // where all of them are, empty where they are here
	Times    timesView
	Flows    flowsView
	Week     *weekView // nil where hours are not known
	Zone     string
	Sources  sourcesView
	Stages   []stageView
	Stayed   []retentionRow
	CSV      string
	XLSX     string
	Exports  string
}

// choice is a link to the same report asked otherwise.
type choice struct {
	Label, Href string
	Now         bool
}

// Referrals is the report of what share links led to.
func (h *Handlers) Referrals(c echo.Context) error {
	r, err := h.report(c)
	title := h.Printer(c).T("referrals.title")
	if err != nil {
		if _, refused := web.Refused(err); !refused {
			return err
		}
		body, berr := h.reportBody(c, r)
		if berr != nil {
			return berr
		}
		return h.RenderInvalid(c, err, "hr/referrals.html", title, body)
	}
	body, err := h.reportBody(c, r)
	if err != nil {
		return err
	}
	return h.Render(c, "hr/referrals.html", title, body)
}

// report reads what was asked for and answers it; what was refused comes with an error and no rows.
func (h *Handlers) report(c echo.Context) (report, error) {
	r, err := h.readReport(c)
	if err == nil {
		r.in.User, r.filter.UserID = "", nil // the page has everybody; only lists are of one person
		r.Report, err = h.DB.Report(c.Request().Context(), r.filter, time.Local)
	}
	return r, err
}

func (h *Handlers) reportBody(c echo.Context, r report) (reportBody, error) {
	p := h.Printer(c)
	b := reportBody{Input: r.in, When: r.period.words(p), Enough: enoughVisitors}
	var err error
	if b.filtersBody, err = h.filters(c); err != nil {
		return b, err
	}
	b.Narrowed = b.words(p, r.in)
	for _, g := range models.ReferralGroups {
		b.Groups = append(b.Groups, choice{p.T("referrals.by." + g), r.address(reportPage, g, r.period) + "#groups", g == r.in.Group})
	}
	b.Periods = h.periods(p, r, reportPage)
	b.CSV, b.XLSX = r.address(reportPage+".csv", r.in.Group, r.period), r.address(reportPage+".xlsx", r.in.Group, r.period)
	b.Exports = r.address(exportPage, r.in.Group, r.period)
	b.rows(h, c, r)
	b.Sources = sourcesOf(p, r)
	b.Any = len(r.Rows) > 0 || b.Sources.Total > 0
	if !b.Any {
		return b, nil
	}
	b.Hits = hitsOf(p, r)
	b.Funnel, b.Times, b.Flows, b.Stages = funnelOf(p, r), timesOf(p, r), flowsOf(p, r), stagesOf(r)
	b.Stayed = retentionOf(p, r)
	if r.in.Team == "" {
		b.Week, b.Zone = weekOf(p, r), h.Now().In(time.Local).Format("MST -07:00")
	}
	return b, nil
}

// periods are the same page over other times.
func (h *Handlers) periods(p *i18n.Printer, r report, path string) (all []choice) {
	for _, name := range periods {
		all = append(all, choice{p.T("period.name." + name), r.address(path, r.in.Group, named(name, h.Now())), name == r.period.Name})
	}
	return all
}

// rows are the groups, the first of them where there are many.
func (b *reportBody) rows(h *Handlers, c echo.Context, r report) {
	b.Count = len(r.Rows)
	if b.Count > shownRows && !r.in.All {
		r.Rows = r.Rows[:shownRows]
		b.All = r.everything() + "#groups"
	}
	for _, row := range r.Rows {
		b.Rows = append(b.Rows, h.referralRow(c, r, row))
		b.Most = max(b.Most, row.Clicks)
	}
}

// everything is the address of the page with all rows, however many.
func (r report) everything() string { return r.address(reportPage, r.in.Group, r.period) + "&all=1" }

// referralRow is a line of the report, with the lists behind its numbers.
type referralRow struct {
	models.Referral
	Name                                               string
	Links, Days, HitsAt, Applied, QualifiedAt, HiredAt string
	Linkless                                           bool    // a clip has no links of its own
	TooFew                                             bool    // visitors, for a rate
	PerHundred                                         float64 // applications for each hundred visitors, one decimal
}

// AppliedCount is the number of applications as plurals want it.
func (r referralRow) AppliedCount() int { return int(r.Applications) }

// groupFilter is the filter's name for a group.
var groupFilter = map[string]string{"employee": "user", "team": "team", "job": "job", "clip": "clip", "channel": "channel", "skill": "skill"}

func (h *Handlers) referralRow(c echo.Context, r report, row models.Referral) referralRow {
	out := referralRow{Referral: row, Name: h.groupName(c, r.in.Group, row), TooFew: row.Visitors < enoughVisitors, Linkless: r.in.Group == "clip"}
	if !out.TooFew {
		out.PerHundred = math.Round(1000*float64(row.Applications)/float64(row.Visitors)) / 10
	}
	name, key := groupFilter[r.in.Group], row.Key
	if r.in.Group == "team" && key == "" {
		key = models.None
	}
	out.Links, out.Days, out.HitsAt = r.behind(linksPage, name, key), r.behind(daysPage, name, key), r.behind(hitsPage, name, key)
	out.Applied = r.behind(allApplications, name, key, "source", models.SourceReferred)
	out.QualifiedAt = r.behind(allApplications, name, key, "source", models.SourceReferred, "qualified", "1")
	out.HiredAt = r.behind(allApplications, name, key, "source", models.SourceReferred, "stage", models.StageHired)
	return out
}

// groupName is what a row is called in the reader's language.
func (h *Handlers) groupName(c echo.Context, group string, row models.Referral) string {
	p := h.Printer(c)
	switch {
	case group == "channel":
		return p.T("channel." + row.Label)
	case row.Label == "":
		return p.T("referrals.none." + group)
	}
	return row.Label
}
