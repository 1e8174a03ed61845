package views_test

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"kollega/handlers/views"
)

func TestAddressesInAPostAreLinksAndNothingElseIs(t *testing.T) {
	t.Parallel()
	link := func(address string) string {
		return `<a href="` + address + `" rel="nofollow noopener noreferrer ugc">` + address + `</a>`
	}
	for _, c := range []struct{ text, want string }{
		{"Hei", "Hei"},
		{"Se https://example.org/a.", "Se " + link("https://example.org/a") + "."},
		{"(http://example.org/x)", "(" + link("http://example.org/x") + ")"},
		{"https://no.wikipedia.org/wiki/Bod%C3%B8_(by)", link("https://no.wikipedia.org/wiki/Bod%C3%B8_(by)")},
		{"https://a.example/?a=1&b=2", link("https://a.example/?a=1&amp;b=2")},
		{"javascript:alert(1)", "javascript:alert(1)"},
		{"https://bank.example@evil.example/", "https://bank.example@evil.example/"},
		{"https://", "https://"},
		{`<img src=x onerror=alert(1)> https://x.example/"><script>`, `&lt;img src=x onerror=alert(1)&gt; ` + link("https://x.example/") + `&#34;&gt;&lt;script&gt;`},
		{"https://a.example https://b.example", link("https://a.example") + " " + link("https://b.example")},
	} {
		if got := string(views.Links(c.text)); got != c.want {
			t.Errorf("%q: got %s, want %s", c.text, got, c.want)
		}
	}
}

func FuzzLinks(f *testing.F) {
	f.Add(`https://example.org/"><script>alert(1)</script>`)
	f.Add("https://a.example/(b)) <b>")
	f.Fuzz(func(t *testing.T, text string) {
		nodes := html.NewTokenizer(strings.NewReader(string(views.Links(text))))
		for {
			switch nodes.Next() {
			case html.ErrorToken:
				return
			case html.StartTagToken, html.EndTagToken:
				tok := nodes.Token()
				if tok.Data != "a" {
					t.Errorf("%q makes <%s>", text, tok.Data)
				}
				for _, a := range tok.Attr {
					if a.Key == "href" && !strings.HasPrefix(a.Val, "http://") && !strings.HasPrefix(a.Val, "https://") {
						t.Errorf("%q leads to %q", text, a.Val)
					}
				}
			case html.SelfClosingTagToken, html.CommentToken, html.DoctypeToken:
				t.Errorf("%q makes %s", text, nodes.Token())
			case html.TextToken:
			}
		}
	})
}
