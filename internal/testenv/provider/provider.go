// Package provider is an OpenID Connect provider for tests: a real one over HTTP, with discovery, keys that change, a page to choose who
// one is, codes that are used once and bound to PKCE, and log-out. What it tells of people, and what it does wrong, tests decide.
package provider

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// The client that the provider knows.
const (
	ClientID     = "kollega"
	ClientSecret = "en hemmelighet mellom husene"
)

// Claims are what the provider tells of a person, beside who asked and when; "sub" is needed.
type Claims map[string]any

// Provider is a running provider.
type Provider struct {
	t      testing.TB
	server *httptest.Server
	addr   string

	mu      sync.Mutex
	people  map[string]Claims // by what they choose on its page
	order   []string
	returns []string // addresses that it leads back to
	keys    []jose.JSONWebKey
	codes   map[string]grant
	tokens  map[string]Claims // by access token
	wrong   func(id Claims)   // changes what is about to be signed
	apart   bool              // e-mail and groups are told when asked for, not in the token
	outs    []url.Values      // log-outs
	asked   string            // scope that groups are told for; empty: any
	stay    bool              // log-outs are answered with nothing
}

// grant is what a code stands for.
type grant struct {
	who                              string
	nonce, challenge, returns, scope string
}

// New starts a provider that knows nobody; it lives as long as the test.
func New(t testing.TB) *Provider {
	t.Helper()
	p := &Provider{t: t, people: map[string]Claims{}, codes: map[string]grant{}, tokens: map[string]Claims{}}
	p.RotateKeys()
	p.server = httptest.NewServer(p.handler())
	p.addr = p.server.Listener.Addr().String()
	t.Cleanup(func() { p.server.Close() })
	return p
}

// Issuer is the provider's own address.
func (p *Provider) Issuer() string { return "http://" + p.addr }

// ReturnTo makes addresses known that people may be led back to.
func (p *Provider) ReturnTo(addresses ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.returns = append(p.returns, addresses...)
}

// Person makes a person known, or tells other things of one who is.
func (p *Provider) Person(name string, c Claims) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.people[name] == nil {
		p.order = append(p.order, name)
	}
	p.people[name] = c
}

// RotateKeys signs with a new key from now on; the old ones are told no more.
func (p *Provider) RotateKeys() {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		p.t.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys = []jose.JSONWebKey{{Key: key, KeyID: rand.Text(), Algorithm: string(jose.ES256), Use: "sig"}}
}

// Wrong lets a test change what is about to be signed; nil ends that.
func (p *Provider) Wrong(change func(id Claims)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wrong = change
}

// Apart keeps all but the subject out of the ID token: it is told at the user info address.
func (p *Provider) Apart() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.apart = true
}

// GroupsWhenAsked tells of groups only whoever asks for that scope, as Dex and Okta do.
func (p *Provider) GroupsWhenAsked(scope string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = scope
}

// Stop ends the server: nothing answers at its address until Start.
func (p *Provider) Stop() { p.server.Close() }

// Start lets it answer again, at the same address.
func (p *Provider) Start() {
	p.t.Helper()
	var l net.Listener
	var err error
	for range 100 {
		if l, err = net.Listen("tcp", p.addr); err == nil {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if err != nil {
		p.t.Fatal(err)
	}
	p.server = httptest.NewUnstartedServer(p.handler())
	p.server.Listener.Close()
	p.server.Listener = l
	p.server.Start()
}

// LogOuts are what it was asked with to log out, in order.
func (p *Provider) LogOuts() []url.Values {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]url.Values(nil), p.outs...)
}

func (p *Provider) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.discovery)
	mux.HandleFunc("GET /keys", p.jwks)
	mux.HandleFunc("GET /authorize", p.authorize)
	mux.HandleFunc("POST /token", p.token)
	mux.HandleFunc("GET /userinfo", p.userInfo)
	mux.HandleFunc("GET /logout", p.logOut)
	return mux
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // whoever asked is gone
}

func (p *Provider) discovery(w http.ResponseWriter, _ *http.Request) {
	at := p.Issuer()
	answer(w, http.StatusOK, map[string]any{
		"issuer": at, "authorization_endpoint": at + "/authorize", "token_endpoint": at + "/token", "jwks_uri": at + "/keys",
		"userinfo_endpoint": at + "/userinfo", "end_session_endpoint": at + "/logout",
		"response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"},
		"id_token_signing_alg_values_supported": []string{"ES256"}, "code_challenge_methods_supported": []string{"S256"},
		"token_endpoint_auth_methods_supported": []string{"client_secret_basic"},
	})
}

func (p *Provider) jwks(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var set jose.JSONWebKeySet
	for _, k := range p.keys {
		set.Keys = append(set.Keys, k.Public())
	}
	answer(w, http.StatusOK, set)
}

