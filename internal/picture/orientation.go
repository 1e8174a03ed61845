package picture

import (
	"bytes"
	"encoding/binary"
)

// orientation is how the camera of a JPEG was held, 1 to 8; 1 where the file does not say. See Exif 2.32, 4.5.4 and 4.6.2.
func orientation(jpg []byte) int {
	if !bytes.HasPrefix(jpg, []byte("\xff\xd8")) {
		return 1
	}
	for at := 2; at+4 <= len(jpg) && jpg[at] == 0xff; {
		marker, length := jpg[at+1], int(binary.BigEndian.Uint16(jpg[at+2:]))
		end := at + 2 + length
		if marker == 0xda || length < 2 || end > len(jpg) { // the picture itself begins, or nothing that can be read
			return 1
		}
		if tiff, is := bytes.CutPrefix(jpg[at+4:end], []byte("Exif\x00\x00")); marker == 0xe1 && is {
			return orientationIn(tiff)
		}
		at = end
	}
	return 1
}

func orientationIn(tiff []byte) int {
	var order binary.ByteOrder = binary.LittleEndian
	switch {
	case bytes.HasPrefix(tiff, []byte("MM\x00*")):
		order = binary.BigEndian
	case !bytes.HasPrefix(tiff, []byte("II*\x00")):
		return 1
	}
	if len(tiff) < 8 {
		return 1
	}
	first := int64(order.Uint32(tiff[4:]))
	if first < 8 || first+2 > int64(len(tiff)) {
		return 1
	}
	entries := tiff[first+2:]
	const tag, short, entry = 0x0112, 3, 12
	for range order.Uint16(tiff[first:]) {
		if len(entries) < entry {
			return 1
		}
		if order.Uint16(entries) == tag && order.Uint16(entries[2:]) == short {
			if o := int(order.Uint16(entries[8:])); o >= 1 && o <= 8 {
				return o
			}
			return 1
		}
		entries = entries[entry:]
	}
	return 1
}
