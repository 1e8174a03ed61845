package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/chromedp/cdproto/input"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"
)

// patience is how long a page may take to do what was asked of it.
const patience = 30 * time.Second

// note remembers what the tab asked for and what it complained about.
func (tab *tab) note(event any) {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if tab.elsewhere == "" || !strings.HasPrefix(e.DocumentURL, tab.elsewhere) {
			tab.requests = append(tab.requests, e.Request.URL)
		}
	case *runtime.EventExceptionThrown:
		tab.problems = append(tab.problems, "exception: "+e.ExceptionDetails.Text+" "+described(e.ExceptionDetails.Exception))
	case *cdplog.EventEntryAdded:
		// What the server refused shows on the page; all else is ours to mend.
		if e.Entry.Level == cdplog.EntryLevelError && e.Entry.Source != cdplog.EntrySourceNetwork {
			tab.problems = append(tab.problems, string(e.Entry.Source)+": "+e.Entry.Text)
		}
	}
}

// asked are the addresses that the tab asked for so far.
func (tab *tab) asked() []string {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	return append([]string(nil), tab.requests...)
}

// complaints are the exceptions and refusals of the security policy so far.
func (tab *tab) complaints() []string {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	return append([]string(nil), tab.problems...)
}

// do runs steps, which together may take as long as our patience.
func (tab *tab) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	tab.must(chromedp.Do(ctx, steps...), what)
}

// open goes to a path, or to an address.
func (tab *tab) open(path string) {
	tab.t.Helper()
	if strings.HasPrefix(path, "/") {
		path = tab.base + path
	}
	tab.do("open "+path, chromedp.Navigate(path))
}

// click clicks where the element is, as a person would.
func (tab *tab) click(selector string) {
	tab.t.Helper()
	tab.do("click "+selector, chromedp.ScrollIntoView(chromedp.CSS(selector)), chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// submit clicks and waits for the page that follows.
func (tab *tab) submit(selector string) {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	res, err := chromedp.RunResponse(ctx, chromedp.ScrollIntoView(chromedp.CSS(selector)), chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
	tab.must(err, "submit "+selector)
	if res != nil && res.Status >= 400 {
		tab.t.Fatalf("submit %s: got %d\n%s", selector, res.Status, tab.where())
	}
}

// fill writes over what stands in fields, each by its name; a name and a value alternate.
func (tab *tab) fill(pairs ...string) {
	tab.t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		field := chromedp.CSS(fmt.Sprintf("main [name=%q]", pairs[i]))
		tab.do("fill in "+pairs[i], chromedp.ScrollIntoView(field), chromedp.Focus(field, chromedp.NodeVisible),
			chromedp.Evaluate[chromedp.Void]("document.activeElement.select()"),
			chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
				_, err := chromedp.Call(ctx, input.InsertText, input.InsertTextParams{Text: pairs[i+1]})
				return err
			}))
	}
}

// choose picks an option of a select by its value.
func (tab *tab) choose(name, value string) {
	tab.t.Helper()
	tab.do("choose "+value, chromedp.SetValue(chromedp.CSS(fmt.Sprintf("main [name=%q]", name)), value))
}

// attach sets the file of a file input.
func (tab *tab) attach(selector, path string) {
	tab.t.Helper()
	tab.do("attach "+path, chromedp.SetUploadFiles(chromedp.CSS(selector), []string{path}))
}

// eval is the value of an expression in the page.
func eval[T any](tab *tab, expression string) T {
	tab.t.Helper()
	return evalWithin[T](tab, expression, patience)
}

// evalWithin is eval for what takes its time.
func evalWithin[T any](tab *tab, expression string, within time.Duration) T {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, within)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	tab.must(err, "evaluate "+expression)
	return v
}

// until waits for a condition of the page, which may be shown anew meanwhile.
func (tab *tab) until(condition string, within time.Duration) {
	tab.t.Helper()
	for end := time.Now().Add(within); ; time.Sleep(50 * time.Millisecond) {
		ctx, cancel := context.WithTimeout(tab.ctx, patience)
		is, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+condition+")"))
		cancel()
		if err == nil && is { // an error is the moment between two pages
			return
		}
		if time.Now().After(end) {
			tab.t.Fatalf("waited %s in vain for %s (%v)\n%s", within, condition, err, tab.where())
		}
	}
}

