package public

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"hash/crc32"
)

// A page in gzip (RFC 1952) of which the parts were packed once: each is deflated by itself and ends on a whole byte, so that
// what is a visitor's own goes between them as it is, in stored blocks (RFC 1951, 3.2.4).
const (
	gzipHead   = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
	gzipEnd    = "\x03\x00" // an empty last block
	gzipTail   = 8          // checksum and length
	storedHead = 5          // of a stored block
)

// pack deflates each part.
func pack(parts [][]byte) ([][]byte, error) {
	packed := make([][]byte, len(parts))
	for i, part := range parts {
		var buf bytes.Buffer
		w, err := flate.NewWriter(&buf, flate.BestCompression)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(part); err != nil {
			return nil, err
		}
		if err := w.Flush(); err != nil { // not Close: the stream goes on
			return nil, err
		}
		packed[i] = buf.Bytes()
	}
	return packed, nil
}

// appendStored writes s as a stored block; it is much shorter than the 65,535 bytes that one may have.
func appendStored(dst []byte, s string) []byte {
	dst = append(dst, 0)
	dst = binary.LittleEndian.AppendUint16(dst, uint16(len(s)))
	dst = binary.LittleEndian.AppendUint16(dst, ^uint16(len(s)))
	return append(dst, s...)
}

func (r *readyPage) appendPacked(dst []byte, code, visit string) []byte {
	dst = append(dst, gzipHead...)
	sum, size := uint32(0), 0
	var space [512]byte // the checksum wants bytes
	for i, part := range r.parts {
		dst = append(dst, r.packed[i]...)
		sum, size = crc32.Update(sum, crc32.IEEETable, part), size+len(part)
		if i < len(r.holes) {
			own := r.holes[i].of(code, visit)
			dst = appendStored(dst, own)
			sum, size = crc32.Update(sum, crc32.IEEETable, append(space[:0], own...)), size+len(own)
		}
	}
	dst = append(dst, gzipEnd...)
	return binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(dst, sum), uint32(size))
}
