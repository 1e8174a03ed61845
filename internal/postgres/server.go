// Package postgres runs a private PostgreSQL server as a supervised child process.
//
// The server listens on a unix socket only, starts again when it dies, and ends
// with the program, even after kill -9. Nothing here ever deletes data.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	// startWait is how long Start waits for a predecessor on the same folder to end.
	startWait = 5 * time.Second
	// openWait is how long Open waits for a server that is starting or stopping.
	openWait = 15 * time.Second
	// role names both the superuser and the database.
	role = "kollega"
)

// ErrInUse means that another process runs the server of this folder.
var ErrInUse = errors.New("in use by another running instance")

// Options says where the server lives and how it runs.
type Options struct {
	Dir    string       // state folder: data, password, locks and socket; made when missing
	BinDir string       // folder with initdb and postgres; "" searches, see FindBinaries
	Params []string     // server settings as "name=value", stronger than the defaults
	Log    *slog.Logger // what the server says; nil is silent
}

// Server is a PostgreSQL server on one folder: our own child, or that of another process of ours.
type Server struct {
	opts     Options
	dir      folder
	bin      string
	account  *account
	socket   string
	password string

	lock     *os.File // held while the server is our child
	users    *os.File // shared while attached, exclusive while stopping
	attached bool
	patient  bool // Stop waits for the attached

	running  context.Context // ends when Stop is called
	cancel   context.CancelFunc
	stopOnce sync.Once
	stopCtx  context.Context // of Stop; set before running ends
	stopErr  error           // set before done closes
	done     chan struct{}
	restarts atomic.Int64
}

// Start runs the server on o.Dir and returns when it accepts connections and the database exists.
// ctx bounds the starting only. Errors: ErrInUse, *VersionError, ErrNoBinaries.
func Start(ctx context.Context, o Options) (*Server, error) {
	s, err := newServer(o)
	if err != nil {
		return nil, err
	}
	waiting, cancel := context.WithTimeout(ctx, startWait)
	defer cancel()
	for {
		s.lock, err = s.dir.tryLock(lockFile)
		if err == nil {
			return s.start(ctx)
		}
		if !errors.Is(err, errLocked) {
			return nil, err
		}
		// A predecessor that was told to stop, or was killed, may still be going.
		if !sleep(waiting, 50*time.Millisecond) {
			return nil, fmt.Errorf("database folder %s: %w", s.dir.path, ErrInUse)
		}
	}
}

// Open attaches to the server that another process of ours runs on o.Dir, or else starts one.
// It waits up to 15 s for one that is just starting or stopping. Errors as for Start.
func Open(ctx context.Context, o Options) (*Server, error) {
	s, err := newServer(o)
	if err != nil {
		return nil, err
	}
	waiting, cancel := context.WithTimeout(ctx, openWait)
	defer cancel()
	for {
		s.lock, err = s.dir.tryLock(lockFile)
		if err == nil {
			s.patient = true
			return s.start(ctx)
		}
		if !errors.Is(err, errLocked) {
			return nil, err
		}
		if err = s.attach(waiting); err == nil {
			return s, nil
		}
		if !sleep(waiting, 50*time.Millisecond) {
			return nil, fmt.Errorf("database folder %s: %w, but its server does not answer: %w", s.dir.path, ErrInUse, err)
		}
	}
}

func newServer(o Options) (*Server, error) {
	dir, err := newFolder(o.Dir)
	if err != nil {
		return nil, err
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{opts: o, dir: dir, done: make(chan struct{})}
	s.running, s.cancel = context.WithCancel(context.Background())
	return s, nil
}

// start brings the server up; the folder's lock is held, and given back on failure.
func (s *Server) start(ctx context.Context) (*Server, error) {
	if err := s.prepare(ctx); err != nil {
		s.cancel()
		s.lock.Close()
		return nil, fmt.Errorf("database folder %s: %w", s.dir.path, err)
	}
	started := make(chan error, 1)
	go s.supervise(ctx, started)
	if err := <-started; err != nil {
		s.cancel()
		<-s.done
		return nil, fmt.Errorf("database folder %s: %w", s.dir.path, err)
	}
	if err := s.createDatabase(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("create database %s: %w", role, err), s.Stop(ctx))
	}
	return s, nil
}

// attach connects to a server of another process and registers as its user.
func (s *Server) attach(ctx context.Context) error {
	users, err := s.dir.tryShare(usersFile)
	if err != nil {
		return err // it is stopping
	}
	if err = s.tryConnect(ctx); err != nil {
		users.Close()
		return err
	}
	s.users, s.attached = users, true
	return nil
}

func (s *Server) tryConnect(ctx context.Context) (err error) {
	if s.password, err = s.dir.readPassword(); err != nil {
		return err
	}
	if s.socket, err = s.dir.runningSocket(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.URL())
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

func (s *Server) createDatabase(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, s.url("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	var exists bool
	err = conn.QueryRow(ctx, `select exists (select from pg_database where datname = $1)`, role).Scan(&exists)
	if err == nil && !exists {
		_, err = conn.Exec(ctx, "create database "+role)
	}
	return err
}

// URL is the address of the database for pgx; it holds the password.
func (s *Server) URL() string { return s.url(role) }

func (s *Server) url(database string) string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(role, s.password), Path: "/" + database,
		RawQuery: url.Values{"host": {s.socket}}.Encode(),
	}
	return u.String()
}

// Attached reports whether the server belongs to another process.
func (s *Server) Attached() bool { return s.attached }

// Restarts counts how often the server died and was started again.
func (s *Server) Restarts() int { return int(s.restarts.Load()) }

// Done closes after Stop, when the server is gone.
func (s *Server) Done() <-chan struct{} { return s.done }

// Stop ends the server and waits until it is gone; an attached one is only let go.
// When ctx ends it goes on with force, and returns an error that says so.
// A server got by Open first waits, as ctx allows, for the processes attached to it.
func (s *Server) Stop(ctx context.Context) error {
	s.stopOnce.Do(func() {
		if s.attached {
			s.cancel()
			s.users.Close()
			close(s.done)
			return
		}
		s.closeToUsers(ctx)
		s.stopCtx = ctx
		s.cancel()
	})
	<-s.done
	return s.stopErr
}

// closeToUsers keeps others from attaching from now on, and waits for those who did if it is patient.
func (s *Server) closeToUsers(ctx context.Context) {
	for {
		users, err := s.dir.tryLock(usersFile)
		if err == nil {
			s.users = users
			return
		}
		if !errors.Is(err, errLocked) || !s.patient || !sleep(ctx, 50*time.Millisecond) {
			return
		}
	}
}

// sleep waits for d and reports whether ctx outlasted it.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// socketDir returns where the socket goes: in the folder, or in a short place when its path is too long.
func (s *Server) socketDir() (string, error) {
	dir := filepath.Join(s.dir.path, "run")
	if !fitsSocket(dir) {
		return s.dir.shortSocketDir(s.account)
	}
	return dir, s.account.makeDir(dir)
}
