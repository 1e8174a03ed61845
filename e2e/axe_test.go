package e2e_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/chromedp/chromedp"

	"kollega/internal/i18n"
)

// axeSource is axe-core, which looks at a page as assistive technology does.
var axeSource = sync.OnceValues(func() (string, error) {
	b, err := os.ReadFile(filepath.Join("..", "static", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		return "", fmt.Errorf("%w: make test fetches it, or: cd static && npm ci", err)
	}
	return string(b), nil
})

// violation is a rule of accessibility that a page breaks.
type violation struct {
	ID    string   `json:"id"`
	Help  string   `json:"help"`
	Nodes []string `json:"nodes"`
}

// axe are the rules that the page breaks as it stands.
func (tab *tab) axe() []violation {
	tab.t.Helper()
	source, err := axeSource()
	if err != nil {
		tab.t.Fatal(err)
	}
	tab.do("load axe", chromedp.Evaluate[chromedp.Void](source))
	// What WCAG 2.2 AA asks, and what axe holds to be good practice.
	return eval[[]violation](tab, `axe.run(document, {resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
		.then(r => r.violations.map(v => ({id: v.id, help: v.help, nodes: v.nodes.map(n => n.target.join(" ") + " " + n.html.slice(0, 160) + " " + (n.any[0]?.message ?? ""))})))`)
}

// wide are the elements that stick out of a page to the right, so that it can be moved sideways.
func (tab *tab) wide(l look) []string {
	tab.t.Helper()
	return eval[[]string](tab, fmt.Sprintf(`(most => {
		if (document.documentElement.scrollWidth <= most) return [];
		// The screen as it was laid out for, and without what is fixed to it: that only follows the page's width.
		return [...document.querySelectorAll("main *, footer *")].filter(e => e.getBoundingClientRect().right > most + 1 || e.scrollWidth > most)
			.map(e => e.outerHTML.slice(0, 120)).concat("the page is " + document.documentElement.scrollWidth + " wide").slice(-6);
	})(%d)`, l.width()))
}

// untranslated are words of the page that are keys of a text.
func (tab *tab) untranslated(texts *i18n.Printer) []string {
	tab.t.Helper()
	var found []string
	for _, word := range strings.Fields(eval[string](tab, "document.title + ' ' + document.body.innerText")) {
		if word = strings.Trim(word, ".,:;()"); strings.Contains(word, ".") && texts.Has(word) {
			found = append(found, word)
		}
	}
	return found
}
