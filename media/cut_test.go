package media

import (
	"bytes"
	"image"
	"image/color"
	_ "image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"kollega/media/mediatest"
)

// lastFrame is the picture half a second before a video's end, of so many pixels' width; 0 leaves it as it is.
func lastFrame(t *testing.T, path string, width int) image.Image {
	t.Helper()
	args := []string{"-v", "error", "-sseof", "-0.5", "-i", path, "-frames:v", "1"}
	if width > 0 {
		args = append(args, "-vf", "scale="+strconv.Itoa(width)+":-2")
	}
	out, err := exec.CommandContext(t.Context(), "ffmpeg", append(args, "-f", "image2pipe", "-c:v", "png", "-")...).Output()
	if err != nil {
		t.Fatalf("last frame of %s: %v", path, err)
	}
	img, _, err := image.Decode(bytes.NewReader(out))
	if err != nil {
		t.Fatalf("last frame of %s: %v", path, err)
	}
	return img
}

// scanned is what a QR reader finds in a picture, and how wide the code is.
func scanned(t *testing.T, img image.Image) (text string, width float64) {
	t.Helper()
	bits, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	got, err := qrcode.NewQRCodeReader().Decode(bits, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		t.Errorf("no QR code is found: %v", err)
		return "", 0
	}
	least, most := 1e9, 0.0
	for _, p := range got.GetResultPoints() {
		least, most = min(least, p.GetX()), max(most, p.GetX())
	}
	return got.GetText(), most - least
}

const longURL = "https://karriere.havnebyen-kommune.example.no/s/Ab3xK9QpLm"

func TestPersonalCut(t *testing.T) {
	t.Parallel()
	in := mediatest.Clip(t, 3, mediatest.Size(1280, 720))
	f, err := tools(t).Check(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	clip, err := tools(t).Transcode(t.Context(), in, f, t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	cues := []Cue{{0.2, 2.8, "Hei, {\\an8}jeg er \\N kokk"}}
	for format, shape := range shapes {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "it's [a], folder;x:y")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			body, card, out := filepath.Join(dir, "body.mp4"), filepath.Join(dir, "card.png"), filepath.Join(dir, "cut.mp4")
			if err := tools(t).Body(t.Context(), clip.Video, shape, cues, body, nil); err != nil {
				t.Fatal(err)
			}
			playable(t, body, shape.Width, shape.Height, 3)
			if plain := filepath.Join(dir, "plain.mp4"); format == "square" {
				if err := tools(t).Body(t.Context(), clip.Video, shape, nil, plain, nil); err != nil {
					t.Fatal(err)
				}
				if white(t, body) < white(t, plain)+200 {
					t.Error("no captions are in the picture")
				}
			}
			brand := Brand{Name: "Havnebyen kommune", Accent: color.RGBA{0x0f, 0x5f, 0x5a, 0xff}}
			if err := DrawCard(card, shape, Card{Brand: brand, URL: longURL, Call: "Søk på jobben", Title: "Sykepleier på natt ved Havnebyen sykehjem", Hint: "Skann koden, eller skriv adressen"}); err != nil {
				t.Fatal(err)
			}
			copied, err := tools(t).Personal(t.Context(), body, card, out)
			if err != nil || !copied {
				t.Fatalf("joined by copying: %v, %v", copied, err)
			}
			plays(t, out, shape.Width, shape.Height, 3+cardSeconds)
			for _, path := range []string{filepath.Join(dir, "tail.mp4"), out} {
				if same, err := sameDecoder(body, path); err != nil || !same {
					t.Errorf("%s: the decoder's settings differ from the body's: %v", path, err)
				}
			}
			text, width := scanned(t, lastFrame(t, out, 0))
			if text != longURL || width < 0.2*float64(shape.Width) { // between the middles of the corner marks, 0.8 of the code
				t.Errorf("got %q, %.0f pixels wide of %d", text, width, shape.Width)
			}
			if text, _ := scanned(t, lastFrame(t, out, shape.Width/3)); text != longURL {
				t.Errorf("at a third of the size: got %q", text)
			}
		})
	}
}

