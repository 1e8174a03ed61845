package mail_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	kmail "kollega/internal/mail"
)

// smtpServer speaks as much of RFC 5321 as a client needs, and keeps what it was given.
type smtpServer struct {
	listener net.Listener
	tls      *tls.Config
	// replies take the place of the usual answers, by command; "" hangs until the client goes.
	replies map[string]string

	mu       sync.Mutex
	messages []string
	logins   []string
	open     sync.WaitGroup
}

func startSMTP(t *testing.T, implicit bool, replies map[string]string) (*smtpServer, *httptest.Server) {
	t.Helper()
	// Its certificate is all that is taken from this server.
	certificate := httptest.NewTLSServer(nil)
	t.Cleanup(certificate.Close)
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &smtpServer{listener: listener, tls: &tls.Config{Certificates: certificate.TLS.Certificates}, replies: replies}
	if implicit {
		s.listener = tls.NewListener(listener, s.tls)
	}
	var accepting sync.WaitGroup
	accepting.Go(func() {
		for {
			conn, err := s.listener.Accept()
			if err != nil {
				return
			}
			s.open.Go(func() { s.serve(conn) })
		}
	})
	t.Cleanup(func() {
		s.listener.Close()
		accepting.Wait()
		s.open.Wait()
	})
	return s, certificate
}

func (s *smtpServer) url(credentials, settings string) string {
	return "smtp://" + credentials + s.listener.Addr().String() + settings
}

func (s *smtpServer) serve(conn net.Conn) {
	defer func() { conn.Close() }()
	lines := bufio.NewReader(conn)
	say := func(reply string) { fmt.Fprintf(conn, "%s\r\n", reply) }
	say("220 ready")
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		command, argument, _ := strings.Cut(strings.TrimSpace(line), " ")
		command = strings.ToUpper(command)
		reply, replaced := s.replies[command]
		switch {
		case replaced && reply == "":
			lines.ReadByte()
			return
		case replaced:
			say(reply)
		case command == "EHLO":
			say("250-test\r\n250-AUTH PLAIN\r\n250 STARTTLS")
		case command == "STARTTLS":
			say("220 go ahead")
			conn = tls.Server(conn, s.tls)
			lines = bufio.NewReader(conn)
		case command == "AUTH":
			s.keep(&s.logins, argument)
			say("235 welcome")
		case command == "DATA":
			say("354 go on")
			s.keep(&s.messages, data(lines))
			say("250 queued")
		case command == "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func data(lines *bufio.Reader) string {
	var message strings.Builder
	for {
		line, err := lines.ReadString('\n')
		if err != nil || line == ".\r\n" {
			return message.String()
		}
		message.WriteString(strings.TrimPrefix(line, "."))
	}
}

func (s *smtpServer) keep(list *[]string, what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*list = append(*list, what)
}

func smtpSender(t *testing.T, url string, certificate *httptest.Server) *kmail.SMTP {
	t.Helper()
	s := newSender(t, url, "", t.Output()).(*kmail.SMTP)
	s.Roots = x509.NewCertPool()
	s.Roots.AddCert(certificate.Certificate())
	return s
}

func TestSMTP(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, credentials, settings string
		implicit                    bool
	}{
		{"starttls", "kari:s%40crt@", "", false},
		{"implicit", "kari:s%40crt@", "?tls=implicit", true},
		{"none on this machine", "kari:s%40crt@", "?tls=none", false},
		{"none without a user", "", "?tls=none", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			replies := map[string]string{}
			if tt.implicit {
				replies["EHLO"] = "250-test\r\n250 AUTH PLAIN"
			}
			server, certificate := startSMTP(t, tt.implicit, replies)
			sender := smtpSender(t, server.url(tt.credentials, tt.settings), certificate)
			if err := sender.Check(t.Context()); err != nil {
				t.Errorf("Check: %v", err)
			}
			if err := sender.Send(t.Context(), greeting()); err != nil {
				t.Fatal(err)
			}
			if len(server.messages) != 1 {
				t.Fatalf("the server got %d messages, want 1", len(server.messages))
			}
			checkGreeting(t, strings.NewReader(server.messages[0]))
			login := "PLAIN " + base64.StdEncoding.EncodeToString([]byte("\x00kari\x00s@crt"))
			for _, got := range server.logins {
				if got != login {
					t.Errorf("logged in with %q, want %q", got, login)
				}
			}
			if want := tt.credentials != ""; (len(server.logins) == 2) != want {
				t.Errorf("got %d log-ins, want two: %v", len(server.logins), want)
			}
		})
	}
}

func TestSMTPRefusals(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, command, reply, want string
		permanent                  bool
	}{
		{"unknown recipient", "RCPT", "550 5.1.1 <kare@example.org> unknown to us", "5.1.1 <[recipient]> unknown to us", true},
		{"greylisted", "RCPT", "451 try later", "451", false},
		{"wrong password", "AUTH", "535 kari: s@crt is wrong", "535", false},
		{"no encryption", "EHLO", "250 test", "STARTTLS", false},
		{"message refused", "DATA", "554 no", "554", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server, certificate := startSMTP(t, false, map[string]string{tt.command: tt.reply})
			err := smtpSender(t, server.url("kari:s%40crt@", ""), certificate).Send(t.Context(), greeting())
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got error %v, want one with %q", err, tt.want)
			}
			if got := kmail.IsPermanent(err); got != tt.permanent {
				t.Errorf("%v: permanent is %v, want %v", err, got, tt.permanent)
			}
			for _, secret := range []string{"s@crt", "kari", "kare@example.org"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("the error holds %q: %v", secret, err)
				}
			}
		})
	}
}

func TestSMTPDoesNotSendTwice(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"RSET", "QUIT"} {
		server, certificate := startSMTP(t, false, map[string]string{command: "421 going away"})
		if err := smtpSender(t, server.url("", ""), certificate).Send(t.Context(), greeting()); err != nil {
			t.Errorf("%s failed after the message was taken: got %v, want no error", command, err)
		}
	}
}

func TestSMTPTrustsNoStranger(t *testing.T) {
	t.Parallel()
	server, _ := startSMTP(t, false, nil)
	// Without the test's roots the certificate is one that nobody vouches for.
	err := newSender(t, server.url("kari:s%40crt@", ""), "", t.Output()).Send(t.Context(), greeting())
	if err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("got error %v, want one about the certificate", err)
	}
	if len(server.logins) != 0 {
		t.Error("the password was given to a server without a valid certificate")
	}
}

func TestSMTPEndsWithItsContext(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"EHLO", "MAIL", "DATA"} {
		server, certificate := startSMTP(t, false, map[string]string{command: ""})
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		done := make(chan error, 1)
		go func() { done <- smtpSender(t, server.url("", ""), certificate).Send(ctx, greeting()) }()
		select {
		case err := <-done:
			if _, ok := errors.AsType[*kmail.Error](err); !ok || kmail.IsPermanent(err) {
				t.Errorf("%s: got %v, want an error that may pass", command, err)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("%s: went on waiting after its context had ended", command)
		}
	}
}

func TestSMTPServerAway(t *testing.T) {
	t.Parallel()
	server, certificate := startSMTP(t, false, nil)
	server.listener.Close()
	sender := smtpSender(t, server.url("kari:s%40crt@", ""), certificate)
	if err := sender.Send(t.Context(), greeting()); err == nil || kmail.IsPermanent(err) {
		t.Errorf("Send: got %v, want an error that may pass", err)
	}
	if err := sender.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "127.0.0.1:") {
		t.Errorf("Check: got %v, want an error that names the server", err)
	}
}
