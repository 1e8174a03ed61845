package staff

import (
	"html/template"
	"net/url"
	"strings"
)

// way is how a channel is reached: by an address that opens it with the link in it, or by hand.
type way struct {
	address  string // {text}, {url} and {subject} are filled in; empty: copied and passed on by hand
	takesOwn bool   // the channel takes the colleague's words along
}

// ways are the channels' share addresses, by channel. Those that are missing are shared by hand.
var ways = map[string]way{
	"linkedin":  {"https://www.linkedin.com/sharing/share-offsite/?url={url}", false},
	"facebook":  {"https://www.facebook.com/sharer/sharer.php?u={url}", false},
	"messenger": {"fb-messenger://share/?link={url}", false},
	"whatsapp":  {"https://wa.me/?text={text}%20{url}", true},
	"x":         {"https://x.com/intent/post?text={text}&url={url}", true},
	"email":     {"mailto:?subject={subject}&body={text}%0A%0A{url}", true},
	"sms":       {"sms:?&body={text}%20{url}", true},
	"teams":     {"https://teams.microsoft.com/share?href={url}&msgText={text}", true},
}

// fill puts the words and the link into a share address.
func (w way) fill(text, link, subject string) template.URL {
	escape := func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
	filled := strings.NewReplacer("{text}", escape(text), "{url}", escape(link), "{subject}", escape(subject)).Replace(w.address)
	return template.URL(filled) //nolint:gosec // the scheme and host are ours, the rest is escaped
}

// template is the share address for share.js, which fills in {text} and {url} as they are typed.
func (w way) template(subject string) string {
	return strings.ReplaceAll(w.address, "{subject}", strings.ReplaceAll(url.QueryEscape(subject), "+", "%20"))
}
