package staff

import (
	"strings"
	"time"

	"kollega/internal/i18n"
	"kollega/models"
)

// storyView is a share with what came of it in words.
type storyView struct {
	models.Story

	Words []string // sentences, from seen to hired
}

// toldStages are the stages that a story tells of, the furthest first. That an application is new goes without saying.
var toldStages = []string{
	models.StageHired, models.StageOffer, models.StageInterview, models.StageScreening, models.StageRejected, models.StageWithdrawn,
}

// tell puts a share's story into sentences, within what each candidate allows.
func tell(p *i18n.Printer, s models.Story) storyView {
	v := storyView{Story: s}
	switch {
	case s.Visitors == 0 && len(s.Applied) == 0: // who applied has opened it, whatever was counted
		v.Words = append(v.Words, p.T("story.unopened"))
	case s.Visitors > 0:
		v.Words = append(v.Words, p.N("story.opened", int(s.Visitors), "Confirmed", p.N("story.confirmed", int(s.Confirmed()))))
	}
	if s.Watched() {
		v.Words = append(v.Words, watched(p, s))
	}
	switch {
	case len(s.Applied) == 1:
		v.Words = append(v.Words, one(p, s.Applied[0])...)
	case len(s.Applied) > 1:
		v.Words = append(v.Words, many(p, s.Applied)...)
	case s.Visitors > 0 && s.JobStatus == models.JobPublished:
		v.Words = append(v.Words, p.T("story.none_yet"))
	case s.Visitors > 0:
		v.Words = append(v.Words, p.T("story.none"))
	}
	return v
}

// watched says how the clip was watched, by everybody who came together.
func watched(p *i18n.Printer, s models.Story) string {
	switch {
	case s.Plays == 0:
		return p.T("story.unplayed")
	case s.Q100 == 0:
		return p.N("story.played", int(s.Plays))
	}
	return p.N("story.played_end", int(s.Plays), "End", p.N("story.end", int(s.Q100)))
}

// one tells of a single application: that it came, and what its candidate lets the colleague know besides.
func one(p *i18n.Printer, a models.StoryApplication) []string {
	day := p.Date(a.SubmittedAt.In(time.Local))
	words := []string{p.T("story.one", "Date", day)}
	if a.Candidate != "" {
		words[0] = p.T("story.one_name", "Name", a.Candidate, "Date", day)
	}
	if a.Stage != "" {
		words = append(words, p.T("links.told."+a.Stage))
	}
	return words
}

// many tells how many there were, and how far those have come whose candidates let the colleague know.
func many(p *i18n.Printer, all []models.StoryApplication) []string {
	last := all[len(all)-1].SubmittedAt.In(time.Local)
	words := []string{p.N("story.many", len(all), "Date", p.Date(last))}
	var names []string
	stages := map[string]int{}
	for _, a := range all {
		stages[a.Stage]++
		if a.Candidate != "" {
			names = append(names, a.Candidate)
		}
	}
	for _, stage := range toldStages {
		if n := stages[stage]; n > 0 {
			words = append(words, p.N("story.stage."+stage, n))
		}
	}
	if len(names) > 0 {
		words = append(words, p.T("story.names", "Names", strings.Join(names, ", ")))
	}
	return words
}
