package hr

import (
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// Where the two lists of applications are: HR's of all, and a leader's of the jobs they lead.
const (
	allApplications = "/hr/applications"
	ledApplications = "/leader/applications"
)

// base is the list that the asked page belongs to.
func base(c echo.Context) string {
	if strings.HasPrefix(c.Path(), "/leader") {
		return ledApplications
	}
	return allApplications
}

// listAddress is the page of a list: a leader's is their first screen.
func listAddress(base string) string {
	if base == ledApplications {
		return "/leader"
	}
	return base
}

type applicationsInput struct {
	Job    string `query:"job"`
	Stage  string `query:"stage"`
	User   string `query:"user"` // who is credited
	From   string `query:"from"`
	To     string `query:"to"`
	Cursor string `query:"cursor"`
}

type applicationsBody struct {
	applicationsInput
	Base, List string
	Rows       []models.Application
	Overdue    []lateView // those who have waited longer than they were promised, on the list's first page
	Jobs       []option
	Stages     []option
	Credited   string // name of the colleague that the list is narrowed to
	Filtered   bool
	AllCredits string // the list without that colleague and without days
	First      string // the newest, empty where they are shown
	Next       string
	Here       string   // this list, from its first page
	Board      string   // of the job that the list is narrowed to, likewise; empty without one
	Bulk       *bulkBar // what can be done with several of its applications
	Mentions   []models.Mention
	Aside      int // applications that wait for a decision; only in HR's list
	Waiting    int // on this machine's disk
}

// Applications are all applications, newest first.
func (h *Handlers) Applications(c echo.Context) error {
	body, err := h.applications(c, nil)
	if err != nil {
		return err
	}
	if body.Mentions, err = h.mentions(c); err != nil {
		return err
	}
	if body.Aside, err = h.DB.SetAsides(c.Request().Context()); err != nil {
		return err
	}
	body.Waiting = h.Inbox.Stats().Waiting
	return h.Render(c, "hr/applications.html", h.Printer(c).T("applications.title"), body)
}

// applications reads the list that the address asks for; leader keeps to the jobs that person leads.
func (h *Handlers) applications(c echo.Context, leader *uuid.UUID) (applicationsBody, error) {
	var in applicationsInput
	if err := c.Bind(&in); err != nil {
		return applicationsBody{}, err
	}
	ctx := c.Request().Context()
	b := applicationsBody{applicationsInput: in, Base: base(c), Filtered: in.Job+in.Stage+in.User+in.From+in.To != ""}
	b.List = listAddress(b.Base)
	filter, err := in.filter()
	if err != nil {
		return b, err
	}
	filter.LeaderID = leader
	var next string
	if b.Rows, next, err = h.DB.Applications(ctx, *web.User(c), filter); err != nil {
		return b, err
	}
	jobs, err := h.DB.JobTitles(ctx, leader)
	if err != nil {
		return b, err
	}
	if filter.CreditedID != nil {
		u, err := h.DB.User(ctx, *filter.CreditedID)
		if err != nil {
			return b, err
		}
		b.Credited = u.Name
	}
	if filter.Cursor == "" {
		filter.Overdue = true
		if err := h.overdue(c, &b, filter); err != nil {
			return b, err
		}
	}
	b.Jobs, b.Stages = h.jobOptions(c, jobs), h.stageOptions(c)
	b.links(next)
	return b, h.toBoard(c, &b, filter)
}

// toBoard fills in the way to the board of the job that the list is narrowed to, and what can be done with several of its applications.
func (h *Handlers) toBoard(c echo.Context, b *applicationsBody, f models.ApplicationFilter) error {
	if f.JobID == nil {
		return nil
	}
	ctx := c.Request().Context()
	err := h.DB.LeadsJob(ctx, *web.User(c), *f.JobID)
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	job, err := h.DB.Job(ctx, *f.JobID)
	if err != nil {
		return err
	}
	kept := b.kept()
	b.Here = address(b.List, kept)
	kept.Del("job")
	b.Board = address(boardAddress(c, job.ID), kept)
	bar, err := h.bulkBar(c, job, b.Here)
	b.Bulk = &bar
	return err
}

// kept is what the list is narrowed to.
func (b *applicationsBody) kept() url.Values {
	kept := url.Values{}
	for name, value := range map[string]string{"job": b.Job, "stage": b.Stage, "user": b.User, "from": b.From, "to": b.To} {
		if value != "" {
			kept.Set(name, value)
		}
	}
	return kept
}

// lateView is an application whose candidate should have heard.
type lateView struct {
	models.Application
	By time.Time
}

func (h *Handlers) overdue(c echo.Context, b *applicationsBody, f models.ApplicationFilter) error {
	late, _, err := h.DB.Applications(c.Request().Context(), *web.User(c), f)
	for _, a := range late {
		b.Overdue = append(b.Overdue, lateView{a, h.Organisation().AnswerBy(a)})
	}
	return err
}

// filter is what the address asks for; what names nothing is not found.
func (in applicationsInput) filter() (models.ApplicationFilter, error) {
	f := models.ApplicationFilter{Stage: in.Stage, Cursor: in.Cursor}
	for _, id := range []struct {
		asked string
		to    **uuid.UUID
	}{{in.Job, &f.JobID}, {in.User, &f.CreditedID}} {
		if id.asked == "" {
			continue
		}
		parsed, err := uuid.Parse(id.asked)
		if err != nil {
			return f, models.ErrNotFound
		}
		*id.to = &parsed
	}
	for _, day := range []struct {
		asked string
		to    *time.Time
	}{{in.From, &f.From}, {in.To, &f.To}} {
		if day.asked == "" {
			continue
		}
		parsed, err := time.Parse(time.DateOnly, day.asked)
		if err != nil {
			return f, models.ErrNotFound
		}
		*day.to = parsed
	}
	return f, nil
}

// links fills in the addresses of the list's other pages.
func (b *applicationsBody) links(next string) {
	kept := b.kept()
	for _, name := range []string{"user", "from", "to"} {
		kept.Del(name)
	}
	b.AllCredits = address(b.List, kept)
	kept = b.kept()
	if b.Cursor != "" {
		b.First = address(b.List, kept)
	}
	if next != "" {
		kept.Set("cursor", next)
		b.Next = address(b.List, kept)
	}
}

// address is a path with its query, where there is one.
func address(path string, query url.Values) string {
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

// jobOptions are jobs to choose from, all of them first.
func (h *Handlers) jobOptions(c echo.Context, jobs []models.Job) []option {
	p := h.Printer(c)
	options := []option{{"", p.T("applications.all_jobs")}}
	for _, j := range jobs {
		label := j.Title
		if j.Status != models.JobPublished {
			label += " (" + strings.ToLower(p.T("job.status."+j.Status)) + ")"
		}
		options = append(options, option{j.ID.String(), label})
	}
	return options
}

// stageOptions are the stages to choose from, all of them first.
func (h *Handlers) stageOptions(c echo.Context) []option {
	p := h.Printer(c)
	options := []option{{"", p.T("applications.all_stages")}}
	for _, s := range models.Stages {
		options = append(options, option{s, p.T("stage." + s)})
	}
	return options
}
