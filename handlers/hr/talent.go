package hr

import (
	"cmp"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// talentColumns is how many teams or channels the matrix shows: those that found the most.
const talentColumns = 8

// talentBody is the page of the talent that open jobs need.
type talentBody struct {
	At             string // the page's address
	Led            bool   // a leader's, of the jobs they lead
	By             string
	Groups         []choice
	Columns        []string // names of what the skills are told by
	More           int      // columns that found less and are left out
	Required, Nice []talentRow
	Gaps           []gapView // required skills, those that nobody qualified waits for first
	Smallest       int
}

// talentRow is a skill of the matrix.
type talentRow struct {
	models.NeededSkill

	Links []gapJob
	Cells []models.Found
}

// gapView is a required skill with whom to ask.
type gapView struct {
	models.NeededSkill

	Links         []gapJob
	Waiting       int // qualified candidates without an answer
	Open          int // applications by the open door
	People, Teams []evidenceView
	AskAll        string
}

// gapJob is an open job and the ways to it.
type gapJob struct {
	Title, Href, Edit string
	Clip, NewClip     string // where its clip is, or where one is made
}

type evidenceView struct {
	models.Evidence

	Words string
	Ask   string
}

// talentAt is where the page is for who asks.
func talentAt(c echo.Context) (at string, led bool) {
	if strings.HasPrefix(c.Path(), "/leader/") {
		return "/leader/talent", true
	}
	return "/hr/talent", false
}

// Talent is what open jobs need, who found people with it before, and whom to ask.
func (h *Handlers) Talent(c echo.Context) error {
	at, led := talentAt(c)
	by := cmp.Or(c.QueryParam("by"), models.TalentGroups[0])
	if !models.TalentGroups.Has(by) || led && by == "team" {
		return models.ErrNotFound
	}
	t, err := h.DB.Talent(c.Request().Context(), *web.User(c), led, by)
	if err != nil {
		return err
	}
	p := h.Printer(c)
	b := talentBody{At: at, Led: led, By: by, Smallest: models.SmallestGroup}
	for _, g := range models.TalentGroups {
		if !led || g != "team" {
			b.Groups = append(b.Groups, choice{p.T("talent.by." + g), at + "?by=" + g, g == by})
		}
	}
	keys := b.columns(h, c, t.Found)
	b.Required, b.Nice = rows(t.Required, t.Found, keys, led), rows(t.Nice, t.Found, keys, led)
	for _, s := range t.Required {
		b.Gaps = append(b.Gaps, h.gap(c, t, s))
	}
	slices.SortStableFunc(b.Gaps, func(x, y gapView) int { return min(x.Waiting, 1) - min(y.Waiting, 1) })
	return h.Render(c, "hr/talent.html", p.T("talent.title"), b)
}

// columns chooses and names what the matrix has, and gives the keys.
func (b *talentBody) columns(h *Handlers, c echo.Context, found []models.Found) []string {
	p := h.Printer(c)
	if b.By == "source" {
		for _, key := range models.Sources {
			b.Columns = append(b.Columns, p.T("report.source."+key))
		}
		return models.Sources
	}
	var keys []string
	sum, label := map[string]int64{}, map[string]string{}
	for _, f := range found {
		if _, seen := sum[f.Key]; !seen {
			keys = append(keys, f.Key)
		}
		sum[f.Key] += f.Applications
		label[f.Key] = f.Label
	}
	order := models.NameOrder("nb")
	slices.SortStableFunc(keys, func(x, y string) int {
		return cmp.Or(cmp.Compare(sum[y], sum[x]), order.CompareString(label[x], label[y]))
	})
	if b.More = len(keys) - talentColumns; b.More > 0 {
		keys = keys[:talentColumns]
	}
	for _, k := range keys {
		b.Columns = append(b.Columns, h.groupName(c, b.By, models.Referral{Key: k, Label: label[k]}))
	}
	return keys
}

// rows are the skills with what each column found for them.
func rows(skills []models.NeededSkill, found []models.Found, keys []string, led bool) []talentRow {
	type place struct {
		skill uuid.UUID
		key   string
	}
	at := map[place]models.Found{}
	for _, f := range found {
		at[place{f.SkillID, f.Key}] = f
	}
	out := make([]talentRow, len(skills))
	for i, s := range skills {
		out[i] = talentRow{NeededSkill: s, Links: jobLinks(s.Jobs, led)}
		for _, k := range keys {
			out[i].Cells = append(out[i].Cells, at[place{s.ID, k}])
		}
	}
	return out
}

// jobLinks are the ways to jobs for who asks: HR's own pages, or the public one.
func jobLinks(jobs []models.Job, led bool) []gapJob {
	out := make([]gapJob, len(jobs))
	for i, j := range jobs {
		id := j.ID.String()
		out[i] = gapJob{Title: j.Title, Href: "/hr/jobs/" + id, Edit: "/hr/jobs/" + id + "/edit"}
		if led {
			out[i].Href, out[i].Edit = "/jobs/"+j.Slug, ""
		}
		switch {
		case len(j.Clips) > 0 && !led:
			out[i].Clip = "/hr/clips/" + j.Clips[0].ID.String()
		case len(j.Clips) == 0 && led:
			out[i].NewClip = "/clips/new?job=" + id
		case len(j.Clips) == 0:
			out[i].NewClip = "/hr/jobs/" + id + "/clips/new"
		}
	}
	return out
}

// gap gathers what is known of a required skill.
func (h *Handlers) gap(c echo.Context, t models.Talent, s models.NeededSkill) gapView {
	at, led := talentAt(c)
	p := h.Printer(c)
	ask := at + "/ask?skill=" + s.ID.String()
	g := gapView{NeededSkill: s, Links: jobLinks(s.Jobs, led), AskAll: ask}
	for _, f := range t.Sources {
		if f.SkillID == s.ID {
			g.Waiting += int(f.Waiting)
			if f.Key == models.SourceOpen {
				g.Open = int(f.Applications)
			}
		}
	}
	for _, e := range t.People {
		if e.SkillID == s.ID {
			g.People = append(g.People, evidenceView{e, evidence(p, e, false), ask + "&user=" + e.ID.String()})
		}
	}
	for _, e := range t.Teams {
		if e.SkillID == s.ID {
			g.Teams = append(g.Teams, evidenceView{e, evidence(p, e, !led), ask + "&team=" + e.ID.String()})
		}
	}
	return g
}
