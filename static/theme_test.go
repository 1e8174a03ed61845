package static_test

import (
	"math"
	"regexp"
	"testing"

	"kollega/static"
)

func TestEveryAccentCanBeRead(t *testing.T) {
	t.Parallel()
	value := regexp.MustCompile(`--k-accent:(#\w+);--k-accent-ink:(#\w+);--k-accent-strong:(#\w+)`)
	grounds := []string{"#ffffff", "#1d2220", "#1d2220"} // the surface in light, in dark by the device, in dark by hand
	for _, accent := range []string{"#0f5f5a", "#ffff00", "#ff0000", "#0000ff", "#ffffff", "#000000", "#808080", "#7fd6ca", "#c8102e"} {
		sheet, err := static.Theme(accent)
		if err != nil {
			t.Fatal(err)
		}
		themes := value.FindAllStringSubmatch(sheet, -1)
		if len(themes) != len(grounds) {
			t.Fatalf("%s: got %d themes, want %d", accent, len(themes), len(grounds))
		}
		for i, theme := range themes {
			pairs := [][2]string{{theme[1], theme[2]}, {theme[3], theme[2]}, {theme[1], grounds[i]}, {theme[3], grounds[i]}}
			for _, pair := range pairs {
				got, err := static.Contrast(pair[0], pair[1])
				if err != nil {
					t.Fatal(err)
				}
				if got < 4.5 {
					t.Errorf("%s, theme %d: got contrast %.2f of %s on %s, want at least 4.5", accent, i, got, pair[0], pair[1])
				}
			}
		}
	}
}

func TestContrastAgreesWithTheStandard(t *testing.T) {
	t.Parallel()
	for pair, want := range map[[2]string]float64{
		{"#000000", "#ffffff"}: 21,
		{"#777777", "#ffffff"}: 4.48,
		{"#ff0000", "#ffffff"}: 4.00,
	} {
		got, err := static.Contrast(pair[0], pair[1])
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(got-want) > 0.01 {
			t.Errorf("%v: got %.3f, want %.2f", pair, got, want)
		}
	}
}

func TestWhatIsNoColourIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "#fff", "teal", "0f5f5a", "#0f5f5g", "#0f5f5a}body{", "#+f5f5a"} {
		if sheet, err := static.Theme(text); err == nil {
			t.Errorf("Theme(%q): got %q, want an error", text, sheet)
		}
	}
}
