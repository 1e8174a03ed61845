package hr

import (
	"github.com/labstack/echo/v4"

	"kollega/internal/sheet"
	"kollega/models"
)

// ReferralsCSV is the report's groups as a file for a spreadsheet, with every number there is.
func (h *Handlers) ReferralsCSV(c echo.Context) error { return h.referralsSheet(c, sheet.CSV) }

// ReferralsXLSX is the same as a workbook.
func (h *Handlers) ReferralsXLSX(c echo.Context) error { return h.referralsSheet(c, sheet.XLSX) }

func (h *Handlers) referralsSheet(c echo.Context, format string) error {
	r, err := h.readReport(c)
	if err != nil {
		return err
	}
	groups, _, err := h.DB.Referrals(c.Request().Context(), r.filter)
	if err != nil {
		return err
	}
	p := h.Printer(c)
	head := []any{p.T("referrals.by." + r.in.Group)}
	for _, column := range []string{
		"shares", "hits", "clicks", "visitors", "views", "plays", "q25", "q50", "q75", "q100", "apply_starts", "applications", "qualified", "hires",
	} {
		head = append(head, p.T("referrals."+column))
	}
	rows := [][]any{head}
	for _, row := range groups {
		rows = append(rows, []any{
			h.groupName(c, r.in.Group, row), row.Shares, row.Hits, row.Clicks, row.Visitors, row.Views, row.Plays, row.Q25, row.Q50, row.Q75, row.Q100,
			row.ApplyStarts, row.Applications, row.Qualified, row.Hires,
		})
	}
	if err := h.Exported(c, models.OfReport, format, len(groups)); err != nil {
		return err
	}
	return h.Sheet(c, p.T("referrals.file")+"-"+r.in.Group+"-"+day(r.period.To), format, rows)
}
