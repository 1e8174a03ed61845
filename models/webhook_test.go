package models_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"kollega/internal/hook"
	"kollega/internal/i18n"
	"kollega/models"
)

// channel is a webhook that is told of events.
func channel(t *testing.T, db *models.DB, group *uuid.UUID, events ...string) models.Webhook {
	t.Helper()
	w, err := db.AddWebhook(t.Context(), models.System(), models.WebhookInput{Kind: hook.Slack, Name: "Jobber", Address: "https://hooks.example.org/T0/hemmelig", Events: events, GroupID: group})
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
	group := uuid.New()
	jobs, questions, ofGroup := channel(t, db, nil, models.EventNewJob), channel(t, db, nil, models.EventQuestion), channel(t, db, &group, models.EventNewJob)
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
	if len(waiting) != 1 || len(tellings(t, db, questions)) != 0 || len(tellings(t, db, ofGroup)) != 0 {
		t.Fatalf("%d, %d and %d tellings, want one for the house's that wants to know of jobs", len(waiting), len(tellings(t, db, questions)), len(tellings(t, db, ofGroup)))
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
	if err := db.Announce(ctx, models.EventNewJob, j.ID, &group); err != nil || len(tellings(t, db, ofGroup)) != 1 {
		t.Errorf("the group's channel: %d, %v", len(tellings(t, db, ofGroup)), err)
	}
	exec(t, db, `update jobs set status = 'closed' where id = $1`, j.ID)
	if _, _, err := db.Telling(ctx, tellings(t, db, ofGroup)[0], bundle(t), ""); !errors.Is(err, models.ErrNotFound) || len(tellings(t, db, ofGroup)) != 0 {
		t.Errorf("told of a job that is closed: %v", err)
	}
}

// TestAChannelThatFailsIsTurnedOff, with the reason, and told again when somebody has mended it.
func TestAChannelThatFailsIsTurnedOff(t *testing.T) {
	t.Parallel()
	db, _ := open(t)
	ctx := t.Context()
	w := channel(t, db, nil, models.EventNewJob)
	fail := func(why hook.Error, last bool) models.Webhook {
		t.Helper()
		waiting := tellings(t, db, w)
		told, _, err := db.Telling(ctx, waiting[0], bundle(t), "")
		if err != nil {
			t.Fatal(err)
		}
		if err := db.WebhookNotTold(ctx, told, &why, last); err != nil {
			t.Fatal(err)
		}
		now, err := db.Webhook(ctx, w.ID)
		if err != nil {
			t.Fatal(err)
		}
		return now
	}
	for range 2 {
		if err := db.Announce(ctx, models.EventNewJob, publish(t, db, "Kokk").ID, nil); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 19 {
		if got := fail(hook.Error{Reason: hook.ReasonTimeout}, i == 11); got.DisabledAt != nil || got.Failures != i+1 || got.LastReason != hook.ReasonTimeout {
			t.Fatalf("failure %d: %+v", i, got)
		}
	}
	if got := fail(hook.Error{Reason: hook.ReasonRefused, Status: 500}, false); got.DisabledAt == nil || got.LastReason != hook.ReasonRefused || got.LastStatus != 500 {
		t.Fatalf("after 20 failures: %+v", got)
	}
	if n := rowsOf(t, db, `select count(*) from webhook_tellings where state = 'failed'`); n != 1 {
		t.Errorf("%d tellings given up, want the one that was tried for the last time", n)
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
	w := channel(t, db, nil, models.EventQuestion)
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
