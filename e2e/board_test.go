package e2e_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"kollega/handlers/handlerstest"
	"kollega/internal/i18n"
	"kollega/models"
)

// press presses keys, with what is held meanwhile.
func (tab *tab) press(keys string, held ...chromedp.Modifier) {
	tab.t.Helper()
	tab.do("press a key", chromedp.KeyEvent(keys, chromedp.KeyModifiers(held...)))
}

// tabTo goes on with the Tab key until the element has focus.
func (tab *tab) tabTo(selector string) {
	tab.t.Helper()
	quoted, _ := json.Marshal(selector)
	for range 120 {
		if eval[bool](tab, "document.activeElement.matches("+string(quoted)+")") {
			return
		}
		tab.press(kb.Tab)
	}
	tab.t.Fatalf("the Tab key never comes to %s\n%s", selector, tab.where())
}

// table is a job with a board in one language, and who works at it.
type table struct {
	*handlerstest.Site
	say   *i18n.Printer
	job   models.Job
	board string
	cards map[string]models.Application // by name
}

func newTable(t *testing.T, lang string, names ...string) *table {
	t.Helper()
	b := &table{Site: handlerstest.New(t), cards: map[string]models.Application{}}
	b.say, b.job = b.App.Texts.For(lang), b.Job(models.Job{Title: title})
	if _, err := b.DB.ChangeJob(t.Context(), b.job.ID, func(in *models.JobInput) {
		in.Skills = []models.SkillInput{{Name: "Fagbrev", Need: models.NeedRequired}}
	}, ""); err != nil {
		t.Fatal(err)
	}
	for n, name := range names {
		b.cards[name] = b.Application(b.job, nil, models.Application{Candidate: &models.Candidate{Name: name}, SubmittedAt: b.DB.Now().AddDate(0, 0, -n)})
	}
	b.board = "/hr/jobs/" + b.job.ID.String() + "/board"
	return b
}

// at is a tab of somebody of HR with the board before them.
func (b *table) at(t *testing.T, name string, l look) *tab {
	t.Helper()
	tab := newTab(t, b.App.BaseURL.String(), l)
	tab.signIn(b.AsUser(b.User(models.User{Role: models.RoleHR, Name: name, Language: l.lang})))
	tab.open(b.board)
	tab.until("document.querySelector('form[data-bulk]')?.hidden", patience) // its script is there
	return tab
}

// unfollowed keeps pages from hearing what others do, as on a line where that is cut off.
func (tab *tab) unfollowed() {
	tab.t.Helper()
	_, err := chromedp.Call(tab.ctx, network.SetBlockedURLs, network.SetBlockedURLsParams{
		URLPatterns: []*network.BlockPattern{{URLPattern: "*://*:*/live*", Block: true}},
	})
	tab.must(err, "cut off")
}

func (b *table) card(name string) string { return "#card-" + b.cards[name].ID.String() }

// in waits until the card is in the column, and then wants it to be there in the database.
func (b *table) in(tab *tab, name, stage string) {
	tab.t.Helper()
	tab.until(fmt.Sprintf(`document.querySelector('[data-stage="%s"] %s')`, stage, b.card(name)), patience)
	b.stored(tab.t, name, stage)
}

func (b *table) stored(t testing.TB, name, stage string) {
	t.Helper()
	if got, err := b.DB.Application(t.Context(), models.System(), b.cards[name].ID); err != nil || got.Stage != stage {
		t.Errorf("%s is in %s, %v, want %s", name, got.Stage, err, stage)
	}
}

func (b *table) moved(name, stage string) string {
	return b.say.T("board.moved", "Name", name, "Stage", b.say.T("stage."+stage))
}

// focused waits until the card has focus.
func (b *table) focused(tab *tab, name string) {
	tab.t.Helper()
	tab.until(fmt.Sprintf(`document.activeElement.closest('%s')`, b.card(name)), patience)
}

