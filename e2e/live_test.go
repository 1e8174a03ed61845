package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"kollega/handlers/web"
	"kollega/internal/i18n"
	"kollega/models"
)

// come opens a tab and signs somebody in by the page.
func (p *program) come(email string, l look) *tab {
	p.t.Helper()
	tab := newTab(p.t, p.base, l)
	tab.open("/login")
	tab.fill("email", email, "password", password)
	tab.submit("main form button")
	return tab
}

// follows waits until the page is connected, and leaves a mark on it that a reload would wipe out.
func (tab *tab) follows() {
	tab.t.Helper()
	tab.until(`document.querySelector('[data-live-sign="on"]')`, patience)
	eval[bool](tab, "window.here = true")
}

// stayed wants the page to be the one that follows left its mark on.
func (tab *tab) stayed() {
	tab.t.Helper()
	if !eval[bool](tab, "window.here === true") {
		tab.t.Errorf("the page was loaded anew\n%s", tab.where())
	}
}

// visitedBy opens the link's page as somebody else each time, and gives its token.
func (o *outage) visitedBy(n int) string {
	o.t.Helper()
	token, err := visitToken(o.stranger.must(http.StatusOK, http.MethodGet, "/s/"+o.link.Code, nil, "X-Forwarded-For", fmt.Sprintf("198.51.%d.7", 100+n)).body)
	if err != nil {
		o.t.Fatal(err)
	}
	return token
}

// visitorsShown is the number of visitors on the page of one's own links.
const visitorsShown = `document.querySelector("#totals-part .value").textContent.trim()`

// TestOpenPagesFollow has colleagues and HR look at their pages while others click and apply: in one program, over a restart of
// Postgres, a kill of the program, and a while out of sight.
func TestOpenPagesFollow(t *testing.T) {
	t.Parallel()
	o := newOutage(t, behindProxy)
	say := words(t, i18n.Bokmal)
	o.addUser("bo@example.org", "Bo Berg", "employee")
	hr := newClient(o.program, o.token("admin@example.org"))
	bos := api[made](hr, http.StatusCreated, http.MethodPost, "/links", map[string]string{"job_id": hr.job("Kokk").ID, "channel": "x", "user_id": userID(o, "bo@example.org")})

	mine, list, other := o.come("admin@example.org", look{lang: "nb"}), o.come("admin@example.org", look{lang: "nb", phone: true}), o.come("bo@example.org", look{lang: "nb"})
	mine.open("/links")
	list.open("/hr/applications")
	other.open("/links")
	for _, tab := range []*tab{mine, list, other} {
		tab.follows()
	}
	other.watchPage()

	o.visitedBy(1)
	mine.until(visitorsShown+` === "1"`, patience)
	o.handIn(http.StatusSeeOther, "kari@example.org", o.visitedBy(2))
	list.until(`document.querySelectorAll("#applications-part tbody tr").length === 1`, patience)
	list.sees(say.T("applications.caption"))
	mine.until(visitorsShown+` === "2"`, patience)

	o.pg.stop()
	list.do("wait for the outage to be felt", chromedp.Sleep(2*time.Second))
	o.pg.start()
	o.until("the program is ready again", 60*time.Second, func() bool { return o.readyz() == http.StatusOK })
	o.visitedBy(3)
	mine.until(visitorsShown+` === "3"`, 60*time.Second)

	o.kill()
	mine.until(`document.querySelector('[data-live-sign="off"]')`, patience)
	mine.sees(say.T("live.off"))
	insertApplication(o, "ola@example.org") // another instance took it meanwhile
	o.start()
	list.until(`document.querySelectorAll("#applications-part tbody tr").length === 2`, 60*time.Second)
	mine.until(`document.querySelector('[data-live-sign="on"]')`, 60*time.Second)
	if got := eval[string](mine, `document.querySelector(".live-notes").textContent`); got != "" {
		t.Errorf("after the return the page still says %q", got)
	}
	o.visitedBy(4)
	mine.until(visitorsShown+` === "4"`, patience)

	for _, tab := range []*tab{mine, list, other} {
		tab.stayed()
	}
	if got := eval[int](other, "window.asked"); got != 0 {
		t.Errorf("Bo's page asked %d times for itself, though nothing of his had changed", got)
	}
	if got := eval[string](other, visitorsShown); got != "0" {
		t.Errorf("Bo's page shows %s visitors", got)
	}
	newClient(o.program, "").must(http.StatusOK, http.MethodGet, "/s/"+codeOf(o, bos.ID), nil)
	other.until(visitorsShown+` === "1"`, patience)
	for _, tab := range []*tab{mine, list, other} {
		if got := tab.complaints(); len(got) > 0 {
			t.Errorf("complaints: %q", got)
		}
	}
}

