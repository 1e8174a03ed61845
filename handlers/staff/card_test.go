package staff_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

func cardWords(code, pin string, more ...string) url.Values {
	v := url.Values{"code": {code}, "pin": {pin}}
	for i := 0; i+1 < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	return v
}

func TestCardSignInChoosesAPINFirst(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	_, card := s.Carded("Kari Skift")
	c := s.Guest()
	if got := c.Get("/card?code=" + card.Code); got.Status != 200 || !strings.Contains(got.Body, card.Shown()) {
		t.Errorf("by the QR code: got %d, want the code filled in", got.Status)
	}
	if got := c.Get("/card/pin"); got.Location != "/card" {
		t.Errorf("choose before the printed PIN: got %d %q", got.Status, got.Location)
	}
	if got := c.PostForm("/card", cardWords(card.Code, "000000")); got.Status != 422 || !strings.Contains(got.Body, "stemmer ikke") || strings.Contains(got.Body, "000000") {
		t.Errorf("wrong: got %d", got.Status)
	}
	if got := c.Get("/settings/me"); got.Location != "/login" {
		t.Fatalf("before: got %d", got.Status)
	}
	if got := c.PostForm("/card", cardWords(card.Code, card.PIN)); got.Location != "/card/pin" {
		t.Fatalf("the printed PIN: got %d %q", got.Status, got.Location)
	}
	if got := c.Get("/settings/me"); got.Location != "/login" {
		t.Errorf("with the printed PIN alone: got %d, want not to be signed in", got.Status)
	}
	if got := c.Get("/card/pin"); got.Status != 200 || !strings.Contains(got.Body, "Hei, Kari.") || strings.Contains(got.Body, "Skift") {
		t.Errorf("choose: got %d", got.Status)
	}
	if got := c.PostForm("/card/pin", url.Values{"pin": {"123456"}, "again": {"123456"}}); got.Status != 422 || !strings.Contains(got.Body, "lett å gjette") {
		t.Errorf("a trivial one: got %d", got.Status)
	}
	if got := c.PostForm("/card/pin", url.Values{"pin": {"100467"}, "again": {"100467"}}); got.Location != "/settings/me" {
		t.Errorf("chosen: got %d %q, want on to where one wanted to be", got.Status, got.Location)
	}
	if got := c.Get("/settings/me"); got.Status != 200 || !strings.Contains(got.Body, "uten e-post") || strings.Contains(got.Body, `action="/settings/me/password"`) {
		t.Errorf("one's own page: got %d, want a PIN and no password there", got.Status)
	}
	if got := c.PostForm("/settings/me/pin", url.Values{"old_pin": {"999999"}, "pin": {"209384"}, "again": {"209384"}}); got.Status != 422 || !strings.Contains(got.Body, "PIN-koden du har nå, stemmer ikke") {
		t.Errorf("changed with a wrong one: got %d", got.Status)
	}
	if got := c.PostForm("/settings/me/pin", url.Values{"old_pin": {"100467"}, "pin": {"209384"}, "again": {"209384"}}); got.Location != "/settings/me" {
		t.Errorf("changed: got %d %q", got.Status, got.Location)
	}
	if got := c.Get("/settings/me"); got.Status != 200 {
		t.Errorf("after the change: got %d, want to be signed in here", got.Status)
	}
	if got := s.Guest().PostForm("/card", cardWords(card.Code, "209384")); got.Location != "/" {
		t.Errorf("with the new one elsewhere: got %d %q", got.Status, got.Location)
	}
}

func TestCardTooSlowToChoose(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	now := time.Now()
	s.DB.Now = func() time.Time { return now }
	_, card := s.Carded("Kari Skift")
	c := s.Guest()
	c.PostForm("/card", cardWords(card.Code, card.PIN))
	now = now.Add(16 * time.Minute)
	if got := c.PostForm("/card/pin", url.Values{"pin": {"100467"}, "again": {"100467"}}); got.Location != "/card" {
		t.Errorf("got %d %q, want to begin again", got.Status, got.Location)
	}
}

// On a device that several people use a session ends after ten minutes in which nothing is done, and not before.
func TestSharedDeviceForgetsSoon(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	now := time.Now()
	s.DB.Now = func() time.Time { return now }
	_, card := s.Carded("Kari Skift")
	shared, own := s.Guest(), s.Guest()
	shared.PostForm("/card", cardWords(card.Code, card.PIN, "shared", "true"))
	shared.PostForm("/card/pin", url.Values{"pin": {"100467"}, "again": {"100467"}})
	own.PostForm("/card", cardWords(card.Code, "100467"))
	for range 3 {
		now = now.Add(9 * time.Minute)
		if got := shared.Get("/settings/me"); got.Status != 200 {
			t.Fatalf("in use: got %d", got.Status)
		}
	}
	for range 4 { // what an open page asks for by itself is no use
		now = now.Add(3 * time.Minute)
		shared.Get("/links", "Kollega-Live", "1")
	}
	if got := shared.Get("/settings/me"); got.Location != "/login" {
		t.Errorf("after twelve minutes: got %d, want to sign in again", got.Status)
	}
	if got := own.Get("/settings/me"); got.Status != 200 {
		t.Errorf("on one's own phone: got %d", got.Status)
	}
}

