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
	failure, _ := errors.AsType[*hook.Error](h.work(t, id, 1))
	if failure == nil || failure.Reason != hook.ReasonTimeout {
		t.Fatalf("got %v, want it too late", failure)
	}
	if w := h.now(t); w.Failures != 1 || w.LastReason != hook.ReasonTimeout || w.DisabledAt != nil {
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
	big := clip
	big.Files = []models.ClipFile{{Version: 1, Name: "poster", Key: key, Size: maxPicture + 1}}
	if item, err := w.worthSharing(ctx, d.Texts.For("nb"), models.Job{Clips: []models.Clip{big}}); err != nil || item.Picture != nil {
		t.Errorf("a picture too large for a mail: %+v, %v", item.Picture, err)
	}
}
