package hr_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

func TestHRSetsUpAChannel(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	c := s.As(models.RoleHR)
	if page := c.Get("/hr/webhooks"); page.Status != http.StatusOK || !strings.Contains(page.Body, "Ingen kanaler ennå") {
		t.Fatalf("nothing yet: got %d", page.Status)
	}
	form := url.Values{"name": {"Jobber"}, "kind": {"mattermost"}, "address": {"http://chat.example.org/hooks/hemmelig"}, "events": {"new_job"}}
	if got := c.PostForm("/hr/webhooks", form); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "Den begynner med https://") || !strings.Contains(got.Body, `value="Jobber"`) {
		t.Errorf("in the open: got %d", got.Status)
	}
	form.Set("address", "https://chat.example.org/hooks/hemmelig")
	if got := c.PostForm("/hr/webhooks", form); got.Status != http.StatusSeeOther || got.Location != "/hr/webhooks" {
		t.Fatalf("added: got %d: %.400s", got.Status, got.Body)
	}
	ws, err := s.DB.Webhooks(t.Context())
	if err != nil || len(ws) != 1 {
		t.Fatalf("%+v, %v", ws, err)
	}
	page := c.Get("/hr/webhooks")
	if !strings.Contains(page.Body, "chat.example.org") || strings.Contains(page.Body, "hemmelig") {
		t.Error("the page lacks where it leads, or tells the secret")
	}
	path := "/hr/webhooks/" + ws[0].ID.String()
	if got := c.PostForm(path+"/try", nil); got.Status != http.StatusSeeOther {
		t.Errorf("try: got %d", got.Status)
	}
	var asked int
	if err := s.DB.Pool().QueryRow(t.Context(), `select count(*) from river_job where kind = 'post_webhook'`).Scan(&asked); err != nil || asked != 1 {
		t.Errorf("%d messages on their way, %v, want the test", asked, err)
	}
	if _, err := s.DB.Pool().Exec(t.Context(), `update webhooks set disabled_at = now(), failures = 20, last_reason = 'timeout', tried_at = now()`); err != nil {
		t.Fatal(err)
	}
	if page := c.Get("/hr/webhooks"); !strings.Contains(page.Body, "Slått av etter mange forsøk. Tjenesten svarte ikke i tide.") {
		t.Error("the page does not say why it was turned off")
	}
	if got := c.PostForm(path+"/switch", url.Values{"on": {"1"}}); got.Status != http.StatusSeeOther {
		t.Errorf("turned on: got %d", got.Status)
	}
	if page := c.Get("/hr/webhooks"); strings.Contains(page.Body, "Slått av") {
		t.Error("it is still off")
	}
	for _, to := range []string{"", "/try", "/switch", "/delete"} {
		if got := s.As(models.RoleLeader).PostForm(path+to, form); got.Status != http.StatusForbidden && got.Status != http.StatusNotFound {
			t.Errorf("a leader at %s: got %d", to, got.Status)
		}
	}
	if got := c.PostForm(path+"/delete", nil); got.Status != http.StatusSeeOther {
		t.Errorf("deleted: got %d", got.Status)
	}
	if ws, err := s.DB.Webhooks(t.Context()); err != nil || len(ws) != 0 {
		t.Errorf("%+v, %v", ws, err)
	}
}
