package views_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"kollega/handlers/views"
	"kollega/internal/i18n"
)

func TestPagesParseInEveryLanguage(t *testing.T) {
	t.Parallel()
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	v, err := views.New(texts, i18n.Languages(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Names()) == 0 {
		t.Fatal("no pages")
	}
	for _, lang := range i18n.Languages() {
		for _, name := range v.Names() {
			if err := v.Check(lang, name); err != nil {
				t.Errorf("%s/%s: %v", lang, name, err)
			}
		}
	}
	page := struct {
		Title, Description, Canonical, Lang, Theme, Keep string
		NoIndex                                          bool
		Org                                              struct{ Name, LogoURL, Theme string }
		User                                             *struct{ Name string }
		Flash                                            []struct{ Kind, Text string }
		Body                                             struct {
			Code     int
			Text, ID string
		}
	}{Title: "Borte", Lang: "nb"}
	page.Body.Text, page.Body.Code = "Finnes ikke", 404
	var out bytes.Buffer
	if err := v.Render(&out, "nb", "plain/error.html", page); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "<h1>Borte</h1>") || !strings.Contains(out.String(), `lang="nb"`) {
		t.Errorf("got %s", out.String())
	}
}

func TestMarkdownIsSanitised(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want, not string }{
		{"script", "hei <script>alert(1)</script>", "hei", "script"},
		{"address", "[x](javascript:alert(1))", "x", "javascript"},
		{"picture", "![x](https://example.org/a.png)", "", "<img"},
		{"heading", "# Om jobben", "<h3>Om jobben</h3>", "<h1>"},
		{"lower heading first", "## Om jobben", "<h3>Om jobben</h3>", "<h4>"},
		{"levels below", "# A\n## B\n# C", "<h3>A</h3>\n<h4>B</h4>\n<h3>C</h3>", "<h1>"},
		{"level left out", "# A\n#### B", "<h4>B</h4>", "<h6>"},
		{"list", "- en\n- to", "<li>en</li>", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := string(views.Markdown(c.text))
			if !strings.Contains(got, c.want) || c.not != "" && strings.Contains(got, c.not) {
				t.Errorf("got %q, want %q in it and not %q", got, c.want, c.not)
			}
		})
	}
}
