package media

import (
	"bytes"
	"image"
	_ "image/jpeg"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kollega/media/mediatest"
)

var (
	h264 = []string{"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"}
	aac  = []string{"-c:a", "aac"}
	tone = []string{"-f", "lavfi", "-t", "4", "-i", "sine=f=440:r=48000"}
)

// picture returns ffmpeg's arguments for four seconds of a lavfi source.
func picture(source string) []string { return []string{"-f", "lavfi", "-t", "4", "-i", source} }

func TestTranscode(t *testing.T) {
	t.Parallel()
	type colour struct{ x, y, r, g, b int }
	tests := []struct {
		name          string
		in            func(t *testing.T) string
		width, height int
		duration      float64
		facts         func(f Facts) bool
		pixels        []colour
	}{
		{
			name: "1080p", width: 1280, height: 720, duration: 3,
			in:    func(t *testing.T) string { return mediatest.Clip(t, 3, mediatest.Size(1920, 1080)) },
			facts: func(f Facts) bool { return f.VideoCodec == "h264" && f.AudioCodec == "aac" && f.Container == "mov" },
		},
		{
			name: "held sideways", width: 240, height: 320, duration: 4,
			in: func(t *testing.T) string { // white at the left becomes white at the top
				left := "color=black:s=320x240:r=30,drawbox=w=160:h=240:c=white:t=fill"
				return mediatest.Sideways(t, mediatest.Make(t, "mp4", slices.Concat(picture(left), tone, h264, aac)...))
			},
			facts:  func(f Facts) bool { return f.Rotation%180 != 0 },
			pixels: []colour{{120, 40, 255, 255, 255}, {120, 280, 0, 0, 0}},
		},
		{
			name: "vertical", width: 720, height: 1280, duration: 3,
			in: func(t *testing.T) string { return mediatest.Clip(t, 3, mediatest.Size(1080, 1920)) },
		},
		{
			name: "4:3", width: 960, height: 720, duration: 3,
			in: func(t *testing.T) string { return mediatest.Clip(t, 3, mediatest.Size(1440, 1080)) },
		},
		{
			name: "odd size", width: 426, height: 238, duration: 4,
			in: func(t *testing.T) string {
				return mediatest.Clip(t, 4, mediatest.Size(427, 239), mediatest.Encoded("webm", "-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus"))
			},
		},
		{
			name: "oblong pixels", width: 426, height: 240, duration: 4, // shown 426.7 wide
			in: func(t *testing.T) string {
				return mediatest.Make(t, "mp4", slices.Concat(picture("testsrc2=s=320x240"), tone, h264, aac, []string{"-vf", "setsar=4/3"})...)
			},
		},
		{
			name: "no sound", width: 320, height: 180, duration: 3,
			in:    func(t *testing.T) string { return mediatest.Clip(t, 3, mediatest.Size(320, 180), mediatest.Silent()) },
			facts: func(f Facts) bool { return !f.HasAudio && f.AudioStream == -1 },
		},
		{
			name: "mono, late and short sound", width: 320, height: 180, duration: 4,
			in: func(t *testing.T) string {
				late := []string{"-itsoffset", "0.7", "-f", "lavfi", "-t", "2", "-i", "sine=f=440:r=44100"}
				return mediatest.Make(t, "mp4", slices.Concat(picture("testsrc2=s=320x180"), late, h264, aac, []string{"-ac", "1"})...)
			},
			facts: func(f Facts) bool { return f.Channels == 1 },
		},
		{
			name: "browser recording, sound first, no duration", width: 320, height: 180, duration: 4,
			in: func(t *testing.T) string {
				return mediatest.Make(t, "webm", slices.Concat(tone, picture("testsrc2=s=320x180:r=20"),
					[]string{"-map", "0:a", "-map", "1:v", "-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus", "-f", "webm", "-live", "1"})...)
			},
			facts: func(f Facts) bool { return f.VideoStream == 1 && f.AudioStream == 0 && f.Container == "matroska" },
		},
		{
			name: "variable frame rate", width: 320, height: 180, duration: 4,
			in: func(t *testing.T) string {
				return mediatest.Make(t, "mp4", slices.Concat(picture("testsrc2=s=320x180:r=30"), tone, h264, aac,
					[]string{"-vf", "select='not(between(mod(n,40),5,25))'", "-fps_mode", "vfr"})...)
			},
			facts: func(f Facts) bool { return f.MaxGap > 0.6 && f.MaxGap < 0.8 && f.FPS < 20 },
		},
		{
			name: "slow motion", width: 320, height: 180, duration: 3,
			in: func(t *testing.T) string { return mediatest.Clip(t, 3, mediatest.Size(320, 180), mediatest.FPS(240)) },
		},
		{
			name: "phone's HEVC with its place", width: 320, height: 180, duration: 4,
			in: func(t *testing.T) string {
				return mediatest.Make(t, "mov", slices.Concat(picture("testsrc2=s=320x180"), tone, aac,
					[]string{"-c:v", "libx265", "-preset", "ultrafast", "-tag:v", "hvc1", "-x265-params", "log-level=none"},
					[]string{"-metadata", "location=+60.3913+005.3221/", "-metadata", "com.apple.quicktime.location.ISO6709=+60.3913+005.3221/"},
					[]string{"-metadata", "com.apple.quicktime.model=iPhone 15", "-movflags", "use_metadata_tags"})...)
			},
			facts: func(f Facts) bool { return f.VideoCodec == "hevc" },
		},
		{
			name: "HDR", width: 320, height: 180, duration: 4,
			in: func(t *testing.T) string { // HLG's reference white, 75 % of the signal, must stay bright
				return mediatest.Make(t, "mov", slices.Concat(picture("color=white:s=320x180:r=30"), tone, aac,
					[]string{"-vf", "format=yuv420p10le,geq=lum=721:cb=512:cr=512", "-c:v", "libx265", "-preset", "ultrafast", "-tag:v", "hvc1"},
					[]string{"-x265-params", "log-level=none:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc"})...)
			},
			facts:  func(f Facts) bool { return f.HDR },
			pixels: []colour{{160, 90, 210, 210, 210}},
		},
		{
			name: "full range", width: 320, height: 180, duration: 4,
			in: func(t *testing.T) string {
				return mediatest.Make(t, "mkv", slices.Concat(picture("color=gray:s=320x180:r=30"),
					[]string{"-vf", "scale=out_range=pc,format=yuvj420p", "-c:v", "libx264", "-preset", "ultrafast", "-color_range", "pc"})...)
			},
			pixels: []colour{{160, 90, 128, 128, 128}},
		},
		{
			name: "small picture of unnamed colours", width: 320, height: 180, duration: 4,
			in: func(t *testing.T) string {
				return mediatest.Make(t, "mp4", slices.Concat(picture("color=red:s=320x180:r=30"), h264)...)
			},
			pixels: []colour{{160, 90, 254, 0, 0}},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			in := test.in(t)
			f, err := tools(t).Check(t.Context(), in)
			if err != nil {
				t.Fatalf("check: %v", err)
			}
			if d := f.Duration - test.duration; d < -0.1 || d > 0.1 || test.facts != nil && !test.facts(f) {
				t.Errorf("facts: got %+v", f)
			}
			var told []float64
			out, err := tools(t).Transcode(t.Context(), in, f, t.TempDir(), func(done float64) { told = append(told, done) })
			if err != nil {
				t.Fatalf("transcode: %v", err)
			}
			if out.Width != test.width || out.Height != test.height || out.Warnings != 0 {
				t.Errorf("got %+v, want %dx%d without warnings", out, test.width, test.height)
			}
			if !slices.IsSorted(told) || len(told) == 0 || told[len(told)-1] != 1 {
				t.Errorf("progress: got %v, want a growing list that ends with 1", told)
			}
			playable(t, out.Video, test.width, test.height, test.duration)
			sw, sh := small.fit(test.width, test.height)
			playable(t, out.Small, sw, sh, test.duration)
			pictureOf(t, out.Poster, test.width, test.height)
			pictureOf(t, out.Social, socialWidth, socialHeight)
			for _, want := range test.pixels {
				for _, path := range []string{out.Video, out.Poster} {
					r, g, b := pixel(t, path, want.x, want.y)
					if !near(r, want.r) || !near(g, want.g) || !near(b, want.b) {
						t.Errorf("%s at %d,%d: got %d,%d,%d, want %d,%d,%d", path, want.x, want.y, r, g, b, want.r, want.g, want.b)
					}
				}
			}
		})
	}
}

