package worker

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"kollega/models"
)

// settleCredit looks at an application's credit again once the click it came from has been shipped from the journal.
type settleCredit struct {
	river.WorkerDefaults[models.SettleCredit]
	Deps
}

// Work settles what can be settled, and comes back as long as something may still arrive.
func (w *settleCredit) Work(ctx context.Context, job *river.Job[models.SettleCredit]) error {
	again, err := w.DB.SettleCredit(ctx, job.Args.ApplicationID)
	if err == nil && again > 0 {
		return river.JobSnooze(again)
	}
	return err
}

// reapplyCredit credits old applications by another policy.
type reapplyCredit struct {
	river.WorkerDefaults[models.ReapplyCredit]
	Deps
}

// Timeout is enough for all the applications that a house has had.
func (w *reapplyCredit) Timeout(*river.Job[models.ReapplyCredit]) time.Duration {
	return 30 * time.Minute
}

// Work may be repeated: what is credited so already gets no new round.
func (w *reapplyCredit) Work(ctx context.Context, job *river.Job[models.ReapplyCredit]) error {
	altered, err := w.DB.ReapplyCredit(ctx, job.Args)
	if err == nil {
		w.Log.InfoContext(ctx, "credit applied anew", "policy", job.Args.Policy, "window_days", job.Args.WindowDays, "applications", altered)
	}
	return err
}
