package e2e_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kollega/internal/i18n"
	"kollega/media/mediatest"
)

// story is the main job as four people do it, in one language.
type story struct {
	t    *testing.T
	p    *program
	say  *i18n.Printer
	lang string

	hr, leader, employee, candidate *tab

	job, clip, app string // ids
	link, own      string // the employee's address, and that of the candidate's page
}

const (
	firm      = "Fjordheim"
	title     = "Elektriker på kaia"
	colleague = "Kari Nordmann"
	boss      = "Leif Leder"
	applicant = "Ola Søker"
)

// TestMainJob goes from the first run to a hire and a half year on, until the candidate erases themself: each step on the page that a
// person would use.
func TestMainJob(t *testing.T) {
	t.Parallel()
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range i18n.Languages() {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			s := &story{t: t, p: startProgram(t), say: texts.For(lang), lang: lang}
			s.hr = newTab(t, s.p.base, look{lang: lang})
			s.setUp()
			s.inviteColleague()
			s.colleagueJoins()
			s.leaderJoins()
			s.writeJob()
			s.uploadClip()
			s.publish()
			s.share()
			s.watchAndApply()
			s.ownPage()
			s.invited()
			s.discuss()
			s.hire()
			s.report("/hr/referrals")
			s.whatCameOfIt()
			s.stays()
			s.erase()
			s.report("/hr/referrals?period=all")
			for _, tab := range []*tab{s.hr, s.leader, s.employee, s.candidate} {
				for _, problem := range tab.complaints() {
					t.Errorf("the browser complains: %s", problem)
				}
			}
		})
	}
}

func (s *story) setUp() {
	s.t.Helper()
	hr := s.hr
	hr.open("/")
	hr.at("/setup")
	hr.sees(s.say.T("setup.title"))
	hr.fill("code", "ABCD-EFGH-JKLM", "organisation", firm, "privacy_contact", "personvern@example.org",
		"name", "Astrid Dal", "email", "astrid@example.org", "password", password)
	hr.answered("main .actions button", http.StatusUnprocessableEntity)
	hr.sees(s.say.T("setup.code_wrong"))
	hr.fill("code", s.p.setupCode(), "password", password) // all else was kept
	hr.submit("main .actions button")
	hr.sees(s.say.T("setup.done", "House", firm))
	newTab(s.t, s.p.base, look{lang: s.lang}).missing("/setup")
}

func (s *story) inviteColleague() {
	s.t.Helper()
	s.hr.open("/hr/people/new")
	s.hr.fill("name", colleague, "email", "kari@example.org")
	s.hr.submit("main form .actions button")
	s.hr.sees(s.say.T("people.added_invited", "Name", colleague))
}

func (s *story) colleagueJoins() {
	s.t.Helper()
	mail := s.p.mail("kari@example.org")
	if want := s.say.T("mail.invite.subject", "House", firm); mail.subject != want {
		s.t.Errorf("invitation: got subject %q, want %q", mail.subject, want)
	}
	address := mail.address(s.t, `/invite/[^\s]+`)
	s.employee = newTab(s.t, s.p.base, look{lang: s.lang, phone: true})
	s.employee.open(address)
	s.employee.fill("password", password)
	s.employee.click("main [name=show_name]")
	s.employee.submit("main .actions button")
	s.employee.at("/")
	s.employee.sees(s.say.T("home.empty.title"))
	again := newTab(s.t, s.p.base, look{lang: s.lang, phone: true})
	again.open(address) // it works once
	if again.has("main [name=password]") {
		s.t.Error("the invitation can be used twice")
	}
}

func (s *story) leaderJoins() {
	s.t.Helper()
	s.p.addUser("leif@example.org", boss, "leader")
	s.leader = s.p.come("leif@example.org", look{lang: s.lang})
}

func (s *story) writeJob() {
	s.t.Helper()
	hr := s.hr
	hr.open("/hr/jobs/new")
	hr.choose("leader_id", s.p.text(`select id::text from users where role = 'leader'`))
	hr.fill("title", title, "location", "Bodø", "description", "Vi ser etter en **elektriker**.", "skill", "Fagbrev elektro")
	hr.submit("main form[data-guard] > .actions button")
	hr.sees(title, s.say.T("job.status.draft"))
	s.job = strings.TrimPrefix(hr.path(), "/hr/jobs/")
}

func (s *story) uploadClip() {
	s.t.Helper()
	hr := s.hr
	hr.open("/hr/jobs/" + s.job + "/clips/new")
	hr.attach("#upload-file", mediatest.Clip(s.t, 6, mediatest.Size(1280, 720)))
	hr.click("[data-part=form] button:not([type=button])")
	hr.until(`document.querySelector("[data-part=sheet]").offsetHeight > 0 && document.querySelector("[data-part=bar]").value > 0`, patience)
	hr.until(`!document.querySelector("[data-part=link]").hidden`, time.Minute)
	hr.sees(s.say.T("upload.done"))
	hr.submit("[data-part=link]")
	s.clip = strings.TrimPrefix(hr.path(), "/hr/clips/")
	hr.sees(s.say.T("clip.status.ready"), s.say.T("clip.missing.title"))
}

