package hr_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

func TestBoardWithoutAScript(t *testing.T) {
	t.Parallel()
	s := newTalent(t)
	board, led := "/hr/jobs/"+s.led.ID.String()+"/board", "/leader/jobs/"+s.led.ID.String()+"/board"
	app, at := s.ledApp.ID.String(), "/hr/applications/"+s.ledApp.ID.String()
	move := func(from, to string) url.Values {
		return url.Values{"from": {from}, "stage": {to}, "back": {board + "?user=" + s.link.UserID.String()}}
	}
	s.Run(t, []handlerstest.Scenario{
		{As: "hr", Path: board, WantStatus: 200, WantBody: []string{"Åse Berg", "Liv Dal", `action="` + at + `/stage"`, `value="` + app + `:new"`, "/hr/applications?job=" + s.led.ID.String()}, NotBody: []string{"Nils Vik", "undo"}},
		{As: "leader", Path: led, WantStatus: 200, WantBody: []string{"Åse Berg", "/leader/applications/" + app, "/leader?job=" + s.led.ID.String()}, NotBody: []string{"Nils Vik", "/hr/"}},
		{As: "hr", Path: "/hr/applications?job=" + s.led.ID.String() + "&stage=new", WantStatus: 200, WantBody: []string{board + "?stage=new", `value="` + app + `:new"`}},
		{As: "hr", Path: "/hr/applications", WantStatus: 200, NotBody: []string{"bulk"}},
		{As: "leader", Path: "/leader", WantStatus: 200, WantBody: []string{led}},
		{As: "hr", Path: "/hr/jobs/" + s.led.ID.String(), WantStatus: 200, WantBody: []string{board}},
		{As: "hr", Path: board + "/gone", WantStatus: 404},
		{As: "hr", Path: board + "?user=x", WantStatus: 404},
		{Name: "a move", As: "hr", Path: at + "/stage", Form: move("new", "interview"), WantStatus: 303, WantLocation: board + "?moved=" + app + "&user=" + s.link.UserID.String()},
		{Name: "what can be done about it", As: "hr", Path: board + "?moved=" + app, WantStatus: 200, WantBody: []string{"er flyttet til «Intervju»", "har ikke fått e-post", at + "/undo", at + "/tell?back="}},
		{Name: "nobody else undoes it", As: "leader", Path: led + "?moved=" + app, WantStatus: 200, NotBody: []string{"/undo"}},
		{Name: "somebody who saw it before", As: "leader", Path: strings.Replace(at, "/hr", "/leader", 1) + "/stage", Form: url.Values{"from": {"new"}, "stage": {"rejected"}, "back": {led}}, WantStatus: 303, WantLocation: led},
		{Name: "reads who was first", As: "leader", Path: led, WantStatus: 200, WantBody: []string{"Hr Hansen flyttet Åse Berg til «Intervju»", "Du har ikke endret noe"}},
		{Name: "the letter before it goes", As: "hr", Path: at + "/tell?back=" + url.QueryEscape(board), WantStatus: 200, WantBody: []string{"ase@example.com", `value="` + board + `"`}},
		{Name: "telling", As: "hr", Path: at + "/tell", Form: url.Values{"words": {"Vi gleder oss"}, "back": {board}}, WantStatus: 303, WantLocation: board},
		{Name: "telling twice", As: "hr", Path: at + "/tell", Form: url.Values{"back": {"https://evil.example/board"}}, WantStatus: 303, WantLocation: board},
		{Name: "undo", As: "hr", Path: at + "/undo", Form: url.Values{"back": {board}}, WantStatus: 303},
		{Name: "an end that is closed", As: "hr", Path: board, WantStatus: 200, WantBody: []string{board + "?open=rejected#stage-rejected"}},
	})
	var letters int
	err := s.DB.Pool().QueryRow(t.Context(), `select count(*) from letters where kind = 'interview'`).Scan(&letters)
	if err != nil || letters > 1 {
		t.Errorf("%d letters, %v, want none that is doubled", letters, err)
	}
	if got, err := s.DB.Application(t.Context(), models.System(), s.ledApp.ID); err != nil || got.Stage != models.StageNew {
		t.Errorf("got %s, %v", got.Stage, err)
	}
}

