package worker

import (
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"kollega/internal/hook"
	"kollega/models"
	"kollega/storage"
)

// hooked is a house with a webhook at a receiver that answers as do says, and the worker that tells it.
type hooked struct {
	d       Deps
	w       *postWebhook
	webhook models.Webhook

	mu   sync.Mutex
	took []string // what it was told
}

func newHooked(t *testing.T, limit time.Duration, do func(http.ResponseWriter, *http.Request)) *hooked {
	t.Helper()
	h := &hooked{d: testDeps(t)}
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		h.mu.Lock()
		h.took = append(h.took, string(body))
		h.mu.Unlock()
		do(w, r)
	}))
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	h.d.Hook = hook.New(hook.Config{Private: true, Roots: roots, Limit: limit})
	h.w = newPostWebhook(h.d)
	var err error
	h.webhook, err = h.d.DB.AddWebhook(t.Context(), models.System(), models.WebhookInput{
		Kind: hook.Mattermost, Name: "Jobber", Address: server.URL + "/hooks/hemmelig", Events: []string{models.EventNewJob},
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// announce has a job announced and gives the telling.
func (h *hooked) announce(t *testing.T, title string) uuid.UUID {
	t.Helper()
	ctx, job := t.Context(), models.NewID()
	if _, err := h.d.DB.Pool().Exec(ctx, `insert into jobs (id, slug, title, status, published_at, created_at, updated_at) values ($1, $2, $3, 'published', now(), now(), now())`, job, job.String(), title); err != nil {
		t.Fatal(err)
	}
	if err := h.d.DB.Announce(ctx, models.EventNewJob, job, nil); err != nil {
		t.Fatal(err)
	}
	var id uuid.UUID
	if err := h.d.DB.Pool().QueryRow(ctx, `select id from webhook_tellings where about = $1`, job).Scan(&id); err != nil {
		t.Fatal(err)
	}
	return id
}

func (h *hooked) work(t *testing.T, id uuid.UUID, attempt int) error {
	t.Helper()
	return h.w.Work(t.Context(), &river.Job[models.PostWebhook]{JobRow: &rivertype.JobRow{Attempt: attempt, MaxAttempts: 12}, Args: models.PostWebhook{ID: id}})
}

func (h *hooked) now(t *testing.T) models.Webhook {
	t.Helper()
	w, err := h.d.DB.Webhook(t.Context(), h.webhook.ID)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestAWebhookThatHangs is told when it answers again, once, and meanwhile it stands why it was not.
func TestAWebhookThatHangs(t *testing.T) {
	t.Parallel()
	var hangs atomic.Bool
	hangs.Store(true)
	var h *hooked
	h = newHooked(t, time.Second, func(_ http.ResponseWriter, r *http.Request) {
		if hangs.Load() {
			h.mu.Lock()
			h.took = nil // nobody in the channel saw it
			h.mu.Unlock()
			<-r.Context().Done()
		}
	})
	id := h.announce(t, "Kokk")
	var mails int // nothing that people wait for waits behind it
	if err := h.d.DB.Pool().QueryRow(t.Context(), `select count(*) from river_job where kind = 'post_webhook' and queue <> $1`, models.QueueHooks).Scan(&mails); err != nil || mails != 0 {
		t.Errorf("%d tellings are in the queue of other work, %v", mails, err)
	}
	failure, _ := errors.AsType[*hook.Error](h.work(t, id, 1))
	if failure == nil || failure.Reason != hook.ReasonTimeout {
		t.Fatalf("got %v, want it too late", failure)
	}
	if w := h.now(t); w.Failures != 0 || w.LastReason != hook.ReasonTimeout || w.DisabledAt != nil {
		t.Errorf("%+v", w)
	}
	hangs.Store(false)
	for range 2 {
		if err := h.work(t, id, 2); err != nil {
			t.Fatal(err)
		}
	}
	if w := h.now(t); w.Failures != 0 || w.LastReason != "" || w.ToldAt == nil {
		t.Errorf("%+v", w)
	}
	if len(h.took) != 1 || !strings.Contains(h.took[0], "Kokk") {
		t.Errorf("told %q, want it once", h.took)
	}
}

func TestWhatReceiversSay(t *testing.T) {
	t.Parallel()
	var code atomic.Int32
	h := newHooked(t, time.Minute, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "60")
		w.WriteHeader(int(code.Load()))
	})
	code.Store(http.StatusTooManyRequests)
	id := h.announce(t, "Kokk")
	if snooze, ok := errors.AsType[*river.JobSnoozeError](h.work(t, id, 1)); !ok || snooze.Duration != time.Minute {
		t.Errorf("asked to wait a minute: got %+v", snooze)
	}
	code.Store(http.StatusFound)
	if failure, _ := errors.AsType[*hook.Error](h.work(t, id, 2)); failure == nil || failure.Reason != hook.ReasonRedirect {
		t.Errorf("sent elsewhere: got %+v", failure)
	}
	code.Store(http.StatusGone)
	if _, ok := errors.AsType[*river.JobCancelError](h.work(t, id, 3)); !ok || h.now(t).DisabledAt == nil {
		t.Errorf("of a webhook that is no more: %+v", h.now(t))
	}
	before := len(h.took)
	code.Store(http.StatusOK)
	if err := h.work(t, id, 4); err != nil || len(h.took) != before {
		t.Errorf("told what was given up: %v", err)
	}
}

// TestWebhooksLeadOutwards where the operator says nothing else.
func TestWebhooksLeadOutwards(t *testing.T) {
	t.Parallel()
	h := newHooked(t, time.Minute, func(http.ResponseWriter, *http.Request) {})
	id := h.announce(t, "Kokk")
	h.d.Hook = nil
	h.w = newPostWebhook(h.d)
	if failure, _ := errors.AsType[*hook.Error](h.work(t, id, 1)); failure == nil || failure.Reason != hook.ReasonPrivate || len(h.took) != 0 {
		t.Errorf("got %+v, told %q", failure, h.took)
	}
}

// TestAGroupsChannelLeadsOutwards even where HR's own may lead inwards, but to where one of those leads.
func TestAGroupsChannelLeadsOutwards(t *testing.T) {
	t.Parallel()
	h := newHooked(t, time.Minute, func(http.ResponseWriter, *http.Request) {})
	ctx, db := t.Context(), h.d.DB
	id := h.announce(t, "Kokk")
	if _, err := db.Pool().Exec(ctx, `with g as (insert into groups (id, kind, name, about, created_at, updated_at) values (gen_random_uuid(), 'open', 'Tur', '', now(), now()) returning id)
		update webhooks set group_id = g.id from g`); err != nil {
		t.Fatal(err)
	}
	if failure, _ := errors.AsType[*hook.Error](h.work(t, id, 1)); failure == nil || failure.Reason != hook.ReasonPrivate || len(h.took) != 0 {
		t.Errorf("got %+v, told %q", failure, h.took)
	}
	if _, err := db.AddWebhook(ctx, models.System(), models.WebhookInput{Kind: hook.Mattermost, Name: "Husets", Address: h.webhook.Address + "2", Events: []string{models.EventNewJob}}); err != nil {
		t.Fatal(err)
	}
	if err := h.work(t, id, 2); err != nil || len(h.took) != 1 {
		t.Errorf("%v, told %q", err, h.took)
	}
}

// TestOnlyTheClockLooksAtEverybodysWeek: what happens in the house makes its own mails alone.
func TestOnlyTheClockLooksAtEverybodysWeek(t *testing.T) {
	t.Parallel()
	d := testDeps(t)
	ctx, hour := t.Context(), time.Now().UTC()
	u, err := d.DB.AddUser(ctx, models.System(), models.NewUser{Email: "ada@example.org", Name: "Ada", Role: models.RoleEmployee})
	if err != nil {
		t.Fatal(err)
	}
	c, err := d.DB.NoticeChoices(ctx, u)
	if err != nil {
		t.Fatal(err)
	}
	c.TimeZone, c.DigestHour, c.DigestDay = "UTC", hour.Hour(), int(hour.Weekday())
	if err := d.DB.SaveNoticeChoices(ctx, u, c); err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{
		`update users set joined_at = now() - interval '1 year'`,
		`insert into jobs (id, slug, title, status, published_at, created_at, updated_at) values (gen_random_uuid(), 'kokk', 'Kokk', 'published', now(), now(), now())`,
	} {
		if _, err := d.DB.Pool().Exec(ctx, sql); err != nil {
			t.Fatal(err)
		}
	}
	w := &tendNotices{Deps: d}
	for want, clock := range []bool{false, true} {
		if err := w.Work(ctx, &river.Job[models.TendNotices]{Args: models.TendNotices{Clock: clock}}); err != nil {
			t.Fatal(err)
		}
		var n int
		if err := d.DB.Pool().QueryRow(ctx, `select count(*) from notice_mails where kind = 'sharing'`).Scan(&n); err != nil || n != want {
			t.Errorf("by the clock %v: %d mails %v, want %d", clock, n, err, want)
		}
	}
}

// TestPicturesGoWithWhatIsWorthSharing: nothing is fetched when the mail is read.
func TestPicturesGoWithWhatIsWorthSharing(t *testing.T) {
	t.Parallel()
	d := testDeps(t)
	ctx := t.Context()
	const key = "clip-poster"
	if err := d.Store.Put(ctx, key, strings.NewReader("a picture"), storage.PutOptions{ContentType: "image/jpeg"}); err != nil {
		t.Fatal(err)
	}
	clip := models.Clip{ID: models.NewID(), Version: 1, Files: []models.ClipFile{{Version: 1, Name: "poster", Key: key, ContentType: "image/jpeg", Size: 9}}}
	w := &sendMail{deps: d}
	item, err := w.worthSharing(ctx, d.Texts.For("nb"), models.Job{ID: models.NewID(), Title: "Kokk", Location: "Bodø", Clips: []models.Clip{clip}})
	if err != nil || item.Picture == nil || string(item.Picture.Data) != "a picture" || item.Picture.Type != "image/jpeg" {
		t.Fatalf("%+v, %v", item, err)
	}
	gone := clip
	gone.Files = []models.ClipFile{{Version: 1, Name: "poster", Key: "clip-none", Size: 9}}
	if item, err := w.worthSharing(ctx, d.Texts.For("nb"), models.Job{Title: "Kokk", Clips: []models.Clip{gone}}); err != nil || item.Picture != nil || item.Title != "Kokk" {
		t.Errorf("a picture that is gone: %+v, %v", item, err)
	}
	big := clip
	big.Files = []models.ClipFile{{Version: 1, Name: "poster", Key: key, Size: maxPicture + 1}}
	if item, err := w.worthSharing(ctx, d.Texts.For("nb"), models.Job{Clips: []models.Clip{big}}); err != nil || item.Picture != nil {
		t.Errorf("a picture too large for a mail: %+v, %v", item.Picture, err)
	}
}