// watchPage counts how often the page asks for itself.
func (tab *tab) watchPage() {
	tab.t.Helper()
	eval[bool](tab, `(() => { window.asked = 0; const ask = window.fetch;
		window.fetch = (...args) => { if (args[1]?.headers?.["Kollega-Live"]) window.asked++; return ask(...args); }; return true; })()`)
}

func userID(o *outage, email string) (id string) {
	return o.pg.text(`select id::text from users where email = $1`, email)
}

func codeOf(o *outage, link string) string {
	return o.pg.text(`select code from links where id = $1`, link)
}

// text is the single text that sql asks for.
func (e *engine) text(sql string, args ...any) (s string) {
	e.t.Helper()
	db, err := models.Open(e.t.Context(), e.url)
	if err != nil {
		e.t.Fatal(err)
	}
	defer db.Close()
	if err := db.Pool().QueryRow(e.t.Context(), sql, args...).Scan(&s); err != nil {
		e.t.Fatal(err)
	}
	return s
}

// insertApplication lets somebody apply by the open door, past the program.
func insertApplication(o *outage, email string) {
	o.t.Helper()
	db, err := models.Open(o.t.Context(), o.pg.url)
	if err != nil {
		o.t.Fatal(err)
	}
	defer db.Close()
	job, err := db.JobTitles(o.t.Context(), nil)
	if err != nil {
		o.t.Fatal(err)
	}
	if _, _, _, err := db.Apply(o.t.Context(), models.Applying{JobID: job[0].ID, Name: "Ola Søker", Email: email, Class: models.ClassHuman}); err != nil {
		o.t.Fatal(err)
	}
}

// TestWhatIsInSomebodysHandsWaits changes an application and a list while somebody writes in the one and points at the other.
func TestWhatIsInSomebodysHandsWaits(t *testing.T) {
	t.Parallel()
	o := newOutage(t)
	say := words(t, i18n.Bokmal)
	o.handIn(http.StatusSeeOther, "kari@example.org", o.visit())
	o.arrived("kari@example.org")
	app := o.pg.text(`select id::text from applications`)
	hr := newClient(o.program, o.token("admin@example.org"))

	form := o.come("admin@example.org", look{lang: "nb"})
	form.open("/hr/applications/" + app)
	form.follows()
	form.leavesAnyway()
	form.fill("note", "Ring henne i morgen")
	list := o.come("admin@example.org", look{lang: "nb"})
	list.open("/hr/applications")
	list.follows()
	row := eval[[]float64](list, `(() => { const b = document.querySelector("#applications-part tbody tr").getBoundingClientRect(); return [b.left + 60, b.top + b.height / 2]; })()`)
	list.do("point at the list", pointAt(row[0], row[1]))
	if !eval[bool](list, `document.querySelector("#applications-part").matches(":hover")`) {
		t.Fatal("the pointer is not over the list")
	}

	api[any](hr, http.StatusOK, http.MethodPost, "/applications/"+app+"/stage", map[string]string{"stage": "screening"})
	form.sees(say.T("live.changed_by", "Name", "Astrid Dal"), say.T("live.show"))
	if got := eval[string](form, `document.activeElement.name + ": " + document.activeElement.value`); got != "note: Ring henne i morgen" {
		t.Errorf("under the hands of who writes: %q", got)
	}
	stage, err := json.Marshal(say.T("stage.screening"))
	if err != nil {
		t.Fatal(err)
	}
	list.until(`document.querySelector("#applications-part tbody tr").innerText.includes(`+string(stage)+`)`, patience) // of the same shape, so nothing moves
	insertApplication(o, "ola@example.org")
	list.sees(say.T("live.news"))
	if n := eval[int](list, `document.querySelectorAll("#applications-part tbody tr").length`); n != 1 {
		t.Errorf("%d rows under the pointer, want the one that was there", n)
	}
	form.picture("live-form")
	list.picture("live-list")
	list.do("point elsewhere", pointAt(5, 5))
	list.until(`document.querySelectorAll("#applications-part tbody tr").length === 2`, patience)
	list.stayed()
	form.stayed()
	form.click(".live-note button")
	form.until(`!window.here && document.querySelector('[data-live-sign="on"]')`, patience)
	form.sees(say.T("stage.screening"))

	// By the keyboard: the focus stays on its row when others come.
	list.follows()
	eval[bool](list, `(document.querySelector("#applications-part tbody a").focus(), true)`)
	was := eval[string](list, `document.activeElement.href`)
	insertApplication(o, "siri@example.org")
	list.until(`document.querySelectorAll("#applications-part tbody tr").length === 3`, patience)
	if got := eval[string](list, `document.activeElement.href`); got != was {
		t.Errorf("the focus went from %s to %q", was, got)
	}
	for _, tab := range []*tab{form, list} {
		if got := tab.complaints(); len(got) > 0 {
			t.Errorf("complaints: %q", got)
		}
	}
}

