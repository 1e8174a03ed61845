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

// quiet passes on what an operator should read of the queue's own lines: warnings and errors.
type quiet struct{ slog.Handler }

// Enabled leaves out the queue's day-to-day lines.
func (q quiet) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && q.Handler.Enabled(ctx, level)
}

// WithAttrs keeps the queue quiet.
func (q quiet) WithAttrs(attrs []slog.Attr) slog.Handler { return quiet{q.Handler.WithAttrs(attrs)} }

// WithGroup keeps the queue quiet.
func (q quiet) WithGroup(name string) slog.Handler { return quiet{q.Handler.WithGroup(name)} }
