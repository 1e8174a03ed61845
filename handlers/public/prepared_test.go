package public_test

import (
	"regexp"
	"strings"
	"testing"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

// visitToken is what differs from visit to visit.
var visitToken = regexp.MustCompile(`(name="visit" value|data-visit)="([^"]+)"`)

// A page that was rendered for somebody else bears nothing of theirs, and is the same to the letter otherwise.
func TestPreparedPageIsEachVisitorsOwn(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job := s.Job(models.Job{})
	ola := s.Link(s.User(models.User{Name: "Ola Nord", ShowName: true}), job, "x")
	liv := s.Link(s.User(models.User{Name: "Liv Sør"}), job, "x")
	seen := map[string]bool{}
	for _, path := range []string{ola.Path(), liv.Path(), ola.Path(), liv.Path(), "/jobs/" + job.Slug, ola.Path() + "?lang=en", ola.Path()} {
		body := s.Guest().Get(path).Body
		for _, link := range []models.Link{ola, liv} {
			if got, want := strings.Contains(body, link.Code), strings.HasPrefix(path, link.Path()); got != want {
				t.Errorf("%s: code %s in the page: got %v, want %v", path, link.Code, got, want)
			}
		}
		if got, want := strings.Contains(body, "Ola Nord"), strings.HasPrefix(path, ola.Path()); got != want {
			t.Errorf("%s: the name in the page: got %v, want %v", path, got, want)
		}
		if got, want := strings.Contains(body, `lang="en"`) && strings.Contains(body, "Apply for the job"), strings.HasSuffix(path, "lang=en"); got != want {
			t.Errorf("%s: in English: got %v, want %v", path, got, want)
		}
		tokens := visitToken.FindAllStringSubmatch(body, -1)
		if len(tokens) == 0 || seen[tokens[0][2]] {
			t.Errorf("%s: no visit token of its own: %q", path, tokens)
			continue
		}
		seen[tokens[0][2]] = true
	}
	first, second := s.Guest().Get(ola.Path()).Body, s.Guest().Get(ola.Path()).Body
	if visitToken.ReplaceAllString(first, "") != visitToken.ReplaceAllString(second, "") {
		t.Error("two visits differ in more than the token")
	}
	if err := s.DB.SwitchLink(t.Context(), ola.UserID, ola.ID, false); err != nil {
		t.Fatal(err)
	}
	if body := s.Guest().Get(ola.Path()).Body; strings.Contains(body, "Ola Nord") {
		t.Error("a link that is off still names the colleague")
	}
}
