package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// maxIndex bounds the index (moov) of a made file that is read into memory, in bytes.
const maxIndex = 16 << 20

// avcC returns the decoder's settings (SPS and PPS) of the H.264 picture in a made MP4: only files with the same ones may be
// joined by stream copy, because hardware decoders are set up once.
func avcC(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("avcC: %w", err)
	}
	defer f.Close()
	moov, err := outerBox(f, "moov")
	if err != nil {
		return nil, fmt.Errorf("avcC of %s: %w", path, err)
	}
	for rest := moov; ; {
		trak, after := innerBox(rest, "trak")
		if trak == nil {
			return nil, fmt.Errorf("avcC of %s: %w", path, errNoPicture)
		}
		rest = after
		stsd := within(trak, "mdia", "minf", "stbl", "stsd")
		if len(stsd) < 8 { // version and flags, number of entries
			continue
		}
		avc1, _ := innerBox(stsd[8:], "avc1")
		if len(avc1) < 78 { // ISO/IEC 14496-12, VisualSampleEntry
			continue
		}
		if found, _ := innerBox(avc1[78:], "avcC"); found != nil {
			return found, nil
		}
	}
}

var errNoPicture = errors.New("no H.264 picture")

// sameDecoder tells whether the pictures of two made files can follow each other without the decoder being set up again.
func sameDecoder(a, b string) (bool, error) {
	first, err := avcC(a)
	if err != nil {
		return false, err
	}
	second, err := avcC(b)
	return bytes.Equal(first, second), err
}

// outerBox reads the content of the first box of that name in a file.
func outerBox(r io.ReadSeeker, name string) ([]byte, error) {
	for {
		var head [16]byte
		if _, err := io.ReadFull(r, head[:8]); err != nil {
			return nil, fmt.Errorf("no %s: %w", name, err)
		}
		size, used := int64(binary.BigEndian.Uint32(head[:4])), int64(8)
		if size == 1 { // a large box
			if _, err := io.ReadFull(r, head[8:]); err != nil {
				return nil, fmt.Errorf("no %s: %w", name, err)
			}
			size, used = int64(binary.BigEndian.Uint64(head[8:])), 16
		}
		size -= used
		switch {
		case size < 0:
			return nil, fmt.Errorf("no %s", name)
		case string(head[4:8]) != name:
			if _, err := r.Seek(size, io.SeekCurrent); err != nil {
				return nil, err
			}
		case size > maxIndex:
			return nil, fmt.Errorf("%s of %d bytes", name, size)
		default:
			content := make([]byte, size)
			_, err := io.ReadFull(r, content)
			return content, err
		}
	}
}

// innerBox returns the content of the first box of that name in b, and what follows it; nil when there is none.
func innerBox(b []byte, name string) (content, after []byte) {
	for len(b) >= 8 {
		size := int(binary.BigEndian.Uint32(b))
		if size < 8 || size > len(b) {
			return nil, nil
		}
		if string(b[4:8]) == name {
			return b[8:size], b[size:]
		}
		b = b[size:]
	}
	return nil, nil
}

// within follows a path of boxes.
func within(b []byte, path ...string) []byte {
	for _, name := range path {
		b, _ = innerBox(b, name)
	}
	return b
}
