// Package views holds the templates: layouts and partials here, one folder of pages for each kind of asker.
package views

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"kollega/internal/i18n"
)

//go:embed *.html */*.html
var files embed.FS

// layoutOf is the layout of each folder of pages.
var layoutOf = map[string]string{
	"public": "layout_public.html",
	"plain":  "layout_plain.html",
	"kiosk":  "layout_kiosk.html",
	"staff":  "layout_app.html",
	"hr":     "layout_app.html",
	"leader": "layout_app.html",
}

// Views is every page in every language, each put together when it is first asked for: a page is a copy of all that pages share, and
// most of the hundreds are never asked for by most houses.
type Views struct {
	// Rendered, when set before first use, is called for each page that was written: tests look for pages that nobody saw.
	Rendered func(lang, name string)

	bases  map[string]*template.Template // by language: what pages share
	making sync.Mutex                    // held while a page is put together
	mu     sync.RWMutex
	pages  map[string]*template.Template // by language + "/" + name, as "nb/hr/jobs.html"
}

// New parses what pages share. A page is named by its folder and file, as "hr/jobs.html"; now is the clock of relative times.
func New(texts *i18n.Bundle, languages []string, now func() time.Time) (*Views, error) {
	v := &Views{bases: map[string]*template.Template{}, pages: map[string]*template.Template{}}
	for _, lang := range languages {
		base, err := template.New("").Funcs(funcs(texts.For(lang), now)).ParseFS(files, "*.html")
		if err != nil {
			return nil, fmt.Errorf("templates: %w", err)
		}
		v.bases[lang] = base
	}
	return v, nil
}

// page is a page's template.
func (v *Views) page(lang, name string) (*template.Template, error) {
	if t := v.made(lang, name); t != nil {
		return t, nil
	}
	v.making.Lock() // the pages that are there are not kept waiting
	defer v.making.Unlock()
	if t := v.made(lang, name); t != nil { // by somebody else, who asked at the same moment
		return t, nil
	}
	base, known := v.bases[lang]
	if !known || layoutOf[path.Dir(name)] == "" {
		return nil, errors.New("unknown")
	}
	t, err := base.Clone() // so that every page may define its own "main"
	if err != nil {
		return nil, err
	}
	if t, err = t.ParseFS(files, name); err != nil {
		return nil, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.pages[lang+"/"+name] = t
	return t, nil
}

// made is a page that was put together before; nil for none.
func (v *Views) made(lang, name string) *template.Template {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.pages[lang+"/"+name]
}

// Check tells what is wrong with a page's template, which else shows when the page is first asked for.
func (v *Views) Check(lang, name string) error {
	_, err := v.page(lang, name)
	return err
}

// Names are the pages, as "hr/jobs.html".
func (v *Views) Names() []string {
	all, _ := fs.Glob(files, "*/*.html")
	return slices.DeleteFunc(all, func(name string) bool { return layoutOf[path.Dir(name)] == "" })
}

// Render writes a whole page, or nothing and an error.
func (v *Views) Render(w io.Writer, lang, name string, data any) error {
	return v.execute(w, lang, name, layoutOf[path.Dir(name)], data)
}

// Fragment writes one block of a page's template, for a part that is fetched alone.
func (v *Views) Fragment(w io.Writer, lang, name, block string, data any) error {
	return v.execute(w, lang, name, block, data)
}

func (v *Views) execute(w io.Writer, lang, name, block string, data any) error {
	t, err := v.page(lang, name)
	if err != nil {
		return fmt.Errorf("template %s/%s: %w", lang, name, err)
	}
	var buf bytes.Buffer
	if err := t.ExecuteTemplate(&buf, block, data); err != nil {
		return fmt.Errorf("template %s/%s: %w", lang, name, err)
	}
	if v.Rendered != nil {
		v.Rendered(lang, name)
	}
	_, err = buf.WriteTo(w)
	return err
}

// initials are up to two letters for an avatar: of the first and the last name.
func initials(name string) string {
	words := strings.Fields(name)
	if len(words) == 0 {
		return "?"
	}
	first := []rune(words[0])[:1]
	if len(words) == 1 {
		return strings.ToUpper(string(first))
	}
	return strings.ToUpper(string(first) + string([]rune(words[len(words)-1])[:1]))
}
