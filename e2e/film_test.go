package e2e_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"kollega/internal/i18n"
	"kollega/media/mediatest"
)

// signedIn is a tab in which that person has signed in.
func (p *program) signedIn(email string, l look) *tab {
	p.t.Helper()
	tab := newTab(p.t, p.base, l)
	tab.open("/login")
	tab.fill("email", email, "password", password)
	tab.submit("main form button")
	return tab
}

// TestFilmingInTheBrowser films with Chromium's own test camera, takes it again, leaves the page, comes back and sends what was filmed last.
func TestFilmingInTheBrowser(t *testing.T) {
	t.Parallel()
	p, c, job := house(t)
	hr, say := p.signedIn("admin@example.org", look{lang: i18n.Bokmal}), words(t, i18n.Bokmal)
	page := "/hr/jobs/" + job.ID + "/clips/new"
	hr.open(page)
	hr.click("[data-record]")
	hr.until(`document.querySelector(".uppy-Webcam-video")?.videoWidth > 0`, 60*time.Second)
	hr.until(`document.querySelector("[data-part=level]").value > 0`, 60*time.Second) // the test camera beeps
	hr.look("recorder-ready")
	hr.takes("1:4[0-4]") // fifteen seconds and more
	hr.sees(say.T("record.recorded"))
	hr.look("recorder-recorded")
	hr.click(".uppy-Webcam-button--discard") // that was no good
	hr.until(`document.querySelector("[data-part=clock]").hidden && document.querySelector("[data-part=chosen]").hidden`, patience)
	hr.takes("1:5[0-6]")
	hr.sees(say.T("record.recorded"))
	hr.click(".uppy-Webcam-button--submit")
	hr.until(`document.querySelector("[data-part=chosen]").textContent.startsWith("webcam-")`, patience)
	hr.leave()
	hr.open(page) // what was filmed is still there
	hr.until(`document.querySelector("[data-part=chosen]").textContent.startsWith("webcam-")`, 60*time.Second)
	hr.fill("title", "Filmet her")
	hr.click("[data-part=form] button:not([type=button])")
	hr.until(`!document.querySelector("[data-part=link]").hidden`, 2*time.Minute)
	hr.submit("[data-part=link]")
	got := api[clip](c, http.StatusOK, http.MethodGet, "/clips/"+strings.TrimPrefix(hr.path(), "/hr/clips/"), nil)
	if got.Status != "ready" || got.Duration < 3 || got.Duration > 14 {
		t.Errorf("got %+v, want the second take", got)
	}
	for _, problem := range hr.complaints() {
		t.Errorf("the browser complains: %s", problem)
	}
	hr.open("/hr/jobs")
	if got := eval[string](hr, `navigator.mediaDevices.getUserMedia({video: true}).then(() => "filmed", e => e.name)`); got != "NotAllowedError" {
		t.Errorf("a page that does not film answers the camera with %q, want NotAllowedError", got)
	}
}

// takes films from the button, over the three seconds to get ready, until the clock that counts down shows such a time.
func (tab *tab) takes(until string) {
	tab.t.Helper()
	tab.click(`.uppy-Webcam-button[title="Start videoopptak"]`)
	tab.until(`/3$/.test(document.querySelector("[data-part=clock]").textContent)`, patience)
	tab.until(`/`+until+`/.test(document.querySelector("[data-part=clock]").textContent)`, 90*time.Second)
	tab.click(".uppy-Webcam-button")
}

// look takes pictures of what stands on the page as it is, as a phone and a desk show it by day and by night.
func (tab *tab) look(name string) {
	tab.t.Helper()
	if os.Getenv("KOLLEGA_SHOTS") == "" {
		return
	}
	was := look{lang: tab.lang}
	for _, l := range []look{{phone: true}, {phone: true, dark: true}, {dark: true}, {}} {
		l.lang = was.lang
		tab.show(l)
		tab.picture(name + "-" + l.name())
	}
	tab.show(was)
}

// thirdArrived tells whether the smallest, third part was acknowledged: what has left is not yet there.
const thirdArrived = `performance.getEntriesByType("resource").some(e => e.name.includes("partNumber=3") && e.responseStatus === 200)`

// TestDroppedFilmOutlivesACut drops a film on HR's form, loses the network in the middle, closes the page, and sends the rest.
func TestDroppedFilmOutlivesACut(t *testing.T) {
	t.Parallel()
	p, c, job := house(t)
	hr, say := p.signedIn("admin@example.org", look{lang: i18n.Bokmal}), words(t, i18n.Bokmal)
	film := padded(t, mediatest.Clip(t, 4), 20<<20)
	page := "/hr/jobs/" + job.ID + "/clips/new"
	hr.open(page)
	hr.drop("[data-part=form]", film)
	hr.until(`document.querySelector("[data-part=chosen]").textContent.startsWith("pause.mp4")`, patience)
	hr.until(`document.querySelector("[name=title]").value === "pause"`, patience)
	hr.throttle(4 << 20)
	hr.click("[data-part=form] button:not([type=button])")
	hr.until(thirdArrived, time.Minute)
	hr.cut(true)
	hr.sees(say.T("upload.offline"))
	hr.look("upload-offline")
	hr.cut(false)
	hr.throttle(4 << 20)
	hr.until(`document.querySelector("[data-part=bar]").value > 0.5`, time.Minute) // it goes on by itself
	hr.leave()
	hr.throttle(-1)
	hr.open(page)
	hr.sees("pause.mp4")
	hr.drop("[data-part=form]", film)
	hr.click("[data-part=form] button:not([type=button])")
	hr.until(`!document.querySelector("[data-part=link]").hidden`, 2*time.Minute)
	hr.submit("[data-part=link]")
	third := 0
	for _, address := range hr.asked() {
		if strings.Contains(address, "partNumber=3") {
			third++
		}
	}
	if third != 1 {
		t.Errorf("the part that had arrived was sent %d times, want once", third)
	}
	got := api[clip](c, http.StatusOK, http.MethodGet, "/clips/"+strings.TrimPrefix(hr.path(), "/hr/clips/"), nil)
	if got.Status != "ready" || got.Duration < 3 || got.Duration > 5 {
		t.Errorf("got %+v, want what was dropped", got)
	}
	for _, problem := range hr.complaints() {
		t.Errorf("the browser complains: %s", problem)
	}
}

