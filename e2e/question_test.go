package e2e_test

import (
	"strings"
	"testing"

	"kollega/internal/i18n"
	"kollega/models"
)

// questionStory is a question from the asking to the job, as people see it in one language.
type questionStory struct {
	t    *testing.T
	p    *program
	say  *i18n.Printer
	lang string

	liv, kari, per, hanne, friend *tab // who asks, who answers, who is named, HR, and somebody from outside

	title    string
	question string // path
}

// TestWhoKnowsSomeone has four colleagues and a friend take a question through all four answers to a job, and to thanks.
func TestWhoKnowsSomeone(t *testing.T) {
	t.Parallel()
	p := startProgram(t)
	for _, u := range [][3]string{
		{"liv@example.org", "Liv Leder", models.RoleLeader},
		{"kari@example.org", "Kari Dal", models.RoleEmployee},
		{"per@example.org", "Per Vik", models.RoleEmployee},
		{"hanne@example.org", "Hanne Holm", models.RoleHR},
	} {
		p.addUser(u[0], u[1], u[2])
	}
	db := p.db()
	if err := db.SaveOrganisation(t.Context(), models.Organisation{Name: firm, Language: "nb", PrivacyContact: "hr@example.org"}); err != nil {
		t.Fatal(err)
	}
	db.Close()
	for _, lang := range i18n.Languages() { // one after the other: they share the house
		t.Run(lang, func(t *testing.T) {
			s := &questionStory{t: t, p: p, say: words(t, lang), lang: lang, title: map[string]string{"nb": "Sveiser", "en": "Welder"}[lang]}
			s.liv, s.hanne = p.come("liv@example.org", look{lang: lang}), p.come("hanne@example.org", look{lang: lang})
			s.kari, s.per = p.come("kari@example.org", look{lang: lang, phone: true}), p.come("per@example.org", look{lang: lang, phone: true})
			s.ask()
			s.nameColleague()
			s.beInterested()
			s.inviteFriend()
			s.wordBetter()
			s.readAnswers()
			s.writeJob()
			s.share()
			s.thank()
			for _, tab := range []*tab{s.liv, s.kari, s.per, s.hanne, s.friend} {
				for _, problem := range tab.complaints() {
					t.Errorf("the browser complains: %s", problem)
				}
			}
		})
	}
}

func (s *questionStory) ask() {
	s.t.Helper()
	s.liv.open("/questions")
	s.liv.click("main .page-head a.button")
	s.liv.fill("title", s.title, "words", "Two weeks on, three off.")
	s.liv.submit("main form .actions button")
	s.liv.sees(s.say.T("question.asked"), s.title)
	s.question = s.liv.path()
}

// way opens one of the four ways to answer.
func (s *questionStory) way(tab *tab, form string) {
	s.t.Helper()
	tab.open(s.question)
	tab.click(`details.way:has(form[action$="/` + form + `"]) > summary`)
}

func (s *questionStory) nameColleague() {
	s.t.Helper()
	s.kari.open("/")
	s.kari.sees(s.say.T("questions.title"), s.title) // on the first page
	s.way(s.kari, "colleague")
	s.kari.fill("colleague", "Per Vik", "colleague_words", "He had the certificate before he came here.")
	s.kari.submit(`form[action$="/colleague"] button`)
	s.kari.sees(s.say.T("answer.colleague.said", "Name", "Per Vik"), s.say.T("answer.mine.colleague", "Name", "Per Vik"))
}

func (s *questionStory) beInterested() {
	s.t.Helper()
	s.per.open("/questions")
	s.per.sees(s.say.T("question.names_you"))
	s.way(s.per, "me")
	s.per.sees(s.say.T("answer.is.you"))
	s.per.fill("me_words", "I miss the sparks.")
	s.per.submit(`form[action$="/me"] button`)
	s.per.sees(s.say.T("answer.me.said"), "Liv Leder")
}

