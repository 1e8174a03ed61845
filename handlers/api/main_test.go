package api_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"kollega/handlers/handlerstest"
	"kollega/internal/testenv"
)

func TestMain(m *testing.M) { testenv.Main(m) }

// ask is one line of a table: who asks what over the API, and what they must and must not read.
type ask struct {
	name, as, method, path string
	body                   any // sent as JSON; a string as it is

	want int
	has  []string
	not  []string
}

// run asks each line in turn.
func run(t *testing.T, s *handlerstest.Site, table []ask) {
	t.Helper()
	clients := map[string]*handlerstest.Client{}
	for _, a := range table {
		c := clients[a.as]
		if c == nil {
			if c = s.Guest(); a.as != "nobody" {
				c = s.API(a.as)
			}
			clients[a.as] = c
		}
		t.Run(a.name, func(t *testing.T) {
			got := send(c, a.method, a.path, a.body)
			if got.Status != a.want {
				t.Fatalf("%s %s as %s: got %d, want %d: %.600s", a.method, a.path, a.as, got.Status, a.want, got.Body)
			}
			for _, want := range a.has {
				if !strings.Contains(got.Body, want) {
					t.Errorf("the answer lacks %q: %.2000s", want, got.Body)
				}
			}
			for _, not := range a.not {
				if strings.Contains(got.Body, not) {
					t.Errorf("the answer has %q: %.2000s", not, got.Body)
				}
			}
			if got.Status >= 400 {
				problem(t, got)
			}
		})
	}
}

// send asks once; a string is sent as it is.
func send(c *handlerstest.Client, method, path string, body any) handlerstest.Answer {
	if text, ok := body.(string); ok {
		return c.Do(method, "/api/v1"+path, strings.NewReader(text), "Content-Type", "application/json")
	}
	return c.JSON(method, "/api/v1"+path, body)
}

// problem checks that an error is one of RFC 9457.
func problem(t *testing.T, got handlerstest.Answer) {
	t.Helper()
	var p struct {
		Type, Title, Detail string
		Status              int
		Errors              []struct{ Location, Message string }
	}
	d := json.NewDecoder(bytes.NewReader([]byte(got.Body)))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil || p.Type != "about:blank" || p.Status != got.Status || p.Title != http.StatusText(got.Status) {
		t.Errorf("got %v %+v from %q", err, p, got.Body)
	}
	if kind := got.Header.Get("Content-Type"); kind != "application/problem+json" {
		t.Errorf("got Content-Type %q", kind)
	}
	for _, e := range p.Errors {
		if e.Location == "" || e.Message == "" {
			t.Errorf("a refused field without place or words: %q", got.Body)
		}
	}
	if (got.Status == http.StatusUnauthorized) != (got.Header.Get("WWW-Authenticate") == "Bearer") {
		t.Errorf("status %d with WWW-Authenticate %q", got.Status, got.Header.Get("WWW-Authenticate"))
	}
}

// decode reads an answer of that status.
func decode[T any](t *testing.T, got handlerstest.Answer, want int) (v T) {
	t.Helper()
	if got.Status != want {
		t.Fatalf("got %d, want %d: %.1000s", got.Status, want, got.Body)
	}
	if err := got.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

type m = map[string]any
