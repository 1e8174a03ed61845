package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// timeout bounds each step of talking to the server; whole is what a message may take in all.
const (
	timeout = 15 * time.Second
	whole   = time.Minute
)

// SMTP sends messages to a server, each over a connection of its own.
type SMTP struct {
	server   Server
	composer composer
	// Roots are the authorities the server's certificate is checked against; nil means the system's.
	Roots *x509.CertPool
}

// Error is a message that was not sent, in words without addresses, users or passwords.
type Error struct {
	// Code is the server's answer (RFC 5321, 4.2), 0 where it gave none.
	Code int
	// Permanent means that trying the same message again cannot help.
	Permanent bool

	text string
}

// Error says what went wrong.
func (e *Error) Error() string { return e.text }

// IsPermanent tells whether trying the same message again cannot help.
func IsPermanent(err error) bool {
	failure, ok := errors.AsType[*Error](err)
	return ok && failure.Permanent
}

func permanent(err error) error { return &Error{Permanent: true, text: err.Error()} }

// Send hands the message to the server. Once the server has taken it, nothing that happens afterwards is an error: the
// message would be sent twice.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	msg, err := s.composer.compose(m)
	if err != nil {
		return fmt.Errorf("send mail: %w", err)
	}
	err = s.dial(ctx, func(client *gomail.Client, conn *smtp.Client) error {
		return client.SendWithSMTPClient(conn, msg)
	})
	if err == nil || msg.IsDelivered() {
		return nil
	}
	return fmt.Errorf("send mail by %s: %w", s.server.address(), s.failure(err, m.To))
}

// Check connects, encrypts and logs in as Send would.
func (s *SMTP) Check(ctx context.Context) error {
	err := s.dial(ctx, func(_ *gomail.Client, conn *smtp.Client) error { return conn.Noop() })
	if err != nil {
		return fmt.Errorf("mail server %s: %w", s.server.address(), s.failure(err, ""))
	}
	return nil
}

// dial logs in, does the work, and closes the connection whatever happens, at the latest when ctx ends.
func (s *SMTP) dial(ctx context.Context, work func(*gomail.Client, *smtp.Client) error) error {
	ctx, cancel := context.WithTimeout(ctx, whole)
	defer cancel()
	// The library leaves the connection open where logging in fails, and does not look at ctx after connecting.
	connect := func(dialCtx context.Context, network, address string) (net.Conn, error) {
		conn, err := s.connect(dialCtx, network, address)
		if err == nil {
			context.AfterFunc(ctx, func() { conn.Close() })
		}
		return conn, err
	}
	client, err := gomail.NewClient(s.server.Host, append(s.options(), gomail.WithDialContextFunc(connect))...)
	if err != nil {
		return err
	}
	conn, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return errors.Join(err, ctx.Err())
	}
	if err := work(client, conn); err != nil {
		return errors.Join(err, ctx.Err())
	}
	return client.CloseWithSMTPClient(conn)
}

func (s *SMTP) connect(ctx context.Context, network, address string) (net.Conn, error) {
	if s.server.TLS == Implicit {
		return (&tls.Dialer{Config: s.tlsConfig()}).DialContext(ctx, network, address)
	}
	return (&net.Dialer{}).DialContext(ctx, network, address)
}

func (s *SMTP) tlsConfig() *tls.Config {
	return &tls.Config{ServerName: s.server.Host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12}
}

func (s *SMTP) options() []gomail.Option {
	policy := gomail.NoTLS
	switch s.server.TLS {
	case StartTLS:
		policy = gomail.TLSMandatory
	case Implicit:
		// The connection is encrypted when the library gets it; with this policy it looks for that.
		policy = gomail.TLSOpportunistic
	case NoTLS:
	}
	options := []gomail.Option{
		gomail.WithPort(s.server.Port), gomail.WithTimeout(timeout),
		gomail.WithTLSConfig(s.tlsConfig()), gomail.WithTLSPolicy(policy),
	}
	if s.server.User == "" {
		return options
	}
	method := gomail.SMTPAuthAutoDiscover
	if s.server.TLS == NoTLS {
		// Parse has made sure that the server is on this machine.
		method = gomail.SMTPAuthPlainNoEnc
	}
	return append(options, gomail.WithSMTPAuth(method),
		gomail.WithUsername(s.server.User), gomail.WithPassword(s.server.Password))
}

// failure rewrites an error for logs: what the server said is kept, who it was about is not.
func (s *SMTP) failure(err error, to string) *Error {
	failure := &Error{text: err.Error()}
	if refused, ok := errors.AsType[*gomail.SendError](err); ok {
		failure.Code = refused.ErrorCode()
		failure.Permanent = failure.Code >= 500
	}
	var unreachable net.Error
	if errors.As(err, &unreachable) && unreachable.Timeout() {
		failure.text = "no answer in time"
	}
	secrets := map[string]string{s.server.Password: "[password]", s.server.User: "[user]", to: "[recipient]"}
	if address, err := mail.ParseAddress(to); err == nil {
		secrets[address.Address] = "[recipient]"
	}
	for secret, word := range secrets {
		if secret != "" {
			failure.text = strings.ReplaceAll(failure.text, secret, word)
		}
	}
	return failure
}
