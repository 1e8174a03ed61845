package public_test

import (
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"kollega/handlers/handlerstest"
	"kollega/models"
)

// filled is a form that is taken; more alternates names and values that replace its own.
func filled(more ...string) url.Values {
	form := url.Values{"name": {"Ola Søker"}, "email": {"ola@example.com"}, "phone": {"+47 900 00 000"}, "message": {"Jeg liker <master>."}, "heard_from": {"Kari i kantina"}}
	for i := 0; i+1 < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return form
}

func file(name string, content []byte) handlerstest.File {
	return handlerstest.File{Field: "cv", Name: name, Type: "application/pdf", Content: content}
}

func TestApplyByLink(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job := s.Job(models.Job{Slug: "elektriker"})
	owner := s.Person("employee")
	link := s.Link(owner, job, "facebook")
	visit := visitOf(t, s.Guest(), link.Path())
	got := s.Guest().PostMultipart(link.Path()+"/apply?lang=nb", filled("visit", visit, "consent_pool", "1"), file(`C:\mine\CV Ola.PDF`, pdf))
	if got.Status != http.StatusSeeOther || got.Location != "/jobs/elektriker/thanks?lang=nb" || got.Header.Get("Set-Cookie") != "" {
		t.Fatalf("got %d to %q: %.300s", got.Status, got.Location, got.Body)
	}
	apps, _, err := s.DB.Applications(t.Context(), s.Person("hr"), models.ApplicationFilter{})
	if err != nil || len(apps) != 1 {
		t.Fatalf("got %d applications, %v", len(apps), err)
	}
	a := apps[0]
	if a.Candidate.Name != "Ola Søker" || a.Candidate.Language != "nb" || a.LinkID == nil || *a.LinkID != link.ID || a.ClickID == nil ||
		a.Message != "Jeg liker <master>." || a.Candidate.PoolUntil == nil || a.CVName != "CV Ola.pdf" || a.CVType != "application/pdf" || !strings.HasPrefix(a.CVKey, "cv-") {
		t.Errorf("got %+v", a)
	}
	if n := count(t, s, `select count(*) from credits where user_id = $1`, owner.ID); n != 1 {
		t.Errorf("got %d credits, want 1", n)
	}
	if n := count(t, s, `select count(*) from river_job where kind = 'send_mail' and args->>'id' in (select id::text from letters where kind = 'received')`); n != 1 {
		t.Errorf("got %d mails asked for, want 1", n)
	}
	o, err := s.Store.Get(t.Context(), a.CVKey, "")
	if err != nil {
		t.Fatal(err)
	}
	defer o.Body.Close()
	if b, _ := io.ReadAll(o.Body); string(b) != string(pdf) {
		t.Errorf("the stored CV has %d bytes, want %d", len(b), len(pdf))
	}
	recorded(t, s, models.KindApply, 1)

	again := s.Guest().PostMultipart("/jobs/elektriker/apply?lang=en", filled("email", "OLA@example.com", "message", "Og mer."), file("ny.docx", docx()))
	if again.Status != http.StatusSeeOther || again.Location != "/jobs/elektriker/thanks?lang=en&again=1" {
		t.Fatalf("got %d to %q", again.Status, again.Location)
	}
	if page := s.Guest().Get(again.Location); !strings.Contains(page.Body, "is updated") || strings.Contains(page.Body, "Ola") {
		t.Errorf("the thanks do not say that it was updated, or name the person: %.500s", page.Body)
	}
	if n := count(t, s, `select count(*) from applications`); n != 1 {
		t.Errorf("got %d applications, want 1", n)
	}
	if n := cvs(t, s); n != 1 {
		t.Errorf("got %d CVs in storage, want the new one alone", n)
	}
	recorded(t, s, models.KindApply, 1)
}

