package media

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// rendition is one of the MP4 files made of a clip.
type rendition struct {
	long, short int // pixels: the box that the picture must fit, turned to the picture's own direction
	crf         string
	maxrate     string
	bufsize     string
	profile     string
	level       string
	audio       string // bit/s
}

var (
	full  = rendition{long: 1280, short: 720, crf: "23", maxrate: "2500k", bufsize: "5000k", profile: "high", level: "4.0", audio: "128k"}
	small = rendition{long: 640, short: 360, crf: "24", maxrate: "800k", bufsize: "1600k", profile: "main", level: "3.1", audio: "96k"}
)

// fit returns the size of a picture of w x h in r: never enlarged, in even numbers, which H.264 needs.
func (r rendition) fit(w, h int) (int, int) {
	scale := min(1, float64(r.long)/float64(max(w, h)), float64(r.short)/float64(min(w, h)))
	even := func(n int) int { return max(2, int(math.Round(float64(n)*scale*1000)/1000)&^1) }
	return even(w), even(h)
}

// args are the encoder's settings. A personal end card is joined to a clip without re-encoding, so it must be made
// with exactly these, and by the same ffmpeg; Recipe tells.
func (r rendition) args(threads int) []string {
	return []string{
		"-c:v", "libx264", "-preset", "veryfast", "-threads", strconv.Itoa(threads),
		"-crf", r.crf, "-maxrate", r.maxrate, "-bufsize", r.bufsize, "-profile:v", r.profile, "-level:v", r.level,
		"-g", "60", "-keyint_min", "60", "-sc_threshold", "0",
		"-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv",
		"-video_track_timescale", "90000",
		"-c:a", "aac", "-b:a", r.audio, "-ac", "2", "-ar", "48000",
		"-map_metadata", "-1", "-map_chapters", "-1", "-movflags", "+faststart",
	}
}

const (
	labelled = "setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709:range=tv"
	// square is last in every chain: rounding sizes gives a sample aspect ratio like 20243:20410, which browsers obey.
	square   = "setsar=1"
	loudness = "loudnorm=I=-16:TP=-1.5:LRA=11"
)

// picture is the chain from the file's picture to w x h, 30 frames per second, BT.709. The cheaper order comes first:
// frames too many are dropped before they are scaled, frames too few doubled afterwards.
func (t *Tools) picture(f Facts, w, h int) string {
	const even = "fps=30:start_time=0"
	scaled := fmt.Sprintf("scale=%d:%d:in_color_matrix=%s:out_color_matrix=bt709:out_range=tv", w, h, matrix(f))
	if f.HDR && t.toneMapping {
		// Mobius keeps faces and paper as bright as the phone shows them (HLG's white becomes 214 of 255, its mid grey
		// 106); the better known Hable gives 157 and 71.
		scaled = strings.Join([]string{
			fmt.Sprintf("scale=%d:%d", w, h),
			"zscale=tin=" + f.Transfer + ":pin=bt2020:min=bt2020nc:t=linear:npl=203", "format=gbrpf32le", "zscale=p=bt709",
			"tonemap=mobius:desat=0", "zscale=t=bt709:m=bt709:r=tv",
		}, ",")
	}
	steps := []string{scaled, even}
	if f.FPS > 30 {
		steps = []string{even, scaled}
	}
	return fmt.Sprintf("[0:%d]", f.VideoStream) + strings.Join(append(steps, "format=yuv420p", labelled, square), ",")
}

// matrix returns the colour matrix to read the picture by. Where the file does not say, players go by the height.
func matrix(f Facts) string {
	if f.ColorSpace != "" && f.ColorSpace != "unknown" && f.ColorSpace != "reserved" {
		return "auto"
	}
	if min(f.Width, f.Height) >= 720 {
		return "bt709"
	}
	return "bt601"
}

// sound is the chain from the file's sound, or from silence, to even loudness in stereo that lasts as long as the
// picture. Gaps and a late start are filled first, or lips and voice would part.
func sound(f Facts) string {
	if !f.HasAudio {
		return "anullsrc=r=48000:cl=stereo"
	}
	return fmt.Sprintf("[0:%d]aresample=48000:async=1:first_pts=0,aformat=channel_layouts=stereo,%s,aresample=48000,aformat=channel_layouts=stereo,apad",
		f.AudioStream, loudness)
}

// arguments returns ffmpeg's arguments for making every output of the clip in one pass.
func (t *Tools) arguments(in string, f Facts, out Outputs) []string {
	sw, sh := small.fit(f.Width, f.Height)
	graph := strings.Join([]string{
		t.picture(f, out.Width, out.Height) + ",split=4[full][t1][t2][t3]",
		fmt.Sprintf("[t1]scale=%d:%d,%s[small]", sw, sh, square),
		stillsGraph(out.Width, out.Height, f.Duration),
		sound(f) + ",asplit=2[a1][a2]",
	}, ";")
	threads := strconv.Itoa(t.threads)
	length := strconv.FormatFloat(f.Duration, 'f', 3, 64)
	return slices.Concat(
		[]string{"-nostdin", "-hide_banner", "-v", "error", "-nostats", "-progress", "pipe:1", "-stats_period", "1", "-y"},
		guards(f.Container),
		[]string{
			"-t", strconv.FormatFloat(t.Policy.MaxDuration+durationSlack, 'f', 1, 64), "-threads", threads, "-i", "file:" + in,
			"-filter_complex_threads", threads, "-filter_complex", graph,
		},
		[]string{"-map", "[full]", "-map", "[a1]"}, full.args(t.threads), []string{"-t", length, "file:" + out.Video},
		[]string{"-map", "[small]", "-map", "[a2]"}, small.args(t.threads), []string{"-t", length, "file:" + out.Small},
		stillsArgs(filepath.Dir(out.Strip), out.Strip),
	)
}

// Recipe names how clips are made now: ffmpeg's version and every setting, as 12 hexadecimal digits. A clip that was
// made by another recipe cannot be joined by stream copy and may be made again.
func (t *Tools) Recipe() string {
	all := slices.Concat(full.args(0), small.args(0), []string{t.version, t.picture(Facts{}, 0, 0), sound(Facts{HasAudio: true}), stillsGraph(full.long, full.short, 1)})
	sum := sha256.Sum256([]byte(strings.Join(all, "\x00")))
	return hex.EncodeToString(sum[:6])
}
