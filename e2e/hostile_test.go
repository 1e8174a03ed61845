package e2e_test

import (
	"html"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"kollega/internal/i18n"
	"kollega/media/mediatest"
)

// words are the texts of a language; the clients of these tests ask for bokmål.
func words(t *testing.T, lang string) *i18n.Printer {
	t.Helper()
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	return texts.For(lang)
}

func TestFilesThatAreNoClips(t *testing.T) {
	t.Parallel()
	p, c, job := house(t)
	good := read(t, mediatest.Clip(t, 6, mediatest.Size(1280, 720)))
	say := words(t, i18n.Bokmal)
	for _, f := range []struct {
		name    string
		content []byte
		code    string
	}{
		{"renamed program", append([]byte("\x7fELF"), make([]byte, 4096)...), "not_video"},
		{"renamed text", []byte(strings.Repeat("Dette er ingen film. ", 100)), "not_video"},
		{"playlist with a stranger's address", []byte("#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://169.254.169.254/latest\n"), "not_video"},
		{"cut off", good[:len(good)/3], "incomplete"},
	} {
		t.Run(f.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "klipp.mp4")
			if err := os.WriteFile(path, f.content, 0o600); err != nil {
				t.Fatal(err)
			}
			got := c.settled(c.sendAll(job.ID, path).ID, time.Minute)
			if got.Status != "rejected" || got.Error == nil || got.Error.Code != f.code {
				t.Fatalf("got %+v (%+v), want it rejected as %s", got, got.Error, f.code)
			}
			if want := say.T("clip.error." + f.code); got.Error.Message != want {
				t.Errorf("got the sentence %q, want %q", got.Error.Message, want)
			}
		})
	}
	got := c.must(http.StatusUnprocessableEntity, http.MethodPost, "/api/v1/jobs/"+job.ID+"/clips",
		strings.NewReader(`{"title":"Lang","language":"nb","filename":"lang.mp4","size":700000000}`), "Content-Type", "application/json")
	if want := say.T("clip.error.too_large"); !strings.Contains(got.body, want) {
		t.Errorf("700 MB: got %s, want %q", got.body, want)
	}
	if n := p.count("select count(*) from clip_files"); n != 0 {
		t.Errorf("%d files were made of what is no clip", n)
	}
}

func TestApplicationsThatCannotBeTaken(t *testing.T) {
	t.Parallel()
	p, c, job := house(t)
	link := api[made](c, http.StatusCreated, http.MethodPost, "/links", map[string]string{"job_id": job.ID, "channel": "linkedin"})
	stranger, say := newClient(p, ""), words(t, i18n.Bokmal)
	long := strings.Repeat("Jeg vil jobbe hos dere. ", 1<<20/24)
	for _, f := range []struct {
		name    string
		file    *attachment
		message string
		want    string
	}{
		{"a program as CV", &attachment{"cv", "cv.pdf", "application/pdf", append([]byte("MZ\x90\x00"), make([]byte, 2000)...)}, "Hilsen Ola", say.T("apply.error.cv_kind")},
		{"a megabyte of words", nil, long, "Jeg vil jobbe hos dere. Jeg vil jobbe hos dere."},
	} {
		t.Run(f.name, func(t *testing.T) {
			got, err := stranger.apply(link.Code, f.file, "name", applicant, "email", "ola@example.org", "message", f.message)
			if err != nil || got.status != http.StatusUnprocessableEntity {
				t.Fatalf("got %d, %v, want 422: %.500s", got.status, err, got.body)
			}
			page := html.UnescapeString(got.body)
			for _, want := range []string{f.want, strings.TrimSpace(f.message), applicant, "ola@example.org"} {
				if !strings.Contains(page, want) {
					t.Errorf("the page lacks %.80q", want)
				}
			}
		})
	}
	got := stranger.must(http.StatusNotFound, http.MethodGet, "/s/zzzzzzzz", nil)
	if want := say.T("public.unknown.title"); !strings.Contains(got.body, want) || !strings.Contains(got.body, "Elektriker") {
		t.Errorf("an unknown code: got %.500s, want %q and the open jobs", got.body, want)
	}
	if n := p.count("select count(*) from applications"); n != 0 {
		t.Errorf("%d applications were taken", n)
	}
}

// TestPostgresStands stops the database in its tracks, as a machine under water does: it is there and says nothing.
func TestPostgresStands(t *testing.T) {
	t.Parallel()
	p, _, _ := house(t)
	stranger := newClient(p, "")
	p.freeze(syscall.SIGSTOP)
	thawed := false
	defer func() {
		if !thawed {
			p.freeze(syscall.SIGCONT)
		}
	}()
	got := stranger.must(http.StatusServiceUnavailable, http.MethodGet, "/readyz", nil)
	if !strings.Contains(got.body, `"postgres":"away"`) || !strings.Contains(got.body, `"s3":"ok"`) {
		t.Errorf("readyz: got %s, want it to name Postgres alone", got.body)
	}
	stranger.must(http.StatusOK, http.MethodGet, "/healthz", nil)
	for _, lang := range i18n.Languages() {
		got := stranger.must(http.StatusServiceUnavailable, http.MethodGet, "/login", nil, "Accept-Language", lang, "Cookie", "kollega=unknown")
		if want := words(t, lang).T("error.unavailable.title"); !strings.Contains(got.body, want) {
			t.Errorf("%s: got %.600s, want %q", lang, got.body, want)
		}
		if !strings.Contains(got.body, `lang="`+lang+`"`) || got.header.Get("Retry-After") == "" {
			t.Errorf("%s: not in the person's language, or without Retry-After", lang)
		}
	}
	p.freeze(syscall.SIGCONT)
	thawed = true
	p.until("the program is ready again", 30*time.Second, func() bool { return p.readyz() == http.StatusOK })
	stranger.must(http.StatusOK, http.MethodGet, "/login", nil)
}

// freeze sends a signal to every process of the program's Postgres.
func (p *program) freeze(sig syscall.Signal) {
	p.t.Helper()
	b := read(p.t, p.postmasterFile())
	pid, err := strconv.Atoi(strings.TrimSpace(strings.SplitN(string(b), "\n", 2)[0]))
	if err != nil {
		p.t.Fatal(err)
	}
	pids := []int{pid}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		b, err := os.ReadFile(path)
		if err != nil {
			continue // gone meanwhile
		}
		fields := strings.Fields(string(b[strings.LastIndexByte(string(b), ')')+1:]))
		if len(fields) > 1 && fields[1] == strconv.Itoa(pid) {
			child, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			pids = append(pids, child)
		}
	}
	for _, pid := range pids {
		if err := syscall.Kill(pid, sig); err != nil {
			p.t.Logf("signal %s to %d: %v", sig, pid, err)
		}
	}
}

// postmasterFile is where Postgres writes its process id.
func (p *program) postmasterFile() string {
	p.t.Helper()
	found, _ := filepath.Glob(filepath.Join(p.dir, "postgres", "*", "postmaster.pid"))
	if len(found) != 1 {
		p.t.Fatalf("got %q, want one postmaster.pid", found)
	}
	return found[0]
}
