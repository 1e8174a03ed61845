package media

import (
	"bytes"
	"context"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
)

// maxScanned bounds how many frames a scan remembers: far more than MaxDuration seconds of slow motion.
const maxScanned = 100_000

// errScanned ends a scan early: what was read is enough to refuse the file.
var errScanned = errors.New("media: scanned enough")

// timing is what a packet scan gathers. Headers lie (55 hours in 1.7 kB) or say nothing (browser recordings), so
// the true length is that of the packets.
type timing struct {
	video  int       // the picture's stream index
	limit  float64   // seconds after which the scan has seen enough
	pts    []float64 // of the picture's packets, as they come; seconds
	end    float64   // of the picture's last packet, its duration included; seconds
	first  float64   // earliest time of any stream
	last   float64   // latest end of any stream
	filled bool
}

// add takes one line of ffprobe's "stream_index,pts_time,duration_time,flags"; it returns false when enough was seen.
func (s *timing) add(line string) bool {
	fields := strings.Split(line, ",")
	if len(fields) < 4 || strings.Contains(fields[3], "D") { // D: cut away by an edit list
		return true
	}
	stream, err := strconv.Atoi(fields[0])
	pts, ok := seconds(fields[1])
	if err != nil || !ok {
		return true
	}
	length, _ := seconds(fields[2])
	if !s.filled {
		s.first, s.last, s.filled = pts, pts, true
	}
	s.first, s.last = min(s.first, pts), max(s.last, pts+length)
	if stream == s.video {
		if len(s.pts) == 0 {
			s.end = pts
		}
		s.pts, s.end = append(s.pts, pts), max(s.end, pts+length)
	}
	return s.last-s.first <= s.limit && len(s.pts) < maxScanned
}

// seconds reads a time that ffprobe printed; false for N/A and for what is no time.
func seconds(s string) (float64, bool) {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || math.Abs(v) > 1e12 {
		return 0, false
	}
	return v, true
}

// measure writes what was gathered into f.
func (s *timing) measure(f *Facts) *Reject {
	if len(s.pts) == 0 {
		return reject(CodeIncomplete, "no frames")
	}
	slices.Sort(s.pts) // B-frames come out of order
	first, last := s.pts[0], s.pts[len(s.pts)-1]
	gap := max(first-s.first, s.end-last)
	for i := 1; i < len(s.pts); i++ {
		gap = max(gap, s.pts[i]-s.pts[i-1])
	}
	f.MaxGap, f.Duration = gap, s.end-first
	if n := float64(len(s.pts)); s.end <= last && n > 1 { // recordings of browsers: packets without a duration
		f.Duration = (last - first) * n / (n - 1)
	}
	if f.Duration > 0 {
		f.FPS = float64(len(s.pts)) / f.Duration
	}
	return nil
}

// scan reads every packet's time, decoding nothing, and completes f with what was measured. claimed is the
// duration that the header gave, 0 for none.
func (t *Tools) scan(ctx context.Context, path string, f *Facts, claimed float64) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	s := &timing{video: f.VideoStream, limit: 2 * t.Policy.MaxDuration}
	lines := &lineWriter{line: func(line string) {
		if !s.add(line) {
			stop(errScanned)
		}
	}}
	args := slices.Concat([]string{"-v", "error", "-hide_banner"}, guards(f.Container), []string{
		"-show_entries", "packet=stream_index,pts_time,duration_time,flags", "-of", "csv=p=0", "file:" + path,
	})
	_, err := t.run(ctx, command{program: t.ffprobe, args: args, in: path, limits: probeLimits, stdout: lines})
	enough := errors.Is(err, errScanned)
	if err != nil && !enough {
		return refusedByProbe(err)
	}
	if refused := s.measure(f); refused != nil {
		return refused
	}
	if here := s.last - s.first; !enough && claimed > 1 && here < 0.9*claimed {
		return reject(CodeIncomplete, "the header says %.1f s, %.1f s are there", claimed, here)
	}
	return nil
}

// lineWriter hands on what is written to it line by line; lines that are too long to be ours are dropped.
type lineWriter struct {
	line func(string)
	rest []byte
}

// Write never fails.
func (w *lineWriter) Write(p []byte) (int, error) {
	w.rest = append(w.rest, p...)
	for {
		i := bytes.IndexByte(w.rest, '\n')
		if i < 0 {
			break
		}
		w.line(strings.TrimSpace(string(w.rest[:i])))
		w.rest = w.rest[i+1:]
	}
	if len(w.rest) > 4096 {
		w.rest = nil
	}
	return len(p), nil
}
