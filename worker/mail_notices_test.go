package worker_test

import (
	"mime"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

// TestNoticesWhileTheMailServerIsAway go when it is back, once, with a way to end them, and without what they may not tell.
func TestNoticesWhileTheMailServerIsAway(t *testing.T) {
	t.Parallel()
	server := newMailServer(t)
	db, _, kari, app := noted(t, server)
	ctx := t.Context()
	choices, err := db.NoticeChoices(ctx, kari)
	if err != nil {
		t.Fatal(err)
	}
	choices.Ways[models.NoticeNewJob] = models.WayNow
	if err := db.SaveNoticeChoices(ctx, kari, choices); err != nil {
		t.Fatal(err)
	}
	tell := func(job uuid.UUID) {
		t.Helper()
		if err := db.Notify(ctx, models.Notice{UserID: kari.ID, Kind: models.NoticeNewJob, About: job, JobID: &job}); err != nil {
			t.Fatal(err)
		}
	}
	tell(app.JobID)
	until(t, db, 1, `select count(*) from river_job where kind = 'send_mail' and args->>'mail' = 'notices' and state = 'retryable' and attempt > 0`)
	other, taken := models.NewID(), models.NewID()
	for id, title := range map[uuid.UUID]string{other: "Baker", taken: "Hemmelig"} {
		if _, err := db.Pool().Exec(ctx, `insert into jobs (id, slug, title, status, published_at, created_at, updated_at) values ($1, $2, $3, 'published', now(), now(), now())`, id, id.String(), title); err != nil {
			t.Fatal(err)
		}
		tell(id)
	}
	until(t, db, 3, `select count(*) from notices where mail_id is not null`) // they joined the mail that waits
	if _, err := db.Pool().Exec(ctx, `update jobs set status = 'draft' where id = $1`, taken); err != nil {
		t.Fatal(err)
	}
	server.start(t)
	again := func() {
		t.Helper()
		if _, err := db.Pool().Exec(ctx, `update river_job set state = 'available', scheduled_at = now(), finalized_at = null where kind = 'send_mail' and state in ('retryable', 'completed')`); err != nil {
			t.Fatal(err)
		}
		until(t, db, 1, `select count(*) from river_job where kind = 'send_mail' and args->>'mail' = 'notices' and state = 'completed'`)
	}
	again()
	again() // as after a worker that was killed when the mail had just gone
	mails := server.mails()
	if len(mails) != 1 {
		t.Fatalf("%d mails, want 1", len(mails))
	}
	for _, want := range []string{"Hello Kari Dal!", "New job to share: Kokk", "New job to share: Baker", "https://jobb.example.org/notices/", "Stop all mail about notices"} {
		if !strings.Contains(mails[0], want) {
			t.Errorf("the mail lacks %q:\n%s", want, mails[0])
		}
	}
	if strings.Contains(mails[0], "Hemmelig") {
		t.Error("the mail tells of a job that its receiver may not see any more")
	}
	m, err := mail.ReadMessage(strings.NewReader(mails[0]))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || !strings.Contains(subject, "2 new notices") {
		t.Errorf("subject %q, %v", subject, err)
	}
	checkWayOut(t, db, m.Header, kari, models.NoticeNewJob)
	checkSame(t, m.Header)
}

// checkWayOut follows the header by which mail programs end mails (RFC 8058).
func checkWayOut(t *testing.T, db *models.DB, head mail.Header, u models.User, kind string) {
	t.Helper()
	const before = "<https://jobb.example.org/notices/stop/"
	link := head.Get("List-Unsubscribe")
	if head.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" || !strings.HasPrefix(link, before) || !strings.HasSuffix(link, ">") {
		t.Fatalf("headers %q and %q", link, head.Get("List-Unsubscribe-Post"))
	}
	stop, err := db.NoticeStop(t.Context(), strings.TrimSuffix(strings.TrimPrefix(link, before), ">"))
	if err != nil || stop.User.ID != u.ID || stop.Kind != kind {
		t.Errorf("the link ends %+v, %v", stop, err)
	}
}

// checkSame holds that a mail that is sent again is known to be the same.
func checkSame(t *testing.T, head mail.Header) {
	t.Helper()
	if !strings.HasPrefix(head.Get("Message-ID"), "<notices-") {
		t.Errorf("message id %q: sent again it would not be known to be the same", head.Get("Message-ID"))
	}
}

// TestWorthSharingIsMailed on the hour that somebody chose, without being asked for.
func TestWorthSharingIsMailed(t *testing.T) {
	t.Parallel()
	server := newMailServer(t)
	server.start(t)
	db, _, kari, _ := noted(t, server)
	ctx := t.Context()
	choices, err := db.NoticeChoices(ctx, kari)
	if err != nil {
		t.Fatal(err)
	}
	hour := time.Now().UTC() // the last full hour
	choices.TimeZone, choices.DigestHour, choices.DigestDay = "UTC", hour.Hour(), int(hour.Weekday())
	if err := db.SaveNoticeChoices(ctx, kari, choices); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Pool().Exec(ctx, `update users set joined_at = now() - interval '1 year' where id = $1`, kari.ID); err != nil {
		t.Fatal(err)
	}
	if n, err := db.TendSharing(ctx); err != nil || n > 1 { // the worker may have been first
		t.Fatalf("%d mails, %v", n, err)
	}
	until(t, db, 1, `select count(*) from notice_mails where kind = 'sharing' and state = 'sent' and user_id = '`+kari.ID.String()+`'`)
	mails := server.mails()
	if len(mails) != 1 {
		t.Fatalf("%d mails, want 1", len(mails))
	}
	for _, want := range []string{"We are looking for one new colleague.", "Kokk", "https://jobb.example.org/share/", "Share with your own link"} {
		if !strings.Contains(mails[0], want) {
			t.Errorf("the mail lacks %q:\n%s", want, mails[0])
		}
	}
	m, err := mail.ReadMessage(strings.NewReader(mails[0]))
	if err != nil {
		t.Fatal(err)
	}
	checkWayOut(t, db, m.Header, kari, models.MailOfSharing)
	checkSame(t, m.Header)
}