func TestLockedCardSaysWhatToDo(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	u, card := s.Carded("Kari Skift")
	phone := s.Guest()
	phone.PostForm("/card", cardWords(card.Code, card.PIN))
	if got := phone.PostForm("/card/pin", url.Values{"pin": {"100467"}, "again": {"100467"}}); !strings.Contains(strings.Join(got.Header["Set-Cookie"], "\n"), "card-device=") ||
		!strings.Contains(strings.Join(got.Header["Set-Cookie"], "\n"), "HttpOnly") {
		t.Errorf("the phone is not known from now on: %q", got.Header["Set-Cookie"])
	}
	phone.PostForm("/logout", url.Values{})
	if _, err := s.DB.Pool().Exec(t.Context(), `update cards set failures = $2, held_until = now() + interval '1 day' where user_id = $1`, u.ID, models.CardTries); err != nil {
		t.Fatal(err)
	}
	if got := s.Guest().PostForm("/card", cardWords(card.Code, "100467")); got.Status != 422 || !strings.Contains(got.Body, "be HR om hjelp") {
		t.Errorf("elsewhere: got %d", got.Status)
	}
	if got := phone.PostForm("/card", cardWords(card.Code, "100467")); got.Status != 303 {
		t.Errorf("on the known phone: got %d", got.Status)
	}
	at := "/hr/people/" + u.ID.String()
	s.Run(t, []handlerstest.Scenario{
		{Name: "HR sees it", As: "hr", Path: at, WantStatus: 200, WantBody: []string{"Sperret på nye enheter", "10 feil PIN-koder", "Opphev sperringen"}},
		{Name: "a leader lifts it", As: "leader", Path: at + "/card/free", Form: url.Values{}, WantStatus: 403},
		{Name: "HR lifts it", As: "hr", Path: at + "/card/free", Form: url.Values{}, WantStatus: 303, WantLocation: at},
		{Name: "lifted", As: "hr", Path: at, WantStatus: 200, WantBody: []string{"virker igjen på alle enheter"}, NotBody: []string{"Opphev sperringen"}},
		{Name: "in the log", As: "admin", Path: "/settings/audit", WantStatus: 200, WantBody: []string{"sperring etter feil PIN-kode"}},
	})
	if got := s.Guest().PostForm("/card", cardWords(card.Code, "100467")); got.Status != 303 {
		t.Errorf("elsewhere, lifted: got %d", got.Status)
	}
	shared := s.Guest()
	if got := shared.PostForm("/card", cardWords(card.Code, "100467", "shared", "true")); got.Status != 303 || strings.Contains(strings.Join(got.Header["Set-Cookie"], "\n"), "card-device=") {
		t.Errorf("a shared device: got %d %q", got.Status, got.Header["Set-Cookie"])
	}
}

func TestOwnPostersForAllOpenJobs(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	s.Job(models.Job{Title: "Matros"})
	s.Job(models.Job{Title: "Kokk"})
	s.Job(models.Job{Title: "Lærling", Status: models.JobDraft})
	kari := s.User(models.User{Name: "Kari Eier"})
	c, codes := s.AsUser(kari), regexp.MustCompile(`/s/[a-z0-9]{8}</figcaption>`)
	if got := c.Get("/posters"); got.Status != 200 || codes.MatchString(got.Body) || !strings.Contains(got.Body, "Lag plakatene mine") {
		t.Errorf("at first: got %d, want to be asked", got.Status)
	}
	if got := c.PostForm("/posters", nil); got.Location != "/posters" {
		t.Fatalf("made: got %d %q", got.Status, got.Location)
	}
	c.PostForm("/posters", nil) // again: the same codes
	got := c.Get("/posters")
	if n := len(codes.FindAllString(got.Body, -1)); n != 2 || !strings.Contains(got.Body, "Matros") || !strings.Contains(got.Body, "Kokk") || strings.Contains(got.Body, "Lærling") {
		t.Errorf("got %d codes, want one for each open job", n)
	}
	if got := s.As("employee").Get("/posters"); codes.MatchString(got.Body) {
		t.Error("somebody else's posters are shown")
	}
}
