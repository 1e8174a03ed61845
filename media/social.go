package media

import (
	"bufio"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"os"
	"sync"

	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// The size that every network shows large.
const (
	socialWidth  = 1200
	socialHeight = 630
)

// Brand is what of the organisation is drawn on a social image; the zero Brand draws only the play mark.
type Brand struct {
	Name   string
	Accent color.Color // nil: a calm dark blue
}

// defaultAccent stands for a colour that nobody has set.
var defaultAccent = color.RGBA{0x1d, 0x3b, 0x53, 0xff}

// DrawSocial makes the JPEG of 1200x630 that links to a clip show: the poster with a play mark and the organisation's
// name. The text is drawn here, never by ffmpeg, whose filter language it could break out of.
func DrawSocial(poster, path string, brand Brand) error {
	frame, err := readJPEG(poster)
	if err != nil {
		return fmt.Errorf("social image: %w", err)
	}
	if err := writeJPEG(path, social(frame, brand)); err != nil {
		return fmt.Errorf("social image: %w", err)
	}
	return nil
}

// social composes the picture: wide frames fill it, tall ones stand whole before a blurred enlargement of themselves.
func social(frame image.Image, brand Brand) *image.RGBA {
	accent := brand.Accent
	if accent == nil {
		accent = defaultAccent
	}
	canvas := image.NewRGBA(image.Rect(0, 0, socialWidth, socialHeight))
	size := frame.Bounds().Size()
	if float64(size.X)/float64(size.Y) > 1.2 {
		draw.CatmullRom.Scale(canvas, canvas.Bounds(), frame, cover(frame.Bounds(), socialWidth, socialHeight), draw.Src, nil)
	} else {
		blurred(canvas, frame)
		w := size.X * socialHeight / size.Y
		left := (socialWidth - w) / 2
		draw.CatmullRom.Scale(canvas, image.Rect(left, 0, left+w, socialHeight), frame, frame.Bounds(), draw.Src, nil)
	}
	playMark(canvas, socialWidth/2, socialHeight/2, 84, accent)
	nameBar(canvas, brand.Name, accent)
	return canvas
}

// cover returns the middle part of r that has the shape w:h.
func cover(r image.Rectangle, w, h int) image.Rectangle {
	size := r.Size()
	cw, ch := size.X, size.X*h/w
	if ch > size.Y {
		cw, ch = size.Y*w/h, size.Y
	}
	at := r.Min.Add(image.Pt((size.X-cw)/2, (size.Y-ch)/2))
	return image.Rectangle{Min: at, Max: at.Add(image.Pt(cw, ch))}
}

// blurred fills canvas with a soft, darkened enlargement: shrinking to a few pixels and enlarging again is a cheap blur.
func blurred(canvas *image.RGBA, frame image.Image) {
	tiny := image.NewRGBA(image.Rect(0, 0, 24, 13))
	draw.ApproxBiLinear.Scale(tiny, tiny.Bounds(), frame, cover(frame.Bounds(), socialWidth, socialHeight), draw.Src, nil)
	draw.CatmullRom.Scale(canvas, canvas.Bounds(), tiny, tiny.Bounds(), draw.Src, nil)
	draw.Draw(canvas, canvas.Bounds(), image.NewUniform(color.RGBA{0, 0, 0, 0x60}), image.Point{}, draw.Over)
}

// playMark draws a disc of the accent colour with a ring and a triangle that stand out from it, its edges smoothed.
func playMark(canvas *image.RGBA, cx, cy, radius int, accent color.Color) {
	const ring = 6.0
	r := float64(radius)
	box := image.Rect(cx-radius-2, cy-radius-2, cx+radius+2, cy+radius+2)
	disc, sign := image.NewAlpha(box), image.NewAlpha(box)
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			dx, dy := float64(x-cx)+0.5, float64(y-cy)+0.5
			d := math.Hypot(dx, dy)
			disc.SetAlpha(x, y, coverage(r-d, 0.88))
			inRing := min(r-d, d-(r-ring))
			// A triangle pointing right, its centre of gravity in the middle of the disc.
			inTriangle := min(dx+0.25*r, (0.5*r-dx)*0.5-math.Abs(dy)*math.Sqrt(3)/2)
			sign.SetAlpha(x, y, coverage(max(inRing, inTriangle), 1))
		}
	}
	draw.DrawMask(canvas, box, image.NewUniform(accent), image.Point{}, disc, box.Min, draw.Over)
	draw.DrawMask(canvas, box, image.NewUniform(readableOn(accent)), image.Point{}, sign, box.Min, draw.Over)
}

// coverage turns a distance inside an edge, in pixels, into how much of the pixel is covered.
func coverage(inside, opacity float64) color.Alpha {
	return color.Alpha{A: uint8(255 * opacity * min(1, max(0, inside+0.5)))}
}

// boldFont is parsed once; the Go fonts cover the Latin, Sámi and Greek letters of European names.
var boldFont = sync.OnceValues(func() (*opentype.Font, error) { return opentype.Parse(gobold.TTF) })

// nameBar writes the organisation's name at the lower left, on a bar of the accent colour, smaller where it is long.
func nameBar(canvas *image.RGBA, name string, accent color.Color) {
	parsed, err := boldFont()
	if name == "" || err != nil {
		return
	}
	const left, bottom, padding, widest = 48, socialHeight - 48, 24, socialWidth - 2*48 - 2*24
	for _, size := range []float64{44, 36, 28, 22} {
		face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingFull})
		if err != nil {
			return
		}
		text, width := name, font.MeasureString(face, name).Ceil()
		if width > widest && size > 22 {
			continue
		}
		for runes := []rune(name); width > widest && len(runes) > 1; width = font.MeasureString(face, text).Ceil() {
			runes = runes[:len(runes)-1]
			text = string(runes) + "…"
		}
		m := face.Metrics()
		height := (m.Ascent + m.Descent).Ceil()
		bar := image.Rect(left, bottom-height-padding, left+width+2*padding, bottom)
		draw.Draw(canvas, bar, image.NewUniform(accent), image.Point{}, draw.Over)
		dot := fixed.P(left+padding, bottom-padding/2-m.Descent.Ceil())
		(&font.Drawer{Dst: canvas, Src: image.NewUniform(readableOn(accent)), Face: face, Dot: dot}).DrawString(text)
		return
	}
}

// readableOn returns black or white, whichever contrasts more with c (WCAG 2 relative luminance).
func readableOn(c color.Color) color.Color {
	linear := func(v uint32) float64 {
		s := float64(v) / 0xffff
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	r, g, b, _ := c.RGBA()
	if 0.2126*linear(r)+0.7152*linear(g)+0.0722*linear(b) > 0.179 {
		return color.Black
	}
	return color.White
}

func readJPEG(path string) (image.Image, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return jpeg.Decode(bufio.NewReader(f))
}

// writeJPEG writes with quality 85: some 100 kB, far below the 600 kB above which WhatsApp shows no picture.
func writeJPEG(path string, img image.Image) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriter(f)
	if err := jpeg.Encode(w, img, &jpeg.Options{Quality: 85}); err != nil {
		return err
	}
	return w.Flush()
}
