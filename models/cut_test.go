package models

import (
	"errors"
	"testing"
)

func TestOnlyApprovedCaptionsAreBurntIn(t *testing.T) {
	t.Parallel()
	c := Clip{Language: "nb", Captions: []Caption{{Language: "en", VTT: "e", Status: CaptionApproved}, {Language: "nb", VTT: "n", Status: CaptionDraft}}}
	if c.HasCaptions() {
		t.Error("a draft, or another language, is burnt in")
	}
	c.Captions[1].Status = CaptionApproved
	m := Making{Captions: c.burntIn()}
	if got, err := m.BurntCaption(c); err != nil || got.VTT != "n" {
		t.Errorf("got %+v, %v", got, err)
	}
	c.Captions[1].VTT = "written anew"
	if _, err := m.BurntCaption(c); !errors.Is(err, ErrNotFound) {
		t.Errorf("captions written anew: %v, want ErrNotFound", err)
	}
}