// TestABoardFollowsTheOthersMoves moves a card while somebody else has the board open and the card in focus.
func TestABoardFollowsTheOthersMoves(t *testing.T) {
	t.Parallel()
	o := newOutage(t)
	o.handIn(http.StatusSeeOther, "kari@example.org", o.visit())
	o.arrived("kari@example.org")
	app := o.pg.text(`select id::text from applications`)
	hr := newClient(o.program, o.token("admin@example.org"))
	tab := o.come("admin@example.org", look{lang: "nb"})
	tab.open("/hr/jobs/" + o.job.ID + "/board")
	tab.follows()
	card := "#stage-%s #card-" + app
	eval[bool](tab, `(document.querySelector("`+fmt.Sprintf(card, "new")+` .name").focus(), true)`)
	api[any](hr, http.StatusOK, http.MethodPost, "/applications/"+app+"/stage", map[string]string{"stage": "interview"})
	tab.until(`document.querySelector("`+fmt.Sprintf(card, "interview")+`") && !document.querySelector("`+fmt.Sprintf(card, "new")+`")`, patience)
	if got := eval[string](tab, `document.activeElement.closest("[data-stage]")?.dataset.stage + " " + document.activeElement.className`); got != "interview name" {
		t.Errorf("the focus is on %q, want it on the card still", got)
	}
	if eval[bool](tab, `document.querySelector("[data-grip]").hidden`) {
		t.Error("the card cannot be dragged any more")
	}
	insertApplication(o, "ola@example.org")
	tab.until(`document.querySelectorAll("#stage-new [data-card]").length === 1`, patience)
	tab.picture("live-board")
	tab.stayed()
	if got := tab.complaints(); len(got) > 0 {
		t.Errorf("complaints: %q", got)
	}
}

// TestAPageOutOfSightCatchesUp hides a page for longer than it keeps its connection.
func TestAPageOutOfSightCatchesUp(t *testing.T) {
	t.Parallel()
	o := newOutage(t)
	tab := o.come("admin@example.org", look{lang: "nb"})
	tab.open("/links")
	tab.follows()
	eval[bool](tab, `(() => { window.curtain = true; Object.defineProperty(document, "hidden", { get: () => window.curtain });
		document.dispatchEvent(new Event("visibilitychange")); return true; })()`)
	o.until("the page lets its connection go", 30*time.Second, func() bool { return o.figure("kollega_live_pages") == 0 })
	o.visit()
	o.shipped()
	if got := eval[string](tab, visitorsShown); got != "0" {
		t.Errorf("a page that nobody sees shows %s visitors", got)
	}
	eval[bool](tab, `(window.curtain = false, document.dispatchEvent(new Event("visibilitychange")))`)
	tab.until(visitorsShown+` === "1"`, patience)
	tab.stayed()
}

