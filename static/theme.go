package static

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Theme is the style sheet of an accent colour such as "#0f5f5a": what /theme.css answers.
// Text on the accent and the accent as text keep a contrast of 4.5 in light and dark (WCAG 2.2, 1.4.3), whatever the colour.
func Theme(accent string) (string, error) {
	base, err := parseColour(accent)
	if err != nil {
		return "", err
	}
	light := shade(base, black, lightGround)
	dark := shade(base, white, darkGround)
	return fmt.Sprintf(":root{%s}\n@media (prefers-color-scheme:dark){:root:not([data-theme=light]){%s}}\n:root[data-theme=dark]{%s}\n",
		light, dark, dark), nil
}

// Contrast is the ratio between two colours such as "#0f5f5a", from 1 to 21 (WCAG 2.2, relative luminance).
func Contrast(a, b string) (float64, error) {
	first, err := parseColour(a)
	if err != nil {
		return 0, err
	}
	second, err := parseColour(b)
	if err != nil {
		return 0, err
	}
	return contrast(first, second), nil
}

// colour is red, green and blue, 0 to 255 each.
type colour [3]float64

var (
	black       = colour{0, 0, 0}
	white       = colour{255, 255, 255}
	lightGround = colour{0xf0, 0xeb, 0xe3} // --k-sunken, the darkest light ground that carries accent text
	darkGround  = colour{0x27, 0x2d, 0x2a} // --k-sunken, the lightest dark ground
	darkInk     = colour{0x0a, 0x16, 0x14}
)

// shade writes the variables of one theme; towards is where the colour is moved until it can be read on the ground.
func shade(base, towards, ground colour) string {
	accent := base
	for contrast(accent, ground) < 4.5 && accent != towards {
		accent = accent.mix(towards, 0.05)
	}
	ink := white
	if contrast(accent, darkInk) > contrast(accent, white) {
		ink = darkInk
	}
	strong := accent.mix(towards, 0.18)
	// The accent's own tint is a ground of accent text, too (10 or 16 per cent in tokens.css).
	for contrast(strong, ground.mix(accent, 0.16)) < 4.5 && strong != towards {
		strong = strong.mix(towards, 0.05)
	}
	return fmt.Sprintf("--k-accent:%s;--k-accent-ink:%s;--k-accent-strong:%s", accent, ink, strong)
}

// mix moves c towards other by a share of 0 to 1, at least by one step, so that repeating it arrives.
func (c colour) mix(other colour, share float64) colour {
	for i := range c {
		step := (other[i] - c[i]) * share
		if step != 0 && math.Abs(step) < 1 {
			step = math.Copysign(1, step)
		}
		c[i] = math.Round(c[i] + step)
	}
	return c
}

// String is the colour as CSS writes it.
func (c colour) String() string {
	return fmt.Sprintf("#%02x%02x%02x", int(c[0]), int(c[1]), int(c[2]))
}

// parseColour reads "#rrggbb".
func parseColour(s string) (colour, error) {
	digits, found := strings.CutPrefix(s, "#")
	n, err := strconv.ParseUint(digits, 16, 32)
	if !found || len(digits) != 6 || err != nil {
		return colour{}, fmt.Errorf("colour %q: want # and six hexadecimal digits", s)
	}
	return colour{float64(n >> 16), float64(n >> 8 & 0xff), float64(n & 0xff)}, nil
}

// contrast is (L1 + 0.05) / (L2 + 0.05) of WCAG 2.2.
func contrast(a, b colour) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// luminance is the relative luminance of WCAG 2.2, 0 to 1.
func luminance(c colour) float64 {
	var sum float64
	for i, weight := range [3]float64{0.2126, 0.7152, 0.0722} {
		v := c[i] / 255
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		sum += weight * v
	}
	return sum
}
