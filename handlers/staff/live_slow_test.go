package staff_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"testing"
	"time"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

// slow is the connection to somebody who takes nothing after the first message: a write goes no further until its time is over.
type slow struct {
	*httptest.ResponseRecorder

	stuck chan struct{} // closed by the first write that goes no further
	over  chan struct{} // closed when its time is over

	mu    sync.Mutex
	limit time.Time
	taken int
}

// Write takes one message, and then none.
func (s *slow) Write(b []byte) (int, error) {
	s.mu.Lock()
	s.taken++
	first := s.taken == 1
	s.mu.Unlock()
	if first {
		return s.ResponseRecorder.Write(b)
	}
	close(s.stuck)
	<-s.over
	return 0, os.ErrDeadlineExceeded
}

// Flush has nothing to do.
func (s *slow) Flush() {}

// SetWriteDeadline notes it, as a connection would.
func (s *slow) SetWriteDeadline(at time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !at.IsZero() {
		s.limit = at
	}
	return nil
}

// TestWhoReadsSlowlyHoldsNobodyUp has two pages of the same colleague open, of which one is on a line that takes nothing more: the other hears
// everything, and the slow one is let go when its time is over and is told later what it missed.
func TestWhoReadsSlowlyHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	ada := s.User(models.User{})
	c, job := s.AsUser(ada), s.Job(models.Job{})
	since := onward(t, s)
	req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/live?on=links&since="+since, nil)
	req.Host = s.App.BaseURL.Host
	req.Header.Set("Accept", "text/event-stream")
	for _, cookie := range c.Cookies() {
		req.AddCookie(cookie)
	}
	line := &slow{ResponseRecorder: httptest.NewRecorder(), stuck: make(chan struct{}), over: make(chan struct{})}
	gone := make(chan struct{})
	go func() { defer close(gone); s.Handler.ServeHTTP(line, req) }()
	quick := c.Live("/live?on=links&since=" + since)
	until(t, "both are connected", func() bool { return s.App.Live.Stats().Pages == 2 })

	s.Link(ada, job, "x")
	<-line.stuck
	heard := len(quick.Until(1))
	for n := range 3 { // while the slow one holds its message
		s.Link(ada, s.Job(models.Job{}), "qr")
		heard = len(quick.Until(heard + 1))
		if n == 0 && s.App.Live.Stats().Pages != 2 {
			t.Error("the slow one is gone before its time")
		}
	}
	line.mu.Lock()
	if left := time.Until(line.limit); left > time.Minute || line.limit.IsZero() {
		t.Errorf("a write may take %v", left)
	}
	line.mu.Unlock()
	close(line.over)
	<-gone
	until(t, "the slow one is let go", func() bool { return s.App.Live.Stats().Pages == 1 })
	if got := line.Body.Bytes(); !bytes.Contains(got, []byte("event: hello")) || bytes.Contains(got, []byte("links")) {
		t.Errorf("the slow one took %q", got)
	}
	if got := c.Live("/live?on=links&since=" + since).Until(1); got[0] != "links" {
		t.Errorf("coming back it is told of %q", got)
	}
}
