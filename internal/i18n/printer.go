package i18n

import (
	"maps"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// Printer writes texts, dates and numbers in one language. It is safe for concurrent use.
type Printer struct {
	lang      string
	bundle    *Bundle
	localizer *goi18n.Localizer
	numbers   *message.Printer
	keys      map[string]bool
	parser    *template.TextParser
}

func newPrinter(b *Bundle, catalog *goi18n.Bundle, lang string, messages []*goi18n.Message) *Printer {
	keys := make(map[string]bool, len(messages))
	for _, m := range messages {
		keys[m.ID] = true
	}
	return &Printer{
		lang:      lang,
		bundle:    b,
		localizer: goi18n.NewLocalizer(catalog, lang),
		numbers:   message.NewPrinter(language.MustParse(lang)),
		keys:      keys,
		// A forgotten value must be found by a test, not shown to a visitor as "<no value>".
		parser: &template.TextParser{Option: "missingkey=error"},
	}
}

// Lang returns the language code, "nb" or "en", as used in the lang attribute.
func (p *Printer) Lang() string { return p.lang }

// Has tells whether the key has a text.
func (p *Printer) Has(key string) bool { return p.keys[key] }

// T returns the text of key. Its placeholders are filled from args: name, value, name, value … or one map[string]any.
// A missing key or value gives the key back and is reported to Bundle.Missing.
func (p *Printer) T(key string, args ...any) string {
	data, ok := values(args)
	if !ok {
		return p.missing(key)
	}
	return p.localize(key, &goi18n.LocalizeConfig{MessageID: key, TemplateData: data, TemplateParser: p.parser})
}

// N returns the form of key that suits count; {{.Count}} is the count as this language writes it. Otherwise like T.
func (p *Printer) N(key string, count int, args ...any) string {
	data, ok := values(args)
	if !ok {
		return p.missing(key)
	}
	data["Count"] = p.Num(count)
	return p.localize(key, &goi18n.LocalizeConfig{
		MessageID: key, TemplateData: data, PluralCount: count, TemplateParser: p.parser,
	})
}

func (p *Printer) localize(key string, cfg *goi18n.LocalizeConfig) string {
	// Asked here because the library would otherwise answer in the default language.
	if !p.keys[key] {
		return p.missing(key)
	}
	text, err := p.localizer.Localize(cfg)
	if err != nil {
		return p.missing(key)
	}
	return text
}

func (p *Printer) missing(key string) string {
	if p.bundle.Missing != nil {
		p.bundle.Missing(p.lang, key)
	}
	return key
}

// values turns the arguments of T and N into a map of its own; ok is false where they are not pairs.
func values(args []any) (data map[string]any, ok bool) {
	if len(args) == 1 {
		given, ok := args[0].(map[string]any)
		if !ok {
			return nil, false
		}
		data = make(map[string]any, len(given)+1)
		maps.Copy(data, given)
		return data, true
	}
	data = make(map[string]any, len(args)/2+1)
	if len(args)%2 != 0 {
		return nil, false
	}
	for i := 0; i < len(args); i += 2 {
		name, ok := args[i].(string)
		if !ok {
			return nil, false
		}
		data[name] = args[i+1]
	}
	return data, true
}
