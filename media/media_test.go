package media

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// found is the machine's tools, looked for once for all tests.
var found = sync.OnceValues(func() (*Tools, error) { return Find(context.Background()) })

func tools(t testing.TB) *Tools {
	t.Helper()
	tools, err := found()
	if err != nil {
		t.Fatal(err)
	}
	return tools
}

// copied returns a copy of a shared clip that the test may change, and whose name no other process carries.
func copied(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return written(t, data)
}

func written(t *testing.T, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "in.bin")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// made is what ffprobe, without any of our code, says of an output.
type made struct {
	Streams []struct {
		CodecType         string `json:"codec_type"`
		CodecName         string `json:"codec_name"`
		PixFmt            string `json:"pix_fmt"`
		Width             int
		Height            int
		SampleAspectRatio string `json:"sample_aspect_ratio"`
		RFrameRate        string `json:"r_frame_rate"`
		ColorTransfer     string `json:"color_transfer"`
		ColorRange        string `json:"color_range"`
		Channels          int
		SampleRate        string  `json:"sample_rate"`
		Duration          float64 `json:",string"`
		SideData          []any   `json:"side_data_list"`
	}
	Format struct {
		Duration float64 `json:",string"`
		Tags     map[string]string
	}
}

func examine(t *testing.T, path string) made {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", path).Output()
	if err != nil {
		t.Fatalf("ffprobe %s: %v", path, err)
	}
	var m made
	if err := json.Unmarshal(out, &m); err != nil {
		t.Fatalf("ffprobe %s: %v", path, err)
	}
	return m
}

// boxes returns the types of an MP4's outermost boxes, in order.
func boxes(t *testing.T, path string) []string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for len(data) >= 8 {
		size := binary.BigEndian.Uint32(data)
		names = append(names, string(data[4:8]))
		if size < 8 || int(size) > len(data) {
			break
		}
		data = data[size:]
	}
	return names
}

// pixel returns the red, green and blue of one pixel, one second into a video or of a picture.
func pixel(t *testing.T, path string, x, y int) (r, g, b int) {
	t.Helper()
	args := []string{"-v", "error"}
	if strings.HasSuffix(path, ".mp4") {
		args = append(args, "-ss", "1")
	}
	args = append(args, "-i", path, "-frames:v", "1", "-vf", "format=rgb24", "-f", "rawvideo", "-")
	out, err := exec.CommandContext(t.Context(), "ffmpeg", args...).Output()
	if err != nil {
		t.Fatalf("decode %s: %v", path, err)
	}
	at := (y*examine(t, path).Streams[0].Width + x) * 3
	return int(out[at]), int(out[at+1]), int(out[at+2])
}

// running returns the command lines of all processes that name path.
func running(t *testing.T, path string) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "ps", "axww", "-o", "command=").Output()
	if err != nil {
		t.Fatalf("ps: %v", err)
	}
	var lines []string
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, path) {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return lines
}
