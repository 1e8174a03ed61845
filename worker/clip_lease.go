package worker

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"kollega/models"
)

const (
	progressEvery = time.Second     // how often progress is written
	renewEvery    = 5 * time.Second // how often a sign of life is given without progress
	requeueEvery  = 15 * time.Second
)

// clipLease keeps a clip, what is made of one, or a draft of its captions ours while it is worked on; when it is lost, ctx ends with ErrLeaseLost.
type clipLease struct {
	ctx      context.Context
	cancel   context.CancelCauseFunc
	progress atomic.Uint64 // math.Float64bits
	done     sync.WaitGroup
}

// claim takes what is to be worked on. A worker that is told to stop takes it to the end all the same: what is taken without
// its worker knowing lies until the lease runs out.
func claim[T any](ctx context.Context, take func(context.Context) (T, error)) (T, error) {
	limited, stop := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer stop()
	return take(limited)
}

func holdClip(ctx context.Context, db *models.DB, c models.Clip) *clipLease {
	return hold(ctx, func(ctx context.Context, progress float64) error { return db.HoldClip(ctx, c, progress) })
}

// hold renews a lease by sign, which gives a sign of life and notes the progress.
func hold(ctx context.Context, sign func(ctx context.Context, progress float64) error) *clipLease {
	l := &clipLease{}
	l.ctx, l.cancel = context.WithCancelCause(ctx)
	l.done.Go(func() { l.renew(sign) })
	return l
}

// set notes the progress, 0 to 1.
func (l *clipLease) set(progress float64) { l.progress.Store(math.Float64bits(progress)) }

// release stops renewing.
func (l *clipLease) release() {
	l.cancel(nil)
	l.done.Wait()
}

func (l *clipLease) renew(sign func(context.Context, float64) error) {
	tick := time.NewTicker(progressEvery)
	defer tick.Stop()
	last, written := time.Now(), 0.0
	for {
		select {
		case <-l.ctx.Done():
			return
		case <-tick.C:
		}
		progress := math.Float64frombits(l.progress.Load())
		if progress == written && time.Since(last) < renewEvery {
			continue
		}
		err := sign(l.ctx, progress)
		switch {
		case err == nil:
			last, written = time.Now(), progress
		case errors.Is(err, models.ErrLeaseLost), time.Since(last) > models.ClipLease: // by now it may be another's
			l.cancel(models.ErrLeaseLost)
			return
		}
	}
}

// requeueClips takes up the clips of killed workers, at once and every few seconds, until ctx ends. The queue itself
// would notice a killed worker only after an hour.
func requeueClips(ctx context.Context, db *models.DB, log *slog.Logger) {
	tick := time.NewTicker(requeueEvery)
	defer tick.Stop()
	for {
		clips, err := db.RequeueClips(ctx)
		makings, errMakings := db.RequeueMakings(ctx)
		drafts, errDrafts := db.RequeueTranscriptions(ctx)
		n, err := clips+makings+drafts, errors.Join(err, errMakings, errDrafts)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil && !models.Unavailable(err): // who watches the database says that it is away
			log.ErrorContext(ctx, "clips not taken up", "error", err.Error())
		case n > 0:
			log.WarnContext(ctx, "clips of a killed worker taken up", "clips", clips, "makings", makings, "drafts", drafts)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
