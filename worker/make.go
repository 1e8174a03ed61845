package worker

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/asticode/go-astisub"
	"github.com/riverqueue/river"

	"kollega/internal/i18n"
	"kollega/media"
	"kollega/models"
	"kollega/storage"
)

// makeOfClip makes something of a clip that is shown meanwhile: the clip again, its pictures, share cuts.
type makeOfClip struct {
	river.WorkerDefaults[models.Make]
	Deps
	bodies *bodies
}

// Timeout is when the work is given up.
func (w *makeOfClip) Timeout(*river.Job[models.Make]) time.Duration { return processLimit }

// Work makes it, unless it is made or another's. What becomes of it is written to its row, which also counts the tries: an
// error is returned only when the row could not be written.
func (w *makeOfClip) Work(ctx context.Context, job *river.Job[models.Make]) error {
	m, err := claim(ctx, func(ctx context.Context) (models.Making, error) { return w.DB.ClaimMaking(ctx, job.Args.MakingID) })
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	lease := hold(ctx, func(ctx context.Context, progress float64) error { return w.DB.HoldMaking(ctx, m, progress) })
	defer lease.release()
	done, stored, err := w.make(lease.ctx, m, lease.set)
	cause := context.Cause(lease.ctx)
	lease.release() // so that no sign of life meets the end
	if err == nil {
		err = done(context.WithoutCancel(ctx))
		if err != nil && !errors.Is(err, models.ErrLeaseLost) {
			return err // it may have been written all the same: nothing is removed, the lease runs out
		}
	}
	if err == nil {
		return nil
	}
	w.remove(ctx, models.Made{Files: stored})
	return w.failed(ctx, m, cause, err)
}

// errReplaced says that the clip has a newer version than the one that was asked about.
var errReplaced = errors.New("the clip has been made again since")

// failed writes down why this try has ended.
func (w *makeOfClip) failed(ctx context.Context, m models.Making, cause, err error) error {
	stopping := ctx.Err() != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	var refused *media.Reject
	log := w.Log.With("clip", m.ClipID, "making", m.Kind, "format", m.Format, "try", m.Attempts)
	switch {
	case errors.Is(err, models.ErrLeaseLost) || errors.Is(cause, models.ErrLeaseLost):
		log.WarnContext(ctx, "what was made of a clip is no longer wanted")
		return nil
	case stopping:
		err = w.DB.ReleaseMaking(ctx, m, true)
	case errors.Is(err, errReplaced):
		err = w.DB.MakingFailed(ctx, m, "replaced", err.Error(), true)
	case errors.As(err, &refused):
		log.WarnContext(ctx, "not made of a clip", "reason", string(refused.Code), "detail", refused.Detail)
		err = w.DB.MakingFailed(ctx, m, string(refused.Code), detail(refused.Detail, err), true)
	default:
		log.ErrorContext(ctx, "not made of a clip", "error", err.Error())
		err = w.DB.MakingFailed(ctx, m, reason(err), detail(err.Error(), err), errors.Is(err, storage.ErrNotFound))
	}
	if errors.Is(err, models.ErrLeaseLost) { // deleted, or taken in the meantime
		return nil
	}
	return err
}

// make makes m and answers how that is written down; stored is what it put into the store, also before an error.
func (w *makeOfClip) make(ctx context.Context, m models.Making, progress func(float64)) (done func(context.Context) error, stored []models.ClipFile, err error) {
	if w.Tools == nil {
		return nil, nil, errNoFFmpeg
	}
	c, err := w.DB.Clip(ctx, m.ClipID)
	if err != nil {
		return nil, nil, err
	}
	if c.Version != m.Version {
		return nil, nil, errReplaced
	}
	if m.Kind == models.MakeVersion {
		made, err := w.process(ctx, c, progress)
		return func(ctx context.Context) error { return w.DB.VersionMade(ctx, m, made) }, made.Files, err
	}
	if err := os.MkdirAll(w.Dir, 0o700); err != nil {
		return nil, nil, fmt.Errorf("work folder: %w", err)
	}
	dir, err := os.MkdirTemp(w.Dir, clipFolder)
	if err != nil {
		return nil, nil, fmt.Errorf("work folder: %w", err)
	}
	defer os.RemoveAll(dir)
	switch m.Kind {
	case models.MakeLook:
		return w.look(ctx, m, c, dir)
	case models.MakeBody:
		return w.body(ctx, m, c, dir, progress)
	}
	return w.personal(ctx, m, c, dir)
}

