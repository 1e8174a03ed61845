package e2e_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"kollega/internal/i18n"
	"kollega/media/mediatest"
)

// TestKilledWhileACutIsMade kills the program while a colleague's download waits for its body: both are made once, after a restart.
func TestKilledWhileACutIsMade(t *testing.T) {
	t.Parallel()
	p, c, job := house(t)
	u := c.sendAll(job.ID, hardClip(t))
	if got := c.settled(u.ID, 3*time.Minute); got.Status != "ready" {
		t.Fatalf("clip: %+v", got)
	}
	c.must(http.StatusOK, http.MethodPatch, "/api/v1/clips/"+u.ID, strings.NewReader(`{"no_speech":true,"nobody_recognisable":true}`), "Content-Type", "application/json")
	c.must(http.StatusOK, http.MethodPost, "/api/v1/clips/"+u.ID+"/publish", nil)
	link := api[made](c, http.StatusCreated, http.MethodPost, "/links", map[string]string{"job_id": job.ID, "channel": "tiktok"})
	ask := func() answer {
		got, err := c.do(http.MethodPost, "/api/v1/links/"+link.ID+"/cuts", strings.NewReader(`{"format":"square"}`), "Content-Type", "application/json")
		if err != nil || got.status != http.StatusOK && got.status != http.StatusAccepted {
			t.Fatalf("cut: got %d, %v: %s", got.status, err, got.body)
		}
		return got
	}
	ask()
	p.until("the body is being made", 2*time.Minute, func() bool {
		return p.count("select count(*) from makings where clip_id = $1 and kind = 'body' and format = 'square' and status = 'working'", u.ID) == 1
	})
	p.kill()
	p.start()
	if got := ask(); got.status != http.StatusAccepted {
		t.Errorf("after the restart: got %d %s, want it to be on its way", got.status, got.body)
	}
	p.until("the download is ready", 3*time.Minute, func() bool { return ask().status == http.StatusOK })
	if got := p.count("select count(*) from makings where clip_id = $1 and format = 'square' and status = 'ready' and error_code = ''", u.ID); got != 2 {
		t.Errorf("%d of body and download are ready, want both", got)
	}
	if got := p.count("select count(*) from makings where clip_id = $1 and format = 'square'", u.ID); got != 2 {
		t.Errorf("there are %d of body and download, want one each", got)
	}
}

// TestKilledWhileADraftIsWritten kills the program while a service listens to a clip: the page says that the draft is waited for, and it
// comes after a restart.
func TestKilledWhileADraftIsWritten(t *testing.T) {
	t.Parallel()
	var heard atomic.Int64
	killed := make(chan struct{})
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if heard.Add(1) == 1 {
			<-killed
			return
		}
		_, _ = io.WriteString(w, "WEBVTT\n\n00:00.000 --> 00:01.000\nHei fra kaia\n")
	}))
	defer service.Close()
	p, c, job := house(t, "KOLLEGA_TRANSCRIBE_URL="+service.URL)
	u := c.sendAll(job.ID, mediatest.Clip(t, 4))
	if got := c.settled(u.ID, 2*time.Minute); got.Status != "ready" {
		t.Fatalf("clip: %+v", got)
	}
	hr := p.signedIn("admin@example.org", look{lang: i18n.Bokmal})
	hr.open("/hr/clips/" + u.ID)
	hr.submit(`form[action$="/transcribe"] button`)
	p.until("the service listens", time.Minute, func() bool { return heard.Load() == 1 })
	p.kill()
	close(killed)
	p.start()
	hr.open("/hr/clips/" + u.ID)
	hr.sees("er på vei")
	p.until("the draft is there", 2*time.Minute, func() bool {
		return p.count("select count(*) from captions where clip_id = $1 and status = 'draft' and vtt like '%Hei fra kaia%'", u.ID) == 1
	})
	if got := p.count("select count(*) from transcriptions where clip_id = $1", u.ID); got != 0 || heard.Load() != 2 {
		t.Errorf("%d drafts are waited for, and the service has listened %d times, want none and 2", got, heard.Load())
	}
}

// TestDiskIsFullWhileAClipIsMade has no room for what is made: the clip's page tells so, and HR's button makes the clip when there is.
func TestDiskIsFullWhileAClipIsMade(t *testing.T) {
	t.Parallel()
	s3 := newBucket(t)
	keys := s3.server.Config()
	o := newOutageOn(t, "64m", "KOLLEGA_S3_ENDPOINT=http://"+s3.address, "KOLLEGA_S3_ACCESS_KEY="+keys.AccessKey, "KOLLEGA_S3_SECRET_KEY="+keys.SecretKey)
	c := newClient(o.program, o.token("admin@example.org"))
	file := read(t, hardClip(t))
	u := c.begin(o.job.ID, "klipp.mp4", int64(len(file)))
	var parts []done
	for _, part := range u.Upload.Parts {
		parts = append(parts, c.send(file, u.Upload.PartSize, part))
	}
	empty := fill(t, o.dir)
	c.complete(u.ID, parts)
	reason := func(status string) func() bool {
		return func() bool {
			return o.pg.count("select count(*) from clips where id = $1 and status = $2 and error_code = 'disk' and heartbeat_at is null", u.ID, status) == 1
		}
	}
	o.until("the first try has ended for want of room", time.Minute, reason("processing"))
	hr := o.signedIn("admin@example.org", look{lang: i18n.Bokmal})
	hr.open("/hr/clips/" + u.ID)
	hr.sees("Det er fullt på disken")
	last := o.pg.count(`with c as (update clips set attempts = 2 where id = $1 returning 1),
		j as (update river_job set scheduled_at = now() where kind = 'process_clip' and state = 'scheduled' returning 1)
		select (select count(*) from c) + (select count(*) from j)`, u.ID)
	if last != 2 {
		t.Fatalf("%d rows of the clip and its next try, want both", last)
	}
	o.until("the last try has ended for want of room", time.Minute, reason("failed"))
	empty()
	hr.open("/hr/clips/" + u.ID)
	hr.sees("Det er fullt på disken")
	hr.submit(`form[action$="/retry"] button`)
	if got := c.settled(u.ID, 3*time.Minute); got.Status != "ready" {
		t.Errorf("with room again: got %+v", got)
	}
}

// fill leaves no room on the disk of a folder, and gives the means to make room again.
func fill(t *testing.T, dir string) (empty func()) {
	t.Helper()
	filler := filepath.Join(dir, "filler")
	f, err := os.Create(filler)
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range []int{1 << 20, 4 << 10} { // to the last page
		for err = nil; err == nil; _, err = f.Write(make([]byte, size)) {
		}
		if !errors.Is(err, syscall.ENOSPC) {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := os.Remove(filler); err != nil {
			t.Fatal(err)
		}
	}
}
