package worker

import (
	"context"
	"errors"
	"fmt"
	"image/color"
	"os"
	"path/filepath"
	"strconv"
	"strings"
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
	c, err := claim(ctx, func(ctx context.Context) (models.Clip, error) { return w.DB.ClaimClip(ctx, job.Args.ClipID) })
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
		err = w.DB.ClipRejected(ctx, c, string(refused.Code), detail(refused.Detail, err))
	case stopping:
		err = w.DB.ReleaseClip(ctx, c)
	default:
		log.ErrorContext(ctx, "clip not made", "error", err.Error())
		err = w.DB.ClipFailed(ctx, c, reason(err), detail(err.Error(), err))
	}
	if errors.Is(err, models.ErrLeaseLost) { // deleted, or taken in the meantime
		return nil
	}
	return err
}

// detail is what administrators are told: what happened, and the end of what ffmpeg printed, if it did.
func detail(what string, err error) string {
	const most = 3000
	var refused *media.Reject
	var tool *media.ToolError
	printed := ""
	switch {
	case errors.As(err, &refused):
		printed = refused.Printed
	case errors.As(err, &tool):
		printed = tool.Stderr
	}
	if printed = strings.TrimSpace(printed); printed == "" {
		return what
	}
	return what + "\n" + strings.ToValidUTF8(printed[max(0, len(printed)-most):], "")
}

// reason is the code of what went wrong: its sentence is under clip.error.<code>.
func reason(err error) string {
	var tool *media.ToolError
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "disk"
	case errors.Is(err, storage.ErrNotFound):
		return "original_gone"
	case errors.As(err, &tool) && errors.Is(err, context.DeadlineExceeded): // which would pass for a store that is away
		return "too_slow"
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
func (w Deps) process(ctx context.Context, c models.Clip, progress func(float64)) (models.Made, error) {
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
	if c.PosterAt != nil { // somebody has chosen: the same moment of the new version
		out.Poster, out.PosterAt = filepath.Join(dir, "poster.jpg"), min(*c.PosterAt, out.Duration)
		if err := w.Tools.Frame(ctx, out.Video, out.PosterAt, out.Poster); err != nil {
			return models.Made{}, err
		}
	}
	house, err := w.house(ctx)
	if err != nil {
		return models.Made{}, err
	}
	if err := media.DrawSocial(out.Poster, out.Social, brand(house)); err != nil {
		return models.Made{}, err
	}
	made, err := w.store(ctx, out)
	made.Brand = house.Brand()
	return made, err
}

// store puts what was made into the object store, under keys of its own.
func (w Deps) store(ctx context.Context, out media.Outputs) (models.Made, error) {
	made := models.Made{Duration: out.Duration, Width: out.Width, Height: out.Height, Recipe: w.Tools.Recipe()}
	files := []madeFile{
		{"video", out.Video, "video/mp4", nil},
		{"small", out.Small, "video/mp4", nil},
		{"poster", out.Poster, "image/jpeg", &out.PosterAt},
		{"social", out.Social, "image/jpeg", nil},
		{"strip", out.Strip, "image/jpeg", nil},
		{"strip.vtt", out.StripIndex, "text/vtt; charset=utf-8", nil},
	}
	for i, still := range out.Stills {
		files = append(files, madeFile{"still-" + strconv.Itoa(i+1), still.Path, "image/jpeg", &still.At})
	}
	for _, f := range files {
		file, err := w.storeFile(ctx, f)
		if err != nil {
			return made, err
		}
		made.Files = append(made.Files, file)
	}
	return made, nil
}

// madeFile is a file that was made of a clip; at is the moment that a picture shows, in seconds.
type madeFile struct {
	name, path, contentType string
	at                      *float64
}

// storeFile puts one file into the object store, under a key of its own.
func (w Deps) storeFile(ctx context.Context, f madeFile) (models.ClipFile, error) {
	info, err := os.Stat(f.path)
	if err != nil {
		return models.ClipFile{}, fmt.Errorf("store %s: %w", f.name, err)
	}
	file := models.ClipFile{Name: f.name, Key: models.ClipKey(), ContentType: f.contentType, Size: info.Size(), At: f.at}
	return file, w.Store.PutFile(ctx, file.Key, f.path, storage.PutOptions{ContentType: f.contentType})
}

// remove takes back what nobody will point to; what cannot be removed is swept up in a day.
func (w Deps) remove(ctx context.Context, made models.Made) {
	if len(made.Files) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	var keys []string
	for _, f := range made.Files {
		if f.Key != "" {
			keys = append(keys, f.Key)
		}
	}
	if err := w.Store.Delete(ctx, keys...); err != nil {
		w.Log.WarnContext(ctx, "made files not removed", "error", err.Error())
	}
}

// house is the organisation, also before its set-up.
func (w Deps) house(ctx context.Context) (models.Organisation, error) {
	house, err := w.DB.Organisation(ctx)
	if errors.Is(err, models.ErrNotFound) {
		return models.Organisation{}, nil
	}
	return house, err
}

// brand is what of the house is drawn on pictures.
func brand(o models.Organisation) media.Brand {
	b := media.Brand{Name: o.Name}
	if n, err := strconv.ParseUint(o.Accent[min(1, len(o.Accent)):], 16, 32); err == nil {
		b.Accent = color.RGBA{R: uint8(n >> 16), G: uint8(n >> 8), B: uint8(n), A: 0xff}
	}
	return b
}
