package media

import (
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"kollega/media/mediatest"
)

// spent is the processor time, in seconds, of every program that has ended and been waited for.
func spent() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_CHILDREN, &u); err != nil {
		return 0
	}
	return float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)/1e6
}

// counted is the machine's tools without the sandbox, which does not tell what the programs inside it have used.
func counted(b testing.TB) *Tools {
	b.Helper()
	open := *tools(b)
	open.sandbox = sandbox{name: "none", args: func(command) []string { return nil }}
	return &open
}

// BenchmarkPipeline tells the processor time of everything that is made of a clip, for each second of it, as a ratio to a bare
// ffmpeg that makes the 720p file alone.
func BenchmarkPipeline(b *testing.B) {
	const seconds = 30
	in := mediatest.Clip(b, seconds, mediatest.Size(1920, 1080))
	t := counted(b)
	var whole, bare float64
	for b.Loop() {
		before := spent()
		f, err := t.Check(b.Context(), in)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := t.Transcode(b.Context(), in, f, b.TempDir(), nil); err != nil {
			b.Fatal(err)
		}
		middle := spent()
		args := append([]string{"-v", "error", "-y", "-i", in, "-vf", "scale=1280:720,setsar=1,fps=30,format=yuv420p"}, full.args(t.threads)...)
		if err := exec.CommandContext(b.Context(), "ffmpeg", append(args, filepath.Join(b.TempDir(), "bare.mp4"))...).Run(); err != nil {
			b.Fatal(err)
		}
		whole += middle - before
		bare += spent() - middle
	}
	b.ReportMetric(whole/seconds/float64(b.N), "cpu-s/clip-s")
	b.ReportMetric(bare/seconds/float64(b.N), "bare-cpu-s/clip-s")
	b.ReportMetric(whole/bare, "ratio-to-bare")
}

// BenchmarkPersonal tells the processor time of a personal download, beside encoding everything again, for clips of 10 and
// 60 seconds: it must hardly grow with the length.
func BenchmarkPersonal(b *testing.B) {
	for _, seconds := range []int{10, 60} {
		b.Run(strconv.Itoa(seconds)+"s", func(b *testing.B) {
			t, dir := counted(b), b.TempDir()
			body, card := filepath.Join(dir, "body.mp4"), filepath.Join(dir, "card.png")
			in := mediatest.Clip(b, seconds, mediatest.Size(1280, 720))
			if err := t.Body(b.Context(), in, shapes["landscape"], nil, body, nil); err != nil {
				b.Fatal(err)
			}
			var copying, encoding float64
			for b.Loop() {
				before := spent()
				if err := DrawCard(card, shapes["landscape"], Card{URL: longURL, Call: "Søk på jobben", Title: "Kokk"}); err != nil {
					b.Fatal(err)
				}
				copied, err := t.Personal(b.Context(), body, card, filepath.Join(dir, "cut.mp4"))
				if err != nil || !copied {
					b.Fatalf("copied %v, %v", copied, err)
				}
				middle := spent()
				if err := t.joinEncoded(b.Context(), body, filepath.Join(dir, "tail.mp4"), filepath.Join(dir, "again.mp4")); err != nil {
					b.Fatal(err)
				}
				copying += middle - before
				encoding += spent() - middle
			}
			b.ReportMetric(copying/float64(b.N), "cpu-s")
			b.ReportMetric(encoding/float64(b.N), "encoded-cpu-s")
		})
	}
}