// look draws the social image for the house as it is now, and the poster where another moment was chosen.
func (w *makeOfClip) look(ctx context.Context, m models.Making, c models.Clip, dir string) (func(context.Context) error, []models.ClipFile, error) {
	poster, social := filepath.Join(dir, "poster.jpg"), filepath.Join(dir, "social.jpg")
	shown, ok := c.File("poster")
	if !ok {
		return nil, nil, storage.ErrNotFound
	}
	var files []madeFile
	if c.PosterAt != nil && (shown.At == nil || *shown.At != *c.PosterAt) {
		if err := w.frame(ctx, c, *c.PosterAt, dir, poster); err != nil {
			return nil, nil, err
		}
		files = append(files, madeFile{"poster-" + address(), poster, "image/jpeg", c.PosterAt})
	} else if err := w.Store.Fetch(ctx, shown.Key, poster); err != nil {
		return nil, nil, err
	}
	house, err := w.house(ctx)
	if err != nil {
		return nil, nil, err
	}
	if err := media.DrawSocial(poster, social, brand(house)); err != nil {
		return nil, nil, err
	}
	var stored []models.ClipFile
	for _, f := range append(files, madeFile{"social-" + address(), social, "image/jpeg", nil}) {
		file, err := w.storeFile(ctx, f)
		if file.Key != "" {
			stored = append(stored, file)
		}
		if err != nil {
			return nil, stored, err
		}
	}
	return func(ctx context.Context) error { return w.DB.LookMade(ctx, m, c, house.Brand(), stored) }, stored, nil
}

// address tells a picture's address from all that the same clip's pictures had before.
func address() string { return models.NewID().String()[24:] }

// frame is the clip's picture at that moment: a still that is there, or one out of the video.
func (w *makeOfClip) frame(ctx context.Context, c models.Clip, at float64, dir, path string) error {
	for _, still := range c.Stills() {
		if *still.At == at {
			return w.Store.Fetch(ctx, still.Key, path)
		}
	}
	video, err := w.video(ctx, c, dir)
	if err != nil {
		return err
	}
	return w.Tools.Frame(ctx, video, at, path)
}

// video fetches the clip's video.
func (w *makeOfClip) video(ctx context.Context, c models.Clip, dir string) (string, error) {
	f, ok := c.File("video")
	if !ok {
		return "", storage.ErrNotFound
	}
	path := filepath.Join(dir, "video.mp4")
	return path, w.Store.Fetch(ctx, f.Key, path)
}

// body makes the share cut that everybody's end cards are joined to.
func (w *makeOfClip) body(ctx context.Context, m models.Making, c models.Clip, dir string, progress func(float64)) (func(context.Context) error, []models.ClipFile, error) {
	shape, ok := media.ShapeOf(m.Format)
	if !ok {
		return nil, nil, fmt.Errorf("no such format: %q", m.Format)
	}
	cues, err := burnt(m, c)
	if err != nil {
		return nil, nil, errReplaced
	}
	made := models.Making{Recipe: w.Tools.CutRecipe()}
	done := func(ctx context.Context) error { return w.DB.CutMade(ctx, m, made) }
	if media.BodyIsVideo(c.Width, c.Height, shape, cues) && c.Recipe == w.Tools.Recipe() {
		return done, nil, nil
	}
	video, err := w.video(ctx, c, dir)
	if err != nil {
		return nil, nil, err
	}
	out := filepath.Join(dir, "body.mp4")
	if err := w.Tools.Body(ctx, video, shape, cues, out, progress); err != nil {
		return nil, nil, err
	}
	file, err := w.storeFile(ctx, madeFile{"body", out, "video/mp4", nil})
	made.Key, made.Size = file.Key, file.Size
	return done, []models.ClipFile{file}, err
}

