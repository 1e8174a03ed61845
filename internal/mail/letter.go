package mail

import (
	"fmt"
	"html/template"
	"net/mail"
	"slices"
	"strings"
)

// letterHTML is the whole of a letter's HTML: nothing from elsewhere, no pictures but those that go with it, readable in dark mail programs.
var letterHTML = template.Must(template.New("letter").Parse(`<!doctype html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>{{.Subject}}</title></head>
<body style="margin:0;padding:24px;font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:16px;line-height:1.55">
<div style="max-width:34em;margin:0 auto">
<p style="font-weight:700">{{.House}}</p>
{{range .Paragraphs}}<p style="white-space:pre-line">{{.}}</p>
{{end}}{{range .Items}}<div style="margin:20px 0;padding:0 0 20px;border-bottom:1px solid #8885">
{{with .Picture}}<p style="margin:0 0 10px"><img src="cid:{{.Name}}" alt="" width="320" style="width:100%;max-width:320px;height:auto;border-radius:12px"></p>
{{end}}<p style="margin:0">{{if .Title}}<strong>{{.Title}}</strong><br>{{end}}{{with .Text}}{{.}}<br>{{end}}<a href="{{.Link}}">{{.Action}}</a></p>
</div>
{{end}}{{with .Link}}<p style="margin:28px 0"><a href="{{.}}" style="background:{{$.Accent}};color:#ffffff;padding:12px 22px;border-radius:999px;text-decoration:none;font-weight:600">{{$.Action}}</a></p>
<p style="font-size:14px">{{$.Instead}}<br><a href="{{.}}" style="word-break:break-all">{{.}}</a></p>
{{end}}{{with .Foot}}<p style="font-size:14px">{{.}}</p>{{end}}
{{range .Ways}}<p style="font-size:14px;margin:4px 0"><a href="{{.Link}}">{{.Action}}</a></p>
{{end}}</div></body></html>
`))

// Item is one of several things that a letter tells of.
type Item struct {
	Title, Text  string // either may be empty
	Link, Action string
	Picture      *Picture
}

// Letter is what a mail says: paragraphs, what it tells of one by one, one link with its words, and a line at the foot.
type Letter struct {
	Lang, House, Subject string
	Paragraphs           []string
	Link, Action         string // address and words of the one thing to do; both may be empty
	Instead              string // above the address in full
	Foot                 string
	Items                []Item
	Ways                 []Item // small links under the foot: to settings, or to get no more of these
	ID                   string // see Message
	Headers              map[string]string
	Accent               string // colour of the button, as #rrggbb
}

// Message is the letter as a mail to that person, in text and HTML.
func (l Letter) Message(name, address string) (Message, error) {
	var text, html strings.Builder
	for _, paragraph := range l.Paragraphs {
		text.WriteString(paragraph + "\n\n")
	}
	var pictures []Picture
	for _, item := range l.Items {
		text.WriteString("* " + strings.Join(slices.DeleteFunc([]string{item.Title, item.Text, item.Action + ": " + item.Link}, func(s string) bool { return s == "" }), "\n  ") + "\n\n")
		if item.Picture != nil {
			pictures = append(pictures, *item.Picture)
		}
	}
	if l.Link != "" {
		fmt.Fprintf(&text, "%s:\n%s\n\n", l.Action, l.Link)
	}
	if l.Foot != "" {
		text.WriteString(l.Foot + "\n\n")
	}
	for _, way := range l.Ways {
		fmt.Fprintf(&text, "%s:\n%s\n\n", way.Action, way.Link)
	}
	fmt.Fprintf(&text, "-- \n%s\n", l.House)
	if err := letterHTML.Execute(&html, l); err != nil {
		return Message{}, fmt.Errorf("letter: %w", err)
	}
	to := mail.Address{Name: name, Address: address}
	return Message{To: to.String(), Subject: l.Subject, Text: text.String(), HTML: html.String(), Language: l.Lang, ID: l.ID, Headers: l.Headers, Pictures: pictures}, nil
}
