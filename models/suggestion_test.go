package models_test

import (
	"errors"
	"testing"

	"kollega/models"
)

func TestColleaguesDiscussASuggestionAndHRAnswersIt(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	kari, per, hr := someone(t, db, "Kari Dal", models.RoleEmployee), someone(t, db, "Per Vik", models.RoleEmployee), someone(t, db, "Hanne Holm", models.RoleHR)
	s, err := db.Suggest(ctx, kari, models.Suggestion{Kind: "clip", Title: " En  natt "})
	if err != nil || s.Title != "En natt" {
		t.Fatalf("got %q %v", s.Title, err)
	}
	on := models.RemarkOn{SuggestionID: &s.ID}
	for range 2 { // once is enough
		if err := db.SupportSuggestion(ctx, per, s.ID, true); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.SupportSuggestion(ctx, kari, s.ID, true); !errors.Is(err, models.ErrConflict) {
		t.Errorf("one's own: got %v, want a conflict", err)
	}
	if got, err := db.SupportOf(ctx, per, on); err != nil || got != (models.Support{Count: 1, Mine: true}) {
		t.Errorf("got %+v %v", got, err)
	}
	mine, err := db.AddRemark(ctx, per, on, "Jeg filmer")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.EditRemark(ctx, kari, mine.ID, models.Edit{Text: "Jeg filmer ikke"}); !errors.Is(err, models.ErrForbidden) {
		t.Errorf("another changes it: got %v, want forbidden", err)
	}
	if _, err := db.RemoveRemark(ctx, kari, mine.ID); !errors.Is(err, models.ErrForbidden) {
		t.Errorf("another takes it away: got %v, want forbidden", err)
	}
	if _, err := db.RemoveRemark(ctx, hr, mine.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := db.EditRemark(ctx, per, mine.ID, models.Edit{Text: "Likevel"}); !errors.Is(err, models.ErrForbidden) {
		t.Errorf("after HR took it away: got %v, want forbidden", err)
	}
	if rs, _, err := db.Remarks(ctx, kari, on, ""); err != nil || len(rs) != 1 || rs[0].Text != "" || !rs[0].ByHouse() {
		t.Errorf("got %+v %v, want the trace of it", rs, err)
	}
	if err := db.DecideSuggestion(ctx, kari, s.ID, true, ""); !errors.Is(err, models.ErrForbidden) {
		t.Errorf("an employee decides: got %v, want forbidden", err)
	}
	if err := db.DecideSuggestion(ctx, hr, s.ID, false, " "); err == nil {
		t.Error("declined without a reason")
	}
	if err := db.DecideSuggestion(ctx, hr, s.ID, false, "Vi har et"); err != nil {
		t.Fatal(err)
	}
	if err := db.DecideSuggestion(ctx, hr, s.ID, true, ""); !errors.Is(err, models.ErrConflict) {
		t.Errorf("twice: got %v, want a conflict", err)
	}
	if err := db.WithdrawSuggestion(ctx, kari, s.ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("taken back once decided: got %v, want not found", err)
	}
	if decided, _, err := db.Suggestions(ctx, per, true, 0); err != nil || len(decided) != 1 || decided[0].Supports != 1 || !decided[0].Mine || decided[0].Reason != "Vi har et" {
		t.Errorf("got %+v %v", decided, err)
	}
}

func TestAClipIsDiscussedWhereItIsShown(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	kari, hr := someone(t, db, "Kari Dal", models.RoleEmployee), someone(t, db, "Hanne Holm", models.RoleHR)
	job := publish(t, db, "Kokk")
	clip := models.NewID()
	exec(t, db, `insert into clips (id, job_id, title, language, status, filename, size, upload_key, part_size, created_at, updated_at)
		values ($1, $2, 'En dag', 'nb', 'published', 'a.mp4', 1, 'up', 1, now(), now())`, clip, job.ID)
	on := models.RemarkOn{ClipID: &clip}
	r, err := db.AddRemark(ctx, kari, on, "Så fint!")
	if err != nil {
		t.Fatal(err)
	}
	exec(t, db, `update clips set status = 'ready' where id = $1`, clip)
	if _, err := db.AddRemark(ctx, kari, on, "Hvor ble det av?"); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("a clip that is not shown: got %v, want not found", err)
	}
	if rs, _, err := db.Remarks(ctx, kari, on, ""); err != nil || len(rs) > 0 {
		t.Errorf("got %+v %v, want nothing of a clip that is not shown", rs, err)
	}
	if _, err := db.RemoveRemark(ctx, kari, r.ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("got %v, want not found", err)
	}
	if _, err := db.RemoveRemark(ctx, hr, r.ID); err != nil {
		t.Errorf("HR moderates: %v", err)
	}
	for _, none := range []models.RemarkOn{{}, {ClipID: &job.ID}, {SuggestionID: &job.ID}, {WordingID: &job.ID}} {
		if _, err := db.AddRemark(ctx, hr, none, "hei"); !errors.Is(err, models.ErrNotFound) {
			t.Errorf("%+v: got %v, want not found", none, err)
		}
	}
}