// white counts the nearly white pixels of a frame in the middle.
func white(t *testing.T, path string) (n int) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "ffmpeg", "-v", "error", "-ss", "1.5", "-i", path, "-frames:v", "1", "-f", "image2pipe", "-c:v", "png", "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	img, _, err := image.Decode(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	for y := img.Bounds().Dy() * 3 / 4; y < img.Bounds().Dy(); y++ {
		for x := range img.Bounds().Dx() {
			if r, g, b, _ := img.At(x, y).RGBA(); min(r, g, b) > 0xf000 {
				n++
			}
		}
	}
	return n
}

func TestBodyOfAnotherEncoderIsEncodedAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	body := filepath.Join(dir, "body.mp4")
	data, err := os.ReadFile(mediatest.Clip(t, 3, mediatest.Size(1280, 720)))
	if err == nil {
		err = os.WriteFile(body, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	card, out := filepath.Join(dir, "card.png"), filepath.Join(dir, "cut.mp4")
	if err := DrawCard(card, shapes["landscape"], Card{URL: longURL, Call: "Apply"}); err != nil {
		t.Fatal(err)
	}
	copied, err := tools(t).Personal(t.Context(), body, card, out)
	if err != nil || copied {
		t.Fatalf("joined by copying: %v, %v", copied, err)
	}
	playable(t, out, 1280, 720, 3+cardSeconds)
	if text, _ := scanned(t, lastFrame(t, out, 0)); text != longURL {
		t.Errorf("got %q", text)
	}
}

func TestShapesKeepTheWholePicture(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		w, h   int
		format string
		want   string
	}{
		{1280, 720, "landscape", "crop=1280:720"},
		{852, 478, "landscape", "crop=1280:720"},
		{1280, 720, "vertical", "[b]scale=720:404[front];[back][front]overlay=0:438"},
		{720, 1280, "landscape", "[b]scale=404:720[front];[back][front]overlay=438:0"},
		{720, 1280, "square", "[b]scale=404:720[front];[back][front]overlay=158:0"},
	} {
		if got := shapeGraph(test.w, test.h, shapes[test.format], ""); !strings.Contains(got, test.want) || !strings.HasSuffix(got, square+"[v]") {
			t.Errorf("%dx%d %s: got %s, want %s in it", test.w, test.h, test.format, got, test.want)
		}
	}
}

func TestCardsKeepToTheSafeArea(t *testing.T) {
	t.Parallel()
	cards := []Card{
		{URL: "https://k.no/s/Ab3xK9", Call: "Apply for the job", Title: "Cook", Hint: "Scan the code, or type the address"},
		{Brand: Brand{Name: strings.Repeat("Sjukehuset ", 20)}, URL: longURL, Call: "Søk på jobben", Title: strings.Repeat("spesialsykepleier ", 12), Hint: "Skann koden, eller skriv adressen"},
	}
	for format, s := range shapes {
		for i, c := range cards {
			img, err := c.draw(s)
			if err != nil {
				t.Fatal(err)
			}
			area := safe(s)
			outside := 0
			for y := range s.Height {
				for x := range s.Width {
					if !image.Pt(x, y).In(area) && img.At(x, y) != (color.RGBA{0x1d, 0x3b, 0x53, 0xff}) {
						outside++
					}
				}
			}
			if outside > 0 {
				t.Errorf("%s, card %d: %d pixels outside the safe area", format, i, outside)
			}
			if text, _ := scanned(t, img); text != c.URL {
				t.Errorf("%s, card %d: reads %q", format, i, text)
			}
		}
	}
}

func TestWordsAreNoCommands(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Hei\nder":      `Hei\Nder`,
		"{\\an8}topp":   "\\{\\\u2060an8\\}topp",
		"C:\\Nå\r\nja":  "C:\\\u2060Nå\\Nja",
		"  plain  ":     "plain",
		"a, b; [c] 'd'": "a, b; [c] 'd'",
	} {
		if got := assText(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	if got := assTime(3723.456); got != "1:02:03.46" {
		t.Errorf("got %s", got)
	}
}
