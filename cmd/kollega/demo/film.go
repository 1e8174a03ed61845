package demo

import (
	"bytes"
	"context"
	"fmt"
	"image/color"
	"io"
	"os/exec"
	"strconv"
	"strings"
)

const (
	filmSeconds = 7.0
	filmRate    = 24 // frames per second
)

// film is what a job's clip shows and sounds like.
type film struct {
	title   string
	lines   []string // what is read, one after the other, in the job's language
	other   []string // the same in the other language, for the captions
	upright bool     // held like a phone
	colours [4]color.RGBA
	phase   float64
	sign    []path
	chord   [4]float64 // hertz
}

// shoot draws the film and writes it to path as an MP4, as a phone or an editor would hand it over.
func (f film) shoot(ctx context.Context, path string) error {
	s, err := newScene(f)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var said bytes.Buffer
	cmd := exec.CommandContext(ctx, "ffmpeg", "-v", "error", "-nostdin", "-y",
		"-f", "rawvideo", "-pix_fmt", "rgba", "-s", fmt.Sprintf("%dx%d", s.width, s.height), "-r", strconv.Itoa(filmRate), "-i", "pipe:0",
		"-f", "lavfi", "-i", f.sound(),
		"-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "128k", "-shortest", "-f", "mp4", "file:"+path)
	cmd.Stderr = &said
	in, err := cmd.StdinPipe()
	if err != nil {
		return fmt.Errorf("film: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("film: %w", err)
	}
	drawn := project(s, in)
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("film: ffmpeg: %w: %s", err, strings.TrimSpace(said.String()))
	}
	return drawn
}

// project writes every frame of the scene.
func project(s *scene, to io.WriteCloser) error {
	defer to.Close()
	for i := range int(s.seconds * filmRate) {
		if _, err := to.Write(s.draw(float64(i) / filmRate).Pix); err != nil {
			return fmt.Errorf("film: %w", err)
		}
	}
	return nil
}

// sound is a soft chord whose tones swell one after the other, as ffmpeg's source of sound.
func (f film) sound() string {
	var tones []string
	for i, hz := range f.chord {
		tones = append(tones, fmt.Sprintf("%.2f*sin(2*PI*%.2f*t)*(0.6+0.4*sin(2*PI*0.2*t+%.1f))*min(1\\,max(0\\,(t-%.1f)/1.5))",
			0.16/float64(i+1), hz, float64(i)*1.3, float64(i)*0.5))
	}
	return fmt.Sprintf("aevalsrc='%s':s=48000:d=%g,afade=t=out:st=%g:d=1.5", strings.Join(tones, "+"), filmSeconds, filmSeconds-1.5)
}

// captions is the film's text as WebVTT.
func captions(lines []string) []byte {
	var b strings.Builder
	b.WriteString("WEBVTT\n")
	for i, line := range lines {
		from, to := lineTimes(i, len(lines), filmSeconds)
		fmt.Fprintf(&b, "\n00:%06.3f --> 00:%06.3f\n%s\n", from, to-0.1, line)
	}
	return []byte(b.String())
}
