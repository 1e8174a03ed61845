package web

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"kollega/internal/i18n"
	"kollega/models"
)

// WaitingCard is somebody who waits for an answer, with the form that gives it.
type WaitingCard struct {
	models.WaitingPerson

	Things   []WaitingThing
	Days     int
	At       string // where the answer goes
	Form     FeedbackForm
	Starters map[string][]string // by the field that they begin
	Failed   bool                // what was written was refused, and is shown again
}

// WaitingThing is one thing that they did.
type WaitingThing struct {
	models.Waiting

	Fact   string
	Poster string
	Days   int
	Late   bool
	Chosen bool // the answer is about it
}

// FeedbackForm is feedback as it is written.
type FeedbackForm struct {
	To         string   `form:"to"`
	Owed       []string `form:"owed"`
	Kind       string   `form:"kind"`
	Text       string   `form:"text"`
	Better     string   `form:"better"`
	Suggestion string   `form:"suggestion"`
}

// ToID is who it is to, zero where it does not say.
func (f FeedbackForm) ToID() uuid.UUID {
	id, _ := uuid.Parse(f.To)
	return id
}

// OwedIDs are the things that it is about.
func (f FeedbackForm) OwedIDs() []uuid.UUID {
	var ids []uuid.UUID
	for _, s := range f.Owed {
		if id, err := uuid.Parse(s); err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// ID is what an element of that name is called on the card; of a card that is shown again the page's errors lead to it.
func (c WaitingCard) ID(name string) string {
	if c.Failed || len(c.Things) == 0 {
		return name
	}
	return name + "-" + c.Key()
}

// Input is what the form says.
func (f FeedbackForm) Input() models.FeedbackInput {
	return models.FeedbackInput{Kind: f.Kind, Text: f.Text, Better: f.Better, Suggestion: f.Suggestion}
}

// MaxText is the longest text.
func (f FeedbackForm) MaxText() int { return models.MaxFeedback }

// CardOf is a person's card; answers go to at.
func CardOf(p *i18n.Printer, now time.Time, person models.WaitingPerson, at string) WaitingCard {
	card := WaitingCard{WaitingPerson: person, Days: person.Days(now), At: at, Starters: starters(p), Form: FeedbackForm{To: person.UserID.String()}}
	for _, w := range person.Things {
		thing := WaitingThing{Waiting: w, Fact: WaitingFact(p, w), Days: w.Days(now), Late: w.Late(now), Chosen: true}
		if w.Proposal != nil && w.Proposal.Clip != nil {
			thing.Poster = ClipMedia(*w.Proposal.Clip, "poster")
		}
		card.Things = append(card.Things, thing)
	}
	return card
}

// Again is the card with what was written in it.
func (c WaitingCard) Again(form FeedbackForm) WaitingCard {
	c.Form, c.Failed = form, true
	for i := range c.Things {
		c.Things[i].Chosen = false
		c.Things[i].Chosen = slices.Contains(form.OwedIDs(), c.Things[i].ID)
	}
	return c
}

// starterCount is how many beginnings are offered for each text.
const starterCount = 3

// starters are beginnings of sentences, by the field. Each ends with three dots, with which nothing is taken as feedback.
func starters(p *i18n.Printer) map[string][]string {
	out := map[string][]string{}
	for _, field := range []string{models.FeedbackThanks, models.FeedbackPraise, models.FeedbackConstructive, "better", "suggestion"} {
		for _, n := range []string{"1", "2", "3"}[:starterCount] {
			if key := "feedback.starter." + field + "." + n; p.Has(key) {
				out[field] = append(out[field], p.T(key))
			}
		}
	}
	return out
}

// WaitingFact is what somebody did, in words without their name.
func WaitingFact(p *i18n.Printer, w models.Waiting) string {
	key := "feedback.fact." + w.Kind
	switch w.Kind {
	case models.OwedShare:
		return p.T(key, "Job", w.JobTitle, "Channels", channels(p, w.Channels)) + opened(p, w)
	case models.OwedTurn:
		return p.T(key+"."+w.Stage, "Job", w.JobTitle)
	}
	if w.JobTitle == "" {
		key += ".plain"
	}
	return p.T(key, "Job", w.JobTitle)
}

func opened(p *i18n.Printer, w models.Waiting) string {
	switch {
	case w.Visitors == nil:
		return ""
	case *w.Visitors == 0:
		return ". " + p.T("feedback.fact.unopened")
	}
	return ". " + p.N("feedback.fact.opened", int(*w.Visitors))
}

// channels names them: LinkedIn, Facebook and QR code.
func channels(p *i18n.Printer, codes []string) string {
	var names []string
	for _, code := range codes {
		if code == "copy" { // which the page of shares calls by what its button does
			names = append(names, p.T("feedback.fact.copied"))
			continue
		}
		names = append(names, p.T("channel."+code))
	}
	switch n := len(names); n {
	case 0:
		return p.T("feedback.fact.somewhere")
	case 1:
		return names[0]
	default:
		return p.T("feedback.and", "First", strings.Join(names[:n-1], ", "), "Last", names[n-1])
	}
}
