package demo

import (
	"fmt"
	"image"
	"image/color"
	"strings"

	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// texts is what a clip says in writing: the title stays, the lines follow one another.
type texts struct {
	house, title *image.Alpha
	lines        []*image.Alpha
	left, top    int // of the title, below the middle, where players have their play mark
}

// lineTimes are when a film's line is read, in seconds: when it begins to come and when it has gone.
func lineTimes(i, of int, seconds float64) (from, to float64) {
	const start = 1.0
	each := (seconds - start) / float64(of)
	return start + float64(i)*each, start + float64(i+1)*each
}

func layText(f film, width, height int) (texts, error) {
	t := texts{left: width * 8 / 100, top: height * 65 / 100}
	if f.upright { // so that a card, which shows the middle, shows the title
		t.top = height * 555 / 1000
	}
	room := width - 2*t.left
	var err error
	set := func(text string, ttf []byte, size float64) *image.Alpha {
		if err != nil {
			return nil
		}
		var mask *image.Alpha
		mask, err = lettering(text, ttf, size, room)
		return mask
	}
	t.house = set(houseName, goregular.TTF, 26)
	t.title = set(f.title, gobold.TTF, 76)
	for _, line := range f.lines {
		t.lines = append(t.lines, set(line, goregular.TTF, 40))
	}
	return t, err
}

// signAt is the middle and the radius of the ring that the sign stands in.
func (t texts) signAt(height int) (x, y, r float64) {
	r = 78
	return float64(t.left) + r, float64(t.top) - r - float64(height)*0.07, r
}

func (t texts) paint(dst *image.RGBA, at, seconds float64) {
	leaving := smooth((seconds - at) / 0.5)
	rise := int(24 * (1 - smooth((at-0.2)/0.9)))
	lay(dst, t.title, t.left, t.top+rise, smooth((at-0.2)/0.9)*leaving)
	below := t.top + t.title.Bounds().Dy() + 28
	for i, line := range t.lines {
		from, to := lineTimes(i, len(t.lines), seconds)
		lay(dst, line, t.left, below, 0.92*smooth((at-from)/0.5)*smooth((to-at)/0.4))
	}
	lay(dst, t.house, t.left, dst.Bounds().Dy()-t.house.Bounds().Dy()-32, 0.75)
}

// lay puts white lettering onto the picture, at an opacity of 0 to 1.
func lay(dst *image.RGBA, mask *image.Alpha, x, y int, opacity float64) {
	a := uint8(255 * min(max(opacity, 0), 1))
	if a == 0 {
		return
	}
	draw.DrawMask(dst, mask.Bounds().Add(image.Pt(x, y)), image.NewUniform(color.RGBA{a, a, a, a}), image.Point{}, mask, image.Point{}, draw.Over)
}

// lettering is a text in lines that are no wider than room, as a mask.
func lettering(text string, ttf []byte, size float64, room int) (*image.Alpha, error) {
	parsed, err := opentype.Parse(ttf)
	if err != nil {
		return nil, fmt.Errorf("lettering: %w", err)
	}
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return nil, fmt.Errorf("lettering: %w", err)
	}
	lines := broken(text, func(s string) bool { return font.MeasureString(face, s).Ceil() <= room })
	m := face.Metrics()
	height := (m.Height * 11 / 10).Ceil()
	mask := image.NewAlpha(image.Rect(0, 0, room+int(size), height*len(lines)))
	for i, line := range lines {
		d := font.Drawer{Dst: mask, Src: image.Opaque, Face: face, Dot: fixed.P(0, i*height+m.Ascent.Ceil())}
		d.DrawString(line)
	}
	return mask, nil
}

// broken breaks a text between words where it does not fit any more.
func broken(text string, fits func(string) bool) []string {
	var lines []string
	for word := range strings.FieldsSeq(text) {
		if last := len(lines) - 1; last >= 0 && fits(lines[last]+" "+word) {
			lines[last] += " " + word
			continue
		}
		lines = append(lines, word)
	}
	return lines
}
