package main

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// lockDataDir keeps a second server off the data folder; it waits a little for a predecessor that is just ending.
func lockDataDir(dir string, wait time.Duration) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, "serve.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	for end := time.Now().Add(wait); ; time.Sleep(50 * time.Millisecond) {
		if err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err == nil {
			return f, nil
		}
		if time.Now().After(end) {
			f.Close()
			return nil, fmt.Errorf("the data folder %s is in use by another Kollega: stop that one, or set KOLLEGA_DATA_DIR to a folder of this one's own", dir)
		}
	}
}
