package hr

import (
	"cmp"
	"net/http"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// asideApplications is the list of applications that were confirmed and that no rule could take.
const asideApplications = "/hr/applications/aside"

type asideBody struct {
	Rows    []asideRow
	Waiting int // on this machine's disk
}

type asideRow struct {
	models.SetAside

	Jobs []option // that it can be taken in for, its own first where that is there
	Job  string
}

// Aside are the applications that wait for somebody to decide.
func (h *Handlers) Aside(c echo.Context) error {
	body, err := h.aside(c)
	if err != nil {
		return err
	}
	return h.Render(c, "hr/aside.html", h.Printer(c).T("aside.title"), body)
}

func (h *Handlers) aside(c echo.Context) (asideBody, error) {
	ctx := c.Request().Context()
	b := asideBody{Waiting: h.Inbox.Stats().Waiting}
	rows, err := h.DB.AllSetAside(ctx)
	if err != nil {
		return b, err
	}
	if err := h.SawMany(c, models.OfAside, len(rows)); err != nil {
		return b, err
	}
	jobs, err := h.DB.JobTitles(ctx, nil)
	if err != nil {
		return b, err
	}
	options := h.jobOptions(c, jobs)
	options[0].Label = h.Printer(c).T("aside.choose")
	for _, r := range rows {
		row := asideRow{SetAside: r, Jobs: options}
		for _, j := range jobs {
			if j.ID == r.JobID {
				row.Job = r.JobID.String()
			}
		}
		b.Rows = append(b.Rows, row)
	}
	return b, nil
}

// TakeAside takes one in for the chosen job.
func (h *Handlers) TakeAside(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	ctx, p := c.Request().Context(), h.Printer(c)
	job, err := uuid.Parse(c.FormValue("job_id"))
	if err != nil {
		err = models.Invalid("job_id", "error.choose")
	} else {
		var app models.Application
		if app, _, err = h.DB.TakeSetAside(ctx, id, job); err == nil {
			h.Flash(c, "ok", p.T("aside.taken"))
			return c.Redirect(http.StatusSeeOther, allApplications+"/"+app.ID.String())
		}
	}
	if _, refused := web.Refused(err); !refused {
		return err
	}
	body, shown := h.aside(c)
	if shown != nil {
		return shown
	}
	return h.RenderInvalid(c, err, "hr/aside.html", p.T("aside.title"), body)
}

// DropAside deletes one for good.
func (h *Handlers) DropAside(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := h.DB.DropSetAside(c.Request().Context(), id); err != nil {
		return err
	}
	h.Flash(c, "ok", h.Printer(c).T("aside.dropped"))
	return c.Redirect(http.StatusSeeOther, asideApplications)
}

// AsideCV hands out the file of one that waits for a decision.
func (h *Handlers) AsideCV(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	row, err := h.DB.SetAsideByID(c.Request().Context(), id)
	if err != nil {
		return err
	}
	cv := row.Form.Applying.CV
	if cv == nil {
		return models.ErrNotFound
	}
	if err := h.Saw(c, models.OfCV, id); err != nil {
		return err
	}
	return h.SendFile(c, web.Stored{Key: cv.Key, Name: cmp.Or(cv.Name, "cv"), Type: cv.Type})
}
