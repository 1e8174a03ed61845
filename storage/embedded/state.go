package embedded

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// longestSocket is what fits every system's socket address: 104 bytes with
// the closing zero on macOS, 108 on Linux.
const longestSocket = 100

// state is the server's folder: objects/, perhaps attributes/, keys.json,
// lock, s3.sock or, where that path is too long, socket with the real one.
type state struct{ dir string }

func openState(dir string) (state, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return state{}, fmt.Errorf("folder %s: %w", dir, err)
	}
	if err := os.MkdirAll(abs, 0o700); err != nil {
		return state{}, fmt.Errorf("folder %s: %w", dir, err)
	}
	return state{abs}, nil
}

func (st state) path(name string) string { return filepath.Join(st.dir, name) }

// wait takes the folder's lock, or ends without it when instead says so.
func (st state) wait(ctx context.Context, instead func() (bool, error)) (*os.File, error) {
	f, err := os.OpenFile(st.path("lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock: %w", err)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, lockWait, ErrInUse)
	defer cancel()
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return f, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errors.Join(fmt.Errorf("lock: %w", err), f.Close())
		}
		if enough, err := instead(); enough || err != nil {
			return nil, errors.Join(err, f.Close())
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(context.Cause(ctx), f.Close())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// keys are the one account of the server. They never leave this machine.
type keys struct{ Access, Secret string }

func (st state) readKeys() (keys, error) {
	var k keys
	b, err := os.ReadFile(st.path("keys.json"))
	if err == nil {
		err = json.Unmarshal(b, &k)
	}
	if err != nil {
		return keys{}, fmt.Errorf("keys: %w", err)
	}
	if k.Access == "" || k.Secret == "" {
		return keys{}, errors.New("keys: keys.json is incomplete; delete it to get new ones")
	}
	return k, nil
}

func (st state) makeKeys() (keys, error) {
	k, err := st.readKeys()
	if err == nil || !errors.Is(err, os.ErrNotExist) {
		return k, err
	}
	k = keys{Access: "kollega" + rand.Text()[:12], Secret: rand.Text() + rand.Text()}
	b, err := json.Marshal(k)
	if err != nil {
		return keys{}, fmt.Errorf("keys: %w", err)
	}
	return k, st.write("keys.json", b)
}

// write replaces a small private file, whole or not at all.
func (st state) write(name string, content []byte) error {
	next := st.path(name + ".new")
	if err := os.WriteFile(next, content, 0o600); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := os.Rename(next, st.path(name)); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// makeSocketPath says where to listen; only the holder of the lock may ask.
func (st state) makeSocketPath() (string, error) {
	if err := os.Remove(st.path("socket")); err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("socket: %w", err)
	}
	if p := st.path("s3.sock"); len(p) <= longestSocket {
		return p, nil
	}
	sum := sha256.Sum256([]byte(st.dir))
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("kollega-%d-%x", os.Getuid(), sum[:6]))
	if err := privateDir(dir); err != nil {
		return "", fmt.Errorf("socket: %w", err)
	}
	p := filepath.Join(dir, "s3.sock")
	if len(p) > longestSocket {
		return "", fmt.Errorf("socket: %s is too long; set TMPDIR to a shorter folder", p)
	}
	return p, st.write("socket", []byte(p))
}

func (st state) readSocket() string {
	if b, err := os.ReadFile(st.path("socket")); err == nil {
		return string(b)
	}
	return st.path("s3.sock")
}

// privateDir makes a folder that nobody else can enter: in a shared temporary
// folder another user may have put one of that name there first.
func privateDir(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return fmt.Errorf("private folder: %w", err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return fmt.Errorf("private folder: %w", err)
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !info.IsDir() || info.Mode().Perm() != 0o700 || !ok || int(owner.Uid) != os.Getuid() {
		return fmt.Errorf("private folder %s belongs to somebody else", dir)
	}
	return nil
}
