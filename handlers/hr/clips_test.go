package hr_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"kollega/handlers/handlerstest"
	"kollega/handlers/upload"
	"kollega/models"
)

// send puts one part to its presigned address.
func send(t *testing.T, s *handlerstest.Site, address string, piece []byte) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPut, u.RequestURI(), bytes.NewReader(piece))
	r.Host = u.Host
	w := httptest.NewRecorder()
	s.Parts.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Fatalf("part refused with %d: %s", w.Code, w.Body)
	}
	return w.Header().Get("ETag")
}

func decode(t *testing.T, got handlerstest.Answer, status int, v any) {
	t.Helper()
	if got.Status != status {
		t.Fatalf("got %d, want %d: %s", got.Status, status, got.Body)
	}
	if err := got.Decode(v); err != nil {
		t.Fatalf("%v: %s", err, got.Body)
	}
}

func TestUploadIsResumedAndCompletedOnce(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	hr := s.As("hr")
	jobs := "/hr/jobs/" + s.Job(models.Job{}).ID.String() + "/clips"
	file := make([]byte, 17<<20)
	rand.Read(file)

	var ticket upload.Ticket
	decode(t, hr.JSON("POST", jobs, map[string]any{"title": "Dag", "language": "nb", "filename": "dag.mp4", "size": len(file)}), 201, &ticket)
	at := "/hr/clips/" + ticket.ID.String()
	piece := func(n int) []byte {
		return file[int64(n-1)*ticket.Upload.PartSize : min(int64(n)*ticket.Upload.PartSize, int64(len(file)))]
	}
	if len(ticket.Upload.Parts) != 3 || ticket.Upload.PartSize != 8<<20 {
		t.Fatalf("got %+v", ticket.Upload)
	}
	done := []upload.Done{{Number: 2, ETag: send(t, s, ticket.Upload.Parts[1].URL, piece(2))}}

	early := hr.JSON("POST", at+"/complete", map[string]any{"parts": done})
	if early.Status != 422 || !strings.Contains(early.Body, "Ikke alt er kommet fram") {
		t.Errorf("completed too early: %d %s", early.Status, early.Body)
	}
	var plan upload.Plan // after a reload
	decode(t, hr.JSON("GET", at+"/upload", nil), 200, &plan)
	if len(plan.Done) != 1 || plan.Done[0].Number != 2 || len(plan.Parts) != 2 {
		t.Fatalf("resumed with %+v", plan)
	}
	for _, p := range plan.Parts {
		done = append(done, upload.Done{Number: p.Number, ETag: send(t, s, p.URL, piece(p.Number))})
	}
	wrong := hr.JSON("POST", at+"/complete", map[string]any{"parts": []upload.Done{done[0], done[0], done[1]}})
	if wrong.Status != 422 {
		t.Errorf("a part twice: %d %s", wrong.Status, wrong.Body)
	}
	for range 3 { // the answer was lost twice
		var status struct{ Status string }
		decode(t, hr.JSON("POST", at+"/complete", map[string]any{"parts": done}), 202, &status)
		if status.Status != models.ClipProcessing {
			t.Errorf("got %s", status.Status)
		}
	}
	var queued int
	if err := s.DB.Pool().QueryRow(t.Context(), "select count(*) from river_job where kind = 'process_clip'").Scan(&queued); err != nil || queued != 1 {
		t.Errorf("queued %d times, %v", queued, err)
	}
	clip, err := s.DB.Clip(t.Context(), ticket.ID)
	if err != nil {
		t.Fatal(err)
	}
	o, err := s.Store.Get(t.Context(), clip.UploadKey, "")
	if err != nil {
		t.Fatal(err)
	}
	defer o.Body.Close()
	if got, err := io.ReadAll(o.Body); err != nil || !bytes.Equal(got, file) {
		t.Errorf("stored %d bytes that differ, %v", len(got), err)
	}
	if got := hr.JSON("GET", at+"/upload", nil); got.Status != 409 || !strings.Contains(got.Body, "ferdig allerede") {
		t.Errorf("resumed afterwards: %d %s", got.Status, got.Body)
	}
	if got := hr.JSON("POST", at+"/cancel", nil); got.Status != 404 {
		t.Errorf("cancelled afterwards: %d", got.Status)
	}
}

