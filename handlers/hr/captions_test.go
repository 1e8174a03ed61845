package hr_test

import (
	"net/url"
	"strings"
	"testing"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

func TestCaptionEditor(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job := s.Job(models.Job{})
	clip := s.Clip(job, models.Clip{NobodyRecognisable: true, NoSpeech: true})
	at := "/hr/clips/" + clip.ID.String()
	edit, public := at+"/captions/nb/edit", "/media/"+clip.ID.String()+"/captions/nb.vtt"
	vtt := "WEBVTT\n\n00:01.000 --> 00:02.000\nHei &lt;hå&gt; &amp; ho\n\n00:09.000 --> 00:10.000\nHa det\n"
	s.Run(t, []handlerstest.Scenario{
		{Name: "says where the sound goes", As: "hr", Path: at, WantStatus: 200, WantBody: []string{"speech.example.org", at + "/transcribe"}},
		{Name: "language chosen", As: "hr", Path: at + "/captions-new?language=nb", WantStatus: 303, WantLocation: edit},
		{Name: "empty", As: "hr", Path: edit, WantStatus: 200, WantBody: []string{"WEBVTT", "Lagre og godkjenn", `data-captions="` + clip.ID.String() + ` nb"`}},
		{Name: "no language", As: "hr", Path: at + "/captions/%20/edit", WantStatus: 404},
		{Name: "refused", As: "hr", Path: edit, Form: url.Values{"vtt": {"WEBVTT\n\n00:02.000 --> 00:01.000\nBakfram\n"}}, WantStatus: 422, WantBody: []string{"Bakfram", "slutter før den begynner"}},
		{Name: "draft", As: "hr", Path: edit, Form: url.Values{"vtt": {vtt}}, WantStatus: 303, WantLocation: edit},
		{Name: "not for others", As: "guest", Path: public, WantStatus: 404},
		{Name: "not on the page", As: "guest", Path: "/jobs/" + job.Slug, WantStatus: 200, NotBody: []string{"nb.vtt", "Ha det"}},
		{Name: "as a draft", As: "hr", Path: at, WantStatus: 200, WantBody: []string{"Utkast", "Les gjennom og godkjenn"}},
		{Name: "of somebody else", As: "hr", Path: edit, Form: url.Values{"vtt": {vtt + "\n"}, "base": {"x"}}, WantStatus: 409, WantBody: []string{"Ha det"}},
	})
	var saved struct {
		Base     string
		Approved bool
	}
	stands, _, err := s.DB.Caption(t.Context(), clip.ID, "nb")
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"vtt": {vtt}, "base": {stands.Base()}, "approve": {"true"}}
	got := s.As("hr").PostForm(edit, form, "Accept", "application/json")
	if err := got.Decode(&saved); err != nil || got.Status != 200 || !saved.Approved || saved.Base == "" || saved.Base == stands.Base() {
		t.Errorf("the script is told %d %s", got.Status, got.Body)
	}
	if got := s.As("hr").PostForm(edit, form, "Accept", "application/json"); got.Status != 409 || !strings.Contains(got.Body, "En annen har endret") {
		t.Errorf("an older base: %d %s", got.Status, got.Body)
	}
	s.Run(t, []handlerstest.Scenario{
		{Name: "for all", As: "guest", Path: public, WantStatus: 200},
		{Name: "transcript", As: "guest", Path: "/jobs/" + job.Slug + "?lang=en", WantStatus: 200, WantBody: []string{`<div lang="nb"><p>Hei &lt;hå&gt; &amp; ho</p><p>Ha det</p></div>`, "Read what is said"}},
		{Name: "another language begins with it", As: "hr", Path: at + "/captions/en/edit?from=nb", WantStatus: 200, WantBody: []string{"Ha det", `name="base" value=""`}},
	})
}