// drop lets a file fall on an element, as from the desktop.
func (tab *tab) drop(selector, path string) {
	tab.t.Helper()
	tab.do("show "+selector, chromedp.ScrollIntoView(chromedp.CSS(selector)))
	at := eval[[2]float64](tab, `(r => [r.x + r.width / 2, r.y + Math.min(60, r.height / 2)])(document.querySelector(`+"`"+selector+"`"+`).getBoundingClientRect())`)
	data := &input.DragData{Items: []*input.DragDataItem{}, Files: []string{path}, DragOperationsMask: 1}
	for _, kind := range []input.DispatchDragEventType{input.DispatchDragEventTypeDragEnter, input.DispatchDragEventTypeDragOver, input.DispatchDragEventTypeDrop} {
		_, err := chromedp.Call(tab.ctx, input.DispatchDragEvent, input.DispatchDragEventParams{Type: kind, X: at[0], Y: at[1], Data: data})
		tab.must(err, "drop "+path)
	}
}

// cut takes the network away, or gives it back.
func (tab *tab) cut(away bool) {
	tab.t.Helper()
	_, err := chromedp.Call(tab.ctx, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: away, DownloadThroughput: -1, UploadThroughput: -1})
	tab.must(err, "network state")
	_, err = chromedp.Call(tab.ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{DownloadThroughput: -1, UploadThroughput: -1, Offline: away}},
	})
	tab.must(err, "cut")
}

// TestColleaguesClip follows a clip from a colleague's phone, over a closed tab, to its job.
func TestColleaguesClip(t *testing.T) {
	t.Parallel()
	p, _, job := house(t)
	p.addUser("kari@example.org", colleague, "employee")
	phone, say := p.signedIn("kari@example.org", look{lang: i18n.Bokmal, phone: true}), words(t, i18n.Bokmal)
	film := padded(t, mediatest.Clip(t, 4), 20<<20)
	send := func() {
		phone.open("/clips/new?job=" + job.ID)
		phone.sees(say.T("proposal.prompt.who"), say.T("proposal.prompt.day"), say.T("proposal.prompt.missing"))
		phone.attach("#film", film)
		phone.fill("words", "Filmet i pausen")
		phone.click("[data-part=form] button")
	}
	phone.throttle(4 << 20)
	send()
	phone.until(thirdArrived, time.Minute)
	phone.leave()
	phone.throttle(-1)
	phone.open("/clips/new")
	phone.sees("ble ikke ferdig")
	send()
	phone.until(`!document.querySelector("[data-part=link]").hidden`, 2*time.Minute)
	phone.submit("[data-part=link]")
	phone.sees(say.T("proposal.state.waiting"), "Filmet i pausen")
	third := 0
	for _, address := range phone.asked() {
		if strings.Contains(address, "partNumber=3") {
			third++
		}
	}
	if third != 1 {
		t.Errorf("the part that had arrived was sent %d times, want once", third)
	}
	hr := p.signedIn("admin@example.org", look{lang: i18n.Bokmal})
	hr.open("/hr/proposals")
	hr.submit(".job-card h2 a")
	hr.sees("Filmet i pausen", colleague)
	hr.until(`document.querySelector("main video").duration > 3 || (document.querySelector("main video").load(), false)`, patience)
	hr.submit(`form[action$="/approve"] button`)
	hr.sees(say.T("proposal.approved.said"), say.T("clip.missing.title"))
	phone.open("/clips")
	phone.sees(say.T("proposal.state.approved"))
	for _, tab := range []*tab{phone, hr} {
		for _, problem := range tab.complaints() {
			t.Errorf("the browser complains: %s", problem)
		}
	}
}

// leave goes away from a page in the middle of what it does, without being asked whether to.
func (tab *tab) leave() {
	tab.t.Helper()
	eval[bool](tab, `(BeforeUnloadEvent.prototype.preventDefault = () => {}, Object.defineProperty(BeforeUnloadEvent.prototype, "returnValue", {set() {}}), true)`)
	tab.open("/robots.txt")
}

// throttle lets the tab send so many bytes a second; -1 is as many as it can.
func (tab *tab) throttle(upload float64) {
	tab.t.Helper()
	_, err := chromedp.Call(tab.ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{DownloadThroughput: -1, UploadThroughput: upload}},
	})
	tab.must(err, "throttle")
}

// padded is a copy of an MP4 with an empty box at its end that makes it so large.
func padded(t *testing.T, path string, size int) string {
	t.Helper()
	film := read(t, path)
	box := make([]byte, size-len(film))
	copy(box, []byte{byte(len(box) >> 24), byte(len(box) >> 16), byte(len(box) >> 8), byte(len(box)), 'f', 'r', 'e', 'e'})
	padded := filepath.Join(t.TempDir(), "pause.mp4")
	if err := os.WriteFile(padded, append(film, box...), 0o600); err != nil {
		t.Fatal(err)
	}
	return padded
}
