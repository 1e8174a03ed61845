package mail

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
)

// TLS says how the way to the server is encrypted.
type TLS string

// StartTLS turns an open connection into an encrypted one and insists on it; Implicit encrypts from the first byte;
// NoTLS does not encrypt.
const (
	StartTLS TLS = "starttls"
	Implicit TLS = "implicit"
	NoTLS    TLS = "none"
)

// Server is an SMTP server and how to log in there.
type Server struct {
	Host     string
	Port     int
	User     string
	Password string
	TLS      TLS
}

// Parse reads smtp://user:pass@host:587?tls=starttls (or implicit, or none) or smtps://user:pass@host:465.
// Without a port it is 587, 465 or 25 as TLS has it. Errors never hold any part of the URL that may be secret.
func Parse(raw string) (Server, error) {
	u, err := url.Parse(raw)
	if err != nil {
		// url.Error quotes the whole address, password included.
		return Server{}, errors.New("mail server: not a URL; write smtp://user:password@host:587, with characters such as @ / # in the password written as %40 %2F %23")
	}
	s := Server{Host: u.Hostname(), User: u.User.Username()}
	s.Password, _ = u.User.Password()
	if s.TLS, err = parseTLS(u); err != nil {
		return Server{}, err
	}
	if s.Host == "" {
		return Server{}, errors.New("mail server: the URL names no host; write smtp://host:587")
	}
	if s.Port, err = parsePort(u.Port(), s.TLS); err != nil {
		return Server{}, err
	}
	return s, s.check(u)
}

func parseTLS(u *url.URL) (TLS, error) {
	query := u.Query()
	for name := range query {
		if name != "tls" {
			return "", errors.New("mail server: the only setting after ? is tls")
		}
	}
	given := TLS(query.Get("tls"))
	switch u.Scheme {
	case "smtps":
		if given != "" && given != Implicit {
			return "", fmt.Errorf("mail server: smtps:// encrypts from the first byte and does not go with tls=%.20s", given)
		}
		return Implicit, nil
	case "smtp":
	default:
		return "", errors.New("mail server: the URL must begin with smtp:// or smtps://")
	}
	switch given {
	case "":
		return StartTLS, nil
	case StartTLS, Implicit, NoTLS:
		return given, nil
	}
	return "", fmt.Errorf("mail server: tls is %.20q; want starttls, implicit or none", given)
}

func parsePort(given string, encryption TLS) (int, error) {
	if given == "" {
		return map[TLS]int{StartTLS: 587, Implicit: 465, NoTLS: 25}[encryption], nil
	}
	port, err := strconv.Atoi(given)
	if err != nil || port < 1 || port > 65535 {
		return 0, errors.New("mail server: the port must be a number from 1 to 65535")
	}
	return port, nil
}

func (s Server) check(u *url.URL) error {
	switch {
	case u.Path != "" && u.Path != "/" || u.Fragment != "":
		return errors.New("mail server: nothing may follow host and port but ?tls=; characters such as / # in the password are written as %2F %23")
	case (s.User == "") != (s.Password == ""):
		return errors.New("mail server: give both a user and a password, or neither")
	case s.TLS == NoTLS && s.User != "" && !isLocal(s.Host):
		return errors.New("mail server: with tls=none the password would travel in the open; use tls=starttls or leave user and password out")
	}
	return nil
}

func isLocal(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (s Server) address() string { return net.JoinHostPort(s.Host, strconv.Itoa(s.Port)) }
