package hr

import (
	"errors"
	"maps"
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

	// What the numbers of a report lead here by.
	Team      string `query:"team"`
	Channel   string `query:"channel"`
	Clip      string `query:"clip"`
	Skill     string `query:"skill"`
	Source    string `query:"source"`
	Qualified string `query:"qualified"`
	Outcome   string `query:"outcome"`
	Left      string `query:"left"`
}

// reported is what only the numbers of a report lead here by, by the names in the address.
func (in applicationsInput) reported() map[string]string {
	return map[string]string{
		"user": in.User, "from": in.From, "to": in.To, "team": in.Team, "channel": in.Channel, "clip": in.Clip, "skill": in.Skill, "source": in.Source,
		"qualified": in.Qualified, "outcome": in.Outcome, "left": in.Left,
	}
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
	Aside      int        // applications that wait for a decision; only in HR's list
	Waiting    int        // on this machine's disk
	Narrowed   []string   // what a report led here by, in words
	Kept       url.Values // the same for the form
	N          int64      // applications behind the report's number
	Erased     int64      // of them, whose candidates are no longer known
	Stays      int        // questions whether somebody is still there, that wait for HR
}

// Count is the number of applications as plurals want it.
func (b applicationsBody) Count() int { return int(b.N) }

// ErasedCount is the same of those that are only counted.
func (b applicationsBody) ErasedCount() int { return int(b.Erased) }

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
	if body.Stays, err = h.DB.WaitingStays(c.Request().Context()); err != nil {
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
	b := applicationsBody{applicationsInput: in, Base: base(c), Kept: url.Values{}}
	for name, value := range in.reported() {
		if value != "" {
			b.Kept.Set(name, value)
		}
	}
	b.Filtered = in.Job+in.Stage != "" || len(b.Kept) > 0
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
	h.formerCredits(c, b.Rows...)
	jobs, err := h.DB.JobTitles(ctx, leader)
	if err != nil {
		return b, err
	}
	if filter.CreditedID != nil {
		u, err := h.DB.User(ctx, *filter.CreditedID)
		if err != nil {
			return b, err
		}
		h.former(c, &u)
		b.Credited = u.Name
	}
	if len(b.Kept) > 0 {
		if err := h.narrowed(c, &b, filter); err != nil {
			return b, err
		}
	}
	if filter.Cursor == "" {
		filter.Overdue = true
		if err := h.overdue(c, &b, filter); err != nil {
			return b, err
		}
	}
	b.Jobs, b.Stages = h.jobOptions(c, jobs), h.stageOptions(c)
	b.links(next)
	if err := h.SawMany(c, models.OfApplication, len(b.Rows)+len(b.Overdue)); err != nil {
		return b, err
	}
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
	for name := range kept { // a board is narrowed to a person and days only
		if name != "stage" && name != "user" && name != "from" && name != "to" {
			kept.Del(name)
		}
	}
	b.Board = address(boardAddress(c, job.ID), kept)
	bar, err := h.bulkBar(c, job, b.Here)
	b.Bulk = &bar
	return err
}

// kept is what the list is narrowed to.
func (b *applicationsBody) kept() url.Values {
	kept := maps.Clone(b.Kept)
	for name, value := range map[string]string{"job": b.Job, "stage": b.Stage} {
		if value != "" {
			kept.Set(name, value)
		}
	}
	return kept
}

// narrowed says in words what a report led here by, and how many there are.
func (h *Handlers) narrowed(c echo.Context, b *applicationsBody, f models.ApplicationFilter) error {
	filters, err := h.filters(c)
	if err != nil {
		return err
	}
	p := h.Printer(c)
	b.Narrowed = filters.words(p, reportInput{Team: b.Team, Channel: b.Channel, Clip: b.Clip, Skill: b.Skill})
	for _, word := range []struct{ value, key string }{
		{b.Source, "report.source." + b.Source}, {b.Qualified, "referrals.qualified"}, {b.Outcome, "report.outcome." + b.Outcome},
	} {
		if word.value != "" {
			b.Narrowed = append(b.Narrowed, p.T(word.key))
		}
	}
	if b.Left != "" {
		b.Narrowed = append(b.Narrowed, p.T("report.left", "Stage", p.T("stage."+b.Left)))
	}
	if when := (period{From: f.From, To: f.To}); !f.To.IsZero() {
		b.Narrowed = append(b.Narrowed, when.words(p))
	}
	b.N, b.Erased, err = h.DB.CountApplications(c.Request().Context(), *web.User(c), f)
	return err
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
	f := models.ApplicationFilter{
		Stage: in.Stage, Cursor: in.Cursor, Team: in.Team, Channel: in.Channel, Source: in.Source, Outcome: in.Outcome, Left: in.Left,
		Qualified: in.Qualified != "",
	}
	if err := checkWords(in.Team, in.Channel); err != nil {
		return f, err
	}
	if in.Source != "" && !models.Sources.Has(in.Source) || in.Outcome != "" && !models.Outcomes.Has(in.Outcome) || in.Left != "" && !models.Stages.Has(in.Left) {
		return f, models.ErrNotFound
	}
	for _, id := range []struct {
		asked string
		to    **uuid.UUID
	}{{in.Job, &f.JobID}, {in.User, &f.CreditedID}, {in.Clip, &f.ClipID}, {in.Skill, &f.SkillID}} {
		if err := parseID(id.asked, id.to); err != nil {
			return f, err
		}
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
	for name := range b.Kept {
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
