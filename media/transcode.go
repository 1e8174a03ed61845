package media

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Outputs are the files of a clip, as absolute paths, and what was made.
type Outputs struct {
	Video  string // 720p H.264/AAC MP4, faststart
	Small  string // 360p, for data savers
	Poster string // JPEG of the video's size: one of Stills
	Social string // JPEG of 1200x630 with a play mark; DrawSocial makes it again with the organisation's name

	Stills     []Still // what the poster can be chosen from, at most six
	PosterAt   float64 // the poster's moment, in seconds
	Strip      string  // JPEG of small pictures, row by row, for previews
	StripIndex string  // WebVTT: which part of the strip belongs to which time

	Width, Height int     // pixels of Video
	Duration      float64 // seconds of Video
	Warnings      int     // complaints of the decoder: a damaged file that could still be used
}

// Transcode makes every output of a checked file in dir, in one pass. progress, which may be nil, is told how much is
// done, from 0 to 1, growing, at most once a second, from another goroutine. ffmpeg is killed when ctx ends, when it is
// silent for a minute (ErrStuck), or after a minute and eight times the clip's length (context.DeadlineExceeded).
// It returns *Reject when the file turns out to be damaged, *ToolError when ffmpeg failed otherwise.
func (t *Tools) Transcode(ctx context.Context, in string, f Facts, dir string, progress func(done float64)) (Outputs, error) {
	in, errIn := filepath.Abs(in)
	dir, errDir := filepath.Abs(dir)
	if err := errors.Join(errIn, errDir); err != nil {
		return Outputs{}, fmt.Errorf("transcode: %w", err)
	}
	out := Outputs{
		Video: filepath.Join(dir, "720.mp4"), Small: filepath.Join(dir, "360.mp4"),
		Social: filepath.Join(dir, "social.jpg"), Strip: filepath.Join(dir, "strip.jpg"), StripIndex: filepath.Join(dir, "strip.vtt"),
	}
	out.Width, out.Height = full.fit(f.Width, f.Height)

	deadline := time.Minute + time.Duration(8*f.Duration*float64(time.Second))
	timed, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	watched, p, stop := watch(timed, f.Duration, stuckAfter, progress)
	defer stop()
	complaints, err := t.run(watched, command{
		program: t.ffmpeg, args: t.arguments(in, f, out), in: in, dir: dir, limits: transcodeLimits,
		stdout: &lineWriter{line: p.line},
	})
	if err != nil {
		return Outputs{}, fmt.Errorf("transcode: %w", refusedByDecoder(err))
	}
	out.Warnings = complaints
	if err := t.checkOutputs(ctx, f, &out); err != nil {
		return Outputs{}, fmt.Errorf("transcode: %w", err)
	}
	if err := chooseStills(dir, f.Duration, &out); err != nil {
		return Outputs{}, fmt.Errorf("transcode: %w", err)
	}
	if err := writeStripIndex(out.StripIndex, out.Width, out.Height, f.Duration); err != nil {
		return Outputs{}, fmt.Errorf("transcode: %w", err)
	}
	if err := DrawSocial(out.Poster, out.Social, Brand{}); err != nil {
		return Outputs{}, fmt.Errorf("transcode: %w", err)
	}
	return out, nil
}

// tooManyErrors is ffmpeg's exit status when most frames could not be decoded.
const tooManyErrors = 69

// refusedByDecoder turns ffmpeg's giving up on a file's contents into *Reject; a full disk or a killed process is no
// fault of the file and stays an error.
func refusedByDecoder(err error) error {
	var failed *ToolError
	var exit *exec.ExitError
	if !errors.As(err, &failed) || !failed.exited() || !errors.As(err, &exit) {
		return err
	}
	if exit.ExitCode() == tooManyErrors || strings.Contains(failed.Stderr, "Invalid data found when processing input") {
		return &Reject{Code: CodeDamaged, Detail: "ffmpeg could not decode it", Printed: failed.Stderr}
	}
	return err
}

// checkOutputs measures what was made: ffmpeg ends well even where most of a file could not be decoded.
func (t *Tools) checkOutputs(ctx context.Context, want Facts, out *Outputs) error {
	ctx, cancel := context.WithTimeout(ctx, checkDeadline)
	defer cancel()
	for _, path := range []string{out.Video, out.Small, out.Strip} {
		if info, err := os.Stat(path); err != nil || info.Size() == 0 {
			return reject(CodeDamaged, "%s was not made", filepath.Base(path))
		}
	}
	made, _, err := t.probe(ctx, out.Video, formatMOV)
	if err != nil {
		return fmt.Errorf("probe what was made: %w", err)
	}
	if err := t.scan(ctx, out.Video, &made, 0); err != nil {
		return fmt.Errorf("scan what was made: %w", err)
	}
	if made.Duration < 0.9*want.Duration {
		return reject(CodeDamaged, "%.1f s could be decoded of %.1f s", made.Duration, want.Duration)
	}
	out.Width, out.Height, out.Duration = made.Width, made.Height, made.Duration
	return nil
}
