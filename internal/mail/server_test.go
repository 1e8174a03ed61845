package mail_test

import (
	"strings"
	"testing"

	kmail "kollega/internal/mail"
)

func TestParse(t *testing.T) {
	t.Parallel()
	tests := []struct {
		url  string
		want kmail.Server
	}{
		{"smtp://mail.example.org", kmail.Server{Host: "mail.example.org", Port: 587, TLS: kmail.StartTLS}},
		{"smtp://kari:s%40crt%2F@mail.example.org:2525/?tls=starttls", kmail.Server{
			Host: "mail.example.org", Port: 2525, User: "kari", Password: "s@crt/", TLS: kmail.StartTLS,
		}},
		{"smtps://k%40example.org:p@mail.example.org", kmail.Server{
			Host: "mail.example.org", Port: 465, User: "k@example.org", Password: "p", TLS: kmail.Implicit,
		}},
		{"smtp://mail.example.org?tls=implicit", kmail.Server{Host: "mail.example.org", Port: 465, TLS: kmail.Implicit}},
		{"smtp://mailpit?tls=none", kmail.Server{Host: "mailpit", Port: 25, TLS: kmail.NoTLS}},
		{"smtp://k:p@[::1]:1025?tls=none", kmail.Server{Host: "::1", Port: 1025, User: "k", Password: "p", TLS: kmail.NoTLS}},
	}
	for _, tt := range tests {
		if got, err := kmail.Parse(tt.url); err != nil || got != tt.want {
			t.Errorf("Parse(%q) = %+v, %v, want %+v", tt.url, got, err, tt.want)
		}
	}
}

func TestParseSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	const password = "hunter2"
	tests := []struct{ url, want string }{
		{"", "must begin with smtp://"},
		{"mail.example.org:587", "smtp://"},
		{"http://mail.example.org", "must begin with smtp://"},
		{"smtp://", "names no host"},
		{"smtp://k:hunter2@:587", "names no host"},
		{"smtp://k:hunter2/@mail.example.org", "%2F"},
		{"smtp://k:hunter2#x@mail.example.org", "%2F"},
		{"smtp://k:hunter2%zz@mail.example.org", "%40"},
		{"smtp://k@mail.example.org", "both a user and a password"},
		{"smtp://:hunter2@mail.example.org", "both a user and a password"},
		{"smtp://mail.example.org:99999", "port must be a number"},
		{"smtp://mail.example.org:0", "port must be a number"},
		{"smtp://mail.example.org?tls=maybe", `"maybe"`},
		{"smtp://mail.example.org?password=hunter2", "only setting"},
		{"smtps://mail.example.org?tls=none", "does not go with tls=none"},
		{"smtp://k:hunter2@mail.example.org?tls=none", "in the open"},
		{"smtp://mail.example.org/inbox", "nothing may follow"},
	}
	for _, tt := range tests {
		_, err := kmail.Parse(tt.url)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("Parse(%q): got error %v, want one with %q", tt.url, err, tt.want)
		}
		if err != nil && strings.Contains(err.Error(), password) {
			t.Errorf("Parse(%q): the error holds the password: %v", tt.url, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("smtp://user:pass@host:587?tls=starttls")
	f.Fuzz(func(t *testing.T, url string) {
		s, err := kmail.Parse(url)
		if err == nil && (s.Host == "" || s.Port < 1 || s.Port > 65535 || s.TLS == "") {
			t.Errorf("Parse(%q) gave %+v without an error", url, s)
		}
	})
}
