package hr

import (
	"strconv"

	"github.com/labstack/echo/v4"
)

// ReferralsCSV is the same report as a file for a spreadsheet, with every number there is.
func (h *Handlers) ReferralsCSV(c echo.Context) error {
	r, err := h.report(c)
	if err != nil {
		return err
	}
	p := h.Printer(c)
	head := []string{p.T("referrals.by." + r.in.Group)}
	for _, column := range []string{
		"hits", "clicks", "visitors", "views", "plays", "q25", "q50", "q75", "q100", "apply_starts", "applications", "qualified", "hires",
	} {
		head = append(head, p.T("referrals."+column))
	}
	rows := [][]string{head}
	for _, row := range r.rows {
		line := []string{h.groupName(c, r.in.Group, row)}
		for _, n := range []int64{
			row.Hits, row.Clicks, row.Visitors, row.Views, row.Plays, row.Q25, row.Q50, row.Q75, row.Q100, row.ApplyStarts,
			row.Applications, row.Qualified, row.Hires,
		} {
			line = append(line, strconv.FormatInt(n, 10))
		}
		rows = append(rows, line)
	}
	name := p.T("referrals.file") + "-" + r.in.Group + "-" + day(r.period.To) + ".csv"
	return h.CSV(c, name, rows)
}
