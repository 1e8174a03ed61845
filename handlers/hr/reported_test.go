package hr_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"kollega/handlers/handlerstest"
)

// TestReportsThatWaitAreOnTheFirstPage goes on to what was decided before.
func TestReportsThatWaitAreOnTheFirstPage(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	if _, err := s.DB.Pool().Exec(t.Context(), `insert into post_reports (id, text, written_at, reason, at, decided_at)
		select gen_random_uuid(), '', now(), case when n = 1 then 'Venter ennå' else 'Nr ' || n end, now(), case when n > 1 then now() - n * interval '1 minute' end from generate_series(1, 40) n`); err != nil {
		t.Fatal(err)
	}
	c := s.As("hr")
	first := c.Get("/hr/reported")
	next := regexp.MustCompile(`/hr/reported\?cursor=[^"]+`).FindString(first.Body)
	if first.Status != http.StatusOK || !strings.Contains(first.Body, "Venter ennå") || !strings.Contains(first.Body, "Nr 31<") || strings.Contains(first.Body, "Nr 32<") || next == "" {
		t.Fatalf("the first page: got %d", first.Status)
	}
	if got := c.Get(next); got.Status != http.StatusOK || strings.Contains(got.Body, "Venter ennå") || !strings.Contains(got.Body, "Nr 32<") || !strings.Contains(got.Body, "Nr 40<") || !strings.Contains(got.Body, `href="/hr/reported"`) {
		t.Errorf("the second: got %d: %.2000s", got.Status, got.Body)
	}
}
