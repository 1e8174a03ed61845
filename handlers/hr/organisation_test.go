package hr_test

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"kollega/handlers/handlerstest"
)

func TestOrganisationSettings(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	form := func(accent string, own ...string) url.Values {
		return url.Values{"name": {"Fjordheim AS"}, "language": {"en"}, "privacy_contact": {"dpo@example.org"}, "accent": {accent}, "own_accent": own}
	}
	s.Run(t, []handlerstest.Scenario{
		{As: "admin", Path: "/settings/organisation", WantStatus: 200, WantBody: []string{"Fjordheim", "personvern@example.org", "lett å lese"}},
		{Name: "too light", As: "admin", Path: "/settings/organisation", Form: form("#ffee00", "1"), WantStatus: 422, WantBody: []string{"for lys", "#ffee00", "Fjordheim AS"}},
		{Name: "save", As: "admin", Path: "/settings/organisation", Form: form("#7a1f5c", "1"), WantStatus: 303},
		{Name: "saved", As: "admin", Path: "/settings/organisation", WantStatus: 200, WantBody: []string{"Fjordheim AS", "#7a1f5c"}},
		{Name: "theme", As: "guest", Path: "/theme.css", WantStatus: 200, WantBody: []string{"--k-accent:#7a1f5c"}},
		{Name: "judge a good colour", As: "admin", Path: "/settings/organisation/contrast", Form: url.Values{"accent": {"#000000"}}, WantStatus: 200, WantBody: []string{"21 til 1"}, NotBody: []string{"<html"}},
		{Name: "judge a bad colour", As: "admin", Path: "/settings/organisation/contrast", Form: url.Values{"accent": {"#eeeeee"}}, WantStatus: 200, WantBody: []string{"for lys"}},
		{Name: "judge no colour", As: "admin", Path: "/settings/organisation/contrast", Form: url.Values{"accent": {"</span>"}}, WantStatus: 200, WantBody: []string{"badge bad"}},
		{Name: "no name", As: "admin", Path: "/settings/organisation", Form: url.Values{"name": {""}, "language": {"nb"}}, WantStatus: 422},
		{Name: "keep events for ever", As: "admin", Path: "/settings/organisation", Form: url.Values{"name": {"Fjordheim"}, "language": {"nb"}, "event_months": {"500"}}, WantStatus: 422, WantBody: []string{"fra 1 til 120"}},
		{Name: "HR saves", As: "hr", Path: "/settings/organisation", Form: form("", ""), WantStatus: 403},
		{Name: "Kollega's colour", As: "admin", Path: "/settings/organisation", Form: form("#7a1f5c"), WantStatus: 303},
		{Name: "no theme", As: "guest", Path: "/theme.css", WantStatus: 200, NotBody: []string{"#7a1f5c"}},
	})
	page := s.Guest().Get("/login")
	path := regexp.MustCompile(`/theme\.css\?v=[0-9a-f]+`).FindString(page.Body)
	if got := s.Guest().Get(path); !strings.Contains(got.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("%s: got Cache-Control %q, want it kept", path, got.Header.Get("Cache-Control"))
	}
}

func picture(t *testing.T, encode func(*bytes.Buffer, image.Image) error) []byte {
	t.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, 400, 300))
	m.Set(10, 10, color.NRGBA{R: 200, A: 255})
	var b bytes.Buffer
	if err := encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestLogo(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	c := s.As("admin")
	asPNG := picture(t, func(b *bytes.Buffer, m image.Image) error { return png.Encode(b, m) })
	asJPEG := picture(t, func(b *bytes.Buffer, m image.Image) error { return jpeg.Encode(b, m, nil) })
	asWebP, err := base64.StdEncoding.DecodeString("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA")
	if err != nil {
		t.Fatal(err)
	}
	huge := bytes.Clone(asPNG)
	copy(huge[16:24], []byte{0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff})
	for _, tt := range []struct {
		name    string
		content []byte
		want    int
	}{
		{"logo.png", asPNG, 303},
		{"a JPEG called.png", asJPEG, 303},
		{"logo.webp", asWebP, 303},
		{"logo.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), 422},
		{"logo.gif", []byte("GIF89a\x01\x00\x01\x00"), 422},
		{"cut.png", asPNG[:60], 422},
		{"huge.png", huge, 422},
		{"page.png", []byte("<html>"), 422},
		{"empty.png", nil, 422},
		{"large.png", make([]byte, 5<<20), 413},
	} {
		got := c.PostMultipart("/settings/organisation/logo", nil, handlerstest.File{Field: "logo", Name: tt.name, Type: "image/png", Content: tt.content})
		if got.Status != tt.want {
			t.Errorf("%s: got %d, want %d", tt.name, got.Status, tt.want)
		}
	}
	if got := c.PostMultipart("/settings/organisation/logo", nil, handlerstest.File{Field: "logo", Name: "a.png", Type: "image/png", Content: asPNG}); got.Status != 303 {
		t.Fatalf("upload: got %d", got.Status)
	}
	path := regexp.MustCompile(`/logo/[0-9a-f-]+`).FindString(s.Guest().Get("/login").Body)
	shown := s.Guest().Get(path)
	m, err := png.Decode(strings.NewReader(shown.Body))
	if err != nil || m.Bounds().Dy() != 192 || m.Bounds().Dx() != 256 || shown.Header.Get("Content-Type") != "image/png" {
		t.Errorf("%s: got %d %q %v, want a PNG of 256x192", path, shown.Status, shown.Header.Get("Content-Type"), err)
	}
	if strings.Contains(shown.Body, string(asPNG)) {
		t.Error("the file is passed on as it came")
	}
	if got := c.PostForm("/settings/organisation/logo/remove", nil); got.Status != 303 {
		t.Errorf("remove: got %d", got.Status)
	}
	if got := s.Guest().Get(path); got.Status != 404 {
		t.Errorf("after removing: got %d, want 404", got.Status)
	}
	if got := s.As("hr").PostForm("/settings/organisation/logo/remove", nil); got.Status != 403 {
		t.Errorf("HR removes: got %d, want 403", got.Status)
	}
}
