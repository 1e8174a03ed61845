package worker

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/riverqueue/river"

	"kollega/internal/hook"
	"kollega/models"
)

// postWebhook tells one webhook one thing.
type postWebhook struct {
	river.WorkerDefaults[models.PostWebhook]
	Deps

	hook *hook.Client
}

func newPostWebhook(d Deps) *postWebhook {
	return &postWebhook{Deps: d, hook: cmp.Or(d.Hook, hook.New(hook.Config{}))}
}

// Timeout is longer than a receiver may take.
func (w *postWebhook) Timeout(*river.Job[models.PostWebhook]) time.Duration { return time.Minute }

// Work posts the message, and notes what became of it. One that was not taken is tried again, later and later, or when the receiver says.
func (w *postWebhook) Work(ctx context.Context, job *river.Job[models.PostWebhook]) error {
	t, message, err := w.DB.Telling(ctx, job.Args.ID, w.Texts, w.BaseURL.String())
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	err = w.hook.Post(ctx, t.Webhook.Address, message)
	if err == nil {
		return w.DB.WebhookTold(context.WithoutCancel(ctx), t)
	}
	failure, ok := errors.AsType[*hook.Error](err)
	if !ok { // we stop
		return err
	}
	if err := w.DB.WebhookNotTold(ctx, t, failure, job.Attempt >= job.MaxAttempts); err != nil {
		return err
	}
	switch {
	case failure.Lasting():
		return river.JobCancel(failure)
	case failure.Wait > 0:
		return river.JobSnooze(failure.Wait)
	}
	return failure
}
