//go:build unix && !linux

package journal

import "os"

// diskFile syncs with what every Unix has.
type diskFile struct{ *os.File }
