// Package hook sends messages to incoming webhooks of Slack, Microsoft Teams and Mattermost.
package hook

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

const (
	limit     = 10 * time.Second // of one delivery
	maxAnswer = 4 << 10          // bytes of an answer that are read
	maxWait   = time.Hour        // that a receiver can ask us to wait
)

// Reasons that a message was not taken for.
const (
	ReasonAddress  = "address"  // not an https address
	ReasonPrivate  = "private"  // it leads into a network of our own
	ReasonAway     = "away"     // nobody answers there, or not as https does
	ReasonTimeout  = "timeout"  // no answer in time
	ReasonRedirect = "redirect" // it sends us elsewhere
	ReasonGone     = "gone"     // the receiver says that there is no such webhook
	ReasonRefused  = "refused"  // the receiver answers with an error
)

// Error is a message that was not taken. It names neither the address, which is a secret, nor what was sent.
type Error struct {
	Reason string
	Status int           // of the answer, 0 without one
	Wait   time.Duration // that the receiver asks for
}

// Error says what went wrong, for logs.
func (e *Error) Error() string {
	if e.Status != 0 {
		return fmt.Sprintf("webhook: %s, status %d", e.Reason, e.Status)
	}
	return "webhook: " + e.Reason
}

// Lasting tells whether sending again cannot help.
func (e *Error) Lasting() bool {
	return e.Reason == ReasonAddress || e.Reason == ReasonGone
}

// Config says what a Client may reach.
type Config struct {
	Private bool           // networks of our own, too
	Roots   *x509.CertPool // authorities of certificates; nil: the system's
	Limit   time.Duration  // of one delivery; 0: ten seconds
}

// Client sends messages. It is safe for concurrent use.
type Client struct {
	http *http.Client
}

// New makes a client. It follows no redirect and uses no proxy, and looks at the address that a name leads to when it connects: a name may
// lead elsewhere a moment later.
func New(cfg Config) *Client {
	dialer := &net.Dialer{Timeout: limit}
	if !cfg.Private {
		dialer.Control = refusePrivate
	}
	if cfg.Limit == 0 {
		cfg.Limit = limit
	}
	return &Client{&http.Client{
		Timeout:       cfg.Limit,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: dialer.DialContext, TLSClientConfig: &tls.Config{RootCAs: cfg.Roots, MinVersion: tls.VersionTLS12},
			ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 1, IdleConnTimeout: 30 * time.Second, MaxResponseHeaderBytes: 64 << 10,
		},
	}}
}

// CheckAddress tells whether an address can be one of a webhook.
func CheckAddress(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "https" && u.Hostname() != "" && u.User == nil && u.Fragment == "" && len(address) <= 2000
}

// Post sends a message to an address. An error is an *Error, unless ctx ended.
func (c *Client) Post(ctx context.Context, address string, message []byte) error {
	if !CheckAddress(address) {
		return &Error{Reason: ReasonAddress}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(message))
	if err != nil {
		return &Error{Reason: ReasonAddress}
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Kollega")
	res, err := c.http.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return &Error{Reason: reason(err)}
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, maxAnswer)) // so that the connection can be used again
	switch {
	case res.StatusCode >= 200 && res.StatusCode < 300:
		return nil
	case res.StatusCode >= 300 && res.StatusCode < 400:
		return &Error{Reason: ReasonRedirect, Status: res.StatusCode}
	case res.StatusCode == http.StatusGone:
		return &Error{Reason: ReasonGone, Status: res.StatusCode}
	}
	return &Error{Reason: ReasonRefused, Status: res.StatusCode, Wait: wait(res.Header.Get("Retry-After"))}
}

func reason(err error) string {
	var network net.Error
	switch {
	case errors.Is(err, errPrivate):
		return ReasonPrivate
	case errors.As(err, &network) && network.Timeout():
		return ReasonTimeout
	}
	return ReasonAway
}

// wait is the time of a Retry-After header (RFC 9110, 10.2.3) in seconds; 0 without one.
func wait(header string) time.Duration {
	seconds, err := strconv.Atoi(header)
	if err != nil || seconds < 0 {
		return 0
	}
	return min(time.Duration(seconds)*time.Second, maxWait)
}
