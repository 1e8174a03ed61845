package public

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"kollega/handlers/web"
	"kollega/models"
)

// ownData is everything that is stored of a candidate, as they take it along (GDPR, articles 15 and 20).
type ownData struct {
	House        string           `json:"house"`
	MadeAt       time.Time        `json:"made_at"`
	Name         string           `json:"name"`
	Email        string           `json:"email"`
	Phone        string           `json:"phone"`
	Language     string           `json:"language"`
	Since        time.Time        `json:"since"`
	LaterJobs    *string          `json:"later_jobs_until"` // a day; null: not agreed
	Applications []ownApplication `json:"applications"`
	Mails        []ownMail        `json:"mails"`
	Note         string           `json:"note"`
}

type ownApplication struct {
	Job         string     `json:"job"`
	URL         string     `json:"job_url"`
	SubmittedAt time.Time  `json:"submitted_at"`
	Stage       string     `json:"stage"`
	StageSince  time.Time  `json:"stage_since"`
	AnswerBy    *string    `json:"answer_by"` // a day
	Message     string     `json:"message"`
	HeardFrom   string     `json:"heard_from"`
	Channel     string     `json:"came_by_channel,omitempty"`
	Colleague   string     `json:"came_by_colleague,omitempty"`
	Learns      string     `json:"colleague_learns"`
	CV          *ownCV     `json:"cv"`
	History     []ownStep  `json:"history"`
	Stays       []ownStay  `json:"still_there,omitempty"`
	Click       *ownTraces `json:"visit,omitempty"`
}

type ownCV struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Size int64  `json:"size"`
	URL  string `json:"url"`
}

type ownStep struct {
	At    time.Time `json:"at"`
	Stage string    `json:"stage"`
}

type ownStay struct {
	Months int       `json:"months_after_the_hire"`
	At     time.Time `json:"at"`
	Answer string    `json:"answer"` // yes, no, unknown
}

type ownTraces struct {
	ID string `json:"id"`
}

type ownMail struct {
	Kind  string     `json:"kind"`
	At    time.Time  `json:"at"`
	State string     `json:"state"`
	Sent  *time.Time `json:"sent_at"`
}

func (h *Handlers) ownData(c echo.Context, p models.OwnPage) (ownData, error) {
	rules, err := h.DB.CandidateRules(c.Request().Context())
	d := ownData{
		House: h.Organisation().Name, MadeAt: h.Now().UTC(), Name: p.Name, Email: p.Email, Phone: p.Phone, Language: p.Language, Since: p.CreatedAt.UTC(),
		Applications: []ownApplication{}, Mails: []ownMail{}, Note: h.Printer(c).T("candidate.data.note"), LaterJobs: day(p.PoolUntil),
	}
	for _, a := range p.Applications {
		by := rules.AnswerBy(a.Application)
		own := ownApplication{
			Job: a.Job.Title, URL: h.URL("/jobs/" + a.Job.Slug), SubmittedAt: a.SubmittedAt.UTC(), Stage: a.Stage, StageSince: a.StageSince.UTC(), AnswerBy: day(&by),
			Message: a.Message, HeardFrom: a.HeardFrom, Colleague: a.Colleague, Learns: a.ColleagueLearns, History: []ownStep{{a.SubmittedAt.UTC(), models.StageNew}},
		}
		if a.Link != nil {
			own.Channel = a.Link.Channel
		}
		if a.ClickID != nil {
			own.Click = &ownTraces{a.ClickID.String()}
		}
		if a.CVKey != "" {
			own.CV = &ownCV{a.CVName, a.CVType, a.CVSize, h.URL(ownAddress(c) + "/applications/" + a.ID.String() + "/cv")}
		}
		for _, s := range a.Changes {
			own.History = append(own.History, ownStep{s.At.UTC(), s.ToStage})
		}
		for _, s := range a.Stays {
			own.Stays = append(own.Stays, ownStay{s.Months, s.AnsweredAt.UTC(), s.Answer()})
		}
		d.Applications = append(d.Applications, own)
	}
	for _, l := range p.Letters {
		d.Mails = append(d.Mails, ownMail{l.Kind, l.CreatedAt.UTC(), l.State, l.SentAt})
	}
	return d, err
}

// day is the date of a time; nil for none.
func day(at *time.Time) *string {
	if at == nil || at.IsZero() {
		return nil
	}
	s := at.Format(time.DateOnly)
	return &s
}

// CandidateData is everything that is stored of the candidate, for programs.
func (h *Handlers) CandidateData(c echo.Context) error {
	return h.own(c, func(p models.OwnPage) error {
		data, err := h.ownData(c, p)
		if err != nil {
			return err
		}
		if err := h.DB.AuditOwnExport(c.Request().Context(), p.Candidate, "json"); err != nil {
			return err
		}
		web.Attachment(c, "data.json")
		return c.JSONPretty(http.StatusOK, data, "  ")
	})
}

// CandidateZIP is the same with the files.
func (h *Handlers) CandidateZIP(c echo.Context) error {
	return h.own(c, func(p models.OwnPage) error {
		data, err := h.ownData(c, p)
		if err != nil {
			return err
		}
		if err := h.DB.AuditOwnExport(c.Request().Context(), p.Candidate, "zip"); err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(c.Request().Context(), web.FileWithin)
		defer cancel()
		web.Slowly(c)
		web.Attachment(c, "kollega.zip")
		c.Response().Header().Set(echo.HeaderContentType, "application/zip")
		c.Response().WriteHeader(http.StatusOK)
		if err := h.writeZIP(ctx, c.Response(), data, p); err != nil { // the answer has begun: it is cut off, so that nobody takes half for the whole
			h.Log.ErrorContext(ctx, "a candidate's data was cut off", "request_id", web.RequestID(c), "error", err.Error())
			panic(http.ErrAbortHandler)
		}
		return nil
	})
}

func (h *Handlers) writeZIP(ctx context.Context, to io.Writer, data ownData, p models.OwnPage) error {
	archive := zip.NewWriter(to)
	file, err := archive.Create("data.json")
	if err != nil {
		return err
	}
	enc := json.NewEncoder(file)
	enc.SetIndent("", "  ")
	if err := enc.Encode(data); err != nil {
		return err
	}
	for i, a := range p.Applications {
		if a.CVKey == "" {
			continue
		}
		if err := h.zipCV(ctx, archive, strconv.Itoa(i+1)+"-"+a.CVName, a.CVKey); err != nil {
			return err
		}
	}
	return archive.Close()
}

func (h *Handlers) zipCV(ctx context.Context, archive *zip.Writer, name, key string) error {
	stored, err := h.Store.Get(ctx, key, "")
	if err != nil {
		return err
	}
	defer stored.Body.Close()
	file, err := archive.Create(name)
	if err == nil {
		_, err = io.Copy(file, stored.Body)
	}
	return err
}

// CandidateCV is the candidate's own file.
func (h *Handlers) CandidateCV(c echo.Context) error {
	hidden(c)
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	cv, err := h.DB.OwnCV(c.Request().Context(), c.Param("token"), id)
	if errors.Is(err, models.ErrNotFound) {
		return h.linkEnded(c)
	}
	if err != nil {
		return err
	}
	return h.SendFile(c, web.Stored{Key: cv.Key, Name: cv.Name, Type: cv.Type})
}
