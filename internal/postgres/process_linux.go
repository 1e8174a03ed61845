package postgres

import (
	"fmt"
	"os"
	"strings"
	"syscall"
)

// maxSocketPath is the longest path of a unix socket in bytes: unix(7), less the final zero.
const maxSocketPath = 107

// childAttributes make a child that a Ctrl-C in the terminal does not reach (we stop it after our own work),
// and that is told to stop when we die, even by kill -9.
func childAttributes(as *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGINT, Credential: as}
}

// isPostmaster reports whether pid is a living server on the data; a dead one not yet reaped is none.
func isPostmaster(pid int, data string) bool {
	cwd, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid))
	if err != nil || cwd != data {
		return false
	}
	name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	return err == nil && strings.HasPrefix(string(name), "postgres")
}
