package tracking

import (
	"encoding/binary"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"

	"kollega/models"
)

// What a journal record is, its first byte. A new form gets a new number; old ones are read for ever.
const (
	recordEvent     = 1
	recordAmendment = 2
	recordWatched   = 3 // an event, and the seconds that were watched behind it
)

// kinds and classes by their number in the journal: add at the end, never move.
var (
	kinds = [...]string{
		models.KindClick, models.KindView, models.KindPlay, models.KindQ25, models.KindQ50, models.KindQ75, models.KindQ100,
		models.KindSound, models.KindApplyStart, models.KindApply, models.KindWatched,
	}
	classes = [...]string{
		models.ClassHuman, models.ClassPreview, models.ClassBot, models.ClassPrefetch, models.ClassSelf, models.ClassInternal,
		models.ClassSuspect,
	}
)

var (
	errRecord = errors.New("journal record cannot be read")
	errEvent  = errors.New("event has no such kind, class or id")
)

// appendEvent writes e behind buf: number, kind, class, rules, time, delay, id, which ids follow, those, texts with their length.
func appendEvent(buf []byte, e *models.Event) ([]byte, error) {
	kind, class := slices.Index(kinds[:], e.Kind), slices.Index(classes[:], e.Class)
	if kind < 0 || class < 0 || e.ID == uuid.Nil {
		return buf, errEvent
	}
	form := byte(recordEvent)
	if e.Kind == models.KindWatched {
		form = recordWatched
	}
	buf = append(buf, form, byte(kind), byte(class))
	buf = binary.LittleEndian.AppendUint16(buf, uint16(e.Rules))
	buf = binary.LittleEndian.AppendUint64(buf, uint64(e.At.UnixMicro()))
	buf = binary.LittleEndian.AppendUint32(buf, uint32(e.AfterMS))
	buf = append(buf, e.ID[:]...)
	mask := len(buf)
	buf = append(buf, 0)
	for i, id := range [...]*uuid.UUID{&e.ClickID, &e.LinkID, &e.JobID, &e.ClipID, &e.Visitor} {
		if *id != uuid.Nil {
			buf[mask] |= 1 << i
			buf = append(buf, id[:]...)
		}
	}
	for _, s := range [...]string{e.Reason, e.Signals, e.Channel, e.ReferrerHost, e.Device, e.OS, e.Language, e.Country} {
		buf = appendText(buf, s)
	}
	if form == recordWatched {
		buf = append(buf, e.Seconds[:]...)
	}
	return buf, nil
}

// maxText keeps a record small whatever it was handed.
const maxText = 1000

func appendText(buf []byte, s string) []byte {
	if len(s) > maxText {
		s = s[:maxText]
	}
	buf = binary.AppendUvarint(buf, uint64(len(s)))
	return append(buf, s...)
}

func appendAmendment(buf []byte, a *models.Amendment) ([]byte, error) {
	class := slices.Index(classes[:], a.Class)
	if class < 0 {
		return buf, errEvent
	}
	buf = append(buf, recordAmendment, byte(class))
	buf = binary.LittleEndian.AppendUint16(buf, uint16(a.Rules))
	buf = binary.LittleEndian.AppendUint64(buf, uint64(a.From.UnixMicro()))
	buf = binary.LittleEndian.AppendUint64(buf, uint64(a.To.UnixMicro()))
	buf = append(buf, a.Visitor[:]...)
	return appendText(buf, a.Reason), nil
}

func readEvent(rec []byte) (e models.Event, err error) {
	r := reader{b: rec}
	form := r.byte()
	if form != recordEvent && form != recordWatched {
		return e, errRecord
	}
	kind, class := int(r.byte()), int(r.byte())
	if kind >= len(kinds) || class >= len(classes) {
		return e, errRecord
	}
	e.Kind, e.Class = kinds[kind], classes[class]
	e.Rules = int16(r.uint16())
	e.At = time.UnixMicro(int64(r.uint64())).UTC()
	e.AfterMS = int32(r.uint32())
	e.ID = r.id()
	mask := r.byte()
	for i, id := range [...]*uuid.UUID{&e.ClickID, &e.LinkID, &e.JobID, &e.ClipID, &e.Visitor} {
		if mask&(1<<i) != 0 {
			*id = r.id()
		}
	}
	for _, s := range [...]*string{&e.Reason, &e.Signals, &e.Channel, &e.ReferrerHost, &e.Device, &e.OS, &e.Language, &e.Country} {
		*s = r.text()
	}
	if form == recordWatched {
		e.Seconds = models.Seconds(r.take(len(e.Seconds)))
	}
	return e, r.end()
}

func readAmendment(rec []byte) (a models.Amendment, err error) {
	r := reader{b: rec}
	if r.byte() != recordAmendment {
		return a, errRecord
	}
	class := int(r.byte())
	if class >= len(classes) {
		return a, errRecord
	}
	a.Class = classes[class]
	a.Rules = int16(r.uint16())
	a.From = time.UnixMicro(int64(r.uint64())).UTC()
	a.To = time.UnixMicro(int64(r.uint64())).UTC()
	a.Visitor = r.id()
	a.Reason = r.text()
	return a, r.end()
}

// reader takes a record apart; once something is missing all that follows is zero and end tells.
type reader struct {
	b   []byte
	bad bool
}

var zeroes [16]byte

func (r *reader) take(n int) []byte {
	if r.bad || n > len(r.b) {
		r.bad = true
		return zeroes[:min(n, len(zeroes))]
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) byte() byte     { return r.take(1)[0] }
func (r *reader) uint16() uint16 { return binary.LittleEndian.Uint16(r.take(2)) }
func (r *reader) uint32() uint32 { return binary.LittleEndian.Uint32(r.take(4)) }
func (r *reader) uint64() uint64 { return binary.LittleEndian.Uint64(r.take(8)) }
func (r *reader) id() uuid.UUID  { return uuid.UUID(r.take(16)) }

func (r *reader) text() string {
	n, size := binary.Uvarint(r.b)
	if size <= 0 || n > maxText {
		r.bad = true
		return ""
	}
	r.b = r.b[size:]
	if int(n) > len(r.b) {
		r.bad = true
		return ""
	}
	return string(r.take(int(n)))
}

func (r *reader) end() error {
	if r.bad || len(r.b) > 0 {
		return errRecord
	}
	return nil
}
