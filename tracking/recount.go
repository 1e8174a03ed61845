package tracking

import "kollega/models"

// Rejudge judges a recorded event by the rules of today: a click by its kept signals, a later touch by what its click is now, unless
// the program that reported it gives itself away. What was taken back for a burst stays so: later requests showed it, not its own.
func (j *Judge) Rejudge(e models.Judged) (class, reason string) {
	if !e.Later {
		return j.clickAgain(e)
	}
	click := e.Class // of a click that is not there any more
	if e.Click != nil {
		click, _ = j.clickAgain(*e.Click)
	} else if e.Reason != "click" {
		click = models.ClassHuman
	}
	return j.touchAgain(e, click)
}

func (j *Judge) clickAgain(e models.Judged) (class, reason string) {
	class, reason, ok := j.Again(e.Signals)
	switch {
	case !ok:
		return e.Class, e.Reason
	case class == models.ClassHuman && e.Reason == "burst":
		return models.ClassSuspect, "burst"
	}
	return class, reason
}

// touchAgain is report's rule on kept signals.
func (j *Judge) touchAgain(e models.Judged, click string) (class, reason string) {
	s, ok := parseSignals(e.Signals)
	if !ok {
		return e.Class, e.Reason
	}
	if click == models.ClassPrefetch { // what was made ready ahead was looked at, or there were nothing to report
		click = models.ClassHuman
	}
	if click != models.ClassHuman {
		return click, "click"
	}
	if f := j.again(s.agent.name, s.agent.skeleton); f.class != "" {
		return f.class, "agent:" + f.name
	}
	if e.Reason == "burst" {
		return models.ClassSuspect, "burst"
	}
	return models.ClassHuman, "ok"
}
