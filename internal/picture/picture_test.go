package picture

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
	"time"
)

// photo is a JPEG, red on the left and blue on the right, from a camera that was held that way, with words hidden in it.
func photo(t testing.TB, w, h, held int) []byte {
	t.Helper()
	p := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{R: 255, A: 255}
			if x >= w/2 {
				c = color.RGBA{B: 255, A: 255}
			}
			p.SetRGBA(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p, nil); err != nil {
		t.Fatal(err)
	}
	tiff := []byte("MM\x00*\x00\x00\x00\x08\x00\x01")
	tiff = binary.BigEndian.AppendUint16(tiff, 0x0112)
	tiff = append(tiff, 0, 3, 0, 0, 0, 1)
	tiff = binary.BigEndian.AppendUint16(tiff, uint16(held))
	tiff = append(tiff, 0, 0)
	tiff = append(tiff, "59.9139N 10.7522E"...)
	exif := append([]byte("Exif\x00\x00"), tiff...)
	out := append([]byte("\xff\xd8\xff\xe1"), 0, 0)
	binary.BigEndian.PutUint16(out[4:], uint16(len(exif)+2))
	return append(append(out, exif...), b.Bytes()[2:]...)
}

func TestAPhotographIsMadeAnewUprightAndWithoutItsPlace(t *testing.T) {
	t.Parallel()
	red := func(c color.Color) bool { r, _, b, _ := c.RGBA(); return r > b }
	for _, c := range []struct {
		held, w, h int
		x, y       int // a place that is red
	}{{1, 64, 32, 5, 5}, {3, 64, 32, 60, 5}, {6, 32, 64, 5, 5}, {8, 32, 64, 5, 60}, {5, 32, 64, 5, 5}, {9, 64, 32, 5, 5}} {
		made, w, h, err := Photo(t.Context(), bytes.NewReader(photo(t, 64, 32, c.held)))
		if err != nil {
			t.Fatal(err)
		}
		p, err := jpeg.Decode(bytes.NewReader(made))
		if err != nil {
			t.Fatal(err)
		}
		if w != c.w || h != c.h || p.Bounds().Dx() != c.w || p.Bounds().Dy() != c.h {
			t.Errorf("held %d: got %dx%d, want %dx%d", c.held, w, h, c.w, c.h)
		}
		if !red(p.At(c.x, c.y)) || red(p.At(c.w-1-c.x, c.h-1-c.y)) {
			t.Errorf("held %d: it does not stand upright", c.held)
		}
		if bytes.Contains(made, []byte("59.9139N")) || bytes.Contains(made, []byte("Exif")) {
			t.Errorf("held %d: it tells still where it was taken", c.held)
		}
	}
	_, w, h, err := Photo(t.Context(), bytes.NewReader(photo(t, 4000, 1000, 6)))
	if err != nil || w != 400 || h != 1600 {
		t.Errorf("a large one: got %dx%d, %v, want 400x1600", w, h, err)
	}
}

func TestWhatIsNoPictureIsRefused(t *testing.T) {
	t.Parallel()
	var huge bytes.Buffer
	if err := png.Encode(&huge, image.NewGray(image.Rect(0, 0, 9000, 9000))); err != nil {
		t.Fatal(err)
	}
	var deep bytes.Buffer
	if err := png.Encode(&deep, image.NewGray16(image.Rect(0, 0, 6000, 6000))); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"nothing":                              {nil, ErrKind},
		"a program":                            {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), ErrKind},
		"words":                                {[]byte(strings.Repeat("hei ", 100)), ErrKind},
		"only a beginning":                     {photo(t, 64, 32, 1)[:80], ErrDamaged},
		"81 megapixels":                        {huge.Bytes(), ErrSize},
		"36 megapixels of eight bytes":         {deep.Bytes(), ErrSize},
		"20 megapixels that come ever sharper": {progressive(5000, 4000), ErrSize},
	} {
		if _, _, _, err := Photo(t.Context(), bytes.NewReader(c.data)); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
}

// progressive is the beginning of a JPEG of that size whose coefficients come in turns.
func progressive(w, h uint16) []byte {
	out := []byte{0xff, 0xd8, 0xff, 0xc2, 0, 17, 8, 0, 0, 0, 0, 3, 1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0, 0xff, 0xda, 0, 12}
	binary.BigEndian.PutUint16(out[7:], h)
	binary.BigEndian.PutUint16(out[9:], w)
	return out
}

func TestAPhotographWaitsForItsTurnAndNoLongerThanItIsWanted(t *testing.T) {
	making <- struct{}{}
	defer func() { <-making }()
	ctx, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	file := bytes.NewReader(photo(t, 64, 32, 1))
	if _, _, _, err := Photo(ctx, file); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want that its time was over", err)
	}
	if file.Len() < int(file.Size()) {
		t.Error("it was read before its turn")
	}
}

func FuzzOrientation(f *testing.F) {
	f.Add(photo(f, 8, 8, 6))
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x10Exif\x00\x00II*\x00\x08\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if o := orientation(data); o < 1 || o > 8 {
			t.Errorf("got %d", o)
		}
	})
}
