package worker

import (
	"cmp"
	"fmt"
	"html/template"
	nmail "net/mail"
	"strings"
	"time"

	"kollega/internal/i18n"
	"kollega/internal/mail"
	"kollega/models"
)

// letterHTML is the whole of a mail's HTML: no pictures, nothing from elsewhere, readable in dark mail programs.
var letterHTML = template.Must(template.New("letter").Parse(`<!doctype html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>{{.Subject}}</title></head>
<body style="margin:0;padding:24px;font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:16px;line-height:1.55">
<div style="max-width:34em;margin:0 auto">
<p style="font-weight:700">{{.House}}</p>
{{range .Paragraphs}}<p>{{.}}</p>
{{end}}{{with .Link}}<p style="margin:28px 0"><a href="{{.}}" style="background:{{$.Accent}};color:#ffffff;padding:12px 22px;border-radius:999px;text-decoration:none;font-weight:600">{{$.Action}}</a></p>
<p style="font-size:14px">{{$.Instead}}<br><a href="{{.}}" style="word-break:break-all">{{.}}</a></p>
{{end}}{{with .Foot}}<p style="font-size:14px">{{.}}</p>{{end}}
</div></body></html>
`))

// letter is what a mail says: paragraphs, one link with its words, and a line at the foot.
type letter struct {
	Lang, House, Subject string
	Paragraphs           []string
	Link, Action         string // address and words of the one thing to do; both may be empty
	Instead              string // above the address in full
	Foot                 string
	Accent               string
}

// letter writes a mail to a person of the house: subject, text, action and foot are keys under key.
func (w *sendMail) letter(u models.User, house models.Organisation, key, path string, expires time.Time) (mail.Message, error) {
	p := w.deps.Texts.For(cmp.Or(u.Language, house.Language, i18n.Default))
	l := w.compose(p, house, key, key+".foot", path, []any{"Name", u.Name, "House", house.Name, "Until", p.DateTime(expires.Local())})
	return l.message(u.Name, u.Email)
}

// compose writes a letter of the house; words are what its texts name, path is what its button opens.
func (w *sendMail) compose(p *i18n.Printer, house models.Organisation, key, foot, path string, words []any) letter {
	return letter{
		Lang: p.Lang(), House: house.Name, Subject: p.T(key+".subject", words...),
		Paragraphs: strings.Split(p.T(key+".text", words...), "\n\n"),
		Link:       w.deps.BaseURL.String() + path, Action: p.T(key+".action", words...),
		Instead: p.T("mail.instead"), Foot: p.T(foot, words...), Accent: cmp.Or(house.Accent, "#0f5f5a"),
	}
}

// message is the letter as a mail to that person, in text and HTML.
func (l letter) message(name, address string) (mail.Message, error) {
	var text, html strings.Builder
	for _, paragraph := range l.Paragraphs {
		text.WriteString(paragraph + "\n\n")
	}
	if l.Link != "" {
		fmt.Fprintf(&text, "%s:\n%s\n\n", l.Action, l.Link)
	}
	fmt.Fprintf(&text, "%s\n\n-- \n%s\n", l.Foot, l.House)
	if err := letterHTML.Execute(&html, l); err != nil {
		return mail.Message{}, fmt.Errorf("letter: %w", err)
	}
	to := nmail.Address{Name: name, Address: address}
	return mail.Message{To: to.String(), Subject: l.Subject, Text: text.String(), HTML: html.String(), Language: l.Lang}, nil
}
