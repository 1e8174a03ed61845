package postgres

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// account is whom the server runs as when we are root, whom it refuses; nil means as ourselves.
type account struct {
	name     string
	uid, gid int
}

// chooseAccount prefers the owner of the data, then of the folder, then postgres, then nobody.
func chooseAccount(f folder) (*account, error) {
	data, err := os.Stat(f.data)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	haveData := err == nil
	if euid := os.Geteuid(); euid != 0 {
		if haveData {
			if uid, _ := owner(data); uid != euid {
				return nil, fmt.Errorf("%s belongs to user %s: run as that user or as root", f.data, userName(uid))
			}
		}
		return nil, nil
	}
	if haveData {
		if uid, gid := owner(data); uid != 0 {
			return &account{name: userName(uid), uid: uid, gid: gid}, nil
		}
	}
	return freshAccount(f)
}

func freshAccount(f folder) (*account, error) {
	var candidates []*user.User
	if info, err := os.Stat(f.path); err == nil {
		uid, _ := owner(info)
		if u, err := user.LookupId(strconv.Itoa(uid)); err == nil { // initdb wants a name for it
			candidates = append(candidates, u)
		}
	}
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			candidates = append(candidates, u)
		}
	}
	for _, u := range candidates {
		uid, uidErr := strconv.Atoi(u.Uid)
		gid, gidErr := strconv.Atoi(u.Gid)
		if uidErr == nil && gidErr == nil && uid != 0 {
			return &account{name: u.Username, uid: uid, gid: gid}, nil
		}
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is no user postgres or nobody: add one, or start as an ordinary user")
}

func userName(uid int) string {
	if u, err := user.LookupId(strconv.Itoa(uid)); err == nil {
		return u.Username
	}
	return strconv.Itoa(uid)
}

// id is the user id that the server runs as.
func (a *account) id() int {
	if a == nil {
		return os.Geteuid()
	}
	return a.uid
}

func (a *account) credential() *syscall.Credential {
	if a == nil {
		return nil
	}
	return &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
}

// makeDir makes a folder of the account's own; one that exists keeps its content.
func (a *account) makeDir(dir string) error {
	if err := os.Mkdir(dir, 0o700); errors.Is(err, fs.ErrExist) {
		info, err := os.Lstat(dir)
		if err != nil {
			return err
		}
		if uid, _ := owner(info); uid == a.id() || !info.IsDir() {
			return nil
		}
	} else if err != nil {
		return err
	}
	return a.own(dir)
}

// own gives a file or folder to the account.
func (a *account) own(name string) error {
	if a == nil {
		return nil
	}
	return os.Lchown(name, a.uid, a.gid)
}

// checkReach makes sure that the account may run the programs and enter dir, by doing both.
// The error names the folder that is in the way.
func (s *Server) checkReach(ctx context.Context, dir string) error {
	err := s.probe(ctx, dir)
	if err == nil || s.account == nil {
		return err
	}
	for _, parent := range parents(dir) {
		if s.probe(ctx, parent) == nil {
			continue
		}
		if parent == "/" {
			return fmt.Errorf("user %s may not run the programs in %s: %w", s.account.name, s.bin, err)
		}
		return fmt.Errorf("PostgreSQL does not run as root but as user %[1]s, who may not enter %[2]s: "+
			"run `chmod o+x %[2]s`, or set KOLLEGA_DATA_DIR to a folder elsewhere", s.account.name, parent)
	}
	return err
}

// probe asks the server program its version from inside dir.
func (s *Server) probe(ctx context.Context, dir string) error {
	cmd := s.command("postgres", "-V")
	cmd.Dir = dir
	return runCommand(ctx, cmd)
}

// parents are the folders from / down to dir.
func parents(dir string) []string {
	list := []string{"/"}
	for part := range strings.SplitSeq(strings.Trim(dir, "/"), "/") {
		list = append(list, filepath.Join(list[len(list)-1], part))
	}
	return list
}
