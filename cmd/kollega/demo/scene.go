package demo

import (
	"image"
	"image/color"
	"math"

	"golang.org/x/image/draw"
	"golang.org/x/image/vector"
)

// coarse is how many pixels of the picture one cell of the colour field covers: gradients need no more.
const coarse = 8

// scene is one clip as it is drawn: slow colours, floating discs, a sign, the job's title and a few lines of text.
type scene struct {
	width, height int
	seconds       float64
	colours       [4]color.RGBA // the ground's two, then those of the lights that wander over it
	phase         float64       // so that no two scenes move alike
	sign          []path
	texts         texts

	field *image.RGBA
	frame *image.RGBA
}

// newScene lays everything out that does not move.
func newScene(f film) (*scene, error) {
	s := &scene{width: 1280, height: 720, seconds: filmSeconds, colours: f.colours, phase: f.phase, sign: f.sign}
	if f.upright {
		s.width, s.height = s.height, s.width
	}
	s.field = image.NewRGBA(image.Rect(0, 0, s.width/coarse, s.height/coarse))
	s.frame = image.NewRGBA(image.Rect(0, 0, s.width, s.height))
	var err error
	s.texts, err = layText(f, s.width, s.height)
	return s, err
}

// draw returns the picture at a time, in seconds; it is overwritten by the next.
func (s *scene) draw(at float64) *image.RGBA {
	s.paintGround(at)
	draw.ApproxBiLinear.Scale(s.frame, s.frame.Bounds(), s.field, s.field.Bounds(), draw.Src, nil)
	s.paintDiscs(at)
	s.paintSign(at)
	s.texts.paint(s.frame, at, s.seconds)
	return s.frame
}

// paintGround fills the colour field: a gradient that turns slowly, and two soft lights on it.
func (s *scene) paintGround(at float64) {
	b := s.field.Bounds()
	turn := s.phase + at*0.12
	dx, dy := math.Cos(turn), math.Sin(turn)
	lights := [2][2]float64{
		{0.5 + 0.42*math.Cos(at*0.35+s.phase), 0.45 + 0.35*math.Sin(at*0.27+s.phase)},
		{0.55 + 0.40*math.Sin(at*0.22+2*s.phase), 0.6 + 0.38*math.Cos(at*0.31+s.phase)},
	}
	for y := range b.Dy() {
		for x := range b.Dx() {
			u, v := float64(x)/float64(b.Dx()), float64(y)/float64(b.Dy())
			c := mix(s.colours[0], s.colours[1], smooth(0.5+(u-0.5)*dx+(v-0.5)*dy))
			for i, l := range lights {
				near := math.Exp(-((u-l[0])*(u-l[0]) + (v-l[1])*(v-l[1])) / 0.07)
				c = mix(c, s.colours[2+i], 0.55*near)
			}
			s.field.SetRGBA(x, y, c)
		}
	}
}

// paintDiscs lets a few pale discs rise.
func (s *scene) paintDiscs(at float64) {
	w, h := float64(s.width), float64(s.height)
	for i := range 7 {
		k := float64(i)
		speed := 0.018 + 0.007*math.Mod(k*1.7, 3)
		y := math.Mod(1.25-at*speed-0.19*k+3, 1.3) - 0.1
		x := math.Mod(0.13+0.37*k+s.phase, 1) + 0.02*math.Sin(at*0.6+k)
		r := (0.05 + 0.035*math.Mod(k*2.3, 4)) * min(w, h)
		s.fill(0.07, circle(x*w, y*h, r))
	}
}

// paintSign draws the job's sign in a ring, which closes as the clip begins.
func (s *scene) paintSign(at float64) {
	x, y, r := s.texts.signAt(s.height)
	grown := smooth(at / 1.2)
	s.fill(0.16*grown, circle(x, y, r*(0.8+0.2*grown)))
	for _, p := range s.sign {
		s.fill(0.95*smooth((at-0.3)/0.9), p.placed(x, y, r*0.55))
	}
}

// fill lays a shape over the picture in white, at an opacity of 0 to 1.
func (s *scene) fill(opacity float64, p path) {
	at := p.bounds().Intersect(s.frame.Bounds())
	if at.Empty() || opacity <= 0 {
		return
	}
	z := vector.NewRasterizer(at.Dx(), at.Dy())
	z.DrawOp = draw.Over
	p.placed(-float64(at.Min.X), -float64(at.Min.Y), 1).trace(z)
	a := uint8(255 * min(opacity, 1))
	z.Draw(s.frame, at, image.NewUniform(color.RGBA{a, a, a, a}), image.Point{})
}

func mix(a, b color.RGBA, t float64) color.RGBA {
	of := func(x, y uint8) uint8 { return uint8(float64(x) + (float64(y)-float64(x))*t + 0.5) }
	return color.RGBA{of(a.R, b.R), of(a.G, b.G), of(a.B, b.B), 0xff}
}

// smooth runs from 0 to 1 with a gentle start and end.
func smooth(t float64) float64 {
	t = min(max(t, 0), 1)
	return t * t * (3 - 2*t)
}