// sees waits until all of the texts are to be read in the page.
func (tab *tab) sees(texts ...string) {
	tab.t.Helper()
	for _, text := range texts {
		quoted, _ := json.Marshal(text)
		tab.until(`document.body && document.body.innerText.replace(/\s+/g, " ").includes(`+string(quoted)+`)`, patience)
	}
}

// at waits until the address is of that path.
func (tab *tab) at(path string) {
	tab.t.Helper()
	quoted, _ := json.Marshal(path)
	tab.until("location.pathname === "+string(quoted), patience)
}

// path is the path of the page that is shown.
func (tab *tab) path() string {
	tab.t.Helper()
	return eval[string](tab, "location.pathname")
}

// href is where a link leads, as an absolute address.
func (tab *tab) href(selector string) string {
	tab.t.Helper()
	quoted, _ := json.Marshal(selector)
	return eval[string](tab, "document.querySelector("+string(quoted)+").href")
}

// cookies are all cookies of the tab's person.
func (tab *tab) cookies() []*network.Cookie {
	tab.t.Helper()
	c := chromedp.FromContext(tab.ctx)
	res, err := chromedp.CallBrowser(tab.ctx, storage.GetCookies, storage.GetCookiesParams{BrowserContextID: c.BrowserContextID})
	tab.must(err, "cookies")
	return res.Cookies
}

// where is what the tab shows, for the words of a failure; it keeps a picture where pictures are wanted.
func (tab *tab) where() string {
	ctx, cancel := context.WithTimeout(tab.ctx, 5*time.Second)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](
		`location.href + "\n" + document.body.innerText.replace(/\n\s*\n/g, "\n").slice(0, 2500)`))
	if err != nil {
		return err.Error()
	}
	if dir := os.Getenv("KOLLEGA_SHOTS"); dir != "" {
		if png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100)); err == nil {
			_ = os.WriteFile(filepath.Join(dir, "failed-"+strings.ReplaceAll(tab.t.Name(), "/", "-")+".png"), png, 0o600)
		}
	}
	return text + "\n" + strings.Join(tab.complaints(), "\n")
}

func described(o *runtime.RemoteObject) string {
	if o == nil {
		return ""
	}
	return o.Description
}

// answered clicks and wants a page with that status.
func (tab *tab) answered(selector string, want int64) {
	tab.t.Helper()
	quoted, err := json.Marshal(selector)
	if err != nil {
		tab.t.Fatal(err)
	}
	tab.until("document.querySelector("+string(quoted)+")", patience)
	// The answer is in the language that the page was asked for in.
	eval[bool](tab, `(button => {
		button.dataset.pressed = "";
		const form = button.form, lang = new URLSearchParams(location.search).get("lang");
		const at = button.hasAttribute("formaction") ? button : form;
		const name = at === button ? "formaction" : "action";
		if (form && lang && !(at.getAttribute(name) ?? "").includes("?")) at.setAttribute(name, (at.getAttribute(name) ?? location.pathname) + "?lang=" + lang);
		return true;
	})(document.querySelector(`+string(quoted)+`))`)
	const pressed = "[data-pressed]" // what selector found: it may go by the address that was
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	res, err := chromedp.RunResponse(ctx, chromedp.ScrollIntoView(chromedp.CSS(pressed)), chromedp.Click(chromedp.CSS(pressed), chromedp.NodeVisible))
	tab.must(err, "submit "+selector)
	if res == nil || res.Status != want {
		tab.t.Fatalf("submit %s: got %+v, want %d\n%s", selector, res, want, tab.where())
	}
}

// missing wants the path to be answered with 404.
func (tab *tab) missing(path string) {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	res, err := chromedp.Run(ctx, chromedp.NavigateResponse(tab.base+path))
	tab.must(err, "open "+path)
	if res == nil || res.Status != http.StatusNotFound {
		tab.t.Errorf("%s: got %+v, want 404", path, res)
	}
}

// has tells whether there is such an element.
func (tab *tab) has(selector string) bool {
	tab.t.Helper()
	quoted, _ := json.Marshal(selector)
	return eval[bool](tab, "!!document.querySelector("+string(quoted)+")")
}
