package api_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"kollega/handlers/handlerstest"
	"kollega/internal/mail"
	"kollega/media"
	"kollega/media/mediatest"
	"kollega/worker"
)

// browser is what a phone's browser sends when a person opens a link.
var browser = []string{
	"User-Agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
	"Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "Accept-Language", "nb-NO,nb;q=0.9",
	"Sec-Fetch-Dest", "document", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Site", "none",
}

// TestTheWholeJobOverTheAPI hires somebody: a program does HR's part, only the candidate uses pages.
func TestTheWholeJobOverTheAPI(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	mails := work(t, s)
	hr := s.API("hr")
	type made struct{ ID, Slug, Status, URL, Code string }

	kari := decode[made](t, send(hr, "POST", "/users", m{"email": "kari@example.org", "name": "Kari Nordmann", "role": "employee", "team": "Drift"}), 201)
	await(t, "the invitation", func() bool { return len(letters(t, mails, "kari@example.org")) == 1 })
	job := decode[made](t, send(hr, "POST", "/jobs", whole), 201)
	clip := uploadClip(t, s, hr, job.ID)
	at := "/clips/" + clip
	type state struct {
		Status        string
		Progress      float64
		Duration      float64
		Width, Height int
		Files         map[string]string
		Error         any
	}
	var c state
	await(t, "the clip", func() bool {
		c = decode[state](t, send(hr, "GET", at, nil), 200)
		return c.Status != "processing"
	})
	if c.Status != "ready" || c.Progress != 1 || c.Duration < 3 || c.Duration > 5 || c.Width != 640 || c.Height != 360 || c.Error != nil {
		t.Fatalf("got %+v", c)
	}
	film := strings.TrimPrefix(c.Files["video"], s.App.BaseURL.String())
	if got := hr.Get(film, "Range", "bytes=0-9"); got.Status != 206 {
		t.Errorf("HR's program gets %d for the video", got.Status)
	}
	for _, as := range []*handlerstest.Client{s.Guest(), s.API("employee")} {
		if got := as.Get(film); got.Status != 404 {
			t.Errorf("others get %d for a video that is not published", got.Status)
		}
	}
	if got := send(hr, "POST", at+"/publish", nil); got.Status != 409 {
		t.Errorf("published without captions: %d %s", got.Status, got.Body)
	}
	vtt := "WEBVTT\n\n00:00.000 --> 00:02.000\nHei, jeg er Kari.\n"
	if got := hr.Do("PUT", "/api/v1"+at+"/captions/nb", strings.NewReader(vtt), "Content-Type", "text/vtt"); got.Status != 200 {
		t.Fatalf("captions: %d %s", got.Status, got.Body)
	}
	decode[made](t, send(hr, "PATCH", at, m{"nobody_recognisable": true}), 200)
	decode[made](t, send(hr, "POST", at+"/publish", nil), 200)
	decode[made](t, send(hr, "PATCH", "/jobs/"+job.ID, m{"status": "published"}), 200)
	link := decode[made](t, send(hr, "POST", "/links", m{"job_id": job.ID, "channel": "whatsapp", "user_id": kari.ID}), 201)

	apply(t, s, link.URL, c.Files["video"])
	type applications struct {
		Items []struct {
			ID      string
			Link    *struct{ Code string }
			Credits []struct {
				User_ID string
				Weight  float64
			}
		}
	}
	apps := decode[applications](t, send(hr, "GET", "/applications?job_id="+job.ID, nil), 200).Items
	if len(apps) != 1 || apps[0].Link == nil || apps[0].Link.Code != link.Code || len(apps[0].Credits) != 1 || apps[0].Credits[0].User_ID != kari.ID || apps[0].Credits[0].Weight != 1 {
		t.Fatalf("got %+v", apps)
	}
	for _, stage := range []string{"interview", "hired"} {
		decode[made](t, send(hr, "POST", "/applications/"+apps[0].ID+"/stage", m{"stage": stage}), 200)
	}
	wantReport(t, hr, "/reports/referrals?group_by=employee&job_id="+job.ID, kari.ID)
	wantReport(t, hr, "/reports/referrals?group_by=channel", "whatsapp")
	wantReport(t, hr, "/reports/referrals?group_by=clip", clip)
}

