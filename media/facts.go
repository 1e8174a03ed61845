// Package media turns an uploaded file into a clip: it looks at the first bytes, probes and measures without trusting the
// header, decides by policy, transcodes, and draws the stills. It knows no database and no object store.
package media

// Facts is what is known of a file that passed Check.
type Facts struct {
	Container  string // the demuxer: "mov" or "matroska"
	VideoCodec string // ffmpeg's name: h264, hevc, vp9, ...
	AudioCodec string // empty without sound

	VideoStream int // the picture's index in the file
	AudioStream int // the sound's index in the file, -1 without sound

	Width, Height int // in square pixels, as shown: after rotation
	Rotation      int // degrees, as stored in the file
	HDR           bool
	Transfer      string // "arib-std-b67" (HLG) or "smpte2084" (PQ) for HDR, else what the file says, may be empty
	ColorSpace    string // what the file says, may be empty

	Size     int64   // bytes
	Duration float64 // seconds, by packet scan
	FPS      float64 // mean frames per second
	MaxGap   float64 // seconds, the longest time without a new frame
	HasAudio bool
	Channels int
}

// Policy is what a file must be to become a clip.
type Policy struct {
	MaxBytes                 int64
	MinDuration, MaxDuration float64 // seconds; a fifth more or less is forgiven, since phones round what they show
	MinSide, MaxSide         int     // pixels
	MaxPixels                int     // width x height
	MinFPS, MaxFPS           float64 // mean
	MaxGap                   float64 // seconds without a new frame
	MaxChannels              int
}

// DefaultPolicy takes what phones and recorders make, up to 4K and slow motion, and refuses bombs.
func DefaultPolicy() Policy {
	return Policy{
		MaxBytes:    600 << 20,
		MinDuration: 3, MaxDuration: 125,
		MinSide: 16, MaxSide: 4096, MaxPixels: 8_900_000,
		MinFPS: 5, MaxFPS: 245,
		MaxGap:      5,
		MaxChannels: 8,
	}
}

const durationSlack = 0.2 // seconds

// checkShape judges what the header says; it runs before anything reads the whole file.
func (p Policy) checkShape(f Facts) *Reject {
	switch {
	case min(f.Width, f.Height) < p.MinSide:
		return reject(CodeTooSmall, "%dx%d, at least %d", f.Width, f.Height, p.MinSide)
	case max(f.Width, f.Height) > p.MaxSide || f.Width*f.Height > p.MaxPixels:
		return reject(CodeTooManyPixels, "%dx%d, at most %d pixels and %d a side", f.Width, f.Height, p.MaxPixels, p.MaxSide)
	case f.Channels > p.MaxChannels:
		return reject(CodeUnsupportedCodec, "%d sound channels, at most %d", f.Channels, p.MaxChannels)
	}
	return nil
}

// checkTiming judges what was measured. The gap comes first: three frames over two days are broken, not too long.
func (p Policy) checkTiming(f Facts) *Reject {
	switch {
	case f.MaxGap > p.MaxGap:
		return reject(CodeBadTiming, "%.1f s without a new frame, at most %.0f", f.MaxGap, p.MaxGap)
	case f.Duration > p.MaxDuration+durationSlack:
		return reject(CodeTooLong, "%.1f s, at most %.0f", f.Duration, p.MaxDuration)
	case f.Duration < p.MinDuration-durationSlack:
		return reject(CodeTooShort, "%.2f s, at least %.0f", f.Duration, p.MinDuration)
	case f.FPS < p.MinFPS || f.FPS > p.MaxFPS:
		return reject(CodeBadTiming, "%.1f frames per second, %.0f to %.0f", f.FPS, p.MinFPS, p.MaxFPS)
	}
	return nil
}
