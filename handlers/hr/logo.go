package hr

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"

	"kollega/models"
)

// The size of a logo as it is kept: twice what pages show, for fine screens.
const (
	logoHeight = 192
	logoWidth  = 960
	// maxLogoPixels bounds what is decoded: a small file can claim to be a huge picture.
	maxLogoPixels = 24 << 20
)

// pictures are the kinds of picture that a logo may be, told by their first bytes whatever the name says. SVG is a program, so it is none.
var pictures = []struct {
	magic  string // ? is any byte
	size   func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}{
	{"\x89PNG\r\n\x1a\n", png.DecodeConfig, png.Decode},
	{"\xff\xd8\xff", jpeg.DecodeConfig, jpeg.Decode},
	{"RIFF????WEBPVP8", webp.DecodeConfig, webp.Decode},
}

// makeLogo is the picture as a PNG of our own making, without anything that was hidden in the file.
func makeLogo(data []byte) ([]byte, error) {
	for _, kind := range pictures {
		if !begins(data, kind.magic) {
			continue
		}
		size, err := kind.size(bytes.NewReader(data))
		if err != nil {
			return nil, models.Invalid("logo", "organisation.logo_damaged")
		}
		if size.Width < 1 || size.Height < 1 || size.Width*size.Height > maxLogoPixels {
			return nil, models.Invalid("logo", "organisation.logo_size")
		}
		picture, err := kind.decode(bytes.NewReader(data))
		if err != nil {
			return nil, models.Invalid("logo", "organisation.logo_damaged")
		}
		return encodeLogo(picture)
	}
	return nil, models.Invalid("logo", "organisation.logo_kind")
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

// encodeLogo writes the picture as PNG, made smaller where it is larger than pages need.
func encodeLogo(picture image.Image) ([]byte, error) {
	size := picture.Bounds().Size()
	scale := min(1, float64(logoHeight)/float64(size.Y), float64(logoWidth)/float64(size.X))
	out := image.NewNRGBA(image.Rect(0, 0, max(1, int(float64(size.X)*scale+0.5)), max(1, int(float64(size.Y)*scale+0.5))))
	draw.CatmullRom.Scale(out, out.Bounds(), picture, picture.Bounds(), draw.Src, nil)
	var b bytes.Buffer
	if err := png.Encode(&b, out); err != nil {
		return nil, fmt.Errorf("logo: %w", err)
	}
	return b.Bytes(), nil
}
