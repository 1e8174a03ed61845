package worker

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/riverqueue/river"

	"kollega/models"
)

const (
	sweepEvery = time.Hour

	uploadAge = 48 * time.Hour // of an upload that no clip knows
	objectAge = 24 * time.Hour // of an object that no row knows: younger ones may be about to be known
	folderAge = 2 * time.Hour  // of a work folder: longer than any work takes
)

// sweep clears away what was left lying.
type sweep struct {
	river.WorkerDefaults[models.Sweep]
	Deps
}

// Timeout is when the clean-up is given up until the next one.
func (w *sweep) Timeout(*river.Job[models.Sweep]) time.Duration { return 10 * time.Minute }

// Work does every part, whatever becomes of the others: first of all who was invited and did not answer is forgotten.
func (w *sweep) Work(ctx context.Context, _ *river.Job[models.Sweep]) error {
	friends := w.friends(ctx)
	_, err := w.DB.AbandonUploads(ctx)
	_, late := w.DB.GoOnProposals(ctx)
	_, kept := w.DB.DropOriginals(ctx)
	return errors.Join(friends, err, late, kept, w.DB.ForgetDeclined(ctx), w.DB.ForgetReplaced(ctx), newBodies(w.Deps).forget(ctx), w.uploads(ctx),
		w.objects(ctx, models.ClipKeys, w.DB.ClipObjects), w.objects(ctx, models.CVKeys, w.DB.CVObjects), w.DB.DropExports(ctx),
		w.objects(ctx, models.ExportKeys, w.DB.ExportObjects), w.objects(ctx, models.PictureKeys, w.DB.PictureObjects), w.folders(),
		w.DB.ForgetExpired(ctx), w.DB.EndComparisons(ctx), w.owed(ctx), w.events(ctx), w.spans(ctx), w.audit(ctx), w.rewards(ctx), w.stays(ctx), w.candidates(ctx), w.questions(ctx))
}

// friends forgets invited friends whose time is over.
func (w *sweep) friends(ctx context.Context) error {
	gone, err := w.DB.ForgetFriends(ctx)
	if gone > 0 {
		w.Log.InfoContext(ctx, "invited friends forgotten", "friends", gone)
	}
	return err
}

// questions tells those who were asked of jobs that came of it.
func (w *sweep) questions(ctx context.Context) error {
	_, err := w.DB.TellTheRest(ctx)
	return err
}

// stays asks whether those who were hired some months ago are still there.
func (w *sweep) stays(ctx context.Context) error {
	_, err := w.DB.AskStays(ctx)
	return err
}

// owed takes what nobody answered in time to the next leader.
func (w *sweep) owed(ctx context.Context) error {
	climbed, err := w.DB.TendOwed(ctx)
	if climbed > 0 {
		w.Log.InfoContext(ctx, "answers that are owed have climbed", "answers", climbed)
	}
	return err
}

// candidates erases what has had its time, and asks those whose consent ends soon.
func (w *sweep) candidates(ctx context.Context) error {
	gone, asked, err := w.DB.ForgetCandidates(ctx)
	if gone+asked > 0 {
		w.Log.InfoContext(ctx, "candidates' time looked at", "applications_erased", gone, "asked_to_renew", asked)
	}
	return err
}

// audit drops the months of the audit log that have had their time.
func (w *sweep) audit(ctx context.Context) error {
	gone, err := w.DB.DropOldAudit(ctx)
	if gone > 0 {
		w.Log.InfoContext(ctx, "old audit entries dropped", "entries", gone)
	}
	return err
}

// rewards makes those due whose months have gone by.
func (w *sweep) rewards(ctx context.Context) error {
	ripe, err := w.DB.TendRewards(ctx)
	if ripe > 0 {
		w.Log.InfoContext(ctx, "rewards are due", "rewards", ripe)
	}
	return err
}

// events drops the months of raw events that have had their time.
func (w *sweep) events(ctx context.Context) error {
	dropped, err := w.DB.DropOldEvents(ctx)
	for _, month := range dropped {
		w.Log.InfoContext(ctx, "raw events dropped, their rollups stay", "month", month.Format("2006-01"))
	}
	return err
}

// spans puts the days that are over together, so that reports read less.
func (w *sweep) spans(ctx context.Context) error {
	_, err := w.DB.MakeSpans(ctx)
	return err
}

// uploads aborts those that no clip knows: their row could not be written, or is gone.
func (w *sweep) uploads(ctx context.Context) error {
	open, err := w.Store.Uploads(ctx)
	if err != nil {
		return err
	}
	known, err := w.DB.UploadKeys(ctx) // asked second: an upload that began in between is young
	if err != nil {
		return err
	}
	var errs []error
	for _, u := range open {
		if strings.HasPrefix(u.Key, models.ClipKeys) && !known[u.Key] && w.DB.Now().Sub(u.Initiated) > uploadAge {
			errs = append(errs, w.Store.AbortUpload(ctx, u.Key, u.ID))
		}
	}
	return errors.Join(errs...)
}

// objects deletes files of that kind that no row points to: a worker was killed between storing and saying so, or a form
// with a CV was never sent again.
func (w *sweep) objects(ctx context.Context, kind string, rows func(context.Context) (map[string]bool, error)) error {
	all, err := w.Store.List(ctx, kind)
	if err != nil {
		return err
	}
	known, err := rows(ctx)
	if err != nil {
		return err
	}
	var orphans []string
	for _, o := range all {
		if !known[o.Key] && w.DB.Now().Sub(o.Modified) > objectAge {
			orphans = append(orphans, o.Key)
		}
	}
	if len(orphans) == 0 {
		return nil
	}
	w.Log.InfoContext(ctx, "orphaned objects removed", "objects", len(orphans))
	return w.Store.Delete(ctx, orphans...)
}

// folders removes the work folders of killed workers on this machine.
func (w *sweep) folders() error {
	var found []string
	for _, kind := range []string{clipFolder, exportFolder} {
		of, err := filepath.Glob(filepath.Join(w.Dir, kind+"*"))
		if err != nil {
			return fmt.Errorf("work folders: %w", err)
		}
		found = append(found, of...)
	}
	var errs []error
	for _, dir := range found {
		if info, err := os.Stat(dir); err == nil && w.DB.Now().Sub(info.ModTime()) > folderAge {
			errs = append(errs, os.RemoveAll(dir))
		}
	}
	return errors.Join(errs...)
}
