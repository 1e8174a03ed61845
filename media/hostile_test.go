package media

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kollega/media/mediatest"
)

// listener returns the address of a server on this machine and the count of connections that reached it.
func listener(t *testing.T) (string, *atomic.Int32) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var hits atomic.Int32
	accepting := make(chan struct{})
	go func() {
		defer close(accepting)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			hits.Add(1)
			conn.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-accepting })
	return l.Addr().String(), &hits
}

// part returns the first share of a file.
func part(t *testing.T, path string, share float64) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data[:int(share*float64(len(data)))]
}

// whole returns the bytes of a file.
func whole(t *testing.T, path string) []byte { return part(t, path, 1) }

func TestCheckRefuses(t *testing.T) {
	t.Parallel()
	server, hits := listener(t)
	playlist := "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nhttp://" + server + "/a.ts\n#EXT-X-ENDLIST\n"
	script := "ffconcat version 1.0\nfile http://" + server + "/a.mp4\n"
	sdp := "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n"
	dash := `<?xml version="1.0"?><MPD><Period><AdaptationSet><Representation><BaseURL>http://` + server + `/</BaseURL></Representation></AdaptationSet></Period></MPD>`
	ftyp := "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"
	random := make([]byte, 200_000)
	for i, r := 0, rand.New(rand.NewPCG(1, 2)); i < len(random); i++ {
		random[i] = byte(r.Uint32())
	}
	tiny := func(rest ...string) []string { return slices.Concat(picture("testsrc2=s=64x64:r=10"), rest) }
	file := func(ext string, args ...string) func(*testing.T) []byte {
		return func(t *testing.T) []byte { return whole(t, mediatest.Make(t, ext, args...)) }
	}
	text := func(s string) func(*testing.T) []byte { return func(*testing.T) []byte { return []byte(s) } }
	many := slices.Concat(tiny(h264...), []string{"-map", "0"})
	for range 20 {
		many = append(many, "-map", "0")
	}

	tests := []struct {
		name string
		in   func(t *testing.T) []byte
		want Code
	}{
		{"empty", text(""), CodeEmpty},
		{"one byte", text("\x00"), CodeNotVideo},
		{"text", text("hello, this is my video"), CodeNotVideo},
		{"web page", text("<!doctype html><html><video src=http://" + server + "></video></html>"), CodeNotVideo},
		{"random", text(string(random)), CodeNotVideo},
		{"random after ftyp", text(ftyp + string(random)), CodeIncomplete},
		{"playlist", text(playlist), CodeNotVideo},
		{"playlist after ftyp", text(ftyp + playlist), CodeIncomplete},
		{"playlist of a local file", text("#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"), CodeNotVideo},
		{"concat script", text(script), CodeNotVideo},
		{"session description", text(sdp), CodeNotVideo},
		{"dash manifest", text(dash), CodeNotVideo},
		{"matroska's first bytes alone", text("\x1a\x45\xdf\xa3" + playlist), CodeDamaged},
		{"JPEG", file("jpg", "-f", "lavfi", "-i", "testsrc2=s=64x64", "-frames:v", "1"), CodeNotVideo},
		{"GIF", file("gif", tiny()...), CodeNotVideo},
		{"iPhone's photo", text("\x00\x00\x00\x24ftypheic\x00\x00\x00\x00mif1heic"), CodeNotVideo},
		{"MP3 with a cover", file("mp3", slices.Concat(tone, []string{
			"-f", "lavfi", "-t", "0.04", "-i", "testsrc2=s=64x64", "-map", "0", "-map", "1", "-c:v", "png", "-disposition:v", "attached_pic",
		})...), CodeNotVideo},
		{"AVI", file("avi", tiny(h264...)...), CodeUnsupportedFormat},
		{"camcorder", file("ts", tiny(h264...)...), CodeUnsupportedFormat},
		{"Flash", file("flv", tiny(h264...)...), CodeUnsupportedFormat},
		{"ProRes", file("mov", tiny("-c:v", "prores")...), CodeUnsupportedCodec},
		{"PNG in QuickTime", file("mov", tiny("-c:v", "png")...), CodeUnsupportedCodec},
		{"sound only", file("mp4", slices.Concat(tone, aac)...), CodeNoPicture},
		{"two pictures", file("mp4", slices.Concat(tiny(h264...), []string{"-map", "0", "-map", "0"})...), CodeTooManyStreams},
		{"many streams", file("mp4", many...), CodeTooManyStreams},
		{"8 by 8", file("mp4", slices.Concat(picture("testsrc2=s=8x8:r=10"), h264)...), CodeTooSmall},
		{"5K", file("mp4", slices.Concat([]string{"-f", "lavfi", "-t", "0.2", "-i", "color=s=5120x2880:r=10"}, h264)...), CodeTooManyPixels},
		{"8K square", file("mp4", slices.Concat([]string{"-f", "lavfi", "-t", "0.2", "-i", "color=s=8192x8192:r=10"}, h264)...), CodeTooManyPixels},
		{"two seconds", file("mp4", slices.Concat(tiny(h264...), []string{"-t", "2"})...), CodeTooShort},
		{"one frame", file("mp4", slices.Concat(tiny(h264...), []string{"-frames:v", "1"})...), CodeTooShort},
		{"130 seconds", file("mp4", slices.Concat([]string{"-f", "lavfi", "-t", "130", "-i", "testsrc2=s=64x64:r=1"}, h264)...), CodeTooLong},
		{"an hour", file("mp4", slices.Concat([]string{"-f", "lavfi", "-t", "3600", "-i", "color=s=64x64:r=1"}, h264)...), CodeTooLong},
		{"one frame a second", file("mp4", slices.Concat([]string{"-f", "lavfi", "-t", "20", "-i", "testsrc2=s=64x64:r=1"}, h264)...), CodeBadTiming},
		{"three frames over two days", file("mp4", slices.Concat(tiny(h264...),
			[]string{"-vf", "setpts=N*100000/TB", "-frames:v", "3", "-fps_mode", "passthrough"})...), CodeBadTiming},
		{"a thousand frames a second", file("mp4", slices.Concat(picture("testsrc2=s=64x64:r=1000"), h264)...), CodeBadTiming},
		{"picture ten seconds after the sound", file("mp4", slices.Concat(tone, []string{"-itsoffset", "10"},
			picture("testsrc2=s=64x64:r=10"), h264, aac, []string{"-fps_mode", "vfr"})...), CodeBadTiming},
		{"cut, index last", func(t *testing.T) []byte { return part(t, mediatest.Clip(t, 3, mediatest.Size(320, 180)), 0.6) }, CodeIncomplete},
		{"cut, index first", func(t *testing.T) []byte {
			return part(t, mediatest.Make(t, "mp4", slices.Concat(picture("testsrc2=s=320x180"), h264, []string{"-movflags", "+faststart"})...), 0.6)
		}, CodeIncomplete},
		{"cut, Matroska", func(t *testing.T) []byte {
			return part(t, mediatest.Make(t, "mkv", slices.Concat(picture("testsrc2=s=320x180"), h264)...), 0.6)
		}, CodeIncomplete},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			refused(t, written(t, test.in(t)), test.want)
		})
	}
	t.Cleanup(func() {
		if n := hits.Load(); n != 0 {
			t.Errorf("got %d connections, want none", n)
		}
	})
}

