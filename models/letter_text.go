package models

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"kollega/internal/i18n"
)

// Limits of a letter's text, in characters.
const (
	MaxSubject = 150
	MaxBody    = 5000
)

// Places in a letter's text that are filled in when it is sent, written {name}.
const (
	PlaceName    = "name"    // the candidate's
	PlaceJob     = "job"     // its title
	PlaceHouse   = "house"   // the organisation's name
	PlacePromise = "promise" // the sentence on when they hear
	PlaceContact = "contact" // whom to ask about personal data
	PlaceUntil   = "until"   // the last day of the consent for later jobs
)

// LetterPlaces are the places that a letter of that kind can have.
func LetterPlaces(kind string) []string {
	switch kind {
	case LetterLink:
		return []string{PlaceName, PlaceHouse, PlaceContact}
	case LetterRenewal:
		return []string{PlaceName, PlaceHouse, PlaceContact, PlaceUntil}
	}
	return []string{PlaceName, PlaceJob, PlaceHouse, PlacePromise, PlaceContact}
}

// LetterText is what letters of a kind say in a language: the house's own words, or Kollega's.
type LetterText struct {
	Kind      string `gorm:"primaryKey"`
	Language  string `gorm:"primaryKey"`
	Subject   string
	Body      string // paragraphs with an empty line between them
	UserID    *uuid.UUID
	UpdatedAt time.Time // zero for Kollega's own

	User *User `gorm:"foreignKey:UserID"`
}

// Own tells whether the house wrote it.
func (t LetterText) Own() bool { return !t.UpdatedAt.IsZero() }

// StandardLetter is Kollega's own text.
func StandardLetter(p *i18n.Printer, kind string) LetterText {
	places := []any{}
	for _, name := range LetterPlaces(kind) {
		places = append(places, strings.ToUpper(name[:1])+name[1:], "{"+name+"}")
	}
	return LetterText{Kind: kind, Language: p.Lang(), Subject: p.T("letter."+kind+".subject", places...), Body: p.T("letter."+kind+".body", places...)}
}

// LetterText is what letters of that kind say in the printer's language.
func (db *DB) LetterText(ctx context.Context, p *i18n.Printer, kind string) (LetterText, error) {
	var found []LetterText
	err := db.q(ctx).Where("kind = ? and language = ?", kind, p.Lang()).Limit(1).Find(&found).Error
	if err != nil || len(found) == 0 {
		return StandardLetter(p, kind), mapped(err)
	}
	return found[0], nil
}

// OwnLetterTexts are those that the house wrote.
func (db *DB) OwnLetterTexts(ctx context.Context) ([]LetterText, error) {
	var ts []LetterText
	err := db.q(ctx).Preload("User").Order("kind, language").Find(&ts).Error
	return ts, mapped(err)
}

var place = regexp.MustCompile(`\{[^{}\n]*\}?|\}`)

// Check refuses a text that cannot be sent, all fields at once.
func (t *LetterText) Check() error {
	t.Subject, t.Body = tidy(t.Subject), strings.TrimSpace(strings.ReplaceAll(t.Body, "\r\n", "\n"))
	var bad ValidationErrors
	if !LetterKinds.Has(t.Kind) || !Languages.Has(t.Language) {
		return ErrNotFound
	}
	for _, f := range []struct {
		field, value string
		limit        int
	}{{"subject", t.Subject, MaxSubject}, {"body", t.Body, MaxBody}} {
		if f.value == "" {
			bad.Add(f.field, "error.required")
			continue
		}
		if utf8.RuneCountInString(f.value) > f.limit {
			bad.Add(f.field, "error.too_long", "Max", f.limit)
		}
		if wrong := t.unknownPlace(f.value); wrong != "" {
			bad.Add(f.field, "letter.error.place", "Place", wrong)
		}
	}
	return bad.Err()
}

// unknownPlace is the first thing in braces that cannot be filled in.
func (t *LetterText) unknownPlace(text string) string {
	known := LetterPlaces(t.Kind)
	for _, found := range place.FindAllString(text, -1) {
		if !strings.HasPrefix(found, "{") || !strings.HasSuffix(found, "}") || !slices.Contains(known, found[1:len(found)-1]) {
			return found
		}
	}
	return ""
}

// SaveLetterText makes it what the house's letters say from now on.
func (db *DB) SaveLetterText(ctx context.Context, by User, t LetterText) error {
	if err := t.Check(); err != nil {
		return err
	}
	t.UserID, t.UpdatedAt = by.ref(), db.Now()
	return db.do(As(ctx, by), Deed{DidChange, OfLetterText, uuid.Nil, Facts{"letter": t.Kind, "language": t.Language}}, func(tx *DB) error {
		return mapped(tx.q(ctx).Omit(clause.Associations).Clauses(clause.OnConflict{
			Columns: []clause.Column{{Name: "kind"}, {Name: "language"}}, DoUpdates: clause.AssignmentColumns([]string{"subject", "body", "user_id", "updated_at"}),
		}).Create(&t).Error)
	})
}

// ResetLetterText goes back to Kollega's own words.
func (db *DB) ResetLetterText(ctx context.Context, kind, language string) error {
	return db.do(ctx, Deed{DidChange, OfLetterText, uuid.Nil, Facts{"letter": kind, "language": language, "reset": true}}, func(tx *DB) error {
		return mapped(tx.q(ctx).Where("kind = ? and language = ?", kind, language).Delete(&LetterText{}).Error)
	})
}

// Fill puts the values into the places. A value that looks like a place stays as it is.
func (t LetterText) Fill(values map[string]string) (subject string, paragraphs []string) {
	var pairs []string
	for name, value := range values {
		pairs = append(pairs, "{"+name+"}", value)
	}
	fill := strings.NewReplacer(pairs...)
	for paragraph := range strings.SplitSeq(t.Body, "\n\n") {
		if said := strings.TrimSpace(fill.Replace(paragraph)); said != "" {
			paragraphs = append(paragraphs, said)
		}
	}
	return tidy(fill.Replace(t.Subject)), paragraphs
}

// LetterValues are what goes into the places of a letter about that application (nil where it is about the person), in the printer's language.
func LetterValues(p *i18n.Printer, house Organisation, c Candidate, a *Application) map[string]string {
	values := map[string]string{
		PlaceName: c.Name, PlaceHouse: house.Name, PlaceContact: house.PrivacyContact, PlacePromise: "", PlaceJob: "", PlaceUntil: "",
	}
	if house.PrivacyContact == "" {
		values[PlaceContact] = house.Name
	}
	if c.PoolUntil != nil {
		values[PlaceUntil] = p.Date(*c.PoolUntil)
	}
	if a == nil {
		return values
	}
	values[PlaceJob] = a.Job.Title
	if UndecidedStages.Has(a.Stage) {
		values[PlacePromise] = p.T("letter.promise.none")
		if by := house.AnswerBy(*a); !by.IsZero() {
			values[PlacePromise] = p.T("letter.promise", "Date", p.Date(by.Local()))
		}
	}
	return values
}
