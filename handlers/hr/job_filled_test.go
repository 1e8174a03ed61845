package hr_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

// TestFilledJobTellsEverybodyOnce fills a job by hand and has two of HR press the same button at the same time, and one of them again.
func TestFilledJobTellsEverybodyOnce(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job := s.Job(models.Job{Title: "Kokk"})
	form := url.Values{"tell": {"1"}, "words": {"Takk for at du ville."}}
	for _, stage := range []string{models.StageNew, models.StageScreening, models.StageOffer} {
		app := s.Application(job, nil, models.Application{Stage: stage, Candidate: &models.Candidate{Name: "Søker " + stage}})
		form.Add("application", app.ID.String())
	}
	hired := s.Application(job, nil, models.Application{Stage: models.StageHired, Candidate: &models.Candidate{Name: "Ansatt Ansattsen"}})
	form.Add("application", hired.ID.String()) // a form of before the hire
	at := "/hr/jobs/" + job.ID.String()
	hr := s.As(models.RoleHR)
	if got := hr.PostForm(at+"/status", url.Values{"status": {models.JobFilled}}); got.Status != http.StatusSeeOther || got.Location != at+"/filled" {
		t.Fatalf("filling: got %d to %q", got.Status, got.Location)
	}
	if got := hr.Get(at + "/filled"); strings.Count(got.Body, `name="application"`) != 3 || strings.Contains(got.Body, "Ansattsen") {
		t.Errorf("who still waits: %.3000s", got.Body)
	}
	var all sync.WaitGroup
	for _, c := range []*handlerstest.Client{hr, s.As(models.RoleAdmin)} {
		all.Go(func() {
			if got := c.PostForm(at+"/filled", form); got.Status != http.StatusSeeOther || got.Location != at {
				t.Errorf("ending them: got %d to %q: %.600s", got.Status, got.Location, got.Body)
			}
		})
	}
	all.Wait()
	hr.PostForm(at+"/filled", form)
	for what, sql := range map[string]string{
		"steps":   `select count(*) from stage_changes where to_stage = 'rejected'`,
		"letters": `select count(*) from letters where kind = 'filled' and words = 'Takk for at du ville.'`,
		"mails":   `select count(*) from river_job where kind = 'send_mail' and args->>'mail' = 'letter'`,
		"ended":   `select count(*) from applications where stage = 'rejected'`,
	} {
		var n int
		if err := s.DB.Pool().QueryRow(t.Context(), sql).Scan(&n); err != nil || n != 3 {
			t.Errorf("%s: got %d %v, want 3", what, n, err)
		}
	}
	if got, err := s.DB.Application(t.Context(), models.System(), hired.ID); err != nil || got.Stage != models.StageHired {
		t.Errorf("who was hired is at %q now, %v", got.Stage, err)
	}
	if got := hr.Get(at + "/filled"); !strings.Contains(got.Body, s.App.Texts.For("nb").T("filled.nobody")) {
		t.Errorf("afterwards: %.2000s", got.Body)
	}
}
