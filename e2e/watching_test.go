package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"kollega/media/mediatest"
)

// watcher notes what the page's script tells, with the clip's position, and lets the test say whether the page is before anybody's eyes:
// the real script in a real browser, only the curtain is ours.
const watcher = `
	window.told = [];
	window.curtain = true;
	Object.defineProperty(document, "hidden", { get: () => window.curtain });
	window.draw = closed => { window.curtain = closed; document.dispatchEvent(new Event("visibilitychange")); };
	const beacon = navigator.sendBeacon.bind(navigator);
	navigator.sendBeacon = (url, body) => {
		const said = JSON.parse(body), video = document.querySelector("video");
		window.told.push({ kind: said.k, at: video ? video.currentTime : 0, since: performance.now() - window.shown });
		window.visit = said.v;
		return beacon(url, body);
	};`

// told is a report as the page sent it.
type told struct {
	Kind  string  `json:"kind"`
	At    float64 `json:"at"`    // position of the clip, in seconds
	Since float64 `json:"since"` // milliseconds since the curtain was drawn back
}

// TestThePageTellsWhatWasSeen watches, jumps, replays and hides a landing page, and looks at what its script makes of it.
func TestThePageTellsWhatWasSeen(t *testing.T) {
	t.Parallel()
	p, c, job := house(t)
	const length = 8.0
	clip := c.sendAll(job.ID, mediatest.Clip(t, length, mediatest.Size(640, 360)))
	if got := c.settled(clip.ID, time.Minute); got.Status != "ready" {
		t.Fatalf("clip: %+v", got)
	}
	c.must(http.StatusOK, http.MethodPatch, "/api/v1/clips/"+clip.ID, strings.NewReader(`{"no_speech":true,"nobody_recognisable":true}`), "Content-Type", "application/json")
	c.must(http.StatusOK, http.MethodPost, "/api/v1/clips/"+clip.ID+"/publish", nil)
	link := api[made](c, http.StatusCreated, http.MethodPost, "/links", map[string]string{"job_id": job.ID, "channel": "qr"})

	v := newTab(t, p.base, look{lang: "nb"})
	_, err := chromedp.Call(v.ctx, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{Source: watcher})
	v.must(err, "watch the script")
	v.open("/s/" + link.Code)
	v.until(`document.querySelector("video").readyState > 2`, patience)
	said := func() []told { return eval[[]told](v, "window.told") }
	kinds := func() (all []string) {
		for _, s := range said() {
			all = append(all, s.Kind)
		}
		return all
	}

	// A page behind others, or looked at for a moment, is no view.
	time.Sleep(1300 * time.Millisecond)
	eval[bool](v, "window.draw(false) || true")
	time.Sleep(300 * time.Millisecond)
	eval[bool](v, "window.draw(true) || true")
	time.Sleep(1200 * time.Millisecond)
	if slices.Contains(kinds(), "view") {
		t.Errorf("a view after 0.3 s: %v", said())
	}
	eval[bool](v, "(window.shown = performance.now(), window.draw(false), true)")
	v.until(`window.told.some(s => s.kind === "view")`, patience)
	for _, s := range said() {
		if s.Kind == "view" && s.Since < 1000 {
			t.Errorf("a view after %.0f ms, want a second", s.Since)
		}
	}

	// The clip began by itself, without sound. Jump near the end: position is not watching.
	v.until(`document.querySelector("video").currentTime > 1`, patience)
	before := eval[float64](v, `(() => { const v = document.querySelector("video"), at = v.currentTime; v.currentTime = v.duration - 1; return at; })()`)
	v.until(`document.querySelector("video").ended`, patience)
	reached := []string{}
	for _, quarter := range []struct {
		kind  string
		share float64
	}{{"q25", 0.25}, {"q50", 0.5}, {"q75", 0.75}, {"q100", 1}} {
		if quarter.share*length <= before+1.5 { // a slow machine may have shown more before the jump
			reached = append(reached, quarter.kind)
		}
	}
	for _, k := range kinds() {
		if strings.HasPrefix(k, "q") && !slices.Contains(reached, k) {
			t.Errorf("%s was told after %.1f s and a jump over the rest: %v", k, before, said())
		}
	}

	// The first second again and again is one second.
	for range 3 {
		eval[bool](v, `(() => { const v = document.querySelector("video"); v.currentTime = 0; v.play(); return true; })()`)
		v.until(`(v => v.currentTime > 0.7 && v.currentTime < 4)(document.querySelector("video"))`, patience)
	}
	if slices.Contains(kinds(), "q75") {
		t.Errorf("starting over counted as watching: %v", said())
	}

	// Now all of it. A quarter is told when that much has been shown, never before.
	v.until(`document.querySelector("video").ended`, patience)
	v.until(`window.told.some(s => s.kind === "q100")`, patience)
	for _, s := range said() {
		for kind, share := range map[string]float64{"q50": 0.5, "q75": 0.75, "q100": 1} {
			if least := share*length*0.99 - 1.2; s.Kind == kind && s.At < least { // the last second was shown before
				t.Errorf("%s was told at %.2f s, want %.2f at least", kind, s.At, least)
			}
		}
	}

	if slices.Contains(kinds(), "sound") || slices.Contains(kinds(), "apply_start") {
		t.Errorf("told before it happened: %v", said())
	}
	v.click("[data-sound]")
	v.until(`window.told.some(s => s.kind === "sound")`, patience)
	v.fill("name", "Ola")
	v.until(`window.told.some(s => s.kind === "apply_start")`, patience)
	v.fill("name", "Ola Nordmann")
	v.until(`document.querySelector("video").ended`, patience)                             // watched once more
	all := slices.DeleteFunc(kinds(), func(kind string) bool { return kind == "watched" }) // told at every end
	slices.Sort(all)
	want := []string{"apply_start", "play", "q100", "q25", "q50", "q75", "sound", "view"}
	if !slices.Equal(all, want) {
		t.Errorf("told %v, want each once: %v", all, want)
	}
	kept := eval[int](v, `(async () => localStorage.length + sessionStorage.length + document.cookie.length + (await indexedDB.databases()).length +
		(await caches.keys()).length + (await navigator.serviceWorker.getRegistrations()).length)()`)
	if n := len(v.cookies()); kept != 0 || n != 0 {
		t.Errorf("the device keeps %d things and %d cookies", kept, n)
	}

	// The same reports again, from the page or by hand, change nothing; forged ones are refused.
	visit := eval[string](v, "window.visit")
	stranger := newClient(p, "")
	report := func(token, kind string) int {
		t.Helper()
		body, _ := json.Marshal(map[string]string{"v": token, "k": kind})
		got, err := stranger.do(http.MethodPost, "/e", strings.NewReader(string(body)), "Content-Type", "text/plain;charset=UTF-8")
		if err != nil {
			t.Fatal(err)
		}
		return got.status
	}
	for _, kind := range want {
		if got := report(visit, kind); got != http.StatusNoContent {
			t.Errorf("%s replayed: got %d", kind, got)
		}
	}
	forged := []byte(visit)
	forged[len(forged)/2] ^= 1
	for _, token := range []string{string(forged), "", visit[:20]} {
		if got := report(token, "view"); got != http.StatusBadRequest {
			t.Errorf("forged %.12q: got %d, want 400", token, got)
		}
	}
	p.stop() // ships what the journal has
	p.start()
	for _, kind := range want {
		if n := p.count("select count(*) from events where kind = $1 and class = 'human'", kind); n != 1 {
			t.Errorf("%d events %s, want 1", n, kind)
		}
	}
	if n := p.count("select count(*) from events where kind = 'watched' and class = 'human' and substring(seconds for 8) = B'11111111'"); n != 1 {
		t.Errorf("%d events of watching all eight seconds, want 1", n)
	}
	if n := p.count("select count(*) from watched where visits = 1 and seconds[1:8] = '{1,1,1,1,1,1,1,1}'"); n != 1 {
		t.Error("a second that was watched again and again is not counted once")
	}
	if n := p.count("select after_ms from events where kind = 'q100'"); float64(n) < 1000*length {
		t.Errorf("q100 %s after the click", fmt.Sprint(time.Duration(n)*time.Millisecond))
	}
	for _, complaint := range v.complaints() {
		t.Errorf("the browser complains: %s", complaint)
	}
}
