package media

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"
)

// ErrStuck is the cause when ffmpeg gave no sign of life for stuckAfter and was killed.
var ErrStuck = errors.New("media: ffmpeg is stuck")

const (
	stuckAfter    = 60 * time.Second
	reportedEvery = time.Second
)

// progress reads ffmpeg's -progress blocks: it reports how far it is, and kills it when the blocks stop.
type progress struct {
	duration float64 // seconds
	report   func(done float64)
	watchdog *time.Timer
	silence  time.Duration
	done     float64 // of 1, as last read
	sent     float64
	sentAt   time.Time
}

// watch returns a progress that ends ctx with ErrStuck after the given silence; stop ends the watch.
func watch(ctx context.Context, duration float64, silence time.Duration, report func(float64)) (context.Context, *progress, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	p := &progress{duration: duration, report: report, silence: silence, sent: -1}
	p.watchdog = time.AfterFunc(silence, func() { cancel(ErrStuck) })
	return ctx, p, func() { p.watchdog.Stop(); cancel(nil) }
}

// line takes one key=value line; a block ends with the key progress.
func (p *progress) line(line string) {
	key, value, _ := strings.Cut(line, "=")
	switch key {
	case "out_time_us": // N/A and 0 at first
		if us, err := strconv.ParseInt(value, 10, 64); err == nil && p.duration > 0 {
			p.done = max(p.done, min(1, float64(us)/1e6/p.duration))
		}
	case "progress":
		p.watchdog.Reset(p.silence)
		if value == "end" {
			p.done = 1
		}
		p.tell(value == "end")
	}
}

// tell reports progress that grew, at most once a second but for the end.
func (p *progress) tell(end bool) {
	if p.report == nil || p.done <= p.sent || (!end && time.Since(p.sentAt) < reportedEvery) {
		return
	}
	p.sent, p.sentAt = p.done, time.Now()
	p.report(p.done)
}
