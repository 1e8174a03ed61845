package e2e_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/google/uuid"

	"kollega/handlers/handlerstest"
	"kollega/internal/i18n"
	"kollega/models"
)

// TestANameIsAskedForInALargeGroup has Ada name somebody whom the page does not have, by keyboard alone.
func TestANameIsAskedForInALargeGroup(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	ada := s.User(models.User{Name: "Ada Lie", Language: i18n.Bokmal})
	group, err := s.DB.MakeGroup(t.Context(), ada, models.GroupInput{Name: "Hele kaia", Kind: models.GroupClosed})
	if err != nil {
		t.Fatal(err)
	}
	last := s.User(models.User{Name: "Åshild Ås"})
	people := []uuid.UUID{last.ID}
	for n := range 120 {
		people = append(people, s.User(models.User{Name: fmt.Sprintf("Bo Nummer %d", n)}).ID)
	}
	if err := s.DB.AddMembers(t.Context(), ada, group.ID, people...); err != nil {
		t.Fatal(err)
	}
	tab := newTab(t, s.App.BaseURL.String(), look{lang: i18n.Bokmal})
	tab.signIn(s.AsUser(ada))
	tab.open("/groups/" + group.ID.String())
	tab.click("#text")
	tab.press("Takk, @åsh")
	tab.until(`document.querySelector("#text-offers [role=option][aria-selected=true]")?.textContent === "Åshild Ås" && !document.querySelector("#text-offers").hidden`, patience)
	tab.press(kb.Tab)
	tab.press("for kaken")
	if got, want := eval[string](tab, `document.querySelector("#text").value`), "Takk, @Åshild Ås for kaken"; got != want {
		t.Errorf("the text is %q, want %q", got, want)
	}
	tab.click("#compose .actions button")
	tab.sees("for kaken", "Ada Lie")
	if n := one[int](t, s, `select count(*) from notices where user_id = $1 and kind = $2`, last.ID, models.NoticeMentionPost); n != 1 {
		t.Errorf("who was named has %d notices, want 1", n)
	}
}
