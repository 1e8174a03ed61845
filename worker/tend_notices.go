package worker

import (
	"context"
	"errors"
	"time"

	"github.com/riverqueue/river"

	"kollega/models"
)

// tendNoticesEvery is how late a digest may be.
const tendNoticesEvery = time.Minute

// tendNotices makes the mails about notices whose time has come.
type tendNotices struct {
	river.WorkerDefaults[models.TendNotices]
	Deps
}

// Timeout is long enough for the digests of a large house.
func (w *tendNotices) Timeout(*river.Job[models.TendNotices]) time.Duration { return 5 * time.Minute }

// Work puts them on their way.
func (w *tendNotices) Work(ctx context.Context, job *river.Job[models.TendNotices]) error {
	_, err := w.DB.TendNotices(ctx)
	if !job.Args.Clock { // something happened: everybody's week is not looked at for that
		return err
	}
	_, sharing := w.DB.TendSharing(ctx)
	return errors.Join(err, sharing)
}
