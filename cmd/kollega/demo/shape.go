package demo

import (
	"image"
	"math"

	"golang.org/x/image/vector"
)

// path is a closed outline; signs are drawn in a square from -1 to 1 and placed afterwards.
type path []point

type point struct{ x, y float64 }

func (p path) trace(z *vector.Rasterizer) {
	for i, at := range p {
		if i == 0 {
			z.MoveTo(float32(at.x), float32(at.y))
			continue
		}
		z.LineTo(float32(at.x), float32(at.y))
	}
	z.ClosePath()
}

// placed is the outline around x, y, with its unit as long as scale.
func (p path) placed(x, y, scale float64) path {
	out := make(path, len(p))
	for i, at := range p {
		out[i] = point{x + at.x*scale, y + at.y*scale}
	}
	return out
}

// bounds are whole pixels around the outline.
func (p path) bounds() image.Rectangle {
	low, high := p[0], p[0]
	for _, at := range p {
		low = point{min(low.x, at.x), min(low.y, at.y)}
		high = point{max(high.x, at.x), max(high.y, at.y)}
	}
	return image.Rect(int(math.Floor(low.x)), int(math.Floor(low.y)), int(math.Ceil(high.x)), int(math.Ceil(high.y)))
}

func circle(x, y, r float64) path { return ellipse(x, y, r, r) }

func ellipse(x, y, rx, ry float64) path {
	const corners = 72
	p := make(path, corners)
	for i := range p {
		a := 2 * math.Pi * float64(i) / corners
		p[i] = point{x + rx*math.Cos(a), y + ry*math.Sin(a)}
	}
	return p
}

func box(x, y, w, h float64) path {
	return path{{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}}
}

// The signs of the jobs.
var (
	heart    = []path{heartShape()}
	brackets = []path{
		{{-0.45, -0.62}, {-0.25, -0.45}, {-0.68, 0}, {-0.25, 0.45}, {-0.45, 0.62}, {-1, 0}},
		{{0.45, -0.62}, {0.25, -0.45}, {0.68, 0}, {0.25, 0.45}, {0.45, 0.62}, {1, 0}},
	}
	pot = []path{
		box(-0.7, -0.15, 1.4, 0.9), box(-1, 0, 0.2, 0.22), box(0.8, 0, 0.2, 0.22), box(-0.8, -0.42, 1.6, 0.16), box(-0.12, -0.62, 0.24, 0.14),
	}
	bolt = []path{{{0.18, -1}, {-0.6, 0.15}, {-0.08, 0.15}, {-0.22, 1}, {0.6, -0.25}, {0.08, -0.25}}}
)

func heartShape() path {
	p := make(path, 96)
	for i := range p {
		t := 2 * math.Pi * float64(i) / float64(len(p))
		s := math.Sin(t)
		p[i] = point{s * s * s, -(13*math.Cos(t) - 5*math.Cos(2*t) - 2*math.Cos(3*t) - math.Cos(4*t)) / 16}
	}
	return p
}
