package journal

import (
	"errors"
	"os"
	"syscall"
)

// diskFile syncs the data and the size, not the times: that is all that reading it back needs.
type diskFile struct{ *os.File }

func (f diskFile) Sync() error {
	for {
		if err := syscall.Fdatasync(int(f.Fd())); !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
