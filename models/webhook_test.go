package models_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/internal/hook"
	"kollega/internal/i18n"
	"kollega/models"
)

// channel is a webhook that is told of events.
func channel(t *testing.T, db *models.DB, events ...string) models.Webhook {
	t.Helper()
	w, err := db.AddWebhook(t.Context(), models.System(), models.WebhookInput{Kind: hook.Slack, Name: "Jobber", Address: "https://hooks.example.org/T0/hemmelig", Events: events})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// tellings are what waits for a webhook.
func tellings(t *testing.T, db *models.DB, w models.Webhook) []uuid.UUID {
	t.Helper()
	rows, err := db.Pool().Query(t.Context(), `select id from webhook_tellings where webhook_id = $1 and state = 'queued' order by created_at, id`, w.ID)
	if err != nil {
		t.Fatal(err)
	}
	return ids(t, rows)
}

func bundle(t *testing.T) *i18n.Bundle {
	t.Helper()
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

func TestChannelsAreToldOnce(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	jobs, questions := channel(t, db, models.EventNewJob), channel(t, db, models.EventQuestion)
	hr := staff(t, db, "Hanne", models.RoleHR)
	j, err := db.CreateJob(ctx, &hr.ID, models.JobInput{Title: "Kokk <@all>", Description: "Lag mat.", Location: "Bodø", Country: "NO", EmploymentType: "FULL_TIME"})
	if err != nil {
		t.Fatal(err)
	}
	for _, status := range []string{models.JobPublished, models.JobClosed, models.JobPublished} {
		if err := db.SetJobStatus(ctx, j.ID, status); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Announce(ctx, models.EventNewJob, j.ID, nil); err != nil {
		t.Fatal(err)
	}
	waiting := tellings(t, db, jobs)
	if len(waiting) != 1 || len(tellings(t, db, questions)) != 0 {
		t.Fatalf("%d and %d tellings, want one for that which wants to know of jobs", len(waiting), len(tellings(t, db, questions)))
	}
	told, message, err := db.Telling(ctx, waiting[0], bundle(t), "https://jobb.example.org")
	if err != nil || !strings.Contains(string(message), `Kokk \u0026lt;@all\u0026gt;`) || !strings.Contains(string(message), "https://jobb.example.org/jobs/"+j.Slug) {
		t.Fatalf("%s, %v", message, err)
	}
	if err := db.WebhookTold(ctx, told); err != nil {
		t.Fatal(err)
	}
	if _, _, err := db.Telling(ctx, waiting[0], bundle(t), ""); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("told twice: %v", err)
	}
	late := publish(t, db, "Baker")
	if err := db.Announce(ctx, models.EventNewJob, late.ID, nil); err != nil {
		t.Fatal(err)
	}
	exec(t, db, `update jobs set status = 'closed' where id = $1`, late.ID)
	if _, _, err := db.Telling(ctx, tellings(t, db, jobs)[0], bundle(t), ""); !errors.Is(err, models.ErrNotFound) || len(tellings(t, db, jobs)) != 0 {
		t.Errorf("told of a job that is closed: %v", err)
	}
}

// TestAnOpenGroupTellsItsChannels who wrote, and where, and nothing else; what is closed tells nobody.
func TestAnOpenGroupTellsItsChannels(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	ada, bo, hr := colleague(t, db, "Ada", "ada@example.org"), colleague(t, db, "Bo", "bo@example.org"), staff(t, db, "Hanne", models.RoleHR)
	in := models.WebhookInput{Kind: hook.Slack, Name: "Turkanalen", Address: "https://hooks.example.org/T0/hemmelig"}
	groups := map[string]models.Group{}
	for _, kind := range []string{models.GroupOpen, models.GroupClosed} {
		g, err := db.MakeGroup(ctx, ada, models.GroupInput{Name: "Turgruppa " + kind, Kind: kind})
		if err != nil {
			t.Fatal(err)
		}
		groups[kind] = g
	}
	group := groups[models.GroupOpen].ID
	for _, u := range []models.User{bo, hr} {
		if _, err := db.AddGroupWebhook(ctx, u, group, in); !errors.Is(err, models.ErrForbidden) {
			t.Errorf("%s, who does not own the group: %v", u.Name, err)
		}
	}
	if _, err := db.AddGroupWebhook(ctx, ada, groups[models.GroupClosed].ID, in); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("of a closed group: %v", err)
	}
	bad := in
	bad.Address = "http://hooks.example.org/x"
	if _, err := db.AddGroupWebhook(ctx, ada, group, bad); !errors.As(err, new(models.ValidationErrors)) {
		t.Errorf("in the open: %v", err)
	}
	w, err := db.AddGroupWebhook(ctx, ada, group, in)
	if err != nil {
		t.Fatal(err)
	}
	house := channel(t, db, models.WebhookEvents...)
	if err := db.JoinGroup(ctx, bo, group); err != nil {
		t.Fatal(err)
	}
	write := func(by models.User, group uuid.UUID, in models.NewPost) models.Post {
		t.Helper()
		p, err := db.Post(ctx, by, group, in)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	p := write(bo, group, models.NewPost{Text: "Hemmelig tur"})
	write(ada, group, models.NewPost{Text: "Ja", ParentID: &p.ID})
	write(ada, groups[models.GroupClosed].ID, models.NewPost{Text: "Lukket"})
	waiting := tellings(t, db, w)
	if len(waiting) != 1 || rowsOf(t, db, `select count(*) from webhook_tellings`) != 1 || len(tellings(t, db, house)) != 0 {
		t.Fatalf("%d tellings, want the post alone", len(waiting))
	}
	_, message, err := db.Telling(ctx, waiting[0], bundle(t), "https://jobb.example.org")
	link := "https://jobb.example.org/groups/" + group.String() + "/posts/" + p.ID.String()
	if err != nil || !strings.Contains(string(message), "Bo skrev i gruppen Turgruppa open") || !strings.Contains(string(message), link) || strings.Contains(string(message), "Hemmelig") {
		t.Errorf("%s, %v", message, err)
	}
	if _, err := db.RemovePost(ctx, bo, p.ID); err != nil {
		t.Fatal(err)
	}
	if _, _, err := db.Telling(ctx, waiting[0], bundle(t), ""); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("told of what was removed: %v", err)
	}
	for _, id := range []uuid.UUID{w.ID, house.ID} { // of the house, and of another's group
		by := bo
		if id == house.ID {
			by = ada
		}
		for what, err := range map[string]error{
			"try": db.TryGroupWebhook(ctx, by, group, id), "switch": db.SwitchGroupWebhook(ctx, by, group, id, false), "delete": db.DeleteGroupWebhook(ctx, by, group, id),
		} {
			if err == nil {
				t.Errorf("%s may %s what is not theirs", by.Name, what)
			}
		}
	}
	if err := db.ChangeWebhook(ctx, hr, w.ID, models.WebhookInput{Kind: hook.Slack, Name: "Ny", Events: []string{models.EventThanks}}); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("a group's is told of the house: %v", err)
	}
	inwards := func(want bool) {
		t.Helper()
		if got, err := db.LeadsInwards(ctx, w); err != nil || got != want {
			t.Errorf("a group's channel may lead inwards: %v %v, want %v", got, err, want)
		}
	}
	inwards(true) // where HR's leads as well
	if err := db.DeleteWebhook(ctx, hr, house.ID); err != nil {
		t.Fatal(err)
	}
	inwards(false)
	if err := db.TryGroupWebhook(ctx, ada, group, w.ID); err != nil {
		t.Fatal(err)
	}
	if err := db.DeleteGroupWebhook(ctx, ada, group, w.ID); err != nil {
		t.Fatal(err)
	}
	if n := rowsOf(t, db, `select count(*) from audit where kind = 'webhook' and user_id = $1`, ada.ID); n != 3 {
		t.Errorf("the log has %d lines of Ada's, want 3", n)
	}
}

