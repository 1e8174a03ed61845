// Package mediatest makes small real clips for tests, with ffmpeg, and keeps them for the next test.
package mediatest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// making keeps two tests from making one file at once.
var making sync.Map // name -> *sync.Mutex

type options struct {
	width, height, fps int
	silent             bool
	ext                string
	encoder            []string
}

// Option changes what Clip makes.
type Option func(*options)

// Size sets the picture's size in pixels; without it a clip is 640x360.
func Size(width, height int) Option {
	return func(o *options) { o.width, o.height = width, height }
}

// FPS sets the frames per second; without it a clip has 30.
func FPS(fps int) Option { return func(o *options) { o.fps = fps } }

// Silent leaves the sound out.
func Silent() Option { return func(o *options) { o.silent = true } }

// Encoded sets the file's extension, and with it the container, and further output arguments of ffmpeg.
func Encoded(ext string, args ...string) Option {
	return func(o *options) { o.ext, o.encoder = ext, args }
}

// Clip makes a colourful clip of so many seconds with a tone, H.264 and AAC in MP4, and returns its path. The file is
// shared by all tests: read it, do not change it.
func Clip(t testing.TB, seconds int, opts ...Option) string {
	t.Helper()
	o := options{
		width: 640, height: 360, fps: 30, ext: "mp4",
		encoder: []string{"-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"},
	}
	for _, set := range opts {
		set(&o)
	}
	length := strconv.Itoa(seconds)
	args := []string{"-f", "lavfi", "-t", length, "-i", fmt.Sprintf("testsrc2=s=%dx%d:r=%d", o.width, o.height, o.fps)}
	if !o.silent {
		args = append(args, "-f", "lavfi", "-t", length, "-i", "sine=f=440:r=48000")
	}
	return Make(t, o.ext, append(args, o.encoder...)...)
}

// Make runs ffmpeg with args and an output file of the extension ext, once for all tests and runs, and returns the
// file's path. The file is shared: read it, do not change it.
func Make(t testing.TB, ext string, args ...string) string {
	t.Helper()
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("kollega-test-clips-%d", os.Getuid()))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(strings.Join(args, "\x00")))
	path := filepath.Join(dir, hex.EncodeToString(sum[:8])+"."+ext)
	lock, _ := making.LoadOrStore(path, &sync.Mutex{})
	lock.(*sync.Mutex).Lock()
	defer lock.(*sync.Mutex).Unlock()
	if _, err := os.Stat(path); err == nil {
		return path
	}
	// Renamed when whole, for other test programs look here too.
	part := filepath.Join(dir, fmt.Sprintf("%d-%s", os.Getpid(), filepath.Base(path)))
	defer os.Remove(part)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	all := append(append([]string{"-nostdin", "-v", "error", "-y"}, args...), part)
	if out, err := exec.CommandContext(ctx, "ffmpeg", all...).CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg %s: %v\n%s", strings.Join(all, " "), err, out)
	}
	if err := os.Rename(part, path); err != nil {
		t.Fatal(err)
	}
	return path
}

// Sideways copies an MP4 or QuickTime file that Make made, its picture turned a quarter clockwise as a phone does: by the matrix
// in its track header.
func Sideways(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(data, []byte("tkhd")) + 4 + 40 // version 0: the matrix stands 40 bytes into the box's body
	for i, v := range []int32{0, 1 << 16, 0, -1 << 16, 0, 0} {
		binary.BigEndian.PutUint32(data[at+4*i:], uint32(v))
	}
	turned := filepath.Join(t.TempDir(), "sideways"+filepath.Ext(path))
	if err := os.WriteFile(turned, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return turned
}
