// Package i18n gives Kollega its words, dates and numbers in Norwegian bokmål and English.
package i18n

import (
	"cmp"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/maypok86/otter/v2"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// The languages that exist. Default is used where nothing better is known.
const (
	Bokmal  = "nb"
	English = "en"
	Default = Bokmal
)

// maxAcceptLanguage bounds how much of a stranger's header is parsed, in bytes.
const maxAcceptLanguage = 512

//go:embed nb.json en.json
var files embed.FS

// Bundle holds every text in every language. Load makes one; it is safe for concurrent use.
type Bundle struct {
	// Missing, when set before first use, is called for each text that could not be made: an unknown key or a
	// placeholder without a value. Tests set it to fail on them.
	Missing func(lang, key string)

	printers map[string]*Printer
	matcher  language.Matcher
	matched  *otter.Cache[string, string] // what headers were found to ask for: reading one costs more than the rest of a page
}

// Languages lists the languages in the order the interface offers them.
func Languages() []string { return []string{Bokmal, English} }

// Load reads the embedded translations.
func Load() (*Bundle, error) {
	b := &Bundle{
		printers: map[string]*Printer{},
		matcher:  language.NewMatcher([]language.Tag{language.MustParse(Bokmal), language.English}),
		matched:  otter.Must(&otter.Options[string, string]{MaximumSize: 2048}),
	}
	catalog := goi18n.NewBundle(language.MustParse(Default))
	for _, lang := range Languages() {
		raw, err := files.ReadFile(lang + ".json")
		if err != nil {
			return nil, fmt.Errorf("read translations: %w", err)
		}
		messages, err := parse(raw)
		if err != nil {
			return nil, fmt.Errorf("translations %s.json: %w", lang, err)
		}
		if err := catalog.AddMessages(language.MustParse(lang), messages...); err != nil {
			return nil, fmt.Errorf("translations %s.json: %w", lang, err)
		}
		b.printers[lang] = newPrinter(b, catalog, lang, messages)
	}
	return b, nil
}

// For returns the printer of lang, or that of Default where there is no such language.
func (b *Bundle) For(lang string) *Printer {
	if p, ok := b.printers[lang]; ok {
		return p
	}
	return b.printers[Default]
}

// Match picks the language that suits an Accept-Language header best (no, nn and da read nb), or fallback.
func (b *Bundle) Match(acceptLanguage, fallback string) string {
	if len(acceptLanguage) > maxAcceptLanguage {
		return fallback
	}
	lang, known := b.matched.GetIfPresent(acceptLanguage)
	if !known {
		lang = b.match(acceptLanguage)
		b.matched.Set(strings.Clone(acceptLanguage), lang)
	}
	return cmp.Or(lang, fallback)
}

// match is empty where none of our languages suits.
func (b *Bundle) match(acceptLanguage string) string {
	wanted, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil || len(wanted) == 0 {
		return ""
	}
	_, index, confidence := b.matcher.Match(wanted...)
	// High lets the Scandinavian neighbours in; Low would let in languages that only share a script.
	if confidence < language.High {
		return ""
	}
	return Languages()[index]
}

// parse reads a flat object whose values are a text or {"one": …, "other": …}.
// The library's own reader takes a dot in a key for a level of nesting only in some formats, so it is not used.
func parse(raw []byte) ([]*goi18n.Message, error) {
	var entries map[string]json.RawMessage
	if err := json.Unmarshal(raw, &entries); err != nil {
		return nil, err
	}
	messages := make([]*goi18n.Message, 0, len(entries))
	for key, value := range entries {
		one, other, err := forms(value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		messages = append(messages, &goi18n.Message{ID: key, One: one, Other: other})
	}
	return messages, nil
}

// forms returns the singular and the plural of a value; a plain text serves as both.
func forms(value json.RawMessage) (one, other string, err error) {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return text, text, nil
	}
	var plural struct{ One, Other string }
	dec := json.NewDecoder(strings.NewReader(string(value)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&plural); err != nil {
		return "", "", fmt.Errorf("want a text or {one, other}: %w", err)
	}
	if plural.One == "" || plural.Other == "" {
		return "", "", errors.New("a plural needs both one and other")
	}
	return plural.One, plural.Other, nil
}