// TestAChannelThatFailsIsTurnedOff, with the reason, and told again when somebody has mended it.
func TestAChannelThatFailsIsTurnedOff(t *testing.T) {
	t.Parallel()
	db, clock := open(t)
	ctx := t.Context()
	w := channel(t, db, models.EventNewJob)
	fail := func(why hook.Error, last bool) models.Webhook {
		t.Helper()
		waiting := tellings(t, db, w)
		told, _, err := db.Telling(ctx, waiting[0], bundle(t), "")
		if err != nil {
			t.Fatal(err)
		}
		if again, err := db.WebhookNotTold(ctx, told, &why, last); err != nil || again == (last || why.Lasting() || clock.now.Sub(told.CreatedAt) >= 24*time.Hour) {
			t.Fatalf("to be tried again: %v, %v", again, err)
		}
		now, err := db.Webhook(ctx, w.ID)
		if err != nil {
			t.Fatal(err)
		}
		return now
	}
	for range 4 {
		if err := db.Announce(ctx, models.EventNewJob, publish(t, db, "Kokk").ID, nil); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 40 { // tries that are tried again count for nothing
		if got := fail(hook.Error{Reason: hook.ReasonTimeout}, false); got.DisabledAt != nil || got.Failures != 0 || got.LastReason != hook.ReasonTimeout {
			t.Fatalf("try %d: %+v", i, got)
		}
	}
	for i := range 2 {
		if got := fail(hook.Error{Reason: hook.ReasonTimeout}, true); got.DisabledAt != nil || got.Failures != i+1 {
			t.Fatalf("given up %d times: %+v", i+1, got)
		}
	}
	clock.Add(24 * time.Hour) // what asked to wait again and again is news no more
	if got := fail(hook.Error{Reason: hook.ReasonRefused, Status: 500, Wait: time.Hour}, false); got.DisabledAt == nil || got.LastReason != hook.ReasonRefused || got.LastStatus != 500 {
		t.Fatalf("given up three times: %+v", got)
	}
	if n := rowsOf(t, db, `select count(*) from webhook_tellings where state = 'failed'`); n != 3 {
		t.Errorf("%d tellings given up, want 3", n)
	}
	if _, _, err := db.Telling(ctx, tellings(t, db, w)[0], bundle(t), ""); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("a channel that is off is told: %v", err)
	}
	if err := db.Announce(ctx, models.EventNewJob, publish(t, db, "Baker").ID, nil); err != nil || len(tellings(t, db, w)) != 0 {
		t.Errorf("%d tellings for a channel that is off, %v", len(tellings(t, db, w)), err)
	}
	if err := db.TryWebhook(ctx, models.System(), w.ID); err != nil {
		t.Fatal(err)
	}
	if _, message, err := db.Telling(ctx, tellings(t, db, w)[0], bundle(t), ""); err != nil || len(message) == 0 {
		t.Errorf("a test of a channel that is off: %v", err)
	}
	if err := db.SwitchWebhook(ctx, models.System(), w.ID, true); err != nil {
		t.Fatal(err)
	}
	if got := fail(hook.Error{Reason: hook.ReasonGone, Status: 410}, false); got.DisabledAt == nil || len(tellings(t, db, w)) != 0 {
		t.Errorf("of a webhook that is no more: %+v", got)
	}
}

