package media

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// The two demuxers that strangers' bytes may reach; ffmpeg is never left to guess.
const (
	formatMOV      = "mov"      // MP4, QuickTime, 3GP
	formatMatroska = "matroska" // Matroska, WebM
)

// sniffBytes is how much of a file sniff looks at.
const sniffBytes = 512

// stillBrands are ftyp brands of pictures, which share MP4's container.
var stillBrands = []string{"heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "avif", "avis", "crx ", "jxl "}

// otherVideo are the openings of video formats that are known but not taken in: the answer "save it as MP4" helps there.
var otherVideo = []struct {
	offset int
	magic  string
}{
	{0, "FLV\x01"},
	{8, "AVI "},
	{0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11"}, // ASF: WMV
	{0, "OggS"},
	{0, "\x00\x00\x01\xba"}, // MPEG program stream
	{0, "\x00\x00\x01\xb3"}, // MPEG video
	{0, "\x06\x0e\x2b\x34"}, // MXF
	{0, ".RMF"},
	{4, "moov"},
	{4, "mdat"},
	{4, "wide"},
	{4, "pnot"}, // QuickTime from before 2001, without ftyp
}

// sniff tells from a file's first bytes which demuxer must read it. Names and declared types are never looked at:
// a playlist or an ffconcat script called .mp4 would make ffmpeg open other files and addresses.
func sniff(head []byte) (format string, refused *Reject) {
	switch {
	case len(head) == 0:
		return "", &Reject{Code: CodeEmpty}
	case len(head) >= 12 && string(head[4:8]) == "ftyp":
		if brand := string(head[8:12]); slices.Contains(stillBrands, brand) {
			return "", reject(CodeNotVideo, "a picture of brand %q", brand)
		}
		return formatMOV, nil
	case bytes.HasPrefix(head, []byte("\x1a\x45\xdf\xa3")):
		return formatMatroska, nil
	case isTransportStream(head):
		return "", reject(CodeUnsupportedFormat, "an MPEG transport stream")
	}
	for _, v := range otherVideo {
		if len(head) > v.offset && bytes.HasPrefix(head[v.offset:], []byte(v.magic)) {
			return "", reject(CodeUnsupportedFormat, "opens with %q", v.magic)
		}
	}
	return "", reject(CodeNotVideo, "opens with %q", head[:min(len(head), 8)])
}

// isTransportStream recognises camcorders' .mts and .m2ts by three sync bytes, 188 or (with time codes) 192 bytes apart.
func isTransportStream(head []byte) bool {
	sync := func(first, apart int) bool {
		for i := range 3 {
			if at := first + i*apart; at >= len(head) || head[at] != 0x47 {
				return false
			}
		}
		return true
	}
	return sync(0, 188) || sync(4, 192)
}

// sniffFile returns the demuxer for the file at path and its size in bytes.
func sniffFile(path string) (format string, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, fmt.Errorf("sniff: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", 0, fmt.Errorf("sniff: %w", err)
	}
	head := make([]byte, sniffBytes)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", 0, fmt.Errorf("sniff: %w", err)
	}
	format, refused := sniff(head[:n])
	if refused != nil {
		return "", info.Size(), refused
	}
	return format, info.Size(), nil
}
