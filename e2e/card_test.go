package e2e_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"kollega/handlers/handlerstest"
	"kollega/internal/i18n"
	"kollega/models"
)

// TestShiftWorker has HR print a card in one language, and its owner sign in with it on a phone, by keyboard, in both.
func TestShiftWorker(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			s := handlerstest.New(t)
			say := s.App.Texts.For(lang)
			s.Job(models.Job{Title: title})
			kari, err := s.DB.AddUser(t.Context(), models.System(), models.NewUser{Name: "Kari Skift", Role: models.RoleEmployee, NoEmail: true, Language: lang})
			if err != nil {
				t.Fatal(err)
			}
			hr := newTab(t, s.App.BaseURL.String(), look{lang: lang})
			hr.signIn(s.AsUser(s.User(models.User{Role: models.RoleHR, Language: lang})))
			hr.open("/hr/people/" + kari.ID.String())
			hr.submit(`form[action="/hr/cards"] button`)
			hr.sees("Kari Skift", say.T("cards.sheet.title"))
			printed := eval[[]string](hr, `[...document.querySelectorAll(".card-sheet dd")].map((d) => d.textContent)`)

			phone := newTab(t, s.App.BaseURL.String(), look{lang: lang, phone: true})
			phone.open("/card?code=" + strings.ReplaceAll(printed[0], " ", ""))
			if got := eval[string](phone, `document.querySelector("[name=code]").value`); got != printed[0] {
				t.Errorf("the code is filled in as %q, want %q", got, printed[0])
			}
			phone.fill("pin", "000000")
			phone.answered("main form button", 422)
			phone.sees(say.T("card.wrong"))
			phone.fill("pin", printed[1])
			phone.press(kb.Enter)
			phone.at("/card/pin")
			phone.sees(say.T("card.pin.lead", "Name", "Kari"))
			phone.fill("pin", "123456", "again", "123456")
			phone.answered("main form button", 422)
			phone.sees(say.T("error.pin.trivial"))
			phone.fill("pin", "100467", "again", "100467")
			phone.press(kb.Enter)
			phone.at("/")
			phone.sees(say.T("card.pin.done", "Name", "Kari"), title)
			phone.open("/links")
			phone.sees(say.T("links.empty.title"))
			for _, problem := range append(phone.complaints(), hr.complaints()...) {
				if !strings.Contains(problem, "422") {
					t.Errorf("the browser complains: %s", problem)
				}
			}
		})
	}
}

// TestKioskForgets has somebody type their code at the screen in the break room, by keyboard, and go away.
func TestKioskForgets(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			s := handlerstest.New(t)
			say := s.App.Texts.For(lang)
			job := s.Job(models.Job{Title: title})
			_, card := s.Carded("Kari Hemmelig")
			_, token, err := s.DB.AddKiosk(t.Context(), models.System(), "Pauserommet")
			if err != nil {
				t.Fatal(err)
			}
			other := "nb"
			if lang == "nb" {
				other = "en"
			}
			screen := newTab(t, s.App.BaseURL.String(), look{lang: other})
			screen.open("/kiosk/" + token)
			screen.sees(s.App.Texts.For(other).T("kiosk.title"), title)
			screen.tabTo(`[hreflang="` + lang + `"]`)
			screen.press(kb.Enter)
			screen.sees(say.T("kiosk.title"))
			screen.tabTo(".kiosk-job a")
			screen.press(kb.Enter)
			screen.at("/kiosk/" + token + "/jobs/" + job.Slug)
			screen.sees(say.T("kiosk.for_friend"))
			screen.tabTo("[name=code]")
			screen.fill("code", card.Code)
			screen.press(kb.Enter)
			screen.sees(say.T("kiosk.hello", "Name", "Kari"))
			own := eval[string](screen, `document.querySelector(".take.own figcaption").textContent`)
			if !strings.Contains(own, "/s/") {
				t.Errorf("the link is %q", own)
			}
			if text := eval[string](screen, "document.documentElement.outerHTML"); strings.Contains(text, "Hemmelig") || strings.Contains(text, card.Code) {
				t.Error("the screen shows more than a first name")
			}
			eval[bool](screen, `(document.body.dataset.idle = "1", true)`) // nobody waits a minute here
			screen.at("/kiosk/" + token)
			gone := func() {
				t.Helper()
				if text := eval[string](screen, "document.documentElement.outerHTML"); strings.Contains(text, "Kari") || strings.Contains(text, "/s/") {
					t.Error("the screen remembers her")
				}
			}
			gone()
			eval[bool](screen, `(history.back(), true)`)
			screen.until(`document.readyState === "complete"`, patience)
			gone()
			if cookies := screen.cookies(); len(cookies) != 0 {
				t.Errorf("the screen has cookies: %+v", cookies)
			}
			if kept := eval[int](screen, "localStorage.length + sessionStorage.length"); kept != 0 {
				t.Errorf("the screen keeps %d things", kept)
			}
			for _, problem := range screen.complaints() {
				t.Errorf("the browser complains: %s", problem)
			}
		})
	}
}
