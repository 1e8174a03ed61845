package hr

import (
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/internal/sheet"
	"kollega/models"
)

type exportInput struct {
	Kind   string `form:"kind"`
	Format string `form:"format"`
}

// exportsBody is the page of files.
type exportsBody struct {
	Input    reportInput
	When     string
	Narrowed []string
	Kinds    []option
	Formats  []option
	Kind     string
	Exports  []models.Export
	Open     bool // some are still being made
	Here     string
	Hours    int
	Back     string
}

// Exports are the files that the asker has had made, and the form for another.
func (h *Handlers) Exports(c echo.Context) error {
	r, err := h.readReport(c)
	if err != nil {
		return notFound(err)
	}
	body, err := h.exportsBody(c, r)
	if err != nil {
		return err
	}
	return h.Render(c, "hr/exports.html", h.Printer(c).T("export.title"), body)
}

func (h *Handlers) exportsBody(c echo.Context, r report) (exportsBody, error) {
	p := h.Printer(c)
	b := exportsBody{Input: r.in, When: r.period.words(p), Hours: models.ExportHours, Back: r.address(reportPage, r.in.Group, r.period)}
	b.Here = r.address(exportPage, r.in.Group, r.period)
	b.Kind = c.QueryParam("kind")
	filters, err := h.filters(c)
	if err != nil {
		return b, err
	}
	b.Narrowed = filters.words(p, r.in)
	for _, kind := range models.ExportKinds {
		b.Kinds = append(b.Kinds, option{kind, p.T("export.kind." + kind)})
	}
	for _, format := range models.ExportFormats {
		b.Formats = append(b.Formats, option{format, p.T("export.format." + format)})
	}
	b.Exports, err = h.DB.Exports(c.Request().Context(), *web.User(c))
	for _, e := range b.Exports {
		b.Open = b.Open || e.Status == models.ExportWaiting || e.Status == models.ExportWorking
	}
	return b, err
}

// AskExport has a file made of what the report is about.
func (h *Handlers) AskExport(c echo.Context) error {
	var in exportInput
	var r report
	err := errors.Join(c.Bind(&in), c.Bind(&r.in))
	if err != nil {
		return err
	}
	r.in.Group = models.ReferralGroups[0]
	if r.filter, err = r.in.filter(); err != nil {
		return err
	}
	if r.period, err = readPeriod(r.in.Period, r.in.From, r.in.To, h.Now()); err != nil {
		return notFound(err)
	}
	f := models.ApplicationFilter{
		JobID: r.filter.JobID, ClipID: r.filter.ClipID, SkillID: r.filter.SkillID, CreditedID: r.filter.UserID, Team: r.in.Team, Channel: r.in.Channel,
		From: r.period.From, To: r.period.To,
	}
	_, err = h.DB.AskExport(c.Request().Context(), *web.User(c), models.Export{Kind: in.Kind, Format: in.Format, Language: h.Lang(c), Filter: f})
	if err != nil {
		if _, refused := web.Refused(err); !refused {
			return err
		}
		body, berr := h.exportsBody(c, r)
		if berr != nil {
			return berr
		}
		return h.RenderInvalid(c, err, "hr/exports.html", h.Printer(c).T("export.title"), body)
	}
	return c.Redirect(http.StatusSeeOther, r.address(exportPage, r.in.Group, r.period))
}

// ExportFile sends a file to whoever asked for it.
func (h *Handlers) ExportFile(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	e, err := h.DB.Export(c.Request().Context(), *web.User(c), id)
	if err != nil {
		return err
	}
	if e.Status != models.ExportReady {
		return models.ErrNotFound
	}
	of := models.OfReport
	if e.Kind == models.ExportApplications {
		of = models.OfApplication
	}
	if err := h.Exported(c, of, e.Format, int(e.Done)); err != nil {
		return err
	}
	name := h.Printer(c).T("export.file."+e.Kind) + "-" + e.CreatedAt.Format(time.DateOnly) + "." + e.Format
	return h.SendFile(c, web.Stored{Key: e.Key, Name: name, Type: sheet.Types[e.Format]})
}
