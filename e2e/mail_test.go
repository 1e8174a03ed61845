package e2e_test

import (
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// letter is a mail that the program wrote to its folder.
type letter struct {
	to, subject, language string
	text                  string // the plain part
}

// mails are the letters to that address, oldest first.
func (p *program) mails(to string) []letter {
	p.t.Helper()
	paths, _ := filepath.Glob(filepath.Join(p.dir, "mail", "*.eml"))
	slices.Sort(paths) // their names begin with the time
	var letters []letter
	for _, path := range paths {
		l, err := readLetter(path)
		if err != nil {
			p.t.Fatalf("%s: %v", path, err)
		}
		if strings.Contains(l.to, to) {
			letters = append(letters, l)
		}
	}
	return letters
}

func readLetter(path string) (letter, error) {
	f, err := os.Open(path)
	if err != nil {
		return letter{}, err
	}
	defer f.Close()
	m, err := mail.ReadMessage(f)
	if err != nil {
		return letter{}, err
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		return letter{}, err
	}
	l := letter{to: m.Header.Get("To"), subject: subject, language: m.Header.Get("Content-Language")}
	l.text, err = plainPart(m)
	return l, err
}

// plainPart is the message's plain text, which comes first where there is more.
func plainPart(m *mail.Message) (string, error) {
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return "", err
	}
	body := m.Body
	if strings.HasPrefix(kind, "multipart/") {
		part, err := multipart.NewReader(m.Body, params["boundary"]).NextPart() // decodes quoted-printable by itself
		if err != nil {
			return "", err
		}
		body = part
	} else if strings.EqualFold(m.Header.Get("Content-Transfer-Encoding"), "quoted-printable") {
		body = quotedprintable.NewReader(m.Body)
	}
	b, err := io.ReadAll(body)
	return string(b), err
}
