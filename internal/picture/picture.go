// Package picture reads pictures that strangers send and makes new ones of them, without anything that was hidden in the file: no place,
// no device, no picture within the picture.
package picture

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"
)

// Why a file is refused.
var (
	ErrKind    = errors.New("picture: not PNG, JPEG or WebP")
	ErrDamaged = errors.New("picture: cannot be read")
	ErrSize    = errors.New("picture: too many pixels")
)

// kinds are the kinds of picture that are read, told by their first bytes whatever the name says. SVG is a program, so it is none.
var kinds = []struct {
	magic  string // ? is any byte
	size   func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
	takes  func(data []byte, c color.Model) int // bytes of memory for each pixel while it is decoded
}{
	{"\x89PNG\r\n\x1a\n", png.DecodeConfig, png.Decode, pngTakes},
	{"\xff\xd8\xff", jpeg.DecodeConfig, jpeg.Decode, jpegTakes},
	{"RIFF????WEBPVP8", webp.DecodeConfig, webp.Decode, func([]byte, color.Model) int { return 8 }},
}

func pngTakes(_ []byte, c color.Model) int {
	if c == color.NRGBA64Model || c == color.RGBA64Model || c == color.Gray16Model {
		return 8
	}
	return 4
}

// jpegTakes tells what comes line by line from what comes ever sharper, whose coefficients are all kept until the end.
func jpegTakes(jpg []byte, _ color.Model) int {
	for at := 2; at+4 <= len(jpg) && jpg[at] == 0xff; {
		switch marker := jpg[at+1]; marker {
		case 0xff: // a byte that fills up
			at++
			continue
		case 0xc0, 0xc1, 0xda:
			return 3
		case 0xc2:
			return 15
		}
		at += 2 + int(binary.BigEndian.Uint16(jpg[at+2:]))
	}
	return 15
}

// Read is the picture of a file; one that claims to have more pixels than most, or takes more than maxMemory to decode, is not decoded. The
// error is ErrKind, ErrDamaged or ErrSize.
func Read(data []byte, most int) (image.Image, error) {
	for _, kind := range kinds {
		if !begins(data, kind.magic) {
			continue
		}
		size, err := kind.size(bytes.NewReader(data))
		if err != nil {
			return nil, ErrDamaged
		}
		if size.Width < 1 || size.Height < 1 || size.Width > min(most, maxMemory/kind.takes(data, size.ColorModel))/size.Height {
			return nil, ErrSize
		}
		picture, err := kind.decode(bytes.NewReader(data))
		if err != nil {
			return nil, ErrDamaged
		}
		return picture, nil
	}
	return nil, ErrKind
}

func begins(data []byte, magic string) bool {
	if len(data) < len(magic) {
		return false
	}
	for i := range magic {
		if magic[i] != '?' && data[i] != magic[i] {
			return false
		}
	}
	return true
}

const (
	// MaxPixels is how large a photograph may be that Photo reads: what telephones make.
	MaxPixels = 64_000_000

	maxMemory = 256_000_000 // bytes that a picture may take while it is decoded

	photoSide    = 1600 // pixels
	photoQuality = 84
)

// making keeps the memory for large photographs within bounds: one at a time.
var making = make(chan struct{}, 1)

// Photo is the photograph of a file as a JPEG of our own making, upright, no larger than pages need, with its size in pixels. The file is
// read when its turn has come; ctx ends the waiting.
func Photo(ctx context.Context, file io.Reader) (jpg []byte, width, height int, err error) {
	select {
	case making <- struct{}{}:
	case <-ctx.Done():
		return nil, 0, 0, fmt.Errorf("picture: %w", ctx.Err())
	}
	defer func() { <-making }()
	data, err := io.ReadAll(file)
	if err != nil {
		return nil, 0, 0, fmt.Errorf("picture: %w", err)
	}
	raw, err := Read(data, MaxPixels)
	if err != nil {
		return nil, 0, 0, err
	}
	small := shrink(raw)
	upright := turn(small, orientation(data))
	var b bytes.Buffer
	if err := jpeg.Encode(&b, upright, &jpeg.Options{Quality: photoQuality}); err != nil {
		return nil, 0, 0, fmt.Errorf("picture: %w", err)
	}
	return b.Bytes(), upright.Bounds().Dx(), upright.Bounds().Dy(), nil
}

// shrink is the picture on white, no larger than pages need. It is halved until it nearly fits: each pixel is then the mean of four, and
// little memory is taken.
func shrink(p image.Image) *image.RGBA {
	for {
		size := p.Bounds().Size()
		scale := max(0.5, min(1, photoSide/float64(max(size.X, size.Y))))
		small := image.NewRGBA(image.Rect(0, 0, max(1, int(float64(size.X)*scale+0.5)), max(1, int(float64(size.Y)*scale+0.5))))
		draw.Draw(small, small.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src) // JPEG knows nothing that is see-through
		draw.ApproxBiLinear.Scale(small, small.Bounds(), p, p.Bounds(), draw.Over, nil)
		if p = small; max(small.Bounds().Dx(), small.Bounds().Dy()) <= photoSide {
			return small
		}
	}
}

// turn is the picture as a camera that was held in that way meant it: Exif 2.32, table 6, tag 0x0112.
func turn(p *image.RGBA, orientation int) *image.RGBA {
	w, h := p.Bounds().Dx(), p.Bounds().Dy()
	if orientation < 2 || orientation > 8 {
		return p
	}
	size := image.Rect(0, 0, w, h)
	if orientation >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewRGBA(size)
	for y := range h {
		for x := range w {
			var to image.Point
			switch orientation {
			case 2:
				to = image.Pt(w-1-x, y)
			case 3:
				to = image.Pt(w-1-x, h-1-y)
			case 4:
				to = image.Pt(x, h-1-y)
			case 5:
				to = image.Pt(y, x)
			case 6:
				to = image.Pt(h-1-y, x)
			case 7:
				to = image.Pt(h-1-y, w-1-x)
			case 8:
				to = image.Pt(y, w-1-x)
			}
			out.SetRGBA(to.X, to.Y, p.RGBAAt(x, y))
		}
	}
	return out
}
