package hr

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

const jobsPage = 50 // jobs on a page of the list

// Home leads to where HR's day begins.
func (h *Handlers) Home(c echo.Context) error { return c.Redirect(http.StatusSeeOther, "/hr/jobs") }

type jobsView struct {
	Status   string
	Statuses []string
	Jobs     []jobCard
	Next     string
	Proposed int // clips of colleagues that wait for HR
	Appeals  int // of colleagues against how they were credited, that wait for HR
	Mentions []models.Mention
	Late     int // of them, those that have waited too long
}

type jobCard struct {
	models.JobRow
	Poster string
	Past   bool // published, but the deadline has gone by
}

// Jobs lists the jobs, newest first.
func (h *Handlers) Jobs(c echo.Context) error {
	f := models.JobFilter{Status: c.QueryParam("status"), Limit: jobsPage + 1, Before: cursor(c.QueryParam("before"))}
	if !models.JobStatuses.Has(f.Status) {
		f.Status = ""
	}
	rows, err := h.DB.JobRows(c.Request().Context(), f)
	if err != nil {
		return err
	}
	v := jobsView{Status: f.Status, Statuses: models.JobStatuses}
	if v.Proposed, err = h.DB.CountProposals(c.Request().Context(), *web.User(c)); err != nil {
		return err
	}
	if v.Mentions, err = h.mentions(c); err != nil {
		return err
	}
	if v.Appeals, err = h.DB.CountAppeals(c.Request().Context()); err != nil {
		return err
	}
	if v.Late, err = h.DB.CountLateProposals(c.Request().Context(), *web.User(c)); err != nil {
		return err
	}
	if len(rows) > jobsPage {
		rows = rows[:jobsPage]
		last := rows[jobsPage-1]
		v.Next = "?status=" + f.Status + "&before=" + last.CreatedAt.UTC().Format(time.RFC3339Nano) + "_" + last.ID.String()
	}
	for _, r := range rows {
		card := jobCard{JobRow: r, Past: r.Status == models.JobPublished && !r.Open(h.Now())}
		if r.PosterClipID != nil {
			clip := models.Clip{ID: *r.PosterClipID, Version: r.PosterVersion, Files: []models.ClipFile{{Name: "poster", Version: r.PosterVersion}}}
			card.Poster = web.ClipMedia(clip, "poster")
		}
		v.Jobs = append(v.Jobs, card)
	}
	return h.Render(c, "hr/jobs.html", h.Printer(c).T("jobs.title"), v)
}

// cursor reads where the page before ended; nil for what is none.
func cursor(s string) *models.Cursor {
	at, id, _ := strings.Cut(s, "_")
	when, err := time.Parse(time.RFC3339Nano, at)
	if err != nil {
		return nil
	}
	last, err := uuid.Parse(id)
	if err != nil {
		return nil
	}
	return &models.Cursor{At: when, ID: last}
}

type jobView struct {
	Job       models.JobRow
	Past      bool
	TypeKey   string // translation key of the employment type
	Required  []string
	Nice      []string
	Clips     []clipCard
	PublicURL string
	Leader    string
	Actions   []jobAction
	Reward    planView // what colleagues are promised

	Comparisons *comparisonsView

	Waiting, Decided []web.WordingView // suggested by colleagues
	MoreWordings     string            // address of more of them
}

type jobAction struct{ To, Label, Confirm, Kind string }

// actions are the steps from each status: what it becomes, and the translation keys of the button and the question.
var actions = map[string][]jobAction{
	models.JobDraft: {{models.JobPublished, "job.publish", "job.publish.confirm", ""}},
	models.JobPublished: {
		{models.JobFilled, "job.fill", "job.fill.confirm", "quiet"}, {models.JobClosed, "job.close", "job.close.confirm", "quiet"},
	},
	models.JobClosed: {
		{models.JobPublished, "job.reopen", "job.reopen.confirm", "quiet"}, {models.JobFilled, "job.fill", "job.fill.confirm", "quiet"},
	},
	models.JobFilled: {{models.JobPublished, "job.reopen", "job.reopen.confirm", "quiet"}},
}

// Job shows one job with its clips and numbers.
func (h *Handlers) Job(c echo.Context) error {
	v, err := h.jobView(c)
	if err != nil {
		return err
	}
	return h.Render(c, "hr/job.html", v.Job.Title, v)
}

func (h *Handlers) jobView(c echo.Context) (jobView, error) {
	ctx := c.Request().Context()
	id, err := web.ID(c, "id")
	if err != nil {
		return jobView{}, err
	}
	row, err := h.DB.JobRow(ctx, id)
	if err != nil {
		return jobView{}, err
	}
	clips, err := h.DB.JobClips(ctx, id)
	if err != nil {
		return jobView{}, err
	}
	v := jobView{Job: row, PublicURL: h.URL("/jobs/" + row.Slug), Actions: actions[row.Status]}
	v.Past = row.Status == models.JobPublished && !row.Open(h.Now())
	for _, s := range row.Skills {
		if s.Need == "required" {
			v.Required = append(v.Required, s.Skill.Name)
		} else {
			v.Nice = append(v.Nice, s.Skill.Name)
		}
	}
	main := slices.IndexFunc(clips, func(clip models.Clip) bool { return clip.Status == models.ClipPublished })
	for i, clip := range clips {
		v.Clips = append(v.Clips, clipCard{Clip: clip, Poster: web.ClipMedia(clip, "poster"), Length: length(clip), First: i == 0, Last: i == len(clips)-1, Main: i == main})
	}
	if v.Comparisons, err = h.comparisons(c, row, clips); err != nil {
		return jobView{}, err
	}
	plan, err := h.DB.RewardPlan(ctx, id)
	if err != nil {
		return jobView{}, err
	}
	v.Reward = planView{plan, web.RewardWhat(h.Printer(c), plan), web.RewardWhen(h.Printer(c), plan)}
	wordings, next, err := h.DB.JobWordings(ctx, *web.User(c), id, c.QueryParam(web.WordingsAfter))
	if err != nil {
		return jobView{}, err
	}
	v.Waiting, v.Decided = web.Wordings(*web.User(c), wordings)
	v.MoreWordings = web.MoreWordings(next)
	if row.EmploymentType != "" {
		v.TypeKey = typeKey(row.EmploymentType)
	}
	if row.LeaderID != nil {
		leader, err := h.DB.User(ctx, *row.LeaderID)
		if err != nil {
			return jobView{}, err
		}
		v.Leader = leader.Name
	}
	return v, nil
}

// SetJobStatus publishes, closes, fills or reopens; what a candidate would miss is listed on the job's page.
func (h *Handlers) SetJobStatus(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	to := c.FormValue("status")
	err = h.DB.SetJobStatus(c.Request().Context(), id, to)
	if _, refused := web.Refused(err); refused {
		v, verr := h.jobView(c)
		if verr != nil {
			return verr
		}
		return h.RenderInvalid(c, err, "hr/job.html", v.Job.Title, v)
	}
	if err != nil {
		return err
	}
	h.Flash(c, "success", h.Printer(c).T("job.now."+to))
	if waiting, err := h.DB.Undecided(c.Request().Context(), *web.User(c), id); err == nil && to == models.JobFilled && len(waiting) > 0 {
		return c.Redirect(http.StatusSeeOther, "/hr/jobs/"+id.String()+"/filled") // those who did not get it should hear so
	}
	return c.Redirect(http.StatusSeeOther, "/hr/jobs/"+id.String())
}