func near(got, want int) bool { return got-want < 16 && want-got < 16 }

// playable checks what every browser and phone needs, and that nothing of the phone is left.
func playable(t *testing.T, path string, width, height int, duration float64) {
	t.Helper()
	plays(t, path, width, height, duration)
	if rate := examine(t, path).Streams[0].RFrameRate; rate != "30/1" {
		t.Errorf("%s: got %s frames a second, want 30", path, rate)
	}
}

// plays is playable but for the frame rate: where two files were joined, one frame stands some milliseconds longer.
func plays(t *testing.T, path string, width, height int, duration float64) {
	t.Helper()
	if order := boxes(t, path); slices.Index(order, "moov") > slices.Index(order, "mdat") || slices.Index(order, "moov") < 0 {
		t.Errorf("%s: boxes %v, want moov before mdat", path, order)
	}
	m := examine(t, path)
	if len(m.Streams) != 2 {
		t.Fatalf("%s: got %d streams, want picture and sound", path, len(m.Streams))
	}
	v, a := m.Streams[0], m.Streams[1]
	if v.CodecName != "h264" || v.PixFmt != "yuv420p" || v.Width != width || v.Height != height || v.SampleAspectRatio != "1:1" ||
		v.ColorTransfer != "bt709" || v.ColorRange != "tv" || len(v.SideData) != 0 {
		t.Errorf("%s: picture: got %+v, want %dx%d", path, v, width, height)
	}
	if a.CodecName != "aac" || a.Channels != 2 || a.SampleRate != "48000" {
		t.Errorf("%s: sound: got %+v", path, a)
	}
	for _, d := range []float64{v.Duration, a.Duration} {
		if d < duration-0.15 || d > duration+0.15 {
			t.Errorf("%s: got %.2f s picture, %.2f s sound, want %.2f", path, v.Duration, a.Duration, duration)
		}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, trace := range []string{"+60.3913", "iPhone", "com.apple.quicktime"} {
		if bytes.Contains(data, []byte(trace)) {
			t.Errorf("%s: still holds %q", path, trace)
		}
	}
	// Nothing that a strict decoder complains of.
	if out, err := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-i", path, "-f", "null", "-").CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("decode %s: %v %s", path, err, out)
	}
}

