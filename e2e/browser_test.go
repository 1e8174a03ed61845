package e2e_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// chrome is the one browser of this test program; every tab has cookies and storage of its own.
var chrome struct {
	sync.Mutex
	ctx    context.Context //nolint:containedctx // chromedp's handle of a browser is a context
	cancel context.CancelFunc
	dir    string
	err    error
}

// browser starts Chromium when a test first asks for it.
func browser(t testing.TB) context.Context {
	t.Helper()
	chrome.Lock()
	defer chrome.Unlock()
	if chrome.ctx == nil && chrome.err == nil {
		chrome.err = startBrowser()
	}
	if chrome.err != nil {
		t.Fatalf("Chromium: %v", chrome.err)
	}
	return chrome.ctx
}

func startBrowser() error {
	path, err := chromium()
	if err != nil {
		return err
	}
	if chrome.dir, err = os.MkdirTemp("", "kollega-chromium-"); err != nil {
		return err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(chrome.dir),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("autoplay-policy", "document-user-activation-required"), // what phones do
		chromedp.Flag("hide-scrollbars", true), chromedp.Flag("mute-audio", true),
		chromedp.Flag("use-fake-device-for-media-stream", true), chromedp.Flag("use-fake-ui-for-media-stream", true))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	tab, cancel := chromedp.NewContext(allocator)
	chrome.cancel = func() { cancel(); stop() }
	chrome.ctx = tab //nolint:fatcontext // one browser for all tests, ended by closeBrowser
	return chromedp.Do(tab)
}

// chromium finds the browser by the names it goes by.
func chromium() (string, error) {
	for _, name := range []string{
		"chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
	} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("not found; install it (Debian: apt-get install chromium)")
}

// closeBrowser ends the browser, when there is one, and removes its profile.
func closeBrowser() {
	chrome.Lock()
	defer chrome.Unlock()
	if chrome.ctx != nil {
		ctx, cancel := context.WithTimeout(chrome.ctx, 10*time.Second)
		defer cancel()
		_ = chromedp.Cancel(ctx) // killed below, if it does not
		chrome.cancel()
	}
	for range 50 { // its children write for a moment yet
		if os.RemoveAll(chrome.dir) == nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// look is how a page is shown.
type look struct {
	lang  string // nb or en
	phone bool   // 360 by 740 with touch, otherwise 1280 by 900
	dark  bool
}

// width is that of the screen, in CSS pixels.
func (l look) width() int64 {
	if l.phone {
		return 360
	}
	return 1280
}

// name is the look in a file's name.
func (l look) name() string {
	name := l.lang
	for _, part := range []struct {
		is      bool
		yes, no string
	}{{l.phone, "phone", "desktop"}, {l.dark, "dark", "light"}} {
		if part.is {
			name += "-" + part.yes
		} else {
			name += "-" + part.no
		}
	}
	return name
}

const (
	phoneAgent   = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36"
	desktopAgent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
)

// tab is one person's browser: cookies and storage of its own, and a list of what it asked for.
type tab struct {
	t    testing.TB
	ctx  context.Context //nolint:containedctx // chromedp's handle of a tab is a context
	base string
	lang string

	elsewhere string // what begins the addresses of pages of others that it may be led on to; empty for none

	mu       sync.Mutex
	requests []string // addresses, in order
	problems []string // exceptions and complaints of the console
}

// newTab opens a tab that lives as long as the test; base is where its paths lead.
func newTab(t testing.TB, base string, l look) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser(t), chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	tab := &tab{t: t, ctx: ctx, base: base, lang: l.lang}
	tab.must(chromedp.Do(ctx), "open a tab")
	tab.must(chromedp.Listen(ctx, tab.note), "listen")
	_, err := chromedp.Call(ctx, network.Enable, network.EnableParams{})
	tab.must(err, "network events")
	_, err = chromedp.Call(ctx, cdplog.Enable, cdp.Empty{})
	tab.must(err, "console")
	tab.show(l)
	return tab
}

// show changes how the tab shows pages from now on.
func (tab *tab) show(l look) {
	tab.t.Helper()
	tab.lang = l.lang
	size := emulation.SetDeviceMetricsOverrideParams{Width: l.width(), Height: 900, DeviceScaleFactor: 1}
	agent := emulation.SetUserAgentOverrideParams{UserAgent: desktopAgent, AcceptLanguage: l.lang}
	if l.phone {
		size = emulation.SetDeviceMetricsOverrideParams{Width: l.width(), Height: 740, DeviceScaleFactor: 2, Mobile: true}
		agent.UserAgent = phoneAgent
	}
	scheme := "light"
	if l.dark {
		scheme = "dark"
	}
	_, err := chromedp.Call(tab.ctx, emulation.SetDeviceMetricsOverride, size)
	tab.must(err, "size")
	_, err = chromedp.Call(tab.ctx, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: l.phone})
	tab.must(err, "touch")
	_, err = chromedp.Call(tab.ctx, emulation.SetUserAgentOverride, agent)
	tab.must(err, "language")
	_, err = chromedp.Call(tab.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	tab.must(err, "colours")
}

func (tab *tab) must(err error, what string) {
	tab.t.Helper()
	if err != nil {
		tab.t.Fatalf("%s: %v\n%s", what, err, tab.where())
	}
}
