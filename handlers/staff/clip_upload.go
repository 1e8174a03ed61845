package staff

import (
	"net/http"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/upload"
	"kollega/handlers/web"
	"kollega/models"
)

// newJob is the choice of a job that is not yet written.
const newJob = "new"

type proposeBody struct {
	Jobs               []option
	Job                string // the chosen one
	Origin             string // of the presigned addresses
	MaxBytes           int64
	MaxWords, MaxTitle int
	Days               int // within which somebody answers
}

type option struct{ Value, Label string }

// NewClip is where a colleague films and proposes a clip; ?job= chooses the job.
func (h *Handlers) NewClip(c echo.Context) error {
	ctx := c.Request().Context()
	jobs, err := h.DB.OpenJobs(ctx)
	if err != nil {
		return err
	}
	days, err := h.DB.ProposalDays(ctx)
	if err != nil {
		return err
	}
	body := proposeBody{
		Job: c.QueryParam("job"), Origin: h.PartsOrigin(), MaxBytes: models.MaxClipBytes,
		MaxWords: models.MaxProposalWords, MaxTitle: models.MaxProposalTitle, Days: days,
	}
	for _, j := range jobs {
		body.Jobs = append(body.Jobs, option{j.ID.String(), j.Title})
	}
	body.Jobs = append(body.Jobs, option{newJob, h.Printer(c).T("proposal.job.new")})
	return h.Render(c, "staff/clip_new.html", h.Printer(c).T("proposal.new"), body)
}

func (h *Handlers) uploads() upload.Uploads { return upload.Uploads{DB: h.DB, Store: h.Store} }

// BeginUpload makes a proposal and answers where the parts of its clip go.
func (h *Handlers) BeginUpload(c echo.Context) error {
	var in struct {
		Job      string `json:"job" form:"job"`
		Title    string `json:"title" form:"title"`
		Words    string `json:"words" form:"words"`
		ShowName string `json:"show_name" form:"show_name"`
		Language string `json:"language" form:"language"`
		Filename string `json:"filename" form:"filename"`
		Size     int64  `json:"size" form:"size"`
	}
	if err := c.Bind(&in); err != nil {
		return err
	}
	p := models.ProposalInput{Title: in.Title, Words: in.Words, ShowName: in.ShowName != ""}
	if in.Job != newJob && in.Job != "" {
		id, err := uuid.Parse(in.Job)
		if err != nil {
			return models.Invalid("job", "proposal.error.job")
		}
		p.JobID = &id
	}
	ticket, err := h.uploads().Propose(c.Request().Context(), *web.User(c), p, models.ClipInput{Language: in.Language, Filename: in.Filename, Size: in.Size})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, ticket)
}

// ownClip is the clip of one's own proposal in the address; one that is gone is not found.
func (h *Handlers) ownClip(c echo.Context) (models.Proposal, uuid.UUID, error) {
	id, err := web.ID(c, "id")
	if err != nil {
		return models.Proposal{}, uuid.Nil, err
	}
	p, err := h.DB.OwnProposal(c.Request().Context(), web.User(c).ID, id)
	if err != nil {
		return p, uuid.Nil, err
	}
	if p.ClipID == nil {
		return p, uuid.Nil, models.ErrNotFound
	}
	return p, *p.ClipID, nil
}

// ResumeUpload answers what has arrived, and fresh addresses for the rest.
func (h *Handlers) ResumeUpload(c echo.Context) error {
	_, clip, err := h.ownClip(c)
	if err != nil {
		return err
	}
	plan, err := h.uploads().Resume(c.Request().Context(), clip)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, plan)
}

// CompleteUpload turns what has arrived over to be processed; it may be repeated.
func (h *Handlers) CompleteUpload(c echo.Context) error {
	p, id, err := h.ownClip(c)
	if err != nil {
		return err
	}
	var in struct {
		Parts []upload.Done `json:"parts"`
	}
	if err := c.Bind(&in); err != nil {
		return err
	}
	clip, err := h.uploads().Complete(c.Request().Context(), id, in.Parts)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusAccepted, h.status(c, p, clip))
}

// CancelUpload gives an upload up, and the proposal with it.
func (h *Handlers) CancelUpload(c echo.Context) error {
	_, clip, err := h.ownClip(c)
	if err != nil {
		return err
	}
	if err := h.uploads().Cancel(c.Request().Context(), clip); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// ClipStatus answers how far the clip has come.
func (h *Handlers) ClipStatus(c echo.Context) error {
	p, _, err := h.ownClip(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, h.status(c, p, *p.Clip))
}

// status is the clip's under the proposal's id, which is all that its colleague's page knows.
func (h *Handlers) status(c echo.Context, p models.Proposal, clip models.Clip) upload.Status {
	s := upload.StatusOf(h.Printer(c), clip)
	s.ID = p.ID
	return s
}
