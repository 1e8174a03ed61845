package postgres

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

const (
	lockFile     = "lock"     // held by the process that runs the server
	usersFile    = "users"    // shared by processes attached to it
	passwordFile = "password" // of the role kollega
	socketName   = ".s.PGSQL.5432"
)

// errLocked means that another process holds the lock.
var errLocked = errors.New("locked")

// folder is the state folder and the files in it.
type folder struct {
	path string // absolute, without symbolic links
	data string
}

// newFolder makes the folder when it is missing.
func newFolder(dir string) (folder, error) {
	if dir == "" {
		return folder{}, errors.New("database folder: no path given")
	}
	path, err := filepath.Abs(dir)
	if err != nil {
		return folder{}, fmt.Errorf("database folder: %w", err)
	}
	if err = makeDirs(path); err != nil {
		return folder{}, fmt.Errorf("database folder: %w", err)
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return folder{}, fmt.Errorf("database folder: %w", err)
	}
	return folder{path: path, data: filepath.Join(path, "data")}, nil
}

// makeDirs makes path and its parents enterable for everybody, whatever the umask:
// under root the server runs as another account and has to pass through them.
func makeDirs(path string) error {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := makeDirs(filepath.Dir(path)); err != nil {
		return err
	}
	if err := os.Mkdir(path, 0o711); errors.Is(err, fs.ErrExist) {
		return nil
	} else if err != nil {
		return err
	}
	return os.Chmod(path, 0o711) //nolint:gosec // enterable is what it is for
}

// tryLock takes the exclusive lock of the named file; errLocked when it is taken.
func (f folder) tryLock(name string) (*os.File, error) { return f.flock(name, syscall.LOCK_EX) }

// tryShare takes a shared lock of the named file; errLocked when it is taken exclusively.
func (f folder) tryShare(name string) (*os.File, error) { return f.flock(name, syscall.LOCK_SH) }

func (f folder) flock(name string, how int) (*os.File, error) {
	file, err := os.OpenFile(filepath.Join(f.path, name), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("database folder: %w", err)
	}
	f.adopt(file)
	err = syscall.Flock(int(file.Fd()), how|syscall.LOCK_NB)
	if err == nil {
		return file, nil
	}
	file.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, errLocked
	}
	return nil, fmt.Errorf("database folder: lock %s: %w", file.Name(), err)
}

// adopt gives a file that root made to the owner of the folder, who may run the program later.
func (f folder) adopt(file *os.File) {
	if os.Geteuid() != 0 {
		return
	}
	if info, err := os.Stat(f.path); err == nil {
		uid, gid := owner(info)
		_ = file.Chown(uid, gid) // at worst that owner is told that the file is not theirs
	}
}

func (f folder) readPassword() (string, error) {
	b, err := os.ReadFile(filepath.Join(f.path, passwordFile))
	if err != nil {
		return "", err
	}
	if len(b) == 0 {
		return "", fmt.Errorf("%s is empty", filepath.Join(f.path, passwordFile))
	}
	return string(b), nil
}

// ensurePassword reads the password, or makes one as long as there is no data that knows another.
func (f folder) ensurePassword(haveData bool) (string, error) {
	password, err := f.readPassword()
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return password, err
	}
	if haveData {
		return "", fmt.Errorf("the data is there, but its password file is not: put %s back from a backup", filepath.Join(f.path, passwordFile))
	}
	password = rand.Text()
	return password, f.replace(filepath.Join(f.path, passwordFile), password)
}

// replace writes a file, readable by the folder's owner only, so that it is there whole or not at all.
func (f folder) replace(name, content string) error {
	file, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".new-*") // 0600
	if err != nil {
		return err
	}
	f.adopt(file)
	_, err = file.WriteString(content)
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), name)
	}
	if err != nil {
		os.Remove(file.Name())
		return err
	}
	return syncDir(filepath.Dir(name))
}

// dataMajor is the major version that made the data; 0 when there is none.
func (f folder) dataMajor() (int, error) {
	b, err := os.ReadFile(filepath.Join(f.data, "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		entries, err := os.ReadDir(f.data)
		if len(entries) > 0 {
			return 0, fmt.Errorf("%s is not empty, but holds no PostgreSQL data: move it away", f.data)
		}
		if errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		return 0, err
	}
	if err != nil {
		return 0, err
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil || major <= 0 {
		return 0, fmt.Errorf("%s/PG_VERSION holds no version: %q", f.data, b)
	}
	return major, nil
}

// pidLines are the lines of the server's pid file; none when it is missing.
func (f folder) pidLines() ([]string, error) {
	b, err := os.ReadFile(filepath.Join(f.data, "postmaster.pid"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return strings.Split(string(b), "\n"), err
}

// runningSocket is the folder of the socket that the running server says it listens on.
func (f folder) runningSocket() (string, error) {
	lines, err := f.pidLines()
	if err != nil {
		return "", err
	}
	if len(lines) < 5 || !filepath.IsAbs(lines[4]) {
		return "", errors.New("the server is not running yet")
	}
	return lines[4], nil
}

// fitsSocket reports whether a socket in dir has a path that the kernel, the server and pgx take.
func fitsSocket(dir string) bool {
	return len(dir)+1+len(socketName) <= maxSocketPath && !strings.ContainsAny(dir, `,"`)
}

// shortSocketDir makes a folder under the temporary folder whose name follows from f's path.
func (f folder) shortSocketDir(a *account) (string, error) {
	name := fmt.Sprintf("kollega-%x", sha256.Sum256([]byte(f.path)))[:24]
	dir := filepath.Join(os.TempDir(), name)
	if !fitsSocket(dir) {
		dir = filepath.Join("/tmp", name)
	}
	if err := a.makeDir(dir); err != nil {
		return "", err
	}
	// Everybody may write there: a folder of somebody else's making is no place for our socket.
	info, err := os.Lstat(dir)
	if err != nil {
		return "", err
	}
	if uid, _ := owner(info); !info.IsDir() || uid != a.id() || info.Mode().Perm() != 0o700 {
		return "", fmt.Errorf("socket folder %s belongs to somebody else: remove it", dir)
	}
	return dir, nil
}

func owner(info fs.FileInfo) (uid, gid int) {
	st := info.Sys().(*syscall.Stat_t)
	return int(st.Uid), int(st.Gid)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
