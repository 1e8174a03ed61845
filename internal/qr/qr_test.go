package qr_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	_ "image/png"
	"io"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"kollega/internal/qr"
)

func TestPNGIsReadBack(t *testing.T) {
	t.Parallel()
	for _, pixels := range []int{100, 512, 1000} {
		want := "https://jobb.example.org/s/k7m2p9xq"
		c, err := qr.New(want)
		if err != nil {
			t.Fatal(err)
		}
		b, err := c.PNG(pixels)
		if err != nil {
			t.Fatal(err)
		}
		img, _, err := image.Decode(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		if img.Bounds().Dx() < pixels {
			t.Errorf("width: got %d, want at least %d", img.Bounds().Dx(), pixels)
		}
		bmp, err := gozxing.NewBinaryBitmapFromImage(img)
		if err != nil {
			t.Fatal(err)
		}
		read, err := qrcode.NewQRCodeReader().Decode(bmp, nil)
		if err != nil {
			t.Fatalf("%d pixels: %v", pixels, err)
		}
		if read.GetText() != want {
			t.Errorf("got %q, want %q", read.GetText(), want)
		}
	}
}

func TestSVGIsWellFormed(t *testing.T) {
	t.Parallel()
	c, err := qr.New("https://example.org")
	if err != nil {
		t.Fatal(err)
	}
	d := xml.NewDecoder(bytes.NewReader(c.SVG()))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
}
