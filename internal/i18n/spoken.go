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

// Spoken are the languages that are offered as spoken in a clip, with their names in lang.
func Spoken(lang string) []Language {
	names := display.Languages(language.Make(lang))
	offered := make([]Language, len(spoken))
	for i, code := range spoken {
		offered[i] = Language{code, names.Name(language.Make(code))}
	}
	return offered
}
