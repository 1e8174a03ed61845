package public_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

// TestMailsAreEndedByOneClick, by the reader or by the mail program, and not by whoever only opens the link.
func TestMailsAreEndedByOneClick(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	u := s.User(models.User{Name: "Ada Lie", Language: "en"})
	token, err := s.DB.NoticeStopToken(t.Context(), u.ID, models.NoticeMessage)
	if err != nil {
		t.Fatal(err)
	}
	way := func() string {
		t.Helper()
		c, err := s.DB.NoticeChoices(t.Context(), u)
		if err != nil {
			t.Fatal(err)
		}
		return c.Ways[models.NoticeMessage]
	}
	stranger, path := s.Guest(), "/notices/stop/"+token
	page := stranger.Get(path)
	if page.Status != http.StatusOK || !strings.Contains(page.Body, "Somebody writes to you") || strings.Contains(page.Body, "Ada") || way() != models.WayNow {
		t.Errorf("opened: got %d, and mails go %s: %.400s", page.Status, way(), page.Body)
	}
	if got := page.Header.Get("Cache-Control"); !strings.Contains(got, "no-store") {
		t.Errorf("the page may be kept: %q", got)
	}
	done := stranger.PostForm(path, url.Values{"List-Unsubscribe": {"One-Click"}})
	if done.Status != http.StatusOK || !strings.Contains(done.Body, "The mail is stopped") || way() != models.WayHouse {
		t.Errorf("one click: got %d, and mails go %s", done.Status, way())
	}
	for _, bad := range []string{"x", token[:len(token)-3] + "abc"} {
		if got := stranger.PostForm("/notices/stop/"+bad, nil); got.Status != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", bad, got.Status)
		}
	}
}