func pictureOf(t *testing.T, path string, width, height int) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c, format, err := image.DecodeConfig(f)
	if err != nil || format != "jpeg" || c.Width != width || c.Height != height {
		t.Errorf("%s: got %s %dx%d (%v), want jpeg %dx%d", path, format, c.Width, c.Height, err, width, height)
	}
}

func TestLoudness(t *testing.T) {
	t.Parallel()
	quiet := mediatest.Make(t, "mp4", slices.Concat(picture("testsrc2=s=160x90"), tone, h264, aac, []string{"-af", "volume=-12dB"})...)
	f, err := tools(t).Check(t.Context(), quiet)
	if err != nil {
		t.Fatal(err)
	}
	out, err := tools(t).Transcode(t.Context(), quiet, f, t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	printed, err := exec.CommandContext(t.Context(), "ffmpeg", "-hide_banner", "-i", out.Video, "-af", "ebur128", "-f", "null", "-").CombinedOutput()
	if err != nil {
		t.Fatal(err)
	}
	summary := string(printed)[strings.LastIndex(string(printed), "Summary:"):]
	found := regexp.MustCompile(`I:\s+(-?[\d.]+) LUFS`).FindStringSubmatch(summary)
	if got, err := strconv.ParseFloat(found[1], 64); err != nil || got < -17.5 || got > -14.5 {
		t.Errorf("got %s LUFS, want about -16", found[1])
	}
}
