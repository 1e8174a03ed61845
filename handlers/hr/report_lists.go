package hr

import (
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// listRows is how many rows a page of a list has.
const listRows = 100

type listInput struct {
	Page    int    `query:"page"` // from 1
	Weekday string `query:"weekday"`
	Hour    string `query:"hour"`
}

// listBody is a list behind a number of the report.
type listBody struct {
	Kind     string // days, hours, links
	Input    reportInput
	When     string
	Narrowed []string
	Total    models.Referral
	Hour     string // in words, of hours
	Sum      int64  // visits, of hours
	Days     []models.DayRow
	Hours    []models.HourRow
	Links    []models.LinkRow
	Prev     string
	Next     string
	Back     string // the report
}

// Shares is the number of links as plurals want it.
func (b listBody) Shares() int { return int(b.Total.Shares) }

// Visits is the sum of the hour as plurals want it.
func (b listBody) Visits() int { return int(b.Sum) }

// Of is the total of a step of the funnel.
func (b listBody) Of(step string) int64 {
	for _, s := range steps(b.Total) {
		if s.Key == step {
			return s.N
		}
	}
	return 0
}

// ReportDays are the rows behind the visits of a report: each link's days, or what one hour of the week is made of.
func (h *Handlers) ReportDays(c echo.Context) error {
	r, in, body, err := h.list(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	if in.Weekday+in.Hour != "" {
		if err := h.hours(c, r, in, &body); err != nil {
			return err
		}
		return h.Render(c, "hr/report_list.html", h.Printer(c).T("report.list.days"), body)
	}
	body.Kind = models.ExportDays
	if body.Days, err = h.DB.DayRows(ctx, r.filter, in.rows()); err != nil {
		return err
	}
	body.Days = pageOf(&body, r, in, daysPage, body.Days)
	return h.Render(c, "hr/report_list.html", h.Printer(c).T("report.list.days"), body)
}

// ReportLinks are the share links that were made.
func (h *Handlers) ReportLinks(c echo.Context) error {
	r, in, body, err := h.list(c)
	if err != nil {
		return err
	}
	body.Kind = models.ExportLinks
	if body.Links, err = h.DB.LinkRows(c.Request().Context(), r.filter, in.rows()); err != nil {
		return err
	}
	body.Links = pageOf(&body, r, in, linksPage, body.Links)
	return h.Render(c, "hr/report_list.html", h.Printer(c).T("report.list.links"), body)
}

// list reads what a list is asked for, and its totals.
func (h *Handlers) list(c echo.Context) (r report, in listInput, b listBody, err error) {
	if r, err = h.readReport(c); err != nil {
		return r, in, b, notFound(err)
	}
	if err = c.Bind(&in); err != nil {
		return r, in, b, err
	}
	in.Page = min(max(in.Page, 1), 1_000_000)
	p := h.Printer(c)
	b = listBody{Input: r.in, When: r.period.words(p), Back: r.address(reportPage, r.in.Group, r.period)}
	filters, err := h.filters(c)
	if err != nil {
		return r, in, b, err
	}
	if b.Narrowed, err = h.narrowedTo(c, filters, r); err != nil {
		return r, in, b, err
	}
	b.Total, err = h.DB.ReferralTotal(c.Request().Context(), r.filter)
	return r, in, b, err
}

// narrowedTo says what a list is narrowed to, a colleague among it.
func (h *Handlers) narrowedTo(c echo.Context, filters filtersBody, r report) ([]string, error) {
	p := h.Printer(c)
	words := filters.words(p, r.in)
	if r.filter.UserID != nil {
		u, err := h.DB.User(c.Request().Context(), *r.filter.UserID)
		if err != nil {
			return nil, err
		}
		words = append(words, p.T("report.filter", "Name", p.T("referrals.by.employee"), "Value", u.Name))
	}
	return words, nil
}

// notFound turns an address that nobody can have written by a form into a page that is not there.
func notFound(err error) error {
	if _, refused := web.Refused(err); refused {
		return models.ErrNotFound
	}
	return err
}

// rows is one row more than a page has, to tell whether there is another page.
func (in listInput) rows() models.Page {
	return models.Page{Limit: listRows + 1, Offset: (in.Page - 1) * listRows}
}

// pageOf cuts a page's rows, and fills in the ways to the pages beside it.
func pageOf[T any](b *listBody, r report, in listInput, path string, rows []T) []T {
	b.Prev, b.Next, rows = pages(r, in, path, rows)
	return rows
}

// pages are the ways to the pages beside a page of a list, and its rows without the one too many.
func pages[T any](r report, in listInput, path string, rows []T) (prev, next string, shown []T) {
	if in.Page > 1 {
		prev = r.behind(path, "page", strconv.Itoa(in.Page-1))
	}
	if len(rows) > listRows {
		next = r.behind(path, "page", strconv.Itoa(in.Page+1))
		rows = rows[:listRows]
	}
	return prev, next, rows
}

// hours are the rows behind one weekday and hour. Nobody knows them by person or team.
func (h *Handlers) hours(c echo.Context, r report, in listInput, b *listBody) (err error) {
	day, derr := strconv.Atoi(in.Weekday)
	hour, herr := strconv.Atoi(in.Hour)
	if derr != nil || herr != nil || day < 0 || day > 6 || hour < 0 || hour > 23 || r.in.Team+r.in.User != "" {
		return models.ErrNotFound
	}
	b.Kind = "hours"
	p := h.Printer(c)
	b.Hour = p.T("report.hour", "Day", p.T("report.weekday."+in.Weekday), "From", hour, "To", hour+1)
	if b.Hours, err = h.DB.HourRows(c.Request().Context(), r.filter, time.Local, day, hour); err != nil {
		return err
	}
	for _, row := range b.Hours {
		b.Sum += row.Clicks
	}
	return nil
}
