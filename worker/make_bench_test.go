package worker

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"kollega/media/mediatest"
	"kollega/models"
)

// BenchmarkSecondCut asks for the personal download of one colleague after another, of a 720p clip whose body is made, as the share page
// does: from the question, over the queue, ffmpeg and the object store, until it is there. Beside it
// stands how long a bare ffmpeg takes to encode the same file.
func BenchmarkSecondCut(b *testing.B) {
	for _, seconds := range []int{10, 60} {
		for _, format := range []string{"vertical", "landscape"} {
			b.Run(fmt.Sprintf("%ds/%s", seconds, format), func(b *testing.B) { secondCut(b, seconds, format) })
		}
	}
}

func secondCut(b *testing.B, seconds int, format string) {
	b.Helper()
	d := testDeps(b)
	c := published(b, d, mediatest.Clip(b, seconds, mediatest.Size(1280, 720)))
	if _, err := d.DB.Pool().Exec(b.Context(), `update jobs set status = 'published' where id = $1`, c.JobID); err != nil {
		b.Fatal(err)
	}
	n := 0
	ask := func() (models.Making, time.Duration) {
		b.Helper()
		n++
		mail := "colleague" + strconv.Itoa(n) + "@example.org"
		u, err := d.DB.AddUser(b.Context(), models.User{Role: models.RoleAdmin}, models.NewUser{Email: mail, Name: mail, Role: models.RoleEmployee})
		if err != nil {
			b.Fatal(err)
		}
		link, _, err := d.DB.MakeLink(b.Context(), u, u.ID, c.JobID, "instagram")
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		began := time.Now()
		m, err := d.DB.AskCut(b.Context(), u, link.ID, models.CutWish{Format: format, URL: "https://jobb.example.org" + link.Path()})
		for ; err == nil && m.Status != models.MakingReady && m.Status != models.MakingFailed; m, err = d.DB.Making(b.Context(), m.ID) {
			time.Sleep(5 * time.Millisecond)
		}
		b.StopTimer()
		if err != nil || m.Status != models.MakingReady {
			b.Fatalf("got %+v, %v", m, err)
		}
		return m, time.Since(began)
	}
	w, err := New(d)
	if err != nil {
		b.Fatal(err)
	}
	if err := w.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	defer w.Stop(context.WithoutCancel(b.Context()))
	m, _ := ask() // makes the body
	settled(b, d)
	var times []time.Duration
	b.StartTimer()
	for b.Loop() {
		b.StopTimer()
		var took time.Duration
		m, took = ask()
		times = append(times, took)
		b.StartTimer()
	}
	b.StopTimer()
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2])/float64(time.Millisecond), "ms-median")
	b.ReportMetric(float64(encoded(b, d, m))/float64(time.Millisecond), "ms-encoded")
}

// settled waits until nothing is being made any more.
func settled(b *testing.B, d Deps) {
	b.Helper()
	for open := 1; open > 0; time.Sleep(50 * time.Millisecond) {
		if err := d.DB.Pool().QueryRow(b.Context(), `select count(*) from river_job where state in ('available', 'running') and kind = $1`,
			models.Make{}.Kind()).Scan(&open); err != nil {
			b.Fatal(err)
		}
	}
}

// encoded is how long a bare ffmpeg takes to encode that file.
func encoded(b *testing.B, d Deps, m models.Making) time.Duration {
	b.Helper()
	dir := b.TempDir()
	in := filepath.Join(dir, "in.mp4")
	if err := d.Store.Fetch(b.Context(), m.Key, in); err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	cmd := exec.CommandContext(b.Context(), "ffmpeg", "-v", "error", "-y", "-i", in, "-c:v", "libx264", "-preset", "veryfast", "-crf", "23",
		"-c:a", "aac", filepath.Join(dir, "out.mp4"))
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		b.Fatal(err)
	}
	return time.Since(began)
}
