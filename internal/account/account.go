// Package account signs people in with the house's own account: OpenID Connect, authorization code with PKCE.
package account

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// ErrAway says that the provider does not answer, or not as a provider does.
var ErrAway = errors.New("the provider does not answer")

// ErrRefused says that the provider's answer does not belong to the question, or proves nothing.
var ErrRefused = errors.New("the provider's answer was not accepted")

const (
	askWithin   = 10 * time.Second
	againAfter  = 5 * time.Second // a provider that was away is left alone for so long
	freshFor    = time.Hour       // then it is asked again where its endpoints are
	maxResponse = 4 << 20         // bytes
)

// Config names the provider, and this installation as it knows it.
type Config struct {
	Issuer       string // as the provider writes it
	ClientID     string
	ClientSecret string   // empty for a public client
	Redirect     string   // where people come back to
	LoggedOut    string   // where they come back to after logging out there
	Scopes       []string // that are asked for beside openid; nil: email and profile
	Domains      []string // whose addresses are verified where the provider does not say whether they are
}

// Check refuses what cannot work; an empty Config is nobody's.
func (c Config) Check() error {
	u, err := url.Parse(c.Issuer)
	switch {
	case c.Issuer == "" && c.ClientID == "" && c.ClientSecret == "":
		return nil
	case c.Issuer == "":
		return errors.New("an issuer is needed with a client")
	case c.ClientID == "":
		return errors.New("a client id is needed with an issuer")
	case err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.Scheme != "https" && (u.Scheme != "http" || !onThisMachine(u.Hostname())):
		return fmt.Errorf("%q is no address that begins with https://, as https://login.example.org/realms/house", c.Issuer)
	}
	for _, d := range c.Domains {
		if strings.ContainsAny(d, "@*/: ") || !strings.Contains(d, ".") {
			return fmt.Errorf("%q is no domain of e-mail addresses, as example.org", d)
		}
	}
	return nil
}

// scopes are those that are asked for.
func (c Config) scopes() []string {
	if len(c.Scopes) == 0 {
		return []string{oidc.ScopeOpenID, "email", "profile"}
	}
	return append([]string{oidc.ScopeOpenID}, slices.DeleteFunc(slices.Clone(c.Scopes), func(s string) bool { return s == oidc.ScopeOpenID })...)
}

func onThisMachine(host string) bool {
	return host == "localhost" || host == "127.0.0.1" || host == "::1"
}

// Provider is the house's provider. It is asked for its endpoints when they are first needed, and again when it was away.
type Provider struct {
	config Config
	client *http.Client
	now    func() time.Time

	known atomic.Pointer[endpoints]

	mu     sync.Mutex // held while it is asked, by one for all
	failed time.Time
	why    error
}

// endpoints are what the provider said of itself.
type endpoints struct {
	provider   *oidc.Provider
	endSession string
	at         time.Time
}

// New is the provider of a config that Check has let through. It asks nothing yet.
func New(c Config) *Provider {
	return &Provider{config: c, now: time.Now, client: &http.Client{Timeout: askWithin, Transport: bounded{http.DefaultTransport}}}
}

// Config is what the provider was made of.
func (p *Provider) Config() Config { return p.config }

// Host is what the provider's address begins with, for people.
func (p *Provider) Host() string {
	u, err := url.Parse(p.config.Issuer)
	if err != nil {
		return p.config.Issuer
	}
	return u.Host
}

// Ping asks whether the provider answers, at once.
func (p *Provider) Ping(ctx context.Context) error {
	found, err := p.discover(ctx)
	if err == nil {
		p.known.Store(found)
	}
	return err
}

// endpoints are the provider's, from memory for an hour; where it is away those of before.
func (p *Provider) endpoints(ctx context.Context) (*endpoints, error) {
	if known := p.known.Load(); known != nil && p.now().Sub(known.at) < freshFor {
		return known, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	known := p.known.Load()
	if known != nil && p.now().Sub(known.at) < freshFor { // somebody else was a moment earlier
		return known, nil
	}
	if p.why == nil || p.now().Sub(p.failed) >= againAfter { // nobody waits for what has just not answered
		found, err := p.discover(ctx)
		if err == nil {
			p.known.Store(found)
			p.why = nil
			return found, nil
		}
		p.failed, p.why = p.now(), err
	}
	if known != nil {
		return known, nil
	}
	return nil, p.why
}

func (p *Provider) discover(ctx context.Context) (*endpoints, error) {
	ctx, stop := context.WithTimeout(ctx, askWithin)
	defer stop()
	found, err := oidc.NewProvider(oidc.ClientContext(ctx, p.client), p.config.Issuer)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAway, err)
	}
	var more struct {
		EndSession string `json:"end_session_endpoint"`
	}
	if err := found.Claims(&more); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAway, err)
	}
	if u, err := url.Parse(more.EndSession); err != nil || u.Scheme != "https" && u.Scheme != "http" {
		more.EndSession = ""
	}
	return &endpoints{found, more.EndSession, p.now()}, nil
}