func TestBoardAnswersItsScript(t *testing.T) {
	t.Parallel()
	s := newTalent(t)
	at := "/hr/applications/" + s.ledApp.ID.String() + "/stage"
	ask := func(from, to string) (int, map[string]any) {
		t.Helper()
		body := url.Values{"from": {from}, "stage": {to}}.Encode()
		got := s.As("hr").Do(http.MethodPost, at, strings.NewReader(body), "Content-Type", "application/x-www-form-urlencoded", "Accept", "application/json")
		var answer map[string]any
		if err := json.Unmarshal([]byte(got.Body), &answer); err != nil {
			t.Fatalf("%v: %.500s", err, got.Body)
		}
		return got.Status, answer
	}
	status, answer := ask("new", "screening")
	if status != 200 || answer["stage"] != "screening" || !strings.Contains(fmt.Sprint(answer["card"]), `value="screening"`) || !strings.Contains(fmt.Sprint(answer["bar"]), "/undo") ||
		fmt.Sprint(answer["counts"]) != "map[hired:0 interview:0 new:0 offer:0 rejected:0 screening:1 withdrawn:0]" {
		t.Errorf("got %d %v", status, answer)
	}
	if _, err := s.DB.MoveStage(t.Context(), s.Person("leader"), s.ledApp.ID, models.StageOffer, ""); err != nil {
		t.Fatal(err)
	}
	status, answer = ask("screening", "rejected")
	if status != 409 || answer["stage"] != "offer" || !strings.Contains(fmt.Sprint(answer["said"]), "Leader Hansen flyttet Åse Berg til «Tilbud»") || answer["bar"] != "" {
		t.Errorf("got %d %v", status, answer)
	}
	if status, answer = ask("offer", "gone"); status != 422 || answer["detail"] == "" {
		t.Errorf("got %d %v", status, answer)
	}
}

func TestColumnOfHundredsIsReadInPages(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job, now := s.Job(models.Job{}), s.DB.Now()
	for n := range models.ColumnPage + 3 {
		s.Application(job, nil, models.Application{Candidate: &models.Candidate{Name: fmt.Sprintf("Søker %02d.", n)}, SubmittedAt: now.AddDate(0, 0, -n)})
	}
	board := "/hr/jobs/" + job.ID.String() + "/board"
	first := s.As("hr").Get(board).Body
	if strings.Count(first, `data-card="`) != models.ColumnPage || !strings.Contains(first, "28") {
		t.Errorf("got %d cards", strings.Count(first, `data-card="`))
	}
	more := regexp.MustCompile(`href="([^"]*/board/new\?cursor=[^"]*)"`).FindStringSubmatch(first)
	if more == nil {
		t.Fatal("no way to the rest")
	}
	page := s.As("hr").Get(more[1]).Body
	part := s.As("hr").Do(http.MethodGet, more[1], nil, "HX-Request", "true").Body
	for name, got := range map[string]string{"page": page, "part": part} {
		if strings.Count(got, `data-card="`) != 3 || !strings.Contains(got, "Søker 27.") {
			t.Errorf("%s: got %.1000s", name, got)
		}
	}
	if strings.Contains(part, "<html") || !strings.Contains(page, "<html") {
		t.Error("a part is no page")
	}
}

