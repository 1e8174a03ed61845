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

	hook    *hook.Client
	outward *hook.Client // reaches the public internet only
}

func newPostWebhook(d Deps) *postWebhook {
	outward := hook.New(hook.Config{})
	return &postWebhook{Deps: d, hook: cmp.Or(d.Hook, outward), outward: outward}
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
	inwards, err := w.DB.LeadsInwards(ctx, *t.Webhook)
	if err != nil {
		return err
	}
	client := w.outward
	if inwards {
		client = w.hook
	}
	err = client.Post(ctx, t.Webhook.Address, message)
	if err == nil {
		return w.DB.WebhookTold(context.WithoutCancel(ctx), t)
	}
	failure, ok := errors.AsType[*hook.Error](err)
	if !ok { // we stop
		return err
	}
	again, err := w.DB.WebhookNotTold(ctx, t, failure, job.Attempt >= job.MaxAttempts)
	switch {
	case err != nil:
		return err
	case !again:
		return river.JobCancel(failure)
	case failure.Wait > 0:
		return river.JobSnooze(failure.Wait)
	}
	return failure
}