// refused checks that the file at path is turned away for the right reason, within five seconds, with nothing left running.
func refused(t *testing.T, path string, want Code) {
	t.Helper()
	tools := tools(t)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	_, err := tools.Check(ctx, path)
	var rejected *Reject
	if !errors.As(err, &rejected) || rejected.Code != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if left := running(t, path); len(left) > 0 {
		t.Errorf("still running: %v", left)
	}
	if err != nil && strings.Contains(err.Error(), path) {
		t.Errorf("%q tells the file's place", err)
	}
}

func TestCheckRefusesLargeFiles(t *testing.T) {
	t.Parallel()
	path := written(t, []byte("\x00\x00\x00\x18ftypmp42"))
	if err := os.Truncate(path, 700_000_000); err != nil {
		t.Fatal(err)
	}
	refused(t, path, CodeTooLarge)
}

func TestTranscodeRefusesWhatCannotBeDecoded(t *testing.T) {
	t.Parallel()
	clip := mediatest.Make(t, "mp4", slices.Concat(picture("testsrc2=s=320x180"), h264, []string{"-movflags", "+faststart"})...)
	data := whole(t, clip)
	for i, r := len(data)*3/10, rand.New(rand.NewPCG(1, 2)); i < len(data); i++ {
		data[i] = byte(r.Uint32())
	}
	path := written(t, data)
	f, err := tools(t).Check(t.Context(), path)
	if err != nil {
		t.Fatalf("check: %v", err) // every packet is there, so only decoding can tell
	}
	_, err = tools(t).Transcode(t.Context(), path, f, t.TempDir(), nil)
	var rejected *Reject
	if !errors.As(err, &rejected) || rejected.Code != CodeDamaged {
		t.Errorf("got %v, want %s", err, CodeDamaged)
	}
}

func TestTranscodeWarnsOfDamage(t *testing.T) {
	t.Parallel()
	data := whole(t, mediatest.Make(t, "mp4", slices.Concat(picture("testsrc2=s=320x180"), h264, []string{"-movflags", "+faststart"})...))
	for i := len(data) / 2; i < len(data)/2+2000; i++ {
		data[i] ^= 0x55
	}
	path := written(t, data)
	f, err := tools(t).Check(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	out, err := tools(t).Transcode(t.Context(), path, f, t.TempDir(), nil)
	if err != nil || out.Warnings == 0 {
		t.Errorf("got %d warnings (%v), want some", out.Warnings, err)
	}
}

func TestNetworkIsCutOff(t *testing.T) {
	t.Parallel()
	server, hits := listener(t)
	lists := []string{"-protocol_whitelist", "file,pipe"}
	if tools(t).Sandbox() != "none" {
		lists = nil // the sandbox must hold by itself
	}
	_, err := tools(t).run(t.Context(), command{
		program: tools(t).ffprobe, args: append(lists, fmt.Sprintf("http://%s/a.mp4", server)), limits: probeLimits,
	})
	if err == nil || hits.Load() != 0 {
		t.Errorf("got %d connections (%v), want none and an error", hits.Load(), err)
	}
}
