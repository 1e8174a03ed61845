package e2e_test

import (
	"testing"

	"github.com/google/uuid"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

// askedPages are questions in every state: ids and tokens.
type askedPages struct {
	open, fresh, job, wording, declined, invited, joined, suggestion, remark string
}

// asking has the leader ask, and colleagues answer in all four ways.
func asking(t *testing.T, s *handlerstest.Site, leader, mine models.User, clip uuid.UUID) (p askedPages) {
	t.Helper()
	ctx := t.Context()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	kari, per := s.User(models.User{Name: "Kari Kjenner"}), s.User(models.User{Name: "Per Pensum"})
	ask := func(title, words string) models.Question {
		q, err := s.DB.Ask(ctx, leader, models.QuestionInput{Title: title, Words: words, Everybody: true})
		ok(err)
		return q
	}
	ask("Noen som kan alt om pumper", "")
	p.fresh = ask("Kranfører", "Vi skal løfte tungt i vår.").ID.String()
	q := ask("Sveiser til nattskiftet", "Vi trenger en som liker ro, og som kan lese tegninger.\n\nTurnus to uker på, tre av.")
	p.open = q.ID.String()
	ok(s.DB.AnswerMe(ctx, kari, q.ID, models.InterestInput{Words: "Jeg har sveist i ti år, og vil gjerne tilbake.", Asker: true}))
	ok(s.DB.AnswerMe(ctx, mine, q.ID, models.InterestInput{Words: "Det er på tide med noe nytt.", Asker: true}))
	_, err := s.DB.AnswerColleague(ctx, kari, q.ID, per.Email, "Han hadde fagbrev før han kom hit.")
	ok(err)
	_, err = s.DB.AnswerColleague(ctx, per, q.ID, mine.Email, "Du er jo sveiser!")
	ok(err)
	token := func(by models.User, email string) string {
		ok(s.DB.AnswerInvite(ctx, by, q.ID, models.FriendInput{Name: "Vera Venn", Email: email, Language: "nb", Words: "Vi var på samme kull."}))
		secret, err := s.DB.NewFriendToken(ctx, uuid.MustParse(one[string](t, s, `select id::text from friends where email = $1`, email)))
		ok(err)
		return secret
	}
	p.invited, p.joined = token(mine, "vera@example.com"), token(kari, "ventet@example.com")
	_, err = s.DB.AcceptFriend(ctx, p.joined, "Jeg er ferdig på skolen i mai.", true)
	ok(err)
	suggest := func(in models.WordingInput, by models.User) models.Wording {
		w, err := s.DB.SuggestWording(ctx, by, in)
		ok(err)
		return w
	}
	suggest(models.WordingInput{QuestionID: &q.ID, Field: "title", After: "Sveiser som liker natta", Why: "Da vet de hva det er."}, per)
	job := s.Job(models.Job{Title: "Mekaniker", Description: "Vi søker en dyktig mekaniker som er stresstolerant og fleksibel.\n\nGod lønn."})
	p.job = job.ID.String()
	p.wording = suggest(models.WordingInput{
		JobID: &job.ID, Field: "description", After: "Vi søker en mekaniker som liker at dagene er ulike.\n\nGod lønn, og kaffe på kaia.", Why: "«Stresstolerant» skremmer dem vi vil ha.",
	}, mine).ID.String()
	declined, taken := suggest(models.WordingInput{JobID: &job.ID, Field: "title", After: "Altmuligmann"}, mine), suggest(models.WordingInput{JobID: &job.ID, Field: "title", After: "Mekaniker på kaia"}, per)
	p.declined = declined.ID.String()
	_, err = s.DB.DeclineWording(ctx, demoPerson(t, s, models.RoleHR), declined.ID, "Tittelen må si hvilket fag det er.")
	ok(err)
	_, err = s.DB.AcceptWording(ctx, demoPerson(t, s, models.RoleHR), taken.ID)
	ok(err)
	hr := demoPerson(t, s, models.RoleHR)
	idea := func(by models.User, kind, title, words string) models.Suggestion {
		got, err := s.DB.Suggest(ctx, by, models.Suggestion{Kind: kind, Title: title, Words: words})
		ok(err)
		return got
	}
	say := func(by models.User, on models.RemarkOn, text string) models.Remark {
		r, err := s.DB.AddRemark(ctx, by, on, text)
		ok(err)
		return r
	}
	wanted := idea(kari, "clip", "En natt på kaia", "Vis hvordan det er når resten av byen sover.")
	p.suggestion = wanted.ID.String()
	ok(s.DB.SupportSuggestion(ctx, mine, wanted.ID, true))
	ok(s.DB.SupportSuggestion(ctx, per, wanted.ID, true))
	no := idea(mine, "job", "Trubadur", "Til lønningspilsen.")
	ok(s.DB.DecideSuggestion(ctx, hr, no.ID, false, "Vi har et kor."))
	ok(s.DB.DecideSuggestion(ctx, hr, idea(per, "clip", "Lærlingene forteller", "").ID, true, "Vi filmer i mars."))
	p.remark = say(mine, models.RemarkOn{SuggestionID: &wanted.ID}, "Jeg kan filme, jeg er der likevel.").ID.String()
	gone := say(per, models.RemarkOn{SuggestionID: &wanted.ID}, "Noe dumt")
	_, err = s.DB.RemoveRemark(ctx, hr, gone.ID)
	ok(err)
	say(kari, models.RemarkOn{ClipID: &clip}, "Så fint at du sa det om vaktene!")
	say(mine, models.RemarkOn{ClipID: &clip}, "Takk. Det var Per som kom på det.")
	ok(s.DB.SupportWording(ctx, per, uuid.MustParse(p.wording), true))
	say(per, models.RemarkOn{WordingID: ref(uuid.MustParse(p.wording))}, "Mye bedre.")
	return p
}

// ref is the address of a value.
func ref[T any](v T) *T { return &v }
