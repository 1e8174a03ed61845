package e2e_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"kollega/internal/i18n"
)

// TestTwoClipsAreCompared starts a comparison as HR, visits and applies as a candidate, reads what became of it, and ends it with a choice.
func TestTwoClipsAreCompared(t *testing.T) {
	t.Parallel()
	p, c, job := house(t)
	first, second := c.published(job.ID), c.published(job.ID)
	for id, title := range map[string]string{first.ID: "Morgen", second.ID: "Kveld"} {
		c.must(http.StatusOK, http.MethodPatch, "/api/v1/clips/"+id, strings.NewReader(fmt.Sprintf(`{"title":%q}`, title)), "Content-Type", "application/json")
	}
	link := api[made](c, http.StatusCreated, http.MethodPost, "/links", map[string]string{"job_id": job.ID, "channel": "qr"})
	hr, say := p.signedIn("admin@example.org", look{lang: i18n.Bokmal}), words(t, i18n.Bokmal)
	page := "/hr/jobs/" + job.ID
	hr.open(page)
	hr.choose("first", first.ID)
	hr.choose("second", second.ID)
	hr.submit(`form[action$="/comparison"] button`)
	hr.sees(say.T("comparison.started"), say.T("comparison.running"), say.T("comparison.too_few"))

	candidate := newTab(t, p.base, look{lang: i18n.Bokmal, phone: true})
	shown := func() string {
		candidate.open("/s/" + link.Code)
		source := eval[string](candidate, `document.querySelector("video source").src`)
		for _, clip := range []string{first.ID, second.ID} {
			if strings.Contains(source, clip) {
				return clip
			}
		}
		t.Fatalf("the page shows neither clip: %s", source)
		return ""
	}
	met := shown()
	counted, seen := met, map[string]bool{met: true}
	for n := 0; len(seen) < 2; n++ {
		if n == 40 { // once in a million million times by chance
			t.Fatalf("every visit is shown the same clip")
		}
		met = shown()
		seen[met] = true
	}
	if stored := candidate.cookies(); len(stored) > 0 {
		t.Errorf("the visitor's device keeps %v", stored)
	}
	candidate.fill("name", applicant, "email", "ola@example.org", "message", "Jeg liker kaia.")
	candidate.submit("form[data-apply] button.wide")
	figure := func(clip, label string) int {
		return p.count("select coalesce(sum("+label+"), 0) from compared where clip_id = $1", clip)
	}
	p.until("the visitor and the application are counted", time.Minute, func() bool {
		return figure(counted, "visitors") == 1 && figure(met, "applications") == 1
	})
	hr.open(page)
	row := func(title string) string { // visitors and applications: the clip plays by itself, so that plays go on
		return eval[string](hr, fmt.Sprintf(`[...[...document.querySelectorAll("#compare ~ .table-wrap tbody tr")].find(r => r.cells[0].textContent.includes(%q)).cells].filter((c, i) => i === 1 || i === 4).map(c => c.textContent.trim()).join(" ")`, title))
	}
	for id, title := range map[string]string{first.ID: "Morgen", second.ID: "Kveld"} {
		want := fmt.Sprintf("%d %d", figure(id, "visitors"), figure(id, "applications"))
		if got := row(title); got != want {
			t.Errorf("%s: the page says %q, want %q", title, got, want)
		}
	}
	hr.sees(say.T("referrals.too_few"), say.T("comparison.too_few"))

	hr.click(fmt.Sprintf(`form[action$="/comparison/stop"] button[value=%q]`, second.ID))
	hr.sees(say.T("comparison.stop.confirm"))
	hr.submit("dialog#confirm [value=yes]")
	hr.sees(say.T("comparison.chosen"), say.T("comparison.past"))
	for range 6 { // by chance alone, once in sixty times
		if got := shown(); got != second.ID {
			t.Fatal("a visit is shown the clip that was not chosen")
		}
	}
	for _, tab := range []*tab{candidate, hr} {
		for _, problem := range tab.complaints() {
			t.Errorf("the browser complains: %s", problem)
		}
	}
}
