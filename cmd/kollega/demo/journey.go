package demo

import (
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

// move is one step of an application.
type move struct {
	stage, note string
	by          *uuid.UUID
	at          time.Time
}

// onward is, from each stage, how likely the next is, and how many days it takes at most.
var onward = []struct {
	stage  string
	likely float64
	days   float64
}{{models.StageScreening, 0.93, 4}, {models.StageInterview, 0.5, 8}, {models.StageOffer, 0.38, 9}, {models.StageHired, 0.75, 6}}

var notes = map[string]map[string][]string{
	"nb": {
		models.StageScreening: {"", "", "God søknad, les videre."},
		models.StageInterview: {"", "Intervju på torsdag klokka ti.", "Snakket på telefon, varm og tydelig."},
		models.StageOffer:     {"Referansene er svært gode.", ""},
		models.StageHired:     {"Takket ja!", "Begynner den første i måneden."},
		models.StageRejected:  {"", "Mangler det som kreves denne gangen. Ringt og forklart.", "Stillingen krever mer erfaring."},
		models.StageWithdrawn: {"Har fått en annen jobb.", ""},
	},
	"en": {
		models.StageScreening: {"", "", "Good letter, read on."},
		models.StageInterview: {"", "Interview on Thursday at ten.", "Called; warm and clear."},
		models.StageOffer:     {"References are excellent.", ""},
		models.StageHired:     {"Said yes!", "Starts on the first."},
		models.StageRejected:  {"", "A required skill is missing this time. Called and explained.", "We need more experience here."},
		models.StageWithdrawn: {"Has found another job.", ""},
	},
}

// journey is what became of an application until now; the newest are still waiting.
func (d *demo) journey(a applying, language string) []move {
	var way []move
	leader := &d.house.staff[d.jobs[a.job].team].id
	at := a.at
	add := func(stage string, days float64) bool {
		at = at.Add(time.Duration((0.3 + d.rng.Float64()*days) * float64(24*time.Hour)))
		if at.After(d.now) {
			return false
		}
		by := &d.house.hr.id
		if stage == models.StageInterview {
			by = leader
		}
		list := notes[language][stage]
		way = append(way, move{stage, list[d.rng.IntN(len(list))], by, at})
		return true
	}
	for i, o := range onward {
		if d.rng.Float64() < o.likely {
			if !add(o.stage, o.days) {
				return way
			}
			continue
		}
		switch n := d.rng.IntN(20); {
		case i > 0 && n < 4:
			add(models.StageWithdrawn, o.days)
		case n < 16: // the others are still being thought about
			add(models.StageRejected, o.days)
		}
		return way
	}
	return way
}
