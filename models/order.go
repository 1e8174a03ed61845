package models

import (
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// NameOrder compares names as they are sorted in a language. x/text has no order for nb, which sorts as nn does. It is for one goroutine.
func NameOrder(lang string) *collate.Collator {
	if lang == "nb" {
		lang = "nn"
	}
	return collate.New(language.Make(lang))
}
