package views

import (
	"bytes"
	"html/template"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

var (
	toHTML = goldmark.New(goldmark.WithExtensions(extension.Linkify, extension.Strikethrough),
		goldmark.WithParserOptions(parser.WithASTTransformers(util.Prioritized(headings{}, 100))))
	sanitiser = newSanitiser()
)

// Markdown is text as sanitised HTML; headings start at the third level, below a page's own.
func Markdown(text string) template.HTML {
	var out bytes.Buffer
	if err := toHTML.Convert([]byte(text), &out); err != nil {
		return template.HTML(template.HTMLEscapeString(text)) //nolint:gosec // escaped
	}
	return template.HTML(sanitiser.SanitizeBytes(out.Bytes())) //nolint:gosec // sanitised
}

// newSanitiser allows text, lists, headings and links, no pictures or other embedded things.
func newSanitiser() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "hr", "strong", "em", "del", "ul", "ol", "li", "blockquote", "h3", "h4", "h5", "h6", "code", "pre")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("https", "http", "mailto", "tel")
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	return p
}

// headings moves a text's headings below those of the page: the highest becomes the third level, and none is left out on
// the way down, whatever the writer took for its size.
type headings struct{}

// Transform changes the levels of the headings.
func (headings) Transform(doc *ast.Document, _ text.Reader, _ parser.Context) {
	const first, last = 3, 6
	var all []*ast.Heading
	highest := last
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if h, ok := n.(*ast.Heading); ok && entering {
			all = append(all, h)
			highest = min(highest, h.Level)
		}
		return ast.WalkContinue, nil
	})
	before := first - 1
	for _, h := range all {
		h.Level = min(h.Level-highest+first, before+1, last)
		before = h.Level
	}
}