func (s *questionStory) inviteFriend() {
	s.t.Helper()
	address := "venn." + s.lang + "@example.com"
	s.way(s.kari, "invite")
	s.kari.fill("friend_name", "Vera Venn", "friend_email", address)
	s.kari.choose("friend_language", s.lang)
	s.kari.submit(`form[action$="/invite"] button`)
	s.kari.sees(s.say.T("answer.invite.said"))
	mail := s.p.mail(address)
	if want := s.say.T("mail.friend.subject", "Name", "Kari Dal"); mail.subject != want {
		s.t.Errorf("got subject %q, want %q", mail.subject, want)
	}
	s.friend = newTab(s.t, s.p.base, look{lang: s.lang, phone: true})
	s.friend.open(mail.address(s.t, `/invited/[^\s]+`))
	s.friend.sees(s.say.T("invited.lead", "Name", "Kari Dal", "House", firm), address)
	s.friend.fill("words", "Free from May.")
	s.friend.submit(`form[action*="/accept"] button`)
	s.friend.sees(s.say.T("invited.take_back"))
}

func (s *questionStory) wordBetter() {
	s.t.Helper()
	s.kari.open(s.question + "/wording?field=title")
	s.kari.fill("after", s.title+" 24/7", "why", "So they know.")
	s.kari.submit("main form button")
	s.kari.sees(s.say.T("wording.said"))
}

func (s *questionStory) readAnswers() {
	s.t.Helper()
	s.liv.open(s.question)
	s.liv.sees(s.say.T("answer.is.me"), "I miss the sparks.", s.say.T("answer.is.colleague", "Name", "Per Vik"), "Vera Venn", "Free from May.")
	s.hanne.open(s.question)
	s.hanne.sees("Vera Venn", s.say.T("answer.is.colleague", "Name", "Per Vik"))
	if text := eval[string](s.hanne, "document.body.innerText"); strings.Contains(text, "sparks") {
		s.t.Error("HR reads who is interested, whom nobody chose")
	}
	s.liv.submit(`form[action$="/accept"] button`)
	s.liv.sees(s.say.T("wording.accepted"))
	s.kari.open(s.question)
	s.kari.sees(s.title+" 24/7", s.say.T("question.step.wording"))
}

func (s *questionStory) writeJob() {
	s.t.Helper()
	s.hanne.open(s.question)
	s.hanne.submit(`a[href^="/hr/jobs/new?question="]`)
	s.hanne.sees(s.say.T("question.job.told"))
	s.hanne.fill("location", "Bodø")
	s.hanne.submit("main form[data-guard] > .actions button")
	s.hanne.sees(s.title+" 24/7", s.say.T("job.status.draft"))
	job := s.hanne.path()
	s.kari.open("/notices")
	s.kari.sees(s.say.T("notice.say.job_from_question.draft", "Title", s.title+" 24/7"))
	s.hanne.click(`main form[action$="/status"] button`)
	s.hanne.submit("#confirm button[value=yes]")
	s.hanne.sees(s.say.T("job.status.published"))
	s.hanne.at(job)
}

func (s *questionStory) share() {
	s.t.Helper()
	said := s.say.T("notice.say.job_from_question", "Title", s.title+" 24/7")
	for _, tab := range []*tab{s.kari, s.per} {
		tab.open("/notices")
		tab.sees(said)
	}
	s.way(s.kari, "link") // now that there is a job, a link instead of an invitation
	s.kari.choose("channel", "sms")
	s.kari.submit(`form[action$="/link"] button`)
	s.kari.sees(s.say.T("answer.link.said"))
	if !s.kari.has("#link-url") {
		s.t.Error("there is no link to pass on")
	}
}

// thank has who asked answer the people who helped, one after the other, and the first of them read it.
func (s *questionStory) thank() {
	s.t.Helper()
	s.hanne.open("/leader/feedback")
	if text := eval[string](s.hanne, "document.body.innerText"); strings.Contains(text, "Per Vik") {
		s.t.Error("HR sees that somebody waits whose interest it may not read")
	}
	s.liv.open("/leader/feedback")
	s.liv.sees("Kari Dal", "Per Vik")
	s.liv.click(".waiting .answer-kinds label:first-of-type span")
	s.liv.fill("text", "Thank you, this helped "+s.lang)
	s.liv.click(".waiting .answer-words .actions button")
	s.liv.until(`document.querySelectorAll(".waiting [data-person]").length === 1`, patience)
	for _, tab := range []*tab{s.kari, s.per} { // whoever has waited longest comes first
		tab.open("/feedback")
		if strings.Contains(eval[string](tab, "document.body.innerText"), "Thank you, this helped "+s.lang) {
			return
		}
	}
	s.t.Error("nobody reads the thanks")
}
