package account

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Account is who somebody is to the provider. Issuer and Subject are its key: nothing else stays the same.
type Account struct {
	Issuer   string
	Subject  string
	Email    string
	Verified bool // the provider has made sure that the address is theirs
	Name     string
	Language string // tag, empty where it is not told
	Proof    string // the ID token, to log out with

	claims map[string]any
}

// account reads the ID token, and asks the provider for what is needed and not in it.
func (e *endpoints) account(ctx context.Context, token *oauth2.Token, proof *oidc.IDToken, raw string, needed []string) (Account, error) {
	claims := map[string]any{}
	if err := proof.Claims(&claims); err != nil {
		return Account{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	lacks := func(name string) bool { return claims[name] == nil }
	if e.provider.UserInfoEndpoint() != "" && slices.ContainsFunc(needed, lacks) {
		more, err := e.more(ctx, token, proof.Subject)
		if err != nil {
			return Account{}, err
		}
		if !lacks("email") && claims["email"] != more["email"] {
			delete(more, "email_verified") // of another address
		}
		for name, value := range more {
			if lacks(name) {
				claims[name] = value
			}
		}
	}
	text := func(name string) string { s, _ := claims[name].(string); return strings.TrimSpace(s) }
	a := Account{Issuer: proof.Issuer, Subject: proof.Subject, Email: text("email"), Name: text("name"), Language: text("locale"), Proof: raw, claims: claims}
	if a.Name == "" {
		a.Name = strings.TrimSpace(text("given_name") + " " + text("family_name"))
	}
	return a, nil
}

// google is the issuer of accounts that anybody can have.
const google = "https://accounts.google.com"

// verified tells whether the provider has made sure of the address. Entra ID says so by a claim of its own, where the application asks for
// it. Where nothing is said, the house's own domains count; where the provider says no, nothing does.
func (a Account) verified(domains []string) bool {
	if a.Email == "" {
		return false
	}
	domain := strings.ToLower(a.Email[strings.LastIndexByte(a.Email, '@')+1:])
	plain, edov := a.claims["email_verified"], a.claims["xms_edov"]
	switch {
	case a.Issuer == google && a.claims["hd"] == nil && domain != "gmail.com" && domain != "googlemail.com":
		return false // Google: of other addresses than these it was made sure once, and they may be somebody else's now
	case plain == nil && edov == nil:
		return slices.ContainsFunc(domains, func(d string) bool { return strings.EqualFold(d, domain) })
	}
	return said(plain) || said(edov)
}

// more is what the provider says about the subject when it is asked.
func (e *endpoints) more(ctx context.Context, token *oauth2.Token, subject string) (map[string]any, error) {
	info, err := e.provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return nil, classed(err)
	}
	if info.Subject != subject { // OpenID Connect Core 5.3.2: of somebody else, it must not be used
		return nil, fmt.Errorf("%w: user info about another subject", ErrRefused)
	}
	claims := map[string]any{}
	if err := info.Claims(&claims); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	return claims, nil
}

// said tells whether a claim says yes, as a truth value or in one of the ways that providers write it.
func said(claim any) bool {
	switch v := claim.(type) {
	case bool:
		return v
	case string:
		return strings.EqualFold(v, "true") || v == "1"
	case float64:
		return v == 1
	}
	return false
}

// Groups are those that a claim names; told is false where there is no such claim, or where the provider says that they were too many
// to be told.
func (a Account) Groups(claim string) (groups []string, told bool) {
	value, told := a.claims[claim]
	if !told {
		return nil, false
	}
	switch v := value.(type) {
	case string:
		return []string{v}, true
	case []any:
		groups = []string{}
		for _, item := range v {
			switch g := item.(type) {
			case string:
				groups = append(groups, g)
			case map[string]any: // as some providers write roles
				if name, ok := g["name"].(string); ok {
					groups = append(groups, name)
				}
			}
		}
		return groups, true
	}
	return nil, false
}

// TooMany tells whether the provider kept the claim back because it would have been too long, as Entra ID does.
func (a Account) TooMany(claim string) bool {
	elsewhere, _ := a.claims["_claim_names"].(map[string]any)
	_, there := elsewhere[claim]
	return there
}

// bounded reads no more of an answer than a provider has to say.
type bounded struct{ http.RoundTripper }

// RoundTrip asks, and bounds the answer.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		res.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(res.Body, maxResponse), res.Body}
	}
	return res, err
}
