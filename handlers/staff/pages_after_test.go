package staff_test

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

// hrefOf is the address of a link in a page, by its rel; empty without one.
func hrefOf(page, rel string) string {
	m := regexp.MustCompile(`href="([^"]+)" rel="` + rel + `"`).FindStringSubmatch(page)
	if m == nil {
		return ""
	}
	return html.UnescapeString(m[1])
}

// TestAnAnswerIsFoundOnItsPage leads to one after the first hundred, and back.
func TestAnAnswerIsFoundOnItsPage(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	asker, at := questionOf(t, s, models.QuestionInput{})
	if _, err := s.DB.Pool().Exec(t.Context(), `insert into answers (id, question_id, user_id, kind, words, named_id, created_at)
		select gen_random_uuid(), $1, $2, 'colleague', 'Svar ' || n, $3, now() + n * interval '1 second' from generate_series(1, 201) n`, idIn(t, at), s.Person("employee").ID, s.Person("leader").ID); err != nil {
		t.Fatal(err)
	}
	c := s.AsUser(asker)
	first := c.Get(at).Body
	second := hrefOf(first, "next")
	if !strings.Contains(first, "Svar 100<") || strings.Contains(first, "Svar 101<") || hrefOf(first, "prev") != "" || !strings.HasPrefix(second, at+"?cursor=") {
		t.Fatalf("the first page leads to %q", second)
	}
	got := c.Get(strings.TrimSuffix(second, "#answers-part")).Body
	if !strings.Contains(got, "Svar 101<") || hrefOf(got, "prev") != at+"#answers-part" {
		t.Errorf("the second page leads back to %q", hrefOf(got, "prev"))
	}
	for n, words := range []string{"Svar 1", "Svar 100", "Svar 101", "Svar 201"} {
		var id uuid.UUID
		must(t, s.DB.Pool().QueryRow(t.Context(), `select id from answers where words = $1`, words).Scan(&id))
		to := c.Get("/answers/" + id.String()).Location
		page, place, _ := strings.Cut(to, "#")
		if place != "answer-"+id.String() || !strings.Contains(c.Get(page).Body, `id="`+place+`"`) || (n < 2) != (page == at) {
			t.Errorf("%s: led to %q, which does not show it", words, to)
		}
	}
}

// TestLaterRemarksKeepTheLink goes on in what was said beside one's link, and back.
func TestLaterRemarksKeepTheLink(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job := s.Job(models.Job{Title: "Kokk"})
	clip := s.Clip(job, models.Clip{})
	by := s.Person("employee")
	link, _, err := s.DB.MakeLink(t.Context(), by, by.ID, job.ID, "x")
	must(t, err)
	if _, err := s.DB.Pool().Exec(t.Context(), `insert into remarks (id, user_id, clip_id, text, at)
		select gen_random_uuid(), $1, $2, 'Nr ' || n, now() - interval '1 hour' + n * interval '1 second' from generate_series(1, 101) n`, by.ID, clip.ID); err != nil {
		t.Fatal(err)
	}
	c, at := s.AsUser(by), "/share/"+job.ID.String()
	page := at + "?link=" + link.ID.String()
	next := hrefOf(c.Get(page).Body, "next")
	got := c.Get(strings.TrimSuffix(next, "#remarks")).Body
	if !strings.Contains(next, "remarks=") || !strings.Contains(got, "Nr 101<") || !strings.Contains(got, s.App.URL("/s/"+link.Code)) {
		t.Fatalf("%q shows no later remark beside the link", next)
	}
	if back := hrefOf(got, "prev"); back != page+"#remarks" {
		t.Errorf("back to %q, want %q", back, page+"#remarks")
	}
	said := c.PostForm("/remarks", map[string][]string{"clip": {clip.ID.String()}, "text": {"Sist"}}).Location
	path, place, _ := strings.Cut(said, "#")
	if !strings.HasPrefix(place, "remark-") || !strings.Contains(c.Get(path).Body, `id="`+place+`"`) {
		t.Errorf("what was said is not at %q", said)
	}
}
