package mail

import (
	"errors"
	"fmt"
	"io"
	"net/mail"
	"os"
	"path/filepath"
	"time"
)

// Forget removes the messages in the folder at path whose receiver is to be forgotten, and those written before oldest. It gives how many
// went. forgotten is asked for each receiver and when the file was written; it may be nil.
func Forget(path string, forgotten func(address string, at time.Time) bool, oldest time.Time) (int, error) {
	files, err := filepath.Glob(filepath.Join(path, "*.eml"))
	if err != nil {
		return 0, fmt.Errorf("mail folder: %w", err)
	}
	gone := 0
	var errs []error
	for _, name := range files {
		info, err := os.Stat(name)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err == nil && (info.ModTime().Before(oldest) || forgotten != nil && isTo(name, info.ModTime(), forgotten)) {
			if err = os.Remove(name); err == nil {
				gone++
			}
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, fmt.Errorf("mail folder: %w", err))
		}
	}
	return gone, errors.Join(errs...)
}

// isTo tells whether any receiver of the message in a file is to be forgotten.
func isTo(name string, at time.Time, forgotten func(string, time.Time) bool) bool {
	file, err := os.Open(name)
	if err != nil {
		return false
	}
	defer file.Close()
	message, err := mail.ReadMessage(io.LimitReader(file, 1<<20)) // the head is what counts
	if err != nil {
		return false
	}
	receivers, err := message.Header.AddressList("To")
	if err != nil {
		return false
	}
	for _, to := range receivers {
		if forgotten(to.Address, at) {
			return true
		}
	}
	return false
}
