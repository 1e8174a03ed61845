package hr

import "testing"

func TestCountriesStandInNorwegianOrder(t *testing.T) {
	t.Parallel()
	all := countries("nb")
	if last := all[len(all)-1].Label; last != "Åland" {
		t.Errorf("the last country is %q, want Åland", last)
	}
}
