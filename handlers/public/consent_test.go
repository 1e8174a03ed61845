package public_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/url"
	"strings"
	"testing"

	"kollega/handlers/handlerstest"
	"kollega/models"
	"kollega/storage"
	"kollega/tracking"
)

// filmed is a job with a clip that somebody is in, whose files are really there.
func filmed(t *testing.T, s *handlerstest.Site) (job models.Job, clip models.Clip, person models.ClipPerson, token string) {
	t.Helper()
	job = s.Job(models.Job{})
	clip = s.Clip(job, models.Clip{Status: models.ClipReady, Title: "En dag på kaia"})
	for _, f := range clip.Files {
		if err := s.Store.Put(t.Context(), f.Key, bytes.NewReader(make([]byte, f.Size)), storage.PutOptions{ContentType: f.ContentType}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.DB.SetCaption(t.Context(), clip.ID, "nb", []byte("WEBVTT\n\n00:01.000 --> 00:02.000\nHei fra kaia\n"), nil); err != nil {
		t.Fatal(err)
	}
	person = s.InClip(clip, models.User{Name: "Ola Sett", Email: "sett@example.com"})
	return job, clip, person, s.ConsentToken(person)
}

func TestSomebodyInAClipIsAskedWithoutLogIn(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	_, clip, _, token := filmed(t, s)
	at, media := "/consent/"+token, "/media/"+clip.ID.String()
	s.Run(t, []handlerstest.Scenario{
		{Name: "unknown link", As: "guest", Path: "/consent/nothing", WantStatus: 404},
		{Name: "asked", As: "guest", Path: at, WantStatus: 200, WantBody: []string{"Hei Ola Sett", "En dag på kaia", at + "/media/video", at + "/captions/nb.vtt", "24 måneder", "personvern@example.org", "Nei</button>"}, NotBody: []string{media, "/withdraw"}},
		{Name: "in English", As: "guest", Path: at + "?lang=en", WantStatus: 200, WantBody: []string{"Hello Ola Sett", "24 months", at + "?lang=en"}},
		{Name: "the clip, by the link", As: "guest", Path: at + "/media/video", WantStatus: 200},
		{Name: "its captions", As: "guest", Path: at + "/captions/nb.vtt", WantStatus: 200, WantBody: []string{"Hei fra kaia"}},
		{Name: "not by its own address", As: "guest", Path: media + "/1/video", WantStatus: 404},
		{Name: "nor its captions", As: "guest", Path: media + "/captions/nb.vtt", WantStatus: 404},
		{Name: "no answer", As: "guest", Path: at, Form: url.Values{"words": {"hm"}}, WantStatus: 422, WantBody: []string{"hm</textarea>"}},
		{Name: "too many words", As: "guest", Path: at, Form: url.Values{"answer": {"yes"}, "words": {strings.Repeat("ø", models.MaxConsentWords+1)}}, WantStatus: 422},
		{Name: "no", As: "guest", Path: at, Form: url.Values{"answer": {"no"}, "words": {"Ikke i år"}}, WantStatus: 303, WantLocation: at},
		{Name: "has said no", As: "guest", Path: at, WantStatus: 200, WantBody: []string{"Du sa nei", "Ja, dere kan vise det"}},
		{Name: "HR reads it", As: "hr", Path: "/hr/clips/" + clip.ID.String(), WantStatus: 200, WantBody: []string{"Har sagt nei", "Ikke i år", "Et nei er et nei"}},
		{Name: "nothing to withdraw", As: "guest", Path: at + "/withdraw", WantStatus: 303, WantLocation: at},
		{Name: "yes", As: "guest", Path: at, Form: url.Values{"answer": {"yes"}}, WantStatus: 303},
		{Name: "has said yes", As: "guest", Path: at, WantStatus: 200, WantBody: []string{"Du sa ja", at + "/withdraw"}},
		{Name: "published", As: "hr", Method: "POST", Path: "/hr/clips/" + clip.ID.String() + "/publish", WantStatus: 303},
		{Name: "everybody sees it", As: "guest", Path: media + "/1/video", WantStatus: 200},
	})
	if got := s.Guest().Get(at); got.Header.Get("Cache-Control") != "private, no-store" || len(got.Header["Set-Cookie"]) != 0 || got.Header.Get("X-Robots-Tag") != "noindex" {
		t.Errorf("the page is kept, found or sets cookies: %v", got.Header)
	}
	if got := s.Guest().Get(at + "/media/video"); got.Header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("the file is kept: %v", got.Header)
	}
}

// TestWithdrawalTakesEveryAddressAtOnce goes from the click on the link to 404, here and on another instance.
func TestWithdrawalTakesEveryAddressAtOnce(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job, clip, person, token := filmed(t, s)
	other, err := tracking.NewDirectory(t.Context(), t.TempDir(), s.DB, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Close(context.Background()) })
	link := s.Link(s.Person(models.RoleEmployee), job, "")
	if err := s.DB.AnswerConsent(t.Context(), token, true, ""); err != nil {
		t.Fatal(err)
	}
	if err := s.DB.PublishClip(t.Context(), clip.ID); err != nil {
		t.Fatal(err)
	}
	at, page := "/consent/"+token, "/s/"+link.Code
	addresses := []string{at + "/media/video", at + "/captions/nb.vtt", "/media/" + clip.ID.String() + "/captions/nb.vtt"}
	for _, f := range clip.Files {
		addresses = append(addresses, "/media/"+clip.ID.String()+"/1/"+f.Name)
	}
	for _, a := range addresses {
		if got := s.Guest().Get(a); got.Status != 200 {
			t.Errorf("%s before: got %d, want 200", a, got.Status)
		}
	}
	if got := s.Guest().Get(page); !strings.Contains(got.Body, "<video") {
		t.Errorf("the share link shows no clip: %d", got.Status)
	}
	if got := s.Guest().Get(at + "/withdraw"); got.Status != 200 || !strings.Contains(got.Body, "Ja, ta det ned nå") {
		t.Errorf("the question: %d %.300s", got.Status, got.Body)
	}
	if got := s.Guest().PostForm(at+"/withdraw", url.Values{}); got.Status != 303 || got.Location != at {
		t.Errorf("withdrawn: %d to %q", got.Status, got.Location)
	}
	for _, as := range []string{"guest", "hr"} {
		for _, a := range addresses {
			if got := s.As(as).Get(a); got.Status != 404 {
				t.Errorf("%s as %s afterwards: got %d, want 404", a, as, got.Status)
			}
		}
	}
	other.Sync(t.Context())
	if l, err := other.ByCode(link.Code); err != nil || len(l.Clips) != 0 {
		t.Errorf("another instance shows %d clips, %v", len(l.Clips), err)
	}
	s.Run(t, []handlerstest.Scenario{
		{Name: "the share link", As: "guest", Path: page, WantStatus: 200, WantBody: []string{job.Title}, NotBody: []string{"<video", "og:image", clip.ID.String()}},
		{Name: "the open door", As: "guest", Path: "/jobs/" + job.Slug, WantStatus: 200, NotBody: []string{clip.ID.String()}},
		{Name: "all jobs", As: "guest", Path: "/jobs", WantStatus: 200, NotBody: []string{clip.ID.String()}},
		{Name: "the link says so", As: "guest", Path: at, WantStatus: 200, WantBody: []string{"Du trakk samtykket tilbake"}, NotBody: []string{"<video", "<form"}},
		{Name: "again", As: "guest", Method: "POST", Path: at + "/withdraw", WantStatus: 303},
		{Name: "too late for a yes", As: "guest", Path: at, Form: url.Values{"answer": {"yes"}}, WantStatus: 409},
		{Name: "HR sees why", As: "hr", Path: "/hr/clips/" + clip.ID.String(), WantStatus: 200, WantBody: []string{"Klippet er trukket tilbake", "Ola Sett", "trakk seg"}, NotBody: []string{"<video", "/publish", "/people/" + person.ID.String() + "/ask"}},
		{Name: "not again", As: "hr", Method: "POST", Path: "/hr/clips/" + clip.ID.String() + "/publish", WantStatus: 303},
	})
	got := s.API(models.RoleHR).Get("/api/v1/clips/" + clip.ID.String())
	if !strings.Contains(got.Body, `"status":"rejected"`) || !strings.Contains(got.Body, `"code":"withdrawn"`) || !strings.Contains(got.Body, `"files":{}`) {
		t.Errorf("the API says %s", got.Body)
	}
	if got := s.API(models.RoleHR).JSON("POST", "/api/v1/clips/"+clip.ID.String()+"/publish", nil); got.Status != 409 {
		t.Errorf("published by the API: %d", got.Status)
	}
}
