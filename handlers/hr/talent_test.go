package hr_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

// needs makes a job require a skill.
func needs(t *testing.T, s *handlerstest.Site, j models.Job, skill string) (id uuid.UUID) {
	t.Helper()
	_, err := s.DB.Pool().Exec(t.Context(), `insert into skills (id, name, name_key, created_at) values (gen_random_uuid(), $1, lower($1), now()) on conflict do nothing`, skill)
	if err == nil {
		err = s.DB.Pool().QueryRow(t.Context(), `select id from skills where name = $1`, skill).Scan(&id)
	}
	if err == nil {
		_, err = s.DB.Pool().Exec(t.Context(), `insert into job_skills (job_id, skill_id, need, position) values ($1, $2, 'required', 0)`, j.ID, id)
	}
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// TestNeededTalent reads the evidence in words, and goes on to the words for asking, which say nothing that their reader may not know.
func TestNeededTalent(t *testing.T) {
	t.Parallel()
	s := newTalent(t)
	skill, alone := needs(t, s.Site, s.led, "Sårstell"), needs(t, s.Site, s.other, "Trappebygging")
	clip := s.Clip(s.led, models.Clip{})
	if _, err := s.DB.MoveStage(t.Context(), models.System(), s.ledApp.ID, models.StageInterview, ""); err != nil {
		t.Fatal(err)
	}
	liv := s.link.UserID.String()
	ask := "/hr/talent/ask?skill=" + skill.String()
	s.Run(t, []handlerstest.Scenario{
		{As: "hr", Path: "/hr/talent", WantStatus: 200, WantBody: []string{
			"Sårstell", "Delinger av «Sykepleier» ga én kvalifisert søknad.", "Liv Dal", "1 kvalifisert venter på svar", "1 søkt, 1 kvalifisert, 0 ansatt",
			"Trappebygging", "Bare den åpne døren har funnet noen: 2 søknader", "Ingen kvalifisert venter",
			"/hr/jobs/" + s.other.ID.String() + "/edit", "/hr/jobs/" + s.other.ID.String() + "/clips/new", "/hr/clips/" + clip.ID.String(),
			strings.ReplaceAll(ask, "&", "&amp;") + "&amp;user=" + liv,
		}, NotBody: []string{"Åse", "Nils"}},
		{As: "hr", Path: "/hr/talent?lang=en", WantStatus: 200, WantBody: []string{"Shares of “Sykepleier” brought one qualified application.", "The last application came in"}},
		{As: "hr", Path: "/hr/talent?by=team", WantStatus: 200, WantBody: []string{"Uten team"}},
		{As: "hr", Path: "/hr/talent?by=channel", WantStatus: 200, WantBody: []string{"WhatsApp"}},
		{As: "hr", Path: "/hr/talent?by=weather", WantStatus: 404},
		{As: "hr", Path: ask + "&user=" + liv, WantStatus: 200, WantBody: []string{"Hei Liv Dal!", "Sårstell", "/share/" + s.led.ID.String(), "mailto:"}},
		{As: "hr", Path: ask, WantStatus: 200, WantBody: []string{"Spør alle", "/share/" + s.led.ID.String()}, NotBody: []string{"Liv Dal"}},
		{As: "hr", Path: ask + "&user=" + s.Person("employee").ID.String(), WantStatus: 404},
		{As: "hr", Path: "/hr/talent/ask?skill=x", WantStatus: 404},
		{As: "hr", Path: "/hr/talent/ask?skill=" + alone.String() + "&user=" + liv, WantStatus: 404},
		{As: "leader", Path: "/hr/talent", WantStatus: 403},
		{As: "leader", Path: "/leader/talent", WantStatus: 200, WantBody: []string{"Sårstell", "Dette kan du gjøre"}, NotBody: []string{"Trappebygging", "Liv Dal", "/hr/"}},
		{As: "leader", Path: "/leader/talent?by=team", WantStatus: 404},
		{As: "leader", Path: "/leader/talent/ask?skill=" + skill.String() + "&user=" + liv, WantStatus: 404},
		{As: "leader", Path: "/leader/talent/ask?skill=" + alone.String(), WantStatus: 404},
		{As: "employee", Path: "/leader/talent", WantStatus: 403},
	})
	got := s.As("hr").Get(ask + "&user=" + liv)
	_, words, _ := strings.Cut(got.Body, "<textarea")
	if strings.Contains(words, "kvalifisert") || strings.Contains(words, "Åse") {
		t.Errorf("the words tell the colleague what the candidate has not: %s", words)
	}
	if _, err := s.DB.Pool().Exec(t.Context(), `update users set show_results = true where id = $1`, s.link.UserID); err != nil {
		t.Fatal(err)
	}
	if got := s.As("leader").Get("/leader/talent"); !strings.Contains(got.Body, "Liv Dal") {
		t.Error("the leader does not read of a colleague who has agreed")
	}
}

// TestStoryInWords reads "My links" of a colleague whose candidates allow more and more.
func TestStoryInWords(t *testing.T) {
	t.Parallel()
	s := newTalent(t)
	liv, err := s.DB.User(t.Context(), s.link.UserID)
	if err != nil {
		t.Fatal(err)
	}
	read := func(lang string, want, not []string) {
		t.Helper()
		body := s.AsUser(liv).Get("/links?lang=" + lang).Body
		for _, w := range want {
			if !strings.Contains(body, w) {
				t.Errorf("%s: lacks %q", lang, w)
			}
		}
		for _, n := range not {
			if strings.Contains(body, n) {
				t.Errorf("%s: has %q", lang, n)
			}
		}
	}
	set := func(sql string, args ...any) {
		t.Helper()
		if _, err := s.DB.Pool().Exec(t.Context(), sql, args...); err != nil {
			t.Fatal(err)
		}
	}
	read("nb", []string{"Én person søkte", "Når anbefalingen er din", "En anbefaling gjelder bare stillingen"}, []string{"Ingen har åpnet", "Klippet ble startet", "Åse"})
	s.Count(s.link, models.ClassHuman, 1)
	set(`update counts set plays = 1, q100 = 1, views = 1`)
	read("nb", []string{"1 person har åpnet siden (1 besøk bekreftet).", "minst 5 personer"}, []string{"Klippet ble startet"})
	set(`update counts set visitors = 12, clicks = 14, views = 10, plays = 7, q100 = 2`)
	read("nb", []string{"12 personer har åpnet siden (10 besøk bekreftet).", "Klippet ble startet 7 ganger og sett til slutt 2 ganger."}, nil)
	read("en", []string{"12 people have opened the page (10 visits confirmed).", "The clip was started 7 times and watched to the end 2 times.", "One person applied on"}, []string{"interview"})
	set(`update applications set stage = 'interview', reached = 'interview' where id = $1`, s.ledApp.ID)
	read("nb", []string{"Én person søkte"}, []string{"Det ble intervju", "Åse"})
	set(`update applications set colleague_learns = 'progress' where id = $1`, s.ledApp.ID)
	read("nb", []string{"Én person søkte", "Det ble intervju"}, []string{"Åse"})
	set(`update applications set colleague_learns = 'name' where id = $1`, s.ledApp.ID)
	read("nb", []string{"Åse Berg søkte", "Det ble intervju"}, nil)
	second := s.Application(s.led, &s.link, models.Application{Stage: models.StageHired})
	set(`insert into credits (id, application_id, user_id, link_id, weight, policy, reason, reason_args, at) values (gen_random_uuid(), $1, $2, $3, 1, 'last_link/1', 'credit.last_link', '{"Channel": "whatsapp"}', now())`, second.ID, liv.ID, s.link.ID)
	read("nb", []string{"2 har søkt, den siste", "Én har kommet til intervju.", "Disse lar deg få vite hvem de er: Åse Berg."}, []string{"ansatt."})
	read("en", []string{"2 have applied, the last on", "One has come to an interview."}, nil)
	other := s.AsUser(s.User(models.User{Name: "Per Annen"})).Get("/links").Body
	if strings.Contains(other, "søkt, den siste") || strings.Contains(other, "Sykepleier") {
		t.Error("another colleague reads Liv's story")
	}
}

// TestQuestionsWhetherTheyAreStillHere answers on the leader's screen, takes it back, and has HR answer.
func TestQuestionsWhetherTheyAreStillHere(t *testing.T) {
	t.Parallel()
	s := newTalent(t)
	hired := s.Application(s.led, nil, models.Application{Stage: models.StageHired, SubmittedAt: s.DB.Now().AddDate(0, -3, -2), Candidate: &models.Candidate{Name: "Kari Ansatt"}})
	other := s.Application(s.other, nil, models.Application{Stage: models.StageHired, SubmittedAt: s.DB.Now().AddDate(0, -6, -2), Candidate: &models.Candidate{Name: "Tor Tømrer"}})
	if n, err := s.DB.AskStays(t.Context()); err != nil || n != 2 {
		t.Fatalf("asked %d %v", n, err)
	}
	id := func(a models.Application) (id string) {
		t.Helper()
		if err := s.DB.Pool().QueryRow(t.Context(), `select id::text from stays where application_id = $1`, a.ID).Scan(&id); err != nil {
			t.Fatal(err)
		}
		return id
	}
	form := func(answer string) url.Values { return url.Values{"answer": {answer}} }
	s.Run(t, []handlerstest.Scenario{
		{As: "leader", Path: "/leader", WantStatus: 200, WantBody: []string{"Kari Ansatt ble ansatt", "Er kollegaen her ennå?", "3 måneder etter"}, NotBody: []string{"Tor Tømrer"}},
		{As: "hr", Path: "/hr/applications", WantStatus: 200, WantBody: []string{"Ett spørsmål om en ansettelse venter", "/hr/stays"}},
		{As: "hr", Path: "/hr/stays", WantStatus: 200, WantBody: []string{"Tor Tømrer", "Kari Ansatt", "Hos lederne", "Leader Hansen ble spurt"}},
		{As: "leader", Path: "/leader/stays/" + id(hired), Form: form("perhaps"), WantStatus: 422},
		{As: "leader", Path: "/leader/stays/" + id(hired), Form: form("yes"), WantStatus: 303, WantLocation: "/leader#stays"},
		{As: "leader", Path: "/leader", WantStatus: 200, WantBody: []string{"Ja, her ennå", "Ta tilbake"}, NotBody: []string{"Er kollegaen her ennå?"}},
		{As: "leader", Path: "/leader/stays/" + id(hired), Form: form("none"), WantStatus: 303},
		{As: "leader", Path: "/leader", WantStatus: 200, WantBody: []string{"Er kollegaen her ennå?"}},
		{As: "hr", Path: "/hr/stays/" + id(other), Form: form("no"), WantStatus: 303, WantLocation: "/hr/stays"},
		{As: "hr", Path: "/hr/stays", WantStatus: 200, WantBody: []string{"Nei, har sluttet", "svart av Hr Hansen"}},
		{As: "hr", Path: "/hr/applications", WantStatus: 200, NotBody: []string{"Ett spørsmål om en ansettelse venter"}},
		{As: "admin", Path: "/settings/audit", WantStatus: 200, WantBody: []string{"Ikke besvart → Ja, her ennå", "Ja, her ennå → Ikke besvart"}},
	})
}
