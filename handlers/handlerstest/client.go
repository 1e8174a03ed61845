package handlerstest

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/textproto"
	"net/url"
	"strings"

	"kollega/models"
)

// Client asks like one person's browser: it keeps cookies, follows no redirect and sends the Origin of our own pages.
type Client struct {
	User models.User // zero for a guest

	site  *Site
	http  *http.Client
	token string // of the API, when it asks as a program
}

// Answer is what came back, its body read.
type Answer struct {
	Status   int
	Body     string
	Header   http.Header
	Location string // of a redirect, without our own host
}

// Guest is a browser in which nobody is signed in.
func (s *Site) Guest() *Client {
	jar, _ := cookiejar.New(nil) // has no error without options
	return &Client{site: s, http: &http.Client{
		Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// As is the browser of the site's person of that role, signed in: admin, hr, leader, employee; the same one each time.
// "" or "guest" is a new guest.
func (s *Site) As(role string) *Client {
	s.t.Helper()
	if role == "" || role == "guest" {
		return s.Guest()
	}
	u := s.Person(role)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.browsers[role] == nil {
		s.browsers[role] = s.AsUser(u)
	}
	return s.browsers[role]
}

// AsUser is a new browser in which that person is signed in.
func (s *Site) AsUser(u models.User) *Client {
	s.t.Helper()
	sessions := s.App.Sessions
	ctx, err := sessions.Load(s.t.Context(), "")
	if err != nil {
		s.t.Fatal(err)
	}
	sessions.Put(ctx, "user", u.ID.String()) // as web.SignIn does; through /login each would cost a password hash
	sessions.Put(ctx, "epoch", u.SessionEpoch)
	token, _, err := sessions.Commit(ctx)
	if err != nil {
		s.t.Fatal(err)
	}
	c := s.Guest()
	c.User = u
	c.http.Jar.SetCookies(s.App.BaseURL, []*http.Cookie{{Name: sessions.Cookie.Name, Value: token, Path: "/"}})
	return c
}

// Cookies are what the browser would send: a test hands them to a real one.
func (c *Client) Cookies() []*http.Cookie { return c.http.Jar.Cookies(c.site.App.BaseURL) }

// API is a program with a token of the site's person of that role.
func (s *Site) API(role string) *Client {
	s.t.Helper()
	c := s.Guest()
	c.User = s.Person(role)
	_, token, err := s.DB.CreateAPIToken(s.t.Context(), c.User.ID, "test")
	if err != nil {
		s.t.Fatal(err)
	}
	c.token = token
	return c
}

// Get asks for a page.
func (c *Client) Get(path string, headers ...string) Answer {
	c.site.t.Helper()
	return c.Do(http.MethodGet, path, nil, headers...)
}

// PostForm sends a form.
func (c *Client) PostForm(path string, form url.Values, headers ...string) Answer {
	c.site.t.Helper()
	return c.Do(http.MethodPost, path, strings.NewReader(form.Encode()), append([]string{"Content-Type", "application/x-www-form-urlencoded"}, headers...)...)
}

// File is one file of a form.
type File struct {
	Field, Name, Type string
	Content           []byte
}

// PostMultipart sends a form with files.
func (c *Client) PostMultipart(path string, form url.Values, files ...File) Answer {
	c.site.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, values := range form {
		for _, v := range values {
			_ = w.WriteField(name, v) // a buffer takes everything
		}
	}
	for _, f := range files {
		head := textproto.MIMEHeader{}
		head.Set("Content-Disposition", multipart.FileContentDisposition(f.Field, f.Name))
		head.Set("Content-Type", f.Type)
		part, _ := w.CreatePart(head)
		_, _ = part.Write(f.Content)
	}
	_ = w.Close()
	return c.Do(http.MethodPost, path, &body, "Content-Type", w.FormDataContentType())
}

// JSON sends body as JSON, nothing when it is nil.
func (c *Client) JSON(method, path string, body any, headers ...string) Answer {
	c.site.t.Helper()
	var r io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			c.site.t.Fatal(err)
		}
		r = bytes.NewReader(b)
	}
	return c.Do(method, path, r, append([]string{"Content-Type", "application/json", "Accept", "application/json"}, headers...)...)
}

// Do asks anything; headers alternate names and values and replace the usual ones.
func (c *Client) Do(method, path string, body io.Reader, headers ...string) Answer {
	t := c.site.t
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, c.site.App.URL(path), body)
	if err != nil {
		t.Fatal(err)
	}
	if method != http.MethodGet && method != http.MethodHead {
		req.Header.Set("Origin", c.site.App.BaseURL.String())
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	req.Header.Set("Accept-Language", "nb")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	c.site.App.Directory.Sync(t.Context()) // tests change rows behind the program's back
	res, err := c.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return Answer{
		Status: res.StatusCode, Body: string(b), Header: res.Header,
		Location: strings.TrimPrefix(res.Header.Get("Location"), c.site.App.BaseURL.String()),
	}
}

// Decode reads a JSON answer into v.
func (a Answer) Decode(v any) error { return json.Unmarshal([]byte(a.Body), v) }
