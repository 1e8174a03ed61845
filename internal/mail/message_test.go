package mail_test

import (
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	kmail "kollega/internal/mail"
)

func now() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }

func greeting() kmail.Message {
	return kmail.Message{
		To:       "Kåre Ødegård <kare@example.org>",
		Subject:  "Søknaden din er mottatt – takk, Kåre!",
		Text:     "Hei Kåre,\n\nvi har fått søknaden din og svarer innen én uke.\n.\n" + strings.Repeat("blåbærsyltetøy ", 20),
		HTML:     "<p>Hei Kåre, vi har fått søknaden din.</p>",
		Language: "nb",
		Headers:  map[string]string{"Reply-To": "hr@example.org", "X-Kollega": "søknad"},
	}
}

func newSender(t *testing.T, url, folder string, log io.Writer) kmail.Sender {
	t.Helper()
	s, err := kmail.New(kmail.Config{
		URL: url, From: "Kollega på jobb <kollega@example.org>", Folder: folder, Now: now,
	}, slog.New(slog.NewJSONHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// checkGreeting tells whether raw is greeting() as a mail program reads it.
func checkGreeting(t *testing.T, raw io.Reader) {
	t.Helper()
	m, err := mail.ReadMessage(raw)
	if err != nil {
		t.Fatal(err)
	}
	decode := new(mime.WordDecoder).DecodeHeader
	for name, want := range map[string]string{
		"Subject":          "Søknaden din er mottatt – takk, Kåre!",
		"Reply-To":         "hr@example.org",
		"X-Kollega":        "søknad",
		"Content-Language": "nb",
		"Auto-Submitted":   "auto-generated",
		"Date":             "Mon, 23 Nov 2026 12:00:00 +0000",
		"User-Agent":       "",
	} {
		if got, err := decode(m.Header.Get(name)); err != nil || got != want {
			t.Errorf("%s: got %q (%v), want %q", name, got, err, want)
		}
	}
	for name, want := range map[string]mail.Address{
		"To":   {Name: "Kåre Ødegård", Address: "kare@example.org"},
		"From": {Name: "Kollega på jobb", Address: "kollega@example.org"},
	} {
		if got, err := m.Header.AddressList(name); err != nil || len(got) != 1 || *got[0] != want {
			t.Errorf("%s: got %v (%v), want %v", name, got, err, want)
		}
	}
	if id := m.Header.Get("Message-Id"); !strings.HasSuffix(id, "@example.org>") {
		t.Errorf("Message-ID %q is not of the sender's domain", id)
	}
	want := []string{"text/plain " + greeting().Text, "text/html " + greeting().HTML}
	if got := parts(t, m); !slices.Equal(got, want) {
		t.Errorf("got the parts %q, want %q", got, want)
	}
}

func parts(t *testing.T, m *mail.Message) []string {
	t.Helper()
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("Content-Type: got %q (%v), want multipart/alternative", kind, err)
	}
	var texts []string
	reader := multipart.NewReader(m.Body, params["boundary"])
	for {
		part, err := reader.NextRawPart()
		if err != nil {
			return texts
		}
		kind, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type"))
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, kind+" "+strings.ReplaceAll(string(body), "\r\n", "\n"))
	}
}

func TestHeadersCannotBeInjected(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*kmail.Message)
	}{
		{"subject", func(m *kmail.Message) { m.Subject = "Hei\r\nBcc: all@example.org" }},
		{"subject with a bare line feed", func(m *kmail.Message) { m.Subject = "Hei\nBcc: all@example.org" }},
		{"subject with a line separator", func(m *kmail.Message) { m.Subject = "Hei\u2028Bcc: all@example.org" }},
		{"recipient", func(m *kmail.Message) { m.To = "kari@example.org\r\nBcc: all@example.org" }},
		{"recipient's name", func(m *kmail.Message) { m.To = "\"Kari\nBcc: x\" <kari@example.org>" }},
		{"two recipients", func(m *kmail.Message) { m.To = "kari@example.org, all@example.org" }},
		{"no recipient", func(m *kmail.Message) { m.To = "" }},
		{"language", func(m *kmail.Message) { m.Language = "nb\nBcc: all@example.org" }},
		{"header's value", func(m *kmail.Message) { m.Headers = map[string]string{"X-A": "a\nBcc: all@example.org"} }},
		{"header's name", func(m *kmail.Message) { m.Headers = map[string]string{"X-A: b\nBcc": "all@example.org"} }},
		{"header of the envelope", func(m *kmail.Message) { m.Headers = map[string]string{"bCC": "all@example.org"} }},
		{"no subject", func(m *kmail.Message) { m.Subject = " " }},
		{"no text", func(m *kmail.Message) { m.Text = "" }},
	}
	folder := t.TempDir()
	sender := newSender(t, "", folder, io.Discard)
	for _, tt := range tests {
		m := greeting()
		tt.change(&m)
		err := sender.Send(t.Context(), m)
		if err == nil || !kmail.IsPermanent(err) {
			t.Errorf("%s: got error %v, want a permanent one", tt.name, err)
		}
		if err != nil && strings.Contains(err.Error(), "example.org\n") {
			t.Errorf("%s: the error repeats what was given: %v", tt.name, err)
		}
	}
	if files, _ := os.ReadDir(folder); len(files) != 0 {
		t.Errorf("refused messages left %v", files)
	}
}

func TestFolder(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "data", "mail")
	var log strings.Builder
	sender := newSender(t, "", folder, &log)
	if err := sender.Check(t.Context()); err != nil {
		t.Errorf("Check: %v", err)
	}
	for range 2 {
		if err := sender.Send(t.Context(), greeting()); err != nil {
			t.Fatal(err)
		}
	}
	files, err := os.ReadDir(folder)
	if err != nil || len(files) != 2 {
		t.Fatalf("got the files %v (%v), want two", files, err)
	}
	for _, file := range files {
		if !strings.HasPrefix(file.Name(), "20261123T120000.000000000Z-") || filepath.Ext(file.Name()) != ".eml" {
			t.Errorf("file name %q does not begin with the time", file.Name())
		}
		if info, err := file.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode is %v (%v), want 0600", file.Name(), info.Mode(), err)
		}
		if !strings.Contains(log.String(), file.Name()) {
			t.Errorf("the log does not name %s", file.Name())
		}
		raw, err := os.Open(filepath.Join(folder, file.Name()))
		if err != nil {
			t.Fatal(err)
		}
		defer raw.Close()
		checkGreeting(t, raw)
	}
	for _, personal := range []string{"Kåre", "kare@", "Søknad"} {
		if strings.Contains(log.String(), personal) {
			t.Errorf("the log holds %q: %s", personal, log.String())
		}
	}
}

func TestFolderThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "mail")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	sender := newSender(t, "", file, io.Discard)
	if err := sender.Check(t.Context()); err == nil {
		t.Error("Check: got no error for a folder that is a file")
	}
	if err := sender.Send(t.Context(), greeting()); err == nil || kmail.IsPermanent(err) {
		t.Errorf("Send: got %v, want an error that may pass", err)
	}
}

func TestNewRefusesItsSender(t *testing.T) {
	t.Parallel()
	for _, from := range []string{"", "kollega", "a@example.org, b@example.org", "a@example.org\nBcc: b@example.org"} {
		if _, err := kmail.New(kmail.Config{From: from, Now: now}, slog.New(slog.DiscardHandler)); err == nil {
			t.Errorf("sender %q was accepted", from)
		}
	}
}
