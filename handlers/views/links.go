package views

import (
	"html/template"
	"net/url"
	"regexp"
	"strings"
)

// webAddress is what is taken for an address in a text that somebody wrote; what ends a sentence is cut off after.
var webAddress = regexp.MustCompile(`https?://[^\s<>"'\x60{}|\\^\x00-\x1f]+`)

// Links is a text with its web addresses as links and nothing else in it: no other markup, nothing fetched from there, and those who
// follow one do not tell where they come from.
func Links(text string) template.HTML {
	var out strings.Builder
	last := 0
	for _, at := range webAddress.FindAllStringIndex(text, -1) {
		address := strings.TrimRight(text[at[0]:at[1]], ".,:;!?*_»“”")
		if !strings.Contains(address, "(") {
			address = strings.TrimRight(address, ").,:;!?")
		}
		if u, err := url.Parse(address); err != nil || u.Host == "" || u.User != nil { // a name before the @ is there to deceive
			continue
		}
		out.WriteString(template.HTMLEscapeString(text[last:at[0]]))
		escaped := template.HTMLEscapeString(address)
		out.WriteString(`<a href="` + escaped + `" rel="nofollow noopener noreferrer ugc">` + escaped + `</a>`)
		last = at[0] + len(address)
	}
	out.WriteString(template.HTMLEscapeString(text[last:]))
	return template.HTML(out.String()) //nolint:gosec // every part is escaped
}
