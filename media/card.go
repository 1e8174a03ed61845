package media

import (
	"bufio"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"strings"
	"sync"

	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"kollega/internal/qr"
)

// Card is what the end card of a personal download says.
type Card struct {
	Brand

	URL   string // of the share link: in the QR code, and in letters
	Call  string // to apply
	Title string // of the job
	Hint  string // how to get there
}

// regularFont is parsed once, as boldFont is.
var regularFont = sync.OnceValues(func() (*opentype.Font, error) { return opentype.Parse(goregular.TTF) })

// DrawCard writes the end card of a shape as a PNG. The QR code takes at least a quarter of the width, and everything stands
// where no app writes over an upright picture.
func DrawCard(path string, s Shape, c Card) (err error) {
	img, err := c.draw(s)
	if err != nil {
		return fmt.Errorf("end card: %w", err)
	}
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("end card: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriter(f)
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(w, img); err != nil {
		return fmt.Errorf("end card: %w", err)
	}
	return w.Flush()
}

// safe is the part of a shape that nothing is written over: of an upright one the middle, below the app's head and above
// its buttons.
func safe(s Shape) image.Rectangle {
	side := s.Width / 16
	if s.Height > s.Width {
		return image.Rect(side, s.Height*15/100, s.Width-side, s.Height*80/100)
	}
	return image.Rect(side, s.Height/16, s.Width-side, s.Height-s.Height/16)
}

func (c Card) draw(s Shape) (*image.RGBA, error) {
	code, err := qr.New(c.URL)
	if err != nil {
		return nil, err
	}
	if c.Accent == nil {
		c.Accent = defaultAccent
	}
	img := image.NewRGBA(image.Rect(0, 0, s.Width, s.Height))
	draw.Draw(img, img.Bounds(), image.NewUniform(c.Accent), image.Point{}, draw.Src)
	short := min(s.Width, s.Height)
	square := code.Image(max(short*45/100, s.Width/4*code.Side()/(code.Side()-8)+code.Side()))
	side := square.Bounds().Dx()
	area := safe(s)
	at, words := image.Pt((s.Width-side)/2, 0), area
	if s.Width > s.Height { // the code stands beside the words
		at = image.Pt(area.Max.X-side, (s.Height-side)/2)
		words.Max.X = at.X - s.Width/24
	}
	page := &column{img: img, area: words, ink: readableOn(c.Accent)}
	for scale := 100; scale >= 50; scale -= 10 { // in smaller letters where there are many
		page.lines = nil
		c.write(page, short*scale/100, square, s.Width <= s.Height)
		if page.height() <= words.Dy() {
			break
		}
	}
	page.draw(s.Width <= s.Height)
	if s.Width > s.Height {
		draw.Draw(img, square.Bounds().Add(at), square, image.Point{}, draw.Src)
	}
	return img, nil
}

// write puts the words, and in between the code where it stands among them, one below the other; unit is what sizes go by.
func (c Card) write(page *column, unit int, code image.Image, among bool) {
	page.text(c.Name, boldFont, unit*5/100, 1)
	page.space(unit * 3 / 100)
	page.text(c.Call, boldFont, unit*9/100, 2)
	page.text(c.Title, regularFont, unit*6/100, 2)
	page.space(unit * 3 / 100)
	if among {
		page.lines = append(page.lines, line{height: code.Bounds().Dy(), picture: code})
		page.space(unit * 3 / 100)
	}
	page.text(address(c.URL), boldFont, unit*7/100, 1)
	page.text(c.Hint, regularFont, unit*45/1000, 2)
}

// address is a link as people type it.
func address(url string) string {
	_, rest, ok := strings.Cut(url, "://")
	if !ok {
		return url
	}
	return rest
}

// column is lines of text and pictures, one below the other.
type column struct {
	img   *image.RGBA
	area  image.Rectangle
	ink   color.Color
	lines []line
}

// line is one of them: text, a picture, or nothing.
type line struct {
	text    string
	face    font.Face
	height  int
	picture image.Image
}

func (p *column) text(text string, parse func() (*opentype.Font, error), size, most int) {
	p.lines = append(p.lines, p.fit(text, parse, size, most)...)
}

func (p *column) height() (sum int) {
	for _, l := range p.lines {
		sum += l.height
	}
	return sum
}

func (p *column) space(height int) { p.lines = append(p.lines, line{height: height}) }

// fit breaks text into at most so many lines, in smaller letters where it is long; what does not fit even then is cut off.
func (p *column) fit(text string, parse func() (*opentype.Font, error), size, most int) []line {
	parsed, err := parse()
	if text == "" || err != nil {
		return nil
	}
	for least := size * 6 / 10; ; size -= max(1, size/12) {
		face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: float64(size), DPI: 72, Hinting: font.HintingFull})
		if err != nil {
			return nil
		}
		rows := wrap(face, text, p.area.Dx())
		last := size-max(1, size/12) < least
		if len(rows) > most && !last {
			continue
		}
		if len(rows) > most {
			rows = append(rows[:most-1], strings.Join(rows[most-1:], " "))
		}
		var lines []line
		for _, row := range rows {
			if font.MeasureString(face, row).Ceil() > p.area.Dx() {
				if !last {
					lines = nil
					break
				}
				row = shortened(face, row, p.area.Dx())
			}
			lines = append(lines, line{text: row, face: face, height: size * 125 / 100})
		}
		if lines != nil {
			return lines
		}
	}
}

// wrap breaks text between words.
func wrap(face font.Face, text string, width int) []string {
	var rows []string
	for _, word := range strings.Fields(text) {
		if last := len(rows) - 1; last >= 0 && font.MeasureString(face, rows[last]+" "+word).Ceil() <= width {
			rows[last] += " " + word
			continue
		}
		rows = append(rows, word)
	}
	return rows
}

// shortened cuts text off where it does not fit.
func shortened(face font.Face, text string, width int) string {
	for runes := []rune(text); len(runes) > 1; {
		runes = runes[:len(runes)-1]
		if cut := string(runes) + "…"; font.MeasureString(face, cut).Ceil() <= width {
			return cut
		}
	}
	return text
}

// draw draws the lines in the middle of the area's height, each centred or from the left.
func (p *column) draw(centred bool) {
	y := p.area.Min.Y + max(0, p.area.Dy()-p.height())/2
	for _, l := range p.lines {
		x := p.area.Min.X
		switch {
		case l.picture != nil:
			b := l.picture.Bounds()
			at := image.Pt((p.img.Bounds().Dx()-b.Dx())/2, y)
			draw.Draw(p.img, b.Add(at), l.picture, b.Min, draw.Src)
		case l.text != "":
			if centred {
				x += (p.area.Dx() - font.MeasureString(l.face, l.text).Ceil()) / 2
			}
			m := l.face.Metrics()
			base := y + (l.height+m.Ascent.Ceil()-m.Descent.Ceil())/2
			(&font.Drawer{Dst: p.img, Src: image.NewUniform(p.ink), Face: l.face, Dot: fixed.P(x, base)}).DrawString(l.text)
		}
		y += l.height
	}
}
