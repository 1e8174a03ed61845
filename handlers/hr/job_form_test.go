package hr

import (
	"slices"
	"testing"

	"kollega/internal/i18n"
)

func TestCountriesAndLanguagesAreNorwegian(t *testing.T) {
	t.Parallel()
	all := countries("nb")
	if last := all[len(all)-1].Label; last != "Åland" {
		t.Errorf("the last country is %q, want Åland", last)
	}
	if !slices.Contains(all, option{"AT", "Østerrike"}) {
		t.Error("Østerrike is not among the countries")
	}
	if spoken := i18n.Spoken(i18n.Bokmal); !slices.Contains(spoken, i18n.Language{Code: "nb", Name: "norsk bokmål"}) || !slices.Contains(spoken, i18n.Language{Code: "fa", Name: "persisk"}) {
		t.Errorf("languages: %v", spoken)
	}
}
