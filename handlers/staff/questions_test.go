package staff_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"kollega/handlers/api"
	"kollega/handlers/handlerstest"
	"kollega/models"
)

// secret is what a colleague writes for those alone whom they choose.
const secret = "Jeg vil egentlig bort fra teamet mitt"

// questionOf is a question to everybody, with its address.
func questionOf(t *testing.T, s *handlerstest.Site, in models.QuestionInput) (models.User, string) {
	t.Helper()
	asker := s.User(models.User{Name: "Liv Leder", Role: models.RoleLeader})
	in.Everybody = true
	if in.Title == "" {
		in.Title = "Sveiser"
	}
	q, err := s.DB.Ask(t.Context(), asker, in)
	if err != nil {
		t.Fatal(err)
	}
	return asker, "/questions/" + q.ID.String()
}

// idIn is the id that an address ends with.
func idIn(t *testing.T, path string) uuid.UUID {
	t.Helper()
	id, err := uuid.Parse(path[strings.LastIndex(path, "/")+1:])
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestAQuestionIsAskedOnItsPage(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	leader := s.As("leader")
	if got := leader.PostForm("/questions", url.Values{"words": {"På natta"}, "to": {"teams"}}); got.Status != 422 || !strings.Contains(got.Body, "På natta") || !strings.Contains(got.Body, "Skriv hvem eller hva") || !strings.Contains(got.Body, "Velg minst ett team") {
		t.Errorf("an empty form: got %d %.2000s", got.Status, got.Body)
	}
	got := leader.PostForm("/questions", url.Values{"title": {"Sveiser"}, "to": {"everybody"}})
	if got.Status != 303 || !strings.HasPrefix(got.Location, "/questions/") {
		t.Fatalf("got %d to %q", got.Status, got.Location)
	}
	at := got.Location
	s.Run(t, []handlerstest.Scenario{
		{Name: "the first page tells of it", As: "employee", Path: "/", WantStatus: 200, WantBody: []string{"Hvem kjenner noen?", "Sveiser", at}},
		{As: "employee", Path: "/questions", WantStatus: 200, WantBody: []string{"Sveiser", "Leader Hansen spør"}, NotBody: []string{"/questions/new"}},
		{As: "employee", Path: at, WantStatus: 200, WantBody: []string{"Jeg kjenner noen", "Spør en kollega", "Det kan være meg", "Jeg vet om et bedre ord", "og HR leser det du svarer"}, NotBody: []string{"Skriv stillingen", at + "/close"}},
		{As: "hr", Path: at, WantStatus: 200, WantBody: []string{"Skriv stillingen", at + "/close"}},
		{Name: "one's own takes no answer", As: "leader", Path: at, WantStatus: 200, NotBody: []string{"Jeg kjenner noen"}},
		{As: "leader", Path: at + "/me", Form: url.Values{"me_asker": {"true"}}, WantStatus: 303, WantLocation: at},
		{As: "leader", Path: at + "/close", Form: url.Values{}, WantStatus: 303, WantLocation: at},
		{Name: "closed, it takes none", As: "employee", Path: at + "/me", Form: url.Values{"me_asker": {"true"}}, WantStatus: 303, WantLocation: at},
		{As: "employee", Path: at, WantStatus: 200, WantBody: []string{"Spørsmålet er avsluttet og tar ikke imot svar."}, NotBody: []string{"Jeg kjenner noen"}},
		{As: "employee", Path: "/", WantStatus: 200, NotBody: []string{at}},
	})
}

// TestAQuestionToAllNamesNobodyElse sends what a form holds where groups or teams were ticked and "everybody" was left as it was.
func TestAQuestionToAllNamesNobodyElse(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	liv := s.User(models.User{Name: "Liv Leder", Role: models.RoleLeader})
	g, err := s.DB.MakeGroup(t.Context(), liv, models.GroupInput{Name: "Kjerringrokk", Kind: models.GroupClosed})
	must(t, err)
	for name, form := range map[string]url.Values{
		"everybody and a group": {"to": {"everybody"}, "group": {g.ID.String()}},
		"everybody and a team":  {"to": {"everybody"}, "team": {models.NewID().String()}},
		"nobody":                {},
	} {
		form.Set("title", "Multeplukker")
		got := s.AsUser(liv).PostForm("/questions", form)
		said := "Velg minst ett team eller én gruppe"
		if form.Has("to") {
			said = "«Alle» er valgt, men det er også krysset av"
		}
		if got.Status != 422 || !strings.Contains(got.Body, said) || !strings.Contains(got.Body, "Multeplukker") || form.Has("group") && !strings.Contains(got.Body, g.ID.String()+`" checked`) {
			t.Errorf("%s: got %d, want it refused and what was chosen kept: %.1500s", name, got.Status, got.Body)
		}
	}
	if got := s.As("employee").Get("/questions"); strings.Contains(got.Body, "Multeplukker") {
		t.Error("it was asked all the same")
	}
}

func TestAnInterestLeaksToNobody(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	asker, at := questionOf(t, s, models.QuestionInput{})
	kari := s.User(models.User{Name: "Kari Hemmelig"})
	chosen := s.User(models.User{Name: "Tor Tillit", Role: models.RoleLeader})
	by := s.AsUser(kari)
	if got := by.PostForm(at+"/me", url.Values{"me_words": {secret}, "me_others": {"Ingen Slik"}}); got.Status != 422 || !strings.Contains(got.Body, secret) || !strings.Contains(got.Body, "Ingen her heter «Ingen Slik»") {
		t.Errorf("nobody of that name: got %d", got.Status)
	}
	if got := by.PostForm(at+"/me", url.Values{"me_words": {secret}, "me_others": {chosen.Email}}); got.Status != 303 {
		t.Fatalf("got %d %.1000s", got.Status, got.Body)
	}
	if got := s.AsUser(chosen).Get(at); !strings.Contains(got.Body, secret) || !strings.Contains(got.Body, "Kari Hemmelig") {
		t.Error("who was chosen does not read it")
	}
	if got := by.Get(at); !strings.Contains(got.Body, secret) || !strings.Contains(got.Body, "Tor Tillit") {
		t.Error("who wrote it does not see it, or who may read it")
	}
	answers, err := s.DB.Answers(t.Context(), kari, idIn(t, at))
	if err != nil || len(answers) != 1 {
		t.Fatalf("%d answers %v", len(answers), err)
	}
	id := answers[0].ID.String()
	for _, who := range []*handlerstest.Client{s.AsUser(asker), s.As("hr"), s.As("admin"), s.As("leader"), s.As("employee")} {
		for _, path := range []string{at, "/questions", "/", "/leader", "/hr/jobs", "/hr/talent", "/hr/people/" + kari.ID.String(), "/settings/audit", "/settings/audit.csv", "/notices", "/leader/feedback", "/leader/feedback/coverage", "/hr/referrals.csv"} {
			got := who.Get(path)
			if strings.Contains(got.Body, secret) || path != "/hr/people/"+kari.ID.String() && strings.Contains(got.Body, "Kari Hemmelig") {
				t.Errorf("%s reads it at %s", who.User.Role, path)
			}
		}
		if got := who.Get("/answers/" + id); got.Status != 404 {
			t.Errorf("%s opens it: got %d, want 404", who.User.Role, got.Status)
		}
		if got := who.PostForm("/answers/"+id+"/withdraw", url.Values{}); got.Status != 404 {
			t.Errorf("%s takes it back: got %d, want 404", who.User.Role, got.Status)
		}
	}
	var queued int
	if err := s.DB.Pool().QueryRow(t.Context(), `select count(*) from river_job j where j::text like '%' || $1 || '%' or j::text like '%' || $2 || '%'`, secret, id).Scan(&queued); err != nil || queued > 0 {
		t.Errorf("%d pieces of work know of it %v", queued, err)
	}
	if got := by.PostForm("/answers/"+id+"/withdraw", url.Values{}); got.Status != 303 {
		t.Errorf("taken back: got %d", got.Status)
	}
	var left int
	if err := s.DB.Pool().QueryRow(t.Context(), `select count(*) from answers where words <> '' or exists (select from answer_readers)`).Scan(&left); err != nil || left > 0 {
		t.Errorf("%d rows have something left of it %v", left, err)
	}
}

func TestALinkIsGivenWhereTheJobIsOpen(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job := s.Job(models.Job{Title: "Sveiser på natt"})
	_, at := questionOf(t, s, models.QuestionInput{JobID: &job.ID})
	_, unwritten := questionOf(t, s, models.QuestionInput{Title: "Vikar"})
	got := s.As("employee").PostForm(at+"/link", url.Values{"channel": {"sms"}})
	if got.Status != 303 || !strings.HasPrefix(got.Location, "/share/"+job.ID.String()+"?link=") {
		t.Fatalf("got %d to %q", got.Status, got.Location)
	}
	friend := url.Values{"friend_name": {"Venn"}, "friend_email": {"venn@example.com"}, "friend_language": {"nb"}}
	s.Run(t, []handlerstest.Scenario{
		{As: "employee", Path: got.Location, WantStatus: 200, WantBody: []string{"/s/", "Sveiser på natt"}},
		{As: "employee", Path: at, WantStatus: 200, WantBody: []string{"Jeg kjenner noen: lenke til"}, NotBody: []string{"friend_email"}},
		{As: "hr", Path: at, WantStatus: 200, WantBody: []string{"Employee Hansen", "har fått en lenke å sende"}},
		{Name: "no invitation where there is a link", As: "employee", Path: at + "/invite", Form: friend, WantStatus: 303, WantLocation: at},
		{As: "employee", Path: at, WantStatus: 200, WantBody: []string{"Gi dem heller din egen lenke"}},
		{Name: "no link where there is no job", As: "employee", Path: unwritten + "/link", Form: url.Values{"channel": {"sms"}}, WantStatus: 303, WantLocation: unwritten},
		{As: "employee", Path: unwritten, WantStatus: 200, WantBody: []string{"Det finnes ingen stilling å lenke til ennå", "friend_email"}},
		{Name: "a colleague is no friend", As: "employee", Path: unwritten + "/invite", Form: url.Values{"friend_name": {"Hr"}, "friend_email": {"HR@example.org"}, "friend_language": {"nb"}}, WantStatus: 422, WantBody: []string{"Adressen er en kollegas"}},
		{Name: "no address", As: "employee", Path: unwritten + "/invite", Form: url.Values{"friend_name": {"Venn"}, "friend_email": {"venn"}, "friend_language": {"nb"}}, WantStatus: 422, WantBody: []string{"friend_email-error"}},
		{As: "employee", Path: unwritten + "/invite", Form: friend, WantStatus: 303},
		{As: "employee", Path: unwritten, WantStatus: 200, WantBody: []string{"slettes senest"}, NotBody: []string{"venn@example.com"}},
		{As: "hr", Path: unwritten, WantStatus: 200, WantBody: []string{"som er invitert"}, NotBody: []string{"venn@example.com"}},
	})
}

// invited has a friend invited to a question, and is the address of their page.
func invited(t *testing.T, s *handlerstest.Site, by models.User, question uuid.UUID, email string) string {
	t.Helper()
	must(t, s.DB.AnswerInvite(t.Context(), by, question, models.FriendInput{Name: "Vera Venn", Email: email, Language: "en"}))
	var friend uuid.UUID
	must(t, s.DB.Pool().QueryRow(t.Context(), `select id from friends where email = $1`, email).Scan(&friend))
	secret, err := s.DB.NewFriendToken(t.Context(), friend)
	must(t, err)
	return "/invited/" + secret
}

func TestAnInvitedFriendDecides(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	asker, at := questionOf(t, s, models.QuestionInput{})
	id := idIn(t, at)
	token := func(email string) string {
		return invited(t, s, s.User(models.User{Name: "Kari Kjenner"}), id, email)
	}
	yes, no := token("ja@example.com"), token("nei@example.com")
	s.Run(t, []handlerstest.Scenario{
		{Name: "in the friend's language", Path: yes, WantStatus: 200, WantBody: []string{"Kari Kjenner at Fjordheim gave us your address", "ja@example.com", "Vera Venn"}, NotBody: []string{"nei@example.com"}},
		{Name: "opening answers nothing", Path: yes, WantStatus: 200, WantBody: []string{"Yes, tell me more", "Liv Leder and HR read it."}},
		{Path: yes + "/accept", Form: url.Values{"words": {strings.Repeat("x", 1001)}}, WantStatus: 422, WantBody: []string{"xxxx"}},
		{Path: yes + "/accept", Form: url.Values{"words": {"Ferdig i mai"}}, WantStatus: 303, WantLocation: yes},
		{Path: yes, WantStatus: 200, WantBody: []string{"Liv Leder and HR know of you", "Delete me after all"}},
		{As: "employee", Path: at, WantStatus: 200, NotBody: []string{"Vera Venn", "ja@example.com", "Ferdig i mai"}},
		{As: "hr", Path: at, WantStatus: 200, WantBody: []string{"Vera Venn", "ja@example.com", "Ferdig i mai", "gjennom Kari Kjenner"}},
		{Path: no + "/decline", Form: url.Values{}, WantStatus: 200, WantBody: []string{"Du er glemt"}},
		{Path: no, WantStatus: 404, WantBody: []string{"gjelder ikke lenger"}, NotBody: []string{"Vera"}},
		{Path: no + "/accept", Form: url.Values{}, WantStatus: 404},
		{Path: "/invited/abc", WantStatus: 404},
	})
	if got := s.AsUser(asker).Get(at); !strings.Contains(got.Body, "ja@example.com") || strings.Contains(got.Body, "nei@example.com") {
		t.Error("who asks does not read of the yes, or reads of the no")
	}
	job, err := s.DB.JobFromQuestion(t.Context(), s.Person("hr"), id, models.JobInput{Title: "Sveiser", Description: "Fin jobb.", Location: "Bodø", Country: "NO", EmploymentType: "FULL_TIME"})
	if err == nil {
		err = s.DB.SetJobStatus(t.Context(), job.ID, models.JobPublished)
	}
	if err != nil {
		t.Fatal(err)
	}
	got := s.Guest().PostForm(yes+"/accept", url.Values{})
	if got.Status != 303 || !strings.HasPrefix(got.Location, "/s/") {
		t.Errorf("once the job is open: got %d to %q", got.Status, got.Location)
	}
	if got := s.Guest().Get(got.Location); got.Status != 200 {
		t.Errorf("the job's page: got %d", got.Status)
	}
	if got := s.Guest().Get(yes); got.Status != 404 {
		t.Errorf("afterwards: got %d, want nothing stored", got.Status)
	}
}

func TestABetterWordingIsTakenInWithOneClick(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job := s.Job(models.Job{Title: "Elektriker", Description: "En grei jobb."})
	at, by := "/share/"+job.ID.String()+"/wording", s.As("employee")
	if got := by.Get(at); got.Status != 200 || !strings.Contains(got.Body, "En grei jobb.") {
		t.Errorf("the form: got %d", got.Status)
	}
	if got := by.PostForm(at, url.Values{"field": {"description"}, "after": {"En grei jobb."}, "why": {"Fordi jeg vil"}}); got.Status != 422 || !strings.Contains(got.Body, "Fordi jeg vil") {
		t.Errorf("unchanged: got %d", got.Status)
	}
	got := by.PostForm(at, url.Values{"field": {"description"}, "after": {"En **fantastisk** jobb <b>her</b>."}})
	if got.Status != 303 {
		t.Fatalf("got %d %.1000s", got.Status, got.Body)
	}
	page := got.Location
	s.Run(t, []handlerstest.Scenario{
		{As: "employee", Path: page, WantStatus: 200, WantBody: []string{"<del>", "<ins>", "&lt;b&gt;"}, NotBody: []string{"/accept", "<b>her"}},
		{As: "employee", Path: page + "/accept", Form: url.Values{}, WantStatus: 403},
		{As: "leader", Path: page + "/accept", Form: url.Values{}, WantStatus: 403},
		{As: "hr", Path: "/hr/jobs/" + job.ID.String(), WantStatus: 200, WantBody: []string{"Forslag til ordlyd", page + "/accept"}},
		{As: "hr", Path: page + "/decline", Form: url.Values{"reason": {" "}}, WantStatus: 422, WantBody: []string{"Skriv hvorfor"}},
		{As: "hr", Path: page + "/accept", Form: url.Values{}, WantStatus: 303, WantLocation: page},
		{As: "hr", Path: "/hr/jobs/" + job.ID.String(), WantStatus: 200, WantBody: []string{"ordlyd fra Employee Hansen tatt inn", "<strong>fantastisk</strong>"}},
		{As: "employee", Path: page, WantStatus: 200, WantBody: []string{"Hr Hansen tok det inn"}},
		{As: "hr", Path: page + "/decline", Form: url.Values{"reason": {"Nei"}}, WantStatus: 303, WantLocation: page},
		{As: "hr", Path: page, WantStatus: 200, WantBody: []string{"avgjort allerede"}},
	})
	if _, err := s.DB.Pool().Exec(t.Context(), `update users set deactivated_at = now() where id = $1`, s.Person("employee").ID); err != nil {
		t.Fatal(err)
	}
	if got := s.As("hr").Get("/hr/jobs/" + job.ID.String()); !strings.Contains(got.Body, "ordlyd fra Tidligere kollega tatt inn") {
		t.Error("the history does not say that it was a former colleague")
	}
}

func TestAJobIsWrittenFromAQuestion(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	_, at := questionOf(t, s, models.QuestionInput{Title: "Sveiser", Words: "På nattskiftet."})
	id := strings.TrimPrefix(at, "/questions/")
	if got := s.As("hr").Get("/hr/jobs/new?question=" + id); got.Status != 200 || !strings.Contains(got.Body, "På nattskiftet.") || !strings.Contains(got.Body, `value="Sveiser"`) {
		t.Errorf("the form: got %d", got.Status)
	}
	form := url.Values{"title": {"Sveiser på natt"}, "description": {"Fin jobb"}, "location": {"Bodø"}, "question": {id}}
	got := s.As("hr").PostForm("/hr/jobs", form)
	if got.Status != 303 || !strings.HasPrefix(got.Location, "/hr/jobs/") {
		t.Fatalf("got %d %.1000s", got.Status, got.Body)
	}
	job := strings.TrimPrefix(got.Location, "/hr/jobs/")
	s.Run(t, []handlerstest.Scenario{
		{As: "employee", Path: at, WantStatus: 200, WantBody: []string{"HR skriver stillingen"}, NotBody: []string{"Sveiser på natt", job}},
		{As: "hr", Path: at, WantStatus: 200, WantBody: []string{"Sveiser på natt"}, NotBody: []string{"/hr/jobs/new?question="}},
		{Name: "twice", As: "hr", Path: "/hr/jobs", Form: form, WantStatus: 422, WantBody: []string{"skrevet allerede"}},
		{As: "hr", Path: "/hr/jobs/" + job + "/status", Form: url.Values{"status": {"published"}}, WantStatus: 303},
		{As: "employee", Path: at, WantStatus: 200, WantBody: []string{"/share/" + job, "Du kan dele den nå"}},
	})
}

// TestAQuestionInAClosedGroupLeaksToNobody walks pages, lists, live stream, notices and API as those who are not in the group.
func TestAQuestionInAClosedGroupLeaksToNobody(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	liv, kari, tor := s.User(models.User{Name: "Liv Leder", Role: models.RoleLeader}), s.User(models.User{Name: "Kari Dal"}), s.User(models.User{Name: "Tor Vik"})
	g, err := s.DB.MakeGroup(t.Context(), liv, models.GroupInput{Name: "Kjerringrokk", Kind: models.GroupClosed})
	must(t, err)
	must(t, s.DB.AddMembers(t.Context(), liv, g.ID, kari.ID, tor.ID))
	group := "/groups/" + g.ID.String()
	s.Run(t, []handlerstest.Scenario{{As: "hr", Path: "/questions/new", WantStatus: 200, NotBody: []string{"Kjerringrokk"}}})
	if got := s.AsUser(liv).Get("/questions/new?group=" + g.ID.String()); !strings.Contains(got.Body, `name="group" value="`+g.ID.String()+`" checked`) {
		t.Errorf("the form does not offer the group: %.1500s", got.Body)
	}
	if got := s.AsUser(liv).PostForm("/questions", url.Values{"title": {"Multeplukker"}, "to": {"groups"}}); got.Status != 422 || !strings.Contains(got.Body, "Velg minst ett team eller én gruppe") {
		t.Errorf("no group: got %d", got.Status)
	}
	got := s.AsUser(liv).PostForm("/questions", url.Values{"title": {"Multeplukker"}, "words": {"Tyttebærtur"}, "to": {"groups"}, "group": {g.ID.String()}})
	if got.Status != 303 {
		t.Fatalf("got %d %.1500s", got.Status, got.Body)
	}
	at := got.Location
	for _, path := range []string{group, "/questions", "/", at, "/notices"} {
		if got := s.AsUser(kari).Get(path); got.Status != 200 || !strings.Contains(got.Body, "Multeplukker") {
			t.Errorf("a member does not find it at %s: got %d", path, got.Status)
		}
	}
	if got := s.AsUser(kari).Get(group); !strings.Contains(got.Body, `href="`+at+`"`) {
		t.Error("the group's post does not lead to it")
	}
	if got := s.AsUser(kari).PostForm(at+"/colleague", url.Values{"colleague": {"Tor Vik"}, "colleague_words": {"Blåbær"}}); got.Status != 303 {
		t.Fatalf("a member answers: got %d", got.Status)
	}
	if got := s.AsUser(kari).PostForm(at+"/colleague", url.Values{"colleague": {"Hr Hansen"}}); got.Status != 422 || !strings.Contains(got.Body, "er ikke i gruppen") {
		t.Errorf("naming who is not in it: got %d", got.Status)
	}
	got = s.AsUser(kari).PostForm(at+"/wording", url.Values{"field": {"title"}, "after": {"Multeplukkere"}})
	wording := got.Location
	if got.Status != 303 {
		t.Fatalf("a wording: got %d", got.Status)
	}
	id := strings.TrimPrefix(at, "/questions/")
	secrets := []string{"Multeplukker", "Tyttebær", "Blåbær", "Kjerringrokk", id, g.ID.String()}
	for _, role := range []string{"employee", "leader", "hr", "admin"} {
		c := s.As(role)
		stream := c.Live("/live?on=notices&on=question:" + id + "&on=group:" + g.ID.String() + "&since=" + onward(t, s))
		paths := []string{"/", "/questions", "/groups", "/groups?q=multe", "/notices", "/leader", "/leader/feedback", "/leader/feedback/coverage", "/hr/jobs", "/settings/audit", "/settings/audit.csv"}
		for _, path := range paths {
			got := c.Get(path)
			for _, secret := range secrets {
				if secret == id && strings.HasPrefix(path, "/settings/audit") {
					continue // that somebody asked something is logged, not what
				}
				if strings.Contains(got.Body, secret) {
					t.Errorf("%s: %s has %q", role, path, secret)
				}
			}
		}
		for _, path := range []string{at, wording, "/hr/jobs/new?question=" + id} {
			if got := c.Get(path); strings.Contains(got.Body, "Multeplukker") || path == at && got.Status != 404 {
				t.Errorf("%s: %s: got %d", role, path, got.Status)
			}
		}
		for _, way := range []string{"me", "invite", "colleague"} {
			form := url.Values{"me_asker": {"true"}, "friend_name": {"V"}, "friend_email": {"v@example.com"}, "friend_language": {"nb"}, "colleague": {"Kari Dal"}}
			if got := c.PostForm(at+"/"+way, form); got.Status != 404 {
				t.Errorf("%s answers %s: got %d, want 404", role, way, got.Status)
			}
		}
		program := s.API(role)
		for _, o := range api.Operations() {
			if o.Method != http.MethodGet {
				continue
			}
			got := program.Get(strings.NewReplacer("{id}", id, ":id", id).Replace(o.Path))
			for _, secret := range secrets[:4] {
				if strings.Contains(got.Body, secret) {
					t.Errorf("%s's program: %s has %q", role, o.Path, secret)
				}
			}
		}
		_, err := s.DB.AnswerColleague(t.Context(), tor, uuid.MustParse(id), "Kari Dal", role)
		must(t, err)
		must(t, s.DB.Notify(t.Context(), models.Notice{UserID: c.User.ID, Kind: models.NoticeSuggestion, About: models.NewID()}, models.Notice{UserID: c.User.ID, Kind: models.NoticeRemark, About: models.NewID()})) // the last to be told
		for _, topic := range stream.Until(1) {
			if topic != "notices" {
				t.Errorf("%s is told of %q", role, topic)
			}
		}
		stream.Close()
	}
}

// TestInAClosedGroupHRIsNotSaidToRead looks at what is said about who reads an answer, in the group and to a friend.
func TestInAClosedGroupHRIsNotSaidToRead(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	liv, kari := s.User(models.User{Name: "Liv Leder", Role: models.RoleLeader}), s.User(models.User{Name: "Kari Dal"})
	g, err := s.DB.MakeGroup(t.Context(), liv, models.GroupInput{Name: "Kjerringrokk", Kind: models.GroupClosed})
	must(t, err)
	must(t, s.DB.AddMembers(t.Context(), liv, g.ID, kari.ID))
	q, err := s.DB.Ask(t.Context(), liv, models.QuestionInput{Title: "Multeplukker", Groups: []uuid.UUID{g.ID}})
	must(t, err)
	got := s.AsUser(kari).Get("/questions/" + q.ID.String())
	for _, said := range []string{"og HR bare der de er i gruppen", "Noen ord til den som spør og til HR i gruppen", "Kollegaen må være i gruppen", "Alle i gruppen ser forslaget"} {
		if !strings.Contains(got.Body, said) {
			t.Errorf("the question does not say %q: got %d", said, got.Status)
		}
	}
	at := invited(t, s, kari, q.ID, "vera@example.com")
	s.Run(t, []handlerstest.Scenario{
		{Path: at, WantStatus: 200, WantBody: []string{"Liv Leder gets to know who you are and may write to you, and HR only", "Liv Leder reads it, and HR only"}, NotBody: []string{"Liv Leder and HR"}},
		{Path: at + "/accept", Form: url.Values{}, WantStatus: 303, WantLocation: at},
		{Path: at, WantStatus: 200, WantBody: []string{"Liv Leder knows of you, and HR only"}, NotBody: []string{"Liv Leder and HR"}},
	})
}

// TestAPageThatNobodySeesHasReadNothing asks for a group as a page in the background does.
func TestAPageThatNobodySeesHasReadNothing(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	ada, bo := s.User(models.User{Name: "Ada Lie"}), s.User(models.User{Name: "Bo Dal"})
	talk, err := s.DB.Talk(t.Context(), ada, bo.ID)
	must(t, err)
	p, err := s.DB.Post(t.Context(), ada, talk.ID, models.NewPost{Text: "Hei"})
	must(t, err)
	at, c := "/groups/"+talk.ID.String(), s.AsUser(bo)
	unread := func() (posts, told int) {
		gs, _, err := s.DB.MyGroups(t.Context(), bo, "")
		must(t, err)
		told, err = s.DB.UnreadNotices(t.Context(), bo.ID)
		must(t, err)
		return gs[0].Unread, told
	}
	for _, path := range []string{at, at + "/posts/" + p.ID.String()} {
		c.Get(path, "Kollega-Live", "hidden")
	}
	if posts, told := unread(); posts != 1 || told != 1 {
		t.Errorf("in the background: %d posts and %d notices are unread, want one each", posts, told)
	}
	c.Get(at, "Kollega-Live", "1")
	if posts, told := unread(); posts != 0 || told != 0 {
		t.Errorf("seen: %d posts and %d notices are unread", posts, told)
	}
}
