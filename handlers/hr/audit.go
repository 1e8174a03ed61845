package hr

import (
	"net/url"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

const (
	auditPage = "/settings/audit"
	auditRows = 200 // of the file that are read at once
)

// auditInput is what the address of the audit log asks for.
type auditInput struct {
	Who    string `query:"who"` // part of a name, or a user's id
	Verb   string `query:"verb"`
	Kind   string `query:"kind"`
	ID     string `query:"id"` // of the subject
	From   string `query:"from"`
	To     string `query:"to"`
	Cursor string `query:"cursor"`
}

type auditBody struct {
	auditInput
	Entries      []auditView
	Verbs, Kinds []option
	First, Next  string
	CSV, All     string // addresses: the list as a file, and without filters
	Narrowed     bool
	Subject      string // what the id in the address is called
	Months       string // how long entries are kept, as it was written
	Min, Max     int
}

// auditView is an entry in words.
type auditView struct {
	models.AuditEntry
	Who, Does, What string
	Href            string // of the subject, empty where nothing is there any more
	Details         []string
	Same, SameWho   string // the list narrowed to this subject, and to this person
}

// Audit is the log of who saw, changed, exported and erased what, newest first.
func (h *Handlers) Audit(c echo.Context) error {
	body, err := h.audit(c)
	if err != nil {
		return h.RenderInvalid(c, err, "hr/audit.html", h.Printer(c).T("audit.title"), body)
	}
	return h.Render(c, "hr/audit.html", h.Printer(c).T("audit.title"), body)
}

func (h *Handlers) audit(c echo.Context) (auditBody, error) {
	b := auditBody{Min: models.MinAuditMonths, Max: models.MaxAuditMonths, All: auditPage}
	if err := (&echo.DefaultBinder{}).BindQueryParams(c, &b.auditInput); err != nil {
		return b, err
	}
	b.fill(h, c)
	months, err := h.DB.AuditMonths(c.Request().Context())
	if err != nil {
		return b, err
	}
	b.Months = strconv.Itoa(months)
	f, err := b.filter()
	if err != nil {
		return b, err
	}
	entries, next, err := h.DB.AuditLog(c.Request().Context(), *web.User(c), f)
	if err != nil {
		return b, err
	}
	for _, e := range entries {
		b.Entries = append(b.Entries, h.auditView(c, e))
	}
	if b.ID != "" && len(b.Entries) > 0 {
		b.Subject = b.Entries[0].What
	}
	if b.Cursor != "" {
		b.First = b.address(auditPage, "")
	}
	if next != "" {
		b.Next = b.address(auditPage, next)
	}
	return b, h.SawMany(c, models.OfAudit, len(entries))
}

// fill sets what the page offers whatever is found.
func (b *auditBody) fill(h *Handlers, c echo.Context) {
	p := h.Printer(c)
	b.Verbs, b.Kinds = []option{{"", p.T("audit.all_verbs")}}, []option{{"", p.T("audit.all_kinds")}}
	for _, v := range models.AuditVerbs {
		b.Verbs = append(b.Verbs, option{v, p.T("audit.verb." + v)})
	}
	for _, k := range models.AuditKinds {
		b.Kinds = append(b.Kinds, option{k, p.T("audit.kind." + k)})
	}
	b.CSV = b.address(auditPage+".csv", "")
	b.Narrowed = b.Who+b.Verb+b.Kind+b.ID+b.From+b.To != ""
}

// address is a page of these filters, at a cursor.
func (in auditInput) address(path, cursor string) string {
	kept := url.Values{}
	for name, value := range map[string]string{
		"who": in.Who, "verb": in.Verb, "kind": in.Kind, "id": in.ID, "from": in.From, "to": in.To, "cursor": cursor,
	} {
		if value != "" {
			kept.Set(name, value)
		}
	}
	return address(path, kept)
}

// filter is what the address asks for, with every field that cannot be read.
func (in auditInput) filter() (models.AuditFilter, error) {
	f := models.AuditFilter{Who: in.Who, Verb: in.Verb, Kind: in.Kind, Cursor: in.Cursor}
	var bad models.ValidationErrors
	if in.ID != "" {
		id, err := uuid.Parse(in.ID)
		if err != nil {
			bad.Add("id", "audit.error.id")
		}
		f.SubjectID = &id
	}
	for _, day := range []struct {
		name, asked string
		to          *time.Time
	}{{"from", in.From, &f.From}, {"to", in.To, &f.To}} {
		if day.asked == "" {
			continue
		}
		parsed, err := time.Parse(time.DateOnly, day.asked)
		if err != nil {
			bad.Add(day.name, "error.date")
		}
		*day.to = parsed
	}
	return f, bad.Err()
}

// AuditCSV is what the same address would list, all of it, as a file; that it was taken is an entry of its own.
func (h *Handlers) AuditCSV(c echo.Context) error {
	var in auditInput
	if err := c.Bind(&in); err != nil {
		return err
	}
	f, err := in.filter()
	if err != nil {
		return err
	}
	f.Cursor, f.Limit = "", auditRows
	ctx, by := c.Request().Context(), *web.User(c)
	entries, next, err := h.DB.AuditLog(ctx, by, f) // what is refused is refused before the file begins
	if err != nil {
		return err
	}
	if err := h.DB.Audit(ctx, models.Deed{Verb: models.DidExport, Kind: models.OfAudit, Details: models.Facts{"format": "csv"}}); err != nil {
		return err
	}
	p := h.Printer(c)
	return h.LongSheet(c, p.T("audit.file")+"-"+day(h.Now()), func(write func(...any) error) error {
		var head []any
		for _, column := range []string{"when", "who", "user_id", "does", "kind", "subject", "subject_id", "details"} {
			head = append(head, p.T("audit.column."+column))
		}
		if err := write(head...); err != nil {
			return err
		}
		for {
			for _, e := range entries {
				if err := write(h.auditLine(c, e)...); err != nil {
					return err
				}
			}
			if next == "" {
				return nil
			}
			f.Cursor = next
			if entries, next, err = h.DB.AuditLog(ctx, by, f); err != nil {
				return err
			}
		}
	})
}

// SaveAuditMonths changes how long entries are kept.
func (h *Handlers) SaveAuditMonths(c echo.Context) error {
	months, err := strconv.Atoi(c.FormValue("months"))
	if err != nil {
		months = 0
	}
	if err := h.DB.SaveAuditMonths(c.Request().Context(), *web.User(c), months); err != nil {
		body, shown := h.audit(c)
		if shown != nil {
			return shown
		}
		body.Months = c.FormValue("months")
		return h.RenderInvalid(c, err, "hr/audit.html", h.Printer(c).T("audit.title"), body)
	}
	return h.Done(c, nil, "audit.saved", auditPage)
}