// Attempt is a log-in that has begun; it belongs to one browser, and is used once.
type Attempt struct {
	State    string
	Nonce    string
	Verifier string // of PKCE
	At       time.Time
}

// Begin is where to send somebody who wants to log in, and what to keep until they come back.
func (p *Provider) Begin(ctx context.Context) (address string, a Attempt, err error) {
	found, err := p.endpoints(ctx)
	if err != nil {
		return "", a, err
	}
	a = Attempt{State: oauth2.GenerateVerifier(), Nonce: oauth2.GenerateVerifier(), Verifier: oauth2.GenerateVerifier(), At: p.now()}
	return p.oauth(found).AuthCodeURL(a.State, oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier)), a, nil
}

func (p *Provider) oauth(found *endpoints) *oauth2.Config {
	return &oauth2.Config{
		ClientID: p.config.ClientID, ClientSecret: p.config.ClientSecret, RedirectURL: p.config.Redirect,
		Endpoint: found.provider.Endpoint(), Scopes: p.config.scopes(),
	}
}

// Finish exchanges the code that somebody came back with for who they are. What is needed and not in the ID token, the provider is asked for.
func (p *Provider) Finish(ctx context.Context, a Attempt, code string, needed ...string) (Account, error) {
	found, err := p.endpoints(ctx)
	if err != nil {
		return Account{}, err
	}
	ctx, stop := context.WithTimeout(oidc.ClientContext(ctx, p.client), askWithin)
	defer stop()
	token, err := p.oauth(found).Exchange(ctx, code, oauth2.VerifierOption(a.Verifier))
	if err != nil {
		return Account{}, classed(err)
	}
	raw, _ := token.Extra("id_token").(string)
	if raw == "" {
		return Account{}, fmt.Errorf("%w: no id_token", ErrRefused)
	}
	proof, err := found.provider.Verifier(&oidc.Config{ClientID: p.config.ClientID, Now: p.now}).Verify(ctx, raw)
	if err != nil {
		return Account{}, classed(err)
	}
	if subtle.ConstantTimeCompare([]byte(proof.Nonce), []byte(a.Nonce)) != 1 {
		return Account{}, fmt.Errorf("%w: another nonce", ErrRefused)
	}
	if len(p.config.Domains) > 0 { // silence counts then: it has to be silence everywhere
		needed = append(slices.Clone(needed), "email_verified")
	}
	who, err := found.account(ctx, token, proof, raw, needed)
	if err != nil {
		return Account{}, err
	}
	who.Verified = who.verified(p.config.Domains)
	return who, nil
}

// classed tells what the provider refused from what never reached it.
func classed(err error) error {
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) && refused.Response != nil && refused.Response.StatusCode < http.StatusInternalServerError {
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	var unreached *url.Error
	if errors.As(err, &unreached) || errors.As(err, &refused) || strings.Contains(err.Error(), "fetching keys") {
		return fmt.Errorf("%w: %w", ErrAway, err)
	}
	return fmt.Errorf("%w: %w", ErrRefused, err)
}

// LogOut is where to send somebody who logs out, so that the house's account ends, too; empty where the provider has no such place.
// It asks nothing: a provider that is not known yet holds up nobody who leaves.
func (p *Provider) LogOut(proof string) string {
	known := p.known.Load()
	if known == nil || known.endSession == "" {
		return ""
	}
	u, err := url.Parse(known.endSession)
	if err != nil {
		return ""
	}
	q := u.Query()
	q.Set("client_id", p.config.ClientID)
	q.Set("post_logout_redirect_uri", p.config.LoggedOut)
	if proof != "" {
		q.Set("id_token_hint", proof)
	}
	u.RawQuery = q.Encode()
	return u.String()
}
