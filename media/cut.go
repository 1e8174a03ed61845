package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Shape is the size of a share cut in pixels.
type Shape struct{ Width, Height int }

// shapes are the share cuts by the name of their format. An upright one is as large as a lying one: a larger one would double
// the time that somebody waits for it.
var shapes = map[string]Shape{"landscape": {1280, 720}, "vertical": {720, 1280}, "square": {720, 720}}

// ShapeOf is the size of a format: landscape, vertical or square.
func ShapeOf(format string) (Shape, bool) {
	s, ok := shapes[format]
	return s, ok
}

// Cue is a caption: text that is shown from one time to another, in seconds.
type Cue struct {
	From, To float64
	Text     string // lines are parted by \n
}

// BodyIsVideo tells whether a made video of that size is a share cut's body as it is.
func BodyIsVideo(w, h int, s Shape, cues []Cue) bool {
	return w == s.Width && h == s.Height && len(cues) == 0
}

// Body makes the share cut of a made video, without an end card: in the given shape, blurred where the video leaves room, and
// with cues burnt in. It is encoded as every clip is, so that an end card can be joined by copying. progress is as in Transcode.
func (t *Tools) Body(ctx context.Context, video string, s Shape, cues []Cue, out string, progress func(done float64)) error {
	facts, _, err := t.probe(ctx, video, formatMOV)
	if err == nil {
		err = t.scan(ctx, video, &facts, 0)
	}
	if err != nil {
		return fmt.Errorf("body: %w", err)
	}
	burn := ""
	if len(cues) > 0 && t.burning {
		if burn, err = writeSubtitles(filepath.Dir(out), s, cues); err != nil {
			return fmt.Errorf("body: %w", err)
		}
	}
	threads := strconv.Itoa(t.threads)
	args := slices.Concat(
		[]string{"-nostdin", "-hide_banner", "-v", "error", "-nostats", "-progress", "pipe:1", "-stats_period", "1", "-y"},
		guards(formatMOV),
		[]string{
			"-threads", threads, "-i", "file:" + video,
			"-filter_complex_threads", threads, "-filter_complex", shapeGraph(facts.Width, facts.Height, s, burn),
			"-map", "[v]", "-map", "0:a:0",
		},
		full.args(t.threads), []string{"file:" + out},
	)
	timed, cancel := context.WithTimeout(ctx, time.Minute+time.Duration(8*facts.Duration*float64(time.Second)))
	defer cancel()
	watched, p, stop := watch(timed, facts.Duration, stuckAfter, progress)
	defer stop()
	_, err = t.run(watched, command{
		program: t.ffmpeg, args: args, in: video, dir: filepath.Dir(out), limits: transcodeLimits, stdout: &lineWriter{line: p.line},
	})
	if err != nil {
		return fmt.Errorf("body: %w", err)
	}
	return nil
}

// shapeGraph is the chain from a video of w x h to a shape. Nearly the same shape is cut to fit; another one stands whole
// before a blurred enlargement of itself, which is blurred at an eighth of the size because that is eight times cheaper.
func shapeGraph(w, h int, s Shape, burn string) string {
	last := strings.Join([]string{burn + "fps=30", "format=yuv420p", labelled, square}, ",") + "[v]"
	have, want := float64(w)/float64(h), float64(s.Width)/float64(s.Height)
	if have/want > 0.97 && have/want < 1.03 {
		return fmt.Sprintf("[0:v:0]scale=%d:%d:force_original_aspect_ratio=increase,crop=%d:%d,%s", s.Width, s.Height, s.Width, s.Height, last)
	}
	fw, fh := s.Width, int(float64(s.Width)/have)&^1
	if fh > s.Height {
		fw, fh = int(float64(s.Height)*have)&^1, s.Height
	}
	bw, bh := s.Width/8&^1, s.Height/8&^1
	return strings.Join([]string{
		"[0:v:0]split[a][b]",
		fmt.Sprintf("[a]scale=%d:%d:force_original_aspect_ratio=increase,crop=%d:%d,gblur=sigma=6,scale=%d:%d:flags=bilinear[back]", bw, bh, bw, bh, s.Width, s.Height),
		fmt.Sprintf("[b]scale=%d:%d[front]", fw, fh),
		fmt.Sprintf("[back][front]overlay=%d:%d,%s", (s.Width-fw)/2, (s.Height-fh)/2, last),
	}, ";")
}

const (
	cardSeconds = 2.5
	cardFrames  = 75
)