func TestSeveralAtOnce(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job := s.Job(models.Job{Title: "Kokk"})
	var chosen []string
	for _, name := range []string{"Åse Berg", "Nils Vik", "Oda Lie"} {
		a := s.Application(job, nil, models.Application{Candidate: &models.Candidate{Name: name}})
		chosen = append(chosen, a.ID.String()+":new")
	}
	stranger := s.Application(s.Job(models.Job{}), nil, models.Application{Candidate: &models.Candidate{Name: "En Annen"}}).ID.String()
	at := "/hr/jobs/" + job.ID.String() + "/bulk"
	hr := s.As("hr")
	asked := hr.PostForm(at, url.Values{"do": {"to:rejected"}, "application": append(chosen, stranger+":new")})
	id := regexp.MustCompile(`name="id" value="([^"]+)"`).FindStringSubmatch(asked.Body)
	if asked.Status != 200 || id == nil || !strings.Contains(asked.Body, "Nils Vik") || !strings.Contains(asked.Body, "Gi avslag") || strings.Contains(asked.Body, "En Annen") {
		t.Fatalf("got %d %.2000s", asked.Status, asked.Body)
	}
	form := url.Values{"id": {id[1]}, "do": {"to:rejected"}, "application": chosen[:2], "tell": {"1"}}
	done := "/hr/bulk/" + id[1]
	s.Run(t, []handlerstest.Scenario{
		{Name: "nobody", As: "hr", Path: at, Form: url.Values{"do": {"to:rejected"}}, WantStatus: 422, WantBody: []string{"Ingen er valgt"}},
		{Name: "nothing", As: "hr", Path: at, Form: url.Values{"application": chosen}, WantStatus: 422, WantBody: []string{"Åse Berg"}},
		{Name: "doing it", As: "hr", Path: at + "/do", Form: form, WantStatus: 303, WantLocation: done},
		{Name: "pressing twice", As: "hr", Path: at + "/do", Form: form, WantStatus: 303, WantLocation: done},
		{Name: "what was done", As: "hr", Path: done, WantStatus: 200, WantBody: []string{"Åse Berg", "Nils Vik", "Endret: 2 søknader", "E-postene går", done + "/undo"}, NotBody: []string{"Oda Lie"}},
		{Name: "undo", As: "hr", Path: done + "/undo", Form: url.Values{}, WantStatus: 303, WantLocation: done},
		{Name: "undone", As: "hr", Path: done, WantStatus: 200, WantBody: []string{"Angret: 2 søknader"}, NotBody: []string{done + "/undo"}},
	})
	var letters int
	if err := s.DB.Pool().QueryRow(t.Context(), "select count(*) from letters").Scan(&letters); err != nil || letters != 0 {
		t.Errorf("%d letters are left, %v", letters, err)
	}
}

