package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image/png"
	"strings"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"kollega/models"
)

// person is the candidate, in words that nothing else has, so that they can be looked for.
var person = struct{ name, email, phone, words, heard, paper, file, note, reply, line string }{
	"Zyxandra Kvombel", "snarvel@plingdrufs.example.org", "47110099", "fjomlewhist", "Tante grimblehatt", "blomquistpapir", "wimpelkram.pdf",
	"kratzelnotat", "snorfendsvar", "trivelduft",
}

// painted is a document of one page that is pink all over, with a line of text.
func painted(words string) []byte {
	draw := "0.9 0 0.5 rg 0 0 600 800 re f 0 g BT /F1 24 Tf 60 700 Td (" + words + ") Tj ET"
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var at []int
	for n, object := range []string{
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/MediaBox[0 0 600 800]/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
		fmt.Sprintf("<</Length %d>>stream\n%s\nendstream", len(draw), draw), "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
	} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj%s\nendobj\n", n+1, object)
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, table)
	return b.Bytes()
}

// showsPink waits until a good part of what the tab shows is painted in the document's colour.
func (tab *tab) showsPink() {
	tab.t.Helper()
	pink := 0
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		ctx, cancel := context.WithTimeout(tab.ctx, patience)
		shot, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
		cancel()
		tab.must(err, "picture")
		picture, err := png.Decode(bytes.NewReader(shot))
		tab.must(err, "picture")
		pink = 0
		size := picture.Bounds()
		for y := size.Min.Y; y < size.Max.Y; y += 4 {
			for x := size.Min.X; x < size.Max.X; x += 4 {
				if r, g, b, _ := picture.At(x, y).RGBA(); r>>8 > 200 && g>>8 < 40 && b>>8 > 90 && b>>8 < 170 {
					pink++
				}
			}
		}
		if pink > size.Dx()*size.Dy()/16/20 { // a twentieth of the points looked at
			return
		}
	}
	tab.t.Errorf("the document is not painted: %d points are pink\n%s", pink, tab.where())
}

// mailed waits for a mail of that subject.
func (s *story) mailed(to, subject string) (found letter) {
	s.t.Helper()
	s.p.until(fmt.Sprintf("the mail %q to %s", subject, to), 60*time.Second, func() bool {
		for _, l := range s.p.mails(to) {
			if l.subject == subject {
				found = l
				return true
			}
		}
		return false
	})
	return found
}

// ownPage has the candidate use their page: where it stands, a number added, and what the colleague may learn.
func (s *story) ownPage() {
	s.t.Helper()
	c := s.candidate
	c.open(s.own)
	c.sees(title, s.say.T("candidate.stage.new"))
	c.fill("phone", person.phone)
	c.submit(`form[action*="/details"] button`)
	if got := eval[string](c, `document.querySelector("main [name=phone]").value`); got != person.phone {
		s.t.Errorf("the telephone number is %q now", got)
	}
	c.click(`details:has([name="learns"]) summary`)
	c.click(`[name="learns"][value="name"]`)
	c.submit(`form[action*="/colleague"] button`)
	c.sees(s.say.T("candidate.learns.short.name"))
}

// onBoard opens the job's board and waits for its script.
func (s *story) onBoard() {
	s.t.Helper()
	s.hr.open("/hr/jobs/" + s.job + "/board")
	s.hr.until(`document.querySelector("form[data-bulk]")?.hidden`, patience)
}

// advance moves the card to the stage after the one it is in, by keyboard.
func (s *story) advance(stage string) {
	s.t.Helper()
	eval[bool](s.hr, `(document.querySelector("[data-card] .name").focus(), true)`)
	s.hr.press(kb.ArrowRight, chromedp.ModifierShift)
	s.hr.sees(s.say.T("board.moved", "Name", person.name, "Stage", s.say.T("stage."+stage)))
}

