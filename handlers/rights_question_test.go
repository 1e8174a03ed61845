package handlers_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

// sampleQuestion is a question that owner may see, or what belongs to one: an answer of theirs, a suggested wording, an invited friend.
func sampleQuestion(t *testing.T, s *handlerstest.Site, route string, owner models.User, job models.Job) string {
	t.Helper()
	ctx := t.Context()
	asker := s.User(models.User{Role: models.RoleLeader, Name: "Ask Spør"})
	if owner.Is(models.RoleLeader) && (strings.HasSuffix(route, "/close") || strings.HasSuffix(route, "/reopen")) {
		asker = owner
	}
	q, err := s.DB.Ask(ctx, asker, models.QuestionInput{Title: "Sveiser", Everybody: true, JobID: &job.ID})
	must(t, err)
	switch {
	case strings.HasPrefix(route, "/suggestions/"), strings.HasPrefix(route, "/remarks/"):
		return sampleSuggestion(t, s, route, owner)
	case strings.HasPrefix(route, "/answers/"):
		must(t, s.DB.AnswerMe(ctx, owner, q.ID, models.InterestInput{Words: "Meg", Asker: true}))
		answers, err := s.DB.Answers(ctx, owner, q.ID)
		must(t, err)
		return strings.Replace(route, ":id", answers[0].ID.String(), 1)
	case strings.HasPrefix(route, "/wordings/"):
		in := models.WordingInput{JobID: &job.ID, Field: models.FieldDescription, After: "En **veldig** fin jobb."}
		w, err := s.DB.SuggestWording(ctx, owner, in)
		must(t, err)
		return strings.Replace(route, ":id", w.ID.String(), 1)
	case strings.HasPrefix(route, "/invited/"):
		return strings.Replace(route, ":token", sampleFriend(t, s, asker), 1)
	}
	return strings.Replace(route, ":id", q.ID.String(), 1)
}

// sampleFriend is the secret of an invitation of somebody's friend.
func sampleFriend(t *testing.T, s *handlerstest.Site, asker models.User) string {
	t.Helper()
	ctx := t.Context()
	q, err := s.DB.Ask(ctx, asker, models.QuestionInput{Title: "Vikar", Everybody: true})
	must(t, err)
	must(t, s.DB.AnswerInvite(ctx, s.User(models.User{}), q.ID, models.FriendInput{Name: "Venn", Email: q.ID.String() + "@example.com", Language: "nb"}))
	var id uuid.UUID
	must(t, s.DB.Pool().QueryRow(ctx, `select f.id from friends f join answers a on a.id = f.answer_id where a.question_id = $1`, q.ID).Scan(&id))
	token, err := s.DB.NewFriendToken(ctx, id)
	must(t, err)
	return token
}

// sampleSuggestion is a suggestion of owner's, or what they said about it; one to stand behind is another's.
func sampleSuggestion(t *testing.T, s *handlerstest.Site, route string, owner models.User) string {
	t.Helper()
	by := owner
	if strings.HasSuffix(route, "/support") {
		by = s.User(models.User{})
	}
	got, err := s.DB.Suggest(t.Context(), by, models.Suggestion{Kind: "clip", Title: "En dag på kaia"})
	must(t, err)
	if strings.HasPrefix(route, "/suggestions/") {
		return strings.Replace(route, ":id", got.ID.String(), 1)
	}
	r, err := s.DB.AddRemark(t.Context(), owner, models.RemarkOn{SuggestionID: &got.ID}, "God idé")
	must(t, err)
	return strings.Replace(route, ":id", r.ID.String(), 1)
}
