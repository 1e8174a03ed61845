package media

import "syscall"

// ownGroup puts a child into a process group of its own, to be killed whole, and has the kernel kill it when this
// program is killed.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
