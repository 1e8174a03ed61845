package worker

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"kollega/internal/transcribe"
	"kollega/media"
	"kollega/models"
	"kollega/storage"
)

// transcribeLimit is longer than fetching, listening and two requests take.
const transcribeLimit = 10 * time.Minute

var errNoService = errors.New("no transcription service is configured here")

// transcribeClip has a machine write a draft of a clip's captions.
type transcribeClip struct {
	river.WorkerDefaults[models.TranscribeClip]
	Deps
}

// Timeout is when the work is given up.
func (w *transcribeClip) Timeout(*river.Job[models.TranscribeClip]) time.Duration {
	return transcribeLimit
}

// NextRetry waits a little longer each time: 10 s, 40 s, 90 s, 160 s.
func (w *transcribeClip) NextRetry(job *river.Job[models.TranscribeClip]) time.Time {
	return w.DB.Now().Add(time.Duration(job.Attempt*job.Attempt) * 10 * time.Second)
}

// Work makes the draft; why there is none is written down when trying again cannot help, or has not.
func (w *transcribeClip) Work(ctx context.Context, job *river.Job[models.TranscribeClip]) error {
	id, lang := job.Args.ClipID, job.Args.Language
	t, err := claim(ctx, func(ctx context.Context) (models.Transcription, error) { return w.DB.ClaimTranscription(ctx, id, lang) })
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	lease := hold(ctx, func(ctx context.Context, _ float64) error { return w.DB.HoldTranscription(ctx, t) })
	err = w.transcribe(lease.ctx, id, lang)
	cause := context.Cause(lease.ctx)
	lease.release()
	if err == nil || errors.Is(err, models.ErrNotFound) || errors.Is(err, models.ErrConflict) || errors.Is(cause, models.ErrLeaseLost) {
		return nil // made; or somebody wrote, or withdrew, in the meantime
	}
	stopping := ctx.Err() != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	code, lasting := whyNoDraft(err)
	if stopping || !lasting && job.Attempt < job.MaxAttempts {
		return errors.Join(err, w.DB.ReleaseTranscription(ctx, t))
	}
	w.Log.WarnContext(ctx, "no draft of captions", "clip", id, "reason", code, "error", err.Error())
	if err := w.DB.TranscriptionFailed(ctx, t, code, err.Error()); err != nil {
		return err
	}
	return river.JobCancel(err)
}

func (w *transcribeClip) transcribe(ctx context.Context, id uuid.UUID, lang string) error {
	switch {
	case w.Transcriber == nil:
		return errNoService
	case w.Tools == nil:
		return errNoFFmpeg
	}
	c, err := w.DB.Clip(ctx, id)
	if err != nil {
		return err
	}
	f, ok := c.File("video")
	if !ok {
		return models.ErrNotFound
	}
	if err := os.MkdirAll(w.Dir, 0o700); err != nil {
		return fmt.Errorf("work folder: %w", err)
	}
	dir, err := os.MkdirTemp(w.Dir, clipFolder)
	if err != nil {
		return fmt.Errorf("work folder: %w", err)
	}
	defer os.RemoveAll(dir)
	video := filepath.Join(dir, "video.mp4")
	if err := w.Store.Fetch(ctx, f.Key, video); err != nil {
		return err
	}
	sound, err := w.Tools.Sound(ctx, video, dir)
	if err != nil {
		return err
	}
	vtt, err := w.Transcriber.Transcribe(ctx, sound, lang)
	if err != nil {
		return err
	}
	return w.DB.DraftCaption(ctx, c.ID, lang, vtt)
}

// whyNoDraft is the code of what went wrong, its sentence is under captions.auto.error.<code>, and whether it will again.
func whyNoDraft(err error) (code string, lasting bool) {
	var refused *transcribe.Refused
	var bad models.ValidationErrors
	var tool *media.ToolError
	switch {
	case errors.As(err, &bad):
		if bad[0].Key == "captions.error.empty" {
			return "silent", true
		}
		return "answer", true
	case errors.As(err, &refused):
		return "refused", refused.Lasting()
	case errors.Is(err, errNoService):
		return "no_service", true
	case errors.Is(err, errNoFFmpeg), errors.As(err, &tool):
		return "sound", false
	case storage.Unavailable(err), errors.Is(err, storage.ErrNotFound):
		return "storage", false
	}
	return "away", false
}
