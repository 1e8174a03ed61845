package mail

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"
)

// Message is one mail to one person.
type Message struct {
	// To is the address, with or without a name: "Kari <kari@example.org>".
	To      string
	Subject string
	// Text is the whole message in plain text; HTML, where there is one, says the same.
	Text string
	HTML string
	// Language is that of the text, "nb" or "en".
	Language string
	// Headers are further ones, such as "Reply-To" or "List-Unsubscribe", by name.
	Headers map[string]string
	// ID is the part before the @ of the message's id; empty for one by chance. A message that is sent again, as nobody knows whether it
	// went, is told by it to be the same.
	ID string
	// Pictures are shown by the HTML as <img src="cid:NAME">.
	Pictures []Picture
}

// Picture is an image that goes with a message, so that nothing has to be fetched when it is read.
type Picture struct {
	Name string // letters, digits, dashes and dots
	Type string // "image/jpeg"
	Data []byte
}

// ParseAddress reads "kari@example.org" or "Kari <kari@example.org>" and refuses what does not fit on one line.
func ParseAddress(s string) (*mail.Address, error) {
	if hasControl(s) {
		return nil, errors.New("an address may not hold line breaks or control characters")
	}
	address, err := mail.ParseAddress(s)
	if err != nil {
		// The reason is left out: it quotes what was given, and addresses stay out of logs.
		return nil, errors.New("not an e-mail address; want name@example.org or Name <name@example.org>")
	}
	return address, nil
}

// composer turns messages into mails from one sender.
type composer struct {
	from *mail.Address
	now  func() time.Time
}

// ownHeaders are set by the composer and so refused among a message's own.
func ownHeaders() []string {
	return []string{
		"from", "to", "cc", "bcc", "sender", "subject", "date", "message-id", "mime-version", "content-type",
		"content-transfer-encoding", "content-language", "auto-submitted",
	}
}

func (c composer) compose(m Message) (*gomail.Msg, error) {
	if err := check(m); err != nil {
		return nil, permanent(err)
	}
	to, err := ParseAddress(m.To)
	if err != nil {
		return nil, permanent(fmt.Errorf("recipient: %w", err))
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(c.from)
	msg.ToMailAddress(to)
	msg.Subject(m.Subject)
	msg.SetDateWithValue(c.now())
	// The library's own id would tell this machine's name.
	msg.SetMessageIDWithValue(cmp.Or(m.ID, strings.ToLower(rand.Text())) + c.from.Address[strings.LastIndex(c.from.Address, "@"):])
	// RFC 3834: keeps holiday replies from answering.
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	if m.Language != "" {
		msg.SetGenHeader("Content-Language", m.Language)
	}
	for _, name := range slices.Sorted(maps.Keys(m.Headers)) {
		msg.SetGenHeader(gomail.Header(name), m.Headers[name])
	}
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	for _, p := range m.Pictures {
		msg.EmbedReadSeeker(p.Name, bytes.NewReader(p.Data), gomail.WithFileContentID(p.Name), gomail.WithFileContentType(gomail.ContentType(p.Type)))
	}
	return msg, nil
}

// check refuses what could be read as further headers, and messages that say nothing.
func check(m Message) error {
	switch {
	case hasControl(m.Subject):
		return errors.New("a subject may not hold line breaks or control characters")
	case strings.TrimSpace(m.Subject) == "" || strings.TrimSpace(m.Text) == "":
		return errors.New("a message needs a subject and a text")
	case hasControl(m.Language):
		return errors.New("a language may not hold line breaks or control characters")
	case m.ID != "" && !isHeaderName(m.ID):
		return errors.New("a message's id may only hold letters, digits and dashes")
	}
	for _, p := range m.Pictures {
		if !isHeaderName(strings.ReplaceAll(p.Name, ".", "")) || hasControl(p.Type) {
			return errors.New("a picture's name may only hold letters, digits, dashes and dots")
		}
	}
	for name, value := range m.Headers {
		if !isHeaderName(name) {
			return errors.New("a header's name may only hold letters, digits and dashes")
		}
		if slices.Contains(ownHeaders(), strings.ToLower(name)) {
			return fmt.Errorf("header %s is set from the message itself", name)
		}
		if hasControl(value) {
			return fmt.Errorf("header %s may not hold line breaks or control characters", name)
		}
	}
	return nil
}

func hasControl(s string) bool {
	// The two separators are line breaks to some readers of mail.
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' })
}

func isHeaderName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r != '-' && (r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r))
	})
}
