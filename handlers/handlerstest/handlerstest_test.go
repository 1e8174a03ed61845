package handlerstest_test

import (
	"net/http"
	"testing"

	"kollega/handlers/handlerstest"
	"kollega/internal/testenv"
	"kollega/models"
)

func TestMain(m *testing.M) { testenv.Main(m) }

func TestSite(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	if got := s.Guest().Get("/healthz"); got.Status != http.StatusOK {
		t.Errorf("healthz: got %d", got.Status)
	}
	if got := s.Guest().Get("/readyz"); got.Status != http.StatusOK {
		t.Errorf("readyz: got %d %s", got.Status, got.Body)
	}
	job := s.Job(models.Job{})
	clip := s.Clip(job, models.Clip{})
	if f, ok := clip.File("video"); !ok || f.Key == "" {
		t.Errorf("the clip has no video: %+v", clip)
	}
	link := s.Link(s.Person("employee"), job, "")
	if a := s.Application(job, &link, models.Application{Stage: models.StageInterview}); !a.Qualified() {
		t.Errorf("got %+v, want a qualified application", a)
	}
	if team := s.Team("Drift", nil); team.Name != "Drift" {
		t.Errorf("got %+v", team)
	}
}