// Personal joins an end card, a PNG of the body's size, to a body. Both are pictures of one encoder, so nothing of the body
// is encoded again; only where the decoder's settings differ all the same, everything is. copied tells which. The body must
// lie in out's folder.
func (t *Tools) Personal(ctx context.Context, body, card, out string) (copied bool, err error) {
	dir := filepath.Dir(out)
	tail := filepath.Join(dir, "tail.mp4")
	if err := t.tail(ctx, card, tail); err != nil {
		return false, fmt.Errorf("end card: %w", err)
	}
	same, err := sameDecoder(body, tail)
	if err != nil {
		return false, fmt.Errorf("end card: %w", err)
	}
	if !same {
		if err := t.joinEncoded(ctx, body, tail, out); err != nil {
			return false, fmt.Errorf("end card: %w", err)
		}
		return false, nil
	}
	if err := t.join(ctx, body, tail, out); err != nil {
		return false, fmt.Errorf("end card: %w", err)
	}
	return true, nil
}

// tail makes the end card's seconds: decoded and scaled once, repeated after that, with silence.
func (t *Tools) tail(ctx context.Context, card, out string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	still := fmt.Sprintf("scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,loop=loop=%d:size=1,setpts=N/30/TB,fps=30,%s,%s", cardFrames-1, labelled, square)
	args := slices.Concat(
		[]string{"-nostdin", "-hide_banner", "-v", "error", "-y", "-protocol_whitelist", protocolWhitelist, "-f", "png_pipe", "-i", "file:" + card},
		[]string{"-f", "lavfi", "-t", strconv.FormatFloat(cardSeconds, 'f', 1, 64), "-i", "anullsrc=r=48000:cl=stereo", "-vf", still, "-map", "0:v:0", "-map", "1:a:0"},
		full.args(t.threads), []string{"file:" + out},
	)
	_, err := t.run(ctx, command{program: t.ffmpeg, args: args, in: card, dir: filepath.Dir(out), limits: transcodeLimits})
	return err
}

// join puts the two one after the other by copying.
func (t *Tools) join(ctx context.Context, body, tail, out string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	list := filepath.Join(filepath.Dir(out), "join.txt")
	lines := fmt.Sprintf("file '%s'\nfile '%s'\n", filepath.Base(body), filepath.Base(tail)) // names of ours
	if err := os.WriteFile(list, []byte(lines), 0o600); err != nil {
		return err
	}
	args := slices.Concat(
		[]string{"-nostdin", "-hide_banner", "-v", "error", "-y", "-protocol_whitelist", protocolWhitelist, "-f", "concat", "-safe", "0", "-i", "file:" + list},
		[]string{"-map", "0:v:0", "-map", "0:a:0", "-c", "copy", "-map_metadata", "-1", "-map_chapters", "-1", "-video_track_timescale", "90000"},
		[]string{"-movflags", "+faststart", "file:" + out},
	)
	_, err := t.run(ctx, command{program: t.ffmpeg, args: args, dir: filepath.Dir(out), limits: transcodeLimits})
	return err
}

// joinEncoded puts the two one after the other by encoding both again.
func (t *Tools) joinEncoded(ctx context.Context, body, tail, out string) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Minute)
	defer cancel()
	graph := "[0:v:0]" + square + "[a];[1:v:0]" + square + "[b];[a][0:a:0][b][1:a:0]concat=n=2:v=1:a=1[j][s];[j]fps=30,format=yuv420p," + labelled + "," + square + "[v]"
	args := slices.Concat(
		[]string{"-nostdin", "-hide_banner", "-v", "error", "-y"},
		guards(formatMOV), []string{"-i", "file:" + body}, guards(formatMOV), []string{"-i", "file:" + tail},
		[]string{"-filter_complex", graph, "-map", "[v]", "-map", "[s]"}, full.args(t.threads), []string{"file:" + out},
	)
	_, err := t.run(ctx, command{program: t.ffmpeg, args: args, dir: filepath.Dir(out), limits: transcodeLimits})
	return err
}

// CutRecipe names how bodies of share cuts are made now, as Recipe does for clips. Only a body of this recipe can be joined
// by copying.
func (t *Tools) CutRecipe() string {
	parts := slices.Concat(full.args(0), []string{t.version, strconv.FormatBool(t.burning), subtitleStyle(Shape{720, 1280})})
	for _, format := range []string{"landscape", "vertical", "square"} {
		parts = append(parts, shapeGraph(4, 3, shapes[format], ""))
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:6])
}
