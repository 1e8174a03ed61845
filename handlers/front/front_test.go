package front

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

const answered = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfront"

// newFront is a front before a server that answers "rest".
func newFront(t *testing.T, answer Answer) (f *Front, server *http.Server, addr string) {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f = Listen(l, answer, slog.New(slog.DiscardHandler))
	server = &http.Server{
		ReadHeaderTimeout: time.Minute,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(w, r.Body)
			_, _ = io.WriteString(w, "rest")
		}),
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(f) }()
	t.Cleanup(func() {
		server.Close()
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("Serve = %v", err)
		}
		if err := f.Wait(context.Background()); err != nil {
			t.Errorf("Wait = %v", err)
		}
	})
	return f, server, l.Addr().String()
}

func always(dst []byte, _ *Click) ([]byte, bool) { return append(dst, answered...), true }

func dial(t *testing.T, addr string) (net.Conn, *bufio.Reader) {
	t.Helper()
	c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return c, bufio.NewReader(c)
}

func send(t *testing.T, c net.Conn, text string) {
	t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
}

func wantBody(t *testing.T, name string, r *bufio.Reader, want string) {
	t.Helper()
	a, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	defer a.Body.Close()
	body, err := io.ReadAll(a.Body)
	if err != nil || string(body) != want {
		t.Errorf("%s: got %q, %v; want %q", name, body, err, want)
	}
}

func TestAnswersAndPassesOn(t *testing.T) {
	t.Parallel()
	_, _, addr := newFront(t, always)
	c, r := dial(t, addr)
	for range 3 {
		send(t, c, phone)
		wantBody(t, "a click", r, "front")
	}
	send(t, c, phone+phone+"POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab")
	wantBody(t, "the first of two at once", r, "front")
	wantBody(t, "the second", r, "front")
	send(t, c, "cd"+phone)
	wantBody(t, "a form that came in two parts", r, "abcdrest")
	wantBody(t, "a click behind it", r, "rest")
}

// A head that comes in pieces is net/http's, which has a time limit for it.
func TestSlowHead(t *testing.T) {
	t.Parallel()
	_, _, addr := newFront(t, always)
	c, r := dial(t, addr)
	for _, piece := range []string{phone[:3], phone[3:40], phone[40:]} {
		send(t, c, piece)
		time.Sleep(10 * time.Millisecond)
	}
	wantBody(t, "in pieces", r, "rest")
}

func TestLongHead(t *testing.T) {
	t.Parallel()
	_, _, addr := newFront(t, always)
	c, r := dial(t, addr)
	send(t, c, strings.Replace(phone, "\r\n\r\n", "\r\nX-Long: "+strings.Repeat("a", 3*maxHead)+"\r\n\r\n", 1))
	wantBody(t, "long", r, "rest")
}

func TestNotAnswered(t *testing.T) {
	t.Parallel()
	_, _, addr := newFront(t, func(dst []byte, _ *Click) ([]byte, bool) { return append(dst, "half an answer"...), false })
	c, r := dial(t, addr)
	send(t, c, phone)
	wantBody(t, "left to net/http", r, "rest")
}

// A panic ends its connection alone.
func TestPanic(t *testing.T) {
	t.Parallel()
	_, _, addr := newFront(t, func(dst []byte, c *Click) ([]byte, bool) {
		if c.Lang == "en" {
			panic("no English today")
		}
		return always(dst, c)
	})
	c, r := dial(t, addr)
	send(t, c, strings.Replace(phone, " HTTP", "?lang=en HTTP", 1))
	if _, err := r.ReadByte(); !errors.Is(err, io.EOF) {
		t.Errorf("got %v, want the end of the connection", err)
	}
	c, r = dial(t, addr)
	send(t, c, phone)
	wantBody(t, "the next", r, "front")
}

// Shutdown closes what is idle at once and lets an answer that is being made be given.
func TestShutdown(t *testing.T) {
	t.Parallel()
	began, goOn := make(chan struct{}), make(chan struct{})
	f, server, addr := newFront(t, func(dst []byte, c *Click) ([]byte, bool) {
		if c.Lang == "en" {
			close(began)
			<-goOn
		}
		return always(dst, c)
	})
	idle, idleReader := dial(t, addr)
	send(t, idle, phone)
	wantBody(t, "before", idleReader, "front")
	silent, silentReader := dial(t, addr)
	_ = silent
	busy, busyReader := dial(t, addr)
	send(t, busy, strings.Replace(phone, " HTTP", "?lang=en HTTP", 1))
	<-began
	if err := server.Shutdown(t.Context()); err != nil {
		t.Errorf("Shutdown = %v", err)
	}
	for _, r := range []*bufio.Reader{idleReader, silentReader} {
		if _, err := r.ReadByte(); err == nil {
			t.Error("an idle connection goes on")
		}
	}
	if c, err := net.DialTimeout("tcp", addr, time.Second); err == nil {
		c.Close()
		t.Error("a new connection is taken")
	}
	soon, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	waited := make(chan error, 1)
	go func() { waited <- f.Wait(soon) }()
	close(goOn)
	wantBody(t, "the last answer", busyReader, "front")
	if err := <-waited; err != nil {
		t.Errorf("Wait = %v", err)
	}
}

// An answer that nobody reads does not hold up the stop for ever.
func TestWaitEnds(t *testing.T) {
	t.Parallel()
	began := make(chan struct{}, 100)
	f, server, addr := newFront(t, func(dst []byte, _ *Click) ([]byte, bool) {
		select {
		case began <- struct{}{}:
		default:
		}
		return append(dst, make([]byte, 64<<20)...), true
	})
	c, _ := dial(t, addr)
	send(t, c, phone)
	<-began
	if err := server.Shutdown(t.Context()); err != nil {
		t.Errorf("Shutdown = %v", err)
	}
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := f.Wait(short); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Wait = %v, want the end of its time", err)
	}
}
