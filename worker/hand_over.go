package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/google/uuid"

	"kollega/internal/inbox"
	"kollega/models"
	"kollega/storage"
	"kollega/tracking"
)

const (
	handOverTimeout = 30 * time.Second // of one application
	askTimeout      = 3 * time.Second  // of Postgres' sign of life
	handOverFirst   = 100 * time.Millisecond
	handOverLongest = 5 * time.Second
	handOverSays    = time.Minute // between two lines in the log about the same
	handOverTries   = 10          // of an application that Postgres answers with an error that may pass
)

// HandOver brings the applications that wait on this machine's disk to Postgres, in the order in which they were handed in.
type HandOver struct {
	HandOverDeps

	stop  context.CancelFunc
	wg    sync.WaitGroup
	tries map[uuid.UUID]int
}

// HandOverDeps is what handing over stands on.
type HandOverDeps struct {
	DB      *models.DB
	Store   *storage.Store
	Inbox   *inbox.Inbox
	Tracker *tracking.Tracker
	Log     *slog.Logger
}

// StartHandOver hands over until Close: at once, when something is put into the inbox, and again and again while an engine is away.
func StartHandOver(d HandOverDeps) *HandOver {
	h := &HandOver{HandOverDeps: d, tries: map[uuid.UUID]int{}}
	ctx, stop := context.WithCancel(context.Background())
	h.stop = stop
	h.wg.Go(func() { h.run(ctx) })
	return h
}

// Close hands over no more; what is left waits for the next start.
func (h *HandOver) Close(context.Context) error {
	h.stop()
	h.wg.Wait()
	return nil
}

func (h *HandOver) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-h.Inbox.Ready():
			h.untilDone(ctx)
		}
	}
}

