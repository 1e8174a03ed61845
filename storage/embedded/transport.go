package embedded

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

const bufferSize = 256 << 10

// socketTransport speaks HTTP over a unix socket, one connection a request.
//
// It differs from http.Transport in two ways that a refused upload needs. The
// gateway answers a refusal at once, reads at most 256 KB more and closes:
// http.Transport reports the failed write, and the browser gets 502 for what
// was a 403; here a failed write is passed over and the answer, which on a
// unix socket can still be read, is returned. And "100 Continue" is swallowed:
// a framework that takes any status for the final one would answer 200.
type socketTransport struct{ path string }

// RoundTrip sends one request. The answer's Body must be closed.
func (t *socketTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "unix", t.path)
	if err != nil {
		return nil, fmt.Errorf("dial: %w", err)
	}
	letGo := context.AfterFunc(ctx, func() { conn.Close() })
	closeConn := sync.OnceFunc(func() { letGo(); conn.Close() })
	sent := make(chan error, 1)
	go func() { sent <- send(conn, req) }()

	res, err := receive(conn, req)
	if err != nil {
		closeConn() // lets send end
		return nil, fmt.Errorf("gateway: %w", errors.Join(err, <-sent))
	}
	res.Body = &answerBody{res.Body, closeConn, sent}
	return res, nil
}

// send writes the request. Where the gateway stops listening it reads the rest
// of the body all the same: a browser looks for the answer when it has sent
// everything, and loses it where the connection is closed before.
func send(conn net.Conn, req *http.Request) error {
	out := req.Clone(req.Context())
	out.Close = true
	if req.Body != nil {
		defer req.Body.Close()
		out.Body = io.NopCloser(req.Body) // Write closes it on a failure
	}
	w := bufio.NewWriterSize(conn, bufferSize)
	err := out.Write(w)
	if err == nil {
		err = w.Flush()
	}
	if err != nil && req.Body != nil {
		_, drained := io.Copy(io.Discard, req.Body)
		return errors.Join(err, drained)
	}
	return err
}

func receive(conn net.Conn, req *http.Request) (*http.Response, error) {
	r := bufio.NewReader(conn)
	for {
		res, err := http.ReadResponse(r, req)
		if err != nil || res.StatusCode >= http.StatusOK {
			return res, err
		}
	}
}

// answerBody closes the connection with the body, and waits for send: a
// request's body must not be read after its handler has returned.
type answerBody struct {
	io.ReadCloser
	closeConn func()
	sent      <-chan error
}

func (b *answerBody) Close() error {
	err := b.ReadCloser.Close()
	b.closeConn()
	<-b.sent //nolint:errcheck // the request ended with its answer, which the caller has
	return err
}
