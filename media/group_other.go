//go:build !linux

package media

import "syscall"

// ownGroup puts a child into a process group of its own, to be killed whole.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