func TestUploadThatStoppedBetweenStoreAndDatabaseGoesOn(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	hr, jobs := s.As("hr"), "/hr/jobs/"+s.Job(models.Job{}).ID.String()+"/clips"
	stopped := func() (at string) {
		var ticket upload.Ticket
		decode(t, hr.JSON("POST", jobs, map[string]any{"language": "nb", "filename": "dag.mp4", "size": 3}), 201, &ticket)
		send(t, s, ticket.Upload.Parts[0].URL, []byte("abc"))
		clip, err := s.DB.Clip(t.Context(), ticket.ID)
		if err != nil {
			t.Fatal(err)
		}
		parts, err := s.Store.Parts(t.Context(), clip.UploadKey, clip.UploadID)
		if err == nil {
			err = s.Store.CompleteUpload(t.Context(), clip.UploadKey, clip.UploadID, parts) // and then the program was killed
		}
		if err != nil {
			t.Fatal(err)
		}
		return "/hr/clips/" + ticket.ID.String()
	}
	var status struct{ Status string }
	at := stopped()
	decode(t, hr.JSON("POST", at+"/complete", map[string]any{}), 202, &status)
	if status.Status != models.ClipProcessing {
		t.Errorf("got %s", status.Status)
	}
	at = stopped() // and the page asks what is missing
	if got := hr.JSON("GET", at+"/upload", nil); got.Status != 409 || !strings.Contains(got.Body, "ferdig allerede") {
		t.Errorf("resumed: %d %s", got.Status, got.Body)
	}
	decode(t, hr.JSON("GET", at+"/status", nil), 200, &status)
	if status.Status != models.ClipProcessing {
		t.Errorf("got %s after it was asked what is missing", status.Status)
	}
}

// TestHangingUpStopsNoUpload has the browser go away in the moment when all parts have arrived.
func TestHangingUpStopsNoUpload(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job := s.Job(models.Job{})
	uploads := upload.Uploads{DB: s.DB, Store: s.Store}
	ticket, err := uploads.Begin(t.Context(), job.ID, nil, models.ClipInput{Language: "nb", Filename: "dag.mp4", Size: 3})
	if err != nil {
		t.Fatal(err)
	}
	send(t, s, ticket.Upload.Parts[0].URL, []byte("abc"))
	gone, leave := context.WithCancel(t.Context())
	leave()
	c, err := uploads.Complete(gone, ticket.ID, nil)
	if err != nil || c.Status != models.ClipProcessing {
		t.Errorf("got %s, %v", c.Status, err)
	}
}

func TestUploadRefusals(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	hr, jobs := s.As("hr"), "/hr/jobs/"+s.Job(models.Job{}).ID.String()+"/clips"
	for _, test := range []struct {
		name, path string
		size       int64
		status     int
		want       string
	}{
		{"700 MB", jobs, 700 << 20, 422, "600 MB"},
		{"nothing", jobs, 0, 422, "tom"},
		{"no such job", "/hr/jobs/" + models.NewID().String() + "/clips", 5, 404, ""},
	} {
		got := hr.JSON("POST", test.path, map[string]any{"title": "x", "language": "nb", "filename": "x.mp4", "size": test.size})
		if got.Status != test.status || !strings.Contains(got.Body, test.want) {
			t.Errorf("%s: got %d %s, want %d with %q", test.name, got.Status, got.Body, test.status, test.want)
		}
	}
	if open, err := s.Store.Uploads(t.Context()); err != nil || len(open) != 0 {
		t.Errorf("left %v, %v", open, err)
	}
	var ticket upload.Ticket
	decode(t, hr.JSON("POST", jobs, map[string]any{"title": "x", "language": "nb", "filename": "x.mp4", "size": 5}), 201, &ticket)
	at := "/hr/clips/" + ticket.ID.String()
	if got := hr.JSON("POST", at+"/cancel", nil); got.Status != 204 {
		t.Errorf("cancel: %d %s", got.Status, got.Body)
	}
	if got := hr.JSON("GET", at+"/status", nil); got.Status != 404 {
		t.Errorf("after cancelling: %d", got.Status)
	}
}

