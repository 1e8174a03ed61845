package models

import (
	"math"
	"regexp"
	"strconv"
)

var hexColour = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

// CheckAccent refuses a colour that white text cannot be read on: contrast under 4.5 to 1 (WCAG 2.2, 1.4.3).
func CheckAccent(hex string) *ValidationError {
	if !hexColour.MatchString(hex) {
		return Invalid("accent", "error.colour")
	}
	if Contrast(hex, "#ffffff") < 4.5 {
		return Invalid("accent", "error.contrast")
	}
	return nil
}

// Contrast is the ratio of two "#rrggbb" colours, 1 to 21, as WCAG 2.2 defines it.
func Contrast(a, b string) float64 {
	la, lb := luminance(a), luminance(b)
	return (math.Max(la, lb) + 0.05) / (math.Min(la, lb) + 0.05)
}

// luminance is the relative luminance of WCAG 2.2, 0 to 1.
func luminance(hex string) float64 {
	var sum float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, _ := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
