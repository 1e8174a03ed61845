//go:build unix && !linux

package postgres

import (
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// maxSocketPath is the longest path of a unix socket in bytes on BSD and macOS, less the final zero.
const maxSocketPath = 103

// childAttributes make a child that a Ctrl-C in the terminal does not reach: we stop it after our own work.
// There is no parent-death signal here; the next start stops a server that was left.
func childAttributes(as *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Credential: as}
}

// isPostmaster reports whether pid is a living server on the data.
func isPostmaster(pid int, data string) bool {
	out, err := exec.Command("ps", "-ww", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		return false
	}
	program, args, _ := strings.Cut(string(out), " -D ")
	return strings.HasSuffix(program, "/postgres") && strings.HasPrefix(args, data+" ")
}
