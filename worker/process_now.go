package worker

import (
	"context"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"kollega/models"
)

// ProcessNow processes an uploaded clip in this process, for tools that cannot wait for a worker; where one has the clip
// already, it is left to that. What became of it is in the clip's row.
func ProcessNow(ctx context.Context, d Deps, clip uuid.UUID) error {
	return (&processClip{Deps: d}).Work(ctx, &river.Job[models.ProcessClip]{Args: models.ProcessClip{ClipID: clip}})
}