func TestHRPublishesAClip(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job := s.Job(models.Job{})
	clip := s.Clip(job, models.Clip{Status: models.ClipReady, Language: "nb"})
	other := s.Clip(job, models.Clip{Status: models.ClipFailed, ErrorCode: "storage", Title: "Mislykket", Position: 2})
	rejected := s.Clip(job, models.Clip{Status: models.ClipRejected, ErrorCode: "too_long", Position: 3})
	working := s.Clip(job, models.Clip{Status: models.ClipProcessing, Progress: 0.4, Position: 4})
	at := "/hr/clips/" + clip.ID.String()
	said := func(more ...string) url.Values {
		v := url.Values{"title": {"Ny tittel"}, "language": {"nb"}}
		for _, m := range more {
			v.Set(m, "true")
		}
		return v
	}
	s.Run(t, []handlerstest.Scenario{
		{Name: "missing", As: "hr", Path: at, WantStatus: 200, WantBody: []string{"Før klippet kan publiseres", "teksting nedenfor", "/media/" + clip.ID.String() + "/1/video"}, NotBody: []string{"Publiser klippet"}},
		{Name: "too early", As: "hr", Method: "POST", Path: at + "/publish", WantStatus: 303},
		{Name: "words stay", As: "hr", Path: at, Form: url.Values{"title": {""}, "language": {"klingonsk språk"}}, WantStatus: 422, WantBody: []string{"Fyll ut", "klingonsk språk"}},
		{Name: "declared", As: "hr", Path: at, Form: said("no_speech", "nobody_recognisable"), WantStatus: 303},
		{Name: "ready", As: "hr", Path: at, WantStatus: 200, WantBody: []string{"Ny tittel", "Publiser klippet"}},
		{Name: "publish", As: "hr", Method: "POST", Path: at + "/publish", WantStatus: 303},
		{Name: "published", As: "hr", Path: at, WantStatus: 200, WantBody: []string{"Ta ned klippet"}},
		{Name: "stands on it", As: "hr", Path: at, Form: said("no_speech"), WantStatus: 409, WantBody: []string{"Ta det ned først"}},
		{Name: "down", As: "hr", Method: "POST", Path: at + "/unpublish", WantStatus: 303},
		{Name: "failed", As: "hr", Path: "/hr/clips/" + other.ID.String(), WantStatus: 200, WantBody: []string{"Lageret svarte ikke", "Prøv igjen"}},
		{Name: "retry", As: "hr", Method: "POST", Path: "/hr/clips/" + other.ID.String() + "/retry", WantStatus: 303},
		{Name: "rejected", As: "hr", Path: "/hr/clips/" + rejected.ID.String(), WantStatus: 200, WantBody: []string{"Denne filen kan ikke brukes", "Last opp en annen fil"}, NotBody: []string{"/retry"}},
		{Name: "working", As: "hr", Path: "/hr/clips/" + working.ID.String(), WantStatus: 200, WantBody: []string{`data-clip-progress="` + working.ID.String(), `value="0.4`}},
		{Name: "status", As: "hr", Path: "/hr/clips/" + rejected.ID.String() + "/status", WantStatus: 200, WantBody: []string{`"code":"too_long"`, `"job_id":"` + job.ID.String()}},
		{Name: "uploader", As: "hr", Path: "/hr/jobs/" + job.ID.String() + "/clips/new", WantStatus: 200, WantBody: []string{"data-upload", `data-max-bytes="629145600"`}},
		{Name: "move", As: "hr", Path: "/hr/clips/" + working.ID.String() + "/move", Form: url.Values{"to": {"up"}}, WantStatus: 303, WantLocation: "/hr/jobs/" + job.ID.String() + "#clip-" + working.ID.String()},
		{Name: "delete", As: "hr", Method: "POST", Path: "/hr/clips/" + rejected.ID.String() + "/delete", WantStatus: 303},
		{Name: "gone", As: "hr", Path: "/hr/clips/" + rejected.ID.String(), WantStatus: 404},
		{Name: "job", As: "hr", Path: "/hr/jobs/" + job.ID.String(), WantStatus: 200, WantBody: []string{"Mislykket", "0:30"}},
	})
}

func TestCaptionsComeAndGo(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	clip := s.Clip(s.Job(models.Job{}), models.Clip{NobodyRecognisable: true})
	at, hr := "/hr/clips/"+clip.ID.String(), s.As("hr")
	add := func(text string) handlerstest.Answer {
		return hr.PostMultipart(at+"/captions", url.Values{"caption_language": {"nb"}}, handlerstest.File{Field: "captions", Name: "t.srt", Content: []byte(text)})
	}
	if got := add("ikke teksting"); got.Status != 422 || !strings.Contains(got.Body, "ingen tekst med tider") {
		t.Errorf("no captions: %d %.900s", got.Status, got.Body)
	}
	if got := hr.PostMultipart(at+"/captions", url.Values{"caption_language": {"nb"}}); got.Status != 422 {
		t.Errorf("no file: %d", got.Status)
	}
	if got := add("1\n00:00:01,000 --> 00:00:02,000\nHei på deg\n"); got.Status != 303 {
		t.Errorf("captions: %d %.900s", got.Status, got.Body)
	}
	public := "/media/" + clip.ID.String() + "/captions/nb.vtt"
	s.Run(t, []handlerstest.Scenario{
		{Name: "page", As: "hr", Path: at, WantStatus: 200, WantBody: []string{`<track kind="captions" src="` + public, "norsk bokmål"}},
		{Name: "download", As: "hr", Path: at + "/captions/nb", WantStatus: 200, WantBody: []string{"WEBVTT", "Hei på deg"}},
		{Name: "everybody", As: "guest", Path: public, WantStatus: 200, WantBody: []string{"WEBVTT", "Hei på deg"}},
		{Name: "other language", As: "guest", Path: "/media/" + clip.ID.String() + "/captions/en.vtt", WantStatus: 404},
		{Name: "published needs them", As: "hr", Method: "POST", Path: at + "/captions/nb/delete", WantStatus: 303},
		{Name: "still there", As: "guest", Path: public, WantStatus: 200},
		{Name: "down", As: "hr", Method: "POST", Path: at + "/unpublish", WantStatus: 303},
		{Name: "hidden", As: "guest", Path: public, WantStatus: 404},
		{Name: "HR still sees", As: "hr", Path: public, WantStatus: 200},
		{Name: "deleted", As: "hr", Method: "POST", Path: at + "/captions/nb/delete", WantStatus: 303},
		{Name: "gone", As: "hr", Path: public, WantStatus: 404},
	})
	if got := s.Guest().Get(public); got.Header.Get("Content-Type") == "text/vtt" {
		t.Errorf("got %v", got.Header)
	}
}
