package worker

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"kollega/internal/mail"
	"kollega/models"
)

const (
	forgetEvery = 10 * time.Minute

	// onItsWay is how long a mail may be in the making while its receiver is erased.
	onItsWay = 2 * time.Minute

	// mailFolderAge is how long mails stay in the folder that stands in for a mail server.
	mailFolderAge = 180 * 24 * time.Hour
)

// forgetAddresses removes what lies on this machine's disk of people who were erased.
type forgetAddresses struct {
	river.WorkerDefaults[models.ForgetAddresses]
	Deps
}

// Work may be repeated.
func (w *forgetAddresses) Work(ctx context.Context, _ *river.Job[models.ForgetAddresses]) error {
	return w.forgetHere(ctx)
}

// forgetHere looks through the folder of mails. Postgres and the object store are shared and were seen to at once; each machine has a
// disk of its own.
func (w Deps) forgetHere(ctx context.Context) error {
	if w.MailDir == "" {
		return nil
	}
	erased, err := w.DB.Forgotten(ctx)
	if err != nil {
		return err
	}
	var forgotten func(string, time.Time) bool
	if erased != nil {
		forgotten = func(address string, at time.Time) bool { return erased(address, at.Add(-onItsWay)) }
	}
	_, err = mail.Forget(w.MailDir, forgotten, w.DB.Now().Add(-mailFolderAge))
	return err
}

// keepForgetting does so until ctx ends: the queue hands its work to one machine only.
func keepForgetting(ctx context.Context, d Deps) {
	tick := time.NewTicker(forgetEvery)
	defer tick.Stop()
	for {
		if err := d.forgetHere(ctx); err != nil && ctx.Err() == nil && !models.Unavailable(err) {
			d.Log.ErrorContext(ctx, "erased people's mails not looked for", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
