package hr

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"

	"golang.org/x/image/draw"

	"kollega/internal/picture"
	"kollega/models"
)

// The size of a logo as it is kept: twice what pages show, for fine screens.
const (
	logoHeight = 192
	logoWidth  = 960
	// maxLogoPixels bounds what is decoded: a small file can claim to be a huge picture.
	maxLogoPixels = 24 << 20
)

// makeLogo is the picture as a PNG of our own making, without anything that was hidden in the file.
func makeLogo(data []byte) ([]byte, error) {
	logo, err := picture.Read(data, maxLogoPixels)
	switch {
	case errors.Is(err, picture.ErrKind):
		return nil, models.Invalid("logo", "organisation.logo_kind")
	case errors.Is(err, picture.ErrSize):
		return nil, models.Invalid("logo", "organisation.logo_size")
	case err != nil:
		return nil, models.Invalid("logo", "organisation.logo_damaged")
	}
	return encodeLogo(logo)
}

// encodeLogo writes the picture as PNG, made smaller where it is larger than pages need.
func encodeLogo(logo image.Image) ([]byte, error) {
	size := logo.Bounds().Size()
	scale := min(1, float64(logoHeight)/float64(size.Y), float64(logoWidth)/float64(size.X))
	out := image.NewNRGBA(image.Rect(0, 0, max(1, int(float64(size.X)*scale+0.5)), max(1, int(float64(size.Y)*scale+0.5))))
	draw.CatmullRom.Scale(out, out.Bounds(), logo, logo.Bounds(), draw.Src, nil)
	var b bytes.Buffer
	if err := png.Encode(&b, out); err != nil {
		return nil, fmt.Errorf("logo: %w", err)
	}
	return b.Bytes(), nil
}
