package worker

import (
	"context"
	"errors"
	"fmt"
	"image/color"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/riverqueue/river"

	"kollega/media"
	"kollega/models"
	"kollega/storage"
)

const (
	// processLimit is longer than the longest clip takes on a slow machine; media has limits of its own.
	processLimit = 45 * time.Minute

	clipFolder = "clip-" // what the private folders of this work begin with

	// The shares of the whole that are done when the file is here, and when it is transcoded.
	fetched    = 0.05
	transcoded = 0.95
)

// processClip makes a clip of an uploaded file.
type processClip struct {
	river.WorkerDefaults[models.ProcessClip]
	Deps
}

// Timeout is when the work is given up.
func (w *processClip) Timeout(*river.Job[models.ProcessClip]) time.Duration { return processLimit }

// Work processes the clip, unless it is done or another's. What becomes of it is written to the clip's row, which also
// counts the tries: an error is returned only when the row could not be written.
func (w *processClip) Work(ctx context.Context, job *river.Job[models.ProcessClip]) error {
	c, err := w.DB.ClaimClip(ctx, job.Args.ClipID)
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	lease := holdClip(ctx, w.DB, c)
	defer lease.release()
	made, err := w.process(lease.ctx, c, lease.set)
	if err == nil {
		lease.release() // so that no sign of life meets the end
		err = w.DB.ClipMade(context.WithoutCancel(ctx), c, made)
		if err != nil && !errors.Is(err, models.ErrLeaseLost) {
			return err // it may have been written all the same: nothing is removed, the lease runs out
		}
	}
	if err == nil {
		return nil
	}
	cause := context.Cause(lease.ctx)
	lease.release()
	w.remove(ctx, made)
	return w.failed(ctx, c, cause, err)
}

// failed writes down why this try has ended.
func (w *processClip) failed(ctx context.Context, c models.Clip, cause, err error) error {
	stopping := ctx.Err() != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	var refused *media.Reject
	log := w.Log.With("clip", c.ID, "try", c.Attempts)
	switch {
	case errors.Is(err, models.ErrLeaseLost) || errors.Is(cause, models.ErrLeaseLost):
		log.WarnContext(ctx, "clip was taken from this worker")
		return nil
	case errors.As(err, &refused):
		log.InfoContext(ctx, "clip rejected", "reason", string(refused.Code), "detail", refused.Detail)
		err = w.DB.ClipRejected(ctx, c, string(refused.Code), refused.Detail)
	case stopping:
		err = w.DB.ReleaseClip(ctx, c)
	default:
		log.ErrorContext(ctx, "clip not made", "error", err.Error())
		err = w.DB.ClipFailed(ctx, c, reason(err), err.Error())
	}
	if errors.Is(err, models.ErrLeaseLost) { // deleted, or taken in the meantime
		return nil
	}
	return err
}

// reason is the code of what went wrong: its sentence is under clip.error.<code>.
func reason(err error) string {
	var tool *media.ToolError
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "disk"
	case errors.Is(err, storage.ErrNotFound):
		return "original_gone"
	case storage.Unavailable(err):
		return "storage"
	case errors.Is(err, media.ErrStuck), errors.Is(err, context.DeadlineExceeded):
		return "too_slow"
	case errors.Is(err, errNoFFmpeg):
		return "no_ffmpeg"
	case errors.As(err, &tool):
		return "ffmpeg"
	}
	return "internal"
}

var errNoFFmpeg = errors.New("ffmpeg was not found when the program started")

// process fetches, checks, transcodes and stores; what it put into the store before an error is in the answer.
func (w *processClip) process(ctx context.Context, c models.Clip, progress func(float64)) (models.Made, error) {
	if w.Tools == nil {
		return models.Made{}, errNoFFmpeg
	}
	if err := os.MkdirAll(w.Dir, 0o700); err != nil {
		return models.Made{}, fmt.Errorf("work folder: %w", err)
	}
	dir, err := os.MkdirTemp(w.Dir, clipFolder)
	if err != nil {
		return models.Made{}, fmt.Errorf("work folder: %w", err)
	}
	defer os.RemoveAll(dir)
	original := filepath.Join(dir, "original")
	if err := w.Store.Fetch(ctx, c.UploadKey, original); err != nil {
		return models.Made{}, err
	}
	progress(fetched)
	facts, err := w.Tools.Check(ctx, original)
	if err != nil {
		return models.Made{}, err
	}
	out, err := w.Tools.Transcode(ctx, original, facts, dir, func(done float64) {
		progress(fetched + done*(transcoded-fetched))
	})
	if err != nil {
		return models.Made{}, err
	}
	progress(transcoded)
	if err := media.DrawSocial(out.Poster, out.Social, w.brand(ctx)); err != nil {
		return models.Made{}, err
	}
	return w.store(ctx, out)
}

// store puts what was made into the object store, under keys of its own.
func (w *processClip) store(ctx context.Context, out media.Outputs) (models.Made, error) {
	made := models.Made{Duration: out.Duration, Width: out.Width, Height: out.Height}
	for _, f := range []struct{ name, path, contentType string }{
		{"video", out.Video, "video/mp4"},
		{"small", out.Small, "video/mp4"},
		{"poster", out.Poster, "image/jpeg"},
		{"social", out.Social, "image/jpeg"},
	} {
		info, err := os.Stat(f.path)
		if err != nil {
			return made, fmt.Errorf("store %s: %w", f.name, err)
		}
		key := models.ClipKey()
		made.Files = append(made.Files, models.ClipFile{Name: f.name, Key: key, ContentType: f.contentType, Size: info.Size()})
		if err := w.Store.PutFile(ctx, key, f.path, storage.PutOptions{ContentType: f.contentType}); err != nil {
			return made, err
		}
	}
	return made, nil
}

// remove takes back what nobody will point to; what cannot be removed is swept up in a day.
func (w *processClip) remove(ctx context.Context, made models.Made) {
	if len(made.Files) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	keys := make([]string, len(made.Files))
	for i, f := range made.Files {
		keys[i] = f.Key
	}
	if err := w.Store.Delete(ctx, keys...); err != nil {
		w.Log.WarnContext(ctx, "made files not removed", "error", err.Error())
	}
}

// brand is the house's name and colour for the social image; without them it is drawn plain.
func (w *processClip) brand(ctx context.Context) media.Brand {
	o, err := w.DB.Organisation(ctx)
	if err != nil {
		return media.Brand{}
	}
	b := media.Brand{Name: o.Name}
	if n, err := strconv.ParseUint(o.Accent[min(1, len(o.Accent)):], 16, 32); err == nil {
		b.Accent = color.RGBA{R: uint8(n >> 16), G: uint8(n >> 8), B: uint8(n), A: 0xff}
	}
	return b
}
