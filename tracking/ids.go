package tracking

import (
	"crypto/rand"
	"time"

	"github.com/google/uuid"
)

// newID is a UUIDv7 (RFC 9562, 5.7) of the time at, so that ids of a test's clock sort by it.
func newID(at time.Time) (id uuid.UUID) {
	rand.Read(id[6:])
	ms := at.UnixMilli()
	for i := range 6 {
		id[i] = byte(ms >> (8 * (5 - i)))
	}
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return id
}

// touchID is the id of a click's later touch of a kind: always the same, so that one reported twice is one.
func touchID(click uuid.UUID, kind int) uuid.UUID {
	click[15] ^= byte(kind)
	return click
}
