package staff_test

import (
	"net/url"
	"strings"
	"testing"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

func TestAnOwnerSetsUpAChannelForTheGroup(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	ctx := t.Context()
	ada := s.User(models.User{Name: "Ada Berg"})
	made := func(kind string) string {
		t.Helper()
		g, err := s.DB.MakeGroup(ctx, ada, models.GroupInput{Name: "Turgruppa", Kind: kind})
		if err != nil {
			t.Fatal(err)
		}
		return "/groups/" + g.ID.String()
	}
	at, closed, c := made(models.GroupOpen), made(models.GroupClosed), s.AsUser(ada)
	if got := c.Get(closed + "/edit").Body; strings.Contains(got, "Kanaler som får vite") {
		t.Error("a closed group has channels")
	}
	form := url.Values{"name": {"Turkanalen"}, "kind": {"slack"}, "address": {"http://hooks.example.org/hemmelig"}}
	if got := c.PostForm(closed+"/channels", form); got.Status != 404 {
		t.Errorf("a closed group: got %d", got.Status)
	}
	if got := c.PostForm(at+"/channels", form); got.Status != 422 || !strings.Contains(got.Body, "Den begynner med https://") || !strings.Contains(got.Body, `value="Turkanalen"`) || !strings.Contains(got.Body, `value="Turgruppa"`) {
		t.Errorf("in the open: got %d", got.Status)
	}
	form.Set("address", "https://hooks.example.org/hemmelig")
	if got := c.PostForm(at+"/channels", form); got.Status != 303 || got.Location != at+"/edit#channels" {
		t.Fatalf("added: got %d: %.400s", got.Status, got.Body)
	}
	ws, err := s.DB.Webhooks(ctx)
	if err != nil || len(ws) != 1 {
		t.Fatalf("%+v, %v", ws, err)
	}
	if got := c.Get(at + "/edit").Body; !strings.Contains(got, "Turkanalen") || !strings.Contains(got, "hooks.example.org") || strings.Contains(got, "hemmelig") {
		t.Error("the page lacks the channel, or tells its secret")
	}
	if got := s.As(models.RoleHR).Get("/hr/webhooks").Body; !strings.Contains(got, "Gruppen Turgruppa") || strings.Contains(got, "hemmelig") {
		t.Error("HR does not see the group's channel, or sees its secret")
	}
	channel := at + "/channels/" + ws[0].ID.String()
	if got := c.PostForm(channel+"/try", nil); got.Status != 303 {
		t.Errorf("try: got %d", got.Status)
	}
	if _, err := s.DB.Pool().Exec(ctx, `update webhooks set disabled_at = now(), last_reason = 'timeout', tried_at = now()`); err != nil {
		t.Fatal(err)
	}
	if got := c.Get(at + "/edit").Body; !strings.Contains(got, "Tjenesten svarte ikke i tide.") {
		t.Error("the page does not say why it was turned off")
	}
	if got := c.PostForm(channel+"/switch", url.Values{"on": {"1"}}); got.Status != 303 || strings.Contains(c.Get(at+"/edit").Body, "Slått av") {
		t.Errorf("turned on: got %d", got.Status)
	}
	if got := c.PostForm(channel+"/delete", nil); got.Status != 303 || strings.Contains(c.Get(at+"/edit").Body, "Turkanalen") {
		t.Errorf("deleted: got %d", got.Status)
	}
}

// TestAChannelTooManyIsKeptInItsForm adds one more than a group, and one more than the house, may have.
func TestAChannelTooManyIsKeptInItsForm(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	ctx := t.Context()
	ada := s.User(models.User{Name: "Ada Berg"})
	g, err := s.DB.MakeGroup(ctx, ada, models.GroupInput{Name: "Turgruppa", Kind: models.GroupOpen})
	must(t, err)
	for range 5 {
		_, err := s.DB.AddGroupWebhook(ctx, ada, g.ID, models.WebhookInput{Kind: "slack", Name: "Kanalen", Address: "https://hooks.example.org/x"})
		must(t, err)
	}
	for range 50 {
		_, err := s.DB.AddWebhook(ctx, s.Person("hr"), models.WebhookInput{Kind: "slack", Name: "Kanalen", Address: "https://hooks.example.org/x", Events: []string{models.EventNewJob}})
		must(t, err)
	}
	form := url.Values{"name": {"Turkanalen"}, "kind": {"teams"}, "address": {"https://hooks.example.org/y"}, "events": {models.EventNewJob}}
	for at, c := range map[string]*handlerstest.Client{"/groups/" + g.ID.String() + "/channels": s.AsUser(ada), "/hr/webhooks": s.As("hr")} {
		got := c.PostForm(at, form)
		if got.Status != 409 || !strings.Contains(got.Body, s.App.Texts.For("nb").T("webhooks.conflict.many")) || !strings.Contains(got.Body, `value="Turkanalen"`) || !strings.Contains(got.Body, `value="teams" selected`) {
			t.Errorf("%s: got %d, want what was written and why not: %.1500s", at, got.Status, got.Body)
		}
	}
}