// What earns credit, and what does not, is all stored as an application.
func TestApplyCredit(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job, other := s.Job(models.Job{}), s.Job(models.Job{})
	owner := s.Person("employee")
	link, off := s.Link(owner, job, "x"), s.Link(owner, job, "sms")
	if err := s.DB.SwitchLink(t.Context(), owner.ID, off.ID, false); err != nil {
		t.Fatal(err)
	}
	visit, foreign := visitOf(t, s.Guest(), link.Path()), visitOf(t, s.Guest(), "/jobs/"+other.Slug)
	for i, c := range []struct {
		name, as, path string
		form           []string
		credits        int
		linked         bool
		clicked        bool
	}{
		{"with the page's token", "", link.Path(), []string{"visit", visit}, 1, true, true},
		{"without a token", "", link.Path(), nil, 1, true, false},
		{"with another page's token", "", link.Path(), []string{"visit", foreign}, 1, true, false},
		{"with a forged token", "", link.Path(), []string{"visit", "xyz"}, 1, true, false},
		{"by the open door", "", "/jobs/" + job.Slug, nil, 0, false, false},
		{"by a link that was turned off", "", off.Path(), nil, 0, false, false},
		{"with the field that nobody sees", "", link.Path(), []string{"visit", visit, "leave_empty", "http://spam.example"}, 0, true, true},
		{"the owner for themselves", "", link.Path(), []string{"email", owner.Email}, 0, true, false},
	} {
		form := filled(append([]string{"email", fmt.Sprintf("s%d@example.com", i)}, c.form...)...)
		if got := s.As(c.as).PostMultipart(c.path+"/apply", form); got.Status != http.StatusSeeOther {
			t.Errorf("%s: got %d %.300s", c.name, got.Status, got.Body)
			continue
		}
		var credits int
		var linked, clicked bool
		err := s.DB.Pool().QueryRow(t.Context(), `select (select count(*) from standing_credits x where x.application_id = a.id), link_id is not null, click_id is not null
			from applications a join candidates c on c.id = a.candidate_id where c.email = $1`, form.Get("email")).Scan(&credits, &linked, &clicked)
		if err != nil || credits != c.credits || linked != c.linked || clicked != c.clicked {
			t.Errorf("%s: got %d credits, linked %v, clicked %v, %v", c.name, credits, linked, clicked, err)
		}
	}
}

func TestApplyRefused(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job := s.Job(models.Job{})
	path := "/jobs/" + job.Slug + "/apply?lang=nb"
	program := append([]byte("\x7fELF\x02\x01\x01\x00"), make([]byte, 500)...)
	macros := docx("word/vbaProject.bin", "x")
	megabyte := strings.Repeat("å en fin dag på havet\n", 1<<20/24)
	for _, c := range []struct {
		name   string
		form   url.Values
		cv     []handlerstest.File
		field  string
		reason string
	}{
		{"no name", filled("name", " "), nil, "name", "Skriv navnet ditt."},
		{"no address", filled("email", "ola"), nil, "email", "e-postadresse"},
		{"a program as CV", filled(), []handlerstest.File{file("cv.pdf", program)}, "cv", "ikke en PDF"},
		{"macros", filled(), []handlerstest.File{file("cv.docx", macros)}, "cv", "makroer"},
		{"an empty CV", filled(), []handlerstest.File{file("cv.pdf", nil)}, "cv", "tom"},
		{"a CV of 13 MB", filled(), []handlerstest.File{file("cv.pdf", append(pdf, make([]byte, 13<<20)...))}, "cv", "10 MB"},
		{"a megabyte of text", filled("message", megabyte), nil, "message", "for lang"},
		{"a zero", filled("message", "a\x00b"), nil, "message", "tegn"},
	} {
		got := s.Guest().PostMultipart(path, c.form, c.cv...)
		if got.Status != http.StatusUnprocessableEntity {
			t.Errorf("%s: got %d %.300s", c.name, got.Status, got.Body)
			continue
		}
		body := html.UnescapeString(strings.ReplaceAll(got.Body, "\r", ""))
		for _, want := range []string{`<a href="#` + c.field + `"`, `id="` + c.field + `-error"`, c.reason, c.form.Get("heard_from"), strings.ReplaceAll(c.form.Get("message"), "\x00", "\ufffd")} {
			if !strings.Contains(body, want) {
				t.Errorf("%s: the page lacks %.80q", c.name, want)
			}
		}
		if got.Header.Get("Cache-Control") != "private, no-store" || got.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s: got %v", c.name, got.Header)
		}
	}
	if n := count(t, s, `select count(*) from applications`) + cvs(t, s); n != 0 {
		t.Errorf("got %d applications and CVs, want none", n)
	}
	closed := s.Job(models.Job{Status: models.JobClosed})
	got := s.Guest().PostMultipart("/jobs/"+closed.Slug+"/apply?lang=nb", filled(), file("cv.pdf", pdf))
	if got.Status != http.StatusConflict || !strings.Contains(got.Body, "ikke imot søknader lenger") || !strings.Contains(got.Body, "Jeg liker &lt;master&gt;.") || cvs(t, s) != 0 {
		t.Errorf("closed: got %d %.500s", got.Status, got.Body)
	}
	for _, c := range []struct {
		name, kind, body string
		want             int
	}{
		{"no form", "application/json", `{}`, 415},
		{"half a form", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nOl", 400},
	} {
		if got := s.Guest().Do(http.MethodPost, path, strings.NewReader(c.body), "Content-Type", c.kind); got.Status != c.want {
			t.Errorf("%s: got %d, want %d", c.name, got.Status, c.want)
		}
	}
	if got := s.Guest().Do(http.MethodPost, path, strings.NewReader("x"), "Content-Type", "application/x-www-form-urlencoded", "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"); got.Status != http.StatusForbidden {
		t.Errorf("from another site: got %d, want 403", got.Status)
	}
}

