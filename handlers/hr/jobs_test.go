package hr_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

func jobForm(change ...string) url.Values {
	form := url.Values{
		"title": {"Kokk i kantina"}, "description": {"Lag **god** mat."}, "location": {"Bergen"}, "country": {"NO"}, "employment_type": {"FULL_TIME"},
		"pay_min": {"550 000"}, "pay_max": {"600.000"}, "pay_currency": {"nok"}, "pay_period": {"YEAR"}, "deadline": {"2099-05-17"},
		"skill": {"Fagbrev", "", "Smak"}, "need": {"required", "required", "nice"},
	}
	for i := 0; i+1 < len(change); i += 2 {
		form.Set(change[i], change[i+1])
	}
	return form
}

func TestHRWritesAndPublishesAJob(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	s.Run(t, []handlerstest.Scenario{
		{Name: "home", As: "hr", Path: "/hr", WantStatus: 303, WantLocation: "/hr/jobs"},
		{Name: "nothing yet", As: "hr", Path: "/hr/jobs", WantStatus: 200, WantBody: []string{"Ingen stillinger ennå"}},
		{Name: "empty form", As: "hr", Path: "/hr/jobs/new", WantStatus: 200, WantBody: []string{`<option value="NO" selected>Norge`}},
		{
			Name: "every word stays", As: "hr", Path: "/hr/jobs", Form: jobForm("title", "", "pay_min", "mye", "deadline", "i mai"), WantStatus: 422,
			WantBody: []string{"Skriv et beløp", `value="mye"`, "Lag **god** mat.", `value="Smak"`, "Skriv datoen"},
		},
		{
			Name: "what models refuse", As: "hr", Path: "/hr/jobs", Form: jobForm("title", "", "pay_max", "1", "apply_url", "http://a.no"), WantStatus: 422,
			WantBody: []string{"Fyll ut", "lavere enn", "https://", `value="1"`},
		},
		{Name: "more lines", As: "hr", Path: "/hr/jobs", Form: jobForm("more", "1"), WantStatus: 200, WantBody: []string{`value="Kokk i kantina"`}},
		{Name: "preview", As: "hr", Path: "/hr/jobs/preview", Form: url.Values{"description": {"**x** <script>y</script>"}}, WantStatus: 200, WantBody: []string{"<strong>x</strong>"}, NotBody: []string{"<script"}},
	})
	hr := s.As("hr")
	made := hr.PostForm("/hr/jobs", jobForm())
	if made.Status != http.StatusSeeOther || !strings.HasPrefix(made.Location, "/hr/jobs/") {
		t.Fatalf("got %d to %q: %.600s", made.Status, made.Location, made.Body)
	}
	at := made.Location
	s.Run(t, []handlerstest.Scenario{
		{Name: "draft", As: "hr", Path: at, WantStatus: 200, WantBody: []string{"Kokk i kantina", "Utkast", "<strong>god</strong>", "kr per år", "Fagbrev", "Publiser"}},
		{Name: "edit", As: "hr", Path: at + "/edit", WantStatus: 200, WantBody: []string{`value="550000"`, `value="2099-05-17"`, `value="Fagbrev"`}},
		{Name: "emptied", As: "hr", Path: at, Form: jobForm("description", "", "location", ""), WantStatus: 303},
		{Name: "not yet", As: "hr", Path: at + "/status", Form: url.Values{"status": {"published"}}, WantStatus: 422, WantBody: []string{"Beskriv stillingen", "Skriv hvor"}},
		{Name: "mended", As: "hr", Path: at, Form: jobForm(), WantStatus: 303},
		{Name: "published", As: "hr", Path: at + "/status", Form: url.Values{"status": {"published"}}, WantStatus: 303},
		{Name: "address", As: "hr", Path: at, WantStatus: 200, WantBody: []string{"/jobs/kokk-i-kantina", "Merk som besatt"}},
		{Name: "list", As: "hr", Path: "/hr/jobs?status=published", WantStatus: 200, WantBody: []string{"Kokk i kantina", "0 delelenker"}},
		{Name: "other list", As: "hr", Path: "/hr/jobs?status=filled", WantStatus: 200, WantBody: []string{"Ingen stillinger her"}, NotBody: []string{"Kokk"}},
		{Name: "no such step", As: "hr", Path: at + "/status", Form: url.Values{"status": {"draft"}}, WantStatus: 409},
		{Name: "filled", As: "hr", Path: at + "/status", Form: url.Values{"status": {"filled"}}, WantStatus: 303},
		{Name: "unknown", As: "hr", Path: "/hr/jobs/" + models.NewID().String(), WantStatus: 404},
		{Name: "no id", As: "hr", Path: "/hr/jobs/1", WantStatus: 404},
	})
}

func TestOnlyHRReachesJobsAndClips(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job := s.Job(models.Job{})
	clip := s.Clip(job, models.Clip{Status: models.ClipUploading, UploadID: "x"})
	at, of := "/hr/clips/"+clip.ID.String(), "/hr/jobs/"+job.ID.String()
	for _, role := range []string{"employee", "leader"} {
		for _, ask := range []struct{ method, path string }{
			{"GET", "/hr/jobs"},
			{"GET", of},
			{"GET", of + "/edit"},
			{"POST", of},
			{"POST", of + "/status"},
			{"POST", of + "/clips"},
			{"GET", at},
			{"GET", at + "/upload"},
			{"POST", at + "/complete"},
			{"POST", at + "/cancel"},
			{"POST", at + "/publish"},
			{"POST", at + "/delete"},
			{"GET", at + "/status"},
			{"POST", at + "/captions"},
		} {
			got := s.As(role).JSON(ask.method, ask.path, nil)
			if got.Status != http.StatusForbidden || strings.Contains(got.Body, "url") {
				t.Errorf("%s %s as %s: got %d %s", ask.method, ask.path, role, got.Status, got.Body)
			}
			if got := s.Guest().JSON(ask.method, ask.path, nil); got.Status != http.StatusUnauthorized {
				t.Errorf("%s %s as nobody: got %d", ask.method, ask.path, got.Status)
			}
		}
	}
	if _, err := s.DB.Clip(t.Context(), clip.ID); err != nil {
		t.Errorf("the clip is gone: %v", err)
	}
}
