package handlerstest

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// Stream is an open page of the client that hears of changes.
type Stream struct {
	Status int
	Header http.Header

	t     testing.TB
	stop  context.CancelFunc
	ended chan struct{}

	mu     sync.Mutex
	lastID string
	topics []string // all that it was told, in order
}

// Live opens a stream at a path; headers alternate names and values.
func (c *Client) Live(path string, headers ...string) *Stream {
	t := c.site.t
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.site.App.URL(path), nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "text/event-stream")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	s := &Stream{t: t, stop: stop, ended: make(chan struct{})}
	t.Cleanup(s.Close)
	res, err := c.http.Do(req) //nolint:bodyclose // below, by whoever reads it
	if err != nil {
		t.Fatal(err)
	}
	s.Status, s.Header = res.StatusCode, res.Header
	go func() {
		defer close(s.ended)
		defer res.Body.Close()
		for lines := bufio.NewScanner(res.Body); lines.Scan(); {
			s.take(lines.Text())
		}
	}()
	return s
}

func (s *Stream) take(line string) {
	field, value, _ := strings.Cut(line, ": ")
	s.mu.Lock()
	defer s.mu.Unlock()
	switch field {
	case "id":
		s.lastID = value
	case "data":
		s.topics = append(s.topics, strings.Fields(value)...)
	}
}

// Close leaves.
func (s *Stream) Close() {
	s.stop()
	<-s.ended
}

// Told is what it was told so far, and the mark of it.
func (s *Stream) Told() (topics []string, lastID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.topics...), s.lastID
}

// Until waits until it has been told of so many topics.
func (s *Stream) Until(n int) []string {
	s.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		if topics, _ := s.Told(); len(topics) >= n {
			return topics
		} else if time.Now().After(end) {
			s.t.Fatalf("told of %q, want %d topics", topics, n)
		}
	}
}

// patience is how long a stream may take to do what it is to do.
const patience = 10 * time.Second

// UntilEnded waits until the server has ended it.
func (s *Stream) UntilEnded() {
	s.t.Helper()
	select {
	case <-s.ended:
	case <-time.After(patience):
		s.t.Fatal("the stream goes on")
	}
}
