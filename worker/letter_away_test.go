package worker_test

import (
	"strings"
	"testing"

	"kollega/models"
)

// TestLettersWhileTheMailServerIsAwayForAnHour lets the hour of tries go by that the queue makes by itself, and one kill of the worker when a
// letter had just gone: every candidate hears everything, once.
func TestLettersWhileTheMailServerIsAwayForAnHour(t *testing.T) {
	t.Parallel()
	server := newMailServer(t)
	db, hr, _, app := noted(t, server)
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := db.Move(ctx, hr, app.ID, models.StageMove{To: models.StageInterview, Tell: true, Words: "Velkommen til Bodø."})
	must(err)
	_, _, _, err = db.Apply(ctx, models.Applying{JobID: app.JobID, Name: "Per Vik", Email: "per@example.com", Language: "en"})
	must(err)
	must(db.RequestCandidateLink(ctx, "z@example.com", "192.0.2.7"))
	must(db.Remind(ctx, models.Reminder{JobID: app.JobID, Email: "siv@example.com", Language: "nb"}, "192.0.2.8"))
	const mails = 4
	const waiting = `select count(*) from river_job where kind = 'send_mail' and state = 'retryable' and attempt >= $1`
	exec := func(sql string) {
		t.Helper()
		if _, err := db.Pool().Exec(ctx, sql); err != nil {
			t.Fatal(err)
		}
	}
	for try := 2; try < 8; try++ { // the second follows at once; the eighth comes after an hour and a quarter
		until(t, db, mails, waiting, try)
		exec(`update river_job set state = 'available', scheduled_at = now() where kind = 'send_mail' and state = 'retryable'`)
	}
	until(t, db, mails, waiting, 8)
	until(t, db, 3, `select count(*) from letters where state = 'queued' and tries >= 8 and detail <> ''`)
	until(t, db, 0, `select count(*) from candidate_tokens`) // a link that nobody got opens nothing
	server.start(t)
	const gone = `select count(*) from river_job where kind = 'send_mail' and state = 'completed'`
	for range 2 { // the second time as after a worker that was killed before it could say so
		exec(`update river_job set state = 'available', scheduled_at = now(), finalized_at = null where kind = 'send_mail' and state in ('retryable', 'completed')`)
		until(t, db, mails, gone)
	}
	until(t, db, 3, `select count(*) from letters where state = 'sent' and sent_at is not null`)
	taken := server.mails()
	if len(taken) != mails {
		t.Errorf("%d mails, want %d", len(taken), mails)
	}
	for _, want := range []struct{ to, text string }{
		{"z@example.com", "Velkommen til Bodø."}, {"z@example.com", "https://jobb.example.org/c/"}, {"per@example.com", "Hello Per Vik"}, {"siv@example.com", "/jobs/kokk"},
	} {
		if !strings.Contains(strings.Join(taken, "\n"), want.text) {
			t.Errorf("no mail says %q", want.text)
		}
		n := 0
		for _, m := range taken {
			if strings.Contains(m, "<"+want.to+">") {
				n++
			}
		}
		if n != map[string]int{"z@example.com": 2, "per@example.com": 1, "siv@example.com": 1}[want.to] {
			t.Errorf("%d mails to %s", n, want.to)
		}
	}
}
