package demo

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

// judge marks what somebody saw of each skill that the job requires when they first looked, and tells whether they saw all.
func (d *demo) judge(p *paper, id uuid.UUID, j job, first move) (all bool) {
	all = len(j.required) > 0
	for _, skill := range j.required {
		mark := models.SkillSeen
		switch n := d.rng.IntN(10); {
		case n < 3:
			all = false
			continue // not looked at yet
		case n < 5:
			mark, all = models.SkillNotSeen, false
		}
		p.marks = append(p.marks, []any{models.NewID(), id, skill, mark, first.by, first.at})
	}
	return all
}

// discussions are what is written about the newest application of each job, in its language: HR asks the job's leader, who asks back.
var discussions = map[string][2]string{
	"nb": {"@%s, kjenner du stedet der søkeren jobbet før?", "Ja, godt. Kan du ringe først, @%s? Jeg er på vakt til fredag."},
	"en": {"@%s, do you know where they worked before?", "Yes, well. Could you call first, @%s? I am on duty until Friday."},
}

// discuss has colleagues write about the newest application of each job, and name each other.
func (d *demo) discuss(p *paper) {
	for i, j := range d.jobs {
		w, ok := p.newest[i]
		if !ok {
			continue
		}
		leader, texts := d.house.staff[j.team], discussions[j.language]
		step := d.now.Sub(w.at) / 4
		d.remark(p, w.id, d.house.hr, texts[0], leader, w.at.Add(step))
		d.remark(p, w.id, leader, texts[1], d.house.hr, w.at.Add(2*step))
	}
}

// remark is a note that names somebody, who was mailed and has not looked yet.
func (d *demo) remark(p *paper, app uuid.UUID, by person, text string, named person, at time.Time) {
	note := models.NewID()
	p.notes = append(p.notes, []any{note, app, nil, by.id, fmt.Sprintf(text, named.name), at})
	p.mentions = append(p.mentions, []any{note, named.id, at, at})
}
