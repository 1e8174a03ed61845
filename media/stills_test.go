package media

import (
	"image"
	"image/color"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kollega/media/mediatest"
)

func TestStillsAreSpreadAndNotBlack(t *testing.T) {
	t.Parallel()
	// Black for the first second of four, and again for the last.
	in := mediatest.Make(t, "mp4", slices.Concat(picture("testsrc2=s=640x360:r=30,drawbox=c=black:t=fill:enable='lt(t,1)+gt(t,3)'"), tone, h264, aac)...)
	f, err := tools(t).Check(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	out, err := tools(t).Transcode(t.Context(), in, f, t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Stills) < 3 || len(out.Stills) > 4 || out.PosterAt < 1 || out.PosterAt > 3 {
		t.Errorf("got %+v, poster at %.2f; want those of the middle only", out.Stills, out.PosterAt)
	}
	for _, still := range out.Stills {
		pictureOf(t, still.Path, 640, 360)
		if still.At < 1 || still.At > 3 {
			t.Errorf("a black still at %.2f", still.At)
		}
		again := filepath.Join(t.TempDir(), "again.jpg")
		if err := tools(t).Frame(t.Context(), out.Video, still.At, again); err != nil {
			t.Fatal(err)
		}
		if d := difference(t, still.Path, again); d > 6 {
			t.Errorf("the frame at %.2f differs by %.1f from the still", still.At, d)
		}
	}
	last := filepath.Join(t.TempDir(), "last.jpg")
	if err := tools(t).Frame(t.Context(), out.Video, out.Duration, last); err != nil {
		t.Errorf("the very end: %v", err)
	}
	pictureOf(t, out.Strip, 1600, 90)
	index, err := os.ReadFile(out.StripIndex)
	if n := strings.Count(string(index), "-->"); err != nil || n != 4 || !strings.Contains(string(index), "00:03.000 --> 00:04.0") {
		t.Errorf("index of %d: %s", n, index)
	}
}

func TestBlackClipHasAPosterAllTheSame(t *testing.T) {
	t.Parallel()
	in := mediatest.Make(t, "mp4", slices.Concat(picture("color=black:s=320x180:r=30"), tone, h264, aac)...)
	f, err := tools(t).Check(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	out, err := tools(t).Transcode(t.Context(), in, f, t.TempDir(), nil)
	if err != nil || len(out.Stills) != 1 || out.Poster == "" {
		t.Errorf("got %+v, %v", out.Stills, err)
	}
}

func TestStripOfLongAndUprightClips(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		duration float64
		w, h     int
		count    int
		step     float64
		tw, th   int
	}{
		{3, 1280, 720, 3, 1, 160, 90},
		{60, 720, 1280, 60, 1, 90, 160},
		{61.2, 720, 720, 31, 2, 160, 160},
		{125, 1280, 720, 42, 3, 160, 90},
	} {
		tw, th := stripTile(test.w, test.h)
		if stripCount(test.duration) != test.count || stripStep(test.duration) != test.step || tw != test.tw || th != test.th {
			t.Errorf("%.1f s: got %d every %.0f s of %dx%d", test.duration, stripCount(test.duration), stripStep(test.duration), tw, th)
		}
	}
}

// difference is how far two pictures' brightness is apart on average, of 255.
func difference(t *testing.T, a, b string) float64 {
	t.Helper()
	one, err := readJPEG(a)
	if err != nil {
		t.Fatal(err)
	}
	two, err := readJPEG(b)
	if err != nil {
		t.Fatal(err)
	}
	sum, n := 0.0, 0.0
	for y := 0; y < one.Bounds().Dy(); y += 3 {
		for x := 0; x < one.Bounds().Dx(); x += 3 {
			p, q := gray(one, x, y), gray(two, x, y)
			sum += max(p-q, q-p)
			n++
		}
	}
	return sum / n
}

func gray(img image.Image, x, y int) float64 {
	return float64(color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y)
}
