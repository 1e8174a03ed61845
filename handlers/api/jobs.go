package api

import (
	"context"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

// JobFields is what can be written about a job, besides its title.
type JobFields struct {
	Description    optional[string]    `json:"description,omitempty" doc:"api.doc.markdown"`
	Location       optional[string]    `json:"location,omitempty"`
	Country        optional[string]    `json:"country,omitempty" doc:"api.doc.country"`
	EmploymentType optional[string]    `json:"employment_type,omitempty" doc:"api.doc.employment_type"`
	Remote         optional[bool]      `json:"remote,omitempty"`
	PayMin         optional[float64]   `json:"pay_min,omitempty"`
	PayMax         optional[float64]   `json:"pay_max,omitempty"`
	PayCurrency    optional[string]    `json:"pay_currency,omitempty" doc:"api.doc.pay_currency"`
	PayPeriod      optional[string]    `json:"pay_period,omitempty" doc:"api.doc.pay_period"`
	Deadline       optional[string]    `json:"deadline,omitempty" doc:"api.doc.deadline"`
	ApplyURL       optional[string]    `json:"apply_url,omitempty" doc:"api.doc.apply_url"`
	LeaderID       optional[uuid.UUID] `json:"leader_id,omitempty" doc:"api.doc.leader_id"`
	Skills         optional[[]skill]   `json:"skills,omitempty"`
	Status         string              `json:"status,omitempty" enum:"draft,published,closed,filled"`
}

type newJob struct {
	Title string `json:"title"`
	JobFields
}

type jobChange struct {
	Title optional[string] `json:"title,omitempty"`
	JobFields
}

type skill struct {
	Name string `json:"name"`
	Need string `json:"need" enum:"required,nice"`
}

// write brings what was sent into in.
func (f JobFields) write(in *models.JobInput, deadline *time.Time) {
	f.Description.into(&in.Description)
	f.Location.into(&in.Location)
	f.Country.into(&in.Country)
	f.EmploymentType.into(&in.EmploymentType)
	f.Remote.into(&in.Remote)
	f.PayMin.pointer(&in.PayMin)
	f.PayMax.pointer(&in.PayMax)
	f.PayCurrency.into(&in.PayCurrency)
	f.PayPeriod.into(&in.PayPeriod)
	f.ApplyURL.into(&in.ApplyURL)
	f.LeaderID.pointer(&in.LeaderID)
	if f.Deadline.Sent {
		in.Deadline = deadline
	}
	if f.Skills.Sent {
		in.Skills = nil
		for _, s := range f.Skills.or() {
			in.Skills = append(in.Skills, models.SkillInput(s))
		}
	}
}

// deadline is the last day to apply, nil without one.
func (f JobFields) deadline() (*time.Time, error) {
	if f.Deadline.or() == "" {
		return nil, nil //nolint:nilnil // there is none
	}
	at, err := day("deadline", *f.Deadline.Value)
	return &at, err
}

type job struct {
	ID             uuid.UUID  `json:"id" format:"uuid"`
	Slug           string     `json:"slug"`
	URL            string     `json:"url" doc:"api.doc.job_url"`
	Title          string     `json:"title"`
	Description    string     `json:"description"`
	Location       string     `json:"location"`
	Country        string     `json:"country"`
	EmploymentType string     `json:"employment_type"`
	Remote         bool       `json:"remote"`
	PayMin         *float64   `json:"pay_min"`
	PayMax         *float64   `json:"pay_max"`
	PayCurrency    string     `json:"pay_currency"`
	PayPeriod      string     `json:"pay_period"`
	Deadline       *string    `json:"deadline"`
	ApplyURL       string     `json:"apply_url"`
	LeaderID       *uuid.UUID `json:"leader_id"`
	Skills         []skill    `json:"skills" nullable:"false"`
	Status         string     `json:"status"`
	PublishedAt    *time.Time `json:"published_at"`
	ClosedAt       *time.Time `json:"closed_at"`
	CreatedAt      time.Time  `json:"created_at"`
	UpdatedAt      time.Time  `json:"updated_at"`
}

func (h *Handlers) job(j models.Job) job {
	v := job{
		ID: j.ID, Slug: j.Slug, URL: h.URL("/jobs/" + j.Slug), Title: j.Title, Description: j.Description, Location: j.Location,
		Country: j.Country, EmploymentType: j.EmploymentType, Remote: j.Remote, PayMin: j.PayMin, PayMax: j.PayMax,
		PayCurrency: j.PayCurrency, PayPeriod: j.PayPeriod, ApplyURL: j.ApplyURL, LeaderID: j.LeaderID, Skills: []skill{},
		Status: j.Status, PublishedAt: utc(j.PublishedAt), ClosedAt: utc(j.ClosedAt), CreatedAt: j.CreatedAt.UTC(), UpdatedAt: j.UpdatedAt.UTC(),
	}
	if j.Deadline != nil {
		v.Deadline = new(j.Deadline.Format(time.DateOnly))
	}
	for _, s := range j.Skills {
		v.Skills = append(v.Skills, skill{Name: s.Skill.Name, Need: s.Need})
	}
	return v
}

// addJob makes a job, a draft where no status is sent.
func (h *Handlers) addJob(ctx context.Context, in *struct{ Body newJob }) (*answer[job], error) {
	deadline, err := in.Body.deadline()
	if err != nil {
		return nil, err
	}
	write := models.JobInput{Title: in.Body.Title}
	in.Body.write(&write, deadline)
	status := in.Body.Status
	if status == "" {
		status = models.JobDraft
	}
	j, err := h.DB.AddJob(ctx, &by(ctx).user.ID, write, status)
	if err != nil {
		return nil, err
	}
	return &answer[job]{h.job(j)}, nil
}

// listJobs lists the jobs that the asker may see.
func (h *Handlers) listJobs(ctx context.Context, in *struct {
	Paging
	Status string `query:"status" enum:"draft,published,closed,filled"`
},
) (*answer[list[job]], error) {
	jobs, next, err := h.DB.SeenJobs(ctx, by(ctx).user, models.SeenFilter{Status: in.Status, Cursor: in.Cursor, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	return listed(jobs, next, h.job), nil
}

// Path is the id in a path; huma looks only into embedded structs with exported names.
type Path struct {
	ID uuid.UUID `path:"id" format:"uuid"`
}

// getJob answers one job.
func (h *Handlers) getJob(ctx context.Context, in *Path) (*answer[job], error) {
	j, err := h.DB.SeenJob(ctx, by(ctx).user, in.ID)
	if err != nil {
		return nil, err
	}
	return &answer[job]{h.job(j)}, nil
}

// changeJob changes what was sent, and the status.
func (h *Handlers) changeJob(ctx context.Context, in *struct {
	Path
	Body jobChange
},
) (*answer[job], error) {
	deadline, err := in.Body.deadline()
	if err != nil {
		return nil, err
	}
	j, err := h.DB.ChangeJob(ctx, in.ID, func(write *models.JobInput) {
		in.Body.Title.into(&write.Title)
		in.Body.write(write, deadline)
	}, in.Body.Status)
	if err != nil {
		return nil, err
	}
	return &answer[job]{h.job(j)}, nil
}
