// Package embedded runs an S3 server inside the program, for those who have
// none: versitygw on a folder, reached over a private unix socket. Browsers
// reach it through Handler on the program's own port.
package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/s3api"
	"github.com/versity/versitygw/s3api/middlewares"

	"kollega/storage"
)

const (
	lockWait    = 5 * time.Second // a killed predecessor needs a moment to be gone
	answerWait  = 2 * time.Minute // a completion copies and syncs the whole object
	connections = 4096
	maxParts    = 10000
)

// ErrInUse means that another program works on the folder.
var ErrInUse = errors.New("in use by another instance")

// Options say where the server keeps its data and how it is seen from outside.
type Options struct {
	Dir       string // made where missing; holds objects, credentials, socket, lock
	Region    string // "" = us-east-1
	Bucket    string
	PublicURL string // of the program, e.g. http://localhost:8080; a path in it is ignored
	Log       *slog.Logger

	sync func(*os.File) error // nil = (*os.File).Sync; tests count and break it
}

// Server is the running S3 server, or a connection to another process's.
type Server struct {
	config storage.Config
	socket string
	log    *slog.Logger

	lock   *os.File // nil where attached
	api    *s3api.S3ApiServer
	folder *folder
	served chan error
	stop   sync.Once
	err    error // of stopping
}

// Start runs the server; it answers when Start returns. ErrInUse where another
// program holds the folder.
func Start(ctx context.Context, o Options) (*Server, error) {
	st, err := openState(o.Dir)
	if err != nil {
		return nil, fmt.Errorf("embedded S3: %w", err)
	}
	lock, err := st.wait(ctx, func() (bool, error) { return false, nil })
	if err != nil {
		return nil, fmt.Errorf("embedded S3 in %s: %w", o.Dir, err)
	}
	return start(st, lock, o)
}

// Open connects to the server that another process of ours runs on the folder,
// or starts one.
func Open(ctx context.Context, o Options) (*Server, error) {
	st, err := openState(o.Dir)
	if err != nil {
		return nil, fmt.Errorf("embedded S3: %w", err)
	}
	var s *Server
	lock, err := st.wait(ctx, func() (bool, error) {
		s, err = attach(ctx, st, o)
		return s != nil, err
	})
	if err != nil {
		return nil, fmt.Errorf("embedded S3 in %s: %w", o.Dir, err)
	}
	if s != nil {
		return s, nil
	}
	return start(st, lock, o)
}

// attach returns nil where nobody answers (yet).
func attach(ctx context.Context, st state, o Options) (*Server, error) {
	keys, err := st.readKeys()
	if err != nil {
		return nil, nil //nolint:nilerr // without keys nobody has ever answered here
	}
	socket := st.readSocket()
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", socket)
	if err != nil {
		return nil, nil //nolint:nilerr // that nobody answers is the answer
	}
	if err := conn.Close(); err != nil {
		return nil, fmt.Errorf("attach: %w", err)
	}
	return newServer(keys, socket, o)
}

func newServer(k keys, socket string, o Options) (*Server, error) {
	public, err := url.Parse(o.PublicURL)
	if err != nil || public.Host == "" {
		return nil, fmt.Errorf("the public address %q is not an absolute URL", o.PublicURL)
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Region == "" {
		o.Region = "us-east-1"
	}
	return &Server{socket: socket, log: o.Log, config: storage.Config{
		Endpoint:       "http://s3.internal", // only the socket is ever dialled
		PublicEndpoint: public.Scheme + "://" + public.Host,
		Region:         o.Region,
		Bucket:         o.Bucket,
		AccessKey:      k.Access,
		SecretKey:      k.Secret,
		HTTPClient:     socketClient(socket),
	}}, nil
}

func socketClient(socket string) *http.Client {
	return &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "unix", socket)
		},
		MaxIdleConnsPerHost:   64,
		IdleConnTimeout:       30 * time.Second,
		ResponseHeaderTimeout: answerWait,
		ExpectContinueTimeout: time.Second,
		DisableCompression:    true,
		WriteBufferSize:       bufferSize,
		ReadBufferSize:        bufferSize,
	}}
}