var choose = template.Must(template.New("").Parse(`<!doctype html><html lang="en"><title>The house’s log-in</title><h1>Who are you?</h1>
{{range .People}}<p><a id="as-{{.Name}}" href="{{.To}}">{{.Name}}</a></p>{{end}}<p><a id="cancel" href="{{.Cancel}}">Cancel</a></p>`))

// authorize lets whoever comes choose who they are, and leads them back with a code.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	p.mu.Lock()
	defer p.mu.Unlock()
	known := false
	for _, to := range p.returns {
		known = known || to == q.Get("redirect_uri")
	}
	switch { // without a known client and address nobody is led anywhere: RFC 6749, 4.1.2.1
	case q.Get("client_id") != ClientID, !known:
		http.Error(w, "unknown client or address: "+q.Get("redirect_uri"), http.StatusBadRequest)
		return
	case q.Get("response_type") != "code", q.Get("code_challenge_method") != "S256", q.Get("code_challenge") == "", !strings.Contains(" "+q.Get("scope")+" ", " openid "):
		back(w, r, q, url.Values{"error": {"invalid_request"}})
		return
	}
	who := q.Get("login")
	if who == "" {
		page := struct {
			People []struct{ Name, To string }
			Cancel string
		}{Cancel: "?" + with(q, "login", "-")}
		for _, name := range p.order {
			page.People = append(page.People, struct{ Name, To string }{name, "?" + with(q, "login", name)})
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_ = choose.Execute(w, page) // whoever asked is gone
		return
	}
	if p.people[who] == nil {
		back(w, r, q, url.Values{"error": {"access_denied"}})
		return
	}
	code := rand.Text()
	p.codes[code] = grant{who, q.Get("nonce"), q.Get("code_challenge"), q.Get("redirect_uri"), q.Get("scope")}
	back(w, r, q, url.Values{"code": {code}, "iss": {p.Issuer()}})
}

func with(q url.Values, name, value string) string {
	c := maps.Clone(q)
	c.Set(name, value)
	return c.Encode()
}

func back(w http.ResponseWriter, r *http.Request, q, more url.Values) {
	more.Set("state", q.Get("state"))
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+more.Encode(), http.StatusFound)
}

// token exchanges a code, once, for whoever proves to be the client that asked for it.
func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	id, secret, _ := r.BasicAuth()
	if id, _ = url.QueryUnescape(id); id != ClientID {
		answer(w, http.StatusUnauthorized, map[string]string{"error": "invalid_client"})
		return
	}
	if secret, _ = url.QueryUnescape(secret); secret != ClientSecret {
		answer(w, http.StatusUnauthorized, map[string]string{"error": "invalid_client"})
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	g, there := p.codes[r.FormValue("code")]
	delete(p.codes, r.FormValue("code"))
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if !there || g.challenge != base64.RawURLEncoding.EncodeToString(sum[:]) || g.returns != r.FormValue("redirect_uri") {
		answer(w, http.StatusBadRequest, map[string]string{"error": "invalid_grant"})
		return
	}
	now := time.Now()
	claims := Claims{"iss": p.Issuer(), "aud": ClientID, "iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix(), "nonce": g.nonce}
	for name, value := range p.people[g.who] {
		if !p.apart || name == "sub" {
			claims[name] = value
		}
	}
	told := maps.Clone(p.people[g.who])
	if p.asked != "" && !slices.Contains(strings.Fields(g.scope), p.asked) {
		delete(told, "groups")
		delete(claims, "groups")
	}
	if p.wrong != nil {
		p.wrong(claims)
	}
	signed, err := p.sign(claims)
	if err != nil {
		answer(w, http.StatusInternalServerError, map[string]string{"error": err.Error()})
		return
	}
	access := rand.Text()
	p.tokens[access] = told
	answer(w, http.StatusOK, map[string]any{"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": signed})
}

func (p *Provider) sign(claims Claims) (string, error) {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: p.keys[0]}, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return "", err
	}
	b, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	signed, err := signer.Sign(b)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}

func (p *Provider) userInfo(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	claims, there := p.tokens[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
	if !there {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	answer(w, http.StatusOK, claims)
}

// StayOnLogOut shows nothing of its own from now on, so that the page that leads here can be looked at.
func (p *Provider) StayOnLogOut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stay = true
}

// logOut leads back where the address is known.
func (p *Provider) logOut(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.outs = append(p.outs, r.URL.Query())
	stay, back := p.stay, ""
	for _, to := range p.returns {
		if to == r.URL.Query().Get("post_logout_redirect_uri") {
			back = to
		}
	}
	p.mu.Unlock()
	switch {
	case stay:
		w.WriteHeader(http.StatusNoContent) // browsers leave the page as it is
	case back != "":
		http.Redirect(w, r, back, http.StatusFound)
	default:
		fmt.Fprintln(w, "Logged out.")
	}
}
