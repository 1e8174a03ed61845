package worker

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"kollega/internal/transcribe"
	"kollega/media/mediatest"
	"kollega/models"
)

// TestADraftIsWrittenByAService sends the sound of a clip to a service over HTTP, that is busy, refuses, and at last listens.
func TestADraftIsWrittenByAService(t *testing.T) {
	t.Parallel()
	status := http.StatusServiceUnavailable
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		file, _, err := r.FormFile("file")
		if err != nil {
			t.Errorf("no file: %v", err)
			return
		}
		sound, _ := io.ReadAll(file)
		if !bytes.HasPrefix(sound, []byte("OggS")) || !bytes.Contains(sound[:min(100, len(sound))], []byte("OpusHead")) || len(sound) > 100_000 {
			t.Errorf("got %d bytes that are no small Ogg with Opus", len(sound))
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "WEBVTT\n\n00:00.000 --> 00:01.000\nHei på kaia\n")
	}))
	defer service.Close()
	d := testDeps(t)
	c := work(t, d, uploaded(t, d, mediatest.Clip(t, 4)))
	if c.Status != models.ClipReady {
		t.Fatalf("the clip is %s: %s %s", c.Status, c.ErrorCode, c.ErrorDetail)
	}
	var err error
	if d.Transcriber, err = transcribe.New(service.URL, "", ""); err != nil {
		t.Fatal(err)
	}
	listen := func(attempt int) error {
		row := &rivertype.JobRow{Attempt: attempt, MaxAttempts: 5}
		return (&transcribeClip{Deps: d}).Work(t.Context(), &river.Job[models.TranscribeClip]{JobRow: row, Args: models.TranscribeClip{ClipID: c.ID, Language: "nb"}})
	}
	state := func() string {
		ts, err := d.DB.Transcriptions(t.Context(), c.ID)
		if err != nil || len(ts) != 1 {
			return "none"
		}
		return ts[0].State + " " + ts[0].ErrorCode
	}
	for _, try := range []struct {
		name    string
		ask     bool
		status  int
		attempt int
		want    string
		failed  bool
	}{
		{"nobody asked", false, 200, 1, "none", false},
		{"busy", true, 503, 1, "asked ", true},
		{"busy to the last", false, 503, 5, "failed refused", true},
		{"refused", true, 401, 1, "failed refused", true},
		{"listens", true, 200, 1, "none", false},
		{"done already", false, 503, 2, "none", false},
	} {
		if try.ask {
			if err := d.DB.AskTranscription(t.Context(), models.System(), c.ID); err != nil {
				t.Fatalf("%s: %v", try.name, err)
			}
		}
		status = try.status
		if err := listen(try.attempt); (err != nil) != try.failed || state() != try.want {
			t.Errorf("%s: got %v and %q, want %q", try.name, err, state(), try.want)
		}
	}
	got, public, err := d.DB.Caption(t.Context(), c.ID, "nb")
	if err != nil || got.Approved() || public || got.Source != models.CaptionAuto || !strings.Contains(got.VTT, "Hei på kaia") {
		t.Errorf("got %+v, %v, want a draft", got, err)
	}
	nothingLeft(t, d)
}