// start takes over the lock: it is released when start fails or the server stops.
func start(st state, lock *os.File, o Options) (_ *Server, err error) {
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("embedded S3 in %s: %w", o.Dir, err), lock.Close())
		}
	}()
	keys, err := st.makeKeys()
	if err != nil {
		return nil, err
	}
	socket, err := st.makeSocketPath()
	if err != nil {
		return nil, err
	}
	s, err := newServer(keys, socket, o)
	if err != nil {
		return nil, err
	}
	s.lock = lock
	if s.folder, err = openObjects(st, o); err != nil {
		return nil, err
	}
	if err := s.serve(keys); err != nil {
		s.folder.Shutdown()
		return nil, err
	}
	return s, nil
}

func openObjects(st state, o Options) (*folder, error) {
	d := disk{sync: o.sync, root: st.path("objects")}
	if d.sync == nil {
		d.sync = (*os.File).Sync
	}
	if err := os.MkdirAll(d.root, 0o700); err != nil {
		return nil, fmt.Errorf("objects: %w", err)
	}
	var m meta.MetadataStorer = meta.XattrMeta{}
	beside := st.path("attributes")
	if _, err := os.Stat(beside); err == nil || !hasXattrs(d.root) {
		if err := os.MkdirAll(beside, 0o700); err != nil {
			return nil, fmt.Errorf("attributes: %w", err)
		}
		side, err := meta.NewSideCar(beside)
		if err != nil {
			return nil, fmt.Errorf("attributes: %w", err)
		}
		m, d.sidecar = besideMeta{side, d.root}, beside
	}
	f, err := openFolder(m, d)
	if err != nil {
		return nil, err
	}
	if err := f.restoreUploads(m); err != nil {
		f.Shutdown()
		return nil, err
	}
	return f, nil
}

// hasXattrs tries for real: some file systems read attributes and refuse to set them.
func hasXattrs(dir string) bool {
	x := meta.XattrMeta{}
	return x.Test(dir) == nil && x.StoreAttribute(nil, dir, "", "kollega", []byte("1")) == nil
}

func (s *Server) serve(k keys) error {
	root := middlewares.RootUserConfig{Access: k.Access, Secret: k.Secret}
	ready := make(chan struct{})
	var err error
	s.api, err = s3api.New(s.folder, root, s.config.Region, auth.NewIAMServiceSingle(account(k.Access, k.Secret)), nil, nil, nil, nil,
		s3api.WithQuiet(), s3api.WithKeepAlive(), s3api.WithConcurrencyLimiter(connections, connections),
		s3api.WithMpMaxParts(maxParts), s3api.WithSocketPerm(0o600), s3api.WithOnListen(func() { close(ready) }))
	if err != nil {
		return fmt.Errorf("gateway: %w", err)
	}
	if err := os.Remove(s.socket); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("old socket: %w", err)
	}
	s.served = make(chan error, 1)
	go func() { s.served <- s.api.ServeMultiPort([]string{s.socket}) }()
	select {
	case <-ready:
		return nil
	case err := <-s.served:
		return fmt.Errorf("gateway: %w", err)
	}
}

// Config is how storage.New reaches this server.
func (s *Server) Config() storage.Config { return s.config }

// Attached reports whether the server runs in another process.
func (s *Server) Attached() bool { return s.lock == nil }

// Stop lets requests finish, until ctx ends, and gives the folder back. It may
// be called again. Where the server is another process's it only hangs up.
func (s *Server) Stop(ctx context.Context) error {
	s.stop.Do(func() { s.err = s.shutDown(ctx) })
	return s.err
}

func (s *Server) shutDown(ctx context.Context) error {
	s.config.HTTPClient.CloseIdleConnections()
	if s.Attached() {
		return nil
	}
	done := make(chan error, 1)
	go func() {
		err := s.api.ShutDown() // gives up by itself after ten seconds
		<-s.served              //nolint:errcheck // says only that it was stopped
		done <- err
	}()
	var err error
	select {
	case err = <-done:
	case <-ctx.Done():
		err = ctx.Err()
	}
	s.folder.Shutdown()
	if gone := os.Remove(s.socket); gone != nil && !errors.Is(gone, os.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	if dir := filepath.Dir(s.socket); dir != filepath.Dir(s.lock.Name()) {
		err = errors.Join(err, os.Remove(dir)) // it was made for the socket alone
	}
	if err = errors.Join(err, s.lock.Close()); err != nil {
		return fmt.Errorf("embedded S3 in %s: stop: %w", filepath.Dir(s.lock.Name()), err)
	}
	return nil
}
