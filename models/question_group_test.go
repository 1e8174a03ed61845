package models_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"kollega/models"
)

// inGroup is a house in which a leader puts a question to a closed group that Kari is in.
func inGroup(t *testing.T) (asked, models.Group) {
	t.Helper()
	a := ask(t)
	g := group(t, a.DB, a.asker, models.GroupClosed, "Hemmelig planlegging", a.kari, a.leader)
	a.question = put(t, a.DB, a.asker, models.QuestionInput{Title: "Skjult sveiser", Words: "Til det nye verftet.", Groups: []uuid.UUID{g.ID}})
	return a, g
}

func TestAQuestionInAClosedGroupIsThereForItsMembersAlone(t *testing.T) {
	t.Parallel()
	a, g := inGroup(t)
	ctx, q := t.Context(), a.question
	admin := someone(t, a.DB, "Ada Admin", models.RoleAdmin)
	before := a.lastChange(t)
	if _, err := a.AnswerColleague(ctx, a.kari, q.ID, "Lars Leder", "flink"); err != nil {
		t.Fatal(err)
	}
	w, err := a.SuggestWording(ctx, a.kari, models.WordingInput{QuestionID: &q.ID, Field: "title", After: "Skjulte sveisere"})
	if err != nil {
		t.Fatal(err)
	}
	remark, err := a.AddRemark(ctx, a.leader, models.RemarkOn{WordingID: &w.ID}, "Ja")
	if err != nil {
		t.Fatal(err)
	}
	ps, _, err := a.Posts(ctx, a.kari, g.ID, "")
	if err != nil || len(ps) != 1 || ps[0].Question == nil || ps[0].Question.Title != "Skjult sveiser" {
		t.Fatalf("a member reads %+v %v in the group", ps, err)
	}
	var answer uuid.UUID
	a.scan(t, &answer, `select id from answers where question_id = $1`, q.ID)
	a.told(t, models.NoticeQuestion, a.hr, a.other, a.kari, a.kari, a.per, a.leader, a.leader) // of the house's question everybody but who asks, of the group's its members
	for _, u := range []models.User{a.hr, admin, a.other, a.per} {
		tries := map[string]func() error{
			"page":      func() error { _, err := a.Question(ctx, u, q.ID); return err },
			"answer":    func() error { _, err := a.Answer(ctx, u, answer); return err },
			"wording":   func() error { _, err := a.Wording(ctx, u, w.ID); return err },
			"remark":    func() error { _, err := a.Remark(ctx, u, remark.ID); return err },
			"closing":   func() error { return a.CloseQuestion(ctx, u, q.ID, true) },
			"me":        func() error { return a.AnswerMe(ctx, u, q.ID, models.InterestInput{Asker: true}) },
			"colleague": func() error { _, err := a.AnswerColleague(ctx, u, q.ID, "Kari Dal", ""); return err },
			"invite": func() error {
				return a.AnswerInvite(ctx, u, q.ID, models.FriendInput{Name: "V", Email: "v@example.com", Language: "nb"})
			},
			"better": func() error {
				_, err := a.SuggestWording(ctx, u, models.WordingInput{QuestionID: &q.ID, Field: "title", After: "X"})
				return err
			},
			"deciding": func() error { _, err := a.AcceptWording(ctx, u, w.ID); return err },
		}
		if u.Is(models.RoleHR) {
			tries["job"] = func() error { _, err := a.JobFromQuestion(ctx, u, q.ID, weldingJob); return err }
		}
		for name, try := range tries {
			if err := try(); !errors.Is(err, models.ErrNotFound) {
				t.Errorf("%s: %s: got %v, want not found", u.Name, name, err)
			}
		}
		open, _, err := a.Questions(ctx, u, false, "")
		if err != nil || slices.ContainsFunc(open, func(r models.QuestionRow) bool { return r.ID == q.ID }) {
			t.Errorf("%s: it is in the list %v", u.Name, err)
		}
		if left, err := a.UnansweredQuestions(ctx, u, 10); err != nil || len(left) > 1 {
			t.Errorf("%s: it is on the first page: %d %v", u.Name, len(left), err)
		}
		mine, others, err := a.WaitingFor(ctx, u)
		if err != nil || len(mine)+len(others) > 0 {
			t.Errorf("%s: sees what is owed for it: %v %v %v", u.Name, mine, others, err)
		}
		if a.heard(t, u, before) {
			t.Errorf("the open pages of %s hear of it", u.Name)
		}
		told, _, err := a.Notices(ctx, u, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range told {
			if n.About == q.ID || strings.Contains(n.Told.Path, q.ID.String()) {
				t.Errorf("%s: is told of it", u.Name)
			}
		}
	}
	for _, u := range []models.User{a.asker, a.kari, a.leader} {
		if got, err := a.Question(ctx, u, q.ID); err != nil || len(got.Places) != 1 || got.Places[0].Group == nil {
			t.Errorf("%s: got %+v %v", u.Name, got.Places, err)
		}
	}
	// HR who is in the group is one of its members; whoever was taken out is none, whatever they answered.
	if err := a.AddMembers(ctx, a.asker, g.ID, a.hr.ID); err != nil {
		t.Fatal(err)
	}
	if err := a.RemoveMember(ctx, a.asker, g.ID, a.kari.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Question(ctx, a.kari, q.ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("taken out, Kari sees it still: %v", err)
	}
	if _, err := a.Wording(ctx, a.kari, w.ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("taken out, Kari sees its wording still: %v", err)
	}
	if len(a.reads(t, a.hr)) != 1 {
		t.Error("HR in the group does not read the answer")
	}
}

func TestAQuestionInAClosedGroupIsAnsweredInsideIt(t *testing.T) {
	t.Parallel()
	a, _ := inGroup(t)
	ctx, q := t.Context(), a.question.ID
	if _, err := a.AnswerColleague(ctx, a.kari, q, "Per Vik", ""); !refusedFor(err, "answer.error.outside") {
		t.Errorf("naming who is not in it: got %v", err)
	}
	if err := a.AnswerMe(ctx, a.kari, q, models.InterestInput{Others: "Hanne Holm"}); !refusedFor(err, "answer.error.outside") {
		t.Errorf("telling HR that is not in it: got %v", err)
	}
	for name, err := range map[string]error{
		"me":     a.AnswerMe(ctx, a.kari, q, models.InterestInput{Asker: true, Others: "Lars Leder"}),
		"friend": a.AnswerInvite(ctx, a.kari, q, models.FriendInput{Name: "Venn", Email: "venn@example.com", Language: "nb"}),
		"colleague": func() error {
			_, err := a.AnswerColleague(ctx, a.kari, q, "Lars Leder", "")
			return err
		}(),
		"wording": func() error {
			_, err := a.SuggestWording(ctx, a.kari, models.WordingInput{QuestionID: &q, Field: "title", After: "Sveiser"})
			return err
		}(),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	var open int
	if a.scan(t, &open, `select count(*) from owed where not private`); open != 0 {
		t.Errorf("%d things are owed in the open", open)
	}
}

func TestAQuestionIsPutToOnesOwnGroupsAndByHRToOpenOnes(t *testing.T) {
	t.Parallel()
	a, ctx := ask(t), t.Context()
	closed, open := group(t, a.DB, a.kari, models.GroupClosed, "Lukket", a.asker), group(t, a.DB, a.kari, models.GroupOpen, "Åpen", a.per)
	others := group(t, a.DB, a.kari, models.GroupClosed, "Andres")
	talk, err := a.Talk(ctx, a.asker, a.kari.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		by    models.User
		group uuid.UUID
		may   bool
	}{{a.asker, closed.ID, true}, {a.asker, open.ID, false}, {a.asker, others.ID, false}, {a.asker, talk.ID, false}, {a.hr, open.ID, true}, {a.hr, closed.ID, false}} {
		_, err := a.Ask(ctx, tt.by, models.QuestionInput{Title: "Sveiser", Groups: []uuid.UUID{tt.group}})
		if _, refused := errors.AsType[models.ValidationErrors](err); refused == tt.may || tt.may && err != nil {
			t.Errorf("%s asks in %s: got %v", tt.by.Name, tt.group, err)
		}
	}
	if err := a.MuteGroup(ctx, a.per, open.ID, true); err != nil {
		t.Fatal(err)
	}
	before := len(strings.Fields(notices(t, a.DB, a.per)))
	a.question = put(t, a.DB, a.hr, models.QuestionInput{Title: "Vikar", Groups: []uuid.UUID{open.ID}})
	if got := len(strings.Fields(notices(t, a.DB, a.per))); got != before {
		t.Error("who has muted the group is told of what is asked in it")
	}
	// An open group is everybody's to read, and so is what is asked there; it is on the first page of its members alone.
	for _, u := range []models.User{a.other, a.per, a.leader} {
		if _, err := a.AnswerColleague(ctx, u, a.question.ID, "Liv Leder", ""); err != nil {
			t.Errorf("%s answers: %v", u.Name, err)
		}
	}
	fresh := put(t, a.DB, a.hr, models.QuestionInput{Title: "Enda en", Groups: []uuid.UUID{open.ID}})
	for _, tt := range []struct {
		by  models.User
		may bool
	}{{a.per, true}, {a.other, false}} {
		left, err := a.UnansweredQuestions(ctx, tt.by, 10)
		if got := slices.ContainsFunc(left, func(q models.Question) bool { return q.ID == fresh.ID }); err != nil || got != tt.may {
			t.Errorf("%s has it on the first page: %v %v", tt.by.Name, got, err)
		}
	}
	// Of two groups one is named to those alone who may read it.
	if err := a.JoinGroup(ctx, a.asker, open.ID); err != nil {
		t.Fatal(err)
	}
	mixed := put(t, a.DB, a.asker, models.QuestionInput{Title: "Begge", Groups: []uuid.UUID{closed.ID, open.ID}})
	if q, err := a.Question(ctx, a.per, mixed.ID); err != nil || slices.ContainsFunc(q.Places, func(p models.QuestionPlace) bool { return p.Group != nil && p.Group.ID == closed.ID }) {
		t.Errorf("who is not in the closed group reads its name: %v", err)
	}
}

func TestEverybodyWhoHelpedInAGroupIsToldOfTheJob(t *testing.T) {
	t.Parallel()
	a, g := inGroup(t)
	ctx := t.Context()
	if _, err := a.AnswerColleague(ctx, a.kari, a.question.ID, "Lars Leder", ""); err != nil {
		t.Fatal(err)
	}
	if err := a.AddMembers(ctx, a.asker, g.ID, a.hr.ID); err != nil {
		t.Fatal(err)
	}
	job, err := a.JobFromQuestion(ctx, a.hr, a.question.ID, weldingJob)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.SetJobStatus(ctx, job.ID, models.JobPublished); err != nil {
		t.Fatal(err)
	}
	a.told(t, models.NoticeJobFromQuestion, a.kari, a.kari, a.asker)
}

func TestAQuestionEndsWithTheGroupThatItWasPutTo(t *testing.T) {
	t.Parallel()
	a, ctx := ask(t), t.Context()
	g := group(t, a.DB, a.asker, models.GroupClosed, "Kort liv", a.kari)
	a.question = put(t, a.DB, a.asker, models.QuestionInput{Title: "Sveiser", Groups: []uuid.UUID{g.ID}})
	if err := a.invite(t, a.kari, "venn@example.com"); err != nil {
		t.Fatal(err)
	}
	for _, u := range []models.User{a.kari, a.asker} {
		if err := a.LeaveGroup(ctx, u, g.ID); err != nil {
			t.Fatal(err)
		}
	}
	if q, err := a.Question(ctx, a.asker, a.question.ID); err != nil || q.Open() {
		t.Errorf("got %+v %v, want it closed", q, err)
	}
	var left int
	if a.scan(t, &left, `select count(*) from friends`); left != 0 {
		t.Error("the invited friend is stored still")
	}
}

func TestAQuestionThatIsReportedReachesHRWithItsWords(t *testing.T) {
	t.Parallel()
	a, g := inGroup(t)
	ctx := t.Context()
	ps, _, err := a.Posts(ctx, a.kari, g.ID, "")
	if err != nil || len(ps) != 1 {
		t.Fatal(ps, err)
	}
	if _, err := a.ReportPost(ctx, a.kari, ps[0].ID, "Slik spør vi ikke."); err != nil {
		t.Fatal(err)
	}
	open, _, _, err := a.Reports(ctx, a.hr)
	if err != nil || len(open) != 1 || open[0].Text != "Skjult sveiser\n\nTil det nye verftet." {
		t.Fatalf("HR reads %+v %v", open, err)
	}
	if err := a.DecideReport(ctx, a.hr, open[0].ID, true, "Det er tatt bort."); err != nil {
		t.Fatal(err)
	}
	if q, err := a.Question(ctx, a.asker, a.question.ID); err != nil || q.Open() || strings.Contains(q.Title+q.Words, "sveiser") || q.Words != "" {
		t.Errorf("after it was taken away: %+v %v", q, err)
	}
}

func TestAQuestionIsInsideOnceItsTeamIsGone(t *testing.T) {
	t.Parallel()
	a, ctx := ask(t), t.Context()
	g := group(t, a.DB, a.asker, models.GroupClosed, "Hemmelig planlegging", a.kari)
	team, err := a.AddTeam(ctx, "Nattskift", nil)
	if err != nil {
		t.Fatal(err)
	}
	q := put(t, a.DB, a.asker, models.QuestionInput{Title: "Sveiser", Teams: []uuid.UUID{team.ID}, Groups: []uuid.UUID{g.ID}})
	if q.Inside {
		t.Fatal("a team is no closed group")
	}
	if err := a.DeleteTeam(ctx, team.ID); err != nil {
		t.Fatal(err)
	}
	if q, err = a.Question(ctx, a.kari, q.ID); err != nil || !q.Inside {
		t.Errorf("got %+v %v", q, err)
	}
	if _, err := a.Question(ctx, a.hr, q.ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("HR outside the group: %v", err)
	}
}

func TestAQuestionIsFoundInItsGroup(t *testing.T) {
	t.Parallel()
	a, closed := inGroup(t)
	open := group(t, a.DB, a.kari, models.GroupOpen, "Verftet", a.asker)
	put(t, a.DB, a.asker, models.QuestionInput{Title: "Platesveiser", Words: "Noen som har jobbet med aluminium?", Groups: []uuid.UUID{open.ID}})
	write(t, a.DB, a.kari, open.ID, "Vi trenger verneutstyr")
	for _, tt := range []struct {
		search string
		by     models.User
		in     *models.Group // nil: found nowhere
		title  string
	}{
		{"skjulte sveisere", a.kari, &closed, "Skjult sveiser"},
		{"nye verft", a.kari, &closed, "Skjult sveiser"},
		{"skjult", a.other, nil, ""},
		{"skjult", a.hr, nil, ""},
		{"platesveiser", a.other, &open, "Platesveiser"},
		{"aluminium", a.other, &open, "Platesveiser"},
		{"nattskift", a.kari, nil, ""}, // put to all, and to no group
	} {
		ps, _, err := a.SearchPosts(t.Context(), tt.by, tt.search, "")
		switch {
		case err != nil, (tt.in != nil) != (len(ps) == 1):
			t.Errorf("%s, %s: found %d %v", tt.by.Name, tt.search, len(ps), err)
		case tt.in != nil && (ps[0].GroupID != tt.in.ID || ps[0].Question == nil || ps[0].Question.Title != tt.title):
			t.Errorf("%s, %s: found %+v, want the question %q", tt.by.Name, tt.search, ps[0], tt.title)
		}
	}
}
