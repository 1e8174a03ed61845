package hr_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

// hired is somebody who came by u's link and was hired; it gives u's reward.
func hired(t *testing.T, s *handlerstest.Site, job models.Job, u models.User, email string) (id uuid.UUID) {
	t.Helper()
	link := s.Link(u, job, "")
	app, _, _, err := s.DB.Apply(t.Context(), models.Applying{JobID: job.ID, Name: "Zyxandra Fjell", Email: email, Link: &link})
	if err == nil {
		_, err = s.DB.MoveStage(t.Context(), models.System(), app.ID, models.StageHired, "")
	}
	if err == nil {
		err = s.DB.Pool().QueryRow(t.Context(), `select id from rewards where application_id = $1`, app.ID).Scan(&id)
	}
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestAPromiseIsWrittenAndReadByColleagues(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job := s.Job(models.Job{Title: "Kokk"})
	at := "/hr/jobs/" + job.ID.String()
	s.Run(t, []handlerstest.Scenario{
		{Name: "nothing yet", As: "hr", Path: at, WantStatus: 200, WantBody: []string{"Ingen belønning", at + "/reward"}},
		{Name: "nothing to read", As: "employee", Path: "/share/" + job.ID.String(), WantStatus: 200, NotBody: []string{"Dette får du"}},
		{Name: "no amount", As: "hr", Path: at + "/reward", Form: url.Values{"kind": {"money"}, "amount": {"mye"}, "currency": {"NOK"}, "months": {"6"}}, WantStatus: 422, WantBody: []string{`value="mye"`, `value="6"`}},
		{Name: "no kind", As: "hr", Path: at + "/reward", Form: url.Values{"kind": {"aksjer"}, "months": {"6"}}, WantStatus: 422},
		{Name: "promised", As: "hr", Path: at + "/reward", Form: url.Values{"kind": {"money"}, "amount": {"5 000,50"}, "currency": {"nok"}, "months": {"6"}}, WantStatus: 303},
		{Name: "HR reads", As: "hr", Path: at + "/reward", WantStatus: 200, WantBody: []string{"5\u202f000,50\u00a0kr", "i 6 måneder", "Hr Hansen", "gjelder det bare søknader som kommer inn etterpå"}},
		{Name: "colleagues read", As: "employee", Path: "/share/" + job.ID.String(), WantStatus: 200, WantBody: []string{"Dette får du", "5\u202f000,50\u00a0kr", "i 6 måneder"}},
		{Name: "in English", As: "employee", Path: "/share/" + job.ID.String() + "?lang=en", WantStatus: 200, WantBody: []string{"NOK", "employed for 6 months"}},
		{Name: "taken back", As: "hr", Path: at + "/reward", Form: url.Values{"kind": {""}, "months": {""}}, WantStatus: 303},
		{Name: "nothing again", As: "employee", Path: "/share/" + job.ID.String(), WantStatus: 200, NotBody: []string{"Dette får du"}},
		{Name: "an employee writes", As: "employee", Path: at + "/reward", Form: url.Values{"kind": {"day_off"}}, WantStatus: 403},
	})
}

func TestPayrollTakesTheListAndMarksItAsPaid(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job := s.Job(models.Job{Title: "=Kokk"})
	if err := s.DB.SaveRewardPlan(t.Context(), models.System(), job.ID, models.RewardPlan{Kind: models.RewardMoney, Amount: 2500_50, Currency: "NOK"}); err != nil {
		t.Fatal(err)
	}
	ola, hr := s.User(models.User{Name: "Ola Nord", Email: "ola@example.org"}), s.Person("hr")
	olas, own := hired(t, s, job, ola, "a@example.com"), hired(t, s, job, hr, "b@example.com")
	today := s.DB.Now().UTC().Format(time.DateOnly)
	pay := func(day string, ids ...uuid.UUID) url.Values {
		form := url.Values{"paid_on": {day}}
		for _, id := range ids {
			form.Add("reward", id.String())
		}
		return form
	}
	s.Run(t, []handlerstest.Scenario{
		{Name: "the list", As: "hr", Path: "/hr/rewards", WantStatus: 200, WantBody: []string{"Ola Nord", "2\u202f500,50\u00a0kr", "en annen i HR må avgjøre", olas.String()}, NotBody: []string{"Zyxandra", `value="` + own.String()}},
		{Name: "another of HR may pay it", As: "admin", Path: "/hr/rewards", WantStatus: 200, WantBody: []string{`value="` + own.String()}},
		{Name: "none chosen", As: "hr", Path: "/hr/rewards/pay", Form: pay(today), WantStatus: 422, WantBody: []string{"Velg minst én"}},
		{Name: "no day", As: "hr", Path: "/hr/rewards/pay", Form: pay("2099-01-01", olas), WantStatus: 422, WantBody: []string{`value="2099-01-01"`, "Velg en dag som har vært"}},
		{Name: "one's own", As: "hr", Path: "/hr/rewards/pay", Form: pay(today, olas, own), WantStatus: 303},
		{Name: "is refused as a whole", As: "hr", Path: "/hr/rewards", WantStatus: 200, WantBody: []string{"Du kan ikke avgjøre din egen belønning", `value="` + olas.String()}},
		{Name: "one's own page", As: "hr", Path: "/hr/rewards/" + own.String(), WantStatus: 200, WantBody: []string{"Dette er din egen belønning"}, NotBody: []string{"/forfeit"}},
		{Name: "nor forfeits it", As: "hr", Path: "/hr/rewards/" + own.String() + "/forfeit", Form: url.Values{"cause": {"left"}, "words": {"x"}}, WantStatus: 303},
	})
	file := s.As("hr").Get("/hr/rewards.csv")
	if file.Status != http.StatusOK || !strings.Contains(file.Body, "Ola Nord;ola@example.org;Penger;;2500,50;NOK;100 %;'=Kokk;Til utbetaling;"+today) {
		t.Errorf("got %s", file.Body)
	}
	if strings.Contains(file.Body, "Zyxandra") || strings.Contains(file.Body, "a@example.com") {
		t.Errorf("the file names the candidate: %s", file.Body)
	}
	s.Run(t, []handlerstest.Scenario{
		{Name: "paid", As: "hr", Path: "/hr/rewards/pay", Form: pay(today, olas), WantStatus: 303},
		{Name: "said so", As: "hr", Path: "/hr/rewards?state=paid", WantStatus: 200, WantBody: []string{"1 belønning er merket som utbetalt", "Ola Nord"}},
		{Name: "pressed twice", As: "hr", Path: "/hr/rewards/pay", Form: pay(today, olas), WantStatus: 303},
		{Name: "nothing doubled", As: "hr", Path: "/hr/rewards", WantStatus: 200, WantBody: []string{"endret i mellomtiden"}, NotBody: []string{"Ola Nord"}},
		{Name: "no words", As: "hr", Path: "/hr/rewards/" + olas.String() + "/reopen", Form: url.Values{"words": {""}}, WantStatus: 422},
		{Name: "taken back", As: "hr", Path: "/hr/rewards/" + olas.String() + "/reopen", Form: url.Values{"words": {"Feil måned"}}, WantStatus: 303},
		{Name: "forfeited without a cause", As: "hr", Path: "/hr/rewards/" + olas.String() + "/forfeit", Form: url.Values{"words": {"Sluttet"}}, WantStatus: 422, WantBody: []string{">Sluttet</textarea>"}},
		{Name: "forfeited", As: "hr", Path: "/hr/rewards/" + olas.String() + "/forfeit", Form: url.Values{"cause": {"left"}, "words": {"Sluttet i prøvetiden"}}, WantStatus: 303},
		{Name: "its story", As: "hr", Path: "/hr/rewards/" + olas.String(), WantStatus: 200, WantBody: []string{"Feil måned", "Sluttet i prøvetiden", "Meldt til lønn", "Hr Hansen"}},
		{Name: "a leader", As: "leader", Path: "/hr/rewards", WantStatus: 403},
	})
	mine := s.AsUser(ola).Get("/links")
	if !strings.Contains(mine.Body, "2\u202f500,50\u00a0kr") || !strings.Contains(mine.Body, "Falt bort") || !strings.Contains(mine.Body, "Sluttet i prøvetiden") || strings.Contains(mine.Body, "Zyxandra") {
		t.Errorf("Ola reads %s", mine.Body)
	}
	if got := s.As("employee").Get("/links"); strings.Contains(got.Body, "2\u202f500,5") {
		t.Error("another reads Ola's reward")
	}
}
