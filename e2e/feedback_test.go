package e2e_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"kollega/handlers/handlerstest"
	"kollega/internal/i18n"
	"kollega/models"
)

// TestFeedbackOfFourPeople has a colleague share a job, her leader answer in one tap and a sentence, and her reply; what another is owed
// climbs to HR.
func TestFeedbackOfFourPeople(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			s := handlerstest.New(t)
			say := s.App.Texts.For(lang)
			leader, hr := s.User(models.User{Role: models.RoleLeader, Name: "Jo Leder", Language: lang}), s.User(models.User{Role: models.RoleHR, Name: "Hanne Hr", Language: lang})
			ada, bo := s.User(models.User{Name: "Ada Berg", Language: lang}), s.User(models.User{Name: "Bo Vik", Language: lang})
			job := s.Job(models.Job{Title: "Kokk", LeaderID: &leader.ID})
			as := func(u models.User, l look) *tab {
				t.Helper()
				l.lang = lang
				tab := newTab(t, s.App.BaseURL.String(), l)
				tab.signIn(s.AsUser(u))
				return tab
			}

			adas := as(ada, look{phone: true})
			adas.open("/share/" + job.ID.String())
			adas.submit(`form[action$="/linkedin"] button`)
			adas.open("/feedback")
			adas.sees(say.T("feedback.waiting"), "Jo Leder")

			jos := as(leader, look{phone: true})
			jos.open("/")
			jos.sees(say.N("waiting.home", 1), "Ada Berg")
			jos.submit(".waiting-home a.button")
			jos.sees(say.T("waiting.never"), "Kokk", "LinkedIn")
			jos.click(".waiting .answer-kinds label:first-of-type span") // one tap
			jos.until(`document.activeElement.matches(".waiting textarea")`, patience)
			jos.press("Takk, det hjalp oss.") // and a sentence
			jos.submit(".waiting .answer-words .actions button")
			jos.sees(say.T("waiting.none")) // it may be taken back until Ada's open page has shown it to her

			adas.until(`!document.querySelector("#waiting-part section")`, patience) // by itself: what she waited for has come
			adas.open("/feedback")
			adas.sees("Takk, det hjalp oss.", "Jo Leder", "LinkedIn")
			adas.submit(`form[action$="/helped"] button`)
			adas.click(".feedback details summary")
			adas.fill("reply", "Så hyggelig å høre")
			adas.submit(`form[action$="/reply"] button`)
			adas.sees("Så hyggelig å høre")

			jos.open("/feedback")
			jos.sees("Så hyggelig å høre", say.T("feedback.it_helped"))

			hannes := as(hr, look{})
			hannes.open("/leader/feedback")
			hannes.sees(say.T("waiting.none"))
			if _, _, err := s.DB.MakeLink(t.Context(), bo, bo.ID, job.ID, "x"); err != nil {
				t.Fatal(err)
			}
			if _, err := s.DB.Pool().Exec(t.Context(), "update owed set due_at = $2, held_since = $3 where user_id = $1",
				bo.ID, s.DB.Now().Add(-time.Minute), s.DB.Now().AddDate(0, 0, -7)); err != nil {
				t.Fatal(err)
			}
			if n, err := s.DB.TendOwed(t.Context()); err != nil || n != 1 {
				t.Fatalf("%d climbed %v", n, err)
			}
			hannes.until(`document.querySelector(".waiting")`, patience)
			hannes.sees("Bo Vik", say.T("waiting.climbed_from", "Name", "Jo Leder"))
			for _, tab := range []*tab{adas, jos, hannes} {
				if got := tab.complaints(); len(got) > 0 {
					t.Errorf("complaints: %q", got)
				}
			}
		})
	}
}

// TestWaitingListByKeyboardAlone answers two people without a mouse, and is told what is missing.
func TestWaitingListByKeyboardAlone(t *testing.T) {
	t.Parallel()
	s := handlerstest.New(t)
	leader := s.User(models.User{Role: models.RoleLeader, Name: "Jo Leder", Language: "nb"})
	job := s.Job(models.Job{Title: "Kokk", LeaderID: &leader.ID})
	for n, name := range []string{"Åse Berg", "Nils Vik", "Oda Lie"} {
		u := s.User(models.User{Name: name})
		if _, _, err := s.DB.MakeLink(t.Context(), u, u.ID, job.ID, "x"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.DB.Pool().Exec(t.Context(), "update owed set since = $2 where user_id = $1", u.ID, s.DB.Now().AddDate(0, 0, n-4)); err != nil {
			t.Fatal(err)
		}
	}
	tab := newTab(t, s.App.BaseURL.String(), look{lang: "nb"})
	tab.signIn(s.AsUser(leader))
	tab.open("/leader/feedback")
	tab.until(`!document.querySelector("[data-starters]").hidden`, patience) // its script is there
	person := func(name string) string {
		return fmt.Sprintf(`document.activeElement.closest('[aria-label="%s"]')`, name)
	}
	tab.tabTo(".waiting [name=kind]")
	tab.until(person("Åse Berg"), patience)
	tab.press("j")
	tab.until(person("Nils Vik"), patience)
	tab.press("3")
	tab.until(`document.activeElement.matches("textarea[name=text]")`, patience)
	tab.press("Fint skrevet")
	tab.press(kb.Enter, chromedp.ModifierCtrl)
	tab.sees("Skriv hva som kan bli bedre, eller et forslag.")
	// What came back is not left without a word.
	tab.until(`!dispatchEvent(new Event("beforeunload", { cancelable: true }))`, patience)
	tab.press(kb.Tab) // past the beginning that is offered
	tab.tabTo(cardOf("Nils Vik") + " textarea[name=better]")
	tab.press("Nevn byen")
	tab.press(kb.Enter, chromedp.ModifierCtrl)
	tab.sees("Sendt til Nils Vik.")
	tab.until(person("Oda Lie"), patience)
	tab.press("k")
	tab.until(person("Åse Berg"), patience)
	tab.press("1")
	tab.until(`document.activeElement.matches("textarea[name=text]")`, patience)
	tab.click(cardOf("Åse Berg") + " [data-starters].for-thanks button") // a beginning alone is not sent
	tab.press(kb.Enter, chromedp.ModifierCtrl)
	tab.sees("Fullfør setningen med egne ord.")
	tab.press(kb.End, chromedp.ModifierCtrl)
	for range 60 {
		tab.press(kb.Backspace)
	}
	tab.press("Takk for at du ")
	if n := one[int](t, s, "select count(*)::int from feedback"); n != 1 {
		t.Errorf("%d were sent, want the one that was", n)
	}
	tab.press("delte")
	tab.press(kb.Enter, chromedp.ModifierCtrl)
	tab.sees("Sendt til Åse Berg.")
	if got := one[string](t, s, "select text from feedback where kind = 'thanks'"); got != "Takk for at du delte" {
		t.Errorf("got %q", got)
	}
	if got := tab.complaints(); len(got) > 0 {
		t.Errorf("complaints: %q", got)
	}
}

func cardOf(name string) string { return fmt.Sprintf(`[aria-label="%s"]`, name) }
