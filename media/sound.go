package media

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"
)

// soundDeadline is ample for two minutes of sound.
const soundDeadline = time.Minute

// Sound writes what is heard in a video that Transcode made into dir, for a machine to listen to: 16 kHz, one channel, Opus, about
// 3 KB a second. It returns the file's path, or *ToolError.
func (t *Tools) Sound(ctx context.Context, video, dir string) (string, error) {
	video, errIn := filepath.Abs(video)
	dir, errDir := filepath.Abs(dir)
	if err := errors.Join(errIn, errDir); err != nil {
		return "", fmt.Errorf("sound: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, soundDeadline)
	defer cancel()
	out := filepath.Join(dir, "sound.ogg")
	_, err := t.run(ctx, command{program: t.ffmpeg, in: video, dir: dir, limits: transcodeLimits, args: []string{
		"-nostdin", "-hide_banner", "-v", "error", "-y", "-protocol_whitelist", "file", "-f", formatMOV, "-i", video,
		"-vn", "-sn", "-dn", "-map_metadata", "-1", "-ac", "1", "-ar", "16000", "-c:a", "libopus", "-b:a", "24k", "-f", "ogg", out,
	}})
	if err != nil {
		return "", fmt.Errorf("sound: %w", err)
	}
	return out, nil
}
