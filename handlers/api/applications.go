package api

import (
	"context"
	"time"

	"github.com/google/uuid"

	"kollega/handlers/web"
	"kollega/models"
)

type application struct {
	ID          uuid.UUID        `json:"id" format:"uuid"`
	JobID       uuid.UUID        `json:"job_id" format:"uuid"`
	Candidate   candidate        `json:"candidate"`
	Stage       string           `json:"stage"`
	SubmittedAt time.Time        `json:"submitted_at"`
	Link        *applicationLink `json:"link,omitempty" doc:"api.doc.application_link"`
	Credits     []credit         `json:"credits" nullable:"false"`
}

type candidate struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

type applicationLink struct {
	Code    string    `json:"code"`
	Channel string    `json:"channel"`
	UserID  uuid.UUID `json:"user_id" format:"uuid"`
}

type credit struct {
	UserID uuid.UUID `json:"user_id" format:"uuid"`
	Weight float64   `json:"weight" doc:"api.doc.weight"`
	Policy string    `json:"policy"`
	Reason string    `json:"reason"`
}

// application is app as the API shows it, its credits' reasons in the asker's language.
func (a *asking) application(app models.Application) application {
	v := application{
		ID: app.ID, JobID: app.JobID, Candidate: candidate{app.Candidate.Name, app.Candidate.Email}, Stage: app.Stage,
		SubmittedAt: app.SubmittedAt.UTC(), Credits: []credit{},
	}
	if l := app.Link; l != nil {
		v.Link = &applicationLink{Code: l.Code, Channel: l.Channel, UserID: l.UserID}
	}
	p := a.app.Printer(a.echo)
	for _, c := range app.Credits {
		v.Credits = append(v.Credits, credit{UserID: c.UserID, Weight: c.Weight, Policy: c.Policy, Reason: web.CreditReason(p, c, c.User.Name)})
	}
	return v
}

// listApplications lists applications; leaders those for jobs they lead.
func (h *Handlers) listApplications(ctx context.Context, in *struct {
	Paging
	JobID uuid.UUID `query:"job_id" format:"uuid"`
	Stage string    `query:"stage" enum:"new,screening,interview,offer,hired,rejected,withdrawn"`
},
) (*answer[list[application]], error) {
	a := by(ctx)
	if in.JobID != uuid.Nil { // to ask for the applications of a job is to ask for the job
		if err := h.DB.LeadsJob(ctx, a.user, in.JobID); err != nil {
			return nil, err
		}
	}
	apps, next, err := h.DB.Applications(ctx, a.user, models.ApplicationFilter{JobID: given(in.JobID), Stage: in.Stage, Cursor: in.Cursor, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	if err := h.SawMany(a.echo, models.OfApplication, len(apps)); err != nil {
		return nil, err
	}
	return listed(apps, next, a.application), nil
}

type stage struct {
	Stage string           `json:"stage" enum:"new,screening,interview,offer,hired,rejected,withdrawn"`
	Note  optional[string] `json:"note,omitempty" doc:"api.doc.note"`
	Tell  optional[bool]   `json:"tell,omitempty" doc:"api.doc.tell"`
}

// moveApplication moves an application to a stage.
func (h *Handlers) moveApplication(ctx context.Context, in *struct {
	Path
	Body stage
},
) (*answer[application], error) {
	a := by(ctx)
	move := models.StageMove{To: in.Body.Stage, Note: in.Body.Note.or(), Tell: true}
	in.Body.Tell.into(&move.Tell)
	if _, err := h.DB.Move(ctx, a.user, in.ID, move); err != nil {
		return nil, err
	}
	app, err := h.DB.Application(ctx, a.user, in.ID)
	if err != nil {
		return nil, err
	}
	return &answer[application]{a.application(app)}, nil
}
