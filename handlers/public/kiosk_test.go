package public_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

func TestKioskLeaksNothingAndForgets(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job := s.Job(models.Job{Title: "Matros"})
	s.Clip(job, models.Clip{})
	closed := s.Job(models.Job{Title: "Kokk", Status: models.JobFilled})
	kari, card := s.Carded("Kari Hemmelig")
	made := s.As("hr").PostForm("/hr/kiosks", url.Values{"name": {"Pauserommet"}})
	address := regexp.MustCompile(`/kiosk/[A-Za-z0-9_-]{43}`).FindString(made.Body)
	if made.Status != 200 || address == "" {
		t.Fatalf("make: got %d %.600s", made.Status, made.Body)
	}
	if got := s.As("hr").Get("/hr/kiosks"); strings.Contains(got.Body, address) || !strings.Contains(got.Body, "Pauserommet") {
		t.Error("the address is shown again")
	}
	at := address + "/jobs/" + job.Slug
	secret := []string{"Kari", "Hemmelig", "/s/", kari.ID.String(), card.Code, "Pauserommet"}
	screen := s.Guest()
	neutral := func(path string) {
		t.Helper()
		got := screen.Get(path)
		if got.Status != 200 || !strings.Contains(got.Body, "Matros") || !strings.Contains(got.Header.Get("Cache-Control"), "no-store") || got.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s: got %d, %q, cookie %q", path, got.Status, got.Header.Get("Cache-Control"), got.Header.Get("Set-Cookie"))
		}
		for _, word := range secret {
			if strings.Contains(got.Body, word) {
				t.Errorf("%s has %q", path, word)
			}
		}
	}
	neutral(address)
	neutral(address + "?lang=en")
	neutral(at)
	if got := screen.Get(address); strings.Contains(got.Body, "Kokk") || !strings.Contains(got.Body, "<video") || !strings.Contains(got.Body, "muted") {
		t.Error("want the open job with its clip, muted, and no other")
	}
	for _, got := range []handlerstest.Answer{screen.Get(address + "/jobs/" + closed.Slug), screen.PostForm(address+"/jobs/"+closed.Slug, url.Values{"code": {card.Code}}), screen.PostForm(address+"/jobs/none", url.Values{"code": {"ZZZZZZ"}})} {
		if got.Status != 410 || !strings.Contains(got.Body, "tar ikke imot søknader lenger") || !strings.Contains(got.Body, "Matros") || strings.Contains(got.Body, "Kokk") ||
			!strings.Contains(got.Body, `data-home="`+address+`" data-idle="60"`) || strings.Contains(got.Body, "Kari") {
			t.Errorf("a job that is not open: got %d: %.1500s", got.Status, got.Body)
		}
	}
	if got := screen.PostForm(at, url.Values{"code": {"ZZZZZZ"}}); got.Status != 422 || !strings.Contains(got.Body, "kjenner ikke denne koden") || strings.Contains(got.Body, "ZZZZZZ") {
		t.Errorf("an unknown code: got %d", got.Status)
	}
	got := screen.PostForm(at, url.Values{"code": {"https://example.org/card?code=" + card.Code}})
	code := regexp.MustCompile(`/s/([a-z0-9]{8})`).FindStringSubmatch(got.Body)
	if got.Status != 200 || code == nil || !strings.Contains(got.Body, "Hei, Kari!") || !strings.Contains(got.Body, `data-idle="60"`) {
		t.Fatalf("the code of a card: got %d", got.Status)
	}
	for _, word := range []string{"Hemmelig", kari.ID.String(), card.Code} {
		if strings.Contains(got.Body, word) {
			t.Errorf("the personal page has %q", word)
		}
	}
	if got.Header.Get("Set-Cookie") != "" || !strings.Contains(got.Header.Get("Cache-Control"), "no-store") {
		t.Errorf("something is left on the screen: cookie %q, %q", got.Header.Get("Set-Cookie"), got.Header.Get("Cache-Control"))
	}
	if got := s.Guest().Get("/s/" + code[1]); got.Status != 200 || !strings.Contains(got.Body, "Matros") {
		t.Errorf("her link: got %d", got.Status)
	}
	if links, err := s.DB.Links(t.Context(), models.LinkFilter{UserID: &kari.ID}); err != nil || len(links) != 1 || links[0].Channel != "qr" {
		t.Errorf("links: got %+v %v", links, err)
	}
	if got := screen.Get("/settings/me"); got.Location != "/login" {
		t.Errorf("the screen is signed in: %d", got.Status)
	}
	neutral(address)
	neutral(at)
	for _, path := range []string{"/kiosk/tull", "/kiosk/" + strings.Repeat("A", 43), "/kiosk/tull/jobs/" + job.Slug} {
		if got := screen.Get(path); got.Status != 404 {
			t.Errorf("%s: got %d", path, got.Status)
		}
	}
	var id string
	if err := s.DB.Pool().QueryRow(t.Context(), `select id::text from kiosks`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	s.As("hr").PostForm("/hr/kiosks/"+id+"/revoke", nil)
	for _, got := range []handlerstest.Answer{screen.Get(address), screen.PostForm(at, url.Values{"code": {card.Code}})} {
		if got.Status != 404 || strings.Contains(got.Body, "Kari") {
			t.Errorf("a closed screen: got %d", got.Status)
		}
	}
}