// TestOpenPagesAreLetGo stops the program while pages are open, and looks for what they leave behind.
func TestOpenPagesAreLetGo(t *testing.T) {
	t.Parallel()
	p := startProgram(t)
	p.addUser("admin@example.org", "Astrid Dal", "admin")
	newClient(p, p.token("admin@example.org")).job("Elektriker")
	pages := openPages(t, p, 100)
	p.until("they are connected", 10*time.Second, func() bool { return p.figure("kollega_live_pages") == 100 })
	busy := p.figure("go_goroutines")
	pages.leave()
	p.until("none is left behind", 30*time.Second, func() bool { return p.figure("kollega_live_pages") == 0 && p.figure("go_goroutines") < busy-150 })
	pages = openPages(t, p, 20)
	began := time.Now()
	p.stop()
	if took := time.Since(began); took > 8*time.Second { // a stop that waits for them takes ten and then cuts them off
		t.Errorf("with pages open a stop took %v", took)
	}
	pages.ended()
}

// connections are those of open pages, without the browsers.
type connections struct {
	t    *testing.T
	stop context.CancelFunc
	gone chan struct{}
	n    int
}

// openPages opens n of them, each of another person.
func openPages(t *testing.T, p *program, n int) *connections {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	o := &connections{t: t, stop: stop, gone: make(chan struct{}, n), n: n}
	t.Cleanup(stop)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: -1}}
	for i, cookie := range sessions(t, p, n) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.base+"/live?on=applications&on=links", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.AddCookie(cookie)
		req.Header.Set("Accept", "text/event-stream")
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if res.StatusCode != http.StatusOK {
			t.Fatalf("page %d: got %d", i, res.StatusCode)
		}
		go func() {
			defer func() { res.Body.Close(); o.gone <- struct{}{} }()
			_, _ = io.Copy(io.Discard, res.Body) // until it ends, in whatever way
		}()
	}
	return o
}

func (o *connections) leave() {
	o.stop()
	o.ended()
}

// ended waits until all have ended.
func (o *connections) ended() {
	o.t.Helper()
	for i := range o.n {
		select {
		case <-o.gone:
		case <-time.After(20 * time.Second):
			o.t.Fatalf("%d of %d pages go on", o.n-i, o.n)
		}
	}
}

// leavesAnyway answers the question whether to leave what was not sent with yes.
func (tab *tab) leavesAnyway() {
	tab.t.Helper()
	tab.must(chromedp.Listen(tab.ctx, func(event any) {
		if _, asked := event.(*cdppage.EventJavascriptDialogOpening); asked {
			go func() {
				_, _ = chromedp.Call(tab.ctx, cdppage.HandleJavaScriptDialog, cdppage.HandleJavaScriptDialogParams{Accept: true}) // a tab that closes asks nobody
			}()
		}
	}), "listen for questions")
}

// pointAt moves the pointer.
func pointAt(x, y float64) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseMoved, X: x, Y: y})
		return err
	})
}

// sessions are those of n people of HR who have just signed in.
func sessions(t *testing.T, p *program, n int) []*http.Cookie {
	t.Helper()
	db := p.db()
	defer db.Close()
	manager := web.NewSessions(db, false)
	cookies := make([]*http.Cookie, n)
	for i := range cookies {
		id := models.NewID()
		if _, err := db.Pool().Exec(t.Context(), `insert into users (id, email, email_key, name, role, joined_at, created_at, updated_at)
			values ($1, $2, $2, $3, 'hr', now(), now(), now())`, id, id.String()+"@example.org", fmt.Sprintf("Person %d", i)); err != nil {
			t.Fatal(err)
		}
		ctx, err := manager.Load(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		manager.Put(ctx, "user", id.String())
		manager.Put(ctx, "epoch", 0)
		token, _, err := manager.Commit(ctx)
		if err != nil {
			t.Fatal(err)
		}
		cookies[i] = &http.Cookie{Name: manager.Cookie.Name, Value: token}
	}
	return cookies
}