func (s *story) publish() {
	s.t.Helper()
	hr := s.hr
	hr.click("main [name=nobody_recognisable]")
	hr.click("main [name=no_speech]")
	hr.submit("main form[data-guard] .actions button")
	hr.submit(`main form[action$="/publish"] button`)
	hr.sees(s.say.T("clip.status.published"))
	hr.open("/hr/jobs/" + s.job)
	hr.click(`main form[action$="/status"] button`)
	hr.submit("#confirm button[value=yes]")
	hr.sees(s.say.T("job.status.published"))
}

func (s *story) share() {
	s.t.Helper()
	me := s.employee
	me.open("/")
	me.sees(s.say.T("home.hello", "Name", strings.Fields(colleague)[0]), title)
	me.submit(`main form[action="/share/` + s.job + `/linkedin"] button`)
	s.link = eval[string](me, `document.querySelector("#link-url").value`)
	if !strings.HasPrefix(s.link, s.p.base+"/s/") {
		s.t.Fatalf("got the link %q", s.link)
	}
	if to := me.href(`a[data-template]`); !strings.Contains(to, "linkedin.com") || !strings.Contains(to, url.QueryEscape(s.link)) {
		s.t.Errorf("LinkedIn opens %q, want it to carry %s", to, s.link)
	}
	me.submit(`main form[action="/share/` + s.job + `/qr"] button`)
	me.until(`document.querySelector("figure.qr img").naturalWidth > 0`, patience)
	me.open("/links")
	me.sees(title, s.say.T("channel.linkedin"), s.say.T("channel.qr"))
}

func (s *story) watchAndApply() {
	s.t.Helper()
	c := newTab(s.t, s.p.base, look{lang: s.lang, phone: true})
	s.candidate = c
	c.open(s.link)
	c.sees(title, colleague, s.say.T("public.recommends"))
	c.until(`document.querySelector("video").currentTime > 0.5`, patience)
	c.until(`document.querySelector("video").ended`, patience) // all of it, so that every quarter is told
	cv := filepath.Join(s.t.TempDir(), person.file)
	if err := os.WriteFile(cv, painted(person.paper), 0o600); err != nil {
		s.t.Fatal(err)
	}
	c.fill("name", person.name, "email", person.email, "message", "Jeg liker kaia. "+person.words, "heard_from", person.heard)
	c.attach("#cv", cv)
	c.submit("form[data-apply] button.wide")
	c.sees(s.say.T("public.thanks.title"))
	s.leftNothing(c)
	s.own = s.mailed(person.email, s.say.T("letter.received.subject", "Job", title)).address(s.t, `/c/[^\s]+`)
	for _, kind := range []string{"click", "view", "play", "q25", "q50", "q75", "q100", "apply_start", "apply"} {
		s.p.until("one human "+kind+" is recorded", 60*time.Second, func() bool {
			return s.p.count("select count(*) from events where kind = $1 and class = 'human'", kind) == 1
		})
	}
}

// leftNothing checks that the candidate's phone keeps nothing of ours and asked nobody else.
func (s *story) leftNothing(c *tab) {
	s.t.Helper()
	for _, cookie := range c.cookies() {
		s.t.Errorf("the candidate has a cookie %s", cookie.Name)
	}
	if n := eval[int](c, "localStorage.length + sessionStorage.length"); n != 0 {
		s.t.Errorf("the candidate's storage holds %d things", n)
	}
	for _, address := range c.asked() {
		if !strings.HasPrefix(address, s.p.base+"/") && !strings.HasPrefix(address, "data:") && address != "about:blank" {
			s.t.Errorf("the candidate's phone asked %s", address)
		}
	}
}

// report wants the colleague's line to have the figures of what was done, whoever asks from which day on.
func (s *story) report(path string) {
	s.t.Helper()
	hr := s.hr
	hr.open(path)
	row := eval[[]string](hr, `[...document.querySelectorAll("main tbody tr")].filter(r => r.innerText.includes("`+colleague+`"))
		.flatMap(r => [...r.querySelectorAll("td")].map(c => c.innerText.trim()))`)
	if len(row) < 10 {
		s.t.Fatalf("no line for %s\n%s", colleague, hr.where())
	}
	// Shares, clicks, confirmed, visitors, plays, how far they watched, whether they began to write, applications, qualified, hires.
	for i, want := range []string{"2", "1", "1", "1", "1", "", "", "1", "1", "1"} {
		if want != "" && row[i] != want {
			s.t.Errorf("column %d of %s's line: got %q, want %q (%q)", i+1, colleague, row[i], want, row)
		}
	}
}
