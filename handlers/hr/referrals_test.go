package hr_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

func TestReferralsReport(t *testing.T) {
	t.Parallel()
	s := newTalent(t)
	s.Count(s.link, models.ClassHuman, 200)
	s.Count(s.link, models.ClassPreview, 31)
	few := s.Link(s.Person("employee"), s.other, "qr")
	s.Count(few, models.ClassHuman, 3)
	if _, err := s.DB.MoveStage(t.Context(), models.System(), s.ledApp.ID, models.StageHired, ""); err != nil {
		t.Fatal(err)
	}
	behind := fmt.Sprintf("/hr/applications?from=%s&amp;source=referred&amp;to=%s&amp;user=%s", day(s, -29), day(s, 0), s.link.UserID)
	s.Run(t, []handlerstest.Scenario{
		{As: "hr", Path: "/hr/referrals", WantStatus: 200, WantBody: []string{
			"Liv Dal", ">203</a>", ">231</a>", ">0,5</td>", "for få til å si", behind, "siste 30 dager", "Forhåndsvisninger",
		}, NotBody: []string{"Åse"}},
		{As: "hr", Path: "/hr/referrals?job=" + s.other.ID.String(), WantStatus: 200, WantBody: []string{">3</a>"}, NotBody: []string{"Liv Dal"}},
		{As: "hr", Path: "/hr/referrals?group=channel&period=90", WantStatus: 200, WantBody: []string{"WhatsApp", "QR-kode", ">203</a>", "siste 90 dager"}, NotBody: []string{"Liv Dal"}},
		{As: "hr", Path: "/hr/referrals?group=skill&period=all", WantStatus: 200, WantBody: []string{"Ingen lenker eller søknader passer her"}},
		{As: "hr", Path: "/hr/referrals?group=team&period=year", WantStatus: 200, WantBody: []string{"Uten team"}},
		{As: "hr", Path: "/hr/referrals?group=gone&period=gone", WantStatus: 200, WantBody: []string{"Liv Dal"}},
		{As: "hr", Path: "/hr/referrals?from=2020-01-01&to=2020-02-01", WantStatus: 200, WantBody: []string{"Ingen delte lenker", `value="2020-02-01"`}},
		{As: "hr", Path: "/hr/referrals?from=2020-03-01&to=2020-02-01", WantStatus: 422, WantBody: []string{"Siste dag må være", `value="2020-03-01"`}},
		{As: "hr", Path: "/hr/referrals?from=snart", WantStatus: 422, WantBody: []string{"Skriv en dato", `value="snart"`}},
		{As: "hr", Path: "/hr/referrals.csv?from=snart", WantStatus: 422},
		{As: "hr", Path: "/hr/referrals?job=x", WantStatus: 404},
	})
}

// day is today and so many days as addresses write it.
func day(s talent, days int) string {
	return s.DB.Now().UTC().AddDate(0, 0, days).Format(time.DateOnly)
}

func TestReferralsCSVHoldsNoFormula(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job := s.Job(models.Job{})
	names := []string{`=HYPERLINK("http://x.example";"se")`, "+47 1", "-2+3", "@SUM(A1)", "\tTab", "\rLinje", "Åse; \"A\" Berg"}
	for _, name := range names {
		s.Link(s.User(models.User{Name: name}), job, "")
	}
	for _, tt := range []struct {
		lang, header string
		comma        rune
	}{{"nb", "Kollega", ';'}, {"en", "Colleague", ','}} {
		got := s.As("hr").Get("/hr/referrals.csv?" + url.Values{"lang": {tt.lang}}.Encode())
		if got.Status != http.StatusOK || got.Header.Get("Content-Type") != "text/csv; charset=utf-8" || !strings.HasPrefix(got.Header.Get("Content-Disposition"), "attachment; ") {
			t.Fatalf("got %d, %v", got.Status, got.Header)
		}
		r := csv.NewReader(strings.NewReader(strings.TrimPrefix(got.Body, "\ufeff")))
		r.Comma = tt.comma
		rows, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) != 1+len(names) || rows[0][0] != tt.header || len(rows[0]) != 15 {
			t.Fatalf("%s: got %q", tt.lang, rows)
		}
		var neutral int
		for _, row := range rows[1:] {
			if strings.ContainsAny(row[0][:1], "=+-@\t\r") {
				t.Errorf("a cell begins as a formula: %q", row[0])
			}
			if row[0][0] == '\'' {
				neutral++
			}
		}
		if neutral != len(names)-1 {
			t.Errorf("%s: got %d neutralised cells, want %d", tt.lang, neutral, len(names)-1)
		}
	}
}

// TestLongReportsBeginShort shows the first hundred of a large house, and all on request.
func TestLongReportsBeginShort(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job := s.Job(models.Job{})
	if _, err := s.DB.Pool().Exec(t.Context(), `
		with people as (
			insert into users (id, email, email_key, name, role, created_at, updated_at)
			select gen_random_uuid(), n || '@example.org', n || '@example.org', 'Kollega nr. ' || n || '.', 'employee', now(), now()
			from generate_series(1, 130) n returning id)
		insert into links (id, code, user_id, job_id, channel, created_at)
		select gen_random_uuid(), substr(id::text, 1, 13), id, $1, 'x', now() from people`, job.ID); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{"/hr/referrals": 50, "/hr/referrals?all=1": 130} {
		got := s.As("hr").Get(path)
		if n := strings.Count(got.Body, `data-label="Delt"`); n != want {
			t.Errorf("%s: got %d rows, want %d", path, n, want)
		}
		if more := strings.Contains(got.Body, "Vis alle 130") && strings.Contains(got.Body, "&amp;all=1"); more != (want == 50) {
			t.Errorf("%s: the way to all rows is there: %v", path, more)
		}
	}
	got := s.As("hr").Get("/hr/referrals.csv")
	if n := strings.Count(strings.TrimSpace(got.Body), "\n"); n != 130 {
		t.Errorf("the file has %d rows, want 130", n)
	}
}
