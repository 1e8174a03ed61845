package worker

import (
	"context"

	"github.com/riverqueue/river"

	"kollega/models"
)

// deleteObjects removes objects that no row needs any more.
type deleteObjects struct {
	river.WorkerDefaults[models.DeleteObjects]
	Deps
}

// Work aborts the upload, if there is one, and deletes the objects; it may be repeated.
func (w *deleteObjects) Work(ctx context.Context, job *river.Job[models.DeleteObjects]) error {
	if job.Args.UploadID != "" {
		if err := w.Store.AbortUpload(ctx, job.Args.UploadKey, job.Args.UploadID); err != nil {
			return err
		}
	}
	return w.Store.Delete(ctx, job.Args.Keys...)
}