func TestNotesAndMentionsOnThePages(t *testing.T) {
	t.Parallel()
	s := newTalent(t)
	at := "/hr/applications/" + s.ledApp.ID.String()
	hr := s.As("hr")
	long := strings.Repeat("x", models.MaxNote+1)
	s.Run(t, []handlerstest.Scenario{
		{Name: "empty", As: "hr", Path: at + "/notes", Form: url.Values{"text": {" "}}, WantStatus: 422, WantBody: []string{"Skriv noe først"}},
		{Name: "too long", As: "hr", Path: at + "/notes", Form: url.Values{"text": {long}}, WantStatus: 422, WantBody: []string{"høyst 2000 tegn", long}},
		{Name: "note", As: "hr", Path: at + "/notes", Form: url.Values{"text": {"<b>Ring</b> henne, @Leader Hansen"}}, WantStatus: 303, WantLocation: at + "#notes"},
		{Name: "is there", As: "hr", Path: at, WantStatus: 200, WantBody: []string{"&lt;b&gt;Ring&lt;/b&gt; henne", "Sier fra til: Leader Hansen", "Endre eller slett", "<li>Leader Hansen</li>"}},
		{Name: "told", As: "leader", Path: "/leader", WantStatus: 200, WantBody: []string{"Ett notat nevner deg", "/leader/applications/" + s.ledApp.ID.String() + "#notes"}},
		{Name: "reads it, and cannot change it", As: "leader", Path: "/leader/applications/" + s.ledApp.ID.String(), WantStatus: 200, WantBody: []string{"henne, @Leader Hansen"}, NotBody: []string{"Endre eller slett"}},
		{Name: "has seen it", As: "leader", Path: "/leader", WantStatus: 200, NotBody: []string{"nevner deg"}},
		{Name: "nobody is told", As: "hr", Path: at + "/notes", Form: url.Values{"text": {"@Noen Andre"}}, WantStatus: 303},
		{Name: "and that is said", As: "hr", Path: at, WantStatus: 200, WantBody: []string{"Ingen får beskjed"}},
	})
	own := regexp.MustCompile(`action="(` + at + `/notes/[^"]+)/delete"`).FindStringSubmatch(hr.Get(at).Body)
	if own == nil {
		t.Fatal("no note of one's own to delete")
	}
	s.Run(t, []handlerstest.Scenario{
		{Name: "changed to nothing", As: "hr", Path: own[1], Form: url.Values{"text": {""}}, WantStatus: 422, WantBody: []string{"Skriv noe først"}},
		{Name: "changed", As: "hr", Path: own[1], Form: url.Values{"text": {"Nytt"}}, WantStatus: 303},
		{Name: "that shows", As: "hr", Path: at, WantStatus: 200, WantBody: []string{"Nytt", "endret "}},
		{Name: "deleted", As: "hr", Path: own[1] + "/delete", Form: url.Values{}, WantStatus: 303},
		{Name: "that shows, too", As: "hr", Path: at, WantStatus: 200, WantBody: []string{"Notatet ble slettet"}, NotBody: []string{"Nytt</p>"}},
	})
}

func TestSkillsAreMarkedOneByOne(t *testing.T) {
	t.Parallel()
	s := newTalent(t)
	if _, err := s.DB.ChangeJob(t.Context(), s.led.ID, func(in *models.JobInput) {
		in.Skills = []models.SkillInput{{Name: "Autorisasjon", Need: models.NeedRequired}, {Name: "Norsk", Need: models.NeedRequired}}
	}, ""); err != nil {
		t.Fatal(err)
	}
	job, err := s.DB.Job(t.Context(), s.led.ID)
	if err != nil {
		t.Fatal(err)
	}
	at := "/leader/applications/" + s.ledApp.ID.String()
	form := func(first, second string) url.Values {
		return url.Values{"skill-" + job.Skills[0].SkillID.String(): {first}, "skill-" + job.Skills[1].SkillID.String(): {second}}
	}
	s.Run(t, []handlerstest.Scenario{
		{As: "leader", Path: at, WantStatus: 200, WantBody: []string{"Autorisasjon", "Ikke sett etter", "Ikke kvalifisert ennå"}},
		{As: "leader", Path: at + "/skills", Form: form("perfect", "open"), WantStatus: 422},
		{As: "leader", Path: at + "/skills", Form: form("seen", "not_seen"), WantStatus: 303},
		{As: "leader", Path: at, WantStatus: 200, WantBody: []string{"2 merker er lagret", "Autorisasjon: sett", "Norsk: ikke sett", "av Leader Hansen", "Ikke kvalifisert ennå"}},
		{As: "leader", Path: at + "/skills", Form: form("seen", "seen"), WantStatus: 303},
		{As: "leader", Path: at, WantStatus: 200, WantBody: []string{"Ett merke er lagret", "Kvalifisert"}, NotBody: []string{"Ikke kvalifisert"}},
		{As: "hr", Path: "/hr/jobs/" + s.led.ID.String() + "/board", WantStatus: 200, WantBody: []string{"Sett 2 av 2 krav"}},
	})
	if app, err := s.DB.Application(t.Context(), models.System(), s.ledApp.ID); err != nil || !app.SkillsSeen || app.Stage != models.StageNew {
		t.Errorf("got %+v, %v", app, err)
	}
}
