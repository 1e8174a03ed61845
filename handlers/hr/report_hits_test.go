package hr_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

// TestReportTellsWhatAllHitsWere lists every class with its share and why, and each link, also for one colleague alone.
func TestReportTellsWhatAllHitsWere(t *testing.T) {
	t.Parallel()
	s := newTalent(t)
	livs := s.Link(s.Person("employee"), s.other, "qr")
	var events []models.Event
	add := func(n int, kind, class, reason string, l models.Link) {
		for range n {
			events = append(events, models.Event{
				ID: models.NewID(), At: s.DB.Now(), Kind: kind, Class: class, Reason: reason, Rules: 2, LinkID: l.ID, JobID: l.JobID, Channel: l.Channel,
				Visitor: uuid.New(),
			})
		}
	}
	add(60, models.KindClick, models.ClassHuman, "ok", s.link)
	add(45, models.KindView, models.ClassHuman, "ok", s.link)
	add(20, models.KindClick, models.ClassPreview, "agent:WhatsApp", s.link)
	add(9, models.KindClick, models.ClassBot, "agent:none", s.link)
	add(7, models.KindClick, models.ClassSuspect, "headers:no fetch metadata, no language", livs)
	add(2, models.KindClick, models.ClassSuspect, "headers:platform", livs)
	add(1, models.KindClick, models.ClassSelf, "owner", livs)
	add(1, models.KindClick, models.ClassPrefetch, "prerender", livs)
	for _, program := range []string{"Ahrefs", "Bing", "Curl", "Duck", "Exa", "Feed", "Go"} {
		add(3, models.KindClick, models.ClassBot, "agent:"+program, livs)
	}
	if err := s.DB.RecordEvents(t.Context(), events, nil); err != nil {
		t.Fatal(err)
	}
	s.Run(t, []handlerstest.Scenario{
		{As: "hr", Path: "/hr/referrals", WantStatus: 200, WantBody: []string{
			"121 treff, 60 av dem fra mennesker", "Det er 49,6 %", `href="/hr/referrals/hits?from=`, "/hr/referrals/hits?from=" + day(s, -29) + "&amp;to=" + day(s, 0) + "&amp;user=" + livs.UserID.String(),
		}},
		{As: "hr", Path: "/hr/referrals/hits", WantStatus: 200, WantBody: []string{
			"121 treff, 60 av dem fra mennesker", "75 % av menneskenes besøk er bekreftet", "Bekreftet: 45", "kaller seg WhatsApp", "16,5 %", "sier ikke hva det er",
			"andre grunner", "mangler opplysninger som slike nettlesere alltid sender", "oppgir to forskjellige systemer", "innlogget som den som delte",
			"tegnet siden i tilfelle", "0,8 %", "siste 30 dager", "<strong>89</strong>", "<strong>32</strong>",
		}},
		{As: "hr", Path: "/hr/referrals/hits?lang=en&channel=qr", WantStatus: 200, WantBody: []string{
			"32 hits, 0 of them from people", "lacks what such browsers always send", "signed in as the one who shared",
		}, NotBody: []string{"calls itself WhatsApp", "<strong>89"}},
		{As: "hr", Path: "/hr/referrals/hits?user=" + livs.UserID.String(), WantStatus: 200, WantBody: []string{
			"32 treff", "Kollega: ", "Grunnene telles for alle kolleger under ett", `name="user" value="` + livs.UserID.String(),
		}, NotBody: []string{"<strong>89", "kaller seg"}},
		{As: "hr", Path: "/hr/referrals/hits?job=" + s.other.ID.String() + "&page=2", WantStatus: 200, NotBody: []string{"Hva det var"}},
		{As: "hr", Path: "/hr/referrals/hits?from=2020-01-01&to=2020-02-01", WantStatus: 200, WantBody: []string{"Ingen treff her"}},
		{As: "hr", Path: "/hr/referrals/hits?from=soon", WantStatus: 404},
		{As: "hr", Path: "/hr/referrals/hits?team=x", WantStatus: 404},
	})
	if body := s.As("hr").Get("/hr/referrals/hits?user=" + s.link.UserID.String()).Body; strings.Contains(body, "for få til å si") {
		t.Error("89 hits are called too few")
	}
}
