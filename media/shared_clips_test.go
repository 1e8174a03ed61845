package media

import (
	"os"
	"path/filepath"
	"testing"
)

// TestClipsFolder tries a folder of real and hostile clips, where KOLLEGA_TEST_CLIPS names one.
func TestClipsFolder(t *testing.T) {
	t.Parallel()
	folder := os.Getenv("KOLLEGA_TEST_CLIPS")
	if folder == "" {
		return // the other tests make every kind of clip themselves
	}
	good := map[string]struct {
		width, height int
		duration      float64
		damaged       bool
	}{
		"asl-sister.mkv":       {640, 480, 2.9, false},
		"bitrot.mp4":           {1280, 720, 5, true},
		"bottle-detection.mp4": {640, 360, 39.85, false},
		"car-detection.mp4":    {768, 432, 30.16, false},
		"mr_mp4.mp4":           {640, 360, 3.5, false},
		"mr_vp8.webm":          {640, 360, 3.44, false},
		"mr_vp9.webm":          {640, 360, 3.45, false},
		"odd853x479.webm":      {852, 478, 4, false},
	}
	for name, want := range good {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(folder, name)
			f, err := tools(t).Check(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			out, err := tools(t).Transcode(t.Context(), path, f, t.TempDir(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if (out.Warnings > 0) != want.damaged {
				t.Errorf("got %d warnings, damaged: %v", out.Warnings, want.damaged)
			}
			playable(t, out.Video, want.width, want.height, want.duration)
		})
	}
	for name, want := range map[string]Code{
		"one-by-one-person-detection.mp4": CodeTooLong,
		"small-FlashVideo.flv":            CodeUnsupportedFormat,
		"small-Mpeg4.mp4":                 CodeNoPicture,
		"small-mp4-with-audio.mp4":        CodeNoPicture,
		"small-webm.webm":                 CodeTooSmall,
		"trunc_faststart.mp4":             CodeIncomplete,
		"attack/audioonly.mp4":            CodeNoPicture,
		"attack/bomb_h264_8k.mp4":         CodeTooManyPixels,
		"attack/bomb_png16k.mov":          CodeUnsupportedCodec,
		"attack/concat_http.mp4":          CodeNotVideo,
		"attack/empty.mp4":                CodeEmpty,
		"attack/gif_renamed.mp4":          CodeNotVideo,
		"attack/jpeg_renamed.mp4":         CodeNotVideo,
		"attack/m3u8_localfile.mp4":       CodeNotVideo,
		"attack/m3u8_ssrf.mp4":            CodeNotVideo,
		"attack/manystreams.mp4":          CodeTooManyStreams,
		"attack/random.mp4":               CodeNotVideo,
		"attack/text.mp4":                 CodeNotVideo,
		"attack/timebomb.mp4":             CodeBadTiming,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, copied(t, filepath.Join(folder, name)), want)
		})
	}
}