func TestWebhooksAreWritten(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	good := models.WebhookInput{Kind: hook.Teams, Name: " Jobber ", Address: "https://example.org/workflows/1?sig=hemmelig", Events: []string{models.EventNewJob}}
	for name, c := range map[string]struct {
		change func(*models.WebhookInput)
		field  string
	}{
		"a kind that is none": {func(in *models.WebhookInput) { in.Kind = "pigeon" }, "kind"},
		"no name":             {func(in *models.WebhookInput) { in.Name = " " }, "name"},
		"a long name":         {func(in *models.WebhookInput) { in.Name = strings.Repeat("å", 101) }, "name"},
		"no address":          {func(in *models.WebhookInput) { in.Address = "" }, "address"},
		"in the open":         {func(in *models.WebhookInput) { in.Address = "http://example.org/" }, "address"},
		"with a password":     {func(in *models.WebhookInput) { in.Address = "https://a:b@example.org/" }, "address"},
		"nothing to tell":     {func(in *models.WebhookInput) { in.Events = nil }, "events"},
		"an unknown event":    {func(in *models.WebhookInput) { in.Events = []string{"test"} }, "events"},
	} {
		in := good
		c.change(&in)
		var bad models.ValidationErrors
		if _, err := db.AddWebhook(ctx, models.System(), in); !errors.As(err, &bad) || len(bad) != 1 || bad[0].Field != c.field {
			t.Errorf("%s: got %v", name, err)
		}
	}
	w, err := db.AddWebhook(ctx, models.System(), good)
	if err != nil || w.Host() != "example.org" || w.Name != "Jobber" {
		t.Fatalf("%+v, %v", w, err)
	}
	if err := db.ChangeWebhook(ctx, models.System(), w.ID, models.WebhookInput{Kind: hook.Slack, Name: "Ny", Events: []string{models.EventThanks, models.EventQuestion}}); err != nil {
		t.Fatal(err)
	}
	ws, err := db.Webhooks(ctx)
	if err != nil || len(ws) != 1 || ws[0].Address != good.Address || ws[0].Kind != hook.Slack || !slices.Equal(ws[0].Events, []string{models.EventThanks, models.EventQuestion}) {
		t.Errorf("%+v, %v", ws, err)
	}
	if err := db.DeleteWebhook(ctx, models.System(), w.ID); err != nil {
		t.Fatal(err)
	}
	if err := db.TryWebhook(ctx, models.System(), w.ID); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("a test of one that is gone: %v", err)
	}
	if n := rowsOf(t, db, `select count(*) from audit where details::text like '%hemmelig%'`); n != 0 {
		t.Error("the audit log tells an address")
	}
}

