package hr_test

import (
	"net/url"
	"testing"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

func TestComparisonOnTheJobsPage(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job := s.Job(models.Job{})
	a := s.Clip(job, models.Clip{Title: "Dagen"})
	at := "/hr/jobs/" + job.ID.String()
	s.Run(t, []handlerstest.Scenario{{Name: "one clip", As: "hr", Path: at, WantStatus: 200, WantBody: []string{"Hovedklipp"}, NotBody: []string{"Sammenlign"}}})
	b := s.Clip(job, models.Clip{Title: "Natta", Position: 1})
	form := func(first, second models.Clip, day string) url.Values {
		return url.Values{"first": {first.ID.String()}, "second": {second.ID.String()}, "last_day": {day}}
	}
	s.Run(t, []handlerstest.Scenario{
		{Name: "can be started", As: "hr", Path: at, WantStatus: 200, WantBody: []string{"Start sammenligningen", `value="main"`}},
		{Name: "the same twice", As: "hr", Path: at + "/comparison", Form: form(a, a, ""), WantStatus: 422, WantBody: []string{"Velg to forskjellige klipp.", "Start sammenligningen"}, NotBody: []string{"kan ikke publiseres"}},
		{Name: "no day", As: "hr", Path: at + "/comparison", Form: form(a, b, "i morgen"), WantStatus: 422, WantBody: []string{`value="i morgen"`}},
		{Name: "started", As: "hr", Path: at + "/comparison", Form: form(a, b, ""), WantStatus: 303, WantLocation: at + "#compare"},
		{Name: "runs", As: "hr", Path: at, WantStatus: 200, WantBody: []string{"Pågår", "For få til å si", "9\u202f800", "Avslutt og gjør «Natta» til hovedklipp"}, NotBody: []string{"Start sammenligningen"}},
		{Name: "a second one", As: "hr", Path: at + "/comparison", Form: form(a, b, ""), WantStatus: 303},
		{Name: "is not begun", As: "hr", Path: at, WantStatus: 200, WantBody: []string{"En sammenligning pågår allerede"}},
	})
	exec := func(sql string, args ...any) {
		t.Helper()
		if _, err := s.DB.Pool().Exec(t.Context(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	exec(`insert into compared (comparison_id, clip_id, day, visitors, plays, q75, applications)
		select id, first_id, current_date, 1000, 800, 300, 20 from comparisons union all select id, second_id, current_date, 1000, 900, 500, 60 from comparisons`)
	s.Run(t, []handlerstest.Scenario{
		{Name: "tells", As: "hr", Path: at, WantStatus: 200, WantBody: []string{"«Natta» gir flere søknader: 4 flere", "(4,7 til 7,6 med"}, NotBody: []string{"For få"}},
		{Name: "choosing no clip", As: "hr", Path: at + "/comparison/stop", Form: url.Values{"main": {"natta"}}, WantStatus: 404},
		{Name: "choosing", As: "hr", Path: at + "/comparison/stop", Form: url.Values{"main": {b.ID.String()}}, WantStatus: 303, WantLocation: at + "#compare"},
		{Name: "kept", As: "hr", Path: at, WantStatus: 200, WantBody: []string{"Avsluttet med et valg", "Ble hovedklipp", "Start sammenligningen"}, NotBody: []string{"Pågår"}},
		{Name: "ended already", As: "hr", Path: at + "/comparison/stop", Form: url.Values{}, WantStatus: 303},
		{Name: "main again", As: "hr", Path: "/hr/clips/" + a.ID.String() + "/move", Form: url.Values{"to": {"main"}}, WantStatus: 303, WantLocation: at + "#clip-" + a.ID.String()},
	})
	if clips, err := s.DB.PublishedClips(t.Context(), job.ID); err != nil || clips[0].ID != a.ID {
		t.Errorf("the main clip is another: %v", err)
	}
	abroad := s.Job(models.Job{ApplyURL: "https://jobs.example.com/1"})
	x, y := s.Clip(abroad, models.Clip{}), s.Clip(abroad, models.Clip{})
	s.Run(t, []handlerstest.Scenario{
		{Name: "applied for elsewhere", As: "hr", Path: "/hr/jobs/" + abroad.ID.String(), WantStatus: 200, WantBody: []string{"søknad et annet sted"}, NotBody: []string{"Start sammenligningen"}},
		{Name: "nor started", As: "hr", Path: "/hr/jobs/" + abroad.ID.String() + "/comparison", Form: form(x, y, ""), WantStatus: 303},
	})
}

func TestHowAClipWasWatched(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job := s.Job(models.Job{})
	clip := s.Clip(job, models.Clip{Duration: 4})
	at := "/hr/clips/" + clip.ID.String()
	count := func(plays int) {
		t.Helper()
		for _, sql := range []string{
			`insert into counts (day, job_id, clip_id, class, plays, q25, q50, sounds) values (current_date, $2, $1, 'human', $3::int, $3::int / 2, 1, 3)
				on conflict (day, link_id, job_id, clip_id, class) do update set plays = excluded.plays, q25 = excluded.q25`,
			`insert into watched (day, clip_id, visits, seconds) values (current_date, $1, $3::int, array[$3::int, $3::int, $3::int / 2, 0] || array_fill(0, array[124]))
				on conflict (day, clip_id) do update set visits = excluded.visits, seconds = excluded.seconds where $2::uuid is not null`,
		} {
			if _, err := s.DB.Pool().Exec(t.Context(), sql, clip.ID, job.ID, plays); err != nil {
				t.Fatal(err)
			}
		}
	}
	s.Run(t, []handlerstest.Scenario{{As: "hr", Path: at, WantStatus: 200, WantBody: []string{"Ingen har spilt av"}, NotBody: []string{"data-plot"}}})
	count(49)
	s.Run(t, []handlerstest.Scenario{{As: "hr", Path: at, WantStatus: 200, WantBody: []string{"for få til å si", "Minst en fjerdedel"}, NotBody: []string{"data-plot", "50 %", "plot-"}}})
	count(100)
	s.Run(t, []handlerstest.Scenario{{
		As: "hr", Path: at, WantStatus: 200,
		WantBody: []string{"data-plot", "plot-", "63 %", "<td class=\"num\">50</td><td class=\"num\">50 %</td>", "Halvparten var borte etter 0:02", "[100,100,50,0]"},
	}})
}
