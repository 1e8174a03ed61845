// Package qr draws QR codes: error correction level M, four modules of quiet zone, dark on white.
package qr

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"

	"github.com/boombuler/barcode/qr"
)

// quiet is the margin that readers need, in modules (ISO/IEC 18004).
const quiet = 4

// Code is a QR code; its side is in modules, the quiet zone included.
type Code struct {
	side int
	dark func(x, y int) bool
}

// New encodes text.
func New(text string) (Code, error) {
	c, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return Code{}, fmt.Errorf("qr: %w", err)
	}
	size := c.Bounds().Dx()
	return Code{side: size + 2*quiet, dark: func(x, y int) bool {
		x, y = x-quiet, y-quiet
		if x < 0 || y < 0 || x >= size || y >= size {
			return false
		}
		r, _, _, _ := c.At(x, y).RGBA()
		return r == 0
	}}, nil
}

// SVG is the code as a drawing that stays sharp at every size.
func (c Code) SVG() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h%dv%dH0z"/><path d="`,
		c.side, c.side, c.side, c.side)
	for y := range c.side {
		for x := 0; x < c.side; x++ {
			start := x
			for x < c.side && c.dark(x, y) {
				x++
			}
			if x > start {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", start, y, x-start, x-start)
			}
		}
	}
	b.WriteString(`"/></svg>`)
	return b.Bytes()
}

// Side is how many modules the code is wide, the quiet zone included.
func (c Code) Side() int { return c.side }

// Image is the code as a picture of whole pixels per module, at least pixels wide.
func (c Code) Image(pixels int) image.Image {
	module := max(1, (pixels+c.side-1)/c.side)
	img := image.NewPaletted(image.Rect(0, 0, c.side*module, c.side*module), color.Palette{color.White, color.Black})
	for y := range c.side * module {
		for x := range c.side * module {
			if c.dark(x/module, y/module) {
				img.SetColorIndex(x, y, 1)
			}
		}
	}
	return img
}

// PNG is Image as a file.
func (c Code) PNG(pixels int) ([]byte, error) {
	var b bytes.Buffer
	if err := png.Encode(&b, c.Image(pixels)); err != nil {
		return nil, fmt.Errorf("qr: %w", err)
	}
	return b.Bytes(), nil
}