func TestBoardByKeyboardAlone(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			b := newTable(t, lang, "Åse Berg", "Nils Vik", "Oda Lie")
			tab := b.at(t, "Hanne Hr", look{lang: lang})
			tab.tabTo(b.card("Åse Berg") + " .name")
			tab.press(kb.ArrowRight, chromedp.ModifierShift)
			b.in(tab, "Åse Berg", models.StageScreening)
			tab.sees(b.moved("Åse Berg", models.StageScreening))
			b.focused(tab, "Åse Berg")
			if got := eval[string](tab, `document.querySelector("[data-now]").getAttribute("role")`); got != "status" {
				t.Errorf("what was done is said in a %q", got)
			}
			tab.tabTo("[data-now] button")
			tab.press(kb.Enter)
			b.in(tab, "Åse Berg", models.StageNew)
			tab.sees(b.say.T("board.undone", "Name", "Åse Berg", "Stage", b.say.T("stage.new")))
			b.focused(tab, "Åse Berg")
			tab.press(kb.ArrowDown) // to the next card, and its menu
			b.focused(tab, "Nils Vik")
			tab.tabTo(b.card("Nils Vik") + " summary")
			tab.press(kb.Enter)
			tab.press(kb.ArrowDown + kb.ArrowDown) // past screening
			tab.press(kb.Enter)
			b.in(tab, "Nils Vik", models.StageInterview)
			b.focused(tab, "Nils Vik")
			tab.press(kb.ArrowLeft + kb.ArrowLeft) // back to where the others are
			tab.until(`document.activeElement.closest('[data-stage="new"]')`, patience)
			tab.press(kb.Tab, chromedp.ModifierShift) // the box before the name
			tab.press(" ")
			tab.tabTo(b.card("Oda Lie") + ` input[type="checkbox"]`)
			tab.press(" ")
			tab.tabTo("#bulk-do")
			for range 5 { // to the sixth, which is a rejection
				tab.press(kb.ArrowDown)
			}
			tab.tabTo("#bulk button")
			tab.press(kb.Enter)
			tab.sees(b.say.T("bulk.title"), "Åse Berg", "Oda Lie", b.say.T("bulk.to.rejected"), b.say.N("bulk.who", 2))
			tab.tabTo("#tell")
			tab.press(" ")
			tab.tabTo("main .actions button")
			tab.press(kb.Enter)
			tab.sees(b.say.T("bulk.done.title"), b.say.N("bulk.state.done", 2))
			b.stored(t, "Åse Berg", models.StageRejected)
			b.stored(t, "Oda Lie", models.StageRejected)
			tab.tabTo(`form[action$="/undo"] button`)
			tab.press(kb.Enter)
			tab.sees(b.say.N("bulk.state.undone", 2))
			b.stored(t, "Åse Berg", models.StageNew)
			if n := one[int](t, b.Site, "select count(*) from letters"); n != 0 {
				t.Errorf("%d letters are left", n)
			}
			for _, problem := range tab.complaints() {
				t.Errorf("the browser complains: %s", problem)
			}
		})
	}
}

func TestBoardByDraggingAndTwoAtOnce(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			b := newTable(t, lang, "Åse Berg", "Nils Vik")
			first, second := b.at(t, "Hanne Hr", look{lang: lang}), b.at(t, "Siri Sen", look{lang: lang})
			second.unfollowed() // or it would show the first one's moves
			second.open(b.board)
			second.until("document.querySelector('form[data-bulk]')?.hidden", patience)
			drag := func(tab *tab, name, stage string) {
				t.Helper()
				tab.do("drag", chromedp.DragAndDrop(chromedp.CSS(b.card(name)+" .facts"), chromedp.CSS(`[data-stage="`+stage+`"]`)))
			}
			drag(first, "Åse Berg", models.StageInterview)
			b.in(first, "Åse Berg", models.StageInterview)
			first.sees(b.moved("Åse Berg", models.StageInterview))
			drag(first, "Nils Vik", models.StageRejected) // a stage that is closed
			first.sees(b.moved("Nils Vik", models.StageRejected))
			b.stored(t, "Nils Vik", models.StageRejected)
			if first.path() != b.board {
				t.Errorf("a drag opened %s", first.path())
			}
			drag(second, "Åse Berg", models.StageOffer) // which still shows it where it was
			second.sees("Hanne Hr", b.say.T("stage.interview"))
			b.in(second, "Åse Berg", models.StageInterview)
			said := eval[string](second, `document.querySelector("[data-now]").innerText`)
			if want := strings.SplitN(b.say.T("board.moved_first", "By", "Hanne Hr", "Name", "Åse Berg", "Stage", b.say.T("stage.interview"), "When", "|"), "|", 2); !strings.HasPrefix(said, want[0]) {
				t.Errorf("the second reads %q, want it to begin with %q", said, want[0])
			}
			if n := one[int](t, b.Site, "select count(*) from stage_changes"); n != 2 {
				t.Errorf("%d steps, want the first person's 2", n)
			}
			for _, tab := range []*tab{first, second} {
				for _, problem := range tab.complaints() {
					t.Errorf("the browser complains: %s", problem)
				}
			}
		})
	}
}

func TestBoardByFinger(t *testing.T) {
	t.Parallel()
	b := newTable(t, "nb", "Åse Berg", "Nils Vik")
	tab := b.at(t, "Hanne Hr", look{lang: "nb", phone: true})
	tab.do("scroll", chromedp.ScrollIntoView(chromedp.CSS(b.card("Åse Berg"))))
	grip := eval[[2]float64](tab, fmt.Sprintf(`(r => [r.x + r.width / 2, r.y + r.height / 2])(document.querySelector('%s [data-grip]').getBoundingClientRect())`, b.card("Åse Berg")))
	touch := func(kind input.DispatchTouchEventType, points ...*input.TouchPoint) {
		t.Helper()
		_, err := chromedp.Call(tab.ctx, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: kind, TouchPoints: append([]*input.TouchPoint{}, points...)})
		tab.must(err, "touch")
	}
	touch(input.DispatchTouchEventTypeTouchStart, &input.TouchPoint{X: grip[0], Y: grip[1]})
	for x := grip[0]; x < 345; x += 8 { // to the edge, where the columns come to meet the finger
		touch(input.DispatchTouchEventTypeTouchMove, &input.TouchPoint{X: x, Y: grip[1]})
	}
	tab.until(`document.querySelector('.over')?.dataset.stage === "screening"`, patience)
	touch(input.DispatchTouchEventTypeTouchEnd)
	b.in(tab, "Åse Berg", models.StageScreening)
	for _, problem := range tab.complaints() {
		t.Errorf("the browser complains: %s", problem)
	}
}
