package hr_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

func TestPeopleWithoutEmailGetCards(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	team := s.Team("Nattskift", nil)
	s.Job(models.Job{Title: "Matros"})
	hr := s.As("hr")
	got := hr.PostForm("/hr/people/new", url.Values{"name": {"Kari Skift"}, "role": {"employee"}, "team": {team.ID.String()}, "invite": {"1"}, "no_email": {"true"}})
	at := got.Location
	if got.Status != 303 || !strings.HasPrefix(at, "/hr/people/") {
		t.Fatalf("add: got %d %q %.600s", got.Status, at, got.Body)
	}
	id := strings.TrimPrefix(at, "/hr/people/")
	s.Run(t, []handlerstest.Scenario{
		{Name: "the person", As: "hr", Path: at, WantStatus: 200, WantBody: []string{"uten e-post", "Lag kort"}, NotBody: []string{"/invite"}},
		{Name: "the list", As: "hr", Path: "/hr/people", WantStatus: 200, WantBody: []string{"Kari Skift", "uten e-post"}},
		{Name: "the cards", As: "hr", Path: "/hr/cards", WantStatus: 200, WantBody: []string{"Kari Skift", "Uten kort", "Nattskift"}, NotBody: []string{"Hr Hansen</span>"}},
		{Name: "another team's", As: "hr", Path: "/hr/cards?team=" + s.Team("Dagskift", nil).ID.String(), WantStatus: 200, NotBody: []string{"Kari Skift"}},
		{Name: "nobody chosen", As: "hr", Path: "/hr/cards", Form: url.Values{}, WantStatus: 422, WantBody: []string{"Velg minst én person"}},
		{Name: "no id", As: "hr", Path: "/hr/cards", Form: url.Values{"user": {"tull"}}, WantStatus: 404},
		{Name: "a leader without an address", As: "hr", Path: "/hr/people/new", Form: url.Values{"name": {"Lise"}, "role": {"leader"}, "no_email": {"true"}}, WantStatus: 422, WantBody: []string{"krever e-post", "Lise"}},
		{Name: "an employee makes cards", As: "employee", Path: "/hr/cards", Form: url.Values{"user": {id}}, WantStatus: 403},
		{Name: "a leader makes cards", As: "leader", Path: "/hr/cards", Form: url.Values{"user": {id}}, WantStatus: 403},
	})
	form := url.Values{"user": {id}, "batch": {models.NewID().String()}}
	sheet := hr.PostForm("/hr/cards", form)
	pin := regexp.MustCompile(`<dd>([0-9]{6})</dd>`).FindStringSubmatch(sheet.Body)
	code := regexp.MustCompile(`<dd>([A-Z0-9]{3}) ([A-Z0-9]{3})</dd>`).FindStringSubmatch(sheet.Body)
	if sheet.Status != 200 || pin == nil || code == nil || !strings.Contains(sheet.Body, "data:image/svg") || sheet.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("the sheet: got %d %q", sheet.Status, sheet.Header.Get("Cache-Control"))
	}
	if got := hr.PostForm("/hr/cards", form); got.Status != 303 || strings.Contains(got.Body, pin[1]) {
		t.Errorf("the form again: got %d, want no other card", got.Status)
	}
	for _, path := range []string{"/hr/cards", at, "/hr/people", "/settings/audit"} {
		if got := s.As("admin").Get(path); got.Status != 200 || strings.Contains(got.Body, pin[1]) {
			t.Errorf("%s: got %d, or the PIN is shown again", path, got.Status)
		}
	}
	if got := s.Guest().PostForm("/card", url.Values{"code": {code[1] + code[2]}, "pin": {pin[1]}}); got.Location != "/card/pin" {
		t.Errorf("the printed card: got %d %q", got.Status, got.Location)
	}
	if got := hr.PostForm("/hr/posters", url.Values{"user": {id}}); got.Location != "/hr/posters?user="+id {
		t.Fatalf("posters: got %d %q", got.Status, got.Location)
	}
	s.Run(t, []handlerstest.Scenario{
		{Name: "posters", As: "hr", Path: "/hr/posters?user=" + id, WantStatus: 200, WantBody: []string{"Matros", "Koden til Kari Skift"}},
		{Name: "posters for nobody", As: "hr", Path: "/hr/posters", WantStatus: 200, WantBody: []string{"Ingen plakater"}},
		{Name: "posters as an employee", As: "employee", Path: "/hr/posters?user=" + id, WantStatus: 403, NotBody: []string{"Kari"}},
		{Name: "revoke", As: "hr", Path: at + "/card/revoke", Form: url.Values{}, WantStatus: 303, WantLocation: at},
		{Name: "revoked", As: "hr", Path: at, WantStatus: 200, WantBody: []string{"virker ikke lenger", "Lag kort"}},
		{Name: "revoke again", As: "hr", Path: at + "/card/revoke", Form: url.Values{}, WantStatus: 404},
		{Name: "an address", As: "hr", Path: at, Form: url.Values{"name": {"Kari Skift"}, "role": {"employee"}, "email": {"kari@example.org"}}, WantStatus: 303},
		{Name: "is there", As: "hr", Path: at, WantStatus: 200, WantBody: []string{"kari@example.org", "Send invitasjon"}},
	})
	if got := s.Guest().PostForm("/card", url.Values{"code": {code[1] + code[2]}, "pin": {pin[1]}}); got.Status != 422 {
		t.Errorf("a revoked card: got %d %q", got.Status, got.Location)
	}
}