// work runs the real worker until the test ends; it answers the folder that mails go to.
func work(t *testing.T, s *handlerstest.Site) (mails string) {
	t.Helper()
	tools, err := media.Find(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	mails = t.TempDir()
	post, err := mail.New(mail.Config{From: "kollega@example.org", Folder: mails, Now: time.Now}, s.App.Log)
	if err != nil {
		t.Fatal(err)
	}
	w, err := worker.New(worker.Deps{
		DB: s.DB, Store: s.Store, Tools: tools, Dir: filepath.Join(t.TempDir(), "work"), Mail: post, Texts: s.App.Texts, BaseURL: s.App.BaseURL, Log: s.App.Log,
	})
	if err == nil {
		err = w.Start(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := w.Stop(ctx); err != nil {
			t.Errorf("stop the worker: %v", err)
		}
	})
	return mails
}

// uploadClip sends a real clip in its parts and completes it twice; it answers the clip's id.
func uploadClip(t *testing.T, s *handlerstest.Site, hr *handlerstest.Client, jobID string) string {
	t.Helper()
	file, err := os.ReadFile(mediatest.Clip(t, 4))
	if err != nil {
		t.Fatal(err)
	}
	ticket := decode[struct {
		ID, Status string
		Upload     struct {
			Part_Size int
			Parts     []struct {
				Number int
				URL    string
			}
		}
	}](t, send(hr, "POST", "/jobs/"+jobID+"/clips", m{"title": "En dag", "language": "nb", "filename": "dag.mp4", "size": len(file)}), 201)
	if ticket.Status != "uploading" || len(ticket.Upload.Parts) == 0 {
		t.Fatalf("got %+v", ticket)
	}
	store := httptest.NewServer(s.Parts)
	defer store.Close()
	var parts []m
	for _, p := range ticket.Upload.Parts {
		from := (p.Number - 1) * ticket.Upload.Part_Size
		parts = append(parts, m{"number": p.Number, "etag": put(t, store.URL, p.URL, file[from:min(from+ticket.Upload.Part_Size, len(file))])})
	}
	for range 2 { // the first answer was lost
		if got := send(hr, "POST", "/clips/"+ticket.ID+"/complete", m{"parts": parts}); got.Status != 202 {
			t.Fatalf("complete: %d %s", got.Status, got.Body)
		}
	}
	return ticket.ID
}

// put sends one part to its presigned address, on the server at base; it answers the part's ETag.
func put(t *testing.T, base, address string, piece []byte) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, base+u.RequestURI(), bytes.NewReader(piece))
	if err != nil {
		t.Fatal(err)
	}
	req.Host = u.Host
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, _ := io.ReadAll(res.Body); res.StatusCode != http.StatusOK {
		t.Fatalf("part: %d %s", res.StatusCode, body)
	}
	return res.Header.Get("ETag")
}

var visitToken = regexp.MustCompile(`name="visit" value="([^"]+)"`)

// apply is the candidate: opens the link, watches, applies.
func apply(t *testing.T, s *handlerstest.Site, link, video string) {
	t.Helper()
	path := strings.TrimPrefix(link, s.App.BaseURL.String())
	phone := s.Guest()
	page := phone.Get(path, browser...)
	found := visitToken.FindStringSubmatch(page.Body)
	if page.Status != 200 || found == nil || !strings.Contains(page.Body, strings.TrimPrefix(video, s.App.BaseURL.String())) {
		t.Fatalf("the landing page: %d %.3000s", page.Status, page.Body)
	}
	if got := phone.Get(strings.TrimPrefix(video, s.App.BaseURL.String()), "Range", "bytes=0-99"); got.Status != 206 || len(got.Body) != 100 {
		t.Errorf("the video: %d and %d bytes", got.Status, len(got.Body))
	}
	got := phone.PostMultipart(path+"/apply", url.Values{"name": {"Siri Søker"}, "email": {"siri@example.org"}, "visit": {found[1]}, "message": {"Hei!"}})
	if got.Status != http.StatusSeeOther {
		t.Fatalf("the application: %d %.1000s", got.Status, got.Body)
	}
}

// wantReport waits until the events have come to the report, which must show one click, application and hire.
func wantReport(t *testing.T, hr *handlerstest.Client, path, key string) {
	t.Helper()
	type row struct {
		Key                                          string
		Hits, Clicks, Applications, Qualified, Hires int
	}
	want, last := row{key, 1, 1, 1, 1, 1}, ""
	await(t, "the report "+path, func() bool {
		rows := decode[struct{ Items []row }](t, send(hr, "GET", path, nil), 200).Items
		last = fmt.Sprintf("%+v", rows)
		return len(rows) == 1 && rows[0] == want
	}, &last)
}

// await waits until done, and tells what was seen last when it never is.
func await(t *testing.T, what string, done func() bool, last ...*string) {
	t.Helper()
	for end := time.Now().Add(90 * time.Second); !done(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			if len(last) > 0 {
				what += ": " + *last[0]
			}
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// letters are the mails in the folder to that address.
func letters(t *testing.T, folder, to string) (found []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.eml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if b, err := os.ReadFile(f); err == nil && strings.Contains(string(b), to) {
			found = append(found, f)
		}
	}
	return found
}
