package media

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
)

// The white lists: nothing else is opened, whatever a file asks for. apac is the second, spatial sound track of newer
// iPhones: it is never decoded, but a file that has it must open.
const (
	protocolWhitelist = "file,pipe"
	formatWhitelist   = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm"
	codecWhitelist    = "h264,hevc,vp8,libvpx,vp9,libvpx-vp9,av1,libdav1d,libaom-av1,mpeg4," +
		"aac,opus,libopus,vorbis,libvorbis,mp3,mp3float,pcm_s16le,pcm_s24le,alac,ac3,eac3,apac"
)

var (
	videoCodecs = []string{"h264", "hevc", "vp8", "vp9", "av1", "mpeg4"}
	audioCodecs = []string{"aac", "opus", "vorbis", "mp3", "pcm_s16le", "pcm_s24le", "alac", "ac3", "eac3"}
)

// guards are the arguments, before the input, that keep ffmpeg and ffprobe inside the white lists.
func guards(format string) []string {
	return []string{
		"-protocol_whitelist", protocolWhitelist, "-format_whitelist", formatWhitelist, "-f", format,
		"-codec_whitelist", codecWhitelist, "-max_streams", "16", "-max_pixels", "40000000",
	}
}

// probed is the part of ffprobe's answer that is read.
type probed struct {
	Streams []struct {
		Index             int    `json:"index"`
		CodecType         string `json:"codec_type"`
		CodecName         string `json:"codec_name"`
		Width             int    `json:"width"`
		Height            int    `json:"height"`
		SampleAspectRatio string `json:"sample_aspect_ratio"`
		ColorSpace        string `json:"color_space"`
		ColorTransfer     string `json:"color_transfer"`
		Channels          int    `json:"channels"`
		Disposition       struct {
			AttachedPic int `json:"attached_pic"`
		} `json:"disposition"`
		SideDataList []struct {
			Rotation float64 `json:"rotation"`
		} `json:"side_data_list"`
	} `json:"streams"`
	Format struct {
		Duration string `json:"duration"`
	} `json:"format"`
}

const probeEntries = "format=format_name,duration,size" +
	":stream=index,codec_type,codec_name,profile,width,height,pix_fmt,sample_aspect_ratio,color_space,color_transfer,channels" +
	":stream_disposition=attached_pic:stream_side_data=rotation"

// probe asks ffprobe for a file's streams, within the white lists. It returns the facts of the header and the
// duration in seconds that the header claims (0 where it claims none).
func (t *Tools) probe(ctx context.Context, path, format string) (Facts, float64, error) {
	var out strings.Builder
	args := slices.Concat([]string{"-v", "error", "-hide_banner"}, guards(format), []string{
		"-analyzeduration", "10M", "-probesize", "20M",
		"-show_entries", probeEntries, "-print_format", "json", "file:" + path,
	})
	_, err := t.run(ctx, command{program: t.ffprobe, args: args, in: path, limits: probeLimits, stdout: &out})
	if err != nil {
		return Facts{}, 0, refusedByProbe(err)
	}
	facts, claimed, refused := parseProbe([]byte(out.String()))
	if refused != nil {
		return Facts{}, 0, refused
	}
	facts.Container = format
	return facts, claimed, nil
}

// refusedByProbe turns what ffprobe printed into the reason it stands for. A sandbox that did not start, or a
// cancelled context, is no fault of the file and stays an error.
func refusedByProbe(err error) error {
	var failed *ToolError
	if !errors.As(err, &failed) || !failed.exited() {
		return err
	}
	for _, known := range []struct {
		printed string
		code    Code
	}{
		{"exceeds max_streams", CodeTooManyStreams},
		{"exceeds specified max pixel count", CodeTooManyPixels},
		{"exceeds limit", CodeTooManyPixels}, // dav1d
		{"not on whitelist", CodeUnsupportedCodec},
		{"moov atom not found", CodeIncomplete},
		{"End of file", CodeIncomplete},
	} {
		if strings.Contains(failed.Stderr, known.printed) {
			return &Reject{Code: known.code, Detail: "ffprobe refused it", Printed: failed.Stderr}
		}
	}
	return &Reject{Code: CodeDamaged, Detail: "ffprobe could not read it", Printed: failed.Stderr}
}

// parseProbe picks the one picture and the first usable sound out of ffprobe's JSON. Streams are found by kind,
// not by place: recorders put the sound first.
func parseProbe(data []byte) (f Facts, claimed float64, refused *Reject) {
	var p probed
	if err := json.Unmarshal(data, &p); err != nil {
		return Facts{}, 0, reject(CodeDamaged, "ffprobe's answer is no JSON")
	}
	f = Facts{VideoStream: -1, AudioStream: -1}
	for _, s := range p.Streams {
		switch {
		case s.CodecType == "video" && s.Disposition.AttachedPic == 0:
			if f.VideoStream >= 0 {
				return Facts{}, 0, reject(CodeTooManyStreams, "two pictures")
			}
			f.VideoStream, f.VideoCodec = s.Index, s.CodecName
			f.Width, f.Height = squarePixels(s.Width, s.Height, s.SampleAspectRatio)
			for _, side := range s.SideDataList {
				if side.Rotation != 0 && math.Abs(side.Rotation) <= 360 {
					f.Rotation = int(math.Round(side.Rotation))
				}
			}
			if f.Rotation%180 != 0 && f.Rotation%90 == 0 {
				f.Width, f.Height = f.Height, f.Width
			}
			f.Transfer, f.ColorSpace = s.ColorTransfer, s.ColorSpace
			f.HDR = f.Transfer == "arib-std-b67" || f.Transfer == "smpte2084"
		case s.CodecType == "audio" && f.AudioStream < 0 && slices.Contains(audioCodecs, s.CodecName) && s.Channels > 0:
			f.AudioStream, f.AudioCodec, f.Channels, f.HasAudio = s.Index, s.CodecName, s.Channels, true
		}
	}
	if f.VideoStream < 0 {
		return Facts{}, 0, &Reject{Code: CodeNoPicture}
	}
	if !slices.Contains(videoCodecs, f.VideoCodec) {
		return Facts{}, 0, reject(CodeUnsupportedCodec, "video codec %q", f.VideoCodec)
	}
	if claimed, _ = strconv.ParseFloat(p.Format.Duration, 64); math.IsNaN(claimed) || math.IsInf(claimed, 0) || claimed < 0 {
		claimed = 0
	}
	return f, claimed, nil
}

// squarePixels widens or narrows a picture of w x h stored pixels, each of the shape sar ("4:3"), to square ones.
func squarePixels(w, h int, sar string) (int, int) {
	num, den, ok := strings.Cut(sar, ":")
	n, errN := strconv.Atoi(num)
	d, errD := strconv.Atoi(den)
	if !ok || errN != nil || errD != nil || n <= 0 || d <= 0 || n == d {
		return w, h
	}
	return int(math.Round(float64(w) * float64(n) / float64(d))), h
}