// invited has HR find the application on the board, move it to an interview, and tell the candidate with a line of their own.
func (s *story) invited() {
	s.t.Helper()
	hr := s.hr
	hr.open("/hr/applications")
	hr.sees(person.name, colleague)
	s.onBoard()
	s.app = eval[string](hr, `document.querySelector("[data-card]").dataset.card`)
	s.advance(models.StageScreening)
	s.advance(models.StageInterview)
	hr.submit(`[data-now] a[href*="/tell"]`)
	hr.fill("words", person.line)
	hr.submit(`main form[action$="/tell"] button`)
	hr.sees(s.say.T("tell.done", "Name", person.name))
	letter := s.mailed(person.email, s.say.T("letter.interview.subject", "Job", title))
	if !strings.Contains(letter.text, person.line) {
		s.t.Errorf("the mail lacks HR's line:\n%s", letter.text)
	}
	s.candidate.open(letter.address(s.t, `/c/[^\s]+`))
	s.candidate.sees(s.say.T("candidate.stage.interview"))
}

// discuss has HR read the CV, mark the skill and ask the leader, who answers.
func (s *story) discuss() {
	s.t.Helper()
	hr, leader := s.hr, s.leader
	hr.open("/hr/applications/" + s.app)
	hr.sees(person.name, s.say.T("application.credit", "Share", "100"), s.say.T("channel.linkedin"), person.words, person.file, person.phone)
	hr.submit(`a[href$="/cv/page"]`)
	hr.showsPink()
	hr.submit("a.back")
	hr.click(`[name^="skill-"][value="seen"]`)
	hr.submit(`form[action$="/skills"] button`)
	hr.sees(s.say.T("skills.qualified"))
	hr.fill("text", person.note+", hva tror du, @"+boss+"?")
	hr.submit(`form[action$="/notes"] button`)
	hr.sees(s.say.T("notes.told"), person.note)
	asked := s.mailed("leif@example.org", s.say.T("mail.mention.subject", "Name", "Astrid Dal"))
	leader.open("/leader")
	leader.sees(person.name, title)
	leader.open(asked.address(s.t, `/leader/applications/[^\s]+`))
	leader.sees(person.name, person.note, s.say.T("stage.interview"))
	leader.fill("text", person.reply)
	leader.submit(`form[action$="/notes"] button`)
	leader.open("/leader/jobs/" + s.job + "/board")
	leader.sees(person.name)
}

func (s *story) hire() {
	s.t.Helper()
	s.onBoard()
	s.advance(models.StageOffer)
	s.advance(models.StageHired)
	s.hr.open("/hr/applications/" + s.app)
	s.hr.sees(person.reply, s.say.T("stage.hired"))
	s.candidate.open(s.own)
	s.candidate.sees(s.say.T("candidate.stage.hired"))
}

// whatCameOfIt has the employee read who was hired, as the candidate allows.
func (s *story) whatCameOfIt() {
	s.t.Helper()
	s.employee.open("/links")
	s.employee.sees(title, s.say.T("story.title"), person.name, s.say.T("links.told.hired"))
}

// stays lets three months go by and has the leader say by the link in the mail that the colleague is still there.
func (s *story) stays() {
	s.t.Helper()
	db := s.p.db()
	defer db.Close()
	if _, err := db.Pool().Exec(s.t.Context(), `update applications set stage_since = stage_since - interval '3 months 2 days'`); err != nil {
		s.t.Fatal(err)
	}
	if n, err := db.AskStays(s.t.Context()); err != nil || n != 1 {
		s.t.Fatalf("%d questions, %v, want 1", n, err)
	}
	mail := s.mailed("leif@example.org", s.say.T("mail.stay.subject", "Job", title))
	s.leader.open(mail.address(s.t, `/stays/[^\s]+`))
	s.leader.sees(person.name)
	s.leader.submit(`main form button[value="yes"]`)
	s.leader.sees(s.say.T("stay.answer.yes"))
}

// lacks wants a text not to be in the page.
func (tab *tab) lacks(text string) {
	tab.t.Helper()
	quoted, _ := json.Marshal(text)
	if eval[bool](tab, "document.documentElement.outerHTML.includes("+string(quoted)+")") {
		tab.t.Errorf("the page says %q\n%s", text, tab.where())
	}
}
