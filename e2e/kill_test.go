package e2e_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"kollega/media/mediatest"
)

// longClip is a clip of three parts and not much work.
func longClip(t *testing.T) string {
	t.Helper()
	return mediatest.Clip(t, 5, mediatest.Encoded("mp4", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac",
		"-b:v", "36M", "-minrate", "36M", "-maxrate", "36M", "-bufsize", "9M", "-x264-params", "nal-hrd=cbr:filler=1"))
}

// hardClip is a clip that takes some seconds to process.
func hardClip(t *testing.T) string {
	t.Helper()
	return mediatest.Clip(t, 12, mediatest.Size(1280, 720))
}

// house is a program with an administrator and one published job.
func house(t *testing.T, env ...string) (*program, *client, made) {
	t.Helper()
	p := startProgram(t, env...)
	p.addUser("admin@example.org", "Astrid Dal", "admin")
	c := newClient(p, p.token("admin@example.org"))
	return p, c, c.job("Elektriker")
}

func TestKilledInTheMiddleOfAnUpload(t *testing.T) {
	t.Parallel()
	p, c, job := house(t)
	file := read(t, longClip(t))
	u := c.begin(job.ID, "dag.mp4", int64(len(file)))
	if len(u.Upload.Parts) < 3 {
		t.Fatalf("got %d parts for %d bytes, want three or more", len(u.Upload.Parts), len(file))
	}
	first := c.send(file, u.Upload.PartSize, u.Upload.Parts[0])
	second := c.send(file, u.Upload.PartSize, u.Upload.Parts[1])
	p.kill()
	p.start()

	// What was acknowledged is not sent again; the addresses given out before still hold.
	parts := []done{first, second}
	for _, missing := range u.Upload.Parts[2:] {
		parts = append(parts, c.send(file, u.Upload.PartSize, missing))
	}
	c.complete(u.ID, parts)
	c.complete(u.ID, parts) // the answer was lost: asked again
	if got := c.settled(u.ID, 2*time.Minute); got.Status != "ready" {
		t.Errorf("got %+v, want a clip that is ready", got)
	}
	wantProcessedOnce(t, p, u.ID)
}

func TestKilledWhileProcessing(t *testing.T) {
	t.Parallel()
	p, c, job := house(t)
	u := c.sendAll(job.ID, hardClip(t))
	p.until("the clip is being processed", 60*time.Second, func() bool {
		return api[clip](c, http.StatusOK, http.MethodGet, "/clips/"+u.ID, nil).Progress > 0
	})
	p.kill()
	p.start()
	if got := c.settled(u.ID, 2*time.Minute); got.Status != "ready" {
		t.Errorf("got %+v, want a clip that is ready", got)
	}
	wantProcessedOnce(t, p, u.ID)
}

// wantProcessedOnce checks that the clip has one version of its files, all of them there, and no work left.
func wantProcessedOnce(t *testing.T, p *program, id string) {
	t.Helper()
	if got := p.count("select version from clips where id = $1", id); got != 1 {
		t.Errorf("the clip was finished %d times, want once", got)
	}
	if got := p.count("select count(*) from (select name from clip_files where clip_id = $1 group by name having count(*) > 1) twice", id); got != 0 {
		t.Errorf("%d files of the clip are there more than once", got)
	}
	if got := p.count("select count(*) from clip_files where clip_id = $1 and name in ('video', 'poster')", id); got != 2 {
		t.Errorf("got %d of video and poster, want both", got)
	}
}

func TestKilledAfterApplicationsAndClicks(t *testing.T) {
	t.Parallel()
	p, c, job := house(t)
	link := api[made](c, http.StatusCreated, http.MethodPost, "/links", map[string]string{"job_id": job.ID, "channel": "linkedin"})
	stranger := newClient(p, "")

	const clicks = 200
	for n := range 3 {
		before := p.count("select count(*) from events where kind = 'click'")
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for range clicks / 8 {
					if got, err := stranger.do(http.MethodGet, "/s/"+link.Code, nil); err != nil || got.status != http.StatusOK {
						t.Errorf("click: got %d, %v", got.status, err)
					}
				}
			})
		}
		all.Wait()
		email := fmt.Sprintf("kandidat%d@example.org", n)
		got, err := stranger.apply(link.Code, &attachment{"cv", "cv.pdf", "application/pdf", []byte(pdf)}, "name", "Ola Søker", "email", email)
		if err != nil || got.status != http.StatusSeeOther {
			t.Fatalf("apply: got %d, %v: %.1500s", got.status, err, got.body)
		}
		p.kill()
		p.start()
		if got := p.count("select count(*) from applications a join candidates c on c.id = a.candidate_id where c.email = $1 and a.link_id = $2", email, link.ID); got != 1 {
			t.Errorf("got %d applications of %s after the restart, want 1", got, email)
		}
		p.until("all clicks are in Postgres", 60*time.Second, func() bool {
			return p.count("select count(*) from events where kind = 'click'") >= before+clicks
		})
		if got := p.count("select count(*) from events where kind = 'click'"); got != before+clicks {
			t.Errorf("got %d clicks in Postgres, want the %d that were acknowledged", got-before, clicks)
		}
		// The confirmation was sent, or is going to be: one that was being written when the program died is taken up again.
		waiting := p.count("select count(*) from river_job where kind = 'send_mail' and state in ('available', 'running', 'retryable', 'scheduled')")
		if got := len(p.mails(email)); got+waiting == 0 {
			t.Errorf("the confirmation to %s is lost", email)
		}
	}
}
