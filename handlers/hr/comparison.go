package hr

import (
	"errors"
	"math"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// comparisonsView is the part of a job's page about comparing two of its clips.
type comparisonsView struct {
	JobID    uuid.UUID
	Running  *comparisonView
	Past     []comparisonView
	Clips    []option // published ones, to choose two of
	In       comparisonInput
	CanStart bool
}

type comparisonInput struct {
	First   string `form:"first"`
	Second  string `form:"second"`
	LastDay string `form:"last_day"`
}

// comparisonView is one comparison with what it has shown.
type comparisonView struct {
	models.Comparison

	LastDay *time.Time
	Clips   []comparedClip
	Said    string // the answer in a sentence
	Needed  int    // visitors of each clip, zero once it can be told
}

// comparedClip is a line of the comparison's table.
type comparedClip struct {
	models.ComparedClip

	Title                string
	PerHundred, Low, Top float64 // applications for each hundred visitors
	TooFew, Better       bool
	Chosen               bool
}

// comparisons is nil where there is nothing to compare and nothing was.
func (h *Handlers) comparisons(c echo.Context, job models.JobRow, clips []models.Clip) (*comparisonsView, error) {
	all, err := h.DB.Comparisons(c.Request().Context(), job.ID)
	if err != nil {
		return nil, err
	}
	v := &comparisonsView{JobID: job.ID}
	for _, clip := range clips {
		if clip.Status == models.ClipPublished {
			v.Clips = append(v.Clips, option{clip.ID.String(), clip.Title})
		}
	}
	if len(v.Clips) > 1 {
		v.In = comparisonInput{First: v.Clips[0].Value, Second: v.Clips[1].Value}
	}
	if len(all) == 0 && len(clips) < 2 {
		return nil, nil //nolint:nilnil // the page has no such part
	}
	results, err := h.DB.ComparedBy(c.Request().Context(), all)
	if err != nil {
		return nil, err
	}
	for _, one := range all {
		shown := h.comparison(c, one, results[one.ID])
		if one.EndedAt == nil {
			v.Running = &shown
		} else {
			v.Past = append(v.Past, shown)
		}
	}
	v.CanStart = v.Running == nil && len(v.Clips) > 1 && job.ApplyURL == ""
	return v, nil
}

func (h *Handlers) comparison(c echo.Context, one models.Comparison, r models.Compared) comparisonView {
	v := comparisonView{Comparison: one}
	if one.EndsAt != nil {
		last := one.EndsAt.AddDate(0, 0, -1)
		v.LastDay = &last
	}
	better, told := r.Better()
	for _, clip := range []struct {
		models.ComparedClip
		title string
	}{{r.First, one.FirstTitle}, {r.Second, one.SecondTitle}} {
		rate, in := clip.Rate()
		v.Clips = append(v.Clips, comparedClip{
			ComparedClip: clip.ComparedClip, Title: clip.title, PerHundred: tenth(rate), Low: tenth(in.Low), Top: tenth(in.High),
			TooFew: clip.Visitors < enoughVisitors, Better: told && clip.ClipID == better, Chosen: one.ChosenID != nil && *one.ChosenID == clip.ClipID,
		})
	}
	v.Said = h.Printer(c).T("comparison.too_few")
	if !told {
		v.Needed = r.Needed()
		return v
	}
	difference, in := r.Difference()
	if in.High < 0 { // as the better one's gain
		difference, in = -difference, models.Interval{Low: -in.High, High: -in.Low}
	}
	best := v.Clips[slices.IndexFunc(v.Clips, func(c comparedClip) bool { return c.Better })]
	p := h.Printer(c)
	v.Said = p.T("comparison.better", "Title", best.Title, "More", p.Num(tenth(difference)), "Low", p.Num(tenth(in.Low)), "High", p.Num(tenth(in.High)))
	return v
}

// tenth is a rate for each hundred, with one decimal.
func tenth(rate float64) float64 { return math.Round(1000*rate) / 10 }

// StartComparison has visits shown one of two clips from now on.
func (h *Handlers) StartComparison(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	var form comparisonInput
	if err := c.Bind(&form); err != nil {
		return err
	}
	in, err := form.parse()
	if err == nil {
		_, err = h.DB.StartComparison(c.Request().Context(), id, &web.User(c).ID, in)
	}
	if _, refused := web.Refused(err); refused {
		v, verr := h.jobView(c)
		if verr != nil {
			return verr
		}
		if v.Comparisons != nil {
			v.Comparisons.In = form
		}
		return h.RenderInvalid(c, err, "hr/job.html", v.Job.Title, v)
	}
	return h.Done(c, err, "comparison.started", "/hr/jobs/"+id.String()+"#compare")
}

func (f comparisonInput) parse() (in models.ComparisonInput, err error) {
	in.FirstID, _ = uuid.Parse(f.First) // what is no id is no clip either, and refused as that
	in.SecondID, _ = uuid.Parse(f.Second)
	if f.LastDay == "" {
		return in, nil
	}
	day, err := time.Parse(time.DateOnly, f.LastDay)
	if err != nil {
		return in, models.ValidationErrors{models.Invalid("last_day", "error.date")}
	}
	in.LastDay = &day
	return in, nil
}

// StopComparison ends the job's comparison, and makes the clip that HR chose the main one.
func (h *Handlers) StopComparison(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	said := "comparison.stopped"
	var chosen *uuid.UUID
	if raw := c.FormValue("main"); raw != "" {
		clip, err := uuid.Parse(raw)
		if err != nil {
			return errors.Join(models.ErrNotFound, err)
		}
		chosen, said = &clip, "comparison.chosen"
	}
	err = h.DB.StopComparison(c.Request().Context(), id, &web.User(c).ID, chosen)
	return h.Done(c, err, said, "/hr/jobs/"+id.String()+"#compare")
}
