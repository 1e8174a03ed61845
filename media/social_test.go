package media

import (
	"encoding/json"
	"image"
	"image/color"
	"image/draw"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// plain returns a picture of one colour.
func plain(w, h int, c color.Color) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(img, img.Bounds(), image.NewUniform(c), image.Point{}, draw.Src)
	return img
}

func TestSocial(t *testing.T) {
	t.Parallel()
	green, blue, yellow := color.RGBA{0, 0xa0, 0, 0xff}, color.RGBA{0, 0, 0xc0, 0xff}, color.RGBA{0xff, 0xe0, 0x40, 0xff}
	tests := []struct {
		name     string
		w, h     int
		brand    Brand
		triangle color.Color // in the middle
		bar      color.Color // at the left end of the name's bar
	}{
		{"landscape, nothing known", 1280, 720, Brand{}, color.White, green},
		{"landscape", 1280, 720, Brand{Name: "Havnebyen kommune", Accent: blue}, color.White, blue},
		{"pale accent", 1280, 720, Brand{Name: "Sáme", Accent: yellow}, color.Black, yellow},
		{"square", 720, 720, Brand{Name: "Å", Accent: blue}, color.White, blue},
		{"one line of a name", 640, 360, Brand{Name: longName(), Accent: blue}, color.White, blue},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := social(plain(test.w, test.h, green), test.brand)
			if size := got.Bounds().Size(); size != image.Pt(1200, 630) {
				t.Errorf("got %v, want 1200x630", size)
			}
			if c := got.At(600, 315); !same(c, test.triangle) {
				t.Errorf("play mark: got %v, want %v", c, test.triangle)
			}
			if c := got.At(52, 575); !same(c, test.bar) {
				t.Errorf("name's bar: got %v, want %v", c, test.bar)
			}
			if c := got.At(1190, 575); !same(c, green) && test.w > test.h {
				t.Errorf("right edge: got %v, want the frame's %v", c, green)
			}
		})
	}
}

func TestSocialOfTallFrame(t *testing.T) {
	t.Parallel()
	got := social(plain(720, 1280, color.White), Brand{})
	if c := got.At(600, 20); !same(c, color.White) {
		t.Errorf("top middle: got %v, want the whole frame", c)
	}
	if r, _, _, _ := got.At(20, 20).RGBA(); r > 0xd000 {
		t.Errorf("corner: got %v, want it darkened", got.At(20, 20))
	}
}

func TestDrawSocialOfBrokenPoster(t *testing.T) {
	t.Parallel()
	if err := DrawSocial(written(t, []byte("no JPEG")), filepath.Join(t.TempDir(), "s.jpg"), Brand{}); err == nil {
		t.Error("got no error")
	}
}

func same(a, b color.Color) bool {
	ar, ag, ab, _ := a.RGBA()
	br, bg, bb, _ := b.RGBA()
	return near(int(ar>>8), int(br>>8)) && near(int(ag>>8), int(bg>>8)) && near(int(ab>>8), int(bb>>8))
}

func longName() string {
	name := ""
	var nameSb82 strings.Builder
	for range 30 {
		nameSb82.WriteString("Sjukehuset ")
	}
	name += nameSb82.String()
	return name
}

func TestEveryCodeHasASentence(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"nb", "en"} {
		data, err := os.ReadFile("../internal/i18n/" + language + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var texts map[string]any
		if err := json.Unmarshal(data, &texts); err != nil {
			t.Fatal(err)
		}
		for _, code := range Codes() {
			if s, _ := texts[code.Key()].(string); s == "" {
				t.Errorf("%s has no %s", language, code.Key())
			}
		}
	}
}
