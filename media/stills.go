package media

import (
	"context"
	"fmt"
	"image"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/image/draw"
)

const (
	stills = 6 // pictures that a poster can be chosen from, one of each sixth of the clip
	looks  = 2 // moments of each sixth that are looked at

	stripColumns = 10
	stripMost    = 60  // pictures of the preview strip: one a second, or fewer of a longer clip
	stripSide    = 160 // pixels of the longer side of one
)

// Still is a picture out of a clip.
type Still struct {
	Path string
	At   float64 // seconds
}

// moment is when the i-th candidate is taken: in the middle of its share of the clip.
func moment(i int, duration float64) float64 { return (float64(i) + 0.5) * duration / (stills * looks) }

// stripStep is the time from one picture of the strip to the next, in seconds.
func stripStep(duration float64) float64 { return math.Max(1, math.Ceil(duration/stripMost)) }

// stripTile is the size of one picture of the strip.
func stripTile(w, h int) (int, int) {
	return rendition{long: stripSide, short: stripSide}.fit(w, h)
}

// stripCount is how many pictures the strip has.
func stripCount(duration float64) int {
	return max(1, int(math.Ceil(duration/stripStep(duration)-0.01)))
}

// stillsGraph takes the candidates and the strip from [t2] and [t3]. Each is picked by its time, so that a chosen picture can
// be found again in a later version. A JPEG is always read as full range BT.601.
func stillsGraph(w, h int, duration float64) string {
	const jpeg = "scale=out_color_matrix=bt601:out_range=pc,format=yuvj420p"
	tw, th := stripTile(w, h)
	rows := (stripCount(duration) + stripColumns - 1) / stripColumns
	return strings.Join([]string{
		fmt.Sprintf(`[t2]select='gte(t,(selected_n+0.5)*%.4f)',setpts=N/TB,fps=1,%s[stills]`, duration/(stills*looks), jpeg),
		fmt.Sprintf(`[t3]select='gte(t,selected_n*%.4f)',scale=%d:%d,setpts=N/TB,fps=1,tile=%dx%d,%s[strip]`, stripStep(duration), tw, th, stripColumns, rows, jpeg),
	}, ";")
}

// stillsArgs are the outputs of stillsGraph.
func stillsArgs(dir, strip string) []string {
	return []string{
		"-map", "[stills]", "-frames:v", strconv.Itoa(stills * looks), "-q:v", "4", "-map_metadata", "-1", "-f", "image2", "file:" + filepath.Join(dir, "look-%d.jpg"),
		"-map", "[strip]", "-frames:v", "1", "-q:v", "5", "-map_metadata", "-1", "-update", "1", "-f", "image2", "file:" + strip,
	}
}

// chooseStills keeps the livelier of each two candidates, but no black ones, and makes the liveliest of all the poster.
func chooseStills(dir string, duration float64, out *Outputs) error {
	best := -1.0
	for i := range stills {
		chosen, liveliest := Still{}, blank
		for n := i * looks; n < (i+1)*looks; n++ {
			path := filepath.Join(dir, fmt.Sprintf("look-%d.jpg", n+1))
			img, err := readJPEG(path)
			if os.IsNotExist(err) { // the clip is shorter than was thought
				continue
			}
			if err != nil {
				return reject(CodeDamaged, "a still cannot be read")
			}
			if l := liveliness(img); l > liveliest {
				chosen, liveliest = Still{Path: path, At: moment(n, duration)}, l
			}
		}
		if chosen.Path == "" {
			continue
		}
		out.Stills = append(out.Stills, chosen)
		if liveliest > best*1.15 { // an earlier one that is about as good is where the clip begins to tell
			best, out.Poster, out.PosterAt = liveliest, chosen.Path, chosen.At
		}
	}
	if out.Poster != "" {
		return nil
	}
	first := filepath.Join(dir, "look-1.jpg") // black from beginning to end: then that is how it looks
	if _, err := os.Stat(first); err != nil {
		return reject(CodeDamaged, "no still was made")
	}
	out.Stills, out.Poster, out.PosterAt = []Still{{first, moment(0, duration)}}, first, moment(0, duration)
	return nil
}

// blank is the liveliness of a picture that shows nothing, or hardly anything.
const blank = 4.0

// liveliness is the standard deviation of a picture's brightness, from 0 to 127, at a small size.
func liveliness(img image.Image) float64 {
	tiny := image.NewGray(image.Rect(0, 0, 64, 64))
	draw.ApproxBiLinear.Scale(tiny, tiny.Bounds(), img, img.Bounds(), draw.Src, nil)
	var sum, squares float64
	for _, v := range tiny.Pix {
		sum += float64(v)
		squares += float64(v) * float64(v)
	}
	n := float64(len(tiny.Pix))
	return math.Sqrt(max(0, squares/n-sum/n*sum/n))
}

// writeStripIndex writes what the strip shows when, as WebVTT with media fragments, which players understand.
func writeStripIndex(path string, w, h int, duration float64) error {
	var b strings.Builder
	b.WriteString("WEBVTT\n")
	step := stripStep(duration)
	tw, th := stripTile(w, h)
	for i := range stripCount(duration) {
		from, to := float64(i)*step, min(float64(i+1)*step, duration)
		fmt.Fprintf(&b, "\n%s --> %s\nstrip#xywh=%d,%d,%d,%d\n", vttTime(from), vttTime(to), i%stripColumns*tw, i/stripColumns*th, tw, th)
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		return fmt.Errorf("strip: %w", err)
	}
	return nil
}

func vttTime(seconds float64) string {
	ms := int(math.Round(seconds * 1000))
	return fmt.Sprintf("%02d:%02d.%03d", ms/60000, ms/1000%60, ms%1000)
}

// Frame writes the picture of a made video at that moment, in seconds, as a JPEG; beyond its end it is the last one.
func (t *Tools) Frame(ctx context.Context, video string, at float64, path string) error {
	ctx, cancel := context.WithTimeout(ctx, checkDeadline)
	defer cancel()
	// The picture is searched for up to a second before: the last frame stands a little before the clip's end.
	for _, from := range []float64{at, at - 0.1, at - 1, 0} {
		if from < 0 {
			continue
		}
		args := append([]string{"-nostdin", "-hide_banner", "-v", "error", "-y", "-ss", strconv.FormatFloat(from, 'f', 3, 64)}, guards(formatMOV)...)
		args = append(args, "-i", "file:"+video, "-map", "0:v:0", "-vf", "scale=out_color_matrix=bt601:out_range=pc,format=yuvj420p",
			"-frames:v", "1", "-q:v", "4", "-map_metadata", "-1", "-update", "1", "-f", "image2", "file:"+path)
		if _, err := t.run(ctx, command{program: t.ffmpeg, args: args, in: video, dir: filepath.Dir(path), limits: transcodeLimits}); err != nil {
			return fmt.Errorf("frame: %w", err)
		}
		if info, err := os.Stat(path); err == nil && info.Size() > 0 {
			return nil
		}
	}
	return fmt.Errorf("frame: no picture at %.3f s", at)
}
