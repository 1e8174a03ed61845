package demo

import (
	"time"

	"kollega/models"
)

// longest is how long a visit lasts at most, in seconds.
const longest = 900

// watched is how far people watch: each quarter loses some, the first most.
var watched = []struct {
	kind   string
	likely float64
}{{models.KindQ25, 0.79}, {models.KindQ50, 0.83}, {models.KindQ75, 0.87}, {models.KindQ100, 0.8}}

// watch adds what follows a click: the page is seen, the clip plays, some apply.
func (v *visits) watch(click models.Event, j, link int) {
	if v.rng.Float64() > 0.86 {
		return
	}
	at := 0.4 + v.rng.ExpFloat64()*0.8 // seconds since the click
	v.touch(click, models.KindView, 1, at)
	stayed := false
	if v.rng.Float64() < 0.83 {
		at += 0.2 + v.rng.Float64()
		v.touch(click, models.KindPlay, 2, at)
		if v.rng.Float64() < 0.35 {
			v.touch(click, models.KindSound, 9, at+1)
		}
		began := at
		at, stayed = v.quarters(click, j, at)
		v.seconds(click, j, at-began)
	}
	keen := 0.025
	if stayed {
		keen = 0.12
	}
	if click.ClipID == v.demo.jobs[j].other { // a person who tells moves more people than a picture
		keen *= 1.7
	}
	if v.rng.Float64() > keen {
		return
	}
	at += 8 + v.rng.ExpFloat64()*25
	v.touch(click, models.KindApplyStart, 7, at)
	if click.Class != models.ClassHuman || v.rng.Float64() > 0.45 {
		return
	}
	at = min(at+60+v.rng.ExpFloat64()*90, longest)
	if v.touch(click, models.KindApply, 8, at) {
		v.applying = append(v.applying, applying{at: click.At.Add(time.Duration(at * float64(time.Second))), job: j, link: link, click: click.ID, clip: click.ClipID})
	}
}

// quarters are the parts of the clip that were seen; stayed tells whether that was more than half of it.
func (v *visits) quarters(click models.Event, j int, at float64) (end float64, stayed bool) {
	for i, s := range watched {
		if v.rng.Float64() > s.likely-0.04*float64(j) { // one clip holds people longer than another
			return at, i > 1
		}
		at += v.demo.jobs[j].seconds / 4
		v.touch(click, s.kind, byte(3+i), at)
	}
	return at, true
}

// seconds are those that were watched: as much as was told, and a little more.
func (v *visits) seconds(click models.Event, j int, told float64) {
	length := v.demo.jobs[j].seconds
	more := min(told+v.rng.Float64()*length/4, length)
	e := click
	e.ClickID, e.Kind, e.AfterMS = click.ID, models.KindWatched, int32(1000*more)+2000
	e.ID[15] ^= 10
	for s := 0; float64(s) < more; s++ {
		e.Seconds.Add(s)
	}
	v.keep(e)
}

// touch adds a later touch of a click: it bears the click's time, and an id made from the click's.
func (v *visits) touch(click models.Event, kind string, number byte, seconds float64) bool {
	e := click
	e.ClickID, e.Kind, e.AfterMS = click.ID, kind, int32(min(seconds, longest)*1000)
	e.ID[15] ^= number
	return v.keep(e)
}
