package models

import (
	"encoding/binary"
	"io"
	"time"

	"github.com/google/uuid"
)

// copyEvents is the statement that eventCopy's bytes go to; both name the columns in the same order.
const copyEvents = `copy incoming_events (id, at, after_ms, kind, class, reason, rules, signals, click_id, link_id, job_id, clip_id,
	channel, visitor, referrer_host, device, os, language, country, seconds) from stdin binary`

const copyColumns = 20

// pgEpoch is where Postgres begins to count microseconds.
var pgEpoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()

// eventCopy reads as events in the binary form of COPY (PostgreSQL's manual, "COPY", "Binary Format"). It is written out here
// because handing each value to the driver cost more than all the rest of shipping.
type eventCopy struct {
	rows []Event
	buf  []byte // what is not read yet
	own  []byte // where it is written
	end  bool
}

func newEventCopy(rows []Event) *eventCopy {
	c := &eventCopy{rows: rows, own: make([]byte, 0, 64<<10)}
	c.own = append(c.own, "PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00"...)
	c.buf = c.own
	return c
}

// Read gives the next bytes of the stream.
func (c *eventCopy) Read(p []byte) (int, error) {
	if len(c.buf) == 0 {
		if c.end {
			return 0, io.EOF
		}
		c.fill()
	}
	n := copy(p, c.buf)
	c.buf = c.buf[n:]
	return n, nil
}

// fill writes as many rows as fit well, and the trailer behind the last.
func (c *eventCopy) fill() {
	b := c.own[:0]
	for len(c.rows) > 0 && len(b) < 60<<10 {
		b = appendRow(b, &c.rows[0])
		c.rows = c.rows[1:]
	}
	if len(c.rows) == 0 {
		b = append(b, 0xff, 0xff)
		c.end = true
	}
	c.own, c.buf = b, b
}

func appendRow(b []byte, e *Event) []byte {
	b = binary.BigEndian.AppendUint16(b, copyColumns)
	b = appendUUID(b, e.ID)
	b = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(b, 8), uint64(e.At.UnixMicro()-pgEpoch))
	b = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(b, 4), uint32(e.AfterMS))
	b = appendText(b, e.Kind)
	b = appendText(b, e.Class)
	b = appendText(b, e.Reason)
	b = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint32(b, 2), uint16(e.Rules))
	b = appendText(b, e.Signals)
	b = appendUUID(b, e.ClickID)
	b = appendUUID(b, e.LinkID)
	b = appendUUID(b, e.JobID)
	b = appendUUID(b, e.ClipID)
	b = appendText(b, e.Channel)
	b = appendUUID(b, e.Visitor)
	b = appendText(b, e.ReferrerHost)
	b = appendText(b, e.Device)
	b = appendText(b, e.OS)
	b = appendText(b, e.Language)
	b = appendText(b, e.Country)
	return appendSeconds(b, e)
}

// appendUUID writes the zero id as null.
func appendUUID(b []byte, id uuid.UUID) []byte {
	if id == uuid.Nil {
		return append(b, 0xff, 0xff, 0xff, 0xff)
	}
	return append(binary.BigEndian.AppendUint32(b, 16), id[:]...)
}

// appendSeconds writes a bit string, null but for what was watched.
func appendSeconds(b []byte, e *Event) []byte {
	if e.Kind != KindWatched {
		return append(b, 0xff, 0xff, 0xff, 0xff)
	}
	b = binary.BigEndian.AppendUint32(b, 4+WatchSeconds/8)
	b = binary.BigEndian.AppendUint32(b, WatchSeconds)
	return append(b, e.Seconds[:]...)
}

func appendText(b []byte, s string) []byte {
	return append(binary.BigEndian.AppendUint32(b, uint32(len(s))), s...)
}