// burnt are the captions that are burnt into m.
func burnt(m models.Making, c models.Clip) ([]media.Cue, error) {
	caption, err := m.BurntCaption(c)
	if err != nil || caption.VTT == "" {
		return nil, err
	}
	subs, err := astisub.ReadFromWebVTT(strings.NewReader(caption.VTT))
	if err != nil {
		return nil, fmt.Errorf("captions: %w", err)
	}
	var cues []media.Cue
	for _, item := range subs.Items {
		var lines []string
		for _, l := range item.Lines {
			lines = append(lines, l.String())
		}
		cues = append(cues, media.Cue{From: item.StartAt.Seconds(), To: item.EndAt.Seconds(), Text: strings.Join(lines, "\n")})
	}
	return cues, nil
}

// personal joins a colleague's end card to the body, or waits for the body.
func (w *makeOfClip) personal(ctx context.Context, m models.Making, c models.Clip, dir string) (func(context.Context) error, []models.ClipFile, error) {
	body, err := w.DB.Body(ctx, m)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return nil, nil, err
	}
	if body.Status != models.MakingReady || body.Recipe != w.Tools.CutRecipe() {
		return func(ctx context.Context) error { return w.DB.AwaitBody(ctx, m) }, nil, nil
	}
	key := body.Key
	if key == "" {
		f, _ := c.File("video")
		key = f.Key
	}
	path, card, out := filepath.Join(dir, "body.mp4"), filepath.Join(dir, "card.png"), filepath.Join(dir, "cut.mp4")
	if err := w.bodies.into(ctx, key, path); err != nil {
		return nil, nil, err
	}
	if err := w.card(ctx, m, c, card); err != nil {
		return nil, nil, err
	}
	copied, err := w.Tools.Personal(ctx, path, card, out)
	if err != nil {
		return nil, nil, err
	}
	if !copied {
		w.Log.WarnContext(ctx, "end card joined by encoding everything: the body's settings differ", "clip", c.ID, "format", m.Format)
	}
	file, err := w.storeFile(ctx, madeFile{"personal", out, "video/mp4", nil})
	made := models.Making{Key: file.Key, Size: file.Size, Recipe: w.Tools.CutRecipe()}
	return func(ctx context.Context) error { return w.DB.CutMade(ctx, m, made) }, []models.ClipFile{file}, err
}

// card draws the colleague's end card, in the language that is spoken in the clip where we have it.
func (w *makeOfClip) card(ctx context.Context, m models.Making, c models.Clip, path string) error {
	link, err := w.DB.CutLink(ctx, m)
	if err != nil {
		return err
	}
	house, err := w.house(ctx)
	if err != nil {
		return err
	}
	shape, _ := media.ShapeOf(m.Format)
	p := w.Texts.For(cardLanguage(c.Language, house.Language))
	return media.DrawCard(path, shape, media.Card{
		Brand: brand(house), URL: w.BaseURL.String() + link.Path(), Title: link.Job.Title, Call: p.T("cut.card.call"), Hint: p.T("cut.card.hint"),
	})
}

// cardLanguage is the interface's language that is nearest to what is spoken, or else the house's.
func cardLanguage(spoken, house string) string {
	switch base, _, _ := strings.Cut(spoken, "-"); base {
	case "nb", "nn", "no":
		return i18n.Bokmal
	case "en":
		return i18n.English
	}
	return house
}
