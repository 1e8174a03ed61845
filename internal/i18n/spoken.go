package i18n

import (
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// Language is a language by its BCP 47 code and its name in the reader's language.
type Language struct{ Code, Name string }

// spoken are the languages that are offered as spoken in a clip, those heard most at Norwegian workplaces first; every other can be
// said over the API.
var spoken = []string{"nb", "nn", "en", "se", "sv", "da", "fi", "pl", "lt", "uk", "ar", "so", "ti", "fa", "de", "fr", "es"}

// Naming is the tag by which x/text/display names languages and countries for readers of lang: it has none for nb, and would take Danish.
func Naming(lang string) language.Tag {
	if lang == Bokmal {
		return language.Norwegian
	}
	return language.Make(lang)
}

// Spoken are the languages that are offered as spoken in a clip, with their names in lang.
func Spoken(lang string) []Language {
	names := display.Languages(Naming(lang))
	offered := make([]Language, len(spoken))
	for i, code := range spoken {
		offered[i] = Language{code, names.Name(language.Make(code))}
	}
	return offered
}
