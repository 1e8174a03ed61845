package media

import "fmt"

// Code names why a file was refused; each has a sentence for people under the translation key Code.Key.
type Code string

// The reasons for refusing a file.
const (
	CodeEmpty             Code = "empty"
	CodeNotVideo          Code = "not_video"
	CodeUnsupportedFormat Code = "unsupported_format"
	CodeUnsupportedCodec  Code = "unsupported_codec"
	CodeIncomplete        Code = "incomplete"
	CodeDamaged           Code = "damaged"
	CodeNoPicture         Code = "no_picture"
	CodeTooShort          Code = "too_short"
	CodeTooLong           Code = "too_long"
	CodeTooLarge          Code = "too_large"
	CodeTooSmall          Code = "too_small"
	CodeTooManyPixels     Code = "too_many_pixels"
	CodeBadTiming         Code = "bad_timing"
	CodeTooManyStreams    Code = "too_many_streams"
)

// Codes lists every reason for refusing a file.
func Codes() []Code {
	return []Code{
		CodeEmpty, CodeNotVideo, CodeUnsupportedFormat, CodeUnsupportedCodec, CodeIncomplete, CodeDamaged, CodeNoPicture,
		CodeTooShort, CodeTooLong, CodeTooLarge, CodeTooSmall, CodeTooManyPixels, CodeBadTiming, CodeTooManyStreams,
	}
}

// Key returns the translation key of the sentence that tells a person what is wrong and what to do.
func (c Code) Key() string { return "clip.error." + string(c) }

// Reject says that a file itself cannot become a clip, so trying it again is of no use.
type Reject struct {
	Code    Code
	Detail  string // for logs: what was measured; never what ffmpeg printed, never for visitors
	Printed string // the end of what ffmpeg or ffprobe printed, if it was they who refused; it may name paths, for administrators only
}

// Error returns the code and what was measured.
func (r *Reject) Error() string {
	if r.Detail == "" {
		return "clip refused: " + string(r.Code)
	}
	return fmt.Sprintf("clip refused: %s (%s)", r.Code, r.Detail)
}

func reject(code Code, format string, args ...any) *Reject {
	return &Reject{Code: code, Detail: fmt.Sprintf(format, args...)}
}
