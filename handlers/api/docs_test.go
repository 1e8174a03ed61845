package api_test

import (
	"regexp"
	"strings"
	"testing"

	"kollega/handlers/api"
	"kollega/handlers/handlerstest"
)

// addresses finds what a page names with scheme and host.
var addresses = regexp.MustCompile(`https?://[^/"<\s]+`)

func TestTheDescriptionIsWhole(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	got := s.Guest().Get("/api/openapi.json")
	doc := decode[struct {
		OpenAPI string
		Paths   map[string]map[string]struct{ OperationID, Summary, Description string }
	}](t, got, 200)
	if !strings.HasPrefix(doc.OpenAPI, "3.1") || got.Header.Get("Content-Type") != "application/json" {
		t.Errorf("got OpenAPI %q as %q", doc.OpenAPI, got.Header.Get("Content-Type"))
	}
	if i := strings.Index(got.Body, `"api.`); i >= 0 {
		t.Errorf("a key instead of words: %.80s", got.Body[i:])
	}
	for _, leak := range []string{"password_hash", "upload_key", "cv_key", "hash"} {
		if strings.Contains(got.Body, leak) {
			t.Errorf("the description has %q", leak)
		}
	}
	for _, not := range []string{`"application/octet-stream":{`, "$schema"} {
		if strings.Contains(got.Body, not) {
			t.Errorf("the description has %q", not)
		}
	}
	param := regexp.MustCompile(`:(\w+)`)
	for _, o := range api.Operations() {
		if !strings.HasPrefix(o.Path, "/api/v1/") {
			continue
		}
		d := doc.Paths[param.ReplaceAllString(o.Path, "{$1}")][strings.ToLower(o.Method)]
		if d.OperationID == "" || d.Summary == "" || d.Description == "" {
			t.Errorf("%s %s: described as %+v", o.Method, o.Path, d)
		}
	}
}

func TestTheReadablePageLoadsNothingFromElsewhere(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	for lang, words := range map[string][]string{
		"nb": {"API for andre programmer", "Lag en delingslenke", "nobody_recognisable", "skills[].need", "items[].credits[].weight", "text/vtt"},
		"en": {"API for other programs", "Make a share link", "upload.parts[].url", "required | nice"},
	} {
		got := s.Guest().Get("/api/docs?lang=" + lang)
		if got.Status != 200 || !strings.HasPrefix(got.Header.Get("Content-Type"), "text/html") {
			t.Fatalf("%s: got %d %s", lang, got.Status, got.Body)
		}
		for _, w := range words {
			if !strings.Contains(got.Body, w) {
				t.Errorf("%s: the page lacks %q", lang, w)
			}
		}
		for _, at := range addresses.FindAllString(got.Body, -1) {
			if at != s.App.BaseURL.String() {
				t.Errorf("%s: the page names %s", lang, at)
			}
		}
		if strings.Contains(got.Body, "<script>") || strings.Contains(got.Body, " style=") {
			t.Errorf("%s: something inline", lang)
		}
		if len(got.Header.Values("Set-Cookie")) > 0 {
			t.Errorf("%s: a cookie is set", lang)
		}
	}
}
