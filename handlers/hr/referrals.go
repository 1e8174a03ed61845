package hr

import (
	"math"
	"net/url"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// enoughVisitors is how many visitors a row needs before a rate says anything: below it, one application more or less
// would move the rate by more than a few in a hundred.
const enoughVisitors = models.EnoughVisitors

// shownRows is how many rows the page begins with: an organisation of thousands is a long list.
const shownRows = 100

type referralsInput struct {
	Group  string `query:"group"`
	Job    string `query:"job"`
	Period string `query:"period"`
	From   string `query:"from"`
	To     string `query:"to"`
	All    bool   `query:"all"` // every row, however many
}

type referralsBody struct {
	Input   referralsInput
	When    string // the period in words
	Enough  int
	Jobs    []option
	Groups  []choice
	Periods []choice
	Rows    []referralRow
	Total   models.Referral
	Most    int64  // clicks of the row with the most
	Count   int    // rows that there are
	All     string // where all of them are, empty where they are here
	CSV     string
}

// choice is a link to the same report asked otherwise.
type choice struct {
	Label, Href string
	Now         bool
}

// referralRow is a line of the report.
type referralRow struct {
	models.Referral
	Name       string
	Applied    string  // where the applications behind are, empty where there is no such list
	TooFew     bool    // visitors, for a rate
	PerHundred float64 // applications for each hundred visitors, one decimal
}

// AppliedCount is the number of applications as plurals want it.
func (r referralRow) AppliedCount() int { return int(r.Applications) }

// report is a referral report and what it was asked for.
type report struct {
	in     referralsInput
	period period
	filter models.ReferralFilter
	rows   []models.Referral
	total  models.Referral // groups may overlap, as skills do, or leave some out
}

// Referrals is the report of what share links led to.
func (h *Handlers) Referrals(c echo.Context) error {
	r, err := h.report(c)
	title := h.Printer(c).T("referrals.title")
	if err != nil {
		if _, refused := web.Refused(err); !refused {
			return err
		}
		body, berr := h.referralsBody(c, r)
		if berr != nil {
			return berr
		}
		return h.RenderInvalid(c, err, "hr/referrals.html", title, body)
	}
	body, err := h.referralsBody(c, r)
	if err != nil {
		return err
	}
	return h.Render(c, "hr/referrals.html", title, body)
}

// report reads what was asked for and answers it; what was refused comes with an error and no rows.
func (h *Handlers) report(c echo.Context) (report, error) {
	var r report
	if err := c.Bind(&r.in); err != nil {
		return r, err
	}
	if !models.ReferralGroups.Has(r.in.Group) {
		r.in.Group = models.ReferralGroups[0]
	}
	r.filter.GroupBy = r.in.Group
	if r.in.Job != "" {
		id, err := uuid.Parse(r.in.Job)
		if err != nil {
			return r, models.ErrNotFound
		}
		r.filter.JobID = &id
	}
	var err error
	if r.period, err = readPeriod(r.in.Period, r.in.From, r.in.To, h.Now()); err != nil {
		return r, err
	}
	r.in.From, r.in.To = day(r.period.From), day(r.period.To)
	r.filter.From, r.filter.To = r.period.From, r.period.To
	r.rows, r.total, err = h.DB.Referrals(c.Request().Context(), r.filter)
	return r, err
}

func (h *Handlers) referralsBody(c echo.Context, r report) (referralsBody, error) {
	ctx, p := c.Request().Context(), h.Printer(c)
	b := referralsBody{Input: r.in, When: r.period.words(p), Enough: enoughVisitors, Total: r.total}
	jobs, err := h.DB.JobTitles(ctx, nil)
	if err != nil {
		return b, err
	}
	b.Jobs = h.jobOptions(c, jobs)
	b.Count = len(r.rows)
	if b.Count > shownRows && !r.in.All {
		r.rows = r.rows[:shownRows]
		b.All = r.address("/hr/referrals", r.in.Group, r.period) + "&all=1"
	}
	for _, row := range r.rows {
		b.Rows = append(b.Rows, h.referralRow(c, r, row))
		b.Most = max(b.Most, row.Clicks)
	}
	for _, g := range models.ReferralGroups {
		b.Groups = append(b.Groups, choice{p.T("referrals.by." + g), r.address("/hr/referrals", g, r.period), g == r.in.Group})
	}
	for _, name := range periods {
		b.Periods = append(b.Periods, choice{p.T("period.name." + name), r.address("/hr/referrals", r.in.Group, named(name, h.Now())), name == r.period.Name})
	}
	b.CSV = r.address("/hr/referrals.csv", r.in.Group, r.period)
	return b, nil
}

func (h *Handlers) referralRow(c echo.Context, r report, row models.Referral) referralRow {
	out := referralRow{Referral: row, Name: h.groupName(c, r.in.Group, row), TooFew: row.Visitors < enoughVisitors}
	if !out.TooFew {
		out.PerHundred = math.Round(1000*float64(row.Applications)/float64(row.Visitors)) / 10
	}
	if r.in.Group != "employee" || row.Applications == 0 {
		return out
	}
	q := url.Values{"user": {row.Key}}
	r.period.days(q)
	if r.in.Job != "" {
		q.Set("job", r.in.Job)
	}
	out.Applied = address(allApplications, q)
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

// address is the same report by another group or over another period.
func (r report) address(path, group string, p period) string {
	q := url.Values{"group": {group}}
	p.query(q)
	if r.in.Job != "" {
		q.Set("job", r.in.Job)
	}
	return address(path, q)
}
