package transcribe_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kollega/internal/transcribe"
)

func TestTranscribe(t *testing.T) {
	t.Parallel()
	const vtt, segments = "WEBVTT\n\n00:00.000 --> 00:01.000\nHei\n", `{"segments":[{"start":0,"end":1.25,"text":" Hei & <hå> "},{"start":2,"end":2,"text":"x"}]}`
	for _, test := range []struct {
		name    string
		vtt     int // status
		vttSays string
		json    int
		jsonSay string
		want    string
		lasting bool
		status  int // of the refusal
	}{
		{"vtt", 200, "\xef\xbb\xbf" + vtt, 0, "", "Hei", false, 0},
		{"knows no vtt", 400, "unknown format", 200, segments, "00:00:00.000 --> 00:00:01.250\nHei &amp; &lt;hå&gt;", false, 0},
		{"answers json all the same", 200, segments, 200, segments, "Hei", false, 0},
		{"wrong key", 401, "no", 0, "", "", true, 401},
		{"too many", 429, "slow down", 0, "", "", false, 429},
		{"broken", 500, "oops", 0, "", "", false, 500},
		{"sends elsewhere", 302, "", 0, "", "", false, 302},
		{"neither", 200, "hello", 200, "hello", "", false, 200},
		{"endless", 200, strings.Repeat("x", 3<<20), 0, "", "", true, 413},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				file, head, err := r.FormFile("file")
				if err != nil {
					t.Errorf("no file: %v", err)
					return
				}
				sound, _ := io.ReadAll(file)
				if r.URL.Path != "/v1/audio/transcriptions" || r.Header.Get("Authorization") != "Bearer k" || r.FormValue("model") != "m" ||
					r.FormValue("language") != "no" || head.Filename != "sound.ogg" || string(sound) != "sound" {
					t.Errorf("asked %s with %v, %q", r.URL.Path, r.Form, sound)
				}
				if r.FormValue("response_format") == "vtt" {
					w.Header().Set("Location", "http://127.0.0.1:1/")
					w.WriteHeader(test.vtt)
					_, _ = io.WriteString(w, test.vttSays)
					return
				}
				w.WriteHeader(test.json)
				_, _ = io.WriteString(w, test.jsonSay)
			}))
			defer service.Close()
			c, err := transcribe.New(service.URL+"/v1", "k", "m")
			if err != nil {
				t.Fatal(err)
			}
			sound := filepath.Join(t.TempDir(), "sound.ogg")
			if err := os.WriteFile(sound, []byte("sound"), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := c.Transcribe(t.Context(), sound, "nb")
			var refused *transcribe.Refused
			if test.status == 0 {
				if err != nil || !strings.HasPrefix(string(got), "WEBVTT") || !strings.Contains(string(got), test.want) || strings.Contains(string(got), "x\n") {
					t.Errorf("got %q, %v; want %q in it", got, err, test.want)
				}
			} else if !errors.As(err, &refused) || refused.Status != test.status || refused.Lasting() != test.lasting {
				t.Errorf("got %v, want status %d, lasting %v", err, test.status, test.lasting)
			}
		})
	}
	if _, err := transcribe.New("ftp://x", "", ""); err == nil {
		t.Error("took an address that is none")
	}
}
