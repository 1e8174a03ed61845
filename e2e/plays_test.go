package e2e_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"kollega/media"
	"kollega/media/mediatest"
)

// marked is a moving picture of that size and rate whose upper left quarter is white, so that a browser can tell how it is held.
func marked(size string, fps int) []string {
	return []string{
		"-f", "lavfi", "-t", "3", "-i", fmt.Sprintf("testsrc2=s=%s:r=%d,drawbox=w=iw/2:h=ih/2:c=white:t=fill", size, fps),
		"-f", "lavfi", "-t", "3", "-i", "sine=f=440:r=48000",
	}
}

// films are files as phones and browsers make them, and where the white quarter must be.
func films(t *testing.T) []film {
	t.Helper()
	h264 := []string{"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"}
	hevc := func(params string) []string {
		return []string{"-c:v", "libx265", "-preset", "ultrafast", "-tag:v", "hvc1", "-x265-params", "log-level=none" + params, "-c:a", "aac"}
	}
	vp8 := []string{"-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus"}
	place := []string{"-metadata", "com.apple.quicktime.location.ISO6709=+60.3913+005.3221/", "-movflags", "use_metadata_tags"}
	all := []film{
		{"HEVC held sideways, with its place", mediatest.Sideways(t, mediatest.Make(t, "mov", slices.Concat(marked("1280x720", 30), hevc(""), place)...)), 720, 1280, "upper right"},
		{"10-bit HLG", mediatest.Make(t, "mov", slices.Concat(marked("640x360", 30), []string{"-vf", "format=yuv420p10le"},
			hevc(":colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc"))...), 640, 360, "upper left"},
		{"120 frames a second", mediatest.Make(t, "mp4", slices.Concat(marked("640x360", 120), h264)...), 640, 360, "upper left"},
		{"mono", mediatest.Make(t, "mp4", slices.Concat(marked("640x360", 25), h264, []string{"-ac", "1"})...), 640, 360, "upper left"},
		{"no sound", mediatest.Make(t, "mp4", slices.Concat(marked("640x360", 30), h264, []string{"-an"})...), 640, 360, "upper left"},
		{"odd size", mediatest.Make(t, "webm", slices.Concat(marked("427x239", 30), vp8)...), 426, 238, "upper left"},
		{"oblong pixels", mediatest.Make(t, "mp4", slices.Concat(marked("320x240", 30), []string{"-vf", "setsar=4/3"}, h264)...), 426, 240, "upper left"},
		{"a browser's recording", mediatest.Make(t, "webm", slices.Concat(marked("640x360", 20), vp8, []string{"-f", "webm", "-live", "1"})...), 640, 360, "upper left"},
	}
	if folder := os.Getenv("KOLLEGA_TEST_CLIPS"); folder != "" {
		for name, size := range map[string][2]int{
			"asl-sister.mkv": {640, 480}, "bottle-detection.mp4": {640, 360}, "car-detection.mp4": {768, 432}, "bitrot.mp4": {1280, 720},
			"mr_mp4.mp4": {640, 360}, "mr_vp8.webm": {640, 360}, "mr_vp9.webm": {640, 360}, "odd853x479.webm": {852, 478},
		} {
			all = append(all, film{name, filepath.Join(folder, name), size[0], size[1], ""})
		}
	}
	return all
}

// film is a file, and how a browser must show what is made of it.
type film struct {
	name, path    string
	width, height int
	white         string // corner that is white, empty where nobody knows
}

// seen is what a browser says of a video that it has played.
type seen struct {
	Width    int     `json:"width"`
	Height   int     `json:"height"`
	Duration float64 `json:"duration"`
	At       float64 `json:"at"` // where it stands
	Error    string  `json:"error"`
	Corrupt  int     `json:"corrupt"` // frames
	Corner   string  `json:"corner"`  // the only white one
	Pixel    []int   `json:"pixel"`   // red, green and blue at the upper left
}

// playing plays the only video of a page to its end.
const playing = `new Promise(answer => {
	const v = document.querySelector("video"), c = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
	const pixel = (x, y) => [...c.getImageData(x * v.videoWidth | 0, y * v.videoHeight | 0, 1, 1).data].slice(0, 3);
	const tell = () => {
		c.canvas.width = v.videoWidth; c.canvas.height = v.videoHeight;
		if (v.videoWidth) c.drawImage(v, 0, 0);
		const corners = {"upper left": [.15, .15], "upper right": [.85, .15], "lower left": [.15, .85], "lower right": [.85, .85]};
		const white = Object.keys(corners).filter(k => v.videoWidth && Math.min(...pixel(...corners[k])) > 190);
		answer({width: v.videoWidth, height: v.videoHeight, duration: v.duration || 0, at: v.currentTime, error: v.error ? v.error.message || String(v.error.code) : "",
			corrupt: v.getVideoPlaybackQuality().corruptedVideoFrames, corner: white.join(" and "), pixel: v.videoWidth ? pixel(.02, .02) : []});
	};
	v.onended = v.onerror = tell;
	v.muted = true;
	v.play().catch(tell);
})`

// TestEveryFilmPlays makes a clip of every kind of film and plays both of its files in a browser to the end.
func TestEveryFilmPlays(t *testing.T) {
	t.Parallel()
	tools, err := media.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range films(t) {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			facts, err := tools.Check(t.Context(), f.path)
			if err != nil {
				t.Fatal(err)
			}
			out, err := tools.Transcode(t.Context(), f.path, facts, dir, nil)
			if err != nil {
				t.Fatal(err)
			}
			server := httptest.NewServer(http.FileServer(http.Dir(dir)))
			t.Cleanup(server.Close)
			tab := newTab(t, server.URL, look{lang: "nb"})
			for _, path := range []string{out.Video, out.Small} {
				name := filepath.Base(path)
				page := fmt.Sprintf("<!doctype html><title>%s</title><video src=%q playsinline></video>", name, name)
				if err := os.WriteFile(filepath.Join(dir, "page.html"), []byte(page), 0o600); err != nil {
					t.Fatal(err)
				}
				tab.open("/page.html?" + name)
				got := evalWithin[seen](tab, playing, time.Minute)
				if got.Error != "" || got.Corrupt > 0 || got.At < got.Duration-0.1 || got.Duration < facts.Duration-0.2 || got.Duration > facts.Duration+0.2 {
					t.Errorf("%s: got %+v, want it played to the end of %.2f s", name, got, facts.Duration)
				}
				if path == out.Video && (got.Width != f.width || got.Height != f.height) {
					t.Errorf("%s: got %dx%d, want %dx%d", name, got.Width, got.Height, f.width, f.height)
				}
				if f.white != "" && got.Corner != f.white {
					t.Errorf("%s: white is the corner %q, want %q", name, got.Corner, f.white)
				}
			}
		})
	}
}
