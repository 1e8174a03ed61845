package worker

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// failures logs work that failed: its kind and number, never its arguments, which may lead to a person.
type failures struct{ log *slog.Logger }

// HandleError logs an error; the last try is the one somebody has to look at.
func (f failures) HandleError(ctx context.Context, job *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	level := slog.LevelWarn
	if job.Attempt >= job.MaxAttempts {
		level = slog.LevelError
	}
	f.log.Log(ctx, level, "work failed", "kind", job.Kind, "job_id", job.ID, "attempt", job.Attempt, "of", job.MaxAttempts, "error", err.Error())
	return nil
}

// HandlePanic logs a panic with its trace; the work is tried again like any that failed.
func (f failures) HandlePanic(ctx context.Context, job *rivertype.JobRow, value any, trace string) *river.ErrorHandlerResult {
	f.log.ErrorContext(ctx, "work panicked", "kind", job.Kind, "job_id", job.ID, "attempt", job.Attempt, "error", fmt.Sprint(value), "trace", trace)
	return nil
}
