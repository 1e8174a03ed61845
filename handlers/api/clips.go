package api

import (
	"context"
	"mime"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"kollega/handlers/upload"
	"kollega/handlers/web"
	"kollega/models"
)

type newClip struct {
	Title    string `json:"title,omitempty" doc:"api.doc.clip_title"`
	Language string `json:"language" doc:"api.doc.language"`
	Filename string `json:"filename"`
	Size     int64  `json:"size" doc:"api.doc.size"`
}

type clip struct {
	ID                 uuid.UUID         `json:"id" format:"uuid"`
	JobID              uuid.UUID         `json:"job_id" format:"uuid"`
	Title              string            `json:"title"`
	Language           string            `json:"language"`
	Status             string            `json:"status" enum:"uploading,processing,ready,published,failed,rejected"`
	Progress           float64           `json:"progress" doc:"api.doc.progress"`
	Error              *clipError        `json:"error,omitempty" doc:"api.doc.clip_error"`
	Duration           float64           `json:"duration" doc:"api.doc.duration"`
	Width              int               `json:"width"`
	Height             int               `json:"height"`
	NoSpeech           bool              `json:"no_speech" doc:"api.doc.no_speech"`
	NobodyRecognisable bool              `json:"nobody_recognisable" doc:"api.doc.nobody_recognisable"`
	Captions           []string          `json:"captions" nullable:"false" doc:"api.doc.captions"`
	Files              map[string]string `json:"files" doc:"api.doc.files"`
	PublishedAt        *time.Time        `json:"published_at"`
	CreatedAt          time.Time         `json:"created_at"`
}

type clipError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// clip is c as the API shows it, in the asker's language.
func (a *asking) clip(c models.Clip) *answer[clip] {
	v := clip{
		ID: c.ID, JobID: c.JobID, Title: c.Title, Language: c.Language, Status: c.Status, Progress: c.Progress, Duration: c.Duration,
		Width: c.Width, Height: c.Height, NoSpeech: c.NoSpeech, NobodyRecognisable: c.NobodyRecognisable, Captions: []string{},
		Files: map[string]string{}, PublishedAt: utc(c.PublishedAt), CreatedAt: c.CreatedAt.UTC(),
	}
	if c.Status == models.ClipWithdrawn { // to a program: this clip cannot be used any more, and why
		v.Status = models.ClipRejected
	}
	if c.ErrorCode != "" && (v.Status == models.ClipFailed || v.Status == models.ClipRejected) {
		v.Error = &clipError{Code: c.ErrorCode, Message: a.app.Printer(a.echo).T("clip.error." + c.ErrorCode)}
	}
	for _, t := range c.Captions {
		v.Captions = append(v.Captions, t.Language)
	}
	for _, f := range c.Shown() {
		name := f.Kind()
		if name == "still" { // there are several
			name = f.Name
		}
		v.Files[name] = a.app.URL(web.FileMedia(f))
	}
	return &answer[clip]{v}
}

// clipNow is the clip as it stands after what was done.
func (h *Handlers) clipNow(ctx context.Context, id uuid.UUID) (*answer[clip], error) {
	c, err := h.DB.SeenClip(ctx, by(ctx).user, id)
	if err != nil {
		return nil, err
	}
	return by(ctx).clip(c), nil
}

// addClip begins an upload.
func (h *Handlers) addClip(ctx context.Context, in *struct {
	Path
	Body newClip
},
) (*answer[upload.Ticket], error) {
	t, err := h.uploads.Begin(ctx, in.ID, &by(ctx).user.ID, models.ClipInput(in.Body))
	if err != nil {
		return nil, err
	}
	return &answer[upload.Ticket]{t}, nil
}

type arrived struct {
	Parts []upload.Done `json:"parts,omitempty" doc:"api.doc.parts"`
}

// completeClip puts the parts together and has the clip made. Asked again, it changes nothing.
func (h *Handlers) completeClip(ctx context.Context, in *struct {
	Path
	Body *arrived
},
) (*answer[clip], error) {
	var parts []upload.Done
	if in.Body != nil {
		parts = in.Body.Parts
	}
	c, err := h.uploads.Complete(ctx, in.ID, parts)
	if err != nil {
		return nil, err
	}
	return by(ctx).clip(c), nil
}

// getClip answers one clip.
func (h *Handlers) getClip(ctx context.Context, in *Path) (*answer[clip], error) {
	return h.clipNow(ctx, in.ID)
}

type clipChange struct {
	Title              *string `json:"title,omitempty"`
	Language           *string `json:"language,omitempty"`
	NoSpeech           *bool   `json:"no_speech,omitempty" doc:"api.doc.no_speech"`
	NobodyRecognisable *bool   `json:"nobody_recognisable,omitempty" doc:"api.doc.nobody_recognisable"`
}

// changeClip changes what is said about a clip.
func (h *Handlers) changeClip(ctx context.Context, in *struct {
	Path
	Body clipChange
},
) (*answer[clip], error) {
	if err := h.DB.UpdateClip(ctx, in.ID, models.ClipChange(in.Body)); err != nil {
		return nil, err
	}
	return h.clipNow(ctx, in.ID)
}

// setCaptions stores the captions of one language in place of those before.
func (h *Handlers) setCaptions(ctx context.Context, in *struct {
	Path
	Lang    string `path:"lang" doc:"api.doc.language"`
	RawBody []byte `contentType:"text/vtt"`
},
) (*answer[clip], error) {
	a := by(ctx)
	kind, _, _ := mime.ParseMediaType(a.echo.Request().Header.Get("Content-Type"))
	if kind != "text/vtt" && kind != "application/x-subrip" {
		return nil, echo.NewHTTPError(http.StatusUnsupportedMediaType)
	}
	if err := h.DB.SetCaption(ctx, in.ID, in.Lang, in.RawBody, &a.user.ID); err != nil {
		return nil, err
	}
	return h.clipNow(ctx, in.ID)
}

// publishClip shows the clip to candidates.
func (h *Handlers) publishClip(ctx context.Context, in *Path) (*answer[clip], error) {
	if err := h.DB.PublishClip(ctx, in.ID); err != nil {
		return nil, err
	}
	return h.clipNow(ctx, in.ID)
}