var keptField = regexp.MustCompile(`name="cv_kept" value="([^"]+)"`)

func TestCVIsKeptWhileTheFormIsMended(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	s.Job(models.Job{Slug: "en"})
	s.Job(models.Job{Slug: "to"})
	first := s.Guest().PostMultipart("/jobs/en/apply?lang=nb", filled("email", "x"), file("min cv.pdf", pdf))
	found := keptField.FindStringSubmatch(first.Body)
	if first.Status != http.StatusUnprocessableEntity || found == nil || !strings.Contains(first.Body, "min cv.pdf") {
		t.Fatalf("got %d without a kept CV: %.500s", first.Status, first.Body)
	}
	kept := found[1]
	second := s.Guest().PostMultipart("/jobs/en/apply?lang=nb", filled("name", "", "cv_kept", kept))
	if second.Status != http.StatusUnprocessableEntity || keptField.FindStringSubmatch(second.Body) == nil || cvs(t, s) != 1 {
		t.Fatalf("got %d, %d CVs", second.Status, cvs(t, s))
	}
	for _, c := range []struct {
		name, slug string
		form       url.Values
		want       int
		cvs, with  int
	}{
		{"a forged reference", "en", filled("cv_kept", kept[:len(kept)-3]+"AAA"), 422, 1, 0},
		{"mended", "en", filled("cv_kept", kept), 303, 1, 1},
		{"sent twice", "en", filled("cv_kept", kept), 303, 1, 1},
		{"for another job, which would share the file", "to", filled("cv_kept", kept), 422, 1, 1},
		{"another person's", "en", filled("cv_kept", kept, "email", "other@example.com"), 422, 1, 1},
		{"not to be sent after all", "to", filled("cv_kept", kept, "cv_drop", "1"), 303, 1, 1},
	} {
		got := s.Guest().PostMultipart("/jobs/"+c.slug+"/apply?lang=nb", c.form)
		with := count(t, s, `select count(*) from applications where cv_name = 'min cv.pdf'`)
		if got.Status != c.want || cvs(t, s) != c.cvs || with != c.with {
			t.Errorf("%s: got %d, %d CVs, %d applications with one; want %d, %d, %d", c.name, got.Status, cvs(t, s), with, c.want, c.cvs, c.with)
		}
	}
	replaced := keptField.FindStringSubmatch(s.Guest().PostMultipart("/jobs/to/apply", filled("email", "y"), file("a.pdf", pdf)).Body)[1]
	if got := s.Guest().PostMultipart("/jobs/to/apply", filled("email", "ny@example.com", "cv_kept", replaced), file("b.pdf", pdf)); got.Status != http.StatusSeeOther || cvs(t, s) != 2 {
		t.Errorf("replaced: got %d, %d CVs, want the first application's and the new one", got.Status, cvs(t, s))
	}
}

func TestFloodKeepsTheWords(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	job := s.Job(models.Job{})
	path := "/jobs/" + job.Slug + "/apply?lang=nb"
	for i := range 20 {
		if got := s.Guest().PostMultipart(path, filled("email", fmt.Sprintf("s%d@example.com", i))); got.Status != http.StatusSeeOther {
			t.Fatalf("application %d: got %d", i, got.Status)
		}
	}
	got := s.Guest().PostMultipart(path, filled())
	if got.Status != http.StatusTooManyRequests || !strings.Contains(got.Body, "ola@example.com") || !strings.Contains(got.Body, "uvanlig mange") {
		t.Errorf("got %d %.300s", got.Status, got.Body)
	}
	other := s.Guest().Do(http.MethodPost, path, strings.NewReader(filled().Encode()), "User-Agent", "another phone", "Content-Type", "application/x-www-form-urlencoded")
	if other.Status != http.StatusSeeOther {
		t.Errorf("somebody else on the same network: got %d", other.Status)
	}
}