// A channel reads what was asked of everybody while it is open, and nothing that was put to some.
func TestChannelsAreToldWhatIsAskedOfAll(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	w := channel(t, db, models.EventQuestion)
	leader := staff(t, db, "Lise", models.RoleLeader)
	team, err := db.AddTeam(ctx, "Kaia", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Ask(ctx, leader, models.QuestionInput{Title: "Hemmelig", Teams: []uuid.UUID{team.ID}}); err != nil {
		t.Fatal(err)
	}
	if got := tellings(t, db, w); len(got) != 0 {
		t.Errorf("%d tellings of a question to a team", len(got))
	}
	q, err := db.Ask(ctx, leader, models.QuestionInput{Title: "En sveiser", Everybody: true})
	if err != nil {
		t.Fatal(err)
	}
	got := tellings(t, db, w)
	if len(got) != 1 {
		t.Fatalf("%d tellings of a question to all, want one", len(got))
	}
	_, message, err := db.Telling(ctx, got[0], bundle(t), "https://jobb.example.org")
	if err != nil || !strings.Contains(string(message), "En sveiser") || !strings.Contains(string(message), "https://jobb.example.org/questions/"+q.ID.String()) {
		t.Errorf("%s, %v", message, err)
	}
	if err := db.CloseQuestion(ctx, leader, q.ID, true); err != nil {
		t.Fatal(err)
	}
	if _, _, err := db.Telling(ctx, got[0], bundle(t), ""); !errors.Is(err, models.ErrNotFound) {
		t.Errorf("told of a question that is closed: %v", err)
	}
}
