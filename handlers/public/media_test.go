package public_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"net/http"
	"testing"

	"kollega/handlers/handlerstest"
	"kollega/models"
	"kollega/storage"
)

func TestMediaAnswersRanges(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	clip := s.Clip(s.Job(models.Job{}), models.Clip{})
	f, _ := clip.File("video")
	video := make([]byte, 300_000)
	rand.Read(video)
	if err := s.Store.Put(t.Context(), f.Key, bytes.NewReader(video), storage.PutOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.DB.Pool().Exec(t.Context(), "update clip_files set size = $1 where key = $2", len(video), f.Key); err != nil {
		t.Fatal(err)
	}
	path := "/media/" + clip.ID.String() + "/1/video"
	whole := s.Guest().Get(path)
	etag := whole.Header.Get("ETag")
	if whole.Status != 200 || whole.Body != string(video) || whole.Header.Get("Content-Type") != "video/mp4" ||
		whole.Header.Get("Cache-Control") != "public, max-age=60, must-revalidate" || whole.Header.Get("Accept-Ranges") != "bytes" || etag == "" || len(whole.Header["Set-Cookie"]) != 0 {
		t.Errorf("got %d with %d bytes, %v", whole.Status, len(whole.Body), whole.Header)
	}
	for _, test := range []struct {
		name, method string
		headers      []string
		status       int
		body         []byte
		contentRange string
	}{
		{"the first two", "GET", []string{"Range", "bytes=0-1"}, 206, video[:2], "bytes 0-1/300000"},
		{"the middle", "GET", []string{"Range", "bytes=1000-250000"}, 206, video[1000:250001], "bytes 1000-250000/300000"},
		{"open end", "GET", []string{"Range", "bytes=299990-"}, 206, video[299990:], "bytes 299990-299999/300000"},
		{"the last", "GET", []string{"Range", "bytes=-5"}, 206, video[299995:], "bytes 299995-299999/300000"},
		{"beyond", "GET", []string{"Range", "bytes=300000-"}, 416, nil, "bytes */300000"},
		{"unread range", "GET", []string{"Range", "pages=1-2"}, 416, nil, ""},
		{"unchanged", "GET", []string{"If-None-Match", etag}, 304, nil, ""},
		{"if range holds", "GET", []string{"Range", "bytes=0-1", "If-Range", etag}, 206, video[:2], ""},
		{"if range fails", "GET", []string{"Range", "bytes=0-1", "If-Range", `"old"`}, 200, video, ""},
		{"head", "HEAD", nil, 200, nil, ""},
		{"head of a range", "HEAD", []string{"Range", "bytes=0-1"}, 206, nil, "bytes 0-1/300000"},
	} {
		got := s.Guest().Do(test.method, path, nil, test.headers...)
		if got.Status != test.status {
			t.Errorf("%s: got %d, want %d", test.name, got.Status, test.status)
		}
		if test.status < 300 && got.Body != string(test.body) {
			t.Errorf("%s: got %d bytes, want %d", test.name, len(got.Body), len(test.body))
		}
		if test.contentRange != "" && got.Header.Get("Content-Range") != test.contentRange {
			t.Errorf("%s: got range %q, want %q", test.name, got.Header.Get("Content-Range"), test.contentRange)
		}
		if test.name == "head" && got.Header.Get("Content-Length") != fmt.Sprint(len(video)) {
			t.Errorf("head: length %q", got.Header.Get("Content-Length"))
		}
	}
}

func TestMediaIsShownToThoseWhoMay(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	clip := s.Clip(s.Job(models.Job{}), models.Clip{Status: models.ClipReady})
	f, _ := clip.File("poster")
	if err := s.Store.Put(t.Context(), f.Key, bytes.NewReader(make([]byte, 1000)), storage.PutOptions{}); err != nil {
		t.Fatal(err)
	}
	at := "/media/" + clip.ID.String()
	s.Run(t, []handlerstest.Scenario{
		{Name: "not published", As: "guest", Path: at + "/1/poster", WantStatus: 404},
		{Name: "employee", As: "employee", Path: at + "/1/poster", WantStatus: 404},
		{Name: "hr", As: "hr", Path: at + "/1/poster", WantStatus: 200},
		{Name: "other version", As: "hr", Path: at + "/2/poster", WantStatus: 404},
		{Name: "no version", As: "hr", Path: at + "/x/poster", WantStatus: 404},
		{Name: "the original", As: "hr", Path: at + "/1/original", WantStatus: 404},
		{Name: "no clip", As: "guest", Path: "/media/" + models.NewID().String() + "/1/poster", WantStatus: 404},
		{Name: "object lost", As: "hr", Path: at + "/1/video", WantStatus: 404},
	})
	lost := s.As("hr").Do(http.MethodGet, at+"/1/video", nil, "Range", "bytes=0-10")
	if lost.Status != 404 || lost.Header.Get("Content-Range") != "" || lost.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("lost object: got %d, %v", lost.Status, lost.Header)
	}
}
