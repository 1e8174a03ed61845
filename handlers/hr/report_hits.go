package hr

import (
	"strings"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/internal/i18n"
	"kollega/models"
)

const hitsPage = "/hr/referrals/hits"

// shownReasons is how many reasons of a class are told one by one: there are hundreds of programs.
const shownReasons = 6

// hitsBody is the list behind "all hits": what made them, why they were judged so, and by which links they came.
type hitsBody struct {
	filtersBody

	Input    reportInput
	When     string
	Narrowed []string
	Periods  []choice
	Total    int64
	People   hitRow
	Rows     []hitRow
	Why      bool // reasons are known
	Links    []models.HitLink
	Page     int
	Prev     string
	Next     string
	Back     string // the report
}

// hitsView is how many of all hits of a report were people's.
type hitsView struct {
	models.Referral
	Rate   string // people of all hits
	TooFew bool
	Href   string
}

func hitsOf(p *i18n.Printer, r report) hitsView {
	v := hitsView{Referral: r.Total, Href: r.behind(hitsPage)}
	v.Rate, v.TooFew = rate(p, v.Clicks, v.Hits)
	return v
}

// hitRow is a class of hits.
type hitRow struct {
	models.HitClass
	Rate   string // of all hits
	Sure   string // of people's, how many are confirmed
	TooFew bool   // hits, for a rate
	Why    []hitWhy
}

// hitWhy is a reason in words.
type hitWhy struct {
	Words string
	N     int64
}

// ReportHits are all hits of a report by what made them.
func (h *Handlers) ReportHits(c echo.Context) error {
	r, err := h.readReport(c)
	if err != nil {
		return notFound(err)
	}
	var in listInput
	if err := c.Bind(&in); err != nil {
		return err
	}
	in.Page = min(max(in.Page, 1), 1_000_000)
	body, err := h.hitsBody(c, r)
	if err != nil {
		return err
	}
	links, err := h.DB.HitLinks(c.Request().Context(), r.filter, in.rows())
	if err != nil {
		return err
	}
	body.Page = in.Page
	body.Prev, body.Next, body.Links = pages(r, in, hitsPage, links)
	return h.Render(c, "hr/report_hits.html", h.Printer(c).T("hits.title"), body)
}

func (h *Handlers) hitsBody(c echo.Context, r report) (b hitsBody, err error) {
	p := h.Printer(c)
	b = hitsBody{Input: r.in, When: r.period.words(p), Back: r.address(reportPage, r.in.Group, r.period)}
	if b.filtersBody, err = h.filters(c); err != nil {
		return b, err
	}
	if b.Narrowed, err = h.narrowedTo(c, b.filtersBody, r); err != nil {
		return b, err
	}
	b.Periods = h.periods(p, r, hitsPage)
	hits, err := h.DB.Hits(c.Request().Context(), r.filter)
	if err != nil {
		return b, err
	}
	b.Total, b.Why = hits.Total, hits.Why
	for _, class := range hits.Classes {
		b.Rows = append(b.Rows, hitRowOf(p, class, hits.Total))
	}
	b.People = b.Rows[0]
	return b, nil
}

func hitRowOf(p *i18n.Printer, c models.HitClass, total int64) hitRow {
	row := hitRow{HitClass: c}
	row.Rate, row.TooFew = rate(p, c.Hits, total)
	row.Sure, _ = rate(p, c.Confirmed, c.Hits)
	at := map[string]int{}
	for _, reason := range c.Reasons {
		words := hitReason(p, reason.Reason)
		i, told := at[words]
		if !told {
			i = len(row.Why)
			if i == shownReasons {
				row.Why = append(row.Why, hitWhy{Words: p.T("hits.why.others")})
			}
			if i = min(i, shownReasons); i == len(row.Why) {
				row.Why = append(row.Why, hitWhy{Words: words})
			}
			at[words] = i
		}
		row.Why[i].N += reason.Hits
	}
	return row
}

// hitReason says in words why a hit was judged as it was.
func hitReason(p *i18n.Printer, reason string) string {
	kind, sign, _ := strings.Cut(reason, ":")
	switch {
	case reason == "":
		return p.T("hits.why.unknown")
	case kind == "headers" && strings.HasPrefix(sign, "no ") && sign != "no navigation":
		return p.T("hits.why.missing")
	case kind == "headers":
		kind, _, _ = strings.Cut(strings.TrimPrefix(sign, "no "), " ")
	}
	if p.Has("hits.why." + kind) {
		return p.T("hits.why." + kind)
	}
	if words := web.ClassReason(p, reason); words != "" {
		return words
	}
	return reason
}
