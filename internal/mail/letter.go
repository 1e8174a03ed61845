package mail

import (
	"fmt"
	"html/template"
	"net/mail"
	"strings"
)

// letterHTML is the whole of a letter's HTML: no pictures, nothing from elsewhere, readable in dark mail programs.
var letterHTML = template.Must(template.New("letter").Parse(`<!doctype html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>{{.Subject}}</title></head>
<body style="margin:0;padding:24px;font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:16px;line-height:1.55">
<div style="max-width:34em;margin:0 auto">
<p style="font-weight:700">{{.House}}</p>
{{range .Paragraphs}}<p style="white-space:pre-line">{{.}}</p>
{{end}}{{with .Link}}<p style="margin:28px 0"><a href="{{.}}" style="background:{{$.Accent}};color:#ffffff;padding:12px 22px;border-radius:999px;text-decoration:none;font-weight:600">{{$.Action}}</a></p>
<p style="font-size:14px">{{$.Instead}}<br><a href="{{.}}" style="word-break:break-all">{{.}}</a></p>
{{end}}{{with .Foot}}<p style="font-size:14px">{{.}}</p>{{end}}
</div></body></html>
`))

// Letter is what a mail says: paragraphs, one link with its words, and a line at the foot.
type Letter struct {
	Lang, House, Subject string
	Paragraphs           []string
	Link, Action         string // address and words of the one thing to do; both may be empty
	Instead              string // above the address in full
	Foot                 string
	Accent               string // colour of the button, as #rrggbb
}

// Message is the letter as a mail to that person, in text and HTML.
func (l Letter) Message(name, address string) (Message, error) {
	var text, html strings.Builder
	for _, paragraph := range l.Paragraphs {
		text.WriteString(paragraph + "\n\n")
	}
	if l.Link != "" {
		fmt.Fprintf(&text, "%s:\n%s\n\n", l.Action, l.Link)
	}
	if l.Foot != "" {
		text.WriteString(l.Foot + "\n\n")
	}
	fmt.Fprintf(&text, "-- \n%s\n", l.House)
	if err := letterHTML.Execute(&html, l); err != nil {
		return Message{}, fmt.Errorf("letter: %w", err)
	}
	to := mail.Address{Name: name, Address: address}
	return Message{To: to.String(), Subject: l.Subject, Text: text.String(), HTML: html.String(), Language: l.Lang}, nil
}
