// Package front stands before net/http: it answers the plain requests for landing pages, which are most of all and cost
// net/http more than all that Kollega does about them, and passes every other connection on, with what was read of it.
package front

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"runtime/debug"
	"sync"
	"time"
)

const (
	headTimeout = 10 * time.Second // for the first request, as net/http is told
	idleTimeout = 2 * time.Minute  // between requests
	idleRenewed = 15 * time.Second // renewing the deadline costs, so it is done that seldom
	maxHead     = 4 << 10          // longer ones are not plain
)

// Answer appends the whole answer to a click, head and body, to dst; ok is false where net/http is to answer.
type Answer func(dst []byte, c *Click) (answer []byte, ok bool)

// Front is the listener of an http.Server: Accept gives the connections that are not, or no longer, its own to answer.
type Front struct {
	net.Listener
	answer Answer
	log    *slog.Logger

	passed  chan net.Conn
	closing chan struct{}
	failed  error // why no more connections come; read after closing is closed
	once    sync.Once
	wg      sync.WaitGroup
	answers sync.Pool

	mu    sync.Mutex
	conns map[*net.TCPConn]struct{}
}

// Listen begins to take connections from l; answer must be safe for concurrent use.
func Listen(l net.Listener, answer Answer, log *slog.Logger) *Front {
	f := &Front{
		Listener: l, answer: answer, log: log,
		passed: make(chan net.Conn), closing: make(chan struct{}), conns: map[*net.TCPConn]struct{}{},
	}
	f.answers.New = func() any { b := make([]byte, 0, 16<<10); return &b }
	f.wg.Go(f.take)
	return f
}

// Accept waits for a connection that net/http is to serve.
func (f *Front) Accept() (net.Conn, error) {
	select {
	case c := <-f.passed:
		return c, nil
	case <-f.closing:
		return nil, f.failed
	}
}

// Close takes no more connections and closes those that wait for a request; answers that are being given go on. See Wait.
func (f *Front) Close() error {
	f.end(net.ErrClosed)
	return f.Listener.Close()
}

// Wait waits until the last answer is given, or ctx ends; then what is left is cut off.
func (f *Front) Wait(ctx context.Context) error {
	done := make(chan struct{})
	go func() { f.wg.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		f.each(func(c *net.TCPConn) { c.Close() })
		<-done
		return ctx.Err()
	}
}

func (f *Front) end(why error) {
	f.once.Do(func() {
		f.failed = why
		close(f.closing)
		f.each(func(c *net.TCPConn) { _ = c.SetReadDeadline(time.Unix(1, 0)) }) // wakes those that wait
	})
}

func (f *Front) each(do func(*net.TCPConn)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for c := range f.conns {
		do(c)
	}
}

// take accepts connections until there are no more; without a file left for one it waits, as net/http does.
func (f *Front) take() {
	for pause := time.Duration(0); ; {
		c, err := f.Listener.Accept()
		if err == nil {
			pause = 0
			f.wg.Go(func() { f.serve(c) })
			continue
		}
		var timeout net.Error
		if f.closed() || !errors.As(err, &timeout) || !timeout.Timeout() && !temporary(err) {
			f.end(err)
			return
		}
		pause = min(max(2*pause, 5*time.Millisecond), time.Second)
		f.log.Warn("no connection can be accepted", "error", err.Error(), "again_in", pause)
		select {
		case <-time.After(pause):
		case <-f.closing:
			return
		}
	}
}

// temporary knows errors of Accept that pass: too many open files, a connection that was gone already.
func temporary(err error) bool {
	var t interface{ Temporary() bool }
	return errors.As(err, &t) && t.Temporary()
}

func (f *Front) closed() bool {
	select {
	case <-f.closing:
		return true
	default:
		return false
	}
}

// serve answers plain clicks on c for as long as nothing else comes.
func (f *Front) serve(c net.Conn) {
	tcp, ok := c.(*net.TCPConn)
	if !ok {
		f.pass(c)
		return
	}
	f.mu.Lock()
	f.conns[tcp] = struct{}{}
	f.mu.Unlock()
	kept := false
	defer func() {
		if p := recover(); p != nil {
			f.log.Error("panic while answering a click", "panic", p, "stack", string(debug.Stack()))
		}
		f.mu.Lock()
		delete(f.conns, tcp)
		f.mu.Unlock()
		if !kept {
			tcp.Close()
		}
	}()
	rest, goOn := f.clicks(tcp)
	if !goOn || tcp.SetDeadline(time.Time{}) != nil {
		return
	}
	kept = true
	f.pass(&conn{TCPConn: tcp, read: rest})
}

// pass gives c to net/http.
func (f *Front) pass(c net.Conn) {
	select {
	case f.passed <- c:
	case <-f.closing:
		c.Close()
	}
}

// clicks answers until something else than a plain click has come, which is returned, or the connection is of no more use.
func (f *Front) clicks(c *net.TCPConn) (rest []byte, goOn bool) {
	remote := c.RemoteAddr().(*net.TCPAddr).AddrPort()
	remote = netip.AddrPortFrom(remote.Addr().Unmap(), remote.Port())
	buf, n := make([]byte, maxHead), 0
	deadline := time.Now().Add(headTimeout)
	if c.SetDeadline(deadline) != nil {
		return nil, false
	}
	for {
		if n == 0 {
			if f.closed() {
				return nil, false
			}
			var err error
			if n, err = c.Read(buf); err != nil || n == 0 {
				return nil, false
			}
		}
		size, ok, err := f.one(c, buf[:n], remote)
		if !ok || err != nil {
			return buf[:n], err == nil
		}
		n = copy(buf, buf[size:n])
		if now := time.Now(); deadline.Sub(now) < idleTimeout-idleRenewed {
			deadline = now.Add(idleTimeout)
			if c.SetDeadline(deadline) != nil {
				return nil, false
			}
		}
	}
}

// one answers the first request in data, if it is a plain click.
func (f *Front) one(c *net.TCPConn, data []byte, remote netip.AddrPort) (size int, ok bool, err error) {
	click, size, ok := parse(data)
	if !ok {
		return 0, false, nil
	}
	click.Remote = remote
	space := f.answers.Get().(*[]byte)
	defer f.answers.Put(space)
	answer, ok := f.answer((*space)[:0], &click)
	*space = answer[:0]
	if !ok {
		return 0, false, nil
	}
	_, err = c.Write(answer)
	return size, true, err
}

// conn is a connection of which something was read already.
type conn struct {
	*net.TCPConn
	read []byte
}

// Read gives first what was read before.
func (c *conn) Read(p []byte) (int, error) {
	if len(c.read) == 0 {
		return c.TCPConn.Read(p)
	}
	n := copy(p, c.read)
	c.read = c.read[n:]
	return n, nil
}
