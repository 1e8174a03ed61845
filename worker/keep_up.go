package worker

import (
	"context"
	"time"

	"github.com/riverqueue/river"

	"kollega/models"
)

const keepUpEvery = time.Hour

// keepUp has made what published clips lack, or have by older settings.
type keepUp struct {
	river.WorkerDefaults[models.KeepUp]
	Deps
}

// Work asks for it; the making is the encoder's work, one at a time.
func (w *keepUp) Work(ctx context.Context, _ *river.Job[models.KeepUp]) error {
	recipe := ""
	if w.Tools != nil {
		recipe = w.Tools.Recipe()
	}
	return w.DB.KeepUp(ctx, recipe)
}
