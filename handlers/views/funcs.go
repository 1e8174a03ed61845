package views

import (
	"errors"
	"html/template"
	"strings"
	"time"

	"kollega/internal/i18n"
	"kollega/static"
)

// funcs are what templates may call, bound to one language.
func funcs(p *i18n.Printer, now func() time.Time) template.FuncMap {
	return template.FuncMap{
		"t":        p.T,
		"tn":       p.N,
		"has":      p.Has,
		"spoken":   func() []i18n.Language { return i18n.Spoken(p.Lang()) },
		"date":     func(t any) string { return onTime(t, p.Date) },
		"datetime": func(t any) string { return onTime(t, p.DateTime) },
		"ago":      func(t any) string { return onTime(t, func(t time.Time) string { return p.Ago(t, now()) }) },
		"iso":      func(t any) string { return onTime(t, func(t time.Time) string { return t.UTC().Format(time.RFC3339) }) },
		"num":      p.Num,
		"money":    p.Money,
		"bytes":    p.Bytes,
		"asset":    static.Path,
		"icon":     icon,
		"initials": initials,
		"markdown": Markdown,
		"links":    Links,
		"dict":     dict,
		"lower":    strings.ToLower,
		"list":     func(items ...any) []any { return items },
	}
}

// onTime formats a time.Time or *time.Time; nil is empty.
func onTime(v any, format func(time.Time) string) string {
	switch t := v.(type) {
	case time.Time:
		return format(t)
	case *time.Time:
		if t != nil {
			return format(*t)
		}
	}
	return ""
}

// icon is a drawing of the sprite, hidden from screen readers: words stand beside it.
func icon(name string) template.HTML {
	return template.HTML(`<svg class="icon" aria-hidden="true" focusable="false"><use href="` + //nolint:gosec // both parts are escaped
		template.HTMLEscapeString(static.Path("icons.svg")) + "#" + template.HTMLEscapeString(name) + `"></use></svg>`)
}

// dict makes the data of a partial: dict "Name" .Name "Error" .Error.
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, errors.New("dict: odd number of arguments")
	}
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		key, ok := pairs[i].(string)
		if !ok {
			return nil, errors.New("dict: a name is not a string")
		}
		m[key] = pairs[i+1]
	}
	return m, nil
}