// untilDone hands over until nothing waits, with longer and longer pauses.
func (h *HandOver) untilDone(ctx context.Context) {
	var said time.Time
	for pause := handOverFirst; ; pause = min(2*pause, handOverLongest) {
		err := h.round(ctx)
		if err == nil || ctx.Err() != nil {
			return
		}
		if time.Since(said) > handOverSays {
			said = time.Now()
			h.Log.WarnContext(ctx, "applications wait on this machine's disk", "waiting", h.Inbox.Stats().Waiting, "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

// round hands over all that can go now; the error is why something cannot.
func (h *HandOver) round(ctx context.Context) error {
	items := h.Inbox.List()
	if len(items) == 0 {
		return nil
	}
	asked, cancel := context.WithTimeout(ctx, askTimeout)
	err := h.DB.Ping(asked)
	cancel()
	if err != nil {
		return err
	}
	last, stuck := map[string]uuid.UUID{}, map[string]bool{}
	for _, item := range items {
		last[item.Key] = item.ID
	}
	var errs []error
	for _, item := range items {
		if stuck[item.Key] { // the same person's earlier one goes first
			continue
		}
		limited, cancel := context.WithTimeout(ctx, handOverTimeout)
		err := h.handOver(limited, item.ID, last[item.Key] != item.ID)
		cancel()
		switch {
		case err == nil:
		case models.Unavailable(err) && !errors.Is(err, errStore):
			return errors.Join(append(errs, err)...)
		default:
			stuck[item.Key] = true
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// errStore is an object store that does not take a CV.
var errStore = errors.New("the object store does not take a CV")

// handOver brings one application to where it belongs and forgets it here. Repeating any of it changes nothing: the CV has its
// key, the application and its event have their id.
func (h *HandOver) handOver(ctx context.Context, id uuid.UUID, followed bool) error {
	in, err := h.read(ctx, id)
	if in == nil {
		return err
	}
	erased, err := h.DB.Forgotten(ctx)
	if err != nil {
		return err
	}
	if erased != nil && erased(in.Applying.Email, in.Applying.At) { // whoever is erased is not brought back by what waited here
		h.Log.InfoContext(ctx, "an application is forgotten, as its candidate was erased")
		return h.done(id)
	}
	if err := h.storeCV(ctx, id, &in.Applying); err != nil {
		return err
	}
	in.Applying.Quiet = followed
	app, again, old, err := h.DB.Apply(ctx, in.Applying)
	if err != nil {
		return h.failed(ctx, in, err)
	}
	if !again {
		in.Event.ID = app.ID
		if err := h.Tracker.Record(ctx, &in.Event); err != nil {
			return err
		}
	}
	h.forget(ctx, old)
	if cv := in.Applying.CV; cv != nil && cv.Key != app.CVKey {
		h.forget(ctx, cv.Key)
	}
	h.Log.InfoContext(ctx, "application handed over", "application", app.ID.String(), "waited_s", int(h.DB.Now().Sub(in.Applying.At).Seconds()))
	return h.done(id)
}

// read is what was handed in; nil where it is damaged, which is said, and the rest goes on.
func (h *HandOver) read(ctx context.Context, id uuid.UUID) (*models.HandedIn, error) {
	item, err := h.Inbox.Read(id)
	if err == nil {
		in, bad := models.DecodeHandedIn(item.Form)
		if bad == nil {
			in.Applying.ID, in.Applying.At = item.ID, item.At
			if !item.Document {
				return &in, nil
			}
			if in.Applying.CV != nil {
				return &in, nil
			}
			bad = errors.New("a document without a name")
		}
		err = fmt.Errorf("%w: %w", inbox.ErrDamaged, bad)
	}
	if !errors.Is(err, inbox.ErrDamaged) {
		return nil, err
	}
	h.Log.ErrorContext(ctx, "an application on this machine's disk cannot be read; its folder is kept under the name damaged-ID", "id", id.String(), "error", err.Error())
	return nil, h.Inbox.SetAside(id)
}

// storeCV brings the CV to the object store. One that came with an earlier try of the form lies there already: it goes along
// unless it is gone, or another application's.
func (h *HandOver) storeCV(ctx context.Context, id uuid.UUID, in *models.Applying) error {
	if in.CV == nil {
		return nil
	}
	file, err := h.Inbox.File(id)
	if errors.Is(err, os.ErrNotExist) {
		return h.checkCV(ctx, in)
	}
	if err != nil {
		return err
	}
	defer file.Close()
	if err := h.Store.Put(ctx, in.CV.Key, file, storage.PutOptions{ContentType: in.CV.Type}); err != nil {
		return fmt.Errorf("%w: %w", errStore, err)
	}
	return nil
}

func (h *HandOver) checkCV(ctx context.Context, in *models.Applying) error {
	free, err := h.DB.CVFree(ctx, in.CV.Key, in.JobID, in.Email)
	if err != nil {
		return err
	}
	_, err = h.Store.Head(ctx, in.CV.Key)
	switch {
	case !free, errors.Is(err, storage.ErrNotFound):
		h.Log.ErrorContext(ctx, "an application is handed over without its CV, which is there no more", "id", in.ID.String())
		in.CV = nil
	case err != nil:
		return fmt.Errorf("%w: %w", errStore, err)
	}
	return nil
}

// failed tells apart what may be tried again from what people must decide.
func (h *HandOver) failed(ctx context.Context, in *models.HandedIn, err error) error {
	var reason string
	id := in.Applying.ID
	switch {
	case models.Unavailable(err):
		return err
	case errors.Is(err, models.ErrNotFound):
		reason = models.AsideJobGone
	case errors.Is(err, models.ErrConflict):
		reason = models.AsideClosed
	default:
		h.tries[id]++
		if h.tries[id] < handOverTries && !models.Refused(err) {
			return err
		}
		reason = models.AsideRefused
	}
	if aside := h.DB.SetAside(ctx, *in, reason); aside != nil {
		return errors.Join(err, aside)
	}
	h.Log.ErrorContext(ctx, "an application that was confirmed could not be taken; it waits for HR to decide", "reason", reason, "error", err.Error())
	h.Log.InfoContext(ctx, "application set aside", "id", id.String())
	return h.done(id)
}

// done forgets what has gone where it belongs.
func (h *HandOver) done(id uuid.UUID) error {
	delete(h.tries, id)
	return h.Inbox.Remove(id)
}

// forget deletes a CV that no application has; what cannot be deleted now, the clean-up finds.
func (h *HandOver) forget(ctx context.Context, key string) {
	if key == "" {
		return
	}
	used, err := h.DB.CVUsed(ctx, key)
	if err == nil && !used {
		err = h.Store.Delete(ctx, key)
	}
	if err != nil {
		h.Log.WarnContext(ctx, "CV not deleted", "error", err.Error())
	}
}
