package hr_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

// numberLinks finds the numbers of the funnel's table with the lists that they lead to.
var numberLinks = regexp.MustCompile(`<td class="num"><a href="([^"]+)">([^<]+)</a></td>`)

// TestNumbersOfTheFunnelOpenTheListBehind follows every number of the funnel, narrowed and not.
func TestNumbersOfTheFunnelOpenTheListBehind(t *testing.T) {
	t.Parallel()
	s := newTalent(t)
	s.Count(s.link, models.ClassHuman, 7)
	hr := s.As("hr")
	for _, narrowed := range []string{"", "&channel=" + s.link.Channel, "&job=" + s.link.JobID.String(), "&team=none"} {
		page := hr.Get("/hr/referrals?period=90" + narrowed)
		if page.Status != http.StatusOK {
			t.Fatalf("%s: got %d", narrowed, page.Status)
		}
		steps := numberLinks.FindAllStringSubmatch(page.Body, 9)
		if len(steps) != 9 {
			t.Fatalf("%s: %d steps with a list", narrowed, len(steps))
		}
		for i, step := range steps {
			at, n := html.UnescapeString(step[1]), step[2]
			list := hr.Get(at)
			want := map[string]string{"/hr/referrals/links": n + " lenke", "/hr/referrals/days": `<dd class="value">` + n + "</dd>", "/hr/applications": "<strong>" + n + " søknad"}
			path, query, _ := strings.Cut(at, "?")
			if list.Status != http.StatusOK || !strings.Contains(list.Body, want[path]) {
				t.Errorf("step %d: %s answers %d and lacks %q", i, at, list.Status, want[path])
			}
			kept, err := url.ParseQuery(query)
			if err != nil {
				t.Fatal(err)
			}
			for name, value := range mustQuery(t, narrowed) {
				if kept.Get(name) != value[0] {
					t.Errorf("step %d: %s lost %s", i, at, name)
				}
			}
		}
		if first := steps[1][2]; first != "7" {
			t.Errorf("%s: %s visits, want 7", narrowed, first)
		}
	}
}

func mustQuery(t *testing.T, raw string) url.Values {
	t.Helper()
	q, err := url.ParseQuery(strings.TrimPrefix(raw, "&"))
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func TestReportAnswersWhatItIsAsked(t *testing.T) {
	t.Parallel()
	s := newTalent(t)
	s.Count(s.link, models.ClassHuman, 7)
	skill := "00000000-0000-4000-8000-000000000001"
	s.Run(t, []handlerstest.Scenario{
		{As: "hr", Path: "/hr/referrals", WantStatus: 200, WantBody: []string{
			"Fra deling til ansettelse", "Over tid", "Ukedag og klokkeslett", "Anbefalt og åpen dør", "Tid i hvert trinn", "data-plot=", "Lenker som ble laget", "Perioden før",
		}},
		{As: "hr", Path: "/hr/referrals?period=all", WantStatus: 200, NotBody: []string{"Perioden før</th>"}},
		{As: "hr", Path: "/hr/referrals?team=none", WantStatus: 200, WantBody: []string{"Team: Uten team", "Klokkeslett telles for alle kolleger under ett", "bare anbefalte søknader kjent"}},
		{As: "hr", Path: "/hr/referrals?skill=" + skill, WantStatus: 200, WantBody: []string{"Ingen delte lenker"}},
		{As: "hr", Path: "/hr/referrals?team=x", WantStatus: 404},
		{As: "hr", Path: "/hr/referrals?channel=fax", WantStatus: 404},
		{As: "hr", Path: "/hr/referrals?clip=x", WantStatus: 404},
		{As: "hr", Path: "/hr/referrals/days?weekday=9&hour=1", WantStatus: 404},
		{As: "hr", Path: "/hr/referrals/days?weekday=1&hour=1", WantStatus: 200, WantBody: []string{"Tirsdag kl. 1–2: 0 besøk", "Til rapporten"}},
		{As: "hr", Path: "/hr/referrals/days?weekday=1&hour=1&team=none", WantStatus: 404},
		{As: "hr", Path: "/hr/referrals/days?from=snart", WantStatus: 404},
		{As: "hr", Path: "/hr/referrals/links?user=" + s.link.UserID.String(), WantStatus: 200, WantBody: []string{"Kollega: Liv Dal", "1 lenke ble laget"}},
		{As: "hr", Path: "/hr/referrals/links?user=" + skill, WantStatus: 404},
		{As: "hr", Path: "/hr/applications?source=gossip", WantStatus: 404},
		{As: "hr", Path: "/hr/applications?outcome=x", WantStatus: 404},
		{As: "hr", Path: "/hr/applications?left=x", WantStatus: 404},
		{As: "hr", Path: "/hr/applications?source=open&left=new", WantStatus: 200, WantBody: []string{"Åpen dør", "Har vært i «Ny»"}},
		{As: "leader", Path: "/hr/referrals", WantStatus: 403},
		{As: "employee", Path: "/hr/referrals/days", WantStatus: 403},
	})
}

func TestFilesAreAskedForAndKeptApart(t *testing.T) {
	t.Parallel()
	s := newTalent(t)
	hr := s.As("hr")
	form := url.Values{"kind": {"applications"}, "format": {"xlsx"}, "period": {"90"}, "channel": {s.link.Channel}}
	if got := hr.PostForm("/hr/referrals/exports", form); got.Status != http.StatusSeeOther || !strings.Contains(got.Location, "channel="+s.link.Channel) {
		t.Fatalf("got %d, %v", got.Status, got.Header)
	}
	all, err := s.DB.Exports(t.Context(), s.Person("hr"))
	if err != nil || len(all) != 1 || all[0].Filter.Channel != s.link.Channel || all[0].Filter.From.IsZero() {
		t.Fatalf("got %+v, %v", all, err)
	}
	if got := hr.Get("/hr/referrals/exports"); got.Status != http.StatusOK || !strings.Contains(got.Body, "Venter på tur") || !strings.Contains(got.Body, "hx-trigger") {
		t.Errorf("got %d, %s", got.Status, got.Body)
	}
	file := "/hr/referrals/exports/" + all[0].ID.String()
	if got := hr.Get(file); got.Status != http.StatusNotFound {
		t.Errorf("a file that is not made: %d", got.Status)
	}
	if got := hr.PostForm("/hr/referrals/exports", url.Values{"kind": {"people"}, "format": {"csv"}}); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("a file of people: %d", got.Status)
	}
	if got := s.As("admin").Get("/hr/referrals/exports"); strings.Contains(got.Body, "Venter på tur") {
		t.Error("another sees the file")
	}
}
