package handlerstest

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Scenario is one line of a table: who asks what, and what they must and must not read.
type Scenario struct {
	Name   string
	As     string // role, or guest
	Method string // GET when empty, POST when there is a form
	Path   string
	Form   url.Values

	WantStatus   int
	WantLocation string // of a redirect
	WantBody     []string
	NotBody      []string
}

// Run asks each line in turn; the lines see what those before them changed.
func (s *Site) Run(t *testing.T, table []Scenario) {
	t.Helper()
	for _, line := range table {
		t.Run(cmp.Or(line.Name, line.As+" "+line.Path), func(t *testing.T) {
			t.Helper()
			line.check(t, line.ask(s.As(line.As)))
		})
	}
}

func (l Scenario) ask(c *Client) Answer {
	switch {
	case l.Form != nil:
		return c.PostForm(l.Path, l.Form)
	case l.Method == http.MethodPost:
		return c.PostForm(l.Path, url.Values{})
	}
	return c.Do(cmp.Or(l.Method, http.MethodGet), l.Path, nil)
}

func (l Scenario) check(t *testing.T, got Answer) {
	t.Helper()
	if got.Status != l.WantStatus {
		t.Errorf("got status %d, want %d; body: %.600s", got.Status, l.WantStatus, got.Body)
	}
	if l.WantLocation != "" && got.Location != l.WantLocation {
		t.Errorf("got sent to %q, want %q", got.Location, l.WantLocation)
	}
	for _, want := range l.WantBody {
		if !strings.Contains(got.Body, want) {
			t.Errorf("the body lacks %q: %.3000s", want, got.Body)
		}
	}
	for _, not := range l.NotBody {
		if strings.Contains(got.Body, not) {
			t.Errorf("the body has %q", not)
		}
	}
}
