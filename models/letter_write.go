package models

import (
	"cmp"
	"strings"

	"kollega/internal/i18n"
	"kollega/internal/mail"
)

// DefaultAccent is the colour of a letter's button where the house has none of its own.
const DefaultAccent = "#0f5f5a"

// WriteLetter is what a letter says, but for the address that its button opens.
func WriteLetter(p *i18n.Printer, house Organisation, text LetterText, l Letter) mail.Letter {
	values := LetterValues(p, house, *l.Candidate, l.Application)
	subject, paragraphs := text.Fill(values)
	if words := strings.TrimSpace(l.Words); words != "" {
		paragraphs = append(paragraphs, words)
	}
	action := "letter.action"
	if p.Has("letter." + l.Kind + ".action") {
		action = "letter." + l.Kind + ".action"
	}
	return mail.Letter{
		Lang: p.Lang(), House: house.Name, Subject: subject, Paragraphs: paragraphs, Action: p.T(action), Instead: p.T("mail.instead"),
		Foot: p.T("letter.foot", "Contact", values[PlaceContact]), Accent: cmp.Or(house.Accent, DefaultAccent),
	}
}
