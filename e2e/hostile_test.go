package e2e_test

import (
	"html"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
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
	hits, address := listener(t)
	files := []hostile{
		{"renamed program", append([]byte("\x7fELF"), make([]byte, 4096)...), "not_video"},
		{"renamed text", []byte(strings.Repeat("Dette er ingen film. ", 100)), "not_video"},
		{"playlist with an address", []byte("#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://" + address + "/latest\n"), "not_video"},
		{"script with an address", []byte("ffconcat version 1.0\nfile http://" + address + "/a.mp4\n"), "not_video"},
		{"playlist within a film's beginning", []byte("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom#EXTM3U\nhttp://" + address + "/a\n"), "incomplete"},
		{"cut off", good[:len(good)/3], "incomplete"},
	}
	for _, f := range append(files, collected(t)...) {
		t.Run(f.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "klipp.mp4")
			if err := os.WriteFile(path, f.content, 0o600); err != nil {
				t.Fatal(err)
			}
			if len(f.content) == 0 { // refused before anything is sent
				c.must(http.StatusUnprocessableEntity, http.MethodPost, "/api/v1/jobs/"+job.ID+"/clips",
					strings.NewReader(`{"title":"Tom","language":"nb","filename":"tom.mp4","size":0}`), "Content-Type", "application/json")
				return
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
	if n := hits.Load(); n != 0 {
		t.Errorf("%d connections were made, want none", n)
	}
	if left := commands(p.dir, "ffmpeg", "ffprobe"); len(left) > 0 {
		t.Errorf("still running: %q", left)
	}
}

// hostile is a file that is no clip, and the reason that must be given.
type hostile struct {
	name    string
	content []byte
	code    string
}

// collected are the hostile files of the folder that KOLLEGA_TEST_CLIPS names, none where it names none.
func collected(t *testing.T) (files []hostile) {
	t.Helper()
	folder := os.Getenv("KOLLEGA_TEST_CLIPS")
	if folder == "" {
		return nil // the tests of package media make every kind themselves
	}
	for name, code := range map[string]string{
		"one-by-one-person-detection.mp4": "too_long",
		"trunc_faststart.mp4":             "incomplete",
		"attack/audioonly.mp4":            "no_picture",
		"attack/bomb_h264_8k.mp4":         "too_many_pixels",
		"attack/bomb_png16k.mov":          "unsupported_codec",
		"attack/concat_http.mp4":          "not_video",
		"attack/empty.mp4":                "empty",
		"attack/gif_renamed.mp4":          "not_video",
		"attack/jpeg_renamed.mp4":         "not_video",
		"attack/m3u8_localfile.mp4":       "not_video",
		"attack/m3u8_ssrf.mp4":            "not_video",
		"attack/manystreams.mp4":          "too_many_streams",
		"attack/random.mp4":               "not_video",
		"attack/text.mp4":                 "not_video",
		"attack/timebomb.mp4":             "bad_timing",
	} {
		files = append(files, hostile{name, read(t, filepath.Join(folder, name)), code})
	}
	return files
}

// listener is a server on this machine that counts who comes to it.
func listener(t *testing.T) (*atomic.Int32, string) {
	t.Helper()
	var hits atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) }))
	t.Cleanup(s.Close)
	return &hits, s.Listener.Addr().String()
}

// commands are the command lines of programs that work in a folder.
func commands(dir string, programs ...string) (lines []string) {
	found, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range found {
		b, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(b), dir) {
			continue // gone meanwhile, or somebody else's
		}
		line := strings.ReplaceAll(string(b), "\x00", " ")
		for _, program := range programs {
			if strings.Contains(line, program) {
				lines = append(lines, line)
			}
		}
	}
	return lines
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
	p.until("the program is ready again", 60*time.Second, func() bool { return p.readyz() == http.StatusOK })
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
