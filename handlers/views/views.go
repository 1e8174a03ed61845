// Package views holds the templates: layouts and partials here, one folder of pages for each kind of asker.
package views

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
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

// Views is every page in every language, parsed once.
type Views struct {
	// Rendered, when set before first use, is called for each page that was written: tests look for pages that nobody saw.
	Rendered func(lang, name string)

	pages map[string]*template.Template // by language + "/" + name, as "nb/hr/jobs.html"
}

// New parses all templates. A page is named by its folder and file, as "hr/jobs.html"; now is the clock of relative times.
func New(texts *i18n.Bundle, languages []string, now func() time.Time) (*Views, error) {
	v := &Views{pages: map[string]*template.Template{}}
	for _, lang := range languages {
		base, err := template.New("").Funcs(funcs(texts.For(lang), now)).ParseFS(files, "*.html")
		if err != nil {
			return nil, fmt.Errorf("templates: %w", err)
		}
		for _, name := range v.Names() {
			copied, err := base.Clone() // so that every page may define its own "main"
			if err != nil {
				return nil, fmt.Errorf("template %s: %w", name, err)
			}
			if v.pages[lang+"/"+name], err = copied.ParseFS(files, name); err != nil {
				return nil, fmt.Errorf("template %s: %w", name, err)
			}
		}
	}
	return v, nil
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
	t, ok := v.pages[lang+"/"+name]
	if !ok {
		return fmt.Errorf("template %s/%s: unknown", lang, name)
	}
	var buf bytes.Buffer
	if err := t.ExecuteTemplate(&buf, block, data); err != nil {
		return fmt.Errorf("template %s/%s: %w", lang, name, err)
	}
	if v.Rendered != nil {
		v.Rendered(lang, name)
	}
	_, err := buf.WriteTo(w)
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
