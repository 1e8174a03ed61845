package hr

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"kollega/handlers/upload"
	"kollega/handlers/web"
	"kollega/models"
)

type uploadView struct {
	Job      models.Job
	Origin   string // of the presigned addresses
	MaxBytes int64
}

// NewClip shows the uploader.
func (h *Handlers) NewClip(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	job, err := h.DB.Job(c.Request().Context(), id)
	if err != nil {
		return err
	}
	v := uploadView{Job: job, Origin: h.PartsOrigin(), MaxBytes: models.MaxClipBytes}
	web.Filming(c)
	return h.Render(c, "hr/clip_new.html", h.Printer(c).T("clip.new"), v)
}

func (h *Handlers) uploads() upload.Uploads { return upload.Uploads{DB: h.DB, Store: h.Store} }

// BeginUpload makes a clip and answers where its parts go.
func (h *Handlers) BeginUpload(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	var in struct {
		Title    string `json:"title" form:"title"`
		Language string `json:"language" form:"language"`
		Filename string `json:"filename" form:"filename"`
		Size     int64  `json:"size" form:"size"`
	}
	if err := c.Bind(&in); err != nil {
		return err
	}
	ticket, err := h.uploads().Begin(c.Request().Context(), id, &web.User(c).ID, models.ClipInput(in))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, ticket)
}

// ResumeUpload answers what has arrived, and fresh addresses for the rest.
func (h *Handlers) ResumeUpload(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	plan, err := h.uploads().Resume(c.Request().Context(), id)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, plan)
}

// CompleteUpload turns what has arrived over to be processed; it may be repeated.
func (h *Handlers) CompleteUpload(c echo.Context) error {
	id, err := web.ID(c, "id")
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
	return c.JSON(http.StatusAccepted, upload.StatusOf(h.Printer(c), clip))
}

// CancelUpload gives an upload up.
func (h *Handlers) CancelUpload(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	if err := h.uploads().Cancel(c.Request().Context(), id); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// ClipStatus answers how far a clip has come.
func (h *Handlers) ClipStatus(c echo.Context) error {
	id, err := web.ID(c, "id")
	if err != nil {
		return err
	}
	clip, err := h.DB.Clip(c.Request().Context(), id)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, upload.StatusOf(h.Printer(c), clip))
}
